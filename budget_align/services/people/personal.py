"""What the service keeps of a person: all of it to take along, and what of it can be erased."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.services.people.accounts import account_of
from budget_align.services.people.permissions import permit
from budget_align.services.people.roles import refuse_without_administrator
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import personal_rows

ERASED: Final = "(erased)"


def export_person(engine: Engine, email: str) -> dict[str, list[dict[str, Any]]]:
    """Every row that names a person by their address, by table; without what would let anyone sign in as them, and with
    workbooks named and not repeated.

    Raises:
        RefusedError: there is no such account.
    """
    with Session(engine) as session:
        account = account_of(session, email)
        found = personal_rows.naming(session, account.email)
    return {
        table: [{name: _plain(value) for name, value in row.items()} for row in rows] for table, rows in found.items()
    }


def erase_person(engine: Engine, email: str, actor: str) -> int:
    """Erases a person's name, password, second factor, roles, sign-ins, links and tokens, and lets them sign in no
    more. What they did stays on record under their address, which every event of the trail and its hash hold: without
    it nobody could check who approved what. Returns how many rows are gone.

    Raises:
        RefusedError: there is no such account, the actor may not, or it is the last administrator's.
    """
    with change(engine, "account", email.strip().lower()) as session:
        permit(session, actor, "manage-people", None)
        account = account_of(session, email)
        account.name, account.disabled = ERASED, True
        # No hash of anything: nobody knows a password that gives it.
        account.password_hash = f"!{secrets.token_hex(16)}"
        account.second_key, account.second_step = "", 0
        gone = personal_rows.drop_of(session, account.email)
        session.flush()
        refuse_without_administrator(session, actor)
        auditing.record(session, actor, "person erased", account.email, {})
    return gone


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value
