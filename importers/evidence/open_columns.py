"""Columns that nothing but the length of their numbers makes codes, as amounts of one size are: what stands beside them
tells, or a person does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import atanh, sqrt
from typing import Final

import numpy as np

from importers.evidence.alternatives import listed, words_of
from importers.evidence.amount_columns import as_amount, find_header_years
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_keys import groups_of
from importers.evidence.column_kinds import KindBelief
from importers.evidence.derived_columns import amounts_of, steps_by, with_changed
from importers.evidence.weights import SURE
from importers.structure.block import Block
from importers.structure.grid import Floats, Grid, Ints
from importers.words import lexicon, row_words, stage_words, vocabulary
from importers.words.relative_years import relative_year

_FEWEST_ROWS: Final = 6
_TOGETHER: Final = 3.3
"""So many deviations from chance, and no fewer, is what two columns have in common that rise and fall together."""

_RISING: Final = 0.9


def tell_by_company(
    grid: Grid, rows: Ints, beliefs: Mapping[int, KindBelief], headers: Mapping[int, str]
) -> dict[int, KindBelief]:
    """The beliefs, those that are open settled by the columns beside them: what stands for several years under one
    name, rises and falls with amounts from row to row, or by them, is money, as no code is.
    """
    told = dict(beliefs)
    sure = any(belief.kind == "money" and belief.money >= SURE for belief in beliefs.values())
    # Beside amounts, what stands for several years may be what was aimed at or counted in them.
    for column in [] if sure else _of_several_years(grid, beliefs, headers):
        told[column] = KindBelief(SURE, "money", "the same stands beside it for other years")
    relative = {column: said for column in beliefs if (said := relative_year(headers[column])) is not None}
    if len({said.offset for said in relative.values()}) > 1:
        # Ratios and shares of such years say so.
        unsaid = [column for column in relative if beliefs[column].kind in ("code", "identifier", "year")]
        told |= dict.fromkeys(unsaid, KindBelief(SURE, "money", "columns of years by how far they are from this one"))
    money = [column for column, belief in beliefs.items() if belief.kind == "money"]
    numbers = np.nan_to_num(grid.numbers[rows])
    for column, belief in beliefs.items():
        if belief.open and any(_move_together(numbers[:, column], numbers[:, each]) for each in money):
            told[column] = KindBelief(SURE, "money", "it rises and falls with the amounts beside it")
        elif belief.open and any(_is_version_of(grid, headers[column], headers[each]) for each in money):
            told[column] = KindBelief(SURE, "money", "it stands under a year, as the amounts beside it do")
        elif belief.open and any(steps_by(numbers[:, column], numbers[:, each]) for each in money):
            told[column] = KindBelief(SURE, "money", "it rises and falls by the amounts beside it")
        if belief.kind != "quantity":
            continue
        name, usual = vocabulary.without_year_and_unit(headers[column]), _usual(numbers[:, column])
        beside = [_usual(numbers[:, each]) for each in money]
        if _STAFF.fullmatch(name) and any(1 / _OF_ONE_SIZE <= usual / each <= _OF_ONE_SIZE for each in beside if each):
            told[column] = _staff_or_their_cost(usual)
        elif usual > _MOST_STAFF and len(beside) >= _MANY and usual > np.median(beside) / _AS_LARGE and _is_name(name):
            told[column] = KindBelief(SURE, "money", "one name among many, over figures as large as theirs")
        elif (
            usual > _MOST_STAFF
            and 0 < len(beside) < _MANY
            and usual > np.median(beside) / _AS_LARGE
            and not _COUNTED.match(name)
            and not any(_says_amounts(grid, headers[each]) for each in money)
        ):
            evidence = "a word for a quantity among names, over figures as large as theirs"
            told[column] = KindBelief(1 - SURE, "quantity", evidence, open=True)
    return told


_MANY: Final = 3
_AS_LARGE: Final = 10
_COUNTED: Final = re.compile(r"\W*((number|no|count)s?\b|population\W*$|average)", re.IGNORECASE)


def _says_amounts(grid: Grid, header: str) -> bool:
    """Whether a header says that amounts stand below it, and does not only name what they are for."""
    said = stage_words.find_stage(header) or vocabulary.says_amount(header) or find_header_years(grid, header)
    return bool(said) or lexicon.says("money", header)


def _is_name(header: str) -> bool:
    """Whether a header has a word for a quantity only within, as the name of what money is spent on may: "Older people
    residential", and not "Older people" or "Number of people helped".
    """
    words = lexicon.fold_words(header).split()
    # The first two words are one of counting where neither by itself is: "number of".
    counts = [lexicon.says("quantity", word) for word in (*words, " ".join(words[:2]))]
    return len(words) > 2 and not (counts[0] or counts[-2] or (counts[-1] and not counts[1]))


def _is_version_of(grid: Grid, header: str, other: str) -> bool:
    """Whether a header says a fiscal year and nothing else but a stage, a version or that it is a total or money, where
    another says a year too.
    """
    if not find_header_years(grid, header) or not find_header_years(grid, other):
        return False
    rest = vocabulary.without_year_and_unit(header)
    said = stage_words.find_stage(rest) or stage_words.find_version(rest) or row_words.says_total(rest)
    return bool(not rest or said or vocabulary.says_amount(rest))


_STAFF: Final = re.compile(r"\W*(employees|staff|personnel|positions|posts|people|workforce)\W*", re.IGNORECASE)
_OF_ONE_SIZE: Final = 4
_MOST_STAFF: Final = 5_000
"""No row of a budget has more staff than this and costs as many pounds."""


def _usual(numbers: Floats) -> float:
    there = np.abs(numbers[numbers != 0])
    return float(np.median(there)) if len(there) else 0.0


def _staff_or_their_cost(usual: float) -> KindBelief:
    """What figures under a word for staff are that are as large as the amounts beside them: what staff cost, unless
    they are small enough for thousands or millions to be as many as people.
    """
    if usual > _MOST_STAFF:
        return KindBelief(SURE, "money", "as large as the amounts beside it, as no count of staff is")
    return KindBelief(
        1 - SURE, "quantity", "a word for staff over figures as large as the amounts beside it", open=True
    )


def _of_several_years(grid: Grid, beliefs: Mapping[int, KindBelief], headers: Mapping[int, str]) -> list[int]:
    """The open columns whose headers say the same, each of another year."""
    series: dict[str, dict[int, list[int]]] = {}
    for column, belief in beliefs.items():
        years = grid.terms.calendar.find_years(headers[column]) if belief.open else []
        if len(years) == 1:
            said = vocabulary.without_year_and_unit(headers[column]).casefold()
            series.setdefault(said, {}).setdefault(years[0], []).append(column)
    return [column for of in series.values() if len(of) > 1 for columns in of.values() for column in columns]


def _move_together(one: Floats, other: Floats) -> bool:
    both = (one > 0) & (other > 0)
    if both.sum() < _FEWEST_ROWS or (np.diff(one[both]) > 0).mean() > _RISING:
        return False
    a, b = np.log(one[both]), np.log(other[both])
    if a.std() == 0 or b.std() == 0:
        return False
    alike = min(float(np.corrcoef(a, b)[0, 1]), 0.999999)
    return alike > 0 and atanh(alike) * sqrt(len(a) - 3) >= _TOGETHER


def choose_open(
    grid: Grid, columns: list[Column], amounts: Mapping[int, Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns of a table of a workbook in which nothing is money for certain, with those that may be as amounts:
    where there is one, whether it is, is a choice, unless its header ends in a word for money and has none for a code;
    of several, which are, is asked as of any that nothing tells apart.

    Args:
        amounts: what each column that may be money is as an amount, by its place.
    """
    if len(amounts) == 1:
        column = next(iter(amounts.values()))
        if lexicon.last_word_says("money", column.header) and not lexicon.says("code", column.header):
            return with_changed(columns, dict(amounts))
        choice = Choice(
            choice_id("amount", shape, column.header, "alone"),
            "amount",
            grid.name,
            key,
            f"Is column {column.letter} of {grid.name!r}, {words_of(column)}, the amount? Its numbers might be codes, "
            "and no other column is money.",
            ((column.letter, "Yes, it is the amount"), (NONE, "No: the table states no money")),
            "",
            column.letter,
        )
        if decisions.take(choice) == NONE:
            return columns
    return with_changed(columns, dict(amounts))


