"""Pages of one table on which figures stand beside their headers and not below them: a header over nothing, and figures
below none. Whether these are of each other, in their order, nobody but a person knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from importers.structure.grid import Kind
from importers.structure.pages import Page


@dataclass(frozen=True)
class Slip:
    """A header over nothing, with its cell, and the cell of a figure without a header on the same page."""

    header: str
    header_cell: str
    figure_cell: str


def find_slip(runs: Sequence[Sequence[Page]]) -> Slip | None:
    """The first page among some whose figures slipped; None where there is none."""
    return next((slip for run in runs for page in run if (slip := _slip_of(page)) is not None), None)


def give_in_order(run: Sequence[Page]) -> list[Page]:
    """Pages that say the same in their headers, each header of a slipped one given the figures that stand in its order;
    the same pages where none has each of its headers over figures, or another has more figures than headers.
    """
    whole = next((page for page in run if _is_whole(page)), None)
    if whole is None:
        return list(run)
    given = [() if _slip_of(page) is None else _in_order(page, whole) for page in run]
    if any(columns is None for columns in given):
        return list(run)
    return [replace(page, given=columns) if columns else page for page, columns in zip(run, given, strict=True)]


def _is_whole(page: Page) -> bool:
    """Whether every header of a page has something below it, and figures without one stand left of all others alone."""
    first = next((head.column for head in page.named if page.kind(head.column) == "figures"), -1)
    return all(head.column in page.columns for head in page.named) and all(c < first for c in _unnamed_figures(page))


def _unnamed_figures(page: Page) -> list[int]:
    return [c for columns in page.unnamed for c in columns if page.kind(c) == "figures"]


def _slip_of(page: Page) -> Slip | None:
    """The header over nothing and the figures without a header of a page that has both."""
    empty = [head for head in page.named if head.column not in page.columns]
    # The numbers of rows stand left of all figures, and so may those that slipped: the last are sure to be amounts.
    figures = _unnamed_figures(page)
    if not empty or not figures:
        return None
    rows = page.block.body[np.equal(page.grid.kinds[page.block.body, figures[-1]], Kind.NUMBER)]
    row = page.block.header_rows[empty[0].place]
    return Slip(empty[0].text, page.grid.address(row, empty[0].column), page.grid.address(int(rows[0]), figures[-1]))


def _in_order(page: Page, whole: Page) -> tuple[int, ...] | None:
    """The column that each header of a page is of, by the order of figures on another; None where they do not fit."""
    numbers = len(_unnamed_figures(whole))
    figures = iter([c for c in sorted(page.columns) if page.kind(c) == "figures"][numbers:])
    words = [[c for c in sorted(each.columns) if each.kind(c) != "figures"] for each in (page, whole)]
    given: list[int] = []
    for head, other in zip(page.named, whole.named, strict=True):
        if whole.kind(other.column) == "figures":
            given.append(next(figures, -1))
        elif head.column in words[0]:
            given.append(head.column)
        elif len(words[0]) == len(words[1]):
            given.append(words[0][words[1].index(other.column)])
        else:
            return None
    rising = all(a < b for a, b in zip([-1, *given], given, strict=False))
    return tuple(given) if rising and next(figures, None) is None else None
