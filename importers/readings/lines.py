"""Makes budget lines of the rows of one table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_line import FLOWS, STAGES, UNIT_SEPARATOR
from budget_align.core.values.fiscal_year import APRIL
from importers.evidence.column import Column
from importers.evidence.row_dimensions import find_dimension, headings_are_stages, names_hold_years, tell_flow
from importers.readings.table import Table
from importers.readings.table_lines import TableLines, one_after_another
from importers.readings.told_flows import flows_told
from importers.structure.grid import Bools, Grid, Ints, letter
from importers.structure.texts import Texts, column_texts, combine, first_said, join_paths
from importers.words import row_words, stage_words, vocabulary

_FILL_DOWN_FROM = 0.3
"""From this share of blanks on, a column of labels is taken to be written once for the rows below it."""

_YEAR_LENGTH = 20

_NAMED_BY_NUMBER = ("year", "unit_code", "programme_code", "account_code")


def make_lines(table: Table) -> TableLines:
    """The budget lines of a table, row by row; a year that nothing says is 0."""
    lines = _make_lines(table)
    if not table.told_by_totals.any() or table.sums is None:
        return lines
    told = flows_told(table)
    of_totals = {entry.row: {told.get(line.row, "") for line in entry.lines()} for entry in table.sums.totals()}
    flows = {row: each.pop() for row, each in of_totals.items() if len(each) == 1}
    totals = _make_lines(table.of_totals({row: flow for row, flow in flows.items() if flow}))
    return one_after_another([lines, totals])


def _make_lines(table: Table) -> TableLines:
    rows = table.line_rows
    columns = table.of_role("amount", "total", "memo")
    at = np.array([c.index for c in columns], dtype=np.int64)
    is_part = np.array([c.role != "total" for c in columns], dtype=bool)
    wanted = table.stated[np.ix_(rows, at)] & (is_part | table.totals_alone[np.ix_(rows, at)])
    line, column = np.nonzero(wanted)
    memo = table.memo_rows[line] | np.array([c.role == "memo" for c in columns], dtype=bool)[column]
    texts = _row_texts(table)
    per_column = {
        "account": [c.account for c in columns],
        "control": [c.control for c in columns],
        "stage": [c.stage for c in columns],
        "flow": [c.flow for c in columns],
        "version": [table.version_of(c) for c in columns],
    }
    said = {
        name: _prefer(texts[name].at(line), words, column, column_first=name in ("stage", "flow", "version"))
        for name, words in per_column.items()
    }
    said["stage"] = said["stage"].map(lambda stage: stage or table.context.stage.value or "budget")
    said["flow"] = said["flow"].map(lambda flow: flow or table.context.flow.value)
    said["version"] = said["version"].map(lambda version: version or table.context.version.value)
    amount = table.amounts[np.ix_(rows, at)][line, column]
    for flow in FLOWS:
        # Credits are taken off the debits beside them, whichever flow they are of.
        debited = np.array([c.sign > 0 for c in columns], dtype=bool)[column] & (flow == "income")
        amount = _turn(amount, said["flow"].are(flow), np.where(debited, column, -1))
    counterpart = _counterparts(texts, line, memo)
    at_row = table.block.data[rows][line]
    lines = {
        "body": texts["body"].at(line),
        "level": Texts.same("", len(line)),
        **{name: texts[name].at(line) for name in ("unit", "programme_code", "programme", "account_code")},
        **{name: said[name] for name in ("account", "control", "flow", "stage", "version")},
        "fiscal_year": _years(table, texts["year"], columns, line, column),
        "amount": amount,
        "memo": memo,
        "counterpart": counterpart,
        "description": texts["description"].at(line),
        "extra": _extras(texts, columns, line, column),
        "sheet": Texts.same(table.grid.name, len(line)),
        "row": at_row + 1,
        "cell": _cells(table.grid, table.block.data[rows], line, at, column),
    }
    return TableLines(lines)


def _turn(amounts: Ints, own: Bools, column: Ints) -> Ints:
    """The amounts of a flow, beside others, as amounts of its own: where a table writes them below zero, as it does
    what is received among what is spent or the other way round, they are turned round; so they are in one column that
    does, as one of "CR" marks beside a budget without.

    Args:
        column: which column each amount stands in, below zero for those that are not looked at one by one.
    """
    if not own.any() or own.all():
        return amounts
    if (amounts[own] < 0).sum() > (amounts[own] > 0).sum():
        return np.where(own, -amounts, amounts)
    for each in np.unique(column[own & (amounts < 0) & (column >= 0)]).tolist():
        here = own & (column == each)
        if (amounts[here] < 0).sum() >= _CREDITS and not (amounts[here] > 0).any():
            amounts = np.where(here, -amounts, amounts)
    return amounts


_CREDITS = 3
"""Fewer amounts below zero may each be a correction."""


def _row_texts(table: Table) -> dict[str, Texts]:
    """What the rows that are lines say, by field."""
    count = len(table.line_rows)
    body_place = np.searchsorted(table.block.body, table.block.data[table.line_rows])
    columns = {c.index: _filled_down(table, c, body_place) for c in table.columns}

    def first(*roles: str) -> Texts:
        return first_said([columns[c.index] for c in table.of_role(*roles)], count)

    phases = [_phases(columns[c.index]) for c in table.of_role("stage")]
    fields = {
        "body": first("body").map(lambda text: text or table.context.body.value),
        "year": _year_texts(table, first("year"), [columns[c.index] for c in table.of_role("stage")]),
        "control": first("control").map(lambda text: vocabulary.find_control(text) or text),
        "stage": first_said([_texts_of(table, table.stages, STAGES), *(stages for stages, _ in phases)], count),
        "flow": first_said([*_flows_said(table, columns), _texts_of(table, flows_told(table), FLOWS)], count),
        "version": first_said([versions for _, versions in phases], count),
        "notes": first("note"),
    }
    for name in ("programme_code", "account_code", "account", "counterpart", "description", "unit_code"):
        fields[name] = first(name)
    headings = _headings(table)
    if not table.of_role("year", "stage"):
        years = next((level for level in headings if _are_years(level)), None)
        if years is not None:
            fields["year"] = years
            headings = [level for level in headings if level is not years]
    if headings and headings_are_stages(table.grid, table.block):
        fields["stage"] = headings[0].map(stage_words.find_stage)
        fields["version"] = headings[0].map(stage_words.find_version)
        headings = headings[1:]
    if names_hold_years(table.grid, table.block, table.columns):
        # How days are written is told from those of all lines, and of no other rows.
        fields["year"] = combine([first("programme")], str)
    units = [columns[c.index] for c in table.of_role("unit")] or headings
    if table.context.body_in_headings and headings:
        fields["body"] = first_said([headings[0], fields["body"]], count)
        units = [each for each in units if each is not headings[0]]
    fields["unit"] = join_paths(units, UNIT_SEPARATOR) if units else Texts.same("", count)
    # A line without a name is called after the innermost unit that it stands in.
    innermost = [each.map(lambda unit: unit.split(UNIT_SEPARATOR)[-1]) for each in reversed(units)]
    fields["programme"] = first_said([_programmes(table, first("programme")), *innermost], count)
    return fields


def _phases(said: Texts) -> tuple[Texts, Texts]:
    """The stages and the versions that the words of a column of stages name."""
    meant = stage_words.tell_phases(said.words)
    return said.map(lambda word: meant[word][0]), said.map(lambda word: meant[word][1])


def _year_texts(table: Table, years: Texts, stages: list[Texts]) -> Texts:
    """The words of each row that say its year: those of a column of years, else those of a stage that names one, as
    "Budget 2025-26" does.
    """
    calendar = table.grid.terms.calendar
    named = [stage.map(lambda text: text if len(calendar.find_years(text)) == 1 else "") for stage in stages]
    return combine([years, *named], lambda *texts: next((text for text in texts if text), ""))


def _flows_said(table: Table, columns: Mapping[int, Texts]) -> list[Texts]:
    """The flow that each column which says one says of each row."""
    found = []
    for column in table.of_role("flow"):
        dimension = find_dimension(table.grid, table.block, column.index, column.header)
        meant = dimension.meant if dimension is not None and dimension.role == "flow" else {}
        found.append(columns[column.index].map(partial(_flow_of, meant)))
    return found


def _flow_of(meant: Mapping[str, str], word: str) -> str:
    return meant.get(word) or tell_flow(word)


def _texts_of(table: Table, told: Mapping[int, str], known: Sequence[str]) -> Texts:
    """What is told of rows of the grid, as texts of the lines, by the words that there are."""
    words = ("", *known)
    codes = np.zeros(table.grid.height, dtype=np.int64)
    codes[list(told)] = [words.index(each) for each in told.values()]
    return Texts(codes[table.block.data[table.line_rows]], words)


def _are_years(level: Texts) -> bool:
    """Whether every heading of a level is a year."""
    said = [word for word in level.words if word]
    return bool(said) and all(len(APRIL.find_years(word)) == 1 and len(word) < _YEAR_LENGTH for word in said)


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
            texts = texts.fill_down(lambda text: bool(text) and not row_words.says_total(text), keep)
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
    return first_said([headers, rows] if column_first else [rows, headers], len(column))


def _counterparts(texts: dict[str, Texts], line: Ints, memo: Bools) -> Texts:
    """Who receives: as the workbook says, and local government for memo lines that name it."""
    if not memo.any():
        return texts["counterpart"].at(line)
    is_memo = Texts(memo.astype(np.int64), ("", "memo"))
    parts = [texts["counterpart"].at(line), is_memo, texts["programme"].at(line), texts["unit"].at(line)]

    def name(counterpart: str, memo: str, programme: str, unit: str) -> str:
        if counterpart or not memo:
            return counterpart
        return "Local government" if row_words.LOCAL_GOVERNMENT.search(f"{programme} {unit}") else ""

    return combine(parts, name)


def _years(table: Table, years: Texts, columns: list[Column], line: Ints, column: Ints) -> Ints:
    """The fiscal year of each line: of its column, else of its row, else of the table; 0 where nothing says."""
    calendar = table.grid.terms.calendar
    named = [word for word in years.words if word]
    days = dict(zip(named, calendar.years_of_days(named), strict=False))
    of_word = []
    for word in years.words:
        found = [days[word]] if word in days else calendar.find_years(word)
        of_word.append(found[0] if len(found) == 1 else 0)
    of_word = [table.named_years.get(word, year) for word, year in zip(years.words, of_word, strict=True)]
    of_row = np.array(of_word, dtype=np.int64)[years.codes][line]
    of_column = np.array(_years_of_columns(columns), dtype=np.int64)[column]
    # Rows of several years are never of one, whatever holds for the table.
    open_words = np.array([word in table.named_years for word in years.words], dtype=bool)[years.codes][line]
    given = np.where(open_words, 0, table.context.fiscal_year or 0)
    return np.where(of_column > 0, of_column, np.where(of_row > 0, of_row, given)).astype(np.int64)


def _years_of_columns(columns: list[Column]) -> list[int]:
    """The year of each column, zero where it says none; what takes another apart is of its year."""
    years: list[int] = []
    for place, column in enumerate(columns):
        before = years[place - 1] if place and column.role == "memo" else 0
        years.append(column.fiscal_year or before)
    return years


def _extras(texts: dict[str, Texts], columns: list[Column], line: Ints, column: Ints) -> Texts:
    """What the workbook says beside, as JSON: the header, the unit's code, the note."""
    headers = Texts(column, tuple(c.header for c in columns))

    def write(header: str, unit_code: str, note: str) -> str:
        extra = {"header": header, "unit_code": unit_code, "note": note}
        return json.dumps({key: value for key, value in extra.items() if value}, ensure_ascii=False)

    return combine([headers, texts["unit_code"].at(line), texts["notes"].at(line)], write)


def _cells(grid: Grid, rows: Ints, line: Ints, columns: Ints, column: Ints) -> Texts:
    """The address of each amount, by the places of its row and column among those given."""
    letters = np.array([letter(each) for each in columns.tolist()], dtype=object)
    numbers = np.array([str(row + 1) for row in rows.tolist()], dtype=object)
    cells = letters[column] + numbers[line]
    if grid.moved:
        for place in np.flatnonzero(np.isin(rows, list(grid.moved))[line]).tolist():
            cells[place] = grid.address(int(rows[line[place]]), int(columns[column[place]]))
    return Texts(np.arange(len(cells)), tuple(cells.tolist()))