NONE: Final = "none"


def _ask_beside_amounts(
    grid: Grid, columns: list[Column], left: Sequence[Column], decisions: Decisions, key: str, shape: str
) -> list[Column]:
    """The columns, those that may be money beside the amounts as a person says, in one choice for all of them: money of
    its own, the only amount, or none.
    """
    if not left:
        return columns
    several = len(left) > 1
    names = listed([words_of(column) for column in left[:_NAMED]])
    about = (
        f"Are columns {_letters(left)} of {grid.name!r}, {names},"
        if several
        else f"Is column {_letters(left)} of {grid.name!r}, {names},"
    )
    taken = decisions.take(
        Choice(
            choice_id("amount", shape, *(word for column in left for word in (column.letter, column.header))),
            "amount",
            grid.name,
            key,
            f"{about} money of {'their' if several else 'its'} own, beside what the other columns come to?",
            (
                ("leave", "No, leave them out" if several else "No, leave it out"),
                ("count", "Yes, count them too" if several else "Yes, count it too"),
                *(
                    ("+".join(column.letter for column in some), f"Count {_letters(some)} too, and none else of these")
                    for some in _some_of(left)
                ),
                ("alone", f"{'They are' if several else 'It is'} the amount, and the other columns are none"),
            ),
            "leave",
        )
    )
    counted = list(left) if taken in ("count", "alone") else [c for c in left if c.letter in taken.split("+")]
    evidence = "a person says that it is money"
    changed = {
        c.index: replace(as_amount(grid, c), confidence=_SURE_OF_PERSON, evidence=evidence, may_be_money=False)
        for c in counted
    }
    if taken == "alone":
        evidence = f"a person says that column {_letters(left)} is the amount"
        changed |= {
            other.index: replace(other, role="unused", evidence=evidence)
            for other in columns
            if other not in left and other.role in ("amount", "total")
        }
    return with_changed(columns, changed)


