"""Files read and made in the tests' own process: a worker takes seconds to start, and most tests ask what is read alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from budget_align.services.downloads.worker import MAKERS
from importers.files.limits import Limits
from importers.isolation.answers import encode
from importers.isolation.processes import Cancel, CancelledError
from importers.isolation.worker import find_action


def read_here(
    asked: dict[str, Any],
    limits: Limits,
    progress: Callable[[int, int, str], None] | None,
    cancel: Cancel | None,
    keep_ready: bool,
) -> list[bytes]:
    """What a worker would answer, encoded as it would be."""

    def note(done: int, of: int, on: str) -> None:
        if cancel is not None and cancel.asked:
            raise CancelledError
        if progress is not None:
            progress(done, of, on)

    if cancel is not None and cancel.asked:
        raise CancelledError
    beside = {"progress": note} if asked["action"] == "read" else {}
    read = find_action(asked["action"])
    return encode(read(asked["data"], asked["file_name"], limits=limits, **asked["beside"], **beside))


def make_here(kind: str, said: tuple[Any, ...]) -> bytes:
    """The file that a worker would make."""
    module, _, function = MAKERS[kind].rpartition(".")
    return bytes(getattr(import_module(module), function)(*said))
