"""Habits of books that state a budget net of income beside sheets of what is spent and received: one line for each of
these sheets, or the net of all, is the same money and never added to them.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Rows, check, check_told, figures, file, read, stored
from tests.workbooks import workbook

DIRECTORATES = ("Transport", "Skills", "Housing")
YEARS = ("2023-24 budget", "2024-25 budget")


class Book:
    """Directorates with both sides of two years each, in thousands of so many digits."""

    def __init__(self, digits: int) -> None:
        low, high = 10 ** (digits - 1) + 7, 10**digits - 11
        self.sheets: dict[str, Rows] = {}
        self.nets: list[list[int]] = []
        self.spent, self.received = [0, 0], [0, 0]
        for number, name in enumerate(DIRECTORATES):
            spent = [figures(1001 + 10 * number + year, 4, low, high) for year in range(2)]
            received = [figures(1003 + 10 * number + year, 2, low // 4, low) for year in range(2)]
            rows: Rows = [[f"Directorate budget - {name}"], ["£000"], ["Service", *YEARS], ["Expenditure"]]
            rows += map(list, zip(NAMES[4 * number :], *spent, strict=False))
            rows += [["Gross expenditure", *map(sum, spent)], ["Income"]]
            rows += [
                [label, *(-amount for amount in each)]
                for label, *each in zip(("Government grants", "Fees and charges"), *received, strict=True)
            ]
            rows.append(["Total income", *(-sum(each) for each in received)])
            net = [sum(s) - sum(r) for s, r in zip(spent, received, strict=True)]
            self.sheets[f"B{number + 1} {name}"] = [*rows, ["Net budget", *net]]
            self.nets.append(net)
            for year in range(2):
                self.spent[year] += sum(spent[year])
                self.received[year] += sum(received[year])

    @property
    def right(self) -> list[float]:
        return [1000 * amount for amount in (*self.spent, *self.received)]

    def summary(self, names: tuple[str, ...]) -> Rows:
        rows = [[name, *net] for name, net in zip(names, self.nets, strict=True)]
        total = ["Net revenue budget", *map(sum, zip(*self.nets, strict=True))]
        return [["Summary of the net budget"], ["£000"], ["Directorate", *YEARS], *rows, total]

    def plan(self) -> Rows:
        net = self.spent[1] - self.received[1]
        header = ["", "2024-25 budget", "2025-26 budget", "2026-27 budget"]
        return [
            ["Medium term plan, net"],
            ["£000"],
            header,
            ["Net revenue budget", net, net * 51 // 50, net * 53 // 50],
        ]


@pytest.mark.parametrize("digits", [4, 6])
@pytest.mark.parametrize("first", [True, False])
def test_a_page_of_nets_by_the_names_of_directorates_is_a_summary_of_their_sheets(digits: int, first: bool) -> None:
    book = Book(digits)
    summary = {"Summary": book.summary(DIRECTORATES)}
    sheets = {**summary, **book.sheets} if first else {**book.sheets, **summary}
    check_told(file(workbook(**sheets), book.right, unit="thousands"))


@pytest.mark.parametrize("digits", [4, 6])
def test_a_page_of_nets_by_other_names_is_asked_about_and_what_shows_both_sides_proposed(digits: int) -> None:
    book = Book(digits)
    made = file(
        workbook(Summary=book.summary(("Roads and rail", "Learning", "Homes")), **book.sheets),
        book.right,
        unit="thousands",
    )
    check(made)
    assert read(made).asked == {"counted": 1}


@pytest.mark.parametrize("digits", [4, 6])
def test_a_plan_that_states_the_net_of_all_again_is_asked_about(digits: int) -> None:
    book = Book(digits)
    summary = {"Summary": book.summary(DIRECTORATES)}
    for sheets in ({**summary, **book.sheets, "Plan": book.plan()}, {**book.sheets, "Plan": book.plan()}):
        made = file(workbook(**sheets), book.right, unit="thousands")
        check(made)
        assert read(made).asked == {"counted": 1}


def test_a_directorate_that_only_spends_beside_those_that_receive_too_counts() -> None:
    book = Book(4)
    spent = [figures(1101 + year, 3, 1_007, 9_989) for year in range(2)]
    rows: Rows = [["Directorate budget - Corporate"], ["£000"], ["Service", *YEARS]]
    rows += map(list, zip(("Finance", "Legal", "People"), *spent, strict=True))
    outcome = read(file(workbook(**book.sheets, B4=[*rows, ["Total", *map(sum, spent)]]), book.right, unit="thousands"))
    assert not outcome.asked
    whole = [1000 * (all_ + sum(own)) for all_, own in zip(book.spent, spent, strict=True)]
    assert stored(outcome) == {*whole, *(1000 * amount for amount in book.received)}
