"""Rows of a list that a column of few words or codes tells apart by a kind that nobody can guess: versions, prices,
measures or stages of the same money, or parts of a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.row_dimensions import DERIVED, tell_flow
from importers.readings.table import Table
from importers.structure.grid import Bools, Ints
from importers.structure.texts import Texts, column_texts, distinct
from importers.words import flow_words, income_words, row_words, stage_words, vocabulary
from importers.words.lexicon import fold_words, says

_LONGEST: Final = 60


_ROWS: Final = 20_000


def names_purposes(header: str) -> bool:
    """Whether a header is of a column that parts money by whom it is for, where and on what.

    >>> names_purposes("Department"), names_purposes("Price basis"), names_purposes("Budget type")
    (True, False, False)
    """
    return bool(_PURPOSES.search(header)) and not _BASIS_HEADER.search(header)


_PURPOSES: Final = re.compile(
    r"\b(areas?|regions?|wards?|districts?|divisions?|count(y|ies|ry|ries)|cit(y|ies)|states?|provinces?|places?|locations?"
    r"|sites?|zones?|departments?|dept|director(at)?es?|ministr(y|ies)|agenc(y|ies)|bod(y|ies)|organi[sz]ations?|councils?"
    r"|authorit(y|ies)|teams?|branch(es)?|schools?|hospitals?|trusts?|units?|cost cent(re|er)s?|funds?|sources?"
    r"|programmes?|programs?|projects?|schemes?|services?|functions?|polic(y|ies)|subjectives?|accounts?|objects?"
    r"|categor(y|ies)|class(es)?|groups?|sub ?groups?|natures?|economic|types? of spend(ing)?|items?|lines?|suppliers?"
    r"|vendors?|payees?|donors?|partners?|quarters?|months?|periods?|weeks?|days?|dates?|gender|sex|age|capital|grades?"
    r"|ressorts?|kapitel|titel|produkte?|bereiche?|gemeinden?|kreise?|land|l[aä]nder|capitulos?|cap[ií]tulos?|partidas?"
    r"|chapitres?|articles?|art[ií]culos?|programas?|secci[oó]n(es)?|[oó]rg[aã]os?|entidad(es)?|missione|missioni|titoli)\b",
    re.IGNORECASE,
)
"""Words of headers of columns that part money by whom it is for, where and on what."""


def part_budgets(words: Collection[str]) -> bool:
    """Whether the words of a column part every budget in two, by how long what is bought lasts: no versions of it.

    >>> part_budgets(["CAP", "CUR"]), part_budgets(["Capital", "Revenue"]), part_budgets(["Budget", "Capital"])
    (True, True, False)
    """
    said = [next((n for n, side in enumerate(_LASTING) if fold_words(word) in side), -1) for word in words]
    return sorted(said) == [0, 1]


_LASTING: Final = (
    frozenset(
        (
            *("capital", "cap", "development", "dev", "investment", "investissement", "inv", "inversion"),
            *("investimento", "investicni", "majatkowe", "vermoegenshaushalt", "finanzhaushalt", "investitionen"),
        )
    ),
    frozenset(
        (
            *("current", "cur", "curr", "revenue", "rev", "recurrent", "rec", "operating", "fonctionnement", "fonct"),
            *("corriente", "corrente", "bezne", "biezace", "verwaltungshaushalt", "ergebnishaushalt", "laufend"),
        )
    ),
)
"""Words, as they are folded, for what is spent on what lasts, and for what is spent within the year."""


_FEW: Final = 4


_CROSSED: Final = 0.95


_THINGS: Final = 8


def choose_crossed(table: Table, decisions: Decisions, dimensions: Collection[int]) -> frozenset[int] | None:
    """The rows that do not count where a column of two to four words states everything else that names rows once under
    each: versions, prices, measures or stages have such columns, whatever they are called; so may parts of a whole that
    its header does not name. Which it is, is a choice that nobody can guess. None where there is no such column.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = table.kept()
    if not money or not _THINGS <= len(kept) <= _ROWS or table.block.headings:
        return None
    naming = [
        c
        for c in table.columns
        if c.index not in money and c.role not in ("amount", "total", "memo", "change", "measure", "note")
    ]
    texts = {c.index: column_texts(table.grid, table.block.data[kept], c.index, with_numbers=True) for c in naming}
    for column in naming:
        told = (
            column.role in ("flow", "side", "currency", "row_unit", "body", "counterpart") or column.index in dimensions
        )
        if told or (column.role == "year" and not _BASIS_HEADER.search(column.header)):
            continue
        said = texts[column.index]
        words = [said.words[code] for code in said.used]
        if not 2 <= len(words) <= _FEW or not all(words) or max(map(len, words)) > _LONGEST:
            continue
        if names_purposes(column.header) or part_budgets(words) or any(map(income_words.names_income, words)):
            continue
        groups = said.used
        if _tells_stages(column, words):
            alike = told_alike(table, said.words, groups)
            if not any(of_one_year(table, kept, said.codes, each) for each in alike):
                continue
        if not _are_letters_of(column.header, words) and not _are_crossed(texts, column.index):
            continue
        choice = table.choice(
            "rows",
            (column.header, "crossed", *words),
            f"Column {column.letter} of {table.grid.name!r} ({column.header[:_LONGEST]!r}) states the same things once "
            f"each as {', '.join(map(repr, words))}. Which of them counts?",
            (
                *((str(n), f"Rows of {word!r}") for n, word in enumerate(words)),
                *side_options(words),
                ("all", "All of them, as different money"),
            ),
            _told_sides(words),
        )
        taken = decisions.take(choice)
        if not taken.isdigit():
            tell_sides(table, kept, said.codes == groups[0], taken)
            return frozenset()
        return frozenset(kept[said.codes != groups[int(taken)]].tolist())
    return None


