"""Columns of few words that say of each row which way its money goes, on which side of a ledger it stands, or in which
currency it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from budget_align.core.returns.reading import Role
from budget_align.core.values.currency_symbols import WEAK
from budget_align.core.values.money import currency_of_symbol
from budget_align.core.values.sides import side_of
from importers.evidence.column import Column
from importers.structure.block import Block
from importers.structure.grid import Grid, Kind
from importers.words import flow_pairs, flow_words, lexicon, row_words, stage_words, vocabulary
from importers.words.currency_words import place_currency

_WORDS: Final = 12
_LONGEST: Final = 40
_REPEATED: Final = 8

_DERIVED: Final = frozenset(
    (
        *("net", "balance", "difference", "surplus", "deficit", "netto", "saldo", "neto", "solde"),
        *(
            "excedent",
            "excedente",
            "superavit",
            "ueberschuss",
            "fehlbetrag",
            "avanzo",
            "disavanzo",
            "overschot",
            "tekort",
        ),
    )
)

_EITHER_OF_TWO: Final = frozenset(("or", "ou", "oder", "of", "o"))

DERIVED: Final = "derived"
"""What a word says of a row whose figure is made of others, such as the net of spending and income."""


@dataclass(frozen=True)
class RowDimension:
    """What a column of labels says of each row, and how each of its words is meant."""

    role: Role
    meant: dict[str, str]
    evidence: str


def find_dimension(grid: Grid, block: Block, column: int, header: str) -> RowDimension | None:
    """The dimension that a column of labels is; None where its words are names."""
    codes, counts = grid.counted(block.data, column)
    words = [grid.vocabulary[code] for code in codes.tolist() if code]
    if not words or len(words) > _WORDS or max(map(len, words)) > _LONGEST:
        return None
    short = (
        _pair_of_flows(words, header) | _gross_flows(words) | _costs_beside_income(words) | _said_loosely(words, header)
    ) or _left_of_two(grid, block, column, words)
    blank = int(counts[codes == 0].sum()) if 0 in codes else 0
    if blank and all(side_of(word) == "credit" for word in words) and _stands_beside(block, column):
        said = ", ".join(map(repr, words[:4]))
        return RowDimension("side", dict.fromkeys(words, "credit"), f"{said} beside some amounts and nothing else")
    few = blank * 2 > len(block.data) and grid.kinds[block.data, column].tolist().count(Kind.TEXT) < 3
    # A column of currencies may name those alone that are not the usual one.
    if few and not lexicon.says("currency", header):
        return None
    for role, mean in (
        ("currency", lambda word: _currency(grid, word, header)),
        ("side", side_of),
        ("flow", lambda word: tell_flow(word) or short.get(word, "")),
    ):
        meant = {word: mean(word) for word in words}
        if all(meant.values()) and _is_whole(role, set(meant.values()), header):
            said = ", ".join(repr(word) for word in words[:4])
            return RowDimension(role, meant, f"its words say the {role} of each row: {said}")  # type: ignore[arg-type]
    return None


def _stands_beside(block: Block, column: int) -> bool:
    return column + 1 in block.values or column - 1 in block.values


def _pair_of_flows(words: Sequence[str], header: str) -> dict[str, str]:
    """The flow that each of two words stands for where they are a pair of spending and income, or short for it: D and R
    under "Sens". One letter may be anything, so that the header has to say so.
    """
    both = lexicon.says("income", header) and lexicon.says("expenditure", header)
    return flow_pairs.tell_pair(words, may_be_letters=both or lexicon.says("flow", header))


def _gross_flows(words: Sequence[str]) -> dict[str, str]:
    """What is gross, beside income and what is left of the two, is spent."""
    if {tell_flow(word) for word in words} != {"income", DERIVED, ""}:
        return {}
    return {word: "expenditure" for word in words if lexicon.fold_words(word).split()[:1] == ["gross"]}


def _costs_beside_income(words: Sequence[str]) -> dict[str, str]:
    """What is called costs and nothing else, beside what is received, is spent."""
    if not {"income"} <= {tell_flow(word) for word in words} <= {"income", DERIVED, ""}:
        return {}
    return {word: "expenditure" for word in words if lexicon.fold_words(word) in _COSTS}


def _left_of_two(grid: Grid, block: Block, column: int, words: Sequence[str]) -> dict[str, str]:
    """The one word that names no flow, beside what is received and what is spent, where its rows state in most columns
    what the two rows before them leave or make, whatever it is called.
    """
    flows = {word: tell_flow(word) for word in words}
    others = [word for word, flow in flows.items() if not flow]
    if len(others) != 1 or not {"income", "expenditure"} <= set(flows.values()):
        return {}
    numbers = grid.numbers[:, list(block.values)]
    last: dict[str, int] = {}
    fits: list[bool] = []
    for row, word in zip(block.data.tolist(), grid.said(block.data.tolist(), column), strict=True):
        flow = flows.get(word, "")
        if flow in ("income", "expenditure"):
            last[flow] = row
        elif word == others[0] and len(last) == _TWO:
            one, other, left = (np.abs(numbers[each]) for each in (last["income"], last["expenditure"], row))
            made = np.isclose(np.abs(one - other), left, rtol=1e-9) | np.isclose(one + other, left, rtol=1e-9)
            stated = np.isfinite(one) & np.isfinite(other) & np.isfinite(left)
            fits.append(bool(stated.any()) and 2 * int((made & stated).sum()) > int(stated.sum()))
            last = {}
    return {others[0]: DERIVED} if len(fits) >= _TURNS_LEFT and all(fits) else {}


_TWO: Final = 2
_TURNS_LEFT: Final = 3


_COSTS: Final = frozenset(
    ("cost", "costs", "kosten", "cout", "couts", "coste", "costes", "costo", "costos", "custo", "custos", "costi")
)


def _said_loosely(words: Sequence[str], header: str) -> dict[str, str]:
    """The flow of which each word under a header such as "Direction" speaks, whatever else it says."""
    if not lexicon.says("flow", header):
        return {}
    said = {word: [flow for flow in _FLOWS if flow_words.may_say_flow(flow, word)] for word in words}
    return {word: flows[0] for word, flows in said.items() if len(flows) == 1}


_FLOWS: Final[tuple[lexicon.Meaning, ...]] = ("income", "expenditure", "financing")


def _is_whole(role: str, meant: set[str], header: str) -> bool:
    """Whether words mean a dimension and not names that happen to be in it."""
    if role == "flow":
        named = flow_words.find_flow(header) or lexicon.says("flow", header)
        return {"income", "expenditure"} <= meant or ("financing" in meant and len(meant) > 1 and bool(named))
    if role == "side":
        return meant == {"debit", "credit"}
    return True


def _currency(grid: Grid, word: str, header: str) -> str:
    if lexicon.says("currency", header):
        home = grid.terms.currency.code
        # One letter is short for the currency that everybody has.
        short = home if len(word) == 1 and home.startswith(word.upper()) else ""
        return short or currency_of_symbol(word, grid.terms.currency) or place_currency(word, grid.terms.currency)[0]
    # A letter may stand for anything.
    is_sign = len(word) <= 4 and not word.islower() and word not in WEAK
    named = currency_of_symbol(word, grid.terms.currency) if is_sign else ""
    return named if named in _COMMON or not (len(word) == 3 and word.isalpha()) else ""


_COMMON: Final = frozenset({"GBP", "EUR", "USD", "CAD", "AUD", "CHF", "JPY", "INR", "ZAR", "NGN", "KES", "PLN", "CZK"})


def tell_flow(word: str) -> str:
    """The flow that one word for a row names, or `DERIVED`; empty where it names neither.

    >>> tell_flow("Revenues"), tell_flow("Expense"), tell_flow("Net"), tell_flow("Ausgaben"), tell_flow("Roads")
    ('income', 'expenditure', 'derived', 'expenditure', '')
    >>> tell_flow("Surplus (déficit)"), tell_flow("Surplus or deficit"), tell_flow("Deficit reduction grant")
    ('derived', 'derived', '')
    """
    folded = lexicon.fold_words(word)
    words = folded.split()
    named = [each for each in words if each not in _EITHER_OF_TWO]
    if (
        (named and _DERIVED.issuperset(named))
        or (words[:1] == ["net"] and len(words) <= 3)
        or any(map(_NETTO.match, words))
    ):
        return DERIVED
    return flow_words.find_flow(word)


_NETTO: Final = re.compile(r"netto(?!$)")
"""What income leaves to be spent, in one word, as "Nettoudgift" and "Nettokosten" say it."""


def goes_with_stages(word: str) -> bool:
    """Whether a word that is no stage itself may stand among such: it says a measure, or what leads to another."""
    return stage_words.says_basis(word) or lexicon.says("change", word)


def names_stage(word: str) -> bool:
    """Whether a word for a row names the stage or version of its amounts."""
    return bool(stage_words.find_stage(word) or stage_words.find_version(word))


def speaks_of_phases(header: str) -> bool:
    """Whether a header says that what stands below it are stages or versions of amounts.

    >>> speaks_of_phases("Budget phase"), speaks_of_phases("Scenario"), speaks_of_phases("Region")
    (True, True, False)
    """
    return vocabulary.find_role(header) == "stage" or "phase" in lexicon.fold_words(header).split()


def headings_are_stages(grid: Grid, block: Block) -> bool:
    """Whether a table begins with a heading that names a stage or version, every heading over its rows names one, and
    no two the same: "Budget" over the rows of it, "Forecast" over the same rows again.
    """
    headings = block.headings
    if len(headings) < 2 or headings[0] > block.data[0]:
        return False
    said = [[grid.text(row, c) for c in block.columns if grid.text(row, c)] for row in headings]
    if not all(len(texts) == 1 and len(texts[0]) <= _LONGEST for texts in said):
        return False
    meant = [(stage_words.find_stage(text), stage_words.find_version(text)) for (text,) in said]
    return all(stage for stage, _ in meant) and len(set(meant)) == len(meant)


def names_hold_years(grid: Grid, block: Block, columns: Sequence[Column]) -> bool:
    """Whether the name of every line ends in its year, and the same names stand again under another: "Roads 2023-24",
    "Roads 2024-25".
    """
    named = next((c for c in columns if c.role == "programme"), None)
    if named is None or any(c.role in ("year", "stage") for c in columns):
        return False
    words = grid.words(block.data, [named.index])
    lines = [word for word in words if not row_words.says_total(word)]
    if len(lines) < _NAMES or not all(map(_ENDS_IN_YEAR.search, lines)):
        return False
    years = [grid.terms.calendar.find_years(word) for word in lines]
    if not all(len(year) == 1 for year in years):
        return False
    names = Counter(vocabulary.without_year_and_unit(word) for word in lines)
    again = sum(count > 1 for count in names.values())
    return len({year[0] for year in years}) > 1 and again > 1 and 2 * again > len(names) and "" not in names


_NAMES: Final = 4

_ENDS_IN_YEAR: Final = re.compile(r"\d\W*$")
"""Series 2010A is named after a year and no amount of it."""


def repeats_under_headings(grid: Grid, block: Block, column: int) -> list[str]:
    """The words of a column of labels that stand again under nearly every heading, as "estimate" and "request" do under
    the name of each body; none where its rows are named otherwise.
    """
    first = min(block.values, default=0)
    headings = block.headings
    if column > first or len(block.data) < 4 or not headings or headings_are_stages(grid, block):
        return []
    data = block.data.tolist()
    codes = grid.codes[block.data, column]
    if len({grid.vocabulary[code] for code in np.unique(codes).tolist()} - {""}) > _REPEATED:
        return []
    if codes.all():
        words = [grid.vocabulary[code] for code in codes.tolist()]
    else:
        words = [grid.text(row, column) for row in data]
    distinct = list(dict.fromkeys(word for word in words if word))
    if not 2 <= len(distinct) <= _REPEATED or len(distinct) * 2 > len(data) or words.count("") > 1 + len(words) // 20:
        return []
    order = {word: place for place, word in enumerate(distinct)}
    apart = np.concatenate([[True], np.diff(block.data) > 1]).tolist()
    blocks: list[list[str]] = []
    headed = 0
    for word, under_heading in zip(words, apart, strict=True):
        # A blank row or a note inside a block does not end it: only its words beginning anew do.
        if word and (not blocks or order[word] <= order[blocks[-1][-1]]):
            headed += bool(blocks) and under_heading
            blocks.append([])
        if word:
            blocks[-1].append(word)
    usual, alike = Counter(map(tuple, blocks)).most_common(1)[0]
    flows = [tell_flow(word) for word in usual]
    if any(map(row_words.says_total, usual)) or _are_years_of_names(grid, block, headings, usual):
        return []
    if {"expenditure", DERIVED} <= set(flows) and not all(flows):
        # What is spent on this and that, all of it, and what income leaves of it: a statement under each heading.
        return []
    return list(usual) if alike >= 2 and alike >= 0.6 * len(blocks) and min(headed, len(headings)) >= alike - 1 else []


def repeats_in_turn(grid: Grid, block: Block, column: int, header: str) -> list[str]:
    """The words of a column of labels that stand one after another below every name left of it, as "commitments" and
    "cash" do, each time in the same order; none where its rows are named otherwise. Parts of what is named may stand so
    too: such a column has a header, and none of its words says that it is part of another.
    """
    others = [c for c in block.labels if c < column]
    if not others or len(block.data) < _LEAST_IN_TURN:
        return []
    words = grid.said(block.data, column)
    distinct = list(dict.fromkeys(word for word in words if word))
    if not 2 <= len(distinct) <= _REPEATED or words.count("") > 1 + len(words) // 20:
        return []
    if any(map(row_words.says_total, distinct)) or (header.strip() and not any(map(_is_part, distinct))):
        return []
    named = grid.filled[np.ix_(block.data, np.array(others))].any(axis=1).tolist()
    turns: list[list[str]] = []
    for word, begins in zip(words, named, strict=True):
        if begins or not turns:
            turns.append([])
        turns[-1].append(word)
    usual, alike = Counter(map(tuple, turns)).most_common(1)[0]
    is_so = alike >= _TURNS and alike >= _IN_TURN * len(turns) and 2 <= len(usual) == len(set(usual))
    return list(usual) if is_so else []


def _is_part(word: str) -> bool:
    return row_words.says_of_which(word)


_LEAST_IN_TURN: Final = 8
_TURNS: Final = 4
_IN_TURN: Final = 0.8


def _are_years_of_names(grid: Grid, block: Block, headings: Sequence[int], words: Sequence[str]) -> bool:
    """Whether headings are years, and the words under each what the money of that year is for, not its versions."""
    calendar = grid.terms.calendar
    said = [next((grid.text(row, c) for c in block.columns if grid.text(row, c)), "") for row in headings]
    texts = [text for text in said if text]
    if not texts or not all(map(calendar.find_years, texts)):
        return False
    return not any(
        stage_words.find_stage(word)
        or stage_words.find_version(word)
        or tell_flow(word)
        or lexicon.says("change", word)
        or "version" in lexicon.fold_words(word).split()
        for word in words
    )
