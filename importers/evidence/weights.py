"""How much each piece of evidence weighs, in one place.

A weight is the natural logarithm of how much likelier a column is to be money, seen with that evidence than without it.
They add up, so that a confidence is the logistic of their sum. They were set by looking at the columns of the real
workbooks that tests read; `tests/corpus` prints how often a confidence was right, and fits them to all publishers but
one at a time: what is fitted tells the one left out hardly better, so that they stay as they are set.
"""

from __future__ import annotations

from math import exp
from typing import Final

MONEY: Final = {
    "prior": 0.0,
    "header names money": 2.0,
    "header ends in money": 1.6,
    "header is nothing but money": 1.6,
    "header has a unit or currency": 5.0,
    "titles state a unit or currency": 1.5,
    "header has a fiscal year": 1.2,
    "header is a year, month or quarter": 3.0,
    "header names a budget control": 2.0,
    "header names what is spent or received": 3.0,
    "header names a code": -2.2,
    "header ends in a code": -2.6,
    "header names a day or period": -3.5,
    "header names a year": -2.5,
    "header names a quantity": -3.2,
    "header names a ratio": -3.2,
    "header is nothing but a ratio": -5.0,
    "header names a rate": -12.0,
    "header has a percent sign": -7.0,
    "no header": -0.3,
    "cells carry a currency": 6.0,
    "cells carry a percent sign": -7.0,
    "cells are percentages by their format": -8.0,
    "cells are money by their format": 4.0,
    "cells are dates by their format": -8.0,
    "leading zeros": -7.0,
    "decimals of a hundredth": 2.6,
    "decimals of a tenth": 0.6,
    "decimals of other kinds": 0.8,
    "negative amounts": 2.2,
    "round amounts": 1.6,
    "grouped digits": 2.5,
    "digits grouped by their format": 1.2,
    "set out as in accounts": 2.0,
    "wide spread": 1.6,
    "narrow spread": -1.0,
    "one length of digits": -3.4,
    "one length of digits in a few cells": -1.2,
    "counts up one by one": -6.0,
    "all different and rising": -2.2,
    "few different values": -1.6,
    "the same in every row": -4.5,
    "repeats a few codes": -2.4,
    "named one to one by a column of words": -4.0,
    "shaped as days": -4.0,
    "small whole numbers": -1.2,
    "zeros and ones": -6.0,
    "between zero and one": -1.6,
    "text in a workbook of numbers": -2.5,
    "adds up with others row by row": 14.0,
    "its sum is stated below": 3.5,
    "numbered from one on, over figures that look like no codes": 3.0,
    "left of labels, and sums of other columns are stated": -6.0,
    "cells of other columns carry a currency, and not its own": -4.0,
    "right of the labels": 0.5,
    "left of labels": -0.6,
    "stands in headings alone": -6.0,
    "blank in the rows of totals": -12.0,
    "a long identifier": -5.0,
}
"""Evidence that a column of numbers is money, or that it is not."""

SURE: Final = 0.9
"""From this confidence on a belief is told and not asked."""

CHANCE: Final = 1e-3
"""A relation found by arithmetic alone is believed where chance makes fewer than this many of its kind."""


def confidence(weights: float) -> float:
    """The confidence that a sum of weights gives, between 0 and 1.

    >>> confidence(0.0), round(confidence(2.2), 2)
    (0.5, 0.9)
    """
    return 1 / (1 + exp(-max(-30.0, min(30.0, weights))))
