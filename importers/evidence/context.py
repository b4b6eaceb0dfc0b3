"""What a workbook says beside its tables: whose budget it is, at what stage, in what unit and for which year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.returns.budget_line import STAGES
from budget_align.core.returns.reading import Belief, TableAnswers, Topic
from budget_align.core.values.fiscal_year import read_year, says_year
from budget_align.core.values.money import SCALES, Currency, Unit
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.row_dimensions import headings_are_stages, names_hold_years
from importers.evidence.row_units import rows_leave_scale_open
from importers.structure.grid import Grid, address, letter
from importers.structure.layout import Block
from importers.words import row_words, title_words, vocabulary
from importers.words.income_words import names_income
from importers.words.lexicon import Meaning
from importers.words.unit_words import find_bare_scale, find_unit, says_unknown_scale

_CELLS_OF_NOTES = 400
_CELLS_BELOW = 60
_SURE_OF_HEADER = 0.8
_TITLE_LENGTH = 200
_CORNER_LENGTH = 40
_ROWS_OF_STAGES = 500
_ROWS_OF_TOTALS = 60
_SURE_OF_BODY = 0.9
_NAME_ALONE = 0.5
_NOTE_SAYS = "a note in the workbook"


@dataclass(frozen=True)
class Context:
    """What holds for all lines of one table, each with its evidence, and what nobody but a person can settle.

    Attributes:
        unit_settled: the unit goes before what the headers of the amounts say: a person said so, or the cells' format.
        year_text: what said the table's year, where it was not each column or row.
        body_in_headings: the outermost heading over a line names its body.
        is_money: false where the table itself says that its figures are percentages or counts.
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
) -> Context:
    """What the table's titles, headers, sheet and workbook say of it, nearest first; a person's answers fill what they
    leave open, and where they say otherwise that is a choice. What the name of the file says is only ever asked about.
    """
    file_says = _SEPARATORS.sub(" ", _ENDING.sub("", file_name)).strip()
    decisions = decisions or Decisions()
    amounts = [column for column in columns if column.role == "amount"]
    titles = _read_titles(grid, block, min((column.index for column in amounts), default=0))
    carried = _read_carried(grid, block)
    written_unit, unit_belief = _read_written_unit(grid, block, columns, titles, carried, notes, answers)
    stated_unit, unit_belief = _unscale(grid, block, amounts, written_unit, unit_belief)
    is_money = _tells_money(columns, titles, unit_belief, answers)
    asks = _Asks(grid, key, decisions, is_money and bool(amounts))
    body = _read_body(grid, block, columns, [*titles, *carried], answers, notes)
    in_headings = not answers.body and body.confidence < _SURE_OF_BODY and _headings_name_bodies(grid, block, columns)
    body = _settle_body(grid, columns, titles, body, asks, in_headings=in_headings)
    throughout = _said_throughout(grid, block, columns, file_says)
    stage = _read_stage(grid, columns, [*titles, *carried], notes, throughout, answers)
    if headings_are_stages(grid, block) and not answers.stage and all(not column.stage for column in amounts):
        stage = Belief(value="budget", confidence=0.9, evidence="the headings name the stage of the rows below them")
    if not stage.value:
        prompt = f"Is sheet {grid.name!r} a plan, a budget, a forecast or an outturn?"
        said = asks.one_of("stage", prompt, _STAGES, "budget")
        stage = Belief(value=said, confidence=0.0, evidence="nothing in the workbook says")
    unit, unit_belief = _settle_unit(stated_unit, unit_belief, answers, asks)
    year = _read_year(grid, titles, [*_corner_texts(columns), *carried], notes)
    dated = _is_dated(grid, block, columns, amounts)
    fiscal_year = _settle_year(grid, year, answers, asks, file_says, dated=dated)
    corner = next((column.header for column in columns if column.role == "programme"), "")
    title = next((text for _, text in titles), corner)
    names = tuple(dict.fromkeys(name for name in (body.value, title, corner, grid.name) if name))
    basis = _read_price_basis(titles)
    return Context(
        body,
        stage,
        _read_flow(titles, columns, throughout, answers, asks),
        _read_version(titles, grid.name, answers),
        unit,
        unit_belief,
        basis,
        _read_counted(basis, answers, is_money, asks, prices=_are_prices(grid, block, columns, titles, unit)),
        in_headings,
        is_money,
        fiscal_year,
        title,
        names,
        year_text=year.text if fiscal_year == year.year and answers.year_otherwise is None else "",
        unit_settled=not _are_alike(written_unit, unit),
    )


