"""Traces one amount: from the outcome through the rule and the budget line to the cell of the workbook."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.returns.budget_line import SCHEMA
from budget_align.core.returns.reading import ControlTotal
from budget_align.core.rules.mapping import Rule
from budget_align.core.rules.matching import LineIndex
from budget_align.core.rules.of_which import outermost
from budget_align.core.values.exact import FINE, WHOLE
from budget_align.core.values.money import format_exactly
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.runs.shares import approval_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import allocation_queries, return_queries
from budget_align.store.tables import BudgetLine, SourceFile, Submission

_CELL = re.compile(r"^([A-Z]+)(\d+)$")


@dataclass(frozen=True)
class Share:
    """What the line gives to one outcome by one rule: the share of it, what that is exactly, and the amount.

    Attributes:
        share: parts per million, rounded where the share is told more finely.
        rule_id: the rule; that of an of-which line where it says what a part of the line is for.
    """

    outcome: str
    outcome_name: str
    share: int
    amount: int
    exactly: str
    rule_id: str


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
        taken_out: what of it a view that holds both sides counts there alone.
        parts: the of-which lines that say what parts of the line are for.
    """

    line: BudgetLine
    header: str
    note: str
    rule: Rule | None
    also: tuple[Rule, ...]
    approval: str
    toward: str
    taken_out: int
    parts: tuple[BudgetLine, ...]
    shares: tuple[Share, ...]
    totals: tuple[Total, ...]
    file_name: str
    file_hash: str
    confirmed_by: str
    confirmed_at: datetime

    @property
    def given(self) -> int:
        """What the shares come to together: all of the line that counts."""
        return sum(share.amount for share in self.shares)


def trace_line(engine: Engine, run: OpenRun, line_id: str) -> Trace:
    """The way of one line in a run.

    Raises:
        RefusedError: the run holds no such line.
    """
    with Session(engine) as session:
        line = allocation_queries.line_of_run(session, run.id, line_id)
        hidden = line is not None and not run.trials and (line.stage, line.fiscal_year) not in run.periods
        if line is None or hidden or line.version != run.version_of(line.body, line.stage, line.fiscal_year, line.flow):
            raise RefusedError("no-line", f"This run holds no line {line_id!r}.")
        submission = session.get(Submission, line.submission_id)
        assert submission is not None, "a line belongs to its submission"
        allocations = allocation_queries.allocations_of_line(session, run.id, line_id)
        names = run.own_framework.outcome_names()
        parts, own_rule = _parts_of(session, run, line)
        by_rule = {each.rule_id for each in allocations}
        rule_id = own_rule if own_rule in by_rule or parts else (allocations[0].rule_id if allocations else "")
        rule = run.mapping.rule(rule_id) if rule_id else None
        given, whole = _parts_given(session, run, rule, line)
        sums: dict[tuple[str, str], int] = {}
        for each in allocations:
            key = (each.rule_id, each.outcome)
            sums[key] = sums.get(key, 0) + each.amount
        counted = sum(sums.values())
        shares = []
        for (rule_of, outcome), amount in sums.items():
            name = names.get(outcome, "Unaligned")
            if len(by_rule) == 1 and counted == line.amount:
                part = Fraction(given.get(outcome, whole - sum(given.values())), whole)
                exactly = _exactly(line.amount, part, run.terms)
            else:
                part = Fraction(amount, line.amount) if line.amount else Fraction(0)
                exactly = run.terms.amount(amount)
            shares.append(Share(outcome, name, round(part * WHOLE), amount, exactly, rule_of))
        stated = return_queries.stated_totals(session, line.submission_id, sheet=line.sheet)
        extra = json.loads(line.extra or "{}")
        return Trace(
            line=line,
            header=extra.get("header", ""),
            note=extra.get("note", ""),
            rule=rule,
            also=_rules_below(run, line, rule),
            approval=approval_of(engine, run),
            toward=next((each.toward for each in allocations if each.toward), ""),
            taken_out=sum(each.amount for each in allocations if each.toward),
            parts=parts,
            shares=tuple(shares),
            totals=_totals_over(line.cell, stated),
            file_name=submission.file_name,
            file_hash=submission.file_hash,
            confirmed_by=submission.confirmed_by,
            confirmed_at=submission.confirmed_at,
        )


def _parts_given(session: Session, run: OpenRun, rule: Rule | None, line: BudgetLine) -> tuple[dict[str, int], int]:
    """The parts that a rule gives of a line to each outcome, and of how many."""
    if rule is None:
        return {}, WHOLE
    if rule.depends:
        return allocation_queries.shares_of_line(session, run.id, rule.id, line), FINE
    return run.mapping.shares_of(rule), WHOLE


def _parts_of(session: Session, run: OpenRun, line: BudgetLine) -> tuple[tuple[BudgetLine, ...], str]:
    """The of-which lines that are parts of a line, and the rule that takes the line itself; nothing for a memo line."""
    if line.memo:
        return (), ""
    beside = return_queries.memo_lines(session, run.submission_ids, line.stage, line.fiscal_year, {})
    if not beside:
        return (), ""
    rows = [each.model_dump(include={*SCHEMA, "submission_id"}) for each in (line, *beside)]
    counted = return_queries.lines_near(session, run.submission_ids, line)
    frame = pd.concat([pd.DataFrame.from_records(rows), counted]).drop_duplicates(["submission_id", "line_id"])
    index = LineIndex(frame.reset_index(drop=True).astype({"submission_id": "int64", **SCHEMA}), run.terms.currency)
    mine = set(np.flatnonzero(outermost(index.wholes) == 0).tolist())
    ids = set(index.lines["line_id"].iloc[sorted(mine)])
    decided = int(index.decide(run.mapping)[0])
    rule_id = run.mapping.rules[decided].id if decided >= 0 else ""
    return tuple(each for each in beside if each.line_id in ids), rule_id


def _exactly(amount: int, part: Fraction, terms: Terms) -> str:
    """An amount's share, with as many decimal places as it has, up to eight.

    >>> from budget_align.core.values.terms import UK
    >>> _exactly(101, Fraction(3, 5), UK), _exactly(-100, Fraction(1), UK)
    ('£0.606', '−£1.00')
    """
    exact = (Decimal(amount) * part.numerator / part.denominator).quantize(Decimal("1e-6"))
    return format_exactly(exact.normalize(), terms.currency, locale=terms.locale)


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
