"""Income told by the names of single lines alone, without signs, headings or columns that say so: it is never added to
spending unasked, and among the options is the right one; services whose names only speak of income are not asked about.
"""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from importers.words.income_words import may_name_income, names_income
from tests.habits import Habit, Rows, figures, read, sheet, stored
from tests.workbooks import workbook

SPENT = {
    "en": ("Employees", "Premises", "Transport", "Supplies and services", "Support services"),
    "de": ("Personalaufwand", "Sachkosten", "Unterhaltung der Gebäude", "Abschreibungen", "Transferleistungen"),
    "fr": ("Personnel", "Achats et services", "Subventions versées", "Entretien des bâtiments", "Énergie"),
    "pl": ("Wynagrodzenia", "Zakup usług", "Remonty", "Energia", "Zakup materiałów"),
    "nl": ("Personeel", "Huisvesting", "Uitbesteed werk", "Afschrijvingen", "Materialen"),
}
RECEIVED = {
    "en": ("Sales, fees and charges", "Government grants", "Customer receipts"),
    "de": ("Steuern und ähnliche Abgaben", "Zuweisungen", "Finanzerträge"),
    "fr": ("Impôts et taxes", "Dotations de l'État", "Recettes diverses"),
    "pl": ("Dochody z podatków", "Subwencja ogólna", "Pozostałe dochody"),
    "nl": ("Onroerendezaakbelasting", "Opbrengst leges", "Overige baten"),
}


def lines(names: tuple[str, ...], seed: int) -> Rows:
    return [[name, amount] for name, amount in zip(names, figures(seed, len(names)), strict=True)]


def comes_to(rows: Rows) -> int:
    return sum(amount for _, amount in rows)


@pytest.mark.parametrize("first", ["spent", "received"])
@pytest.mark.parametrize("language", SPENT)
def test_what_single_lines_call_income_is_asked_about(language: str, first: str) -> None:
    spent, received = lines(SPENT[language], 7_101), lines(RECEIVED[language], 7_102)
    both = [*spent, *received] if first == "spent" else [*received, *spent]
    outcome = read(sheet([["", "2024-25 £"], *both], [comes_to(spent), comes_to(received)]))
    assert outcome.asked == {"flow": 1}
    assert stored(outcome) == {comes_to(spent), comes_to(received)}


@pytest.mark.parametrize(
    "name", ["Income", "Fees and charges", "Customer receipts", "Grant income", "Interest received"]
)
def test_one_line_is_enough(name: str) -> None:
    spent, received = lines(SPENT["en"], 7_111), [[name, 41_387]]
    outcome = read(sheet([["", "2024-25 £"], *spent, *received], [comes_to(spent), 41_387]))
    assert outcome.asked == {"flow": 1}
    assert stored(outcome) == {comes_to(spent), 41_387}


@pytest.mark.parametrize("name", ["Net expenditure", "Net cost", "Net budget"])
def test_what_is_left_proves_which_lines_are_received(name: str) -> None:
    spent, received = lines(SPENT["en"], 7_121), lines(RECEIVED["en"], 7_122)
    mixed = sorted([*spent, *received])
    for rows in ([*spent, *received], mixed):
        whole = [["", "2024-25 £"], *rows, [name, comes_to(spent) - comes_to(received)]]
        outcome = read(sheet(whole, [comes_to(spent), comes_to(received)]))
        assert not outcome.asked
        assert stored(outcome) == {comes_to(spent), comes_to(received)}


def test_services_that_only_speak_of_income_are_not_asked_about() -> None:
    names = ("Income support", "Revenues and benefits", "Council tax collection", "Grants to charities", "Libraries")
    rows = lines((*names, "Debt collection", "Rent allowances", "Sales promotion", "Audit fees"), 7_131)
    outcome = read(sheet([["Service", "2024-25 £"], *rows], comes_to(rows)))
    assert not outcome.asked
    assert stored(outcome) == {comes_to(rows)}


def of_types(spent: str, received: str) -> Habit:
    costs, fees = figures(7_141, 10, 100_003), figures(7_142, 10, 1_009, 90_001)
    rows: Rows = [["Service", "Type", "2024-25 £"]]
    for number, (cost, fee) in enumerate(zip(costs, fees, strict=True)):
        rows += [[f"Service {'ABCDEFGHIJ'[number]}", spent, cost], [f"Service {'ABCDEFGHIJ'[number]}", received, fee]]
    return sheet(rows, [sum(costs), sum(fees)])


@pytest.mark.parametrize("words", [("Cost", "Income"), ("Payment", "Receipt"), ("C", "R"), ("X1", "X2")])
def test_a_type_of_two_words_may_be_spent_and_received(words: tuple[str, str]) -> None:
    made = of_types(*words)
    outcome = read(made)
    assert sum(outcome.asked.values()) <= 1
    assert stored(outcome) in made.right


