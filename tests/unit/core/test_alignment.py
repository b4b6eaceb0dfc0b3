"""Headline figures, worked on paper: 70 to health, 20 to homes, 10 unaligned, 5 memo."""

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from budget_align.core.allocation import alignment
from budget_align.core.returns.reading import ControlTotal
from budget_align.core.returns.reconciliation import reconcile, whole_totals
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.views.parts import amounts_by, parts_by
from budget_align.core.views.view import View
from tests.unit.core.lines import allocate, lines, summarise

CUBE = pd.DataFrame(
    [
        ("A", "health", "RDEL", "budget", 2026, "direct", 7000),
        ("A", "homes", "RDEL", "budget", 2026, "direct", 500),
        ("B", "homes", "CDEL", "budget", 2026, "direct", 1500),
        ("B", "", "RDEL", "budget", 2026, "unaligned", 1000),
        ("B", "", "RDEL", "budget", 2026, "memo", 500),
        ("A", "health", "RDEL", "outturn", 2025, "direct", 4200),
        ("A", "health", "RDEL", "plan", 2026, "direct", 9900),
    ],
    columns=["body", "outcome", "control", "stage", "fiscal_year", "kind", "amount"],
).assign(below=False, memo=lambda cube: cube["kind"] == "memo")


def test_the_headline_counts_memo_apart_and_stages_never_together() -> None:
    figures = alignment.headline(alignment.of_period(CUBE, "budget", 2026))
    assert (figures.total, figures.aligned, figures.unaligned, figures.memo) == (10_000, 9_000, 1_000, 500)
    assert figures.aligned_share == pytest.approx(0.9)


def test_a_total_of_zero_or_less_has_no_share() -> None:
    assert alignment.Headline(0, 0, 0, 0).aligned_share is None
    assert alignment.Headline(-5, -5, 0, 0).aligned_share is None


def test_the_latest_budget_is_shown_first() -> None:
    assert alignment.periods(CUBE) == [("plan", 2026), ("budget", 2026), ("outturn", 2025)]
    assert alignment.latest_period(alignment.periods(CUBE)) == ("budget", 2026)
    assert alignment.latest_period([]) is None


def test_spend_by_outcome_is_largest_first_without_the_unaligned() -> None:
    part = alignment.of_period(CUBE, "budget", 2026)
    assert alignment.spend_by(part, "outcome").to_dict() == {"health": 7000, "homes": 2000}
    table = alignment.bodies_by_outcome(part)
    assert table.loc["B"].to_dict() == {"": 1000, "health": 0, "homes": 1500}


def total(cell: str, published: int, control: str = "", *, whole: bool = True) -> ControlTotal:
    facts = {"sheet": "S", "row": 9, "cell": cell, "label": "Total", "body": "A", "whole": whole, "memo": False}
    figures = {"stage": "budget", "fiscal_year": 2026, "control": control, "published": published, "read": 0}
    return ControlTotal(**facts, **figures, members=())


def test_a_column_over_all_controls_speaks_for_its_row() -> None:
    assert whole_totals([total("B9", 60, "RDEL"), total("C9", 40, "CDEL"), total("D9", 100)]) == [total("D9", 100)]
    assert len(whole_totals([total("B9", 60, "RDEL"), total("C9", 40, "CDEL")])) == 2


def test_each_body_stands_beside_its_published_total() -> None:
    budget = lines(
        {"body": "A", "amount": 60}, {"body": "A", "amount": 41}, {"body": "A", "amount": 7, "memo": True},
        {"body": "B", "amount": 5},
    )  # fmt: skip
    a, b = reconcile(budget, [total("D9", 100), total("D8", 1, whole=False)])
    assert (a.read, a.published, a.difference, a.memo) == (101, 100, -1, 7)
    assert (b.read, b.published, b.difference) == (5, None, None)


def test_shares_of_parts_are_of_gross_and_what_nets_to_nothing_is_still_a_part() -> None:
    budget = lines(
        {"body": "Roads", "control": "RDEL", "amount": 150},
        {"body": "Roads", "control": "RDEL", "amount": -100},
        {"body": "Rail", "control": "RDEL", "amount": 50},
        {"body": "Courts", "control": "CDEL", "amount": 40},
        {"body": "Courts", "control": "CDEL", "amount": -40},
    )
    rule = Rule.model_validate({"id": "all", "when": {"flow": "expenditure"}, "to": {"o": 100}, "why": "w"})
    rules = Mapping(name="m", title="M", framework="f", author="us", rules=(rule,))
    cube = alignment.consolidate(summarise(budget, allocate(budget, rules)))
    found = {each.name: (each.amount, each.share) for each in amounts_by(cube, "body")}
    assert found == {"Roads": (50, 150 / 240), "Rail": (50, 50 / 240), "Courts": (0, 40 / 240)}
    parts = parts_by(cast(View, SimpleNamespace(part=cube)), "control")
    assert [(part.name, part.figures.total, part.figures.gross) for part in parts] == [
        ("RDEL", 100, 200),
        ("CDEL", 0, 40),
    ]
