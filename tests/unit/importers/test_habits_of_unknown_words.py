"""The same money stated twice under words of no list: parts, totals that are not exact, balances, cumulative rows and
second headings, told by arithmetic. Each is a small workbook made from lines whose sum is known, and is read rightly or
asked about.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from tests.habits import Habit, Habits, check, figures, read, sheet, stored, table, text

habit = Habits()

# Finnish, Hungarian, Swahili and Georgian: no list has their words.
FINNISH = ("Hallinto", "Opetus", "Terveys", "Liikenne", "Kulttuuri", "Asuminen", "Nuoret", "Kirjastot", "Vesi")
SWAHILI = ("Utawala", "Elimu", "Afya", "Barabara", "Utamaduni", "Makazi", "Mazingira", "Vijana", "Maktaba", "Maji")
GEORGIAN = ("განათლება", "ჯანდაცვა", "გზები", "კულტურა", "გარემო", "წყალი", "მიწა", "კვლევა")
HEAD = ["Toiminto", "2024-25 £"]


def with_parts(names: tuple[str, ...], amounts: list[int], parts: dict[int, list[str]]) -> list[list[Any]]:
    """The rows of some lines, with rows below some of them that state a third of each between them."""
    rows: list[list[Any]] = []
    for place, (name, amount) in enumerate(zip(names, amounts, strict=True)):
        rows.append([name, amount])
        labels = parts.get(place, [])
        rows += [[label, amount // 3 // len(labels) + 7] for label in labels]
    return rows


# Parts below the row that they take apart


@habit
def parts_begun_with_a_small_letter() -> Habit:
    amounts = figures(1001, 9, 900_001)
    rows = with_parts(FINNISH, amounts, {1: ["josta palkat"], 4: ["josta avustukset"], 6: ["josta palkat"]})
    return sheet([HEAD, *rows], sum(amounts))


@habit
def one_part_begun_with_a_small_letter() -> Habit:
    amounts = figures(1002, 9, 900_001)
    return sheet([HEAD, *with_parts(FINNISH, amounts, {3: ["josta palkat"]})], sum(amounts))


@habit
def parts_in_a_script_without_small_letters() -> Habit:
    amounts = figures(1003, 8, 900_001)
    rows = with_parts(
        GEORGIAN, amounts, {0: ["მათ შორის ხელფასი"], 3: ["მათ შორის დახმარება"], 6: ["მათ შორის ხელფასი"]}
    )
    return text([["დასახელება", "2024-25 £"], *rows], sum(amounts))


@habit
def parts_without_which_a_total_of_no_list_adds_up() -> Habit:
    amounts = figures(1004, 9, 900_001)
    rows = with_parts(FINNISH, amounts, {1: ["josta palkat", "josta vuokrat"], 5: ["josta palkat"]})
    return sheet([HEAD, *rows, ["Kaikkiaan", sum(amounts)]], sum(amounts), must=True)


@habit
def parts_begun_with_a_dash() -> Habit:
    amounts = figures(1005, 9, 900_001)
    rows = with_parts(FINNISH, amounts, {0: ["- palkat", "- vuokrat"], 4: ["- matkat"], 7: ["- palkat", "- laitteet"]})
    return text([HEAD, *rows], sum(amounts))


@habit
def parts_set_in_by_blanks() -> Habit:
    amounts = figures(1006, 9, 900_001)
    rows = with_parts(FINNISH, amounts, {0: ["   Palkat", "   Vuokrat"], 4: ["   Matkat"]})
    return text([HEAD, *rows], sum(amounts))


@habit
def parts_marked_in_brackets() -> Habit:
    amounts = figures(1007, 9, 900_001)
    rows = with_parts(FINNISH, amounts, {2: ["Palkat (osa)"], 5: ["Vuokrat (osa)"], 7: ["Matkat (osa)"]})
    return text([HEAD, *rows], sum(amounts))


@habit
def lines_begun_with_a_dash_that_a_total_sums() -> Habit:
    amounts = figures(1008, 6, 10_007, 800_001)
    first = figures(1009, 1, 9_000_001)[0]
    names = ["Hallinto", *(f"- {name}" for name in FINNISH[1:7])]
    every = [first, *amounts]
    return text([HEAD, *map(list, zip(names, every, strict=True)), ["Kaikkiaan", sum(every)]], sum(every), must=True)


# Totals that are not exact


@habit
def a_total_that_rounding_keeps_from_its_lines() -> Habit:
    amounts = figures(1010, 9)
    return sheet([HEAD, *map(list, zip(FINNISH, amounts, strict=True)), ["Kaikkiaan", sum(amounts) - 2]], sum(amounts))


@habit
def a_total_that_was_not_put_right_with_its_line() -> Habit:
    amounts = figures(1011, 9)
    return text(
        [HEAD, *map(list, zip(FINNISH, amounts, strict=True)), ["Kaikkiaan", sum(amounts) + 45_000]], sum(amounts)
    )


@habit
def a_total_rounded_to_thousands_above_its_lines() -> Habit:
    amounts = figures(1012, 9)
    return sheet(
        [HEAD, ["Kaikkiaan", round(sum(amounts), -3)], *map(list, zip(FINNISH, amounts, strict=True))], sum(amounts)
    )


@habit
def subtotals_and_a_total_none_of_them_exact() -> Habit:
    amounts = figures(1013, 9)
    one, other = sum(amounts[:4]) + 7, sum(amounts[4:]) - 11
    rows = [[name, amount] for name, amount in zip(FINNISH, amounts, strict=True)]
    return sheet(
        [HEAD, *rows[:4], ["Osa yksi", one], *rows[4:], ["Osa kaksi", other], ["Kaikkiaan", one + other]], sum(amounts)
    )


# What was there before, and what is left


@habit
def balances_carried_from_year_to_year() -> Habit:
    into, out = figures(1020, 3), figures(1021, 3)
    before = [8_123_457]
    for one, other in zip(into, out, strict=True):
        before.append(before[-1] + one - other)
    rows = [["Nyitó", *before[:3]], ["Növekedés", *into], ["Csökkenés", *(-a for a in out)], ["Záró", *before[1:]]]
    return sheet([["Feladat", "2022-23 £", "2023-24 £", "2024-25 £"], *rows], {*into, *out})


@habit
def balances_at_the_foot_of_a_budget() -> Habit:
    amounts = figures(1022, 9)
    spent, received, before = sum(amounts), 40_123_457, 5_000_011
    rows = [["Salio la mwanzo", before], ["Yaliyoingia", received], ["Yaliyotoka", -spent]]
    foot = [*rows, ["Salio la mwisho", before + received - spent]]
    lines = [[name, amount] for name, amount in zip(SWAHILI, amounts, strict=False)]
    return text([["Idara", "2024-25 £"], *lines, ["Jumla", spent], [], *foot], spent, [spent, received])


@habit
def columns_of_balances_and_what_leads_from_one_to_the_other() -> Habit:
    before, into, out = figures(1024, 10), figures(1025, 10, 10_007, 900_001), figures(1026, 10, 10_007, 900_001)
    after = [a + b - c for a, b, c in zip(before, into, out, strict=True)]
    head = ["Idara", "Mwanzo £", "Ingizo £", "Toka £", "Mwisho £"]
    return text(table(head, SWAHILI, before, into, [-a for a in out], after), [sum(into), sum(out)])


@habit
def columns_of_balances_between_which_several_lead_without_signs() -> Habit:
    before = figures(1094, 10, 5_000_011)
    moves = [figures(1095 + place, 10, 10_007, 900_001) for place in range(4)]
    after = [o + a + b - c - d for o, a, b, c, d in zip(before, *moves, strict=True)]
    head = ["Idara", "Mwanzo £", "Ada £", "Ruzuku £", "Vifaa £", "Safari £", "Mwisho £"]
    into, out = sum(moves[0]) + sum(moves[1]), sum(moves[2]) + sum(moves[3])
    return text(table(head, SWAHILI, before, *moves, after), [into, out])


@habit
def a_column_taken_off_another() -> Habit:
    gross, less = figures(1027, 10, 900_001), figures(1028, 10, 10_007, 900_001)
    net = [a - b for a, b in zip(gross, less, strict=True)]
    head = ["Idara", "Ghafi £", "Makusanyo £", "Halisi £"]
    return sheet(table(head, SWAHILI, gross, [-a for a in less], net), [sum(gross), sum(less)])


# What holds what came before it


@habit
def rows_of_months_that_hold_those_before() -> Habit:
    rows: list[list[Any]] = []
    right = 0
    for place, name in enumerate(FINNISH[:5]):
        so_far = list(accumulate(figures(1030 + place, 4)))
        right += so_far[-1]
        rows += [[f"{name} - kertynyt {n + 1}", amount] for n, amount in enumerate(so_far)]
    return sheet([HEAD, *rows], right)


@habit
def a_list_by_number_of_month_that_holds_those_before() -> Habit:
    months = {name: list(accumulate(figures(1040 + place, 5))) for place, name in enumerate(FINNISH)}
    rows = [[name, n + 1, months[name][n]] for n in range(5) for name in FINNISH]
    return text([["Toiminto", "Kuukausi", "2024-25 £"], *rows], sum(amounts[-1] for amounts in months.values()))


@habit
def spans_of_quarters_that_hold_those_before() -> Habit:
    quarters = list(zip(*(list(accumulate(figures(1050 + place, 4))) for place in range(9)), strict=True))
    return sheet(table(["Toiminto", "Q1", "Q1-Q2", "Q1-Q3", "Q1-Q4"], FINNISH, *quarters), sum(quarters[-1]))


@habit
def a_month_beside_the_year_to_date() -> Habit:
    june, before = figures(1060, 9, 100_003, 900_001), figures(1061, 9, 1_000_003, 2_000_003)
    so_far = [a + b for a, b in zip(june, before, strict=True)]
    return text(table(["Service", "June", "Year to date"], FINNISH, june, so_far), sum(so_far))


# The same lines once more under another heading


@habit
def a_second_heading_over_the_same_money_without_a_total() -> Habit:
    amounts = figures(1070, 8)
    kinds = [sum(amounts) // 3, sum(amounts) // 4, sum(amounts) - sum(amounts) // 3 - sum(amounts) // 4]
    lines = [[name, amount] for name, amount in zip(FINNISH, amounts, strict=False)]
    again = [[name, amount] for name, amount in zip(("Henkilöstö", "Palvelut", "Muut"), kinds, strict=True)]
    first = [["Ydin", sum(amounts[:3])], *lines[:3], ["Muu", sum(amounts[3:])], *lines[3:]]
    return sheet([HEAD, ["Tehtävittäin"], *first, ["Lajeittain"], *again], sum(amounts))


# What is counted under the names of lines


@habit
def posts_under_a_heading_of_their_own() -> Habit:
    amounts, posts = figures(1090, 9, 1_000_003), figures(1091, 9, 3, 900)
    rows = [[name, amount] for name, amount in zip(FINNISH, amounts, strict=True)]
    again = [[name, count] for name, count in zip(FINNISH, posts, strict=True)]
    return sheet([HEAD, *rows, [], ["Virat"], *again], sum(amounts))


@habit
def posts_in_a_table_of_their_own_below_another() -> Habit:
    amounts, posts = figures(1092, 9, 1_000_003), figures(1093, 9, 3, 900)
    rows = [[name, amount] for name, amount in zip(FINNISH, amounts, strict=True)]
    again = [[name, count] for name, count in zip(FINNISH, posts, strict=True)]
    return text([HEAD, *rows, [], [], ["Virat", "2024-25 £"], *again], sum(amounts))


# Rows below every other row that tell it otherwise


@habit
def a_row_of_one_name_below_every_line() -> Habit:
    amounts = figures(1071, 9)
    rows = [[name, amount] for name, amount in zip(FINNISH, amounts, strict=True)]
    return text(
        [HEAD, *(each for n, row in enumerate(rows) for each in (row, ["Tarkistus", row[1] + 1_013 * (n - 4)]))],
        sum(amounts),
    )


@habit
def the_share_of_every_line_below_it() -> Habit:
    amounts = figures(1072, 9)
    shares = [round(100 * amount / sum(amounts), 1) for amount in amounts]
    rows = zip(FINNISH, amounts, shares, strict=True)
    return sheet([HEAD, *(each for name, a, share in rows for each in ([name, a], ["Osuus", share]))], sum(amounts))


@habit
def every_row_once_more_in_another_language() -> Habit:
    amounts = figures(1073, 9)
    rows = zip(FINNISH, SWAHILI, amounts, strict=False)
    return sheet([HEAD, *(each for one, other, a in rows for each in ([one, a], [other, a]))], sum(amounts))


@habit
def a_total_of_no_list_above_its_lines_and_below_them() -> Habit:
    amounts = figures(1074, 9)
    whole = ["Kaikkiaan", sum(amounts)]
    return text([HEAD, whole, *map(list, zip(FINNISH, amounts, strict=True)), whole], sum(amounts))


def test_a_row_of_one_name_below_every_line_that_a_total_sums_is_a_line() -> None:
    amounts = figures(1075, 18)
    names = [name for line in FINNISH for name in (line, "Muut")]
    rows = [[name, amount] for name, amount in zip(names, amounts, strict=True)]
    outcome = read(sheet([HEAD, *rows, ["Yhteensä", sum(amounts)]], sum(amounts)))
    assert not outcome.asked
    assert stored(outcome) == {sum(amounts)}


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


def test_a_list_from_the_largest_amount_down_has_no_parts() -> None:
    amounts = sorted(figures(1080, 12), reverse=True)
    names = [*FINNISH[:3], "Muu opetus", *FINNISH[3:6], "Muu liikenne", *FINNISH[6:9], "Muu vesi"]
    outcome = read(sheet([HEAD, *map(list, zip(names, amounts, strict=True))], sum(amounts)))
    assert "rows" not in outcome.asked
    assert stored(outcome) == {sum(amounts)}


def test_a_line_as_large_as_a_few_others_is_no_total() -> None:
    amounts = [*figures(1081, 8, 1_000_003), 2_100_017, 350_003, 7_040_021]
    names = [*FINNISH, "Maa", "Muu"]
    outcome = read(sheet([HEAD, *map(list, zip(names, amounts, strict=True))], sum(amounts)))
    assert "rows" not in outcome.asked
    assert stored(outcome) == {sum(amounts)}
