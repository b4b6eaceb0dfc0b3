"""Habits of returns that set a budget beside what became of it: what was spent said in words, headers that cross, votes
with receipts and remarks, chapters and articles, precepts beside the tax base.
"""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Unit
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.habits import NAMES, Rows, check, check_told, figures, pence, read, sheet, stored, table, text, total

# What was spent, in words


@pytest.mark.parametrize("header", ["Spent by end of Q4", "Amount spent", "Utilised", "Used in the year", "Expended"])
def test_words_for_what_was_spent_beside_a_budget_are_its_outturn(header: str) -> None:
    budget, spent = figures(1), figures(2)
    rows = table(["Service", "Budget 2024-25 £", f"{header} £"], NAMES[:10], budget, spent)
    check_told(sheet(rows, [sum(budget), sum(spent)]))


def test_what_was_available_used_and_lapsed_is_a_budget_and_its_outturn() -> None:
    used, lapsed = figures(3), figures(4, 10, 101, 9_989)
    available = [a + b for a, b in zip(used, lapsed, strict=True)]
    head = ["Vote", "Total available for use £", "Used in the current year £", "Lapsed £"]
    check_told(sheet(table(head, NAMES[:10], available, used, lapsed), [sum(available), sum(used)], stage="outturn"))


def test_what_is_to_be_spent_was_not() -> None:
    values = figures(5)
    outcome = read(sheet(table(["Service", "To be spent in 2024-25 £"], NAMES[:10], values), sum(values)))
    assert {stage for stage, *_ in outcome.groups} == {"budget"}


# Headers that cross


CROSSED = [("Rec", "Dev"), ("Pay", "Non-pay"), ("North", "South")]


def crossed(names: tuple[str, str], statements: list[str], columns: list[list[int]]) -> Rows:
    upper = [cell for statement in statements for cell in (statement, "")]
    return [["Department", *upper], ["", *names * len(statements)], *table(["", ""], NAMES[:10], *columns)[1:]]


