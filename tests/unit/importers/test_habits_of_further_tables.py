"""Habits of further tables, below the first or on sheets of their own, which state no money of the budget or some of it
again: what is held or owed, what was refused, what is counted, what takes one line apart, quarters that run on. They
are asked about, and ordinary further tables are not.
"""

from __future__ import annotations

from itertools import accumulate

import pytest

from tests.habits import NAMES, Habit, Rows, check, check_told, figures, file, read, sheet, stored, table
from tests.workbooks import workbook

SPENT = figures(9101, 7)
FURTHER = figures(9102, 3)


def with_total(rows: Rows) -> Rows:
    return [*rows, ["Total", sum(row[1] for row in rows[1:])]]


def further_table(title: str, names: tuple[str, ...] = ("One", "Two", "Three"), head: str = "Item") -> Rows:
    """Spending with its total, and a further table with a title and total of its own below."""
    first = with_total(table(["Service", "£"], NAMES[:7], SPENT))
    return [["Spending 2024-25"], *first, [], [title], *with_total(table([head, "£"], names, FURTHER))]


def books_of(**sheets: Rows) -> bytes:
    return workbook(**{name.replace("_", " "): rows for name, rows in sheets.items()})


def check_asked(made: Habit) -> None:
    """One question, and read rightly after it."""
    assert read(made).asked == {"counted": 1}
    check(made)


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Treasury investments",
            "Debt",
            "Schulden",
            "Deposits",
            "Loans outstanding",
            "Guarantees given",
            "Tillgångar",
        ),
        *("Contingent liabilities", "Restes à réaliser", "Verpflichtungsermächtigungen", "Passivos contingentes"),
        *("Unfunded pressures", "Bids not approved", "Rejected proposals", "Projets non retenus", "Wish list"),
        *("Abgelehnte Anträge", "Efficiencies included above", "Tax expenditures", "Risks"),
    ],
)
def test_a_further_table_of_what_is_no_spending_is_asked_about(title: str) -> None:
    check_asked(sheet(further_table(title), sum(SPENT)))


@pytest.mark.parametrize("name", ["Debt", "Assets", "Unfunded bids", "Rejected", "Pipeline", "Example", "Archive"])
def test_a_further_sheet_of_what_is_no_spending_is_asked_about(name: str) -> None:
    own = with_total(table(["Service", "2024-25"], ("One", "Two", "Three"), FURTHER))
    first = with_total(table(["Service", "2024-25"], NAMES[:7], SPENT))
    check_asked(file(workbook(**{"Spending": first, name: own}), sum(SPENT)))


@pytest.mark.parametrize("title", ["Debt service", "Unfunded pensions", "Pipeline repairs", "Grants to theatres"])
def test_a_further_table_of_spending_is_told(title: str) -> None:
    check_told(sheet(further_table(title, NAMES[7:10], "Service"), sum(SPENT) + sum(FURTHER)))


def test_a_further_table_whose_title_tells_nothing_of_money_is_asked_about_where_it_is_headed_otherwise() -> None:
    made = sheet(further_table("Land bank"), sum(SPENT))
    check_asked(made)
    assert not read(made).open


@pytest.mark.parametrize("title", ["Capital programme", "Grants to theatres", "Health 2024-25"])
def test_a_further_table_whose_title_speaks_of_money_is_told_however_it_is_headed(title: str) -> None:
    check_told(sheet(further_table(title, NAMES[7:10]), sum(SPENT) + sum(FURTHER)))


def test_a_fund_called_by_what_it_is_for_is_told_by_its_budget_and_outturn() -> None:
    funds = {"General": figures(9103, 6), "Roads": figures(9104, 6), "Debt": figures(9105, 6)}
    spent = {name: [round(0.93 * amount) for amount in amounts] for name, amounts in funds.items()}
    head = ["Item", "Budget 2024-25", "Actual 2024-25"]
    sheets = {
        name: table(head, [f"{name} {n}" for n in range(1, 7)], amounts, spent[name]) for name, amounts in funds.items()
    }
    check_told(file(workbook(**sheets), (sum(map(sum, funds.values())), sum(map(sum, spent.values())))))


