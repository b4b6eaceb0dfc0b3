"""What is stored of transfers, memo lines, lenses and grades, on both databases."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.matching import LineIndex
from budget_align.core.views.parts import missions_of
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.bodies import list_transfers, state_levels
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.shares import largest_lines, reasons_of
from budget_align.services.runs.tracing import trace_line
from budget_align.services.runs.viewing import open_run
from budget_align.services.scenarios.planning import current_shares, plan_scenario
from budget_align.services.scenarios.scenarios import begin_scenario, open_scenario
from budget_align.store import government_queries, return_queries, tables
from tests.mappings import ONCE

MILLION = 100_000_000
STATE = """Body,Programme,Counterpart,Budget 2026-27 £
State,Hospitals,,500000000
State,Grant to councils,Local government,100000000
"""
COUNCILS = """Body,Programme,Counterpart,Budget 2026-27 £
North Council,Roads,,300000000
North Council,Grant received,State,-60000000
South Council,Parks,,50000000
"""


def send(engine: Engine, settings: Settings, text: str, name: str) -> None:
    received = receive(engine, settings, text.encode(), name, "Land", "ana")
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, "ana")


@pytest.fixture
def land(engine: Engine, settings: Settings) -> Engine:
    send(engine, settings, STATE, "state.csv")
    send(engine, settings, COUNCILS, "councils.csv")
    levels = {"State": "devolved", "North Council": "local", "South Council": "local"}
    state_levels(engine, "Land", levels, "ana")
    return engine


def test_a_part_of_a_line_is_taken_out_where_both_sides_are_in_view(land: Engine) -> None:
    run = open_run(land, run_id=run_allocation(land, ONCE, "Land", "moses").id)
    figures = alignment.headline(run.part)
    assert (figures.total, figures.gross, figures.transfers) == (850 * MILLION, 850 * MILLION, 100 * MILLION)
    (transfer,) = list_transfers(land, run)
    assert (transfer.status, transfer.difference) == ("differs", 40 * MILLION)
    of_state = open_run(land, levels=["devolved"])
    assert alignment.headline(of_state.part).total == 600 * MILLION
    of_councils = open_run(land, levels=["local"])
    councils = alignment.headline(of_councils.part)
    assert (councils.total, councils.gross, councils.receipts) == (290 * MILLION, 350 * MILLION, -60 * MILLION)
    # What the lists of lines show adds up to what the headline counts.
    lines, _ = largest_lines(land, run, limit=50)
    assert sum(line.amount for line in lines) == figures.total
    trace = next(
        trace_line(land, of_state, line.line_id)
        for line in largest_lines(land, of_state, limit=9)[0]
        if line.programme == "Grant to councils"
    )
    assert (trace.taken_out, sum(share.amount for share in trace.shares)) == (100 * MILLION, 100 * MILLION)


def test_a_line_of_which_a_transfer_takes_a_part_stands_once_in_a_list(engine: Engine, settings: Settings) -> None:
    send(engine, settings, STATE, "state.csv")
    send(engine, settings, COUNCILS.replace("South Council,Parks,,50000000\n", ""), "councils.csv")
    state_levels(engine, "Land", {"State": "devolved", "North Council": "local"}, "ana")
    run = open_run(engine, run_id=run_allocation(engine, ONCE, "Land", "moses").id)

    def grants(levels: list[str]) -> list[tuple[str, int]]:
        lines, count = largest_lines(engine, open_run(engine, run_id=run.id, levels=levels), limit=50)
        assert len(lines) == count
        return sorted((line.outcome, line.amount) for line in lines if line.programme == "Grant to councils")

    # Of 100m the council shows 60m; seen alone, the state's grant is all its spending.
    assert grants(["devolved", "local"]) == [("sdg-04", 20 * MILLION), ("sdg-11", 20 * MILLION)]
    assert grants(["devolved"]) == [("sdg-04", 50 * MILLION), ("sdg-11", 50 * MILLION)]


def test_overhead_stands_in_what_is_stored_as_what_it_follows(engine: Engine, settings: Settings) -> None:
    text = (
        "Body,Programme,Budget 2026-27 £\nState,Hospitals,600000000\nState,Schools,200000000\nState,Office,80000000\n"
    )
    send(engine, settings, text, "state.csv")
    facts = [
        {"id": "hospitals", "when": {"programme": "Hospitals"}, "to": {"sdg-03": 100}, "author": "ana"},
        {"id": "schools", "when": {"programme": "Schools"}, "to": {"sdg-03": 50, "sdg-04": 50}, "grade": "assumed"},
        {"id": "office", "when": {"programme": "Office"}, "follows": "body", "author": "ana"},
    ]
    rules = tuple(Rule.model_validate({"why": "w", **each}) for each in facts)
    mapping = Mapping(name="m", title="M", framework="un-sdg-2015", author="us", rules=rules)
    run = open_run(engine, run_id=run_allocation(engine, mapping, "Land", "moses").id)
    # 60 of the office's 80 follow the hospitals, 20 the schools.
    figures = figures_of(engine, run)
    assert figures.grades == {"judged": 660 * MILLION, "assumed": 220 * MILLION}
    health = next(each for each in figures.outcomes if each.code == "sdg-03")
    assert health.grades == {"judged": 660 * MILLION, "assumed": 110 * MILLION}


def test_figures_tell_grades_sides_and_lenses(land: Engine) -> None:
    run_allocation(land, ONCE, "Land", "moses")
    figures = figures_of(land, open_run(land))
    # Roads of 300 are documented and hospitals judged; nothing of the grant is left, and no rule takes the parks.
    assert figures.grades == {"documented": 300 * MILLION, "judged": 500 * MILLION}
    assert figures.aligned_share == pytest.approx(800 / 850)
    of = {each.code: each for each in figures.outcomes}
    assert (of["sdg-09"].amount, of["sdg-09"].contributing) == (180 * MILLION, 300 * MILLION)
    assert (of["sdg-13"].contribution.serves, of["sdg-13"].contribution.against) == (0, 300 * MILLION)
    assert of["sdg-13"].contribution.against_by_strength == {"strong": 300 * MILLION}
    seen = figures_of(land, open_run(land, lens="uk-missions-2024"))
    for name in ("total", "memo", "transfers", "unaligned", "gross"):
        assert getattr(seen, name) == getattr(figures, name)
    assert seen.aligned + seen.uncovered == figures.aligned
    growth = next(each for each in seen.outcomes if each.code == "mission:growth")
    # Both outcomes that roads touch lead to growth; the line contributes once.
    assert growth.contributing == 300 * MILLION
    assert set(seen.grades) <= {"judged", "documented"}


def test_a_memo_line_counts_until_the_return_that_counts_it_is_there(engine: Engine, settings: Settings) -> None:
    send(engine, settings, STATE.replace("100000000", "0"), "state.csv")
    with Session(engine) as session, session.begin():
        ids = [s.id for s in return_queries.submissions(session, "Land", "submitted") if s.id is not None]
        line = next(
            each for each in return_queries.lines_of(session, ids).itertuples() if each.programme != "Hospitals"
        )
        stored = session.get(tables.BudgetLine, (line.submission_id, line.line_id))
        assert stored is not None
        stored.memo, stored.amount, stored.counterpart = True, 40 * MILLION, "South Council"
    run = open_run(engine, run_id=run_allocation(engine, ONCE, "Land", "moses").id)
    figures = alignment.headline(run.part)
    assert (figures.total, figures.memo, figures.memo_counted) == (540 * MILLION, 0, 40 * MILLION)
    report = build_report(engine, run)
    assert [row.amount for row in report.memo_counted] == [40 * MILLION]
    assert [row.read for row in report.reconciliation] == [500 * MILLION]
    send(engine, settings, COUNCILS, "councils.csv")
    again = open_run(engine, run_id=run_allocation(engine, ONCE, "Land", "moses").id)
    figures = alignment.headline(again.part)
    assert (figures.total, figures.memo, figures.memo_counted) == (500 * MILLION + 290 * MILLION, 40 * MILLION, 0)


def test_what_is_netted_hides_no_money_without_an_outcome(engine: Engine, settings: Settings) -> None:
    """100 aligned; 50 that no rule takes, and a refund of 50 beside it: two thirds are aligned, wherever it is told."""
    text = "Body,Programme,Budget 2026-27 £\nState,Hospitals,100\nState,Offices,50\nState,Refund of rents,-50\n"
    send(engine, settings, text, "state.csv")
    run = open_run(engine, run_id=run_allocation(engine, ONCE, "Land", "moses").id)
    figures = alignment.headline(run.part)
    assert (figures.total, figures.unaligned, figures.gross_unaligned) == (100_00, 0, 50_00)
    (reason,) = reasons_of(engine, run)
    assert (reason.amount, reason.gross, reason.lines) == (0, 50_00, 2)
    assert sum(mission.share or 0 for mission in missions_of(run)) == pytest.approx(2 / 3)
    opened = open_scenario(engine, begin_scenario(engine, run, "As it is", 1, "ana"))
    assert opened.before.aligned_share == pytest.approx(2 / 3) == figures.aligned_share
    assert opened.before.aligned_share_of("State") == pytest.approx(2 / 3)
    assert current_shares(opened)["sdg-03"] == pytest.approx(2 / 3)
    plan = plan_scenario(engine, opened.id, opened.revision, {"sdg-04": Decimal(20)}, Decimal(100), "ana")
    assert (plan.moved, dict(plan.missed)) == (30_00, {})
    again = open_scenario(engine, opened.id)
    assert again.changes_in(2026).outcomes[3].share == pytest.approx(0.2)


def test_the_demonstrations_figures_are_those_that_paper_gives(northmere: Engine) -> None:
    """In fractions, from the lines alone: the first rule that fits, its shares, and overhead after its body's spend."""
    run = open_run(northmere)
    with Session(northmere) as session:
        lines = return_queries.lines_of(session, run.submission_ids)
        levels = government_queries.body_levels(session, run.government)
    lines = lines[(lines["stage"] == "budget") & (lines["fiscal_year"] == 2026) & (lines["flow"] == "expenditure")]
    taken = [run.version_of(body, "budget", 2026) for body in lines["body"]]
    lines = lines[lines["version"] == taken].reset_index(drop=True)
    lines["level"] = [levels[body] for body in lines["body"]]
    rules = run.mapping.rules
    decided = LineIndex(lines, run.terms.currency).decide(run.mapping)
    direct: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    pools: defaultdict[str, int] = defaultdict(int)
    apart = Fraction(0)
    # The memo line of grants counts too: no council's return shows the social care that it pays for.
    for body, amount, place in zip(lines["body"], lines["amount"].tolist(), decided.tolist(), strict=True):
        rule = rules[place] if place >= 0 else None
        if rule is not None and rule.follows:
            assert rule.follows == "body"
            pools[body] += amount
        elif rule is not None and rule.none:
            apart += amount
        else:
            shares = rule.to if rule is not None else {}
            for outcome, part in shares.items():
                direct[body][outcome] += Fraction(amount * part, 10**6)
            direct[body][""] += amount - Fraction(amount * sum(shares.values()), 10**6)
    expected: defaultdict[str, Fraction] = defaultdict(Fraction, {"": apart})
    for body, profile in direct.items():
        whole = sum(profile.values())
        for outcome, amount in profile.items():
            expected[outcome] += amount + pools[body] * amount / whole
    found = run.part.groupby("outcome")["amount"].sum().to_dict()
    assert set(found) == {outcome for outcome, amount in expected.items() if amount}
    for outcome, amount in found.items():
        # Each line's part is less than a penny from its exact share.
        assert abs(amount - expected[outcome]) < len(lines)
    assert sum(found.values()) == int(lines["amount"].sum())