def side_options(words: Sequence[str]) -> list[tuple[str, str]]:
    """The options in which one of two words is spent and the other received."""
    if len(words) != _SIDES:
        return []
    one, other = map(repr, words)
    return [
        ("spent+received", f"{one} is spent, {other} received"),
        ("received+spent", f"{one} is received, {other} spent"),
    ]


_SIDES: Final = 2


def _told_sides(words: Sequence[str]) -> str:
    """The option in which two words are the two flows, where the one that is known for a flow tells what the other is;
    empty where neither is.
    """
    flows = [flow_words.find_flow(word) for word in words]
    if len(words) != _SIDES or set(flows) not in ({"income", ""}, {"expenditure", ""}):
        return ""
    return "received+spent" if flows[0] == "income" or flows[1] == "expenditure" else "spent+received"


def tell_sides(table: Table, places: Ints, first: Bools, taken: str) -> None:
    """Gives rows their flows, where a person says which of two words is received."""
    if "+" in taken:
        flows = [{"spent": "expenditure", "received": "income"}[said] for said in taken.split("+")]
        rows = table.block.data[places].tolist()
        table.flows |= {row: flows[0] if is_first else flows[1] for row, is_first in zip(rows, first, strict=True)}


_BASIS_HEADER: Final = re.compile(
    r"\b(versions?|vintages?|status|prices?|price bas[ei]s|bas[ei]s|consolidat(ion|ed)|measures?|variables?|indicators?"
    r"|metrics?|phases?|stages?|scenarios?|releases?|editions?|series|data ?types?|value ?types?|amount ?types?)\b",
    re.IGNORECASE,
)


def _are_letters_of(header: str, words: Sequence[str]) -> bool:
    """Whether a header is made of the letters that stand below it, as "V/U/O" is of V, U and O."""
    letters = sorted(letter for letter in header.casefold() if letter.isalpha())
    return max(map(len, words)) == 1 and letters == sorted("".join(words).casefold())


def _are_crossed(texts: Mapping[int, Texts], column: int) -> bool:
    """Whether everything that the other columns name stands once under each word of a column, nearly always."""
    own = np.unique(texts[column].codes, return_inverse=True)[1]
    count = int(own.max()) + 1
    key = np.zeros(len(own), dtype=np.int64)
    keys = []
    for other, said in texts.items():
        if other == column:
            continue
        place = np.unique(said.codes, return_inverse=True)[1]
        together = len(np.unique(place * count + own))
        if together == int(place.max()) + 1 or int(place.max()) + 1 == len(own):
            # It says the same as the column itself, as its code does, or something else in every row.
            continue
        keys.append(place)
        key = np.unique(key * (int(place.max()) + 1) + place, return_inverse=True)[1]
    return any(_stand_once(each, own, count) for each in (key, *keys))


def _stand_once(things: Ints, words: Ints, count: int) -> bool:
    """Whether each of several things stands once under each word, nearly always."""
    there = np.zeros((int(things.max()) + 1, count), dtype=np.int64)
    np.add.at(there, (things, words), 1)
    return len(there) >= _THINGS and bool((there == 1).all(axis=1).mean() >= _CROSSED)


