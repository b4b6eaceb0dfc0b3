"""Receives a workbook: reads it, and keeps it as a draft until a person confirms how it was read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.inspection import SheetView
from budget_align.core.profile import settles_anything
from budget_align.core.reading import Answers, Reading, TableAnswers
from budget_align.core.refusal import RefusedError
from budget_align.core.terms import Terms
from budget_align.services import auditing
from budget_align.services.governments import find_terms, keep_terms, terms_of
from budget_align.services.installation import limits_of
from budget_align.services.profiles import find_changed_shapes, settle_by_profiles
from budget_align.services.versions import find_older_versions
from budget_align.store import queries
from budget_align.store.tables import Draft, SourceFile
from importers.inspection import ROWS_SHOWN
from importers.isolation import Cancel as ReadingCancel
from importers.isolation import CancelledError, prepare_worker, read_isolated, view_isolated
from importers.limits import Limits

__all__ = ["ROWS_SHOWN", "CancelledError", "ReadingCancel"]

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Received:
    """What became of a workbook: the draft to confirm, or the submission that already holds this very file."""

    draft_id: int | None
    submission_id: int | None
    reading: Reading


@dataclass(frozen=True)
class WaitingDraft:
    """A draft as lists show it."""

    id: int
    government: str
    file_name: str
    received_by: str
    received_at: datetime


def receive(
    engine: Engine,
    settings: Settings,
    data: bytes,
    file_name: str,
    government: str,
    actor: str,
    progress: Progress | None = None,
    cancel: ReadingCancel | None = None,
) -> Received:
    """Reads a workbook and keeps it as a draft, settled by what was confirmed for workbooks of the same shape.

    Raises:
        RefusedError: it cannot be read; nothing is stored.
        CancelledError: `cancel` was asked for; nothing is stored.
    """
    limits, terms = limits_of(settings), terms_of(engine, government, settings)
    asked: dict[str, Any] = {"terms": terms, "limits": limits, "cancel": cancel, "keep_ready": True}
    reading = read_isolated(data, file_name, progress=progress, **asked)
    with Session(engine) as session:
        answers = settle_by_profiles(session, government, reading)
    if answers.tables:
        reading = read_isolated(data, file_name, answers=answers, **asked)
    if cancel is not None and cancel.asked:
        raise CancelledError
    said = answers.model_dump_json()
    _READINGS.keep((reading.file_hash, file_name, said, limits, terms), reading)
    with Session(engine) as session, session.begin():
        known = queries.submission_of_file(session, government, reading.file_hash)
        if known:
            return Received(None, known.id, reading)
        draft = queries.draft_of_file(session, government, reading.file_hash)
        if draft is None:
            keep_terms(session, government, settings)
            if session.get(SourceFile, reading.file_hash) is None:
                session.add(SourceFile(file_hash=reading.file_hash, content=data))
                session.flush()
            draft = Draft(
                government=government,
                file_hash=reading.file_hash,
                file_name=file_name,
                answers=said,
                received_by=actor,
                received_at=datetime.now(UTC).replace(microsecond=0),
            )
            session.add(draft)
            session.flush()
            detail = {"file": file_name, "file_hash": reading.file_hash, "government": government}
            auditing.record(session, actor, "workbook received", f"draft {draft.id}", detail)
        return Received(draft.id, None, reading)


def read_draft(engine: Engine, settings: Settings, draft_id: int, answers: Answers | None = None) -> Reading:
    """How a draft is read, with a person's answers where given, else with those that are kept with it.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        draft = _draft(session, draft_id)
        said = draft.answers if answers is None else answers.model_dump_json()
        terms = find_terms(session, draft.government, settings)
        reading = _read_again(session, draft, said, limits_of(settings), terms)
        told = find_older_versions(session, draft.government, reading, terms)
        told += find_changed_shapes(session, draft.government, reading)
    return reading.model_copy(update={"findings": (*told, *reading.findings)}) if told else reading


