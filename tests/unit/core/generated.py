"""Budgets, mappings and measures of all kinds, for properties that hold of any."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from budget_align.core.rules.drivers import SCHEMA as DRIVERS
from budget_align.core.rules.drivers import check_drivers
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.money import MAXIMUM
from tests.unit.core.lines import lines

OUTCOMES = ["health", "homes", "schools", "nature"]
BODIES = ["A", "B", "C"]
PROGRAMMES = ["roads", "rail", "rent"]
UNITS = ["Ways", "Ways ▸ North", "Homes"]
LARGE = MAXIMUM // 10
"""So large that thirty of them still stay within exact sums."""


amounts = st.one_of(st.integers(-500, 500), st.integers(-LARGE, LARGE), st.just(0))


@st.composite
def shares(draw: st.DrawFn) -> dict[str, int]:
    """Shares over some outcomes, whole or leaving a rest."""
    chosen = draw(st.lists(st.sampled_from(OUTCOMES), unique=True, max_size=4))
    rest, given_out = WHOLE, {}
    for outcome in chosen:
        part = draw(st.integers(1, rest)) if rest else 0
        if part:
            given_out[outcome] = part
        rest -= part
    return given_out


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    when: dict[str, Any] = {"body": draw(st.lists(st.sampled_from(BODIES), min_size=1, unique=True))}
    if draw(st.booleans()):
        verb = draw(st.sampled_from(["prefix", "contains", "pattern"]))
        when["programme"] = {verb: draw(st.sampled_from(["r", "ra", "ren"]))}
        if draw(st.booleans()):
            when["programme"] = {"not": when["programme"]}
    if draw(st.booleans()):
        when["unit"] = {"under": draw(st.sampled_from(UNITS))}
    return when


@st.composite
def mappings(draw: st.DrawFn, *, overheads: bool = True) -> Mapping:
    """Rules of every kind in any order."""
    rules = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["to", "to", "driver", "follows", "none"] if overheads else ["to"]))
        split: dict[str, Any] = {"none": "on purpose"}
        if kind == "driver":
            split = {"driver": "cases"}
        elif kind == "follows":
            split = {"follows": draw(st.sampled_from(["unit", "body", "all"]))}
            split |= {"driver": "staff"} if draw(st.booleans()) else {}
        elif kind == "to" and (to := draw(shares())):
            split = {"to": {code: Decimal(part) / 10_000 for code, part in to.items()}}
        year = {"first_year": 2026} if draw(st.integers(0, 4)) == 0 else {}
        rules.append(Rule(id=f"rule-{number}", when=draw(conditions()), why="w", **split, **year))
    way = draw(st.sampled_from(["direct", "step-down"]))
    return Mapping(name="m", title="M", framework="f", author="us", rules=tuple(rules), overheads=way)


@st.composite
def measures(draw: st.DrawFn) -> pd.DataFrame:
    """Staff by unit, and cases by outcome, for some bodies, units and years."""
    rows = []
    for year in (2025, 2026):
        for body in draw(st.lists(st.sampled_from(["", *BODIES]), unique=True)):
            for unit in draw(st.lists(st.sampled_from(["", *UNITS]), unique=True)) if body else [""]:
                number = st.integers(0, 50).map(lambda each: each / 2)
                rows.append(("staff", year, body, unit, "", draw(number)))
                for outcome in draw(st.lists(st.sampled_from(OUTCOMES), unique=True)):
                    rows.append(("cases", year, body, unit, outcome, draw(number)))
    return check_drivers(pd.DataFrame(rows, columns=list(DRIVERS)).astype(DRIVERS))


budgets = st.lists(
    st.fixed_dictionaries(
        {
            "body": st.sampled_from(BODIES),
            "programme": st.sampled_from(PROGRAMMES),
            "unit": st.sampled_from(["", *UNITS]),
            "fiscal_year": st.sampled_from([2025, 2026]),
            "amount": amounts,
            "memo": st.booleans(),
        }
    ),
    max_size=30,
).map(lambda rows: lines(*rows))
