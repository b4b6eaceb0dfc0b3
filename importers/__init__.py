"""From the bytes of a spreadsheet to a reading: budget lines, the workbook's own totals, findings and questions."""

from importers.limits import Limits
from importers.reader import read_workbook

__all__ = ["Limits", "read_workbook"]
