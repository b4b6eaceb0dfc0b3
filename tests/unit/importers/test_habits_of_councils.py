"""Habits of councils and funds: balances around what moves them, both sides of accounts in two columns, stages and
years in headers of their own.
"""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from tests.habits import NAMES, Rows, check, check_told, figures, file, read, sheet, stored, table, text
from tests.workbooks import workbook

FORCE = "Budget 2024-25 £"
YEARS = ("Plan 2023", "Forecast 2023", "Plan 2024")


def workbook_with_merge(rows: Rows, area: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Return=rows)))
    book["Return"].merge_cells(area)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def fund(before: str, after: str, into: str, out: str) -> tuple[Rows, set[float]]:
    """A fund whose sections stand above their parts between what it had and what it has left, and what it comes to."""
    received = [figures(seed, 4, 100_003, 9_999_989) for seed in range(3)]
    spent = [figures(seed, 5, 100_003, 7_999_989) for seed in range(10, 13)]
    had = [-4_120_017, -4_115_023]
    had += [had[1] + sum(received[1]) - sum(spent[1])]
    left = [a + sum(b) - sum(c) for a, b, c in zip(had, received, spent, strict=True)]
    rows: Rows = [["", "Item", *YEARS], ["I", before, *had], ["II", into, *map(sum, received)]]
    rows += [[n + 1, f"{NAMES[n]} levy", *(column[n] for column in received)] for n in range(4)]
    rows += [["III", out, *map(sum, spent)]]
    rows += [[n + 1, NAMES[n + 4], *(column[n] for column in spent)] for n in range(5)]
    return [*rows, ["IV", after, *left]], {*map(sum, received), *map(sum, spent)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Stan na początek roku", "Stan na koniec roku"),
        ("Saldo inicial", "Saldo final"),
        ("Anfangsbestand", "Endbestand"),
        ("Остаток на начало года", "Остаток на конец года"),
        ("期首残高", "期末残高"),
    ],
)
def test_what_is_there_when_a_year_begins_and_ends_is_no_line(before: str, after: str) -> None:
    rows, sums = fund(before, after, "Income", "Expenditure")
    check_told(sheet(rows, list(sums), fiscal_year_starts=1))


def test_rows_around_totals_that_lead_from_one_to_the_other_are_asked_about() -> None:
    rows, sums = fund("Pool A", "Pool B", "Income", "Expenditure")
    outcome = read(sheet(rows, list(sums), fiscal_year_starts=1))
    assert outcome.asked["rows"]
    assert stored(outcome) == sums


def test_what_moves_a_balance_runs_both_ways_though_no_word_says_which() -> None:
    rows, sums = fund("Opening balance", "Closing balance", "Group one", "Group two")
    made = sheet(rows, list(sums), fiscal_year_starts=1)
    assert read(made).asked["flow"]
    check(made)


# Both sides in two columns


def ledger(letters: bool, debit: str, credit: str) -> tuple[Rows, int, int]:
    """Costs and what is earned in two columns of which each row fills one; letters say the side of internal charges."""
    spent, received = figures(21, 12), figures(22, 7, 1_009, 99_989)
    rows: Rows = [["Cost centre", "Account", *(["D/C"] if letters else []), debit, credit]]
    for n, value in enumerate(spent):
        rows.append([f"10{n % 3}000", f"{501100 + n * 100}", *(["D" if n > 8 else ""] if letters else []), value, ""])
    for n, value in enumerate(received):
        rows.append([f"10{n % 3}000", f"{411100 + n * 100}", *(["C" if n > 4 else ""] if letters else []), "", value])
    return rows, sum(spent), sum(received)


@pytest.mark.parametrize("letters", [True, False])
def test_what_is_earned_beside_costs_is_received_and_letters_of_sides_turn_it_no_more(letters: bool) -> None:
    rows, spent, received = ledger(letters, "costs", "earning")
    check_told(sheet(rows, [spent, received]))


def test_letters_say_again_what_two_columns_tell_already() -> None:
    rows, spent, received = ledger(True, "Betrag A", "Betrag B")
    outcome = read(sheet(rows, [spent, received]))
    assert outcome.asked["amount"]
    assert stored(outcome) == {spent, received}


