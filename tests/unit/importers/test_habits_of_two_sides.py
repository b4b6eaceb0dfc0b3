"""What is received and what is spent, one below the other or side by side, and what evens them out. Each habit is a small
workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, read, sheet, table

habit = Habits()

RECEIVED = ("Precept", "Rents", "Fees", "Interest")
AMOUNTS = ["Budget £", "Actual £"]


def two_sections(seed: int, heads: tuple[str, str], totals: tuple[str, str], *, headed_again: bool) -> Habit:
    """Receipts and payments of two stages, each section named over its labels, with its total where it has one."""
    received = [figures(seed + place, len(RECEIVED)) for place in range(2)]
    spent = [figures(seed + 2 + place, 8) for place in range(2)]
    rows: Rows = [[heads[0], *AMOUNTS]]
    rows += table([], RECEIVED, *received)[1:]
    rows += [[totals[0], *map(sum, received)], [], [heads[1], *AMOUNTS] if headed_again else [heads[1]]]
    rows += table([], NAMES[:8], *spent)[1:]
    rows += [[totals[1], *map(sum, spent)]] if totals[1] else []
    return sheet(rows, [*map(sum, received), *map(sum, spent)])


SECTIONS = {
    "named": (("RECEIPTS", "PAYMENTS"), ("Total receipts", "Total payments")),
    "bare": (("RECEIPTS", "PAYMENTS"), ("Total", "Total")),
    "open": (("RECEIPTS", "PAYMENTS"), ("Total receipts", "")),
    "bare_and_open": (("Income", "Expenditure"), ("Total", "")),
    "abroad": (("Einnahmen", "Ausgaben"), ("Summe Einnahmen", "Summe Ausgaben")),
}


@pytest.mark.parametrize("headed_again", [True, False])
@pytest.mark.parametrize("sections", SECTIONS)
def test_the_second_section_is_no_note_below_the_first(sections: str, headed_again: bool) -> None:
    heads, totals = SECTIONS[sections]
    check_told(two_sections(4101, heads, totals, headed_again=headed_again))


def evened(seed: int, result: str, totals: tuple[str, str]) -> Habit:
    """Spending and income of two years side by side, with a row that makes both sides of each year the same."""
    columns = [figures(seed + place, 8) for place in range(4)]
    sums = [sum(column) for column in columns]
    years = [(sums[0], sums[1]), (sums[2], sums[3])]
    results = [side for a, b in years for side in (max(b - a, 0) or None, max(a - b, 0) or None)]
    rows: Rows = [["", "Budget 2025", "", "Budget 2024", ""], ["", "Aufwand", "Ertrag", "Aufwand", "Ertrag"]]
    rows += table([], NAMES[:8], *columns)[1:]
    rows += [[totals[0], *sums]] if totals[0] else []
    rows += [[result, *results], [totals[1], *(max(year) for year in years for _ in range(2))]]
    return sheet(rows, sums, year="", fiscal_year_starts=1)


@pytest.mark.parametrize("result", ["Ertrags-/Aufwandüberschuss", "Aufwandüberschuss", "Ergebnis", "Surplus/deficit"])
@pytest.mark.parametrize("totals", [("Total", "Total"), ("", "Total"), ("Zwischentotal", "Gesamttotal")])
def test_what_evens_out_two_sides_is_on_neither(result: str, totals: tuple[str, str]) -> None:
    check_told(evened(4121, result, totals))


def test_a_surplus_that_a_total_of_one_side_sums_is_asked_about() -> None:
    received, spent = figures(4131, 6, 500_000, 900_000), figures(4132, 5, 10_000, 90_000)
    left = sum(received) - sum(spent)
    names = [*NAMES[:5], "Surplus for the year"]
    rows = table(["Income", "£", "", "Expenditure", "£"], NAMES[6:12], received, [None] * 6, names, [*spent, left])
    made = sheet([*rows, ["Total", sum(received), "", "Total", sum(received)]], [sum(received), sum(spent)])
    assert read(made).asked == {"rows": 1}
    check(made)


@habit
def a_reserve_contribution_that_balances_is_received() -> Habit:
    spent, received = figures(4141, 8, 500_000, 900_000), figures(4142, 8, 10_000, 90_000)
    names = [*NAMES[:8], "Contribution from reserves"]
    gap = sum(spent) - sum(received)
    rows = table(["Service", "Expenditure £", "Income £"], names, [*spent, None], [*received, gap])
    return sheet([*rows, ["Total", sum(spent), sum(spent)]], [sum(spent)])


def subjective(seed: int, loans: str, whole: str) -> Habit:
    """Kinds of cost with what loans cost among them, their sum, income and the net."""
    pay, other, cost = (figures(seed + place, 10, 200_000, 900_000) for place in range(3))
    income = figures(seed + 3, 10, 10_000, 90_000)
    gross = [sum(each) for each in zip(pay, other, cost, strict=True)]
    net = [a - b for a, b in zip(gross, income, strict=True)]
    columns = [pay, other, cost, gross, income, net]
    rows = table(["Service", "Pay", "Supplies", loans, whole, "Income", "Net expenditure"], NAMES[:10], *columns)
    return sheet([*rows, ["Total", *map(sum, columns)]], [sum(gross), sum(income)])


@pytest.mark.parametrize("whole", ["Gross expenditure", "Total expenditure"])
@pytest.mark.parametrize("loans", ["Capital financing", "Capital financing costs", "Debt financing"])
def test_what_loans_cost_is_spent_where_spending_is_its_sum(loans: str, whole: str) -> None:
    check_told(subjective(4151, loans, whole))


@pytest.mark.parametrize(
    "written",
    [
        ["(1)", "(2)", "(3) = (1)+(2)", "(4)", "(5) = (3)-(4)"],
        ["[1]", "[2]", "[3]=[1]+[2]", "[4]", "[5]=[3]-[4]"],
        ["1", "2", "1+2", "4", "3-4"],
        [1, 2, "3=1+2", 4, "5=3-4"],
    ],
)
def test_a_row_of_how_columns_are_made_is_no_line(written: list[str | int]) -> None:
    pay, other, income = (figures(4161 + place) for place in range(3))
    gross = [a + b for a, b in zip(pay, other, strict=True)]
    net = [a - b for a, b in zip(gross, income, strict=True)]
    head = ["", "Employees", "Running expenses", "Total expenditure", "Total income", "Net expenditure"]
    columns = [pay, other, gross, income, net]
    rows = [["Summary"], head, ["", *written], *table([], NAMES[:10], *columns)[1:]]
    check_told(sheet([*rows, ["TOTAL", *map(sum, columns)]], [sum(gross), sum(income)]))


def test_the_name_of_a_form_in_brackets_is_no_currency_beside_one() -> None:
    amounts = figures(4171)
    rows = [
        ["Summary of services (RS)"],
        ["All figures in £ thousand"],
        *table(["Service", "Budget"], NAMES[:10], amounts),
    ]
    check_told(sheet(rows, sum(amounts) * 1000, unit=""))


@pytest.mark.parametrize("revised", ["2024-25 Estimates to date", "2024-25 Budget to date"])
def test_estimates_to_date_are_those_in_force(revised: str) -> None:
    columns = [figures(4181 + place) for place in range(3)]
    head = ["Department", "2023-24 Expenditure", revised, "2025-26 Main estimates"]
    check_told(sheet(table(head, NAMES[:10], *columns), [sum(column) for column in columns], year=""))


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


@pytest.mark.parametrize("taken", [("Less: recharges to other services", "Less: fees"), ("Recharged", "Fees")])
@pytest.mark.parametrize("names", [("Gross expenditure", "Net expenditure"), ("Gross cost", "Net cost of service")])
def test_what_is_taken_off_gross_spending_is_received(names: tuple[str, str], taken: tuple[str, str]) -> None:
    spent, received = figures(4301, 6, 100_000, 900_000), figures(4302, 2, 10_000, 90_000)
    rows = table(["Heading", "2024/25 £"], NAMES[:6], spent)
    rows += [[names[0], sum(spent)], *([name, -amount] for name, amount in zip(taken, received, strict=True))]
    check_told(sheet([*rows, [names[1], sum(spent) - sum(received)]], [sum(spent), sum(received)], year=""))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "words", [("Toimintatuotot", "Toimintakulut", "Toimintakate"), ("Income", "Expenditure", "Contribution")]
)
def test_what_income_and_spending_leave_under_every_heading_is_neither(words: tuple[str, str, str], sign: int) -> None:
    received, spent = figures(4311, 4, 100_000, 900_000), figures(4312, 4, 1_000_000, 9_000_000)
    rows: Rows = [["", "Budget £"]]
    for name, into, out in zip(NAMES, received, spent, strict=False):
        rows += [[name], [words[0], into], [words[1], sign * out], [words[2], into - out]]
    check_told(sheet(rows, [sum(received), sum(spent)]))


RECEIPTS = [
    ("Schedule of receipts", "Budget", "Receipts"),
    ("Income", "Budget 2024-25", "Income 2024-25"),
    ("Einnahmen 2024", "Ansatz", "Einnahmen"),
    ("Revenue by source", "Original budget", "Revenue collected"),
    ("Mapa da receita", "Previsão inicial", "Receita cobrada"),
]


@pytest.mark.parametrize(("title", "budget", "came"), RECEIPTS)
def test_what_came_in_is_never_added_to_what_was_budgeted_of_it(title: str, budget: str, came: str) -> None:
    columns = [figures(4321 + place, low=1_007) for place in range(2)]
    made = sheet([[title], *table(["Source", budget, came], NAMES[:10], *columns)], list(map(sum, columns)), stage="")
    outcome = read(made)
    assert {flow for _, _, _, flow in outcome.groups} == {"income"}
    assert all(amount / 100 in map(sum, columns) for amount in outcome.groups.values())


@pytest.mark.parametrize(
    ("whole", "part"),
    [("Budget 2024-25", "Capital 2024-25"), ("Total budget", "Capital"), ("Allocation £", "Ring-fenced £")],
)
def test_a_control_that_may_be_within_the_budget_beside_it_is_asked_about(whole: str, part: str) -> None:
    amounts = figures(4331, low=1_007)
    within = [amount // (3 + place % 4) for place, amount in enumerate(amounts)]
    for right in (sum(amounts), sum(amounts) + sum(within)):
        made = sheet(table(["Service", whole, part], NAMES[:10], amounts, within), right)
        assert read(made).asked == {"amount": 1}
        check(made)


def test_a_control_larger_than_the_budget_beside_it_is_no_part_of_it() -> None:
    columns = [figures(4341 + place, low=1_007) for place in range(2)]
    check(sheet(table(["Service", "Net budget", "Capital"], NAMES[:10], *columns), sum(map(sum, columns))))


@pytest.mark.parametrize("step", ["Carry forwards", "Tranche B"])
def test_the_original_budget_stays_beside_the_revised_one_whatever_leads_there(step: str) -> None:
    first, carried, moved = (figures(4351 + place, low=1_007) for place in range(3))
    revised = [a + b - c for a, b, c in zip(first, carried, moved, strict=True)]
    columns = [first, carried, [-amount for amount in moved], revised]
    head = ["Works", "Original budget 2024/25", step, "Adjustments", "Revised budget 2024/25"]
    rows = [*table(head, NAMES[:10], *columns), ["Total", *map(sum, columns)]]
    check_told(sheet(rows, [sum(first), sum(revised)], year=""))


def test_assumptions_above_amounts_of_the_same_years_are_none() -> None:
    years = ["2025/26", "2026/27", "2027/28"]
    columns = [figures(4361 + place, 6) for place in range(3)]
    rows: Rows = [["Plan"], ["Assumptions", *years], ["Pay award", 0.03, 0.025, 0.02], ["Inflation", 0.02, 0.02, 0.02]]
    rows += [[], *table(["£000", *years], NAMES[:6], *columns)]
    made = sheet(rows, [sum(column) * 1000 for column in columns], unit="", year="", stage="plan")
    check(made)


def below_a_whole(seed: int, whole: str, heading: list[str], total: str = "", corner: str = "Service") -> Habit:
    """Eight lines with their total and, below it, four more, which the total does not hold."""
    first, more = figures(seed, 8), figures(seed + 1, 4)
    rows = [
        *table([corner, "Budget 2024-25, £"], NAMES[:8], first),
        [whole, sum(first)],
        *([heading] if heading else []),
    ]
    rows += [*table([], NAMES[8:12], more)[1:], *([[total, sum(more)]] if total else [])]
    return sheet(rows, [sum(first)], [sum(first) + sum(more)])


@pytest.mark.parametrize(
    ("whole", "heading", "total"),
    [
        ("Total", [], ""),
        ("Total", ["Capital"], ""),
        ("Total", ["Capital"], "Total capital"),
        ("Grand total", ["Other services"], "Total other services"),
    ],
)
def test_whether_lines_below_the_whole_count_is_asked(whole: str, heading: list[str], total: str) -> None:
    outcome = read(below_a_whole(4301, whole, heading, total))
    assert outcome.asked["rows"] == 1
    assert outcome.is_stored


@pytest.mark.parametrize("heading", ["Memorandum items", "Funded by", "Grants to local authorities"])
def test_lines_below_the_whole_that_say_that_they_count_elsewhere_are_shown_and_not_added(heading: str) -> None:
    outcome = read(below_a_whole(4311, "Total", [heading]))
    assert not outcome.asked
    assert outcome.reading is not None
    lines = outcome.reading.lines
    assert lines["memo"].sum() == 4
    assert lines.loc[~lines["memo"], "amount"].sum() == 100 * sum(figures(4311, 8))


def test_a_section_named_over_its_labels_is_not_the_whole_above_another() -> None:
    first, more = figures(4321, 5), figures(4322, 4)
    rows = [*table(["Adults", "Budget 2024-25, £"], NAMES[:5], first), ["Total adults", sum(first)], ["Children"]]
    rows += [*table([], NAMES[5:9], more)[1:], ["Total children", sum(more)]]
    check_told(sheet(rows, sum(first) + sum(more)))