def test_staff_beside_costs_and_income_are_what_they_cost() -> None:
    staff, costs, fees = (figures(7_150 + n, 8, 100_003, 900_001) for n in range(3))
    rows: Rows = [["Service", "Employees", "Running costs", "Income"]]
    rows += [[f"Service {'ABCDEFGH'[n]}", *row] for n, row in enumerate(zip(staff, costs, fees, strict=True))]
    right = (sum(staff) + sum(costs), sum(fees))
    assert stored(read(sheet(rows, right))) == {*right}


@pytest.mark.parametrize("heading", ["Sources of funds", "Funding"])
def test_what_stands_under_funding_may_be_received_whatever_it_is_called(heading: str) -> None:
    funding, services = lines(("Business rates", "Collection fund", "Levies"), 7_161), lines(SPENT["en"], 7_162)
    rows: Rows = [["", "2024-25 £"], ["Uses of funds"], *services, [heading], *funding]
    right = (comes_to(services), comes_to(funding))
    assert stored(read(sheet(rows, right))) == {*right}


@pytest.mark.parametrize(
    "name", ["Produits des services", "Overige baten", "Receipts from sales", "Subwencje otrzymane"]
)
def test_names_of_income(name: str) -> None:
    assert names_income(name)


@pytest.mark.parametrize(
    "name", ["Income tax policy unit", "Income support", "Kosten der Einnahmenerhebung", "Fees paid"]
)
def test_names_of_what_is_spent(name: str) -> None:
    assert not names_income(name)
    assert not may_name_income(name)


def named(file_name: str) -> Reading:
    rows: Rows = [["Service", "£"], *lines(("Parking", "Pest control", "Burials", "Allotments"), 7_171)]
    answers = Answers(body="Council", stage="budget", unit=Unit("", 1))
    return read_workbook(workbook(Return=rows), file_name, terms=UK, answers=answers)


def test_what_only_the_name_of_the_file_says_is_asked_about() -> None:
    flow, year = (
        next(q for q in named("council-income_2025-26.xlsx").questions if q.topic == topic)
        for topic in ("flow", "year")
    )
    assert [option.value for option in flow.options] == ["income", "expenditure", "financing"]
    assert (year.guess, year.options) == ("2025-26", ())
    assert [q.topic for q in named("income-support.xlsx").questions] == ["year"]


@pytest.mark.parametrize("last", ["Brugerbetaling", "Parkering"])
def test_lines_of_no_known_word_beside_those_of_income_are_among_the_options(last: str) -> None:
    spent = lines(("Løn", "Varekøb", "Ejendomme", "Transport"), 7_181)
    received = lines((last, "Øvrige indtægter"), 7_182)
    right = (comes_to(spent), comes_to(received))
    for rows in ([*spent, *received], [*received, *spent], [*spent, *received[::-1]]):
        outcome = read(sheet([["Art", "2024-25 kr."], *rows], right, currency="DKK"))
        assert stored(outcome) == {*right}


def test_fees_that_a_total_adds_to_costs_are_not_asked_about() -> None:
    names = ("Salaries", "Licence fees", "Audit fees", "Insurance", "Postage", "Utilities", "Training", "Vehicle tax")
    rows = lines(names, 7_191)
    outcome = read(sheet([["Account", "2024-25 £"], *rows, ["Total", comes_to(rows)]], comes_to(rows)))
    assert not outcome.asked


@pytest.mark.parametrize("name", ["Rents", "Licence fees", "Season tickets", "Lettings", "Council tax", "Donations"])
def test_one_line_that_may_be_received_among_costs_is_asked_about(name: str) -> None:
    costs = lines(("Salaries", "Energy", "Maintenance", "Insurance", "Postage"), 7_193)
    rows = [*costs[:2], *lines((name,), 7_194), *costs[2:]]
    right = (comes_to(costs), comes_to(rows) - comes_to(costs))
    outcome = read(sheet([["Account", "2024-25 £"], *rows], right))
    assert outcome.asked == {"flow": 1}
    assert stored(outcome) == {*right}


def test_a_subsidy_or_a_grant_among_services_is_not_asked_about() -> None:
    rows = lines(("Schools", "Bus subsidies", "Libraries", "Parks", "Village grants", "Museums"), 7_196)
    assert not read(sheet([["Service", "2024-25 £"], *rows], comes_to(rows))).asked


def test_a_list_of_nothing_but_taxes_and_grants_is_asked_about() -> None:
    rows = lines(("Council tax", "Business rates", "Revenue support grant", "Better care grant"), 7_195)
    outcome = read(sheet([["Source", "2024-25 £"], *rows, ["Total funding", comes_to(rows)]], comes_to(rows)))
    assert outcome.asked["flow"] == 1


def test_gross_income_and_net_under_each_service_are_told() -> None:
    rows: Rows = [["", "2024-25 £"]]
    spent = received = 0
    for service in range(5):
        costs, fees = lines(SPENT["en"], 7_200 + service), figures(7_210 + service, 1, 1_009, 90_001)[0]
        spent, received = spent + comes_to(costs), received + fees
        rows += [[f"Service {'ABCDE'[service]}"], *costs, ["Gross expenditure", comes_to(costs)]]
        rows += [["Fees and charges", fees], ["Net expenditure", comes_to(costs) - fees]]
    outcome = read(sheet(rows, [spent, received]))
    assert stored(outcome) == {spent, received}


