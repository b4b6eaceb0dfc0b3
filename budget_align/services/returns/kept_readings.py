"""Keeps what was read of each draft's workbook, so that no page reads the workbook again, and two that want the same
wait for one reading.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar, cast

from cachetools import LRUCache
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from budget_align.core.returns.reading import Reading
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.store import return_queries
from budget_align.store.tables import Draft
from importers.isolation.answers import pack, unpack

Kind = TypeVar("Kind")

_PATIENCE: Final = 20.0
"""Seconds that a page waits for another one that reads the same."""


def reading_hash(draft: Draft, said: str, terms: Terms) -> str:
    """What gives a draft's reading, as one hash: its file, its answers and the terms in which it is read. A page that
    shows a reading names it by this, and what it sends is refused where another one has taken its place.
    """
    return hashlib.sha256(repr((draft.file_hash, draft.file_name, said, terms)).encode()).hexdigest()


def keep(session: Session, draft_id: int, name: str, key: str, value: object) -> None:
    """Keeps a part of what was read of a draft in place of what was kept before, within a transaction."""
    return_queries.keep_of_draft(session, draft_id, name, key, pack(value))
    if isinstance(value, Reading):
        with _LOCK:
            _LAST[key] = value


def find_or_make(
    engine: Engine, draft_id: int, name: str, key: str, kind: type[Kind], make: Callable[[], Kind]
) -> Kind:
    """A part of what was read of a draft: as it was kept, or made now and kept.

    Args:
        engine: the database.
        draft_id: the draft.
        name: of the part.
        key: the hash of what it is made from.
        kind: what it is.
        make: makes it, at length.

    Raises:
        RefusedError: another page makes the same, and is not done in time.
    """
    with _LOCK:
        last: Any = _LAST.get(key) if kind is Reading else None
    if last is not None:
        return cast(Kind, last)
    with _FLIGHTS.one(f"{draft_id} {name} {key}"):
        with Session(engine) as session:
            content = return_queries.kept_of_draft(session, draft_id, name, key)
        if content is not None:
            value: Kind = unpack(content, kind)
            if isinstance(value, Reading):
                with _LOCK:
                    _LAST[key] = value
            return value
        value = make()
        with suppress(IntegrityError, RefusedError), Session(engine) as session, session.begin():
            # Where the draft went meanwhile, or another process kept the same, there is nothing to keep.
            if session.get(Draft, draft_id) is not None:
                keep(session, draft_id, name, key, value)
        return value


class _Flights:
    """Lets one thread at a time make a thing, while others that want the same wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        with self._changed:
            if not self._changed.wait_for(lambda: not self._under_way[key], _PATIENCE):
                raise RefusedError("busy", "The workbook is being read for another page; try again in a minute.")
            self._under_way[key] = 1
        try:
            yield
        finally:
            with self._changed:
                del self._under_way[key]
                self._changed.notify_all()


_LAST: LRUCache[str, Reading] = LRUCache(6)
"""The last readings, in memory, so that the pages of one draft need not unpack it again."""

_LOCK = threading.Lock()
_FLIGHTS = _Flights()
