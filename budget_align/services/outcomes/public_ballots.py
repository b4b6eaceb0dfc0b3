"""Public ballots: puts a question to the public, counts what people answer, and keeps nothing of who they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.outcomes.disclosure import SMALLEST_GROUP, round_count
from budget_align.core.outcomes.priority import double_points, from_sums
from budget_align.core.outcomes.releases import Result
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks.frameworks import find_framework
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import outcome_queries
from budget_align.store.tables import Consultation, PublicBallot, PublicBallotSum

CHOICES = 3
"""How many outcomes a ballot may rank."""


@dataclass(frozen=True)
class OpenBallot:
    """The question that is before the public; `outcomes` are names by code, `ballots` how many came so far, in steps,
    so that nobody sees a single one come.
    """

    id: int
    name: str
    framework: str
    outcomes: dict[str, str]
    ballots: int
    opened_at: datetime


def find_open_ballot(engine: Engine, government: str) -> OpenBallot | None:
    """The question that is before the public of a government; None where none is."""
    with Session(engine) as session:
        row = outcome_queries.open_ballot(session, government)
        if row is None:
            return None
        names = find_framework(session, row.framework).outcome_names()
        outcomes = {code: names.get(code, code) for code in json.loads(row.outcomes)}
        return OpenBallot(row.id or 0, row.name, row.framework, outcomes, round_count(row.ballots), row.opened_at)


def put_question(engine: Engine, government: str, framework: str, name: str, actor: str) -> int:
    """Asks the public which outcomes of a framework matter most, and returns the question's id.

    Raises:
        RefusedError: it has no name, or another question is open.
    """
    if not name.strip():
        raise RefusedError("no-name", "Enter a name for the question.")
    with change(engine, "ballots", government) as session:
        permit(session, actor, "consult", government)
        if outcome_queries.open_ballot(session, government) is not None:
            raise RefusedError("ballot-open", "A question is before the public already; close it first.")
        codes = list(find_framework(session, framework).outcome_names())
        if len(codes) < 2:
            raise RefusedError("bad-framework", "A framework of one outcome leaves nothing to choose.")
        row = PublicBallot(
            government=government,
            framework=framework,
            name=name.strip()[:200],
            outcomes=json.dumps(codes),
            ballots=0,
            opened_by=actor,
            opened_at=datetime.now(UTC).replace(microsecond=0),
            closed_by="",
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        session.add_all(PublicBallotSum(ballot_id=row.id, outcome=code, points=0, squares=0) for code in codes)
        auditing.record(session, actor, "public ballot opened", row.name, {"government": government})
        return row.id


def cast_ballot(engine: Engine, ballot_id: int, choices: Sequence[str]) -> None:
    """Counts one ballot. Only sums are kept, neither the ballot nor anything of who cast it.

    Args:
        choices: codes of outcomes, the one that matters most first, at most `CHOICES`.

    Raises:
        RefusedError: it ranks nothing, too many, or one that was not asked about; or the question is closed.
    """
    if len(choices) > CHOICES:
        raise RefusedError("bad-ballot", f"Choose at most {CHOICES} outcomes.")
    with Session(engine) as session, session.begin():
        outcomes = list(outcome_queries.ballot_sums(session, ballot_id))
        if not outcomes or not outcome_queries.add_ballot(session, ballot_id, double_points(choices, outcomes)):
            raise RefusedError("closed", "The question is closed; what people said is on the page.")


def close_ballot(engine: Engine, government: str, ballot_id: int, actor: str) -> int | None:
    """Closes a question and keeps its result as a consultation.

    Returns:
        The consultation's id; None where fewer than `SMALLEST_GROUP` ballots came, of which nothing is kept, so that
        nobody's own can be told.

    Raises:
        RefusedError: no such question is open.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with change(engine, "ballots", government) as session:
        permit(session, actor, "consult", government)
        row = session.get(PublicBallot, ballot_id)
        if row is None or row.government != government or row.closed_at is not None:
            raise RefusedError("no-ballot", "No such question is open.")
        row.closed_by, row.closed_at = actor, now
        session.flush()
        sums = outcome_queries.ballot_sums(session, ballot_id)
        ordered = {code: sums[code] for code in json.loads(row.outcomes)}
        auditing.record(session, actor, "public ballot closed", row.name, {"ballots": round_count(row.ballots)})
        if row.ballots < SMALLEST_GROUP:
            return None
        result = json.dumps(asdict(Result(from_sums(row.ballots, ordered), {}, {})))
        held = Consultation(
            government=government,
            framework=row.framework,
            name=row.name,
            method="borda",
            ballots=row.ballots,
            evidence="people ranked outcomes on the public page",
            result=result,
            file_hash=hashlib.sha256(result.encode()).hexdigest(),
            sent_by=actor,
            sent_at=now,
        )
        session.add(held)
        session.flush()
        return held.id
