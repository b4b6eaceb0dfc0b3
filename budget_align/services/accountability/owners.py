"""Owners: who answers for each mission and outcome of a framework."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.frameworks.framework import Framework, first_problem
from budget_align.core.outcomes.accountability import (
    Owner,
    find_owners,
)
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import AccountableOwner

OWNER_FIELDS: Final = ("owner", "person", "board")
"""What is said of who answers for a mission or an outcome."""


def list_owners(engine: Engine, run: OpenRun) -> dict[str, Owner]:
    """Who answers for each outcome of the framework shown, its mission's owner where it has none of its own."""
    with Session(engine) as session:
        return find_owners(run.framework, outcome_queries.owners(session, run.government, run.framework.code))


def stated_owners(engine: Engine, government: str, framework: str) -> dict[str, Owner]:
    """What was said of owners, by mission or outcome, nothing inherited."""
    with Session(engine) as session:
        return {owner.subject: owner for owner in outcome_queries.owners(session, government, framework)}


def state_owners(
    engine: Engine,
    run: OpenRun,
    said: Sequence[dict[str, str]],
    actor: str,
    *,
    seen: Sequence[dict[str, str]] | None = None,
) -> int:
    """Keeps who answers for missions and outcomes of the framework shown; where all is empty, nobody does.

    Args:
        said: subject, owner, person and board of each.
        seen: the same as the person saw it; None for who saw nothing.

    Returns:
        How many changed.

    Raises:
        ChangedSinceError: someone else said otherwise of the same meanwhile.
        RefusedError: one of them does not hold together or names no mission or outcome.
    """
    owners = [owner_from(run.framework, facts) for facts in said]
    names = run.framework.names()
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government)
        now = facts_of_owners(outcome_queries.owners(session, run.government, run.framework.code))
        shown = None if seen is None else facts_of_owners(owner_from(run.framework, facts) for facts in seen)
        changed = find_changes(
            shown, facts_of_owners(owners), now, lambda key: f"{key[1].capitalize()} of {names[key[0]]}"
        )
        merged = {**now, **changed}
        rows = [
            # What two people said of one may not hold together, each of which did by itself.
            owner_from(
                run.framework, {"subject": subject, **{each: merged.get((subject, each), "") for each in OWNER_FIELDS}}
            )
            for subject in dict.fromkeys(subject for subject, _ in changed)
        ]
        return keep_owners(session, run, rows, actor)


def facts_of_owners(owners: Iterable[Owner]) -> dict[tuple[str, ...], str]:
    """What is said, by mission or outcome and field."""
    return {(owner.subject, field): getattr(owner, field) for owner in owners for field in OWNER_FIELDS}


def owner_from(framework: Framework, facts: dict[str, str]) -> Owner:
    """An owner as they were said.

    Raises:
        RefusedError: the framework has no such mission or outcome, or something of it cannot be.
    """
    names = framework.names()
    try:
        owner = Owner.model_validate(facts)
    except ValidationError as error:
        about = names.get(facts.get("subject", ""), "An owner")
        raise RefusedError("bad-owner", f"{about}: {first_problem(error)}") from error
    if owner.subject not in names:
        raise RefusedError("unknown-outcome", f"{owner.subject!r} is no mission or outcome of {framework.name}.")
    return owner


def keep_owners(session: Session, run: OpenRun, owners: Sequence[Owner], actor: str) -> int:
    """Stores who answers for what, within a change of the register; returns how many changed."""
    framework = run.framework.code
    before = {owner.subject: owner for owner in outcome_queries.owners(session, run.government, framework)}
    now = datetime.now(UTC).replace(microsecond=0)
    changed: dict[str, list[str]] = {}
    for owner in owners:
        said = (owner.owner, owner.person, owner.board)
        if before.get(owner.subject, Owner(subject=owner.subject)) == owner:
            continue
        changed[owner.subject] = list(said)
        row = session.get(AccountableOwner, (run.government, framework, owner.subject))
        if row is not None and not any(said):
            session.delete(row)
        elif row is not None:
            row.owner, row.person, row.board, row.said_by, row.said_at = *said, actor, now
        else:
            facts = owner.model_dump(exclude={"through"})
            key = {"government": run.government, "framework": framework}
            session.add(AccountableOwner(**key, **facts, said_by=actor, said_at=now))
    if changed:
        auditing.record(session, actor, "owners stated", run.government, {"framework": framework, "owners": changed})
    return len(changed)
