"""A process that has loaded the reader and is copied for each file: to load it each time took far longer than a small
workbook takes to be read. It never sees a file itself, and what happens in one copy reaches no other. Started as
`python -m importers.isolation.forking ACTION SOCKET`, with a pipe as its standard input that is closed when whoever
started it is gone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import IO, Final, NoReturn

from importers.isolation.worker import ACTIONS, answer, end_with_parent, find_action

_NUMBER: Final = struct.Struct(">i")
"""What the two say to each other: `_COPY` with the two pipes of a copy, answered by its number; or the number of one
that is to be waited for, answered by how it ended.
"""

_COPY: Final = 0

_STANDARD_INPUT, _STANDARD_OUTPUT, _STANDARD_ERROR = range(3)

_EVERYTHING: Final = "everything"

_NICENESS: Final = 5
"""How far reading stands back, which is to a third: a page that someone waits for goes before a workbook that is read
meanwhile, which goes on all the same.
"""

_THREADS: Final = "1"
"""Of a library for numbers: more do not live on in a copy, and each counts as memory."""

_SMALL: Final = "Body,Programme,2026-27 budget £\nWorks,Roads,1\n".encode()
"""What is read once ahead, so that the words of budgets are loaded too."""


class Copy:
    """A process that reads one file.

    Attributes:
        pid: its number.
        requests: where it is asked.
        answers: where it is heard.
    """

    def __init__(self, copied: Copied, pid: int, requests: IO[bytes], answers: IO[bytes]) -> None:
        self.pid, self.requests, self.answers = pid, requests, answers
        self._copied = copied
        self._lock = threading.Lock()
        self._code: int | None = None

    def kill(self) -> None:
        """Ends it at once, whatever it does; another thread may ask for it."""
        with self._lock:
            if self._code is None:
                # Its number is given to nobody else before it was waited for.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """Ends it if it still goes on, and says how it ended: its exit code, or the number of a signal below zero."""
        self.kill()
        for stream in (self.requests, self.answers):
            # Closing sends what was not sent yet, and whom it is for may be gone.
            with contextlib.suppress(OSError):
                stream.close()
        with self._lock:
            if self._code is None:
                self._code = self._copied.wait_for(self.pid)
            return self._code


class Copied(ABC):
    """A process that is copied for each file."""

    @abstractmethod
    def wait_for(self, pid: int) -> int:
        """How a copy ended."""

    @abstractmethod
    def _make(self, action: str, its: Sequence[int], ours: Sequence[int]) -> int:
        """Makes a copy that is asked and heard by its ends of two pipes, and has no business with ours; its number."""

    def copy(self, action: str) -> Copy:
        """A copy that waits for one request.

        Args:
            action: what it will be asked for, loaded ahead where nothing is loaded yet.

        Raises:
            OSError: the machine lets no further process start.
        """
        asked, requests = os.pipe()
        answers, said = os.pipe()
        try:
            pid = self._make(action, (asked, said), (requests, answers))
        except OSError:
            os.close(requests)
            os.close(answers)
            raise
        finally:
            os.close(asked)
            os.close(said)
        return Copy(self, pid, os.fdopen(requests, "wb", 1 << 20), os.fdopen(answers, "rb", 1 << 20))


class ThisProcess(Copied):
    """The very process that asks, where it is a command that reads one file and ends: another interpreter would load
    again what this one has loaded already. What reads is loaded by the copy alone. It has no other threads; a service,
    which has, copies an `Original`.
    """

    def wait_for(self, pid: int) -> int:
        """How a copy ended."""
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _make(self, action: str, its: Sequence[int], ours: Sequence[int]) -> int:
        pid = os.fork()
        if pid == 0:
            # Whatever happens, a copy does nothing else of what the command would do.
            try:
                for pipe in ours:
                    os.close(pipe)
                os.dup2(os.open(os.devnull, os.O_RDONLY), _STANDARD_INPUT)
                os.environ["OPENBLAS_NUM_THREADS"] = _THREADS
                _stand_back()
                _read_one(*its)
            finally:
                os._exit(1)
        return pid


class Original(Copied):
    """A process of its own that is copied; started when it is first needed, and again where something else ended it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self, action: str = _EVERYTHING) -> None:
        """Starts it, unless it runs.

        Args:
            action: the one of `worker.ACTIONS` that it loads ahead; by default all that any of them takes.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._close()
                ours, its = socket.socketpair()
                with its:
                    self._process = subprocess.Popen(
                        # -P: a folder that happens to be called importers, where the command is run, is not ours.
                        [sys.executable, "-P", "-m", "importers.isolation.forking", action, str(its.fileno())],
                        stdin=subprocess.PIPE,
                        pass_fds=[its.fileno()],
                        env={**os.environ, "OPENBLAS_NUM_THREADS": _THREADS},
                    )
                self._control = ours

    def wait_for(self, pid: int) -> int:
        """How a copy ended."""
        try:
            return self._say(pid)
        except OSError:
            # The original is gone; nobody knows any more how its copy ended, which was killed.
            return -signal.SIGKILL

    def _make(self, action: str, its: Sequence[int], ours: Sequence[int]) -> int:
        self.start(action)
        pid = self._say(_COPY, its)
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return pid

    def end(self) -> None:
        """Ends it; a copy that still reads ends when nobody hears it any more."""
        with self._lock:
            self._close()

    def _say(self, number: int, pipes: Sequence[int] = ()) -> int:
        with self._lock:
            if self._control is None:
                raise BrokenPipeError("the process that is copied was ended")
            socket.send_fds(self._control, [_NUMBER.pack(number)], pipes)
            said = self._control.recv(_NUMBER.size, socket.MSG_WAITALL)
        if len(said) < _NUMBER.size:
            raise BrokenPipeError("the process that is copied is gone")
        return int(_NUMBER.unpack(said)[0])

    def _close(self) -> None:
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


def main() -> None:
    """Makes copies until whoever started it is gone."""
    end_with_parent(sys.stdin.fileno())
    _stand_back()
    action, control = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    _load(action)
    copies: set[int] = set()
    while True:
        word, pipes, _, _ = socket.recv_fds(control, _NUMBER.size, 2, socket.MSG_WAITALL)
        if not word:
            break
        (said,) = _NUMBER.unpack(word)
        if said == _COPY:
            said = _copy(control, pipes)
            copies |= {said} if said > 0 else set()
        elif said in copies:
            copies.remove(said)
            said = os.waitstatus_to_exitcode(os.waitpid(said, 0)[1])
        else:
            # It was the copy of one that is gone.
            said = -signal.SIGKILL
        with contextlib.suppress(OSError):
            control.sendall(_NUMBER.pack(said))
    # Nothing is left to be tidied, and taking apart what was loaded would only take time.
    os._exit(0)


def _stand_back() -> None:
    """Lets a process that reads disturb nobody."""
    # A terminal's interrupt goes to all who share it; who asked decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints goes where errors go.
    os.dup2(_STANDARD_ERROR, _STANDARD_OUTPUT)
    # Where a system forbids that, reading is as good as anything else.
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)


def _load(action: str) -> None:
    """Loads what an action takes, or all actions."""
    for name in ACTIONS if action == _EVERYTHING else (action,):
        find_action(name)
    if action == _EVERYTHING:
        from budget_align.core.values.terms import UK

        find_action("read")(_SMALL, "small.csv", terms=UK)
    # What is loaded now stays, and is shared by the copies as long as none looks for garbage in it.
    gc.collect()
    gc.freeze()


def _copy(control: socket.socket, pipes: Sequence[int]) -> int:
    """Makes a copy that reads one request; its number, or one below zero that says why there is none."""
    try:
        pid = os.fork()
    except OSError as error:
        pid = -(error.errno or 1)
    if pid == 0:
        control.close()
        _read_one(*pipes)
    for pipe in pipes:
        os.close(pipe)
    return pid


def _read_one(asked: int, said: int) -> NoReturn:
    """Reads one file and ends, in a copy."""
    try:
        with os.fdopen(asked, "rb") as requests, os.fdopen(said, "wb") as answers:
            answer(requests, answers)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
