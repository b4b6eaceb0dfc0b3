"""What is asked shows what tells its answers apart, the likeliest first, so that nobody in a hurry is led astray."""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Option, OptionTotal, Question
from budget_align.core.values.terms import UK
from importers.readings.questions import told_apart
from importers.readings.reader import read_workbook
from tests.habits import NAMES, Habit, check, check_told, figures, read, sheet, stored, table, text


def comes_to(**amounts: int) -> tuple[OptionTotal, ...]:
    """The totals of an option, by flow."""
    return tuple(
        OptionTotal(stage="budget", version="original", fiscal_year="2024-25", flow=flow, amount=amount)
        for flow, amount in amounts.items()
    )


def questions(made: Habit, topic: str) -> list[Question]:
    return [each for each in read_workbook(made.data, "return.xlsx", terms=UK).questions if each.topic == topic]


def test_what_every_answer_comes_to_is_shown_with_none() -> None:
    first, second = told_apart(
        [
            Option(value="a", label="A", totals=comes_to(income=5, expenditure=7)),
            Option(value="b", label="B", totals=comes_to(income=5, expenditure=9)),
        ]
    )
    assert (first.totals, second.totals) == (comes_to(expenditure=7), comes_to(expenditure=9))


def test_an_answer_that_comes_to_nothing_else_shows_what_it_comes_to() -> None:
    count, leave = told_apart(
        [
            Option(value="leave", label="Leave out", totals=comes_to(expenditure=7)),
            Option(value="count", label="Count", totals=comes_to(expenditure=7, income=3)),
        ]
    )
    assert (leave.totals, count.totals) == (comes_to(expenditure=7), comes_to(income=3))


def test_answers_that_all_come_to_the_same_show_it() -> None:
    totals = comes_to(expenditure=7)
    assert [o.totals for o in told_apart([Option(value=v, label=v, totals=totals) for v in "ab"])] == [totals] * 2
    assert told_apart([]) == ()


def test_the_answer_that_is_proposed_comes_before_others_that_add_something() -> None:
    rows = table(["Project", "Transaction type", "Value £"], NAMES[:10], ["Commitment"] * 10, figures(1))
    rows += table(["", "", ""], NAMES[:10], ["Disbursement"] * 10, figures(2))[1:]
    (question,) = questions(sheet(rows), "rows")
    assert question.guess == question.options[0].value == "stages"


def status(*heads: str, stage: str = "outturn") -> Habit:
    """A budget beside columns of what became of it, of which the last is right."""
    budget, *spent = (figures(11 + place, low=1_007) for place in range(len(heads)))
    rows = table(["Service", *heads], NAMES[:10], budget, *spent)
    return sheet(rows, [sum(budget), sum(spent[-1])], stage=stage)


def test_a_budget_stays_beside_whichever_statement_of_spending_counts() -> None:
    made = status("Approved Budget £", "Released by End Q4 £", "Spent by End Q4 £")
    asked = read_workbook(made.data, "q4.xlsx", terms=UK, answers=Answers(stage="outturn")).questions
    question = next(each for each in asked if "Nothing tells" in each.prompt)
    for option in question.options[:2]:
        answered = Answers(stage="outturn", settled={question.id: option.value})
        lines = read_workbook(made.data, "q4.xlsx", terms=UK, answers=answered).lines
        assert lines.groupby("stage")["amount"].sum().to_dict().keys() == {"budget", "outturn"}
    check(made)


def test_what_was_paid_is_no_part_of_the_budget_that_is_made_of_what_was_promised_and_what_is_left() -> None:
    budget, promised = figures(21, low=50_000), figures(22, low=20_000)
    budget = [max(a, b + 13) for a, b in zip(budget, promised, strict=True)]
    owed = [amount - 7 * n for n, amount in enumerate(promised, 1)]
    paid = [amount - 3 * n for n, amount in enumerate(owed, 1)]
    left = [a - b for a, b in zip(budget, promised, strict=True)]
    head = ["Especificação", "Dotação Atualizada", "Empenhado", "Liquidado", "Pago", "Saldo"]
    columns = (budget, promised, owed, paid, left)
    totals = ["Total", *map(sum, columns)]
    rows = [*table(head, NAMES[:10], *columns), totals]
    for spent in (owed, paid):
        outcome = read(sheet(rows, [sum(budget), sum(spent)], stage="outturn", currency="BRL"))
        assert outcome.asked == {"amount": 1}
        assert stored(outcome) == {sum(budget), sum(spent)}


