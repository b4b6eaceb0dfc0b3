"""What a transaction makes of the rows that it touches: what they said before, and what they say after."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlmodel import Session, SQLModel

from budget_align.store.tables import AuditEvent

_KEY: Final = "differences"
_ROWS_SHOWN: Final = 20
"""Rows of one table that are told one by one; of more, only how many."""

_LONGEST: Final = 300
_HIDDEN: Final = "not shown"
_SECRET: Final = ("password", "token", "secret", "recovery", "second_", "code_hash", "link_hash")
"""Words in the names of columns whose content no record repeats."""

_PERSONAL: Final = frozenset({("account", "name")})
"""What can be erased of a person, which the record could not forget."""


Said = tuple[dict[str, Any], dict[str, Any]]
"""What rows said before and say after, by their names."""


class Differences:
    """What the rows that a session flushes say before and after."""

    def __init__(self) -> None:
        self._before: dict[str, Any] = {}
        self._after: dict[str, Any] = {}
        self._rows: Counter[str] = Counter()

    def take(self) -> Said:
        """What rows said before and say after, by their names, since the last time."""
        more = {name: f"{count} rows" for name, count in self._rows.items() if count > _ROWS_SHOWN}
        said = self._before, {**self._after, **more}
        self._before, self._after, self._rows = {}, {}, Counter()
        return said

    def note(self, session: Session) -> None:
        """Notes what a flush made."""
        for row in session.new:
            self._add(row, {}, _columns(row))
        for row in session.dirty:
            before, after = _changes(row)
            if before or after:
                self._add(row, before, after)
        for row in session.deleted:
            self._add(row, _columns(row), {})

    def _add(self, row: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        table = str(row.__tablename__)
        if isinstance(row, AuditEvent):
            return
        self._rows[table] += 1
        if self._rows[table] > _ROWS_SHOWN:
            return
        key = f"{table} {_identity(row)}".strip()
        if before:
            # What one transaction changes twice was before what it was first.
            self._before[key] = {**before, **self._before.get(key, {})}
        if after:
            self._after[key] = {**self._after.get(key, {}), **after}


def watch(session: Session) -> None:
    """Notes from here on what rows become."""
    session.info[_KEY] = found = Differences()
    event.listen(session, "after_flush", lambda flushed, _context: found.note(flushed))


def take(session: Session) -> Said:
    """What the rows of a watched session said before and say after; see `Differences.take`."""
    session.flush()
    found: Differences = session.info[_KEY]
    return found.take()


def join(first: Said, then: Said) -> Said:
    """What two changes one after the other make together."""
    (before, after), (before_then, after_then) = first, then
    befores = {name: {**each, **before.get(name, {})} for name, each in before_then.items()}
    return {**before, **befores}, {**after, **{name: _on(after.get(name), each) for name, each in after_then.items()}}


def _on(earlier: Any, later: Any) -> Any:
    return {**earlier, **later} if isinstance(earlier, dict) and isinstance(later, dict) else later


def _columns(row: SQLModel) -> dict[str, Any]:
    return {column.key: _told(row, column.key, getattr(row, column.key)) for column in _attributes(row)}


def _attributes(row: SQLModel) -> Any:
    return inspect(type(row)).column_attrs


def _told(row: SQLModel, name: str, value: Any) -> Any:
    return _HIDDEN if value and (str(row.__tablename__), name) in _PERSONAL else _shown(name, value)


def _changes(row: SQLModel) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = inspect(row)
    for column in _attributes(row):
        history = state.attrs[column.key].history
        if history.has_changes():
            before[column.key] = _told(row, column.key, history.deleted[0] if history.deleted else None)
            after[column.key] = _told(row, column.key, history.added[0] if history.added else None)
    return before, after


def _identity(row: SQLModel) -> str:
    keys = inspect(type(row)).primary_key
    return "/".join(str(getattr(row, str(key.key))) for key in keys if not _is_secret(str(key.key)))


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRET)


def _shown(name: str, value: Any) -> Any:
    if value in (None, "") or isinstance(value, bool | int | float):
        return value
    if _is_secret(name):
        return _HIDDEN
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"
    text = str(value)
    if len(text) > _LONGEST:
        return f"{len(text)} signs, SHA-256 {hashlib.sha256(text.encode()).hexdigest()}"
    return text
