"""Delegations: who may approve lets a colleague do it in their place, until a day. What one made oneself, or made by
whom one stands in for, one still does not approve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import ROLES, SURE, reach
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import account_of
from budget_align.services.people.permissions import read_role
from budget_align.services.people.roles import HeldRole, as_held, describe_held, same_role
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import RoleHeld

LONGEST: Final = timedelta(days=92)

DELEGABLE: Final = frozenset(
    role for role in ROLES if reach(role, "manage-people") == "-" and any(reach(role, action) != "-" for action in SURE)
)
"""The roles that may be delegated: those that approve or publish."""


def list_delegable(engine: Engine, email: str) -> Sequence[HeldRole]:
    """The roles of a person that they may let somebody else use."""
    today = datetime.now(UTC).date()
    with Session(engine) as session:
        rows = people_queries.roles_held(session, email)
        return [as_held(row) for row in rows if _may_pass_on(row, today)]


def list_delegated(engine: Engine, email: str) -> Sequence[HeldRole]:
    """The roles that others use in a person's place, those that have ended left out."""
    today = datetime.now(UTC).date()
    with Session(engine) as session:
        rows = [row for row in people_queries.roles_held(session) if row.for_whom == email]
        return [as_held(row) for row in rows if row.last_day is None or today <= row.last_day]


def delegate(engine: Engine, role_id: int, to: str, last: date | None, actor: str) -> None:
    """Lets a colleague use a role of the actor's, with it and until a day; it ends sooner where the actor's own does.

    Raises:
        RefusedError: the role is not the actor's own, is not one that approves, the colleague has no account or holds
            it already, or the day is missing or too far.
    """
    today = datetime.now(UTC).date()
    with change(engine, "roles") as session:
        row = session.get(RoleHeld, role_id)
        if row is None or row.email != actor or not _may_pass_on(row, today):
            raise RefusedError("no-role", "Choose a role of your own by which you approve or publish.", field="role")
        account = account_of(session, to)
        if account.email == actor:
            raise RefusedError("own-work", "Choose someone else than yourself.", field="to")
        if account.disabled:
            raise RefusedError("no-account", f"The account of {account.email} is disabled.", field="to")
        most = min(today + LONGEST, row.last_day or today + LONGEST)
        if last is None or not today <= last <= most:
            raise RefusedError("bad-day", f"Say a last day until {most.day} {most:%B %Y}.", field="last")
        mine = read_role(row)
        known = [each for each in people_queries.roles_held(session, account.email) if same_role(each, mine)]
        if known and not _is_free(known[0], actor, today):
            raise RefusedError("known-role", f"{account.email} holds that role already.", field="to")
        held = replace(mine, first=today, last=last)
        given = known[0] if known else RoleHeld(email=account.email, role=held.role, government=held.government,
                                                 body=held.body, given_by=actor, given_at=_now())  # fmt: skip
        given.first_day, given.last_day, given.given_by, given.given_at = held.first, held.last, actor, _now()
        given.for_whom = actor
        session.add(given)
        session.flush()
        auditing.record(session, actor, "role delegated", account.email, describe_held(held))


def end_delegation(engine: Engine, role_id: int, actor: str) -> None:
    """Ends what the actor let a colleague do.

    Raises:
        RefusedError: they let nobody do that.
    """
    with change(engine, "roles") as session:
        row = session.get(RoleHeld, role_id)
        if row is None or row.for_whom != actor:
            raise RefusedError("no-role", "That has ended already.")
        auditing.record(session, actor, "delegation ended", row.email, describe_held(read_role(row)))
        session.delete(row)


def _is_free(row: RoleHeld, actor: str, today: date) -> bool:
    """Whether a role that is kept may be given anew: the actor gave it, or it was somebody's place and that is over."""
    return bool(row.for_whom) and (row.for_whom == actor or not read_role(row).in_force(today))


def _may_pass_on(row: RoleHeld, today: date) -> bool:
    return row.role in DELEGABLE and not row.for_whom and read_role(row).in_force(today)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