def test_what_was_used_of_what_was_available_is_spent_and_what_lapsed_is_left() -> None:
    main, more, moved = figures(31), figures(32, low=101, high=999), figures(33, low=11, high=99)
    available = [a + b + c for a, b, c in zip(main, more, moved, strict=True)]
    lapsed = [n * 11 + 5 for n in range(10)]
    used = [a - b for a, b in zip(available, lapsed, strict=True)]
    head = ["Main Estimates", "Supplementary Estimates", "Transfers", "Total available for use", "Used", "Lapsed"]
    columns = (main, more, moved, available, used, lapsed)
    rows = [["£"], *table(["Vote", *head], NAMES[:10], *columns), ["Total", *map(sum, columns)]]
    outcome = read(sheet(rows, [sum(main), sum(available), sum(used)], stage="outturn"))
    assert stored(outcome) == {sum(main), sum(available), sum(used)}
    assert {(stage, version) for stage, version, *_ in outcome.groups} == {
        ("budget", "original"),
        ("budget", "revised"),
        ("outturn", "original"),
    }


@pytest.mark.parametrize("header", ["Fonte", "Source", "Quelle"])
def test_bare_numbers_beside_columns_that_all_carry_a_currency_are_no_money(header: str) -> None:
    amounts = [figures(41 + place, 24, low=1_007) for place in range(3)]
    written = [[f"£{amount:,}.00" for amount in column] for column in amounts]
    head = ["Service", header, "Original budget", "Revised budget", "Actual"]
    names = [f"{name} {place}" for place in range(2) for name in NAMES[:12]]
    rows = table(head, names, [(1500, 1600, 1540)[n % 3] for n in range(24)], *written)
    check_told(sheet(rows, list(map(sum, amounts))))


def test_bare_numbers_left_of_labels_beside_columns_with_totals_are_no_money() -> None:
    columns = [figures(51 + place) for place in range(3)]
    rows = table(["Vote / Crédit", "Purpose", "2024-25", "2025-26", "2026-27"], range(1, 51, 5), NAMES[:10], *columns)
    check_told(sheet([["£"], *rows, ["", "Total", *map(sum, columns)]], list(map(sum, columns))))


@pytest.mark.parametrize(
    "word", ["Berichtsjahr", "Begrotingsjaar", "Räkenskapsår", "Godina", "Aasta", "Tahun Anggaran", "Έτος", "회계연도"]
)
def test_a_column_called_a_year_in_any_language_says_the_year_of_its_rows(word: str) -> None:
    years = [2_021 + n % 4 for n in range(12)]
    amounts = figures(61, 12)
    rows = table(["Name", word, "Budget"], [f"{name} A" for name in NAMES[:12]], years, amounts)
    right = [sum(a for a, y in zip(amounts, years, strict=True) if y == year) for year in range(2_021, 2_025)]
    outcome = read(text(rows, right, year="2023", fiscal_year_starts=1))
    assert "year" not in outcome.asked
    assert len({year for _, _, year, _ in outcome.groups}) == 4


def test_of_two_words_of_which_one_names_a_flow_the_other_is_the_other_flow() -> None:
    received, spent = figures(71, 10), figures(72, 10)
    rows = table(["Task", "Direction", "Amount £"], NAMES[:10], ["Einnamen"] * 10, received)
    rows += table(["", "", ""], NAMES[:10], ["Ausgaben"] * 10, spent)[1:]
    (question,) = questions(sheet(rows), "rows")
    assert question.guess == "received+spent"
    outcome = read(sheet(rows, [sum(received), sum(spent)]))
    assert {flow: amount // 100 for (*_, flow), amount in outcome.groups.items()} == {
        "income": sum(received),
        "expenditure": sum(spent),
    }


