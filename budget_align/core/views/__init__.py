"""What is seen of a run: its figures as one stage and year, levels of government and a lens show them."""
