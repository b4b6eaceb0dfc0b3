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
