"""Outcomes: indicators, public priorities, and who answers for them."""
