"""Budget Align: all the money of a budget, traced to the outcomes it serves."""
