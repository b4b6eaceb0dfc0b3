"""Turns at what takes memory or long: so many at a time in the whole service, however many processes it has."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from budget_align.core.values.refusal import RefusedError

_BETWEEN: Final = 0.1
"""Seconds between two looks for a place that other processes hold."""


class Turns:
    """Lets only so many go on at a time. With a folder, all processes that name the same one count together: whoever
    has a turn holds the lock of a file there, which the system takes back even from a process that is killed.
    """

    def __init__(self, name: str, most_waiting: int) -> None:
        """Turns at one kind of work.

        Args:
            name: of the files.
            most_waiting: how many threads of this process wait at most; whoever comes after them is told at once, so
                that not every thread of a service waits.
        """
        self._name = name
        self._most_waiting = most_waiting
        self._changed = threading.Condition()
        self._under_way = 0
        self._waiting = 0

    @contextmanager
    def one(
        self,
        at_a_time: int,
        patience: float,
        *,
        folder: str = "",
        in_line: bool = True,
        given_up: Callable[[], bool] = lambda: False,
    ) -> Iterator[None]:
        """Waits for a turn and keeps it.

        Args:
            at_a_time: how many have one at once.
            patience: how many seconds to wait.
            folder: where all processes of the service count; with none, this one counts for itself.
            in_line: whether it is counted among those who wait.
            given_up: looked at while waiting; ends it.

        Raises:
            RefusedError: none came within that time, or as many wait as may.
        """
        end = time.monotonic() + patience
        held = self._wait(at_a_time, end, folder, in_line, given_up)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)
            with self._changed:
                self._under_way -= 1
                self._changed.notify()

    def _wait(self, at_a_time: int, end: float, folder: str, in_line: bool, given_up: Callable[[], bool]) -> int | None:
        with self._changed:
            # First among the threads of this process, then among the processes.
            held = self._take(at_a_time, folder)
            if held is not None:
                return held if folder else None
            if in_line and self._waiting >= self._most_waiting:
                raise _busy()
            self._waiting += in_line
            try:
                while held is None:
                    left = end - time.monotonic()
                    if given_up() or left <= 0:
                        raise _busy()
                    self._changed.wait(min(left, _BETWEEN))
                    held = self._take(at_a_time, folder)
            finally:
                self._waiting -= in_line
            return held if folder else None

    def _take(self, at_a_time: int, folder: str) -> int | None:
        """A place: the lock of its file, or -1 where none is needed; None where there is none."""
        if self._under_way >= at_a_time:
            return None
        held = self._lock_one(at_a_time, folder) if folder else -1
        if held is not None:
            self._under_way += 1
        return held

    def _lock_one(self, at_a_time: int, folder: str) -> int | None:
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError:
            # A command that only looks at a file needs no folder of its own; it counts for itself.
            return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        for number in range(at_a_time):
            file = os.open(os.path.join(folder, f"{self._name}-{number}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
            else:
                return file
        return None


def _busy() -> RefusedError:
    return RefusedError(
        "busy", "Others' files are being read or made, as many as this service does at a time; try again in a minute."
    )
