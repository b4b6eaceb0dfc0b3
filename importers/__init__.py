"""From the bytes of a spreadsheet to a reading: budget lines, the workbook's own totals, findings and questions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importers.files.limits import Limits
    from importers.readings.inspection import inspect_workbook
    from importers.readings.reader import read_workbook

__all__ = ["Limits", "inspect_workbook", "read_workbook"]

_MODULES = {
    "Limits": "files.limits",
    "inspect_workbook": "readings.inspection",
    "read_workbook": "readings.reader",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: whoever hands a workbook to a process of its own needs none of the reader itself.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"importers.{_MODULES[name]}"), name)
