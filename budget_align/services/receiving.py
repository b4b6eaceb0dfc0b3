"""Receives a workbook: reads it, and keeps it as a draft until a person confirms how it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.reading import Answers, Reading
from budget_align.core.refusal import RefusedError
from budget_align.services import auditing
from budget_align.store import queries
from budget_align.store.tables import Draft, SourceFile
from importers import Limits, read_workbook

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
) -> Received:
    """Reads a workbook and keeps it as a draft.

    Raises:
        RefusedError: it cannot be read; nothing is stored.
    """
    reading = read_workbook(data, file_name, limits=limits_of(settings), progress=progress)
    with Session(engine) as session, session.begin():
        known = queries.submission_of_file(session, government, reading.file_hash)
        if known:
            return Received(None, known.id, reading)
        draft = queries.draft_of_file(session, government, reading.file_hash)
        if draft is None:
            if session.get(SourceFile, reading.file_hash) is None:
                session.add(SourceFile(file_hash=reading.file_hash, content=data))
                session.flush()
            draft = Draft(
                government=government,
                file_hash=reading.file_hash,
                file_name=file_name,
                answers=Answers().model_dump_json(),
                received_by=actor,
                received_at=datetime.now(UTC).replace(microsecond=0),
            )
            session.add(draft)
            session.flush()
            detail = {"file": file_name, "file_hash": reading.file_hash, "government": government}
            auditing.record(session, actor, "workbook received", f"draft {draft.id}", detail)
        return Received(draft.id, None, reading)


def read_draft(engine: Engine, settings: Settings, draft_id: int, answers: Answers | None = None) -> Reading:
    """How a draft is read, with a person's answers where given.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        draft = _draft(session, draft_id)
        said = (answers or Answers.model_validate_json(draft.answers)).model_dump_json()
        return _read_again(engine, draft.file_hash, draft.file_name, said, limits_of(settings))


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


def limits_of(settings: Settings) -> Limits:
    """What a workbook may at most be, by the settings."""
    return Limits(
        int(settings.max_file_mb * 1_000_000), int(settings.max_unpacked_mb * 1_000_000), settings.max_cells_in_sheet
    )


@lru_cache(maxsize=4)
def _read_again(engine: Engine, file_hash: str, file_name: str, answers: str, limits: Limits) -> Reading:
    """The reading of a kept file; the same answers give the same reading, so the last ones are remembered."""
    with Session(engine) as session:
        source = session.get(SourceFile, file_hash)
        assert source is not None, "a draft's file is kept as long as the draft"
        content = source.content
    return read_workbook(content, file_name, answers=Answers.model_validate_json(answers), limits=limits)


def _draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
    return draft


def _waiting(draft: Draft) -> WaitingDraft:
    assert draft.id is not None
    return WaitingDraft(draft.id, draft.government, draft.file_name, draft.received_by, draft.received_at)
