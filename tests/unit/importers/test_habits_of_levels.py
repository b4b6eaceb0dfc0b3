"""Habits of outlines: wholes above or below their parts, by whatever marks. Each is a small workbook made from lines
whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, sheet

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


LINES = {
    "polish": (
        "Dział",
        "Rozdział",
        "§",
        "Wyszczególnienie",
        "Plan po zmianach",
        "OGÓŁEM",
        "w tym: bieżące",
        "majątkowe",
    ),
    "english": ("Head", "Subhead", "Code", "Name", "Revised plan", "TOTAL", "of which: current", "capital"),
    "czech": ("Oddíl", "Kapitola", "§", "Název", "Upravený rozpočet", "Celkem", "z toho: běžné", "kapitálové"),
}
"""Heads of three columns of codes, of names and amounts, and what calls a total and the two parts of it."""


def coded_outline(language: str, set_in: str) -> Habit:
    """An outline of one column of codes a level, those of the last level met again under others, with a total and
    below it two parts of this that add up to it, the second set in.
    """
    *head, total, first, second = LINES[language]
    made, whole = outline(8_041, 3, 2, 3)
    again = ("6050", "4010", "0920", "4300")
    met = [0, 0]
    rows: Rows = [head]
    for n, (level, amount) in enumerate(made):
        if level < 2:
            met[level:] = [met[level] + 1, *([0] * (1 - level))]
        codes = [f"{600 + met[0]}", f"{600 + met[0]}0{met[1]}", again[n % 4]]
        rows.append([*(code if level == place else "" for place, code in enumerate(codes)), NAMES[n % 14], amount])
    capital = whole // 5
    rows.append(["", "", "", total, whole])
    rows += [["", "", "", first, whole - capital], ["", "", "", set_in + second, capital]]
    return sheet(rows, whole, currency="PLN", fiscal_year_starts=1, year="2024", stage="plan")


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("set_in", ["", "           "])
def test_a_column_of_codes_a_level_is_an_outline_however_a_row_at_the_foot_is_set_in(
    language: str, set_in: str
) -> None:
    check_told(coded_outline(language, set_in))