def kept_answers(engine: Engine, draft_id: int) -> Answers:
    """What is settled about a draft so far.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        return Answers.model_validate_json(_draft(session, draft_id).answers)


def settle_table(engine: Engine, draft_id: int, key: str, answers: TableAnswers) -> None:
    """Keeps what a person settled about one table of a draft; the other tables stay as they are.

    Raises:
        RefusedError: there is no such draft.
    """
    kept = kept_answers(engine, draft_id)
    tables = {**kept.tables, key: answers}
    settle(
        engine, draft_id, kept.model_copy(update={"tables": {k: t for k, t in tables.items() if settles_anything(t)}})
    )


def settle(engine: Engine, draft_id: int, answers: Answers) -> None:
    """Keeps what a person settled about a draft; it holds from now on.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session, session.begin():
        _draft(session, draft_id).answers = answers.model_dump_json()


def view_draft(engine: Engine, settings: Settings, draft_id: int, position: int, first_row: int) -> SheetView:
    """A part of one sheet of a draft, with what each cell was taken for.

    Raises:
        RefusedError: there is no such draft.
    """
    content, file_name, answers, terms = draft_content(engine, settings, draft_id)
    return view_isolated(
        content,
        file_name,
        position=position,
        first_row=first_row,
        terms=terms,
        answers=answers,
        limits=limits_of(settings),
        keep_ready=True,
    )


def draft_content(engine: Engine, settings: Settings, draft_id: int) -> tuple[bytes, str, Answers, Terms]:
    """The workbook of a draft, its name, what is settled about it, and the terms in which it is read.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        draft = _draft(session, draft_id)
        answers, terms = Answers.model_validate_json(draft.answers), find_terms(session, draft.government, settings)
        return _content(session, draft), draft.file_name, answers, terms


def describe_draft(engine: Engine, draft_id: int) -> WaitingDraft:
    """A draft as lists show it.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        return _waiting(_draft(session, draft_id))


def waiting_drafts(engine: Engine) -> list[WaitingDraft]:
    """Drafts that wait for confirmation, newest first."""
    with Session(engine) as session:
        return [_waiting(draft) for draft in queries.drafts(session)]


def discard(engine: Engine, draft_id: int, actor: str) -> None:
    """Forgets a draft, and its file where nothing else holds it.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session, session.begin():
        draft = _draft(session, draft_id)
        file_hash = draft.file_hash
        auditing.record(session, actor, "workbook discarded", f"draft {draft_id}", {"file": draft.file_name})
        session.delete(draft)
        session.flush()
        if not queries.file_is_used(session, file_hash):
            queries.drop_file(session, file_hash)


def get_ready() -> None:
    """Starts a process for the first workbook ahead of it, as a service does when it starts."""
    prepare_worker()


_Key = tuple[str, str, str, Limits, Terms]
"""File, its name, what is settled about it, limits and terms: what gives the same gives the same reading."""


class _Readings:
    """The last readings, so that the pages of one draft need not read its workbook again."""

    def __init__(self, kept: int) -> None:
        self._lock = threading.Lock()
        self._kept = kept
        self._readings: OrderedDict[_Key, Reading] = OrderedDict()

    def find(self, key: _Key) -> Reading | None:
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
            return self._readings.get(key)

    def keep(self, key: _Key, reading: Reading) -> None:
        with self._lock:
            self._readings[key] = reading
            self._readings.move_to_end(key)
            while len(self._readings) > self._kept:
                self._readings.popitem(last=False)


_READINGS = _Readings(kept=6)


def _read_again(session: Session, draft: Draft, said: str, limits: Limits, terms: Terms) -> Reading:
    """The reading of a kept file."""
    key = (draft.file_hash, draft.file_name, said, limits, terms)
    reading = _READINGS.find(key)
    if reading is None:
        answers = Answers.model_validate_json(said)
        reading = read_isolated(
            _content(session, draft), draft.file_name, terms=terms, answers=answers, limits=limits, keep_ready=True
        )
        _READINGS.keep(key, reading)
    return reading


def _content(session: Session, draft: Draft) -> bytes:
    source = session.get(SourceFile, draft.file_hash)
    assert source is not None, "a draft's file is kept as long as the draft"
    return source.content


def _draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
    return draft


def _waiting(draft: Draft) -> WaitingDraft:
    assert draft.id is not None
    return WaitingDraft(draft.id, draft.government, draft.file_name, draft.received_by, draft.received_at)
