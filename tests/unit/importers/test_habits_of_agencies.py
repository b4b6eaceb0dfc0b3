"""Habits of agencies, counties and parliaments: flows at two levels, years beside what changed, quarters so far, sheets
that another has taken the place of, and rows and columns that look like money and are none.
"""

from __future__ import annotations

import pytest

from importers.words.unit_words import find_unit
from tests.habits import NAMES, Rows, check, check_told, figures, file, read, sheet, stored, table, text
from tests.workbooks import workbook

POUNDS = ["Service", "Budget 2024-25 £"]

# Flows


def test_what_each_account_spends_and_receives_is_told_again_by_its_tasks() -> None:
    rows: Rows = [["Konto", "Betegnelse", "F 2024"]]
    spent, received = 0, 0
    for account in range(3):
        out, back = figures(3 * account, 3), figures(3 * account + 1, 3, 1_009, 99_989)
        spent, received = spent + sum(out), received + sum(back)
        rows += [[f"29.53.0{account}", NAMES[account], ""], ["", "Nettoudgift", sum(out) - sum(back)]]
        rows += [["", "Udgift", sum(out)], ["", "Indtægt", sum(back)]]
        for task, (one, other) in enumerate(zip(out, back, strict=True)):
            rows += [["", f"{task + 1}0. {NAMES[4 + task]}", ""], ["", "   Udgift", one], ["", "   Indtægt", other]]
    rows += [
        ["29.53", "I alt nettoudgift", spent - received],
        ["", "Udgift i alt", spent],
        ["", "Indtægt i alt", received],
    ]
    check_told(sheet(rows, [spent, received], currency="DKK", fiscal_year_starts=1, year="2024"))


def test_a_margin_under_a_name_that_nobody_knows_is_no_flow() -> None:
    rows: Rows = [["Toimiala", "", "TA 2025 €"]]
    spent, received = 0, 0
    for section in range(2):
        out, back = figures(20 + section, 3), figures(22 + section, 3, 1_009, 99_989)
        spent, received = spent + sum(out), received + sum(back)
        for n, (one, other) in enumerate([*zip(out, back, strict=True), (sum(out), sum(back))]):
            name = f"{NAMES[7 * section]} yhteensä" if n == 3 else NAMES[3 * section + n]
            rows += [[name, "Toimintatuotot", other], ["", "Toimintakulut", -one], ["", "Toimintakate", other - one]]
    rows += [["YHTEENSÄ", "Toimintatuotot", received], ["", "Toimintakulut", -spent]]
    check_told(sheet(rows, [spent, received], fiscal_year_starts=1, year="2025", currency="EUR"))


@pytest.mark.parametrize("called", ["Totalsum", "Eindtotaal", "Celkový součet"])
def test_the_last_row_of_a_pivot_is_a_total_in_every_language(called: str) -> None:
    values = [*figures(24, 8), -4_711]
    rows = [["Rowlabels", "Budget 2024-25 £"], *map(list, zip(NAMES, values, strict=False)), [called, sum(values)]]
    check_told(sheet(rows, sum(values)))


# Years, quarters, versions


def test_what_leads_from_last_year_to_this_one_is_a_change_in_any_words() -> None:
    before, change = figures(26, 10), figures(27, 10, -9_989, 9_989)
    now = [a + b for a, b in zip(before, change, strict=True)]
    rows = table(["目", "2025年度予算額", "2024年度予算額", "比　較"], NAMES[:10], now, before, change)
    truth = {"currency": "JPY", "year": "2025-26", "unit": "thousands"}
    check_told(sheet([["（単位：千円）"], *rows], [10 * sum(now), 10 * sum(before)], **truth))