@pytest.mark.parametrize("name", ["Hours", "Pupils"])
def test_a_sheet_of_what_is_counted_under_the_names_of_the_money_is_asked_about(name: str) -> None:
    spent, counted = figures(9106, 8, 1_000_007), figures(9107, 8, 10_007, 59_999)
    sheets = {"Money": spent, name: counted}
    made = workbook(**{each: table(["Service", "2024-25"], NAMES[:8], amounts) for each, amounts in sheets.items()})
    check_asked(file(made, sum(spent)))


def test_a_sheet_named_as_a_line_of_another_and_no_more_than_it_is_asked_about() -> None:
    spent = figures(9108, 8, 1_000_007)
    parts = [spent[0] // 3, spent[0] // 4]
    made = books_of(
        All=table(["Service", "2024-25"], NAMES[:8], spent),
        Schools=table(["Service", "2024-25"], ["Primary", "Secondary"], parts),
    )
    check_asked(file(made, sum(spent)))


def test_several_sheets_named_as_lines_of_another_are_one_question() -> None:
    spent = figures(9109, 8, 1_000_007)
    sheets = {"All": table(["Service", "2024-25"], NAMES[:8], spent)}
    for name, amount in zip(NAMES[:3], spent, strict=False):
        sheets[name] = table(["Part", "2024-25"], [f"{name} A", f"{name} B"], [amount // 2, amount // 5])
    check_asked(file(workbook(**sheets), sum(spent)))


def test_a_sheet_that_comes_to_more_than_the_line_of_its_name_is_told() -> None:
    spent, more = figures(9110, 8, 10_007, 99_999), figures(9111, 4, 1_000_007)
    made = books_of(
        All=table(["Service", "2024-25"], NAMES[:8], spent),
        Schools=table(["Scheme", "2024-25"], NAMES[8:12], more),
    )
    check_told(file(made, sum(spent) + sum(more)))


@pytest.mark.parametrize("names", [("Q1", "Q2", "Q3"), ("Q1 2024-25", "Q2 2024-25", "Q3 2024-25", "Q4 2024-25")])
def test_sheets_of_quarters_none_of_whose_lines_falls_are_asked_about(names: tuple[str, ...]) -> None:
    alone = [figures(9112 + n, 8) for n in range(len(names))]
    so_far = list(accumulate(alone, lambda a, b: [x + y for x, y in zip(a, b, strict=True)]))
    sheets = {name: table(["Service", "2024-25"], NAMES[:8], each) for name, each in zip(names, so_far, strict=True)}
    check_asked(file(workbook(**sheets), sum(so_far[-1])))


def test_sheets_of_quarters_that_fall_somewhere_are_parts_of_the_year() -> None:
    alone = {f"Q{n}": figures(9120 + n, 8) for n in range(1, 5)}
    sheets = {name: table(["Service", "2024-25"], NAMES[:8], each) for name, each in alone.items()}
    check_told(file(workbook(**sheets), sum(map(sum, alone.values()))))


@pytest.mark.parametrize("titles", [("Education", "Health", "Transport"), ("Culture", "Roads")])
def test_tables_of_departments_below_each_other_are_told(titles: tuple[str, ...]) -> None:
    rows: Rows = []
    whole = 0
    for n, title in enumerate(titles):
        amounts = figures(9130 + n, 5)
        whole += sum(amounts)
        rows += [[f"{title} 2024-25"], *with_total(table(["Item", "£"], NAMES[n : n + 5], amounts)), []]
    check_told(sheet(rows, whole))


def test_what_is_held_is_stored_where_a_person_says_so() -> None:
    outcome = read(sheet(further_table("Deposits"), sum(SPENT) + sum(FURTHER)))
    assert stored(outcome) == {sum(SPENT) + sum(FURTHER)}
