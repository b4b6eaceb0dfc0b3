"""The unit of a table's amounts, as headers, titles, notes and cells state it, and as it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from budget_align.core.returns.reading import Belief, TableAnswers
from budget_align.core.values.money import SCALES, Currency, Unit
from importers.evidence.asking import Asks
from importers.evidence.column import Column
from importers.evidence.row_units import rows_leave_scale_open
from importers.structure.block import Block
from importers.structure.grid import Grid, letter
from importers.words import row_words, vocabulary
from importers.words.unit_words import find_bare_scale, find_unit, says_unknown_scale

_CELLS_BELOW: Final = 60

_SURE_OF_HEADER: Final = 0.8

ROWS_OF_TOTALS: Final = 60
"""So many of the last rows of a table are looked at for its totals."""

NOTE_SAYS: Final = "a note in the workbook"
"""The evidence of what is said far from any table."""

_UNIT_OPTIONS: Final = (
    ("units", "Whole units of currency"),
    ("thousands", "Thousands"),
    ("millions", "Millions"),
    ("billions", "Billions"),
)

_MULTIPLIERS: Final = {"units": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}

_NEARLY_ALL: Final = 0.9

_FEWEST_CELLS: Final = 5

_UNIT_PROMPT: Final = "Are the amounts of sheet {!r} in units, thousands or millions?"

_NOTHING_SAYS: Final = "nothing in the workbook says"

NAMING: Final = ("unit", "programme", "account")
"""The roles of columns whose header may speak of the whole table, as the corner of it does."""


def read_written_unit(
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


def unscale(grid: Grid, block: Block, amounts: Sequence[Column], unit: Unit, belief: Belief) -> tuple[Unit, Belief]:
    """The unit of what cells hold, where their format alone shows them in the thousands or millions of the titles."""
    if unit.multiplier == 1 or not amounts or not grid.formats.size:
        return unit, belief
    shown = [grid.number_format(int(row), c.index).scale for c in amounts for row in block.data[:ROWS_OF_TOTALS]]
    if sum(scale == unit.multiplier for scale in shown) * 2 <= len(shown):
        return unit, belief
    evidence = f"{belief.evidence}, as the cells' format shows them; they hold whole units"
    return Unit(unit.currency), Belief(value="units", confidence=0.9, evidence=evidence)


def _scaled_by_cells(grid: Grid, block: Block, amounts: Sequence[Column]) -> str:
    """How the cells of the amounts say their own scale, so that no other holds for them; empty where they do not."""
    cells = [(int(row), c.index) for c in amounts for row in block.data[:ROWS_OF_TOTALS]]
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


def settle_unit(stated: Unit, belief: Belief, answers: TableAnswers, asks: Asks) -> tuple[Unit, Belief]:
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
    if said is None or answers.unit is not None or are_alike(said, stated):
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


def are_alike(one: Unit, other: Unit) -> bool:
    """Whether amounts in two units are the same numbers."""
    return (one.multiplier, one.in_minor) == (other.multiplier, other.in_minor)


def _scale_of(unit: Unit) -> str:
    return str(unit) if unit.in_minor else SCALES.get(unit.multiplier, str(unit))


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
        (f"cell {grid.address(int(row), c)}", grid.text(int(row), c))
        for c in block.labels
        for row in block.body[-ROWS_OF_TOTALS:]
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
    sources += [(f"the header of column {c.letter}", c.header, 0.8) for c in columns if c.role in NAMING]
    sources += [("a note below the table", text, 0.8) for text in below if vocabulary.says_unit_alone(text, home)]
    sources += [(where, text, 0.8) for where, text in beside]
    sources += [(f"cell {where}", text, 0.85) for where, text in carried]
    sources += [(NOTE_SAYS, text, 0.6) for text in notes]
    doubtful = any(says_unknown_scale(text, home) for where, text, _ in sources if where != NOTE_SAYS)
    plain = [find_unit(text, home) for _, text in titles if vocabulary.says_unit_alone(text, home)]
    at_home = any(unit is not None and unit.currency == home.code for unit in plain)
    scaled = any(unit is not None and unit.multiplier > 1 for unit in plain)
    for where, text, sure in sources:
        unit = find_unit(text, home) or (find_bare_scale(text) if sure > _SURE_OF_HEADER else None)
        if unit and unit.multiplier == 1 and at_home and unit.currency not in ("", home.code):
            # "(RS)" may be the name of a form: a title that gives the government's own currency goes before it.
            continue
        if unit and unit.multiplier == 1 and scaled and not vocabulary.says_unit_alone(text, home):
            # A name may hold the word for a currency; a cell that states the unit in a scale goes before it.
            continue
        if unit and not (doubtful and unit.multiplier == 1):
            return unit, Belief(value=str(unit), confidence=sure, evidence=f"{where} says {text[:60]!r}")
    return Unit(), Belief(value="", confidence=0.0, evidence="nothing in the workbook says")
