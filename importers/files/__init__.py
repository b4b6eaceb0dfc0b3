"""Files: bytes of a workbook or text to cells with their formats, within limits."""
