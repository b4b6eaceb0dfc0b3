"""Habits of real returns: each is read rightly, or it is asked about, and never stored wrongly."""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

import pytest

from tests.habits import (
    NAMES,
    Habit,
    Habits,
    Rows,
    describe,
    figures,
    file,
    pence,
    read,
    sheet,
    stored,
    table,
    text,
    total,
)
from tests.workbooks import workbook

habit = Habits()


# Columns that state the same money again, or none


@habit
def quarters_with_their_total() -> Habit:
    quarters = [figures(seed) for seed in range(4)]
    sums = [sum(row) for row in zip(*quarters, strict=True)]
    return sheet(
        table(["Service", "Q1", "Q2", "Q3", "Q4", "Total 2024-25"], NAMES[:10], *quarters, sums), sum(sums), must=True
    )


@habit
def quarters_alone() -> Habit:
    quarters = [figures(10 + seed) for seed in range(4)]
    return sheet(table(["Service", "Q1", "Q2", "Q3", "Q4"], NAMES[:10], *quarters), sum(sum(each) for each in quarters))


@habit
def months_that_add_up_those_before() -> Habit:
    months, so_far = [], [0] * 10
    for seed in range(12):
        so_far = [a + b for a, b in zip(so_far, figures(20 + seed, 10, 1_000, 90_000), strict=True)]
        months.append(so_far)
    heads = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    return sheet(table(["Service", *heads], NAMES[:10], *months), sum(months[-1]))


@habit
def budget_actual_and_variance() -> Habit:
    budget, actual = figures(40), figures(41)
    variance = [a - b for a, b in zip(actual, budget, strict=True)]
    rows = table(["Service", "Budget 2024-25", "Actual 2024-25", "Variance"], NAMES[:10], budget, actual, variance)
    return sheet(rows, [sum(budget), sum(actual)], sum(budget), must=True)


@habit
def budget_actual_and_variance_of_two_years() -> Habit:
    values = [figures(50 + seed) for seed in range(4)]
    variances = [[a - b for a, b in zip(values[i + 1], values[i], strict=True)] for i in (0, 2)]
    rows = [
        ["", "2023-24", "", "", "2024-25", "", ""],
        *table(
            ["Service", "Budget", "Actual", "Variance", "Budget", "Actual", "Variance"],
            *(NAMES[:10], values[0], values[1], variances[0], values[2], values[3], variances[1]),
        ),
    ]
    return sheet(rows, [sum(each) for each in values])


@habit
def gross_income_and_net() -> Habit:
    gross, income = figures(60, 10, 1_000_007), figures(61, 10, 1_007, 900_000)
    net = [g - i for g, i in zip(gross, income, strict=True)]
    rows = table(["Directorate", "Gross expenditure", "Income", "Net expenditure"], NAMES[:10], gross, income, net)
    return sheet(rows, [sum(gross), sum(income)], sum(net), sum(gross))


@habit
def income_as_negative_beside_gross_and_net() -> Habit:
    gross, income = figures(62, 10, 1_000_007), [-i for i in figures(63, 10, 1_007, 900_000)]
    net = [g + i for g, i in zip(gross, income, strict=True)]
    rows = table(["Directorate", "Gross £", "Income £", "Net £"], NAMES[:10], gross, income, net)
    return sheet(rows, [sum(gross), -sum(income)], [sum(gross), sum(income)], sum(net), sum(gross))


@habit
def net_vat_and_gross() -> Habit:
    net = pence(70, 12)
    vat = [round(n * 0.2, 2) for n in net]
    gross = [round(n + v, 2) for n, v in zip(net, vat, strict=True)]
    rows = table(["Supplier", "Net amount", "VAT", "Gross amount"], NAMES[:12], net, vat, gross)
    return text(rows, total(gross), total(net), stage="outturn")


@habit
def staff_and_other_cost_with_total() -> Habit:
    staff, other = figures(80), figures(81)
    both = [a + b for a, b in zip(staff, other, strict=True)]
    return sheet(
        table(["Service", "Staff", "Non-staff", "Total"], NAMES[:10], staff, other, both), sum(both), must=True
    )


@habit
def revenue_and_capital_with_total() -> Habit:
    revenue, capital = figures(82), figures(83)
    both = [a + b for a, b in zip(revenue, capital, strict=True)]
    return sheet(table(["Service", "Revenue", "Capital", "Total"], NAMES[:10], revenue, capital, both), sum(both))


@habit
def original_supplementary_and_revised_estimate() -> Habit:
    original, more = figures(84), figures(85, 10, 1_007, 99_000)
    revised = [a + b for a, b in zip(original, more, strict=True)]
    rows = table(
        ["Vote", "Original estimate", "Supplementary", "Revised estimate"], NAMES[:10], original, more, revised
    )
    return sheet(rows, [sum(original), sum(revised)], sum(original), sum(revised))


@habit
def a_running_total_beside_the_amount() -> Habit:
    amounts, so_far, running = figures(86), 0, []
    for amount in amounts:
        so_far += amount
        running.append(so_far)
    return sheet(table(["Service", "Budget £", "Cumulative £"], NAMES[:10], amounts, running), sum(amounts), must=True)


