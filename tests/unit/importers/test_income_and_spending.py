"""Tables that state what comes in, what goes out and what is left, as accounts of cities do: the result is never money of
its own, and income is never added to spending.
"""

from __future__ import annotations

import csv
import io

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.terms import Terms
from importers.readings.reader import read_workbook

EUROPE = Terms(Currency("EUR"), FiscalCalendar.of_month(1))
INCOME = {"Steuern": 4_120_031, "Zuwendungen": 811_490, "Entgelte": 502_011}
SPENT = {"Personal": 1_730_155, "Sachmittel": 1_245_090, "Transfers": 988_041}


def read(rows: list[list[str]]) -> Reading:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    answers = Answers(body="Stadt", stage="budget", fiscal_year=2026, unit=Unit("", 1))
    return read_workbook(text.getvalue().encode(), "plan.csv", terms=EUROPE, answers=answers)


def sums(reading: Reading) -> dict[str, int]:
    lines = reading.lines[~reading.lines["memo"]]
    return {flow: int(amount) for flow, amount in lines.groupby("flow")["amount"].sum().items()}


def right() -> dict[str, int]:
    return {"income": sum(INCOME.values()) * 100, "expenditure": sum(SPENT.values()) * 100}


def test_signs_before_the_labels_say_what_comes_in_and_what_goes_out() -> None:
    total_in, total_out = sum(INCOME.values()), sum(SPENT.values())
    rows = [["", "Ansatz 2026 €"]]
    rows += [[f"+ {name}", str(amount)] for name, amount in INCOME.items()]
    rows += [["= Ordentliche Erträge", str(total_in)]]
    rows += [[f"- {name}", str(amount)] for name, amount in SPENT.items()]
    rows += [["= Ordentliche Aufwendungen", str(total_out)]]
    rows += [["= Ergebnis (Erträge abzüglich Aufwendungen)", str(total_in - total_out)]]
    reading = read(rows)
    assert not reading.questions
    assert sums(reading) == right()


def test_a_line_after_the_results_has_the_flow_of_its_sign() -> None:
    total_in, total_out = sum(INCOME.values()), sum(SPENT.values())
    rows = [["", "Ansatz 2026 €"]]
    rows += [[f"+ {name}", str(amount)] for name, amount in INCOME.items()]
    rows += [["= Erträge", str(total_in)]]
    rows += [[f"- {name}", str(amount)] for name, amount in SPENT.items()]
    rows += [["= Aufwendungen", str(total_out)], ["= Ergebnis", str(total_in - total_out)]]
    rows += [["+ Interne Leistungen", "31415"], ["- Interne Verrechnungen", "92653"]]
    rows += [["= Ergebnis nach Verrechnung", str(total_in - total_out + 31_415 - 92_653)]]
    reading = read(rows)
    assert not reading.questions
    assert sums(reading) == {
        "income": right()["income"] + 31_415 * 100,
        "expenditure": right()["expenditure"] + 92_653 * 100,
    }


def test_income_spending_and_what_they_leave_in_columns() -> None:
    pairs = list(zip(INCOME.values(), SPENT.values(), strict=True))
    rows = [["Produkt", "Erträge 2026 €", "Aufwendungen 2026 €", "Ordentliches Ergebnis 2026 €"]]
    rows += [[f"Produkt {n}", str(a), str(b), str(a - b)] for n, (a, b) in enumerate(pairs, 1)]
    reading = read(rows)
    assert not reading.questions
    assert sums(reading) == right()


def test_letters_under_a_header_that_says_so_tell_what_comes_in() -> None:
    rows = [["Sens", "Chapitre", "Libellé", "Budget primitif 2026 €", "Décisions modificatives", "Budget total 2026 €"]]
    rows += [["R", f"7{n}", name, str(a), "100", str(a + 100)] for n, (name, a) in enumerate(INCOME.items())]
    rows += [["D", f"6{n}", name, str(a), "-500", str(a - 500)] for n, (name, a) in enumerate(SPENT.items())]
    reading = read(rows)
    assert not reading.questions
    lines = reading.lines.groupby(["version", "flow"])["amount"].sum().to_dict()
    assert lines == {
        ("original", "income"): right()["income"],
        ("original", "expenditure"): right()["expenditure"],
        ("revised", "income"): right()["income"] + 300 * 100,
        ("revised", "expenditure"): right()["expenditure"] - 1_500 * 100,
    }