def test_what_was_spent_so_far_each_quarter_is_part_of_the_next() -> None:
    budget = figures(28, 10)
    quarters = [[value * share // 100 for value in budget] for share in (21, 48, 70, 97)]
    head = ["Item", "Approved budget £", *(f"Cum. spent by end Q{n}" for n in range(1, 5))]
    check_told(sheet(table(head, NAMES[:10], budget, *quarters), [sum(budget), sum(quarters[3])]))


def test_a_sheet_that_says_it_is_superseded_is_proposed_to_be_left_out() -> None:
    values, before = figures(30, 10), [round(value * 0.98) for value in figures(30, 10)]
    old = [["Table 5: SUPERSEDED, do not use"], *table(POUNDS, NAMES[:10], before), ["Total", sum(before)]]
    now = [["Table 5"], *table(POUNDS, NAMES[:10], values), ["Total", sum(values)]]
    outcome = read(file(workbook(Old=old, New=now), sum(values)))
    assert outcome.asked["counted"] >= 1
    assert stored(outcome) == {sum(values)}


def test_sheets_of_months_that_add_to_one_another_are_told_in_other_languages() -> None:
    months = {}
    spent = figures(50, 8)
    for number, month in enumerate(("jan", "feb", "mar"), 1):
        rows = table(
            ["Nämnd", "Utfall månad tkr", "Ack utfall tkr"], NAMES[:8], spent, [number * value for value in spent]
        )
        months[month.title()] = [[f"Driftredovisning {month} 2024"], *rows]
    truth = {"currency": "SEK", "fiscal_year_starts": 1, "year": "2024", "unit": "thousands", "stage": "outturn"}
    outcome = read(file(workbook(**months), 3_000 * sum(spent), **truth))
    assert outcome.asked.total() == 1
    assert stored(outcome) == {3_000 * sum(spent)}


def test_the_year_so_far_is_the_year_where_a_title_says_that_it_is_over() -> None:
    budget, so_far = figures(52, 8), [value * 9 // 10 for value in figures(52, 8)]
    month = [value // 12 for value in so_far]
    received, credited = figures(53, 4), [f"{value * 9 // 10}CR" for value in figures(53, 4)]
    rows: Rows = [["Fiscal Year 2025   Period 13   Run 08/14/2025"], []]
    rows += [["Account", "Description", "Original budget", "Period activity", "YTD activity"]]
    rows += [
        [f"01 R {n}", f"{NAMES[n]} income", value, "", said]
        for n, (value, said) in enumerate(zip(received, credited, strict=True))
    ]
    rows += [["", "Total income", sum(received), "", f"{sum(value * 9 // 10 for value in received)}CR"]]
    lines = zip(NAMES, budget, month, so_far, strict=False)
    rows += [[f"01 E {n}", f"{name} expenditure", *values] for n, (name, *values) in enumerate(lines)]
    right = [sum(budget), sum(received), sum(so_far), sum(value * 9 // 10 for value in received)]
    check(sheet(rows, right, fiscal_year_starts=7, stage="outturn"))


# Codes


def test_a_chapter_beside_another_whose_code_goes_on_from_its_own_is_none_of_it() -> None:
    values = figures(54, 6)
    rows: Rows = [["Chap./Art.", "Libellé", "Pour mémoire: budget précédent €", "Budget voté €"]]
    chapters = {
        "70": (("70311", 0), ("7067", 1)),
        "73": (("73211", 2),),
        "731": (("73111", 3),),
        "74": (("741", 4), ("748", 5)),
    }
    for chapter, articles in chapters.items():
        whole = sum(values[at] for _, at in articles)
        rows += [[chapter, f"Chapitre {chapter}", whole + 100, whole]]
        rows += [[code, f"Article {code}", values[at] + 50, values[at]] for code, at in articles]
    rows += [["", "TOTAL DES DÉPENSES", sum(values) + 400, sum(values)]]
    check_told(sheet(rows, sum(values), currency="EUR", fiscal_year_starts=1, year="2024"))


# No money


@pytest.mark.parametrize("said", ["Per head (£)", "Na 1 obyvatele (£)", "Kr per innbygger", "Change 2023 to 2024"])
def test_rows_per_head_and_of_changes_are_no_amounts(said: str) -> None:
    values = figures(32, 8)
    rows = [POUNDS, *map(list, zip(NAMES, values, strict=False)), [], [said, 26_960]]
    check_told(sheet(rows, sum(values)))


def test_a_row_of_changes_in_a_column_of_years_is_no_year() -> None:
    one, other = figures(33, 12), figures(34, 12)
    both = [a + b for a, b in zip(one, other, strict=True)]
    years = [f"{year}-{year - 1999}" for year in range(2012, 2024)]
    rows = table(["Financial year", "Police £", "Fire £", "Total £"], years, one, other, both)
    outcome = read(sheet([*rows, ["Change 2018-19 to 2023-24", 0.36, 0.24, 0.31]]))
    assert not outcome.asked, outcome.asked
    assert stored(outcome) == set(both)


def test_what_only_a_column_of_totals_states_may_be_what_two_totals_leave() -> None:
    quarters = {name: [figures(n + 4 * m, 3) for m in range(4)] for n, name in ((36, "INCOME"), (37, "SPENDING"))}
    rows: Rows = [["Indicator", "BUDGET 2024 £", "Q1", "Q2", "Q3", "Q4"]]
    wholes = []
    for name, parts in quarters.items():
        lines = list(zip(*parts, strict=True))
        wholes.append(sum(map(sum, lines)))
        rows += [[f"{name} – TOTAL", wholes[-1], *map(sum, parts)]]
        rows += [[f"   {NAMES[n]}", sum(line), *line] for n, line in enumerate(lines)]
    rows += [["SURPLUS/DEFICIT", abs(wholes[0] - wholes[1])]]
    check(sheet(rows, wholes, sum(wholes), fiscal_year_starts=1, year="2024"))


def test_small_whole_numbers_that_no_word_calls_money_are_asked_about_without_a_guess() -> None:
    days, used = figures(40, 12, 20, 400), figures(41, 12, 20, 400)
    rows = table(["Auditi teema", "Planeeritud tööpäevi", "Kulunud tööpäevi"], NAMES[:12], days, used)
    outcome = read(sheet(rows))
    assert [(question.topic, question.guess) for question in outcome.open] == [("amount", "")]
    assert "none" in {option.value for option in outcome.open[0].options}


def test_a_share_in_brackets_behind_a_name_makes_it_no_share() -> None:
    values = figures(56, 9)
    names = [f"{name}: 0.3 billion ({7 * n - 20} %)" for n, name in enumerate(NAMES[:9])]
    check_told(sheet(table(POUNDS, names, values), sum(values)))


def test_a_balance_with_its_running_totals_is_the_amount_where_nothing_else_is() -> None:
    values = figures(57, 12)
    so_far = [sum(values[: n + 1]) for n in range(12)]
    head = ["Object", "Title", "Original Appn Balance", "Total (Original Appn Balance) No.2"]
    rows = table(head, [f"{n:04}" for n in range(100, 112)], NAMES[:12], values, so_far)
    outcome = read(text(rows, sum(values)))
    assert stored(outcome) in ({sum(values)}, frozenset())
    assert outcome.asked or stored(outcome)


def test_an_of_which_in_the_second_language_of_a_header_is_one() -> None:
    values = figures(42, 8)
    parts = [value // 9 for value in values]
    rows = table(["Maes / Area", "Cyllideb\nBudget 2024-25 £", "Cyllid\nof which FT"], NAMES[:8], values, parts)
    check_told(sheet(rows, sum(values)))


def test_instalments_may_be_parts_of_what_was_paid_and_make_one_another_by_chance() -> None:
    paid = [2 * value for value in figures(44, 9)]
    first, second = [value // 2 for value in paid], [value // 4 for value in paid]
    third = [a - b - c for a, b, c in zip(paid, first, second, strict=True)]
    head = ["Supplier", "1st instalment £", "2nd instalment £", "Balance £", "Total paid in 2024-25 £"]
    check(sheet(table(head, NAMES[:9], first, second, third, paid), sum(paid)))


def test_a_section_below_a_net_total_is_asked_about() -> None:
    gross, pay = figures(46, 5), figures(47, 4)
    rows: Rows = [["Subhead", "2025 estimate £"], *map(list, zip(NAMES, gross, strict=False))]
    rows += [["Gross total", sum(gross)], ["Deduct: receipts", 10_680], ["Net total", sum(gross) - 10_680], []]
    rows += [["ADMINISTRATION", ""], *([f"({n}) {NAMES[6 + n]}", value] for n, value in enumerate(pay))]
    outcome = read(sheet([*rows, ["Gross total", sum(pay)]], sum(gross) - 10_680, year="2025", fiscal_year_starts=1))
    assert outcome.asked["rows"] == 1


def test_a_unit_that_figures_are_not_in_is_none() -> None:
    assert find_unit("Enter all figures in UShs, not in billions.") is None
    unit = find_unit("Figures in billions, not in millions")
    assert unit is not None
    assert unit.multiplier == 10**9
