"""Habits of columns beside one another: nets, totals of totals, versions, sides, periods and balances. Each is a small
workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

from random import Random

import pytest

from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.habits import (
    NAMES,
    Habit,
    Habits,
    Rows,
    check,
    check_told,
    describe,
    figures,
    read,
    sheet,
    stored,
    table,
    text,
)

habit = Habits()


# Nets and totals of totals


def crossing(seed: int, income: int) -> tuple[Rows, list[list[int]]]:
    """Rows of two kinds of spending, their sum, two of income and theirs, and what is left; and the columns."""
    pay, other = figures(seed), figures(seed + 1)
    grants, fees = ([income * a // 9 for a in figures(seed + n)] for n in (2, 3))
    gross = [a + b for a, b in zip(pay, other, strict=True)]
    received = [a + b for a, b in zip(grants, fees, strict=True)]
    net = [a - income * b for a, b in zip(gross, received, strict=True)]
    return [pay, other, gross, grants, fees, received, net], [gross, received, net]


@habit
def gross_and_income_below_zero_and_the_net_of_their_sums() -> Habit:
    columns, (gross, received, _) = crossing(471, -1)
    head = ["Service", "Staff", "Buildings", "Gross expenditure", "Grants", "Fees", "Gross income", "Net expenditure"]
    rows = [["Budget 2024-25, £"], *table(head, NAMES[:10], *columns)]
    return sheet(rows, [sum(gross), sum(received)], [sum(gross), -sum(received)], must=True)


@habit
def a_net_with_a_charge_added_to_it() -> Habit:
    columns, (gross, received, net) = crossing(481, 1)
    charge = figures(489)
    cost = [a + b for a, b in zip(net, charge, strict=True)]
    head = ["Service", "Staff", "Buildings", "Gross expenditure", "Grants", "Fees", "Gross income", "Net expenditure"]
    rows = [["Budget 2024-25, £"], *table([*head, "Capital charges", "Cost"], NAMES[:10], *columns, charge, cost)]
    return sheet(rows, [sum(gross) + sum(charge), sum(received)], [sum(gross), sum(received), sum(charge)])


@habit
def sides_of_a_net_that_no_word_names() -> Habit:
    columns, (gross, received, _) = crossing(491, 1)
    rows = [["Budget 2024-25, £"], *table(["Item", "Ab", "Ba", "Ca", "Da", "Ea", "Fa", "Ga"], NAMES[:10], *columns)]
    return sheet(rows, [sum(gross), sum(received)])


@habit
def a_total_of_two_totals_one_of_which_nothing_breaks_down() -> Habit:
    pay, travel, books, rent, capital = (figures(seed) for seed in range(501, 506))
    staff, goods = ([a + b for a, b in zip(*pair, strict=True)] for pair in ((pay, travel), (books, rent)))
    current = [a + b for a, b in zip(staff, goods, strict=True)]
    every = [a + b for a, b in zip(current, capital, strict=True)]
    head = ["", "Pay", "Travel", "Total staff", "Books", "Rent", "Total goods", "Total current", "Total capital", "All"]
    rows = table(head, NAMES[:10], pay, travel, staff, books, rent, goods, current, capital, every)
    return sheet([["Budget 2024-25, £"], *rows], sum(every), [sum(current), sum(capital)], must=True)


def two_taken_off() -> tuple[list[int], ...]:
    """What ten services spend, two things that are taken off it, and what is left."""
    gross = figures(474, 10, 1_000_003)
    one, other = (figures(seed, 10, 10_007, 499_979) for seed in (475, 476))
    return gross, one, other, [a - b - c for a, b, c in zip(gross, one, other, strict=True)]


@habit
def grants_and_income_that_a_net_takes_off_gross_spending() -> Habit:
    gross, grants, fees, net = two_taken_off()
    head = ["Service", "Gross expenditure", "Specific government grants", "Other income", "Net expenditure"]
    rows = table(head, NAMES[:10], gross, grants, fees, net)
    return sheet([["Budget 2024-25, £"], *rows], [sum(gross), sum(grants) + sum(fees)], must=True)


def test_savings_that_a_net_takes_off_beside_income_are_not_received_unasked() -> None:
    gross, saved, fees, net = two_taken_off()
    head = ["Service", "Gross expenditure", "Savings", "Income", "Net expenditure"]
    outcome = read(sheet([["Budget 2024-25, £"], *table(head, NAMES[:10], gross, saved, fees, net)], sum(gross)))
    received = sum(amount for key, amount in outcome.groups.items() if key[3] == "income") / 100
    assert outcome.asked or received == sum(fees)


@habit
def a_total_that_two_sets_of_columns_part() -> Habit:
    pay, goods = figures(477), figures(478)
    whole = [a + b for a, b in zip(pay, goods, strict=True)]
    outside = [a * 3 // 7 + n * n for n, a in enumerate(whole)]
    own = [a - b for a, b in zip(whole, outside, strict=True)]
    head = ["Service", "Total budget", "Employees", "Running costs", "Grant funded", "Council funded"]
    rows = table(head, NAMES[:10], whole, pay, goods, outside, own)
    return sheet([["Budget 2024-25, £"], *rows], sum(whole), must=True)


@habit
def years_of_a_scheme_and_what_pays_for_it() -> Habit:
    years = [figures(480 + n) for n in range(3)]
    whole = [sum(each) for each in zip(*years, strict=True)]
    grant = [a * 4 // 7 + n * n for n, a in enumerate(whole)]
    loan = [a - b for a, b in zip(whole, grant, strict=True)]
    head = ["Scheme", "Total cost", "2024-25", "2025-26", "2026-27", "Grant funded", "Borrowing"]
    rows = table(head, NAMES[:10], whole, *years, grant, loan)
    return sheet([["Capital programme, £"], *rows], [sum(each) for each in years], must=True)


@habit
def income_beside_spending_under_words_over_their_codes() -> Habit:
    received, spent = figures(484, 6), figures(485, 6)
    rows: Rows = [["Budget 2024-25"], ["INCOME", None, None, "EXPENDITURE", None, None]]
    rows += [["Chap.", "Name", "£", "Chap.", "Name", "£"]]
    rows += [[n + 1, f"Kind {n}", received[n], n + 1, NAMES[n], spent[n]] for n in range(6)]
    return sheet(rows, [sum(received), sum(spent)], must=True)


@habit
def words_of_flow_over_what_was_adopted_and_what_came_of_it() -> Habit:
    spent, came, received, brought = (figures(486 + n) for n in range(4))
    rows: Rows = [["", "Expenditure", None, "Income", None]]
    rows += [["Division", "Adopted by council", "Estimated outturn", "Adopted by council", "Estimated outturn"]]
    rows += map(list, zip(NAMES[:10], spent, came, received, brought, strict=True))
    right = [sum(spent), sum(received), sum(came), sum(brought)]
    return sheet([["Budget 2024-25, £"], *rows], right, must=True)


@habit
def years_of_their_own_under_the_first_year_of_a_framework() -> Habit:
    past, first, second, third = (figures(490 + n, 8, 1_009) for n in range(4))
    rows: Rows = [["Description", "Ref", "2022-23", "2024-25 Medium term framework", None, None]]
    rows += [["£", 1, "Audited outcome", "Budget year 2024-25", "Budget year +1 2025-26", "Budget year +2 2026-27"]]
    rows += [[n, None, *amounts] for n, *amounts in zip(NAMES[:8], past, first, second, third, strict=True)]
    return sheet(rows, [sum(each) for each in (past, first, second, third)], must=True)


# Several budgets of one year


@habit
def a_revised_budget_that_says_no_year() -> Habit:
    first, moved = figures(508), figures(509, 10, -9_001, 9_001)
    revised = [a + b for a, b in zip(first, moved, strict=True)]
    rows = table(
        ["Service", "Original budget 2024-25", "Virements", "Revised budget"], NAMES[:10], first, moved, revised
    )
    return sheet([["Monitoring, £"], *rows], [sum(first), sum(revised)], must=True, year="")


@habit
def the_latest_budget_beside_the_approved_one() -> Habit:
    approved, moved = figures(511), figures(512, 10, -9_001, 9_001)
    latest = [a + b for a, b in zip(approved, moved, strict=True)]
    rows = table(["Service", "Approved budget", "Latest budget"], NAMES[:10], approved, latest)
    return sheet([["Monitoring 2024-25, £"], *rows], [sum(approved), sum(latest)], must=True)


@habit
def what_is_left_of_a_budget_is_none() -> Habit:
    budget = figures(513)
    spent = [amount * 7 // 9 - 3 * n for n, amount in enumerate(budget)]
    left = [a - b for a, b in zip(budget, spent, strict=True)]
    rows = table(["Service", "Revised budget", "Actual to date", "Remaining budget"], NAMES[:10], budget, spent, left)
    return sheet([["Monitoring 2024-25, £"], *rows], [sum(budget)], [sum(budget), sum(spent)])


@habit
def the_previous_forecast_beside_the_forecast() -> Habit:
    budget = [905, 91_207, *figures(514, 8)]
    before, now = ([a + b for a, b in zip(budget, figures(n, 10, 9, 90_007), strict=True)] for n in (517, 518))
    rows = table(["Service", "Budget", "Previous forecast", "Forecast"], NAMES[:10], budget, before, now)
    return sheet([["Monitoring 2024-25, £"], *rows], [sum(budget), sum(now)], must=True)


@habit
def what_was_assigned_modified_and_is_in_force_in_a_report_of_execution() -> Habit:
    assigned, modified = figures(515), figures(516, 10, 1_009, 9_999)
    force = [a + b for a, b in zip(assigned, modified, strict=True)]
    spent = [amount * 8 // 9 for amount in force]
    rows = table(
        ["Programa", "ASIGNADO", "MODIFICADO", "VIGENTE", "DEVENGADO"], NAMES[:10], assigned, modified, force, spent
    )
    right = [sum(assigned), sum(force), sum(spent)]
    return sheet([["EJECUCION DEL PRESUPUESTO 2024"], *rows], right, stage="", year="2024-25")


# Columns that nothing tells apart


@habit
def parts_that_are_repeated_under_each_year() -> Habit:
    north, south, after, beside = (figures(seed, 10, 1_009, 99_991) for seed in (521, 522, 523, 524))
    rows: Rows = [["", "2023-24", "", "2024-25", ""], ["Service", "North", "South", "North", "South"]]
    rows += map(list, zip(NAMES[:10], north, south, after, beside, strict=True))
    return sheet([["Budget, £"], *rows], [sum(north) + sum(south), sum(after) + sum(beside)])


# Months, the year so far and the year


@habit
def this_month_beside_the_year_to_date() -> Habit:
    month = figures(531)
    so_far = [amount + more for amount, more in zip(month, figures(532), strict=True)]
    rows = table(["Service", "This month", "Year to date"], NAMES[:10], month, so_far)
    return sheet([["Outturn 2024-25, £"], *rows], sum(so_far), must=True, stage="outturn")


@habit
def months_of_actuals_and_forecasts_that_a_forecast_sums() -> Habit:
    months = [figures(533 + n, 10, 1_009, 99_991) for n in range(12)]
    year, budget = [sum(row) for row in zip(*months, strict=True)], figures(546)
    names = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
    head = [f"{name} {'Actual' if n < 6 else 'Forecast'}" for n, name in enumerate(names)]
    rows = table(["Service", *head, "Forecast outturn", "Budget"], NAMES[:10], *months, year, budget)
    return sheet([["Monitoring 2024-25, £"], *rows], [sum(year), sum(budget)], must=True)


@habit
def an_annual_budget_its_months_and_their_total() -> Habit:
    months = [figures(551 + n, 10, 1_009, 99_991) for n in range(12)]
    year = [sum(row) for row in zip(*months, strict=True)]
    names = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
    rows = table(["Service", "Annual budget", *names, "Total"], NAMES[:10], year, *months, year)
    return sheet([["Budget 2024-25, £"], *rows], sum(year), must=True)


# Balances and what leads from one to another


@habit
def what_is_owed_before_and_after_beside_what_is_paid() -> Habit:
    before, principal, interest = figures(561, 10, 1_000_003), figures(562, 10, 10_007, 99_991), figures(563)
    paid = [a + b for a, b in zip(principal, interest, strict=True)]
    after = [a - b for a, b in zip(before, principal, strict=True)]
    head = ["Loan", "Outstanding 1 April", "Principal", "Interest", "Total debt service", "Outstanding 31 March"]
    rows = table(head, NAMES[:10], before, principal, interest, paid, after)
    return sheet([["Budget 2024-25, £"], *rows], sum(paid), must=True)


def test_balances_and_what_leads_from_one_to_another_are_nothing_spent() -> None:
    before, into, out = figures(564, 10, 1_000_003), figures(565, 10, 10_007, 99_991), figures(566, 10, 10_007, 99_991)
    after = [a + b - c for a, b, c in zip(before, into, out, strict=True)]
    head = ["Reserve", "Balance 1 April, £", "Transfers in, £", "Transfers out, £", "Balance 31 March, £"]
    rows = table(head, NAMES[:10], before, into, [-amount for amount in out], after)
    assert not stored(read(sheet([["Earmarked money 2024-25"], *rows])))


def test_balances_of_two_dates_are_nothing_spent_though_their_dates_are_years() -> None:
    before, into, out = figures(564, 10, 1_000_003), figures(565, 10, 10_007, 99_991), figures(566, 10, 10_007, 99_991)
    after = [a + b - c for a, b, c in zip(before, into, out, strict=True)]
    head = ["Reserve", "Balance 31/3/2024", "Transfers in 2024/25", "Transfers out 2024/25", "Balance 31/3/2025"]
    rows = table(head, NAMES[:10], before, into, [-amount for amount in out], after)
    assert not stored(read(sheet([["Reserves, £"], *rows])))


# A budget and its revision


def steps(count: int) -> list[list[int | None]]:
    """Two columns of changes that leave most rows as they are."""
    random = Random(581)
    return [[random.choice([None, None, None, random.randint(-90, 90)]) for _ in range(count)] for _ in range(2)]


@pytest.mark.parametrize("first", ["Budget Act", "Original Budget"])
@pytest.mark.parametrize("change", ["Funding changes", "Changes proposed"])
def test_a_revision_states_again_what_it_revises(first: str, change: str) -> None:
    before, (moved, more) = figures(582, 14, 1_000), steps(14)
    after = [a + (b or 0) + (c or 0) for a, b, c in zip(before, moved, more, strict=True)]
    head = ["Portfolio", first, "Internal transfers", change, "Autumn Budget Revision"]
    rows = table(head, NAMES, before, moved, more, after)
    made = sheet([["Autumn Budget Revision 2024-25"], ["£"], *rows], [sum(before), sum(after)], sum(after), must=True)
    outcome = read(made)
    assert not outcome.asked
    assert stored(outcome) in made.right, describe(made, outcome)


@habit
def dues_and_cash_in_rows_of_a_programme_cash_of_one_year_alone() -> Habit:
    rows: Rows = [["Mission", "Programme", "", "2024-25 £", "2025-26 £"]]
    due, later = figures(594, 8), figures(595, 8)
    for n, (now, then) in enumerate(zip(due, later, strict=True)):
        mission = [f"Mission {n // 2}", f"Programme {n % 2}"]
        rows += [[*mission, "residui presunti", 9_001 + n, None], [*mission, "previsione di competenza", now, then]]
        rows += [[*mission, "previsione di cassa", now + 8_007 + n, None]]
    return sheet(rows, [sum(due), sum(later)])


def test_an_outcome_that_was_audited_was_spent() -> None:
    before, after = figures(596), figures(597)
    outcome = read(
        sheet(table(["Service", "2022-23 Audited outcome £", "2024-25 Budget £"], NAMES[:10], before, after))
    )
    stages = {key[0]: amount / 100 for key, amount in outcome.groups.items()}
    assert stages == {"outturn": sum(before), "budget": sum(after)}


@habit
def months_of_a_long_list_that_hold_those_before() -> Habit:
    so_far = [0] * 6
    rows: Rows = [["Month", "Service", "Running budget £"]]
    for n, month in enumerate(("April", "May", "June", "July", "August", "September")):
        so_far = [a + b for a, b in zip(so_far, figures(9_100 + n, 6, 1_009, 99_991), strict=True)]
        rows += [[month, name, amount] for name, amount in zip(NAMES, so_far, strict=False)]
    return sheet(rows, sum(so_far))


@habit
def months_of_a_long_list_that_rise_and_fall() -> Habit:
    months = [figures(9_200 + n, 6, 1_009, 99_991) for n in range(6)]
    rows: Rows = [["Month", "Service", "Budget £"]]
    for month, amounts in zip(("April", "May", "June", "July", "August", "September"), months, strict=True):
        rows += [[month, name, amount] for name, amount in zip(NAMES, amounts, strict=False)]
    return sheet(rows, sum(map(sum, months)), must=True)


def under_each_name(header: str, words: tuple[str, ...], columns: list[list[int]]) -> Rows:
    """Rows of the same words below each service, which is written once."""
    rows: Rows = [["Service", header, "2024-25 £"]]
    for name, amounts in zip(NAMES, zip(*columns, strict=True), strict=False):
        rows += [[name if n == 0 else None, word, amounts[n]] for n, word in enumerate(words)]
    return rows


@habit
def measures_in_rows_of_a_column_without_a_header() -> Habit:
    promised, cash = figures(9_300, 8), figures(9_301, 8)
    words = ("commitments", "of which already made", "cash")
    rows = under_each_name("", words, [promised, [amount // 3 for amount in promised], cash])
    return sheet(rows, sum(promised), sum(cash))


@habit
def kinds_of_spending_in_rows_under_each_service() -> Habit:
    columns = [figures(9_310 + n, 8) for n in range(3)]
    rows = under_each_name("Category", ("Pay", "Premises", "Supplies"), columns)
    return sheet(rows, sum(map(sum, columns)), must=True)


@habit
def a_budget_of_one_year_and_the_estimate_of_the_next_in_rows() -> Habit:
    spent, budget, estimate = (figures(9_320 + n, 10) for n in range(3))
    rows: Rows = [["Service", "Year", "Version", "Amount £"]]
    for name, *amounts in zip(NAMES[:10], spent, budget, estimate, strict=True):
        said = (("2022-23", "Actual"), ("2023-24", "Original"), ("2024-25", "Estimate"))
        rows += [[name, year, word, amount] for (year, word), amount in zip(said, amounts, strict=True)]
    return text(rows, [sum(spent), sum(budget), sum(estimate)], must=True)


@habit
def classes_of_spending_with_words_of_promises_and_refunds() -> Habit:
    kinds = ("Current charges and obligations", "Contributions, refunds, taxes", "Other expenses")
    columns = [figures(9_330 + n, 8) for n in range(3)]
    rows: Rows = [["Service", "Class", "2024-25 £"]]
    for name, amounts in zip(NAMES, zip(*columns, strict=True), strict=False):
        rows += [[name, kind, amount] for kind, amount in zip(kinds, amounts, strict=True)]
    return text(rows, sum(map(sum, columns)), must=True)


@habit
def three_versions_in_a_column_that_a_header_calls_a_kind_of_budget() -> Habit:
    adopted = figures(9_340, 12)
    random = Random(9_341)
    columns = [adopted, *([amount * random.randint(90, 110) // 100 for amount in adopted] for _ in range(2))]
    rows: Rows = [["Department", "Account", "Budget Type", "Amount £"]]
    for n, amounts in enumerate(zip(*columns, strict=True)):
        said = zip(("Adopted", "Amended", "Actual"), amounts, strict=True)
        rows += [[NAMES[n // 3], ("Pay", "Travel", "Grants")[n % 3], word, amount] for word, amount in said]
    return text(rows, [sum(column) for column in columns], *map(sum, columns))


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


def offered(made: Habit) -> list[set[float]]:
    """What each option of the first question about amounts comes to."""
    questions = read_workbook(made.data, "across.xlsx", terms=UK).questions
    question = next(question for question in questions if question.topic == "amount")
    return [{total.amount / 100 for total in option.totals} for option in question.options]


def test_two_columns_may_be_what_was_set_and_what_was_paid() -> None:
    first = [907, 93_109, *figures(525, 8)]
    second = [amount * 8 // 9 for amount in first]
    rows = table(["Service", "Voorzien, £", "Voldaan, £"], NAMES[:10], first, second)
    assert {sum(first), sum(second)} in offered(sheet([["Overzicht"], *rows]))


def test_two_columns_of_which_no_row_fills_both_may_be_taken_off_or_received() -> None:
    first, second = [909, *figures(526, 5)], [60_411, *figures(527, 5)]
    rows: Rows = [
        ["Entry", "Af, £", "Bij, £"],
        *([name, amount, None] for name, amount in zip(NAMES[:6], first, strict=True)),
    ]
    rows += [[name, None, amount] for name, amount in zip(NAMES[6:12], second, strict=True)]
    options = offered(sheet([["Overzicht"], *rows]))
    assert {sum(first), sum(second)} in options
    assert {sum(first) - sum(second)} in options


def test_each_column_beside_one_that_is_called_a_total_may_be_the_amount() -> None:
    paid, total, base = ([n, *figures(seed, 9)] for n, seed in ((909, 571), (5_117, 572), (60_411, 573)))
    rows = table(
        ["Award", "Federal obligation, £", "Total obligated, £", "Base value, £"], NAMES[:10], paid, total, base
    )
    options = offered(sheet([["Overview"], *rows]))
    assert all({sum(each)} in options for each in (paid, total, base))


def test_a_table_beside_the_budget_whose_total_does_not_add_up_may_state_no_money() -> None:
    amounts = figures(574)
    base, paid, total = ([n, *figures(seed, 9)] for n, seed in ((60_411, 575), (909, 576), (5_117, 577)))
    rows: Rows = [["Budget 2024-25, £"], *table(["Service", "Amount"], NAMES[:10], amounts), [], []]
    rows += table(
        ["Award", "Base value", "Obligation", "Total obligated"], [f"Award {n}" for n in range(10)], base, paid, total
    )
    assert {sum(amounts)} in offered(sheet(rows))


@pytest.mark.parametrize("income", [1, -1])
def test_one_row_alone_tells_a_total_by_its_many_digits(income: int) -> None:
    first, second = 1_161_462_151, income * 1_159_910_176
    head = ["Staff", "Buildings", "Total"] if income > 0 else ["Expenses", "Revenues", "Total Result"]
    rows = [["Budget 2024-25, £"], head, [first, second, first + second]]
    right = [first + second] if income > 0 else [first, -second]
    check_told(sheet(rows, right))


@pytest.mark.parametrize("names", [("Road Fund", "Water Fund", "Parks Fund"), ("Grant A", "Grant B", "Grant C")])
def test_funds_and_grants_by_name_are_no_codes(names: tuple[str, ...]) -> None:
    columns = [figures(4401 + place, high=900_000, low=90) for place in range(3)]
    columns[0] = figures(4404, low=100_003, high=999_983)
    sums = [sum(column) for column in columns]
    rows = [*table(["Service", *names], NAMES[:10], *columns), ["Total", *sums]]
    check(sheet(rows, sum(sums)))


@pytest.mark.parametrize("names", [("Hours", "Materials"), ("Population health", "Primary care"), ("Beds", "Theatres")])
def test_a_word_for_a_quantity_over_figures_as_large_as_amounts_is_asked_about(names: tuple[str, str]) -> None:
    columns = [figures(4411 + place, low=10_007, high=900_001) for place in range(2)]
    rows = table(["Service", *names], NAMES[:10], *columns)
    made = sheet([*rows, ["Total", *map(sum, columns)]], sum(map(sum, columns)))
    assert read(made).asked["amount"]
    check(made)
