"""Who may do what in the tests."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import ROLES, Held
from budget_align.services.people.roles import keep_role
from budget_align.services.record.changing import change
from budget_align.store import people_queries

EVERYTHING = tuple(Held(role) for role in ROLES)
"""The roles of someone who may do all that there is, for tests of which who may do it is not the question."""


def let_do_everything(engine: Engine, email: str) -> None:
    """Gives an account every role."""
    with Session(engine) as session:
        known = {row.role for row in people_queries.roles_held(session, email)}
    with change(engine, "roles") as session:
        for held in EVERYTHING:
            if held.role not in known:
                keep_role(session, email, held, "tests")
