"""Habits of small returns that a quick rule reads wrongly without a word: signs of other currencies, scales and sides
beside amounts, months that are all alike, formulas kept as text, pages, forms.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from tests.habits import NAMES, Habit, Rows, check, check_told, figures, file, read, sheet, stored, table, text
from tests.workbooks import workbook

HEAD = ["Service", "Budget 2024-25"]
POUNDS = ["Service", "Budget 2024-25 £"]
MONTHS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]


def formatted(rows: list[list[object]], code: str, *right: float, **said: str) -> Habit:
    """A workbook whose numbers all have one number format."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for cells in page.iter_rows():
        for cell in cells:
            if isinstance(cell.value, int | float):
                cell.number_format = code
    out = io.BytesIO()
    book.save(out)
    return file(out.getvalue(), *right, **said)


# Currencies


@pytest.mark.parametrize("written", ["€{:,}", "{:,} €", "₹{:,}", "{:,}円"])
def test_amounts_that_all_carry_the_sign_of_another_currency_are_not_counted(written: str) -> None:
    cells = [written.format(value) for value in figures(1)]
    assert read(text(table(HEAD, NAMES[:10], cells), mark=";")).refusal


@pytest.mark.parametrize(("home", "other"), [("Sterling", "Euro"), ("pounds", "US dollars"), ("gbp", "eur")])
def test_a_column_of_currencies_in_words_sets_aside_what_is_in_another(home: str, other: str) -> None:
    values = figures(2)
    said = [other if place in (3, 7) else home for place in range(10)]
    rows = table(["Service", "Currency", "Budget 2024-25"], NAMES[:10], said, values)
    check_told(text(rows, sum(value for value, word in zip(values, said, strict=True) if word == home)))


def test_a_unit_beside_each_amount_says_its_currency_too() -> None:
    values = figures(3, 10, 107, 9_989)
    units = ["EUR thousand" if place in (3, 7) else "GBP thousand" for place in range(10)]
    rows = table(["Service", "Unit", "Budget 2024-25"], NAMES[:10], units, values)
    check_told(text(rows, 1_000 * sum(value for value, unit in zip(values, units, strict=True) if unit[0] == "G")))


def test_words_for_a_currency_behind_grouped_amounts_part_no_columns() -> None:
    values = figures(4)
    check_told(text(table(HEAD, NAMES[:10], [f"{value:,} pounds" for value in values]), sum(values), mark=";"))


def test_pounds_written_in_pence() -> None:
    values = figures(5)
    check_told(text(table(HEAD, NAMES[:10], [f"{100 * value:,}p" for value in values]), sum(values), mark=";"))


def test_a_damaged_sign_before_a_dash_is_nothing() -> None:
    values = figures(6, 9)
    cells = [*(f"Â£{value:,}" for value in values), "Â£-"]
    check_told(text(table(HEAD, NAMES[:10], cells), sum(values), mark=";"))


# Scales


