"""What services ask of the amounts that a run allocated. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session, col

from budget_align.store.bulk import read_frame
from budget_align.store.tables import Allocation, BudgetLine, CubeCell, ProgrammeCell, RunShare, RunSubmission

_ITS_LINE = (col(BudgetLine.submission_id) == col(Allocation.submission_id)) & (
    col(BudgetLine.line_id) == col(Allocation.line_id)
)


def _in_view(
    run_id: str, stage: str, fiscal_year: int, flow: str, bodies: Sequence[str] | None, not_toward: Sequence[str]
) -> list[ColumnElement[bool]]:
    """Which allocations, joined with their lines, a view of a run counts in one flow."""
    wanted = [
        col(Allocation.run_id) == run_id,
        col(BudgetLine.flow) == flow,
        col(BudgetLine.stage) == stage,
        col(BudgetLine.fiscal_year) == fiscal_year,
    ]
    if bodies is not None:
        wanted.append(col(BudgetLine.body).in_(bodies))
    if not_toward:
        wanted.append(col(Allocation.toward).not_in(not_toward))
    return wanted


def largest_allocations(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    body: str | None = None,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> tuple[list[tuple[Allocation, BudgetLine]], int]:
    """Allocations of a run with their lines, largest amounts first, and how many there are in all. Where a transfer
    takes a part of a line and the view counts it all the same, what the line gives to an outcome by a rule is one row.

    Args:
        flow: of which flow.
        bodies: only of these, where given.
        not_toward: without transfers toward these levels of government.
    """
    wanted = [*_in_view(run_id, stage, fiscal_year, flow, bodies, not_toward), col(Allocation.amount) != 0]
    if outcome is not None:
        wanted.append(col(Allocation.outcome) == outcome)
    if body is not None:
        wanted.append(col(BudgetLine.body) == body)
    taken_out = select(col(CubeCell.run_id)).where(col(CubeCell.run_id) == run_id, col(CubeCell.toward) != "").limit(1)
    if session.execute(taken_out).first() is not None:
        return _largest_together(session, run_id, wanted, limit, offset)
    found = select(Allocation, BudgetLine).join(BudgetLine, _ITS_LINE).where(*wanted)
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    ordered = found.order_by(func.abs(Allocation.amount).desc(), col(Allocation.position)).limit(limit).offset(offset)
    return [(allocation, line) for allocation, line in session.execute(ordered)], count


def _largest_together(
    session: Session, run_id: str, wanted: list[ColumnElement[bool]], limit: int, offset: int
) -> tuple[list[tuple[Allocation, BudgetLine]], int]:
    """The same where a line may give to one outcome in parts, of which a transfer takes some."""
    by = [col(getattr(Allocation, name)) for name in ("submission_id", "line_id", "outcome", "rule_id", "kind")]
    amount = func.sum(Allocation.amount).label("amount")
    place = func.min(Allocation.position).label("position")
    together = select(*by, amount, place).join(BudgetLine, _ITS_LINE).where(*wanted).group_by(*by).subquery()
    count = session.scalar(select(func.count()).select_from(together)) or 0
    its_line = (col(BudgetLine.submission_id) == together.c.submission_id) & (
        col(BudgetLine.line_id) == together.c.line_id
    )
    ordered = (
        select(together, BudgetLine)
        .join(BudgetLine, its_line)
        .order_by(func.abs(together.c.amount).desc(), together.c.position)
        .limit(limit)
        .offset(offset)
    )
    found = []
    for *said, amount_of, position, line in session.execute(ordered):
        names = ("submission_id", "line_id", "outcome", "rule_id", "kind")
        facts = dict(zip(names, said, strict=True))
        whole = Allocation(run_id=run_id, position=position, amount=int(amount_of), toward="", **facts)
        found.append((whole, line))
    return found, count


def rule_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> list[tuple[str, int, int]]:
    """What each rule gave of one flow in a stage and year, to one outcome where given: its id, the amount, and how many
    lines.
    """
    query = (
        select(col(Allocation.rule_id), func.sum(Allocation.amount), func.count(col(Allocation.line_id).distinct()))
        .join(BudgetLine, _ITS_LINE)
        .where(*_in_view(run_id, stage, fiscal_year, flow, bodies, not_toward))
        .group_by(col(Allocation.rule_id))
    )
    if outcome is not None:
        query = query.where(col(Allocation.outcome) == outcome)
    return [(rule, int(amount), int(count)) for rule, amount, count in session.execute(query)]


def account_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> pd.DataFrame:
    """What was spent in a stage and year by all that tells what money is: columns body, programme, control, unit,
    account, outcome, kind, rule_id and amount.
    """
    of_line = [col(getattr(BudgetLine, name)) for name in ("body", "programme", "control", "unit", "account")]
    keys = [*of_line, col(Allocation.outcome), col(Allocation.kind), col(Allocation.rule_id)]
    query = (
        select(*keys, func.sum(Allocation.amount))
        .join(BudgetLine, _ITS_LINE)
        .where(*_in_view(run_id, stage, fiscal_year, "expenditure", bodies, not_toward))
        .group_by(*keys)
        .order_by(*keys)
    )
    texts = ["body", "programme", "control", "unit", "account", "outcome", "kind", "rule_id"]
    return read_frame(session, query, {**dict.fromkeys(texts, "str"), "amount": "int64"})


def programme_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> pd.DataFrame:
    """What the programmes of each body give of one flow to each outcome in a stage and year: columns body, programme,
    control, outcome, kind, amount and, within it, receipts, which lines below zero come to.
    """
    names = ("body", "programme", "control", "outcome", "kind")
    keys = [col(getattr(ProgrammeCell, name)) for name in names]
    below = case((col(ProgrammeCell.below), col(ProgrammeCell.amount)), else_=0)
    query = (
        select(*keys, func.sum(ProgrammeCell.amount), func.sum(below))
        .where(
            col(ProgrammeCell.run_id) == run_id,
            col(ProgrammeCell.flow) == flow,
            col(ProgrammeCell.stage) == stage,
            col(ProgrammeCell.fiscal_year) == fiscal_year,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    if bodies is not None:
        query = query.where(col(ProgrammeCell.body).in_(bodies))
    if not_toward:
        query = query.where(col(ProgrammeCell.toward).not_in(not_toward))
    return read_frame(session, query, {**dict.fromkeys(names, "str"), "amount": "int64", "receipts": "int64"})


def counted_of_lines(session: Session, run_id: str, line_ids: Sequence[str]) -> dict[str, int]:
    """What a run counts of each of some lines, by the line's id; lines of which it counts nothing are left out."""
    query = (
        select(col(Allocation.line_id), func.sum(Allocation.amount))
        .where(col(Allocation.run_id) == run_id, col(Allocation.line_id).in_(line_ids))
        .group_by(col(Allocation.line_id))
    )
    return {line: int(amount) for line, amount in session.execute(query)}


