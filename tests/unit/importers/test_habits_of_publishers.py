"""Habits of publishers of other places and offices: lists of payments and contracts, steps between budgets, what is left
to a tax, and totals above their parts that were not kept up. Each is a small workbook made from lines whose sum is known.
"""

from __future__ import annotations

import pytest

from importers.words.unit_words import find_unit
from tests.habits import (
    NAMES,
    Habit,
    Habits,
    Rows,
    check,
    check_told,
    figures,
    pence,
    read,
    sheet,
    stored,
    table,
    text,
    total,
)

habit = Habits()
told = Habits()

SUPPLIERS = (
    "Total Gas & Power",
    "Acme Ltd",
    "Grand Total Events",
    "Bright Care",
    "Sub Total Design",
    "Total Gas & Power",
)


@told
def payments_to_suppliers_who_are_called_totals() -> Habit:
    amounts = pence(2001, 18)
    days = [f"{3 + place}/06/2024" for place in range(18)]
    names = [SUPPLIERS[place % 6] for place in range(18)]
    references = [51_000_000 + 37 * place * place for place in range(18)]
    rows = table(["Date Paid", "Vendor", "Trans No", "Amount (£)"], days, names, references, amounts)
    return text([*rows, ["", "Total", "", total(amounts)]], total(amounts), stage="outturn")


@habit
def contracts_with_three_columns_of_days() -> Habit:
    amounts = figures(2011, 12)
    begun = [f"01/04/{2020 + place % 4}" for place in range(12)]
    ended = [f"31/03/{2023 + place % 4}" for place in range(12)]
    reviewed = [f"30/09/{2022 + place % 3}" for place in range(12)]
    head = ["Contract", "Supplier", "Start Date", "End Date", "Review Date", "Contract Value"]
    names = [f"Contract {place}" for place in range(12)]
    suppliers = [SUPPLIERS[place % 6] for place in range(12)]
    return text(table(head, names, suppliers, begun, ended, reviewed, amounts), sum(amounts))


@told
def amounts_in_billions_that_are_all_of_one_length() -> Habit:
    first, last = figures(2021, 6, 10**9, 9 * 10**9), figures(2022, 6, 10**9, 9 * 10**9)
    rows = table(["RAMO", "MONTO APROBADO", "MONTO EJERCIDO"], NAMES[:6], first, last)
    return sheet(rows, [sum(first), sum(last)])


