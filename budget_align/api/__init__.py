"""The JSON API: indicators and their values, for software."""

from budget_align.api.interface import api

__all__ = ["api"]