def _read_written_unit(
    grid: Grid,
    block: Block,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    carried: Sequence[tuple[str, str]],
    notes: Sequence[str],
    answers: TableAnswers,
) -> tuple[Unit, Belief]:
    """The unit that is written of the table, else that which its cells hold each for itself."""
    unit, belief = _read_unit(
        columns,
        titles,
        carried,
        notes,
        answers,
        grid.terms.currency,
        _texts_below(grid, block),
        _texts_beside(grid, block),
        scale_open=rows_leave_scale_open(grid, block, columns),
    )
    amounts = [column for column in columns if column.role == "amount"]
    if not belief.value and (evidence := _scaled_by_cells(grid, block, amounts)):
        belief = Belief(value="units", confidence=0.9, evidence=evidence)
    return unit, belief


def _tells_money(
    columns: Sequence[Column], titles: Sequence[tuple[str, str]], unit: Belief, answers: TableAnswers
) -> bool:
    """Whether the amounts are money, and no shares, measures or amounts a head, as titles and headers say."""
    amounts = any(column.role == "amount" for column in columns)
    share = next((where for where, text in titles if vocabulary.says_share(text)), "") if amounts else ""
    if share and not (unit.value and unit.evidence != _NOTE_SAYS) and not answers.unit:
        return False
    headed = [column.header for column in columns if column.role in _NAMING] + [text for _, text in titles[-1:]]
    if any(row_words.says_measures_heading(text) and len(text.split()) > 1 for text in headed):
        return False
    return bool(answers.unit) or not any(vocabulary.says_per_head(text) for _, text in titles)


def _settle_body(
    grid: Grid,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    body: Belief,
    asks: _Asks,
    *,
    in_headings: bool,
) -> Belief:
    """Whose budget the table is: left to its headings where these name bodies, asked about where nothing names one."""
    if in_headings:
        return Belief(value="", confidence=0.75, evidence="the headings over the rows name bodies")
    if body.value or any(column.role == "body" for column in columns):
        return body
    said = asks.words("body", f"Whose budget is the table of sheet {grid.name!r}?", _guess_body(grid, titles))
    return Belief(value=said, confidence=0.0, evidence="nothing in the sheet names it for certain")


def _is_dated(grid: Grid, block: Block, columns: Sequence[Column], amounts: Sequence[Column]) -> bool:
    """Whether columns, headings or names of lines say of every amount in which year it is."""
    if any(_says_years(grid, block, c) for c in columns) or all(c.fiscal_year is not None for c in amounts):
        return True
    return _headings_are_years(grid, block) or names_hold_years(grid, block, columns)


_ENDING = re.compile(r"\.\w{2,5}$")
_SEPARATORS = re.compile(r"[_.\s]+|(?<!\d)-|-(?!\d)")

_STAGES = tuple((stage, stage.capitalize()) for stage in STAGES)
_UNIT_OPTIONS = (
    ("units", "Whole units of currency"),
    ("thousands", "Thousands"),
    ("millions", "Millions"),
    ("billions", "Billions"),
)
_MULTIPLIERS = {"units": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}


def _unscale(grid: Grid, block: Block, amounts: Sequence[Column], unit: Unit, belief: Belief) -> tuple[Unit, Belief]:
    """The unit of what cells hold, where their format alone shows them in the thousands or millions of the titles."""
    if unit.multiplier == 1 or not amounts or not grid.formats.size:
        return unit, belief
    shown = [grid.number_format(int(row), c.index).scale for c in amounts for row in block.data[:_ROWS_OF_TOTALS]]
    if sum(scale == unit.multiplier for scale in shown) * 2 <= len(shown):
        return unit, belief
    evidence = f"{belief.evidence}, as the cells' format shows them; they hold whole units"
    return Unit(unit.currency), Belief(value="units", confidence=0.9, evidence=evidence)