def test_what_is_receivable_may_be_received_without_the_fees_beside_it() -> None:
    rows = lines(("Interest payable", "Interest receivable", "Debt repayment", "Fees"), 7_221)
    received = rows[1][1]
    right = [comes_to(rows) - received, received]
    outcome = read(sheet([["Account", "2024-25 £"], *rows], right))
    assert outcome.asked["flow"] == 1
    assert stored(outcome) == set(right)


def test_a_year_beside_the_name_of_the_accounts_is_that_of_all_amounts() -> None:
    rows = lines(SPENT["en"], 7_225)
    outcome = read(sheet([["Housing account 2023-24", "£"], *rows], comes_to(rows), year=""))
    assert {key[2] for key in outcome.groups} == {"2023-24"}


@pytest.mark.parametrize("left", ["Surplus (déficit)", "Excédent ou déficit"])
def test_what_is_left_is_never_spent_and_what_is_neither_is_left_out(left: str) -> None:
    rows: Rows = []
    sums = {"Revenus": 0, "Dépenses": 0, left: 0, "Investissements": 0}
    for fund in range(9):
        for n, kind in enumerate(sums):
            for account, amount in enumerate(figures(7_230 + 4 * fund + n, 2 + n % 2)):
                sums[kind] += amount
                rows.append([f"Fonds {'ABCDEFGHI'[fund]}", kind, f"Poste {account}", amount])
    made = workbook(Return=[["Fonds", "Regroupement", "Poste", "Montant"], *rows])
    answers = Answers(stage="budget", body="Fonds", unit=Unit("GBP", 1), fiscal_year=2024)
    reading = read_workbook(made, "return.xlsx", terms=UK, answers=answers)
    asked = next(question for question in reading.questions if question.topic == "flow")
    come = {option.value: {total.flow: total.amount / 100 for total in option.totals} for option in asked.options}
    assert come["0"] == {"income": sums["Revenus"], "expenditure": sums["Dépenses"] + sums["Investissements"]}
    assert come["known"] == {"income": sums["Revenus"], "expenditure": sums["Dépenses"]}


@pytest.mark.parametrize(("file_name", "guess"), [("gastos-2024.csv", "spent"), ("presupuesto-2024.csv", "")])
def test_a_file_named_after_spending_proposes_that_what_may_be_received_is_spent(file_name: str, guess: str) -> None:
    names = (
        "Intereses bancarios",
        "Intereses de demora",
        "Sueldos",
        "Carburantes",
        "Vestuario",
        "Seguros",
        "Mobiliario",
    )
    rows = [["Concepto", "Importe"], *([name, str(a)] for name, a in zip(names, figures(551, 7), strict=True))]
    data = "\n".join(map(";".join, rows)).encode()
    answers = Answers(body="City", stage="budget", fiscal_year=2024, unit=Unit("", 1))
    (question,) = read_workbook(data, file_name, terms=UK, answers=answers).questions
    assert (question.topic, question.guess) == ("flow", guess)


def test_lines_that_what_is_left_leaves_out_are_asked_about() -> None:
    rows: Rows = []
    spent = received = to_approve = 0
    for fund in range(6):
        costs, fees = figures(7_300 + fund, 3), figures(7_310 + fund, 2)
        excess = figures(7_320 + fund, 1)[0] if fund in (1, 4, 5) else 0
        spent, received, to_approve = spent + sum(costs), received + sum(fees), to_approve + excess
        name = f"Fund {'ABCDEF'[fund]}"
        rows += [[name, "Revenues", account, fee] for account, fee in zip(("Fees", "Interest"), fees, strict=True)]
        rows += [
            [name, "Expenses", account, cost] for account, cost in zip(("Pay", "Rent", "Other"), costs, strict=True)
        ]
        rows += [[name, "Expenses", "Excess to approve", excess], [name, "Surplus (deficit)", "Of the year", 0]]
        rows[-1][-1] = sum(fees) - sum(costs)
        rows += [[name, "Investments", "Buildings", 0]]
    made = sheet([["Fund", "Group", "Account", "Amount £"], *rows], [spent, received])
    outcome = read(made)
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == {spent, received}


def test_lines_that_what_is_left_takes_in_are_not_asked_about() -> None:
    rows: Rows = []
    for fund in range(6):
        costs, fees = figures(7_330 + fund, 3), figures(7_340 + fund, 2)
        name = f"Fund {'ABCDEF'[fund]}"
        rows += [[name, "Revenues", account, fee] for account, fee in zip(("Fees", "Interest"), fees, strict=True)]
        rows += [
            [name, "Expenses", account, cost] for account, cost in zip(("Pay", "Rent", "Other"), costs, strict=True)
        ]
        rows += [
            [name, "Surplus (deficit)", "Of the year", sum(fees) - sum(costs)],
            [name, "Investments", "Buildings", 0],
        ]
    outcome = read(sheet([["Fund", "Group", "Account", "Amount £"], *rows]))
    assert not outcome.asked["rows"]