def choose_kinds(table: Table, decisions: Decisions, dimensions: Collection[int]) -> frozenset[int]:
    """The rows that do not count where a header says that its column is of the type of each row, and codes below it say
    no more: one type may be what was promised and another what was paid of it, which no reader can know.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = table.kept()
    if not money or len(kept) < _LIST or table.block.headings:
        return frozenset()
    for column in table.columns:
        if column.index in (*money, *dimensions) or column.role not in ("unit", "programme", "account", "unused"):
            continue
        if not _KIND_HEADER.search(column.header) or _PURPOSES.search(column.header):
            continue
        said = column_texts(table.grid, table.block.data[kept], column.index, with_numbers=True)
        groups, counts = np.unique(said.codes, return_counts=True)
        words = [said.words[g] for g in groups.tolist()]
        short = all(0 < len(word) <= _CODE for word in words)
        if not 2 <= len(words) <= _FEW or not short or counts.min() < _OFTEN:
            continue
        amounts = [table.amounts[kept[said.codes == g]][:, money].sum() for g in groups]
        if min(amounts) < 0:
            # What is taken off is no other kind of the same.
            continue
        named = ", ".join(map(repr, words))
        options = [(str(n), f"Rows of {word!r}") for n, word in enumerate(words)]
        if len(words) > 2:
            options += [(f"-{n}", f"All but rows of {word!r}") for n, word in enumerate(words)]
        options += side_options(words)
        choice = table.choice(
            "rows",
            (column.header, "kinds", *words),
            f"Column {column.letter} of {table.grid.name!r} ({column.header[:_LONGEST]!r}) says {named} of each row, "
            "and nothing says what these are. Which rows count? One may be what was promised, another what was paid "
            "of it.",
            (*options, ("all", "All of them, as different money")),
            "",
        )
        taken = decisions.take(choice)
        if not taken.lstrip("-").isdigit():
            tell_sides(table, kept, said.codes == groups[0], taken)
            return frozenset()
        named_one = said.codes == groups[int(taken.lstrip("-"))]
        return frozenset(kept[named_one if taken.startswith("-") else ~named_one].tolist())
    return frozenset()


_KIND_HEADER: Final = re.compile(r"\b(types?|tipo|typ|kinds?|status|stage|phase|measure)\b", re.IGNORECASE)


_LIST: Final = 12


_CODE: Final = 2


_OFTEN: Final = 3


def told_alike(table: Table, words: Sequence[str], groups: Sequence[int]) -> list[list[int]]:
    """Of some words those that no stage, version, year, flow or control tells apart, two or more together.

    What a word leaves unsaid it has in common with the others: a budget that says no version is the original.
    """
    calendar = table.grid.terms.calendar
    phases = stage_words.tell_phases(words)
    said = {
        g: (
            tell_flow(words[g]),
            *phases[words[g]],
            vocabulary.find_control(words[g]),
            tuple(calendar.find_years(words[g])),
        )
        for g in groups
    }
    flows = {flow for flow, *_ in said.values()}
    if DERIVED in flows and flows & {"income", "expenditure"}:
        # What is left of the others is made of them.
        return []
    usual = table.context.stage.value or "budget"
    alike: dict[tuple[object, ...], list[int]] = {}
    for g, (flow, stage, version, control, years) in said.items():
        flow = "" if flow == DERIVED else flow
        alike.setdefault((flow or "expenditure", stage or usual, version or "original", control, years), []).append(g)
    return [each for each in alike.values() if len(each) > 1]


def best_version(words: Sequence[str]) -> str:
    """The version that is proposed: the one approved, else one that names a stage, else the first."""
    approved = next((word for word in words if stage_words.find_version(word) == "original"), "")
    return approved or next((word for word in words if stage_words.find_stage(word)), words[0])


def is_made_of_others(word: str) -> bool:
    """Whether a word that tells rows apart says that they are changes, shares or what is left of others."""
    return bool(says("change", word) or row_words.says_derived_row(word) or row_words.says_share_row(word))


def of_one_year(table: Table, rows: Ints, codes: Ints, groups: Sequence[int]) -> list[list[int]]:
    """Some words in parts that share a year, where a column says the year of each row: the estimate of one year is no
    other version of the budget of the year before.
    """
    years = table.of_role("year")
    if not years:
        return [list(groups)]
    said = column_texts(table.grid, table.block.data[rows], years[0].index, with_numbers=True).codes
    parts: list[tuple[set[int], list[int]]] = []
    for group in groups:
        own = set(said[codes == group].tolist())
        shared = [part for part in parts if part[0] & own]
        parts = [part for part in parts if part not in shared]
        parts.append((own.union(*(part[0] for part in shared)), [*(g for part in shared for g in part[1]), group]))
    return [sorted(words) for _, words in parts if len(words) > 1]


def _tells_stages(column: Column, words: Sequence[str]) -> bool:
    """Whether the words of a column are told apart as the stages, versions or controls of its lines."""
    return column.role == "stage" or (column.role == "control" and all(map(vocabulary.find_control, words)))


def words_of(table: Table, column: Column) -> tuple[list[str], Ints]:
    """The distinct words of a column, and which of them each row of data has, -1 for none."""
    found, places = distinct(table.grid.codes[table.block.data, column.index])
    words = [table.grid.vocabulary[code] for code in found.tolist()]
    return (words[1:], places - 1) if found[0] == 0 else (words, places)
