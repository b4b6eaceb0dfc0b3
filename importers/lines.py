"""Makes budget lines of the rows of one table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.budget_line import UNIT_SEPARATOR
from budget_align.core.fiscal_year import find_years
from budget_align.core.money import MAXIMUM
from importers import vocabulary
from importers.amounts import half_of_last_place, measure
from importers.columns import Column, decimal_places
from importers.context import Context
from importers.grid import Bools, Grid, Ints, letter
from importers.layout import Block
from importers.outline import find_outline
from importers.texts import Texts, column_texts, combine
from importers.totals import Entry, Row, Sums, find_totals

_FILL_DOWN_FROM = 0.3
"""From this share of blanks on, a column of labels is taken to be written once for the rows below it."""

_PLACES_KEPT = 4
"""Decimal places by which figures that are no money are added up."""

_FLAT_FROM = 3_000
"""Tables of more rows are searched for totals only where a label or a sum speaks of one."""

_NAMED_BY_NUMBER = ("year", "unit_code", "programme_code", "account_code")


@dataclass(eq=False)
class Table:
    """One table with what was settled about it.

    Attributes:
        amounts: minor units by row of data and column of the grid; nought where no number.
        stated: where a cell states an amount, nought included, the same shape.
        shares: rows that hold percentages or changes among amounts, as places in `block.data`.
        sums: its totals; None for a long list of lines without any.
    """

    grid: Grid
    block: Block
    columns: list[Column]
    context: Context
    amounts: npt.NDArray[np.int64]
    stated: Bools
    shares: frozenset[int] = frozenset()
    sums: Sums | None = None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = f"{self.grid.name}!{self.block.area()}"

    def of_role(self, *roles: str) -> list[Column]:
        """The columns of these roles, from left to right."""
        return [column for column in self.columns if column.role in roles]

    def place_of(self, row: int) -> int:
        """The place of a row of the grid among the rows of data."""
        return int(np.searchsorted(self.block.data, row))

    @cached_property
    def labels(self) -> Texts:
        """What names each row of data: the label that calls it a total, else the programme, else the innermost."""
        return _row_labels(self.grid, self.block, self.columns)

    @cached_property
    def line_rows(self) -> Ints:
        """The rows of data that are lines, memo lines among them, as places in `block.data`."""
        if self.sums is None:
            money = [c.index for c in self.of_role("amount", "total", "memo")]
            lines = np.asarray(self.stated[:, money].any(axis=1))
            lines[list(self.shares)] = False
            return np.flatnonzero(lines)
        return np.array([self.place_of(entry.row) for entry in self.sums.lines()], dtype=np.int64)

    @cached_property
    def memo_rows(self) -> Bools:
        """For each of `line_rows`, whether it is a memo line."""
        if self.sums is None:
            return np.zeros(len(self.line_rows), dtype=bool)
        return np.array([entry.memo for entry in self.sums.lines()], dtype=bool)


def make_table(grid: Grid, block: Block, columns: list[Column], context: Context) -> Table:
    """A table with its amounts measured and its totals told from its lines.

    Raises:
        RefusedError: an amount is beyond any budget.
    """
    multipliers = _row_multipliers(grid, block, columns)
    amounts, stated = measure(grid, block.data, columns, context.unit, multipliers)
    table = Table(grid, block, columns, context, amounts, stated)
    of_share = np.array(
        [vocabulary.says_share_row(word) or vocabulary.says_derived_row(word) for word in table.labels.words],
        dtype=bool,
    )
    table.shares = frozenset(np.flatnonzero(of_share[table.labels.codes]).tolist()) | _under_shares(table)
    if multipliers is not None:
        table.shares |= frozenset(np.flatnonzero(multipliers == 0).tolist())
    table.sums = _sum_up(table)
    return table


def _row_multipliers(grid: Grid, block: Block, columns: list[Column]) -> Ints | None:
    """How many pounds one printed unit of each row stands for, nought where the row is no money; None where no column
    says so.
    """
    column = next((column for column in columns if column.role == "row_unit"), None)
    if column is None:
        return None
    texts = column_texts(grid, block.data, column.index, with_numbers=False)
    units = [vocabulary.find_row_unit(word)[0] for word in texts.words]
    return np.array([unit.multiplier if unit else 0 for unit in units], dtype=np.int64)[texts.codes]


def _under_shares(table: Table) -> frozenset[int]:
    """The rows of data under a heading that says that what follows are percentages, up to the next heading."""
    headings = np.setdiff1d(table.block.body, table.block.data).tolist()
    found: set[int] = set()
    for row, after in pairwise([*headings, int(table.block.body[-1]) + 1]):
        words = [table.grid.text(row, c) for c in table.block.columns if table.grid.text(row, c)]
        if any(vocabulary.says_share_heading(word) for word in words):
            found |= set(range(table.place_of(row), table.place_of(after)))
    return frozenset(found)


def _sum_up(table: Table) -> Sums | None:
    """The table's totals, by the columns that hold amounts and not sums of others."""
    parts = [column.index for column in table.of_role("amount")]
    if not parts:
        return _sum_up_measures(table)
    unnamed = _find_unnamed_total(table, parts)
    if unnamed is None and len(table.block.data) > _FLAT_FROM and not _may_hold_totals(table, parts):
        return None
    every = [column.index for column in table.of_role("amount", "total", "memo")]
    stated = np.asarray(table.stated[:, every].any(axis=1))
    places = {int(row): place for place, row in enumerate(table.block.data.tolist())}
    body_labels = _row_labels(table.grid, table.block, table.columns, body=True)
    vectors = list(map(tuple, table.amounts[:, parts].tolist()))
    rows: list[Row] = []
    for position, row in enumerate(table.block.body.tolist()):
        label = body_labels.said(position)
        place = places.get(row)
        if place is not None and (place in table.shares or place == unnamed):
            continue
        if place is not None and stated[place]:
            rows.append(Row(row, label, vectors[place], _indent(table, row)))
        elif label and place is None:
            rows.append(Row(row, label, None, _indent(table, row)))
    units = {column.index: column.unit or table.context.unit for column in table.columns}
    tolerance = tuple(half_of_last_place(table.grid, table.block.data, c, units[c]) for c in parts)
    if unnamed is not None:
        # Every row before it is in the total, so that there is nothing to search for among them.
        lines = [Entry(row.row, row.label, row.amounts) for row in rows if row.amounts is not None]
        row = int(table.block.data[unnamed])
        total = Entry(row, "", vectors[unnamed], is_total=True, whole=True, members=[e for e in lines if e.row < row])
        return Sums([total, *(entry for entry in lines if entry.row > row)], {}, {})
    if not table.of_role("programme", "unit", "account") and table.of_role("stage", "control"):
        return _sum_blocks(rows, tolerance, table.context.names)
    if table.of_role("price_basis"):
        return _sum_by_price_basis(table, rows, tolerance)
    return find_totals(rows, tolerance, table.context.names, find_outline(rows, tolerance))


