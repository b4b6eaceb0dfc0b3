"""Questions: what a person must settle about a workbook, each with what its options come to.

A question is a choice between readings. What settles most is asked first; what many tables share is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from budget_align.core.returns.reading import ControlTotal, Option, OptionTotal, Question, Topic
from budget_align.core.values.refusal import RefusedError
from importers.evidence.choices import Choice, choice_id
from importers.readings.marks_of_numbers import doubtful_mark
from importers.readings.slipped_figures import PAGES
from importers.readings.standing import differing, is_much_in_doubt, is_proven
from importers.readings.stated_total import bodies_that_come_to, comes_to_total
from importers.readings.table import Table
from importers.structure.grid import Address

if TYPE_CHECKING:
    from importers.readings.assembly import Assembly, SheetTables
    from importers.readings.reader import WorkbookReader

NUMBERS: Final = "numbers"
"""The id of the choice of a decimal mark, one for a workbook."""

BARE_YEAR: Final = "bare-year"
"""The id of the choice of what a bare year means, one for a workbook."""

_ORDER: Final[tuple[Topic, ...]] = (
    *("formula", "numbers", "amount", "rows", "flow", "version", "counted", "unit", "currency"),
    *("year", "stage", "body", "unread", "total"),
)

_SUMS_SAID: Final = 6

_EVALUATED: Final = 60
"""Options beyond these are shown without what they come to."""


def ask(
    reader: WorkbookReader,
    assembly: Assembly,
    tables: Sequence[Table],
    *,
    proven: Mapping[str, str] | None = None,
    missed: int | None = None,
) -> list[Question]:
    """What is open, what settles most first.

    Args:
        reader: works out what options come to.
        assembly: the workbook as it is read so far.
        tables: those whose lines count.
        proven: what was settled to come to a total that a person stated, so that what counts is settled by it, as far
            as another answer would come to something else.
        missed: what comes nearest to a stated total that no reading comes to.
    """
    settled = reader.answers.settled if proven is None else proven
    choices = [*assembly.decisions.open]
    counted = {table.key for table in tables}
    # Tables share a question, such as that of the unit: it stays open, and speaks of the first of those that met it,
    # as long as one of them counts.
    met = {name: choice for table in reversed(tables) for name, choice in table.choices.items()}
    choices = [met.get(c.id, c) for c in choices if c.topic == "counted" or c.table in {"", *counted} or c.id in met]
    if [c.id for c in choices] == [PAGES] and _comes_to_the_same(reader, choices[0], settled):
        choices = []
    choices += _formulas(assembly, tables, settled) + _numbers(tables, settled) + _open_years(tables, settled)
    if proven is not None:
        choices = [c for c in choices if c.topic not in _PROVEN or not _is_told_by_total(reader, c, proven)]
        choices += [] if choices else _netted(reader, assembly, settled)
        choices += [] if choices else _received_alone(reader, assembly, settled)
    elif missed is not None:
        choices += _missed(reader, assembly, tables, missed)
    else:
        choices += _totals(reader, assembly, settled)
        choices += [] if choices else _netted(reader, assembly, settled)
        choices += [] if choices else _look_again(reader, assembly, tables, settled)
    # Where the columns of a page stand goes before all that is asked of them.
    choices.sort(key=lambda choice: (choice.id != PAGES, _ORDER.index(choice.topic)))
    left = _EVALUATED
    found = []
    for choice in choices:
        evaluated = left > 0
        left -= len(choice.options)
        found.append(_question(reader, choice, settled, evaluated=evaluated))
    return found


def _comes_to_the_same(reader: WorkbookReader, choice: Choice, settled: Mapping[str, str]) -> bool:
    """Whether a workbook comes to the same with every option of a choice."""
    try:
        totals = [reader.totals_under({**settled, choice.id: value}) for value, _ in choice.options]
    except RefusedError:
        return False
    return all(each == totals[0] for each in totals)


_PROVEN: Final[frozenset[Topic]] = frozenset(
    ("amount", "rows", "flow", "counted", "unit", "numbers", "unread", "total", "formula")
)
"""What a stated total settles by being come to."""


def _is_told_by_total(reader: WorkbookReader, choice: Choice, settled: Mapping[str, str]) -> bool:
    """Whether a stated total tells the options of a choice apart: with another one the workbook would not come to it.
    One that only moves the money of other years or flows is still to be asked about.
    """
    if choice.topic in ("unread", "total", "formula") or not choice.options:
        return True
    mine = reader.totals_under(settled)
    for value, _ in choice.options:
        otherwise = {**settled, choice.id: value}
        try:
            if reader.totals_under(otherwise) != mine and comes_to_total(reader, reader.assemble(otherwise)):
                return False
        except RefusedError:
            continue
    return True


def _missed(reader: WorkbookReader, assembly: Assembly, tables: Sequence[Table], nearest: int) -> list[Choice]:
    """Says that no reading comes to a stated total, which comes nearest, and which body alone comes to it."""
    write, total = reader.terms.amount, reader.answers.total or 0
    name = choice_id("total", str(total), str(nearest))
    if name in reader.answers.settled:
        return []
    alone = bodies_that_come_to(assembly, total, 10**reader.terms.minor_unit - 1)
    is_part = f" {alone[0]!r} alone comes to it, and the workbook states other bodies too." if alone else ""
    return [
        Choice(
            name,
            "total",
            tables[0].grid.name if tables else "",
            tables[0].key if tables else "",
            f"No reading of the workbook comes to {write(total)}; the nearest comes to {write(nearest)}, "
            f"{write(abs(total - nearest))} {'less' if nearest < total else 'more'}.{is_part} "
            "Check the total, or settle the questions.",
            (("accept", f"Store what comes to {write(nearest)}"),),
            "",
        )
    ]


def open_question(choice: Choice) -> Question:
    """A choice as a question, without what its options come to."""
    return Question(
        id=choice.id,
        topic=choice.topic,
        sheet=choice.sheet,
        table=choice.table.split("\n")[0],
        prompt=choice.prompt,
        guess=choice.guess,
        options=tuple(Option(value=value, label=label) for value, label in choice.options),
    )


def _question(reader: WorkbookReader, choice: Choice, settled: Mapping[str, str], *, evaluated: bool) -> Question:
    options = []
    for value, label in choice.options:
        totals: tuple[OptionTotal, ...] = ()
        if evaluated:
            try:
                totals = reader.totals_under({**settled, choice.id: value})
            except RefusedError:
                continue
        options.append(Option(value=value, label=label, totals=totals))
    options.sort(key=lambda option: option.value != choice.guess)
    return open_question(choice).model_copy(update={"options": told_apart(options)})


def told_apart(options: Sequence[Option]) -> tuple[Option, ...]:
    """Options with the totals that tell them apart: what the workbook comes to with each of several answers says
    nothing of which is right. An option that comes to nothing else keeps them, and comes last.
    """
    agreed = set[OptionTotal].intersection(*(set(option.totals) for option in options)) if options else set()
    own = [tuple(total for total in option.totals if total not in agreed) for option in options]
    told = [
        option.model_copy(update={"totals": totals or option.totals})
        for option, totals in zip(options, own, strict=True)
    ]
    return (
        *(option for option, totals in zip(told, own, strict=True) if totals),
        *(option for option, totals in zip(told, own, strict=True) if not totals),
    )


def _formulas(assembly: Assembly, tables: Sequence[Table], settled: Mapping[str, str]) -> list[Choice]:
    """Formulas of a table of amounts whose value nobody kept: what they come to is not known, so nothing is guessed."""
    for each in assembly.sheets:
        if not each.sheet.without_value:
            continue
        for table in each.tables:
            if table not in tables:
                continue
            cells = _without_value(each, table)
            name = choice_id("formula", each.sheet.name, *(each.grid.address(*cell) for cell in cells[:1]))
            if cells and name not in settled:
                return [
                    Choice(
                        name,
                        "formula",
                        each.sheet.name,
                        table.key,
                        f"{len(cells)} formulas of {each.sheet.name!r}, {each.grid.address(*cells[0])} first, have no "
                        "value kept in the file, so that their amounts are not known. Open the workbook in a "
                        "spreadsheet program, save it and send that copy; or read it without them?",
                        (("without", "Read it without them"),),
                        "",
                    )
                ]
    return []


def _without_value(each: SheetTables, table: Table) -> list[Address]:
    """The cells in the rows of a table whose formula has no value. Where a row has no number beside it, a formula that
    only sums others is its total, which adds nothing to it.
    """
    rows, columns = set(table.block.data.tolist()), table.block.columns
    span, values = range(columns[0], columns[-1] + 3), set(table.block.values)
    first, bottom = int(table.block.body[0]), int(table.block.body[-1])
    below = (min([*other.block.header_rows, int(other.block.body[0])]) for other in each.tables)
    end = min((top for top in below if top > bottom), default=each.grid.height)
    others = each.sheet.without_value - each.sheet.sums_without_value
    return sorted(
        {(r, c) for r, c in each.sheet.without_value if r in rows and c in span}
        | {(r, c) for r, c in others if first <= r < end and c in values}
    )


def _numbers(tables: Sequence[Table], settled: Mapping[str, str]) -> list[Choice]:
    """Whether the marks in the numbers of a file part decimals or thousands, where nothing says."""
    if NUMBERS in settled:
        return []
    for table in tables:
        for column in table.of_role("amount"):
            guess = doubtful_mark(table, column)
            if guess is None:
                continue
            said = table.grid.said(table.block.data.tolist(), column.index)
            cell = next((text for text in said if _THREE_BEHIND.search(text)), said[0])
            seen = "," if "," in cell else "."
            thousands = cell.replace(seen, ","), cell.replace(seen, ".")
            options = (
                ("point" if seen == "," else "comma", f"Thousands: {cell} is {thousands[0]}"),
                ("comma" if seen == "," else "point", f"Decimals: {cell} is {thousands[1]}"),
            )
            return [
                Choice(
                    NUMBERS,
                    "numbers",
                    table.grid.name,
                    table.key,
                    f"Does the mark in {cell!r}, column {column.letter} of {table.grid.name!r}, part thousands or "
                    "decimals?",
                    options,
                    guess,
                )
            ]
    return []


_THREE_BEHIND: Final = re.compile(r"\d[.,]\d{3}(?!\d)")


def _open_years(tables: Sequence[Table], settled: Mapping[str, str]) -> list[Choice]:
    """What a year written as one number means where the government's habit leaves it open, and a span of two years
    where its fiscal years are calendar years.
    """
    if BARE_YEAR in settled or not tables:
        return []
    calendar = tables[0].grid.terms.calendar
    for table in tables:
        for text in table.year_texts():
            found = next((each for each in calendar.find(text) if each.other is not None), None)
            if found is not None and found.other is not None:
                one, other = calendar.label(found.year), calendar.label(found.other)
                if found.written:
                    asked = f"a fiscal year as {found.written}. Does it begin or end in {found.written}?"
                    options = (f"It begins in {found.written}: {one}", f"It ends in {found.written}: {other}")
                else:
                    asked = f"years as {_span(found.year)}, and fiscal years are calendar years here. Which is it?"
                    options = (f"The first of the two: {one}", f"The second of the two: {other}")
                return [
                    Choice(
                        BARE_YEAR,
                        "year",
                        table.grid.name,
                        table.key,
                        f"{table.grid.name!r} writes {asked}",
                        tuple(zip(("start", "end"), options, strict=True)),
                        "end" if calendar.starts >= 7 else "start",
                    )
                ]
    return []


def _span(first: int) -> str:
    return f"{first}-{(first + 1) % 100:02d}"


def _totals(reader: WorkbookReader, assembly: Assembly, settled: Mapping[str, str]) -> list[Choice]:
    """Totals that their lines do not come to: accepted by a person, or nothing is stored. Within a table that its own
    total of the whole proves, another that differs is the workbook's own and no doubt about what was read.
    """
    open_totals: list[ControlTotal] = []
    first_table = ""
    for table, money, totals in zip(assembly.tables, assembly.moneys, assembly.totals, strict=True):
        if table in assembly.counted and not is_proven(money, totals):
            open_totals += differing(totals)
            first_table = first_table or (table.key if open_totals else "")
    if not open_totals:
        return []
    told = choice_id("total", *(f"{t.sheet}!{t.cell}={t.published}/{t.read}" for t in open_totals))
    if told in settled:
        return []
    first = max(open_totals, key=lambda total: abs(total.difference))
    write = reader.terms.amount
    more = f", and {len(open_totals) - 1} more totals differ" if len(open_totals) > 1 else ""
    return [
        Choice(
            told,
            "total",
            first.sheet,
            first_table,
            f"{first.sheet}!{first.cell} states {write(first.published)} as {first.label!r}; the lines that were read "
            f"come to {write(first.read)}, a difference of {write(first.difference)}{more}. Store them all the same?",
            (("accept", f"Accept the difference of {write(first.difference)} and store what was read"),),
            "",
        )
    ]


def _received_alone(reader: WorkbookReader, assembly: Assembly, settled: Mapping[str, str]) -> list[Choice]:
    """A stated total that only what is read as received comes to, where nothing is read as spent."""
    flows = {flow for money in assembly.moneys for (*_, flow), amount in money.by_flow.items() if amount}
    name = choice_id("total", "received", str(reader.answers.total))
    if flows != {"income"} or name in settled or not assembly.counted:
        return []
    first = assembly.counted[0]
    return [
        Choice(
            name,
            "total",
            first.grid.name,
            first.key,
            f"What comes to {reader.terms.amount(reader.answers.total or 0)} is read as received, and nothing of the "
            "workbook as spent. Is it received?",
            (("accept", "Yes, it is income: store it so"),),
            "",
        )
    ]


def _netted(reader: WorkbookReader, assembly: Assembly, settled: Mapping[str, str]) -> list[Choice]:
    """Spending or income that is less than nothing, or half of which lines below zero take back: what is received may
    stand among it with a minus, so that a person looks at it once.
    """
    sums: dict[tuple[str, str, int, str], tuple[int, int]] = {}
    for money in assembly.moneys:
        for key, (above, below) in money.both_signs.items():
            one, other = sums.get(key, (0, 0))
            sums[key] = one + above, other + below
    told = {key: both for key, both in sums.items() if -_TAKES_BACK * both[1] > both[0]}
    if reader.answers.total is not None:
        # What comes to the total that a person stated is proven by it; what is stored beside it is not.
        near = 10**reader.terms.minor_unit - 1
        told = {key: both for key, both in told.items() if abs(sum(both) - reader.answers.total) > near}
    if not told:
        return []
    (stage, version, year, flow), (above, below) = max(told.items(), key=lambda item: -item[1][1])
    name = choice_id("total", "netted", *(f"{key} {both}" for key, both in sorted(told.items())))
    if name in settled:
        return []
    write = reader.terms.amount
    first = next(
        (
            t
            for t, m in zip(assembly.tables, assembly.moneys, strict=True)
            if (stage, version, year, flow) in m.both_signs
        ),
        assembly.tables[0],
    )
    when = f" {reader.terms.year(year)}" if year else ""
    return [
        Choice(
            name,
            "total",
            first.grid.name,
            first.key,
            f"As read, the {flow} of {stage}{when} comes to {write(above + below)}: {write(above)}, and {write(below)} "
            "below zero. Is what stands below zero taken off it, and not money of another kind, such as income "
            "beside spending?",
            (("accept", f"It is taken off: store {write(above + below)}"),),
            "",
        )
    ]


_TAKES_BACK: Final = 2
"""What stands below zero is looked at from half of what stands above on."""


def _look_again(
    reader: WorkbookReader, assembly: Assembly, tables: Sequence[Table], settled: Mapping[str, str]
) -> list[Choice]:
    """Once so many questions about which cells hold the money are answered that one wrong answer would not show, what
    they come to together is looked at before it is stored.
    """
    proven = (is_proven(money, totals) for money, totals in zip(assembly.moneys, assembly.totals, strict=True))
    unproven = [table for table, is_so in zip(assembly.tables, proven, strict=True) if table in tables and not is_so]
    if not unproven or not is_much_in_doubt(assembly.decisions.met.values(), unproven):
        return []
    write = reader.terms.amount
    sums = reader.totals_under(settled)
    name = choice_id(
        "total", "look-again", *(f"{t.stage} {t.version} {t.fiscal_year} {t.flow} {t.amount}" for t in sums)
    )
    if name in settled:
        return []
    said = "; ".join(f"{each.stage} {each.fiscal_year} {each.flow} {write(each.amount)}" for each in sums[:_SUMS_SAID])
    more = f"; and {len(sums) - _SUMS_SAID} more sums" if len(sums) > _SUMS_SAID else ""
    return [
        Choice(
            name,
            "total",
            unproven[0].grid.name,
            unproven[0].key,
            "Much of this workbook was in doubt, and no total in it says whether it was settled rightly. As answered "
            f"it comes to {said}{more}. Is that what it should come to? If not, answer otherwise, or state the total.",
            (("accept", "It is: store it"),),
            "",
        )
    ]
