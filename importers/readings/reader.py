"""Reads a workbook: opens it, finds its tables, reads their columns, tells totals from lines, and says what it found.

Each step is a module named for what it does; this one only sets them in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.returns.budget_line import SCHEMA, check_lines, empty_lines
from budget_align.core.returns.reading import (
    Answers,
    Finding,
    OptionTotal,
    Reading,
    Severity,
    SkippedSheet,
    TableAnswers,
)
from budget_align.core.values.fiscal_year import Named, read_year
from budget_align.core.values.number_writing import DecimalMark
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from importers.evidence.choices import Choice, Decisions, Steps
from importers.evidence.column import Column
from importers.evidence.columns import choose_columns, tell_columns
from importers.evidence.context import read_context, read_notes
from importers.evidence.day_years import settle_days
from importers.evidence.headers_in_common import share_codes
from importers.evidence.other_years import name_years
from importers.evidence.revenue_and_capital import stands_beside_capital
from importers.files.limits import Limits
from importers.files.workbook import Workbook, open_workbook
from importers.readings.assembly import Assembly, SheetTables
from importers.readings.cell_findings import find_cell_findings, find_sheet_findings
from importers.readings.contents_pages import tells_of_workbook
from importers.readings.continuations import join_continued
from importers.readings.control_totals import find_total_findings, half_of_places, make_control_totals
from importers.readings.descriptions import describe_table, skip_sheet, tell_left_out
from importers.readings.lines import make_lines
from importers.readings.moved_columns import find_moved_columns
from importers.readings.net_summaries import ask_about_nets, tell_net_summaries
from importers.readings.other_sheets import ask_about_other_sheets
from importers.readings.parts_of_lines import ask_about_parts_of_lines
from importers.readings.questions import BARE_YEAR, NUMBERS, ask
from importers.readings.repeated_lines import ask_about_repeated_lines
from importers.readings.slipped_figures import IN_ORDER, PAGES, ask_about_slipped_pages
from importers.readings.stated_total import Reached, reach
from importers.readings.summaries import ask_about_repeats, find_sums_of_others, tell_summaries
from importers.readings.summing import make_table
from importers.readings.table import Table
from importers.readings.table_lines import TableLines, one_after_another
from importers.readings.table_money import TableMoney
from importers.readings.table_versions import ask_about_versions
from importers.readings.tables_beside import Places, find_left_beside
from importers.readings.unknown_flows import tell_flows_of_sheets
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.structure.moved_pages import PlacedSheet, place_sheet
from importers.structure.texts import Texts

Progress = Callable[[int, int, str], None]
"""Called with how many sheets are done, how many there are, and the name of the one that follows."""

NO_LIMITS = Limits()


_YEARS_END: Final = re.compile(r"\byears? (ended|ending)\b(?!\W*$)", re.IGNORECASE)


def _says_years_end(sheet: PlacedSheet) -> bool:
    """Whether the title of a table says that its years are those that end, such as "Years ended 31 March"."""
    return any(_YEARS_END.search(sheet.grid.text(*where)) for block in sheet.blocks for where in block.titles)


def read_workbook(
    data: bytes,
    file_name: str,
    *,
    terms: Terms,
    answers: Answers | None = None,
    limits: Limits = NO_LIMITS,
    progress: Progress | None = None,
) -> Reading:
    """What a workbook says, by its own evidence and a person's answers.

    Args:
        data: the bytes of the file.
        file_name: for showing, and for guesses that a person confirms where the workbook itself says nothing.
        terms: those of the government whose workbook it is.
        answers: what a person settled, which goes before the importer's own beliefs.
        limits: what the workbook may at most be.
        progress: told of each sheet.

    Returns:
        The reading, with its budget lines in minor units.

    Raises:
        RefusedError: it is no workbook, or holds no amounts; nothing of it can be used.
    """
    answers = answers or Answers()
    workbook = open_workbook(data, limits)
    reader = WorkbookReader(workbook, terms, answers, limits, progress)
    return reader.read(file_name)


class WorkbookReader:
    """Reads one workbook as often as its questions need, each table only where a decision changes it."""

    def __init__(
        self,
        workbook: Workbook,
        terms: Terms,
        answers: Answers,
        limits: Limits = NO_LIMITS,
        progress: Progress | None = None,
    ) -> None:
        self.workbook, self.terms, self.limits, self.progress = workbook, terms, limits, progress
        self.answers = answers
        self.file_name = ""
        self._structures: dict[tuple[str, str], list[PlacedSheet]] = {}
        self._made = Steps[Table]()
        self._chosen = Steps[list[Column]]()
        self._columns: dict[tuple[str, str, str, int, int], list[Column]] = {}
        self._beside_capital: set[tuple[str, str, str, int, int]] = set()
        self._moneys: dict[int, TableMoney] = {}
        self._totals: list[tuple[tuple[str, str, str], Decisions, tuple[OptionTotal, ...]]] = []

    def structure(self, settled: Mapping[str, str]) -> list[PlacedSheet]:
        """Every sheet with the places of its tables, as numbers and bare years are read by what is settled."""
        numbers, bare, pages = _settled_structure(settled)
        if (numbers, pages) not in self._structures:
            mark = cast("DecimalMark | None", {"point": ".", "comma": ","}.get(numbers))
            found = []
            for number, sheet in enumerate(self.workbook.sheets):
                if self.progress:
                    self.progress(number, len(self.workbook.sheets), sheet.name)
                found.append(place_sheet(sheet, self.terms, self.limits.cell_length, mark, in_order=pages == IN_ORDER))
            self._structures[numbers, pages] = _without_contents(found)
        if not bare and not self.terms.calendar.bare_year:
            bare = "end" if any(map(_says_years_end, self._structures[numbers, pages])) else ""
        if not bare:
            return self._structures[numbers, pages]
        # Where tables stand is told without the calendar.
        terms = replace(self.terms, calendar=replace(self.terms.calendar, bare=cast(Named, bare)))
        return [replace(each, grid=replace(each.grid, terms=terms)) for each in self._structures[numbers, pages]]

    def tables(self, decisions: Decisions, *, alone: Places | None = frozenset()) -> list[SheetTables]:
        """Every sheet with its tables, those without money among them; those of which `alone` holds as in
        `choose_columns`, None for all.
        """
        structure = self.structure(decisions.settled)
        notes = read_notes(each.grid for each in structure if not each.blocks)
        key = _settled_structure(decisions.settled)
        self._tell_columns(key, structure)
        return [
            SheetTables(
                each.sheet,
                each.grid,
                [
                    self._table(
                        (*key, number, place),
                        each,
                        block,
                        notes,
                        decisions,
                        alone=alone is None or (number, place) in alone,
                    )
                    for place, block in enumerate(each.blocks)
                ],
            )
            for number, each in enumerate(structure)
        ]

    def _tell_columns(self, key: tuple[str, str, str], structure: Sequence[PlacedSheet]) -> None:
        """Tells what the columns of all tables are by themselves and under the same headers in other tables, and which
        tables stand beside others called capital; once for each structure.
        """
        places = [
            ((*key, n, place), each, b) for n, each in enumerate(structure) for place, b in enumerate(each.blocks)
        ]
        if all(where in self._columns for where, _, _ in places):
            return
        told = []
        for _, each, block in places:
            settled = self.answers.of_table(f"{each.grid.name}!{block.area(each.grid)}", each.grid.name)
            told.append((each.grid, block, tell_columns(each.grid, block, settled)))
        others = [(each.grid, block) for _, each, block in places]
        for (where, each, block), columns in zip(places, share_codes(told), strict=True):
            self._columns[where] = columns
            if stands_beside_capital(each.grid, block, others):
                self._beside_capital.add(where)

    def _table(
        self,
        key: tuple[str, str, str, int, int],
        each: PlacedSheet,
        block: Block,
        notes: Sequence[str],
        decisions: Decisions,
        *,
        alone: bool,
    ) -> Table:
        settled = self.answers.of_table(f"{each.grid.name}!{block.area(each.grid)}", each.grid.name)

        def choose(own: Decisions) -> list[Column]:
            name = f"{each.grid.name}!{block.area(each.grid)}"
            return choose_columns(each.grid, block, self._columns[key], settled, own, name, alone=alone)

        def make(own: Decisions) -> Table:
            columns = self._chosen.take((*key, alone), own, choose)
            beside = key in self._beside_capital
            table = _make_table(each.grid, block, columns, notes, settled, own, self.file_name, beside_capital=beside)
            table.choices = own.met
            return table

        return self._made.take((*key, alone), decisions, make)

    def _money(self, table: Table) -> TableMoney:
        if id(table) not in self._moneys:
            self._moneys[id(table)] = TableMoney(make_lines(table), make_control_totals(table), half_of_places(table))
        return self._moneys[id(table)]

    def assemble(self, settled: Mapping[str, str]) -> Assembly:
        """What the workbook comes to with these decisions.

        Args:
            settled: the option that is taken at each choice, by the choice's id.
        """
        decisions = Decisions(settled)
        sheets = self.tables(decisions)
        if not any(table.of_role("amount") for each in sheets for table in each.tables):
            sheets = self.tables(decisions, alone=None)
        elif beside := find_left_beside(sheets):
            sheets = self.tables(decisions, alone=beside)
        tables = [table for each in sheets for table in each.tables if table.of_role("amount")]
        ask_about_slipped_pages(self.structure(settled), {table.grid.name for table in tables}, decisions)
        moneys = [self._money(table) for table in tables]
        totals = join_continued(tables, [money.totals for money in moneys])
        moneys = [money.with_totals(joined) for money, joined in zip(moneys, totals, strict=True)]
        summaries = tell_summaries(moneys, [table.grid.name for table in tables])
        summaries |= tell_net_summaries(tables, moneys, summaries)
        repeating = {number: moneys[number] for number in summaries}
        for number in summaries:
            totals[number] = summaries[number][1]
            moneys[number] = moneys[number].uncounted
        for number, table in enumerate(tables):
            if not table.context.counted:
                moneys[number] = moneys[number].uncounted
        _leave(ask_about_other_sheets(tables, moneys, self.terms.short), tables, moneys, decisions)
        _leave(ask_about_nets(tables, moneys, repeating, self.terms.short), tables, moneys, decisions)
        hidden = [each.sheet.hidden for each in sheets for table in each.tables if table.of_role("amount")]
        sums = find_sums_of_others(tables, moneys, self.terms.short)
        versions = ask_about_versions(tables, moneys, hidden, sums, self.terms.short)
        _leave(versions, tables, moneys, decisions)
        repeats = ask_about_repeats(tables, moneys, set(summaries), self.terms.short)
        _leave(repeats, tables, moneys, decisions)
        asked = [*repeats, *versions]
        _leave(ask_about_repeated_lines(tables, moneys, asked, self.terms.short), tables, moneys, decisions)
        known = {key for choice in asked for key in choice.table.split("\n")}
        _leave(ask_about_parts_of_lines(tables, moneys, known, self.terms.short), tables, moneys, decisions)
        tell_flows_of_sheets(tables, moneys, decisions)
        self._date(tables, moneys, decisions)
        return Assembly(sheets, tables, moneys, totals, summaries, decisions)

    def _date(self, tables: Sequence[Table], moneys: list[TableMoney], decisions: Decisions) -> None:
        """Gives the lines of which nothing says the year the one that a person says, and asks for it: no amount is
        stored without a year.
        """
        for number, (table, money) in enumerate(zip(tables, moneys, strict=True)):
            if self.answers.fiscal_year is not None or not money.undated.any() or 0 in table.named_years.values():
                continue
            said = decisions.take(
                Choice(
                    "year",
                    "year",
                    table.grid.name,
                    table.key,
                    f"{np.count_nonzero(money.undated)} amounts of {table.grid.name!r} name no fiscal year. "
                    "Of which are they?",
                    (),
                    "",
                )
            )
            if said:
                year = read_year(said, self.terms.calendar)
                years = np.where(money.undated, year, money.lines.array("fiscal_year"))
                moneys[number] = TableMoney(money.lines.with_column("fiscal_year", years), money.totals, money.half)

    def read(self, file_name: str) -> Reading:
        """The reading that holds with what is settled, its questions with what each option comes to.

        Raises:
            RefusedError: there are no budget lines.
        """
        self.file_name = file_name
        assembly = self.assemble(self.answers.settled)
        if not assembly.tables:
            raise RefusedError(
                "no-amounts", "The workbook has no table of amounts; send the one with the budget lines in it."
            )
        self._keep_totals(assembly)
        if self.answers.total is None:
            return report(self, assembly, file_name)
        reached = reach(self, assembly, self.answers.total)
        if reached.settled is None:
            return report(self, assembly, file_name, missed=reached.nearest)
        reader = self.with_answers(reached.answers)
        return report(reader, reader.assemble(reached.settled), file_name, reached=reached)

    def with_answers(self, answers: Answers) -> WorkbookReader:
        """A reader of the same workbook with other answers."""
        if answers == self.answers:
            return self
        other = WorkbookReader(self.workbook, self.terms, answers, self.limits)
        other.file_name = self.file_name
        other._structures = self._structures
        return other

    def totals_under(self, settled: Mapping[str, str]) -> tuple[OptionTotal, ...]:
        """What the workbook comes to with some decisions, by stage, version, year and flow."""
        structure = _settled_structure(settled)
        for other, decisions, totals in self._totals:
            if other == structure and decisions.agree(settled):
                return totals
        return self._keep_totals(self.assemble(settled))

    def _keep_totals(self, assembly: Assembly) -> tuple[OptionTotal, ...]:
        """What an assembly comes to, kept for whatever else is settled that comes to the same."""
        totals = self._option_totals(assembly)
        self._totals.append((_settled_structure(assembly.decisions.settled), assembly.decisions, totals))
        return totals

    def _option_totals(self, assembly: Assembly) -> tuple[OptionTotal, ...]:
        sums: dict[tuple[str, str, int, str], int] = {}
        for money in assembly.moneys:
            for where, amount in money.by_flow.items():
                sums[where] = sums.get(where, 0) + amount
        fallback = self.answers.fiscal_year or 0
        return tuple(
            OptionTotal(
                stage=stage,
                version=version,
                fiscal_year=self.terms.year(year or fallback) if year or fallback else "",
                flow=flow,
                amount=amount,
            )
            for (stage, version, year, flow), amount in sorted(sums.items(), key=lambda item: -item[0][2])
        )


def find_tables(
    workbook: Workbook,
    terms: Terms,
    answers: Answers,
    progress: Progress | None = None,
    limits: Limits = NO_LIMITS,
) -> list[SheetTables]:
    """Every sheet of a workbook with its tables, those without money among them.

    Raises:
        RefusedError: an amount is beyond any budget.
    """
    reader = WorkbookReader(workbook, terms, answers, limits, progress)
    return reader.tables(Decisions(reader.answers.settled))


def _make_table(
    grid: Grid,
    block: Block,
    columns: list[Column],
    notes: Sequence[str],
    settled: TableAnswers,
    decisions: Decisions,
    file_name: str,
    *,
    beside_capital: bool,
) -> Table:
    key = f"{grid.name}!{block.area(grid)}"
    context = read_context(
        grid, block, columns, notes, settled, key, decisions, file_name, beside_capital=beside_capital
    )
    if context.unit_settled:
        columns = [replace(column, unit=None) for column in columns]
    if not context.is_money:
        columns = [_as_measure(column) if column.role == "amount" else column for column in columns]
    columns = settle_days(grid, block, columns, context.fiscal_year, decisions, key)
    table = make_table(grid, block, columns, context, decisions)
    if table.of_role("amount"):
        table.named_years = name_years(grid, block, table.columns, decisions, key)
    return table


def _leave(choices: Sequence[Choice], tables: Sequence[Table], moneys: list[TableMoney], decisions: Decisions) -> None:
    """Counts no more the lines of the tables that choices between tables leave."""
    for choice in choices:
        kept = decisions.take(choice).split("+")
        for number, table in enumerate(tables):
            if table.key in choice.table.split("\n") and str(number) not in kept:
                moneys[number] = moneys[number].uncounted


def _as_measure(column: Column) -> Column:
    return replace(column, role="measure", confidence=0.85, evidence="the table says that its figures are no money")


def report(
    reader: WorkbookReader,
    assembly: Assembly,
    file_name: str,
    *,
    reached: Reached | None = None,
    missed: int | None = None,
) -> Reading:
    """The reading of an assembly: its tables, findings, questions and lines.

    Args:
        reader: what the workbook is read with.
        assembly: what it comes to.
        file_name: for showing.
        reached: how a total that a person stated is come to, which proves what counts.
        missed: what comes nearest to a stated total that no reading comes to, in minor units.

    Raises:
        RefusedError: there are no budget lines, or every amount is zero.
    """
    workbook, tables, totals = reader.workbook, assembly.tables, assembly.totals
    lines = [money.lines for money in assembly.moneys]
    if tables and not any(map(_has_amounts, tables)):
        raise RefusedError("no-amounts", "Every amount of the workbook is blank or zero; fill it in and send it again.")
    findings: list[Finding] = list(workbook.findings)
    skipped: list[SkippedSheet] = []
    for each in assembly.sheets:
        with_money = [table for table in each.tables if table.of_role("amount")]
        if with_money:
            findings += find_sheet_findings(each.sheet, with_money)
        skipped += skip_sheet(each, with_money, assembly.sheets)
    readings = []
    for number, table in enumerate(tables):
        if number in assembly.summaries:
            findings.append(assembly.summaries[number][0])
        elif not table.context.counted:
            findings.append(tell_left_out(table))
        else:
            findings += find_cell_findings(table) + find_total_findings(table, totals[number])
            findings += find_moved_columns(table)
        summary = number in assembly.summaries
        settled = assembly.decisions.settled
        readings.append(describe_table(table, lines[number], totals[number], settled, summary=summary))
    questions = ask(
        reader, assembly, assembly.counted, proven=None if reached is None else reached.settled, missed=missed
    )
    standings = assembly.standings(questions, reached=reached is not None)
    readings = [read.model_copy(update={"standing": standings[read.key]}) for read in readings]
    if reached is not None and reached.why:
        findings.append(_proven(assembly, reached))
    if not questions and not any(map(len, lines)) and all(table.context.counted for table in tables):
        said = (
            "As answered, none of its amounts counts, so that there is nothing to store; answer otherwise, or send "
            "another workbook."
            if assembly.decisions.settled
            else "The workbook has no budget lines, only totals; send the one with the lines in it."
        )
        raise RefusedError("no-amounts", said)
    return Reading(
        file_name=file_name,
        file_hash=workbook.file_hash,
        file_format=workbook.file_format,
        sheets=tuple(sheet.name for sheet in workbook.sheets),
        tables=tuple(readings),
        skipped=tuple(skipped),
        control_totals=tuple(total for each in totals for total in each),
        findings=tuple(sorted(findings, key=lambda f: list(Severity).index(f.severity))),
        questions=tuple(questions),
        currency=reader.terms.currency.code,
        lines=_frame([each for each in lines if len(each)], workbook.file_hash),
    )


def _has_amounts(table: Table) -> bool:
    """Whether any cell of a table states an amount other than zero."""
    return bool(table.amounts[:, [column.index for column in table.of_role("amount", "total", "memo")]].any())


def _proven(assembly: Assembly, reached: Reached) -> Finding:
    table = assembly.tables[0]
    return Finding(
        code="stated-total",
        severity=Severity.INFORMATION,
        sheet=table.grid.name,
        cell=table.block.area(table.grid).split(":")[0],
        message=f"The workbook was read so that it comes to the total that was stated: {reached.why}.",
    )


def _settled_structure(settled: Mapping[str, str]) -> tuple[str, str, str]:
    """What is settled of the places of tables: how numbers are written, what bare years mean, where figures slipped."""
    return settled.get(NUMBERS, ""), settled.get(BARE_YEAR, ""), settled.get(PAGES, "")


def _without_contents(found: list[PlacedSheet]) -> list[PlacedSheet]:
    """The sheets without what looks like tables where it only tells of the workbook."""
    return [
        replace(
            each,
            blocks=[
                block
                for block in each.blocks
                if not tells_of_workbook(
                    each.grid, block, [(o.grid, other) for o in found if o is not each for other in o.blocks]
                )
            ],
        )
        for each in found
    ]


def _frame(lines: Sequence[TableLines], file_hash: str) -> pd.DataFrame:
    """The lines of all tables in one frame; an id is the beginning of the file's hash and the line's place."""
    if not lines:
        return empty_lines()
    every = one_after_another(lines)
    count = len(every)
    ids = Texts(np.arange(count), tuple(_line_ids(file_hash[:12], count).tolist()))
    said = {**every.columns, "line_id": ids, "file_hash": Texts.same(file_hash, count)}
    return check_lines(TableLines({name: said[name] for name in SCHEMA}).frame)


def _line_ids(start: str, count: int) -> npt.NDArray[np.object_]:
    """A beginning with a number from one on, of six digits or more, each put together of its thousands and the rest."""
    numbers = np.arange(1, count + 1)
    thousands = np.array([f"{start}-{each:03d}" for each in range(count // 1_000 + 1)], dtype=object)
    ids: npt.NDArray[np.object_] = thousands[numbers // 1_000] + _REST[numbers % 1_000]
    return ids


_REST: Final = np.array([f"{each:03d}" for each in range(1_000)], dtype=object)
