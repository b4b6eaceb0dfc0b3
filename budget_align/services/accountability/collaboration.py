"""Which bodies each outcome of a run depends on, and whether a board sees all of them."""

from __future__ import annotations

from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.measures.collaboration import Collaboration, find_collaboration
from budget_align.services.accountability.owners import list_owners
from budget_align.services.runs.viewing import OpenRun


def list_collaboration(engine: Engine, run: OpenRun) -> list[Collaboration]:
    """How the money of every outcome of the framework shown is spread over bodies, the most money first."""
    owners = list_owners(engine, run)
    below = run.part["below"]
    gross, receipts = (alignment.bodies_by_outcome(part) for part in (run.part[~below], run.part[below]))
    found = []
    for code, name in run.framework.outcome_names().items():
        spent, netted = (
            {str(b): int(a) for b, a in given[code].items()} if code in given.columns else {}
            for given in (gross, receipts)
        )
        owner = owners.get(code)
        found.append(find_collaboration(code, name, spent, netted, owner.board if owner else ""))
    return sorted(found, key=lambda each: -each.amount)
