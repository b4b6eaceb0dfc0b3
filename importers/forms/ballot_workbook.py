"""Ballots of a consultation from a spreadsheet: points or ranks by outcome, choices in order, pairs, or weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from openpyxl.utils import get_column_letter

from budget_align.core.outcomes.priority import Kind
from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.folding import fold
from importers.files.limits import Limits
from importers.files.workbook import Sheet, cell_text, open_workbook

_LOOK_DOWN: Final = 30
_TOLD: Final = 50
_GROUP: Final = ("group", "groups", "age group", "region", "area")
_PREFERRED: Final = ("preferred", "winner", "chosen", "more important")
_OTHER: Final = ("over", "other", "loser", "not chosen", "less important")
_PERSON: Final = (
    "ballot",
    "ballot number",
    "ballot no",
    "ballot id",
    "respondent",
    "respondent id",
    "participant",
    "participant id",
    "person",
    "voter",
)
_CHOICE: Final = re.compile(
    r"^(?:choice|rank|priority|preference)?\s*(?:no\.?\s*)?(\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:choice|rank|priority|preference))?$"
)
_WORDS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}


@dataclass(frozen=True)
class BallotReading:
    """The ballots of a workbook.

    Attributes:
        values: as `core.outcomes.priority.count_ballots` takes them; no rows where findings stand against them.
        groups: the group of each ballot, empty where none is stated.
        evidence: why it was read as this kind.
        people: for pairs, a number for whose ballot each choice is of, where a column says so; None without.
    """

    kind: Kind
    outcomes: tuple[str, ...]
    values: npt.NDArray[np.float64]
    groups: npt.NDArray[np.object_]
    evidence: str
    findings: tuple[Finding, ...]
    people: npt.NDArray[np.object_] | None = None


def read_ballots(
    data: bytes, file_name: str, *, outcomes: Mapping[str, str], kind: str = "", limits: Limits
) -> BallotReading:
    """The ballots of the first sheet that holds some. No other column than those of outcomes and of groups is kept.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        outcomes: names by code, of the framework that people were asked about.
        kind: "points" or "ranked" where a person said so. Without, numbers under outcomes are asked about, but where
            every ballot gives the same sum and no ranks add up to it.
        limits: what a workbook may at most be.

    Raises:
        RefusedError: the file is no workbook.
    """
    book = open_workbook(data, limits)
    reader = _Reader(outcomes, kind)
    for sheet in book.sheets:
        found = reader.read(sheet)
        if found is not None:
            return found
    reader.note(
        book.sheets[0].name, 0, 0, "No ballots were found.", "Head a column with each outcome's code or name."
    )  # fmt: skip
    return reader.nothing("points")


class _Reader:
    def __init__(self, outcomes: Mapping[str, str], kind: str) -> None:
        self._codes = list(outcomes)
        self._kind = kind
        self._findings: list[Finding] = []
        self._known: dict[str, int] = {}
        self._numbers_of_rows: list[int] = []
        for position, (code, name) in enumerate(outcomes.items()):
            plain = re.sub(r"^\d+\.?\s*", "", name)
            for text in (code, name, plain):
                self._known.setdefault(fold(text), position)

    def note(self, sheet: str, row: int, column: int, message: str, action: str) -> None:
        """Notes a finding at a cell, counted from zero; the first of many only."""
        if len(self._findings) < _TOLD:
            self._findings.append(
                Finding(
                    code="ballots",
                    severity=Severity.QUESTION,
                    sheet=sheet,
                    cell=f"{get_column_letter(column + 1)}{row + 1}",
                    message=message,
                    action=action,
                )
            )

    def nothing(self, kind: Kind) -> BallotReading:
        """A reading without ballots, with what stands against them."""
        return BallotReading(
            kind, tuple(self._codes), np.zeros((0, 2)), np.array([], dtype=object), "", tuple(self._findings)
        )

    def read(self, sheet: Sheet) -> BallotReading | None:
        """The ballots of a sheet; None where it has none."""
        for head, row in enumerate(sheet.rows[:_LOOK_DOWN]):
            texts = [fold(cell_text(cell)) for cell in row]
            places = {column: self._known[text] for column, text in enumerate(texts) if text in self._known}
            if "outcome" in texts and "weight" in texts:
                return self._weights(sheet.name, self._filled(sheet, head), texts)
            preferred = next((c for c, text in enumerate(texts) if text in _PREFERRED), None)
            other = next((c for c, text in enumerate(texts) if text in _OTHER), None)
            if preferred is not None and other is not None:
                return self._named(sheet.name, self._filled(sheet, head), texts, [preferred, other], pairs=True)
            order = {column: place for column, text in enumerate(texts) if (place := _choice(text)) is not None}
            if len(order) > 1 and len(places) < 2:
                columns = sorted(order, key=order.__getitem__)
                return self._named(sheet.name, self._filled(sheet, head), texts, columns, pairs=False)
            if len(places) > 1:
                return self._numbers(sheet.name, self._filled(sheet, head), texts, places)
        return None

    def _filled(self, sheet: Sheet, head: int) -> list[Sequence[Any]]:
        """The rows below the header that say anything; remembers where each stands."""
        below = enumerate(sheet.rows[head + 1 :], head + 1)
        numbered = [(number, cells) for number, cells in below if any(cell != "" for cell in cells)]
        self._numbers_of_rows = [number for number, _ in numbered]
        return [cells for _, cells in numbered]

    def _numbers(
        self, sheet: str, rows: list[Sequence[Any]], texts: list[str], places: dict[int, int]
    ) -> BallotReading:
        values = np.full((len(rows), len(self._codes)), np.nan)
        for column, place in places.items():
            said = pd.Series([cell_text(cells[column]) for cells in rows], dtype="str")
            numbers = pd.to_numeric(said.where(said != ""), errors="coerce").to_numpy(dtype=np.float64)
            wrong = np.flatnonzero(((said != "").to_numpy() & np.isnan(numbers)) | (numbers < 0) | np.isinf(numbers))
            for row in wrong[:_TOLD].tolist():
                self.note(
                    sheet,
                    self._numbers_of_rows[row],
                    column,
                    f"{said[row]!r} is no number of zero or more.",
                    "Mend it.",
                )
            values[:, place] = numbers
        used = sorted(set(places.values()))
        kind: Kind = "ranked" if self._kind == "ranked" else "points"
        evidence = "a person said so"
        if not self._kind:
            total = _same_sum(values[:, used])
            if total is None:
                column = min(places)
                self.note(
                    sheet,
                    self._numbers_of_rows[0] if rows else 0,
                    column,
                    "These numbers may be points or ranks, which come to different priorities.",
                    "Say which they are.",
                )
            else:
                evidence = f"every ballot gives {total:g} in all, which no ranks add up to"
        if kind == "ranked":
            for row, place in np.argwhere(values < 1)[:_TOLD].tolist():
                column = next(c for c, p in places.items() if p == place)
                self.note(
                    sheet,
                    self._numbers_of_rows[row],
                    column,
                    f"{cell_text(rows[row][column])!r} is no rank, which begin at 1.",
                    "Leave it blank where it is not ranked.",
                )
        return self._result(kind, values[:, used], [self._codes[i] for i in used], rows, texts, evidence)

    def _named(
        self, sheet: str, rows: list[Sequence[Any]], texts: list[str], columns: list[int], *, pairs: bool
    ) -> BallotReading:
        values = np.full((len(rows), 2 if pairs else len(self._codes)), np.nan)
        for rank, column in enumerate(columns):
            for row, cells in enumerate(rows):
                said = cell_text(cells[column])
                place = self._known.get(fold(said))
                if place is None:
                    if said or pairs:
                        self.note(
                            sheet,
                            self._numbers_of_rows[row],
                            column,
                            f"{said!r} is no outcome.",
                            "Use its code or name.",
                        )
                elif pairs:
                    values[row, rank] = place
                elif np.isnan(values[row, place]):
                    values[row, place] = rank + 1
                else:
                    self.note(sheet, self._numbers_of_rows[row], column, f"{said!r} is chosen twice.", "Keep one.")
        if pairs:
            for row in np.flatnonzero(values[:, 0] == values[:, 1])[:_TOLD].tolist():
                self.note(
                    sheet, self._numbers_of_rows[row], columns[1], "An outcome is set against itself.", "Name two."
                )
        evidence = "columns name the chosen outcome and the other" if pairs else "columns name the choices in order"
        return self._result("pairs" if pairs else "ranked", values, self._codes, rows, texts, evidence)

    def _weights(self, sheet: str, rows: list[Sequence[Any]], texts: list[str]) -> BallotReading:
        outcome, weight = texts.index("outcome"), texts.index("weight")
        values = np.full((1, len(self._codes)), np.nan)
        for row, cells in enumerate(rows):
            place = self._known.get(fold(cell_text(cells[outcome])))
            number = pd.to_numeric(cell_text(cells[weight]).removesuffix("%"), errors="coerce")
            if place is None:
                self.note(
                    sheet,
                    self._numbers_of_rows[row],
                    outcome,
                    f"{cell_text(cells[outcome])!r} is no outcome.",
                    "Use its code or name.",
                )
            elif np.isnan(number) or number < 0 or np.isinf(number):
                self.note(
                    sheet,
                    self._numbers_of_rows[row],
                    weight,
                    f"{cell_text(cells[weight])!r} is no weight.",
                    "Write zero or more.",
                )
            else:
                values[0, place] = number
        return self._result("weights", values, self._codes, [], texts, "columns name outcomes and weights")

    def _result(
        self,
        kind: Kind,
        values: npt.NDArray[np.float64],
        outcomes: list[str],
        rows: list[Sequence[Any]],
        texts: list[str],
        evidence: str,
    ) -> BallotReading:
        if self._findings:
            return self.nothing(kind)
        groups = self._of_column(rows, texts, _GROUP)
        whose = self._of_column(rows, texts, _PERSON) if kind == "pairs" else None
        people = None
        if whose is not None and any(whose.tolist()):
            # Numbers tell ballots apart as well as what stands there, which is then forgotten; one without is its own.
            alone = [text or f"row {number}" for number, text in enumerate(whose.tolist())]
            people = np.unique(np.array(alone, dtype=str), return_inverse=True)[1].astype(object)
        said = groups if groups is not None else np.array([""] * len(rows), dtype=object)
        return BallotReading(kind, tuple(outcomes), values, said, evidence, (), people)

    @staticmethod
    def _of_column(rows: list[Sequence[Any]], texts: list[str], heads: Sequence[str]) -> npt.NDArray[np.object_] | None:
        column = next((c for c, text in enumerate(texts) if text in heads), None)
        return None if column is None else np.array([cell_text(cells[column]) for cells in rows], dtype=object)


def _same_sum(values: npt.NDArray[np.float64]) -> float | None:
    """What every ballot gives in all, where that is the same and more than any ranks, tied ones too, come to."""
    if len(values) < 2 or np.isnan(values).all():
        return None
    count = values.shape[1]
    sums = np.nansum(values, axis=1)
    alike = bool((np.abs(sums - sums[0]) < 1e-9).all())
    return float(sums[0]) if alike and sums[0] > count**2 else None


def _choice(text: str) -> int | None:
    word = text.removesuffix(" choice").removesuffix(" priority").removesuffix(" preference").strip()
    if word in _WORDS:
        return _WORDS[word]
    # A number alone is somebody's ballot, not the name of a column.
    match = None if text.isdigit() else _CHOICE.match(text)
    return int(match[1]) if match else None
