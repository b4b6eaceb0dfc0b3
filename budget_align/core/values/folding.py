"""Texts folded, so that two of them that people take for the same are compared as such."""

from __future__ import annotations


def fold(text: str) -> str:
    """A text without letter case, with single spaces.

    >>> fold("  Straße und   Bahn")
    'strasse und bahn'
    """
    return " ".join(text.casefold().split())