@habit
def awarded_and_paid() -> Habit:
    awarded = figures(87)
    paid = [a // 2 + 11 for a in awarded]
    rows = table(["Grant ID", "Recipient", "Amount awarded", "Amount paid"], range(1, 11), NAMES[:10], awarded, paid)
    return sheet(rows, sum(awarded), sum(paid), [sum(awarded), sum(paid)])


@habit
def the_amount_again_in_another_currency() -> Habit:
    amounts = pence(88)
    dollars = [round(a * 1.27, 2) for a in amounts]
    return sheet(table(["Grant", "Amount (£)", "Amount (US$)"], NAMES[:10], amounts, dollars), total(amounts))


@habit
def an_exchange_rate_beside_the_amount() -> Habit:
    amounts = figures(89)
    rates = [1.2712, 1.2698, 1.2744, 1.2655, 1.2609, 1.2811, 1.2790, 1.2733, 1.2702, 1.2688]
    return sheet(table(["Grant", "Amount (£)", "Rate"], NAMES[:10], amounts, rates), sum(amounts), must=True)


@habit
def posts_beside_money_in_every_year() -> Habit:
    values, posts = [figures(90), figures(91)], [figures(92, 10, 1, 400), figures(93, 10, 1, 400)]
    rows = table(
        ["Service", "2023-24 £", "2023-24 FTE", "2024-25 £", "2024-25 FTE"],
        *(NAMES[:10], values[0], posts[0], values[1], posts[1]),
    )
    return sheet(rows, [sum(values[0]), sum(values[1])], must=True)


@habit
def cost_a_head() -> Habit:
    amounts = figures(94)
    heads = [round(a / 52_311, 2) for a in amounts]
    return sheet(
        table(["Service", "Budget 2024-25 £", "£ per head"], NAMES[:10], amounts, heads), sum(amounts), must=True
    )


@habit
def places_times_cost_a_place() -> Habit:
    places, cost = figures(95, 10, 20, 900), figures(96, 10, 3_000, 9_999)
    amounts = [p * c for p, c in zip(places, cost, strict=True)]
    return sheet(
        table(["Service", "Places", "Cost per place", "Budget £"], NAMES[:10], places, cost, amounts), sum(amounts)
    )


@habit
def an_index_beside_the_amount() -> Habit:
    amounts, index = figures(97), [round(100 + i * 1.7, 1) for i in range(10)]
    return sheet(
        table(["Service", "Budget 2024-25 £", "Index (2019=100)"], NAMES[:10], amounts, index), sum(amounts), must=True
    )


@habit
def percentages_as_fractions() -> Habit:
    amounts = figures(98)
    shares = [round(a / sum(amounts), 4) for a in amounts]
    return sheet(
        table(["Service", "Budget 2024-25", "% of total"], NAMES[:10], amounts, shares), sum(amounts), must=True
    )


@habit
def percentages_as_numbers() -> Habit:
    amounts = figures(99)
    shares = [round(100 * a / sum(amounts), 1) for a in amounts]
    return sheet(table(["Service", "Budget 2024-25", "%"], NAMES[:10], amounts, shares), sum(amounts), must=True)


@habit
def a_percentage_without_any_sign_of_one() -> Habit:
    amounts, rises = figures(100), [3, 5, 12, 4, -2, 7, 1, 0, 9, 6]
    return sheet(table(["Service", "Budget 2024-25", "Uplift"], NAMES[:10], amounts, rises), sum(amounts))


# Codes and days that look like amounts


@habit
def cost_centres_right_of_amounts() -> Habit:
    amounts, codes = figures(110), figures(111, 10, 10_000, 99_999)
    return sheet(table(["Service", "Budget £", "Cost centre"], NAMES[:10], amounts, codes), sum(amounts), must=True)


@habit
def codes_without_a_header() -> Habit:
    amounts, codes = figures(112), figures(113, 10, 1_000, 9_999)
    return sheet(table(["", "Service", "Budget £"], codes, NAMES[:10], amounts), sum(amounts), must=True)


@habit
def four_digit_codes_beside_four_digit_amounts() -> Habit:
    amounts, codes = figures(114, 14, 1_001, 9_989), sorted(figures(115, 14, 1_001, 9_989))
    return sheet(table(["Account", "Service", "Amount"], codes, NAMES, amounts), sum(amounts), must=True)


@habit
def invoice_numbers_as_wide_as_amounts() -> Habit:
    amounts, numbers = pence(116, 14), figures(117, 14, 10, 9_999_999)
    return text(table(["Supplier", "Invoice", "Amount"], NAMES, numbers, amounts), total(amounts), stage="outturn")


@habit
def phone_numbers() -> Habit:
    amounts, numbers = figures(118), [1_315_550_000 + n for n in figures(119, 10, 100, 9_999)]
    return sheet(table(["School", "Phone", "Budget £"], NAMES[:10], numbers, amounts), sum(amounts), must=True)


@habit
def numeric_postcodes() -> Habit:
    amounts, codes = figures(120), figures(121, 10, 10_115, 99_998)
    return sheet(table(["School", "Postcode", "Budget £"], NAMES[:10], codes, amounts), sum(amounts), must=True)


@habit
def days_as_spreadsheets_count_them() -> Habit:
    amounts, days = figures(122), figures(123, 10, 45_383, 45_740)
    return sheet(table(["Payee", "Paid", "Amount"], NAMES[:10], days, amounts), sum(amounts), stage="outturn")


@habit
def days_on_which_things_began_years_ago() -> Habit:
    amounts = figures(124)
    days = [datetime.date(2010 + i, 5, 3 + i) for i in range(10)]
    return sheet(table(["Project", "Start date", "Budget 2024-25"], NAMES[:10], days, amounts), sum(amounts), must=True)


@habit
def days_of_payment_in_two_fiscal_years() -> Habit:
    amounts = figures(125)
    days = [f"{15 + i:02d}/0{3 if i < 5 else 4}/2024" for i in range(10)]
    right = [sum(amounts[:5]), sum(amounts[5:])]
    return text(table(["Payee", "Date", "Amount"], NAMES[:10], days, amounts), right, stage="outturn", year="")


@habit
def the_year_in_which_each_was_founded() -> Habit:
    amounts, years = figures(126), figures(127, 10, 1_901, 2_012)
    return sheet(table(["School", "Founded", "Budget 2024-25"], NAMES[:10], years, amounts), sum(amounts), must=True)


@habit
def the_year_in_which_each_was_founded_beside_an_amount_without_one() -> Habit:
    amounts, years = figures(132), figures(133, 10, 1_901, 2_012)
    return sheet(table(["School", "Founded", "Budget"], NAMES[:10], years, amounts), sum(amounts))


@habit
def long_identifiers_as_numbers() -> Habit:
    amounts, ids = figures(128), [float(7_200_000_000_000 + n) for n in figures(129, 10, 1, 999_999_999)]
    return sheet(table(["Supplier", "UID", "Amount"], NAMES[:10], ids, amounts), sum(amounts), must=True)


@habit
def ranks() -> Habit:
    amounts = sorted(figures(130), reverse=True)
    return sheet(table(["Rank", "Body", "Budget £"], range(1, 11), NAMES[:10], amounts), sum(amounts), must=True)


@habit
def places_on_the_map() -> Habit:
    amounts, random = figures(131), Random(131)
    north = [round(random.uniform(50.1, 58.6), 5) for _ in range(10)]
    east = [round(random.uniform(-6.2, 1.7), 5) for _ in range(10)]
    return sheet(table(["School", "Latitude", "Longitude", "Budget £"], NAMES[:10], north, east, amounts), sum(amounts))


# Names that sound like totals or income


@habit
def suppliers_called_total() -> Habit:
    amounts = pence(140, 12)
    names = ["Total Gas & Power", "Sum Up Ltd", "Balance Consulting", "Net Zero Homes", "Income Analytics", *NAMES[:7]]
    return text(table(["Supplier", "Amount"], names, amounts), total(amounts), stage="outturn", must=True)


@habit
def a_programme_called_income_support() -> Habit:
    amounts = figures(141, 8)
    names = ["Income support", "Pension credit", "Housing benefit", "Revenue collection", *NAMES[:4]]
    return sheet(table(["Programme", "Budget 2024-25 £"], names, amounts), sum(amounts), must=True)


@habit
def a_department_called_revenue() -> Habit:
    amounts = figures(142, 8)
    bodies = ["Department of Revenue"] * 4 + ["Department of Finance"] * 4
    return sheet(
        table(["Department", "Programme", "Budget 2024-25 £"], bodies, NAMES[:8], amounts), sum(amounts), must=True
    )


@habit
def reserves_and_balances_by_name_only() -> Habit:
    amounts = figures(143, 8)
    names = ["Nature reserves", "Work-life balance", "Closing the gap", "Open spaces", *NAMES[:4]]
    return sheet(table(["Service", "Budget 2024-25 £"], names, amounts), sum(amounts), must=True)


# Rows that state the same money again, or none


@habit
def a_total_at_the_top() -> Habit:
    amounts = figures(150)
    rows = table(["Service", "Budget £"], ["All services", *NAMES[:10]], [sum(amounts), *amounts])
    return sheet(rows, sum(amounts), must=True)


@habit
def a_total_without_a_name() -> Habit:
    amounts = figures(151)
    rows = table(["Service", "Budget £"], [*NAMES[:10], ""], [*amounts, sum(amounts)])
    return sheet(rows, sum(amounts), must=True)


@habit
def a_total_without_a_name_after_a_blank_row() -> Habit:
    amounts = figures(152)
    rows = [*table(["Service", "Budget £"], NAMES[:10], amounts), [], ["", sum(amounts)]]
    return sheet(rows, sum(amounts), must=True)


@habit
def a_total_stated_twice() -> Habit:
    amounts = figures(153)
    rows = table(
        ["Service", "Budget £"], [*NAMES[:10], "Total", "Total per ledger"], [*amounts, sum(amounts), sum(amounts)]
    )
    return sheet(rows, sum(amounts))


@habit
def a_check_row() -> Habit:
    amounts = figures(154)
    rows = table(
        ["Service", "Budget £"],
        *([*NAMES[:10], "Total", "Control total", "Difference"], [*amounts, sum(amounts), sum(amounts), 0]),
    )
    return sheet(rows, sum(amounts))


@habit
def subtotals_by_indent() -> Habit:
    first, second = figures(155, 4), figures(156, 5)
    names = ["Education", *("    " + n for n in NAMES[:4]), "Environment", *("    " + n for n in NAMES[4:9])]
    rows = table(["Service", "Budget £"], names, [sum(first), *first, sum(second), *second])
    return sheet(rows, sum(first) + sum(second), must=True)


@habit
def a_pivot_that_repeats_its_labels() -> Habit:
    groups = {"Education": figures(157, 4), "Environment": figures(158, 5)}
    rows: Rows = [["Department", "Service", "Sum of Amount"]]
    for group, amounts in groups.items():
        rows += [[group, name, amount] for name, amount in zip(NAMES, amounts, strict=False)]
        rows.append([f"{group} Total", "", sum(amounts)])
    everything = sum(sum(each) for each in groups.values())
    return sheet([*rows, ["Grand Total", "", everything]], everything, must=True)


@habit
def of_which_rows() -> Habit:
    amounts = figures(159)
    rows = table(["Service", "Budget £"], NAMES[:10], amounts)
    rows[4:4] = [["of which: staff", amounts[2] // 3], ["of which: other", amounts[2] // 4]]
    return sheet(rows, sum(amounts), must=True)


@habit
def including_rows() -> Habit:
    amounts = figures(160)
    rows = table(["Service", "Budget £"], NAMES[:10], amounts)
    rows[4:4] = [["  including grants of", amounts[2] // 3]]
    return sheet(rows, sum(amounts))


@habit
def headers_repeated_on_every_page() -> Habit:
    amounts = figures(161, 14)
    head = ["Service", "Budget £"]
    body = table(head, NAMES, amounts)[1:]
    return sheet([head, *body[:5], head, *body[5:10], head, *body[10:]], sum(amounts), must=True)


@habit
def pages_brought_and_carried_forward() -> Habit:
    amounts = figures(162, 14)
    body = table(["Service", "Budget £"], NAMES, amounts)[1:]
    rows = [["Service", "Budget £"], *body[:7], ["Carried forward", sum(amounts[:7])]]
    rows += [["Brought forward", sum(amounts[:7])], *body[7:], ["Total", sum(amounts)]]
    return sheet(rows, sum(amounts))


@habit
def contra_entries() -> Habit:
    amounts = [*figures(163), -250_113, 250_113]
    names = [*NAMES[:10], "Recharge out (contra)", "Recharge in (contra)"]
    return sheet(table(["Service", "Budget £"], names, amounts), sum(amounts), must=True)


@habit
def income_as_negative_rows() -> Habit:
    spent, received = figures(164, 7), [-f for f in figures(165, 3, 1_007, 90_000)]
    names = [*NAMES[:7], "Fees and charges", "Grant income", "Rents received"]
    net = sum(spent) + sum(received)
    rows = table(["Line", "Budget 2024-25 £"], names, [*spent, *received])
    return sheet(
        rows,
        net,
        [sum(spent), -sum(received)],
        [sum(spent), sum(received)],
        [sum(spent) + sum(received[:1]), -sum(received[1:])],
    )


@habit
def sections_of_expenditure_and_income_with_net() -> Habit:
    spent, received = figures(166, 6), figures(167, 3, 1_007, 90_000)
    rows: Rows = [["", "2024-25 £"], ["Expenditure", None], *table([], NAMES[:6], spent)[1:]]
    rows += [["Total expenditure", sum(spent)], ["Income", None], *table([], NAMES[6:9], received)[1:]]
    rows += [["Total income", sum(received)], ["Net expenditure", sum(spent) - sum(received)]]
    return sheet(rows, [sum(spent), sum(received)], sum(spent) - sum(received))


@habit
def opening_and_closing_balances() -> Habit:
    spent, received = figures(168, 4), figures(169, 3)
    closing = 5_000_111 + sum(received) - sum(spent)
    rows: Rows = [
        ["", "2024-25 £"],
        ["Opening balance", 5_000_111],
        ["Income", None],
        *table([], NAMES[:3], received)[1:],
    ]
    rows += [["Expenditure", None], *table([], NAMES[3:7], spent)[1:], ["Closing balance", closing]]
    return sheet(rows, [sum(spent), sum(received)], sum(spent))


@habit
def original_and_revised_rows_under_each_programme() -> Habit:
    original, revised = figures(170), figures(171)
    rows: Rows = [["Programme", "Version", "2024-25 £"]]
    for name, first, second in zip(NAMES, original, revised, strict=False):
        rows += [[name, "Original", first], ["", "Revised", second]]
    return sheet(rows, [sum(original), sum(revised)], sum(original), sum(revised))


@habit
def posts_as_a_row_among_amounts() -> Habit:
    amounts = figures(172)
    names = [*NAMES[:10], "Total", "Staff numbers (FTE)", "Population"]
    return sheet(table(["Service", "Budget £"], names, [*amounts, sum(amounts), 412, 52_311]), sum(amounts))


@habit
def a_change_in_percent_as_a_row() -> Habit:
    before, now = figures(173), figures(174)
    change = [sum(now) / sum(before) - 1] * 2
    rows = table(
        ["Service", "2023-24 £", "2024-25 £"],
        *([*NAMES[:10], "Total", "% change"], [*before, sum(before), ""], [*now, sum(now), round(change[1], 4)]),
    )
    return sheet(rows, [sum(before), sum(now)])


@habit
def blocks_of_years_one_below_another() -> Habit:
    years = {year: figures(175 + i) for i, year in enumerate(("2022-23", "2023-24", "2024-25"))}
    rows: Rows = [["Service", "Budget £"]]
    for year, amounts in years.items():
        rows += [[year], *table([], NAMES[:10], amounts)[1:]]
    return sheet(rows, [sum(each) for each in years.values()])


@habit
def a_long_list_with_a_bare_year() -> Habit:
    before, now = figures(178), figures(179)
    rows = table(["Year", "Service", "Amount"], [2023] * 10 + [2024] * 10, NAMES[:10] * 2, before + now)
    return text(rows, [sum(before), sum(now)])


# Years as they are written


@habit
def the_year_before_first() -> Habit:
    before, now = figures(180), figures(181)
    return sheet(table(["Service", "2023-24", "2024-25"], NAMES[:10], before, now), [sum(before), sum(now)], must=True)


@habit
def the_year_before_last() -> Habit:
    before, now = figures(182), figures(183)
    return sheet(table(["Service", "2024-25", "2023-24"], NAMES[:10], now, before), [sum(before), sum(now)], must=True)


@habit
def years_as_fy24() -> Habit:
    before, now = figures(184), figures(185)
    rows = table(["Service", "FY24 Actual", "FY25 Budget"], NAMES[:10], before, now)
    return sheet(rows, [sum(before), sum(now)], must=True)


@habit
def years_with_a_slash() -> Habit:
    before, now = figures(186), figures(187)
    rows = table(["Service", "2023/24 outturn", "2024/25 budget"], NAMES[:10], before, now)
    return sheet(rows, [sum(before), sum(now)], must=True)


@habit
def five_years_ahead() -> Habit:
    years = [figures(190 + seed) for seed in range(5)]
    heads = [f"{2024 + i}-{25 + i}" for i in range(5)]
    return sheet(table(["Service", *heads], NAMES[:10], *years), [sum(each) for each in years], must=True)


@habit
def years_merged_over_resource_and_capital() -> Habit:
    values = [figures(200 + seed) for seed in range(4)]
    rows = [
        ["", "2023-24", "", "2024-25", ""],
        *table(["Programme", "Resource", "Capital", "Resource", "Capital"], NAMES[:10], *values),
    ]
    return sheet(rows, [sum(values[0]) + sum(values[1]), sum(values[2]) + sum(values[3])])


# Numbers as they are written


@habit
def the_currency_in_every_cell() -> Habit:
    amounts = pence(210)
    return text(table(["Supplier", "Amount"], NAMES[:10], [f"£{a:,.2f}" for a in amounts]), total(amounts), must=True)


@habit
def decimal_commas_of_a_euro_government() -> Habit:
    amounts = pence(211)
    said = [f"{a:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".") for a in amounts]
    rows = table(["Dienststelle", "Ansatz 2024 (EUR)"], NAMES[:10], said)
    return text(rows, total(amounts), mark=";", currency="EUR", fiscal_year_starts=1, year="2024", must=True)


@habit
def apostrophes_between_thousands() -> Habit:
    amounts = pence(212)
    rows = table(["Amt", "Betrag 2024"], NAMES[:10], [f"{a:,.2f}".replace(",", "'") for a in amounts])
    return text(rows, total(amounts), mark=";", currency="CHF", fiscal_year_starts=1, year="2024", must=True)


@habit
def minus_signs_behind() -> Habit:
    amounts = [*figures(213, 9), -45_117]
    rows = table(["Service", "Budget £"], NAMES[:10], [f"{abs(a):,}{'-' if a < 0 else ''}" for a in amounts])
    return text(rows, sum(amounts), must=True)


@habit
def lakhs_in_the_header() -> Habit:
    amounts = pence(214)
    rows = table(["Scheme", "Budget 2024-25 (Rs. in lakh)"], NAMES[:10], amounts)
    return sheet(rows, total([a * 100_000 for a in amounts]), currency="INR", unit="", must=True)


@habit
def crores_in_the_title() -> Habit:
    amounts = pence(215)
    rows = [["Demand 11"], ["(₹ in crore)"], *table(["Scheme", "Budget 2024-25"], NAMES[:10], amounts)]
    return sheet(rows, total([a * 10_000_000 for a in amounts]), currency="INR", unit="", must=True)


@habit
def units_in_every_row() -> Habit:
    amounts = figures(216, 10, 107, 9_989)
    units = ["£000" if i % 2 else "£m" for i in range(10)]
    worth = [a * (1_000 if u == "£000" else 1_000_000) for a, u in zip(amounts, units, strict=True)]
    return sheet(table(["Service", "Unit", "Budget 2024-25"], NAMES[:10], units, amounts), sum(worth), unit="")


@habit
def debit_or_credit_in_a_column() -> Habit:
    amounts = figures(217)
    sides = ["DR", "DR", "CR", "DR", "DR", "CR", "DR", "DR", "DR", "CR"]
    net = sum(a if s == "DR" else -a for a, s in zip(amounts, sides, strict=True))
    spent = sum(a for a, s in zip(amounts, sides, strict=True) if s == "DR")
    return text(table(["Account", "Amount", "DR/CR"], NAMES[:10], amounts, sides), net, [spent, spent - net])


@habit
def footnotes_in_cells_and_below() -> Habit:
    amounts = figures(218)
    said: list[Any] = [f"{a:,}" for a in amounts]
    said[3] = f"{amounts[3]:,} [1]"
    rows = table(["Service", "Budget £"], NAMES[:10], said)
    rows += [[], ["[1] Includes 1,200,000 moved from 2023."], ["Source: ledger of 31 May, page 14"]]
    return sheet(rows, sum(amounts), must=True)


# Where things stand


@habit
def two_tables_side_by_side() -> Habit:
    left, right = figures(220, 8), figures(221, 8)
    rows = [["Education", "", "", "Environment", ""]]
    rows += table(["Service", "Budget £", "", "Service", "Budget £"], NAMES[:8], left, [""] * 8, NAMES[6:14], right)
    return sheet(rows, sum(left) + sum(right))


@habit
def blank_columns_between() -> Habit:
    before, now = figures(222), figures(223)
    blank = [None] * 10
    rows = table(["Service", None, "2023-24 £", None, "2024-25 £"], NAMES[:10], blank, before, blank, now)
    return sheet(rows, [sum(before), sum(now)], must=True)


@habit
def a_sheet_a_month_and_a_summary() -> Habit:
    months = {name: figures(224 + i) for i, name in enumerate(("April", "May", "June"))}
    sheets = {name: table(["Service", "Spend £"], NAMES[:10], amounts) for name, amounts in months.items()}
    sums = [sum(row) for row in zip(*months.values(), strict=True)]
    data = workbook(Summary=table(["Service", "Spend £"], NAMES[:10], sums), **sheets)
    return file(data, sum(sums), stage="outturn")


@habit
def remarks_with_numbers_beside_the_amounts() -> Habit:
    amounts = figures(230)
    remarks = ["", "up 3%", "see note 4", "", "2 posts fewer", "", "1,200,000 last year", "", "", "ref 40213"]
    return sheet(table(["Service", "Budget £", "Remarks"], NAMES[:10], amounts, remarks), sum(amounts), must=True)


@habit
def forty_lines_of_prose_before_the_table() -> Habit:
    amounts = figures(231)
    prose = [[f"Paragraph {i}: the council agreed {i * 37} measures on {i % 28 + 1} March 2024."] for i in range(1, 41)]
    return sheet([*prose, [], *table(["Service", "Budget 2024-25 £"], NAMES[:10], amounts)], sum(amounts), must=True)


@habit
def a_form_with_its_total_beside_the_title() -> Habit:
    amounts = figures(232)
    rows = [
        ["Budget return 2024-25", "", "Total £", sum(amounts)],
        [],
        *table(["Service", "Budget £"], NAMES[:10], amounts),
    ]
    return sheet(rows, sum(amounts))


# What publishers print beside the lines


@habit
def a_total_named_by_whom_it_goes_to() -> Habit:
    awards = [100_000, 150_000, 250_000, 50_000, 300_000, 75_000, 25_000, 400_000, 125_000, 200_000]
    rows = table(["Recipient", "Award 2024-25 £"], NAMES[:10], awards)
    return sheet([*rows, ["Total", sum(awards)]], sum(awards), must=True)


@habit
def what_is_taken_off_without_a_minus() -> Habit:
    spent, less = figures(300, 6), figures(301, 3, 10_007, 90_001)
    rows = table(["", "2024-25 £"], NAMES[:6], spent)
    rows += table(["Less: fees", ""], ["Less: grants", "Less: recharges"], less[1:])
    rows[7] = ["Less: fees", less[0]]
    return sheet([*rows, ["Net cost of services", sum(spent) - sum(less)]], sum(spent) - sum(less), must=True)


@habit
def quantity_times_unit_price() -> Habit:
    counts, prices = figures(302, 10, 7, 70), [figure / 100 for figure in figures(303, 10, 5_003, 99_989)]
    net = [round(count * price, 2) for count, price in zip(counts, prices, strict=True)]
    return text(table(["Item", "Qty", "Unit price", "Net"], NAMES[:10], counts, prices, net), total(net), must=True)


@habit
def numbers_that_a_program_shortened() -> Habit:
    written = {"1.25E+06": 1_250_000, "845000": 845_000, "2.07E+06": 2_070_000, "7.4E+05": 740_000, "58200": 58_200}
    return text(table(["Service", "Budget 2024-25 £"], NAMES[:5], list(written)), sum(written.values()))


@habit
def headings_that_name_the_currency() -> Habit:
    pounds, euros = figures(304, 5), figures(305, 4)
    rows: Rows = [
        ["Recipient", "Award 2024-25"],
        ["Awards in GBP"],
        *table((*NAMES[:1], pounds[0]), NAMES[1:5], pounds[1:]),
    ]
    rows += [["Awards in EUR"], *map(list, zip(NAMES[5:9], euros, strict=True))]
    return sheet(rows, sum(pounds))


@habit
def two_sheets_of_one_budget_in_two_versions() -> Habit:
    now = figures(306)
    before = [figure - 4_007 for figure in now]
    header = ["Service", "Budget 2024-25 £"]
    data = workbook(**{"Budget v2": table(header, NAMES[:10], now), "Budget v1": table(header, NAMES[:10], before)})
    return file(data, sum(now), sum(before))


@habit
def sheets_of_income_and_of_spending() -> Habit:
    received, spent = figures(307, 6), figures(308)
    data = workbook(
        Income=table(["Source", "2024-25 £"], NAMES[:6], received),
        Expenditure=table(["Service", "2024-25 £"], NAMES[:10], spent),
    )
    return file(data, [sum(received), sum(spent)], must=True)


@habit
def days_in_cells() -> Habit:
    paid = pence(309)
    days = [datetime.date(2024, 5 + i % 7, 1 + 2 * i) for i in range(10)]
    return sheet(table(["Date paid", "Supplier", "Amount £"], days, NAMES[:10], paid), total(paid), must=True)


@habit
def a_base_and_what_leads_to_the_next_year() -> Habit:
    base, steps = figures(310), [figures(seed, 10, 1_003, 9_999) for seed in (311, 312, 313)]
    after = [b + i + g - s for b, i, g, s in zip(base, *steps, strict=True)]
    saved = [-s for s in steps[2]]
    rows = table(
        ["Service", "2023-24 base £", "Inflation", "Growth", "Savings", "2024-25 budget £"],
        *(NAMES[:10], base, *steps[:2], saved, after),
    )
    return sheet(rows, [sum(base), sum(after)], must=True)


def groups_of_three(seed: int) -> list[list[int]]:
    return [figures(seed + i, 3) for i in range(3)]


@habit
def totals_of_totals_without_words() -> Habit:
    groups = groups_of_three(320)
    rows: Rows = [["Directorate", "Service", "Budget 2024-25 £"]]
    for name, services, amounts in zip(
        ("Adults", "Children", "Place"), (NAMES[:3], NAMES[3:6], NAMES[6:9]), groups, strict=True
    ):
        rows += [["", service, amount] for service, amount in zip(services, amounts, strict=True)]
        rows.append([name, "", sum(amounts)])
    every = sum(map(sum, groups))
    return sheet([*rows, ["Council", "", every]], every, must=True)


@habit
def codes_filled_up_with_zeros() -> Habit:
    groups = groups_of_three(323)
    rows: Rows = [["Code", "Programme", "Budget 2024-25 £"]]
    for i, amounts in enumerate(groups, 1):
        rows.append([f"{i:02}.00", f"Programme {i}", sum(amounts)])
        rows += [[f"{i:02}.{j:02}", NAMES[3 * i + j - 4], amount] for j, amount in enumerate(amounts, 1)]
    return sheet(rows, sum(map(sum, groups)), must=True)


@habit
def codes_that_begin_names_and_parents_that_follow() -> Habit:
    groups = groups_of_three(326)
    rows: Rows = [["Programme", "Budget 2024-25 £"]]
    for i, amounts in enumerate(groups, 1):
        rows += [[f"080{i}0{j}0 {NAMES[3 * i + j - 4]}", amount] for j, amount in enumerate(amounts, 1)]
        rows.append([f"080{i}000 Programme {i}", sum(amounts)])
    every = sum(map(sum, groups))
    return sheet([*rows, ["Total", every]], every, must=True)


@habit
def a_column_to_date() -> Habit:
    spent = figures(330, 10, 1_003, 99_989)
    return sheet(table(["Service", "Year to date £"], NAMES[:10], spent), sum(spent), must=True)


@habit
def columns_of_weeks() -> Habit:
    weeks = [figures(331 + i, 10, 1_003, 99_989) for i in range(4)]
    rows = table(["Service", *(f"Week {i}" for i in range(1, 5))], NAMES[:10], *weeks)
    return sheet([["Spend, £"], *rows], sum(map(sum, weeks)))


@habit
def months_of_two_fiscal_years_as_days() -> Habit:
    months = [figures(335 + i) for i in range(4)]
    days = [datetime.date(2024, month, 1) for month in (2, 3, 4, 5)]
    rows = table(["Service £", *days], NAMES[:10], *months)
    return sheet(rows, [sum(months[0]) + sum(months[1]), sum(months[2]) + sum(months[3])])


@habit
def sheets_that_each_run_on_from_the_one_before() -> Habit:
    april, more = figures(340), figures(341)
    may = [a + b for a, b in zip(april, more, strict=True)]
    header = ["Service", "Cumulative spend £"]
    data = workbook(Apr=table(header, NAMES[:10], april), May=table(header, NAMES[:10], may))
    return file(data, sum(may))


@habit
def the_year_of_the_book_beside_that_of_the_money() -> Habit:
    before, now = figures(342), figures(343)
    rows = table(
        ["Edition", "Budget year", "Head", "Amount £"],
        [2024] * 20,
        ["2023-24"] * 10 + ["2024-25"] * 10,
        NAMES[:10] * 2,
        before + now,
    )
    return sheet(rows, [sum(before), sum(now)], must=True)


@habit
def accounts_beside_estimates() -> Habit:
    spent, planned = figures(344), figures(345)
    rows = table(["Head", "Accounts 2022-23", "Estimates 2024-25"], NAMES[:10], spent, planned)
    return sheet([["All figures in £"], *rows], [sum(spent), sum(planned)], must=True)


@habit
def the_same_money_by_programme_and_by_kind() -> Habit:
    programmes = figures(346, 3)
    kinds = [sum(programmes) * 3 // 5, sum(programmes) - sum(programmes) * 3 // 5]
    rows: Rows = [["", "2024-25 £"], ["By programme"], *map(list, zip(NAMES[:3], programmes, strict=True))]
    rows += [
        ["Total", sum(programmes)],
        ["By economic classification"],
        ["Recurrent", kinds[0]],
        ["Development", kinds[1]],
    ]
    return sheet([*rows, ["Total", sum(programmes)]], sum(programmes))


@habit
def ratios_and_posts_below_the_total() -> Habit:
    amounts = figures(347)
    rows = table(["Service", "Budget 2024-25 £"], NAMES[:10], amounts)
    rows += [["Total", sum(amounts)], ["Spending to income ratio (%)", 94.5], ["Full-time equivalents", 812.5]]
    return sheet(rows, sum(amounts), must=True)


@habit
def pages_with_their_title_number_and_total() -> Habit:
    pages = groups_of_three(348)
    rows: Rows = []
    for i, amounts in enumerate(pages, 1):
        rows += [["County ledger 2024-25", "", f"Page {i}"], ["Account", "Description", "Amount £"]]
        rows += [[400_100 + 50 * (3 * i + j), NAMES[3 * i + j - 3], amount] for j, amount in enumerate(amounts)]
        rows.append(["", "Page total", sum(amounts)])
    every = sum(map(sum, pages))
    return sheet([*rows, ["", "Report total", every]], every, must=True)


# What comes to a total otherwise than row by row


@habit
def parents_above_their_children_that_only_the_total_below_proves() -> Habit:
    current, transfers = figures(360, 3), figures(361, 2)
    rows = [["", "2024-25 £"], ["Current payments", sum(current)], *map(list, zip(NAMES[:3], current, strict=True))]
    rows += [["Transfers", sum(transfers)], *map(list, zip(NAMES[3:5], transfers, strict=True))]
    every = sum(current) + sum(transfers)
    return sheet([*rows, ["Payments for assets", 70_003], ["Total", every + 70_003]], every + 70_003)


@habit
def a_total_of_all_lines_but_one() -> Habit:
    amounts = figures(362, 4)
    rows = table(["", "2024-25 £"], ["Wages", "Other recurrent", "Own development", "Aid"], amounts)
    rows += [["Own total", sum(amounts[:3])], ["Own and aid total", sum(amounts)], ["Total budget", sum(amounts)]]
    return sheet(rows, sum(amounts))


@habit
def a_total_ten_times_too_large() -> Habit:
    amounts = figures(363, 8)
    return sheet(
        [*table(["", "2024-25 £"], NAMES[:8], amounts), ["TOTAL BUDGET", 10 * sum(amounts)]], sum(amounts), sum(amounts)
    )


@habit
def a_total_of_pay_apart_from_its_parts() -> Habit:
    base, overtime, other, benefits = (pence(364 + seed) for seed in range(4))
    paid = [round(sum(each), 2) for each in zip(base, overtime, other, strict=True)]
    every = [round(a + b, 2) for a, b in zip(paid, benefits, strict=True)]
    head = ["Name", "Base pay", "Overtime pay", "Other pay", "Benefits", "Total pay", "Total pay and benefits"]
    return sheet(table(head, NAMES[:10], base, overtime, other, benefits, paid, every), total(every))


@habit
def what_is_brought_forward_and_what_changes_it() -> Habit:
    base, changes = figures(368, 1)[0] + 10_000_000, [500_003, 120_007, -90_001]
    after = base + sum(changes)
    rows = [["£", "2024-25"], ["Base budget brought forward", base]]
    rows += [list(row) for row in zip(["Inflation", "Growth", "Savings agreed"], changes, strict=True)]
    rows += [["Net budget requirement", after], [], ["Funded by:"], ["Council tax", 100_007 - after]]
    return sheet([*rows, ["Government grants", -60_003], ["Total funding", 40_004 - after]], after)


@habit
def fund_balances_and_what_is_left() -> Habit:
    received, spent = figures(369, 4), figures(370, 4)
    left = sum(received) - sum(spent)
    rows = [
        ["", "2024-25 $"],
        ["REVENUES"],
        *map(list, zip(["Taxes", "Fines", "Rents", "Grants"], received, strict=True)),
    ]
    rows += [["Total revenues", sum(received)], ["EXPENDITURES"], *map(list, zip(NAMES[:4], spent, strict=True))]
    rows += [["Total expenditures", sum(spent)], ["NET CHANGE IN FUND BALANCE", left]]
    rows += [["FUND BALANCE, BEGINNING", 900_001], ["FUND BALANCE, ENDING", 900_001 + left]]
    return sheet(rows, [sum(received), sum(spent)], must=True, currency="USD")


# Columns


@habit
def changes_that_come_to_a_total_of_changes() -> Habit:
    before, one, other = figures(371), figures(372, 10, 11, 9_007), figures(373, 10, 11, 9_007)
    both = [a + b for a, b in zip(one, other, strict=True)]
    after = [a + b for a, b in zip(before, both, strict=True)]
    rows: Rows = [
        ["", "2023-24", "Changes", "Changes", "Changes", "2024-25"],
        ["", "£", "Technical", "Mandates", "Total", "£"],
    ]
    return sheet(
        [*rows, *map(list, zip(NAMES[:10], before, one, other, both, after, strict=True))], [sum(before), sum(after)]
    )


@habit
def spent_so_far_beside_the_budget_of_the_year() -> Habit:
    budget = figures(374)
    so_far = [amount // 2 for amount in budget]
    rows = table(["", "2024-25 Approved budget £", "2024-25 Spent by end December £"], NAMES[:10], budget, so_far)
    return sheet(rows, sum(budget), sum(so_far), [sum(budget), sum(so_far)])


@habit
def a_change_from_the_year_before_with_the_sign_of_the_currency() -> Habit:
    now, before = figures(375), figures(376)
    change = [a - b for a, b in zip(now, before, strict=True)]
    rows: Rows = [["VOTE", "PROGRAM", "Estimates 2024-25 £", "Change from Estimates 2023-24 £", "Estimates 2023-24 £"]]
    rows += [["", "OPERATING EXPENSE"], *map(list, zip(range(101, 111), NAMES[:10], now, change, before, strict=True))]
    return sheet(rows, [sum(now), sum(before)], must=True)


@habit
def a_currency_beside_each_of_two_amounts() -> Habit:
    billed = pence(377)
    codes = ["GBP", "USD", "GBP", "EUR", "GBP", "USD", "GBP", "GBP", "EUR", "GBP"]
    original = [round(b * (1 if c == "GBP" else 1.25), 2) for b, c in zip(billed, codes, strict=True)]
    head = ["Merchant", "Original amount", "Original currency", "Billed amount", "Billed currency"]
    rows = table(head, NAMES[:10], original, codes, billed, ["GBP"] * 10)
    return sheet(rows, total(billed), stage="outturn")


@habit
def a_code_that_is_the_same_in_every_row_beside_long_identifiers() -> Habit:
    fares, nights = pence(378, 12), pence(379, 12)
    numbers = [57_517_306_473_149_20 + 7_919 * place for place in range(12)]
    head = ["Identifier of the journey", "Ministry code", "Department", "Fares £", "Nights £"]
    rows = table(head, numbers, [26_000] * 12, NAMES[:12], fares, nights)
    return sheet(rows, total([*fares, *nights]), total(fares), total(nights), stage="outturn")


@habit
def pence_of_large_amounts() -> Habit:
    amounts = [figure / 100 for figure in figures(380, 120, 20_000_003, 400_000_019)]
    names = [f"{NAMES[place % 14]} {place}" for place in range(120)]
    return sheet(
        [*table(["Project", "Amount £"], names, amounts), ["Total", total(amounts)]], total(amounts), must=True
    )


# Rows that state one money twice


@habit
def cash_and_commitments_in_rows() -> Habit:
    committed, paid = figures(381), figures(382)
    rows: Rows = [["Chapter", "Basis", "2024-25 £"]]
    for name, one, other in zip(NAMES, committed, paid, strict=False):
        rows += [[name, "Competenza", one], [name, "Cassa", other]]
    return sheet(rows, sum(committed), sum(paid))


@habit
def versions_of_thousands_of_lines_in_rows() -> Habit:
    first = figures(431, 1_500)
    second = [amount + amount // 50 for amount in first]
    rows: Rows = [["Scheme", "Round", "2024-25 £"]]
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        rows += [[f"Scheme {place}", "Spring", one], [f"Scheme {place}", "Autumn", other]]
    return sheet(rows, sum(first), sum(second))


@habit
def commitments_among_payments() -> Habit:
    promised, paid = pence(383), pence(384)
    rows = table(["Project", "Transaction type", "Value £"], NAMES[:10], ["Outgoing commitment"] * 10, promised)
    rows += table(["", "", ""], NAMES[:10], ["Disbursement", "Expenditure"] * 5, paid)[1:]
    return sheet(rows, total(promised), total(paid), [total(promised), total(paid)], stage="outturn")


@habit
def a_stage_left_of_the_year() -> Habit:
    budget, actual = figures(385), figures(386)
    rows: Rows = [["Stage", "Year", "Service", "Value £"]]
    for name, one, other in zip(NAMES, budget, actual, strict=False):
        rows += [["Budget", "2023-24", name, one], ["Actual", "2023-24", name, other]]
    return sheet(rows, [sum(budget), sum(actual)], must=True, right_year="2023-24")


@habit
def variances_and_shares_in_rows() -> Habit:
    budget, actual = figures(387), figures(388)
    rows: Rows = [["Service", "Measure", "Value £"]]
    for name, one, other in zip(NAMES, budget, actual, strict=False):
        rows += [[name, "Budget", one], [name, "Actual", other], [name, "Variance", other - one], [name, "% Spent", 98]]
    return sheet(rows, [sum(budget), sum(actual)])


@habit
def a_flow_by_the_first_letters_of_its_header() -> Habit:
    spent, received = figures(389, 8), figures(390, 4)
    rows = table(["Titel", "Zweck", "Einnahmen/Ausgaben", "Soll 2024 €"], range(101, 109), NAMES[:8], ["A"] * 8, spent)
    rows += table(["", "", "", ""], range(201, 205), NAMES[8:12], ["E"] * 4, received)[1:]
    return sheet(rows, [sum(spent), sum(received)], currency="EUR", fiscal_year_starts=1, year="2024")


@habit
def amounts_and_shares_told_by_the_unit_of_each_row() -> Habit:
    amounts = figures(391)
    rows: Rows = [["Function", "Unit", "2024-25"]]
    for name, amount in zip(NAMES, amounts, strict=False):
        rows += [[name, "MIO_EUR", amount], [name, "PC_GDP", 3.5]]
    return sheet(rows, sum(amounts) * 1_000_000, must=True, currency="EUR")


@habit
def counts_of_work_below_the_total() -> Habit:
    amounts = figures(392, 6)
    rows: Rows = [*table(["", "FY2024 Actual $", "FY2025 Adopted $"], NAMES[:6], amounts, amounts)]
    rows += [["Total", sum(amounts), sum(amounts)], [], ["Performance measures", "FY2024", "FY2025"]]
    rows += [["Permits issued", 665, 490], ["Calls answered", 66_124, 54_643]]
    return sheet(rows, [sum(amounts), sum(amounts)], sum(amounts), currency="USD", fiscal_year_starts=7)


# How amounts, units and days are written


@habit
def amounts_with_commas_in_a_file_of_semicolons() -> Habit:
    amounts = pence(393)
    written = [f"US$ {amount:,.2f}" for amount in amounts]
    rows = table(["Unit", "Budget 2024"], NAMES[:10], written)
    return text(rows, total(amounts), mark=";", must=True, currency="USD", fiscal_year_starts=1, year="2024")


@habit
def a_letter_that_is_a_currency() -> Habit:
    amounts = [figure / 100 for figure in figures(394, 10, 10_003, 99_999)] + [350.0]
    written = [f"R {amount:,.2f}".replace(",", " ") for amount in amounts[:-1]] + ["R 350"]
    rows = table(["Vote", "Budget 2024-25"], NAMES[:11], written)
    return text(rows, total(amounts), must=True, currency="ZAR")


@habit
def a_unit_of_ten_thousands_in_a_chinese_encoding() -> Habit:
    amounts = [figure / 100 for figure in figures(395)]
    rows = "部门支出总表\n单位：万元\n科目名称,2024年合计\n"
    for place, amount in enumerate(amounts):
        rows += f"{'教科文卫农林水交通住'[place]}{place},{amount}\n"
    said = {"currency": "CNY", "fiscal_year_starts": 1, "year": "2024", "unit": ""}
    return file(rows.encode("gb18030"), total([amount * 10_000 for amount in amounts]), **said)


@habit
def days_with_short_months() -> Habit:
    before, after = pence(396, 6), pence(397, 6)
    days = [*(f"{day:02}-Mar-2024" for day in range(11, 17)), *(f"{day:02}-Apr-2024" for day in range(11, 17))]
    rows = table(["Supplier", "Paid", "Amount £"], NAMES[:12], days, [*before, *after])
    return sheet(rows, [total(before), total(after)], must=True, stage="outturn", year="")


# Books of several sheets, and what stands in them beside the budget


@habit
def a_summary_in_round_thousands_and_a_sheet_a_directorate() -> Habit:
    sheets: dict[str, Rows] = {}
    summary: Rows = [["General fund summary"], ["Directorate", "Gross expenditure £", "Income £"]]
    spent_in_all = received_in_all = 0
    for place, name in enumerate(["Communities", "Environment", "Resources"]):
        spent = [figure // 10_000 * 1_000 for figure in figures(400 + place, 5)]
        received = [-(figure // 40_000) * 1_000 for figure in figures(410 + place, 5)]
        rows = table(["Service", "Gross expenditure £", "Income £"], NAMES[5 * place % 10 :][:5], spent, received)
        sheets[name] = [[f"{name} directorate"], *rows, ["Directorate total", sum(spent), sum(received)]]
        summary.append([name, sum(spent), sum(received)])
        spent_in_all, received_in_all = spent_in_all + sum(spent), received_in_all - sum(received)
    summary.append(["Net cost of services", spent_in_all, -received_in_all])
    return file(workbook(Summary=summary, **sheets), [spent_in_all, received_in_all])


@habit
def a_sheet_of_staff_and_one_of_reserves_beside_the_budget() -> Habit:
    amounts = figures(420)
    budget = [["Budget 2024-25"], *table(["Service", "2024-25 £"], NAMES[:10], amounts), ["Total", sum(amounts)]]
    staff = [["Workforce (FTE)"], *table(["Service", "2024-25"], NAMES[:10], figures(421, 10, 3, 900))]
    held = [["Earmarked reserves"], *table(["Reserve", "2024-25 £"], NAMES[:4], figures(422, 4))]
    return file(workbook(Budget=budget, Staff=staff, Reserves=held), sum(amounts))


@habit
def one_row_of_a_long_list_that_is_all_others() -> Habit:
    spent, paid = figures(423, 80), figures(424, 80)
    names = [f"{NAMES[place % 14]} district {place}" for place in range(80)]
    codes = [f"E{70_001 + 13 * place}" for place in range(81)]
    rows = table(["Code", "Authority", "Education £", "Roads £"], codes[1:], names, spent, paid)
    rows.insert(1, [codes[0], "England", sum(spent), sum(paid)])
    return sheet(rows, sum(spent) + sum(paid), sum(spent), sum(paid))


# Rows that are no lines


@habit
def a_row_that_the_total_leaves_out() -> Habit:
    one, other = figures(425), figures(426)
    rows = table(["", "2023-24 £", "2024-25 £"], NAMES[:10], one, other)
    rows += [["Residents", 84_310, 84_977], ["Total", sum(one), sum(other)]]
    return sheet(rows, [sum(one), sum(other)])


@habit
def names_with_words_of_other_rows_that_the_total_sums() -> Habit:
    amounts = figures(427, 4)
    names = ["Average speed cameras", "Deductions team", "Less is More campaign", "Road repairs"]
    return sheet([*table(["", "2024-25 £"], names, amounts), ["Total", sum(amounts)]], sum(amounts), must=True)


@habit
def credit_notes_without_a_minus() -> Habit:
    billed, back = pence(428), pence(429, 2)
    kinds = ["Invoice"] * 10 + ["Credit note"] * 2
    rows = table(["Supplier", "Document", "Amount £"], NAMES[:12], kinds, [*billed, *back])
    return sheet(rows, total([*billed, *(-amount for amount in back)]), total(billed), stage="outturn")


@habit
def an_amount_that_is_withheld_in_the_first_row() -> Habit:
    amounts = figures(430, 8)
    rows = [["Service", "Budget 2024-25 £"], ["Security", "REDACTED"], *map(list, zip(NAMES[:8], amounts, strict=True))]
    return sheet(rows, sum(amounts))


@habit
def budget_and_actual_by_turns_with_a_total_of_each() -> Habit:
    months = [(figures(440 + n, 8, 1_009, 99_991), figures(460 + n, 8, 1_009, 99_991)) for n in range(6)]
    budget = [sum(row) for row in zip(*(each for each, _ in months), strict=True)]
    actual = [sum(row) for row in zip(*(each for _, each in months), strict=True)]
    head = [f"{month} {what}" for month in ("Apr", "May", "Jun", "Jul", "Aug", "Sep") for what in ("Budget", "Actual")]
    columns = [column for pair in months for column in pair]
    rows = table(["Service", *head, "Total Budget", "Total Actual"], NAMES[:8], *columns, budget, actual)
    return sheet(rows, [sum(budget), sum(actual)])


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    made = habit[name]()
    outcome = read(made)
    if made.must:
        assert outcome.is_stored, outcome.refusal or [question.prompt for question in outcome.open]
        assert not outcome.asked, outcome.asked
    assert not outcome.is_stored or stored(outcome) in made.right, describe(made, outcome)