def _scaled_by_cells(grid: Grid, block: Block, amounts: Sequence[Column]) -> str:
    """How the cells of the amounts say their own scale, so that no other holds for them; empty where they do not."""
    cells = [(int(row), c.index) for c in amounts for row in block.data[:_ROWS_OF_TOTALS]]
    cells = [cell for cell in cells if grid.numbers[cell] != 0 and not np.isnan(grid.numbers[cell])]
    if not cells:
        return ""
    if sum(cell in grid.scales for cell in cells) >= _NEARLY_ALL * len(cells):
        return "each amount is written with its own scale"
    if _written_to_the_penny(grid, cells):
        return "each amount is written with its currency, to the penny"
    shown = grid.formats.size and sum(grid.number_format(*cell).scale > 1 for cell in cells)
    return (
        "the cells hold whole units, which their format shows in a scale" if shown >= _NEARLY_ALL * len(cells) else ""
    )


def _written_to_the_penny(grid: Grid, cells: Sequence[tuple[int, int]]) -> bool:
    """Whether a currency stands beside nearly all of some amounts, and many have pennies, as thousands have not."""
    signed = sum(grid.symbol_of[cell] > 0 for cell in cells)
    with_pennies = sum(grid.numbers[cell] % 1 != 0 for cell in cells)
    return len(cells) >= _FEWEST_CELLS and signed >= _NEARLY_ALL * len(cells) and 4 * with_pennies >= len(cells)


_NEARLY_ALL = 0.9
_FEWEST_CELLS = 5


@dataclass(frozen=True)
class _Asks:
    """Asks what a table leaves open, where it holds money."""

    grid: Grid
    key: str
    decisions: Decisions
    holds_money: bool

    def one_of(
        self,
        topic: Topic,
        prompt: str,
        options: tuple[tuple[str, str], ...],
        guess: str,
        about: str = "",
        *,
        assumed: str = "",
    ) -> str:
        """The option that holds; asked once for a workbook, or once for what it is about."""
        if not self.holds_money:
            return guess or assumed
        name = choice_id(topic, about) if about else topic
        return self.decisions.take(Choice(name, topic, self.grid.name, self.key, prompt, options, guess, assumed))

    def words(self, topic: Topic, prompt: str, guess: str) -> str:
        """What a person says in words of their own."""
        return self.one_of(topic, prompt, (), guess) if self.holds_money else ""


@dataclass(frozen=True)
class _Year:
    """The year that a table's titles, sheet or notes state, and the text that does."""

    year: int | None
    text: str
    in_title: bool


def _settle_unit(stated: Unit, belief: Belief, answers: TableAnswers, asks: _Asks) -> tuple[Unit, Belief]:
    """The unit that holds: as the workbook states, as a person says where it is silent, a choice where they differ."""
    said = answers.unit_otherwise
    if belief.value == "in each row":
        return stated, belief
    if not belief.value:
        if said is not None:
            return said, Belief(value=str(said), confidence=1.0, evidence="a person said so")
        # Nothing tells units from thousands, and a guess would be wrong by a factor of a thousand.
        value = asks.one_of("unit", _UNIT_PROMPT.format(asks.grid.name), _UNIT_OPTIONS, "", assumed="units")
        return Unit(multiplier=_MULTIPLIERS[value]), Belief(value=value, confidence=0.0, evidence=_NOTHING_SAYS)
    if said is None or answers.unit is not None or _are_alike(said, stated):
        return stated, belief
    value = asks.one_of(
        "unit",
        f"The amounts of {asks.grid.name!r} were said to be in {_scale_of(said)}, and the workbook "
        f"says {_scale_of(stated)}: {belief.evidence}. Which is right?",
        (
            ("stated", f"{_scale_of(stated).capitalize()}, as the workbook says"),
            ("said", f"{_scale_of(said).capitalize()}, as was said"),
        ),
        "stated",
        f"{stated}/{said}",
    )
    if value == "stated":
        return stated, belief
    return Unit(stated.currency, said.multiplier), Belief(value=str(said), confidence=1.0, evidence="a person said so")


def _are_alike(one: Unit, other: Unit) -> bool:
    return (one.multiplier, one.in_minor) == (other.multiplier, other.in_minor)


def _scale_of(unit: Unit) -> str:
    return str(unit) if unit.in_minor else SCALES.get(unit.multiplier, str(unit))


_UNIT_PROMPT = "Are the amounts of sheet {!r} in units, thousands or millions?"
_NOTHING_SAYS = "nothing in the workbook says"


