"""Habits of ledgers, statements of execution and allocations: both sides of a ledger, steps from a budget to payments,
rates beside what they make, numbers of columns and of headings. Each is a small workbook made from lines whose sum is
known, and is read rightly, or asked about with the right answer among the options.
"""

from __future__ import annotations

import pytest

from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.habits import NAMES, Habit, Habits, Rows, check, figures, file, read, sheet, stored, table
from tests.workbooks import workbook

habit = Habits()


# Trial balances

ACCOUNTS = (
    *(("1000", "Fleet", "Assets", 5_200_117), ("1200", "Current account", "Bank", 431_259)),
    *(("2100", "Owed to suppliers", "Liabilities", -212_403), ("4000", "Salaries", "Expense", 812_311)),
    *(("4100", "Premises", "Expense", 120_457), ("4200", "Supplies", "Expense", 66_109)),
    *(("5000", "Grants receivable", "Revenue", -900_013), ("5100", "Fees and charges", "Revenue", -380_659)),
)
RESERVE = ("3000", "General fund", "Equity", -sum(amount for *_, amount in ACCOUNTS))
SPENT = sum(amount for *_, kind, amount in ACCOUNTS if kind == "Expense")
RECEIVED = -sum(amount for *_, kind, amount in ACCOUNTS if kind == "Revenue")


def trial_balance(*, classes: bool) -> Habit:
    rows: Rows = [
        ["Trial balance as at 31 March 2024"],
        ["Code", "Account", *["Type"] * classes, "Debit £", "Credit £"],
    ]
    for code, name, kind, amount in sorted([*ACCOUNTS, RESERVE]):
        rows.append([code, name, *[kind] * classes, max(amount, 0) or None, max(-amount, 0) or None])
    return sheet(rows, [SPENT, RECEIVED], stage="outturn", year="")


@habit
def a_trial_balance_whose_words_tell_what_is_spent() -> Habit:
    return trial_balance(classes=True)


@habit
def a_trial_balance_whose_codes_part_it() -> Habit:
    return trial_balance(classes=False)


@pytest.mark.parametrize("classes", [True, False])
def test_what_a_trial_balance_holds_beside_the_years_money_is_asked_about_once(classes: bool) -> None:
    assert read(trial_balance(classes=classes)).asked == {"flow": 1}


UNDER = {
    "Balance sheet accounts": ("Assets", "Bank", "Liabilities"),
    "Income": ("Revenue",),
    "Expenditure": ("Expense",),
    "Reserves": ("Equity",),
}
"""What each heading of a clerk's trial balance stands over."""


@habit
def a_trial_balance_whose_headings_tell_what_is_spent() -> Habit:
    """Codes of three figures for what is owned and of four for the rest, whose first figures part nothing."""
    rows: Rows = [
        ["Trial balance for month no: 12 - year ended 31 March 2024"],
        ["A/c code", "Account", "Debit £", "Credit £"],
    ]
    for heading, kinds in UNDER.items():
        rows.append([heading])
        for code, name, kind, amount in sorted([*ACCOUNTS, RESERVE]):
            if kind in kinds:
                short = code if kind in ("Revenue", "Expense") else code[1:]
                rows.append([short, name, max(amount, 0) or None, max(-amount, 0) or None])
    whole = sum(max(amount, 0) for *_, amount in [*ACCOUNTS, RESERVE])
    rows += [["", "Trial balance totals:", whole, whole], ["", "Difference", 0]]
    return sheet(rows, [SPENT, RECEIVED], stage="outturn", year="")


def test_headings_that_name_flows_are_proposed_to_tell_what_a_trial_balance_spent() -> None:
    made = a_trial_balance_whose_headings_tell_what_is_spent()
    reading = read_workbook(made.data, "return.xlsx", terms=UK)
    asked = next(question for question in reading.questions if question.topic == "flow")
    proposed = next(option for option in asked.options if option.value == asked.guess)
    # What is received is the same whichever option is taken, and tells none apart.
    assert ("expenditure", 100 * SPENT) in {(total.flow, total.amount) for total in proposed.totals}


def test_credits_for_short_beside_debits_are_no_crores() -> None:
    rows: Rows = [["Spending 2024-25"], ["Service", "Dr £", "Cr £"], *([name, 81_231, None] for name in NAMES[:5])]
    outcome = read(sheet([*rows, ["Refunds", None, 1_431]], [5 * 81_231 - 1_431]))
    assert stored(outcome) == {5 * 81_231 - 1_431}


# Steps from one amount to the next


