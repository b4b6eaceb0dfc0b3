"""What was seen of a run is kept for the next page, and is what whoever opens it first would see."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from budget_align.core.measures.outcome_money import outcomes_in
from budget_align.services.runs import seen
from budget_align.services.runs.viewing import OpenRun, open_run

VIEWS = (
    {},
    {"levels": ["local"]},
    {"lens": "uk-missions-2024"},
    {"levels": ["devolved"], "lens": "uk-missions-2024"},
    {"stage": "outturn", "year": 2024},
    {"trials": False},
)


def says(run: OpenRun) -> tuple[object, ...]:
    money = {code: (each.amount, each.gross, each.income, each.before) for code, each in outcomes_in(run).items()}
    return run.stage, run.fiscal_year, run.levels, run.lens, run.figures, run.flows, money, run.shown_bases


def test_each_view_says_the_same_whatever_was_seen_before_it(northmere: Engine) -> None:
    alone = []
    for view in VIEWS:
        seen.forget()
        alone.append(says(open_run(northmere, **view)))
    assert len({repr(each) for each in alone}) >= len(VIEWS) - 1, "what is compared differs"
    seen.forget()
    for view, found in [*zip(VIEWS, alone, strict=True)][::-1] * 2:
        assert says(open_run(northmere, **view)) == found


def test_what_was_worked_out_is_not_worked_out_again(northmere: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_run(northmere)
    assert outcomes_in(first) is outcomes_in(open_run(northmere))
    monkeypatch.setattr(seen, "_LARGEST", 10)
    seen.forget()
    large = open_run(northmere)
    assert outcomes_in(large) is not outcomes_in(open_run(northmere)), "one that takes much memory is not kept"
