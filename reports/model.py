"""The report model: all that an alignment report says, as values; charts and files are made from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from budget_align.core.allocation.alignment import Flows, Headline
from budget_align.core.measures.certainty import NOTHING, Certainty, Sides
from budget_align.core.measures.kinds_of_money import KindFigures, Overlap
from budget_align.core.publishing.standing import Standing
from budget_align.core.returns.budget_version import Basis
from budget_align.core.values.evidence import bearable_unit, part_unit
from budget_align.core.values.terms import Terms


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome's spend: its name, mission, amount this year, and last year's where one is known; `income` serves it
    beside its spend and is in no other figure.

    Attributes:
        change: the amount less that of the year before, of bodies and versions that can be set beside each other; None
            where there are none.
        gross: the amount without what lines below zero take from it; shares are of it.
        by_grade: the amount by how well it is known to serve the outcome, the best grade first.
        sides: what works for the outcome, and against it.
    """

    code: str
    name: str
    mission: str
    amount: int
    before: int | None
    bodies: int
    income: int = 0
    change: int | None = None
    gross: int = 0
    by_grade: Mapping[str, int] = field(default_factory=dict)
    sides: Sides = NOTHING

    @property
    def unit(self) -> int:
        """To what unit the amount is worth telling."""
        return bearable_unit(self.by_grade)

    def borne_unit(self, part: int) -> int:
        """To what unit a part of the amount, or what it was, is worth telling."""
        return part_unit(part, self.by_grade)


@dataclass(frozen=True)
class AssessmentRow:
    """What somebody found of a policy's effect on an outcome, by its name; it is in no sum."""

    outcome: str
    policy: str
    effect: str
    by: str
    on: str
    link: str


@dataclass(frozen=True)
class BodyRow:
    """One body's spend: its headline and what it gives to each outcome by code, unaligned under "", with its income
    beside.
    """

    name: str
    figures: Headline
    by_outcome: dict[str, int]
    flows: Flows


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
    """Money that a body shows as memo: what of it is never added or, where no return counts it, what is."""

    body: str
    programme: str
    amount: int
    counterpart: str
    cell: str


@dataclass(frozen=True)
class ReconciliationRow:
    """What was read of one body beside the total that its workbook states for it, of one flow; amounts in minor units.

    Attributes:
        place: sheet and cell of the stated total; empty where there is none.
        published: None where the workbook states no total for the whole body.
    """

    body: str
    place: str
    published: int | None
    read: int
    flow: str = "expenditure"

    @property
    def name(self) -> str:
        """The body, and the flow where it is not expenditure."""
        return self.body if self.flow == "expenditure" else f"{self.body}, {self.flow}"

    @property
    def difference(self) -> int | None:
        """Published less read."""
        return None if self.published is None else self.published - self.read


@dataclass(frozen=True)
class BodiesWithoutIncome:
    """How many bodies have neither income nor financing, and what they spend together."""

    bodies: int
    net: int


@dataclass(frozen=True)
class DifferenceRow:
    """A stated total, of whole or part, that its own lines do not add up to."""

    body: str
    label: str
    place: str
    published: int
    read: int

    @property
    def difference(self) -> int:
        """Published less read."""
        return self.published - self.read


@dataclass(frozen=True)
class SourceRow:
    """A workbook behind the figures: its name, hash, how many lines it gave and who confirmed its reading."""

    file_name: str
    file_hash: str
    lines: int
    confirmed_by: str


