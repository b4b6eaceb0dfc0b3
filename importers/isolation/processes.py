"""Reads files in a process of their own, bounded in time and memory and few at a time, so that no file can take the
service down.
"""

from __future__ import annotations

import atexit
import logging
import resource
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar, cast

from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from importers.files.limits import Limits
from importers.isolation.answers import BadAnswerError
from importers.isolation.forking import Copied, Copy, Original, ThisProcess
from importers.isolation.turns import Turns
from importers.isolation.worker import ACTIONS, ask, hear, read_answer

if TYPE_CHECKING:
    from budget_align.core.returns.inspection import Inspection, SheetView
    from budget_align.core.returns.reading import Answers, Reading

Progress = Callable[[int, int, str], None]

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)


class CancelledError(Exception):
    """A person stopped the reading; nothing of it is kept."""


class Cancel:
    """Lets another thread stop a reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Copy | None = None
        self.asked = False

    def now(self) -> None:
        """Stops the reading, whether it has begun or not."""
        with self._lock:
            self.asked = True
            if self._process is not None:
                self._process.kill()

    def _watch(self, process: Copy) -> None:
        with self._lock:
            self._process = process
            if self.asked:
                process.kill()


_TURNS = Turns("reading", most_waiting=3)


_ORIGINAL = Original()
atexit.register(_ORIGINAL.end)


def prepare_worker() -> None:
    """Loads what reading takes ahead of the first file; a service calls this once at its start."""
    _ORIGINAL.start()


def read_isolated(
    data: bytes,
    file_name: str,
    *,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Reading:
    """`read_workbook` in a process of its own.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        terms: those of the government whose workbook it is.
        answers: what a person settled.
        limits: what the workbook may at most be, and the time and memory that its reading may take.
        progress: told of each sheet.
        cancel: lets another thread stop it.

    Raises:
        RefusedError: the workbook cannot be read within the limits.
        CancelledError: `cancel` was asked for.
    """
    asked = _about("read", data, file_name, limits, {"terms": terms, "answers": answers})
    return cast("Reading", _ask(asked, limits, progress, cancel))


def inspect_isolated(
    data: bytes,
    file_name: str,
    *,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits,
    alone: bool = False,
) -> Inspection:
    """`inspect_workbook` in a process of its own.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        terms: those of the government whose workbook it is.
        answers: what a person settled.
        limits: what the workbook may at most be, and the time and memory that its reading may take.
        alone: nothing else is done in this process, as in that of a command, so that it may be copied itself.

    Raises:
        RefusedError: the workbook cannot be opened within the limits.
    """
    asked = _about("inspect", data, file_name, limits, {"terms": terms, "answers": answers})
    return cast("Inspection", _ask(asked, limits, None, None, ThisProcess() if alone else None))


def view_isolated(
    data: bytes,
    file_name: str,
    *,
    position: int,
    first_row: int,
    rows: int,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits,
) -> SheetView:
    """`view_sheet` in a process of its own.

    Raises:
        RefusedError: the workbook cannot be opened within the limits.
    """
    where = {"position": position, "first_row": first_row, "rows": rows}
    asked = _about("view", data, file_name, limits, {"terms": terms, "answers": answers, **where})
    return cast("SheetView", _ask(asked, limits, None, None))


def ask_isolated(read: Callable[..., Result], data: bytes, file_name: str, *, limits: Limits, **beside: Any) -> Result:
    """What one of `worker.ACTIONS` makes of a file, in a process of its own.

    Args:
        read: the reader.
        data: the bytes of the file.
        file_name: for showing.
        limits: what the workbook may at most be, and the time and memory that its reading may take.
        beside: what else the reader takes, by name.

    Raises:
        RefusedError: the file cannot be read, or not within the limits.
    """
    action = next(name for name, known in ACTIONS.items() if known == f"{read.__module__}.{read.__name__}")
    asked = {"action": action, "data": data, "file_name": file_name, "limits": limits, "beside": beside}
    return cast(Result, _ask(asked, limits, None, None))


def _about(action: str, data: bytes, file_name: str, limits: Limits, beside: dict[str, Any]) -> dict[str, Any]:
    """What the process is asked to do with a workbook."""
    return {"action": action, "data": data, "file_name": file_name, "limits": limits, "beside": beside}


def _ask(
    asked: dict[str, Any],
    limits: Limits,
    progress: Progress | None,
    cancel: Cancel | None,
    copied: Copied | None = None,
) -> Any:
    turn = _TURNS.one(
        limits.at_a_time,
        limits.patience,
        folder=limits.turns_folder,
        # What is read in the background stands in no page's way, and is counted elsewhere.
        in_line=cancel is None,
        given_up=lambda: cancel is not None and cancel.asked,
    )
    with ExitStack() as held:
        try:
            held.enter_context(turn)
        except RefusedError as refusal:
            if cancel is not None and cancel.asked:
                raise CancelledError from refusal
            raise
        blocks = _ask_in_turn(asked, limits, progress, cancel, copied or _ORIGINAL)
    try:
        return read_answer(asked["action"], blocks)
    except BadAnswerError as error:
        raise _unreadable(str(error)) from error


def _ask_in_turn(
    asked: dict[str, Any], limits: Limits, progress: Progress | None, cancel: Cancel | None, copied: Copied
) -> list[bytes]:
    process = copied.copy(asked["action"])
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limits.seconds, stop)
    timer.start()
    try:
        if cancel is not None:
            cancel._watch(process)
        return _converse(process, asked, progress)
    except (EOFError, BrokenPipeError, ConnectionResetError) as error:
        if cancel is not None and cancel.asked:
            raise CancelledError from error
        if late.is_set():
            raise RefusedError(
                "too-slow",
                f"Reading the file took longer than {limits.seconds} seconds, the limit; send its sheets one by one, "
                "or ask for a higher limit in config.toml.",
            ) from error
        _LOG.warning("a reading ended with code %s", process.end())
        raise _too_large(limits) from error
    except BadAnswerError as error:
        raise _unreadable(str(error)) from error
    finally:
        timer.cancel()
        process.end()


def _converse(process: Copy, asked: dict[str, Any], progress: Progress | None) -> list[bytes]:
    limits: Limits = asked["limits"]
    ask(process.requests, asked)
    while True:
        kind, said = hear(process.answers, limits.answer_bytes)
        if kind == "done":
            return said
        if kind == "refused":
            raise RefusedError(*said)
        if kind == "memory":
            raise _too_large(limits)
        if kind == "failed":
            raise _unreadable("")
        if progress is not None:
            progress(*said)


def _too_large(limits: Limits) -> RefusedError:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    limit = f"{most / 1e9:,.1f} GB" if most >= 1e9 else f"{most / 1e6:,.0f} MB"
    return RefusedError(
        "too-large",
        f"Reading the file needs more than {limit} of memory, the limit; send its sheets one by one, or delete rows "
        "and columns that hold no budget.",
    )


def _unreadable(why: str) -> RefusedError:
    if why:
        _LOG.error("a worker answered with something else than it was asked for: %s", why)
    return RefusedError(
        "unreadable",
        "The file could not be read, and nothing of it was stored; save it again, or tell whoever runs this service, "
        "whose log says what failed.",
    )