def test_a_debit_takes_off_what_is_received() -> None:
    rows, spent, received = ledger(True, "Expenditure", "Income")
    rows.append(["100000", "419900", "D", "", 1_017])
    check_told(sheet(rows, [spent, received - 1_017]))


def test_two_columns_without_a_header_of_which_each_row_fills_one_may_be_two_sides_or_one_amount() -> None:
    spent, received = figures(23, 9), figures(24, 6, 1_009, 99_989)
    rows: Rows = [[f"{3 + n}/8/2024", NAMES[n], f"Delivery {n}", value, 0] for n, value in enumerate(spent)]
    rows += [[f"{3 + n}/9/2024", NAMES[n], f"Order {n}", 0, value] for n, value in enumerate(received)]
    check(sheet(rows, [sum(spent), sum(received)], year="2024-25"))
    check(sheet(rows, sum(spent) + sum(received), year="2024-25"))


def test_a_company_is_no_income() -> None:
    values = figures(25, 9)
    names = ["UC Regents", "Liberty Charter, Inc.", "Zhou, Frank", "Gorilla Marketing", "Hall, Maryssa"]
    rows = [[f"{3 + n}/8/2024", NAMES[n], names[n % 5], value] for n, value in enumerate(values)]
    check_told(sheet([["Date", "Purpose", "Payee", "Amount (£)"], *rows], sum(values)))


# Columns that part what is spent


