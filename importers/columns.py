"""Reads the columns of a table: the role of each, and for amounts the year, stage, control and unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from budget_align.core.fiscal_year import find_years, strip_years
from budget_align.core.money import Unit
from budget_align.core.reading import Role
from importers import vocabulary
from importers.grid import Grid, Kind, is_year, letter
from importers.layout import Block

_PROSE_LENGTH = 60
_LEVEL = re.compile(r"\b(?:level|tier)\s*\d\b", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column as it was read; `unit` is None where its own header states none.

    Attributes:
        parts: for a total, the columns that it sums.
    """

    index: int
    header: str
    role: Role
    confidence: float
    evidence: str
    fiscal_year: int | None = None
    stage: str = ""
    control: str = ""
    account: str = ""
    unit: Unit | None = None
    parts: tuple[int, ...] = ()

    @property
    def letter(self) -> str:
        """The column's letters."""
        return letter(self.index)


def read_columns(grid: Grid, block: Block) -> list[Column]:
    """The columns of a table, from left to right, each with a role, its confidence and the evidence for it."""
    columns = {c: _read_value_column(grid, block, c) for c in block.values}
    columns |= {c: _read_label_column(grid, block, c) for c in block.labels}
    ordered = [columns[c] for c in sorted(columns)]
    return _place_labels(grid, block, _find_totals(grid, block, ordered))


def _read_value_column(grid: Grid, block: Block, c: int) -> Column:
    texts = block.header_texts(grid, c)
    header = " ".join(" ".join(texts).split())
    rows = list(block.body)
    numbers = grid.numbers[rows, c][grid.kinds[rows, c] == Kind.NUMBER]
    years = find_years(header)
    role = vocabulary.find_role(header)
    worded_amount = vocabulary.says_amount(header) or bool(years)
    if vocabulary.says_change(header) and not vocabulary.find_unit(header):
        return Column(c, header, "change", 0.9, f"the header {header!r} speaks of a change")
    if vocabulary.says_measure(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} names a measure that is not money")
    if len(numbers) > 1 and not years and all(is_year(number) for number in numbers):
        return Column(c, header, "year", 0.9 if role == "year" else 0.7, "every number is a year")
    if role in ("unit_code", "programme_code", "account_code", "note") and not worded_amount:
        return Column(c, header, role, 0.85, f"the header {header!r} names a code")
    if not worded_amount and _looks_like_code(numbers) and _amount_elsewhere(grid, block, c):
        code: Role = "account_code" if role == "account" else "programme_code"
        return Column(c, header, code, 0.7, "whole numbers of one length, without decimals or unit")
    return _read_amount_column(c, header, years)


def _read_amount_column(c: int, header: str, years: list[int]) -> Column:
    control = vocabulary.find_control(header)
    stage = vocabulary.find_stage(header)
    said = [f"year {header!r}"] if years else []
    rest = _residue(header)
    account = "" if control or stage or vocabulary.says_total(rest) or vocabulary.says_amount(rest) else rest
    return Column(
        c,
        header,
        "amount",
        0.95 if years else 0.8,
        f"numbers under {header!r}" if header else "numbers without a header",
        fiscal_year=years[-1] if len(years) == 1 else None,
        stage=stage,
        control=control,
        account=account if said or len(account) > 2 else "",
        unit=vocabulary.find_unit(header),
    )


def _residue(header: str) -> str:
    """What a header says beside its year and unit."""
    rest = strip_years(header)
    rest = re.sub(r"\(?[£$€]\s?(?:'?000s?|millions?|thousands?|billions?|mn?|bn|k)?\)?", " ", rest)
    return " ".join(re.sub(r"[()\[\]]", " ", rest).split()).strip(" -–,:")


