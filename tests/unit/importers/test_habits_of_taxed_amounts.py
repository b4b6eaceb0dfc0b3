"""Habits of amounts beside the tax that is raised on them and what is taken off them: the tax is part of what is paid, and
never stored as what is received.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Habit, check_told, figures, read, sheet, stored, table

NET = figures(9201, 8, 1_000_007)
RATES = (0.2, 0.05, 0.0, 0.2)
EVENLY = (0.2, 0.1, 0.055, 0.021)


def taxed(head: tuple[str, str, str], rates: tuple[float, ...]) -> Habit:
    tax = [round(amount * rates[place % len(rates)]) for place, amount in enumerate(NET)]
    gross = [a + b for a, b in zip(NET, tax, strict=True)]
    rows = [["2024-25"], *table(["Item", *head], NAMES[:8], NET, tax, gross)]
    return sheet(rows, sum(gross))


@pytest.mark.parametrize("rates", [RATES, EVENLY, (0.25,)])
@pytest.mark.parametrize(
    "head",
    [
        *(("Netto", "MwSt", "Brutto"), ("Netto", "USt", "Brutto"), ("Netto", "Moms", "Brutto"), ("HT", "TVA", "TTC")),
        *(("Netto", "Mehrwertsteuer", "Brutto"), ("Netto", "BTW", "Brutto"), ("Net", "VAT", "Gross")),
        *(("Nettó", "ÁFA", "Bruttó"), ("Netto", "ALV", "Brutto"), ("Neto", "PDV", "Bruto")),
    ],
)
def test_a_tax_between_net_and_gross_is_no_income(head: tuple[str, str, str], rates: tuple[float, ...]) -> None:
    check_told(taxed(head, rates))


@pytest.mark.parametrize("rates", [RATES, EVENLY])
def test_what_leads_from_net_to_gross_at_a_few_round_rates_is_a_tax_by_whatever_name(rates: tuple[float, ...]) -> None:
    check_told(taxed(("Net", "Duty", "Gross"), rates))


def test_what_pays_a_round_share_of_the_gross_amount_is_income() -> None:
    net = [85 * amount for amount in figures(9202, 8)]
    grant = [amount * 15 // 85 for amount in net]
    gross = [a + b for a, b in zip(net, grant, strict=True)]
    made = sheet([["2024-25"], *table(["Item", "Gross", "Grant", "Net"], NAMES[:8], gross, grant, net)], sum(gross))
    assert stored(read(made)) == {sum(gross), sum(grant)}


CHARGED = figures(9203, 8, 1_000_007)
OFF = [amount // (5 + place) for place, amount in enumerate(CHARGED)]
REST = [amount - off for amount, off in zip(CHARGED, OFF, strict=True)]


def taken_off(head: tuple[str, str, str], *right: int) -> Habit:
    """Amounts, what is taken off them, and what is left."""
    return sheet([["2024-25"], *table(["Item", *head], NAMES[:8], CHARGED, OFF, REST)], *right)


@pytest.mark.parametrize(
    "head",
    [
        *(("Facture", "Avoir", "Net à payer"), ("Invoice", "Credit note", "Paid"), ("Price", "Discount", "Payable")),
        *(("Rechnung", "Gutschrift", "Zahlung"), ("Betrag", "Skonto", "Zahlbetrag"), ("Importo", "Sconto", "Pagato")),
    ],
)
def test_what_is_left_after_a_credit_is_what_is_paid(head: tuple[str, str, str]) -> None:
    check_told(taken_off(head, sum(REST)))


@pytest.mark.parametrize(
    "head",
    [
        *(("Budget", "Holdback", "Available"), ("Crédits", "Gel", "Disponible"), ("Budget", "Frozen", "Remaining")),
        *(("Appropriation", "Sequestration", "Available"), ("Ansatz", "Sperre", "Verfügbar")),
        *(("Presupuesto", "Retención", "Disponible"), ("Orçamento", "Contingenciado", "Disponível")),
    ],
)
def test_what_is_held_back_of_a_budget_was_not_spent(head: tuple[str, str, str]) -> None:
    check_told(taken_off(head, sum(CHARGED)))


@pytest.mark.parametrize("word", ["Reserve", "Ticket", "Transfers"])
def test_what_no_word_tells_between_a_budget_and_what_is_available_is_asked_about(word: str) -> None:
    made = taken_off(("Budget", word, "Available"), sum(CHARGED))
    assert read(made).asked == {"amount": 1}
    assert stored(read(made)) == {sum(CHARGED)}


@pytest.mark.parametrize(
    "head", [("Budget", "Used", "Available"), ("Ansatz", "Verbraucht", "Verfügbar"), ("Budget", "Drawn", "Available")]
)
def test_what_was_used_of_a_budget_is_its_outturn(head: tuple[str, str, str]) -> None:
    made = sheet([["2024-25"], *table(["Item", *head], NAMES[:8], CHARGED, OFF, REST)], (sum(CHARGED), sum(OFF)))
    check_told(made)
