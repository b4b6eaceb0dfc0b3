"""Reads the columns of a table: the role of each, and for amounts the year, stage, control and unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from budget_align.core.fiscal_year import find_years, strip_years
from budget_align.core.money import MAXIMUM, Unit
from budget_align.core.reading import Role, TableAnswers
from importers import vocabulary
from importers.grid import Floats, Grid, Ints, Kind, are_years, letter
from importers.layout import Block

_PROSE_LENGTH = 60
_ROWS_SAMPLED = 3_000
_VALUES_SAMPLED = 500
_FITTING = 0.8
_BRIDGE = 8
_UNITS_IN_ROWS = 12
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


def read_columns(grid: Grid, block: Block, answers: TableAnswers) -> list[Column]:
    """The columns of a table, from left to right, each with a role, its confidence and the evidence for it; the roles
    that a person gave go first.
    """
    rows = _sample(block.data)
    columns = {c: _read_value_column(grid, block, c, rows) for c in block.values}
    columns |= {c: _read_label_column(grid, block, c) for c in block.labels}
    ordered = _obey(grid, [columns[c] for c in sorted(columns)], answers)
    ordered = find_total_columns(grid, rows, ordered)
    ordered = _place_labels(grid, block, _tell_dimensions(grid, block, ordered))
    return _obey(grid, ordered, answers)


def _obey(grid: Grid, columns: list[Column], answers: TableAnswers) -> list[Column]:
    """The columns with what a person said of them."""
    given = answers.columns
    return [
        replace(column, role=given[column.letter], confidence=1.0, evidence=answers.evidence)
        if column.letter in given
        else column
        for column in columns
    ]


def _sample(rows: Ints) -> Ints:
    """At most some thousand rows, evenly spread: enough to tell how columns relate."""
    step = max(1, len(rows) // _ROWS_SAMPLED)
    return rows[::step]


def _read_value_column(grid: Grid, block: Block, c: int, rows: Ints) -> Column:
    header = " ".join(" ".join(block.header_texts(grid, c)).split())
    numbers = grid.numbers[rows, c][grid.kinds[rows, c] == Kind.NUMBER]
    years = find_years(header)
    role = vocabulary.find_role(header)
    unit = vocabulary.find_unit(header)
    worded_amount = vocabulary.says_amount(header) or bool(years)
    if vocabulary.says_share(header) and not unit and not vocabulary.says_share_of_total(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} speaks of a percentage or a rate")
    if vocabulary.says_share_of_total(header) or (vocabulary.says_change(header) and (not unit or len(years) != 1)):
        return Column(c, header, "change", 0.9, f"the header {header!r} speaks of a change")
    if vocabulary.says_real_terms(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} says real terms: no cash")
    if vocabulary.says_measure(header):
        return Column(c, header, "measure", 0.9, f"the header {header!r} names a measure that is not money")
    if len(numbers) > 1 and not years and are_years(numbers):
        return Column(c, header, "year", 0.9 if role == "year" else 0.7, "every number is a year")
    if role in ("unit_code", "programme_code", "account_code", "note") and not worded_amount:
        return Column(c, header, role, 0.85, f"the header {header!r} names a code")
    codes = not worded_amount and _looks_like_code(numbers) and _amount_elsewhere(grid, block, c)
    if codes and not _begins_a_sum(grid, block, c, rows):
        code: Role = "account_code" if role == "account" else "programme_code"
        return Column(c, header, code, 0.7, "whole numbers of one length, without decimals or unit")
    if vocabulary.OF_WHICH.search(header):
        return replace(_read_amount_column(c, header, years), role="memo", evidence=f"the header {header!r}")
    return _read_amount_column(c, header, years)


def _read_amount_column(c: int, header: str, years: list[int]) -> Column:
    control = vocabulary.find_control(header)
    stage = vocabulary.find_stage(header)
    rest = _residue(header)
    account = "" if control or stage or vocabulary.says_total(rest) or vocabulary.says_amount(rest) else rest
    return Column(
        c,
        header,
        "amount",
        0.95 if years else 0.8 if header else 0.5,
        f"numbers under {header!r}" if header else "numbers without a header",
        fiscal_year=years[-1] if len(years) == 1 else None,
        stage=stage,
        control=control,
        account=account if years or len(account) > 2 else "",
        unit=vocabulary.find_unit(header),
    )


def _residue(header: str) -> str:
    """What a header says beside its year and unit."""
    rest = strip_years(header)
    rest = re.sub(r"\(?[£$€]\s?(?:'?000s?|millions?|thousands?|billions?|mn?|bn|k)?\)?", " ", rest)
    return " ".join(re.sub(r"[()\[\]]", " ", rest).split()).strip(" -–,:")


def _looks_like_code(numbers: Floats) -> bool:
    if not len(numbers) or (numbers != np.floor(numbers)).any() or (numbers < 0).any():
        return False
    lengths = {len(str(int(number))) for number in numbers.tolist()}
    return len(lengths) == 1 and min(lengths) >= 3


def _begins_a_sum(grid: Grid, block: Block, c: int, rows: Ints) -> bool:
    """Whether the numbers of a column and of those right of it add up to another column, as codes never do."""
    numbers = np.nan_to_num(grid.numbers[rows])
    right = [other for other in block.values if other > c]
    for position in range(1, len(right)):
        parts = numbers[:, [c, *right[:position]]].sum(axis=1)
        if np.isclose(parts, numbers[:, right[position]], rtol=1e-9, atol=1e-6).all():
            return True
    return False


def _amount_elsewhere(grid: Grid, block: Block, c: int) -> bool:
    """Whether a header right of a column speaks of money, so that it need not be the amounts; no codes stand among
    amounts.
    """
    left = [" ".join(block.header_texts(grid, other)) for other in block.values if other < c]
    if any(vocabulary.says_amount(header) or find_years(header) for header in left):
        return False
    others = (" ".join(block.header_texts(grid, other)) for other in block.values if other > c)
    return any(vocabulary.says_amount(header) or find_years(header) for header in others)


def _read_label_column(grid: Grid, block: Block, c: int) -> Column:
    header = " ".join(" ".join(block.header_texts(grid, c)).split())
    rows = _sample(block.body)[:_VALUES_SAMPLED]
    texts = [grid.text(row, c) for row in rows if grid.kinds[row, c] in (Kind.TEXT, Kind.DATE)]
    numbers = grid.numbers[rows, c][grid.kinds[rows, c] == Kind.NUMBER]
    role = vocabulary.find_role(header)
    if len(numbers) > len(texts):
        if are_years(numbers) or role == "year":
            return Column(c, header, "year", 0.9, "every number is a year, and they name the rows")
        return Column(c, header, "programme_code", 0.7, "numbers that name the rows")
    if len(texts) > 1 and all(len(find_years(text)) == 1 and len(text) < 20 for text in texts):
        return Column(c, header, "year", 0.9, "every text is a year")
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


def find_total_columns(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """The columns with those that sum others told as totals: by arithmetic first, by label second.

    A column is a total when, in at least nine rows of ten that say something, it equals the sum of a run of amount
    columns next to it, the rounding of each allowed for; of several such runs the longest. A column that is the
    difference of two years is a change.
    """
    amounts = [column for column in columns if column.role == "amount"]
    if len(amounts) < 2:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    rounding = {column.index: 0.5 / 10 ** decimal_places(grid.numbers[rows, column.index]) for column in amounts}
    found: dict[int, Column] = {}
    # First totals at the right of their parts, then those at the left: either may sum what the other has summed.
    for to_left in (True, False):
        for column in amounts if to_left else reversed(amounts):
            if column.index in found or column.confidence == 1:
                continue
            parts = _summed_run(numbers, rounding, amounts, column, found, to_left=to_left)
            if parts:
                said = ", ".join(letter(part) for part in parts)
                evidence = f"row by row the sum of columns {said}"
                found[column.index] = replace(column, role="total", parts=parts, confidence=0.95, evidence=evidence)
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
        elif column.index not in found and column.fiscal_year is None:
            pair = _difference(numbers, rounding, column, [a for a in amounts if a.fiscal_year is not None])
            if pair:
                evidence = f"row by row column {letter(pair[0])} less column {letter(pair[1])}"
                found[column.index] = replace(column, role="change", confidence=0.95, evidence=evidence)
    found |= _find_bridges(numbers, rounding, [a for a in amounts if a.index not in found])
    return [found.get(column.index, column) for column in columns]


def _find_bridges(numbers: Floats, rounding: dict[int, float], amounts: list[Column]) -> dict[int, Column]:
    """The columns that lead from one year's amounts to another's, such as growth and savings between a base budget and
    the next: row by row the first year and they make the second. They are changes, counted in the second already.
    """
    found: dict[int, Column] = {}
    for first, base in enumerate(amounts):
        for last in range(first + 2, min(len(amounts), first + _BRIDGE)):
            after, between = amounts[last], amounts[first + 1 : last]
            if base.fiscal_year is None or after.fiscal_year is None or base.fiscal_year == after.fiscal_year:
                continue
            parts = numbers[:, [base.index, *(each.index for each in between)]]
            target = numbers[:, after.index]
            says = (np.abs(target) > 0) & (np.abs(parts[:, 0]) > 0)
            allowed = sum(rounding[each.index] for each in (base, *between, after)) + 1e-9
            says &= np.abs(parts[:, 1:]).sum(axis=1) > 0
            away = np.abs(parts.sum(axis=1) - target)[says]
            if says.sum() >= 3 and float(np.mean(away <= allowed)) >= 0.9:
                evidence = f"row by row it takes column {base.letter} to column {after.letter}"
                found |= {e.index: replace(e, role="change", confidence=0.95, evidence=evidence) for e in between}
    return found


def decimal_places(numbers: Floats) -> int:
    """How many decimal places the numbers of a column print, at most nine: as many as four in five of them fit, since
    a few cells of a rounded column often keep more.

    >>> decimal_places(np.array([1.0, 2.25, np.nan])), decimal_places(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.123456]))
    (2, 1)
    """
    said = numbers[~np.isnan(numbers) & (numbers != 0) & (np.abs(numbers) < MAXIMUM)]
    for places in range(9):
        fits = np.abs(said * 10**places - np.round(said * 10**places)) <= 1e-6
        if not len(said) or float(np.mean(fits)) >= _FITTING:
            return places
    return 9


def _summed_run(
    numbers: Floats,
    rounding: dict[int, float],
    amounts: list[Column],
    column: Column,
    found: dict[int, Column],
    *,
    to_left: bool,
) -> tuple[int, ...]:
    target = numbers[:, column.index]
    parts_there = [a for a in amounts if a.index not in found]
    if to_left:
        side = [a for a in parts_there if a.index < column.index]
        runs = [side[start:] for start in range(len(side) - 1)]
    else:
        side = [a for a in parts_there if a.index > column.index]
        runs = [side[:end] for end in range(len(side), 1, -1)]
    for run in runs:
        if column.fiscal_year is not None and any(a.fiscal_year != column.fiscal_year for a in run):
            continue
        if column.stage and any(a.stage and a.stage != column.stage for a in run):
            continue
        parts = numbers[:, [a.index for a in run]]
        says = (np.abs(target) > 0) | (np.abs(parts) > 0).any(axis=1)
        several = bool((np.abs(parts) > 0).any(axis=0).sum() >= 2)
        # Where all parts but one are nought, the sum proves little; that the parts are controls and it is none, does.
        several = several or (not column.control and all(a.control for a in run))
        places = [rounding[a.index] for a in run]
        allowed = sum(places) + rounding[column.index]
        away = np.abs(parts.sum(axis=1) - target)
        exact = np.isclose(parts.sum(axis=1), target, rtol=1e-9, atol=1e-6)
        near = (away <= allowed + 1e-9) & (np.abs(target) > 20 * allowed)
        if several and says.sum() >= 2 and _proves(exact[says], near[says]):
            return tuple(a.index for a in run)
    return ()


def _proves(exact: npt.NDArray[np.bool_], near: npt.NDArray[np.bool_]) -> bool:
    """Whether rows that add up exactly, or but for rounding, show that a column is the sum of others."""
    return bool(exact.mean() >= 0.9 or (len(exact) >= 3 and (exact | near).mean() >= 0.9 and near.sum() >= 2))


def _difference(
    numbers: Floats, rounding: dict[int, float], column: Column, years: list[Column]
) -> tuple[int, int] | None:
    """The two columns of years whose difference a column is, row by row."""
    target = numbers[:, column.index]
    near = sorted(years, key=lambda a: abs(a.index - column.index))[:4]
    for later in near:
        for earlier in near:
            if later.index == earlier.index or later.fiscal_year == earlier.fiscal_year:
                continue
            says = (np.abs(target) > 0) & (np.abs(numbers[:, earlier.index]) > 0)
            away = np.abs(numbers[:, later.index] - numbers[:, earlier.index] - target)
            if says.sum() >= 2 and (away[says] <= 3 * rounding[column.index] + 1e-9).mean() >= 0.9:
                return later.index, earlier.index
    return None


def _tell_dimensions(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns with one of labels told as stages, years or controls where its few words are nothing else, as in
    blocks that repeat "estimate" and "request" under the name of each body.
    """
    first_amount = min((c.index for c in columns if c.role in ("amount", "total")), default=0)
    changed: dict[int, Column] = {}
    for column in columns:
        if _says_row_units(grid, block, column):
            evidence = "it says in which unit each row is"
            changed[column.index] = replace(column, role="row_unit", confidence=0.9, evidence=evidence)
            continue
        basis = _price_basis_words(grid, block, column)
        if basis:
            evidence = f"its {len(basis)} words say in which prices each row is"
            changed[column.index] = replace(column, role="price_basis", confidence=0.9, evidence=evidence)
            continue
        if column.index >= first_amount or column.role not in ("unit", "programme", "account"):
            continue
        rows = [r for r in block.data.tolist()[:_VALUES_SAMPLED] if grid.kinds[r, column.index] == Kind.TEXT]
        words = [grid.text(r, column.index) for r in rows]
        kinds = list(dict.fromkeys(word.casefold() for word in words))
        if len(words) < 4 or len(kinds) > 6 or len(words) < 2 * len(kinds) or max(map(len, kinds)) > 30:
            continue
        plain = [w for w in kinds if not vocabulary.says_total(w) and not vocabulary.says_derived_row(w)]
        found: list[tuple[Role, Callable[[str], str]]] = [
            ("stage", vocabulary.find_stage),
            ("control", vocabulary.find_control),
        ]
        for role, find in found:
            meant = [(find(word), *find_years(word)) for word in plain]
            if len(plain) > 1 and all(said for said, *_ in meant) and len(set(meant)) == len(meant):
                evidence = f"its {len(plain)} words are each a {role}, repeated for every block of rows"
                changed[column.index] = replace(column, role=role, confidence=0.85, evidence=evidence)
                break
    return [changed.get(column.index, column) for column in columns]


