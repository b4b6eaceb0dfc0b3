"""Years as returns write them and what stands beside years. Each habit is a small workbook made from lines whose sum is
known by year, and is read rightly or asked about; rows of several years never become those of one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.terms import UK, Terms
from importers.readings.reader import read_workbook
from tests.habits import NAMES, Habit, Habits, Rows, check, check_told, figures, read, sheet, stored, table, text

WRITTEN: dict[str, Callable[[int], str | int]] = {
    "2223": lambda year: (year % 100) * 100 + (year + 1) % 100,
    "202223": lambda year: year * 100 + (year + 1) % 100,
    "20222023": lambda year: year * 10_000 + year + 1,
    "FY2223": lambda year: f"FY{year % 100}{(year + 1) % 100}",
    "'22-'23": lambda year: f"'{year % 100}-'{(year + 1) % 100}",
    "FFY23": lambda year: f"FFY{(year + 1) % 100}",
    "Y/E Mar 23": lambda year: f"Y/E Mar {(year + 1) % 100}",
    "民國111年度": lambda year: f"民國{year - 1911}年度",
    "令和4年度": lambda year: f"令和{year - 2018}年度",
}
YEARS = [2021, 2022, 2023]


def stored_by_year(made: Habit) -> dict[str, float]:
    outcome = read(made)
    assert not outcome.asked, outcome.asked
    return {year: amount / 100 for (_, _, year, _), amount in outcome.groups.items()}


def by_year(columns: list[list[int]]) -> dict[str, float]:
    return {f"{year}-{(year + 1) % 100}": sum(column) for year, column in zip(YEARS, columns, strict=True)}


@pytest.mark.parametrize("written", WRITTEN)
def test_years_over_columns(written: str) -> None:
    columns = [figures(701 + place) for place in range(3)]
    rows = table(["Service", *map(WRITTEN[written], YEARS)], NAMES[:10], *columns)
    assert stored_by_year(sheet([["Budget, £"], *rows])) == by_year(columns)


@pytest.mark.parametrize("written", WRITTEN)
def test_years_of_rows(written: str) -> None:
    columns = [figures(711 + place) for place in range(3)]
    rows: Rows = [["Year", "Service", "Amount, £"]]
    for year, column in zip(YEARS, columns, strict=True):
        rows += [[WRITTEN[written](year), name, amount] for name, amount in zip(NAMES[:10], column, strict=True)]
    assert stored_by_year(text(rows)) == by_year(columns)


def test_a_year_in_one_number_over_one_column_is_no_line() -> None:
    amounts = figures(721)
    made = sheet(table(["Service", 202324], NAMES[:10], amounts))
    assert stored_by_year(made) == {"2023-24": sum(amounts)}


def test_a_month_beside_what_the_column_holds_is_of_its_year() -> None:
    columns = [figures(722 + place) for place in range(3)]
    rows = table(["Service, £", *(f"Mar-{year % 100 + 1} Actual" for year in YEARS)], NAMES[:10], *columns)
    assert stored_by_year(sheet(rows)) == by_year(columns)


def test_codes_that_are_no_years_in_a_row_stay_codes() -> None:
    codes = [2223, 2324, 4712, 2223, 3391, 2324, 4712, 5128, 3391, 2223]
    amounts = figures(723)
    rows = table(["Cost centre", "Service", "Amount, £"], codes, NAMES[:10], amounts)
    outcome = read(sheet(rows))
    assert {year for _, _, year, _ in outcome.groups} == {"2024-25"}
    assert stored(outcome) == {sum(amounts)}


def test_days_of_east_asia_are_of_the_years_in_which_they_fall() -> None:
    early, late = figures(724, 6), figures(725, 6)
    rows: Rows = [["日付", "件名", "金額 £"]]
    rows += [[f"令和6年3月{day}日", name, each] for day, name, each in zip(range(1, 7), NAMES, early, strict=False)]
    rows += [[f"令和6年4月{day}日", name, each] for day, name, each in zip(range(1, 7), NAMES, late, strict=False)]
    assert stored_by_year(sheet(rows, year="")) == {"2023-24": sum(early), "2024-25": sum(late)}


def test_rows_of_several_years_that_nothing_tells_are_asked_about_one_by_one() -> None:
    rows: Rows = [["Year", "Service", "Amount, £"]]
    for word, column in zip(("Cycle A", "Cycle B"), (figures(726), figures(727)), strict=True):
        rows += [[word, name, amount] for name, amount in zip(NAMES[:10], column, strict=True)]
    made = sheet(rows, year="2024-25")
    outcome = read(made)
    assert [question.topic for question in outcome.open] == ["year", "year"]
    assert all(word in question.prompt for word, question in zip(("Cycle A", "Cycle B"), outcome.open, strict=True))


# What is of none of the years beside it

habit = Habits()


def programme(seed: int, before: str, after: str, *, total: bool) -> Habit:
    """A capital programme over three years with a column before and one after them."""
    columns = [figures(seed + place) for place in range(5)]
    years = ["2024-25", "2025-26", "2026-27"]
    head, kept = [before, *years, after], columns[1:4]
    sums = [[sum(row) for row in zip(*columns, strict=True)]] if total else []
    rows = table(["Scheme", *head, *["Total"] * total], NAMES[:10], *columns, *sums)
    return sheet([["Capital programme, £"], *rows], [sum(column) for column in kept])


@habit
def prior_and_future_years() -> Habit:
    return programme(731, "Prior years", "Future years", total=False)


@habit
def prior_and_future_years_in_their_total() -> Habit:
    return programme(741, "Prior years", "Future years", total=True)


@habit
def words_of_no_list_around_the_years_of_a_total() -> Habit:
    return programme(751, "Rhagflaenol", "Dilynol", total=True)


@habit
def what_was_spent_up_to_a_day() -> Habit:
    return programme(761, "Spend to 31 March 2024", "2027-28 onwards", total=True)


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


def test_what_is_left_out_beside_years_is_named_and_may_count() -> None:
    questions = read_workbook(habit["prior_and_future_years"]().data, "programme.xlsx", terms=UK).questions
    question = next(question for question in questions if question.topic == "year")
    assert "'Prior years'" in question.prompt
    assert "'Future years'" in question.prompt
    years = {option.value: {total.fiscal_year for total in option.totals} for option in question.options}
    assert years["leave"] == {"2024-25", "2025-26", "2026-27"}
    # What the years between come to does not depend on the answer.
    assert years["count"] == {"2023-24", "2027-28"}


def test_under_which_of_two_years_the_money_of_a_biennium_is_kept_is_asked_once() -> None:
    columns = [figures(771 + place) for place in range(3)]
    whole = [a + b for a, b in zip(*columns[1:], strict=True)]
    head = ["Agency", "2023-25 Enacted All funds", "2025-27 General", "2025-27 Other", "2025-27 All funds"]
    made = sheet([["Budget, £"], *table(head, NAMES[:10], *columns, whole)], [sum(columns[0]), sum(whole)], year="")
    outcome = read(made)
    assert outcome.asked == {"year": 1}
    by = {year: amount / 100 for (_, _, year, _), amount in outcome.groups.items()}
    assert by == {"2023-24": sum(columns[0]), "2025-26": sum(whole)}


@pytest.mark.parametrize(
    "head", [["Budget 2024-25 (£)"], ["2023/24", "2024/25"], ["Actual 2023-2024", "Budget 2024-2025"]]
)
def test_a_span_where_fiscal_years_are_calendar_years_is_asked_about_once(head: list[str]) -> None:
    columns = [figures(791 + place) for place in range(len(head))]
    made = sheet(table(["Service", *head], NAMES[:10], *columns), fiscal_year_starts=1, year="")
    terms = Terms(UK.currency, FiscalCalendar.of_month(1))
    (question,) = (q for q in read_workbook(made.data, "budget.xlsx", terms=terms).questions if q.topic == "year")
    assert "fiscal years are calendar years here" in question.prompt
    latest = {option.value: max(total.fiscal_year for total in option.totals) for option in question.options}
    assert latest == {"start": "2024", "end": "2025"}


def test_the_number_of_an_act_is_no_year() -> None:
    amounts = figures(781)
    rows = [
        ["Appendix to resolution 310/2024"],
        ["Budget for 2025"],
        *table(["Service", "Amount £"], NAMES[:10], amounts),
    ]
    outcome = read(sheet(rows, fiscal_year_starts=1, year=""))
    assert {year for _, _, year, _ in outcome.groups} == {"2025"}
    assert not outcome.asked


MONTHS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]


def spent_by_month(seed: int, *, quarters: bool) -> tuple[Rows, list[int], list[int]]:
    """A budget beside what was spent of it in each month, and in each quarter as well."""
    budget = figures(seed, 8)
    months = [figures(seed + 1 + place, 8, 1_007, 99_989) for place in range(12)]
    sums = [[sum(row) for row in zip(*months[first : first + 3], strict=True)] for first in (0, 3, 6, 9)]
    head = ["Service", "Budget", *MONTHS, *(["Q1", "Q2", "Q3", "Q4"] if quarters else [])]
    rows = table(head, NAMES[:8], budget, *months, *(sums if quarters else []))
    return rows, budget, [sum(month) for month in months]


@pytest.mark.parametrize("quarters", [False, True])
def test_months_that_do_not_make_the_budget_beside_them_are_asked_about_once(quarters: bool) -> None:
    rows, budget, months = spent_by_month(801, quarters=quarters)
    made = sheet([["Monitoring 2024-25, £"], *rows], [sum(budget), sum(months)])
    outcome = read(made)
    assert outcome.asked == {"amount": 1}
    by = {stage: amount / 100 for (stage, _, _, _), amount in outcome.groups.items()}
    assert by == {"budget": sum(budget), "outturn": sum(months)}


def test_quarters_called_t1_to_t4_are_no_years() -> None:
    quarters = [figures(821 + place, 8, 1_007, 99_989) for place in range(4)]
    year = [sum(row) for row in zip(*quarters, strict=True)]
    rows = table(["Descripción", "Crédito", "T1", "T2", "T3", "T4"], NAMES[:8], year, *quarters)
    outcome = read(sheet(rows, sum(year), year="2024-25"))
    assert stored(outcome) == {sum(year)}
    assert outcome.asked == {}


def test_a_year_beside_quarters_within_its_months_is_the_amount() -> None:
    months = [figures(841 + place, 8, 1_007, 99_989) for place in range(12)]
    columns: list[list[int]] = []
    for first in (0, 3, 6, 9):
        columns += months[first : first + 3]
        columns.append([sum(row) for row in zip(*months[first : first + 3], strict=True)])
    year = [sum(row) for row in zip(*months, strict=True)]
    quarters = {0: "Q1", 3: "Q2", 6: "Q3", 9: "Q4"}
    head = [name for first in quarters for name in (*MONTHS[first : first + 3], quarters[first])]
    rows = [["Profiled budget 2024-25, £"], *table(["Service", *head, "Year"], NAMES[:8], *columns, year)]
    check_told(sheet(rows, sum(year)))


def of_two_years(seed: int, head: list[str], apart: list[int]) -> tuple[Rows, list[int]]:
    """A list whose rows name a year twice, so many years apart, each with an amount in pounds."""
    amounts = figures(seed, len(apart))
    years = [2019 + place % 3 for place in range(len(apart))]
    later = [year + more for year, more in zip(years, apart, strict=True)]
    return table(["Project", *head, "Amount, £"], NAMES[: len(apart)], years, later, amounts), amounts


@pytest.mark.parametrize(
    "head",
    [
        ["Year of award", "Year of last payment"],
        ["Award year", "Spending year"],
        ["Jahr der Bewilligung", "Jahr der Zahlung"],
    ],
)
def test_which_of_two_columns_of_years_says_the_year_is_asked(head: list[str]) -> None:
    rows, amounts = of_two_years(861, head, [0, 2, 1, 0, 1, 3, 2, 0])
    outcome = read(text(rows, [sum(amounts)], year="", fiscal_year_starts=1))
    assert outcome.asked.pop("year") == 1
    made = read_workbook(text(rows).data, "list.csv", terms=Terms(UK.currency, FiscalCalendar.of_month(1)))
    (question,) = (q for q in made.questions if q.topic == "year")
    latest = {option.value: max(total.fiscal_year for total in option.totals) for option in question.options}
    assert latest == {
        letter: str(max(int(str(row[place])) for row in rows[1:])) for letter, place in (("B", 1), ("C", 2))
    }


@pytest.mark.parametrize(
    "head", [["BookEdition", "BudgetYear"], ["Plan of", "Financial year"], ["Vintage", "Budget year"]]
)
def test_the_column_called_the_year_says_it_beside_another_that_holds_years(head: list[str]) -> None:
    rows, amounts = of_two_years(862, head, [-1, -2, -1, 0, -1, 0, -2, -1])
    outcome = read(text(rows, [sum(amounts)], year="", fiscal_year_starts=1))
    by: dict[str, float] = {}
    for row in rows[1:]:
        by[str(row[2])] = by.get(str(row[2]), 0) + int(str(row[3]))
    assert {year: amount / 100 for (_, _, year, _), amount in outcome.groups.items()} == by
    assert "year" not in outcome.asked


def test_the_two_years_in_which_a_fiscal_year_is_written_are_one() -> None:
    rows, amounts = of_two_years(863, ["Year from", "Year to"], [1] * 8)
    outcome = read(text(rows, [sum(amounts)], year=""))
    assert {year for _, _, year, _ in outcome.groups} == {"2019-20", "2020-21", "2021-22"}


LAST_DAYS = ["July 31", "Aug 31", "Sept 30", "Oct 31", "Nov 30", "Dec 31"]
LAST_DAYS += ["Jan 31", "Feb 28", "March 31", "April 30", "May 31", "June 30"]


@pytest.mark.parametrize("numbers", [[], [[*range(14)]], [[None, *range(13)]], [[*range(1, 15)]]])
def test_months_headed_by_their_last_day_are_of_one_year(numbers: Rows) -> None:
    months = [figures(871 + place, 8, 1_007, 99_989) for place in range(12)]
    year = [sum(row) for row in zip(*months, strict=True)]
    rows = [*numbers, *table(["Cash flow, £", *LAST_DAYS, "Total"], NAMES[:8], *months, year)]
    outcome = read(text(rows, [sum(year)]))
    assert {year for _, _, year, _ in outcome.groups} == {"2024-25"}
    assert stored(outcome) == {sum(year)}


def test_a_column_of_years_that_names_none_in_some_rows_is_not_the_year() -> None:
    amounts = figures(881, 8)
    years = [2019 + place % 3 for place in range(8)]
    ends: list[object] = [2024, "NA", "NA", 2023, "NA", 2022, "NA", 2024]
    rows = table(["fy", "Source", "a_end", "Receipts, £"], years, NAMES[:8], ends, amounts)
    outcome = read(text(rows, [sum(amounts)], year="", fiscal_year_starts=1))
    assert "year" not in outcome.asked
    assert {year for _, _, year, _ in outcome.groups} == {"2019", "2020", "2021"}
