"""Which rows name a person, in all tables there are."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import LargeBinary, String, delete, func, or_, select
from sqlmodel import Session, SQLModel, col
from sqlmodel.sql.sqltypes import AutoString

from budget_align.store.tables import AccessToken, AccountLink, Outbox, RecoveryCode, RoleHeld, SignIn

_SECRET: Final = frozenset({"password_hash", "second_key", "second_step", "token_hash", "code_hash", "link_hash"})
_LONG: Final = frozenset({"content", "reading", "answers", "mapping", "framework", "standings", "measures", "result"})
_WITHIN: Final = _LONG | {"detail", "before", "after", "facts", "proposed", "settled"}
"""Columns of facts in JSON, which may hold an address among others, as who wrote a rule of a mapping."""


def naming(session: Session, email: str) -> dict[str, list[dict[str, Any]]]:
    """The rows in which a column is a person's address, or holds it among its facts, by table; without secrets and
    contents.
    """
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, String | AutoString)]
        words = [column for column in texts if column.name not in _LONG]
        shown = [
            column
            for column in table.columns
            if column.name not in _SECRET | _LONG and not isinstance(column.type, LargeBinary)
        ]
        if not words:
            continue
        here = or_(
            *(func.lower(column) == email.lower() for column in words),
            *(column.contains(json.dumps(email), autoescape=True) for column in texts if column.name in _WITHIN),
        )
        rows = session.execute(select(*shown).where(here).order_by(*table.primary_key.columns))
        said = [dict(row._mapping) for row in rows]
        if said:
            found[table.name] = said
    return found


def drop_of(session: Session, email: str) -> int:
    """Drops what is a person's alone: roles, sign-ins, links, recovery codes and tokens. Returns how many rows."""
    gone = 0
    for table in (AccessToken, AccountLink, Outbox, RecoveryCode, RoleHeld, SignIn):
        result: Any = session.execute(delete(table).where(col(table.email) == email))
        gone += result.rowcount
    return gone
