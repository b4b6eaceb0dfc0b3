"""From a workbook to a report, on both databases."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.returns.reading import Answers
from budget_align.core.values.money import Unit
from budget_align.core.values.refusal import RefusedError
from budget_align.demonstration.figures import PLACES_REVISED, TRANSPORT_FEES
from budget_align.services import demonstration
from budget_align.services.frameworks import catalogue
from budget_align.services.record.trail import find_broken_event
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import discard, read_draft, waiting_drafts
from budget_align.services.returns.listing import list_submissions, open_submission
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.reporting import build_pdf, build_report
from budget_align.services.runs.running import choose_government, run_allocation
from budget_align.services.runs.shares import largest_lines
from budget_align.services.runs.tracing import source_file, trace_line
from budget_align.services.runs.viewing import open_run
from budget_align.store.database import migrate, open_database
from reports.pdf import make_pdf
from tests.tampering import tamper
from tests.workbooks import drawn

HEALTH = drawn("""
    Department of Health and Care
    Budget 2026-27, £ million

    Programme       | Resource | Capital | Total
    Hospital services
    Acute hospitals | 70.5     | 4.5     | 75
    Ambulances      | 5        | 0       | 5
    Total hospital services | 75.5 | 4.5 | 80
    Headquarters    | 20       | 0       | 20
    Total Department of Health and Care | 95.5 | 4.5 | 100
    Grants to local authorities | 9 | 0  | 9
""")
LATER = drawn("""
    Department of Health and Care
    Budget 2026-27, £ million

    Programme       | Resource | Capital | Total
    Hospital services
    Acute hospitals | 80.5     | 4.5     | 85
    Total hospital services | 80.5 | 4.5 | 85
    Total Department of Health and Care | 80.5 | 4.5 | 85
