"""People whom a provider signs in: their account, and the roles that the provider's claims come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import NO_PASSWORD, Person, read_address, read_name
from budget_align.services.people.permissions import read_role
from budget_align.services.people.roles import keep_role
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import Account

BY_PROVIDER: Final = "sign-in provider"
"""Who gave the roles that claims come to. They go when the claims do; roles given by a person stay."""


def admit(engine: Engine, email: str, name: str, roles: Sequence[Held]) -> Person:
    """The person of a verified address, with the roles of their claims; one without an account gets one, if they hold
    any role.

    Raises:
        RefusedError: their account is disabled, or they have none and hold no role.
    """
    address, shown = read_address(email), read_name(name[:200])
    with change(engine, "accounts") as session:
        account = people_queries.account_by_email(session, address)
        if account is None and not roles:
            raise RefusedError(
                "not-allowed",
                "You hold no role here. An administrator or your organisation gives you one.",
            )
        if account is None:
            account = Account(email=address, name=shown, password_hash=NO_PASSWORD)
            session.add(account)
            auditing.record(session, address, "account added", address, {"by": BY_PROVIDER})
            session.flush()
        if account.disabled:
            raise RefusedError("not-allowed", "Your account is disabled; ask an administrator.")
        _bring_up_to_date(session, account.email, roles)
        return Person(account.email, account.name)


def _bring_up_to_date(session: Session, email: str, roles: Sequence[Held]) -> None:
    held = {read_role(row): row for row in people_queries.roles_held(session, email) if not row.for_whom}
    for role, row in held.items():
        if row.given_by == BY_PROVIDER and role not in roles:
            auditing.record(session, BY_PROVIDER, "role taken away", email, {"role": role.role})
            session.delete(row)
    session.flush()
    known = {(role.role, role.government, role.body) for role in held}
    for role in roles:
        if (role.role, role.government, role.body) not in known:
            keep_role(session, email, role, BY_PROVIDER)