def _settle_year(
    grid: Grid, stated: _Year, answers: TableAnswers, asks: _Asks, file_says: str, *, dated: bool
) -> int | None:
    """The year of lines whose column and row say none."""
    said = answers.year_otherwise
    if answers.fiscal_year is not None:
        return answers.fiscal_year
    if stated.year is None:
        if said is not None or dated:
            return said
        named = grid.terms.calendar.find_years(file_says)
        guess = grid.terms.year(named[0]) if len(named) == 1 else ""
        by_name = f" The name of the file says {guess}." if guess else ""
        written = asks.words("year", f"Which fiscal year are the amounts of {grid.name!r} for?{by_name}", guess)
        return read_year(written, grid.terms.calendar) if written else None
    if said is None or said == stated.year or dated or not stated.in_title:
        return stated.year if said is None or stated.in_title else said
    may_be = [found for found in grid.terms.calendar.find(stated.text) if not found.certain]
    if any(found.written in (said, said + 1) for found in may_be):
        return said
    label = grid.terms.year
    value = asks.one_of(
        "year",
        f"The amounts of {grid.name!r} were said to be of {label(said)}, and the workbook says {label(stated.year)}: "
        f"{stated.text[:60]!r}. Which is right?",
        (("stated", f"{label(stated.year)}, as the workbook says"), ("said", f"{label(said)}, as was said")),
        "stated",
        f"{stated.year}/{said}",
    )
    return stated.year if value == "stated" else said


def _headings_are_years(grid: Grid, block: Block) -> bool:
    """Whether a table begins with a heading that is a year, and every heading over its rows is one."""
    headings = block.headings
    if not headings or headings[0] > block.data[0]:
        return False
    said = [[grid.text(row, c) for c in block.columns if grid.text(row, c)] for row in headings]
    return all(
        len(texts) == 1 and len(grid.terms.calendar.find_years(texts[0])) == 1 and len(texts[0]) < 20 for texts in said
    )


