"""Mappings from draft to approval, on both databases: nothing is lost, nothing approved changes, every pound is told."""

from __future__ import annotations

import io
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.editing.edits import DropRule, MoveRule, PutRule
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.values.exact import WHOLE
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.parts import lens_sources
from budget_align.services import demonstration
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings.carrying import carry_forward
from budget_align.services.mappings.drafting import (
    ChangedMeanwhileError,
    approve,
    begin_draft,
    change_draft,
    discard_draft,
    undo,
)
from budget_align.services.mappings.drivers import list_drivers, receive_drivers
from budget_align.services.mappings.mapping_workbooks import accept_upload, download_mapping, read_upload
from budget_align.services.mappings.suggesting import record_refused, record_taken
from budget_align.services.mappings.versions import find_mapping, list_revisions, list_versions, open_version
from budget_align.services.mappings.workbench import compare, count_rule, open_workbench
from budget_align.services.record.trail import find_broken_event
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.bodies import list_transfers, state_levels
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.shares import largest_lines
from budget_align.services.runs.tracing import trace_line
from budget_align.services.runs.viewing import open_run
from budget_align.store.tables import BudgetLine, MappingVersion
from tests.mappings import HEALTH, SCHOOLS, of_programmes
from tests.workbooks import drawn

ANA, MOSES, OTTO = "ana@example.org", "moses@example.org", "otto@example.org"
MINISTRY = drawn("""
    Ministry of Ways
    Budget 2026-27, £ thousand

    Programme              | 2026-27
    Hospitals              | 700
    Primary schools        | 200
    Head office            | 90
    Grant to North Council | 50
    Total Ministry of Ways | 1040
""")
COUNCIL = drawn("""
    North Council
    Budget 2026-27, £ thousand

    Programme           | 2026-27
    Schools of the town | 300
    Total North Council | 300
""")


@pytest.fixture
def store(engine: Engine, settings: Settings) -> Engine:
    """A government with a ministry and a council."""
    for data, name in ((MINISTRY, "ministry.xlsx"), (COUNCIL, "council.xlsx")):
        received = receive(engine, settings, data, name, "Ours", ANA)
        assert received.draft_id is not None
        confirm(engine, settings, received.draft_id, ANA)
    return engine


OFFICE = of_programmes("office", "Head office", follows="body")
GRANTS = of_programmes("grants", "Grant", to={"sdg-11": 100}, transfer_to="North Council")


def draft(engine: Engine, *rules: Rule, actor: str = ANA) -> int:
    version_id = begin_draft(engine, "Ours", actor, title="Ways to the goals", framework="un-sdg-2015")
    for seen, each in enumerate(rules, 1):
        change_draft(engine, version_id, PutRule(each), seen, actor)
    return version_id


def approved(engine: Engine, *rules: Rule) -> int:
    version_id = draft(engine, *rules)
    approve(engine, version_id, open_version(engine, version_id).revision, MOSES)
    return version_id


def test_a_draft_is_approved_by_someone_else_and_never_changes_again(store: Engine) -> None:
    version_id = draft(store, HEALTH, SCHOOLS)
    with pytest.raises(RefusedError, match="someone else approves it"):
        approve(store, version_id, 3, ANA)
    assert approve(store, version_id, 3, MOSES) == 1
    version = open_version(store, version_id)
    assert (version.status, version.number, version.approved_by, version.editors) == ("approved", 1, MOSES, (ANA,))
    assert version.hash == version.mapping.identity()
    for change in (PutRule(OFFICE), DropRule("health"), MoveRule("health", 2)):
        with pytest.raises(RefusedError, match="never changes"):
            change_draft(store, version_id, change, 3, MOSES)
    with pytest.raises(RefusedError, match="never changes"):
        discard_draft(store, version_id, ANA)

    second = begin_draft(store, "Ours", OTTO, based_on=version_id)
    assert begin_draft(store, "Ours", ANA, based_on=version_id) == second
    change_draft(store, second, PutRule(OFFICE), 1, OTTO)
    assert approve(store, second, 2, MOSES) == 2
    assert [(v.label, v.status) for v in list_versions(store, "Ours")] == [
        ("version 2", "approved"),
        ("version 1", "superseded"),
    ]
    assert find_mapping(store, "Ours", "ways-to-the-goals")[1] == second
    assert find_broken_event(store) is None


