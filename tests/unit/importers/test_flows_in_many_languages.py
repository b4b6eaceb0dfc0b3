"""A column of two words, of which one is what is spent and the other what is received, in the languages of budgets: the
two are never added, and where only one of the words is known, it is asked what the other is.
"""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.terms import Terms
from importers.readings.reader import read_workbook
from tests.habits import figures

EUROPE = Terms(Currency("EUR"), FiscalCalendar.of_month(1))
SPENT, RECEIVED = figures(411, 6), figures(412, 4)


def read(header: str, spent: str, received: str, *, answers: dict[str, str] | None = None) -> Reading:
    rows = [["2024", spent, f"Item {n}", str(amount)] for n, amount in enumerate(SPENT)]
    rows += [["2024", received, f"Item {n}", str(amount)] for n, amount in enumerate(RECEIVED)]
    text = "\n".join(";".join(row) for row in [["Year", header, "Name", "Amount"], *rows])
    said = Answers(body="City", stage="budget", fiscal_year=2024, unit=Unit("", 1), settled=answers or {})
    return read_workbook(text.encode(), "city.csv", terms=EUROPE, answers=said)


def by_flow(reading: Reading) -> dict[str, int]:
    lines = reading.lines
    return {flow: int(lines.loc[lines["flow"] == flow, "amount"].sum()) // 100 for flow in lines["flow"].unique()}


@pytest.mark.parametrize(
    ("header", "spent", "received"),
    [
        ("Tipus", "Despesa", "Ingrés"),
        ("Tipus", "Despeses", "Ingressos"),
        ("Tipus", "Pagaments", "Cobraments"),
        ("Mota", "Gastua", "Diru-sarrera"),
        ("Mota", "Gastuak", "Sarrerak"),
        ("Tipo", "Gasto", "Ingreso"),
        ("Tipo", "Pagos", "Cobros"),
        ("Tipo", "Despesa", "Receita"),
        ("Tipo", "Custo", "Proveito"),
        ("Tipo", "Pagamento", "Recebimento"),
        ("Type", "Charge", "Produit"),
        ("Type", "Dépense", "Revenu"),
        ("Sens", "Décaissement", "Encaissement"),
        ("Tipo", "Uscita", "Entrata"),
        ("Tipo", "Costi", "Ricavi"),
        ("Tip", "Cheltuială", "Venit"),
        ("Tip", "Plăți", "Încasări"),
        ("Soort", "Last", "Bate"),
        ("Soort", "Uitgave", "Ontvangst"),
        ("Art", "Kosten", "Erlöse"),
        ("Tyyppi", "Meno", "Tulo"),
        ("Liik", "Kulu", "Tulu"),
        ("Druh", "Náklad", "Výnos"),
        ("Druh", "Výdavok", "Príjem"),
        ("Vrsta", "Odhodek", "Prihodek"),
        ("Врста", "Издаци", "Примања"),
        ("Вид", "Расходы", "Поступления"),
        ("Вид", "Видаток", "Дохід"),
        ("Είδος", "Πληρωμές", "Εισπράξεις"),
        ("Jelleg", "Költség", "Bevétel"),
        ("Math", "Gwariant", "Incwm"),
        ("Cineál", "Caiteachas", "Ioncam"),
        ("ტიპი", "ხარჯები", "შემოსავლები"),
        ("Lloji", "Shpenzimet", "Të ardhurat"),
        ("Type", "Payment", "Receipt"),
    ],
)
def test_two_words_of_a_pair_tell_what_is_spent_from_what_is_received(header: str, spent: str, received: str) -> None:
    reading = read(header, spent, received)
    assert [question.prompt for question in reading.questions] == []
    assert by_flow(reading) == {"expenditure": sum(SPENT), "income": sum(RECEIVED)}


def test_what_stands_beside_the_known_word_for_spending_is_asked_about() -> None:
    (question,) = read("Tipus", "Despesa", "Entrants").questions
    assert (question.topic, question.guess) == ("flow", "")
    assert "'Entrants'" in question.prompt
    received = read("Tipus", "Despesa", "Entrants", answers={question.id: "received"})
    assert by_flow(received) == {"expenditure": sum(SPENT), "income": sum(RECEIVED)}


def test_two_words_of_which_none_is_a_flow_are_not_asked_about() -> None:
    reading = read("Type", "Inner city", "Suburbs")
    assert not [question for question in reading.questions if question.topic == "flow"]


EXECUTIONS = {
    "Any;Tipus;Programa;Descripció;Crèdit inicial;Modificacions;Crèdit definitiu;Obligacions/Drets reconeguts": (
        "Despesa",
        "Ingrés",
    ),
    "Exercicio;Tipo;Programa;Descrición;Crédito inicial;Modificacións;Crédito definitivo;Obrigas recoñecidas": (
        "Gasto",
        "Ingreso",
    ),
    "Ano;Tipo;Programa;Descrição;Dotação inicial;Alterações;Dotação corrigida;Execução": ("Despesa", "Receita"),
}
"""How councils of Catalonia, Galicia and Portugal head what they publish of how their budget was carried out."""


@pytest.mark.parametrize("header", EXECUTIONS)
def test_an_execution_tells_its_budgets_what_was_done_and_both_flows(header: str) -> None:
    spent, received = EXECUTIONS[header]
    first, more, done = figures(421, 8), [0, 511, 0, 0, 1_024, 0, 97, 0], figures(422, 8)
    kinds = [*[spent] * 5, *[received] * 3]
    lines = [
        f"2024;{kind};3300;Concepte {n};{a};{b};{a + b};{c}"
        for n, (kind, a, b, c) in enumerate(zip(kinds, first, more, done, strict=True))
    ]
    data = "\n".join([header, *lines]).encode()
    answers = Answers(body="Ajuntament", unit=Unit("", 1), fiscal_year=2024)
    reading = read_workbook(data, "liquidacio.csv", terms=EUROPE, answers=answers)
    assert [question.prompt for question in reading.questions] == []
    groups = reading.lines.groupby(["stage", "version", "flow"])["amount"].sum() // 100
    assert groups.to_dict() == {
        ("budget", "original", "expenditure"): sum(first[:5]),
        ("budget", "original", "income"): sum(first[5:]),
        ("budget", "revised", "expenditure"): sum(first[:5]) + sum(more[:5]),
        ("budget", "revised", "income"): sum(first[5:]) + sum(more[5:]),
        ("outturn", "original", "expenditure"): sum(done[:5]),
        ("outturn", "original", "income"): sum(done[5:]),
    }