def _looks_like_code(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    if not len(numbers) or (numbers != np.floor(numbers)).any() or (numbers < 0).any():
        return False
    lengths = {len(str(int(number))) for number in numbers}
    return len(lengths) == 1 and min(lengths) >= 3


def _amount_elsewhere(grid: Grid, block: Block, c: int) -> bool:
    """Whether another column's header speaks of money, so that this one need not be the amounts."""
    others = (" ".join(block.header_texts(grid, other)) for other in block.values if other != c)
    return any(vocabulary.says_amount(header) or find_years(header) for header in others)


def _read_label_column(grid: Grid, block: Block, c: int) -> Column:
    header = " ".join(" ".join(block.header_texts(grid, c)).split())
    texts = [grid.texts[row][c] for row in block.body if grid.kinds[row, c] == Kind.TEXT]
    role = vocabulary.find_role(header)
    right_of_amounts = c > max(block.values)
    average = sum(map(len, texts)) / len(texts) if texts else 0
    if role in ("note", "description", "counterpart"):
        # A short "description" left of the amounts is the line's name.
        if role == "description" and not right_of_amounts and average < _PROSE_LENGTH:
            return Column(c, header, "programme", 0.8, f"the header {header!r} over short text left of the amounts")
        return Column(c, header, role, 0.9, f"the header {header!r}")
    if not texts:
        return Column(c, header, "unused", 0.9, "no text in the body")
    if right_of_amounts and average >= _PROSE_LENGTH / 2:
        return Column(c, header, "description", 0.6, "long text right of the amounts")
    if _LEVEL.search(header):
        return Column(c, header, "unit", 0.8, f"the header {header!r} names a level")
    if role:
        return Column(c, header, role, 0.85, f"the header {header!r}")
    if right_of_amounts:
        return Column(c, header, "note", 0.5, "text right of the amounts")
    return Column(c, header, "unit", 0.4, "text left of the amounts")


def _find_totals(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns with those that sum others told as totals: by arithmetic first, by label second.

    A column is a total when, in at least nine rows of ten that say something, it equals the sum of the run of amount
    columns next to it; of several such runs the longest.
    """
    amounts = [column for column in columns if column.role == "amount"]
    if len(amounts) < 2:
        return columns
    numbers = np.nan_to_num(grid.numbers[list(block.body)])
    found: dict[int, Column] = {}
    for position, column in enumerate(amounts):
        parts = _summed_run(numbers, amounts, position, found)
        if parts:
            said = ", ".join(letter(part) for part in parts)
            found[column.index] = replace(
                column, role="total", parts=parts, confidence=0.95, evidence=f"row by row the sum of columns {said}"
            )
    for column in amounts:
        siblings = [a for a in amounts if a.fiscal_year == column.fiscal_year and a.index != column.index]
        worded = vocabulary.says_total(_residue(column.header))
        if column.index not in found and worded and len(siblings) >= 2:
            found[column.index] = replace(
                column,
                role="total",
                parts=tuple(a.index for a in siblings if a.index not in found),
                confidence=0.6,
                evidence=f"the header {column.header!r}, though rows do not add up to it",
            )
    return [found.get(column.index, column) for column in columns]


def _summed_run(
    numbers: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    amounts: list[Column],
    position: int,
    found: dict[int, Column],
) -> tuple[int, ...]:
    column = amounts[position]
    target = numbers[:, column.index]
    left = [a for a in amounts[:position] if a.index not in found]
    runs = [left[start:] for start in range(len(left) - 1)] + [
        amounts[position + 1 : end] for end in range(len(amounts), position + 2, -1)
    ]
    for run in runs:
        if column.fiscal_year is not None and any(a.fiscal_year != column.fiscal_year for a in run):
            continue
        parts = numbers[:, [a.index for a in run]]
        says = (np.abs(target) > 0) | (np.abs(parts) > 0).any(axis=1)
        several = bool((np.abs(parts) > 0).any(axis=0).sum() >= 2)
        # Where all parts but one are nought, the sum proves little; that the parts are controls and it is none, does.
        several = several or (not column.control and all(a.control for a in run))
        equal = np.isclose(parts.sum(axis=1), target, rtol=1e-9, atol=1e-6)
        if several and says.sum() >= 2 and equal[says].mean() >= 0.9:
            return tuple(a.index for a in run)
    return ()


def _place_labels(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns with those of labels settled among themselves: the one that names the lines is the programme, an
    outermost one that says the same in every row is the body.
    """
    if not block.values:
        return columns
    amounts = [c.index for c in columns if c.role in ("amount", "total")]
    first_amount = min(amounts, default=max(block.values) + 1)
    labels = [c for c in columns if c.index in block.labels and c.role == "unit" and c.index < first_amount]
    changed: dict[int, Column] = {}
    rows = [r for r in block.body if (grid.kinds[r, list(block.values)] == Kind.NUMBER).any()]
    said = {c.index: [grid.texts[r][c.index] for r in rows if grid.kinds[r, c.index] == Kind.TEXT] for c in labels}
    has_programme = any(c.role == "programme" for c in columns)
    has_body = any(c.role == "body" for c in columns)
    if not has_programme and labels:
        unnamed = [c for c in labels if vocabulary.find_role(c.header) != "unit" or len(labels) == 1]
        if unnamed:
            named = max(unnamed, key=lambda c: (len(said[c.index]) > 0.8 * max(1, len(rows)), c.index))
            changed[named.index] = replace(
                named, role="programme", confidence=0.8, evidence="names the rows next to the amounts"
            )
    programme = next((changed.get(c.index, c) for c in columns if changed.get(c.index, c).role == "programme"), None)
    for column in labels:
        if programme and column.index not in changed and _repeats(grid, rows, column.index, programme.index):
            changed[column.index] = replace(
                column, role="unused", confidence=0.9, evidence=f"repeats column {programme.letter}"
            )
    if not has_body and len(labels) > 1:
        outermost = labels[0]
        if outermost.index not in changed and said[outermost.index] and len(set(said[outermost.index])) == 1:
            changed[outermost.index] = replace(
                outermost, role="body", confidence=0.85, evidence="the outermost label, the same in every row"
            )
    return [changed.get(column.index, column) for column in columns]


def _repeats(grid: Grid, rows: list[int], column: int, other: int) -> bool:
    """Whether a column of labels says, wherever it says anything, nearly always what another one says."""
    said = [(grid.texts[r][column], grid.texts[r][other]) for r in rows if grid.kinds[r, column] == Kind.TEXT]
    return len(said) > 1 and sum(a == b for a, b in said) >= 0.9 * len(said)