""")


def send(engine: Engine, settings: Settings, data: bytes = HEALTH, **how: Any) -> int:
    received = receive(engine, settings, data, "health.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    return confirm(engine, settings, received.draft_id, "ana", **how)


def count(engine: Engine, *tables: str) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


def test_from_workbook_to_outcome_to_cell(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    result = run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Northmere", "moses")
    run = open_run(engine, run_id=result.id)
    figures = alignment.headline(run.part)
    # The memo line names local government, of which no return is here, so that its nine million count.
    assert (figures.total, figures.aligned, figures.unaligned, figures.memo) == (
        10_900_000_000,
        8_000_000_000,
        2_900_000_000,
        0,
    )
    assert figures.memo_counted == 900_000_000
    (largest, *_), found = largest_lines(engine, run, outcome="sdg-03", limit=10)
    assert (largest.programme, largest.place, found) == ("Acute hospitals", "Return!B6", 3)
    trace = trace_line(engine, run, largest.line_id)
    assert trace.rule is not None
    assert trace.rule.id == "hospitals"
    assert [(share.outcome, share.share, share.amount) for share in trace.shares] == [("sdg-03", 10**6, 7_050_000_000)]
    assert [total.label for total in trace.totals] == ["Total hospital services", "Total Department of Health and Care"]
    assert source_file(engine, run, trace.file_hash) == ("health.xlsx", HEALTH)


def test_the_report_says_the_same_and_has_the_same_bytes_twice(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Northmere", "moses")
    run = open_run(engine)
    report = build_report(engine, run)
    assert [(row.body, row.published, row.read) for row in report.reconciliation] == [
        ("Department of Health and Care", 10_000_000_000, 10_000_000_000)
    ]
    counted = [(row.programme, row.amount) for row in report.memo_counted]
    assert (report.memo, counted) == ((), [("Grants to local authorities", 900_000_000)])
    pdf = build_pdf(engine, run)
    assert pdf == build_pdf(engine, run)
    pages = pypdf.PdfReader(io.BytesIO(pdf))
    said = " ".join(page.extract_text() for page in pages.pages)
    assert 3 <= len(pages.pages) <= 6
    assert "£100,000,000.00" in said
    assert "Return!D10" in said
    assert pages.metadata is not None
    assert pages.metadata.title == "Northmere: spending by outcome, 2026-27"
    assert b"pdfuaid" in pdf or "pdfuaid" in str(pages.xmp_metadata.rdf_root.toxml() if pages.xmp_metadata else "")


def test_the_same_inputs_are_one_run(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    mapping = catalogue.mapping("northmere-2026-sdg")
    first = run_allocation(engine, mapping, "Northmere", "moses")
    second = run_allocation(engine, mapping, "Northmere", "moses")
    assert (first.id, second.was_there) == (second.id, True)
    assert count(engine, "run") == [1]


def test_the_same_workbook_twice_is_recognised(engine: Engine, settings: Settings) -> None:
    first = receive(engine, settings, HEALTH, "health.xlsx", "Northmere", "ana")
    again = receive(engine, settings, HEALTH, "copy of health.xlsx", "Northmere", "otto")
    assert first.draft_id == again.draft_id
    assert first.draft_id is not None
    stored = confirm(engine, settings, first.draft_id, "ana")
    assert receive(engine, settings, HEALTH, "health.xlsx", "Northmere", "ana").submission_id == stored
    assert count(engine, "submission", "sourcefile") == [1, 1]


def test_a_corrected_return_replaces_or_adds_and_a_person_says_which(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    with pytest.raises(RefusedError, match="Department of Health and Care, budget 2026-27"):
        send(engine, settings, LATER)
    (draft,) = waiting_drafts(engine)
    confirm(engine, settings, draft.id, "ana", overlap="replace")
    assert [(s.status, s.line_count) for s in list_submissions(engine)] == [("submitted", 2), ("superseded", 8)]
    run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Northmere", "moses")
    assert alignment.headline(open_run(engine).part).total == 8_500_000_000


def test_a_run_says_when_returns_came_after_it(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Northmere", "moses")
    assert not open_run(engine).outdated
    send(engine, settings, LATER, overlap="add")
    assert open_run(engine).outdated


def test_a_discarded_workbook_leaves_nothing_but_its_event(engine: Engine, settings: Settings) -> None:
    received = receive(engine, settings, HEALTH, "health.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    discard(engine, received.draft_id, "ana")
    assert count(engine, "draft", "sourcefile", "submission", "budgetline") == [0, 0, 0, 0]
    with pytest.raises(RefusedError, match="no longer waiting"):
        read_draft(engine, settings, received.draft_id)


def test_an_open_question_stops_confirmation_until_a_person_answers(engine: Engine, settings: Settings) -> None:
    bare = drawn("Line | Amount\nRoads | 50\nRail | 20\nBuses | 5")
    received = receive(engine, settings, bare, "bare.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    with pytest.raises(RefusedError, match="units, thousands or millions"):
        confirm(engine, settings, received.draft_id, "ana")
    assert count(engine, "submission", "budgetline") == [0, 0]
    answers = Answers(body="Works", stage="budget", unit=Unit("GBP", 1000), fiscal_year=2026)
    stored = confirm(engine, settings, received.draft_id, "ana", answers)
    _, reading = open_submission(engine, stored)
    assert reading.lines["amount"].tolist() == [5_000_000, 2_000_000, 500_000]


def test_a_refused_workbook_leaves_nothing(engine: Engine, settings: Settings) -> None:
    with pytest.raises(RefusedError):
        receive(engine, settings, HEALTH[:500], "half.xlsx", "Northmere", "ana")
    assert count(engine, "draft", "sourcefile", "auditevent") == [0, 0, 0]


def test_a_submission_opens_as_it_was_confirmed(engine: Engine, settings: Settings) -> None:
    received = receive(engine, settings, HEALTH, "health.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    before = read_draft(engine, settings, received.draft_id)
    _, after = open_submission(engine, confirm(engine, settings, received.draft_id, "ana"))
    assert after.model_dump() == before.model_dump()
    assert after.lines.equals(before.lines)


def test_the_audit_trail_shows_a_change_to_any_event(engine: Engine, settings: Settings) -> None:
    send(engine, settings)
    run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Northmere", "moses")
    assert find_broken_event(engine) is None
    tamper(engine, "UPDATE auditevent SET actor = 'nobody' WHERE id = 2")
    assert find_broken_event(engine) == 2


def test_which_government_is_meant(engine: Engine, settings: Settings) -> None:
    with pytest.raises(RefusedError, match="import a workbook first"):
        choose_government(engine, None, "Ours")
    send(engine, settings)
    assert choose_government(engine, None, "Ours") == "Northmere"
    received = receive(engine, settings, LATER, "later.xlsx", "Southmere", "ana")
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, "ana")
    with pytest.raises(RefusedError, match="Northmere, Southmere"):
        choose_government(engine, None, "Ours")
    assert choose_government(engine, None, "Southmere") == "Southmere"


@pytest.fixture(scope="module")
def other_document(demonstration_file: Path) -> bytes:
    """The document of the demonstration as it was loaded for all tests."""
    other = open_database(f"sqlite:///{demonstration_file}")
    document = document_of(other)
    other.dispose()
    return document


def document_of(engine: Engine) -> bytes:
    """The document of what a database was allocated to, without where it stands in the record of that database."""
    report = build_report(engine, open_run(engine))
    assert report.record
    return make_pdf(replace(report, record=""))


def test_the_demonstration_shows_a_full_picture(engine: Engine, settings: Settings, other_document: bytes) -> None:
    demonstration.load_demonstration(engine, settings)
    # The document's bytes depend on neither the kind of database nor when it was made.
    assert document_of(engine) == other_document
    demonstration.load_demonstration(engine, settings)
    # Once to the goals, to the enabling capabilities, and to each version of the government's own framework.
    assert count(engine, "submission", "run", "consultation") == [8, 4, 1]
    report = build_report(engine, open_run(engine))
    assert len(report.bodies) == 15
    assert report.before is not None
    assert [row.body for row in report.unstated] == ["Department for Learning"]
    assert [(row.place, row.published - row.read) for row in report.differences] == [
        ("Estimates 2026-27!E18", -25_000_000)
    ]
    assert 0.9 < (report.figures.aligned_share or 0) < 1


PLACES = "Ministry for Places and People"


def test_the_demonstration_has_fees_beside_its_spending(northmere: Engine) -> None:
    report = build_report(northmere, open_run(northmere))
    fees = sum(now for lines in TRANSPORT_FEES.values() for _, _, now in lines) * 100_000
    assert (report.flows.gross + report.flows.receipts, report.flows.income) == (report.figures.total, fees)
    assert report.flows.net == report.figures.total - fees
    by_outcome = {row.code: row.income for row in report.outcomes if row.income}
    # Half of what trains pay, and four fifths of what drivers pay, stands beside industry and infrastructure.
    assert by_outcome["sdg-09"] == (43_250 * 50 + (19_100 + 9_700) * 80) * 1_000
    assert sum(by_outcome.values()) + report.income_unaligned == fees
    assert report.income_unaligned == 3_050 * 100_000


def test_the_demonstration_counts_the_autumn_revision_and_the_original_where_it_is_named(northmere: Engine) -> None:
    revised = open_run(northmere)
    (basis,) = [each for each in revised.shown_bases if each.left]
    assert (basis.body, basis.version, basis.left) == (PLACES, "revised (autumn, 2026-10-14)", ("original",))
    named = run_allocation(
        northmere,
        catalogue.mapping(demonstration.MAPPING),
        demonstration.GOVERNMENT,
        "ana",
        versions={PLACES: "original"},
    )
    original = open_run(northmere, run_id=named.id)
    # The revision moves money within the ministry, so that the headline stays as it was first approved.
    assert alignment.headline(revised.part) == alignment.headline(original.part)
    spend = [alignment.spend_by(run.part, "outcome").to_dict() for run in (original, revised)]
    food = PLACES_REVISED["Emergency food support"] - 17_100
    # Seven tenths of emergency food support serve an end to hunger, by the rule on food.
    assert spend[1]["sdg-02"] - spend[0]["sdg-02"] == food * 70_000
    untouched = [run.part[run.part["body"] != PLACES].reset_index(drop=True) for run in (original, revised)]
    assert untouched[0].equals(untouched[1])
    assert revised.compare_bases([("budget", 2025), ("budget", 2026)])[1].startswith("Two bases meet: Ministry for")
    assert original.compare_bases([("budget", 2025), ("budget", 2026)]) == ("Basis: original.",)


def test_the_demonstration_is_in_its_own_terms_wherever_it_is_loaded(sqlite_engine: Engine, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"currency": "JPY", "fiscal_year_starts": 1, "locale": "ja_JP"})
    demonstration.load_demonstration(sqlite_engine, elsewhere)
    run = open_run(sqlite_engine, government=demonstration.GOVERNMENT)
    assert run.terms.amount(123) == "£1.23"
    assert run.year_label == "2026-27"


def test_the_tables_and_the_migrations_agree(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_database_with_runs_is_brought_up_to_date_with_all_its_rows(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    with engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", "budget_align/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    time = "'2026-11-24 10:00:00'"
    rows = [
        "INSERT INTO sourcefile (file_hash, content) VALUES ('f', '')",
        "INSERT INTO submission (id, government, status, file_hash, file_name, reading, lines_hash, line_count, "
        f"confirmed_by, confirmed_at) VALUES (1, 'Ours', 'submitted', 'f', 'n', '{{}}', 'h', 0, 'ana', {time})",
        "INSERT INTO run (id, government, mapping_name, mapping_hash, mapping, framework, line_count, ran_by, ran_at) "
        f"VALUES ('r1', 'Ours', 'm', 'h', '{{}}', '{{}}', 0, 'ana', {time})",
        "INSERT INTO runsubmission (run_id, submission_id) VALUES ('r1', 1)",
        "INSERT INTO cubecell (run_id, position, body, outcome, control, stage, fiscal_year, kind, amount) "
        "VALUES ('r1', 1, 'A', 'o', '', 'budget', 2026, 'direct', 5)",
        "INSERT INTO budgetline (submission_id, line_id, body, level, unit, programme_code, programme, account_code, "
        "account, control, stage, fiscal_year, amount, memo, counterpart, description, extra, sheet, row, cell, "
        "file_hash) VALUES (1, 'x', 'A', '', '', '', 'Roads', '', '', '', 'budget', 2026, 5, false, '', '', '', 's', 1, "
        "'A1', 'f'), (1, 'y', 'A', '', '', '', 'Roads', '', '', '', 'budget', 2026, 4, false, '', '', '', 's', 2, 'A2', "
        "'f')",
        "INSERT INTO allocation (run_id, position, submission_id, line_id, outcome, amount, rule_id, kind) VALUES "
        "('r1', 1, 1, 'x', 'o', 3, 'r', 'direct'), ('r1', 2, 1, 'x', '', 2, 'r', 'unaligned'), "
        "('r1', 3, 1, 'y', 'o', 4, 'r', 'direct')",
    ]
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row))
    migrate(engine)
    migrate(engine)
    assert count(engine, "run", "runsubmission", "cubecell", "mappingversion") == [1, 1, 2, 0]
    with engine.connect() as connection:
        # What lines give was summed up anew for the run that was there: by rule, by programme, and whole by outcome.
        cells = text("SELECT level, toward, outcome, rule_id, amount FROM cubecell ORDER BY outcome")
        assert connection.execute(cells).all() == [("", "", "", "r", 2), ("", "", "o", "r", 7)]
        summed = text("SELECT programme, outcome, amount FROM programmecell ORDER BY outcome")
        assert connection.execute(summed).all() == [("Roads", "", 2), ("Roads", "o", 7)]
        touched = text("SELECT outcomes, amount FROM touchcell")
        assert connection.execute(touched).all() == [("o", 9)]


def test_amounts_in_another_currency_are_never_counted_as_pounds(engine: Engine, settings: Settings) -> None:
    dollars = drawn("Department of Works\nBudget 2026-27, $ thousand\n\nLine | 2026-27\nRoads | 50\nRail | 20")
    received = receive(engine, settings, dollars, "works.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    with pytest.raises(RefusedError, match="are in USD and budgets are counted in GBP"):
        confirm(engine, settings, received.draft_id, "ana")
    assert count(engine, "submission", "budgetline") == [0, 0]


def test_amounts_beyond_32_bits_are_kept(engine: Engine, settings: Settings) -> None:
    big = drawn("Line | 2026-27 budget £bn\nDebt | 904.123456789\nDebt later | 100\nOther | 3")
    received = receive(engine, settings, big, "big.xlsx", "Northmere", "ana")
    assert received.draft_id is not None
    stored = confirm(engine, settings, received.draft_id, "ana", Answers(body="Treasury"))
    _, reading = open_submission(engine, stored)
    assert reading.lines["amount"].tolist()[0] == 90_412_345_678_900
    with Session(engine) as session:
        assert json.loads(session.execute(text("SELECT extra FROM budgetline LIMIT 1")).scalar_one())["header"]
