"""What waits to be approved, what was said of it, and who approved it. Each concept calls this within its own change of
state. Who made a thing and whether it is whole is for the concept to say; nobody approves their own work.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal, cast

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import in_whose_place, may_without, permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import approval_queries as queries
from budget_align.store.tables import Approval, Remark

Kind = Literal["return", "mapping", "bundled mapping", "framework", "target", "publication"]

_SEES: Final[dict[str, str]] = {
    "return": "see-returns",
    "mapping": "see-mappings",
    "framework": "see-figures",
    "publication": "see-trials",
    "target": "see-figures",
}
"""What people comment on, by the action of the policy that lets them see it."""

LONGEST: Final = 2_000
"""Signs of a message or a comment."""


@dataclass(frozen=True)
class Thing:
    """What is approved.

    Attributes:
        subject: which of its kind, such as a return's number.
        title: as pages name it.
        authors: everyone who made or changed it since it was last approved.
        bodies: the bodies that it speaks of; none for what is of the government as a whole.
        action: the action of the policy by which it is approved; `asks` that by which it is asked for.
    """

    kind: Kind
    government: str
    subject: str
    title: str
    authors: Collection[str]
    action: str
    asks: str
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """A comment: on which line or rule, or on the whole where that is empty."""

    place: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """How a thing stands: nobody asked, waiting, approved or returned; and what was said of it.

    Attributes:
        state: empty where nobody asked, waiting, approved, returned, or lapsed where it changed since.
        by: who asked, approved or returned it, as the state says.
        due: by which day whoever asked would have it.
    """

    state: str
    asked_by: str
    message: str
    by: str
    at: datetime | None
    answer: str
    remarks: tuple[Said, ...]
    due: date | None = None

    @property
    def is_approved(self) -> bool:
        """Whether someone approved it, and nobody returned it since."""
        return self.state == "approved"


@dataclass(frozen=True)
class Waiting:
    """What waits for someone, as the page of all that waits shows it."""

    kind: Kind
    government: str
    subject: str
    title: str
    state: str
    asked_by: str
    asked_at: datetime
    message: str
    answer: str
    decided_by: str
    authors: tuple[str, ...]
    action: str
    bodies: tuple[str, ...]
    due: date | None

    def is_late(self, today: date) -> bool:
        """Whether the day is over by which it was asked for."""
        return self.due is not None and self.due < today


def ask(session: Session, thing: Thing, actor: str, message: str = "", due: date | None = None) -> None:
    """Asks for a thing to be approved.

    Args:
        due: by which day.

    Raises:
        RefusedError: it waits already, the person may not ask, or the day is over.
    """
    refuse_past(due)
    permit(session, actor, thing.asks, thing.government or None, thing.bodies, mine=actor in thing.authors)
    before = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if before is not None and before.state == "waiting":
        raise RefusedError("changed-meanwhile", f"{before.asked_by} asked for it already; it waits to be approved.")
    if before is not None and before.state == "approved":
        raise RefusedError("approved", f"{before.decided_by} approved it already.")
    row = _row(thing, "waiting", actor, message.strip()[:LONGEST])
    row.due = due
    session.add(row)
    session.flush()
    _record(session, actor, "approval asked for", thing, message=row.message, due=due.isoformat() if due else "")


def refuse_past(due: date | None) -> None:
    """Keeps people from asking for something by a day that is over.

    Raises:
        RefusedError: it is.
    """
    if due is not None and due < datetime.now(UTC).date():
        raise RefusedError("bad-day", f"{due.day} {due:%B %Y} is over; say another day.", field="due")


def approve(session: Session, thing: Thing, actor: str) -> None:
    """Approves a thing, whether or not somebody asked.

    Raises:
        RefusedError: the person made or changed it, may not approve it, or it is approved already.
    """
    permit(session, actor, thing.action, thing.government or None, thing.bodies)
    refuse_own(session, thing, actor)
    row = _deciding(session, thing, actor)
    if row.state == "approved":
        raise RefusedError("approved", f"{row.decided_by} approved it already.")
    row.state, row.decided_by, row.decided_at, row.answer = "approved", actor, _now(), ""
    session.flush()
    _record(session, actor, "approved", thing, in_place_of=_in_place_of(session, thing, actor))


def send_back(session: Session, thing: Thing, actor: str, reason: str) -> None:
    """Returns a thing to those who made it, with what is to be changed; what was approved is so no more.

    Raises:
        RefusedError: nothing is said, or the person may not approve it.
    """
    permit(session, actor, thing.action, thing.government or None, thing.bodies)
    if not reason.strip():
        raise RefusedError("no-reason", "Say what is to be changed.")
    row = _deciding(session, thing, actor)
    row.state, row.decided_by, row.decided_at = "returned", actor, _now()
    row.answer = reason.strip()[:LONGEST]
    session.flush()
    _record(session, actor, "returned for changes", thing, reason=row.answer)


def close(session: Session, thing: Thing, actor: str) -> dict[str, str]:
    """Ends what was asked for of a thing as approved, where its approval is an event of its own, and returns what that
    says of in whose place.
    """
    row = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if row is not None and row.state in ("waiting", "returned"):
        row.state, row.decided_by, row.decided_at, row.answer = "approved", actor, _now(), ""
    instead = _in_place_of(session, thing, actor)
    return {"in_place_of": instead} if instead else {}


def lapse(session: Session, thing: Thing) -> None:
    """Ends what was asked for of a thing that is decided in another way, or is there no more."""
    row = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if row is not None and row.state in ("waiting", "returned"):
        row.state = "lapsed"


def begin_anew(session: Session, thing: Thing) -> None:
    """Ends whatever was asked for or decided of a thing that is another now."""
    row = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if row is not None:
        row.state = "lapsed"
        session.flush()


def note_authors(session: Session, thing: Thing) -> None:
    """Keeps with what was asked for of a thing who made it, where that changed since."""
    row = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if row is not None and row.state in ("waiting", "returned"):
        row.title, row.authors = thing.title, "\n".join(sorted(thing.authors))


def refuse_own(session: Session, thing: Thing, actor: str) -> None:
    """Keeps people from approving what they made, and from approving it in the place of who did.

    Raises:
        RefusedError: the person made or changed it, or may approve it in the place of one who did alone.
    """
    if actor in thing.authors:
        raise RefusedError(
            "own-work",
            f"You made or changed this {thing.kind}, so someone else approves it. Ask them to open this page.",
        )
    where = thing.government or None
    if not may_without(session, actor, thing.action, where, thing.bodies, thing.authors):
        raise RefusedError(
            "own-work",
            f"You approve in the place of someone who made or changed this {thing.kind}; someone else approves it.",
        )


def comment(engine: Engine, kind: Kind, government: str, subject: str, place: str, text: str, actor: str) -> None:
    """Keeps what a person says of a thing, of a line of it where they name one.

    Raises:
        RefusedError: nothing is said, there is no such thing, or the person may not see it or comment.
    """
    said = text.strip()[:LONGEST]
    if not said:
        raise RefusedError("no-reason", "Write the comment.")
    with change(engine, "approvals", kind, government, subject) as session:
        permit(session, actor, "comment", government or None)
        bodies = queries.bodies_of(session, kind, government, subject)
        if bodies is None:
            raise RefusedError("not-found", "There is nothing there to comment on.")
        permit(session, actor, _SEES[kind], government or None, bodies)
        session.add(
            Remark(
                kind=kind,
                government=government,
                subject=subject,
                place=place.strip()[:200],
                text=said,
                said_by=actor,
                said_at=_now(),
            )
        )
        auditing.record(session, actor, "commented", f"{kind} {subject}", {"on": place.strip()[:200], "said": said})


def case_of(session: Session, kind: Kind, government: str, subject: str) -> Case:
    """How a thing stands, and what was said of it."""
    row = queries.newest_approval(session, kind, government, subject)
    remarks = tuple(
        Said(each.place, each.text, each.said_by, each.said_at)
        for each in queries.remarks(session, kind, government, subject)
    )
    if row is None:
        return Case("", "", "", "", None, "", remarks)
    decided = row.state in ("approved", "returned")
    by, at = (row.decided_by, row.decided_at) if decided else (row.asked_by, row.asked_at)
    return Case(row.state, row.asked_by, row.message, by, at, row.answer, remarks, row.due)


def open_case(engine: Engine, kind: Kind, government: str, subject: str) -> Case:
    """The same, for a page."""
    with Session(engine) as session:
        return case_of(session, kind, government, subject)


def approved(session: Session, kind: Kind, government: str) -> Mapping[str, str]:
    """What of a kind is approved, by subject, and by whom."""
    return {row.subject: row.decided_by for row in queries.in_state(session, "approved", kind, government)}


def list_waiting(engine: Engine) -> Sequence[Waiting]:
    """All that waits to be approved, or was returned and waits for those who made it, oldest first."""
    with Session(engine) as session:
        rows = [*queries.in_state(session, "waiting"), *queries.in_state(session, "returned")]
        return [
            Waiting(
                cast(Kind, row.kind),
                row.government,
                row.subject,
                row.title,
                row.state,
                row.asked_by,
                row.asked_at,
                row.message,
                row.answer,
                row.decided_by,
                tuple(row.authors.split("\n")),
                row.action,
                tuple(filter(None, row.bodies.split("\n"))),
                row.due,
            )
            for row in sorted(rows, key=lambda row: row.id or 0)
        ]


def _deciding(session: Session, thing: Thing, actor: str) -> Approval:
    """The request that is decided; one of the decider's own where nobody asked."""
    row = queries.newest_approval(session, thing.kind, thing.government, thing.subject)
    if row is None or row.state in ("lapsed", "returned"):
        row = _row(thing, "waiting", actor, "")
        session.add(row)
    return row


def _row(thing: Thing, state: str, actor: str, message: str) -> Approval:
    return Approval(
        kind=thing.kind,
        government=thing.government,
        subject=thing.subject,
        title=thing.title,
        authors="\n".join(sorted(thing.authors)),
        bodies="\n".join(thing.bodies),
        action=thing.action,
        state=state,
        asked_by=actor,
        asked_at=_now(),
        message=message,
    )


def _in_place_of(session: Session, thing: Thing, actor: str) -> str:
    return ", ".join(in_whose_place(session, actor, thing.action, thing.government or None, thing.bodies))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _record(session: Session, actor: str, action: str, thing: Thing, **more: str) -> None:
    said = {name: text for name, text in more.items() if text}
    auditing.record(
        session,
        actor,
        action,
        f"{thing.kind} {thing.subject}",
        {"government": thing.government, "what": thing.title, **said},
    )
