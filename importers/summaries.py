"""Tells money that a workbook states twice: a summary is never added to what it sums, and where the total of one table
stands in another, a person is asked which of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from budget_align.core.reading import ControlTotal, Finding, Severity
from importers.choices import Choice, choice_id
from importers.table import Table
from importers.vocabulary import fold_label

Key = tuple[str, str, int]

_REPEATED = 0.8
"""From this share of rows that repeat another table's figures on, a table is taken for their summary."""

_TELLING = 6
"""Digits of a sum that another table hardly states by chance."""

_LONGEST_SUMMARY = 5_000
"""No table of more lines is a summary."""


def tell_summaries(
    frames: Sequence[pd.DataFrame], sheets: Sequence[str]
) -> dict[int, tuple[Finding, list[ControlTotal]]]:
    """The tables that are summaries of others, by their place, each with the finding that says so and its rows as
    control totals of the tables that it sums: figures published twice are checked twice and counted once.

    Args:
        frames: each table's lines.
        sheets: each table's sheet.
    """
    found: dict[int, tuple[Finding, list[ControlTotal]]] = {}
    if len(frames) < 2:
        return found
    each_sums = [_sums_by_body(frame) for frame in frames]
    for number, own in enumerate(frames):
        if len(own) > _LONGEST_SUMMARY:
            continue
        sums: dict[Key, int] = {}
        for other, theirs in enumerate(each_sums):
            if other != number and other not in found:
                for key, amount in theirs.items():
                    sums[key] = sums.get(key, 0) + amount
        counted = own[~own["memo"]]
        rows = list(zip(_names(counted), counted["stage"], counted["fiscal_year"], counted["amount"], strict=True))
        said = [row for row in rows if row[3]]
        repeated = [row for row in said if sums.get(row[:3]) == row[3]]
        if len({row[0] for row in said}) < 2 or len(repeated) < _REPEATED * len(said):
            continue
        finding = Finding(
            code="summary-sheet",
            severity=Severity.WARNING,
            sheet=sheets[number],
            cell=str(own["cell"].iloc[0]),
            message=f"{len(repeated)} of its {len(said)} figures repeat what other sheets add up to; it was read as "
            "their summary, and its figures were checked and not counted again.",
            action="Confirm that this sheet adds no money of its own.",
        )
        found[number] = finding, _control_totals(counted[counted["amount"] != 0], sums)
    return found


def _names(lines: pd.DataFrame) -> list[str]:
    named = lines["programme"].where(lines["programme"] != "", lines["body"])
    folded = {name: fold_label(name) for name in named.unique()}
    return [folded[name] for name in named]


def _sums_by_body(lines: pd.DataFrame) -> dict[Key, int]:
    """What a table's lines add up to, by folded body, stage and year."""
    sums: dict[Key, int] = {}
    grouped = (
        lines[~lines["memo"]].groupby(["body", "stage", "fiscal_year"], observed=True)["amount"].sum().reset_index()
    )
    for body, stage, year, amount in grouped.to_numpy().tolist():
        key = (fold_label(body), stage, int(year))
        sums[key] = sums.get(key, 0) + int(amount)
    return sums


def _control_totals(lines: pd.DataFrame, sums: dict[Key, int]) -> list[ControlTotal]:
    totals = []
    for record in lines.to_dict("records"):
        name = record["programme"] or record["body"]
        year = int(record["fiscal_year"])
        totals.append(
            ControlTotal(
                sheet=record["sheet"],
                row=record["row"],
                cell=record["cell"],
                label=name,
                body=name,
                whole=False,
                memo=False,
                stage=record["stage"],
                flow=record["flow"],
                version=record["version"],
                fiscal_year=year or None,
                control="",
                published=record["amount"],
                read=sums.get((fold_label(name), record["stage"], year), 0),
                members=(),
            )
        )
    return totals


