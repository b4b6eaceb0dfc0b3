"""What a workbook says beside its tables: whose budget it is, at what stage, in what unit and for which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from budget_align.core.returns.budget_line import STAGES
from budget_align.core.returns.reading import Belief, TableAnswers
from budget_align.core.values.money import Unit
from importers.evidence.alternatives import listed, words_of
from importers.evidence.asking import Asks
from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.prices import are_prices
from importers.evidence.row_dimensions import headings_are_stages
from importers.evidence.stated_body import SURE_OF_BODY, headings_name_bodies, read_body, settle_body
from importers.evidence.stated_flow import (
    TITLE_LENGTH,
    read_flow,
    read_stage,
    read_version,
    said_throughout,
    unknown_stages,
)
from importers.evidence.stated_unit import NAMING, NOTE_SAYS, are_alike, read_written_unit, settle_unit, unscale
from importers.evidence.stated_year import find_stated_year, is_dated, settle_year
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import row_words, vocabulary

_CELLS_OF_NOTES: Final = 400

_CORNER_LENGTH: Final = 40

_ENDING: Final = re.compile(r"\.\w{2,5}$")

_SEPARATORS: Final = re.compile(r"[_.\s]+|(?<!\d)-|-(?!\d)|(?<=[a-z])(?=[A-Z])")

_STAGES: Final = tuple((stage, stage.capitalize()) for stage in STAGES)


@dataclass(frozen=True)
class Context:
    """What holds for all lines of one table, each with its evidence, and what nobody but a person can settle.

    Attributes:
        unit_settled: the unit goes before what the headers of the amounts say: a person said so, or the cells' format.
        year_text: what said the table's year, where it was not each column or row.
        body_in_headings: the outermost heading over a line names its body.
        is_money: false where the table itself says that its figures are percentages or counts.
        file_says: the words of the file's name, which is only ever asked about.
    """

    body: Belief
    stage: Belief
    flow: Belief
    version: Belief
    unit: Unit
    unit_belief: Belief
    price_basis: Belief
    counted_belief: Belief
    body_in_headings: bool
    is_money: bool
    fiscal_year: int | None
    title: str
    names: tuple[str, ...]
    year_text: str = ""
    unit_settled: bool = False
    file_says: str = ""

    @property
    def counted(self) -> bool:
        """Whether the table's lines are added up."""
        return self.counted_belief.value == "yes"


def read_notes(grids: Iterable[Grid]) -> list[str]:
    """The texts of sheets without tables, contents pages and notes among them, first ones first."""
    said: list[str] = []
    for grid in grids:
        for row, column in zip(*grid.worded.nonzero(), strict=True):
            said.append(grid.text(int(row), int(column)))
            if len(said) >= _CELLS_OF_NOTES:
                return said
    return said


def read_context(
    grid: Grid,
    block: Block,
    columns: Sequence[Column],
    notes: Sequence[str],
    answers: TableAnswers,
    key: str,
    decisions: Decisions | None = None,
    file_name: str = "",
    *,
    beside_capital: bool = False,
) -> Context:
    """What the table's titles, headers, sheet and workbook say of it, nearest first; a person's answers fill what they
    leave open, and where they say otherwise that is a choice. What the name of the file says is only ever asked about.
    """
    file_says = _SEPARATORS.sub(" ", _ENDING.sub("", file_name)).strip()
    decisions = decisions or Decisions()
    amounts = [column for column in columns if column.role == "amount"]
    titles = _read_titles(grid, block, min((column.index for column in amounts), default=0))
    carried = _read_carried(grid, block)
    written_unit, unit_belief = read_written_unit(grid, block, columns, titles, carried, notes, answers)
    stated_unit, unit_belief = unscale(grid, block, amounts, written_unit, unit_belief)
    is_money = _tells_money(columns, titles, unit_belief, answers)
    asks = Asks(grid, key, decisions, is_money and bool(amounts))
    body = read_body(grid, block, columns, [*titles, *carried], answers, notes)
    in_headings = not answers.body and body.confidence < SURE_OF_BODY and headings_name_bodies(grid, block, columns)
    body = settle_body(grid, columns, titles, body, asks, in_headings=in_headings)
    throughout = said_throughout(grid, block, columns, file_says)
    stage = read_stage(grid, block, columns, [*titles, *carried], notes, throughout, answers)
    if headings_are_stages(grid, block) and not answers.stage and all(not column.stage for column in amounts):
        stage = Belief(value="budget", confidence=0.9, evidence="the headings name the stage of the rows below them")
    if not stage.value:
        said = asks.one_of("stage", _ask_stage(grid, block, columns), _STAGES, "budget")
        stage = Belief(value=said, confidence=0.0, evidence="nothing in the workbook says")
    unit, unit_belief = settle_unit(stated_unit, unit_belief, answers, asks)
    year = find_stated_year(grid, titles, [*_corner_texts(columns), *carried], notes)
    dated = is_dated(grid, block, columns, amounts)
    beside = {column.fiscal_year for column in amounts if column.fiscal_year is not None}
    fiscal_year = settle_year(grid, year, answers, asks, file_says, beside, dated=dated)
    corner = next((column.header for column in columns if column.role == "programme"), "")
    title = next((text for _, text in titles), corner)
    # Where headers further down name other parts over the labels, the first names but its own.
    named = corner if not set(block.repeated_headers) & set(block.body.tolist()) else ""
    of_table = [name for name in (body.value, title, named, grid.name) if name and (named or name != corner)]
    names = tuple(dict.fromkeys(of_table))
    basis = _read_price_basis(titles)
    return Context(
        body,
        stage,
        read_flow(titles, columns, throughout, answers, asks, beside_capital=beside_capital),
        read_version(titles, grid.name, answers),
        unit,
        unit_belief,
        basis,
        _read_counted(basis, answers, is_money, asks, prices=are_prices(grid, block, columns, titles, unit)),
        in_headings,
        is_money,
        fiscal_year,
        title,
        names,
        year_text=year.text if fiscal_year == year.year and answers.year_otherwise is None else "",
        unit_settled=not are_alike(written_unit, unit),
        file_says=file_says,
    )