def test_an_empty_or_a_wrong_draft_is_not_approved(store: Engine) -> None:
    version_id = draft(store)
    with pytest.raises(RefusedError, match="no rules yet"):
        approve(store, version_id, 1, MOSES)
    change_draft(store, version_id, PutRule(of_programmes("area", "office", follows="body", driver="area")), 1, ANA)
    with pytest.raises(RefusedError, match="Rule area: The driver 'area' has no measures"):
        approve(store, version_id, 2, MOSES)
    with pytest.raises(RefusedError, match="is a draft; have someone approve it"):
        find_mapping(store, "Ours", "ways-to-the-goals")


def test_two_people_edit_one_draft_and_nothing_is_lost(store: Engine) -> None:
    version_id = draft(store, HEALTH, SCHOOLS)
    seen = open_version(store, version_id).revision
    change_draft(store, version_id, PutRule(of_programmes("health", "Hospital", none="Closed"), "health"), seen, ANA)

    # Another rule: both hold, and the second to save is told what changed.
    saved = change_draft(store, version_id, PutRule(OFFICE), seen, MOSES)
    assert [(change.rule_id, change.kind) for change in saved.meanwhile] == [("health", "changed")]
    assert saved.by == (ANA,)

    # The same rule: nothing is stored, and what changed is told; saving again after that holds.
    mine = PutRule(of_programmes("health", "Hospital", to={"sdg-03": 50}), "health")
    with pytest.raises(ChangedMeanwhileError) as clash:
        change_draft(store, version_id, mine, seen, MOSES)
    assert {change.rule_id for change in clash.value.changes} == {"health", "office"}
    assert open_version(store, version_id).mapping.rule("health").none == "Closed"
    change_draft(store, version_id, mine, clash.value.revision, MOSES)
    assert open_version(store, version_id).mapping.rule("health").to == {"sdg-03": 500_000}
    assert [r.saved_by for r in list_revisions(store, version_id)[:3]] == [MOSES, MOSES, ANA]
    with pytest.raises(RefusedError, match="someone else"):
        approve(store, version_id, open_version(store, version_id).revision, MOSES)
    with pytest.raises(ChangedMeanwhileError):
        approve(store, version_id, seen, OTTO)


def test_many_save_at_the_very_same_time_and_every_edit_holds(store: Engine) -> None:
    version_id = draft(store)
    rules = [of_programmes(f"rule-{i}", f"word {i}") for i in range(6)]
    failed: list[BaseException] = []

    def save(mine: Rule) -> None:
        try:
            change_draft(store, version_id, PutRule(mine), 1, f"{mine.id}@example.org")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=save, args=(each,)) for each in rules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {each.id for each in open_version(store, version_id).mapping.rules} == {each.id for each in rules}


def test_each_change_can_be_undone_and_the_undoing_too(store: Engine) -> None:
    version_id = draft(store, HEALTH, SCHOOLS)
    change_draft(store, version_id, DropRule("health"), 3, ANA)
    undo(store, version_id, 4, ANA)
    assert [each.id for each in open_version(store, version_id).mapping.rules] == ["health", "schools"]
    undo(store, version_id, 5, ANA)
    assert [each.id for each in open_version(store, version_id).mapping.rules] == ["schools"]


