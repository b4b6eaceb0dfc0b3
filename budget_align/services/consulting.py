"""Consultations: counts the ballots of a workbook, keeps what they add up to, and sets it beside what is spent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core import alignment
from budget_align.core.priority import METHODS, Method, Priorities, Weight, count_ballots, count_groups
from budget_align.core.reading import Finding
from budget_align.core.refusal import RefusedError
from budget_align.services import auditing
from budget_align.services.frameworks import find_framework
from budget_align.services.installation import limits_of
from budget_align.services.viewing import OpenRun
from budget_align.store import outcome_queries
from budget_align.store.tables import Consultation
from importers.ballot_workbook import read_ballots
from importers.isolation import ask_isolated


@dataclass(frozen=True)
class Result:
    """What a consultation said: the weights of all, and of each group; None for a group too small to show."""

    priorities: Priorities
    groups: dict[str, Priorities | None]


@dataclass(frozen=True)
class Held:
    """A consultation as pages show it."""

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
) -> tuple[int | None, tuple[Finding, ...]]:
    """Counts the ballots of a workbook and keeps the result; the ballots themselves are not kept.

    Returns:
        The consultation's id, None where findings stand against the workbook, and those findings.

    Raises:
        RefusedError: the file is no workbook, a name is missing, or the method does not fit the ballots.
    """
    if not name.strip():
        raise RefusedError("no-name", "Enter a name for the consultation.")
    with Session(engine) as session:
        outcomes = find_framework(session, framework).outcome_names()
    reading = ask_isolated(read_ballots, data, file_name, limits=limits_of(settings), outcomes=outcomes, kind=kind)
    if reading.findings:
        return None, reading.findings
    known = METHODS[reading.kind]
    chosen: Method = next((each for each in known if each == method), known[0])
    if method and method != chosen:
        raise RefusedError("bad-method", f"These are ballots of {reading.kind}, which {method} cannot count.")
    codes = list(reading.outcomes)
    priorities = count_ballots(reading.values, codes, reading.kind, chosen)
    groups: dict[str, Priorities | None] = {}
    if len(reading.groups) and any(reading.groups):
        groups = count_groups(reading.values, reading.groups, codes, reading.kind, chosen)
    now = datetime.now(UTC).replace(microsecond=0)
    with Session(engine) as session, session.begin():
        held = Consultation(
            government=government,
            framework=framework,
            name=name.strip()[:200],
            method=chosen,
            ballots=priorities.ballots,
            evidence=reading.evidence,
            result=json.dumps(asdict(Result(priorities, groups))),
            file_hash=hashlib.sha256(data).hexdigest(),
            sent_by=actor,
            sent_at=now,
        )
        session.add(held)
        session.flush()
        detail = {"government": government, "method": chosen, "ballots": priorities.ballots, "file": held.file_hash}
        auditing.record(session, actor, "consultation counted", held.name, detail)
        return held.id, ()


def list_consultations(engine: Engine, government: str, framework: str | None = None) -> list[Held]:
    """The consultations of a government, newest first; of one framework where given."""
    with Session(engine) as session:
        return [
            Held(row.id or 0, row.name, row.framework, row.evidence, _result(row.result), row.sent_by, row.sent_at)
            for row in outcome_queries.consultations(session, government)
            if framework in (None, row.framework)
        ]


def drop_consultation(engine: Engine, government: str, consultation_id: int, actor: str) -> None:
    """Forgets a consultation.

    Raises:
        RefusedError: the government has none of that id.
    """
    with Session(engine) as session, session.begin():
        row = session.get(Consultation, consultation_id)
        if row is None or row.government != government:
            raise RefusedError("no-consultation", "There is no such consultation.")
        session.delete(row)
        auditing.record(session, actor, "consultation dropped", row.name, {"government": government})


def set_beside(run: OpenRun, held: Held) -> list[Beside]:
    """Each outcome's priority beside its share of what is spent on the outcomes that people were asked about, in the
    order of priority.
    """
    spend = alignment.spend_by(run.part, "outcome")
    names = run.framework.names()
    asked = [weight.outcome for weight in held.result.priorities.weights]
    total = sum(max(0, int(spend.get(code, 0))) for code in asked)
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
                max(0, amount) / total if total else None,
                amount,
                {name: shares.get(weight.outcome) if shares else None for name, shares in groups.items()},
            )
        )
    return sorted(rows, key=lambda row: -row.priority)


def _result(stored: str) -> Result:
    facts = json.loads(stored)
    groups = {name: _priorities(each) if each else None for name, each in facts["groups"].items()}
    return Result(_priorities(facts["priorities"]), groups)


def _priorities(facts: dict[str, Any]) -> Priorities:
    return Priorities(facts["method"], facts["ballots"], tuple(Weight(**weight) for weight in facts["weights"]))
