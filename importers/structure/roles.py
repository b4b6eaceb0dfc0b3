"""Says of every filled cell of a sheet whether it is a title, a header, a label, a figure, one made of other figures,
or a note.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from importers.structure.block import Block
from importers.structure.grid import Address, Bytes, Grid, Ints, Kind
from importers.structure.region import find_references, without_references
from importers.words import row_words, vocabulary
from importers.words.unit_words import find_unit

TITLE, HEADER, LABEL, DATA, DERIVED, NOTE = range(1, 7)
NAMES: Final = {TITLE: "title", HEADER: "header", LABEL: "label", DATA: "data", DERIVED: "derived", NOTE: "note"}

_LINE_OF_PROSE: Final = 45
"""Prose that is broken over rows has lines of this length on average, but for the last one."""


def place_roles(roles: Bytes, grid: Grid, block: Block, naming: Collection[int], prose: Collection[int]) -> None:
    """Writes the roles of one table's cells, its titles and notes among them.

    Args:
        roles: the role of each cell of the sheet, changed in place.
        grid: the sheet.
        block: the table.
        naming: columns of numbers that name rows, such as codes.
        prose: columns of words that explain rows and do not name them.
    """
    body = block.body
    first, last = block.columns[0], block.columns[-1]
    inside = np.s_[first : last + 1]
    kinds = grid.kinds[body, inside]
    words = np.isin(kinds, (Kind.TEXT, Kind.DATE)) & ~find_references(grid)[body, inside]
    placed = np.where(words, LABEL, DATA).astype(np.uint8)
    for c in block.labels:
        placed[:, c - first] = NOTE if c in prose else LABEL
    for c in naming:
        placed[:, c - first] = LABEL
    roles[body, inside] = placed
    for row in find_section_titles(grid, block):
        roles[row, inside] = TITLE
    corners: list[Address] = []
    for row in (*block.header_rows, *block.repeated_headers):
        roles[row, inside] = HEADER
        for area in grid.merges:
            # A corner that is merged over rows of the header is one of it, wherever it begins.
            if area[0] < row <= area[2] and first <= area[1] <= last:
                corners.append((area[0], area[1]))
    notes = find_headnotes(grid, block.titles)
    for row, c in block.titles:
        roles[row, c] = NOTE if row in notes else TITLE
    for row, c in block.notes:
        roles[row, c] = NOTE
    for row, c in corners:
        roles[row, c] = HEADER


def place_rest(roles: Bytes, grid: Grid, first: int) -> None:
    """Writes the roles of the cells that belong to no table: what stands above the first one is a title or a headnote,
    all else a note.
    """
    rest = grid.filled & (roles == 0)
    above = [(int(r), int(c)) for r, c in np.argwhere(rest[:first])]
    notes = find_headnotes(grid, above)
    for row, c in above:
        roles[row, c] = NOTE if row in notes else TITLE
    roles[grid.filled & (roles == 0)] = NOTE
    roles[~grid.filled] = 0


def find_headnotes(grid: Grid, cells: Sequence[Address]) -> set[int]:
    """Among the cells of text above a table the rows that explain it, and do not name it: references to notes, and
    paragraphs that stand apart from the title.
    """
    rows = sorted({row for row, _ in cells})
    said = {row: " ".join(grid.text(r, c) for r, c in cells if r == row) for row in rows}
    groups: list[list[int]] = []
    for row in rows:
        if groups and row == groups[-1][-1] + 1:
            groups[-1].append(row)
        else:
            groups.append([row])
    notes = {row for row in rows if row_words.says_note(said[row])}
    for group in groups[1:]:
        text = " ".join(said[row] for row in group)
        bracketed = text.startswith(("[", "(")) and find_unit(text) is None
        lines = [len(said[row]) for row in group]
        broken = len(group) > 1 and sum(lines[:-1]) >= _LINE_OF_PROSE * (len(lines) - 1)
        sentence = len(text) >= 2 * _LINE_OF_PROSE and text.rstrip("])").endswith(".")
        if bracketed or broken or sentence:
            notes |= set(group)
    return notes


def find_section_titles(grid: Grid, block: Block) -> list[int]:
    """Rows of the body that name the rows below them as titles do: set apart by a blank row, by capitals or by a
    colon; and not the first line of a label that goes on in the next row.
    """
    others = [c for c in range(block.columns[0], block.columns[-1] + 1) if c not in block.labels]
    has_figure = grid.filled[np.ix_(block.body, np.array(others, dtype=np.int64))].any(axis=1)
    found: list[int] = []
    for place in np.flatnonzero(~has_figure).tolist():
        row = int(block.body[place])
        text = next((grid.text(row, c) for c in block.labels if grid.kinds[row, c] != Kind.EMPTY), "")
        following = block.body[place + 1] if place + 1 < len(block.body) else None
        if not text or following is None:
            continue
        goes_on = next((grid.text(int(following), c) for c in block.labels if grid.kinds[following, c]), "")
        if goes_on[:1].islower() and int(following) == row + 1:
            continue
        bare = without_references(text)
        capitals = bare.isupper() and sum(map(str.isalpha, bare)) > 3
        apart = row == 0 or not grid.filled[row - 1].any() or row - 1 in found
        if bare.endswith(":") or capitals or (apart and int(following) == row + 1):
            found.append(row)
    return found


def says_code(header: str) -> bool:
    """Whether a header calls its column codes, and so names of rows."""
    return vocabulary.find_role(header) in ("unit_code", "programme_code", "account_code")


def names_alone(grid: Grid, rows: Ints, columns: Sequence[int]) -> bool:
    """Whether the words in some columns tell nearly every row from the others."""
    words = {tuple(grid.text(row, c) for c in columns) for row in rows.tolist()}
    return bool(columns) and len(words) >= 0.95 * len(rows)
