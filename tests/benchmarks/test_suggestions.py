"""What suggestions are worth, measured on four budgets; run by `make bench`.

The Scottish Budget and the demonstration have mappings that come with the product. What the programmes of Oklahoma City
and Madrid serve stands in labels/, written for this. Where BUDGET_ALIGN_EMBEDDING_MODEL names a folder with a model,
each row is measured with it too.
"""

from __future__ import annotations

import os
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sqlalchemy import Engine

from budget_align.core.editing.line_groups import Grain, LineGroup, group_lines
from budget_align.core.editing.meaning import Embed
from budget_align.core.editing.means import find_means
from budget_align.core.editing.suggestion import NONE, Example, Suggester
from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.mapping import Mapping, Rule, parse_mapping
from budget_align.core.rules.matching import NO_RULE
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.terms import UK
from budget_align.services import demonstration
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings.embedding import open_model
from budget_align.services.runs.budgets import open_budget
from importers import read_workbook
from tests.benchmarks.stopwatch import best
from tests.beside import beside
from tests.unit.core.lines import index_of

Known = tuple[LineGroup, dict[str, int], str]

LABELS = Path(__file__).parent / "labels"


@dataclass(frozen=True)
class Labelled:
    """A budget's groups with what they serve; the framework without its lists of words, which people wrote who had
    looked at some of these budgets.
    """

    known: tuple[Known, ...]
    framework: Framework
    means: frozenset[str]

    @property
    def texts(self) -> list[str]:
        return [group.words for group, _, _ in self.known]

    def teach(self, approved: tuple[Known, ...], embed: Embed | None = None) -> Suggester:
        examples = [Example(g.words, shares, source=rule, amount=g.amount) for g, shares, rule in approved]
        return Suggester(self.framework, examples, self.texts, means=self.means, embed=embed)


def label(lines: pd.DataFrame, mapping: Mapping, grain: Grain) -> Labelled:
    index, everything = index_of(lines), np.ones(len(lines), dtype=bool)
    decided = index.decide(mapping)
    groups, _ = group_lines(index, everything, everything, grain)
    known: list[Known] = []
    for group in groups:
        taken = decided[index.matching(Rule(id="g", when=group.when, none="n", why="w"))]
        taken = taken[taken != NO_RULE]
        rule = mapping.rules[int(np.bincount(taken).argmax())] if len(taken) else None
        if rule is not None and (rule.none or mapping.shares_of(rule)):
            known.append((group, {NONE: WHOLE} if rule.none else mapping.shares_of(rule), rule.id))
    framework = catalogue.framework(mapping.framework)
    bare = [
        mission.model_copy(update={"outcomes": tuple(o.model_copy(update={"words": ()}) for o in mission.outcomes)})
        for mission in framework.missions
    ]
    return Labelled(tuple(known), framework.model_copy(update={"missions": tuple(bare)}), find_means(lines))


def read_label(name: str) -> Mapping:
    return parse_mapping(tomllib.loads((LABELS / f"{name}.toml").read_text("utf-8")), catalogue.frameworks(), name)


@pytest.fixture(scope="module")
def models() -> dict[str, Embed | None]:
    folder = os.environ.get("BUDGET_ALIGN_EMBEDDING_MODEL")
    return {"words": None} | ({"and model": open_model(Path(folder))} if folder else {})


def test_suggestions_on_the_scottish_budget(scottish_budget: bytes, models: dict[str, Embed | None]) -> None:
    """Portfolios left out in turn; approvals come from the other portfolios, or in the queue's order from all."""
    lines = read_workbook(scottish_budget, "any.ods", terms=UK).lines
    lines = lines[(lines["fiscal_year"] == 2021) & ~lines["memo"]].reset_index(drop=True)
    labelled = label(lines, catalogue.mapping("scottish-budget-2021-npf"), "programme")
    _print("Scottish Budget 2021-22", labelled)
    for count in (0, 25, 100, 300):
        for same in (False, True) if count else (False,):
            for by, embed in models.items():
                hits = []
                for body in sorted({group.body for group, _, _ in labelled.known}):
                    pool = labelled.known if same else tuple(k for k in labelled.known if k[0].body != body)
                    approved = pool[:count]
                    ids = {id(each) for each in approved}
                    test = [k for k in labelled.known if k[0].body == body and id(k) not in ids]
                    hits += _hits(labelled.teach(approved, embed), test)
                print(f"{count:>9}  {'the queue' if same else 'other portfolios':<17}{by:<10}{_score(hits)}")
    start = time.perf_counter()
    suggester = labelled.teach(labelled.known[:300])
    fitted = time.perf_counter() - start
    seconds = best(lambda: suggester.suggest(labelled.texts))
    rate = sum(g.lines for g, _, _ in labelled.known) / seconds
    print(f"taught with 300 approvals in {fitted:.2f} s; {rate:,.0f} lines a second")


