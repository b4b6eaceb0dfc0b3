"""The words that take a row out of the money of its table: a memorandum, what is not funded, withdrawn or refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from importers.words.lexicon import fold_words

_SHOWN_ONLY: Final = (
    r"memo(randum)?( (item|line|only))?|p ?m|(pro|per|para) memoria|pour memoire|pm post(en)?|nachrichtlich"
    r"|zur info(rmation)?"
    r"|(for|as) (info(rmation)?|note|noting|reference)( only| purposes)?|fyi|info(rmation)? only|illustrative( only)?"
    r"|(a )?titre (indicatif|informatif|d information)|(a )?titulo informativo|(a )?titolo informativo|informativ[oa]"
    r"|ter informatie|informacyjnie|informativne|til orientering|tajekoztato"
)
_NOT_PAID_FOR: Final = (
    r"unfunded|not (yet )?funded|no funding|unaffordable|(nicht|un)finanziert|nicht gedeckt|ohne deckung"
    r"|non finance(e)?s?|no financiad[oa]s?|sin financiacion|non finanziat[oiae]|nao financiad[oa]s?|niet gefinancierd"
)
_TAKEN_BACK: Final = (
    r"(bid |item |line |project )?"
    r"(withdrawn|deleted|removed|dropped|excluded|cancelled|canceled|void|abandoned|superseded)"
    r"|not (included|counted|proceeding|pursued|taken forward|in total)|zurueckgezogen|gestrichen|geloescht"
    r"|entfallen|entfaellt"
    r"|storniert|nicht (enthalten|beruecksichtigt)|ausgeschlossen|retire(e)?s?|supprime(e)?s?|annule(e)?s?|exclu(e)?s?"
    r"|abandonne(e)?s?|retirad[oa]s?|eliminad[oa]s?|anulad[oa]s?|excluid[oa]s?|ritirat[oiae]|eliminat[oiae]|annullat[oiae]"
    r"|esclus[oiae]|cancelad[oa]s?|ingetrokken|vervallen|geschrapt|wycofan[yae]|usuniet[yae]|zruseno|vyrazeno|struket"
    r"|tilbagetrukket|trukket|peruttu|poistettu|torolve|visszavonva"
)
_REFUSED: Final = (
    r"(bid )?"
    r"(not (approved|agreed|accepted|supported|awarded|successful)|unapproved|unsuccessful|rejected|refused|declined"
    r"|denied|disallowed|turned down)|abgelehnt|nicht (bewilligt|genehmigt|angenommen)|denegad[oa]s?|rechazad[oa]s?"
    r"|desestimad[oa]s?|no (aprobad|concedid|aceptad)[oa]s?"
    r"|refuse(e)?s?|rejete(e)?s?|non (retenu|accorde|approuve)(e)?s?"
    r"|respint[oiae]|non (approvat|ammess|concess|finanziat)[oiae]|bocciat[oiae]"
    r"|negad[oa]s?|indeferid[oa]s?|reprovad[oa]s?"
    r"|nao (aprovad|concedid)[oa]s?|afgewezen|niet (goedgekeurd|toegekend)|odrzucon[yae]|zamitnuto|neschvaleno"
    r"|avslaget|avslag"
    r"|afvist|afslag|hylatty|elutasitva|respins[ae]?"
)
_TWICE: Final = (
    r"duplicates?( of .{1,40})?|double( counted)?|dup|doppelt|doublons?|duplicad[oa]s?|duplicat[oiae]|dubbel"
)

_OUT: Final = re.compile("|".join((_SHOWN_ONLY, _NOT_PAID_FOR, _TAKEN_BACK, _REFUSED, _TWICE)))

_BEHIND: Final = re.compile(r"\(([^()]{1,60})\)\W*$|\[([^][]{1,60})\]\W*$|\s[-–—:]\s*([^-–—:()]{1,40})$")
"""What stands behind a name: in brackets, or after a dash."""


@lru_cache(1 << 14)
def says_taken_out(text: str) -> bool:
    """Whether a text says that what it speaks of does not count, and nothing else.

    >>> says_taken_out("Not approved"), says_taken_out("Memorandum only"), says_taken_out("p.m.")
    (True, True, True)
    >>> says_taken_out("Abgelehnt"), says_taken_out("Withdrawn savings"), says_taken_out("Agreed")
    (True, False, False)
    """
    return bool(_OUT.fullmatch(fold_words(text)))


@lru_cache(1 << 14)
def name_is_taken_out(name: str) -> bool:
    """Whether what stands behind a name, in brackets or after a dash, says that it does not count.

    >>> name_is_taken_out("Swimming pool (unfunded)"), name_is_taken_out("Youth work - deleted")
    (True, True)
    >>> name_is_taken_out("Unfunded pensions"), name_is_taken_out("Swimming pool (north)")
    (False, False)
    """
    found = _BEHIND.search(name)
    return found is not None and says_taken_out(next(said for said in found.groups() if said))


_COUNTS: Final = re.compile(
    r"(to be |is |are |was )?(include[ds]?|counte?[ds]?|counting|approved|agreed|accepted|awarded|funded|supported)"
    r"( (in|towards?|for|in the|towards the) (the )?(total|budget|sum|year|plan))?|in (the )?(total|budget|sum)"
    r"|(wird )?(beruecksichtigt|enthalten|bewilligt|genehmigt)|inclui(do|da|r)?|incluid[oa]|aprobad[oa]|concedid[oa]"
    r"|inclus|compte|retenu|approuve|incluso|compreso|approvato|ammesso|aprovad[oa]|meegeteld|goedgekeurd"
)
_YES: Final = frozenset(("y", "yes", "true", "ja", "j", "oui", "si", "sim", "tak", "ano", "x", "1"))
_NO: Final = frozenset(("n", "no", "false", "nein", "non", "nao", "nee", "nej", "nie", "ne", "0"))


def answers_taken_out(header: str, word: str) -> bool:
    """Whether a word answers the question of a header by saying that its row does not count.

    >>> answers_taken_out("Include?", "No"), answers_taken_out("Counts towards total", "N")
    (True, True)
    >>> answers_taken_out("VAT?", "No"), answers_taken_out("Withdrawn", "Yes"), answers_taken_out("Funded", "Yes")
    (False, True, False)
    """
    asked, said = fold_words(header), fold_words(word)
    return bool((said in _NO and _COUNTS.fullmatch(asked)) or (said in _YES and _OUT.fullmatch(asked)))
