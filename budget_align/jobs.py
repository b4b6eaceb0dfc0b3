"""Background jobs: reads uploaded workbooks while pages go on, each in a process of its own that can be stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from budget_align import metering
from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.returns.receiving import CancelledError, ReadingCancel, receive
from budget_align.services.returns.uploads import (
    ask_to_stop,
    begin_upload,
    find_upload,
    finish_upload,
    is_to_stop,
    note_progress,
)

_LOG = logging.getLogger(__name__)

_AT_A_TIME = 2
_MOST_WAITING = 2
_BETWEEN_NOTES = 0.3
"""Seconds between two notes of progress; a workbook of many small sheets need not write each."""

_TO_BE_TOLD = 60.0
"""Seconds after its time is up within which a reading has ended, if all is well."""

_BETWEEN_LOOKS = 1.0
"""Seconds between two looks whether someone, perhaps through another process, asked to stop."""


class Jobs:
    """Reads uploads, two at a time, and knows which are on their way in this process; which are in all, the database
    knows.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._pool = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="reading")
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)
        self._under_way: dict[str, ReadingCancel] = {}
        self._begun: dict[str, float] = {}

    def read_upload(self, data: bytes, file_name: str, government: str, actor: str, marking: str = "") -> str:
        """Begins to read a workbook and returns the id of its job.

        Args:
            marking: what whoever sends it marks it with.

        Raises:
            RefusedError: as many of the same person's, or of everyone's, are being read or wait.
        """
        job_id = begin_upload(self._engine, government, file_name, actor)
        cancel = ReadingCancel()
        with self._lock:
            self._under_way[job_id] = cancel
        metering.QUEUE.inc()
        # The reading is part of the request that asked for it.
        self._pool.submit(copy_context().run, self._read, job_id, data, file_name, government, actor, marking, cancel)
        return job_id

    def wait(self, job_id: str, seconds: float) -> None:
        """Waits until a job is finished, so long at most; not at all where others wait already, who would leave no
        thread to those that ask for something else.
        """
        if not self._waiting.acquire(blocking=False):
            return
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end and not find_upload(self._engine, job_id).finished:
                time.sleep(0.05)
        finally:
            self._waiting.release()

    def stop(self, job_id: str) -> None:
        """Stops a job, whichever process reads it; nothing of its workbook is kept."""
        with self._lock:
            cancel = self._under_way.get(job_id)
        if cancel is not None:
            cancel.now()
        else:
            ask_to_stop(self._engine, job_id)

    def stalled(self) -> int:
        """How many readings of this process go on for longer than they may, with time to be told so."""
        before = time.monotonic() - self._settings.max_seconds - _TO_BE_TOLD
        with self._lock:
            return sum(began < before for began in self._begun.values())

    @contextmanager
    def _listening(self, job_id: str, cancel: ReadingCancel) -> Iterator[None]:
        """Listens meanwhile for someone who asks another process to stop the reading."""
        over = threading.Event()

        def listen() -> None:
            while not over.wait(_BETWEEN_LOOKS):
                try:
                    if is_to_stop(self._engine, job_id):
                        cancel.now()
                        return
                except (RefusedError, SQLAlchemyError):
                    _LOG.warning("it could not be seen whether an upload is to be stopped")

        listener = threading.Thread(target=listen, name="stopping", daemon=True)
        listener.start()
        try:
            yield
        finally:
            over.set()
            listener.join()

    def _read(
        self, job_id: str, data: bytes, file_name: str, government: str, actor: str, marking: str, cancel: ReadingCancel
    ) -> None:
        noted, began = 0.0, time.monotonic()
        with self._lock:
            self._begun[job_id] = began

        def note(done: int, total: int, step: str) -> None:
            nonlocal noted
            if time.monotonic() - noted >= _BETWEEN_NOTES:
                noted = time.monotonic()
                note_progress(self._engine, job_id, done, total, step)

        def finish(status: str, **how: Any) -> None:
            metering.READINGS.labels(status).observe(time.monotonic() - began)
            finish_upload(self._engine, job_id, status, **how)

        try:
            with self._listening(job_id, cancel):
                received = receive(
                    self._engine,
                    self._settings,
                    data,
                    file_name,
                    government,
                    actor,
                    progress=note,
                    cancel=cancel,
                    marking=marking,
                )
            finish("done", draft_id=received.draft_id, submission_id=received.submission_id)
        except CancelledError:
            finish("stopped", code="cancelled", message="You stopped the reading.")
        except RefusedError as refusal:
            finish("refused", code=refusal.code, message=refusal.message)
        except Exception:
            # The person who waits must learn that it failed; what failed is for the log.
            _LOG.exception("reading an upload failed")
            finish(
                "refused",
                code="failed",
                message="The workbook could not be read; nothing was stored, and the fault is in the service's log.",
            )
        finally:
            metering.QUEUE.dec()
            with self._lock:
                del self._under_way[job_id], self._begun[job_id]
