"""The lines of a table column by column, of which a frame is made where they are stored, and not for each option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from importers.structure.texts import Texts
from importers.structure.texts import one_after_another as texts_one_after_another

LineColumn = Texts | npt.NDArray[Any]
"""Texts, or numbers or flags, one for each line."""


@dataclass(frozen=True, eq=False)
class TableLines:
    """Budget lines of one table.

    Attributes:
        columns: what each line says, by the columns of `budget_line.SCHEMA` but line_id and file_hash.
    """

    columns: Mapping[str, LineColumn]

    def __len__(self) -> int:
        return len(self.array("amount"))

    def array(self, field: str) -> npt.NDArray[Any]:
        """A column of numbers or flags."""
        column = self.columns[field]
        assert not isinstance(column, Texts)
        return column

    def values(self, field: str) -> list[Any]:
        """A column, line by line."""
        column = self.columns[field]
        if isinstance(column, Texts):
            return [column.words[place] for place in column.codes.tolist()]
        numbers: list[Any] = column.tolist()
        return numbers

    def texts(self, field: str) -> Texts:
        """A column of texts."""
        column = self.columns[field]
        assert isinstance(column, Texts)
        return column

    def distinct(self, field: str) -> set[str]:
        """All that a column of texts says."""
        texts = self.texts(field)
        return {texts.words[place] for place in texts.used}

    @cached_property
    def total(self) -> int:
        """What the lines come to, but for memo lines."""
        return int(self.array("amount")[~self.array("memo")].sum())

    @cached_property
    def none(self) -> TableLines:
        """The same without any line."""
        return TableLines({n: Texts.same("", 0) if isinstance(c, Texts) else c[:0] for n, c in self.columns.items()})

    def with_column(self, field: str, column: LineColumn) -> TableLines:
        """The same lines with another column in the place of one."""
        return TableLines({**self.columns, field: column})

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The lines as a frame."""
        arrays = {n: c.to_array() if isinstance(c, Texts) else c for n, c in self.columns.items()}
        return pd.DataFrame(arrays, copy=False)


def one_after_another(parts: Sequence[TableLines]) -> TableLines:
    """The lines of several tables, or of several kinds of one."""
    return TableLines(
        {
            name: texts_one_after_another([part.texts(name) for part in parts])
            if isinstance(column, Texts)
            else np.concatenate([part.array(name) for part in parts])
            for name, column in parts[0].columns.items()
        }
    )
