"""Cells that stand alone far beyond the rest of a sheet, such as a row that somebody filled to the sheet's edge: where
a sheet is over the limits only for them, it is read without them, and that is said.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from budget_align.core.returns.reading import Finding, Severity
from importers.files.addresses import Area, address
from importers.files.cell_places import CellPlaces, find_cells
from importers.files.limits import Limits, check_size, is_within


def cut_stray(name: str, part: bytes, limits: Limits) -> tuple[bytes, Area | None]:
    """The part of an .xlsx sheet without what stands alone beyond the limits, and the area that was cut; the same part
    and None for a sheet within them.

    Raises:
        RefusedError: with code too-large: the sheet is over the limits without them too.
    """
    cells = find_cells(part)
    rows, columns = cells.rows[cells.filled], cells.columns[cells.filled]
    if not len(rows) or is_within(int(rows.max()) + 1, int(columns.max()) + 1, limits):
        return part, None
    width = _last_with_company(np.bincount(columns)) + 1
    height = int(rows[columns < width].max(initial=-1)) + 1
    if not is_within(height, width, limits):
        height = _last_with_company(np.bincount(rows[columns < width], minlength=1)) + 1
    if not (width and height):
        width, height = int(columns.max()) + 1, int(rows.max()) + 1
    check_size(name, height, width, limits)
    stray = (cells.rows >= height) | (cells.columns >= width)
    gone = stray[cells.filled]
    area = (int(rows[gone].min()), int(columns[gone].min()), int(rows[gone].max()), int(columns[gone].max()))
    return _without(part, cells, stray), area


def trim_stray(name: str, rows: list[list[Any]], limits: Limits) -> tuple[list[list[Any]], Area | None]:
    """The rows of a sheet without the columns that stand alone beyond the limits, and the area that was cut.

    Raises:
        RefusedError: with code too-large: the sheet is over the limits without them too.
    """
    height, width = len(rows), len(rows[0]) if rows else 0
    if is_within(height, width, limits):
        return rows, None
    filled = np.array([height - column.count("") for column in zip(*rows, strict=True)])
    kept = _last_with_company(filled) + 1 or width
    check_size(name, height, kept, limits)
    beyond = [i for i, row in enumerate(rows) if row[kept:].count("") < width - kept]
    return [row[:kept] for row in rows], (beyond[0], kept, beyond[-1], int(np.flatnonzero(filled)[-1]))


def stray_finding(name: str, area: Area) -> Finding:
    """What is said of a sheet that is read without some cells."""
    first, last = address(area[0], area[1]), address(area[2], area[3])
    return Finding(
        code="stray-cells",
        severity=Severity.WARNING,
        sheet=name,
        cell=first,
        message=f"Cells from {first} to {last} of sheet {name!r} stand alone, far beyond the rest of the sheet; they "
        "were not read.",
        action="Delete them in the workbook, or move what belongs to the budget beside the rest.",
    )


def _last_with_company(counts: npt.NDArray[np.int64]) -> int:
    """The last row or column with more than one cell; -1 where none has."""
    return int(np.flatnonzero(counts > 1).max(initial=-1))


def _without(part: bytes, cells: CellPlaces, stray: npt.NDArray[np.bool_]) -> bytes:
    """The part of a sheet with some of its cells taken out."""
    ends = np.array([match.start() for match in re.finditer(rb"</row>", part)] + [len(part)])
    following = np.append(cells.starts[1:], len(part))
    stops = np.minimum(following, ends[np.searchsorted(ends, cells.starts)])
    kept, at = [], 0
    for start, stop in zip(cells.starts[stray].tolist(), stops[stray].tolist(), strict=True):
        kept.append(part[at:start])
        at = stop
    return b"".join([*kept, part[at:]])
