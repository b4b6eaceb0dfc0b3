"""Confirms how a workbook was read: its lines become a submission, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, cast

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core import fiscal_year
from budget_align.core.money import COUNTED_IN
from budget_align.core.reading import Answers, Reading, group_questions
from budget_align.core.refusal import RefusedError
from budget_align.services import auditing
from budget_align.services.profiles import keep_profiles
from budget_align.services.receiving import read_draft
from budget_align.store import queries
from budget_align.store.tables import BudgetLine, Draft, Submission

Overlap = Literal["replace", "add"]
Progress = Callable[[int, int], None]


def find_overlap(engine: Engine, government: str, reading: Reading) -> dict[int, list[str]]:
    """Submissions in force that speak of a body, stage and year of this reading, and of which, by submission id."""
    keys = reading.lines[["body", "stage", "fiscal_year"]].drop_duplicates()
    said = set(zip(keys["body"], keys["stage"], keys["fiscal_year"], strict=True))
    with Session(engine) as session:
        active = {s.id: s for s in queries.submissions(session, government, "submitted") if s.id is not None}
        found: dict[int, list[str]] = {}
        for submission_id, body, stage, year in queries.coverage(session, list(active)):
            if (body, stage, year) in said:
                found.setdefault(submission_id, []).append(f"{body}, {stage} {fiscal_year.label(year)}")
    return {key: sorted(values) for key, values in found.items()}


def confirm(
    engine: Engine,
    settings: Settings,
    draft_id: int,
    actor: str,
    answers: Answers | None = None,
    overlap: Overlap | None = None,
    progress: Progress | None = None,
) -> int:
    """Stores a draft's lines as a submission and returns its id.

    Args:
        draft_id: the draft.
        actor: who confirms.
        answers: what the person settled; each goes before the importer's own beliefs.
        overlap: where submissions in force speak of the same bodies, stages and years, whether this one replaces
            them or is added to them.
        progress: told of stored lines.

    Raises:
        RefusedError: a question is open, an overlap is not settled, or the amounts are in another currency; nothing is
            stored.
    """
    reading = read_draft(engine, settings, draft_id, answers)
    if reading.questions:
        asked = " ".join(group_questions(reading.questions))
        raise RefusedError("questions", f"Answer first: {asked}")
    if reading.lines.empty:
        raise RefusedError(
            "nothing-counted", "No table of the workbook is counted; count one, or discard the workbook."
        )
    foreign = [t for t in reading.tables if t.counted.value == "yes" and t.unit_of_amounts.currency != COUNTED_IN]
    if foreign:
        raise RefusedError(
            "currency",
            f"The amounts of sheet {foreign[0].sheet!r} are in {foreign[0].unit_of_amounts.currency} and budgets are "
            f"counted in {COUNTED_IN}; send them in that currency, or leave the table out of the count.",
        )
    with Session(engine) as session, session.begin():
        draft = session.get(Draft, draft_id)
        if draft is None:
            raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
        overlapping = find_overlap(engine, draft.government, reading)
        if overlapping and overlap is None:
            first = next(iter(overlapping.values()))[0]
            raise RefusedError(
                "overlap", f"Another return already covers {first}; say whether this one replaces it or is added to it."
            )
        submission = Submission(
            government=draft.government,
            status="submitted",
            file_hash=draft.file_hash,
            file_name=draft.file_name,
            reading=reading.model_dump_json(exclude={"control_totals"}),
            lines_hash=hash_lines(reading.lines),
            line_count=len(reading.lines),
            confirmed_by=actor,
            confirmed_at=datetime.now(UTC).replace(microsecond=0),
        )
        session.add(submission)
        session.flush()
        submission_id = cast(int, submission.id)
        queries.add_frame(session, BudgetLine, reading.lines.assign(submission_id=submission_id), progress)
        queries.add_stated_totals(session, submission_id, reading.control_totals)
        if overlap == "replace":
            for old in queries.submissions(session, draft.government, "submitted"):
                if old.id in overlapping:
                    old.status = "superseded"
                    auditing.record(
                        session, actor, "submission superseded", f"submission {old.id}", {"by": submission_id}
                    )
        keep_profiles(session, draft.government, reading, actor)
        session.delete(draft)
        detail = {"file_hash": submission.file_hash, "lines": len(reading.lines), "lines_hash": submission.lines_hash}
        auditing.record(session, actor, "reading confirmed", f"submission {submission_id}", detail)
    return submission_id


def hash_lines(lines: pd.DataFrame) -> str:
    """The SHA-256 of a frame of budget lines; the same lines in the same order give the same hash."""
    digest = hashlib.sha256()
    for name in lines.columns:
        digest.update(json.dumps([name, lines[name].tolist()], ensure_ascii=False).encode())
    return digest.hexdigest()
