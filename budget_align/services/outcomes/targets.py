"""Targets: whoever changes what an indicator promises proposes it, and it counts once someone else has approved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.core.outcomes.promise import Promise, needs_approval
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Case, Thing
from budget_align.services.record.changing import change
from budget_align.store import outcome_queries
from budget_align.store.tables import StoredIndicator


@dataclass(frozen=True)
class Proposal:
    """A target that waits to be approved, or was returned.

    Attributes:
        definition: the indicator as it counts now.
        before, after: what it promises now, and what is proposed.
        authors: all who proposed one since the last was approved.
    """

    definition: IndicatorDefinition
    before: Promise
    after: Promise
    authors: tuple[str, ...]
    sent_at: datetime
    case: Case


def list_proposals(engine: Engine, government: str) -> list[Proposal]:
    """The targets of a government that are not approved, in order of code."""
    with Session(engine) as session:
        return [
            _proposal(session, row)
            for row in outcome_queries.indicators(session, government)
            if row.proposed is not None
        ]


def propose(
    session: Session, row: StoredIndicator, definition: IndicatorDefinition, actor: str, message: str = ""
) -> bool:
    """Keeps what an indicator measures, and proposes its target where that differs from what counts; True then. A
    target that is sent as it counts takes back what was proposed. The caller has asked whether the actor may.

    Args:
        message: what those who approve should know.
    """
    now = Promise.of(IndicatorDefinition.model_validate_json(row.facts)) if row.facts else Promise()
    wanted = Promise.of(definition)
    if not needs_approval(now, wanted):
        if row.proposed is not None:
            approvals.lapse(session, _thing(row))
        row.proposed, row.proposed_by, row.facts = None, "", definition.model_dump_json()
        return False
    row.facts = now.put_into(definition).model_dump_json()
    said = wanted.model_dump_json()
    if row.proposed == said:
        return True
    row.proposed = said
    row.proposed_by = "\n".join(dict.fromkeys([*filter(None, row.proposed_by.split("\n")), actor]))
    approvals.begin_anew(session, _thing(row))
    approvals.ask(session, _thing(row), actor, message)
    return True


def approve_targets(engine: Engine, government: str, seen: Mapping[str, str], actor: str) -> int:
    """Lets proposed targets count, all or none of them; returns how many.

    Args:
        seen: by the indicator's code, the identity of the proposal that the approver looked at.

    Raises:
        RefusedError: one is not proposed any more or is another by now, or the person proposed one of them.
    """
    with change(engine, "indicators", government) as session:
        for row in _chosen(session, government, seen):
            approvals.approve(session, _thing(row), actor)
            promise = Promise.model_validate_json(row.proposed or "")
            definition = IndicatorDefinition.model_validate_json(row.facts)
            row.facts = promise.put_into(definition).model_dump_json()
            row.proposed, row.proposed_by = None, ""
    return len(seen)


def return_targets(engine: Engine, government: str, seen: Mapping[str, str], actor: str, reason: str) -> int:
    """Returns proposed targets to those who proposed them; what counts stays. Returns how many.

    Raises:
        RefusedError: one is not proposed any more or is another by now, or nothing is said.
    """
    with change(engine, "indicators", government) as session:
        for row in _chosen(session, government, seen):
            approvals.send_back(session, _thing(row), actor, reason)
    return len(seen)


def _chosen(session: Session, government: str, seen: Mapping[str, str]) -> Sequence[StoredIndicator]:
    if not seen:
        raise RefusedError("no-target", "Choose at least one target.")
    rows = {row.code: row for row in outcome_queries.indicators(session, government)}
    for code, identity in seen.items():
        row = rows.get(code)
        if row is None or row.proposed is None:
            raise RefusedError("changed-meanwhile", f"No target of {code} waits any more; look at it as it is now.")
        if Promise.model_validate_json(row.proposed).identity != identity:
            who = row.proposed_by.split("\n")[-1]
            raise RefusedError("changed-meanwhile", f"{who} proposed another target of {code} meanwhile; look at it.")
    return [rows[code] for code in seen]


def _thing(row: StoredIndicator) -> Thing:
    name = IndicatorDefinition.model_validate_json(row.facts).name
    authors = tuple(filter(None, row.proposed_by.split("\n")))
    return Thing("target", row.government, row.code, f"Target of {name}", authors, "approve-targets", "edit-indicators")


def _proposal(session: Session, row: StoredIndicator) -> Proposal:
    definition = IndicatorDefinition.model_validate_json(row.facts)
    return Proposal(
        definition,
        Promise.of(definition),
        Promise.model_validate_json(row.proposed or ""),
        tuple(filter(None, row.proposed_by.split("\n"))),
        row.sent_at,
        approvals.case_of(session, "target", row.government, row.code),
    )
