"""Whose budget a table is, as columns, titles, headings and the sheet name it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from budget_align.core.returns.reading import Belief, TableAnswers
from budget_align.core.values.fiscal_year import says_year
from importers.evidence.asking import Asks
from importers.evidence.column import Column
from importers.evidence.stated_unit import ROWS_OF_TOTALS
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import row_words, title_words, vocabulary
from importers.words.unit_words import find_unit

SURE_OF_BODY: Final = 0.9
"""From this confidence on what names a body goes before headings over rows."""

_NAME_ALONE: Final = 0.5


def settle_body(
    grid: Grid,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    body: Belief,
    asks: Asks,
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


def headings_name_bodies(grid: Grid, block: Block, columns: Sequence[Column]) -> bool:
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


def read_body(
    grid: Grid,
    block: Block,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    answers: TableAnswers,
    notes: Sequence[str],
) -> Belief:
    """Whose budget the table is, as its column, the corner of its header and what stands around it say."""
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
        if sure >= SURE_OF_BODY:
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
    texts = [grid.text(row, c) for row in block.data[-ROWS_OF_TOTALS:].tolist() for c in labels]
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
