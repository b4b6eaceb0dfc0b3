"""Evidence: what each column, row and title says, and what each piece weighs."""
