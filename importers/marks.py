"""What stands in a sheet beside its values."""

from __future__ import annotations

from dataclasses import dataclass, field

CellName = tuple[int, int]


@dataclass
class SheetMarks:
    """What stands in a sheet beside its values; rows and columns are counted from nought.

    Attributes:
        errors: cells that hold an error, such as "#REF!", with what it says.
        without_value: cells with a formula whose value was never kept.
        indents: by how much the text of a cell is set in.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[CellName, str] = field(default_factory=dict)
    without_value: set[CellName] = field(default_factory=set)
    indents: dict[CellName, int] = field(default_factory=dict)
