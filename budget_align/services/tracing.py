"""Traces one amount: from the outcome through the rule and the budget line to the cell of the workbook."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.budget_line import SCHEMA
from budget_align.core.exact import WHOLE
from budget_align.core.mapping import Rule
from budget_align.core.matching import LineIndex
from budget_align.core.money import format_exactly
from budget_align.core.reading import ControlTotal
from budget_align.core.refusal import RefusedError
from budget_align.core.terms import Terms
from budget_align.services.viewing import OpenRun, approval_of
from budget_align.store import queries
from budget_align.store.tables import BudgetLine, SourceFile, Submission

_CELL = re.compile(r"^([A-Z]+)(\d+)$")


@dataclass(frozen=True)
class Share:
    """What the line gives to one outcome: parts per million of it, what that is exactly, and the amount."""

    outcome: str
    outcome_name: str
    share: int
    amount: int
    exactly: str


@dataclass(frozen=True)
class Total:
    """A total of the workbook that holds the line, beside the sum of its lines."""

    label: str
    place: str
    published: int
    read: int


@dataclass(frozen=True)
class Trace:
    """One line's way from the cell to the outcomes.

    Attributes:
        also: the rules below the one that took it whose conditions it meets too.
        approval: who approved the mapping, and as which version; empty for one that comes with the product.
        toward: the level of government on the other side of a transfer; empty where the line is none.
    """

    line: BudgetLine
    header: str
    note: str
    rule: Rule | None
    also: tuple[Rule, ...]
    approval: str
    toward: str
    shares: tuple[Share, ...]
    totals: tuple[Total, ...]
    file_name: str
    file_hash: str
    confirmed_by: str
    confirmed_at: datetime


def trace_line(engine: Engine, run: OpenRun, line_id: str) -> Trace:
    """The way of one line in a run.

    Raises:
        RefusedError: the run holds no such line.
    """
    with Session(engine) as session:
        line = queries.line_of_run(session, run.id, line_id)
        if line is None or line.version != run.version_of(line.body, line.stage, line.fiscal_year, line.flow):
            raise RefusedError("no-line", f"This run holds no line {line_id!r}.")
        submission = session.get(Submission, line.submission_id)
        assert submission is not None, "a line belongs to its submission"
        allocations = queries.allocations_of_line(session, run.id, line_id)
        names = run.own_framework.outcome_names()
        rule = run.mapping.rule(allocations[0].rule_id) if allocations and allocations[0].rule_id else None
        given = _parts_given(session, run, rule, line)
        shares = []
        for allocation in allocations:
            part = given.get(allocation.outcome, WHOLE - sum(given.values()))
            name = names.get(allocation.outcome, "Unaligned")
            shares.append(
                Share(allocation.outcome, name, part, allocation.amount, _exactly(line.amount, part, run.terms))
            )
        stated = queries.stated_totals(session, line.submission_id, sheet=line.sheet)
        extra = json.loads(line.extra or "{}")
        return Trace(
            line=line,
            header=extra.get("header", ""),
            note=extra.get("note", ""),
            rule=rule,
            also=_rules_below(run, line, rule),
            approval=approval_of(engine, run),
            toward=allocations[0].toward if allocations else "",
            shares=tuple(shares),
            totals=_totals_over(line.cell, stated),
            file_name=submission.file_name,
            file_hash=submission.file_hash,
            confirmed_by=submission.confirmed_by,
            confirmed_at=submission.confirmed_at,
        )


def _parts_given(session: Session, run: OpenRun, rule: Rule | None, line: BudgetLine) -> dict[str, int]:
    """The parts per million that a rule gives of a line to each outcome."""
    if rule is None:
        return {}
    return queries.shares_of_line(session, run.id, rule.id, line) if rule.depends else run.mapping.shares_of(rule)


def _exactly(amount: int, part: int, terms: Terms) -> str:
    """An amount's share, with every decimal place that it has.

    >>> from budget_align.core.terms import UK
    >>> _exactly(101, 600_000, UK), _exactly(-100, WHOLE, UK)
    ('£0.606', '−£1.00')
    """
    return format_exactly(Decimal(amount) * part / WHOLE, terms.currency, locale=terms.locale)


def _rules_below(run: OpenRun, line: BudgetLine, rule: Rule | None) -> tuple[Rule, ...]:
    if rule is None:
        return ()
    facts = line.model_dump(include=set(SCHEMA))
    index = LineIndex(pd.DataFrame([facts], columns=list(SCHEMA)).astype(SCHEMA), run.terms.currency)
    return tuple(
        run.mapping.rules[place] for place in index.matched_by(run.mapping, 0) if run.mapping.rules[place].id != rule.id
    )


def source_file(engine: Engine, run: OpenRun, file_hash: str) -> tuple[str, bytes]:
    """The name and bytes of a workbook behind a run, as they were received.

    Raises:
        RefusedError: the run rests on no such workbook.
    """
    with Session(engine) as session:
        for submission_id in run.submission_ids:
            submission = session.get(Submission, submission_id)
            if submission is not None and submission.file_hash == file_hash:
                source = session.get(SourceFile, file_hash)
                assert source is not None, "a submission's file is kept as long as the submission"
                return submission.file_name, source.content
    raise RefusedError("no-file", "This run rests on no such workbook.")


def _totals_over(cell: str, stated: Sequence[ControlTotal]) -> tuple[Total, ...]:
    """The totals of the cell's column that hold it, from the nearest to the widest."""
    found: list[Total] = []
    here = cell
    while True:
        over = next((total for total in stated if total.cell != here and _holds(total.members, here)), None)
        if over is None or len(found) > 20:
            return tuple(found)
        found.append(Total(over.label, f"{over.sheet}!{over.cell}", over.published, over.read))
        here = over.cell


def _holds(ranges: Sequence[str], cell: str) -> bool:
    letters, row = _parts(cell)
    for each in ranges:
        first, _, last = each.partition(":")
        begins, ends = _parts(first), _parts(last or first)
        if begins[0] == letters and begins[1] <= row <= ends[1]:
            return True
    return False


def _parts(cell: str) -> tuple[str, int]:
    match = _CELL.match(cell)
    assert match, f"{cell} is a cell's address"
    return match[1], int(match[2])
