"""Keeps where the reading of each uploaded workbook has come to, so that a page can show it after a reload."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.governments.installation import turns_folder
from budget_align.services.people.permissions import permit
from budget_align.store import locks, return_queries
from budget_align.store.tables import Job
from importers.isolation.turns import Turns

UNFINISHED = ("waiting", "reading")

MOST_OF_ONE, MOST = 3, 20
"""Uploads read or waiting at once, of one person and of all; each is held in memory until it is read."""

_STOP: Final = "stop-asked"
_CUT_OFF: Final = "The service was restarted while the workbook was read; send it again."

_LONGEST: Final = timedelta(days=1)
"""No reading takes longer; one of another machine that did is over."""


@dataclass(frozen=True)
class Upload:
    """Where the reading of an upload has come to, as pages show it; `status` as `store.tables.returns.Job` says."""

    id: str
    government: str
    file_name: str
    status: str
    done: int
    total: int
    step: str
    message: str
    code: str
    draft_id: int | None
    submission_id: int | None
    asked_by: str

    @property
    def finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status not in UNFINISHED


def begin_upload(engine: Engine, government: str, file_name: str, actor: str) -> str:
    """Notes that a workbook waits to be read, and returns the id of its job.

    Raises:
        RefusedError: as many of the same person's, or of everyone's, are being read or wait.
    """
    job = Job(
        id=secrets.token_hex(16),
        government=government,
        file_name=file_name,
        status="waiting",
        done=0,
        total=0,
        step="",
        message="",
        code="",
        process=this_process(),
        asked_by=actor,
        asked_at=datetime.now(UTC).replace(microsecond=0),
    )
    with Session(engine) as session, session.begin():
        locks.take_turn(session, "uploads")
        permit(session, actor, "send-return", government, mine=True)
        _refuse_too_many(session, actor)
        session.add(job)
        return job.id


def _refuse_too_many(session: Session, actor: str) -> None:
    waiting = [job.asked_by for job in return_queries.jobs_of_status(session, UNFINISHED) if not _is_orphan(job)]
    if waiting.count(actor) >= MOST_OF_ONE:
        raise RefusedError("busy", f"{MOST_OF_ONE} workbooks of yours are being read; send this one after.")
    if len(waiting) >= MOST:
        raise RefusedError("busy", "Many workbooks wait to be read; send this one in a few minutes.")


@contextmanager
def one_at_a_time(settings: Settings, actor: str) -> Iterator[None]:
    """A person's turn to have an upload read, which they have once at a time in the whole service.

    Raises:
        RefusedError: another of theirs is being read.
    """
    name = f"of-{hashlib.sha256(actor.encode()).hexdigest()[:16]}"
    with Turns(name, most_waiting=0).one(1, 0, folder=str(turns_folder(settings))):
        yield


def ask_to_stop(engine: Engine, job_id: str) -> None:
    """Asks whichever process reads an upload to stop; does nothing where it is finished."""
    with Session(engine) as session, session.begin():
        return_queries.mark_job(session, job_id, UNFINISHED, _STOP)


def is_to_stop(engine: Engine, job_id: str) -> bool:
    """Whether someone asked that an upload be read no further."""
    with Session(engine) as session:
        return _job(session, job_id).code == _STOP


def note_progress(engine: Engine, job_id: str, done: int, total: int, step: str) -> None:
    """Notes how many sheets are read, of how many, and which is next."""
    with Session(engine) as session, session.begin():
        job = _job(session, job_id)
        job.status, job.done, job.total, job.step = "reading", done, total, step


def finish_upload(
    engine: Engine,
    job_id: str,
    status: str,
    *,
    draft_id: int | None = None,
    submission_id: int | None = None,
    code: str = "",
    message: str = "",
) -> None:
    """Notes what became of an upload."""
    with Session(engine) as session, session.begin():
        job = _job(session, job_id)
        job.status, job.code, job.message = status, code, message
        job.draft_id, job.submission_id = draft_id, submission_id
        job.done = job.total


def find_upload(engine: Engine, job_id: str) -> Upload:
    """Where an upload has come to.

    Raises:
        RefusedError: there is none of that id.
    """
    with Session(engine) as session:
        return _describe(_job(session, job_id))


def unfinished_uploads(engine: Engine) -> list[Upload]:
    """Uploads that are being read or wait for it."""
    with Session(engine) as session:
        found = [_describe(job) for job in return_queries.jobs_of_status(session, UNFINISHED)]
    return [upload for upload in found if not upload.finished]


@cache
def this_process() -> str:
    """Names this process among all that were and are: its machine, its number, and when it began."""
    return f"{socket.gethostname()[:64]}/{os.getpid()}/{_began(os.getpid())}"


def end_orphans(engine: Engine) -> int:
    """Notes of readings whose process is gone that they are to be sent again, and returns of how many; those of other
    processes that run go on.
    """
    with Session(engine) as session, session.begin():
        orphans = [job for job in return_queries.jobs_of_status(session, UNFINISHED) if _is_orphan(job)]
        for job in orphans:
            job.status, job.code, job.message = "stopped", "restarted", _CUT_OFF
        return len(orphans)


def _is_orphan(job: Job) -> bool:
    machine, _, process = job.process.rpartition("/")[0].rpartition("/")
    if machine == socket.gethostname()[:64]:
        return _began(int(process)) != job.process.rpartition("/")[2]
    # Another machine's processes cannot be seen from here.
    asked = job.asked_at if job.asked_at.tzinfo else job.asked_at.replace(tzinfo=UTC)
    return not job.process or datetime.now(UTC) - asked > _LONGEST


def _began(process: int) -> str:
    """When a process began, as the system counts; empty where there is none, or it has ended."""
    try:
        said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if said[0] == "Z" else said[19]


def _describe(job: Job) -> Upload:
    facts = job.model_dump(exclude={"asked_at", "process"})
    if job.status in UNFINISHED and _is_orphan(job):
        facts |= {"status": "stopped", "code": "restarted", "message": _CUT_OFF}
    return Upload(**facts)


def _job(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise RefusedError("no-upload", "There is no such upload; send the workbook again.")
    return job