def test_the_workbench_shows_what_is_taken_and_what_waits(store: Engine) -> None:
    bench = open_workbench(store, draft(store, HEALTH))
    assert (bench.stage, bench.fiscal_year) == ("budget", 2026)
    assert (bench.taken, bench.figures.total, bench.figures.aligned) == (70_000_000, 134_000_000, 70_000_000)
    assert [(row.rule.id, row.lines, row.amount) for row in bench.rules] == [("health", 1, 70_000_000)]
    waiting = [(each.group.label, each.group.amount) for each in bench.waiting]
    assert waiting[0] == ("Schools of the town", 30_000_000)
    assert bench.waiting[0].suggestions[0].outcome == "sdg-04"
    assert bench.waiting_count == len(waiting) == 4
    assert bench.not_taken == sum(amount for _, amount in waiting) == 134_000_000 - bench.taken


def test_memo_lines_that_count_are_asked_for_once(northmere: Engine) -> None:
    like = catalogue.mapping(demonstration.MAPPING)
    bench = open_workbench(
        northmere, begin_draft(northmere, demonstration.GOVERNMENT, demonstration.SIGN_INS[1].email, like=like)
    )
    assert bench.not_taken == sum(each.group.amount for each in bench.waiting) > 0
    assert bench.taken + bench.not_taken == bench.figures.total


def test_what_people_decide_teaches_the_next_suggestion(store: Engine) -> None:
    version_id = draft(store, HEALTH, SCHOOLS)

    def likeliest() -> str:
        office = next(w for w in open_workbench(store, version_id).waiting if w.group.label == "Head office")
        return office.suggestions[0].outcome

    before = likeliest()
    record_refused(store, "Ours", "un-sdg-2015", "Ministry of Ways. Head office", before, ANA)
    assert likeliest() != before
    record_taken(store, "Ours", "un-sdg-2015", "Ministry of Ways. Head offices", {"sdg-17": WHOLE}, ANA)
    assert likeliest() == "sdg-17"


def test_a_rule_is_counted_where_it_would_stand(store: Engine) -> None:
    version = open_version(store, draft(store, of_programmes("town", "town", to={"sdg-11": 100})))
    count = count_rule(store, version, SCHOOLS, "")
    assert (count.meets, count.lines, count.amount, count.above) == (2, 1, 20_000_000, ("town",))
    assert [what for _, what, _ in count.examples] == ["Primary schools"]


def test_versions_are_compared_rule_by_rule_and_pound_by_pound(store: Engine) -> None:
    first = approved(store, HEALTH, SCHOOLS)
    second = begin_draft(store, "Ours", OTTO, based_on=first)
    change_draft(
        store, second, PutRule(of_programmes("schools", "school", to={"sdg-04": 60, "sdg-05": 40}), "schools"), 1, OTTO
    )
    found = compare(store, open_version(store, second), open_version(store, first).mapping)
    assert [(change.rule_id, change.kind) for change in found.changes] == [("schools", "changed")]
    assert found.effect.movements.to_dict("records") == [{"from": "sdg-04", "to": "sdg-05", "amount": 20_000_000}]
    nothing = compare(store, open_version(store, first), None)
    assert nothing.effect.newly_aligned == 120_000_000


def test_a_run_names_its_version_and_a_line_says_who_approved_it(store: Engine) -> None:
    version_id = approved(store, HEALTH, of_programmes("wider", "Hosp", none="x"), SCHOOLS, OFFICE, GRANTS)
    mapping, found_id = find_mapping(store, "Ours", "ways-to-the-goals")
    run_allocation(store, mapping, "Ours", MOSES, version_id=found_id)
    run = open_run(store)
    assert (run.mapping_version, run.mapping_hash) == (version_id, open_version(store, version_id).hash)
    lines, _ = largest_lines(store, run, body="Ministry of Ways", limit=9)
    trace = trace_line(store, run, next(line.line_id for line in lines if line.programme == "Head office"))
    # Head office follows 700 of health, 200 of schools and 50 of the grant: 14, 4 and 1 of 19 parts of £90,000, in
    # pence 6,631,578.9, 1,894,736.8 and 473,684.2, of which the last has the least remainder.
    assert [(share.outcome, share.amount) for share in trace.shares] == [
        ("sdg-03", 6_631_579),
        ("sdg-04", 1_894_737),
        ("sdg-11", 473_684),
    ]
    assert sum(share.share for share in trace.shares) == WHOLE
    for share in trace.shares:
        exact = Decimal(share.exactly.replace("£", "").replace(",", ""))
        assert abs(exact * 100 - share.amount) < 1
    assert trace.approval == f"version 1, approved by {MOSES}"
    hospital = trace_line(store, run, next(line.line_id for line in lines if line.programme == "Hospitals"))
    assert [other.id for other in hospital.also] == ["wider"]


