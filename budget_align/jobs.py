"""Background jobs: reads uploaded workbooks while pages go on, each in a process of its own that can be stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.returns.receiving import CancelledError, ReadingCancel, receive
from budget_align.services.returns.uploads import begin_upload, find_upload, finish_upload, note_progress

_LOG = logging.getLogger(__name__)

_AT_A_TIME = 2
MOST_OF_ONE, MOST = 3, 20
"""Uploads read or waiting at once, of one person and of all; each holds its file in memory until it is read."""

_BETWEEN_NOTES = 0.3
"""Seconds between two notes of progress; a workbook of many small sheets need not write each."""


class Jobs:
    """Reads uploads, two at a time, and knows which are on their way."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._pool = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="reading")
        self._lock = threading.Lock()
        self._under_way: dict[str, ReadingCancel] = {}
        self._of_whom: Counter[str] = Counter()

    def read_upload(self, data: bytes, file_name: str, government: str, actor: str) -> str:
        """Begins to read a workbook and returns the id of its job.

        Raises:
            RefusedError: as many of the same person's, or of everyone's, are being read or wait.
        """
        self._take_place(actor)
        try:
            job_id = begin_upload(self._engine, government, file_name, actor)
        except BaseException:
            self._leave_place(actor)
            raise
        cancel = ReadingCancel()
        with self._lock:
            self._under_way[job_id] = cancel
        self._pool.submit(self._read, job_id, data, file_name, government, actor, cancel)
        return job_id

    def _take_place(self, actor: str) -> None:
        with self._lock:
            if self._of_whom[actor] >= MOST_OF_ONE:
                raise RefusedError("busy", f"{MOST_OF_ONE} workbooks of yours are being read; send this one after.")
            if self._of_whom.total() >= MOST:
                raise RefusedError("busy", "Many workbooks wait to be read; send this one in a few minutes.")
            self._of_whom[actor] += 1

    def _leave_place(self, actor: str) -> None:
        with self._lock:
            self._of_whom[actor] -= 1

    def wait(self, job_id: str, seconds: float) -> None:
        """Waits until a job is finished, so long at most."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not find_upload(self._engine, job_id).finished:
            time.sleep(0.05)

    def stop(self, job_id: str) -> None:
        """Stops a job; nothing of its workbook is kept."""
        with self._lock:
            cancel = self._under_way.get(job_id)
        if cancel is not None:
            cancel.now()

    def _read(
        self, job_id: str, data: bytes, file_name: str, government: str, actor: str, cancel: ReadingCancel
    ) -> None:
        noted = 0.0

        def note(done: int, total: int, step: str) -> None:
            nonlocal noted
            if time.monotonic() - noted >= _BETWEEN_NOTES:
                noted = time.monotonic()
                note_progress(self._engine, job_id, done, total, step)

        try:
            received = receive(
                self._engine, self._settings, data, file_name, government, actor, progress=note, cancel=cancel
            )
            finish_upload(
                self._engine, job_id, "done", draft_id=received.draft_id, submission_id=received.submission_id
            )
        except CancelledError:
            finish_upload(self._engine, job_id, "stopped", code="cancelled", message="You stopped the reading.")
        except RefusedError as refusal:
            finish_upload(self._engine, job_id, "refused", code=refusal.code, message=refusal.message)
        except Exception:
            # The person who waits must learn that it failed; what failed is for the log.
            _LOG.exception("reading an upload failed")
            finish_upload(
                self._engine,
                job_id,
                "refused",
                code="failed",
                message="The workbook could not be read; nothing was stored, and the fault is in the service's log.",
            )
        finally:
            self._leave_place(actor)
            with self._lock:
                del self._under_way[job_id]
