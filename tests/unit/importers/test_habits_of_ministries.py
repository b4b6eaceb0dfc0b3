"""Habits of ministries and municipalities: flows in turn under each name, chapters with a statement at their end, sums
above what they are made of, tables that take their totals apart once more, forms, and rows beside the money.
"""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.styles import Alignment

from tests.habits import NAMES, Rows, check, check_told, figures, file, read, sheet, stored, table, text
from tests.workbooks import workbook

FORCE = "Budget 2024-25 £"


def service_by_service(seed: int, count: int = 5) -> tuple[Rows, int, int]:
    """What each service spends, receives and has left, its name written once, and what all spend and receive."""
    spent, received = figures(seed, count), figures(seed + 1, count, 1_009, 99_989)
    rows: Rows = []
    for name, out, back in zip(NAMES, spent, received, strict=False):
        rows += [[name, "Expenditure", out], ["", "Income", back], ["", "Net expenditure", out - back]]
    return rows, sum(spent), sum(received)


# Flows in turn, and what states them again


def test_a_row_of_one_flow_is_its_total_where_the_name_says_so_once_for_all_flows() -> None:
    rows, spent, received = service_by_service(1)
    ends = [["Total", "Expenditure", spent], ["", "Income", received], ["", "Net expenditure", spent - received]]
    check_told(sheet([["Service", "", FORCE], *rows, *ends], [spent, received]))


def test_a_row_of_one_flow_that_its_rows_do_not_come_to_is_asked_about() -> None:
    rows, spent, received = service_by_service(3)
    ends = [["Total", "Expenditure", spent + 777], ["", "Income", received]]
    outcome = read(sheet([["Service", "", FORCE], *rows, *ends], [spent, received]))
    assert outcome.asked["total"] or outcome.asked["rows"]
    assert stored(outcome) == {spent, received}


def test_the_statement_at_the_end_of_chapters_counts_nothing_again() -> None:
    rows: Rows = [["Title", "Purpose", FORCE]]
    spent, received = 0, 0
    for chapter in range(3):
        out, back = figures(5 + chapter, 4), figures(8 + chapter, 3, 1_009, 99_989)
        spent, received = spent + sum(out), received + sum(back)
        rows += [["", f"0{chapter}01 Office {chapter}", ""], ["", "Income", ""]]
        rows += [[f"11{n} 01", NAMES[n], value] for n, value in enumerate(back)]
        rows += [["", f"Total income of chapter {chapter}", sum(back)], ["", "Expenditure", ""]]
        rows += [[f"42{n} 01", NAMES[n + 3], value] for n, value in enumerate(out)]
        rows += [["", f"Total expenditure of chapter {chapter}", sum(out)]]
    rows += [[], ["", "Statement of section 08", ""], ["", "Income", received], ["", "Expenditure", spent]]
    check_told(sheet([*rows, ["", "Net expenditure", spent - received]], [spent, received]))


def test_what_income_leaves_under_each_name_needs_no_word_for_it() -> None:
    rows: Rows = [["Mio. kr.", "B 2025"]]
    spent, received = figures(11, 6), figures(12, 6, 1_009, 99_989)
    for name, out, back in zip(NAMES, spent, received, strict=False):
        rows += [[name, ""], ["Udgift", out], ["Indtægt", back], ["Nettotal", out - back]]
    rows += [["I alt", ""], ["Udgifter under bevilling i alt", sum(spent)]]
    rows += [["Indtægter under bevilling i alt", sum(received)], ["Nettoudgifter i alt", sum(spent) - sum(received)]]
    made = [sum(spent) * 1_000_000, sum(received) * 1_000_000]
    check_told(sheet(rows, made, currency="DKK", fiscal_year_starts=1, unit="millions", year="2025"))


# Sums above what they are made of, and codes that stand again


