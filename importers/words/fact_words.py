"""The words of rows that state a fact of other rows and no money of their own: the largest, the mean, the number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from importers.words.lexicon import fold_words

_STATISTIC: Final = re.compile(
    r"(the )?((maxim|minim)(um|o|ale?|aal|alni|u)?|max|min|highest|lowest|largest|smallest|biggest|greatest|top|peak"
    r"|average|mean|median(e|o|a|wert)?|count|monthly|quarterly|weekly|per (month|quarter|week)"
    r"|hoechst(e[rs]?|wert|betrag)|niedrigst(e[rs]?|wert)|kleinst(e[rs]?|wert)|groesst(e[rs]?|wert)|durchschnitt\w*"
    r"|mittel(wert)?|monatlich|pro monat|anzahl|moyenne?|mediane|mensuel(le)?|par mois|nombre|le plus (haut|bas|eleve)"
    r"|promedio|media|mediana|mensual|por mes|numero|mas (alto|bajo)|mayor|menor|mensal|maior|mensile|al mese"
    r"|gemiddelde|hoogste|laagste|per maand|srednia|najwyzsz[ay]|najnizsz[ay]|miesiecznie|prumer|nejvyssi|nejnizsi"
    r"|mesicne|priemer|genomsnitt|medel(varde)?|hogsta|lagsta|gennemsnit|hojeste|hoyeste|laveste|gjennomsnitt"
    r"|keskiarvo|suurin|pienin|atlag|legnagyobb|legkisebb|ortalama|en (yuksek|dusuk)|rata rata|terbesar|terkecil)"
    r"( (amount|value|line|item|cost|payment|figure|spend|budget|number|betrag|posten|montant|importe|valor))?"
    r"( of (lines|items|rows))?"
)


@lru_cache(1 << 14)
def says_statistic(label: str) -> bool:
    """Whether a row is called the largest, smallest, mean or number of others, or what is spent in a part of the year,
    and nothing else.

    >>> says_statistic("Highest"), says_statistic("Average cost"), says_statistic("Höchster Betrag")
    (True, True, True)
    >>> says_statistic("Count"), says_statistic("Highest needs block"), says_statistic("Mean Street depot")
    (True, False, False)
    """
    return bool(_STATISTIC.fullmatch(fold_words(label)))
