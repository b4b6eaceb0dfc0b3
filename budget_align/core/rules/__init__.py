"""Rules: a mapping, the conditions of its rules, the lines that they take and the drivers that split them."""