_NAMED: Final = 6
_SURE_OF_PERSON: Final = 1.0


def _letters(columns: Sequence[Column]) -> str:
    return listed([column.letter for column in columns])


def _some_of(columns: Sequence[Column]) -> list[list[Column]]:
    """Each of several columns alone, and all but each."""
    if len(columns) < _PAIR:
        return []
    alone = [[column] for column in columns]
    return alone if len(columns) == _PAIR else alone + [[c for c in columns if c is not left] for left in columns]


_PAIR: Final = 2


def _find_open(grid: Grid, block: Block, columns: Sequence[Column]) -> list[Column]:
    """The columns right of labels that only the shape of their cells makes codes, under headers that name none, and
    those of quantities that are as large as the amounts beside them.
    """
    found: list[Column] = []
    for column in columns:
        may_be = column.may_be_money and column.index > min(block.labels, default=column.index)
        named = not column.header or any(lexicon.says(meaning, column.header) for meaning in _NO_MONEY)
        # What is stated of a year is no code, whatever the fund is called.
        named &= not find_header_years(grid, column.header)
        named |= all(lexicon.says("year", word) for word in lexicon.fold_words(column.header).split())
        # "Year to date" and "Month-end projection" name no day and no period.
        named &= not (lexicon.says("cumulative", column.header) or stage_words.find_stage(column.header))
        is_code = column.role.endswith("_code") and not named and (may_be or column.confidence < SURE)
        if is_code or (may_be and column.role == "measure"):
            found.append(column)
    return found


