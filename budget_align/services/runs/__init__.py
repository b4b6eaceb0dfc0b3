"""Runs: allocating budgets, loading what a page shows of a run, tracing a figure, reports."""