def test_a_tax_beside_the_amount_that_it_is_raised_on_is_no_money_of_its_own() -> None:
    nets = [125_000, 1_340_050, -72_500, 99_000, 8_812_000]
    rows = [["Date", "Supplier", "Amount", "VAT", "Area"]]
    rows += [["03/04/2026", f"Supplier {n}", f"{p / 100}", f"{p / 500}", "Roads"] for n, p in enumerate(nets)]
    reading = read(rows)
    assert not [question for question in reading.questions if question.topic == "amount"]
    assert sums(reading) == {"expenditure": sum(nets)}


def test_spending_beside_a_budget_is_what_was_spent_of_it() -> None:
    rows = [["Department", "Adopted budget 2026 €", "Transfers in", "Total budget 2026 €", "Expenditures 2026 €"]]
    rows += [[name, str(a), "700", str(a + 700), str(a - 1_200)] for name, a in SPENT.items()]
    lines = read(rows).lines.groupby(["stage", "version"])["amount"].sum().to_dict()
    adopted = right()["expenditure"]
    assert lines == {
        ("budget", "original"): adopted,
        ("budget", "revised"): adopted + 2_100 * 100,
        ("outturn", "original"): adopted - 3_600 * 100,
    }


def flow_questions(reading: Reading) -> list[str]:
    return [question.prompt for question in reading.questions if question.topic == "flow"]


def test_a_total_that_is_called_income_and_words_of_income_in_nearly_every_row_are_asked_about() -> None:
    named = [["", "Ansatz 2026 €"], *([name, str(amount)] for name, amount in INCOME.items())]
    by_total = read([*named, ["Summe Erträge", str(sum(INCOME.values()))]])
    assert any("Summe Erträge" in prompt for prompt in flow_questions(by_total))
    kinds = ["Steuereinnahmen"] * 6 + ["Sonstige Einnahmen"] * 5 + ["Beihilfen"]
    rows = [["Art", "Posten", "Ansatz 2026 €"]]
    rows += [[kind, f"Posten {n}", str(310_007 + 7_919 * n * n)] for n, kind in enumerate(kinds)]
    assert any("Einnahmen" in prompt or "Steuereinnahmen" in prompt for prompt in flow_questions(read(rows)))


def test_a_plain_total_of_spending_is_not_asked_about() -> None:
    rows = [["", "Ansatz 2026 €"], *([name, str(amount)] for name, amount in SPENT.items())]
    assert not flow_questions(read([*rows, ["Summe", str(sum(SPENT.values()))]]))


LINES = [
    *(("111 01", "Gebühren"), ("119 49", "Vermischte Einnahmen"), ("282 10", "Zuschüsse Dritter")),
    *(("422 01", "Bezüge"), ("511 01", "Geschäftsbedarf"), ("633 70", "Zuweisungen"), ("812 01", "Geräte")),
]


def by_titles(lines: list[tuple[str, str]]) -> Reading:
    rows = [["Kapitel", "Titel", "Zweck", "Ansatz 2026 €"]]
    for chapter in range(1, 5):
        rows += [[f"090{chapter}", code, name, str(amount(code, chapter))] for code, name in lines]
    return read(rows)


def amount(code: str, chapter: int) -> int:
    return 10_007 * (7 - chapter) + int(code[:3]) ** 3 % 99_991


def test_a_class_of_codes_in_which_names_speak_of_income_is_asked_about() -> None:
    reading = by_titles(LINES)
    (question,) = [question for question in reading.questions if question.topic == "flow"]
    received = [code for code, _ in LINES if code[0] in "12"]
    wanted = sum(amount(code, chapter) for code in received for chapter in range(1, 5)) * 100
    told = [{total.flow: total.amount for total in option.totals} for option in question.options]
    assert wanted in [each.get("income") for each in told]
    assert question.options[-1].value == "spent"
    assert "income" not in told[-1]


def test_codes_whose_names_speak_of_no_income_are_not_asked_about() -> None:
    assert not flow_questions(by_titles([line for line in LINES if "Einnahmen" not in line[1]]))
