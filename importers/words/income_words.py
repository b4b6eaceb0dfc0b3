"""What the name of one line says of which way its money goes, beside lines that say nothing of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from budget_align.core.rules.protection import INTEREST, nature_of
from importers.words.flow_words import find_flow, may_say_flow, names_tax, says_bare_revenue
from importers.words.lexicon import fold_words, head_says, says

_LONGEST: Final = 60


@lru_cache(maxsize=1 << 15)
def names_income(label: str) -> bool:
    """Whether a line is called by what is received: income, receipts, or anything that the name says was received.

    >>> names_income("Customer and client receipts"), names_income("Interest received"), names_income("Übrige Erträge")
    (True, True, True)
    >>> names_income("Income support"), names_income("Fees"), names_income("Licence fees"), names_income("Revenue unit")
    (False, True, False, False)
    """
    if not 0 < len(label) <= _LONGEST or may_say_flow("expenditure", label):
        return False
    if find_flow(label) == "income":
        return not says_bare_revenue(label)
    if says("paid", label) or _TO_OTHERS.search(fold_words(label)):
        return False
    if says("received", label):
        return says("either_way", label)
    if head_says("either_way", label):
        # Who licenses receives its fees, and who is licensed pays them.
        return False
    return head_says("income", label) and may_say_flow("income", label) and not says_bare_revenue(label)


@lru_cache(maxsize=1 << 15)
def may_name_income(label: str) -> bool:
    """Whether a line is called by what one side pays and another receives, such as a tax, a fee or a grant.

    >>> may_name_income("Council tax"), may_name_income("Grants to charities"), may_name_income("Tax collection")
    (True, False, False)
    >>> may_name_income("Interest"), may_name_income("Interest on debt")
    (True, False)
    """
    if not 0 < len(label) <= _LONGEST or may_say_flow("expenditure", label) or says("paid", label):
        return False
    if len(label.split()) > 1 and nature_of("", label) == INTEREST:
        return False
    # Revenue is what is spent within the year as well, and the name of those who raise it.
    revenue = says_bare_revenue(label) and len(label.split()) > 1 and head_says("income", label)
    return (revenue or names_tax(label) or head_says("either_way", label)) and not _TO_OTHERS.search(fold_words(label))


@lru_cache(maxsize=1 << 15)
def may_be_charged(label: str) -> bool:
    """Whether a line is called by what a public body charges for or raises, and does not give as a rule.

    >>> may_be_charged("Lettings"), may_be_charged("Licence fees"), may_be_charged("Bus subsidies")
    (True, True, False)
    """
    return may_name_income(label) and not head_says("given", label)


_TO_OTHERS: Final = re.compile(r"(?<=\w) (?:to|an|aux?|a|ai|alle|agli|aos|aan|til|till|para|dla)(?= )")
"""Before whom money is given to."""
