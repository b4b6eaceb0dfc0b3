"""Takes the figures along to a model: the tables of Policy Priority Inference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.measures.policy_priority import UNKNOWN_QUALITY
from budget_align.services.downloads.making import make_once
from budget_align.services.outcomes.indicators import read_all
from budget_align.services.runs.viewing import OpenRun

_NOTE = """Tables for Policy Priority Inference: {government}, {stage}, run {run}.

data_indicators.csv       each indicator that tells of an outcome, from 0 to 1, more being better: the range seen, with
                          a tenth of it beyond either end, stands for its bounds. Years without a value are empty.
                          qm and rl are {quality}, since nothing here measures them; set them before you calibrate.
data_expenditure.csv      spend by outcome in {currency}; {periods}.
data_relational_table.csv which outcome's spend is meant for which indicator.

Money was tied to outcomes by the rules of "{mapping}".
"""


def export_tables(engine: Engine, settings: Settings, run: OpenRun, today: date) -> bytes:
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
    about = {"government": run.government, "stage": run.stage, "run": run.id[:12], "mapping": run.mapping.title}
    told = ", ".join(f"{place} is {run.terms.year(year)}" for place, year in enumerate(years))
    missing = [run.terms.year(year) for year in range(years[0], years[-1]) if year not in years]
    told += f"; there is no period for {', '.join(missing)}, of which no figures are known" if missing else ""
    about |= {"periods": f"of the periods {told}", "currency": f"{run.terms.currency.code}, gross of income"}
    note = _NOTE.format(**about, quality=UNKNOWN_QUALITY)
    return make_once(engine, settings, "modelling", note, readings, spend, outcomes, run.terms.currency)
