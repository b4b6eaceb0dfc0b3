"""How the mix of what was spent departs from what was meant, by programmes as they are kept."""

from __future__ import annotations

from sqlalchemy import Engine

from budget_align.core.lenses.crosswalk import see_through
from budget_align.core.measures.outturn import Composition, Outturn, find_composition
from budget_align.services.runs.shares import accounts_of
from budget_align.services.runs.viewing import OpenRun


def compose(engine: Engine, run: OpenRun, found: Outturn) -> Composition:
    """How the mix of what was spent departs from what was meant, by outcome and by programme, of the bodies that have
    figures of both stages; see `outturn.Composition`.
    """
    sides = []
    for stage in (found.meant_stage, found.spent_stage):
        cells = accounts_of(engine, run, stage, found.fiscal_year)
        cells = cells[~cells["body"].isin(found.left_out)]
        sides.append(see_through(cells, run.lens_steps))
    return find_composition(*sides)
