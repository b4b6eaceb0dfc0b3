"""Files read and made in the tests' own process: a worker takes seconds to start, and most tests ask what is read alone.

What is asked again, of the same bytes in the same words, is answered as it was: a reading depends on nothing else.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any

from cachetools import LRUCache

from budget_align.services.downloads.worker import MAKERS
from importers.files.limits import Limits
from importers.isolation.answers import encode
from importers.isolation.processes import Cancel, CancelledError
from importers.isolation.worker import find_action

_ANSWERED: LRUCache[bytes, tuple[list[tuple[int, int, str]], list[bytes]]] = LRUCache(100)
"""What was answered lately, each with what was said on the way, by what was asked."""


def read_here(
    asked: dict[str, Any],
    limits: Limits,
    progress: Callable[[int, int, str], None] | None,
    cancel: Cancel | None,
    _copied: object,
) -> list[bytes]:
    """What a worker would answer, encoded as it would be."""

    def note(done: int, of: int, on: str) -> None:
        if cancel is not None and cancel.asked:
            raise CancelledError
        if progress is not None:
            progress(done, of, on)

    if cancel is not None and cancel.asked:
        raise CancelledError
    key = pickle.dumps((asked, limits))
    if key in _ANSWERED:
        for said in _ANSWERED[key][0]:
            note(*said)
        return _ANSWERED[key][1]
    noted: list[tuple[int, int, str]] = []

    def note_again(*said: Any) -> None:
        noted.append(said)
        note(*said)

    beside = {"progress": note_again} if asked["action"] == "read" else {}
    read = find_action(asked["action"])
    answer = encode(read(asked["data"], asked["file_name"], limits=limits, **asked["beside"], **beside))
    _ANSWERED[key] = noted, answer
    return answer


_MADE: LRUCache[bytes, bytes] = LRUCache(100)
"""What was made lately, by what it says."""


def make_here(kind: str, said: tuple[Any, ...]) -> bytes:
    """The file that a worker would make."""
    key = pickle.dumps((kind, said))
    if key not in _MADE:
        module, _, function = MAKERS[kind].rpartition(".")
        _MADE[key] = bytes(getattr(import_module(module), function)(*said))
    return _MADE[key]
