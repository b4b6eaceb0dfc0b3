"""The report model: all that an alignment report says, as values; charts and files are made from it alone."""

from __future__ import annotations

from dataclasses import dataclass

from budget_align.core.alignment import Headline


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome's spend: its name, mission, amount this year, and last year's where one is known."""

    code: str
    name: str
    mission: str
    amount: int
    before: int | None
    bodies: int


@dataclass(frozen=True)
class BodyRow:
    """One body's spend: its headline and what it gives to each outcome by code, unaligned under ""."""

    name: str
    figures: Headline
    by_outcome: dict[str, int]


@dataclass(frozen=True)
class UnalignedRow:
    """Money that no rule gave to an outcome: where it stands, and why as far as is known."""

    body: str
    programme: str
    amount: int
    reason: str
    cell: str


@dataclass(frozen=True)
class MemoRow:
    """Money shown and never added: counted again where it is received."""

    body: str
    programme: str
    amount: int
    counterpart: str
    cell: str


@dataclass(frozen=True)
class ReconciliationRow:
    """A total that a workbook states for the whole of a body, beside what was read; amounts in minor units."""

    body: str
    label: str
    file_name: str
    place: str
    published: int
    read: int

    @property
    def difference(self) -> int:
        """Published less read."""
        return self.published - self.read


@dataclass(frozen=True)
class DifferenceRow:
    """A stated total, of whole or part, that its own lines do not add up to."""

    body: str
    label: str
    place: str
    published: int
    read: int


@dataclass(frozen=True)
class SourceRow:
    """A workbook behind the figures: its name, hash, how many lines it gave and who confirmed its reading."""

    file_name: str
    file_hash: str
    lines: int
    confirmed_by: str


@dataclass(frozen=True)
class AlignmentReport:
    """One run's figures for one stage and fiscal year."""

    government: str
    framework: str
    framework_version: str
    mapping: str
    mapping_hash: str
    run_id: str
    stage: str
    fiscal_year: int
    currency: str
    figures: Headline
    before: Headline | None
    outcomes: tuple[OutcomeRow, ...]
    bodies: tuple[BodyRow, ...]
    unaligned: tuple[UnalignedRow, ...]
    unaligned_rest: int
    memo: tuple[MemoRow, ...]
    memo_rest: int
    reconciliation: tuple[ReconciliationRow, ...]
    differences: tuple[DifferenceRow, ...]
    sources: tuple[SourceRow, ...]

    @property
    def outcome_names(self) -> dict[str, str]:
        """The name of each outcome by its code, in the order of the table."""
        return {row.code: row.name for row in self.outcomes}
