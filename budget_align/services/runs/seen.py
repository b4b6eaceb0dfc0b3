"""What was seen of runs lately, kept by this process: a run never changes, and its pages ask for the same again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

import pandas as pd
from sqlalchemy import Engine

from budget_align.core.allocation.cost_centres import Below
from budget_align.core.returns.budget_version import Basis
from budget_align.core.views.view import SeenCells

_MOST: Final = 12
"""Views that are kept at once."""

_LARGEST: Final = 200_000
"""Cells of a view that is kept; a larger one takes more memory than a page takes time."""


@dataclass(frozen=True)
class SeenFigures:
    """The figures of a run as some levels of government see them through a lens, as `View` has them.

    Attributes:
        known: by stage and year, what was worked out of them, by name.
    """

    cells: SeenCells
    cube: pd.DataFrame
    own_cube: pd.DataFrame
    by_sort: Lookup[str, pd.DataFrame]
    periods: list[tuple[str, int]]
    bases: tuple[Basis, ...]
    below: tuple[Below, ...]
    known: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


_KEPT: Final[WeakKeyDictionary[Engine, OrderedDict[Hashable, SeenFigures]]] = WeakKeyDictionary()
_LOCK: Final = threading.Lock()


def keep_seen(engine: Engine, what: Hashable, find: Callable[[], SeenFigures]) -> SeenFigures:
    """The figures that were seen lately, or those found now.

    Args:
        what: all that decides what the figures are.
    """
    with _LOCK:
        kept = _KEPT.setdefault(engine, OrderedDict())
        if what in kept:
            kept.move_to_end(what)
            return kept[what]
    found = find()
    if len(found.cells.seen) + len(found.cells.own) <= _LARGEST:
        with _LOCK:
            kept[what] = found
            while len(kept) > _MOST:
                kept.popitem(last=False)
    return found


def forget() -> None:
    """Forgets all that was seen."""
    with _LOCK:
        _KEPT.clear()
