"""What pages of outcomes ask for, on a budget in a database, measured; run by `make bench`.

Pages read the run's summary; the register and scenarios add up lines by programme. A tenth of the lines says how each
grows.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.outcomes.indicator import OBSERVATIONS, IndicatorDefinition
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.services.accountability.collaboration import list_collaboration
from budget_align.services.accountability.register import open_register
from budget_align.services.governments.governments import keep_terms
from budget_align.services.measures.momentum import find_momentum
from budget_align.services.outcomes.indicators import add_observations, read_all, store_definition
from budget_align.services.outcomes.public_ballots import cast_ballot, find_open_ballot, put_question
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.shares import reasons_of
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.services.scenarios.planning import plan_scenario
from budget_align.services.scenarios.scenarios import begin_scenario, open_scenario
from budget_align.store import bulk
from budget_align.store.database import open_database
from budget_align.store.tables import BudgetLine, SourceFile, Submission
from tests.benchmarks.budgets import budget
from tests.benchmarks.stopwatch import best

GOALS = [f"sdg-{number:02d}" for number in range(1, 18)]
TODAY = date(2026, 11, 25)


def allocated(folder: Path, count: int) -> tuple[Engine, OpenRun]:
    """A database with so many lines, allocated by 500 rules to the goals."""
    engine = open_database(f"sqlite:///{folder / f'{count}.db'}")
    lines = budget(count)
    lines["amount"] = lines["amount"].abs()
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        keep_terms(session, "Ours", Settings())
        session.add(SourceFile(file_hash="h" * 64, content=b""))
        session.flush()
        facts = {"status": "submitted", "file_hash": "h" * 64, "file_name": "b.csv", "reading": "{}"}
        sent = Submission(
            government="Ours",
            **facts,
            lines_hash="l" * 64,
            line_count=count,
            confirmed_by="bench",
            confirmed_at=now,
        )
        session.add(sent)
        session.flush()
        bulk.add_frame(session, BudgetLine, lines.assign(submission_id=sent.id))
    rules = tuple(
        Rule.model_validate(
            {
                "id": f"r{i}",
                "when": {"programme": f"programme {i:03d}"},
                "to": {GOALS[(i + j) % 17]: 30 for j in range(3)},
                "why": "w",
            }
        )
        for i in range(480)
    )
    mapping = Mapping(name="bench", title="Bench", framework="un-sdg-2015", author="us", rules=rules)
    run_id = run_allocation(engine, mapping, "Ours", "bench").id
    return engine, open_run(engine, run_id=run_id)


def test_what_pages_ask_for_grows_with_the_lines(tmp_path: Path) -> None:
    taken: dict[str, list[float]] = {}
    for count in (50_000, 500_000):
        engine, run = allocated(tmp_path, count)
        made = begin_scenario(engine, run, "Bench", 3, "bench")

        def plan(engine: Engine = engine, run: OpenRun = run) -> None:
            fresh = begin_scenario(engine, run, "Plan", 3, "bench")
            plan_scenario(engine, fresh, 1, {"sdg-13": Decimal(9)}, Decimal(100), "bench")

        asked = {
            "run opened": lambda run=run, engine=engine: open_run(engine, run_id=run.id),
            "aligned share": lambda run=run, engine=engine: reasons_of(engine, run),
            "collaboration": lambda run=run, engine=engine: list_collaboration(engine, run),
            "momentum": lambda run=run, engine=engine: find_momentum(engine, run, [], None),
            "register": lambda run=run, engine=engine: open_register(engine, run, []),
            "scenario opened": lambda made=made, engine=engine: open_scenario(engine, made),
            "plan found": plan,
        }
        for name, run_it in asked.items():
            taken.setdefault(name, []).append(best(run_it, 2))
        engine.dispose()
    for name, (few, many) in taken.items():
        print(f"\n{name:<16} 50,000 lines {few:.2f} s, 500,000 lines {many:.2f} s", end="")
        print(f"; to the power {math.log10(many / few):.2f}", end="")
    print()


def test_values_sent_to_the_api_and_ballots_cast(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'api.db'}")
    random = np.random.default_rng(2026)
    for number in range(81):
        store_definition(engine, "Ours", IndicatorDefinition(code=f"i{number}", name=f"I{number}"), "bench")
    keys = pd.MultiIndex.from_product(
        [[f"i{n}" for n in range(81)], [f"Area {n}" for n in range(32)], range(2005, 2025)],
        names=["indicator", "territory", "year"],
    ).to_frame(index=False)
    frame = keys.assign(fiscal=True, value=random.random(len(keys)))[list(OBSERVATIONS)].astype(OBSERVATIONS)
    stored = best(lambda: add_observations(engine, "Ours", frame, "bench"), 1)
    again = best(lambda: add_observations(engine, "Ours", frame.tail(100), "bench"), 1)
    told = best(lambda: read_all(engine, "Ours", TODAY), 1)
    print(f"\n{len(frame):,} values stored in {stored:.2f} s, 100 more in {again:.2f} s, all read in {told:.2f} s")
    asked = put_question(engine, "Ours", "un-sdg-2015", "What matters?", "bench")
    opened = find_open_ballot(engine, "Ours")
    assert opened is not None
    some = best(lambda: [cast_ballot(engine, asked, GOALS[:3]) for _ in range(300)], 1)
    print(f"ballots: {300 / some:,.0f} a second, one after the other")
