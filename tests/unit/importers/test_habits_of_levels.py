"""Habits of outlines: wholes above or below their parts, by whatever marks. Each is a small workbook made from lines
whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, check, figures, sheet

habit = Habits()


def outline(seed: int, tops: int, middles: int, lines: int) -> tuple[list[tuple[int, int]], int]:
    """The level and amount of each row of an outline of three levels, wholes first, and what its lines come to."""
    rows: list[tuple[int, int]] = []
    whole = 0
    for top in range(tops):
        below: list[tuple[int, int]] = []
        for middle in range(middles):
            amounts = figures(seed + 100 * top + middle, lines)
            below += [(1, sum(amounts)), *((2, amount) for amount in amounts)]
            whole += sum(amounts)
        rows += [(0, sum(amount for level, amount in below if level == 1)), *below]
    return rows, whole


@habit
def a_long_outline_numbered_anew_under_each_whole() -> Habit:
    made, whole = outline(8_001, 5, 3, 4)
    marks = [["I", "II", "III", "IV", "V"], ["1", "2", "3"], ["a", "b", "c", "d"]]
    met = [0, 0, 0]
    rows: list[list[object]] = [["Code", "Service", "2024-25 £"]]
    for n, (level, amount) in enumerate(made):
        met[level:] = [met[level] + 1, *([0] * (2 - level))]
        rows.append([marks[level][met[level] - 1], NAMES[n % len(NAMES)], amount])
    return sheet(rows, whole, must=True)


@habit
def a_long_outline_beside_a_column_that_says_the_same_throughout() -> Habit:
    made, whole = outline(8_002, 5, 3, 4)
    rows: list[list[object]] = [["Fund", "Service", "2024-25 £"]]
    rows += [["General", NAMES[n % len(NAMES)], amount] for n, (_, amount) in enumerate(made)]
    return sheet(rows, whole, must=True)


@habit
def a_long_list_in_which_a_few_lines_add_up_to_others() -> Habit:
    amounts = figures(8_003, 90)
    amounts[12] = amounts[13] + amounts[14] + amounts[15]
    amounts[50] = amounts[51] + amounts[52]
    rows: list[list[object]] = [["Fund", "Service", "2024-25 £"]]
    rows += [[("North", "South")[n % 2], NAMES[n % len(NAMES)], amount] for n, amount in enumerate(amounts)]
    return sheet(rows, sum(amounts))


@habit
def codes_without_a_header_beside_columns_of_years() -> Habit:
    years = [8_010, 8_020, 8_030]
    lines = {f"7{group}{n}": [figures(year + group, 4)[n] for year in years] for group in range(3) for n in range(1, 4)}
    sums = {code: [0, 0, 0] for code in ("7", "70", "71", "72")}
    for code, amounts in lines.items():
        for above in (code[:1], code[:2]):
            sums[above] = [a + b for a, b in zip(sums[above], amounts, strict=True)]
    # One group has a single line.
    lines = {code: amounts for code, amounts in lines.items() if code not in ("722", "723")}
    sums["72"] = lines["721"]
    sums["7"] = [sum(sums[group][n] for group in ("70", "71", "72")) for n in range(3)]
    rows: list[list[object]] = [["", "", 2022, 2023, 2024]]
    rows += [[int(code), f"Kind {code}", *amounts] for code, amounts in sorted({**lines, **sums}.items())]
    return sheet(rows, sums["7"], year="2024-25")


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())
