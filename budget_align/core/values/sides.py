"""Words and signs for the two sides of a ledger, and for what is added and taken off."""

from __future__ import annotations

from typing import Final, Literal

DEBITS: Final = frozenset({"dr", "d", "debit", "debits", "dbit", "soll", "s", "+", "plus", "1"})
"""Beside an amount that counts as it stands; "dbit" is that of ISO 20022, and 1 what it is multiplied by."""

CREDITS: Final = frozenset({"cr", "c", "credit", "credits", "crdt", "haben", "h", "-", "minus", "-1"})
"""Beside an amount that is taken off."""

_MINUS: Final = "−–—‐‑‒﹣－"


def side_of(word: str) -> Literal["", "debit", "credit"]:
    """The side that a word or sign beside an amount says; empty for any other.

    >>> [side_of(word) for word in ("Dr.", "CRDT", "−", "+", "Haben", "Roads")]
    ['debit', 'credit', 'credit', 'debit', 'credit', '']
    """
    said = word.strip(" .()").casefold()
    said = "-" if len(said) == 1 and said in _MINUS else said
    return "debit" if said in DEBITS else "credit" if said in CREDITS else ""
