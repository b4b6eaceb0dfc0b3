"""What one table states and comes to, worked out once however often it is set beside others and counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_
from typing import Any, Final, cast

from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.returns.reading import ControlTotal
from importers.readings.table_lines import TableLines
from importers.structure.grid import Bools
from importers.words.row_words import fold_label

Key = tuple[str, str, int]
"""Folded name, stage and fiscal year."""

Figures = dict[tuple[str, int, str], int]
"""Minor units by stage, fiscal year and flow."""

Named = dict[tuple[Any, ...], int]
"""Minor units by what lines are of and all that names them."""

LONGEST_SUMMARY: Final = 5_000
"""No table of more lines is a summary."""

_TELLING: Final = 6
"""Digits of a sum that another table hardly states by chance."""

_KEYS: Final = ("body", "stage", "version", "fiscal_year", "flow")
_NAMES: Final = ("unit", "programme_code", "programme", "account_code", "account", "control", "counterpart")
_LINE: Final = ("stage", "fiscal_year", "flow", "programme", "counterpart", "amount")


@dataclass(frozen=True, eq=False)
class Stated:
    """The figures of one row by stage, year and flow, and where the last of them stands."""

    figures: Figures
    whole: bool
    label: str
    sheet: str
    cell: str
    last: int

    @cached_property
    def nets(self) -> dict[tuple[str, int], int]:
        """Spending less income by stage and year."""
        found: dict[tuple[str, int], int] = {}
        for (stage, year, flow), amount in self.figures.items():
            sign = {"expenditure": 1, "income": -1}.get(flow, 0)
            found[stage, year] = found.get((stage, year), 0) + sign * amount
        return found


@dataclass(eq=False)
class TableMoney:
    """One table's lines and totals, with what they come to.

    Attributes:
        lines: its lines; none of a table that does not count.
        totals: its control totals.
        half: half of what the last place that it prints is worth, in minor units.
        compared: what was worked out when it was set beside others.
    """

    lines: TableLines
    totals: Sequence[ControlTotal]
    half: int = 0
    compared: dict[Any, Any] = field(default_factory=dict, repr=False)
    _known: dict[str, list[Any]] = field(default_factory=dict, repr=False)
    _met: dict[tuple[TableMoney, bool], Stated | None] = field(default_factory=dict, repr=False)

    @cached_property
    def uncounted(self) -> TableMoney:
        """The same table where its lines do not count."""
        return TableMoney(self.lines.none, self.totals, self.half)

    def with_totals(self, totals: Sequence[ControlTotal]) -> TableMoney:
        """The same table where its totals were joined with those of others; itself where they are as they were."""
        same = len(totals) == len(self.totals) and all(map(is_, totals, self.totals))
        return self if same else TableMoney(self.lines, totals, self.half)

    @cached_property
    def by_flow(self) -> dict[tuple[str, str, int, str], int]:
        """What its lines come to, but for memo lines, by stage, version, year and flow."""
        return dict(self._sum("stage", "version", "fiscal_year", "flow"))

    @cached_property
    def both_signs(self) -> dict[tuple[str, str, int, str], tuple[int, int]]:
        """As `by_flow`, what its lines above zero come to and those below, where there are any below."""
        if not (self.lines.array("amount") < 0).any():
            return {}
        sums: dict[tuple[str, str, int, str], tuple[int, int]] = {}
        for stage, version, year, flow, memo, amount in self.records(
            "stage", "version", "fiscal_year", "flow", "memo", "amount"
        ):
            if not memo:
                above, below = sums.get((stage, version, year, flow), (0, 0))
                sums[stage, version, year, flow] = above + max(amount, 0), below + min(amount, 0)
        return {key: sums[key] for key in sorted(sums) if sums[key][1]}

    @cached_property
    def by_body(self) -> dict[tuple[str, str, str, int, str], int]:
        """As `by_flow`, by body first."""
        return dict(self._sum(*_KEYS))

    @cached_property
    def by_folded_body(self) -> dict[Key, int]:
        """What its lines come to, by folded body, stage and year."""
        sums: dict[Key, int] = {}
        for (body, stage, year), amount in self._sum("body", "stage", "fiscal_year"):
            key = fold_label(body), stage, year
            sums[key] = sums.get(key, 0) + amount
        return sums

    @cached_property
    def by_programme(self) -> dict[tuple[str, int], int]:
        """What its lines come to, but for memo lines, by folded programme and year."""
        sums: dict[tuple[str, int], int] = {}
        for programme, year, memo, amount in self.records("programme", "fiscal_year", "memo", "amount"):
            if not memo:
                key = fold_label(programme), year
                sums[key] = sums.get(key, 0) + amount
        return sums

    @cached_property
    def by_unit(self) -> dict[tuple[int, Key], int]:
        """What its lines come to, but for memo lines, by each unit that they are of: how deep it stands in the path,
        its folded name, stage and year.
        """
        sums: dict[tuple[int, Key], int] = {}
        for unit, stage, year, memo, amount in self.records("unit", "stage", "fiscal_year", "memo", "amount"):
            for depth, name in enumerate(unit.split(UNIT_SEPARATOR) if unit and not memo else ()):
                key = depth, (fold_label(name), stage, year)
                sums[key] = sums.get(key, 0) + amount
        return sums

    @cached_property
    def named(self) -> list[tuple[Key, int]]:
        """Each line that is no memo and not zero, by what it names: its programme, else its body."""
        found: list[tuple[Key, int]] = []
        folded: dict[str, str] = {}
        for programme, body, stage, year, memo, amount in self.records(
            "programme", "body", "stage", "fiscal_year", "memo", "amount"
        ):
            if amount and not memo:
                name = programme or body
                if name not in folded:
                    folded[name] = fold_label(name)
                found.append(((folded[name], stage, year), amount))
        return found

    @cached_property
    def undated(self) -> Bools:
        """Which of its lines name no year, but for memo lines."""
        return cast(Bools, (self.lines.array("fiscal_year") == 0) & ~self.lines.array("memo"))

    @cached_property
    def by_name(self) -> Named:
        """What its lines that are no memo and not zero come to, by what they are of and what names them."""
        sums: Named = {}
        for *key, memo, amount in self.records(*_KEYS, *_NAMES, "memo", "amount"):
            if amount and not memo:
                name = tuple(key)
                sums[name] = sums.get(name, 0) + amount
        return sums

    @cached_property
    def alike(self) -> Counter[tuple[Any, ...]]:
        """How many of its lines say the same, whatever their cells."""
        return Counter(self.records(*_LINE))

    @cached_property
    def stated(self) -> list[Stated]:
        """What its totals state, row by row."""
        by_row: dict[int, Stated] = {}
        over_all = {(t.row, t.stage, t.fiscal_year, t.flow) for t in self.totals if not t.control}
        for total in self.totals:
            figures = by_row[total.row].figures if total.row in by_row else {}
            if total.control and (total.row, total.stage, total.fiscal_year, total.flow) in over_all:
                continue
            key = (total.stage, total.fiscal_year or 0, total.flow)
            published = -total.published if total.flow == "income" and self._turns_income else total.published
            figures[key] = figures.get(key, 0) + published if total.control else published
            by_row[total.row] = Stated(figures, total.whole, total.label, total.sheet, total.cell, total.published)
        return list(by_row.values())

    @cached_property
    def _turns_income(self) -> bool:
        """Whether the table writes what is received below zero, which its lines state as amounts of its own flow."""
        lines = sum(amount for (_, _, _, flow), amount in self.by_flow.items() if flow == "income")
        return lines > 0 and sum(total.read for total in self.totals if total.flow == "income") < 0

    @cached_property
    def whole(self) -> Stated | None:
        """What it comes to: its own total of the whole, else the sum of its lines; None without either."""
        whole = next((row for row in reversed(self.stated) if row.whole), None)
        if whole is not None or not len(self.lines):
            return whole
        figures: Figures = dict(self._sum("stage", "fiscal_year", "flow"))
        sheet, cell = (self.lines.texts(field).said(0) for field in ("sheet", "cell"))
        return Stated(figures, True, "", sheet, cell, max(figures.values(), key=abs, default=0))

    @cached_property
    def rows(self) -> list[Stated]:
        """Everything that it states: its totals, its lines, and what it comes to."""
        return [*self.stated, *self.by_row, *([self.whole] if self.whole is not None else [])]

    def find(self, mine: TableMoney, *, later: bool) -> Stated | None:
        """The first row that states what another table comes to, but for the rounding of lines.

        Args:
            mine: the other table, which comes to something.
            later: this one stands after it, so that what this one comes to itself is left for it to find.
        """
        if (mine, later) not in self._met:
            self._met[mine, later] = self._find(mine, later=later)
        return self._met[mine, later]

    def _find(self, mine: TableMoney, *, later: bool) -> Stated | None:
        assert mine.whole is not None
        rounding = max(1 + max(len(mine.lines), len(self.lines)) // 2, self.half)
        wanted = [(key, amount) for key, amount in mine.whole.figures.items() if amount]
        nets = [(key, amount) for key, amount in mine.whole.nets.items() if is_long(amount)]
        for row in self.rows:
            if (_states(row.figures, wanted, rounding) or _nets_to(row, nets, rounding)) and not (row.whole and later):
                return row
        return None

    @cached_property
    def by_row(self) -> Sequence[Stated]:
        """What its lines state, row by row; nothing of a long table."""
        if len(self.lines) > LONGEST_SUMMARY:
            return []
        by_row: dict[int, Stated] = {}
        fields = ("row", "stage", "fiscal_year", "flow", "amount", "programme", "sheet", "cell")
        for row, stage, year, flow, amount, programme, sheet, cell in self.records(*fields):
            figures = by_row[row].figures if row in by_row else {}
            figures[stage, year, flow] = figures.get((stage, year, flow), 0) + amount
            by_row[row] = Stated(figures, False, programme, sheet, cell, amount)
        return list(by_row.values())

    def _sum(self, *keys: str) -> list[tuple[tuple[Any, ...], int]]:
        """The sums of its lines, but for memo lines, by some of `_KEYS`, in the order in which they are met."""
        at = [_KEYS.index(key) for key in keys]
        sums: dict[tuple[Any, ...], int] = {}
        for group, amount in self._groups.items():
            key = tuple(group[place] for place in at)
            sums[key] = sums.get(key, 0) + amount
        return list(sums.items())

    @cached_property
    def _groups(self) -> dict[tuple[Any, ...], int]:
        sums: dict[tuple[Any, ...], int] = {}
        for *key, memo, amount in self.records(*_KEYS, "memo", "amount"):
            if not memo:
                group = tuple(key)
                sums[group] = sums.get(group, 0) + amount
        return sums

    def records(self, *fields: str) -> Iterable[tuple[Any, ...]]:
        """Some fields of each of its lines."""
        return zip(*map(self._values, fields), strict=True)

    def _values(self, field: str) -> list[Any]:
        """One field of its lines, which is kept where there are few."""
        values = self._known.get(field)
        if values is None:
            values = self.lines.values(field)
            if len(values) <= LONGEST_SUMMARY:
                self._known[field] = values
        return values


def is_long(amount: int) -> bool:
    """Whether an amount has so many digits that another table hardly states it by chance."""
    return len(str(abs(amount)).rstrip("0")) >= _TELLING


def _states(figures: Figures, wanted: Sequence[tuple[tuple[str, int, str], int]], rounding: int) -> bool:
    """Whether figures hold all that are wanted but for the rounding of lines; they may hold more."""
    return all(key in figures and abs(figures[key] - amount) <= rounding for key, amount in wanted)


def _nets_to(row: Stated, wanted: Sequence[tuple[tuple[str, int], int]], rounding: int) -> bool:
    """Whether one of the amounts that are wanted is what a row comes to, net of income."""
    return any(key in row.nets and abs(row.nets[key] - amount) <= rounding for key, amount in wanted)