def test_levels_are_seen_alone_or_together_and_a_grant_counts_once(store: Engine) -> None:
    approved(store, HEALTH, SCHOOLS, OFFICE, GRANTS)
    state_levels(store, "Ours", {"Ministry of Ways": "devolved", "North Council": "local"}, ANA)
    mapping, version_id = find_mapping(store, "Ours", "ways-to-the-goals")
    run_allocation(store, mapping, "Ours", MOSES, version_id=version_id)

    def figures(*levels: str) -> tuple[int, int]:
        said = alignment.headline(open_run(store, levels=levels or None).part)
        return said.total // 100_000, said.transfers // 100_000

    assert figures("devolved") == (1040, 0)
    assert figures("local") == (300, 0)
    assert figures() == (1290, 50)
    run = open_run(store)
    assert [(t.status, t.paid) for t in list_transfers(store, run)] == [("only paid", 5_000_000)]
    shown, _ = largest_lines(store, run, limit=99)
    assert "Grant to North Council" not in {line.programme for line in shown}
    alone, _ = largest_lines(store, open_run(store, levels=["devolved"]), limit=99)
    assert "Grant to North Council" in {line.programme for line in alone}
    with pytest.raises(RefusedError, match="no body of that level"):
        open_run(store, levels=["UK"])


def test_figures_are_seen_through_another_framework(store: Engine) -> None:
    approved(store, HEALTH, SCHOOLS)
    mapping, version_id = find_mapping(store, "Ours", "ways-to-the-goals")
    run_allocation(store, mapping, "Ours", MOSES, version_id=version_id)
    run = open_run(store, lens="uk-missions-2024")
    assert alignment.spend_by(run.part, "outcome").to_dict() == {
        "mission:health": 70_000_000,
        "mission:opportunity": 50_000_000,
    }
    assert alignment.headline(run.part).total == 134_000_000
    assert lens_sources(run, "mission:health") == [("sdg-03", "3. Good health and well-being", 70_000_000, 70_000_000)]
    with pytest.raises(RefusedError, match="no framework"):
        open_run(store, lens="nothing")


def test_a_mapping_goes_out_as_a_workbook_and_comes_back_unchanged(store: Engine, settings: Settings) -> None:
    for like in catalogue.mappings().values():
        version_id = begin_draft(store, "Ours", ANA, like=like)
        _, content = download_mapping(store, settings, version_id)
        found = read_upload(store, settings, version_id, content, "m.xlsx")
        assert found.findings == ()
        assert (found.changes, found.settings) == ((), ())
        assert found.mapping == open_version(store, version_id).mapping


ODD = Mapping.model_validate(
    {
        "name": "odd",
        "title": "=1+1",
        "framework": "uk-missions-2024",
        "author": ANA,
        "note": "Two\nlines",
        "overheads": "reciprocal",
        "missions": {"growth": {"growth-homes": 33.3333, "growth-infrastructure": 66.6667}},
        "rules": [
            {
                "id": "all",
                "when": {
                    "body": ["=Ministry; of, Ways", "B"],
                    "programme_code": {"between": ["0410", ""]},
                    "amount": {"not": {"between": ["", "5"]}},
                    "extra.Fund name": {"pattern": "^a|b$"},
                    "unit": {"under": "X ▸ Y", "not": {"contains": ["q", "r"]}},
                },
                "to": {"mission:growth": 12.3456, "health-waiting-times": 50},
                "why": "Because\nof this",
                "evidence": "https://example.org/a?b=c",
                "first_year": 2024,
                "last_year": 2030,
                "contribution": "enabling",
                "transfer_to": "Local government",
                "author": MOSES,
                "dated": "2026-11-25",
            },
            {"id": "over", "when": {"body": "H"}, "follows": "all", "driver": "fte", "why": "w"},
            {"id": "drive", "when": {"body": "D"}, "driver": "cases", "why": "w"},
            {"id": "none", "when": {"body": "N"}, "none": "Debt", "why": "w"},
        ],
    }
)


