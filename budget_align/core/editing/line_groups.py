"""Groups of lines that one rule can settle, for those who decide what serves what: largest money first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.rules.condition import Condition
from budget_align.core.rules.counterparts import counts
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.arrays import Booleans

Grain = Literal["directorate", "unit", "programme", "account"]
GRAINS: Final[dict[Grain, str]] = {
    "directorate": "Directorates",
    "unit": "Units",
    "programme": "Programmes",
    "account": "Accounts",
}
"""How fine groups are, from the widest; lines that say nothing of a field are grouped by the next that they fill."""

_KEYS: Final[dict[Grain, list[str]]] = {
    "directorate": ["body", "unit"],
    "unit": ["body", "unit"],
    "programme": ["body", "unit", "programme_code", "programme"],
    "account": ["body", "unit", "programme_code", "programme", "account_code", "account"],
}
_WORDS: Final = ("unit", "programme", "account", "description")
_NAMING: Final = ("body", "unit", "programme_code", "programme", "account_code", "account", "description")
_LONGEST: Final = 1_500


@dataclass(frozen=True)
class LineGroup:
    """Lines that share what `when` asks.

    Attributes:
        label: what they have in common, in the words of the workbook.
        lines: how many of all stages and years.
        amount: minor units of the stage and year that is shown.
        words: what the workbook says of them, for suggestions.
        programmes: some of their programmes, largest first.
    """

    body: str
    label: str
    when: tuple[Condition, ...]
    lines: int
    amount: int
    words: str
    programmes: tuple[str, ...]


def group_lines(
    index: LineIndex,
    wanted: Booleans,
    shown: Booleans,
    grain: Grain = "unit",
    *,
    limit: int | None = None,
) -> tuple[list[LineGroup], int]:
    """The groups of some lines, by the size of their money in one stage and year, and how many there are.

    Args:
        wanted: which lines, shape (lines,); memo lines that do not count are left out.
        shown: those of the stage and year, shape (lines,).
        grain: how fine.
        limit: how many groups to return, the largest; all without.
    """
    places = np.flatnonzero(wanted & counts(index))
    if not len(places):
        return [], 0
    lines = index.lines[[*_NAMING, "amount"]].iloc[places]
    keys = lines[_KEYS[grain]].copy()
    if grain == "directorate":
        keys["unit"] = keys["unit"].str.split(UNIT_SEPARATOR).str[0]
    if grain in ("directorate", "unit"):
        # A line without a unit is named by its programme, or nothing would tell it from the rest of its body.
        for name in ("programme_code", "programme"):
            keys[name] = lines[name].where(lines["unit"] == "", "")
    number = keys.groupby(list(keys.columns), sort=True, dropna=False).ngroup().to_numpy()
    amounts = np.where(shown[places], lines["amount"].to_numpy(dtype=np.int64), 0)
    sums = np.zeros(number.max() + 1, dtype=np.int64)
    np.add.at(sums, number, amounts)
    largest = np.argsort(-np.abs(sums), kind="stable")[:limit]
    by_group = np.argsort(number, kind="stable")
    begins = np.searchsorted(number[by_group], np.arange(len(sums) + 1))
    said = {name: lines[name].to_numpy(dtype=object) for name in _WORDS}
    key_of = {name: keys[name].to_numpy(dtype=object) for name in keys.columns}
    groups = []
    for each in largest.tolist():
        mine = by_group[begins[each] : begins[each + 1]]
        key = {name: str(texts[mine[0]]) for name, texts in key_of.items()}
        words = {name: texts[mine].tolist() for name, texts in said.items()}
        groups.append(_make(key, words, amounts[mine].tolist(), grain))
    return groups, len(sums)


def _make(key: dict[str, str], words: dict[str, list[str]], amounts: list[int], grain: Grain) -> LineGroup:
    """A group of lines, by what they have in common, what each of them says, and its amount."""
    when = []
    for field, text in key.items():
        # A programme that has a code is told by it: names are reworded from year to year.
        if text and not (field in ("programme", "account") and key.get(f"{field}_code")):
            under = field == "unit" and grain == "directorate"
            when.append(Condition(field=field, verb="under" if under else "equals", words=(text,)))
    by_programme: dict[str, int] = {}
    for name, amount in zip(words["programme"], amounts, strict=True):
        by_programme[name] = by_programme.get(name, 0) + abs(amount)
    largest = sorted(by_programme, key=lambda name: -by_programme[name])
    parts = (key.get("unit", ""), _named(key, "programme"), _named(key, "account"))
    label = UNIT_SEPARATOR.join(part for part in parts if part)
    programmes = tuple(name for name in largest[:4] if name)
    # Names say more of what the money is for than the sentences that describe it, so they are said again.
    names = [key["body"], *(text for text in (label, *programmes) if text)]
    said: dict[str, None] = {}
    for texts in words.values():
        said.update(dict.fromkeys(texts))
    return LineGroup(
        body=key["body"],
        label=label or "Without a unit or a programme",
        when=tuple(when),
        lines=len(amounts),
        amount=sum(amounts),
        words=". ".join([*names, *names, *(text for text in said if text)])[:_LONGEST],
        programmes=programmes,
    )


def _named(key: dict[str, str], field: str) -> str:
    """A field's name with its code, since two codes may have one name."""
    name, code = key.get(field, ""), key.get(f"{field}_code", "")
    return f"{name} ({code})" if name and code else name or code
