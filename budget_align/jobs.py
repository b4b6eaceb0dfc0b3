"""Background jobs: reads uploaded workbooks while pages go on, each in a process of its own that can be stopped, and
one at a time of one person, so that nobody's uploads keep all others' waiting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
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
    one_at_a_time,
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


@dataclass(frozen=True)
class _Asked:
    """An upload that is to be read, and the context of the request that brought it."""

    job_id: str
    data: bytes
    file_name: str
    government: str
    actor: str
    marking: str
    cancel: ReadingCancel = field(default_factory=ReadingCancel)
    context: Context = field(default_factory=copy_context)


class Jobs:
    """Reads uploads, two at a time and of one person one, and knows which are on their way in this process; which are
    in all, the database knows.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._pool = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="reading")
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._asked: list[_Asked] = []
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
        # The reading is part of the request that asked for it.
        asked = _Asked(job_id, data, file_name, government, actor, marking)
        with self._changed:
            self._under_way[job_id] = asked.cancel
            self._asked.append(asked)
            self._changed.notify_all()
        metering.QUEUE.inc()
        self._pool.submit(self._read_next)
        return job_id

    def _read_next(self) -> None:
        """Reads one of the uploads that were asked for: the first whose person has no other being read anywhere."""
        with ExitStack() as turn:
            with self._changed:
                while (asked := self._choose(turn)) is None:
                    self._changed.wait(_BETWEEN_LOOKS)
            asked.context.run(self._read, asked)
        with self._changed:
            self._changed.notify_all()

    def _choose(self, turn: ExitStack) -> _Asked | None:
        for place, asked in enumerate(self._asked):
            if asked.cancel.asked or self._is_turn_of(asked.actor, turn):
                return self._asked.pop(place)
        return None

    def _is_turn_of(self, actor: str, turn: ExitStack) -> bool:
        """Whether nothing else of a person is read, in whichever process; their turn is kept with `turn`."""
        try:
            turn.enter_context(one_at_a_time(self._settings, actor))
        except RefusedError:
            return False
        return True

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
            with self._changed:
                self._changed.notify_all()
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

    def _read(self, asked: _Asked) -> None:
        noted, began, job_id = 0.0, time.monotonic(), asked.job_id
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
            with self._listening(job_id, asked.cancel):
                received = receive(
                    self._engine,
                    self._settings,
                    asked.data,
                    asked.file_name,
                    asked.government,
                    asked.actor,
                    progress=note,
                    cancel=asked.cancel,
                    marking=asked.marking,
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