def test_every_kind_of_rule_comes_back_unchanged_from_a_workbook(store: Engine, settings: Settings) -> None:
    version_id = begin_draft(store, "Ours", ANA, like=ODD)
    name, content = download_mapping(store, settings, version_id)
    assert name == "odd-draft.xlsx"
    found = read_upload(store, settings, version_id, content, name)
    assert found.findings == ()
    assert found.mapping == open_version(store, version_id).mapping


def edited(content: bytes, *cells: tuple[str, str, object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_edited_workbook_shows_its_changes_before_it_is_accepted(store: Engine, settings: Settings) -> None:
    version_id = draft(store, HEALTH, SCHOOLS)
    _, content = download_mapping(store, settings, version_id)
    found = read_upload(
        store, settings, version_id, edited(content, ("Shares", "D3", 40), ("Mapping", "B1", "New")), "m"
    )
    assert [(change.rule_id, change.kind) for change in found.changes] == [("schools", "changed")]
    assert found.settings == (("Title", "Ways to the goals", "New"),)
    assert open_version(store, version_id).mapping.title == "Ways to the goals"
    assert found.mapping is not None
    accept_upload(store, version_id, found.mapping.to_stored(), 3, ANA)
    after = open_version(store, version_id)
    assert after.mapping.rule("schools").to == {"sdg-04": 400_000}
    with pytest.raises(ChangedMeanwhileError):
        accept_upload(store, version_id, after.mapping.model_copy(update={"title": "x"}).to_stored(), 2, MOSES)


@pytest.mark.parametrize(
    ("cell", "value", "where", "said"),
    [
        (("Shares", "D2"), "most", "Shares!D2", "'most' is no share"),
        (("Shares", "B2"), "sdg-99", "Shares!B1", "no outcome of un-sdg-2015"),
        (("Shares", "A2"), "nobody", "Shares!A2", "no rule 'nobody'"),
        (("Conditions", "C2"), "smells of", "Conditions!C2", "no way to compare"),
        (("Conditions", "B2"), "Colour", "Conditions!D2", "no field"),
        (("Rules", "A1"), "Name", "Rules!A1", "column 'Rule' is missing"),
        (("Rules", "F2"), "soon", "Rules!F2", "no fiscal year"),
        (("Rules", "H2"), "", "Rules!A2", "why"),
    ],
)
def test_a_wrong_cell_of_a_workbook_is_named(
    sqlite_engine: Engine, settings: Settings, cell: tuple[str, str], value: str, where: str, said: str
) -> None:
    version_id = draft(sqlite_engine, HEALTH)
    _, content = download_mapping(sqlite_engine, settings, version_id)
    found = read_upload(sqlite_engine, settings, version_id, edited(content, (*cell, value)), "m.xlsx")
    assert found.mapping is None
    assert any(f"{f.sheet}!{f.cell}" == where and said in f.message for f in found.findings), found.findings


def test_a_workbook_of_measures_becomes_drivers(store: Engine, settings: Settings) -> None:
    staff = drawn(
        "Staff by body\nBody | Unit | 2026-27 | 2027-28\nMinistry of Ways | | 12.5 | 13\nNorth Council | | 3 |"
    )
    names, findings = receive_drivers(store, settings, staff, "staff.xlsx", "Ours", ANA)
    assert (names, findings) == (["Return"], ())
    cases = drawn(
        "Driver | Body | Year | Outcome | Measure\ncases | Ministry of Ways | 2026-27 | sdg-03 | 3\ncases | Ministry of Ways | 2026-27 | sdg-04 | 1"
    )
    receive_drivers(store, settings, cases, "cases.xlsx", "Ours", ANA)
    assert [(d.name, d.rows, d.years, d.by_outcome) for d in list_drivers(store, "Ours")] == [
        ("Return", 3, (2026, 2027), False),
        ("cases", 2, (2026,), True),
    ]
    version_id = approved(store, of_programmes("office", "Head office", driver="cases"))
    mapping, _ = find_mapping(store, "Ours", "ways-to-the-goals")
    run_allocation(store, mapping, "Ours", ANA, version_id=version_id)
    spend = alignment.spend_by(open_run(store).part, "outcome")
    assert spend.to_dict() == {"sdg-03": 6_750_000, "sdg-04": 2_250_000}


@pytest.mark.parametrize(
    ("sheet", "where", "said"),
    [
        ("Driver | Body | Year | Measure\nfte | A | 2026-27 | many", "Return!D2", "'many' is no measure"),
        ("Driver | Body | Year | Measure\nfte | A | soon | 3", "Return!C2", "no fiscal year"),
        (
            "Driver | Body | Year | Outcome | Measure\nfte | A | 2026-27 | bliss | 3",
            "Return!D2",
            "'bliss' is no outcome",
        ),
        ("Driver | Body | Year | Measure\nfte | A | 2026-27 | 3\nfte | A | 2026-27 | 4", "Return!A1", "two measures"),
        ("Roads | 3\nRail | 4", "Return!A1", "No table of measures"),
    ],
)
def test_wrong_measures_are_findings_and_nothing_is_stored(
    sqlite_engine: Engine, settings: Settings, sheet: str, where: str, said: str
) -> None:
    names, findings = receive_drivers(sqlite_engine, settings, drawn(sheet), "m.xlsx", "Ours", ANA)
    assert names == []
    assert any(f"{f.sheet}!{f.cell}" == where and said in f.message for f in findings), findings
    assert list_drivers(sqlite_engine, "Ours") == []


def test_a_draft_is_discarded(store: Engine) -> None:
    version_id = draft(store, HEALTH)
    discard_draft(store, version_id, ANA)
    assert list_versions(store) == []
    with pytest.raises(RefusedError, match="no such"):
        open_version(store, version_id)


YEARS = """Body,Programme,Control,Budget 2025-26 £,Budget 2026-27 £
Ministry,Roads,RDEL,1000,1100
Ministry,Roads,CDEL,500,500
Ministry,Parks,RDEL,300,300
"""


def test_what_is_carried_forward_is_told_by_control_and_keeps_the_day_of_its_first_approval(
    engine: Engine, settings: Settings
) -> None:
    received = receive(engine, settings, YEARS.encode(), "years.csv", "Ours", ANA)
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, ANA)
    facts = {"why": "w", "to": {"sdg-09": 100}}
    roads = Rule.model_validate({**facts, "id": "roads", "when": {"programme": "Roads", "control": "RDEL"}})
    works = Rule.model_validate(
        {**facts, "id": "works", "when": {"programme": "Roads", "control": "CDEL"}, "last_year": "2025-26"}
    )
    like = Mapping(name="ours", title="Ours", framework="un-sdg-2015", author="us", rules=(roads, works))
    first = begin_draft(engine, "Ours", ANA, like=like)
    approve(engine, first, open_version(engine, first).revision, MOSES)
    with Session(engine) as session, session.begin():
        stored = session.get(MappingVersion, first)
        assert stored is not None
        stored.approved_at = datetime(2025, 11, 3, 9, tzinfo=UTC)

    def told(version_id: int) -> tuple[list[Any], list[Any]]:
        found = carry_forward(engine, version_id).found
        return (
            [(each.now.key[2], each.now.key[4], each.looked_at) for each in found.kept],
            [(each.now.key[2], each.now.key[4], each.why) for each in found.queue],
        )

    second = begin_draft(engine, "Ours", ANA, based_on=first)
    parks = Rule.model_validate({**facts, "id": "parks", "when": {"programme": "Parks"}, "dated": "2026-11-02"})
    change_draft(engine, second, PutRule(parks), open_version(engine, second).revision, ANA)
    kept = [("Roads", "RDEL", date(2025, 11, 3)), ("Parks", "RDEL", date(2026, 11, 2))]
    waits = [("Roads", "CDEL", "no rule takes it this year")]
    assert told(second) == (kept, waits)
    # Approving it anew is no look at what is carried on.
    approve(engine, second, open_version(engine, second).revision, MOSES)
    assert told(second) == (kept, waits)


def test_what_is_decided_in_another_way_and_memo_lines_that_count_are_looked_at(
    engine: Engine, settings: Settings
) -> None:
    """Offices that were given to none are overhead this year; a memo line counts, and is new."""
    text = "Body,Programme,Budget 2025-26 £,Budget 2026-27 £\nMinistry,Roads,900,900\nMinistry,Offices,50,50\n"
    received = receive(engine, settings, f"{text}Ministry,Bridges,,40\n".encode(), "years.csv", "Ours", ANA)
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, ANA)
    with Session(engine) as session, session.begin():
        for stored in session.exec(select(BudgetLine).where(BudgetLine.programme == "Bridges")):
            stored.memo, stored.counterpart = True, "North Council"
    rules = [
        {"id": "roads", "when": {"programme": ["Roads", "Bridges"]}, "to": {"sdg-09": 100}},
        {"id": "none", "when": {"programme": "Offices"}, "none": "set aside", "last_year": "2025-26"},
        {"id": "follows", "when": {"programme": "Offices"}, "follows": "body", "first_year": "2026-27"},
    ]
    like = Mapping(name="ours", title="Ours", framework="un-sdg-2015", author="us", rules=tuple(
        Rule.model_validate({"why": "w", **each}) for each in rules
    ))  # fmt: skip
    found = carry_forward(engine, begin_draft(engine, "Ours", ANA, like=like)).found
    assert [each.now.key[2] for each in found.kept] == ["Roads"]
    assert {each.now.key[2]: each.why for each in found.queue} == {
        "Offices": "a rule says otherwise than last year",
        "Bridges": "not in last year's budget",
    }