@habit
def present_changes_and_revised_each_gross_income_and_net() -> Habit:
    gross, income = figures(801, 6), figures(802, 6, 1_009, 99_991)
    more, less = [7_001, -300, 0, 45_009, 0, -2_503], [0, 21, 0, 103, 0, 0]
    parts = [(gross, income), (more, less)]
    parts.append(
        ([a + b for a, b in zip(gross, more, strict=True)], [a + b for a, b in zip(income, less, strict=True)])
    )
    columns = [c for g, i in parts for c in (g, [-a for a in i], [a - b for a, b in zip(g, i, strict=True)])]
    groups = ["", "Present Plans", "", "", "Changes", "", "", "Revised Plans", "", ""]
    rows = [["2024-25, £"], groups, *table(["", *["Gross", "Income", "Net"] * 3], NAMES[:6], *columns)]
    (g1, i1), _, (g3, i3) = parts
    return sheet(rows, [sum(g1), sum(i1), sum(g3), sum(i3)], must=True)


def quarters(seed: int) -> list[list[int]]:
    """Four quarters of ten services, and the year."""
    each = [figures(seed + quarter) for quarter in range(4)]
    return [*each, [sum(row) for row in zip(*each, strict=True)]]


def promised_and_paid() -> Habit:
    """What was granted, then what was promised and paid of it by quarters, with their totals and what is left."""
    promised = quarters(811)
    paid = [[amount * (5 + n % 4) // 9 for n, amount in enumerate(column)] for column in promised[:4]]
    paid.append([sum(row) for row in zip(*paid, strict=True)])
    granted = [amount + other for amount, other in zip(promised[4], figures(819), strict=True)]
    left = [a - b for a, b in zip(promised[4], paid[4], strict=True)]
    head = ["Item", "Granted", *[f"Obligations Q{n}" for n in range(1, 5)], "Obligations total"]
    head += [*[f"Disbursements Q{n}" for n in range(1, 5)], "Disbursements total", "Unpaid obligations"]
    rows = [["Status 2024-25, £"], *table(head, NAMES[:10], granted, *promised, *paid, left)]
    return sheet(rows, *map(sum, (granted, promised[4], paid[4])))


def test_what_was_promised_and_what_was_paid_of_it_are_never_added() -> None:
    outcome = read(promised_and_paid())
    assert set(outcome.asked) == {"amount"}
    assert stored(outcome) in promised_and_paid().right


def test_what_a_modified_budget_leaves_after_what_was_spent_is_no_money_of_its_own() -> None:
    approved, spent = figures(821), figures(822, 10, 10_007, 99_991)
    added = [(-1) ** n * amount // 50 for n, amount in enumerate(approved)]
    modified = [a + b for a, b in zip(approved, added, strict=True)]
    left = [a - b for a, b in zip(modified, spent, strict=True)]
    head = ["Concepto", "Aprobado", "Ampliaciones/ (Reducciones)", "Modificado", "Devengado", "Subejercicio"]
    numbers = ["", "1", "2", "3 = (1 + 2)", "4", "5 = (3 - 4)"]
    columns = (approved, added, modified, spent, left)
    rows = [["Ejercicio 2024-25, £"], *table(head, NAMES[:10], *columns)]
    rows.insert(2, numbers)
    right = [sum(approved), sum(modified), sum(spent)]
    outcome = read(sheet([*rows, ["Total", *map(sum, columns)]], right))
    assert not outcome.asked
    assert stored(outcome) == set(right)


def test_amounts_of_one_length_under_another_year_are_amounts() -> None:
    before = figures(825, 10, 1_000_003, 9_999_989)
    columns = [figures(826), figures(827)]
    whole = [a + b for a, b in zip(*columns, strict=True)]
    head = ["Agency", "2023-24 Enacted", "2024-25 General", "2024-25 Other", "2024-25 All funds"]
    outcome = read(sheet([["Budget, £"], *table(head, NAMES[:10], before, *columns, whole)], year=""))
    assert not outcome.asked
    assert stored(outcome) == {sum(before), sum(whole)}


def test_letters_of_codes_over_columns_part_what_is_received_from_what_is_spent() -> None:
    heads = ["I01 Delegated funds", "I03 Pupil premium", "I08 Income from facilities", "E01 Teachers", "E02 Supply"]
    columns = [figures(871 + place) for place in range(6)]
    rows = table(["School", *heads, "E12 Building maintenance"], NAMES[:10], *columns)
    right = [sum(map(sum, columns[:3])), sum(map(sum, columns[3:]))]
    outcome = read(sheet([["Consistent financial reporting 2024-25, £"], *rows], right))
    assert outcome.asked == {"flow": 1}
    assert stored(outcome) == set(right)


def test_a_fund_that_is_called_after_revenue_is_where_money_comes_from_and_none_received() -> None:
    rows: Rows = [["Appropriations 2024-25, £"], ["Item", "Appropriation", "Amount"]]
    amounts = figures(881, 6)
    for item, (one, other) in enumerate(zip(amounts[::2], amounts[1::2], strict=True)):
        rows.append([181 + item, NAMES[item].upper(), None])
        rows += [[None, "FROM GENERAL REVENUE FUND", one], [None, "FROM FEDERAL GRANTS TRUST FUND", other]]
    outcome = read(sheet(rows, [sum(amounts)]))
    assert stored(outcome) == {sum(amounts)}


def test_amounts_in_the_currency_in_which_each_was_paid_stand_beside_those_that_count() -> None:
    paid, kinds = figures(886, 12, 10_007, 99_991), ["GBP", "GBP", "EUR", "GBP", "USD", "GBP"] * 2
    rate = {"GBP": 100, "EUR": 117, "USD": 126}
    first = [amount * rate[kind] / 100 for amount, kind in zip(paid, kinds, strict=True)]
    head = ["Merchant", "Original Currency Amount", "Original Currency", "Transaction Amount"]
    rows = table(head, [f"{name} Ltd" for name in NAMES[:12]], first, kinds, paid)
    outcome = read(sheet([["Card spending 2024-25, £"], *rows]))
    assert not outcome.asked
    assert stored(outcome) == {sum(paid)}


def test_who_pays_beside_the_years_of_schemes_is_the_same_money_again() -> None:
    years = [figures(901 + place) for place in range(2)]
    whole = [a + b for a, b in zip(*years, strict=True)]
    grants = [amount * 5 // 7 for amount in whole]
    own = [a - b for a, b in zip(whole, grants, strict=True)]
    head = ["Scheme", "2024-25", "2025-26", "Total", "Grants", "Own resources", "Total"]
    rows = [["Capital programme, £"], *table(head, NAMES[:10], *years, whole, grants, own, whole)]
    outcome = read(sheet(rows))
    assert not outcome.asked
    assert stored(outcome) == {*map(sum, years)}


def test_a_whole_of_two_one_of_which_is_called_a_total_is_no_choice_between_them() -> None:
    current, assets = figures(911), figures(912, 10, 10_007, 999_983)
    wages = [amount * 3 // 7 for amount in current]
    whole = [a + b for a, b in zip(current, assets, strict=True)]
    head = ["Body", "Iš viso", "išlaidoms iš viso", "darbo užmokesčiui", "turtui įsigyti"]
    outcome = read(
        sheet([["Budget 2024-25, £"], *table(head, NAMES[:10], whole, current, wages, assets)], [sum(whole)])
    )
    assert not outcome.asked
    assert stored(outcome) == {sum(whole)}


def test_the_stage_next_to_the_body_goes_before_that_of_a_group() -> None:
    columns = [figures(921 + place) for place in range(2)]
    rows: Rows = [["£", "Full year forecast", None], ["Service", "Plan", "Forecast outturn"]]
    outcome = read(sheet([["Month 9 report 2024-25"], *rows, *table([], NAMES[:10], *columns)[1:]], stage=""))
    assert not outcome.asked
    assert {(stage, amount / 100) for (stage, *_), amount in outcome.groups.items()} == {
        ("plan", sum(columns[0])),
        ("forecast", sum(columns[1])),
    }


def test_a_sheet_whose_every_amount_is_below_zero_is_asked_about_beside_a_budget() -> None:
    spent, saved = figures(931), figures(932, 10, 1_009, 9_973)
    budget = [["Budget 2024-25, £"], *table(["Service", "Amount"], NAMES[:10], spent)]
    cuts = [
        ["Schedule 2024-25, £"],
        *table(["Ref", "Proposal", "Amount"], [f"S{n}" for n in range(10)], NAMES[:10], [-a for a in saved]),
    ]
    outcome = read(file(workbook(Budget=budget, Cuts=cuts), sum(spent)))
    assert outcome.asked == {"counted": 1}
    assert stored(outcome) == {sum(spent)}


def test_a_column_that_says_it_is_a_change_is_one_where_two_others_differ_by_it() -> None:
    columns = [figures(941 + place) for place in range(2)]
    change = [b - a for a, b in zip(*columns, strict=True)]
    head = ["Bereich", "Erste", "Zweite", "Differenz"]
    outcome = read(sheet([["Budget 2024-25, £"], *table(head, NAMES[:10], *columns, change)], *map(sum, columns)))
    assert stored(outcome) in ({sum(columns[0])}, {sum(columns[1])})


def test_lines_that_are_called_totals_and_add_up_to_one_are_its_lines() -> None:
    amounts = figures(951, 8)
    rows: Rows = [["Service summary 2024-25, £"], ["", "Amount"]]
    rows += [[f"TOTAL {name.upper()}", amount] for name, amount in zip(NAMES[:8], amounts, strict=True)]
    rows += [
        ["TOTAL SERVICE EXPENDITURE", sum(amounts)],
        ["Drainage", 8_117],
        ["NET EXPENDITURE", sum(amounts) + 8_117],
    ]
    outcome = read(sheet(rows))
    assert not outcome.asked
    assert stored(outcome) == {sum(amounts) + 8_117}


def test_of_income_costs_below_zero_and_their_net_the_last_is_the_net() -> None:
    income, costs = [amount // 5 for amount in figures(962, 6, 1_000_003)], figures(962, 6, 1_000_003)
    net = [a - b for a, b in zip(income, costs, strict=True)]
    head = ["Nämnd", "Intäkter", "Kostnader", "Nettokostnad"]
    rows = table(head, NAMES[:6], income, [-a for a in costs], net)
    right = [sum(costs), sum(income)]
    outcome = read(sheet([["Driftbudget 2024-25, £"], *rows], right, [-right[0], right[1]]))
    assert not outcome.asked
    assert stored(outcome) in ({*right}, {-right[0], right[1]})


# Balances at two days


def test_balances_at_days_of_another_language_lead_from_one_to_the_other_and_are_none_of_the_service() -> None:
    owed, repaid, interest = (
        figures(891, 6, 1_000_003),
        figures(892, 6, 10_007, 99_991),
        figures(893, 6, 10_007, 99_991),
    )
    left = [a - b for a, b in zip(owed, repaid, strict=True)]
    service = [a + b for a, b in zip(repaid, interest, strict=True)]
    head = ["Crédito", "Saldo al 31 de diciembre de 2023", "Amortización 2024", "Intereses 2024"]
    head += ["Total servicio", "Saldo al 31 de diciembre de 2024"]
    rows = [["Servicio, £"], *table(head, NAMES[:6], owed, repaid, interest, service, left)]
    outcome = read(sheet(rows, fiscal_year_starts=1, year=""))
    assert not outcome.asked
    assert stored(outcome) == {sum(service)}


def test_what_only_moves_a_reserve_up_and_down_between_two_days_is_not_stored_unasked() -> None:
    before, added, taken = figures(894, 6, 1_000_003), figures(895, 6, 10_007, 99_991), figures(896, 6, 10_007, 99_991)
    after = [a + b - c for a, b, c in zip(before, added, taken, strict=True)]
    head = ["Art", "Stand am 31.12.2023", "Zuführung", "Entnahme", "Stand am 31.12.2024"]
    outcome = read(
        sheet([["Rücklagen, £"], *table(head, NAMES[:6], before, added, taken, after)], fiscal_year_starts=1)
    )
    assert outcome.asked or not outcome.is_stored


# What is not added up


def test_rates_that_the_row_of_totals_leaves_empty_are_not_counted() -> None:
    rate, counts = [4_800 + 37 * n for n in range(10)], [900 + 71 * n * n for n in range(10)]
    base = [a * b for a, b in zip(rate, counts, strict=True)]
    other = figures(831)
    whole = [a + b for a, b in zip(base, other, strict=True)]
    head = ["Area", "Unit of funding (£)", "Base (£)", "Other (£)", "Allocation (£)"]
    rows = [["Allocations 2024-25"], *table(head, NAMES[:10], rate, base, other, whole)]
    rows.append(["Total", None, *map(sum, (base, other, whole))])
    outcome = read(sheet(rows, [sum(whole)]))
    assert not outcome.asked
    assert stored(outcome) == {sum(whole)}


@habit
def numbers_of_headings_that_happen_to_add_up() -> Habit:
    rows: Rows = [["Gradska odluka 2024-25"], ["Razdeo", "Glava", "Opis", "Iznos £", "Ostalo £", "Ukupno £"]]
    sums = [0, 0, 0]
    for part, chapter in ((1, None), (2, None), (3, 1), (3, 2)):
        rows.append([part, chapter, f"Organ {part} {chapter or ''}", None, None, None])
        for name, one, other in zip(NAMES, figures(841 + part, 3), figures(851 + part, 3), strict=False):
            rows.append([None, None, name, one, other, one + other])
            sums = [a + b for a, b in zip(sums, (one, other, one + other), strict=True)]
    rows.append([None, None, "Ukupno", *sums])
    return sheet(rows, [sums[2]], must=True)


@habit
def a_group_of_one_in_a_total_stated_above_its_parts() -> Habit:
    one, other = figures(861, 6), figures(862, 6)
    names = [*NAMES[:5], "Capital", "Buildings"]
    columns = [[sum(c[:5]) + c[5], sum(c[:5]), *c[:5], c[5], c[5]] for c in (one, other)]
    rows = table(["", "Budget £", "Outturn £"], ["Total spending", "Current", *names], *columns)
    return sheet([["2024-25"], *rows], [sum(one), sum(other)], must=True)


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())
