"""The register: who answers for each outcome, what is evaluated, and the money that lacks an owner, an indicator or an
evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pandas as pd
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.editing.shown import Shown
from budget_align.core.frameworks.framework import Framework, first_problem
from budget_align.core.lenses.crosswalk import see_through
from budget_align.core.outcomes.accountability import (
    Evaluation,
    Owner,
    Programme,
    Register,
    find_owners,
    make_register,
)
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.returns.reading import Finding
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.day import format_day, read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.downloads.making import make_once
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.shares import programmes_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import AccountableOwner, ProgrammeEvaluation
from importers.forms.register_workbook import RegisterReading, read_register
from importers.isolation.processes import ask_isolated


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
    owners = [_owner(run.framework, facts) for facts in said]
    names = run.framework.names()
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government)
        now = _by_field(outcome_queries.owners(session, run.government, run.framework.code))
        shown = None if seen is None else _by_field(_owner(run.framework, facts) for facts in seen)
        changed = find_changes(shown, _by_field(owners), now, lambda key: f"{key[1].capitalize()} of {names[key[0]]}")
        merged = {**now, **changed}
        rows = [
            # What two people said of one may not hold together, each of which did by itself.
            _owner(run.framework, {"subject": subject, **{each: merged.get((subject, each), "") for each in _FIELDS}})
            for subject in dict.fromkeys(subject for subject, _ in changed)
        ]
        return _keep_owners(session, run, rows, actor)


def _by_field(owners: Iterable[Owner]) -> dict[tuple[str, ...], str]:
    return {(owner.subject, field): getattr(owner, field) for owner in owners for field in _FIELDS}


def _owner(framework: Framework, facts: dict[str, str]) -> Owner:
    names = framework.names()
    try:
        owner = Owner.model_validate(facts)
    except ValidationError as error:
        about = names.get(facts.get("subject", ""), "An owner")
        raise RefusedError("bad-owner", f"{about}: {first_problem(error)}") from error
    if owner.subject not in names:
        raise RefusedError("unknown-outcome", f"{owner.subject!r} is no mission or outcome of {framework.name}.")
    return owner


def _keep_owners(session: Session, run: OpenRun, owners: Sequence[Owner], actor: str) -> int:
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


_FIELDS: Final = ("owner", "person", "board")
_ASKED: Final = {"status": "Is it evaluated?", "link": "Where it can be read", "on": "When it is due, or was published"}


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme of a body in the stage and year shown: what is tied to outcomes, and its evaluation if said."""

    body: str
    programme: str
    amount: int
    evaluation: Evaluation | None


def open_register(
    engine: Engine, run: OpenRun, readings: Sequence[IndicatorState]
) -> tuple[Register, list[ProgrammeRow]]:
    """The register of a run's stage and year as it is seen, and its programmes, those without an evaluation and with
    the most money first.

    Args:
        readings: the government's indicators.
    """
    spend = see_through(programmes_of(engine, run), run.lens_steps)
    with Session(engine) as session:
        evaluations = outcome_queries.evaluations(session, run.government)
    return find_register(engine, run, spend, readings), _programmes(spend, evaluations)


def find_register(engine: Engine, run: OpenRun, spend: pd.DataFrame, readings: Sequence[IndicatorState]) -> Register:
    """The register of spend on the outcomes of a run's framework.

    Args:
        spend: as `accountability.make_register` takes it.
        readings: the government's indicators.
    """
    with Session(engine) as session:
        owners = find_owners(run.framework, outcome_queries.owners(session, run.government, run.framework.code))
        evaluations = outcome_queries.evaluations(session, run.government)
    known = [reading for reading in readings if reading.latest is not None]
    indicators = {code: len(states_of(known, run.answers_to(code))) for code in run.framework.names()}
    return make_register(spend, run.framework, owners, evaluations, indicators)


def _programmes(spend: pd.DataFrame, evaluations: Iterable[Evaluation]) -> list[ProgrammeRow]:
    known = {(e.body, e.programme): e for e in evaluations}
    aligned = spend[~spend["kind"].isin(SET_APART) & (spend["outcome"] != UNALIGNED)]
    rows = [
        ProgrammeRow(body, programme, amount, known.get((body, programme)))
        for body, programme, amount in _by_programme(aligned)
    ]
    return sorted(rows, key=lambda row: (row.evaluation is not None and row.evaluation.status != "none", -row.amount))


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
    evaluation = _evaluation(facts)
    if (evaluation.body, evaluation.programme) not in _known(programmes_of(engine, run)):
        raise RefusedError(
            "no-programme", f"The budget shown has no programme {evaluation.programme!r} of {evaluation.body!r}."
        )
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government, [evaluation.body])
        if seen is not None:
            known = {(e.body, e.programme): e for e in outcome_queries.evaluations(session, run.government)}
            now = evaluation_facts(known.get((evaluation.body, evaluation.programme)))
            changed = find_changes(seen, evaluation_facts(evaluation), now, lambda name: _ASKED[name])
            merged = {**now, **changed}
            evaluation = _evaluation(
                {"body": evaluation.body, "programme": evaluation.programme, **merged, "on": read_day(merged["on"])}
            )
        _keep_evaluations(session, run.government, [evaluation], actor)


def _evaluation(facts: dict[str, object]) -> Evaluation:
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


def _keep_evaluations(session: Session, government: str, evaluations: Sequence[Evaluation], actor: str) -> int:
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


