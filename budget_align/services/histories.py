"""How an outcome's spend went over the years, across the versions of its framework."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core import alignment
from budget_align.core.framework import Framework
from budget_align.core.succession import Forebear, Stretch, forebears, trace_spend, versions_before
from budget_align.services.frameworks import known_frameworks
from budget_align.services.viewing import OpenRun
from budget_align.store import queries


def list_forebears(engine: Engine, run: OpenRun, code: str) -> list[Forebear]:
    """What an outcome of the framework shown continues, the latest version first."""
    with Session(engine) as session:
        return forebears(run.framework, code, {**known_frameworks(session), run.framework.code: run.framework})


def find_history(engine: Engine, run: OpenRun, code: str) -> list[Stretch]:
    """An outcome's spend in every year that any version of its framework was run for, oldest first, each under the
    version in force then where there is a run by it. Through a lens only the years of the run shown are known.
    """
    spend = [(run.framework, *each) for each in _sums(run.cube)]
    with Session(engine) as session:
        known = {**known_frameworks(session), run.framework.code: run.framework}
        if not run.lens and run.framework.succeeds:
            family = {framework.code for framework in versions_before(run.framework, known)}
            for framework, run_id in _newest_runs(session, run.government, family).items():
                cube = alignment.consolidate(queries.cube_of(session, run_id))
                spend += [(known[framework], *each) for each in _sums(cube)]
    return trace_spend(run.framework, code, known, spend)


def _newest_runs(session: Session, government: str, codes: Collection[str]) -> dict[str, str]:
    """The newest run of a government by each of some frameworks."""
    found: dict[str, str] = {}
    for run in queries.runs(session, government):
        code = Framework.model_validate_json(run.framework).code
        if code in codes:
            found.setdefault(code, run.id)
    return found


def _sums(cube: pd.DataFrame) -> list[tuple[str, int, Mapping[str, int]]]:
    """Stage, year and amounts by outcome."""
    found: list[tuple[str, int, Mapping[str, int]]] = []
    for stage, year in alignment.periods(cube):
        sums = alignment.spend_by(alignment.of_period(cube, stage, year), "outcome")
        found.append((stage, year, {str(code): int(amount) for code, amount in sums.items()}))
    return found
