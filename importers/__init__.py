"""From the bytes of a spreadsheet to a reading: budget lines, the workbook's own totals, findings and questions."""

from importers.inspection import inspect_workbook
from importers.limits import Limits
from importers.reader import read_workbook

__all__ = ["Limits", "inspect_workbook", "read_workbook"]