def test_the_same_codes_under_each_of_two_bodies_are_an_outline_of_each() -> None:
    rows: Rows = [["Code", "Name", FORCE]]
    spent = 0
    for body, seed in (("Council", 13), ("Assembly", 14)):
        pay, goods, works = figures(seed, 3)
        spent += pay + goods + works
        rows += [[body, "", ""], ["01", "STAFF", pay], ["0101", "Pay", pay], ["010101", "Salaries", pay]]
        rows += [["02", "GOODS", goods], ["0201", "Supplies", goods], ["020101", "Fuel", goods]]
        rows += [["07", "CAPITAL", works], ["0701", "Works", works], ["070101", "Buildings", works]]
    check_told(sheet(rows, spent))


def accounts_of_a_commune() -> tuple[Rows, int, int]:
    """Two sides for two years: each function's sums without a name above its tasks, with what evens both out."""

    def even(out: int, back: int) -> list[int]:
        return [0, out - back] if out > back else [back - out, 0]

    rows: Rows = [["Account", "Name", "Budget 2025", "", "Budget 2024", ""]]
    rows += [["", "", "Aufwand", "Ertrag", "Aufwand", "Ertrag"]]
    sums = [0, 0, 0, 0]
    for function in range(2):
        tasks: list[list[list[int]]] = [
            [[a, 0, b, 0] for a, b in zip(figures(20 + function, 3), figures(30 + function, 3), strict=True)]
            + [[0, a, 0, b] for a, b in zip(figures(40 + task, 2), figures(50 + task, 2), strict=True)]
            for task in (2 * function, 2 * function + 1)
        ]
        of_task = [[sum(line[c] for line in lines) for c in range(4)] for lines in tasks]
        whole = [sum(each[c] for each in of_task) for c in range(4)]
        rows += [[str(function), f"Function {function}"], ["", "", *whole]]
        rows += [["", "Saldo", *even(*whole[:2]), *even(*whole[2:])]]
        for task, lines in enumerate(tasks):
            rows += [[f"{function}{task}1", NAMES[2 * function + task]]]
            rows += [[f"3{n}10.00", NAMES[n + 4], *line] for n, line in enumerate(lines)]
            rows += [["", f"Total {NAMES[2 * function + task]}", *of_task[task]]]
            rows += [["", "Nettoaufwand", *even(*of_task[task][:2]), *even(*of_task[task][2:])]]
        sums = [a + b for a, b in zip(sums, whole, strict=True)]
    ends = [*even(*sums[:2]), *even(*sums[2:])]
    rows += [["", "Total", *sums], ["", "Aufwandüberschuss / Ertragsüberschuss", *ends]]
    rows += [["", "", *(a + b for a, b in zip(sums, ends, strict=True))]]
    return [[cell or "" if isinstance(cell, int) else cell for cell in row] for row in rows], sums[0], sums[1]


def test_what_evens_two_sides_out_and_the_sums_above_what_they_are_made_of_count_nowhere() -> None:
    rows, spent, received = accounts_of_a_commune()
    outcome = read(sheet(rows, [spent, received], currency="CHF", fiscal_year_starts=1, year="2025"))
    assert not outcome.asked, outcome.asked
    assert {spent, received} <= stored(outcome)