def join_open(grid: Grid, block: Block, columns: list[Column], stage: str) -> list[Column]:
    """The columns, those that may be money beside amounts that nothing tells apart, or several of them beside the only
    amount, as amounts among them: which of all of them count is one choice.
    """
    groups = groups_of(columns, stage) or [[c for c in columns if c.role in ("amount", "total")]]
    if len(groups) != 1 or any(c.fiscal_year or c.stage or c.version or c.role == "total" for c in groups[0]):
        return columns
    first = min((c.index for c in groups[0]), default=0)
    unsure = any(c.confidence < SURE for c in groups[0])
    left = [c for c in _find_open(grid, block, columns) if c.may_be_money and (unsure or c.index > first)]
    left = [c for c in left if c.role != "measure"]
    if len(groups[0]) + len(left) < _FEWEST_ALIKE or not groups[0]:
        return columns
    return with_changed(columns, {c.index: as_amount(grid, c) for c in left})


_FEWEST_ALIKE: Final = 3


def choose_codes(
    columns: list[Column], decisions: Decisions, grid: Grid, block: Block, key: str, shape: str
) -> list[Column]:
    """The columns, those beside an amount that only the shape of their cells makes codes as a person says: figures of
    one length under a header that names no code may be amounts.
    """
    amounts = amounts_of(columns)
    if not amounts:
        return columns
    # Codes stand left of what is money for certain, under no year and no word for money.
    unsure = amounts[0].confidence < SURE
    left = [
        c
        for c in _find_open(grid, block, columns)
        if c.index > amounts[0].index
        or c.role == "measure"
        or (c.may_be_money and (unsure or find_header_years(grid, c.header)))
        or (c.confidence < SURE and c.index in block.values and _names_money(c.header))
        or (c.may_be_money and _is_as_large(grid, block, c, amounts))
    ]
    left += [
        c
        for c in columns
        if c not in left and _is_called_like_a_name(grid, block, c) and _is_as_large(grid, block, c, amounts)
    ]
    # Zeros alone add nothing, whatever they are.
    left = [c for c in left if np.nan_to_num(grid.numbers[block.data, c.index]).any()]
    return _ask_beside_amounts(grid, columns, left, decisions, key, shape)


def _is_called_like_a_name(grid: Grid, block: Block, column: Column) -> bool:
    """Whether a column right of labels was taken for codes by a word that names what has codes, such as "Programme",
    though its numbers are of several lengths, as codes seldom are.
    """
    if not (
        column.by_words and column.role.endswith("_code") and column.index > min(block.labels, default=column.index)
    ):
        return False
    numbers = np.nan_to_num(grid.numbers[block.data, column.index])
    lengths = {len(str(int(number))) for number in np.abs(numbers[numbers != 0]).tolist()}
    return vocabulary.find_role(column.header) in _NAMED_BY_CODES and len(lengths) > 1


_NAMED_BY_CODES: Final = ("body", "unit", "programme", "account")


def _is_as_large(grid: Grid, block: Block, column: Column, amounts: Sequence[Column]) -> bool:
    own, *others = (grid.numbers[block.data, c.index] for c in (column, *amounts))
    return are_as_large(own, others)


def are_as_large(figures: Floats, amounts: Sequence[Floats]) -> bool:
    """Whether nearly each of some figures stands once, and they are as large as one of several columns of amounts:
    numbers of papers and of parties seldom are.
    """
    sizes = [np.abs(np.nan_to_num(each)) for each in (figures, *amounts)]
    usual, *others = (float(np.median(each[each > 0])) if each.any() else 0.0 for each in sizes)
    own = sizes[0][sizes[0] > 0]
    if not len(own) or len(np.unique(own)) < _MOSTLY_ONCE * len(own):
        return False
    return any(other / _AS_LARGE <= usual <= other * _AS_LARGE for other in others)


_MOSTLY_ONCE: Final = 0.9


def _names_money(header: str) -> bool:
    return lexicon.says("money", header) or bool(stage_words.find_stage(header))


_NO_MONEY: Final[tuple[lexicon.Meaning, ...]] = (
    "code",
    "identifier",
    "day",
    "period",
    "quantity",
    "ratio",
    "rate",
)
"""What a header says of a column that is none; a year among other words may be that of an amount: "Year end"."""