def test_suggestions_on_the_demonstration(northmere: Engine, models: dict[str, Embed | None]) -> None:
    lines = open_budget(northmere, demonstration.GOVERNMENT).index.lines
    lines = lines[lines["flow"] == "expenditure"].reset_index(drop=True)
    _measure("Demonstration", label(lines, catalogue.mapping(demonstration.MAPPING), "programme"), models, (0,))


@pytest.mark.parametrize(
    ("name", "file", "version", "year"),
    [
        ("oklahoma-city-2014", "jagthedrummer-okc-budget-data/okc_fy2014_budget_detail.csv", "original", 2013),
        ("madrid-2015", "openspending-fiscal-data-package-demos/gastos_v40_2012-2015.csv", "original", 2015),
    ],
)
def test_suggestions_on_budgets_of_cities(
    name: str, file: str, version: str, year: int, models: dict[str, Embed | None]
) -> None:
    lines = read_workbook((beside("readings") / "budgets" / file).read_bytes(), Path(file).name, terms=UK).lines
    chosen = (lines["version"] == version) & (lines["fiscal_year"] == year) & ~lines["memo"]
    _measure(name, label(lines[chosen].reset_index(drop=True), read_label(name), "unit"), models, (0, 25, 100))


def _measure(name: str, labelled: Labelled, models: dict[str, Embed | None], counts: tuple[int, ...]) -> None:
    _print(name, labelled)
    for count in counts:
        for by, embed in models.items():
            hits = _hits(labelled.teach(labelled.known[:count], embed), labelled.known[count:])
            print(f"{count:>9}  {'the queue' if count else '–':<17}{by:<10}{_score(hits)}")


def _print(name: str, labelled: Labelled) -> None:
    lines = sum(group.lines for group, _, _ in labelled.known)
    print(f"\n{name}: {len(labelled.known)} groups, {lines:,} lines, {len(labelled.means)} names of means")
    print(
        "approvals  from             by        top-1 money  line   top-3 money  line   error by group         by money   none"
    )


def _hits(suggester: Suggester, test: tuple[Known, ...] | list[Known]) -> list[tuple[float, ...]]:
    hits = []
    for (group, shares, _), found in zip(test, suggester.suggest([g.words for g, _, _ in test]), strict=True):
        largest = {code for code, part in shares.items() if part == max(shares.values())}
        first, three = found[0].outcome in largest, any(each.outcome in largest for each in found)
        none = (NONE in shares, NONE in shares and found[0].outcome == NONE)
        hits.append((first, three, found[0].confidence, abs(group.amount), group.lines, *none))
    return hits


def _score(hits: list[tuple[float, ...]]) -> str:
    columns = ["first", "three", "sure", "money", "lines", "none", "none_found"]
    frame = pd.DataFrame(hits, columns=columns).astype(float)

    def share(name: str, weight: str) -> float:
        return float((frame[name] * frame[weight]).sum() / frame[weight].sum())

    sure = frame["sure"].to_numpy()
    draws = np.random.default_rng(7).random((200, len(frame))) < sure

    def error(weights: npt.NDArray[np.float64]) -> str:
        """What certainty is off by, and what one that is right would be off by in nineteen of twenty such budgets."""
        found = _off(frame["first"].to_numpy(), sure, weights)
        return f"{found:.2f} ({np.quantile([_off(right, sure, weights) for right in draws], 0.95):.2f})"

    money = frame["money"].to_numpy()
    return (
        f"{share('first', 'money'):>11.0%}  {share('first', 'lines'):>5.0%}"
        f"  {share('three', 'money'):>10.0%}  {share('three', 'lines'):>5.0%}  {error(np.ones(len(frame))):>15}  {error(money):>15}"
        f"  {frame['none_found'].sum():>4.0f} of {frame['none'].sum():.0f}"
    )


def _off(right: npt.NDArray[np.float64], sure: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    """The mean distance between certainty and accuracy over ten bins of certainty."""
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(np.abs(np.bincount(bins, (right - sure) * weights)).sum() / weights.sum())