def _sum_by_price_basis(table: Table, rows: list[Row], tolerance: tuple[int, ...]) -> Sums:
    """The totals of a table whose rows are in cash and in real terms: each by itself, real terms as memo."""
    column = table.of_role("price_basis")[0].index
    by_basis: dict[str, list[Row]] = {}
    basis = "cash"
    for row in rows:
        basis = vocabulary.find_price_basis(table.grid.text(row.row, column)) or basis
        by_basis.setdefault(basis, []).append(row)
    whole = Sums([], {}, {})
    for basis, group in by_basis.items():
        sums = find_totals(group, tolerance, table.context.names)
        if basis != "cash":
            for entry in sums.top:
                for each in [*entry.lines(), *entry.totals()]:
                    each.memo = True
        whole.top += sums.top
        whole.across += sums.across
        whole.lone_totals |= sums.lone_totals
        whole.headings |= sums.headings
        whole.real_terms = whole.real_terms or basis != "cash"
    return whole


def _sum_up_measures(table: Table) -> Sums | None:
    """The totals of a table without money, such as one of percentages; its figures stand for themselves."""
    columns = [column.index for column in table.of_role("measure")]
    data = table.block.data
    if not columns or len(data) > _FLAT_FROM:
        return None
    places = [min(decimal_places(table.grid.numbers[data, c]), _PLACES_KEPT) for c in columns]
    scaled = np.nan_to_num(table.grid.numbers[np.ix_(data, np.array(columns))]) * 10.0 ** np.array(places)
    if float(np.abs(scaled).max(initial=0)) > MAXIMUM:
        return None
    vectors = list(map(tuple, np.rint(scaled * 2).astype(np.int64).tolist()))
    at = {int(row): place for place, row in enumerate(data.tolist())}
    labels = _row_labels(table.grid, table.block, table.columns, body=True)
    rows = [
        Row(row, labels.said(i), vectors[at[row]] if row in at else None, _indent(table, row))
        for i, row in enumerate(table.block.body.tolist())
        if row in at or labels.said(i)
    ]
    # Twice the last place printed, so that half of it is whole.
    tolerance = (1,) * len(columns)
    return find_totals(rows, tolerance, table.context.names, find_outline(rows, tolerance))


