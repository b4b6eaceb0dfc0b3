"""Roles: given and taken away by an administrator, or by the operator of the installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.people.policy import ROLES, Held, Subject, permits
from budget_align.core.values.day import format_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit, read_role
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import RoleHeld


@dataclass(frozen=True)
class HeldRole:
    """A role that someone holds or will hold, as lists show it; `for_whom` is in whose place they use it."""

    id: int
    email: str
    held: Held
    given_by: str
    given_at: datetime
    for_whom: str = ""


def list_roles(engine: Engine, email: str | None = None) -> list[HeldRole]:
    """The roles of a person, or of everyone, ended ones included."""
    with Session(engine) as session:
        rows = people_queries.roles_held(session, email)
        return [as_held(row) for row in rows]


def as_held(row: RoleHeld) -> HeldRole:
    """A role as lists show it."""
    return HeldRole(row.id or 0, row.email, read_role(row), row.given_by, row.given_at, row.for_whom)


def show_roles(engine: Engine, email: str) -> Shown:
    """What a page of a person's roles shows of them."""
    return Shown.of({_named(each.held): _as_it_is(each.held, each.for_whom) for each in list_roles(engine, email)})


def give_role(engine: Engine, email: str, held: Held, actor: str, *, seen: Shown | None = None) -> None:
    """Gives a person a role; where they hold it for the same, its days become those given.

    Args:
        seen: what the actor saw of their roles, as `show_roles` gives it; None for who gives it whatever it is.

    Raises:
        ChangedSinceError: somebody else gave them the same for other days since, or took it away.
        RefusedError: there is no such role or account, it ends before it begins, or the actor may not give it.
    """
    if held.role not in ROLES:
        raise RefusedError("no-role", f"There is no role {held.role!r}; the roles are {', '.join(ROLES)}.")
    if held.first and held.last and held.last < held.first:
        raise RefusedError("bad-day", "The role ends before it begins; say another day.")
    if held.body and not held.government:
        raise RefusedError("no-government", "Say of which government the body is.")
    with change(engine, "roles") as session:
        account = people_queries.account_by_email(session, email)
        if account is None:
            raise RefusedError("no-account", f"There is no account of {email.strip()}.")
        _may_change(session, actor, account.email, held)
        _refuse_unseen(session, account.email, held, _days(held), seen)
        keep_role(session, account.email, held, actor)


def keep_role(session: Session, email: str, held: Held, actor: str) -> None:
    """Keeps a role of an account, within a transaction."""
    now = datetime.now(UTC).replace(microsecond=0)
    same = [row for row in people_queries.roles_held(session, email) if same_role(row, held)]
    row = same[0] if same else RoleHeld(
        email=email, role=held.role, government=held.government, body=held.body, given_by=actor, given_at=now
    )  # fmt: skip
    row.first_day, row.last_day, row.given_by, row.given_at = held.first, held.last, actor, now
    row.for_whom = ""
    session.add(row)
    session.flush()
    auditing.record(session, actor, "role given", email, describe_held(held))


def tell_who_holds_none(engine: Engine) -> list[str]:
    """What to know of accounts that may sign in and hold no role today, as those from before there were roles do; and
    that nobody is administrator, where there are accounts.
    """
    today = datetime.now(UTC).date()
    with Session(engine) as session:
        people = {row.email for row in people_queries.accounts(session) if not row.disabled}
        held = [(row.email, read_role(row)) for row in people_queries.roles_held(session)]
    in_force = {(email, role.role) for email, role in held if email in people and role.in_force(today)}
    idle = people - {email for email, _ in in_force}
    said = []
    if people and not any(role == "administrator" for _, role in in_force):
        said.append("Nobody is administrator: budget-align people roles ADDRESS --add administrator.")
    if idle:
        few = ", ".join(sorted(idle)[:3]) + (" and others" if len(idle) > 3 else "")
        who = "1 account holds no role and sees" if len(idle) == 1 else f"{len(idle)} accounts hold no role and see"
        said.append(f"{who} nothing until given one ({few}): budget-align people roles ADDRESS.")
    return said


def take_role(engine: Engine, role_id: int, actor: str, *, seen: Shown | None = None) -> None:
    """Takes a role away.

    Args:
        seen: what the actor saw of the person's roles, as `show_roles` gives it; None for who takes it whatever it is.

    Raises:
        ChangedSinceError: somebody else gave it for other days since.
        RefusedError: there is no such role, the actor may not take it, or it is the last administrator's.
    """
    with change(engine, "roles") as session:
        row = session.get(RoleHeld, role_id)
        if row is None:
            raise RefusedError("no-role", "That role is not held any more.")
        held = read_role(row)
        _may_change(session, actor, row.email, held)
        _refuse_unseen(session, row.email, held, "taken away", seen)
        auditing.record(session, actor, "role taken away", row.email, describe_held(held))
        session.delete(row)
        session.flush()
        refuse_without_administrator(session, actor)


def refuse_without_administrator(session: Session, actor: str) -> None:
    """Keeps a person from leaving the installation without an administrator; its operator may.

    Raises:
        RefusedError: nobody would be one.
    """
    if people_queries.account_by_email(session, actor) is not None and not has_administrator(session):
        raise RefusedError("last-administrator", "Nobody else is an administrator of all; make someone one first.")


def has_administrator(session: Session) -> bool:
    """Whether anyone who may sign in manages the people of the whole installation, today and from now on."""
    able = {account.email for account in people_queries.accounts(session) if not account.disabled}
    today = datetime.now(UTC).date()
    held = [read_role(row) for row in people_queries.roles_held(session) if row.email in able and not row.for_whom]
    return any(not role.last and permits([role], "manage-people", Subject(None), today) for role in held)


def _refuse_unseen(session: Session, email: str, held: Held, yours: str, seen: Shown | None) -> None:
    if seen is None:
        return
    rows = [row for row in people_queries.roles_held(session, email) if same_role(row, held)]
    now = _as_it_is(read_role(rows[0]), rows[0].for_whom) if rows else ""
    if not seen.saw(_named(held), now) and now != yours:
        where = ", ".join(filter(None, (held.government or "all governments", held.body)))
        raise ChangedSinceError([Both(f"{ROLES[held.role].capitalize()}, {where}", now or "not held", yours)])


def _named(held: Held) -> str:
    return "\0".join((held.role, held.government, held.body))


def _as_it_is(held: Held, for_whom: str) -> str:
    return _days(held) + (f", in the place of {for_whom}" if for_whom else "")


def _days(held: Held) -> str:
    first, last = (format_day(day) if day else "" for day in (held.first, held.last))
    said = " ".join(filter(None, (f"from {first}" if first else "", f"until {last}" if last else "")))
    return said or "held without an end"


def _may_change(session: Session, actor: str, email: str, held: Held) -> None:
    permit(session, actor, "manage-people", held.government or None, (held.body,) if held.body else ())
    own = people_queries.account_by_email(session, actor)
    if own is not None and own.email == email:
        raise RefusedError("own-work", "Nobody changes their own roles; another administrator may.")


def same_role(row: RoleHeld, held: Held) -> bool:
    """Whether a role that is kept is that one, whenever it begins and ends."""
    return (row.role, row.government, row.body) == (held.role, held.government, held.body)


def describe_held(held: Held) -> dict[str, Sequence[str]]:
    """A role as the record tells it."""
    days = {"first": held.first, "last": held.last}
    return {
        "role": held.role,
        "government": held.government or "all",
        "body": held.body or "all",
        **{name: day.isoformat() for name, day in days.items() if day},
    }
