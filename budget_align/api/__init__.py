"""The JSON API: indicators and their values, for programs."""

from budget_align.api.interface import api

__all__ = ["api"]