def download_register(engine: Engine, settings: Settings, run: OpenRun) -> bytes:
    """The register as a workbook to fill in and send back.

    Raises:
        RefusedError: others' files are made, or it takes longer or more memory than one may.
    """
    spend = programmes_of(engine, run)
    units = run.terms.currency.minor_units
    rows = [(b, p, amount / units) for b, p, amount in _by_programme(spend[~spend["kind"].isin(SET_APART)])]
    with Session(engine) as session:
        owners = outcome_queries.owners(session, run.government, run.framework.code)
        evaluations = {(e.body, e.programme): e for e in outcome_queries.evaluations(session, run.government)}
    return make_once(engine, settings, "register", run.framework, owners, rows, evaluations)


def receive_register(
    engine: Engine,
    settings: Settings,
    run: OpenRun,
    data: bytes,
    file_name: str,
    actor: str,
    *,
    seen: Shown | None = None,
    shown: str = "",
) -> tuple[int, tuple[Finding, ...]]:
    """Stores the owners and evaluations of a workbook; those that it does not name stay as they are, and so do those
    that it says as it was handed out with.

    Args:
        seen: what the person saw of the register, as `show_register` gives it, which counts for a workbook that was not
            handed out from here; None for who takes the place of whatever holds.
        shown: as `ChangedSinceError.shown` named what they were shown before they sent theirs again.

    Returns:
        How many changed, and what stands against the workbook; nothing is stored then.

    Raises:
        ChangedSinceError: others said otherwise since it was handed out, or since the person looked.
        RefusedError: the file is no workbook.
    """
    reading = ask_isolated(
        read_register,
        data,
        file_name,
        limits=limits_of(settings).of_form(),
        names=run.framework.names(),
        programmes=frozenset(_known(programmes_of(engine, run))),
    )
    if reading.findings:
        return 0, reading.findings
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government, _bodies_of(reading))
        owners, evaluations = _merge(session, run, reading, seen, shown)
        changed = _keep_owners(session, run, owners, actor)
        changed += _keep_evaluations(session, run.government, evaluations, actor)
    return changed, ()


def show_register(engine: Engine, run: OpenRun) -> Shown:
    """What a page of the register shows of what was said of owners and evaluations."""
    with Session(engine) as session:
        return Shown.of({_named(key): text for key, text in _as_it_holds(session, run).items()})


def _as_it_holds(session: Session, run: OpenRun) -> dict[tuple[str, ...], str]:
    owners = _by_field(outcome_queries.owners(session, run.government, run.framework.code))
    return {**owners, **_evaluated(outcome_queries.evaluations(session, run.government))}


def _named(key: tuple[str, ...]) -> str:
    return "\0".join(key)


_NOT_SEEN: Final = "\0"
"""What stands for what somebody was not shown: nothing that anybody says."""


def _merge(
    session: Session, run: OpenRun, reading: RegisterReading, glimpsed: Shown | None, shown: str
) -> tuple[Sequence[Owner], Sequence[Evaluation]]:
    """What a workbook changes of what holds now, by what it said when it was handed out; where that is not known, by
    what the person saw.
    """
    names = run.framework.names()
    wanted = {**_by_field(reading.owners), **_evaluated(reading.evaluations)}
    now = _as_it_holds(session, run)
    now = {key: now.get(key, "none" if key[-1] == "status" else "") for key in {*now, *wanted}}
    seen: dict[tuple[str, ...], str] | None = None
    if reading.owners_sent or reading.evaluations_sent:
        seen = {**_by_field(reading.owners_sent), **_evaluated(reading.evaluations_sent)}
    elif glimpsed is not None:
        stated = _as_it_holds(session, run)
        seen = {key: text if glimpsed.saw(_named(key), stated.get(key, "")) else _NOT_SEEN for key, text in now.items()}

    def name(key: tuple[str, ...]) -> str:
        return (
            f"{key[1].capitalize()} of {names[key[0]]}" if len(key) == 2 else f"{key[1]} of {key[0]}: {_ASKED[key[2]]}"
        )

    changed = find_changes(seen, wanted, now, name, shown)
    merged = {**now, **changed}
    owners = [
        _owner(run.framework, {"subject": subject, **{field: merged[subject, field] for field in _FIELDS}})
        for subject in dict.fromkeys(key[0] for key in changed if len(key) == 2)
    ]
    evaluations = [
        _evaluation(
            {
                "body": body,
                "programme": programme,
                "status": merged[body, programme, "status"],
                "link": merged[body, programme, "link"],
                "on": read_day(merged[body, programme, "on"]),
            }
        )
        for body, programme in dict.fromkeys((key[0], key[1]) for key in changed if len(key) == 3)
    ]
    return owners, evaluations


def _evaluated(evaluations: Iterable[Evaluation]) -> dict[tuple[str, ...], str]:
    return {
        (each.body, each.programme, name): text for each in evaluations for name, text in evaluation_facts(each).items()
    }


def _bodies_of(reading: RegisterReading) -> list[str]:
    """The bodies that a register speaks of alone; none where it says who answers for outcomes, which is of all."""
    return [] if reading.owners else [evaluation.body for evaluation in reading.evaluations]


def _known(spend: pd.DataFrame) -> set[Programme]:
    return set(zip(spend["body"], spend["programme"], strict=True))


def _by_programme(spend: pd.DataFrame) -> list[tuple[str, str, int]]:
    sums = spend.groupby(["body", "programme"], sort=True)["amount"].sum().reset_index()
    return list(zip(sums["body"].tolist(), sums["programme"].tolist(), sums["amount"].tolist(), strict=True))
