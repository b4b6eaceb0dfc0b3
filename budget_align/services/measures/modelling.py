"""Takes the figures along to a model: the tables of Policy Priority Inference."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.measures.policy_priority import (
    UNKNOWN_QUALITY,
    expenditure_table,
    indicator_table,
    relation_table,
)
from budget_align.core.values.plain_cells import plain_cell
from budget_align.services.outcomes.indicators import read_all
from budget_align.services.runs.viewing import OpenRun

_NOTE = """Tables for Policy Priority Inference: {government}, {stage}, run {run}.

data_indicators.csv       each indicator that tells of an outcome, from 0 to 1, more being better: the range seen, with
                          a tenth of it beyond either end, stands for its bounds. Years without a value are empty.
                          qm and rl are {quality}, since nothing here measures them; set them before you calibrate.
data_expenditure.csv      spend by outcome in {currency}; period 0 is {first}, one period a year.
data_relational_table.csv which outcome's spend is meant for which indicator.

Money was tied to outcomes by the rules of "{mapping}".
"""


def _as_csv(table: pd.DataFrame) -> str:
    plain = table.map(lambda cell: plain_cell(cell) if isinstance(cell, str) else cell)
    return plain.rename(columns=lambda name: plain_cell(str(name))).to_csv(index=False)


def export_tables(engine: Engine, run: OpenRun, today: date) -> bytes:
    """The three tables as .csv in a .zip with a note on what stands in them, for the stage shown."""
    years = sorted(year for stage, year in run.periods if stage == run.stage)
    spend = []
    for year in years:
        sums = alignment.spend_by(alignment.of_period(run.cube, run.stage, year), "outcome")
        spend.append({str(code): int(amount) for code, amount in sums.items()})
    outcomes = list(run.framework.outcome_names())
    of_code = {told: code for code in outcomes for told in run.answers_to(code)}
    readings = []
    for reading in read_all(engine, run.government, today):
        outcome = of_code.get(reading.definition.outcome)
        if outcome is not None:
            readings.append(replace(reading, definition=reading.definition.model_copy(update={"outcome": outcome})))
    indicators = indicator_table(readings, spend[-1] if spend else {})
    tables = {
        "data_indicators.csv": indicators,
        "data_expenditure.csv": expenditure_table(spend, outcomes, run.terms.currency),
        "data_relational_table.csv": relation_table(indicators),
    }
    about = {"government": run.government, "stage": run.stage, "run": run.id[:12], "mapping": run.mapping.title}
    about |= {"first": run.terms.year(years[0]), "currency": f"{run.terms.currency.code}, gross of income"}
    note = _NOTE.format(**about, quality=UNKNOWN_QUALITY)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("README.txt", note), *((n, _as_csv(t)) for n, t in tables.items())):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()