def set_in(rows: list[tuple[str, list[int], int]]) -> bytes:
    """A workbook whose names are set in by so many steps."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["", "2023-24 Outturn £", "2024-25 Outturn £"])
    for place, (name, amounts, depth) in enumerate(rows, 2):
        page.append([name, *amounts])
        page.cell(place, 1).alignment = Alignment(indent=depth)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_total_that_is_taken_apart_once_more_counts_once() -> None:
    rows: list[tuple[str, list[int], int]] = []
    spent = [0, 0]
    for number, name in enumerate(("Resource", "Capital")):
        lines = list(zip(figures(60 + number, 4), figures(70 + number, 4), strict=True))
        whole = [sum(column) for column in zip(*lines, strict=True)]
        pay = [each // 3 for each in whole]
        rows += [(name, [], 0), *((NAMES[n], list(line), 1) for n, line in enumerate(lines))]
        rows += [(f"Total {name}", whole, 0), ("Of which:", [], 0), ("Pay", pay, 1)]
        rows += [("All else", [a - b for a, b in zip(whole, pay, strict=True)], 1)]
        spent = [a + b for a, b in zip(spent, whole, strict=True)]
    rows += [("Total spending", spent, 0)]
    check_told(file(set_in(rows), spent, stage="outturn"))


def test_a_total_may_leave_out_what_is_shown_as_part_of_another() -> None:
    resource, capital = (list(zip(figures(n, 4), figures(n + 1, 4), strict=True)) for n in (64, 66))
    worn = [value // 7 for value in resource[0]]
    sums = [[sum(column) for column in zip(*lines, strict=True)] for lines in (resource, capital)]
    spent = [sum(each) for each in zip(*sums, strict=True)]
    rows: list[tuple[str, list[int], int]] = []
    for name, lines, whole in zip(("Resource", "Capital"), (resource, capital), sums, strict=True):
        rows += [(name, [], 0), *((NAMES[n], list(line), 1) for n, line in enumerate(lines))]
        rows += [(f"Total {name}", whole, 0)]
        rows += [("Of which:", [], 0), ("Depreciation", worn, 1)] if name == "Resource" else []
    rows += [("Total spending", [a - b for a, b in zip(spent, worn, strict=True)], 0)]
    check_told(file(set_in(rows), spent, stage="outturn"))


# Beside the money


def test_a_section_that_the_whole_leaves_out_is_asked_about() -> None:
    staff, *programmes = figures(80, 3), figures(81, 3), figures(82, 3)
    rows: Rows = [["Subhead", FORCE], ["ADMINISTRATION", ""], *map(list, zip(NAMES, staff, strict=False))]
    rows += [["Total administration", sum(staff)], ["PROGRAMMES", ""]]
    for name, values in zip(("A", "B"), programmes, strict=True):
        rows += [*([f"{name}.{n} {NAMES[n + 4]}", value] for n, value in enumerate(values))]
        rows += [[f"Programme {name} subtotal", sum(values)]]
    whole = sum(map(sum, programmes))
    outcome = read(sheet([*rows, ["Gross total", whole]], whole))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {whole}


@pytest.mark.parametrize("said", ["Pay included in the above total", "Traitements compris dans le total"])
def test_what_says_that_it_is_included_above_is_no_line(said: str) -> None:
    values = figures(84, 6)
    rows = [["Subhead", FORCE], *map(list, zip(NAMES, values, strict=False)), ["Total", sum(values)], []]
    check_told(sheet([*rows, [said, values[0] + 7]], sum(values)))


def test_changes_that_lead_from_one_year_to_the_next_are_no_money_though_a_total_sums_them() -> None:
    before, steps, more = figures(85, 8), figures(86, 8, 101, 989), figures(87, 8, 101, 989)
    # Each is rounded by itself.
    after = [a + b + c + n % 3 - 1 for n, (a, b, c) in enumerate(zip(before, steps, more, strict=True))]
    rows: Rows = [["", "2023 expenditure £", "2024 appropriation £", "Changes, technical", "New mandates"]]
    rows[0] += ["Changes, total", "2025 estimate £"]
    spent = figures(88, 8)
    made = [a + b for a, b in zip(steps, more, strict=True)]
    rows += [list(row) for row in zip(NAMES, spent, before, steps, more, made, after, strict=False)]
    check_told(sheet(rows, [sum(spent), sum(before), sum(after)], fiscal_year_starts=1, year="2025"))


def test_a_sheet_of_posts_is_asked_about() -> None:
    values, posts = figures(90, 8), figures(91, 8, 2, 60)
    money = table(["Object", "2024 approved £", "2025 proposed £"], NAMES[:8], values, values[::-1])
    grades = table(["Category", "2024 approved", "2025 proposed"], ["D-1", "D-2", *"ABCDEF"], posts, posts[::-1])
    made = workbook(Budget=money, Posts=[["Post changes"], *grades])
    outcome = read(file(made, sum(values), fiscal_year_starts=1, year="2025"))
    assert outcome.asked["counted"] == 1
    assert stored(outcome) == {sum(values)}


def test_a_form_that_nobody_filled_in_is_refused() -> None:
    head = ["Item", "Description", "Approved 2024-25 £", "Request 2025-26 £"]
    rows = [head, *([210_001 + 3 * n, name, "", ""] for n, name in enumerate(NAMES)), ["TOTAL", "", 0, 0]]
    assert "blank or zero" in read(sheet(rows)).refusal


def test_ceilings_without_the_codes_of_all_other_rows_are_asked_about() -> None:
    values = figures(92, 10)
    codes = [f"{n:02}" for n in range(1, 11)]
    rows = table(["Area", "Area name", "Item", "Item name", FORCE], codes, NAMES[:10], codes, NAMES[4:14], values)
    outcome = read(text([*rows, ["", "Ceiling", "", "Ceiling", 3 * sum(values)]], sum(values)))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {sum(values)}


def test_a_budget_is_no_total_of_what_was_spent_and_what_is_left_of_it() -> None:
    spent, kept, saved = figures(93, 8), figures(94, 8, 0, 99_989), figures(95, 8, 101, 99_989)
    budget = [a + b + c for a, b, c in zip(spent, kept, saved, strict=True)]
    head = ["Item", "Budget in force £", "Spent £", "Carried forward to next year £", "Unused £"]
    check_told(sheet(table(head, NAMES[:8], budget, spent, kept, saved), [sum(budget), sum(spent)]))


def test_an_amount_whose_names_a_formula_failed_to_look_up_is_asked_about() -> None:
    values = figures(99, 12)
    codes = [500_100 + 7 * n for n in range(12)]
    rows = table(["Cost centre", "Account", "Name", FORCE], range(101, 113), codes, NAMES[:12], values)
    made = [*rows, [], ["", "", "#N/A", sum(values) // 2], ["", "", "", sum(values) + sum(values) // 2]]
    outcome = read(sheet(made, sum(values)))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {sum(values)}


# Names of columns, of accounts and of currencies


def test_the_name_of_an_account_above_its_entries_heads_no_column() -> None:
    debits = figures(96, 18, 200_003, 3_999_989)
    days = [f"{1 + 3 * n % 28:02}/{7 + n // 4:02}/2024" for n in range(18)]
    entries = [
        [day, 88_130 + 4 * n, 1 + n // 4, "JV", NAMES[n % 9], *((value / 100, "") if n % 5 else ("", value / 100))]
        for n, (day, value) in enumerate(zip(days, debits, strict=True))
    ]
    spent = sum(value if n % 5 else -value for n, value in enumerate(debits)) / 100
    head = ["Date", "Jnl No", "Period", "Source", "Narration", "Debit", "Credit"]
    rows = [["General ledger £"], [], ["Account: 51000", "Salaries"], head, *entries]
    check(sheet(rows, spent, fiscal_year_starts=7))


def test_the_letter_of_the_currency_that_everybody_has_is_no_other_one() -> None:
    values = figures(98)
    rows = table(["Article", "Libellé", "Code devise", "Montant"], range(601, 611), NAMES[:10], ["E"] * 10, values)
    check_told(text(rows, sum(values), currency="EUR"))


def test_phases_in_a_column_whose_name_is_written_for_machines_are_told_apart() -> None:
    phases = ("Main appropriation", "Adjusted appropriation", "Final appropriation", "Audit outcome")
    by_phase = {phase: figures(100 + n, 6) for n, phase in enumerate(phases)}
    rows: Rows = [["Programme", "FinancialYear", "BudgetPhase", "Value"]]
    for phase, values in by_phase.items():
        rows += [[name, "2024/25", phase, value] for name, value in zip(NAMES, values, strict=False)]
    check_told(text(rows, [sum(values) for values in by_phase.values()]))
