"""The register: who answers for each outcome, what is evaluated, and the money that lacks an owner, an indicator or an
evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation.alignment import SET_APART
from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.editing.shown import Shown
from budget_align.core.lenses.crosswalk import see_through
from budget_align.core.measures.certainty import units_by
from budget_align.core.outcomes.accountability import (
    Evaluation,
    Owner,
    Register,
    find_owners,
    make_register,
)
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.returns.reading import Finding
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.scenarios.scenario import tell_receipts
from budget_align.core.values.day import read_day
from budget_align.services.accountability.evaluations import (
    ASKED,
    evaluation_from,
    facts_of_evaluations,
    keep_evaluations,
    programmes_in,
)
from budget_align.services.accountability.owners import OWNER_FIELDS, facts_of_owners, keep_owners, owner_from
from budget_align.services.downloads.making import make_once
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record.changing import change
from budget_align.services.runs.shares import programmes_of, programmes_with_receipts
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from importers.forms.register_workbook import RegisterReading, read_register
from importers.isolation.processes import ask_isolated


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
    spend = see_through(tell_receipts(programmes_with_receipts(engine, run)), run.lens_steps)
    with Session(engine) as session:
        evaluations = outcome_queries.evaluations(session, run.government)
    return find_register(engine, run, spend, readings), _programmes(spend, evaluations)


def units_of_outcomes(run: OpenRun) -> dict[str, int]:
    """To what unit what each outcome gets is worth telling, by what its shares rest on."""
    return units_by(run.part, "outcome")


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
        programmes=frozenset(programmes_in(programmes_of(engine, run))),
    )
    if reading.findings:
        return 0, reading.findings
    with change(engine, "register", run.government) as session:
        permit(session, actor, "edit-register", run.government, _bodies_of(reading))
        owners, evaluations = _merge(session, run, reading, seen, shown)
        changed = keep_owners(session, run, owners, actor)
        changed += keep_evaluations(session, run.government, evaluations, actor)
    return changed, ()


def show_register(engine: Engine, run: OpenRun) -> Shown:
    """What a page of the register shows of what was said of owners and evaluations."""
    with Session(engine) as session:
        return Shown.of({_named(key): text for key, text in _as_it_holds(session, run).items()})


def _as_it_holds(session: Session, run: OpenRun) -> dict[tuple[str, ...], str]:
    owners = facts_of_owners(outcome_queries.owners(session, run.government, run.framework.code))
    return {**owners, **facts_of_evaluations(outcome_queries.evaluations(session, run.government))}


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
    wanted = {**facts_of_owners(reading.owners), **facts_of_evaluations(reading.evaluations)}
    now = _as_it_holds(session, run)
    now = {key: now.get(key, "none" if key[-1] == "status" else "") for key in {*now, *wanted}}
    seen: dict[tuple[str, ...], str] | None = None
    if reading.owners_sent or reading.evaluations_sent:
        seen = {**facts_of_owners(reading.owners_sent), **facts_of_evaluations(reading.evaluations_sent)}
    elif glimpsed is not None:
        stated = _as_it_holds(session, run)
        seen = {key: text if glimpsed.saw(_named(key), stated.get(key, "")) else _NOT_SEEN for key, text in now.items()}

    def name(key: tuple[str, ...]) -> str:
        return (
            f"{key[1].capitalize()} of {names[key[0]]}" if len(key) == 2 else f"{key[1]} of {key[0]}: {ASKED[key[2]]}"
        )

    changed = find_changes(seen, wanted, now, name, shown)
    merged = {**now, **changed}
    owners = [
        owner_from(run.framework, {"subject": subject, **{field: merged[subject, field] for field in OWNER_FIELDS}})
        for subject in dict.fromkeys(key[0] for key in changed if len(key) == 2)
    ]
    evaluations = [
        evaluation_from(
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


def _bodies_of(reading: RegisterReading) -> list[str]:
    """The bodies that a register speaks of alone; none where it says who answers for outcomes, which is of all."""
    return [] if reading.owners else [evaluation.body for evaluation in reading.evaluations]


def _by_programme(spend: pd.DataFrame) -> list[tuple[str, str, int]]:
    sums = spend.groupby(["body", "programme"], sort=True)["amount"].sum().reset_index()
    return list(zip(sums["body"].tolist(), sums["programme"].tolist(), sums["amount"].tolist(), strict=True))