def _tells_money(
    columns: Sequence[Column], titles: Sequence[tuple[str, str]], unit: Belief, answers: TableAnswers
) -> bool:
    """Whether the amounts are money, and no shares, measures or amounts a head, as titles and headers say."""
    amounts = any(column.role == "amount" for column in columns)
    share = next((where for where, text in titles if vocabulary.says_share(text)), "") if amounts else ""
    if share and not (unit.value and unit.evidence != NOTE_SAYS) and not answers.unit:
        return False
    headed = [column.header for column in columns if column.role in NAMING] + [text for _, text in titles[-1:]]
    if any(row_words.says_measures_heading(text) and len(text.split()) > 1 for text in headed):
        return False
    return bool(answers.unit) or not any(vocabulary.says_per_head(text) for _, text in titles)


def _read_titles(grid: Grid, block: Block, first: int) -> list[tuple[str, str]]:
    """What stands above a table, by cell; a label such as "Department:" is read with the cell right of it.

    Args:
        first: the first column of amounts.
    """
    titles: list[tuple[str, str]] = []
    said = set(block.titles)
    for row, column in block.titles:
        text = grid.text(row, column)
        beside = (row, column + 1)
        if text.endswith(":") and beside in said:
            text = f"{text} {grid.text(*beside)}"
        if len(text) <= TITLE_LENGTH:
            titles.append((grid.address(row, column), text))
    for row in block.headers[:-1]:
        # A title that stands right on top of the headers.
        column = next((c for c in block.columns if grid.filled[row, c]), first)
        if column < first and len(text := grid.text(row, column)) <= TITLE_LENGTH:
            titles.append((grid.address(row, column), text))
    return titles


def _ask_stage(grid: Grid, block: Block, columns: Sequence[Column]) -> str:
    """The question at what stage the amounts are that nothing says of: those of rows with unknown words, or all."""
    for column in columns:
        unknown = unknown_stages(grid, block, column) if column.role == "stage" else []
        if unknown:
            words = listed([repr(word) for word in unknown[:_WORDS_NAMED]])
            return (
                f"Rows of {grid.name!r} say {words} in column {column.letter}, {words_of(column)}. Are their amounts a "
                "plan, a budget, a forecast or an outturn?"
            )
    return f"Is sheet {grid.name!r} a plan, a budget, a forecast or an outturn?"


_WORDS_NAMED: Final = 4


def _corner_texts(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """The short header over the names of the lines, by column, which may say the year of all columns where none says
    that of each row: "Revenue 2024-25".
    """
    if any(c.role in ("year", "stage") for c in columns):
        return []
    names = ("programme", "account", "unit")
    named = [c for c in columns if c.role in names and len(c.header) <= _CORNER_LENGTH]
    return [(c.letter, c.header) for c in named if len(c.header.split()) > 1]


def _read_carried(grid: Grid, block: Block) -> list[tuple[str, str]]:
    """What stands above the tables before one on its sheet, by cell, nearest first."""
    said = [(grid.address(row, column), grid.text(row, column)) for row, column in block.carried]
    return [(where, text) for where, text in said if len(text) <= TITLE_LENGTH]


def _read_price_basis(titles: Sequence[tuple[str, str]]) -> Belief:
    for where, text in titles:
        if vocabulary.says_real_terms(text):
            return Belief(value="real terms", confidence=0.95, evidence=f"cell {where} says {text[:60]!r}")
    return Belief(value="cash", confidence=0.7, evidence="nothing says real terms")


def _read_counted(basis: Belief, answers: TableAnswers, is_money: bool, asks: Asks, *, prices: bool = False) -> Belief:
    if not is_money:
        return Belief(value="no", confidence=0.85, evidence="its figures are percentages or counts, no money")
    if answers.counted is not None:
        return Belief(value="yes" if answers.counted else "no", confidence=1.0, evidence=answers.evidence)
    if prices:
        said = asks.one_of(
            "counted",
            f"{asks.grid.name!r} reads as a list of prices: what one hour, one permit or one ticket costs. Are its "
            "figures prices, or sums of money that was budgeted or received?",
            (("no", "Prices: leave them out"), ("yes", "Sums of money: count them")),
            "no",
            asks.key,
        )
        return Belief(value=said, confidence=0.5, evidence="it reads as a list of prices")
    if basis.value != "cash" and vocabulary.says_prices_alone(basis.evidence):
        # A budget is set at the prices of its year as often as a series is deflated to them.
        said = asks.one_of(
            "counted",
            f"{asks.grid.name!r} states amounts at the prices of one year: {basis.evidence}. Is this the money of the "
            "budget, or money that is shown at other prices?",
            (("yes", "The money of the budget: count it"), ("no", "The same money at other prices: leave it out")),
            "",
            asks.key,
            assumed="yes",
        )
        return Belief(value=said, confidence=0.5, evidence=f"it is at the prices of one year: {basis.evidence}")
    if basis.value != "cash":
        return Belief(value="no", confidence=basis.confidence, evidence=f"it is in real terms: {basis.evidence}")
    return Belief(value="yes", confidence=0.8, evidence="it is in cash, and no other table is known to hold its money")
