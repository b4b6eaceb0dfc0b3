"""What a workbook may at most be, so that one file cannot take the service down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from budget_align.core.values.refusal import RefusedError


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
        answer_bytes: what the process that reads it may answer.
        at_a_time: how many files are read at a time in the whole service.
        patience: seconds to wait until others are read.
        turns_folder: where all processes of the service count how many they read; each for itself without one.
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
    answer_bytes: int = 2_000_000_000
    at_a_time: int = 3
    patience: float = 3_600
    turns_folder: str = ""

    def of_request(self) -> Limits:
        """The same for what is read while a page waits for it: others come after it soon."""
        return replace(self, patience=min(self.patience, 10))

    def of_form(self) -> Limits:
        """What one of our own forms may be, such as a mapping or a framework, which has no part of a budget's size and
        is read while a page waits for it.
        """
        return replace(
            self.of_request(),
            bytes=min(self.bytes, 20_000_000),
            unpacked_bytes=min(self.unpacked_bytes, 300_000_000),
            seconds=min(self.seconds, 30),
            memory_bytes=min(self.memory_bytes, 2_000_000_000),
        )


def is_within(rows: int, columns: int, limits: Limits) -> bool:
    """Whether a sheet of so many rows and columns is within the limits."""
    return rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells


def check_size(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Checks the size of a sheet.

    Raises:
        RefusedError: it has more rows, columns or cells than the limits allow.
    """
    for count, limit, what in (
        (rows, limits.rows, "rows"),
        (columns, limits.columns, "columns"),
        (rows * columns, limits.cells, "cells"),
    ):
        if count > limit:
            raise RefusedError(
                "too-large",
                f"The sheet {name!r} has {count:,} {what} and the limit is {limit:,}; delete the rows and columns "
                "that hold no budget.",
            )
