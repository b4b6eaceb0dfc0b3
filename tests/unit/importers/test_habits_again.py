"""Habits of stating the same money again within one list: versions, stages and measures down a column or at the end of
names, not all of them of every line. Each is a small workbook made from lines whose sum is known, and is read rightly
or asked about once.
"""

from __future__ import annotations

import pytest

from tests.unit.importers.test_habits_around_tables import check_told
from tests.unit.importers.test_reading_habits import NAMES, Rows, figures, read, stored, table, text

KINDS = ("Salaries", "Operations", "Grants")


def near(amounts: list[int], factor: float) -> list[int]:
    return [round(amount * factor) for amount in amounts]


def versions(header: str, words: tuple[str, ...], *, skipped: int = 5) -> tuple[Rows, list[int]]:
    """A list in which one line of each few stands under one word less, and what each word comes to."""
    amounts = figures(1, 36)
    rows: Rows = [["Fiscal Year", "Department", "Account", header, "Amount"]]
    sums = [0] * len(words)
    for line, amount in enumerate(amounts):
        for place, word in enumerate(words):
            if (line + place) % skipped == 0:
                continue
            value = round(amount * (1 - 0.03 * place))
            sums[place] += value
            rows.append(["2024-25", NAMES[line // 3], KINDS[line % 3], word, value])
    return rows, sums


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Measure", ("Appropriation", "Expenditure", "Encumbrance")),
        ("Phase", ("Main appropriation", "Adjusted appropriation", "Audited outcome")),
        ("nature", ("AE vote", "CP vote", "AE consommé", "CP consommé")),
        ("Spalte", ("Gwyn", "Coch", "Du")),
        ("momento", ("Aprobado", "Modificado", "Devengado", "Pagado")),
    ],
)
def test_all_words_of_versions_are_asked_about_at_once(header: str, words: tuple[str, ...]) -> None:
    rows, sums = versions(header, words)
    outcome = read(text(rows, *sums, stage="budget"))
    assert outcome.asked["rows"] == 1, outcome.asked
    assert sum(stored(outcome)) in sums


@pytest.mark.parametrize("header", ["Budget Type", "Version", "Control"])
def test_versions_are_told_apart_under_a_header_that_speaks_of_controls(header: str) -> None:
    words = ("Adopted", "Amended", "Actual")
    rows, sums = versions(header, words)
    outcome = read(text(rows, sums))
    assert not outcome.asked["rows"], outcome.asked
    assert sorted(stored(outcome)) == sorted(sums)


@pytest.mark.parametrize("codes", [("C", "D", "E"), ("2", "3", "4")])
def test_a_type_that_codes_say_is_asked_about(codes: tuple[str, ...]) -> None:
    values = figures(2, 30)
    said = [codes[place * 7 % 3] for place in range(30)]
    rows = table(["Project", "transaction-type", "Value 2024-25 £"], NAMES[:10] * 3, said, values)
    sums = [sum(v for v, word in zip(values, said, strict=True) if word == code) for code in codes]
    outcome = read(text(rows, sums[1], stage="outturn"))
    assert outcome.asked["rows"] == 1, outcome.asked
    assert sum(stored(outcome)) == sums[1]


# At the end of names


@pytest.mark.parametrize(
    "ends",
    [
        ("Budget", "Actual"),
        ("Commitments", "Payments"),
        ("Gwyn", "Coch"),
        ("Approved", "Released", "Spent"),
        ("予算額", "決算額"),
    ],
)
@pytest.mark.parametrize("form", ["{} - {}", "{} ({})", "{}: {}"])
def test_measures_at_the_end_of_names_are_asked_about(ends: tuple[str, ...], form: str) -> None:
    amounts = figures(3)
    columns = [near(amounts, 1 - 0.06 * place) for place in range(len(ends))]
    rows: Rows = [["Service", "2024-25 £"]]
    for line, name in enumerate(NAMES[:10]):
        rows += [[form.format(name, end), columns[place][line]] for place, end in enumerate(ends)]
    sums = [sum(column) for column in columns]
    outcome = read(text(rows, *sums))
    assert outcome.asked["rows"] == 1, outcome.asked
    assert sum(stored(outcome)) in sums


def test_a_share_at_the_end_of_names_is_no_money() -> None:
    amounts = figures(4)
    rows: Rows = [["Service", "2024-25 £"]]
    for name, amount in zip(NAMES[:10], amounts, strict=True):
        rows += [[f"{name} - Budget", amount], [f"{name} - Actual", round(amount * 0.9)], [f"{name} - % spent", 90.1]]
    outcome = read(text(rows, sum(amounts)))
    assert sum(stored(outcome)) == sum(amounts)


@pytest.mark.parametrize("ends", [("North", "South"), ("Pay", "Non-pay")])
def test_parts_at_the_end_of_names_are_added(ends: tuple[str, str]) -> None:
    values = figures(5, 20, 10_007, 99_999_989)
    names = [f"{name} - {end}" for name in NAMES[:10] for end in ends]
    check_told(text(table(["Service", "2024-25 £"], names, values), sum(values)))
