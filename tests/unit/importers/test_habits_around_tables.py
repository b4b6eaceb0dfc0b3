"""Habits of what stands around a table's amounts: heads of reports, names of label columns, contents pages, units, rows
that are no money. Each is a small workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.reader import WorkbookReader
from importers.words.unit_words import find_unit
from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, file, read, sheet, table
from tests.workbooks import workbook

habit = Habits()


# What stands above the headers


@habit
def a_title_over_a_column_of_codes() -> Habit:
    # Amounts of several sizes: figures of one length could be codes.
    one, other = ([*figures(n, 4, 1_007, 9_989), *figures(n + 1, 4)] for n in (1, 3))
    rows = [
        ["Return 7 2024-25: northern counties"],
        ["Gross spending by service, £ thousands"],
        ["Code", "", "Schools", "Roads"],
        *([10 + place, name, a, b] for place, (name, a, b) in enumerate(zip(NAMES[:8], one, other, strict=True))),
    ]
    return sheet(rows, (sum(one) + sum(other)) * 1_000, unit="thousands")


@habit
def the_head_of_a_printed_report() -> Habit:
    amounts, last = figures(3, 6), figures(4, 6)
    codes = [f"0123{place} 51{place}801" for place in range(6)]
    rows = [
        ["03/14/2024 10:22", "TOWN OF NORTHTOWN", "", "P 1"],
        ["user7", "BUDGET COMPARISON REPORT", "", "rpts"],
        ["ACCOUNTS FOR:", "", "2023-24", "2024-25"],
        ["GENERAL FUND", "", "ACTUAL", "BUDGET"],
        ["230 Town manager"],
        *map(list, zip(codes, NAMES, last, amounts, strict=False)),
        ["", "TOTAL Town manager", sum(last), sum(amounts)],
    ]
    return sheet(rows, [sum(last), sum(amounts)], must=True)


@habit
def a_title_spread_over_the_first_row() -> Habit:
    budget, forecast = figures(5, 7), figures(6, 7)
    rows = [
        ["Hill Street School", "", "Budget monitoring report", "", "Period 7 2024/25"],
        ["Ref", "Description", "Original budget £", "Changes £", "Forecast £"],
        *(
            [f"E{place:02}", name, a, None, b]
            for place, (name, a, b) in enumerate(zip(NAMES[:7], budget, forecast, strict=True), 1)
        ),
    ]
    return sheet(rows, [sum(budget), sum(forecast)], must=True)


@habit
def a_unit_below_the_headers_over_one_column() -> Habit:
    columns = [figures(7 + n, 6) for n in range(3)]
    rows = [
        ["Head 1: Office of the president"],
        ["", "Actual 2022-23", "Estimate 2023-24", "Estimate 2024-25"],
        ["", "", "£000", ""],
        *map(list, zip(NAMES[:6], *columns, strict=True)),
    ]
    return sheet(rows, [sum(each) * 1_000 for each in columns], must=True, unit="thousands")


@habit
def a_heading_below_two_rows_of_headers() -> Habit:
    pay, goods, works = figures(10, 5), figures(11, 5), figures(12, 5)
    totals = [sum(each) for each in zip(pay, goods, works, strict=True)]
    rows = [
        ["New appropriations, 2024-25 (£)"],
        ["", "", "Current spending", "", "", ""],
        ["", "", "Pay", "Goods", "Works", "Total"],
        ["A. REGULAR PROGRAMMES"],
        *([100_000 + n, *each] for n, each in enumerate(zip(NAMES, pay, goods, works, totals, strict=False))),
    ]
    return sheet(rows, sum(totals), must=True)


@habit
def a_heading_whose_code_could_be_a_year() -> Habit:
    first, second = figures(13, 3), figures(14, 3)
    rows = [
        ["Investment budget 2024-25 (£)"],
        ["Code", "Heading", "Payment credits 2024-25"],
        ["1000", "ARTICLE 1: SCHOOLS"],
        *([f"11{n}0", name, amount] for n, (name, amount) in enumerate(zip(NAMES[:3], first, strict=True))),
        ["", "Total of the article", sum(first)],
        ["2000", "ARTICLE 2: ROADS"],
        *([f"21{n}0", name, amount] for n, (name, amount) in enumerate(zip(NAMES[3:6], second, strict=True))),
        ["", "Total of the article", sum(second)],
    ]
    return sheet(rows, sum(first) + sum(second), must=True)


# What the column of names is called


@pytest.mark.parametrize("called", ["Fund", "Fund type", "Control", "Scenario", "Version", "Stage", "Year", "Period"])
def test_the_only_column_of_words_names_the_lines_whatever_it_is_called(called: str) -> None:
    amounts = figures(20, 9)
    rows = [["Budget of Northtown 2024-25, £"], *table([called, "2024-25"], NAMES[:9], amounts)]
    made = sheet([*rows, ["Total", sum(amounts)]], sum(amounts))
    check_told(made)


# Sheets that tell of the workbook


@pytest.mark.parametrize(
    "contents",
    [
        [["Statistics 2023-24", ""], [3.1, "Total spending"], [3.2, "Current"], [3.3, "Capital"]],
        [["Statistics 2023-24", ""], ["3.1", "Total spending"]],
        [["Table", "Title", "Page"], ["3.1", "Spending", 4], ["3.2", "Capital", 12], ["3.3", "Reserves", 15]],
        [["Telephone", "0131 244 2825"], ["ISBN", 9781835217849], ["Version", 1.2], ["Number of tables", 14]],
    ],
)
def test_a_contents_page_holds_no_budget(contents: list[list[object]]) -> None:
    amounts = figures(30, 8)
    rows = [["Spending, £ million"], *table(["", "2023-24"], NAMES[:8], amounts), ["Total", sum(amounts)]]
    made = Habit(
        workbook(Contents=contents, **{"Table 3.1": rows}),
        (frozenset([sum(amounts) * 1e6]),),
        truth={"unit": "millions"},
    )
    check_told(made)


# Units


@pytest.mark.parametrize(
    ("unit", "currency", "times"),
    [
        ("triliun Rupiah", "IDR", 10**12),
        ("jutaan rupiah", "IDR", 10**6),
        ("miljoonaa euroa", "EUR", 10**6),
        ("tuhansina euroina", "EUR", 1_000),
        ("millió forintban", "HUF", 10**6),
        ("रु. हजारमा", "NPR", 1_000),
        ("करोड़ रुपये", "INR", 10**7),
        ("ათას ლარში", "GEL", 1_000),
        ("القيمة بالمليون جنيه", "EGP", 10**6),
    ],
)
def test_a_unit_is_read_in_the_words_of_its_country(unit: str, currency: str, times: int) -> None:
    assert find_unit(f"Budget 2024 ({unit})", Currency(currency)) == Unit(currency, times)


def test_a_word_beside_a_currency_that_nobody_knows_is_asked_about_and_not_guessed() -> None:
    amounts = figures(50, 8, 107, 9_989)
    rows = [["Spending 2024-25 (dozens £)"], *table(["Service", "Budget"], NAMES[:8], amounts)]
    made = sheet(rows, *(sum(amounts) * times for times in (1, 1_000)))
    reader = WorkbookReader(open_workbook(made.data, Limits()), UK, Answers(body="A", stage="budget"))
    questions = [question for question in reader.read("it").questions if question.topic == "unit"]
    assert [question.guess for question in questions] == [""]


@habit
def a_row_of_powers_of_ten_below_the_headers() -> Habit:
    one, other = figures(51, 8, 107, 9_989), figures(52, 8, 107, 9_989)
    rows = [["Kapitel 0612"], ["Titel", "Soll 2024", "Soll 2025"], ["", "1 000 €", "1 000 €"]]
    rows += [list(each) for each in zip(NAMES[:8], one, other, strict=True)]
    right = [sum(one) * 1_000, sum(other) * 1_000]
    return sheet(rows, right, unit="", currency="EUR", year="", fiscal_year_starts=1)


@habit
def a_unit_in_a_note_below() -> Habit:
    amounts = figures(53, 8, 107, 9_989)
    rows = [["Program expenditures"], *table(["Program", "2024-25"], NAMES[:8], amounts), ["Total", sum(amounts)]]
    note = ["* Pounds in thousands, except in the salary range."]
    return sheet([*rows, note], sum(amounts) * 1_000, must=True, unit="")


@habit
def a_unit_in_the_last_cell_of_the_title_row() -> Habit:
    amounts = figures(54, 8, 107, 9_989)
    head = ["No", "Programme", "Budget 2024-25", "Remarks"]
    lines = [
        [place, name, amount, "as before"] for place, (name, amount) in enumerate(zip(NAMES, amounts, strict=False))
    ]
    return sheet([["Annual budget", "", "", "Unit: £000"], head, *lines], sum(amounts) * 1_000, must=True, unit="")


# Words for income and spending


@pytest.mark.parametrize(
    ("income", "spending"),
    [
        ("Total des recettes", "Total des dépenses"),
        ("Total des revenus", "Total des charges"),
        ("Totale ricavi", "Totale costi"),
        ("Totaal baten", "Totaal lasten"),
        ("Summa intäkter", "Summa kostnader"),
        ("Indtægter i alt", "Udgifter i alt"),
        ("Dochody ogółem", "Wydatki ogółem"),
        ("Příjmy celkem", "Výdaje celkem"),
        ("Σύνολο εσόδων", "Σύνολο εξόδων"),
        ("Iš viso pajamų", "Iš viso išlaidų"),
        ("Total revenue income", "Total revenue expenditure"),
        ("Total turnover", "Total operating costs"),
    ],
)
def test_a_total_gives_its_rows_the_flow_that_its_name_says(income: str, spending: str) -> None:
    received, spent = figures(60, 3), figures(61, 4)
    rows = [["2024-25 (£)"], ["", "2024-25"], *map(list, zip(NAMES[:3], received, strict=True))]
    rows += [[income, sum(received)], *map(list, zip(NAMES[3:7], spent, strict=True)), [spending, sum(spent)]]
    check_told(sheet(rows, [sum(received), sum(spent)], unit=""))


# Rows and tables that are no money


@pytest.mark.parametrize(
    "row",
    [
        ["Pay award", "3.5%", "2.0%"],
        ["GDP deflator", 104.2, 106.1],
        ["Population ('000)", 512, 514],
        ["Pupil numbers", 1_021, 1_034],
        ["Debt service coverage", 1.87, 2.01],
        ["Days cash on hand", 210, 223],
        ["Cost per head", 1_074.4, 1_102.5],
    ],
)
def test_a_row_that_is_no_money_among_amounts_is_not_counted(row: list[object]) -> None:
    one, other = figures(40, 7, 100, 999), figures(41, 7, 100, 999)
    lines = [list(each) for each in zip(NAMES[:7], one, other, strict=True)]
    rows = [["Medium-term plan, £ million"], ["", "2024-25", "2025-26"], *lines[:3], row, *lines[3:]]
    made = sheet(
        [*rows, ["Net expenditure", sum(one), sum(other)]], [sum(one) * 1e6, sum(other) * 1e6], unit="millions"
    )
    check_told(made)


@habit
def a_table_per_head_beside_the_money() -> Habit:
    amounts = figures(42, 8)
    heads = [amount // 57 for amount in amounts]
    money = [["Table 1: Spending by service (£ million)"], *table(["Service", "2023-24"], NAMES[:8], amounts)]
    each = [["Table 2: Spending per head (£)"], *table(["Service", "2023-24"], NAMES[:8], heads)]
    return Habit(
        workbook(**{"1": money, "2": each}), (frozenset([sum(amounts) * 1e6]),), must=True, truth={"unit": "millions"}
    )


@habit
def a_percentage_in_a_title() -> Habit:
    amounts = figures(43, 8)
    rows = [["Monthly report 2024-25 (50% of year elapsed)"], *table(["Service", "Budget £"], NAMES[:8], amounts)]
    return sheet([*rows, ["Total", sum(amounts)]], sum(amounts), must=True)


@habit
def amounts_at_the_prices_of_one_year() -> Habit:
    one, other = figures(44, 8), figures(45, 8)
    head = ["Service", "2023-24 budget £", "2024-25 budget £"]
    rows = [["Budget at 2024-25 prices"], *table(head, NAMES[:8], one, other), ["Total", sum(one), sum(other)]]
    return sheet(rows, [sum(one), sum(other)])


@habit
def pages_of_a_list_that_carry_their_sums_forward() -> Habit:
    rows: Rows = []
    so_far = 0
    for page in range(3):
        amounts = figures(46 + page, 8, 1_009, 99_991)
        rows += [[f"Payments 2024-25, page {page + 1}"], ["Supplier", "Service", "Amount £"]]
        rows += [["Brought forward", None, so_far]] if page else []
        rows += [[f"Firm {page}{n}", NAMES[n], amount] for n, amount in enumerate(amounts)]
        so_far += sum(amounts)
        rows += [["Carried forward" if page < 2 else "Total", None, so_far], []]
    return sheet(rows, so_far, stage="outturn")


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


FACTS: Rows = [["Gemeente", "Westerwaard"], ["Jaar", "2025"], ["Verslagsoort", "Begroting"], ["Bedragen", "x € 1.000"]]


@pytest.mark.parametrize("facts", [FACTS, [["Year", 2025], ["Body", "Westerwaard"], ["Contact", "A. de Vries"]]])
def test_a_form_of_facts_about_the_workbook_is_no_table(facts: Rows) -> None:
    one, other = figures(70, 10), figures(71, 10)
    rows = [*table(["Taakveld", "Lasten 2025", "Baten 2025"], NAMES[:10], one, other), ["Totaal", sum(one), sum(other)]]
    data = workbook(Informatie=[["Informatie voor derden"], *facts], Begroting=rows)
    check_told(
        file(
            data,
            [sum(one) * 1_000, sum(other) * 1_000],
            currency="EUR",
            unit="thousands",
            year="2025",
            fiscal_year_starts=1,
        )
    )


def test_an_amount_among_the_facts_of_a_form_is_not_left_out_in_silence() -> None:
    amounts = figures(72, 10)
    facts: Rows = [["Body", "Westerwaard"], ["Contact", "A. de Vries"], ["Reserves", 712_350], ["Kind", "Return"]]
    outcome = read(file(workbook(Facts=facts, Lines=table(["Service", "Budget 2024-25 £"], NAMES[:10], amounts))))
    tables = outcome.reading.tables if outcome.reading else ()
    assert "Facts" in {each.key.partition("!")[0] for each in tables}
