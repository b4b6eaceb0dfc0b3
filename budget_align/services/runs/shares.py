"""What single lines, rules, programmes and accounts give in a run's view, as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.rules.counterparts import UNSTATED
from budget_align.core.rules.mapping import UNALIGNED, Rule
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import allocation_queries
from budget_align.store.tables import Allocation, BudgetLine, MappingVersion


@dataclass(frozen=True)
class LineShare:
    """What one line gives to one outcome, as lists show it."""

    line_id: str
    body: str
    unit: str
    programme: str
    control: str
    outcome: str
    amount: int
    line_amount: int
    rule_id: str
    place: str


def largest_lines(
    engine: Engine,
    run: OpenRun,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    body: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[list[LineShare], int]:
    """What lines of a flow give, largest first, of one outcome or one body where given; and how many there are."""
    with Session(engine) as session:
        rows, count = allocation_queries.largest_allocations(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            flow=flow,
            outcome=outcome,
            body=body,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
            limit=limit,
            offset=offset,
        )
        return [_share(allocation, line) for allocation, line in rows], count


def approval_of(engine: Engine, run: OpenRun) -> str:
    """As which version, and by whom, a run's mapping was approved; empty for one that comes with the product."""
    if run.mapping_version is None:
        return ""
    with Session(engine) as session:
        version = session.get(MappingVersion, run.mapping_version)
        return f"version {version.number}, approved by {version.approved_by}" if version else ""


@dataclass(frozen=True)
class RuleShare:
    """What a rule gives in the view of a run; `rule` is None for lines that no rule takes."""

    rule: Rule | None
    amount: int
    lines: int


def rules_of(engine: Engine, run: OpenRun, *, flow: str = "expenditure", outcome: str | None = None) -> list[RuleShare]:
    """What each rule gives of a flow in the run's stage, year and levels of government, to one outcome where given,
    largest first.
    """
    with Session(engine) as session:
        found = allocation_queries.rule_sums(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            flow=flow,
            outcome=outcome,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )
    shares = [RuleShare(run.mapping.rule(rule) if rule else None, amount, lines) for rule, amount, lines in found]
    return sorted(shares, key=lambda share: -abs(share.amount))


def programmes_of(engine: Engine, run: OpenRun) -> pd.DataFrame:
    """What each programme gives of its expenditure to each outcome of the mapping's own framework in the run's stage,
    year and levels, as
    `allocation_queries.programme_sums` says. No transfer that is counted elsewhere and no memo line is among it.
    """
    return programmes_with_receipts(engine, run).drop(columns="receipts")


def programmes_with_receipts(engine: Engine, run: OpenRun) -> pd.DataFrame:
    """The same with what of each amount is receipts that bodies netted into their lines, below zero."""
    with Session(engine) as session:
        return allocation_queries.programme_sums(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )


def accounts_of(engine: Engine, run: OpenRun, stage: str | None = None, fiscal_year: int | None = None) -> pd.DataFrame:
    """The expenditure of a stage and year, the run's own without, of the run's levels by all that tells what money is,
    as `allocation_queries.account_sums` says; by outcomes of the mapping's own framework.
    """
    with Session(engine) as session:
        return allocation_queries.account_sums(
            session,
            run.id,
            run.stage if stage is None else stage,
            run.fiscal_year if fiscal_year is None else fiscal_year,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )


def _bodies_in_view(run: OpenRun) -> list[str] | None:
    """The bodies of the levels in view; None where that is all."""
    return None if run.levels == run.all_levels else sorted(run.bodies_in_view)


def _share(allocation: Allocation, line: BudgetLine) -> LineShare:
    return LineShare(
        line.line_id,
        line.body,
        line.unit,
        line.programme,
        line.control,
        allocation.outcome,
        allocation.amount,
        line.amount,
        allocation.rule_id,
        f"{line.sheet}!{line.cell}",
    )


@dataclass(frozen=True)
class Reason:
    """Money that serves no outcome for one reason.

    Attributes:
        gross: the amount before the receipts that are netted into its lines.
        lines: None where that is not counted.
    """

    why: str
    amount: int
    gross: int
    lines: int | None


def reasons_of(engine: Engine, run: OpenRun) -> Sequence[Reason]:
    """Why money serves no outcome, the largest first; they add up to what is unaligned and, seen through a lens,
    to what that does not cover.
    """
    unaligned = run.own_part[run.own_part["kind"] == "unaligned"]
    gross = unaligned[~unaligned["below"]].groupby("rule_id")["amount"].sum()
    found: dict[str, Reason] = {}
    for share in rules_of(engine, run, outcome=UNALIGNED):
        rule_id = share.rule.id if share.rule else ""
        why = run.mapping.why_unaligned(rule_id)
        before = found.get(why, Reason(why, 0, 0, 0))
        of_rule = int(gross.get(rule_id, 0))
        lines = (before.lines or 0) + share.lines
        found[why] = Reason(why, before.amount + share.amount, before.gross + of_rule, lines)
    reasons = list(found.values())
    figures = alignment.headline(run.part)
    lost = figures.gross - figures.gross_aligned - figures.gross_unaligned
    if lost or figures.uncovered:
        reasons.append(Reason(f"No counterpart in {run.framework.name}", figures.uncovered, lost, None))
    return sorted(reasons, key=lambda reason: (-abs(reason.gross), -abs(reason.amount)))
