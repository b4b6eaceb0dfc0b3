"""Figures to take along to a model: the tables of Policy Priority Inference as .csv in a .zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import pandas as pd

from budget_align.core.measures.policy_priority import expenditure_table, indicator_table, relation_table
from budget_align.core.outcomes.indicator import IndicatorState
from budget_align.core.values.money import Currency
from budget_align.core.values.plain_cells import plain_cell


def write_modelling_tables(
    note: str,
    readings: Sequence[IndicatorState],
    spend: Sequence[Mapping[str, int]],
    outcomes: Sequence[str],
    currency: Currency,
) -> bytes:
    """The three tables with a note on what stands in them.

    Args:
        note: for README.txt.
        readings: indicators, each with the outcome that it tells of.
        spend: amounts by outcome in minor units, a mapping for each period, oldest first.
        outcomes: codes, in the order of the rows.
        currency: of the amounts.
    """
    indicators = indicator_table(readings, spend[-1] if spend else {})
    tables = {
        "data_indicators.csv": indicators,
        "data_expenditure.csv": expenditure_table(spend, outcomes, currency),
        "data_relational_table.csv": relation_table(indicators),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("README.txt", note), *((name, _as_csv(table)) for name, table in tables.items())):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _as_csv(table: pd.DataFrame) -> str:
    plain = table.map(lambda cell: plain_cell(cell) if isinstance(cell, str) else cell)
    return plain.rename(columns=lambda name: plain_cell(str(name))).to_csv(index=False)
