"""Names of means: what money buys (pay, pensions, supplies) and not what for.

Budgets that list accounts below programmes say the same names under many of them. Such a name tells nothing about the
programme, and its words ("health and welfare insurance", "seguridad social") mislead whoever reads them as a purpose.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from budget_align.core.returns.budget_line import UNIT_SEPARATOR

_SHARE: Final = 0.05
"""A name that stands in more than so many of a body's units, each time below other names, tells of means."""

_LEAST: Final = 5
"""And in at least so many units of one body: a small body's few units say little."""

_BETWEEN: Final = re.compile(rf"{re.escape(UNIT_SEPARATOR)}|\.\s|\.$")
_CODE: Final = re.compile(r"\s\([^()]*\)$")


def find_means(lines: pd.DataFrame) -> frozenset[str]:
    """The names of units, programmes and accounts that tell of means, in small letters.

    Counted within bodies: what twenty councils have one of each is what they are for, and what one council has under
    twenty of its services is not.
    """
    paths = lines[["body", "unit", "programme", "account"]].drop_duplicates()
    units = paths.groupby("body")["unit"].nunique()
    above: dict[str, dict[str, set[tuple[str, ...]]]] = {}
    for body, unit, programme, account in paths.itertuples(index=False):
        names = [name.strip().casefold() for name in (*unit.split(UNIT_SEPARATOR), programme, account) if name]
        for place, name in enumerate(names):
            above.setdefault(name, {}).setdefault(body, set()).add(tuple(names[:place]))
    found = set()
    for name, by_body in above.items():
        count = sum(len(each) for each in by_body.values())
        many = max(len(each) for each in by_body.values()) >= _LEAST
        if many and count > _SHARE * sum(int(units[body]) for body in by_body):
            found.add(name)
    return frozenset(found)


def without_means(text: str, means: frozenset[str]) -> str:
    """The words of a group without the names that tell of means; all of them where nothing else is said."""
    if not means:
        return text
    names = (name.strip() for name in _BETWEEN.split(text))
    left = [name for name in names if name and _CODE.sub("", name).casefold() not in means]
    return ". ".join(left) or text
