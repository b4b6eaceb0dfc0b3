"""Who answers for what: the register, mission boards and shared outcomes."""
