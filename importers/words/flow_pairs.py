"""Pairs of words of which one is what is spent and the other what is received, where they stand beside each other and
nothing else does; alone each of them may be something else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from importers.words.lexicon import fold_words

_PAIRS: Final = (
    *(("Payment", "Receipt"), ("Payments", "Receipts"), ("Appropriation", "Revenue"), ("Appropriations", "Revenues")),
    *(("Pago", "Cobro"), ("Pagos", "Cobros"), ("Salida", "Entrada"), ("Salidas", "Entradas")),
    *(("Pagament", "Cobrament"), ("Pagaments", "Cobraments"), ("Sortida", "Entrada"), ("Sortides", "Entrades")),
    *(("Saída", "Entrada"), ("Saídas", "Entradas"), ("Pagamento", "Recebimento"), ("Pagamentos", "Recebimentos")),
    *(("Custo", "Proveito"), ("Gasto", "Rendimento"), ("Gastos", "Rendimentos"), ("Ordainketa", "Kobrantza")),
    *(("Charge", "Produit"), ("Dépense", "Revenu"), ("Décaissement", "Encaissement"), ("Sortie", "Entrée")),
    *(("Décaissements", "Encaissements"), ("Sorties", "Entrées"), ("Charges", "Revenus"), ("Débours", "Revenus")),
    *(("Costo", "Ricavo"), ("Onere", "Provento"), ("Oneri", "Proventi"), ("Pagamento", "Incasso")),
    *(("Pagamenti", "Incassi"), ("Plată", "Încasare"), ("Plăți", "Încasări"), ("Cheltuială", "Venit")),
    *(("Kosten", "Erlöse"), ("Kosten", "Erlös"), ("Kosten", "Opbrengsten"), ("Kosten", "Opbrengst"), ("Last", "Bate")),
    *(("Uitgave", "Ontvangst"), ("Uitgave", "Inkomst"), ("Meno", "Tulo"), ("Kulu", "Tuotto"), ("Kulu", "Tulu")),
    *(("Udbetaling", "Indbetaling"), ("Utbetaling", "Innbetaling"), ("Utbetalning", "Inbetalning")),
    *(("Koszt", "Przychód"), ("Wydatek", "Wpływ"), ("Wypłata", "Wpłata"), ("Náklad", "Výnos"), ("Výdej", "Příjem")),
    *(("Výdavok", "Príjem"), ("Odhodek", "Prihodek"), ("Izdatek", "Prejemek"), ("Izdatki", "Prejemki")),
    *(("Trošak", "Prihod"), ("Troškovi", "Prihodi"), ("Издаци", "Примања"), ("Издатак", "Примање")),
    *(("Плащане", "Постъпление"), ("Плащания", "Постъпления"), ("Выплата", "Поступление"), ("Выплаты", "Поступления")),
    *(("Выбытия", "Поступления"), ("Видаток", "Дохід"), ("Видатки", "Надходження"), ("Выдаткі", "Даходы")),
    *(("Έξοδο", "Έσοδο"), ("Πληρωμή", "Είσπραξη"), ("Πληρωμές", "Εισπράξεις"), ("Költség", "Bevétel")),
    *(("Sąnaudos", "Pajamos"), ("Izmaksas", "Ieņēmumi"), ("Ödeme", "Tahsilat"), ("Ödemeler", "Tahsilatlar")),
    *(("Nfiq", "Dħul"), ("Infiq", "Dħul"), ("Chi", "Thu"), ("Xərc", "Gəlir"), ("Xərclər", "Gəlirlər")),
)
"""Words for what is spent and what is received, in that order."""

_SHORT: Final = (
    *(("d", "r"), ("g", "i"), ("a", "e"), ("e", "r"), ("e", "i"), ("s", "e"), ("w", "d"), ("v", "p"), ("l", "b")),
    *(("d", "i"), ("u", "i"), ("out", "in"), ("exp", "rev"), ("exp", "inc"), ("dep", "rec"), ("gas", "ing")),
    *(("des", "ing"), ("desp", "ing"), ("aus", "ein")),
)
"""How spending and income are written for short, in that order, in the languages of budgets."""


def tell_pair(words: Collection[str], *, may_be_letters: bool) -> dict[str, str]:
    """The flow of each of two words that are a pair of what is spent and what is received; none where they are none.

    Args:
        words: all that a column says.
        may_be_letters: whether one letter each will do, which may be anything.

    >>> tell_pair(["Pagos", "Cobros"], may_be_letters=False)
    {'Pagos': 'expenditure', 'Cobros': 'income'}
    >>> tell_pair(["D", "R"], may_be_letters=False), tell_pair(["Pagos", "Anticipos"], may_be_letters=False)
    ({}, {})
    """
    folded = {word: fold_words(word) for word in words}
    said = frozenset(folded.values())
    if max(map(len, said), default=0) == 1 and not may_be_letters:
        return {}
    spent = _SPENT.get(said, "")
    return {word: "expenditure" if each == spent else "income" for word, each in folded.items()} if spent else {}


_SPENT: Final = {frozenset(map(fold_words, pair)): fold_words(pair[0]) for pair in (*_PAIRS, *_SHORT)}
"""Which word of each pair is what is spent, by both as they are folded."""
