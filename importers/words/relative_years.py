"""Headers that name a year by how far it is from the current one: last year, this year, year +1."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from importers.words.lexicon import fold_words


class RelativeYear(NamedTuple):
    """How many years after the current one a year is; `is_budget` where it is called the year of the budget itself, and
    `is_counted` where years are only counted from one on.
    """

    offset: int
    is_budget: bool = False
    is_counted: bool = False


_YEAR: Final = r"(?:(?:fiscal|financial|budget)\W+)?years?(?:'s)?"
_BEFORE: Final = re.compile(
    rf"\b(?:prior|previous|last|preceding|past)\s+{_YEAR}\b|^\W*(?:prior|previous|last|py)\W*$"
    r"|\bvorjahr\b|\b(?:año|ejercicio) anterior\b|\b(?:année|exercice) précédent\w*\b|\b(?:anno|esercizio) precedente\b"
    r"|\b(?:ano|exerc[ií]cio) anterior\b|\bvorig jaar\b|\brok (?:poprzedni|ubiegły)\b|\bpoprzedni rok\b"
    r"|\bföregående år\b|[前上]年度?|전년도?"
    r"|\bпрошл\w+ год\w*|\bпредыдущ\w+ год\w*|\bgeçen yıl\b|\bönceki yıl\b|السنة السابقة",
    re.IGNORECASE,
)
_NOW: Final = re.compile(
    rf"\b(?:current|this|present)\s+{_YEAR}\b|^\W*(?:current|cy)\W*$"
    r"|\blaufendes jahr\b|\b(?:año|ejercicio) (?:actual|corriente|en curso)\b|\b(?:année|exercice) en cours\b"
    r"|\b(?:anno|esercizio) (?:corrente|in corso)\b|\bano (?:atual|corrente)\b|\bhuidig jaar\b|\brok bieżący\b"
    r"|[本当]年度?|금년도?|당해|\bтекущ\w+ год\w*|\bbu yıl\b|\bcari yıl\b|السنة الحالية",
    re.IGNORECASE,
)
_BUDGET_YEAR: Final = re.compile(
    r"^\W*(?:the )?(?:budget|estimate|proposed)\s+year\W*$"
    r"|^\W*(?:haushaltsjahr|begrotingsjaar|exercice budgétaire)\W*$",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    rf"\b(?:next|following|coming)\s+{_YEAR}\b|^\W*(?:next|ny)\W*$|\bfolgejahr\b|\baño siguiente\b|\bexercice suivant\b"
    r"|\banno successivo\b|\bano seguinte\b|\bvolgend jaar\b|\brok następny\b"
    r"|[翌次下]年度?|내년도?|\bследующ\w+ год\w*|\bgelecek yıl\b|السنة القادمة",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:year|jahr|año|année|anno|ano|jaar|rok|yr|y|n|t)\s*(?P<offset>[-+−–]?\s*\d)\b", re.IGNORECASE
)
_BARE: Final = re.compile(r"^\W*[nt]\W*$", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def relative_year(header: str) -> RelativeYear | None:
    """The year that a header names by how far it is from the current one; None where it names none so.

    >>> relative_year("Prior Year Actual").offset, relative_year("Next year").offset, relative_year("Prior years")
    (-1, 1, None)
    >>> relative_year("Year 2").offset, relative_year("N-1") == relative_year("Vorjahr")
    (1, True)
    """
    if re.search(r"\byears\b", header, re.IGNORECASE):
        return None
    if _BUDGET_YEAR.match(header):
        return RelativeYear(0, is_budget=True)
    for pattern, offset in ((_BEFORE, -1), (_NEXT, 1), (_NOW, 0)):
        if pattern.search(header):
            return RelativeYear(offset)
    counted = _COUNTED.search(header)
    if counted:
        said = counted["offset"].replace(" ", "").replace("−", "-").replace("–", "-")
        signed = not said.isdigit() or said == "0"
        return RelativeYear(int(said) if signed else int(said) - 1, is_counted=not signed)
    return RelativeYear(0) if _BARE.match(header) else None


def without_last_year(header: str) -> str:
    """A header without the words for the year before, "" where it has none.

    >>> without_last_year("Last year's budget"), without_last_year("전년도예산액"), without_last_year("Budget")
    ('budget', '예산액', '')
    """
    rest = _BEFORE.sub(" ", header)
    return fold_words(rest) if rest != header else ""
