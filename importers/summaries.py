"""Tells a summary from a budget: a table whose rows only repeat the totals of other tables is never added to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from budget_align.core.reading import ControlTotal, Finding, Severity
from importers.vocabulary import fold_label

Records = list[dict[str, Any]]
Key = tuple[str, str, int | None, int]

_REPEATED = 0.8
"""From this share of rows that repeat another table's figures on, a table is taken for their summary."""


def tell_summaries(
    records: Sequence[Records], totals: Sequence[list[ControlTotal]], sheets: Sequence[str]
) -> tuple[list[Records], list[list[ControlTotal]], dict[int, Finding]]:
    """The tables' records and control totals with those of summaries taken out of the lines.

    A summary's rows become control totals of the tables that they summarise: figures published twice are checked
    twice and counted once.

    Returns:
        The records, the control totals, and for each table that is a summary the finding that says so.
    """
    new_records, new_totals = [list(each) for each in records], [list(each) for each in totals]
    found: dict[int, Finding] = {}
    for number, own in enumerate(records):
        others = [i for i in range(len(records)) if i != number and i not in found]
        sums = _sums_by_body([records[i] for i in others])
        rows = _rows(own)
        said = [row for row in rows if row[3]]
        names = {row[0] for row in said}
        repeated = [row for row in said if sums.get(row[:3]) == row[3]]
        if len(names) < 2 or len(repeated) < _REPEATED * len(said):
            continue
        found[number] = Finding(
            code="summary-sheet",
            severity=Severity.WARNING,
            sheet=sheets[number],
            cell=own[0]["cell"],
            message=f"{len(repeated)} of its {len(said)} figures repeat what other sheets add up to; it was read as "
            "their summary, and its figures were checked and not counted again.",
            action="Confirm that this sheet adds no money of its own.",
        )
        new_records[number] = []
        new_totals[number] = [_control_total(record, sums) for record in own if record["amount"]]
    return new_records, new_totals, found


def _rows(records: Records) -> list[Key]:
    return [
        (fold_label(r["programme"] or r["body"]), r["stage"], r["fiscal_year"], r["amount"])
        for r in records
        if not r["memo"]
    ]


def _sums_by_body(tables: Sequence[Records]) -> dict[tuple[str, str, int | None], int]:
    """What the other tables' lines add up to, by folded body, stage and year."""
    sums: Counter[tuple[str, str, int | None]] = Counter()
    for records in tables:
        for record in records:
            if not record["memo"]:
                sums[fold_label(record["body"]), record["stage"], record["fiscal_year"]] += record["amount"]
    return sums


def _control_total(record: dict[str, Any], sums: dict[tuple[str, str, int | None], int]) -> ControlTotal:
    name = record["programme"] or record["body"]
    return ControlTotal(
        sheet=record["sheet"],
        row=record["row"],
        cell=record["cell"],
        label=name,
        body=name,
        whole=False,
        memo=False,
        stage=record["stage"],
        fiscal_year=record["fiscal_year"],
        control="",
        published=record["amount"],
        read=sums.get((fold_label(name), record["stage"], record["fiscal_year"]), 0),
        members=(),
    )
