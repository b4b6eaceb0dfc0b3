"""Returns of bodies: budget lines, the reading of a workbook, its profile, reconciliation and versions."""