def test_a_part_that_a_rule_of_its_own_takes_is_looked_at(engine: Engine, settings: Settings) -> None:
    """This year's budget names a part of the grants, which a rule sends elsewhere: the grants are as they were."""
    text = "Body,Programme,Budget 2025-26 £,Budget 2026-27 £\nMinistry,Grants,900,900\nMinistry,of which: parks,,40\n"
    received = receive(engine, settings, text.encode(), "years.csv", "Ours", ANA)
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, ANA)
    with Session(engine) as session, session.begin():
        for stored in session.exec(select(BudgetLine).where(col(BudgetLine.programme).contains("parks"))):
            stored.memo = True
    rules = [
        {"id": "grants", "when": {"programme": "Grants"}, "to": {"sdg-09": 100}},
        {"id": "parks", "when": {"programme": {"contains": "parks"}}, "to": {"sdg-15": 100}},
    ]
    made = tuple(Rule.model_validate({"why": "w", **each}) for each in rules)
    like = Mapping(name="ours", title="Ours", framework="un-sdg-2015", author="us", rules=made)
    found = carry_forward(engine, begin_draft(engine, "Ours", ANA, like=like)).found
    assert [each.now.key[2] for each in found.kept] == ["Grants"]
    assert [(each.now.key[2], each.why) for each in found.queue] == [("of which: parks", "not in last year's budget")]
