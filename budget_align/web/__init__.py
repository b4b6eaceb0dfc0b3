"""The pages: each parses a request, calls one service and renders."""

from budget_align.web.app import create_app

__all__ = ["create_app"]
