"""Keeps where the reading of each uploaded workbook has come to, so that a page can show it after a reload."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.refusal import RefusedError
from budget_align.store import queries
from budget_align.store.tables import Job

UNFINISHED = ("waiting", "reading")


@dataclass(frozen=True)
class Upload:
    """Where the reading of an upload has come to, as pages show it; `status` as `store.tables.Job` says."""

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
    """Notes that a workbook waits to be read, and returns the id of its job."""
    job = Job(
        id=secrets.token_hex(8),
        government=government,
        file_name=file_name,
        status="waiting",
        done=0,
        total=0,
        step="",
        message="",
        code="",
        asked_by=actor,
        asked_at=datetime.now(UTC).replace(microsecond=0),
    )
    with Session(engine) as session, session.begin():
        session.add(job)
        return job.id


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
        return [_describe(job) for job in queries.jobs_of_status(session, UNFINISHED)]


def stop_unfinished(engine: Engine) -> int:
    """Tells those who sent them that readings which a restart of the service cut off are to be sent again."""
    with Session(engine) as session, session.begin():
        jobs = queries.jobs_of_status(session, UNFINISHED)
        for job in jobs:
            job.status, job.code = "stopped", "restarted"
            job.message = "The service was restarted while the workbook was read; send it again."
        return len(jobs)


def _describe(job: Job) -> Upload:
    return Upload(**job.model_dump(exclude={"asked_at"}))


def _job(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise RefusedError("no-upload", "There is no such upload; send the workbook again.")
    return job
