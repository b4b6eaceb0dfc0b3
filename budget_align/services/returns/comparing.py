"""Compares a return that waits for confirmation with those that it would replace."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.returns.comparison import Comparison, compare
from budget_align.core.returns.reading import Reading
from budget_align.store import queries


def compare_with(engine: Engine, submission_ids: Sequence[int], reading: Reading) -> Comparison:
    """How a reading's lines differ from those of submissions in force that it overlaps."""
    with Session(engine) as session:
        before = queries.lines_of(session, submission_ids).drop(columns="submission_id")
    return compare(before, reading.lines)
