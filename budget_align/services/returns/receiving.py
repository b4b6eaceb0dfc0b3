"""Receives workbooks: each is read in a process of its own, and kept as a draft until a person confirms how."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.returns.reading import Reading
from budget_align.core.values.file_name import plain_name
from budget_align.services.governments.governments import keep_terms, terms_of
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.returns.drafts import tells_of
from budget_align.services.returns.kept_readings import keep, reading_hash
from budget_align.services.returns.profiles import settle_by_profiles
from budget_align.store import return_queries
from budget_align.store.tables import Draft, SourceFile
from importers.isolation.processes import Cancel as ReadingCancel
from importers.isolation.processes import CancelledError, prepare_worker, read_isolated

__all__ = ["CancelledError", "ReadingCancel"]


Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ReceivedWorkbook:
    """What became of a workbook: the draft to confirm, or the submission that already holds this very file."""

    draft_id: int | None
    submission_id: int | None
    reading: Reading


def receive(
    engine: Engine,
    settings: Settings,
    data: bytes,
    file_name: str,
    government: str,
    actor: str,
    progress: Progress | None = None,
    cancel: ReadingCancel | None = None,
    *,
    marking: str = "",
) -> ReceivedWorkbook:
    """Reads a workbook and keeps it as a draft, settled by what was confirmed for workbooks of the same shape.

    Args:
        marking: what whoever sends it marks it with.

    Raises:
        RefusedError: it cannot be read; nothing is stored.
        CancelledError: `cancel` was asked for; nothing is stored.
    """
    file_name = plain_name(file_name)
    limits, terms = limits_of(settings), terms_of(engine, government, settings)
    asked: dict[str, Any] = {"terms": terms, "limits": limits, "cancel": cancel}
    reading = read_isolated(data, file_name, progress=progress, **asked)
    with Session(engine) as session:
        permit(session, actor, "send-return", government, mine=True)
        answers = settle_by_profiles(session, government, reading, tells_of(session, government, actor))
    if answers.tables:
        reading = read_isolated(data, file_name, answers=answers, **asked)
    if cancel is not None and cancel.asked:
        raise CancelledError
    said = answers.model_dump_json()
    with change(engine, "returns", government) as session:
        known = return_queries.submission_of_file(session, government, reading.file_hash)
        if known:
            return ReceivedWorkbook(None, known.id, reading)
        draft = return_queries.draft_of_file(session, government, reading.file_hash)
        if draft is None:
            keep_terms(session, government, settings)
            if session.get(SourceFile, reading.file_hash) is None:
                session.add(SourceFile(file_hash=reading.file_hash, content=data))
                session.flush()
            draft = Draft(
                id=secrets.randbelow(2**62) + 1,
                government=government,
                file_hash=reading.file_hash,
                file_name=file_name,
                answers=said,
                marking=marking,
                received_by=actor,
                received_at=datetime.now(UTC).replace(microsecond=0),
            )
            session.add(draft)
            session.flush()
            keep(session, draft.id, "reading", reading_hash(draft, said, terms), reading)
            detail = {"file": file_name, "file_hash": reading.file_hash, "government": government}
            auditing.record(session, actor, "workbook received", f"draft {draft.id}", detail)
        return ReceivedWorkbook(draft.id, None, reading)


def get_ready() -> None:
    """Starts a process for the first workbook ahead of it, as a service does when it starts."""
    prepare_worker()
