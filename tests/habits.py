"""Habits of returns, each a small workbook made from lines whose sum is known: it is read rightly, or it is asked about,
and never stored wrongly.

The right answers are sums of the lines that go in, by nothing cleverer than a loop. A person says that the return is a
budget of 2024-25 in pounds where the workbook does not; of a question's options they take one that comes to a right
answer, else what is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from tests.corpus.reading_truth import Outcome, Truth, play
from tests.workbooks import workbook

Rows = list[list[Any]]

NAMES = (
    *("Schools", "Home care", "Road repairs", "Libraries", "Waste collection", "Street lighting", "Youth work"),
    *("Museums", "Parks", "Housing repairs", "Planning", "Trading standards", "Food safety", "Bus subsidies"),
)


@dataclass(frozen=True)
class Habit:
    """A workbook with one habit, and what it may come to.

    Attributes:
        right: each a set of amounts in pounds, those of the stored stages, versions, years and flows and no others.
        must: it is plain enough that a question would be one too many.
    """

    data: bytes
    right: tuple[frozenset[float], ...]
    must: bool = False
    truth: dict[str, Any] = field(default_factory=dict)


class Habits(dict[str, Callable[[], Habit]]):
    """The habits of one module by name, each added by decorating what makes it."""

    def __call__(self, make: Callable[[], Habit]) -> Callable[[], Habit]:
        self[make.__name__] = make
        return make


def figures(seed: int, count: int = 10, low: int = 10_007, high: int = 9_999_989) -> list[int]:
    random = Random(seed)
    return [random.randint(low, high) for _ in range(count)]


def pence(seed: int, count: int = 10) -> list[float]:
    return [figure / 100 for figure in figures(seed, count, 100_003, 999_999_989)]


def file(data: bytes, *right: float | Sequence[float], must: bool = False, **truth: Any) -> Habit:
    """A workbook of these bytes and each sum, or sums beside one another, that it may come to."""
    sets = (frozenset([each] if isinstance(each, int | float) else each) for each in right)
    return Habit(data, tuple(sets), must, truth)


def sheet(rows: Rows, *right: float | Sequence[float], must: bool = False, **truth: Any) -> Habit:
    return file(workbook(Return=rows), *right, must=must, **truth)


def text(rows: Rows, *right: float | Sequence[float], mark: str = ",", must: bool = False, **truth: Any) -> Habit:
    lines = [mark.join(f'"{cell}"' if mark in str(cell) else str(cell) for cell in row) for row in rows]
    return file("\n".join(lines).encode(), *right, must=must, **truth)


def total(values: Sequence[float]) -> float:
    added = 0
    for value in values:
        added += round(value * 100)
    return added / 100


def table(header: Sequence[Any], *columns: Sequence[Any]) -> Rows:
    return [list(header), *([*row] for row in zip(*columns, strict=True))]


_LAST: list[tuple[Habit, Outcome]] = []


def read(made: Habit) -> Outcome:
    """How reading it ends; one that was read just now is not read again."""
    if not _LAST or _LAST[0][0] != made:
        _LAST[:] = [(made, _read(made))]
    return _LAST[0][1]


def _read(made: Habit) -> Outcome:
    said = {"stage": "budget", "unit": "pounds", "year": "2024-25"} | made.truth
    # What a right answer comes to is known to the person: all amounts of any of them, or each.
    wanted = (*map(tuple, made.right), *((amount,) for each in made.right for amount in each))
    truth = Truth(Path("habit"), wanted, tolerance=0.004, **said)
    return play(truth, open_workbook(made.data, Limits()), choose=truth.choose_closely)


def stored(outcome: Outcome) -> frozenset[float]:
    return frozenset(amount / 100 for amount in outcome.groups.values() if amount)


def describe(made: Habit, outcome: Outcome) -> str:
    keys = {" ".join(key): amount / 100 for key, amount in outcome.groups.items()}
    return f"right {[sorted(each) for each in made.right]}, stored {keys}, asked {dict(outcome.asked)}"


def check(made: Habit) -> None:
    """Read rightly after whatever is asked, and nothing asked where that would be one question too many."""
    outcome = read(made)
    assert not (made.must and outcome.asked), outcome.asked
    assert outcome.is_stored, outcome.refusal or [question.prompt for question in outcome.open]
    assert stored(outcome) in made.right, describe(made, outcome)


def check_told(made: Habit) -> None:
    """Read rightly, and nothing asked."""
    outcome = read(made)
    assert not outcome.asked, outcome.asked
    assert stored(outcome) in made.right, outcome.refusal or describe(made, outcome)