@pytest.mark.parametrize(
    ("header", "scaled", "plain"),
    [("Multiplier", "1000", "1"), ("Exponent", "3", "0"), ("Scale", "k", ""), ("Scale", "Thousand", "Unit")],
)
def test_a_column_of_scales_holds_for_each_row(header: str, scaled: str, plain: str) -> None:
    values = figures(7)
    scales = [scaled if place % 3 == 0 else plain for place in range(10)]
    cells = [value // 1_000 if place % 3 == 0 else value for place, value in enumerate(values)]
    right = sum(value // 1_000 * 1_000 if place % 3 == 0 else value for place, value in enumerate(values))
    check_told(text(table(["Service", header, "Budget 2024-25"], NAMES[:10], scales, cells), right))


@pytest.mark.parametrize(
    ("code", "scale"), [('#,##0.00"k"', 10**3), ('"£"0.00"m"', 10**6), ("0.00\\m", 10**6), ('#,##0,"k"', 1)]
)
def test_a_scale_that_a_number_format_writes_behind_numbers(code: str, scale: int) -> None:
    values = figures(8, 10, 1_007, 99_989)
    check_told(formatted(table(HEAD, NAMES[:10], values), code, sum(values) * scale, unit=""))


# Sides and signs


@pytest.mark.parametrize("written", ["minus {:,}", "{:,}.00 (CR)", "{:,}.00 credit"])
def test_words_for_what_is_taken_off(written: str) -> None:
    values = figures(9)
    cells = [written.format(value) if place == 4 else f"{value:,}.00" for place, value in enumerate(values)]
    check_told(text(table(POUNDS, NAMES[:10], cells), sum(values) - 2 * values[4]))


@pytest.mark.parametrize("heads", [("Debit", "Credit"), ("Dr", "Cr"), ("Soll", "Haben")])
def test_what_is_credited_is_taken_off_by_whatever_name(heads: tuple[str, str]) -> None:
    values = figures(10)
    debits = ["" if place in (2, 6) else value for place, value in enumerate(values)]
    credits = [value if place in (2, 6) else "" for place, value in enumerate(values)]
    rows = table(["Service", *heads], NAMES[:10], debits, credits)
    check_told(text(rows, sum(values) - 2 * (values[2] + values[6])))


def test_debits_beside_credits_and_what_they_leave_are_no_total() -> None:
    values = figures(11)
    debits = [None if place in (2, 6) else value for place, value in enumerate(values)]
    credits = [value if place in (2, 6) else None for place, value in enumerate(values)]
    net = [-value if place in (2, 6) else value for place, value in enumerate(values)]
    check_told(sheet(table(["Service", "Debit", "Credit", "Net"], NAMES[:10], debits, credits, net), sum(net)))


def test_credits_below_zero_are_taken_off_once() -> None:
    values = figures(12)
    debits = [None if place in (2, 6) else value for place, value in enumerate(values)]
    credits = [-value if place in (2, 6) else None for place, value in enumerate(values)]
    spent, received = sum(filter(None, debits)), -sum(filter(None, credits))
    check(sheet(table(["Service", "Debit", "Credit"], NAMES[:10], debits, credits), spent - received, spent))


# Months


def evenly(value: int) -> list[int]:
    """An amount over twelve months, the last with what is left over."""
    return [*[value // 12] * 11, value - 11 * (value // 12)]


@pytest.mark.parametrize(
    "months",
    [MONTHS, [f"P{number}" for number in range(1, 13)]],
)
@pytest.mark.parametrize("with_total", [False, True])
def test_months_that_hold_an_even_twelfth_are_no_copies_of_each_other(months: list[str], with_total: bool) -> None:
    values = figures(13)
    rows = [
        [name, *evenly(value), *([value] if with_total else [])] for name, value in zip(NAMES, values, strict=False)
    ]
    head = ["Service", *months, *(["Total"] if with_total else [])]
    check_told(sheet([["Profiled budget 2024-25 £"], [], head, *rows], sum(values)))


# Formulas, pages, forms, tables that lie on their side


def test_a_formula_that_a_text_keeps_is_no_amount_and_no_word() -> None:
    base, growth = figures(14), figures(15, 10, 1_007, 9_989)
    cells = [f"=B{row}+C{row}" for row in range(2, 12)]
    rows = table(["Service", "Base £", "Growth £", "Budget 2024-25 £"], NAMES[:10], base, growth, cells)
    assert read(text(rows)).asked["formula"] == 1


def test_a_total_that_a_text_keeps_as_a_formula_is_no_question() -> None:
    values = figures(16)
    check_told(text([*table(POUNDS, NAMES[:10], values), ["Total", "=SUM(B2:B11)"]], sum(values)))


@pytest.mark.parametrize("between", [[["Page 1 of 2"], []], [["continued overleaf"], ["Budget 2024-25 (continued)"]]])
def test_a_total_below_pages_covers_all_of_them(between: list[list[object]]) -> None:
    values = figures(17)
    lines = [list(each) for each in zip(NAMES, values, strict=False)]
    rows = [["Budget 2024-25"], POUNDS, *lines[:6], *between, POUNDS, *lines[6:], ["Total", sum(values)]]
    check_told(sheet(rows, sum(values)))


def test_pages_that_repeat_their_heads_are_one_table_whose_totals_stand_in_the_column_of_numbers() -> None:
    roads, schools = figures(29, 6), figures(30, 6)
    head: Rows = [["Demand for grants"], ["(in £ thousands)"], ["", "", "Revenue 2024-25", "Capital 2024-25"]]

    def lines(values: list[int], first: int) -> Rows:
        return [[first + n, NAMES[first + n], value, value // 3] for n, value in enumerate(values)]

    def sums(name: str, values: list[int]) -> list[object]:
        return [name, "", sum(values), sum(value // 3 for value in values)]

    rows = [*head, ["Transport"], *lines(roads, 1), sums("Total-Transport", roads), ["Education"], *head]
    rows += [*lines(schools[:2], 7), *head, *lines(schools[2:], 9)]
    rows += [sums("Total-Education", schools), sums("Grand Total", roads + schools)]
    spent = roads + schools
    check_told(sheet(rows, sum(spent + [value // 3 for value in spent]) * 1_000, unit="thousands"))


def test_a_table_on_its_side_keeps_the_column_whose_name_speaks_of_people() -> None:
    values = figures(18, 9)
    names = ["Older people residential", *NAMES[:8]]
    outcome = read(sheet([["Year", *names], ["2024-25", *values]], sum(values)))
    assert stored(outcome) == {sum(values)}


def test_forms_one_below_another_are_no_table() -> None:
    rows: list[list[object]] = []
    for name, value in zip(NAMES, figures(19), strict=False):
        rows += [["Department", "Corporate"], ["Service", name], ["Budget 2024-25 £", value], []]
    assert read(sheet(rows)).refusal


# What states the same money again


def test_a_sheet_that_states_all_units_of_another_line_by_line_is_its_summary() -> None:
    values = figures(20, 12)
    units = [f"Directorate {place // 3}" for place in range(12)]
    sums = [[f"Directorate {n}", sum(values[3 * n : 3 * n + 3])] for n in range(4)]
    detail = [*table(["Directorate", *POUNDS], units, NAMES[:12], values), ["Total", None, sum(values)]]
    summary = [["Directorate", "Budget 2024-25 £"], *sums, ["Total", sum(values)]]
    check_told(file(workbook(Summary=summary, Detail=detail), sum(values)))


def test_amounts_again_in_another_currency_are_told_by_their_header() -> None:
    values = figures(21)
    rows = table(["Service", "Amount (GBP)", "Amount (EUR)"], NAMES[:10], values, [round(1.17 * v) for v in values])
    check_told(sheet([["Grant budget 2024-25"], [], *rows], sum(values)))


def test_totals_of_each_flow_below_a_column_that_says_the_flow() -> None:
    values = figures(22)
    flows = ["Expenditure"] * 7 + ["Revenue"] * 3
    spent, received = sum(values[:7]), sum(values[7:])
    rows = [
        *table(["Service", "Type", "Budget 2024-25 £"], NAMES[:10], flows, values),
        ["Total expenditure", None, spent],
        ["Total revenue", None, received],
    ]
    check_told(sheet(rows, [spent, received]))


def test_bare_years_under_a_title_that_says_when_they_end() -> None:
    this, last = figures(23), figures(24)
    rows = [["Outturn, years ended 31 March (£)"], [], *table(["Service", 2024, 2023], NAMES[:10], this, last)]
    outcome = read(sheet(rows, [sum(this), sum(last)], year=""))
    assert not outcome.asked
    assert {key[2]: amount // 100 for key, amount in outcome.groups.items()} == {
        "2023-24": sum(this),
        "2022-23": sum(last),
    }


# What chance makes of few figures


def test_a_line_near_two_others_in_years_that_are_alike_is_no_total_of_them() -> None:
    values = [2_057_700, 2_040_000, 1_027_800, 3_500_100, 601_200, 1_432_900, 2_034_600, 950_300]
    years = [[value - 900 for value in values], [value - 400 for value in values], values]
    head = ["Service", "Outturn 2022-23 £", "Estimate 2023-24 £", "Estimate 2024-25 £"]
    check_told(sheet(table(head, NAMES[:8], *years), [sum(year) for year in years], year=""))


def test_two_halves_of_a_total_are_no_copies_of_each_other() -> None:
    values = [2 * value for value in figures(25)]
    half = [value // 2 for value in values]
    rows = [
        *table(["Service", "North", "South", "Total"], NAMES[:10], half, half, values),
        ["Total", sum(half), sum(half), sum(values)],
    ]
    check_told(sheet([["Budget 2024-25 £"], [], *rows], sum(values)))


def test_a_part_that_comes_to_the_other_parts_is_none_of_their_totals() -> None:
    quarter = figures(26)
    columns = [[2 * value for value in quarter], quarter, quarter, [4 * value for value in quarter]]
    rows = table(["Service", "Pay", "Premises", "Supplies", "Total"], NAMES[:10], *columns)
    check_told(sheet([["Budget 2024-25 £"], [], *rows], 4 * sum(quarter)))


def test_the_same_grant_for_all_is_an_amount() -> None:
    check_told(sheet([["Ward budgets 2024-25 £"], [], *table(["Ward", "Budget"], NAMES, [50_000] * 14)], 700_000))


def test_remarks_that_speak_of_a_year_name_no_row() -> None:
    values = figures(27)
    remarks = [f"Up {place}% on 2023" if place % 3 == 0 else None for place in range(10)]
    rows = table(["Service", "Budget", "Comment"], NAMES[:10], values, remarks)
    check_told(sheet([["Budget 2024-25 £"], [], *rows], sum(values)))


def test_the_sheet_of_the_revenue_budget_may_be_called_revenue() -> None:
    revenue, capital = figures(28), figures(29)
    sheets = {
        name: [[f"{name} budget 2024-25 £"], [], *table(["Service", "Budget £"], NAMES[:10], values)]
        for name, values in (("Revenue", revenue), ("Capital", capital))
    }
    check_told(file(workbook(**sheets), sum(revenue) + sum(capital), [sum(revenue), sum(capital)]))


# Parts that are all alike


@pytest.mark.parametrize("periods", [MONTHS, ["H1", "H2"], ["First half", "Second half"]])
def test_what_is_the_same_in_every_month_is_no_difference_of_months(periods: list[str]) -> None:
    values = figures(30)
    rows = table(["Service", *periods], NAMES[:10], *([values] * len(periods)))
    check_told(sheet([["Budget 2024-25 £"], [], *rows], len(periods) * sum(values)))


@pytest.mark.parametrize(
    "names", [["Instalment 1", "Instalment 2"], ["North", "South"], ["Autumn term", "Summer term"]]
)
def test_two_names_over_the_same_amounts_are_asked_about(names: list[str]) -> None:
    values = figures(31)
    rows = table(["Service", *names], NAMES[:10], values, values)
    outcome = read(sheet([["Budget 2024-25 £"], [], *rows], 2 * sum(values)))
    assert outcome.asked["amount"] == 1
    assert stored(outcome) == {2 * sum(values)}


def test_a_total_again_under_another_word_is_no_question() -> None:
    values = figures(32)
    rows = table(["Service", "Budget", "Annual total"], NAMES[:10], values, values)
    check_told(sheet([["Budget 2024-25 £"], [], *rows], sum(values)))


def test_months_below_calendar_years_are_of_the_fiscal_year_that_they_lie_in() -> None:
    values = figures(33)
    heads = [["", "2024", *[""] * 8, "2025", "", ""], ["Service", *MONTHS]]
    rows = [[name, *evenly(value)] for name, value in zip(NAMES, values, strict=False)]
    outcome = read(sheet([["Budget £"], [], *heads, *rows], sum(values), year=""))
    assert not outcome.asked
    assert {key[2]: amount // 100 for key, amount in outcome.groups.items()} == {"2024-25": sum(values)}


def test_what_a_header_calls_a_memo_is_shown_and_never_added() -> None:
    values = figures(34)
    rows = table(["Service", "Budget", "Memo: capital financing"], NAMES[:10], values, [v // 10 for v in values])
    check_told(sheet([["Budget 2024-25 £"], [], *rows], sum(values)))


@pytest.mark.parametrize("name", ["Summer reading scheme", "Lump sum grants"])
def test_a_name_that_begins_as_a_word_for_totals_is_a_line(name: str) -> None:
    values = figures(35)
    check_told(sheet(table(POUNDS, [*NAMES[:9], name], values), sum(values)))


# Names that begin as words do which set rows aside


@pytest.mark.parametrize("with_total", [False, True])
def test_a_name_that_begins_with_including_is_a_line_where_a_total_or_a_person_says_so(with_total: bool) -> None:
    values = sorted(figures(36), reverse=True)
    names = [*NAMES[:4], "Including everyone", *NAMES[4:9]]
    total = [["Total", sum(values)]] if with_total else []
    outcome = read(sheet([*table(POUNDS, names, values), *total], sum(values)))
    assert outcome.asked == ({} if with_total else {"rows": 1})
    assert stored(outcome) == {sum(values)}


def test_a_part_that_states_more_than_its_whole_is_asked_about() -> None:
    values = [500_000, 2_400_000, 700_000, 900_000]
    outcome = read(sheet(table(POUNDS, ["Schools", "of which pay", "Parks", "Museums"], values), sum(values)))
    assert outcome.asked == {"rows": 1}


@pytest.mark.parametrize("name", ["Carried forward pupils", "Ratio club"])
def test_names_that_hold_words_for_balances_and_shares_are_lines(name: str) -> None:
    values = figures(37)
    check_told(text(table(POUNDS, [*NAMES[:9], name], values), sum(values)))


def test_quarters_within_even_months_are_no_copies_of_each_other() -> None:
    values = [12 * value for value in figures(38)]
    heads = ["Apr", "May", "Jun", "Q1", "Jul", "Aug", "Sep", "Q2", "Oct", "Nov", "Dec", "Q3", "Jan", "Feb", "Mar", "Q4"]
    rows = [[name, *[v // 12, v // 12, v // 12, v // 4] * 4] for name, v in zip(NAMES, values, strict=False)]
    check_told(sheet([["Budget 2024-25 £"], [], ["Service", *heads], *rows], sum(values)))


def test_what_changes_lead_from_is_what_there_was_before() -> None:
    base, growth = figures(39), figures(40, 10, 1_007, 9_989)
    budget = [a + b for a, b in zip(base, growth, strict=True)]
    rows = [["Base", *base], ["Growth", *growth], ["Budget", *budget]]
    outcome = read(sheet([["Revenue 2024-25 £", *NAMES[:10]], *rows], sum(budget)))
    assert stored(outcome) == {sum(budget)}


def test_a_column_of_currencies_may_name_those_alone_that_are_not_the_usual_one() -> None:
    values = figures(41)
    said = ["EUR" if place in (3, 7) else None for place in range(10)]
    rows = table(["Service", "Ccy", "Budget 2024-25"], NAMES[:10], said, values)
    check_told(sheet(rows, sum(value for value, word in zip(values, said, strict=True) if word is None)))


def test_what_was_paid_in_other_currencies_stands_beside_what_counts() -> None:
    values = figures(42)
    said = ["USD" if place in (2, 6) else "GBP" for place in range(10)]
    home = [v if word == "GBP" else v * 4 // 5 for v, word in zip(values, said, strict=True)]
    check_told(text(table(["Service", "Currency", "Amount", "Amount GBP"], NAMES[:10], said, values, home), sum(home)))


def test_names_that_end_in_a_unit_of_their_own_are_asked_about() -> None:
    values = figures(43)
    names = [f"{name} (£000)" if place in (2, 6) else name for place, name in enumerate(NAMES[:10])]
    cells = [value // 1_000 if place in (2, 6) else value for place, value in enumerate(values)]
    right = sum(value // 1_000 * 1_000 if place in (2, 6) else value for place, value in enumerate(values))
    outcome = read(sheet(table(POUNDS, names, cells), right))
    assert outcome.asked == {"unit": 1}
    assert stored(outcome) == {right}


def test_a_full_year_beside_a_part_of_it_is_an_amount() -> None:
    values = figures(44)
    rows = table(["Service", "YTD Sep", "Full year"], NAMES[:10], [value // 2 for value in values], values)
    outcome = read(sheet([["Budget 2024-25 £"], [], *rows], sum(values)))
    assert stored(outcome) == {sum(values)}


def test_thirteen_even_periods_are_all_amounts() -> None:
    values = figures(45)
    rows = table(["Service", *(f"Period {number}" for number in range(1, 14))], NAMES[:10], *([values] * 13))
    check_told(sheet([["Budget 2024-25 £"], [], *rows], 13 * sum(values)))


def test_a_rate_of_exchange_is_no_amount_though_it_names_a_currency() -> None:
    values = figures(46)
    rates = [0.8 if place in (2, 6) else 1 for place in range(10)]
    home = [value * rate for value, rate in zip(values, rates, strict=True)]
    rows = table(["Service", "Amount paid", "Rate to GBP", "Amount in GBP"], NAMES[:10], values, rates, home)
    check(text(rows, sum(home)))
