"""Evaluations: whether each programme of a body is evaluated, and where that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import pandas as pd
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.frameworks.framework import first_problem
from budget_align.core.outcomes.accountability import (
    Evaluation,
    Programme,
)
from budget_align.core.values.day import format_day, read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.shares import programmes_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import ProgrammeEvaluation

ASKED: Final = {"status": "Is it evaluated?", "link": "Where it can be read", "on": "When it is due, or was published"}


def find_evaluation(engine: Engine, government: str, body: str, programme: str) -> Evaluation | None:
    """What was said of a programme's evaluation; None where nobody said anything."""
    with Session(engine) as session:
        known = {(e.body, e.programme): e for e in outcome_queries.evaluations(session, government)}
        return known.get((body, programme))


def state_evaluation(
    engine: Engine, run: OpenRun, facts: dict[str, object], actor: str, *, seen: dict[str, str] | None = None
) -> None:
    """Keeps whether a programme is evaluated.

    Args:
        seen: its status, link and day as the person saw them; None for who saw nothing.

    Raises:
        ChangedSinceError: someone else said otherwise of it meanwhile.
        RefusedError: what is said does not hold together, or the budget has no such programme.
    """
    evaluation = evaluation_from(facts)
    if (evaluation.body, evaluation.programme) not in programmes_in(programmes_of(engine, run)):
        raise RefusedError(
            "no-programme", f"The budget shown has no programme {evaluation.programme!r} of {evaluation.body!r}."
        )
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government, [evaluation.body])
        if seen is not None:
            known = {(e.body, e.programme): e for e in outcome_queries.evaluations(session, run.government)}
            now = evaluation_facts(known.get((evaluation.body, evaluation.programme)))
            changed = find_changes(seen, evaluation_facts(evaluation), now, lambda name: ASKED[name])
            merged = {**now, **changed}
            evaluation = evaluation_from(
                {"body": evaluation.body, "programme": evaluation.programme, **merged, "on": read_day(merged["on"])}
            )
        keep_evaluations(session, run.government, [evaluation], actor)


def evaluation_from(facts: dict[str, object]) -> Evaluation:
    """An evaluation as it was said.

    Raises:
        RefusedError: something of it cannot be.
    """
    try:
        return Evaluation.model_validate(facts)
    except ValidationError as error:
        raise RefusedError("bad-evaluation", first_problem(error)) from error


def evaluation_facts(evaluation: Evaluation | None) -> dict[str, str]:
    """What is said of a programme's evaluation, as a form shows it."""
    if evaluation is None:
        return {"status": "none", "link": "", "on": ""}
    day = format_day(evaluation.on) if evaluation.on else ""
    return {"status": evaluation.status, "link": evaluation.link, "on": day}


def keep_evaluations(session: Session, government: str, evaluations: Sequence[Evaluation], actor: str) -> int:
    """Stores what was said of programmes, within a change of the register; returns how many changed."""
    before = {(e.body, e.programme): e for e in outcome_queries.evaluations(session, government)}
    now = datetime.now(UTC).replace(microsecond=0)
    changed = []
    for evaluation in evaluations:
        key = (evaluation.body, evaluation.programme)
        if before.get(key, Evaluation(body=key[0], programme=key[1], status="none")) == evaluation:
            continue
        changed.append(evaluation.model_dump(mode="json"))
        row = session.get(ProgrammeEvaluation, (government, *key))
        if row is None:
            row = ProgrammeEvaluation(government=government, **evaluation.model_dump(), said_by=actor, said_at=now)
            session.add(row)
        else:
            row.status, row.link, row.on = evaluation.status, evaluation.link, evaluation.on
            row.said_by, row.said_at = actor, now
    if changed:
        auditing.record(session, actor, "evaluations stated", government, {"programmes": changed})
    return len(changed)


def facts_of_evaluations(evaluations: Iterable[Evaluation]) -> dict[tuple[str, ...], str]:
    """What is said, by body, programme and field."""
    return {
        (each.body, each.programme, name): text for each in evaluations for name, text in evaluation_facts(each).items()
    }


def programmes_in(spend: pd.DataFrame) -> set[Programme]:
    """Every body's programmes that spend names."""
    return set(zip(spend["body"], spend["programme"], strict=True))