@pytest.mark.parametrize("words", [("CAP", "CUR"), ("Capital", "Current"), ("Investissement", "Fonctionnement")])
def test_capital_and_current_under_every_place_are_parts_of_what_is_spent(words: tuple[str, str]) -> None:
    rows: Rows = [["Department", "ID or non-ID", "Kind", "Region", "2023-24", "2024-25"]]
    one, other = figures(31, 32, 2_001, 89_999), figures(32, 32, 2_001, 89_999)
    for n, (a, b) in enumerate(zip(one, other, strict=True)):
        place = ("North East", "London", "Scotland", "Wales")[n // 2 % 4]
        rows.append([f"Department {n // 8}", "ID", words[n % 2], place, a, b])
    check_told(sheet(rows, [sum(one), sum(other)]))


def test_regions_that_spend_alike_are_no_versions() -> None:
    rows: Rows = [["Department", "Programme", "Region", "2024-25"]]
    bases = figures(33, 8, 50_021, 899_989)
    values = []
    for n in range(24):
        values.append((bases[n // 3] + 1_013 * (n % 3)) * (9 if n % 3 > 1 else 1))
        rows.append([f"Department {n // 6}", NAMES[n // 3], ("North", "South", "Abroad")[n % 3], values[-1]])
    check_told(sheet(rows, sum(values)))


# Below what is received and spent


@pytest.mark.parametrize(
    ("into", "out", "lending", "result"),
    [
        ("I. Доходы", "II. Затраты", "III. Чистое бюджетное кредитование", "V. Дефицит (профицит) бюджета"),
        ("Ingresos", "Gastos", "Préstamos netos", "Déficit"),
        ("Příjmy", "Výdaje", "Půjčky", "Schodek"),
    ],
)
def test_lending_and_what_is_left_below_both_sections_are_no_spending(
    into: str, out: str, lending: str, result: str
) -> None:
    received, spent = figures(41, 5), figures(42, 6)
    left = sum(received) - sum(spent) - 65_243
    rows: Rows = [["", "", FORCE], ["I", into, sum(received)]]
    rows += [[f"1.{n}", f"{NAMES[n]} A", value] for n, value in enumerate(received)]
    rows += [["II", out, sum(spent)], *([f"2.{n}", NAMES[n + 5], value] for n, value in enumerate(spent))]
    rows += [["III", lending, 65_243], ["", "Lent", 155_250], ["", "Paid back", 90_007], ["IV", result, left]]
    rows += [["V", "How it is met", -left], ["", "Loans", 1_000_013], ["", "Kept before", -left - 1_000_013]]
    outcome = read(sheet(rows, [sum(received), sum(spent)]))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {sum(received), sum(spent)}


# Years of other calendars


@pytest.mark.parametrize(
    ("currency", "starts", "one", "other"),
    [
        ("JPY", 4, "R6", "R7"),
        ("JPY", 4, "H30", "R1"),
        ("TWD", 1, "113", "114"),
        ("TWD", 1, 113, 114),
        ("THB", 10, "2567", "2568"),
        ("THB", 10, 2567, 2568),
        ("NPR", 7, "2080/81", "2081/82"),
    ],
)
def test_a_header_that_is_a_year_of_the_calendar_at_home_and_nothing_else_tells_years(
    currency: str, starts: int, one: object, other: object
) -> None:
    before, after = figures(51, 9), figures(52, 9)
    rows = table(["Item", one, other], NAMES[:9], before, after)
    made = sheet(rows, [sum(before), sum(after)], currency=currency, fiscal_year_starts=starts)
    outcome = read(made)
    assert not outcome.asked, outcome.asked
    assert len({year for _, _, year, _ in outcome.groups}) == 2
    assert {amount / outcome.terms.currency.minor_units for amount in outcome.groups.values()} == {
        sum(before),
        sum(after),
    }


# The same money in another currency, and at another step


def test_amounts_in_dollars_beside_the_same_at_home_are_a_conversion() -> None:
    values = figures(61, 12, 100_003_000, 9_999_989_000)
    rates = (1_804, 1_731)
    dollars = [round(value / rates[n % 2], 2) for n, value in enumerate(values)]
    rows = table(["Vote", "amount", "amount_dollars"], NAMES[:12], values, dollars)
    assert read(sheet(rows, sum(values), currency="UGX", fiscal_year_starts=7)).asked.total() == 0


def test_what_is_promised_and_paid_may_each_be_a_stage() -> None:
    promised, paid = figures(62, 10), figures(63, 10)
    rows: Rows = [["Vote", "Programme", "spending type", "amount £"]]
    for n, (one, other) in enumerate(zip(promised, paid, strict=True)):
        rows += [["Works", NAMES[n], "Commitment", one], ["Works", NAMES[n], "Disbursement", other]]
    check(sheet(rows, [sum(promised), sum(paid)]))
    outcome = read(sheet(rows, sum(promised) + sum(paid)))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {sum(promised) + sum(paid)}


# Shares beside amounts


@pytest.mark.parametrize("header", ["نسبة الصرف ٪", "Utilised", "Stupeň"])
def test_what_one_column_is_of_another_in_per_cent_is_no_money(header: str) -> None:
    budget = figures(71, 12)
    spent = [amount * (41 + 4 * n) // 100 for n, amount in enumerate(budget)]
    shares = [round(100 * b / a, 1) for a, b in zip(budget, spent, strict=True)]
    rows = table(["Item", "Budget 2024-25", "Spent 2024-25", header], NAMES[:12], budget, spent, shares)
    check_told(sheet(rows, [sum(budget), sum(spent)]))


def test_what_was_approved_and_spent_in_arabic_are_two_stages() -> None:
    budget, spent = figures(73, 9), figures(74, 9)
    rows = table(["البند", "المعتمد (ريال)", "المنصرف حتى نهاية السنة (ريال)"], NAMES[:9], budget, spent)
    check_told(sheet(rows, [sum(budget), sum(spent)], currency="SAR", fiscal_year_starts=1, year="2024"))


# What stands above and within a form


def test_a_title_over_all_columns_and_the_unit_below_it_are_no_header() -> None:
    budget = figures(81, 8)
    spent = [amount * (31 + 3 * n) // 100 for n, amount in enumerate(budget)]
    rows: Rows = [["UỶ BAN NHÂN DÂN HUYỆN ĐÔNG ANH", "", "", "", "Form 95"]]
    rows += [
        ["THỰC HIỆN DỰ TOÁN CHI NGÂN SÁCH 6 THÁNG NĂM 2024", "", "", "", ""],
        ["", "", "", "", "Đơn vị: Triệu đồng"],
    ]
    rows += [
        ["No", "NỘI DUNG", "DỰ TOÁN NĂM", "ƯỚC THỰC HIỆN 6 THÁNG", "SO SÁNH (%)"],
        ["A", "B", "1", "2", "3=2/1"],
    ]
    rows += [["", "TỔNG CHI NGÂN SÁCH", sum(budget), sum(spent), round(100 * sum(spent) / sum(budget), 2)]]
    for n, (one, other) in enumerate(zip(budget, spent, strict=True)):
        rows.append([n + 1, NAMES[n], one, other, round(100 * other / one, 2)])
    data = file(workbook_with_merge(rows, "A2:E2"), [each * 1_000_000 for each in (sum(budget), sum(spent))])
    terms = {"unit": "millions", "currency": "VND", "fiscal_year_starts": 1, "year": "2024"}
    outcome = read(replace(data, truth=terms))
    assert not outcome.asked
    assert sum(budget) * 1_000_000 in outcome.groups.values()


@pytest.mark.parametrize(
    "which", ["Trong đó: lương", "в том числе зарплата", "其中：工资", "herav løn", "из них: зарплата"]
)
def test_a_part_within_a_group_is_told_by_its_words_in_every_language(which: str) -> None:
    lines = figures(82, 6)
    rows: Rows = [["Item", FORCE], ["Running costs", sum(lines)], [which, lines[0] // 3]]
    rows += [[NAMES[n], value] for n, value in enumerate(lines)]
    rows += [["Reserve", 62_141], ["Total", sum(lines) + 62_141]]
    check_told(sheet(rows, sum(lines) + 62_141))


# Pages of a converted document


@pytest.mark.parametrize("by", [-1, 1])
def test_amounts_that_slipped_beside_their_headers_on_one_page_are_of_these(by: int) -> None:
    pages = [[figures(91 + 3 * page + year, 5) for year in range(3)] for page in range(3)]
    rows: Rows = []
    for page, columns in enumerate(pages):
        rows += [[], ["PROGRAMME BASED BUDGET", "", "", "", "", ""]]
        rows += [["Programme", "", "2024-25 Estimates", "2025-26 Estimates", "2026-27 Estimates", ""]]
        before = [""] * (1 + by if page == 1 else 1)
        for n, values in enumerate(zip(*columns, strict=True)):
            line = [f"{NAMES[n]} {page}", *before, *values]
            rows.append(line + [""] * (6 - len(line)))
    sums = [sum(sum(page[year]) for page in pages) for year in range(3)]
    check_told(text(rows, sums))


# Outlines


@pytest.mark.parametrize(("step", "state", "city"), [("  ", "State", "City"), ("\u3000", "국", "시")])
def test_projects_parted_by_who_pays_and_once_more_by_what_is_bought_are_counted_once(
    step: str, state: str, city: str
) -> None:
    lines: list[tuple[str, list[int]]] = []
    rows: Rows = []
    for unit in range(2):
        projects = []
        for project in range(2):
            items = [figures(201 + 4 * unit + 2 * project + year, 3, 10_013, 989_999) for year in range(2)]
            whole = [sum(each) for each in items]
            paid = [amount * 4 // 5 for amount in whole]
            projects.append(whole)
            lines.append((f"{step * 2}Project {unit}{project}", whole))
            lines.append((step * 3 + state, paid))
            lines.append((step * 3 + city, [a - b for a, b in zip(whole, paid, strict=True)]))
            lines += [(f"{step * 3}30{n} {NAMES[n]}", [each[n] for each in items]) for n in range(3)]
        lines.insert(12 + 2 if unit else 0, (f"{step}Unit {unit}", [sum(each) for each in zip(*projects, strict=True)]))
        if not unit:
            lines.insert(0, ("Department", []))
    units = [values for name, values in lines if name.startswith(f"{step}Unit")]
    sums = [sum(each) for each in zip(*units, strict=True)]
    rows = [["Department, unit, project, item", "Budget 2024-25", "Budget 2023-24"], ["Department", *sums]]
    rows += [[name, *values] for name, values in lines[1:]]
    outcome = read(sheet(rows, sums))
    assert outcome.asked == {"rows": 1}
    assert stored(outcome) == set(sums)


@pytest.mark.parametrize(("one", "other"), [("예산액", "전년도예산액"), ("Budget", "Last year's budget")])
def test_a_budget_beside_that_of_last_year_is_of_the_year_of_the_title(one: str, other: str) -> None:
    now, before = figures(231, 9), figures(232, 9)
    rows: Rows = [["2024 annual budget"], [], *table(["Item", one, other, "증감"], NAMES[:9], now, before, now)]
    for row, a, b in zip(rows[3:], now, before, strict=True):
        row[3] = a - b
    made = sheet(rows, [sum(now), sum(before)], fiscal_year_starts=1, year="2024")
    check_told(made)


def test_a_year_that_is_shown_less_deep_than_the_next_is_counted_where_it_is_shown() -> None:
    rows: Rows = [["Title", "Chapter", "Item", "2023-24", "2024-25"]]
    now, before = [], []
    for title in range(2):
        chapters = []
        for chapter in range(3):
            items = figures(301 + 3 * title + chapter, 4)
            last = sum(figures(401 + 3 * title + chapter, 3))
            chapters.append([["", f"Chapter {title}{chapter}", "", last, sum(items)]])
            chapters[-1] += [["", "", NAMES[n], "", value] for n, value in enumerate(items)]
            now, before = [*now, sum(items)], [*before, last]
        sums = [sum(chapter[0][column] for chapter in chapters) for column in (3, 4)]
        rows += [[f"Title {title}", "", "", *sums], *(row for chapter in chapters for row in chapter)]
    check_told(sheet(rows, [sum(now), sum(before)]))


# Tables of nothing but codes


def test_two_parts_of_codes_alone_may_be_received_and_spent() -> None:
    received, spent = figures(601, 6), figures(602, 9)
    rows: Rows = [["ZC_VTAB", "ZCMMT_ITM", "Amount (GBP)"]]
    rows += [["000100", f"{1 + n // 2}11{n}", value] for n, value in enumerate(received)]
    rows += [["000200", f"{5 + n // 5}02{n}", value] for n, value in enumerate(spent)]
    outcome = read(text(rows, [sum(received), sum(spent)], mark=";"))
    assert outcome.asked["flow"] == 1
    assert stored(outcome) == {sum(received), sum(spent)}


def test_chapters_of_accounts_that_begin_with_their_own_code_are_no_two_sides() -> None:
    values = figures(603, 14)
    rows: Rows = [["Chapter code", "Account code", "Amount GBP"]]
    rows += [["10" if n < 7 else "20", f"{10 if n < 7 else 20}{n % 7 + 1}1", value] for n, value in enumerate(values)]
    check_told(text(rows, sum(values), mark=";"))


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(
    ("first", "last", "into", "out"),
    [
        ("Saldo inicial de caja", "Saldo final de caja", "INGRESOS", "GASTOS"),
        ("Anfangsbestand", "Endbestand", "Einnahmen", "Ausgaben"),
    ],
)
def test_balances_that_the_total_of_a_flow_sums_are_lines_of_it(
    first: str, last: str, into: str, out: str, above: bool
) -> None:
    received, spent = figures(711, 4, 1_000_003, 9_999_989), figures(712, 5, 100_003, 999_989)
    had = 123_457
    kept = sum(received) + had - sum(spent)
    sides = [
        [["", into, sum(received) + had], *([f"0{n}", f"{NAMES[n]} A", v] for n, v in enumerate(received))],
        [["", out, sum(spent) + kept], *([f"2{n}", NAMES[n + 4], v] for n, v in enumerate(spent))],
    ]
    sides[0].append(["15", first, had])
    sides[1].append(["35", last, kept])
    rows: Rows = [["Sub", "Item", FORCE]]
    for side in sides:
        rows += side if above else [*side[1:], side[0]]
    outcome = read(sheet(rows, sum(received) + had))
    assert stored(outcome) == {sum(received) + had}
    assert {flow for *_, flow in outcome.groups} == {"income", "expenditure"}


def test_two_columns_of_which_no_row_fills_both_are_no_budget_and_its_outturn() -> None:
    spent, received = figures(811, 7), figures(812, 5)
    rows: Rows = [["Concepto", "Cargo", "Abono"], *([NAMES[n], value, ""] for n, value in enumerate(spent))]
    rows += [[f"{NAMES[n]} B", "", value] for n, value in enumerate(received)]
    outcome = read(sheet(rows, [sum(spent), sum(received)]))
    assert {stage for stage, *_ in outcome.groups} == {"budget"}
    assert stored(outcome) == {sum(spent), sum(received)}


def test_amounts_that_look_like_years_at_home_are_amounts() -> None:
    amounts = [2560, 2561, 2562, 2563]
    rows = table(["Item", "Amount (baht)"], NAMES[:4], amounts)
    check_told(sheet(rows, sum(amounts), currency="THB", fiscal_year_starts=10))
