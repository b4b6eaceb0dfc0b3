"""`python -m budget_align.cli` is budget-align."""

from budget_align.cli import main

main()
