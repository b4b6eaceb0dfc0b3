"""Reads the record: lists it, finds where it does not hold, and hands it to an auditor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.record.chain import Break, Event, Head, find_breaks, find_cut
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import record_queries as queries
from budget_align.store.record_queries import EventFilter

_LONGEST_ASKED = 2_000
"""Signs of what somebody asked for, as the record holds it."""


@dataclass(frozen=True)
class Told:
    """An event as pages show it.

    Attributes:
        facts: what was said of it, by name.
        changes: of each row that it changed: its name, what of it, what that was before and is after.
    """

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]
    changes: Sequence[tuple[str, str, Any, Any]]
    request_id: str
    hash: str


@dataclass(frozen=True)
class Page:
    """A page of the record: its events, newest first, how many fit the filter, and what actions there are."""

    events: Sequence[Told]
    count: int
    actions: Sequence[str]


def list_events(
    engine: Engine,
    *,
    who: str = "",
    what: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
    limit: int,
    offset: int = 0,
) -> Page:
    """Events of the record, newest first.

    Args:
        who: part of the address of who did it.
        what: the action.
        about: part of what it was done to.
        since, until: the first and the last day.
    """
    wanted = EventFilter(who, what, about, since, until)
    with Session(engine) as session:
        rows, count = queries.find_events(session, wanted, limit, offset)
        return Page([_told(event) for event in rows], count, queries.known_actions(session))


def verify(engine: Engine, kept: Head | None = None) -> tuple[list[Break], Head | None]:
    """Where the record does not hold, in order, and its head; see `core.record.chain.find_breaks`.

    Args:
        kept: a head that was kept elsewhere, such as in a report.
    """
    last: list[Event] = []
    latest = ""

    def passing(session: Session) -> Iterator[Event]:
        nonlocal latest
        for event in queries.stored_events(session):
            last[:] = [event]
            # Clocks of several machines differ, so that the last event need not be the latest.
            latest = max(latest, event.at)
            yield event

    with Session(engine) as session:
        # What is done meanwhile comes after what is looked at here, and so does its event.
        newest = queries.newest_change(session)
        breaks = find_breaks(passing(session), kept)
    if newest is not None and latest < newest.astimezone(UTC).isoformat():
        breaks.append(find_cut(last[0] if last else None, newest))
    return breaks, Head(last[0].id, last[0].hash) if last else None


def find_broken_event(engine: Engine) -> int | None:
    """The id of the first event that does not follow from the one before it; None where the trail is whole."""
    breaks, _ = verify(engine)
    return breaks[0].id if breaks else None


def head_of(session: Session, subject: str, action: str = "") -> str:
    """The head of the record as it was when something was last done to a subject, as reports show it; empty where
    nothing was. It never changes, so that what shows it can be made again, byte for byte.
    """
    row = queries.last_event_about(session, subject, action)
    return str(Head(row.id or 0, row.hash)) if row is not None else ""


def note_download(engine: Engine, actor: str, address: str, name: str) -> None:
    """Records that somebody took a file along.

    Args:
        address: under which it was asked for.
        name: the file's.
    """
    with change(engine, "download", actor) as session:
        auditing.record(session, actor, "downloaded", _as_one_line(address), {"file": _as_one_line(name)})


def note_read(engine: Engine, actor: str, address: str) -> None:
    """Records that software asked the API for something on a person's behalf.

    Args:
        address: under which it was asked for.
    """
    with change(engine, "download", actor) as session:
        auditing.record(session, actor, "read through the API", _as_one_line(address), {})


def _as_one_line(asked: str) -> str:
    """What somebody asked for, as the record can hold it, whatever signs it was written with."""
    return "".join(sign if sign.isprintable() else " " for sign in asked[:_LONGEST_ASKED])


def export(engine: Engine, file: IO[bytes]) -> int:
    """Writes the whole record as JSON lines, oldest event first, and returns how many there are."""
    count = 0
    with Session(engine) as session:
        for event in queries.stored_events(session):
            file.write(json.dumps(asdict(event), ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _told(row: Any) -> Told:
    before, after = (_facts(each) for each in (row.before, row.after))
    changes: list[tuple[str, str, Any, Any]] = []
    for name in sorted({*before, *after}):
        was, is_now = (each.get(name, {}) for each in (before, after))
        if not (isinstance(was, dict) and isinstance(is_now, dict)):
            changes.append((name, "", "", is_now or was))
            continue
        changes += [(name, key, was.get(key), is_now.get(key)) for key in sorted({*was, *is_now})]
    at = row.at if row.at.tzinfo is not None else row.at.replace(tzinfo=UTC)
    return Told(row.id, at, row.actor, row.action, row.subject, _facts(row.detail), changes, row.request_id, row.hash)


def _facts(text: str) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {"": found}