def _find_unnamed_total(table: Table, parts: list[int]) -> int | None:
    """The last row of data where it has no label at all and states, in the columns that it fills, the sum of every row
    before it; None otherwise.
    """
    last = len(table.block.data) - 1
    labels = [c.index for c in table.columns if c.index in table.block.labels]
    if last < 2 or table.grid.filled[table.block.data[last], labels].any():
        return None
    filled = [c for c in parts if table.stated[last, c] and table.amounts[last, c]]
    sums = table.amounts[:last].sum(axis=0)
    return last if filled and all(sums[c] == table.amounts[last, c] for c in filled) else None


def _indent(table: Table, row: int) -> int:
    """By how much the label of a row is set in."""
    if not table.grid.indents:
        return 0
    columns = table.of_role("programme", "unit", "account", "body")
    return max((table.grid.indents.get((row, column.index), 0) for column in columns), default=0)


def _sum_blocks(rows: list[Row], tolerance: tuple[int, ...], names: Sequence[str]) -> Sums:
    """The totals of a table of blocks, each headed by a name with rows such as "estimate" and "request" under it: a
    block headed "Total" sums the rows of the same word in the others.
    """
    heading, over = "", dict[int, tuple[str, ...]]()
    by_word: dict[str, list[Row]] = {}
    for row in rows:
        if row.amounts is None:
            heading = row.label
        else:
            over[row.row] = (heading,) if heading else ()
            by_word.setdefault(row.label.casefold(), []).append(Row(row.row, heading or row.label, row.amounts))
    each = [find_totals(group, tolerance, names) for group in by_word.values()]
    top = sorted((entry for sums in each for entry in sums.top), key=lambda entry: entry.row)
    return Sums(top, {}, over)


def _may_hold_totals(table: Table, parts: list[int]) -> bool:
    """Whether a long table may hold totals: a label says so, or a row equals the sum of a run of rows before it."""
    if any(vocabulary.says_total(w) or vocabulary.OF_WHICH.search(w) for w in table.labels.words):
        return True
    weights = np.random.default_rng(1).integers(1, 2**62, len(parts), dtype=np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        row = (table.amounts[:, parts].astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64)
        before = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(row, dtype=np.uint64)])
        wanted = before[:-1] - row
    several = (table.amounts[:, parts] != 0).sum(axis=1) >= 2
    order = np.argsort(before, kind="stable")
    at = np.searchsorted(before[order], wanted)
    there = (at < len(before)) & (before[order][np.minimum(at, len(before) - 1)] == wanted)
    earlier = order[np.minimum(at, len(before) - 1)] <= np.arange(len(row)) - 2
    return bool((there & earlier & several).any())


def _row_labels(grid: Grid, block: Block, columns: list[Column], *, body: bool = False) -> Texts:
    """What names each row of data, or of the whole body."""
    rows = block.body if body else block.data
    naming = ("body", "unit", "programme", "account", "stage", "control", "year")
    labels = [c for c in columns if c.role in naming]
    if not labels:
        return Texts.same("", len(rows))
    has_programme = any(c.role == "programme" for c in labels)
    programmes = [column_texts(grid, rows, c.index, with_numbers=False) for c in labels if c.role == "programme"]
    if programmes and programmes[0].filled.all():
        return programmes[0]

    def name(*texts: str) -> str:
        programme = next((t for c, t in zip(labels, texts, strict=True) if c.role == "programme" and t), "")
        if programme:
            return programme
        total = next((text for text in texts if text and vocabulary.says_total(text)), "")
        if total or has_programme:
            return total
        return next((text for text in reversed(texts) if text), "")

    return combine([column_texts(grid, rows, c.index, with_numbers=False) for c in labels], name)


