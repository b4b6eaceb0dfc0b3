"""Every question about what is known of outcomes beside their money: indicators, consultations, who answers for them.

The caller holds the session and its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import case, delete, select, update
from sqlmodel import Session, col

from budget_align.core.outcomes.accountability import Evaluation, Owner
from budget_align.core.outcomes.indicator import OBSERVATIONS
from budget_align.store.bulk import read_frame
from budget_align.store.tables import (
    AccountableOwner,
    BoardMeeting,
    Consultation,
    FrameworkVersion,
    Observation,
    PolicyAssessment,
    ProgrammeEvaluation,
    PublicBallot,
    PublicBallotSum,
    StoredBoardItem,
    StoredIndicator,
)


def consultations(session: Session, government: str) -> list[Consultation]:
    """The consultations of a government, newest first."""
    query = select(Consultation).where(col(Consultation.government) == government)
    return list(session.scalars(query.order_by(col(Consultation.id).desc())))


def open_ballot(session: Session, government: str) -> PublicBallot | None:
    """The question that is before the public; None where none is."""
    query = select(PublicBallot).where(
        col(PublicBallot.government) == government, col(PublicBallot.closed_at).is_(None)
    )
    return session.scalars(query.order_by(col(PublicBallot.id).desc())).first()


def add_ballot(session: Session, ballot_id: int, points: Mapping[str, int]) -> bool:
    """Adds one ballot to the sums of an open question, by the database's own arithmetic, so that of two that come at
    once none is lost; False where the question is closed.

    Args:
        points: as `core.outcomes.priority.double_points` gives them.
    """
    still_open = update(PublicBallot).where(col(PublicBallot.id) == ballot_id, col(PublicBallot.closed_at).is_(None))
    counted = session.connection().execute(still_open.values(ballots=col(PublicBallot.ballots) + 1))
    if counted.rowcount != 1:
        return False
    given = case(points, value=col(PublicBallotSum.outcome), else_=0)
    squares = {outcome: each * each for outcome, each in points.items()}
    session.connection().execute(
        update(PublicBallotSum)
        .where(col(PublicBallotSum.ballot_id) == ballot_id)
        .values(
            points=col(PublicBallotSum.points) + given,
            squares=col(PublicBallotSum.squares) + case(squares, value=col(PublicBallotSum.outcome), else_=0),
        )
    )
    return True


def ballot_sums(session: Session, ballot_id: int) -> dict[str, tuple[int, int]]:
    """The sums of points and of their squares of each outcome of a question."""
    query = select(PublicBallotSum).where(col(PublicBallotSum.ballot_id) == ballot_id)
    return {row.outcome: (row.points, row.squares) for row in session.scalars(query)}


def indicators(session: Session, government: str) -> list[StoredIndicator]:
    """The indicators of a government, in order of code."""
    query = (
        select(StoredIndicator).where(col(StoredIndicator.government) == government).order_by(col(StoredIndicator.code))
    )
    return list(session.scalars(query))


def observations(session: Session, government: str) -> pd.DataFrame:
    """All observations of a government, as `indicator.OBSERVATIONS` says."""
    query = select(*(getattr(Observation, name) for name in OBSERVATIONS)).where(
        col(Observation.government) == government
    )
    ordered = query.order_by(col(Observation.indicator), col(Observation.territory), col(Observation.year))
    return read_frame(session, ordered, OBSERVATIONS)


def drop_series(session: Session, government: str, indicator_codes: Sequence[str]) -> None:
    """Forgets all observations of some indicators, so that newer ones can take their place."""
    for start in range(0, len(indicator_codes), 500):
        some = indicator_codes[start : start + 500]
        session.execute(
            delete(Observation).where(col(Observation.government) == government, col(Observation.indicator).in_(some))
        )


def owners(session: Session, government: str, framework: str) -> list[Owner]:
    """Who answers for the missions and outcomes of a framework."""
    query = select(AccountableOwner).where(
        col(AccountableOwner.government) == government, col(AccountableOwner.framework) == framework
    )
    found = session.scalars(query.order_by(col(AccountableOwner.subject)))
    return [Owner(subject=row.subject, owner=row.owner, person=row.person, board=row.board) for row in found]


def evaluations(session: Session, government: str) -> list[Evaluation]:
    """The programmes of a government of which somebody said whether they are evaluated."""
    query = select(ProgrammeEvaluation).where(col(ProgrammeEvaluation.government) == government)
    found = session.scalars(query.order_by(col(ProgrammeEvaluation.body), col(ProgrammeEvaluation.programme)))
    facts = ("body", "programme", "status", "link", "on")
    return [Evaluation.model_validate({name: getattr(row, name) for name in facts}) for row in found]


def board_meetings(session: Session, government: str, framework: str, board: str | None = None) -> list[BoardMeeting]:
    """The meetings of boards, newest first; of one board where given."""
    query = select(BoardMeeting).where(
        col(BoardMeeting.government) == government, col(BoardMeeting.framework) == framework
    )
    if board is not None:
        query = query.where(col(BoardMeeting.board) == board)
    return list(session.scalars(query.order_by(col(BoardMeeting.held_on).desc(), col(BoardMeeting.id).desc())))


def board_items(session: Session, government: str, framework: str, board: str | None = None) -> list[StoredBoardItem]:
    """Decisions and actions, oldest first; of one board where given."""
    query = select(StoredBoardItem).where(
        col(StoredBoardItem.government) == government, col(StoredBoardItem.framework) == framework
    )
    if board is not None:
        query = query.where(col(StoredBoardItem.board) == board)
    return list(session.scalars(query.order_by(col(StoredBoardItem.id))))


def framework_versions(session: Session, status: str) -> list[FrameworkVersion]:
    """The frameworks that governments wrote themselves, of a status, in order of code."""
    query = select(FrameworkVersion).where(col(FrameworkVersion.status) == status)
    return list(session.scalars(query.order_by(col(FrameworkVersion.code))))


def assessments(session: Session, government: str, framework: str, outcome: str = "") -> list[PolicyAssessment]:
    """The assessments of policies of one outcome, or of all, the latest first."""
    query = select(PolicyAssessment).where(
        col(PolicyAssessment.government) == government, col(PolicyAssessment.framework) == framework
    )
    if outcome:
        query = query.where(col(PolicyAssessment.outcome) == outcome)
    latest = (col(PolicyAssessment.assessed_on).desc(), col(PolicyAssessment.id).desc())
    return list(session.scalars(query.order_by(*latest)))
