"""The tables that Policy Priority Inference takes, for those who model further: indicators, expenditure, and which
expenditure is meant for which indicator.

After O. A. Guerrero and G. Castañeda, Complexity Economics and Sustainable Development (Cambridge University Press),
whose columns these are. Here an expenditure programme is an outcome: money that was tied to it is meant for the
indicators that tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import pandas as pd

from budget_align.core.outcomes.indicator import IndicatorState
from budget_align.core.values.money import Currency

UNKNOWN_QUALITY: Final = 0.5
"""Of monitoring and of the rule of law, which nothing here measures: the middle of 0 to 1, for the modeller to set."""

_ROOM: Final = 0.1
"""Of the range seen, by which the bounds of an indicator lie beyond it."""

_RATES: Final = (0.05, 0.95)
"""Bounds of a success rate, since the model needs it strictly between 0 and 1."""


def indicator_table(readings: Sequence[IndicatorState], funded: Mapping[str, int]) -> pd.DataFrame:
    """A row for each indicator with an outcome and at least two values, each value between 0 and 1, more being better.

    Columns are the years, empty where there is no value, then seriesCode, sdg (the outcome), minVals, maxVals,
    instrumental (1 where money is tied to its outcome), seriesName, color, I0 and IF (the first and last value),
    successRates (the share of changes for the better), qm and rl.

    Args:
        funded: amounts by outcome.
    """
    used = [reading for reading in readings if reading.definition.outcome and len(reading.series) > 1]
    years = sorted({year for reading in used for year, _ in reading.series})
    rows = []
    for reading in used:
        good = [(year, reading.definition.goodness(value)) for year, value in reading.series]
        low, high = _bounds([value for _, value in good])
        values = {year: (value - low) / (high - low) for year, value in good}
        found = list(values.values())
        better = sum(later > earlier for earlier, later in pairwise(found)) / (len(found) - 1)
        rows.append(
            {
                **{str(year): values.get(year) for year in years},
                "seriesCode": reading.definition.code,
                "sdg": reading.definition.outcome,
                "minVals": 0.0,
                "maxVals": 1.0,
                "instrumental": int(funded.get(reading.definition.outcome, 0) > 0),
                "seriesName": reading.definition.name,
                "color": "",
                "I0": found[0],
                "IF": found[-1],
                "successRates": min(max(better, _RATES[0]), _RATES[1]),
                "qm": UNKNOWN_QUALITY,
                "rl": UNKNOWN_QUALITY,
            }
        )
    return pd.DataFrame(rows)


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * _ROOM or abs(high) * _ROOM or 1.0
    return low - room, high + room


def expenditure_table(spend: Sequence[Mapping[str, int]], outcomes: Sequence[str], currency: Currency) -> pd.DataFrame:
    """A row for each outcome with money: sdg (the outcome) and its spend in each period from 0, in units of currency.

    Args:
        spend: amounts by outcome in minor units, a mapping for each period, oldest first.
        currency: of the amounts.
    """
    rows = [
        {
            "sdg": code,
            **{str(i): max(0, amounts.get(code, 0)) / currency.minor_units for i, amounts in enumerate(spend)},
        }
        for code in outcomes
        if any(amounts.get(code, 0) > 0 for amounts in spend)
    ]
    return pd.DataFrame(rows, columns=["sdg", *map(str, range(len(spend)))])


def relation_table(indicators: pd.DataFrame) -> pd.DataFrame:
    """Which expenditure is meant for which indicator: seriesCode, and the outcome in column 0; instrumental ones."""
    if indicators.empty:
        return pd.DataFrame(columns=["seriesCode", "0"])
    mine = indicators[indicators["instrumental"] == 1]
    return mine[["seriesCode", "sdg"]].rename(columns={"sdg": "0"}).reset_index(drop=True)
