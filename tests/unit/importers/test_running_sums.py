"""Running sums find the runs that adding up row by row finds."""

from __future__ import annotations

import math
import random
from itertools import combinations

from importers.relations.running_sums import RunningSums, matching_groups

TOLERANCE = (0, 3)


def added_up(rows: list[tuple[int, int]], row: tuple[int, int], longest: int) -> list[int]:
    found = []
    for count in range(2, min(longest, len(rows)) + 1):
        sums = [sum(column) for column in zip(*rows[-count:], strict=True)]
        # Half a unit each where they are few; of many, four standard deviations of the sum of their errors.
        halves = min(count + 1, 2 + 4 * 2 * math.sqrt((count + 1) / 12))
        if all(abs(a - b) <= t * halves for a, b, t in zip(row, sums, TOLERANCE, strict=True)):
            found.append(count)
    return found


def test_runs_are_those_that_add_up() -> None:
    chance = random.Random(7)
    sums, rows = RunningSums(2), list[tuple[int, int]]()
    for _ in range(400):
        if rows and chance.random() < 0.1:
            kept = chance.randrange(len(rows))
            del rows[kept:]
            sums.cut(kept)
        rows.append((chance.randint(-2, 3), chance.randint(-20, 30)))
        sums.push(rows[-1])
        said = chance.randint(1, len(rows))
        row = (sum(a for a, _ in rows[-said:]), sum(b for _, b in rows[-said:]) + chance.randint(-2, 2))
        assert sums.near(row, TOLERANCE) == added_up(rows, row, len(rows))
        assert sums.near(row, TOLERANCE, 5) == added_up(rows, row, 5)


def test_runs_of_no_row_or_one_are_none() -> None:
    sums = RunningSums(1)
    assert sums.near((0,), (0,)) == []
    sums.push((4,))
    assert sums.near((4,), (0,)) == []


def test_sums_beyond_64_bits_differ_by_what_they_should() -> None:
    sums = RunningSums(1)
    for amount in (2**62, 2**62 + 1, 5, 6):
        sums.push((amount,))
    assert sums.near((11,), (0,)) == [2]


def test_groups_are_in_the_order_of_combinations() -> None:
    rows = [(1, 9), (2, 8), (3, 7), (4, 6), (0, 11)]
    wanted = [
        list(group)
        for group in combinations(range(5), 2)
        if abs(5 - sum(rows[place][0] for place in group)) <= 0 and abs(15 - sum(rows[p][1] for p in group)) <= 9
    ]
    assert matching_groups(rows, 2, (5, 15), TOLERANCE).tolist() == wanted
    assert wanted
    assert matching_groups(rows[:1], 2, (5, 15), TOLERANCE).tolist() == []
