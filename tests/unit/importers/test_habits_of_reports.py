"""Columns of reports on a year: what was granted, released, spent and is expected, how far these are apart, and what is
held at a day. Each habit is a small workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.habits import NAMES, Rows, check, check_told, figures, read, sheet, table


@pytest.mark.parametrize("change", ["Favourable (unfavourable)", "Var.(abs.)", "Var GBP", "Variance"])
@pytest.mark.parametrize("expected", ["Year-end projection", "Projected year end", "Full year forecast", "Outlook"])
def test_what_is_expected_at_the_end_of_the_year_is_no_code(expected: str, change: str) -> None:
    received, spent = figures(4201, 4, 90, 90_000), figures(4202, 5, 90, 90_000)
    rows: list[list[str | int]] = [["", "Annual budget", expected, change]]
    sums: list[list[int]] = []
    for head, amounts, sign in (("Revenues", received, 1), ("Expenditures", spent, -1)):
        late = [amount + place * 17 for place, amount in enumerate(amounts)]
        apart = [sign * (b - a) for a, b in zip(amounts, late, strict=True)]
        rows += [[head], *table([], NAMES[: len(amounts)], amounts, late, apart)[1:]]
        rows += [[f"Total {head.lower()}", sum(amounts), sum(late), sum(apart)]]
        sums.append([sum(amounts), sum(late)])
    check_told(sheet(rows, [amount for pair in sums for amount in pair]))


@pytest.mark.parametrize(
    ("granted", "spent"),
    [
        ("Approved Budget (KShs m)", "Spent (KShs m)"),
        ("Approved outlay 2024-25", "Expenditure 2024-25"),
        ("Dotação inicial", "Despesa paga"),
        ("Budget 2024-25", "Estimated 2024-25"),
        ("Plan costs", "Act. costs"),
    ],
)
def test_what_was_spent_stands_beside_what_was_granted(granted: str, spent: str) -> None:
    columns = [figures(4211 + place, low=1_007, high=999_989) for place in range(2)]
    scale = 10**6 if "KShs" in granted else 1
    made = sheet(
        table(["Service", granted, spent], NAMES[:10], *columns),
        [sum(column) * scale for column in columns],
        unit="" if scale > 1 else "pounds",
        currency="KES" if scale > 1 else "GBP",
        stage="",
    )
    check_told(made)


def test_the_budgets_of_peru_by_their_short_names() -> None:
    first, changed = figures(4221, low=1_007), figures(4222, low=1_007)
    check(sheet(table(["Función", "PIA", "PIM"], NAMES[:10], first, changed), [sum(first), sum(changed)]))


@pytest.mark.parametrize(
    "held", ["Residui presunti al 31/12/2022", "Balance at 31 March 2024", "Brought forward 2023-24"]
)
def test_what_is_held_at_a_day_is_no_budget_of_its_year(held: str) -> None:
    columns = [figures(4231 + place) for place in range(3)]
    head = ["Service", held, "Budget 2024-25", "Budget 2025-26"]
    made = sheet(table(head, NAMES[:10], *columns), [sum(column) for column in columns[1:]], year="")
    check(made)


def test_sections_under_headers_of_their_own_both_count() -> None:
    adults, children = figures(4241, 5), figures(4242, 4)
    rows = [*table(["Adults", "Budget £"], NAMES[:5], adults), ["Total adults", sum(adults)], []]
    rows += [*table(["Children", "Budget £"], NAMES[5:9], children), ["Total children", sum(children)]]
    check_told(sheet(rows, sum(adults) + sum(children)))


@pytest.mark.parametrize("expected", ["Prognos", "Prognose", "Hochrechnung", "Ennuste", "Preconsuntivo", "Proyección"])
def test_what_a_year_is_expected_to_come_to_in_other_languages(expected: str) -> None:
    columns = [figures(4251 + place, low=1_007) for place in range(2)]
    head = ["", "Budget 2024-25", f"{expected} 2024-25"]
    check_told(sheet(table(head, NAMES[:10], *columns), [sum(column) for column in columns]))


@pytest.mark.parametrize("written", ["2023/{:02}", "CN{:04}"])
def test_references_that_look_like_years_are_none(written: str) -> None:
    amounts = figures(4261)
    first = 2_001 if "CN" in written else 1
    codes = [written.format(first + place) for place in range(10)]
    check_told(sheet(table(["Contract ref", "Project", "Budget £"], codes, NAMES[:10], amounts), sum(amounts)))


@pytest.mark.parametrize("periods", [("Apr", "May", "Jun"), ("Q1", "Q2"), ("Apr-24", "May-24"), ("January",)])
@pytest.mark.parametrize("whole", ["Annual budget £", "Budget 2024-25", "Cost"])
def test_months_beside_the_amount_of_the_year_are_never_added_to_it_unasked(
    whole: str, periods: tuple[str, ...]
) -> None:
    year = figures(4271, low=1_007)
    months = [[amount // (9 + place + row % 3) for row, amount in enumerate(year)] for place in range(len(periods))]
    rows = table(["Service", whole, *periods], NAMES[:10], year, *months)
    both = [sum(year), sum(map(sum, months))]
    written = sheet(rows)
    for right in ([both[0]], both, [both[1]], [sum(both)]):
        made = replace(written, right=(frozenset(right),))
        assert read(made).asked == {"amount": 1}
        check(made)


def test_months_that_a_total_sums_are_parts_of_it_and_nothing_is_asked() -> None:
    months = [figures(4281 + place, low=1_007) for place in range(3)]
    whole = [sum(each) for each in zip(*months, strict=True)]
    head = ["Service", "Apr", "May", "Jun", "Quarter 1 total"]
    check_told(sheet(table(head, NAMES[:10], *months, whole), sum(whole)))


MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
"""The months of a fiscal year in turn."""


def by_months(passed: int, title: str) -> tuple[Rows, float, float]:
    """A return of twelve months, counted from 1 to 12, of which some passed and the others are expected: what comes in,
    what goes out and what is left, and below them posts and a share that no month's total sums. With it what comes in
    and goes out in the year.
    """

    def added(name: object, months: list[int]) -> list[object]:
        return [name, *months, sum(months[:passed]), sum(months)]

    def line(name: str, seed: int) -> tuple[str, list[int]]:
        return name, figures(seed, 12, 1_007, 99_989)

    received = [line(name, 4301 + place) for place, name in enumerate(("Allocation", "Fees", "Other income"))]
    spent = [line(name, 4311 + place) for place, name in enumerate(("Pay", "Drugs", "Premises", "Other care"))]
    comes, goes = ([sum(each) for each in zip(*(m for _, m in some), strict=True)] for some in (received, spent))
    stages = ["Actual"] * passed + ["Forecast"] * (12 - passed)
    rows: Rows = [
        [title],
        ["£"],
        ["Statement of net expenditure", *range(1, 13), "Total YTD", "Forecast year-end position"],
        ["", *MONTHS],
        ["", *stages],
        *(added(*each) for each in received),
        added("Income total", comes),
        *(added(*each) for each in spent),
        added("Cost - Total", goes),
        added("Net surplus/(deficit)", [a - b for a, b in zip(comes, goes, strict=True)]),
        [],
        ["Workforce (WTE)", *figures(4321, 12, 8_007, 8_989)],
        ["% of allocation", *(each / 100_000 for each in figures(4322, 12, 10_007, 89_989))],
    ]
    return rows, sum(comes), sum(goes)


@pytest.mark.parametrize("passed", [3, 7])
@pytest.mark.parametrize("title", ["Monthly positions", "Monthly return"])
def test_months_counted_from_one_to_twelve_are_parts_of_the_year_named_beside_their_numbers(
    title: str, passed: int
) -> None:
    rows, received, spent = by_months(passed, title)
    check_told(sheet(rows, [received, spent], stage=""))


def test_rows_of_posts_below_what_is_left_of_income_make_no_table_of_posts() -> None:
    rows, received, spent = by_months(7, "Workforce and other monthly figures")
    check_told(sheet(rows, [received, spent], stage=""))


def test_words_in_a_row_of_column_numbers_name_a_column_and_groups_beside_it_do_not_go_over_it() -> None:
    before, now, later = (figures(4331 + place) for place in range(3))
    left = [7 * a // 9 for a in later]
    rows: Rows = [
        ["Service", 1, 2, 3, "Outturn 2022-23"],
        ["", "2023-24", "2024-25", "2025-26"],
        ["", "Budget", "Budget", "Budget"],
        *table([], NAMES[:10], before, now, later, left)[1:],
    ]
    check_told(sheet(rows, [sum(before), sum(now), sum(later), sum(left)], stage=""))
