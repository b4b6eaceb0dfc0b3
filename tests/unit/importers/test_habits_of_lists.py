"""Lists and tables as programs of towns and ministries write them: columns that only look like money beside the amounts,
amounts that carry their currency, codes above the names of the columns, and one amount stated in several columns or steps.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.habits import (
    NAMES,
    Habit,
    Rows,
    check,
    check_told,
    describe,
    figures,
    pence,
    read,
    sheet,
    stored,
    table,
    text,
    total,
)


def check_asked(made: Habit, topic: str) -> None:
    """One question of a topic comes up, and what a person takes of it is right."""
    outcome = read(made)
    assert outcome.asked[topic] == 1
    assert stored(outcome) in made.right, describe(made, outcome)


def comma(amount: float) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def test_a_zero_that_is_written_out_sets_no_line_apart() -> None:
    now, before = figures(1001, 10), [*figures(1002, 7), 0, 0, 0]
    check_told(
        sheet(table(["Vote", "Budget 2024-25", "Budget 2023-24"], NAMES[:10], now, before), [sum(now), sum(before)])
    )


def test_percentages_with_decimal_commas_are_no_money() -> None:
    amounts = figures(1003, 12)
    shares = [f"{100 * amount / sum(amounts):.2f}".replace(".", ",") for amount in amounts]
    check_told(text(table(["Función", "monto", "porcentaje"], NAMES[:12], amounts, shares), sum(amounts)))


def test_what_is_counted_adds_up_and_is_no_money() -> None:
    amounts, counts = figures(1004, 9), figures(1005, 9, 1, 90)
    rows = table(
        ["Zweck", "AnzahlZuschuesse", "Zuschuss_2024_EUR"],
        [*NAMES[:9], "Gesamtsumme"],
        [*counts, sum(counts)],
        [*amounts, sum(amounts)],
    )
    check_told(text(rows, sum(amounts), currency="EUR", fiscal_year_starts=1))


def test_a_monthly_budget_whose_figures_are_of_one_length_is_the_amount() -> None:
    amounts = figures(1006, 24, 20_000_003, 46_000_000)
    months = [n % 12 + 1 for n in range(24)]
    rows = table(["id", "account", "month", "monthly_budget"], range(1, 25), ["A"] * 12 + ["B"] * 12, months, amounts)
    check_told(text(rows, sum(amounts)))


def test_a_text_in_which_letters_were_lost_is_still_one() -> None:
    amounts = figures(1007, 9)
    check_told(text(table(["Name", "Budget"], [f"?\ufffd{name}\ufffd" for name in NAMES[:9]], amounts), sum(amounts)))


def test_a_currency_of_the_past_is_known_by_its_sign() -> None:
    amounts = pence(1008, 12)
    rows = table(["Opis", "Iznos"], NAMES[:12], [f"{comma(amount)} kn" for amount in amounts])
    check_told(text(rows, total(amounts), unit="", currency="HRK", fiscal_year_starts=1))
    elsewhere = read(text(rows, total(amounts), currency="EUR", fiscal_year_starts=1))
    assert not stored(elsewhere)


def test_an_unknown_word_behind_every_amount_is_asked_about() -> None:
    amounts = pence(1009, 12)
    made = text(table(["Opis", "Iznos"], NAMES[:12], [f"{comma(amount)} zq" for amount in amounts]), total(amounts))
    outcome = read(made)
    assert outcome.asked["unread"] or outcome.open
    assert stored(outcome) in (*made.right, frozenset()), describe(made, outcome)


def test_flags_and_zeros_beside_amounts_are_not_asked_about() -> None:
    amounts = pence(1010, 12)
    flags = [int(n % 5 == 0) for n in range(12)]
    rows = table(["Service", "Amount, £", "level", "off"], NAMES[:12], amounts, flags, [0] * 12)
    check_told(sheet(rows, total(amounts)))


def test_the_same_number_in_every_row_is_no_total_of_the_others() -> None:
    amounts = pence(1011, 12)
    check_told(sheet(table(["Service", "total", "amount"], NAMES[:12], [1_545] * 12, amounts), total(amounts)))


ACCOUNTS = ["Wages", "Allowances", "Standby", "Severance", "Jubilee awards", "Travel"]


def by_account(seed: int) -> list[list[int]]:
    """Six columns of round amounts of many sizes, a third of them zero."""
    sizes = (100, 1_000, 20_000, 300_000)
    sparse = [figures(seed + k, 9, 11, 99) for k in range(6)]
    return [
        [n * sizes[(n + k) % 4] if (place + k) % 3 else 0 for place, n in enumerate(column)]
        for k, column in enumerate(sparse)
    ]


def test_codes_above_the_names_of_accounts_are_headers() -> None:
    columns = by_account(1012)
    rows = table(["", "", *ACCOUNTS], range(11_130, 11_220, 10), NAMES[:9], *columns)
    made = sheet([["", "", 1, 3, 4, 7, 9, 12], *rows], sum(map(sum, columns)))
    check_asked(made, "amount")


@pytest.mark.parametrize("name", ["Céljuttatás projektprémium", "Actuals of the lottery"])
def test_a_word_for_a_stage_within_one_of_many_names_is_part_of_it(name: str) -> None:
    columns = by_account(1020)
    accounts = [name if account == "Allowances" else account for account in ACCOUNTS]
    check_asked(sheet(table(["Service", *accounts], NAMES[:9], *columns), sum(map(sum, columns))), "amount")


def test_steps_of_spending_the_same_money_are_one_choice() -> None:
    promised, owed, paid = figures(1030, 6), figures(1031, 5), figures(1032, 4)
    steps = ["Empenho"] * 6 + ["Liquidação"] * 5 + ["Pagamento"] * 4
    rows = table(["Fornecedor", "movimento", "valor"], [*NAMES, "Portos"], steps, [*promised, *owed, *paid])
    check_asked(text(rows, sum(paid), currency="BRL", fiscal_year_starts=1), "rows")


def test_the_change_from_year_to_year_is_no_money() -> None:
    amounts = figures(1033, 6, 700_000, 990_000)
    changes = ["", *(later - now for now, later in pairwise(amounts))]
    rows = table(["vuosi", "yhteensä", "lisäys"], range(2019, 2025), amounts, changes)
    check_told(text(rows, amounts, year="", currency="EUR", fiscal_year_starts=1))


@pytest.mark.parametrize("year", ["", "2024-25"])
def test_a_budget_and_the_total_of_its_parts_are_not_added_unasked(year: str) -> None:
    pay, running, capital = figures(1040, 12), figures(1041, 12), figures(1042, 12)
    sums = [sum(row) for row in zip(pay, running, capital, strict=True)]
    voted = [round(each * 1.01) for each in sums]
    rows = table(
        ["Vote", "budget_2024", "employment_costs", "operations_maintenance", "capital_expenditures", "total_amount"],
        *(NAMES[:12], voted, pay, running, capital, sums),
    )
    made = text(rows, sum(voted), sum(sums), year=year or "2024", fiscal_year_starts=1)
    outcome = read(made)
    assert outcome.asked["amount"] == 1
    assert stored(outcome) in made.right, describe(made, outcome)


def test_what_is_owed_from_other_years_is_not_spent() -> None:
    budget, paid_of_before, paid, owed_of_before, owed = (figures(1050 + k, 12) for k in range(5))
    both = [a + b for a, b in zip(paid_of_before, paid, strict=True)]
    left = [a + b for a, b in zip(owed_of_before, owed, strict=True)]
    rows = table(
        [
            *("Missione", "Residui Passivi Iniziali", "Previsioni Definitive", "Pagamenti C/Residuo"),
            *("Pagamenti C/Competenza", "Totale Pagamenti", "Impegni"),
            *("Residui Passivi da Esercizi Precedenti", "Residui Passivi da Esercizio", "Residui Passivi da riportare"),
        ],
        *(NAMES[:12], figures(1060, 12), budget, paid_of_before, paid, both, figures(1061, 12)),
        *(owed_of_before, owed, left),
    )
    made = text(rows, [sum(budget), sum(both)], mark=";", currency="EUR", fiscal_year_starts=1)
    outcome = read(made)
    assert stored(outcome) in made.right, describe(made, outcome)


def test_a_total_that_restates_a_column_makes_none_of_it_a_part() -> None:
    budget, refunds = figures(1070, 12), figures(1071, 12, 100, 9_000)
    received = [round(each * 0.97) for each in budget]
    owing = [round(each * 0.02) + 1_000 for each in budget]
    due = [a + b for a, b in zip(received, owing, strict=True)]
    rows = table(
        ["Izena", "Aurrek.", "Onartu", "Bilketa", "Kobratzeko", "Itzulk."],
        NAMES[:12],
        budget,
        due,
        received,
        owing,
        refunds,
    )
    outcome = read(text(rows, sum(budget), sum(due), sum(received)))
    assert outcome.asked["amount"]
    assert "B+F" not in outcome.settled.values()


@pytest.mark.parametrize("spent", ["Kosten", "Costs", "Coûts", "Costes"])
def test_costs_beside_what_is_received_are_spent(spent: str) -> None:
    received = {"Kosten": "Erlöse", "Costs": "Income", "Coûts": "Produits", "Costes": "Ingresos"}[spent]
    cost, income = figures(1070, 8, 10_007, 99_989), figures(1071, 8)
    rows = table(
        ["Body", "Amount", "Year", "Way"],
        *([name for name in NAMES[:8] for _ in range(2)], [n for pair in zip(cost, income, strict=True) for n in pair]),
        *(["2024-25"] * 16, [spent, received] * 8),
    )
    check_told(text(rows, [sum(cost), sum(income)], mark=";", year=""))


def test_stages_right_of_the_amounts_say_what_each_is() -> None:
    planned, done = figures(1072, 8), figures(1073, 8)
    rows = table(
        ["Einrichtung", "Betrag", "Jahr", "Werttyp"],
        *(
            [name for name in NAMES[:8] for _ in range(2)],
            [n for pair in zip(planned, done, strict=True) for n in pair],
        ),
        *([2024] * 16, ["Plan", "Ist"] * 8),
    )
    made = text(rows, [sum(planned), sum(done)], mark=";", year="", stage="", currency="EUR", fiscal_year_starts=1)
    check_told(made)


def test_what_a_word_right_of_the_amounts_calls_income_is_never_added_to_spending_unasked() -> None:
    pay, other, income = figures(1074, 8), figures(1075, 8), figures(1076, 8, 1_007, 9_989)
    rows = table(
        ["Service", "Budget £", "Kind"],
        *(
            [name for name in NAMES[:8] for _ in range(3)],
            [n for each in zip(pay, other, income, strict=True) for n in each],
        ),
        ["Staffing", "Premises", "Income"] * 8,
    )
    check_asked(text(rows, [sum(pay) + sum(other), sum(income)]), "flow")


@pytest.mark.parametrize("number", ["2025NE{:05}", "{:05}/2024", "2024-INV-{:04}"])
def test_numbers_of_documents_that_hold_a_year_are_no_years(number: str) -> None:
    paid = pence(1077, 12)
    numbers = [number.format(17 + 3 * n) for n in range(12)]
    # The number stands in half of the rows alone.
    numbers[::2] = [" - "] * 6
    rows = table(["Nota", "Descrição", "Pago"], numbers, NAMES[:12], [comma(amount) for amount in paid])
    check_told(text(rows, total(paid), mark=";", stage="outturn", currency="BRL", fiscal_year_starts=1))


def test_totals_that_name_what_is_received_and_what_is_spent_among_other_words_are_told() -> None:
    received, spent = [900_013, 700_027, 300_031], [800_011, 600_017]
    names = ["Steuern", "Zuweisungen", "Entgelte", "Einzahlungen aus laufender Tätigkeit", "Personal", "Sachmittel"]
    names += ["Auszahlungen aus laufender Tätigkeit", "Saldo aus laufender Tätigkeit"]
    left = sum(received) - sum(spent)
    rows = table(["Zeile", "Ansatz 2024"], names, [*received, sum(received), *spent, sum(spent), left])
    made = text(rows, [sum(received), sum(spent)], mark=";", year="", stage="", currency="EUR", fiscal_year_starts=1)
    check_told(made)


@pytest.mark.parametrize(
    "names",
    [
        ["Gewerbesteuer", "Grundsteuer A", "Grundsteuer B", "Hundesteuer", "Anteil an der Einkommensteuer"],
        ["Impuesto sobre vehículos", "Impuestos directos", "Impuesto sobre obras", "Participaciones", "Intereses"],
        ["Property tax", "Sales tax", "Fuel taxes", "Interest", "Transfers from the state"],
    ],
)
def test_lines_called_as_taxes_are_are_never_spent_unasked(names: list[str]) -> None:
    amounts = figures(1080, 5)
    made = text(table(["Line", "2024-25"], names, amounts), sum(amounts), mark=";", year="")
    outcome = read(made)
    assert outcome.asked["flow"] == 1
    assert {flow for *_, flow in outcome.groups} == {"income"}, describe(made, outcome)


def test_a_department_of_taxes_is_spent_on() -> None:
    amounts = figures(1081, 8)
    names = ["Tax administration", "Tax policy office", "Customs service", *NAMES[:5]]
    check_told(sheet(table(["Programme", "Budget 2024-25"], names, amounts), sum(amounts)))


@pytest.mark.parametrize(("word", "stage"), [("IST", "outturn"), ("Ansatz", "budget"), ("Actual", "outturn")])
def test_a_stage_in_every_row_is_that_of_the_table(word: str, stage: str) -> None:
    amounts = figures(1082, 10)
    rows = table(["Stelle", "Amount Kind", "Betrag"], NAMES[:10], [word] * 10, amounts)
    made = text(rows, sum(amounts), mark=";", stage="", currency="EUR", fiscal_year_starts=1)
    check_told(made)
    assert {key[0] for key in read(made).groups} == {stage}


def test_revenue_and_the_same_figures_written_out_are_counted_once() -> None:
    amounts = [44_070_000, 11_370_000, 9_360_000, 4_510_000, 799_500, 1_250_000]
    rows = table(
        ["organization", "revenue", "revenueraw"],
        *(NAMES[:6], [f"${n / 1e6:.4f}M" for n in amounts], [f"{n}.00" for n in amounts]),
    )
    made = text(rows, sum(amounts), mark=";", currency="USD", fiscal_year_starts=7)
    check_told(made)
    assert {flow for *_, flow in read(made).groups} == {"income"}


def test_parts_of_all_that_is_received_are_received() -> None:
    tax, other, grants = (figures(1083 + k, 6) for k in range(3))
    sums = [sum(row) for row in zip(tax, other, grants, strict=True)]
    rows = table(
        ["year", "total_revenue", "tax_revenue", "non_tax_revenue", "grants"],
        range(2019, 2025),
        sums,
        tax,
        other,
        grants,
    )
    made = text(rows, sums, year="", currency="ZMW", fiscal_year_starts=1)
    check_told(made)
    assert {flow for *_, flow in read(made).groups} == {"income"}


def test_a_source_of_money_beside_kinds_of_spending_says_nothing_of_the_way_it_goes() -> None:
    amounts = figures(1086, 10)
    kinds = ["Gasto corriente", "Gasto de obra pública"] * 5
    rows = table(["Programa", "Tipo", "Fuente", "Importe"], NAMES[:10], kinds, ["Recursos fiscales"] * 10, amounts)
    check_told(text(rows, sum(amounts), mark=";", currency="MXN", fiscal_year_starts=1))


def test_words_under_a_header_for_the_way_of_money_may_say_more_than_that() -> None:
    cost, income = figures(1087, 8, 10_007, 99_989), figures(1088, 8)
    rows = table(
        ["Bereich", "Richtung", "Betrag 2024"],
        *([name for name in NAMES[:8] for _ in range(2)], ["Zahlungswirksame Erträge", "Aufwendungen insges."] * 8),
        [n for pair in zip(income, cost, strict=True) for n in pair],
    )
    check_told(text(rows, [sum(cost), sum(income)], mark=";", year="", currency="EUR", fiscal_year_starts=1))


@pytest.mark.parametrize("share", [0.98, 0.3])
def test_rows_of_longer_codes_that_come_to_nearly_all_of_the_row_above_are_not_added_to_it_unasked(
    share: float,
) -> None:
    amounts = figures(1089, 10, 100_003, 9_999_989)
    codes: list[int] = [2720, 2810, 3140, 3150, 3620, 3650, 36500101, 36500102, 3680, 4210]
    amounts[6], amounts[7] = int(amounts[5] * share * 0.7), int(amounts[5] * share * 0.3)
    made = text(
        table(["Produkt", "Bezeichnung", "Betrag 2024"], codes, NAMES[:10], amounts),
        sum(amounts) - amounts[6] - amounts[7] if share > 0.5 else sum(amounts),
        mark=";",
        year="",
        currency="EUR",
        fiscal_year_starts=1,
    )
    outcome = read(made)
    assert outcome.asked["rows"] == (share > 0.5)
    assert stored(outcome) in made.right, describe(made, outcome)


def test_how_far_an_application_has_come_is_no_stage() -> None:
    amounts = figures(1091, 10)
    rows = table(["Beneficiario", "Estado", "Importe"], NAMES[:10], ["Pagado"] * 10, amounts)
    check_asked(text(rows, sum(amounts), mark=";", stage="", currency="EUR", fiscal_year_starts=1), "stage")


def test_the_stages_of_a_basque_budget_are_told() -> None:
    budget, cash, owed = figures(1092, 10), figures(1093, 10), figures(1094, 10, 1_007, 9_989)
    due = [a + b for a, b in zip(cash, owed, strict=True)]
    rows = table(
        ["Kontzeptua", "Behin betiko aurrekontua", "Eskubide onartu garbiak", "Bilketa likidoa", "Kobratzeko"],
        *(NAMES[:10], budget, due, cash, owed),
    )
    check_told(text(rows, [sum(budget), sum(due)], mark=";", stage="", currency="EUR", fiscal_year_starts=1))


def phases(*names: str) -> Rows:
    """Projects with what each costs in all, shown in one year and dated by another, by phase of the budget."""
    head = ["Project", "Project stage", "Shown in", "Financial year", "Budget phase", "Amount"]
    rows: Rows = [head]
    amounts = figures(995, 4 * len(names), 100_003, 9_999_989)
    for place, project in enumerate(NAMES[:4]):
        for at, (name, year) in enumerate(zip(names, range(2021, 2025), strict=False)):
            stage = ["Design", "Tender", "Design", "Works"][place]
            rows.append([project, stage, "BR 2019", year, name, amounts[place * len(names) + at]])
    return rows


def test_the_phase_of_each_row_is_told_from_what_stage_a_project_is_at() -> None:
    rows = phases("Audited outcome", "Adjusted appropriation", "MTEF", "MTEF")
    outcome = read(sheet(rows, stage="", year="", fiscal_year_starts=1))
    by: dict[tuple[str, str], int] = {}
    for _, _, _, year, phase, amount in rows[1:]:
        stage = {"Audited outcome": "outturn", "Adjusted appropriation": "budget", "MTEF": "plan"}[phase]
        by[stage, str(year)] = by.get((stage, str(year)), 0) + amount * 100
    assert {(stage, year): amount for (stage, _, year, _), amount in outcome.groups.items()} == by
    assert outcome.asked == {}


def test_an_unknown_word_among_phases_is_asked_about() -> None:
    rows = phases("Audited outcome", "Adjusted appropriation", "Envelope")
    questions = read_workbook(sheet(rows).data, "projects.xlsx", terms=UK).questions
    question = next(question for question in questions if question.topic == "stage")
    assert "Rows of 'Return' say 'Envelope' in column E, 'Budget phase'" in question.prompt
    stages = {option.value: {total.stage for total in option.totals} for option in question.options}
    assert stages["forecast"] == {"forecast"}


# Rows that a column calls totals


def stacked(rows: list[tuple[str, str, list[int]]]) -> Rows:
    """Each row once for each of three years, with the kind of row in a column."""
    years = ("2022-23", "2023-24", "2024-25")
    return [[name, kind, year, value] for name, kind, values in rows for year, value in zip(years, values, strict=True)]


def test_subtotals_that_a_column_tells_from_details_count_nowhere_in_whichever_order_years_stand() -> None:
    head = ["Agency", "Row type", "Year", "Amount £"]
    rows: list[tuple[str, str, list[int]]] = []
    right = [0, 0, 0]
    for group in range(4):
        details = [figures(300 + 10 * group + n, 3) for n in range(1 + group % 3)]
        sums = [sum(each) for each in zip(*details, strict=True)]
        rows.append((f"Department {NAMES[group]}", "subtotal", sums))
        rows += [(NAMES[4 + n], "detail", values) for n, values in enumerate(details)]
        right = [a + b for a, b in zip(right, sums, strict=True)]
    check_told(text([head, *stacked(rows)], right))


def test_what_a_column_calls_totals_and_comes_to_something_else_is_asked_about() -> None:
    head = ["Agency", "Row type", "Year", "Amount £"]
    rows = [(NAMES[n], "subtotal" if n % 4 == 0 else "detail", figures(340 + n, 3)) for n in range(12)]
    right = [sum(values[year] for _, kind, values in rows if kind == "detail") for year in range(3)]
    outcome = read(text([head, *stacked(rows)], right))
    assert outcome.asked["rows"] == 1
    assert stored(outcome) == set(right)


def test_grants_planned_or_paid_in_turn_are_one_list() -> None:
    planned, paid = figures(361, 12), figures(362, 12)
    rows: Rows = [["Beneficiary", "Planned grant £", "Final grant £"]]
    rows += [
        [f"{NAMES[n]}", a if n % 2 else "", "" if n % 2 else b]
        for n, (a, b) in enumerate(zip(planned, paid, strict=True))
    ]
    made = sheet(rows, [sum(planned[1::2]), sum(paid[::2])], sum(planned[1::2]) + sum(paid[::2]))
    check(made)


@pytest.mark.parametrize("totalled", [False, True])
def test_a_payment_that_others_below_it_come_to_by_chance_is_a_payment(totalled: bool) -> None:
    values = pence(371, 30)
    values[12:15] = [2_360, 1_770, 590]
    values[26:] = [2_050.36, 1_398.48, 651.88, -2_050.36]
    rows: Rows = [["Service", "Type", "Date", "Transaction", "Net amount £", "Supplier"]]
    for n, value in enumerate(values):
        paid = f"{2 + n // 16:02}/04/2024"
        rows.append([NAMES[n // 12], NAMES[5 + n // 5], paid, 5_100_541_339 + 7 * n, value, f"{NAMES[n % 9]} Ltd"])
    rows += [["Total", "", "", "", total(values), ""]] if totalled else []
    check_told(text(rows, total(values), stage="outturn"))
