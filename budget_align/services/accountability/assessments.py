"""Assessments of policies, beside the money of the outcomes that they work on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.frameworks.framework import first_problem
from budget_align.core.outcomes.assessment import Assessment, find_concerned
from budget_align.core.rules.contribution import Effect
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.shares import programmes_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import PolicyAssessment

_NAMES = {
    "policy": "Policy",
    "direction": "Which way it works",
    "strength": "How strongly",
    "assessed_by": "Who assessed it",
    "assessed_on": "Of which day",
    "link": "Where it can be read",
    "concerns": "Carried out by",
}
_GONE = "Somebody else changed or removed this assessment meanwhile; look at it again."


def list_assessments(engine: Engine, run: OpenRun, outcome: str) -> list[PolicyAssessment]:
    """The assessments of policies that work on an outcome of the framework shown, the latest first."""
    with Session(engine, expire_on_commit=False) as session:
        return outcome_queries.assessments(session, run.government, run.framework.code, outcome)


def find_assessment(engine: Engine, government: str, assessment_id: int) -> PolicyAssessment:
    """One assessment.

    Raises:
        RefusedError: the government has none of that id.
    """
    with Session(engine, expire_on_commit=False) as session:
        row = session.get(PolicyAssessment, assessment_id)
        if row is None or row.government != government:
            raise RefusedError("no-assessment", "There is no such assessment; it may have been removed.")
        return row


def add_assessment(engine: Engine, run: OpenRun, facts: dict[str, object], actor: str, today: date) -> None:
    """Keeps an assessment of a policy.

    Args:
        facts: outcome, policy, direction, strength, by, on, link, and concerns as lines.

    Raises:
        RefusedError: what is said does not hold together, or names an outcome, body or programme that is none.
    """
    assessment = _read(engine, run, facts, today)
    with change(engine, "assessments", run.government) as session:
        permit(session, actor, "edit-register", run.government)
        row = PolicyAssessment(
            government=run.government, framework=run.framework.code, **_columns(assessment), **_noted(actor)
        )
        session.add(row)
        session.flush()
        _record(session, actor, "policy assessed", run, assessment)


def change_assessment(
    engine: Engine, run: OpenRun, assessment_id: int, revision: int, facts: dict[str, object], actor: str, today: date
) -> None:
    """Changes an assessment that nobody changed since it was seen as of `revision`.

    Raises:
        RefusedError: as `add_assessment`, or somebody changed or removed it meanwhile.
    """
    assessment = _read(engine, run, facts, today)
    with change(engine, "assessments", run.government) as session:
        permit(session, actor, "edit-register", run.government)
        row = _seen(session, run, assessment_id, revision, assessment)
        for name, value in {**_columns(assessment), **_noted(actor)}.items():
            setattr(row, name, value)
        row.revision = revision + 1
        _record(session, actor, "policy assessment changed", run, assessment)


def remove_assessment(engine: Engine, run: OpenRun, assessment_id: int, revision: int, actor: str) -> str:
    """Removes an assessment that nobody changed since it was seen, and returns its policy; the record keeps it.

    Raises:
        RefusedError: somebody changed or removed it meanwhile.
    """
    with change(engine, "assessments", run.government) as session:
        permit(session, actor, "edit-register", run.government)
        row = _seen(session, run, assessment_id, revision)
        _record(session, actor, "policy assessment removed", run, as_assessment(row))
        session.delete(row)
        return row.policy


def as_assessment(row: PolicyAssessment) -> Assessment:
    """A stored assessment as the core knows it."""
    effect = f"{row.direction} {row.strength}".strip()
    return Assessment(
        outcome=row.outcome,
        policy=row.policy,
        effect=Effect.model_validate(effect),
        by=row.assessed_by,
        on=row.assessed_on,
        link=row.link,
        concerns=tuple(row.concerns.splitlines()),
    )


def _read(engine: Engine, run: OpenRun, facts: dict[str, object], today: date) -> Assessment:
    direction, strength = str(facts.get("direction", "")), str(facts.get("strength", ""))
    effect = direction if direction == "neutral" else f"{direction} {strength}".strip()
    programmes = programmes_of(engine, run)[["body", "programme"]].drop_duplicates()
    pairs = programmes.itertuples(index=False, name=None)
    concerns, unknown = find_concerned(str(facts.get("concerns", "")).splitlines(), pairs)
    if unknown:
        raise RefusedError(
            "no-programme",
            f"The budget shown has no body or programme {' and no '.join(repr(each) for each in unknown)}; write each "
            "as the budget does, a programme after its body and ▸ or >.",
        )
    known = {name: facts.get(name) for name in ("outcome", "policy", "by", "on", "link")}
    if not direction:
        raise RefusedError("bad-assessment", "Say which way the policy works.")
    if known["on"] is None:
        raise RefusedError("bad-assessment", "Say of which day the assessment is.")
    try:
        assessment = Assessment.model_validate({**known, "effect": effect, "concerns": concerns})
    except ValidationError as error:
        raise RefusedError("bad-assessment", first_problem(error)) from error
    if run.framework.outcome(assessment.outcome) is None:
        raise RefusedError("unknown-outcome", f"{assessment.outcome!r} is no outcome of {run.framework.name}.")
    if assessment.on > today:
        raise RefusedError("bad-day", "The assessment lies ahead; note it once it is there.")
    return assessment


def _columns(assessment: Assessment) -> dict[str, Any]:
    return {
        "outcome": assessment.outcome,
        "policy": assessment.policy,
        "direction": assessment.effect.direction,
        "strength": assessment.effect.strength or "",
        "assessed_by": assessment.by,
        "assessed_on": assessment.on,
        "link": assessment.link,
        "concerns": "\n".join(assessment.concerns),
    }


def _noted(actor: str) -> dict[str, Any]:
    return {"noted_by": actor, "noted_at": datetime.now(UTC).replace(microsecond=0)}


def _seen(
    session: Session, run: OpenRun, assessment_id: int, revision: int, wanted: Assessment | None = None
) -> PolicyAssessment:
    row = session.get(PolicyAssessment, assessment_id)
    if row is None or row.government != run.government:
        raise RefusedError("changed-meanwhile", _GONE)
    if row.revision != revision:
        both = [
            Both(_NAMES[name], str(getattr(row, name)), str(value))
            for name, value in (_columns(wanted) if wanted is not None else {}).items()
            if name in _NAMES and str(getattr(row, name)) != str(value)
        ]
        raise ChangedSinceError(both) if both else RefusedError("changed-meanwhile", _GONE)
    return row


def _record(session: Session, actor: str, what: str, run: OpenRun, assessment: Assessment) -> None:
    detail = {"framework": run.framework.code, **assessment.model_dump(mode="json")}
    auditing.record(session, actor, what, run.government, detail)
