"""What a person may do: their roles, asked of the policy by pages, the API and every change of state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people import policy
from budget_align.core.people.policy import Held, Subject
from budget_align.store import government_queries, people_queries
from budget_align.store.tables import RoleHeld


@dataclass(frozen=True)
class Rights:
    """What someone may do today; nobody's are no rights.

    Attributes:
        held: the roles that they hold today.
        to_all: what everyone may do here, whoever they are.
        parents: the body above each, by government, of those in which a role is held for a body.
    """

    held: tuple[Held, ...] = ()
    to_all: frozenset[str] = frozenset()
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def may(self, action: str, subject: Subject) -> bool:
        """Whether they may do an action to something."""
        parents = self.parents.get(subject.government or "", {})
        return action in self.to_all or policy.permits(self.held, action, subject, _today(), parents)

    def may_somewhere(self, action: str) -> bool:
        """Whether there is anything to which they may do an action."""
        return action in self.to_all or policy.permits_anywhere(self.held, action, _today())

    def sees_government(self, action: str, government: str) -> bool:
        """Whether they may do an action to something of a government."""
        known = policy.governments_where(self.held, action, _today())
        return action in self.to_all or "" in known or government in known

    def need(self, action: str, subject: Subject) -> None:
        """Makes sure that they may do an action to something.

        Raises:
            RefusedError: they may not; the sentence says who may.
        """
        if not self.may(action, subject):
            raise policy.refusal(action, self.held)


def rights_of(engine: Engine, email: str | None, *, public_reading: bool) -> Rights:
    """What a person may do; None for someone who is not signed in."""
    to_all = policy.READ_BY_ALL if public_reading else frozenset()
    if email is None:
        return Rights((), to_all)
    with Session(engine) as session:
        held = held_by(session, email)
        return Rights(held, to_all, _parents(session, held))


def held_by(session: Session, email: str, *, not_for: Collection[str] = ()) -> tuple[Held, ...]:
    """The roles that a person holds today, those among them that they use in another's place while that one holds them.

    Args:
        not_for: people in whose place nothing counts.
    """
    rows = people_queries.roles_held(session, email)
    mine = [row for row in rows if not row.for_whom or row.for_whom not in not_for]
    return tuple(role for row in mine if (role := read_role(row)).in_force(_today()) and _stands(session, row, role))


def _stands(session: Session, row: RoleHeld, role: Held) -> bool:
    """Whether a role is one's own, or is used in the place of someone who holds it still."""
    if not row.for_whom:
        return True
    account = people_queries.account_by_email(session, row.for_whom)
    if account is None or account.disabled:
        return False
    theirs = [read_role(each) for each in people_queries.roles_held(session, row.for_whom) if not each.for_whom]
    key = (role.role, role.government, role.body)
    return any((each.role, each.government, each.body) == key and each.in_force(_today()) for each in theirs)


def in_whose_place(
    session: Session, actor: str, action: str, government: str | None, bodies: Iterable[str] = ()
) -> tuple[str, ...]:
    """The people without whose roles someone could not do an action to something; none for who may by their own."""
    for_whom = sorted({row.for_whom for row in people_queries.roles_held(session, actor) if row.for_whom})
    if not for_whom or may_without(session, actor, action, government, bodies, for_whom):
        return ()
    return tuple(for_whom)


def may_without(
    session: Session,
    actor: str,
    action: str,
    government: str | None,
    bodies: Iterable[str],
    others: Collection[str],
) -> bool:
    """Whether someone may do an action to something without using a role in the place of any of some others."""
    if people_queries.account_by_email(session, actor) is None:
        return True
    held = held_by(session, actor, not_for=others)
    parents = _parents(session, held).get(government or "", {})
    return policy.permits(held, action, Subject(government, tuple(bodies)), _today(), parents)


def read_role(row: RoleHeld) -> Held:
    """A role as it is kept."""
    return Held(row.role, row.government, row.body, row.first_day, row.last_day)


def permit(
    session: Session, actor: str, action: str, government: str | None, bodies: Iterable[str] = (), *, mine: bool = False
) -> None:
    """Makes sure, within the transaction of a change, that whoever makes it may. An actor without an account is the
    operator of the installation, who runs its commands: they may do everything, and the record names them. Accounts are
    never dropped, so that nobody who had one is taken for the operator.

    Raises:
        RefusedError: they may not; the sentence says who may.
    """
    account = people_queries.account_by_email(session, actor)
    if account is None:
        return
    held = () if account.disabled else held_by(session, account.email)
    parents = _parents(session, held).get(government or "", {})
    if not policy.permits(held, action, Subject(government, tuple(bodies), mine), _today(), parents):
        raise policy.refusal(action, held)


def _parents(session: Session, held: Iterable[Held]) -> dict[str, dict[str, str]]:
    governments = {role.government for role in held if role.body}
    return {government: government_queries.body_parents(session, government) for government in governments}


def _today() -> date:
    return datetime.now(UTC).date()
