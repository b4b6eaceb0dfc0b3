"""Evidence: how well it is known that money serves what a rule or a crosswalk says, and what figures that bear.

The four grades, the best first:

- measured: a driver or a time record says how the money was used;
- documented: the body's own statement says what it is for, with a link;
- judged: someone who is named weighed it;
- assumed: nobody says on what it rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Grade = Literal["measured", "documented", "judged", "assumed"]

GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
"""The best first."""

_RANK: Final[dict[str, int]] = {grade: place for place, grade in enumerate(GRADES)}

NOT_GRADED: Final = ""
"""The grade of money that no rule says anything of."""

_BEARS: Final[dict[str, int]] = {"measured": 0, "documented": 0, "judged": 10, "assumed": 25}
"""Per cent of an amount by which a share of that grade may well be off: what people who judge shares of a budget apart
differ by, at the least, and twice that and more where nobody judged. Convention, not measurement."""


def lower_of(*grades: str) -> str:
    """The lowest of some grades; none where there is none.

    >>> lower_of("measured", "judged"), lower_of("assumed", ""), lower_of()
    ('judged', 'assumed', '')
    """
    known = [grade for grade in grades if grade != NOT_GRADED]
    return max(known, key=_RANK.__getitem__, default=NOT_GRADED)


def bearable_unit(by_grade: Mapping[str, int]) -> int:
    """To what power of ten an amount is worth telling, in minor units, from what of it rests on shares of each grade.

    It is the largest that is no more than what the shares may well be off, so that the last digit shown means
    something; one where all of it is measured or documented.

    >>> bearable_unit({"documented": 123_456}), bearable_unit({"documented": 900_000, "judged": 100_000})
    (1, 10000)
    """
    return _power_below(_doubt(by_grade) // 100)


def part_unit(part: int, by_grade: Mapping[str, int]) -> int:
    """To what power of ten a part of an amount is worth telling, or what it was or became, where that rests on the same
    shares as the amount.

    >>> part_unit(50_000, {"judged": 100_000}), part_unit(50_000, {"documented": 100_000}), part_unit(5, {})
    (1000, 1, 1)
    """
    whole = sum(map(abs, by_grade.values()))
    return _power_below(_doubt(by_grade) * abs(part) // (100 * whole)) if whole else 1


def _doubt(by_grade: Mapping[str, int]) -> int:
    """What the shares of amounts may be off, in hundredths."""
    return sum(abs(amount) * _BEARS.get(grade, 0) for grade, amount in by_grade.items())


def _power_below(doubt: int) -> int:
    return 10 ** (len(str(doubt)) - 1) if doubt else 1


@dataclass(frozen=True)
class Graded:
    """An amount in minor units with what of it rests on shares of each grade."""

    amount: int
    by_grade: Mapping[str, int]

    @property
    def unit(self) -> int:
        """To what unit it is worth telling; see `bearable_unit`."""
        return bearable_unit(self.by_grade)


def told_unit(amount: int, unit: int) -> int:
    """The unit that an amount is told to, of one that it is worth telling to: one of less than it is told as it is, or
    nothing would be left of it.

    >>> told_unit(1_200, 100), told_unit(-70, 100)
    (100, 1)
    """
    return unit if abs(amount) >= unit else 1


def round_borne(amount: int, unit: int) -> int:
    """An amount as pages, reports and the interface for software show it that is worth telling to a unit.

    >>> round_borne(1_250, 100), round_borne(-70, 100)
    (1300, -70)
    """
    return round_to(amount, told_unit(amount, unit))


def round_to(amount: int, unit: int) -> int:
    """An amount to the nearest multiple of a unit, halves away from zero.

    >>> round_to(12_345, 100), round_to(-150, 100), round_to(7, 1)
    (12300, -200, 7)
    """
    whole, rest = divmod(abs(amount), unit)
    size = (whole + (2 * rest >= unit)) * unit
    return size if amount >= 0 else -size