def ask_about_repeats(
    tables: Sequence[Table],
    totals: Sequence[Sequence[ControlTotal]],
    frames: Sequence[pd.DataFrame],
    summaries: Collection[int],
    write: Callable[[int], str],
) -> list[Choice]:
    """The choices that tables leave whose money another table states too: whether both count.

    Args:
        tables: the tables with money.
        totals: each table's control totals.
        frames: each table's lines; none of one that does not count.
        summaries: the places of those that are known to repeat others.
        write: how an amount is written for a person.
    """
    stated = [_stated(each) for each in totals]
    wholes = [_whole_of(own, frame) for own, frame in zip(stated, frames, strict=True)]
    rows = [
        [*own, *_lines(frame), *([whole] if whole is not None else [])]
        for own, frame, whole in zip(stated, frames, wholes, strict=True)
    ]
    found = _sums_of_others(tables, frames, wholes, summaries, write)
    asked: set[int] = {int(choice.options[1][0]) for choice in found}
    for number, mine in enumerate(wholes):
        settled = tables[number].context.counted_belief.confidence == 1
        if settled or number in summaries or not len(frames[number]) or mine is None or not _is_telling(mine.figures):
            continue
        for other, theirs in enumerate(rows):
            rounding = 1 + max(len(frames[number]), len(frames[other])) // 2
            if other == number or other in asked or other in summaries or not len(frames[other]):
                continue
            match = next(
                (
                    row
                    for row in theirs
                    if _same(row.figures, mine.figures, rounding) and not (row.whole and other > number)
                ),
                None,
            )
            if match is None:
                continue
            asked.add(number)
            first, second = sorted((number, other))
            found.append(
                Choice(
                    choice_id("counted", tables[number].key, tables[other].key),
                    "counted",
                    mine.sheet,
                    f"{tables[first].key}\n{tables[second].key}",
                    f"The total of {mine.sheet}!{mine.cell}, {write(mine.last)}, stands as {match.label!r} in "
                    f"{match.sheet}!{match.cell} too. Is it the same money?",
                    (
                        (str(other), f"The same money: count {_called(tables[other])}"),
                        (str(number), f"The same money: count {_called(tables[number])}"),
                        (f"{first}+{second}", "Different money: count both"),
                    ),
                    str(other),
                )
            )
            break
    return found


def _sums_of_others(
    tables: Sequence[Table],
    frames: Sequence[pd.DataFrame],
    wholes: Sequence[_Stated | None],
    summaries: Collection[int],
    write: Callable[[int], str],
) -> list[Choice]:
    """The choices that a table leaves which comes to what several others of one shape come to together, as a sheet of
    the year beside those of its months does.
    """
    found: list[Choice] = []
    counted = [n for n, whole in enumerate(wholes) if whole is not None and n not in summaries and len(frames[n])]
    for number in counted:
        mine = wholes[number]
        shapes: dict[tuple[str, ...], list[int]] = {}
        for other in counted:
            if other != number:
                shapes.setdefault(tuple(c.role for c in tables[other].columns), []).append(other)
        for others in [*shapes.values(), [other for other in counted if other != number]]:
            if len(others) < 2 or mine is None:
                continue
            together: dict[int, int] = {}
            for other in others:
                for (_, year, _), amount in (wholes[other].figures if wholes[other] else {}).items():  # type: ignore[union-attr]
                    together[year] = together.get(year, 0) + amount
            own: dict[int, int] = {}
            for (_, year, _), amount in mine.figures.items():
                own[year] = own.get(year, 0) + amount
            near = 1 + sum(len(frames[other]) for other in others) // 2
            telling = [year for year, amount in own.items() if _is_long(amount)]
            if not telling or any(abs(own[year] - together.get(year, 0)) > near for year in telling):
                continue
            parts = "+".join(map(str, others))
            found.append(
                Choice(
                    choice_id("counted", tables[number].key, *(tables[other].key for other in others)),
                    "counted",
                    mine.sheet,
                    "\n".join(tables[n].key for n in sorted([number, *others])),
                    f"{_called(tables[number])} comes to {write(mine.last)}, and {len(others)} other tables come to the same "
                    "together. Is it the same money?",
                    (
                        (parts, f"The same money: count {', '.join(_called(tables[o]) for o in others[:3])}…"),
                        (str(number), f"The same money: count {_called(tables[number])}"),
                        (f"{parts}+{number}", "Different money: count all"),
                    ),
                    parts,
                )
            )
            break
    return found