def make_lines(table: Table) -> pd.DataFrame:
    """The budget lines of a table, row by row, with the columns of `budget_line.SCHEMA` but line_id and file_hash.

    A year that nothing says is 0.
    """
    rows = table.line_rows
    columns = table.of_role("amount", "total", "memo")
    at = np.array([c.index for c in columns], dtype=np.int64)
    is_part = np.array([c.role != "total" for c in columns], dtype=bool)
    wanted = table.stated[np.ix_(rows, at)] & (is_part | find_totals_alone(table)[np.ix_(rows, at)])
    line, column = np.nonzero(wanted)
    memo = table.memo_rows[line] | np.array([c.role == "memo" for c in columns], dtype=bool)[column]
    if not table.context.counted:
        memo[:] = True
    texts = _row_texts(table)
    per_column = {
        "account": [c.account for c in columns],
        "control": [c.control for c in columns],
        "stage": [c.stage for c in columns],
    }
    said = {
        name: _prefer(texts[name].at(line), words, column, column_first=name == "stage")
        for name, words in per_column.items()
    }
    said["stage"] = said["stage"].map(lambda stage: stage or table.context.stage.value or "budget")
    counterpart = _counterparts(texts, line, memo)
    at_row = table.block.data[rows][line]
    frame = {
        "body": texts["body"].at(line).to_array(),
        "level": Texts.same("", len(line)).to_array(),
        **{name: texts[name].at(line).to_array() for name in ("unit", "programme_code", "programme", "account_code")},
        **{name: said[name].to_array() for name in ("account", "control", "stage")},
        "fiscal_year": _years(table, texts["year"], columns, line, column),
        "amount": table.amounts[np.ix_(rows, at)][line, column],
        "memo": memo,
        "counterpart": counterpart.to_array(),
        "description": texts["description"].at(line).to_array(),
        "extra": _extras(texts, columns, line, column).to_array(),
        "sheet": Texts.same(table.grid.name, len(line)).to_array(),
        "row": at_row + 1,
        "cell": _cells(at_row, at[column]),
    }
    return pd.DataFrame(frame)


def find_totals_alone(table: Table) -> Bools:
    """Cells of total columns that state an amount which no part beside them states, by row of data and column."""
    alone = np.zeros(table.stated.shape, dtype=bool)
    for column in table.of_role("total"):
        parts = list(column.parts)
        alone[:, column.index] = ~table.stated[:, parts].any(axis=1) & (table.amounts[:, column.index] != 0)
    return alone


def _row_texts(table: Table) -> dict[str, Texts]:
    """What the rows that are lines say, by field."""
    count = len(table.line_rows)
    body_place = np.searchsorted(table.block.body, table.block.data[table.line_rows])
    columns = {c.index: _filled_down(table, c, body_place) for c in table.columns}

    def first(*roles: str) -> Texts:
        found = [columns[c.index] for c in table.of_role(*roles)]
        if not found:
            return Texts.same("", count)
        return combine(found, lambda *texts: next((text for text in texts if text), ""))

    fields = {
        "body": first("body").map(lambda text: text or table.context.body.value),
        "year": first("year", "stage"),
        "control": first("control").map(lambda text: vocabulary.find_control(text) or text),
        "stage": first("stage").map(vocabulary.find_stage),
        "notes": first("note"),
    }
    for name in ("programme_code", "account_code", "account", "counterpart", "description", "unit_code"):
        fields[name] = first(name)
    headings = _headings(table)
    units = [columns[c.index] for c in table.of_role("unit")] or headings
    if table.context.body_in_headings and headings:
        fields["body"] = combine([headings[0], fields["body"]], lambda heading, body: heading or body)
        units = [each for each in units if each is not headings[0]]
    fields["unit"] = combine(units, _join_path) if units else Texts.same("", count)
    fields["programme"] = combine([_programmes(table, first("programme")), fields["unit"]], _name_line)
    return fields


def _join_path(*parts: str) -> str:
    path: list[str] = []
    for part in parts:
        if part and part != (path[-1] if path else ""):
            path.append(part)
    return UNIT_SEPARATOR.join(path)


def _name_line(programme: str, unit: str) -> str:
    return programme or (unit.split(UNIT_SEPARATOR)[-1] if unit else "")


def _programmes(table: Table, programmes: Texts) -> Texts:
    """The programmes, with lines that are called totals named after the heading above them."""
    lone = table.sums.lone_totals if table.sums else {}
    named = {table.place_of(row): heading for row, heading in lone.items() if heading}
    if not named:
        return programmes
    codes, words = programmes.codes.copy(), list(programmes.words)
    for position, place in enumerate(table.line_rows.tolist()):
        if place in named:
            codes[position] = len(words)
            words.append(" ".join(named[place].split()))
    return Texts(codes, tuple(words))


def _headings(table: Table) -> list[Texts]:
    """The headings over each line, outermost first, one level a text."""
    if table.sums is None or not any(table.sums.headings.values()):
        return []
    rows = table.block.data[table.line_rows].tolist()
    over = [tuple(" ".join(h.split()) for h in table.sums.headings.get(row, ())) for row in rows]
    depth = max(map(len, over), default=0)
    levels = []
    for level in range(depth):
        words = [heading[level] if level < len(heading) else "" for heading in over]
        codes, uniques = pd.factorize(np.array(words, dtype=object))
        levels.append(Texts(codes.astype(np.int64), tuple(uniques.tolist())))
    return levels


