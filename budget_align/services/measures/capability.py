"""The enabling share: what a government spends on being able to keep its promises."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine

from budget_align.core.values.refusal import RefusedError
from budget_align.services.runs.viewing import OpenRun, list_runs, open_run

FRAMEWORK: Final = "enabling-capabilities"
"""The code of the framework whose outcomes are capabilities."""

MAPPING: Final = "enabling-capabilities"
"""The name of the mapping that comes with the product."""


def find_capability_run(engine: Engine, run: OpenRun) -> OpenRun | None:
    """The government's newest run by the framework of enabling capabilities, opened at the same stage, year and levels
    of government as another run; None where it has none, or none that holds them.
    """
    if run.own_framework.code == FRAMEWORK:
        return run
    for each in list_runs(engine, trials=run.trials, sight=run.sight):
        if each.government == run.government:
            try:
                found = open_run(
                    engine,
                    run_id=each.id,
                    stage=run.stage,
                    year=run.fiscal_year,
                    levels=run.levels or None,
                    trials=run.trials,
                    sight=run.sight,
                )
            except RefusedError:
                continue
            if found.own_framework.code == FRAMEWORK:
                return found
    return None