def _says_row_units(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column of labels says a unit in every row, money in some of them."""
    if column.index not in block.labels:
        return False
    places = np.unique(grid.codes[block.data, column.index])
    words = [grid.vocabulary[place] for place in places.tolist() if place]
    if not words or len(words) > _UNITS_IN_ROWS or 0 in places:
        return False
    units = [vocabulary.find_row_unit(word) for word in words]
    return all(given for _, given in units) and any(unit for unit, _ in units)


def _price_basis_words(grid: Grid, block: Block, column: Column) -> list[str]:
    """The words of a column that says in every row in which prices the row is; none where it says anything else."""
    if column.index not in block.labels:
        return []
    places = np.unique(grid.codes[block.data, column.index])
    words = [grid.vocabulary[place] for place in places.tolist() if place] if len(places) <= 4 else []
    meant = [vocabulary.find_price_basis(word) for word in words]
    return words if meant and all(meant) and "real terms" in meant else []


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
    rows = _sample(block.data).tolist()
    said = {c.index: [grid.text(r, c.index) for r in rows if grid.kinds[r, c.index] == Kind.TEXT] for c in labels}
    has_programme = any(c.role == "programme" for c in columns)
    has_body = any(c.role == "body" for c in columns)
    columns = _tell_levels(columns, said_distinct=_count_distinct(grid, block, columns))
    has_programme = any(c.role == "programme" for c in columns)
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


def _count_distinct(grid: Grid, block: Block, columns: list[Column]) -> dict[int, int]:
    """How many different things each column of bodies or programmes says."""
    rows = _sample(block.data)
    return {c.index: len(np.unique(grid.codes[rows, c.index])) for c in columns if c.role in ("body", "programme")}


def _tell_levels(columns: list[Column], said_distinct: dict[int, int]) -> list[Column]:
    """The columns with one body and one programme: an inner body is a unit of the outer one, and of several columns
    that name programmes the one that says most holds, the others are units or accounts.
    """
    bodies = [c for c in columns if c.role == "body"]
    programmes = [c for c in columns if c.role == "programme"]
    changed: dict[int, Column] = {}
    for column in bodies[1:]:
        evidence = f"within the bodies of column {bodies[0].letter}"
        changed[column.index] = replace(column, role="unit", confidence=0.7, evidence=evidence)
    if len(programmes) > 1:
        named = max(programmes, key=lambda c: (said_distinct[c.index], -c.index))
        for column in programmes:
            if column.index != named.index:
                role: Role = "unit" if column.index < named.index else "account"
                evidence = f"says less than column {named.letter}, which names the lines"
                changed[column.index] = replace(column, role=role, confidence=0.6, evidence=evidence)
    return [changed.get(column.index, column) for column in columns]


def _repeats(grid: Grid, rows: list[int], column: int, other: int) -> bool:
    """Whether a column of labels says, wherever it says anything, nearly always what another one says."""
    said = [(grid.text(r, column), grid.text(r, other)) for r in rows if grid.kinds[r, column] == Kind.TEXT]
    return len(said) > 1 and sum(a == b for a, b in said) >= 0.9 * len(said)
