"""Tables of what one thing costs, which is no budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.values.money import Unit
from importers.evidence.column import Column
from importers.structure.block import Block
from importers.structure.grid import Grid

_PER: Final = re.compile(r"\W*(?:per|each|pro|je|par|por|pr\.?)\b(?!\s*cent)|\W*(?:£|€|\$)\s?/\s?\w", re.IGNORECASE)

_PRICE: Final = re.compile(r"\b(charge|fee|price|tariff|tarif|preis|prix|precio|prezzo|tarifa|prijs)\b", re.IGNORECASE)

_PRICES: Final = re.compile(
    r"\b(schedule of (fees|charges)|fees (and|&) charges|price list|tariffs?|preisliste|tarifs|tarifas|tariffe)\b",
    re.IGNORECASE,
)

_MOSTLY_PER: Final = 0.5

_LARGEST_PRICE: Final = 1_000
"""Half of the prices that people are charged are less, in whole units of money."""


def are_prices(
    grid: Grid, block: Block, columns: Sequence[Column], titles: Sequence[tuple[str, str]], unit: Unit
) -> bool:
    """Whether the amounts are what one thing costs, as in a schedule of charges: a column says of most rows for what
    each is paid, such as "per hour", or words of prices stand over amounts that are small.
    """
    amounts = [column.index for column in columns if column.role == "amount"]
    for column in block.labels:
        texts = block.texts(grid, column, with_numbers=False)
        per = np.array([bool(_PER.match(word)) for word in texts.words], dtype=bool)
        if per.any() and per[texts.codes].mean() >= _MOSTLY_PER:
            return bool(amounts)
    headers = [column.header for column in columns if column.role == "amount"]
    numbers = np.abs(grid.numbers[np.ix_(block.data, np.array(amounts, dtype=np.int64))])
    if not (numbers > 0).any() or unit.multiplier != 1:
        return False
    said = all(_PRICE.search(header) for header in headers) or any(_PRICES.search(text) for _, text in titles)
    return said and float(np.median(numbers[numbers > 0])) < _LARGEST_PRICE