def test_of_two_columns_the_one_that_is_never_below_the_other_is_proposed() -> None:
    part = figures(81)
    whole = [amount + 1_000 * n for n, amount in enumerate(figures(82, low=100_000), 1)]
    part = [min(a, b // 3 + n * n) for n, (a, b) in enumerate(zip(part, whole, strict=True))]
    head = ["Taakveld", "L1.1 Salarissen en sociale lasten", "Lasten", "Baten"]
    rows = table(head, NAMES[:10], part, whole, figures(83))
    (question,) = questions(sheet(rows), "amount")
    assert question.guess == "C"


@pytest.mark.parametrize("said", ["Suma de {}", "Sum of {}", "Somme de {}", "Total {}"])
def test_what_every_column_is_called_makes_none_of_them_the_total(said: str) -> None:
    columns = [figures(91 + place, low=1_007) for place in range(3)]
    head = ["Dependencia", *(said.format(name) for name in ("apropiación inicial", "apropiación vigente", "pago"))]
    rows = [*table(head, NAMES[:10], *columns), ["Total general", *map(sum, columns)]]
    check_told(sheet(rows, list(map(sum, columns)), currency="COP"))


@pytest.mark.parametrize(
    ("currency", "first", "last"),
    [
        ("IDR", "Jumlah (Rp) Sebelum Perubahan", "Jumlah (Rp) Setelah Perubahan"),
        ("PLN", "Plan przed zmianami", "Plan po zmianach"),
        ("EUR", "Crèdit inicial", "Crèdit definitiu"),
        ("TRY", "Başlangıç Bütçesi", "Revize Bütçe"),
    ],
)
def test_a_budget_before_its_changes_is_the_original_one(currency: str, first: str, last: str) -> None:
    columns = [figures(101 + place, low=1_007) for place in range(2)]
    rows = table(["", first, last], NAMES[:10], *columns)
    outcome = read(sheet(rows, list(map(sum, columns)), currency=currency))
    assert not outcome.asked
    versions = {version: amount // 100 for (_, version, *_), amount in outcome.groups.items()}
    assert versions == {"original": sum(columns[0]), "revised": sum(columns[1])}


@pytest.mark.parametrize(
    "spent", ["Obligación devengada", "Obligaciones reconocidas", "Obligacions reconegudes", "Pagaments realitzats"]
)
def test_what_the_law_calls_spent_is_the_outturn(spent: str) -> None:
    columns = [figures(111 + place, low=1_007) for place in range(2)]
    outcome = read(sheet(table(["", "Presupuesto inicial", spent], NAMES[:10], *columns), list(map(sum, columns))))
    assert not outcome.asked
    assert {stage: amount // 100 for (stage, *_), amount in outcome.groups.items()} == {
        "budget": sum(columns[0]),
        "outturn": sum(columns[1]),
    }


@pytest.mark.parametrize("so_far", ["YTD Actual £", "Actual to date £", "Spent to date £"])
def test_whether_what_was_spent_so_far_is_the_outturn_is_asked_where_nothing_else_is_known(so_far: str) -> None:
    budget, spent, forecast = (figures(121 + place) for place in range(3))
    rows = table(["Account", "Revised budget £", so_far], NAMES[:10], budget, spent)
    for right in ([sum(budget), sum(spent)], [sum(budget)]):
        outcome = read(sheet(rows, right))
        assert outcome.asked == {"amount": 1}
        assert stored(outcome) == {*right}
    # Beside what the year is expected to come to, a part of it is shown, and settles nothing.
    head = ["Account", "Revised budget £", so_far, "Forecast outturn £"]
    check_told(sheet(table(head, NAMES[:10], budget, spent, forecast), [sum(budget), sum(forecast)]))


@pytest.mark.parametrize("word", ["Charges", "Expenses", "Ausgaben"])
def test_a_group_called_after_the_other_flow_is_of_the_flow_whose_total_adds_it(word: str) -> None:
    taxes, charges = figures(131, 4), figures(132, 3)
    rows = [["Account", "2024-25 £"], ["Taxes", ""], *zip(NAMES[:4], taxes, strict=True), ["Total taxes", sum(taxes)]]
    rows += [[word, ""], *zip(NAMES[4:7], charges, strict=True), [f"Total {word}", sum(charges)]]
    rows += [["Total revenues", sum(taxes) + sum(charges)]]
    check_told(sheet(list(map(list, rows)), sum(taxes) + sum(charges)))


def test_income_within_net_spending_stays_income() -> None:
    spent, received = figures(141, 4, low=100_000), figures(142, 3, high=90_000)
    rows = [["Service", "2024-25 £"], ["Expenditure", ""], *zip(NAMES[:4], spent, strict=True)]
    rows += [["Total expenditure", sum(spent)], ["Income", ""], *zip(NAMES[4:7], [-a for a in received], strict=True)]
    rows += [["Total income", -sum(received)], ["Net expenditure", sum(spent) - sum(received)]]
    outcome = read(sheet(list(map(list, rows)), [sum(spent), sum(received)]))
    assert {flow: amount // 100 for (*_, flow), amount in outcome.groups.items()} == {
        "expenditure": sum(spent),
        "income": sum(received),
    }


def test_a_group_in_a_lower_header_row_ends_where_one_above_it_begins() -> None:
    columns = [figures(151 + place) for place in range(6)]
    upper = ["", "2023-24", "", "", "2024-25", "", ""]
    lower = ["", "Grant", "Actual", "", "Grant", "Actual", ""]
    head = ["Service", "Revised £", "Pay £", "Other £", "Revised £", "Pay £", "Other £"]
    made = sheet([upper, lower, *table(head, NAMES[:10], *columns)])
    (shown,) = read_workbook(made.data, "counties.xlsx", terms=UK).tables
    headers = {column.letter: column.header for column in shown.columns}
    assert [headers[letter].split()[1] for letter in "BCDEFG"] == ["Grant", "Actual", "Actual"] * 2
    blank = sheet([upper, ["", "", "Actual", "", "", "Actual", ""], *table(head, NAMES[:10], *columns)])
    (shown,) = read_workbook(blank.data, "counties.xlsx", terms=UK).tables
    headers = {column.letter: column.header for column in shown.columns}
    assert "Actual" in headers["D"]
    assert "Actual" not in headers["E"]
