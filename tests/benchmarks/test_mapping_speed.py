"""The mapping engine and its suggestions, measured; run by `make bench`.

Seconds are those of the machine; ratios, exponents and accuracies hold elsewhere.
"""

from __future__ import annotations

import math
import time

import numpy as np
import pandas as pd
import pytest

from budget_align.core.allocation.overheads import depending_shares
from budget_align.core.editing.changes import find_effect, takes
from budget_align.core.editing.line_groups import LineGroup, group_lines
from budget_align.core.editing.suggestion import NONE, Example, Suggester
from budget_align.core.frameworks.framework import Framework
from budget_align.core.returns.budget_line import SCHEMA
from budget_align.core.rules.drivers import SCHEMA as DRIVERS
from budget_align.core.rules.drivers import check_drivers
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.matching import NO_RULE
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.terms import UK
from budget_align.services.frameworks import catalogue
from importers import read_workbook
from tests.benchmarks.stopwatch import best
from tests.unit.core.lines import allocate, index_of


def budget(count: int) -> pd.DataFrame:
    """Lines of 20 bodies, 300 units, 500 programmes and four years."""
    random = np.random.default_rng(2026)
    text = {name: pd.array([""] * count, dtype="str") for name, dtype in SCHEMA.items() if dtype == "str"}

    def pick(stem: str, kinds: int) -> pd.Index:
        return pd.Index([f"{stem} {i:03d}" for i in range(kinds)], dtype="str").take(random.integers(0, kinds, count))

    return pd.DataFrame(
        {
            **text,
            "line_id": pd.Index(np.arange(count)).astype("str"),
            "body": pick("body", 20),
            "unit": pick("unit", 300),
            "programme": pick("programme", 500),
            "flow": "expenditure",
            "stage": "budget",
            "version": "original",
            "fiscal_year": random.integers(2024, 2028, count),
            "amount": random.integers(-(10**9), 10**10, count),
            "memo": False,
            "row": np.int64(1),
        }
    ).astype(SCHEMA)


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


Known = tuple[LineGroup, dict[str, int], str]


def test_suggestions_on_the_scottish_budget(scottish_budget: bytes) -> None:
    """Portfolios left out in turn; approvals come from the other portfolios, or in the queue's order from all."""
    lines = read_workbook(scottish_budget, "any.ods", terms=UK).lines
    lines = lines[(lines["fiscal_year"] == 2021) & ~lines["memo"]].reset_index(drop=True)
    whole = catalogue.mapping("scottish-budget-2021-npf")
    framework = catalogue.framework(whole.framework)
    index, everything = index_of(lines), np.ones(len(lines), dtype=bool)
    decided = index.decide(whole)
    groups, _ = group_lines(index, everything, everything, "programme")
    known: list[Known] = []
    for group in groups:
        taken = decided[index.matching(Rule(id="g", when=group.when, none="n", why="w"))]
        taken = taken[taken != NO_RULE]
        rule = whole.rules[int(np.bincount(taken).argmax())] if len(taken) else None
        if rule is not None and (rule.none or whole.shares_of(rule)):
            known.append((group, {NONE: WHOLE} if rule.none else whole.shares_of(rule), rule.id))
    # The lists of words were written by those who looked at this budget: they are left out of what is measured.
    framework = _without_word_lists(framework)
    texts = [group.words for group, _, _ in known]
    print(f"\n{len(known)} groups, {sum(g.lines for g, _, _ in known):,} lines, eleven portfolios")
    print("approvals  from               top-1 money  line   top-3 money  line   error by group  money   none found")
    for count in (0, 25, 100, 300):
        for same in (False, True) if count else (False,):
            scores = _score(known, texts, framework, count, same=same)
            print(f"{count:>9}  {'the queue' if same else 'other portfolios':<17}  {scores}")
    start = time.perf_counter()
    suggester = Suggester(framework, [Example(g.words, s, source=i, amount=g.amount) for g, s, i in known[:300]], texts)
    fitted = time.perf_counter() - start
    seconds = best(lambda: suggester.suggest(texts))
    rate = sum(g.lines for g, _, _ in known) / seconds
    print(f"taught with 300 approvals in {fitted:.2f} s; {rate:,.0f} lines a second")


def _without_word_lists(framework: Framework) -> Framework:
    bare = [
        mission.model_copy(update={"outcomes": tuple(o.model_copy(update={"words": ()}) for o in mission.outcomes)})
        for mission in framework.missions
    ]
    return framework.model_copy(update={"missions": tuple(bare)})


def _score(known: list[Known], texts: list[str], framework: object, count: int, *, same: bool) -> str:
    hits = []
    for body in sorted({group.body for group, _, _ in known}):
        pool = known if same else [each for each in known if each[0].body != body]
        approved = pool[:count]
        ids = {id(each) for each in approved}
        test = [each for each in known if each[0].body == body and id(each) not in ids]
        suggester = Suggester(
            framework, [Example(g.words, s, source=i, amount=g.amount) for g, s, i in approved], texts
        )
        for (group, shares, _), found in zip(test, suggester.suggest([g.words for g, _, _ in test]), strict=True):
            largest = {code for code, part in shares.items() if part == max(shares.values())}
            first, three = found[0].outcome in largest, any(each.outcome in largest for each in found)
            none = (NONE in shares, NONE in shares and found[0].outcome == NONE)
            hits.append((first, three, found[0].confidence, abs(group.amount), group.lines, *none))
    columns = ["first", "three", "sure", "money", "lines", "none", "none_found"]
    frame = pd.DataFrame(hits, columns=columns).astype(float)

    def share(name: str, weight: str) -> float:
        return float((frame[name] * frame[weight]).sum() / frame[weight].sum())

    bins = frame.groupby((frame["sure"] * 10).clip(upper=9).astype(int))
    error = sum(abs(b["first"].mean() - b["sure"].mean()) * len(b) for _, b in bins) / len(frame)
    off = sum(abs(((b["first"] - b["sure"]) * b["money"]).sum()) for _, b in bins) / frame["money"].sum()
    return (
        f"{share('first', 'money'):>10.0%}  {share('first', 'lines'):>5.0%}"
        f"  {share('three', 'money'):>10.0%}  {share('three', 'lines'):>5.0%}  {error:>10.2f}  {off:>6.2f}"
        f"  {frame['none_found'].sum():>4.0f} of {frame['none'].sum():.0f}"
    )
