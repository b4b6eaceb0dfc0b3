"""Habits of stating the same money again: versions, stages and measures down a column or at the end of names, a sheet
that repeats lines or sums of another, what a scheme is paid from. Each is a small workbook made from lines whose sum is known, and is read rightly
or asked about once.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, Rows, check_told, figures, read, sheet, stored, table, text
from tests.workbooks import workbook

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


@pytest.mark.parametrize("last", ["Preliminary outcome", "Gwyn"])
def test_phases_that_are_known_are_told_apart_and_the_one_that_is_not_is_asked_about(last: str) -> None:
    rows, sums = versions("Phase", ("Main appropriation", "Adjusted appropriation", last))
    outcome = read(text(rows, sums, stage=""))
    known = last != "Gwyn"
    assert (outcome.asked["stage"], outcome.asked["rows"]) == ((0, 0) if known else (1, 1))
    main, adjusted, spent = sums
    assert stored(outcome) >= {main, adjusted}
    assert not known or stored(outcome) == {main, adjusted, spent}


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


# What leads from one year to the next

ESTIMATES = ("FY16 estimate", "FY17 request", "Increase/(decrease)")


def estimates(count: int, words: tuple[str, ...], layout: str, note: str = "") -> Habit:
    """Of each department what was estimated, what is requested, and by how much that is more or less: under its name,
    beside it, or beside it once.
    """
    estimated, requested = figures(3, count), figures(4, count)
    rows: Rows = [["Estimates and requests, £"], ["Department", *["Line"] * (layout != "under"), "Amount"]]
    for place, (before, after) in enumerate(zip(estimated, requested, strict=True)):
        rows += [[NAMES[place]]] if layout == "under" else []
        rows += [[note]] if note and place == 1 else []
        for line, (word, amount) in enumerate(zip(words, (before, after, after - before), strict=True)):
            name = [] if layout == "under" else [NAMES[place] if layout == "beside" or not line else ""]
            rows.append([*name, word, amount])
        rows += [[]] if layout == "under" else []
    return sheet(rows, [sum(estimated), sum(requested)])


@pytest.mark.parametrize("layout", ["under", "beside", "once"])
def test_what_leads_from_one_year_to_the_next_makes_no_total_of_it(layout: str) -> None:
    check_told(estimates(6, ESTIMATES, layout))


@pytest.mark.parametrize("word", ["Gehikuntza", "Supplement", "Transfers"])
@pytest.mark.parametrize("layout", ["under", "beside", "once"])
def test_what_leads_to_the_next_year_is_told_by_years_and_not_by_its_name(word: str, layout: str) -> None:
    check_told(estimates(6, ("Budget 2023-24", "Budget 2024-25", word), layout))


def test_a_note_below_a_heading_is_no_further_heading() -> None:
    note = "1. Includes £3.2 million for 2019 commitments, see paragraph 14."
    check_told(estimates(2, ESTIMATES, "under", note))


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


# One sheet beside another that states its money too

HEAD = ["Department", "Programme", "2024-25 £"]
DEPARTMENTS = ("Esk", "Fell", "Garth")
SPENT = figures(6, 12)
BUDGET: Rows = table(HEAD, [name for name in DEPARTMENTS for _ in range(4)], NAMES[:12], SPENT)


def beside(right: int, **sheets: Rows) -> None:
    """Checks that sheets are read as one sum, after one question."""
    outcome = read(Habit(workbook(**sheets), (frozenset([right]),), truth={"unit": "pounds"}))
    assert outcome.asked["counted"] == 1, outcome.asked
    assert sum(stored(outcome)) == right


def test_the_lines_of_one_department_again() -> None:
    extract = table(["Programme", "2024-25 £"], NAMES[:4], SPENT[:4])
    beside(sum(SPENT), Budget=BUDGET, Esk=[*extract, ["Total", sum(SPENT[:4])]])


def test_the_lines_of_all_departments_but_one_again() -> None:
    sheets = {
        name: table(["Programme", "2024-25 £"], NAMES[i : i + 4], SPENT[i : i + 4]) for name, i in (("E", 0), ("F", 4))
    }
    beside(sum(SPENT), Budget=BUDGET, **sheets)


def test_the_detail_of_one_department() -> None:
    kinds = [(name, amount // 3, amount - amount // 3) for name, amount in zip(NAMES[:4], SPENT[:4], strict=True)]
    rows: Rows = [["Programme", "Type", "2024-25 £"]]
    for name, pay, goods in kinds:
        rows += [[name, "Pay", pay], [name, "Goods", goods]]
    beside(sum(SPENT), Budget=BUDGET, Detail=rows)


def test_the_sums_of_the_largest_groups() -> None:
    payees = [NAMES[place * 5 % 7] for place in range(40)]
    values = figures(7, 40)
    sums = {name: sum(v for v, said in zip(values, payees, strict=True) if said == name) for name in NAMES[:7]}
    largest = sorted(sums, key=lambda name: -sums[name])[:5]
    rows = table(["Supplier", "Paid 2024-25 £"], payees, values)
    beside(sum(values), Payments=rows, Largest=table(["Supplier", "2024-25 £"], largest, [sums[n] for n in largest]))


def test_some_lines_again_in_thousands() -> None:
    places = range(0, 12, 2)
    said = [NAMES[place] for place in places], [round(SPENT[place] / 1000) for place in places]
    outcome = read(
        Habit(workbook(Budget=BUDGET, Duties=table(["Programme", "2024-25 £000"], *said)), (frozenset([sum(SPENT)]),))
    )
    assert outcome.asked["counted"] == 1, outcome.asked
    assert sum(stored(outcome)) == sum(SPENT)


def test_another_view_that_rounding_sets_apart() -> None:
    quarter = sum(SPENT) // 4
    wards = table(
        ["Ward", "2024-25 £"],
        ("North", "South", "East", "West"),
        [quarter - 3, quarter - 2, quarter + 1, sum(SPENT) - 3 * quarter + 5],
    )
    beside(sum(SPENT), Budget=BUDGET, Wards=wards)


def test_a_summary_that_says_income_too() -> None:
    gross = [sum(SPENT[i : i + 4]) for i in (0, 4, 8)]
    income = [-amount // 5 for amount in gross]
    net = [a + b for a, b in zip(gross, income, strict=True)]
    rows = table(
        ["Department", "Gross 2024-25 £", "Income 2024-25 £", "Net 2024-25 £"], DEPARTMENTS, gross, income, net
    )
    outcome = read(Habit(workbook(Summary=rows, Budget=BUDGET), (frozenset([sum(SPENT)]),), truth={"unit": "pounds"}))
    assert outcome.asked["counted"] == 1, outcome.asked
    assert sum(SPENT) in stored(outcome)


def test_sheets_of_other_money_are_added() -> None:
    more = figures(8, 12)
    rows = table(HEAD, [name for name in DEPARTMENTS for _ in range(4)], NAMES[:12], more)
    check_told(
        Habit(workbook(North=BUDGET, South=rows), (frozenset([sum(SPENT) + sum(more)]),), truth={"unit": "pounds"})
    )


# What a scheme is paid from

SOURCES = ("Grant", "Borrowing", "Capital receipts")


@pytest.mark.parametrize("with_total", [True, False])
def test_what_a_scheme_is_paid_from_is_spent(with_total: bool) -> None:
    columns = [figures(seed, 10) for seed in (9, 10, 11)]
    sums = [sum(row) for row in zip(*columns, strict=True)]
    header = ["Scheme", *(f"{source} 2024-25 £" for source in SOURCES)]
    rows = table([*header, "Total 2024-25 £"], NAMES[:10], *columns, sums)
    outcome = read(text(rows if with_total else [row[:-1] for row in rows], sum(sums)))
    assert stored(outcome) == {sum(sums)}, outcome.groups
    assert with_total or outcome.asked["flow"] == 1, outcome.asked


def test_what_is_borrowed_beside_what_is_spent_is_borrowed() -> None:
    spent, borrowed = figures(12), figures(13, 10, 1_007, 9_999)
    rows = table(["Service", "Expenditure 2024-25 £", "Borrowing 2024-25 £"], NAMES[:10], spent, borrowed)
    outcome = read(text(rows, [sum(spent), sum(borrowed)], sum(spent)))
    assert not outcome.asked["flow"], outcome.asked
    assert sum(spent) in stored(outcome)
