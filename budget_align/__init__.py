"""Budget Align: every pound of a budget, traced to the outcome it serves."""
