"""The mapping engine, measured; run by `make bench`.

Seconds are those of the machine; ratios and exponents hold elsewhere.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.editing.changes import find_effect, takes
from budget_align.core.returns.budget_line import SCHEMA
from budget_align.core.rules.drivers import SCHEMA as DRIVERS
from budget_align.core.rules.drivers import check_drivers
from budget_align.core.rules.mapping import Mapping, Rule
from tests.benchmarks.budgets import budget
from tests.benchmarks.stopwatch import best
from tests.unit.core.lines import allocate, index_of


def rules(count: int = 500) -> tuple[Rule, ...]:
    """Rules over 100 outcomes, three shares each, that look at a programme and keep one body out."""
    return tuple(
        Rule.model_validate(
            {
                "id": f"r{i}",
                "when": {"programme": f"programme {i:03d}", "body": {"not": f"body {i % 20:03d}"}},
                "to": {f"o{(i + j) % 100}": 30 for j in range(3)},
                "why": "w",
            }
        )
        for i in range(count)
    )


def mapping(*made: Rule, overheads: str = "direct") -> Mapping:
    return Mapping(name="m", title="M", framework="f", author="us", rules=made, overheads=overheads)


def test_allocation_grows_with_the_lines() -> None:
    whole = mapping(*rules())
    sizes = [10_000, 100_000, 1_000_000, 3_000_000]
    seconds = []
    for size in sizes:
        lines = budget(size)
        seconds.append(best(lambda lines=lines: allocate(lines, whole), 2))
        print(f"\nallocate {size:>9,} lines × 500 rules × 100 outcomes: {seconds[-1]:.2f} s", end="")
        found = allocate(lines, whole)
        assert int(found["amount"].sum()) == int(lines["amount"].sum())
    power = math.log(seconds[-1] / seconds[1]) / math.log(sizes[-1] / sizes[1])
    print(f"\nfrom 100,000 to 3,000,000 lines: seconds grow as lines to the power {power:.2f}")


@pytest.mark.parametrize("way", ["step-down", "reciprocal"])
def test_overheads_of_two_thousand_cost_centres(way: str) -> None:
    """2,000 overhead centres that give to each other and to 500 others, by a driver."""
    random = np.random.default_rng(2026)
    pools = [{"unit": f"pool {i:04d}", "programme": "overhead"} for i in range(2_000)]
    centres = [{"unit": f"centre {i:03d}", "programme": f"programme {i % 100:02d}"} for i in range(500)]
    count = len(pools) + len(centres)
    fixed = {"flow": "expenditure", "stage": "budget", "version": "original", "fiscal_year": 2026, "row": 1}
    blank = dict.fromkeys(SCHEMA, "") | fixed | {"memo": False, "body": "A"}
    rows = [{**blank, **row, "line_id": str(i)} for i, row in enumerate([*pools, *centres])]
    lines = pd.DataFrame(rows).assign(amount=random.integers(10**4, 10**9, count)).astype(SCHEMA)
    made = [
        Rule.model_validate(
            {"id": f"o{i}", "when": {"programme": f"programme {i:02d}"}, "to": {f"o{i}": 100}, "why": "w"}
        )
        for i in range(100)
    ]
    overhead = Rule.model_validate(
        {"id": "pools", "when": {"programme": "overhead"}, "follows": "body", "driver": "staff", "why": "w"}
    )
    staff = [("staff", 2026, "A", row["unit"], "", float(random.integers(1, 90))) for row in [*pools, *centres]]
    measures = check_drivers(pd.DataFrame(staff, columns=list(DRIVERS)).astype(DRIVERS))
    whole = mapping(overhead, *made, overheads=way)
    index = index_of(lines)
    decided = index.decide(whole)
    seconds = best(lambda: depending_shares(index, whole, decided, measures), 2)
    shares = depending_shares(index, whole, decided, measures)
    found = allocate(lines, whole, shares=shares)
    given_out = found.loc[found["kind"] == "overhead", "amount"].sum()
    assert given_out == lines.loc[lines["programme"] == "overhead", "amount"].sum()
    print(f"\n{way} overheads of 2,000 cost centres over 100 outcomes: {seconds:.2f} s")


def test_preview_of_a_changed_rule() -> None:
    lines = budget(100_000)
    index = index_of(lines)
    before = mapping(*rules())
    shown = (lines["fiscal_year"] == 2026).to_numpy()
    find_effect(index, before, before, shown)
    turn = iter(range(100))

    def preview() -> None:
        changed = before.rules[7].model_copy(update={"to": {"o5": 600_000 + next(turn)}})
        after = before.model_copy(update={"rules": (*before.rules[:7], changed, *before.rules[8:])})
        find_effect(index, before, after, shown)
        takes(index, after, shown)

    print(f"\npreview of a changed rule on 100,000 lines × 500 rules: {best(preview, 5) * 1000:.0f} ms")