def _says_years(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column says of each row which year it is."""
    if column.role == "stage":
        words = set(grid.said(block.data[:_ROWS_OF_STAGES].tolist(), column.index)) - {""}
        return bool(words) and all(len(grid.terms.calendar.find_years(word)) == 1 for word in words)
    return column.role == "year"


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
        if len(text) <= _TITLE_LENGTH:
            titles.append((address(row, column), text))
    for row in block.headers[:-1]:
        # A title that stands right on top of the headers.
        column = next((c for c in block.columns if grid.filled[row, c]), first)
        if column < first and len(text := grid.text(row, column)) <= _TITLE_LENGTH:
            titles.append((address(row, column), text))
    return titles


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
    said = [(address(row, column), grid.text(row, column)) for row, column in block.carried]
    return [(where, text) for where, text in said if len(text) <= _TITLE_LENGTH]


def _read_price_basis(titles: Sequence[tuple[str, str]]) -> Belief:
    for where, text in titles:
        if vocabulary.says_real_terms(text):
            return Belief(value="real terms", confidence=0.95, evidence=f"cell {where} says {text[:60]!r}")
    return Belief(value="cash", confidence=0.7, evidence="nothing says real terms")


def _are_prices(
    grid: Grid, block: Block, columns: Sequence[Column], titles: Sequence[tuple[str, str]], unit: Unit
) -> bool:
    """Whether the amounts are what one thing costs, as in a schedule of charges: a column says of most rows for what
    each is paid, such as "per hour", or words of prices stand over amounts that are small.
    """
    amounts = [column.index for column in columns if column.role == "amount"]
    for column in block.labels:
        texts = block.texts(grid, column, with_numbers=False)
        per = np.array([bool(_PER.match(word)) for word in texts.words], dtype=bool)
        if per.any() and per[texts.codes].mean() >= _MOSTLY_PER:
            return bool(amounts)
    headers = [column.header for column in columns if column.role == "amount"]
    numbers = np.abs(grid.numbers[np.ix_(block.data, np.array(amounts, dtype=np.int64))])
    if not (numbers > 0).any() or unit.multiplier != 1:
        return False
    said = all(_PRICE.search(header) for header in headers) or any(_PRICES.search(text) for _, text in titles)
    return said and float(np.median(numbers[numbers > 0])) < _LARGEST_PRICE


_PER: Final = re.compile(r"\W*(?:per|each|pro|je|par|por|pr\.?)\b(?!\s*cent)|\W*(?:£|€|\$)\s?/\s?\w", re.IGNORECASE)
_PRICE: Final = re.compile(r"\b(charge|fee|price|tariff|tarif|preis|prix|precio|prezzo|tarifa|prijs)\b", re.IGNORECASE)
_PRICES: Final = re.compile(
    r"\b(schedule of (fees|charges)|fees (and|&) charges|price list|tariffs?|preisliste|tarifs|tarifas|tariffe)\b",
    re.IGNORECASE,
)
_MOSTLY_PER: Final = 0.5
_LARGEST_PRICE: Final = 1_000
"""Half of the prices that people are charged are less, in whole units of money."""


def _read_counted(basis: Belief, answers: TableAnswers, is_money: bool, asks: _Asks, *, prices: bool = False) -> Belief:
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


def _headings_name_bodies(grid: Grid, block: Block, columns: Sequence[Column]) -> bool:
    """Whether most rows that only head others name an organisation, as blocks under the name of each body do."""
    labels = [
        c.index
        for c in columns
        if c.index in block.labels and c.role in ("unit", "programme", "stage", "control", "year")
    ]
    headings = block.headings
    texts = [text for row in headings for text in [next((grid.text(row, c) for c in labels if grid.text(row, c)), "")]]
    named = [text for text in texts if title_words.names_body(text)]
    return len(named) >= 2 and 2 * len(named) > len([text for text in texts if text])


def _read_body(
    grid: Grid,
    block: Block,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    answers: TableAnswers,
    notes: Sequence[str],
) -> Belief:
    if answers.body:
        return Belief(value=answers.body, confidence=1.0, evidence=answers.evidence)
    column = next((column for column in columns if column.role == "body"), None)
    corner = _corner(grid, block, columns, notes)
    if column is not None:
        said = [text for text in dict.fromkeys(grid.said(block.data[:2_000].tolist(), column.index)) if text]
        if len(said) == 1:
            beside = "; the header over the labels says the same" if corner and corner in said else ""
            evidence = f"column {column.letter} says so in every row{beside}"
            return Belief(value=said[0], confidence=0.95 if beside else column.confidence, evidence=evidence)
        return Belief(value="", confidence=column.confidence, evidence=f"column {column.letter} names each row's body")
    return _read_body_around(grid, block, titles, corner, answers.body_otherwise) or Belief(
        value="", confidence=0.0, evidence="nothing in the sheet names it for certain"
    )


def _read_body_around(
    grid: Grid, block: Block, titles: Sequence[tuple[str, str]], corner: str, otherwise: str
) -> Belief | None:
    """The body as titles, corner, sheet and totals name it; None where none of them does for certain."""
    named = [(where, *title_words.body_in_title(text)) for where, text in titles]
    for where, name, sure in named:
        if sure >= _SURE_OF_BODY:
            return Belief(value=name, confidence=sure, evidence=f"cell {where} labels it")
    if corner:
        return Belief(value=corner, confidence=0.7, evidence="the header over the labels")
    for where, name, sure in named[:3]:
        if sure > _NAME_ALONE:
            return Belief(value=name, confidence=sure, evidence=f"the title in cell {where}")
    sheet = "" if title_words.is_generic(grid.name) else grid.name
    totals = {row_words.without_total(text) for text in _total_labels(grid, block)}
    for where, name, _ in named[:3]:
        folded = row_words.fold_label(name)
        if name and (folded == row_words.fold_label(sheet) or folded in totals):
            beside = "the name of the sheet" if folded == row_words.fold_label(sheet) else "a total of the same name"
            return Belief(value=name, confidence=0.7, evidence=f"the title in cell {where}, and {beside}")
    if otherwise:
        return Belief(value=otherwise, confidence=1.0, evidence="a person said so")
    if sheet and (title_words.names_body(sheet) or row_words.fold_label(sheet) in totals):
        return Belief(value=sheet, confidence=0.6, evidence="the name of the sheet")
    return None


def _guess_body(grid: Grid, titles: Sequence[tuple[str, str]]) -> str:
    """What may be the body's name, for a person to confirm: a title that is only a name, or the sheet's name."""
    names = [title_words.body_in_title(text)[0] for _, text in titles[:3]]
    return next((name for name in names if name), "" if title_words.is_generic(grid.name) else grid.name)


def _total_labels(grid: Grid, block: Block) -> list[str]:
    """What the rows that are called totals say, from the table's last rows up."""
    labels = [c for c in block.labels if c < min(block.values)]
    texts = [grid.text(row, c) for row in block.data[-_ROWS_OF_TOTALS:].tolist() for c in labels]
    return [text for text in texts if row_words.says_total(text)]


def _corner(grid: Grid, block: Block, columns: Sequence[Column], notes: Sequence[str]) -> str:
    """A name in the header over the labels, where a word such as "Programme" would stand: that of the sheet, of an
    organisation, or one that a total of the table or the workbook's contents page repeats.
    """
    column = next((column for column in columns if column.role == "programme"), None)
    if column is None or not column.header or vocabulary.find_role(column.header) or says_year(column.header):
        return ""
    if find_unit(column.header) or len(column.header) > 100:
        return ""
    name = row_words.fold_label(column.header)
    repeated = {row_words.without_total(text) for text in _total_labels(grid, block)}
    repeated |= {row_words.fold_label(note) for note in notes}
    known = name == row_words.fold_label(grid.name) or name in repeated
    return column.header if known or title_words.names_body(column.header) else ""


def _read_stage(
    grid: Grid,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    notes: Sequence[str],
    throughout: Sequence[tuple[str, str]],
    answers: TableAnswers,
) -> Belief:
    amounts = [column for column in columns if column.role == "amount"]
    if answers.stage:
        return Belief(value=answers.stage, confidence=1.0, evidence=answers.evidence)
    own = {column.stage for column in amounts}
    if amounts and "" not in own:
        said = " and ".join(sorted(own))
        return Belief(value=amounts[-1].stage, confidence=0.95, evidence=f"the headers of the amounts say {said}")
    for where, text in titles:
        if vocabulary.find_stage(text):
            return Belief(
                value=vocabulary.find_stage(text), confidence=0.9, evidence=f"cell {where} says {text[:60]!r}"
            )
    for column in columns:
        if column.stage and column.role == "total":
            evidence = f"the header of column {column.letter} says {column.header!r}"
            return Belief(value=column.stage, confidence=0.85, evidence=evidence)
        if column.role == "stage":
            return Belief(value="budget", confidence=0.9, evidence=f"column {column.letter} names each row's stage")
    if every_row := [(w, text) for w, text in throughout if _says_stage_throughout(w, text, columns)]:
        where, text = every_row[0]
        return Belief(value=vocabulary.find_stage(text), confidence=0.85, evidence=f"{where} says {text[:60]!r}")
    for source, texts in (("the name of the sheet", [grid.name]), ("a note in the workbook", notes)):
        for text in texts:
            if vocabulary.find_stage(text):
                return Belief(
                    value=vocabulary.find_stage(text), confidence=0.7, evidence=f"{source} says {text[:60]!r}"
                )
    return Belief(value="", confidence=0.0, evidence="nothing in the workbook says")


def _says_stage_throughout(where: str, text: str, columns: Sequence[Column]) -> bool:
    """Whether every row of a column says one stage; how far an application has come is none of its money."""
    header = next((c.header for c in columns if where == f"every row of column {c.letter}"), None)
    return header is not None and vocabulary.is_stage(text) and not _PROGRESS.search(header)


_PROGRESS: Final = re.compile(
    r"\b(status|state|estado|statut|[eé]tat|stato|situa\w*|stand|zustand|stav|decision|d[eé]cision)\b", re.I
)
"""What heads words for how far an application or a payment has come: requested, approved, paid."""


def _read_flow(
    titles: Sequence[tuple[str, str]],
    columns: Sequence[Column],
    throughout: Sequence[tuple[str, str]],
    answers: TableAnswers,
    asks: _Asks,
) -> Belief:
    """Which way the money of the table goes, where neither its columns nor its rows say so. A title that speaks of
    income among other words, as "income from fees" does and "income support" too, leaves that open; so do a word for
    it that a column says in every row and no other of what is spent, and what the name of the file ends in.
    """
    if answers.flow:
        return Belief(value=answers.flow, confidence=1.0, evidence=answers.evidence)
    told = any(c.flow for c in columns if c.role in ("amount", "total")) or any(c.role == "flow" for c in columns)
    named = [(f"cell {where}", text) for where, text in titles] + [("the name of the sheet", asks.grid.name)]
    named += [("a header", c.header) for c in columns if c.role in _NAMING and len(c.header) <= _TITLE_LENGTH]
    american = asks.grid.terms.currency.code == "USD"
    for where, text in named:
        flow = vocabulary.find_flow(text)
        if flow and (american or not vocabulary.says_bare_revenue(text)):
            return Belief(value=flow, confidence=0.8, evidence=f"{where} says {text[:60]!r}")
    for where, text in [] if told else [*named, *throughout]:
        said = [flow for flow in _RECEIVED if vocabulary.may_say_flow(flow, text)]
        if said and not vocabulary.may_say_flow("expenditure", text):
            place = f"{where[0].upper()}{where[1:]} of {asks.grid.name!r} says"
            place = f"A {where.rpartition(' ')[2]} is called" if where.startswith("the name") else place
            value = asks.one_of(
                "flow",
                f"{place} {text[:80]!r}. Is its money spent or received?",
                (("expenditure", "Spent"), ("income", "Received"), ("financing", "Financing: borrowed or lent")),
                said[0],
                text,
            )
            return Belief(value=value, confidence=0.5, evidence=f"{where} says {text[:60]!r}")
    return Belief(value="expenditure", confidence=0.7, evidence="nothing says income or financing")


def _said_throughout(grid: Grid, block: Block, columns: Sequence[Column], file_says: str) -> list[tuple[str, str]]:
    """What speaks of every row, with where it stands: the one word of a column of labels, or of each of its few words
    one that says the same flow; the headers of all amounts; the name of the row that totals all others; that of the
    file, where no row speaks of any flow.
    """
    found: list[tuple[str, str]] = []
    spent = False
    for column in columns:
        codes = grid.codes[block.data, column.index]
        if column.index not in block.labels or not len(codes) or not codes.all():
            continue
        distinct = [grid.vocabulary[code] for code in pd.unique(codes).tolist()]
        spent |= len(distinct) <= _FEW_WORDS and all(map(_says_spent, distinct))
        if len(distinct) == 1:
            found.append((f"every row of column {column.letter}", distinct[0]))
        elif len(distinct) <= _FEW_WORDS and _say_one_flow([grid.vocabulary[code] for code in codes.tolist()]):
            found.append((f"column {column.letter}", next(word for word in distinct if _say_one_flow([word]))))
    headers = [column.header for column in columns if column.role == "amount"]
    if headers and _say_one_flow(headers):
        found.append(("the header of every amount", headers[0]))
    wholes = [column.header for column in columns if column.role == "total"]
    if wholes and _say_one_flow(wholes):
        found.append(("the header of their total", wholes[0]))
    if spent:
        found = [(where, text) for where, text in found if not _say_one_flow([text])]
    by_file = names_income(vocabulary.without_year_and_unit(file_says)) and not _rows_speak(
        grid, block, (*_OTHERWISE, "income")
    )
    named = [("the name of the file", file_says)] if by_file else []
    return [*found, *_said_by_total(grid, block), *named]


def _says_spent(text: str) -> bool:
    return vocabulary.may_say_flow("expenditure", text) and not _say_one_flow([text])


def _say_one_flow(texts: Sequence[str]) -> bool:
    """Whether nearly all texts have a word of what is received, or of financing, and none one of what is spent."""
    often = Counter(texts)
    if any(vocabulary.may_say_flow("expenditure", text) for text in often):
        return False
    said = max(sum(n for text, n in often.items() if vocabulary.may_say_flow(flow, text)) for flow in _RECEIVED)
    return said >= _NEARLY_ALL * len(texts)


def _said_by_total(grid: Grid, block: Block) -> list[tuple[str, str]]:
    """The name of the last row of a table, or of its first, where it calls itself a total; none where other rows speak
    of money that goes another way, as those of a statement do.
    """
    if _rows_speak(grid, block, _OTHERWISE):
        return []
    ends = [(int(row), grid.text(int(row), column)) for row in block.data[[-1, 0]] for column in block.labels]
    return [(f"row {row + 1}", text) for row, text in ends if row_words.says_total(text) and len(text) <= _TOTAL_NAME]


def _rows_speak(grid: Grid, block: Block, flows: Sequence[Meaning]) -> bool:
    """Whether any row of a table has a word of one of some flows."""
    words = grid.words(block.body, block.labels)
    return any(vocabulary.may_say_flow(flow, word) for flow in flows for word in words)


_OTHERWISE: tuple[Meaning, ...] = ("expenditure", "financing")
_FEW_WORDS = 8
_NEARLY_ALL = 0.9
_TOTAL_NAME = 60


_NAMING = ("unit", "programme", "account")
_RECEIVED: tuple[Meaning, ...] = ("income", "financing")


def _read_version(titles: Sequence[tuple[str, str]], sheet: str, answers: TableAnswers) -> Belief:
    """Which version of its stage a table states, where its columns do not say so."""
    if answers.version:
        return Belief(value=answers.version, confidence=1.0, evidence=answers.evidence)
    for where, text in [*((f"cell {where}", text) for where, text in titles), ("the name of the sheet", sheet)]:
        version = vocabulary.find_version(text)
        if version:
            return Belief(value=version, confidence=0.8, evidence=f"{where} says {text[:60]!r}")
    return Belief(value="original", confidence=0.7, evidence="nothing says that it was revised")


def _texts_below(grid: Grid, block: Block) -> list[str]:
    """What is said below a table in its sheet, and in short notes within it."""
    last = int(block.body[-1])
    cells = [(int(r), int(c)) for r, c in np.argwhere(grid.worded[last + 1 :])[:_CELLS_BELOW]]
    said = [grid.text(last + 1 + row, column) for row, column in cells]
    return said + [grid.text(*where) for where in block.notes]


def _texts_beside(grid: Grid, block: Block) -> list[tuple[str, str]]:
    """What else may say a table's unit, with its place: the headers and the totals of its labels, and the sheet."""
    headers = [(f"the header of column {letter(c)}", " ".join(block.header_texts(grid, c))) for c in block.labels]
    totals = [
        (f"cell {address(int(row), c)}", grid.text(int(row), c))
        for c in block.labels
        for row in block.body[-_ROWS_OF_TOTALS:]
        if row_words.says_total(grid.text(int(row), c))
    ]
    return [*headers, *totals, ("the name of the sheet", grid.name)]


def _read_unit(
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    carried: Sequence[tuple[str, str]],
    notes: Sequence[str],
    answers: TableAnswers,
    home: Currency,
    below: Sequence[str] = (),
    beside: Sequence[tuple[str, str]] = (),
    *,
    scale_open: bool,
) -> tuple[Unit, Belief]:
    amounts = [column for column in columns if column.role in ("amount", "total")]
    own = [column.unit for column in amounts if column.unit]
    if own and len(own) == len(amounts):
        units = list(dict.fromkeys(own))
        said = " and ".join(map(str, units))
        return units[0], Belief(value=said, confidence=0.95, evidence="the headers of the amounts say so")
    in_rows = next((column for column in columns if column.role == "row_unit" and not scale_open), None)
    if in_rows is not None:
        said = f"column {in_rows.letter} says so in each row"
        return Unit(), Belief(value="in each row", confidence=in_rows.confidence, evidence=said)
    if answers.unit:
        return answers.unit, Belief(value=str(answers.unit), confidence=1.0, evidence=answers.evidence)
    sources: list[tuple[str, str, float]] = [(f"cell {where}", text, 0.9) for where, text in titles]
    sources += [(f"the header of column {c.letter}", c.header, 0.8) for c in amounts]
    # The corner above the labels may say it for all columns.
    sources += [(f"the header of column {c.letter}", c.header, 0.8) for c in columns if c.role in _NAMING]
    sources += [("a note below the table", text, 0.8) for text in below if vocabulary.says_unit_alone(text, home)]
    sources += [(where, text, 0.8) for where, text in beside]
    sources += [(f"cell {where}", text, 0.85) for where, text in carried]
    sources += [(_NOTE_SAYS, text, 0.6) for text in notes]
    doubtful = any(says_unknown_scale(text, home) for where, text, _ in sources if where != _NOTE_SAYS)
    for where, text, sure in sources:
        unit = find_unit(text, home) or (find_bare_scale(text) if sure > _SURE_OF_HEADER else None)
        if unit and not (doubtful and unit.multiplier == 1):
            return unit, Belief(value=str(unit), confidence=sure, evidence=f"{where} says {text[:60]!r}")
    return Unit(), Belief(value="", confidence=0.0, evidence="nothing in the workbook says")


def _read_year(
    grid: Grid, titles: Sequence[tuple[str, str]], carried: Sequence[tuple[str, str]], notes: Sequence[str]
) -> _Year:
    """The one year that the titles state, else those of the tables above, the sheet's name, the notes of the
    workbook.
    """
    above = [([text], True) for _, text in carried]
    places = [([text for _, text in titles], True), *above, ([grid.name], True), (list(notes), False)]
    for texts, in_title in places:
        found = {year: text for text in reversed(texts) for year in grid.terms.calendar.find_years(text)}
        if len(found) == 1:
            ((year, text),) = found.items()
            return _Year(year, text, in_title)
        if found and in_title:
            break
    return _Year(None, "", False)