@told
def a_base_budget_and_the_steps_to_the_next() -> Habit:
    base = figures(2031, 8, 1_000_000)
    more, less = [amount // 30 for amount in base], [amount // 40 for amount in base]
    after = [a + 2 * b - c for a, b, c in zip(base, more, less, strict=True)]
    head = ["Directorate", "Base Budget", "Inflation", "Growth", "Savings", "Budget 2024/25"]
    return sheet(table(head, NAMES[:8], base, more, more, [-amount for amount in less], after), sum(after))


@told
def opening_and_closing_budgets_with_virements_between() -> Habit:
    first = figures(2041, 8, 1_000_000)
    moved, cut = [amount // 50 for amount in first], [-(amount // 60) for amount in first]
    last = [a + b + c for a, b, c in zip(first, moved, cut, strict=True)]
    head = ["Directorate", "Opening Budget", "Virements", "Reductions", "Closing Budget"]
    return sheet(table(head, NAMES[:8], first, moved, cut, last), [sum(first), sum(last)])


@told
def what_revenue_leaves_to_a_levy() -> Habit:
    spent, received = figures(2051, 8, 1_000_000), figures(2052, 8, 10_007, 900_000)
    levy = [a - b for a, b in zip(spent, received, strict=True)]
    head = ["Department", "Appropriations", "Departmental Revenue", "Tax Levy"]
    return sheet(table(head, NAMES[:8], spent, received, levy), [sum(spent), sum(received)])


@told
def fees_and_grants_taken_off_a_total_cost() -> Habit:
    cost = figures(2061, 8, 1_000_000)
    fees, grants = [amount // 4 for amount in cost], [amount // 5 for amount in cost]
    net = [a - b - c for a, b, c in zip(cost, fees, grants, strict=True)]
    head = ["Service", "Total cost", "Fees and charges", "Grants", "Net cost"]
    return sheet(table(head, NAMES[:8], cost, fees, grants, net), [sum(cost), sum(fees) + sum(grants)])


@told
def current_and_capital_with_their_total_under_each_heading() -> Habit:
    rows, sums = [["", "2023-24", "2024-25"]], [0, 0]
    for place, name in enumerate(NAMES[:5]):
        current, capital = figures(2071 + place, 2), figures(2081 + place, 2)
        both = [a + b for a, b in zip(current, capital, strict=True)]
        rows += [[name, "", ""], ["Current", *current], ["Capital", *capital], ["Total", *both]]
        sums = [a + b for a, b in zip(sums, both, strict=True)]
    return sheet(rows, sums)


@habit
def loans_that_are_called_by_the_year_of_their_issue() -> Habit:
    principal, interest = figures(2091, 6, 100_003, 999_983), figures(2092, 6, 1_009, 90_001)
    loans = [f"Bond series {2010 + place}" for place in range(6)]
    return sheet(
        table(["Loan", "Principal due", "Interest due"], loans, principal, interest), sum(principal + interest)
    )


@habit
def an_award_what_was_paid_of_it_and_what_is_outstanding() -> Habit:
    awarded = figures(2141, 10)
    paid = [amount * 3 // 4 for amount in awarded]
    left = [a - b for a, b in zip(awarded, paid, strict=True)]
    rows = table(["Recipient", "Awarded", "Paid to date", "Outstanding"], NAMES[:10], awarded, paid, left)
    return text(rows, sum(awarded), sum(paid), [sum(awarded), sum(paid)], stage="outturn")


@told
def chapters_of_one_letter_over_codes_that_begin_with_it() -> Habit:
    rows, lines = [["Code", "Title", "Budget"]], []
    for place, letter in enumerate("ABC"):
        groups = [figures(2151 + 10 * place + n, 2 + n % 2) for n in range(2)]
        rows.append([letter, f"Chapter {letter}", sum(map(sum, groups))])
        for number, group in enumerate(groups, 1):
            rows.append([f"{letter}{number}", f"Group {letter}{number}", sum(group)])
            rows += [
                [f"{letter}{number}.{n}", f"Item {letter}{number}{n}", amount] for n, amount in enumerate(group, 1)
            ]
            lines += group
    return text(rows, sum(lines))


@told
def codes_with_a_group_of_one_line_in_it() -> Habit:
    first, second, third = figures(2221, 3), figures(2224, 2), figures(2223, 1, 1_000_003)
    rows = [["Code", "Title", "Budget"], ["1", "Chapter", sum(first + second + third)]]
    lines = 0
    for number, group in enumerate((first, second, third), 1):
        rows.append([f"1.{number}", f"Group {number}", sum(group)])
        rows += [[f"1.{number}.{n}", f"Item {number}{n}", amount] for n, amount in enumerate(group, 1)]
        lines += sum(group)
    return text(rows, lines)


@habit
def a_currency_of_the_amount_at_first_beside_the_one_that_was_charged() -> Habit:
    charged = pence(2231, 12)
    codes = [("GBP", "USD", "EUR")[place % 3] for place in range(12)]
    first = [round(amount * (1, 1.27, 1.17)[place % 3], 2) for place, amount in enumerate(charged)]
    head = ["Merchant", "Transaction Amount", "Original Currency Amount", "Original Currency"]
    return text(table(head, NAMES[:12], charged, first, codes), total(charged), stage="outturn")


@told
def income_with_a_minus_below_gross_expenditure() -> Habit:
    costs, income = figures(2241, 6, 1_000_003), 777_013
    rows = [["", "2024-25"], *map(list, zip(NAMES, costs, strict=False)), ["Gross expenditure", sum(costs)]]
    return sheet([*rows, ["Income", -income], ["Net expenditure", sum(costs) - income]], [sum(costs), income])


def _services(income: int) -> tuple[Rows, list[int], list[int]]:
    """Rows of what each service spends, receives and is left with, under its name, and what both come to."""
    rows: Rows = [["", "2023-24", "2024-25"]]
    spent, received = [0, 0], [0, 0]
    for place, name in enumerate(NAMES[:4]):
        out = figures(2251 + place, 2, 1_000_003)
        back = [amount // (place + 3) for amount in out]
        left = [a - b for a, b in zip(out, back, strict=True)]
        rows += [[name, "", ""], ["Expenditure", *out], ["Income", *(income * b for b in back)], ["Net", *left]]
        spent, received = (
            [a + b for a, b in zip(sums, own, strict=True)] for sums, own in ((spent, out), (received, back))
        )
    return rows, spent, received


@told
def totals_of_each_flow_below_services() -> Habit:
    rows, spent, received = _services(1)
    left = [a - b for a, b in zip(spent, received, strict=True)]
    rows += [["Total expenditure", *spent], ["Total income", *received], ["Net total", *left]]
    return sheet(rows, [*spent, *received])


@habit
def totals_of_each_flow_that_differ() -> Habit:
    rows, spent, received = _services(-1)
    rows += [["Total expenditure", spent[0] + 90_001, spent[1]], ["Total income", *(-amount for amount in received)]]
    return sheet(rows, [*spent, *received])


@told
def original_and_current_values_of_contracts() -> Habit:
    first, last = figures(2261), figures(2262)
    return text(
        table(["Contract", "Original contract value", "Current contract value"], NAMES[:10], first, last),
        [sum(first), sum(last)],
    )


@told
def notices_that_are_numbered_within_their_year() -> Habit:
    amounts = figures(2281)
    notices = [f"2024/S {place:03d}-{400_000 + 7_919 * place}" for place in range(10)]
    return text(table(["Notice ID", "Supplier", "Contract value"], notices, NAMES[:10], amounts), sum(amounts))


@habit
def transfers_and_capital_financing_among_kinds_of_cost() -> Habit:
    columns = [figures(2291 + place, 8) for place in range(6)]
    head = ["Service", "Premises", "Transport", "Supplies", "Third party", "Transfers", "Capital financing"]
    return text([["Budget 2024-25 (£)"], *table(head, NAMES[:8], *columns)], sum(map(sum, columns)))


@told
def cash_at_a_day_below_payments() -> Habit:
    received, paid = figures(2271, 3), figures(2272, 3)
    rows = [
        ["", "2024-25"],
        ["Receipts", ""],
        *map(list, zip(("Donations", "Grants", "Trading"), received, strict=True)),
    ]
    rows += [["Total receipts", sum(received)], ["Payments", ""]]
    rows += [*map(list, zip(("Salaries", "Materials", "Projects"), paid, strict=True)), ["Total payments", sum(paid)]]
    return sheet([*rows, ["Cash at bank 1 April", 70_001]], [sum(received), sum(paid)])


@told
def quarters_that_add_up_those_before() -> Habit:
    quarters = [figures(2181 + place, 6) for place in range(4)]
    quarters[0][0] = 90_000_007
    running = [[sum(row[: place + 1]) for row in zip(*quarters, strict=True)] for place in range(4)]
    return text(table(["Service", "Q1", "Q2", "Q3", "Q4"], NAMES[:6], *running), sum(running[-1]), stage="outturn")


@told
def months_of_one_year_and_their_total() -> Habit:
    months = [figures(2191 + place, 6) for place in range(3)]
    whole = [sum(row) for row in zip(*months, strict=True)]
    rows = table(["Service", "April 2024", "May 2024", "June 2024", "Total"], NAMES[:6], *months, whole)
    return text(rows, sum(whole), stage="outturn", year="")


@told
def subtotals_under_a_word_of_no_list_one_of_them_of_one_line() -> Habit:
    first, second, third = figures(2201, 4), figures(2202, 1), figures(2203, 3)
    rows = [["", "2024-25"]]
    names = iter(NAMES)
    for head, amounts in (("North", first), ("South", second), ("West", third)):
        rows += [[head, ""], *([next(names), amount] for amount in amounts), ["Rhan-swm", sum(amounts)]]
    return sheet(rows, sum(first + second + third))


def _parents(off: dict[int, int], *, above: bool = True, closed: bool = False) -> Habit:
    """Four parents of four lines each, some of which state so much more than these come to."""
    rows, lines = [["Service", "2024-25 £"]], []
    for place, name in enumerate(("Adults", "Children", "Environment", "Corporate")):
        own = figures(2101 + place, 4)
        parent = [name, sum(own) + off.get(place, 0)]
        parts = [[f"{name} {NAMES[n]}", amount] for n, amount in enumerate(own)]
        rows += [parent, *parts] if above else [*parts, parent]
        lines += own
    return sheet([*rows, *([["Total", sum(lines)]] if closed else [])], sum(lines))


@pytest.mark.parametrize("off", [{2: 9_000}, {0: 61_003}, {1: -300_007}, {0: 20_011, 2: -51_007}])
@pytest.mark.parametrize("above", [True, False])
def test_parents_that_state_another_sum_than_their_lines_are_asked_about(off: dict[int, int], above: bool) -> None:
    for closed in (True, False):
        made = _parents(off, above=above, closed=closed)
        outcome = read(made)
        assert outcome.asked, "nothing was asked"
        assert stored(outcome) in made.right


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


@pytest.mark.parametrize("name", told)
def test_a_habit_is_read_rightly_without_a_question(name: str) -> None:
    check_told(told[name]())


def test_days_of_contracts_are_asked_about_once() -> None:
    outcome = read(habit["contracts_with_three_columns_of_days"]())
    assert outcome.asked["year"] == 1


def test_a_total_of_income_and_something_else_is_asked_about() -> None:
    one, other = figures(2121), figures(2122)
    both = [a + b for a, b in zip(one, other, strict=True)]
    rows = table(["Service", "Grant income", "Council funding", "Total"], NAMES[:10], one, other, both)
    assert read(sheet(rows, sum(both))).asked["flow"] == 1


def test_a_hundred_million_is_a_unit_and_twenty_five_are_an_amount() -> None:
    assert find_unit("General Account Budget (100 million yen)").multiplier == 100_000_000  # type: ignore[union-attr]
    assert find_unit("Contracts over 25 million yen") is None


def test_thousands_behind_a_title_and_in_a_row_of_units() -> None:
    assert find_unit("Budget, in CHF 1'000").multiplier == 1_000  # type: ignore[union-attr]
    amounts = figures(2131, 8, 1_009, 99_991)
    rows = table(["Område", "Budget 2025"], NAMES[:8], amounts)
    said = {"unit": "", "currency": "DKK", "year": "", "fiscal_year_starts": 1}
    check_told(sheet([["Driftsudgifter, 1.000 kr."], *rows], 1_000 * sum(amounts), **said))
    check_told(sheet([rows[0], ["", "1.000 kr."], *rows[1:]], 1_000 * sum(amounts), **said))


@pytest.mark.parametrize("basis", [["per hour", "per session", "each", "per day"], [""] * 4])
def test_a_list_of_prices_is_asked_about(basis: list[str]) -> None:
    prices = [12.5, 48.0, 5.2, 310.0]
    rows = table(["Service", "Basis", "2024/25 charge £"], NAMES[:4], basis, prices)
    outcome = read(sheet([["Fees and charges"], *rows], sum(prices)))
    assert outcome.asked["counted"] == 1


def test_what_is_owed_at_several_days_is_asked_about() -> None:
    rows = table(["", "As at 31 March 2023", "As at 31 March 2024"], NAMES[:8], figures(2211, 8), figures(2212, 8))
    assert read(sheet([["Borrowing outstanding"], *rows], 1)).asked["counted"] == 1


def funded(header: list[str], seed: int) -> tuple[Rows, list[list[int]]]:
    """A list of projects with two amounts, each called as a publisher calls it."""
    whole, part = figures(seed, 8, 200_003, 9_999_989), figures(seed + 1, 8, 10_007, 199_999)
    return table(["Nazwa", *header], NAMES[:8], whole, part), [whole, part]


def test_the_value_of_a_project_is_no_draft_of_a_budget() -> None:
    rows, (whole, _) = funded(["Wartość projektu [zł]", "Dofinansowanie z EU"], 2221)
    outcome = read(sheet(rows, sum(whole), currency="PLN"))
    assert {stage for stage, _, _, _ in outcome.groups} == {"budget"}
    assert outcome.asked["amount"] == 1
    draft = table(["Nazwa", "Projekt 2025"], NAMES[:8], whole)
    drafted = read(sheet(draft, sum(whole), currency="PLN", stage="", year="", fiscal_year_starts=1))
    assert {key[:3:2] for key in drafted.groups} == {("plan", "2025")}


@pytest.mark.parametrize("head", ["Financement du projet (£)", "Myönnetty rahoitus", "Financiación concedida"])
def test_what_funds_each_line_is_proposed_as_spent_on_it(head: str) -> None:
    amounts = figures(2231, 8)
    made = sheet(table(["Projet", head], NAMES[:8], amounts), sum(amounts))
    outcome = read(made)
    assert {flow for _, _, _, flow in outcome.groups} == {"expenditure"}
    assert outcome.asked["flow"] == 1


def test_millions_and_hundredths_may_stand_behind_one_mark() -> None:
    amounts = ["38.500,00", "980.268,92", "1,257.668,98", "565.106,65", "1,323.059,86", "77.000,00"]
    right = round(38_500 + 980_268.92 + 1_257_668.98 + 565_106.65 + 1_323_059.86 + 77_000, 2)
    check_told(sheet(table(["Vorhaben", "Betrag"], NAMES[:6], amounts), right))