@dataclass(frozen=True)
class AlignmentReport:
    """One run's figures for one stage and fiscal year.

    Attributes:
        mapping_approval: as which version, and by whom, the mapping was approved; empty for one that comes with the
            product.
        memo, memo_rest: what of memo lines is in no figure, the largest and the rest of them.
        memo_counted: the largest memo lines that count, since no return that is there shows what they became.
        record: the head of the record when the run was made, or published, which shows later that nothing up to then
            was changed.
        standing: whether the figures are published, and by whom; a trial says so on each page.
        marking: what the figures are marked with; it stands on each page.
        view: a sentence for each thing that the figures leave out or are seen through.
        terms: in which amounts and years are written.
        flows: gross, income, net and financing of what is in view; every other figure of spending is gross.
        bases: which version of each body's figures counts, of the stage and year shown.
        certainty: how sure the aligned share is.
        kinds: the figures by kind of money, those of departmental limits first.
        overlaps: money that partly counts what other lines count too.
        assessments: of policies, in the order of outcomes.
        alike: sentences on what changes since the year before compare.
        bases_meet: sentences on where a figure rests on two bases, or stands beside one of another basis.
    """

    government: str
    framework: str
    framework_version: str
    mapping: str
    mapping_approval: str
    mapping_hash: str
    view: tuple[str, ...]
    run_id: str
    record: str
    standing: Standing
    marking: str
    stage: str
    fiscal_year: int
    terms: Terms
    figures: Headline
    before: Headline | None
    flows: Flows
    bases: tuple[Basis, ...]
    bases_meet: tuple[str, ...]
    outcomes: tuple[OutcomeRow, ...]
    bodies: tuple[BodyRow, ...]
    unaligned: tuple[UnalignedRow, ...]
    unaligned_rest: int
    memo: tuple[MemoRow, ...]
    memo_rest: int
    memo_counted: tuple[MemoRow, ...]
    reconciliation: tuple[ReconciliationRow, ...]
    differences: tuple[DifferenceRow, ...]
    sources: tuple[SourceRow, ...]
    certainty: Certainty
    kinds: tuple[KindFigures, ...]
    overlaps: tuple[Overlap, ...]
    assessments: tuple[AssessmentRow, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def worked_against(self) -> tuple[OutcomeRow, ...]:
        """Outcomes that some of the money works against, the most first."""
        return tuple(sorted((row for row in self.outcomes if row.sides.against), key=lambda row: -row.sides.harmed))

    @property
    def income_unaligned(self) -> int:
        """Income that serves no outcome."""
        return self.flows.income - sum(row.income for row in self.outcomes)

    @property
    def reconciled(self) -> tuple[ReconciliationRow, ...]:
        """Bodies and flows whose stated total equals what was read."""
        return tuple(row for row in self.reconciliation if row.difference == 0)

    @property
    def bodies_reconciled(self) -> int:
        """How many bodies state totals that all equal what was read."""
        return len({row.body for row in self.reconciled} - {row.body for row in self.unreconciled})

    @property
    def unreconciled(self) -> tuple[ReconciliationRow, ...]:
        """Bodies and flows whose stated total differs from what was read."""
        return tuple(row for row in self.reconciliation if row.difference)

    @property
    def reconciliation_sums(self) -> tuple[ReconciliationRow, ...]:
        """All bodies together, flow by flow; nothing is stated for all where nothing is for some."""
        found = []
        for flow in sorted({row.flow for row in self.reconciliation}):
            rows = [row for row in self.reconciliation if row.flow == flow]
            stated = [row.published for row in rows if row.published is not None]
            whole = sum(stated) if len(stated) == len(rows) else None
            found.append(ReconciliationRow("Sum", "", whole, sum(row.read for row in rows), flow))
        return tuple(found)

    @property
    def without_income(self) -> BodiesWithoutIncome:
        """The bodies of which expenditure is all that there is."""
        rest = [body.flows.net for body in self.bodies if not (body.flows.income or body.flows.financing)]
        return BodiesWithoutIncome(len(rest), sum(rest))

    @property
    def unstated(self) -> tuple[ReconciliationRow, ...]:
        """Bodies and flows for which the workbook states no total for the whole."""
        return tuple(row for row in self.reconciliation if row.published is None)

    @property
    def without_money(self) -> tuple[OutcomeRow, ...]:
        """Outcomes that no money serves, nor any that receipts hide."""
        return tuple(row for row in self.outcomes if not row.amount and not row.gross)

    @property
    def changed_most(self) -> tuple[OutcomeRow, ...]:
        """The three outcomes whose spend changed most since the year before, where that is known."""
        return tuple(sorted((row for row in self.outcomes if row.change), key=lambda row: -abs(row.change or 0))[:3])