def _filled_down(table: Table, column: Column, body_place: Ints) -> Texts:
    """What a column says of each line, filled down where it is written once for several rows."""
    if column.role in ("amount", "total", "memo", "change", "measure", "unused"):
        return Texts.same("", len(body_place))
    texts = column_texts(table.grid, table.block.body, column.index, with_numbers=column.role in _NAMED_BY_NUMBER)
    if column.role in ("body", "unit", "account", "year", "control", "stage", "programme") and len(body_place):
        blank = 1 - texts.filled[body_place].mean()
        outermost = column.role != "programme" or _inner_label(table, column)
        if blank > _FILL_DOWN_FROM and outermost:
            keep = _outer_changes(table, column)
            texts = texts.fill_down(lambda text: bool(text) and not vocabulary.says_total(text), keep)
    return texts.at(body_place)


def _outer_changes(table: Table, column: Column) -> Bools:
    """The rows of the body at which a label left of a column, an outer level of the same outline, begins anew."""
    changes = np.zeros(len(table.block.body), dtype=bool)
    for outer in table.of_role("body", "unit"):
        if outer.index < column.index:
            codes = table.grid.codes[table.block.body, outer.index]
            filled = codes != 0
            last = np.maximum.accumulate(np.where(filled, np.arange(len(codes)), 0))
            before = np.concatenate([[0], codes[last][:-1]])
            changes |= filled & (codes != before)
    return changes


def _inner_label(table: Table, column: Column) -> bool:
    """Whether another label right of a programme tells its rows apart, so that the programme is written once."""
    return any(
        c.index > column.index and c.role in ("stage", "control", "account", "year", "unit") for c in table.columns
    )


def _prefer(rows: Texts, words: list[str], column: Ints, *, column_first: bool) -> Texts:
    """What the row says or, where it says nothing, the column's header; the header first where so asked."""
    headers = Texts(column, tuple(words))
    if column_first:
        return combine([headers, rows], lambda one, other: one or other)
    return combine([rows, headers], lambda one, other: one or other)


def _counterparts(texts: dict[str, Texts], line: Ints, memo: Bools) -> Texts:
    """Who receives: as the workbook says, and local government for memo lines that name it."""
    if not memo.any():
        return texts["counterpart"].at(line)
    is_memo = Texts(memo.astype(np.int64), ("", "memo"))
    parts = [texts["counterpart"].at(line), is_memo, texts["programme"].at(line), texts["unit"].at(line)]

    def name(counterpart: str, memo: str, programme: str, unit: str) -> str:
        if counterpart or not memo:
            return counterpart
        return "Local government" if vocabulary.LOCAL_GOVERNMENT.search(f"{programme} {unit}") else ""

    return combine(parts, name)


def _years(table: Table, years: Texts, columns: list[Column], line: Ints, column: Ints) -> Ints:
    """The fiscal year of each line: of its column, else of its row, else of the table; 0 where nothing says."""
    of_word = []
    for word in years.words:
        found = find_years(word)
        of_word.append(found[0] if len(found) == 1 else 0)
    of_row = np.array(of_word, dtype=np.int64)[years.codes][line]
    of_column = np.array([c.fiscal_year or 0 for c in columns], dtype=np.int64)[column]
    given = table.context.fiscal_year or 0
    return np.where(of_column > 0, of_column, np.where(of_row > 0, of_row, given)).astype(np.int64)


def _extras(texts: dict[str, Texts], columns: list[Column], line: Ints, column: Ints) -> Texts:
    """What the workbook says beside, as JSON: the header, the unit's code, the note."""
    headers = Texts(column, tuple(c.header for c in columns))

    def write(header: str, unit_code: str, note: str) -> str:
        extra = {"header": header, "unit_code": unit_code, "note": note}
        return json.dumps({key: value for key, value in extra.items() if value}, ensure_ascii=False)

    return combine([headers, texts["unit_code"].at(line), texts["notes"].at(line)], write)


def _cells(rows: Ints, columns: Ints) -> pd.api.extensions.ExtensionArray:
    letters = {int(c): letter(int(c)) for c in np.unique(columns).tolist()}
    pairs = zip(columns.tolist(), (rows + 1).tolist(), strict=True)
    return pd.array([f"{letters[c]}{r}" for c, r in pairs], dtype="str")