@pytest.mark.parametrize("names", CROSSED)
def test_names_under_a_budget_and_under_what_was_spent_of_it_add_up(names: tuple[str, str]) -> None:
    columns = [figures(10 + n, 10, 10_007 * 30**n, 99_989 * 30**n) for n in (0, 1)]
    columns += [[cell * 9 // 10 for cell in column] for column in columns]
    rows = crossed(names, ["Budget allocation 2024-25 £", "Expenditure 2024-25 £"], columns)
    check_told(sheet(rows, [sum(map(sum, columns[:2])), sum(map(sum, columns[2:]))]))


def test_a_third_statement_that_crosses_is_one_question_and_its_answer_keeps_both_names() -> None:
    columns = [figures(20 + n, 10, 10_007 * 30**n, 99_989 * 30**n) for n in (0, 1)]
    for share in (40, 30):
        columns += [[cell * share // 100 for cell in column] for column in columns[:2]]
    rows = crossed(("Rec", "Dev"), ["Budget 2024-25 £", "Exchequer issues 2024-25 £", "Expenditure 2024-25 £"], columns)
    made = sheet(rows, [sum(map(sum, columns[:2])), sum(map(sum, columns[4:]))])
    assert read(made).asked == {"amount": 1}
    check(made)


def test_two_ways_to_state_the_same_money_under_each_statement_are_asked_about() -> None:
    cash = figures(31)
    columns = [cash, [cell + 97 * n for n, cell in enumerate(cash)], [cell * 9 // 10 for cell in cash]]
    columns.append([cell - 89 * n for n, cell in enumerate(columns[2])])
    rows = crossed(("Kasse", "Periode"), ["Budget 2024-25 £", "Expenditure 2024-25 £"], columns)
    assert read(sheet(rows, [sum(columns[0]), sum(columns[2])])).asked["amount"] >= 1


# Votes with receipts, and what stands below


def test_what_a_vote_says_below_its_net_total_is_asked_about_however_long_it_is() -> None:
    current, capital = figures(41, 4), figures(42, 4, 1_007, 99_989)
    both = [a + b for a, b in zip(current, capital, strict=True)]
    received, below = 51_701, figures(43, 9, 10_007, 99_989)
    gross = [sum(current), sum(capital), sum(both)]
    rows = table(["", "Current 2024-25 £", "Capital 2024-25 £", "Total 2024-25 £"], NAMES[:4], current, capital, both)
    rows += [["Gross total :-", *gross], ["Deduct :-"], ["Receipts", received, "", received]]
    rows += [["Net total :-", gross[0] - received, gross[1], gross[2] - received]]
    rows += [["Pay included in the above net total", 40_013, "", ""], [], ["Administration"]]
    rows += [[f"({n}) {name}", value, "", value] for n, (name, value) in enumerate(zip(NAMES[4:], below, strict=False))]
    outcome = read(sheet(rows, [sum(both), received]))
    assert outcome.asked == {"rows": 1}
    assert stored(outcome) == {sum(both), received}


def test_a_remark_that_states_an_amount_heads_no_rows() -> None:
    received, spent = figures(51, 3, 400_007), figures(52, 5)
    rows: Rows = [["Titel", "Zweck", "Ansatz 2024"], ["", "Einnahmen", ""]]
    rows += [[f"111 0{n}", name, value] for n, (name, value) in enumerate(zip(NAMES, received, strict=False), 1)]
    rows += [["", "Summe Einnahmen", sum(received)], ["", "Ausgaben", ""]]
    for n, value in enumerate(spent, 1):
        rows.append([f"422 0{n}", NAMES[4 + n], value])
        if n in (2, 3):
            rows += [["", f"Verpflichtungsermächtigung 2025: {value // 3} EUR", ""]]
            rows += [["", f"davon fällig 2026 bis zu {value // 7} EUR", ""]]
    rows += [["", "Summe Ausgaben", sum(spent)], ["", "Überschuss", sum(received) - sum(spent)]]
    check(sheet(rows, [sum(received), sum(spent)], currency="EUR", fiscal_year_starts=1, year="2024"))


# Chapters and articles


def test_an_article_is_of_the_chapter_that_it_stands_under_whatever_its_code_begins_with() -> None:
    chapters = {
        "011": ["60612", "60632", "611", "6231"],
        "016": ["651141", "651144"],
        "017": ["65171", "6568"],
        "65": ["6522", "65243", "65568"],
    }
    rows: Rows = [["Chap / Art", "Libellé", "Budget primitif 2024"]]
    every = 0
    for seed, (chapter, articles) in enumerate(chapters.items()):
        values = figures(60 + seed, len(articles))
        rows += [[chapter, NAMES[seed], sum(values)]]
        rows += [
            [code, f"{NAMES[4 + n]} {seed}", value]
            for n, (code, value) in enumerate(zip(articles, values, strict=True))
        ]
        every += sum(values)
    check_told(sheet([*rows, ["", "TOTAL", every]], every, currency="EUR", fiscal_year_starts=1, year="2024"))


# Quantities with a rate


def test_a_tax_base_that_its_rate_turns_into_a_precept_is_no_money() -> None:
    base = pence(71, 12)
    base = [round(each / 1_000, 2) for each in base]
    rate = [round(10 + 7.03 * n, 2) for n in range(12)]
    precept = [round(a * b) for a, b in zip(base, rate, strict=True)]
    rows = table(
        ["Parish", "Tax base 2024-25", "Precept 2024-25 £", "Band D 2024-25 £"], NAMES[:12], base, precept, rate
    )
    outcome = read(text(rows, total(precept)))
    assert stored(outcome) == {sum(precept)}


# What the name of the file says

HEADS = ["Ministry", "Head", "Year", "Version", "Value"]
POSTS = [HEADS, *([NAMES[n % 4], NAMES[n], "2024/25", "ESTIMATE", 7 + 11 * n] for n in range(12))]
WHOSE = Answers(unit=Unit("", 1), body="Them")


def read_as(name: str, settled: dict[str, str] | None = None) -> Reading:
    data = "\n".join("\t".join(map(str, row)) for row in POSTS).encode()
    return read_workbook(data, name, terms=UK, answers=WHOSE.model_copy(update={"settled": settled or {}}))


def test_whole_figures_without_a_unit_in_a_file_named_after_posts_are_asked_about() -> None:
    assert [question.topic for question in read_as("EmploymentSummary.tsv").questions] == ["counted"]
    assert not read_as("ExpenditureSummary.tsv").questions


def test_a_workbook_of_which_nothing_counts_as_answered_is_refused_in_these_words() -> None:
    (question,) = read_as("EmploymentSummary.tsv").questions
    with pytest.raises(RefusedError, match="As answered, none of its amounts counts"):
        read_as("EmploymentSummary.tsv", {question.id: "leave"})


# Rows between the headers and the first figures


def test_a_line_without_figures_below_the_headers_leaves_them_their_columns() -> None:
    values = [figures(81, 9), figures(82, 9)]
    rows: Rows = [["Head", "Item", "", "Budget 2024-25 £", "Actual 2024-25 £", "Flow", "Kind"]]
    rows += [["", "", "", "", "", "EXPENDITURE", "RECURRENT"]]
    rows += [["", name, "", a, b, "EXPENDITURE", "RECURRENT"] for name, a, b in zip(NAMES, *values, strict=False)]
    check_told(sheet(rows, [sum(each) for each in values]))


def test_what_repeats_the_rows_before_it_is_no_result_of_them() -> None:
    rows: Rows = [["Agency", "Kind", "Year", "Version", "Amount £"]]
    right = {"Estimate": 0, "Outturn": 0}
    for n in range(6):
        for version in right:
            value = figures(90 + n, 1)[0] + len(version)
            right[version] += value
            rows.append([NAMES[n], "subtotal", "2024-25", version, value])
        for version in right:
            rows.append([f"{NAMES[n]} office", "detail", "2024-25", version, figures(90 + n, 1)[0] + len(version)])
    check_told(text(rows, list(right.values())))
