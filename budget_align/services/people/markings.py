"""Markings: what is marked, who may see it, and how it comes to be marked otherwise. A run bears its own marking and
those of the returns that it counts, a publication those of its run, a scenario those of its run and its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.marking import USUAL, Marking, action_of, known_to
from budget_align.core.people.policy import Subject
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import Rights, permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import marking_queries as queries
from budget_align.store.tables import Draft, Run, StoredScenario, Submission

Kind = Literal["draft", "return", "run", "scenario"]


@dataclass(frozen=True)
class Sight:
    """What markings whoever asks may see.

    Attributes:
        rights: what they may do; None for the operator of the installation, who sees everything.
        markings: those of the installation.
    """

    rights: Rights | None
    markings: Sequence[Marking]

    def sees(self, subject: Subject, names: Iterable[str]) -> bool:
        """Whether they may see something that bears these markings."""
        if self.rights is None:
            return True
        actions = {action_of(self.markings, name) for name in names if name} - {""}
        return all(self.rights.may(action, subject) for action in actions)

    def hidden_runs(self, engine: Engine, government: str | None = None) -> frozenset[str]:
        """The runs that they may not see for what these are marked with."""
        if self.rights is None:
            return frozenset()
        with Session(engine) as session:
            marked = queries.markings_of_runs(session, government)
        return frozenset(run_id for run_id, (whose, names) in marked.items() if not self.sees(Subject(whose), names))

    def hidden_subjects(self, engine: Engine) -> frozenset[str]:
        """What they may not see for its markings, as the record calls it."""
        if self.rights is None:
            return frozenset()
        with Session(engine) as session:
            marked = queries.marked_subjects(session)
        return frozenset(word for word, (whose, names) in marked.items() if not self.sees(Subject(whose), names))

    def hidden_returns(self, engine: Engine, government: str | None = None) -> frozenset[int]:
        """The returns that they may not see for what these are marked with."""
        if self.rights is None:
            return frozenset()
        with Session(engine) as session:
            marked = queries.marked_returns(session, government)
        return frozenset(
            number for number, (whose, bodies, name) in marked.items() if not self.sees(Subject(whose, bodies), [name])
        )


ALL: Final = Sight(None, USUAL)
"""The sight of whoever runs the installation, where nobody says what it marks with."""


def markings_of(engine: Engine, kind: str, subject: str | int) -> tuple[str, ...]:
    """The markings that a thing bears; none where there is no such thing.

    Args:
        kind: draft, return, run, scenario, or publication.
        subject: its number; of a run its id, or enough of its beginning.
    """
    with Session(engine) as session:
        return queries.markings_of(session, kind, subject)


def markings_in_force(engine: Engine, government: str) -> dict[int, tuple[tuple[str, ...], str]]:
    """The marked returns in force of a government: their bodies and marking, by number."""
    with Session(engine) as session:
        marked = queries.marked_returns(session, government, status="submitted")
    return {number: (bodies, name) for number, (_, bodies, name) in marked.items()}


def mark(
    engine: Engine, markings: Sequence[Marking], kind: Kind, subject: str, name: str, seen: str, actor: str
) -> None:
    """Marks something, or takes its marking away with an empty name.

    Args:
        seen: the marking that the person saw.

    Raises:
        RefusedError: there is no such thing or marking, someone else marked it otherwise meanwhile, or the person may
            not mark it.
    """
    with Session(engine) as session:
        government = _row(session, kind, subject).government
    refuse_unknown(markings, government, name)
    with change(engine, "marking", kind, subject) as session:
        row = _row(session, kind, subject)
        bodies = queries.bodies_of(session, kind, subject)
        mine = isinstance(row, Draft) and row.received_by == actor
        permit(session, actor, "mark", government, bodies, mine=mine)
        if row.marking != seen:
            said = f"is marked {row.marking}" if row.marking else "is not marked"
            raise RefusedError(
                "changed-meanwhile",
                f"Someone marked it otherwise meanwhile: it {said} now, and you chose {name or 'none'}.",
            )
        if row.marking == name:
            return
        row.marking = name
        detail = {"government": government, "before": seen, "after": name}
        auditing.record(session, actor, "marked", f"{kind} {subject}", detail)


def refuse_unknown(markings: Sequence[Marking], government: str, name: str) -> None:
    """Makes sure that a government uses a marking, or that none is named.

    Raises:
        RefusedError: it does not; the sentence says which it does.
    """
    known = [each.name for each in known_to(markings, government)]
    if name and name not in known:
        raise RefusedError("no-marking", f"{name!r} is none of the markings: {', '.join(known) or 'there are none'}.")


def _row(session: Session, kind: str, subject: str) -> Draft | Submission | Run | StoredScenario:
    number = int(subject) if subject.isdigit() and len(subject) < 20 else 0
    row: Draft | Submission | Run | StoredScenario | None = None
    if kind == "run":
        row = session.get(Run, subject)
    elif kind == "return":
        row = session.get(Submission, number)
    elif kind == "draft":
        row = session.get(Draft, number)
    elif kind == "scenario":
        row = session.get(StoredScenario, number)
    if row is None:
        raise RefusedError("not-found", "There is nothing there to mark.")
    return row
