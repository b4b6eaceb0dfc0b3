"""Names of rows that end in a measure: "Libraries - Budget" over "Libraries - Actual" states the same thing twice."""

from __future__ import annotations

from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.row_dimensions import tell_flow
from importers.readings.row_kinds import best_version, is_made_of_others
from importers.readings.row_versions import near_groups
from importers.readings.table import Table
from importers.words import stage_words

_MARKS: Final = (" - ", " – ", " — ", " | ", " / ", ": ", ", ")
_FEWEST: Final = 4
_FEW: Final = 4
_LONGEST: Final = 40
_NEARLY_ALL: Final = 0.95


def choose_endings(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows whose names end in a measure that does not count, as places in the rows of data, where each name stands
    once with each of a few ends that are measures: changes and shares never count, which of the others do is a choice.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = table.kept()
    named = [c for c in table.of_role("programme") if c.index in table.block.labels]
    if not money or len(named) != 1 or len(kept) < 2 * _FEWEST:
        return frozenset()
    said = table.block.texts(table.grid, named[0].index, with_numbers=False).at(kept)
    parted = [_part(word) for word in said.words]
    if not all(parted[code][1] for code in said.used):
        return frozenset()
    names = np.array([name for name, _ in parted])[said.codes]
    ends = np.array([end for _, end in parted])[said.codes]
    words, codes = np.unique(ends, return_inverse=True)
    if not 2 <= len(words) <= _FEW or max(map(len, words.tolist())) > _LONGEST:
        return frozenset()
    key = np.unique(names, return_inverse=True)[1].astype(np.int64)
    for other in table.columns:
        if other.index != named[0].index and (other.index in table.block.labels or other.role == "year"):
            place = table.block.texts(table.grid, other.index, with_numbers=True).codes[kept]
            key = np.unique(key * (int(place.max()) + 1) + place, return_inverse=True)[1]
    there = np.zeros((int(key.max()) + 1, len(words)), dtype=np.int64)
    np.add.at(there, (key, codes), 1)
    if len(there) < _FEWEST or (there == 1).all(axis=1).mean() < _NEARLY_ALL:
        return frozenset()
    # In the order in which they stand.
    order = sorted(range(len(words)), key=lambda g: int(np.argmax(codes == g)))
    made = [g for g in order if is_made_of_others(words[g])]
    groups = [g for g in order if g not in made]
    if {tell_flow(words[g]) for g in groups} & {"income", "financing"}:
        return frozenset()
    sums = np.zeros((len(words), len(there)), dtype=np.float64)
    np.add.at(sums, (codes, key), table.amounts[kept][:, money].sum(axis=1))
    measures = all(
        stage_words.says_basis(words[g]) or stage_words.find_stage(words[g]) or stage_words.find_version(words[g])
        for g in groups
    )
    if not measures and not near_groups(sums, there.T):
        return frozenset()
    left = {int(kept[p]) for g in made for p in np.flatnonzero(codes == g)}
    if len(groups) < 2:
        return frozenset(left)
    called = [str(words[g]) for g in groups]
    choice = table.choice(
        "rows",
        ("endings", *called),
        f"The names of {table.grid.name!r} end in {', '.join(map(repr, called))}, each once, and so state the same "
        "things again. Which of them counts?",
        (
            *((str(n), f"Rows that end in {word!r}") for n, word in enumerate(called)),
            ("all", "All of them, as different money"),
        ),
        str(called.index(best_version(called))),
    )
    taken = decisions.take(choice)
    if taken != "all":
        left |= {int(kept[p]) for n, g in enumerate(groups) if str(n) != taken for p in np.flatnonzero(codes == g)}
    return frozenset(left)


def _part(word: str) -> tuple[str, str]:
    """A name without its last part, and that part, which a mark or brackets set apart; "" for one that has none.

    >>> _part("Roads - Budget"), _part("Roads (Budget)"), _part("Roads")
    (('Roads', 'Budget'), ('Roads', 'Budget'), ('Roads', ''))
    """
    word = word.strip()
    if word.endswith(")") and "(" in word:
        place, length = word.rfind("("), 1
        word = word[:-1]
    else:
        place, length = max((word.rfind(mark), len(mark)) for mark in _MARKS)
    name, end = word[:place].strip(), word[place + length :].strip()
    return (name, end) if place > 0 and name and end else (word, "")
