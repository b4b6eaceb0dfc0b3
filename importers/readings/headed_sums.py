"""Rows without a name right below a heading, which state what all that stands under the heading comes to."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from importers.readings.table import Table
from importers.words import row_words

_TELLING: Final = 5
"""Digits of an amount that others hardly come to by chance."""


def find_headed_sums(table: Table) -> frozenset[int]:
    """Such rows, as places among the rows of data: in every column the rows up to the next of them come to each,
    without those that are called totals, or these alone do.
    """
    money = [column.index for column in table.of_role("amount")]
    if not money:
        return frozenset()
    data = table.block.data
    stated = table.stated[:, money].any(axis=1)
    # A heading may have a code, so that its row is one of data.
    headings = np.union1d(np.array(table.block.headings, dtype=np.int64), data[~stated])
    labels = [column.index for column in table.columns if column.index < min(money)]
    blank = ~table.labels.filled & ~table.grid.filled[np.ix_(data, np.array(labels, dtype=np.int64))].any(axis=1)
    begins = np.flatnonzero(blank & stated & np.isin(data - 1, headings))
    called = np.array([row_words.says_total(word) for word in table.labels.words], dtype=bool)[table.labels.codes]
    called[list(table.shares)] = False
    lines = ~called
    lines[list(table.shares)] = False
    amounts = table.amounts[:, money]
    found: set[int] = set()
    for place, end in pairwise([*begins.tolist(), len(data)]):
        telling = max(len(str(abs(amount)).rstrip("0")) for amount in amounts[place].tolist()) >= _TELLING
        below = np.s_[place + 1 : end]
        parts = [amounts[below][kind[below]] for kind in (lines, called)]
        if telling and any(len(rows) > 1 and (rows.sum(axis=0) == amounts[place]).all() for rows in parts):
            found.add(place)
    return frozenset(found)
