"""Consultations: counts the ballots of a workbook, keeps what they add up to, and sets it beside what is spent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.outcomes.disclosure import SMALLEST_GROUP, groups_to_show, round_count
from budget_align.core.outcomes.priority import (
    METHODS,
    Kind,
    Method,
    Priorities,
    Weight,
    count_ballots,
    count_groups,
    group_sizes,
    release,
    votes_of,
)
from budget_align.core.outcomes.releases import ALL, Result, hold_back
from budget_align.core.returns.reading import Finding
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks.frameworks import find_framework
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import Consultation
from importers.forms.ballot_workbook import BallotReading, read_ballots
from importers.isolation.processes import ask_isolated


@dataclass(frozen=True)
class HeldConsultation:
    """A consultation as pages show it: of its result only what `disclosure` lets be shown."""

    id: int
    name: str
    framework: str
    evidence: str
    result: Result
    sent_by: str
    sent_at: datetime


@dataclass(frozen=True)
class Beside:
    """An outcome's priority beside its spend, each as a share of one; the gap is priority less spend.

    Spend is of what is tied to the outcomes that people were asked about.
    """

    code: str
    name: str
    priority: float
    margin: float | None
    spend: float | None
    amount: int
    groups: dict[str, float | None]

    @property
    def gap(self) -> float | None:
        """Priority less spend; None where nothing is spent."""
        return None if self.spend is None else self.priority - self.spend


def receive_ballots(
    engine: Engine,
    settings: Settings,
    data: bytes,
    file_name: str,
    government: str,
    actor: str,
    *,
    framework: str,
    name: str,
    kind: str = "",
    method: str = "",
    of_other_people: bool = False,
) -> tuple[int | None, tuple[Finding, ...]]:
    """Counts the ballots of a workbook and keeps the result; the ballots themselves are not kept.

    Args:
        kind: "points" or "ranked", for numbers under outcomes, which may be either.
        of_other_people: the actor says that none of these ballots was counted before under another name.

    Returns:
        The consultation's id, None where findings stand against the workbook or ask for its kind, and those findings.

    Raises:
        RefusedError: the file is no workbook, a name is missing, the method does not fit the ballots, there are fewer
            than `SMALLEST_GROUP`, or so few more or others than at an earlier count that they could be told from the
            two.
    """
    if not name.strip():
        raise RefusedError("no-name", "Enter a name for the consultation.")
    with Session(engine) as session:
        outcomes = find_framework(session, framework).outcome_names()
    reading = ask_isolated(
        read_ballots, data, file_name, limits=limits_of(settings).of_form(), outcomes=outcomes, kind=kind
    )
    if reading.findings:
        return None, reading.findings
    chosen = _choose_method(reading.kind, method)
    counted = _count(reading, chosen)
    with change(engine, "consultations", government) as session:
        permit(session, actor, "consult", government)
        earlier = _earlier(session, government, framework)
        result = hold_back(name, counted, earlier, of_other_people=of_other_people)
        held = Consultation(
            government=government,
            framework=framework,
            name=name.strip()[:200],
            method=chosen,
            ballots=counted.priorities.ballots,
            evidence=reading.evidence,
            result=json.dumps(asdict(result)),
            file_hash=hashlib.sha256(data).hexdigest(),
            sent_by=actor,
            sent_at=datetime.now(UTC).replace(microsecond=0),
        )
        session.add(held)
        session.flush()
        count = round_count(held.ballots)
        detail = {"government": government, "method": chosen, "ballots": count, "file": held.file_hash}
        if of_other_people:
            detail["of"] = "other people than were asked before"
        auditing.record(session, actor, "consultation counted", held.name, detail)
        return held.id, ()


def _choose_method(kind: Kind, wanted: str) -> Method:
    """By which method ballots are counted: the one asked for, else the usual one of their kind."""
    known = METHODS[kind]
    chosen: Method = next((each for each in known if each == wanted), known[0])
    if wanted and wanted != chosen:
        raise RefusedError("bad-method", f"These are ballots of {kind}, which {wanted} cannot count.")
    return chosen


def _count(reading: BallotReading, method: Method) -> Result:
    codes = list(reading.outcomes)
    priorities = count_ballots(reading.values, codes, reading.kind, method, reading.people)
    if reading.kind != "weights" and priorities.ballots < SMALLEST_GROUP:
        raise RefusedError(
            "few-ballots",
            f"These are fewer than {SMALLEST_GROUP} ballots, of which nothing is shown to anybody or kept, so that "
            "nobody's own can be told.",
        )
    votes = {ALL: votes_of(reading.values, codes, reading.kind, reading.people)}
    if not (len(reading.groups) and any(reading.groups)):
        return Result(priorities, {}, {"": priorities.ballots}, votes=votes)
    sizes = group_sizes(reading.values, reading.groups, reading.kind, reading.people)
    groups = count_groups(reading.values, reading.groups, codes, reading.kind, method, reading.people)
    for group in (name for name, found in groups.items() if found):
        mine = reading.groups.astype(str) == group
        people = None if reading.people is None else reading.people[mine]
        votes[group] = votes_of(reading.values[mine], codes, reading.kind, people)
    return Result(priorities, groups, sizes, votes=votes)


def list_consultations(engine: Engine, government: str, framework: str | None = None) -> list[HeldConsultation]:
    """The consultations of a government, newest first; of one framework where given. One of too few ballots is shown to
    nobody, whenever it was counted.
    """
    with Session(engine) as session:
        rows = outcome_queries.consultations(session, government)
        found = [(row, _result(row.result)) for row in rows if framework in (None, row.framework)]
    return [
        HeldConsultation(
            row.id or 0, row.name, row.framework, row.evidence, _released(result), row.sent_by, row.sent_at
        )
        for row, result in found
        if not (result.withdrawn or 0 < result.priorities.ballots < SMALLEST_GROUP)
    ]


def drop_consultation(engine: Engine, government: str, consultation_id: int, actor: str) -> None:
    """Shows a consultation to nobody any more. What its ballots added up to is kept, unseen, since people have seen it:
    a later count is set beside it.

    Raises:
        RefusedError: the government has none of that id.
    """
    with change(engine, "consultations", government) as session:
        permit(session, actor, "consult", government)
        row = session.get(Consultation, consultation_id)
        result = None if row is None else _result(row.result)
        if row is None or result is None or row.government != government or result.withdrawn:
            raise RefusedError("no-consultation", "There is no such consultation.")
        row.result = json.dumps(asdict(replace(result, withdrawn=True)))
        auditing.record(session, actor, "consultation dropped", row.name, {"government": government})


def beside_spend(run: OpenRun, held: HeldConsultation) -> list[Beside]:
    """Each outcome's priority beside its share of the gross that is spent on the outcomes that people were asked about,
    in the order of priority.
    """
    spend, gross = (alignment.spend_by(part, "outcome") for part in (run.part, run.part[~run.part["below"]]))
    names = run.framework.names()
    asked = [weight.outcome for weight in held.result.priorities.weights]
    total = sum(int(gross.get(code, 0)) for code in asked)
    groups = {
        name: {w.outcome: w.share for w in found.weights} if found else None
        for name, found in held.result.groups.items()
    }
    rows = []
    for weight in held.result.priorities.weights:
        amount = int(spend.get(weight.outcome, 0))
        rows.append(
            Beside(
                weight.outcome,
                names.get(weight.outcome, weight.outcome),
                weight.share,
                weight.margin,
                alignment.share_of(int(gross.get(weight.outcome, 0)), total),
                amount,
                {name: shares.get(weight.outcome) if shares else None for name, shares in groups.items()},
            )
        )
    return sorted(rows, key=lambda row: -row.priority)


def _earlier(session: Session, government: str, framework: str) -> list[tuple[str, Result]]:
    """Names and results of what was counted before by a framework, the newest first, also what nobody is shown."""
    rows = outcome_queries.consultations(session, government)
    return [(row.name, _result(row.result)) for row in rows if row.framework == framework]


def _released(result: Result) -> Result:
    """What may be shown of a result. Results that were kept before `hold_back` said all of it are cut down by what is
    known of them.
    """
    if result.renewed is not None:
        groups = {name: release(found) if found else None for name, found in result.groups.items()}
        return Result(release(result.priorities), groups)
    sizes = result.sizes or {name: found.ballots for name, found in result.groups.items() if found}
    left = result.priorities.ballots - sum(count for name, count in sizes.items() if name)
    shown = groups_to_show({**sizes, "": max(0, left)})
    groups = {
        name: release(found) if found is not None and name in shown else None for name, found in result.groups.items()
    }
    return Result(release(result.priorities), groups, {})


def _result(stored: str) -> Result:
    facts = json.loads(stored)
    groups = {name: _priorities(each) if each else None for name, each in facts["groups"].items()}
    renewed = facts.get("renewed")
    return Result(
        _priorities(facts["priorities"]),
        groups,
        facts.get("sizes", {}),
        facts.get("withdrawn", False),
        facts.get("votes", {}),
        None if renewed is None else tuple(renewed),
    )


def _priorities(facts: dict[str, Any]) -> Priorities:
    return Priorities(facts["method"], facts["ballots"], tuple(Weight(**weight) for weight in facts["weights"]))
