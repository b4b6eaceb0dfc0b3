"""Frameworks that wait to be published: someone asks, someone else publishes or returns them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Case
from budget_align.services.frameworks.frameworks import draft_as_thing
from budget_align.services.record.changing import change


def ask_for_publication(
    engine: Engine, code: str, actor: str, message: str = "", due: date | None = None, *, seen: str | None = None
) -> None:
    """Asks for a draft to be published.

    Args:
        seen: the identity of the draft that the person looked at; None for whichever it is.

    Raises:
        RefusedError: there is no such draft, another was sent since, or it waits already.
    """
    with change(engine, "frameworks") as session:
        approvals.ask(session, draft_as_thing(session, code, seen), actor, message, due)


def send_framework_back(engine: Engine, code: str, actor: str, reason: str, *, seen: str | None = None) -> None:
    """Returns a draft to those who sent it.

    Args:
        seen: the identity of the draft that the person looked at; None for whichever it is.

    Raises:
        RefusedError: there is no such draft, another was sent since, or nothing is said.
    """
    with change(engine, "frameworks") as session:
        approvals.send_back(session, draft_as_thing(session, code, seen), actor, reason)


def approval_of_framework(engine: Engine, code: str) -> Case:
    """How a draft stands."""
    with Session(engine) as session:
        return approvals.case_of(session, "framework", "", code)