def _called(table: Table) -> str:
    return f"{table.grid.name!r} {table.block.area()}"


def _same(theirs: Figures, mine: Figures, rounding: int) -> bool:
    """Whether a row states all of another's figures but for the rounding of its lines; it may state more of them."""
    if all(key in theirs and abs(theirs[key] - amount) <= rounding for key, amount in mine.items() if amount):
        return True
    one, other = _nets(theirs), _nets(mine)
    return any(key in one and abs(one[key] - amount) <= rounding for key, amount in other.items() if _is_long(amount))


def _nets(figures: Figures) -> dict[tuple[str, int], int]:
    """Spending less income by stage and year."""
    found: dict[tuple[str, int], int] = {}
    for (stage, year, flow), amount in figures.items():
        sign = {"expenditure": 1, "income": -1}.get(flow, 0)
        found[stage, year] = found.get((stage, year), 0) + sign * amount
    return found


def _is_long(amount: int) -> bool:
    return len(str(abs(amount)).rstrip("0")) >= _TELLING


def _whole_of(stated: Sequence[_Stated], frame: pd.DataFrame) -> _Stated | None:
    """What a table comes to: its own total of the whole, else the sum of its lines."""
    whole = next((row for row in reversed(stated) if row.whole), None)
    if whole is not None or not len(frame):
        return whole
    counted = frame[~frame["memo"]]
    sums = counted.groupby(["stage", "fiscal_year", "flow"], sort=False)["amount"].sum().reset_index()
    figures = {(s, int(year), flow): int(amount) for s, year, flow, amount in sums.to_numpy().tolist()}
    first = frame.iloc[0]
    return _Stated(figures, True, "", first["sheet"], first["cell"], max(figures.values(), key=abs, default=0))


Figures = dict[tuple[str, int, str], int]
"""By stage, fiscal year and flow."""


@dataclass(frozen=True)
class _Stated:
    """The figures of one row by stage, year and control, and where the last of them stands."""

    figures: Figures
    whole: bool
    label: str
    sheet: str
    cell: str
    last: int


def _stated(totals: Sequence[ControlTotal]) -> list[_Stated]:
    by_row: dict[int, _Stated] = {}
    over_all = {(t.row, t.stage, t.fiscal_year, t.flow) for t in totals if not t.control}
    for total in totals:
        figures = by_row[total.row].figures if total.row in by_row else {}
        if total.control and (total.row, total.stage, total.fiscal_year, total.flow) in over_all:
            continue
        key = (total.stage, total.fiscal_year or 0, total.flow)
        figures[key] = figures.get(key, 0) + total.published if total.control else total.published
        by_row[total.row] = _Stated(figures, total.whole, total.label, total.sheet, total.cell, total.published)
    return list(by_row.values())


def _lines(frame: pd.DataFrame) -> list[_Stated]:
    """Each row of lines with what it states."""
    if len(frame) > _LONGEST_SUMMARY:
        return []
    by_row: dict[int, _Stated] = {}
    fields = ["row", "stage", "fiscal_year", "flow", "amount", "programme", "sheet", "cell"]
    for row, stage, year, flow, amount, programme, sheet, cell in frame[fields].to_numpy().tolist():
        figures = by_row[row].figures if row in by_row else {}
        figures[stage, year, flow] = figures.get((stage, year, flow), 0) + amount
        by_row[row] = _Stated(figures, False, programme, sheet, cell, amount)
    return list(by_row.values())


def _is_telling(figures: Figures) -> bool:
    """Whether figures are so many or so long that another table can hardly state the same by chance."""
    digits = [len(str(abs(amount)).rstrip("0")) for amount in figures.values() if amount]
    return (len(digits) >= 2 and max(digits) >= 3) or (len(digits) == 1 and digits[0] >= 5)
