"""Confirms how a workbook was read: its lines become a submission, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Literal, cast

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Currency
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.governments.governments import keep_terms, kept_terms, settle_bare_year, terms_of
from budget_align.services.people.permissions import may_without, permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.returns.drafts import changed_meanwhile, describe_draft, open_draft, refuse_unseen
from budget_align.services.returns.profiles import keep_profiles
from budget_align.services.returns.versions import coverage_in_force
from budget_align.store import bulk, return_queries
from budget_align.store.tables import BudgetLine, Draft, Submission
from importers.readings.questions import BARE_YEAR

Overlap = Literal["replace", "add"]
Progress = Callable[[int, int], None]


_KEYS = ["body", "stage", "version", "flow", "fiscal_year"]


def find_overlap(engine: Engine, government: str, reading: Reading) -> dict[int, list[str]]:
    """Submissions in force that speak of a body, stage, version, flow and year of this reading, and of which, by
    submission id. Another version of the same budget is no overlap: both are kept, and a run takes one of them. Nor is
    its income one with its spending.
    """
    with Session(engine) as session:
        return _overlap(session, government, reading, kept_terms(session, government))


def _overlap(session: Session, government: str, reading: Reading, terms: Terms) -> dict[int, list[str]]:
    said = set(reading.lines[_KEYS].drop_duplicates().itertuples(index=False, name=None))
    found: dict[int, set[str]] = {}
    for number, *key in coverage_in_force(session, government)[["submission_id", *_KEYS]].to_numpy().tolist():
        if tuple(key) in said:
            body, stage, version, _, year = key
            what = stage if version == "original" else f"{version} {stage}"
            found.setdefault(int(number), set()).add(f"{body}, {what} {terms.year(year)}")
    return {key: sorted(values) for key, values in found.items()}


def confirm(
    engine: Engine,
    settings: Settings,
    draft_id: int,
    actor: str,
    answers: Answers | None = None,
    overlap: Overlap | None = None,
    progress: Progress | None = None,
    *,
    seen: str | None = None,
) -> int:
    """Stores a draft's lines as a submission and returns its id.

    Args:
        draft_id: the draft.
        actor: who confirms.
        answers: what the person settled; each goes before the importer's own beliefs.
        overlap: where submissions in force speak of the same bodies, stages, versions and years, whether this one
            replaces them or is added to them.
        progress: told of stored lines.
        seen: the hash of the reading that the person saw; None for one who confirms whatever there is.

    Raises:
        RefusedError: another reading has taken the place of the one seen, a question is open, an overlap is not
            settled, the amounts are in another currency, or the government's terms changed meanwhile; nothing is
            stored.
    """
    whose = describe_draft(engine, draft_id).government
    terms = terms_of(engine, whose, settings)
    opened = open_draft(engine, settings, draft_id, answers, actor=actor)
    reading = opened.reading
    if seen is not None and answers is None and seen != opened.hash:
        raise changed_meanwhile()
    _refuse_unready(reading)
    with change(engine, "returns", whose) as session:
        permit(session, actor, "confirm-return", whose, set(reading.lines["body"]))
        draft = _waiting(session, settings, draft_id, terms)
        # What was read above is what the draft says now, and what the person saw.
        refuse_unseen(session, settings, draft, opened.hash if answers is None else seen)
        overlapping = _settled_overlap(session, draft.government, reading, terms, overlap)
        submission = _store(session, draft, reading, actor, progress)
        if overlap == "replace":
            _refuse_others(session, whose, overlapping, actor)
            _supersede(session, draft.government, overlapping, cast(int, submission.id), actor)
        keep_profiles(session, draft.government, reading, actor)
        said = answers if answers is not None else Answers.model_validate_json(draft.answers)
        if said.settled.get(BARE_YEAR) in ("start", "end"):
            settle_bare_year(session, draft.government, cast(Literal["start", "end"], said.settled[BARE_YEAR]))
        session.delete(draft)
        detail = {
            "file_hash": submission.file_hash,
            "lines": len(reading.lines),
            "lines_hash": submission.lines_hash,
            # What a person settled is part of the record: a figure is traced to who chose the column, too.
            "answers": said.settled,
            "total": said.total,
        }
        auditing.record(session, actor, "reading confirmed", f"submission {submission.id}", detail)
        return cast(int, submission.id)


def _waiting(session: Session, settings: Settings, draft_id: int, terms: Terms) -> Draft:
    """The draft, in whose government's terms its workbook was read.

    Raises:
        RefusedError: it waits no longer, or its government's terms are others by now.
    """
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
    if keep_terms(session, draft.government, settings) != terms:
        raise RefusedError(
            "terms-changed", f"The terms of {draft.government} changed while the workbook was read; confirm it again."
        )
    return draft


def _refuse_unready(reading: Reading) -> None:
    """Refuses a reading with open questions, with no line that counts, or of another currency."""
    if reading.questions:
        asked = " ".join(question.prompt for question in reading.questions)
        raise RefusedError("questions", f"Answer first: {asked}")
    if reading.lines.empty:
        raise RefusedError(
            "nothing-counted", "No table of the workbook is counted; count one, or discard the workbook."
        )
    refuse_foreign(reading)


def _settled_overlap(
    session: Session, government: str, reading: Reading, terms: Terms, overlap: Overlap | None
) -> dict[int, list[str]]:
    """What the reading overlaps with; refused where nobody said what becomes of that."""
    overlapping = _overlap(session, government, reading, terms)
    if overlapping and overlap is None:
        first = next(iter(overlapping.values()))[0]
        raise RefusedError(
            "overlap",
            f"Another return already covers {first}; say whether this one replaces it or is added to it.",
            field="overlap",
        )
    return overlapping


def _store(session: Session, draft: Draft, reading: Reading, actor: str, progress: Progress | None) -> Submission:
    submission = Submission(
        government=draft.government,
        status="submitted",
        file_hash=draft.file_hash,
        file_name=draft.file_name,
        reading=reading.model_dump_json(exclude={"control_totals"}),
        lines_hash=hash_lines(reading.lines),
        line_count=len(reading.lines),
        received_by=draft.received_by,
        settled_by=draft.settled_by,
        marking=draft.marking,
        confirmed_by=actor,
        confirmed_at=datetime.now(UTC).replace(microsecond=0),
    )
    session.add(submission)
    session.flush()
    submission_id = cast(int, submission.id)
    bulk.add_frame(session, BudgetLine, reading.lines.assign(submission_id=submission_id), progress)
    return_queries.add_stated_totals(session, submission_id, reading.control_totals)
    return submission


def _refuse_others(session: Session, government: str, numbers: Collection[int], actor: str) -> None:
    """Keeps a return from taking the place of one that speaks of bodies which its sender does not speak for."""
    for number in numbers:
        bodies = return_queries.bodies_of_submission(session, number)
        if not may_without(session, actor, "withdraw-return", government, bodies, ()):
            raise RefusedError(
                "not-allowed",
                "The return in force speaks of other bodies too, and would no longer count for them either. Someone "
                "who may withdraw returns of all of them replaces it.",
                field="overlap",
            )


def _supersede(session: Session, government: str, old_ids: Collection[int], by: int, actor: str) -> None:
    for old in return_queries.submissions(session, government, "submitted"):
        if old.id in old_ids:
            old.status = "superseded"
            auditing.record(session, actor, "submission superseded", f"submission {old.id}", {"by": by})


def refuse_foreign(reading: Reading) -> None:
    """Makes sure that every amount that is counted is in the currency of the government.

    Raises:
        RefusedError: a table counts in another; the sentence names both.
    """
    home = Currency(reading.currency)
    for table in reading.tables:
        said = {table.unit_of_amounts.currency_in(home)}
        said |= {Currency(column.currency) for column in table.columns if column.role == "amount" and column.currency}
        foreign = sorted(currency.code for currency in said - {home})
        if table.counted.value == "yes" and foreign:
            raise RefusedError(
                "currency",
                f"The amounts of sheet {table.sheet!r} are in {foreign[0]} and budgets are counted in {home}; send "
                "them in that currency, or leave the table out of the count.",
            )


def hash_lines(lines: pd.DataFrame) -> str:
    """The SHA-256 of a frame of budget lines; the same lines in the same order give the same hash."""
    digest = hashlib.sha256()
    for name in lines.columns:
        digest.update(json.dumps([name, lines[name].tolist()], ensure_ascii=False).encode())
    return digest.hexdigest()
