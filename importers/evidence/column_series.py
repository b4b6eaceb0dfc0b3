"""Columns whose headers differ by nothing but a year, a period or a number: all of them are money, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from math import log
from typing import Final

from importers.evidence.column_kinds import CODED, KindBelief
from importers.evidence.weights import MONEY, confidence
from importers.words import period_words, vocabulary

_FIGURES: Final = re.compile(r"\d+")
_NO_MONEY: Final = 0.02
_LINE_OF_FORM: Final = re.compile(r"([A-Z]{1,2})\d{1,3}[a-z]?\s+[^\W\d]")


def share_among_series(beliefs: Mapping[int, KindBelief], headers: Mapping[int, str]) -> dict[int, KindBelief]:
    """The beliefs, with one kind for columns whose headers differ by nothing but year, month, quarter or number: five
    years of one figure are all money or all codes, however many digits one of them happens to have; so are the lines of
    a form, such as E01 Teachers and E02 Supply teachers.
    """
    beliefs = _numbered_as_objects(beliefs, headers)
    series: dict[str, list[int]] = {}
    for column, belief in beliefs.items():
        if belief.kind in ("money", "code", "identifier") and headers[column] and belief.money > _NO_MONEY:
            rest = vocabulary.without_year_and_unit(headers[column])
            is_time = period_words.find_period(rest) or period_words.says_span(rest)
            line = _LINE_OF_FORM.match(headers[column])
            key = "" if is_time else line[1] if line else _FIGURES.sub("#", rest.casefold())
            if key != headers[column].casefold():
                series.setdefault(key, []).append(column)
    shared = dict(beliefs)
    for columns in series.values():
        money = [beliefs[column].money for column in columns]
        if len({beliefs[column].kind == "money" for column in columns}) > 1:
            mean = sum(log(each / (1 - each)) for each in money) / len(money)
            evidence = f"one kind for {len(columns)} columns that differ by year or period"
            for column in columns:
                is_open = mean < 0 and all(beliefs[each].open for each in columns if beliefs[each].kind != "money")
                shared[column] = KindBelief(confidence(mean), "money" if mean >= 0 else "code", evidence, is_open)
    return shared


def _numbered_as_objects(beliefs: Mapping[int, KindBelief], headers: Mapping[int, str]) -> dict[int, KindBelief]:
    """The beliefs, with many columns that are numbered from one on as money, where nearly none of them look like codes,
    whatever word for one is in their names: "Object 1" up to "Object 12" hold what is spent on each.
    """
    told = dict(beliefs)
    numbered: dict[str, list[int]] = {}
    for column in sorted(beliefs):
        if _FIGURES.search(headers[column]) and beliefs[column].kind in ("money", "code"):
            numbered.setdefault(_FIGURES.sub("#", headers[column].casefold()), []).append(column)
    for columns in numbered.values():
        found = {column: beliefs[column].found for column in columns}
        shaped = sum(not _looks_coded(of) for of in found.values())
        numbers = [int(_FIGURES.findall(headers[column])[0]) for column in columns]
        in_turn = numbers[0] == 1 and all(after - before == 1 for before, after in pairwise(numbers))
        if not in_turn or len(columns) < _FEWEST_OBJECTS or shaped < _NEARLY_ALL * len(columns):
            continue
        for column, of in found.items():
            of = of - CODED | {_OF_OBJECTS}
            money = confidence(MONEY["prior"] + sum(MONEY[name] for name in of))
            told[column] = KindBelief(money, "money" if money >= 0.5 else "code", _OF_OBJECTS, found=of)
    return told


_FEWEST_OBJECTS: Final = 6
"""Levels of a code, and the parts of one, stand in fewer columns as a rule."""

_NEARLY_ALL: Final = 0.8
_OF_OBJECTS: Final = "numbered from one on, over figures that look like no codes"


def _looks_coded(found: frozenset[str]) -> bool:
    """Whether anything but words and its place speaks against a column's being money."""
    against = {name for name in found if MONEY[name] < 0}
    return bool({name for name in against if not name.startswith("header ")} - {"left of labels"})