def line_of_run(session: Session, run_id: str, line_id: str) -> BudgetLine | None:
    """A line that a run allocated, or showed as memo."""
    query = (
        select(BudgetLine)
        .join(RunSubmission, col(RunSubmission.submission_id) == col(BudgetLine.submission_id))
        .where(col(RunSubmission.run_id) == run_id, col(BudgetLine.line_id) == line_id)
    )
    return session.scalars(query).first()


def allocations_of_line(session: Session, run_id: str, line_id: str) -> Sequence[Allocation]:
    """What one line gave to each outcome, in the order of its rule's shares."""
    query = (
        select(Allocation)
        .where(col(Allocation.run_id) == run_id, col(Allocation.line_id) == line_id)
        .order_by(col(Allocation.position))
    )
    return session.scalars(query).all()


def shares_of_line(session: Session, run_id: str, rule_id: str, line: BudgetLine) -> dict[str, int]:
    """What a depending rule gave in a line's cost centre, in parts per million by outcome."""
    query = (
        select(col(RunShare.outcome), col(RunShare.share))
        .where(
            col(RunShare.run_id) == run_id,
            col(RunShare.rule_id) == rule_id,
            col(RunShare.body) == line.body,
            col(RunShare.unit) == line.unit,
            col(RunShare.stage) == line.stage,
            col(RunShare.fiscal_year) == line.fiscal_year,
        )
        .order_by(col(RunShare.position))
    )
    return {row.outcome: row.share for row in session.execute(query)}
