"""Habits of statements: income beside spending and what they leave, the same money told again further down, groups that
no word calls totals. Each is a small workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, figures, file, sheet, table, text
from tests.workbooks import workbook

habit = Habits()


HEAD = ["", "2024-25 £"]


def section(heading: str, total: str, names: tuple[str, ...], amounts: list[int]) -> list[list[object]]:
    return [[heading], *map(list, zip(names, amounts, strict=True)), [total, sum(amounts)]]


# What one section leaves after another


@habit
def a_net_between_sections_that_no_word_tells_apart() -> Habit:
    one, other = figures(701, 4), figures(702, 5)
    rows = [HEAD, *section("Esk", "Total Esk", NAMES[:4], one), *section("Fell", "Total Fell", NAMES[4:9], other)]
    return sheet([*rows, ["Left", sum(one) - sum(other)]], [sum(one), sum(other)])


@habit
def a_net_of_a_section_written_below_zero() -> Habit:
    one, other = figures(703, 4), figures(704, 5)
    rows = [HEAD, *section("Esk", "Total Esk", NAMES[:4], one)]
    rows += section("Fell", "Total Fell", NAMES[4:9], [-amount for amount in other])
    return sheet([*rows, ["Result", sum(one) - sum(other)]], [sum(one), sum(other)])


@habit
def a_chain_of_nets() -> Habit:
    sales, bought, running = figures(705, 3), figures(706, 2), figures(707, 4)
    rows = [HEAD, *section("Income", "Total income", NAMES[:3], sales)]
    rows += [*section("Cost of sales", "Total cost of sales", NAMES[3:5], bought)]
    rows += [["Gross profit", sum(sales) - sum(bought)]]
    rows += section("Overheads", "Total overheads", NAMES[5:9], running)
    rows += [["Net income", sum(sales) - sum(bought) - sum(running)]]
    return sheet(rows, [sum(sales), sum(bought) + sum(running)], must=True)


@habit
def a_balance_below_what_is_left() -> Habit:
    one, other, before = figures(708, 4), figures(709, 5), 123_457
    rows = [HEAD, *section("Income", "Total income", NAMES[:4], one)]
    rows += section("Expenditure", "Total expenditure", NAMES[4:9], other)
    left = sum(one) - sum(other)
    rows += [["Net", left], ["Bank balance 1 April", before], ["Bank balance 31 March", left + before]]
    return sheet(rows, [sum(one), sum(other)])


@habit
def funding_below_the_whole_that_it_meets() -> Habit:
    spent, funded = figures(710, 6), figures(711, 3)
    rows = [HEAD, *map(list, zip(NAMES[:6], spent, strict=True)), ["Net budget requirement", sum(spent)]]
    rows += [*map(list, zip(("Alpha", "Beta", "Gamma"), funded, strict=True))]
    rows += [["Gap", sum(spent) - sum(funded)]]
    return sheet(rows, [sum(spent)], [sum(spent), sum(funded)])


@habit
def funding_below_zero_that_comes_to_the_whole() -> Habit:
    spent = figures(712, 6)
    funded = [sum(spent) // 3, sum(spent) // 4]
    funded += [sum(spent) - sum(funded)]
    rows = [HEAD, *map(list, zip(NAMES[:6], spent, strict=True)), ["Net cost", sum(spent)]]
    rows += [[name, -amount] for name, amount in zip(("Alpha", "Beta", "Gamma"), funded, strict=True)]
    return sheet([*rows, ["Total funding", -sum(spent)]], [sum(spent)], [sum(spent), sum(funded)])


@habit
def less_depreciation_between_gross_and_net_outside_the_grand_total() -> Habit:
    years = [figures(713, 4), figures(714, 4)]
    invested = [figures(715, 3), figures(716, 3)]
    worn = [20_011, 30_013]
    rows: list[list[object]] = [["", "2023-24 £", "2024-25 £"], ["Current"]]
    rows += [*map(list, zip(NAMES[:4], *years, strict=True)), ["Current expenditure", *map(sum, years)], ["Capital"]]
    rows += [*map(list, zip(NAMES[4:7], *invested, strict=True)), ["Gross investment", *map(sum, invested)]]
    rows += [["less depreciation", *(-each for each in worn)]]
    rows += [["Net investment", *(sum(a) - b for a, b in zip(invested, worn, strict=True))]]
    whole = [sum(a) + sum(b) for a, b in zip(years, invested, strict=True)]
    return sheet([*rows, ["TOTAL EXPENDITURE", *whole]], whole)


@habit
def a_rate_in_the_name_of_what_is_taken_off() -> Habit:
    spent = figures(717, 7)
    rows = [HEAD, *map(list, zip(NAMES[:7], spent, strict=True)), ["Less: vacancy factor (5%)", -81_001]]
    rows += [["Less: efficiency savings", -33_007], ["Net service budget", sum(spent) - 81_001 - 33_007]]
    return sheet(rows, sum(spent) - 81_001 - 33_007)


@habit
def funds_that_stand_over_what_they_spend() -> Habit:
    general = [*figures(718, 4, 1_009, 9_973), *figures(719, 4, 10_007, 99_971)]
    other = [*figures(721, 4, 101, 997), *figures(722, 4, 10_007, 99_971)]
    rows = table(["Service", "General Fund", "Other"], NAMES[:8], general, other)
    return sheet([["Budget 2024-25 £"], *rows], sum(general) + sum(other), sum(general), sum(other))


# Results in accounts that write no signs


@habit
def an_account_without_signs_or_totals() -> Habit:
    sales, other, costs, tax = (
        figures(720, 2),
        figures(721, 2),
        [figures(722 + n, 2) for n in range(4)],
        [12_007, 9_011],
    )
    before = [a + b - sum(cost[n] for cost in costs) for n, (a, b) in enumerate(zip(sales, other, strict=True))]
    rows = [["", "2024-25 £", "2023-24 £"], ["Esk", *sales], ["Fell", *other]]
    rows += [[name, *cost] for name, cost in zip(NAMES, costs, strict=False)]
    rows += [["Before tax", *before], ["Ghyll", *tax], ["Left", *(a - b for a, b in zip(before, tax, strict=True))]]
    spent = [sum(cost[n] for cost in costs) + tax[n] for n in (0, 1)]
    received = [a + b for a, b in zip(sales, other, strict=True)]
    return sheet(rows, [*spent, *received])


@habit
def costs_between_two_kinds_of_income() -> Habit:
    sales, bought, running, rent = (figures(726 + n, 2) for n in range(4))
    gross = [a - b for a, b in zip(sales, bought, strict=True)]
    left = [a - b + c for a, b, c in zip(gross, running, rent, strict=True)]
    rows = [["", "2024-25 £", "2023-24 £"], ["Turnover", *sales], ["Cost of sales", *bought], ["Gross profit", *gross]]
    rows += [["Administrative expenses", *running], ["Other operating income", *rent], ["Operating profit", *left]]
    spent, received = ([a + b for a, b in zip(*pair, strict=True)] for pair in ((bought, running), (sales, rent)))
    return sheet(rows, [*spent, *received])


def services_with_what_each_leaves(seed: int) -> tuple[list[list[object]], int, int]:
    rows: list[list[object]] = [HEAD]
    received = spent = 0
    for n, service in enumerate(("Esk", "Fell", "Ghyll", "Howe")):
        fees, costs = figures(seed + 10 * n, 1 + n % 3), figures(seed + 10 * n + 1, 3)
        rows += [[service], *([f"Fee {n}{m}", fee] for m, fee in enumerate(fees)), [f"{service} :- Income", sum(fees)]]
        rows += [*([f"Cost {n}{m}", cost] for m, cost in enumerate(costs)), [f"{service} :- Expenditure", sum(costs)]]
        rows += [["Net", sum(fees) - sum(costs)]]
        received, spent = received + sum(fees), spent + sum(costs)
    return rows, received, spent


@habit
def services_each_with_income_spending_and_what_is_left() -> Habit:
    rows, received, spent = services_with_what_each_leaves(1_730)
    return sheet(rows, [received, spent])


@habit
def services_each_with_what_is_left_and_all_of_them_at_the_end() -> Habit:
    rows, received, spent = services_with_what_each_leaves(1_830)
    rows += [["Grand totals", received], ["Expenditure", spent], ["Net", received - spent]]
    return sheet(rows, [received, spent])


@habit
def sections_under_their_totals_with_results_between() -> Habit:
    spent, received, paid = figures(731, 4), figures(732, 3), 1_234_567
    rows = [HEAD, ["Esk", sum(spent)], *map(list, zip(NAMES[:4], spent, strict=True))]
    rows += [["Fell", sum(received)], *map(list, zip(NAMES[4:7], received, strict=True))]
    rows += [["From services", sum(received) - sum(spent)], ["Interest paid", paid]]
    rows += [["Left", sum(received) - sum(spent) - paid], ["All in all", sum(received) - sum(spent) - paid]]
    return sheet(rows, [sum(spent) + paid, sum(received)])


@habit
def an_opening_balance_that_a_column_leaves_blank() -> Habit:
    months = [(figures(733 + n, 3), figures(743 + n, 3)) for n in range(3)]
    received, spent = ([[month[side][n] for month in months] for n in range(3)] for side in (0, 1))
    rows: list[list[object]] = [["", "Apr £", "May £", "Jun £", "Total 2024-25 £"]]
    rows += [["Opening balance", 50_021, 60_013, 70_001, None], ["Receipts"]]
    rows += [[name, *row, sum(row)] for name, row in zip(NAMES[:3], received, strict=True)]
    sums = [sum(month[0]) for month in months], [sum(month[1]) for month in months]
    rows += [["Total receipts", *sums[0], sum(sums[0])], ["Payments"]]
    rows += [[name, *row, sum(row)] for name, row in zip(NAMES[3:6], spent, strict=True)]
    rows += [["Total payments", *sums[1], sum(sums[1])]]
    apart = [a - b for a, b in zip(*sums, strict=True)]
    rows += [["Net cash flow", *apart, sum(apart)]]
    return sheet(rows, [sum(sums[0]), sum(sums[1])])


# The same money told again


@habit
def a_whole_above_rows_with_another_whole_between() -> Habit:
    years = [figures(720 + n, 12) for n in range(4)]
    some = [sum(year[::2]) for year in years]
    rows = table(["Area", "2020-21 £", "2021-22 £", "2022-23 £", "2023-24 £"], NAMES[:12], *years)
    rows[1:1] = [["The whole", *map(sum, years)], ["Some of them", *some]]
    return sheet(rows, list(map(sum, years)))


@habit
def classes_above_the_bodies_that_make_them() -> Habit:
    years = [figures(730 + n, 12) for n in range(3)]
    classes = [[sum(year[n::3]) for n in range(3)] for year in years]
    rows = table(["Area", "2021-22 £", "2022-23 £", "2023-24 £"], NAMES[:12], *years)
    rows[1:1] = [["All", *map(sum, years)], *([f"Class {n}", *(each[n] for each in classes)] for n in range(3)), []]
    return sheet(rows, list(map(sum, years)))


@habit
def wholes_of_two_columns_in_a_shuffled_list() -> Habit:
    areas, kinds = NAMES[:5], ("Pay", "Goods", "Grants")
    amounts = {
        (area, kind): figures(740 + n * 3 + k, 1)[0] for n, area in enumerate(areas) for k, kind in enumerate(kinds)
    }
    cube = dict(amounts)
    cube |= {("Wessex", kind): sum(amounts[area, kind] for area in areas) for kind in kinds}
    cube |= {(area, "_T"): sum(cube[area, kind] for kind in kinds) for area in (*areas, "Wessex")}
    order = sorted(cube, key=lambda key: cube[key] % 997)
    rows = [["Area", "Kind", "Amount £"], *([*key, cube[key]] for key in order)]
    return text(rows, sum(amounts.values()))


@habit
def a_block_headed_total_that_repeats_every_flow() -> Habit:
    rows: list[list[object]] = [["", "2024-25 £"]]
    gross, income = figures(751, 6), figures(752, 6, 1_009, 9_973)
    for name, a, b in zip(NAMES[:6], gross, income, strict=True):
        rows += [[name], ["Gross expenditure", a], ["Income", -b], ["Net expenditure", a - b]]
    total = sum(gross), sum(income)
    rows += [
        ["Total"],
        ["Gross expenditure", total[0]],
        ["Income", -total[1]],
        ["Net expenditure", total[0] - total[1]],
    ]
    return sheet(rows, total)


@habit
def a_column_of_versions_by_a_name_that_nobody_knows() -> Habit:
    one, other = figures(753, 10), figures(754, 10)
    rows = [["Service", "Runde", "Amount £"]]
    for name, a, b in zip(NAMES[:10], one, other, strict=True):
        rows += [[name, "A", a], [name, "B", b]]
    return text(rows, sum(one), sum(other), [sum(one) + sum(other)])


# Groups that no word calls totals


def groups(seed: int, count: int, size: int, digits: int) -> list[tuple[str, list[int]]]:
    low = 10 ** (digits - 1)
    return [(f"Group {n}", figures(seed + n, size, low, 10 * low - 1)) for n in range(count)]


@habit
def groups_of_small_amounts_under_their_parents() -> Habit:
    made = groups(760, 6, 4, 3)
    rows = [["Service", "2024-25 £"]]
    for name, amounts in made:
        rows += [[name, sum(amounts)], *([f"{name} {n}", amount] for n, amount in enumerate(amounts))]
    return sheet(rows, sum(sum(amounts) for _, amounts in made))


@habit
def groups_of_small_amounts_above_their_parents() -> Habit:
    made = groups(770, 5, 3, 3)
    rows = [["Service", "2024-25 £"]]
    for name, amounts in made:
        rows += [*([f"{name} {n}", amount] for n, amount in enumerate(amounts)), [name, sum(amounts)]]
    return sheet(rows, sum(sum(amounts) for _, amounts in made))


@habit
def three_levels_under_a_whole_that_no_word_calls_one() -> Habit:
    made = [groups(780 + 10 * n, 3, 3, 4) for n in range(3)]
    lines = [sum(sum(amounts) for _, amounts in each) for each in made]
    rows = [["Service", "2024-25 £"], ["Everything", sum(lines)]]
    for n, each in enumerate(made):
        rows += [[f"Part {n}", lines[n]]]
        for name, amounts in each:
            rows += [[f"{n} {name}", sum(amounts)], *([f"{n} {name} {m}", amount] for m, amount in enumerate(amounts))]
    return sheet(rows, sum(lines))


@habit
def a_list_without_any_groups() -> Habit:
    amounts = figures(790, 60, 101, 997)
    return sheet(
        table(["Service", "2024-25 £"], tuple(f"Line {n}" for n in range(60)), amounts), sum(amounts), must=True
    )


@habit
def a_chapter_over_all_its_articles_that_no_word_calls_a_total() -> Habit:
    lines = [5000, 3000, 4000, 2000, 2000, 1500, 1000, 50_000, 12_000, 100, 18_000]
    names = tuple(f"Article {n}" for n in range(len(lines)))
    rows = table(["Item", "2024-25 £"], ("General charges", *names), (sum(lines), *lines))
    return sheet(rows, sum(lines))


@habit
def income_that_is_as_much_as_all_that_is_spent() -> Habit:
    lines = figures(791, 6)
    rows = table(["Item", "2024-25 £"], ("Income from grants", *NAMES[:6]), (sum(lines), *lines))
    return sheet(rows, [sum(lines)])


@habit
def a_fund_between_its_balances_with_spending_below_zero() -> Habit:
    opening, revenue, spending, into, out = 66_373_778, 94_769_697, 109_869_253, 4_023_949, 3_911_207
    rows = [
        ["Budget 2024-25", "£"],
        ["Beginning fund balance", opening],
        ["Revenue", revenue],
        ["Expenditures", -spending],
        ["Transfers in", into],
        ["Transfers out", -out],
        ["Ending projected fund balance", opening + revenue - spending + into - out],
    ]
    return sheet(rows, [revenue, spending + out - into], [revenue + into, spending + out], [revenue, spending])


EARNINGS = ("Steuern und ähnliche Abgaben", "Zuwendungen", "Sonstige Transfererträge", "Kostenerstattungen")
EXPENSES = (
    *("Personalaufwendungen", "Versorgungsaufwendungen", "Aufwendungen für Sachleistungen"),
    *("Bilanzielle Abschreibungen", "Transferaufwendungen"),
)


def german_plan(received: list[int], spent: list[int], interest: list[int]) -> Rows:
    """What is received stands below zero under a plus, and what is spent above it under a minus."""
    left = sum(spent) - sum(received)
    return [
        ["Nr.", "Bezeichnung", "Ansatz 2024 EUR"],
        *([n, f"+ {name}", -amount] for n, name, amount in zip(range(1, 5), EARNINGS, received, strict=True)),
        [5, "= Ordentliche Erträge", -sum(received)],
        *([n, f"- {name}", amount] for n, name, amount in zip(range(6, 11), EXPENSES, spent, strict=True)),
        [11, "= Ordentliche Aufwendungen", sum(spent)],
        [12, "= Ordentliches Ergebnis", left],
        [13, "+ Finanzerträge", -interest[0]],
        [14, "- Zinsen und sonstige Finanzaufwendungen", interest[1]],
        [15, "= Finanzergebnis", interest[1] - interest[0]],
        [16, "= Jahresergebnis", left + interest[1] - interest[0]],
    ]


@habit
def labels_of_totals_that_a_program_kept_as_formulas_since_they_begin_with_their_sign() -> Habit:
    received, spent, interest = figures(731, 4), figures(732, 5), figures(733, 2, 10_007, 99_991)
    right = [sum(received) + interest[0], sum(spent) + interest[1]]
    return sheet(german_plan(received, spent, interest), right, must=True, currency="EUR", fiscal_year_starts=1)


@habit
def a_plan_of_a_town_and_of_each_of_its_areas() -> Habit:
    areas = [(figures(741 + n, 4), figures(751 + n, 5), figures(761 + n, 2, 10_007, 99_991)) for n in range(4)]
    town = [[sum(each) for each in zip(*rows, strict=True)] for rows in zip(*areas, strict=True)]
    sheets = {"Gesamtplan": german_plan(*town)} | {f"PB 0{n}": german_plan(*area) for n, area in enumerate(areas, 1)}
    # What one area has left is stated nowhere.
    sheets["PB 04"] = [row for row in sheets["PB 04"] if row[0] != 16]
    received, spent, interest = town
    right = [sum(received) + interest[0], sum(spent) + interest[1]]
    return file(workbook(**sheets), right, currency="EUR", fiscal_year_starts=1)


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())
