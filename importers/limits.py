"""What a workbook may at most be, so that one file cannot take the service down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one workbook; each has its setting in config.toml.

    Attributes:
        bytes: size of the file.
        unpacked_bytes: size of what is packed in it.
        ratio: by how many times a packed part may unpack.
        parts: parts packed in it.
        sheets: sheets.
        rows: rows of one sheet.
        columns: columns of one sheet.
        cells: rows × columns of one sheet.
        shared_strings: different texts of the workbook.
        cell_length: characters of one cell.
        seconds: time to read it.
        memory_bytes: memory to read it.
    """

    bytes: int = 50_000_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 300
    parts: int = 5_000
    sheets: int = 300
    rows: int = 1_100_000
    columns: int = 4_000
    cells: int = 30_000_000
    shared_strings: int = 3_000_000
    cell_length: int = 32_767
    seconds: int = 300
    memory_bytes: int = 6_000_000_000
