"""What a return that waits for confirmation would change of those that it would replace."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.returns.line_changes import Replacement, compare_lines
from budget_align.core.returns.reading import Reading
from budget_align.store import return_queries


def changes_against(engine: Engine, submission_ids: Sequence[int], reading: Reading) -> Replacement:
    """How a reading's lines differ from those of submissions in force that it overlaps."""
    with Session(engine) as session:
        before = return_queries.lines_of(session, submission_ids).drop(columns="submission_id")
    return compare_lines(before, reading.lines)
