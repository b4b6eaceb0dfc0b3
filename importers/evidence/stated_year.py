"""The fiscal year of a table's amounts, as titles, sheet and notes state it, and as it is settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from budget_align.core.returns.reading import TableAnswers
from budget_align.core.values.fiscal_year import read_year
from importers.evidence.asking import Asks
from importers.evidence.column import Column
from importers.evidence.row_dimensions import names_hold_years
from importers.structure.block import Block
from importers.structure.grid import Grid

_ROWS_OF_STAGES: Final = 500


def is_dated(grid: Grid, block: Block, columns: Sequence[Column], amounts: Sequence[Column]) -> bool:
    """Whether columns, headings or names of lines say of every amount in which year it is."""
    if any(_says_years(grid, block, c) for c in columns) or all(c.fiscal_year is not None for c in amounts):
        return True
    return _headings_are_years(grid, block) or names_hold_years(grid, block, columns)


@dataclass(frozen=True)
class StatedYear:
    """The year that a table's titles, sheet or notes state, and the text that does."""

    year: int | None
    text: str
    in_title: bool


def settle_year(
    grid: Grid,
    stated: StatedYear,
    answers: TableAnswers,
    asks: Asks,
    file_says: str,
    beside: Collection[int],
    *,
    dated: bool,
) -> int | None:
    """The year of lines whose column and row say none; `beside`: those that other columns say."""
    said = answers.year_otherwise
    if answers.fiscal_year is not None:
        return answers.fiscal_year
    if stated.year is None:
        if said is not None or dated:
            return said
        named = grid.terms.calendar.find_years(file_says)
        guess = grid.terms.year(named[0]) if len(named) == 1 else ""
        by_name = f" The name of the file says {guess}." if guess else ""
        if len(beside) == 1 and not guess:
            guess = grid.terms.year(next(iter(beside)))
            by_name = f" A column beside them says {guess}."
        written = asks.words("year", f"Which fiscal year are the amounts of {grid.name!r} for?{by_name}", guess)
        return read_year(written, grid.terms.calendar) if written else None
    if said is None or said == stated.year or dated or not stated.in_title:
        return stated.year if said is None or stated.in_title else said
    if any(said in (found.year, found.other) for found in grid.terms.calendar.find(stated.text)):
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


def find_stated_year(
    grid: Grid, titles: Sequence[tuple[str, str]], carried: Sequence[tuple[str, str]], notes: Sequence[str]
) -> StatedYear:
    """The one year that the titles state, else those of the tables above, the sheet's name, the notes of the
    workbook.
    """
    above = [([text], True) for _, text in carried]
    places = [([text for _, text in titles], True), *above, ([grid.name], True), (list(notes), False)]
    for texts, in_title in places:
        found = {year: text for text in reversed(texts) for year in grid.terms.calendar.find_years(text)}
        if len(found) == 1:
            ((year, text),) = found.items()
            return StatedYear(year, text, in_title)
        if found and in_title:
            break
    return StatedYear(None, "", False)
