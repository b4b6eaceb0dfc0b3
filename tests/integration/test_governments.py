"""Currencies, fiscal years, flows and versions, from workbook to run, command line and API, on both databases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlmodel import Session

from budget_align.cli import main
from budget_align.cli.years import one_year
from budget_align.config import Settings, load_settings
from budget_align.core.returns.reading import Answers
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Unit
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from budget_align.services.governments.governments import deflator_of, keep_terms, settle_bare_year, terms_of
from budget_align.services.mappings.drafting import approve, begin_draft
from budget_align.services.people.accounts import add_account
from budget_align.services.people.tokens import make_token
from budget_align.services.returns.confirming import confirm, find_overlap
from budget_align.services.returns.drafts import read_draft
from budget_align.services.returns.listing import open_submission
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.budgets import open_budget
from budget_align.services.runs.run_figures import RunFigures, figures_of
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.tracing import trace_line
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.store.database import migrate, open_database
from budget_align.web.app import create_app
from tests.at_once import at_once
from tests.governments import GOVERNMENTS, LAKELAND, MAPPING, RIVERLAND, Government
from tests.people import EVERYTHING
from tests.workbooks import drawn

each_government = pytest.mark.parametrize("government", GOVERNMENTS, ids=lambda government: government.name)


def take(engine: Engine, settings: Settings, name: str, *workbooks: bytes, **answers: Any) -> list[int]:
    """Confirms workbooks as they are read, or by answers; the ids of the submissions."""
    found = []
    for number, data in enumerate(workbooks, 1):
        received = receive(engine, settings, data, f"return {number}.xlsx", name, "ana")
        assert received.draft_id is not None
        found.append(confirm(engine, settings, received.draft_id, "ana", Answers(**answers) if answers else None))
    return found


def run_of(engine: Engine, name: str, **versions: str) -> OpenRun:
    named = {body.replace("_", " "): version for body, version in versions.items()}
    return open_run(engine, run_id=run_allocation(engine, MAPPING, name, "ana", versions=named).id)


def count(engine: Engine, *tables: str) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


# --- from workbook to run ----------------------------------------------------------------------------------------


@each_government
def test_a_government_is_counted_in_its_own_terms(engine: Engine, settings: Settings, government: Government) -> None:
    own = government.settings(settings)
    take(engine, own, government.name, government.original, government.revised)
    run = run_of(engine, government.name)
    assert (run.terms.currency.code, run.year_label, run.fiscal_year) == (
        government.currency,
        government.year,
        government.first,
    )
    assert (run.flows.gross, run.flows.income) == (government.gross, government.income)
    assert run.flows.net == government.gross - government.income
    # All of the income serves life below water, beside spending and not taken from it.
    assert run.income_by_outcome == {"sdg-14": government.income}
    assert "sdg-14" not in set(run.part.loc[run.part["amount"] != 0, "outcome"])
    (basis,) = run.bases
    assert (basis.version, basis.left, basis.named) == ("revised", ("original",), False)
    # Each line's trace is of the version that counts, and lines of the other are none of the run's.
    (outcome,) = [row for row in figures_of(engine, run).outcomes if row.code == "sdg-13"]
    floods = government.gross - (30_000_000 if government is RIVERLAND else 1_225_000_000)
    assert outcome.amount == floods * 6 // 10
    lines = open_submission(engine, 2)[1].lines
    trace = trace_line(engine, run, lines.loc[lines["programme"] == "Flood defence", "line_id"].iloc[0])
    assert [(share.outcome, share.amount) for share in trace.shares] == [
        ("sdg-13", outcome.amount),
        ("", floods - outcome.amount),
    ]
    assert [share.exactly for share in trace.shares] == [run.terms.amount(share.amount) for share in trace.shares]
    old = open_submission(engine, 1)[1].lines["line_id"].iloc[0]
    with pytest.raises(RefusedError, match="holds no line"):
        trace_line(engine, run, old)


@each_government
def test_the_figures_for_software_say_their_currency_and_add_up(
    engine: Engine, settings: Settings, government: Government
) -> None:
    own = government.settings(settings)
    take(engine, own, government.name, government.original, government.revised)
    run = run_of(engine, government.name)
    add_account(engine, "ana@example.org", "Ana", "long enough a password", EVERYTHING)
    bearer = {"Authorization": f"Bearer {make_token(engine, 'ana@example.org', 'tests')}"}
    client = create_app(own, engine).test_client()
    answer = client.get(
        f"/api/v1/governments/{government.name}/figures?run={run.id}&year={government.year}", headers=bearer
    )
    assert answer.status_code == 200
    said = answer.get_json()
    assert said == figures_of(engine, run).model_dump(mode="json")
    assert said["standing"] == "trial"
    assert (said["currency"], said["minor_unit"], said["fiscal_year"]) == (
        government.currency,
        government.minor_unit,
        government.year,
    )
    assert said["total"] == said["gross"] == government.gross
    assert said["net"] == said["gross"] - said["income"]
    assert said["aligned"] + said["unaligned"] == said["gross"]
    assert sum(row["amount"] for row in said["outcomes"]) == said["aligned"]
    assert sum(row["income"] for row in said["outcomes"]) + said["income_unaligned"] == said["income"]
    for key in ("gross", "income", "net", "financing"):
        assert sum(row[key] for row in said["bodies"]) == said[key]
    for flow, key in (("expenditure", "gross"), ("income", "income")):
        assert sum(row["amount"] for row in said["rules"] if row["flow"] == flow) == said[key]
    assert [basis["version"] for basis in said["bases"]] == ["revised"]
    # A year that the run does not hold, one that is none, and a government that is none are each told.
    of_run = f"?run={run.id}&year="
    for path, status in ((f"{of_run}FY1999", 404), (f"{of_run}soon", 422), ("?run=00000000", 404), ("", 404)):
        answer = client.get(f"/api/v1/governments/{government.name}/figures{path}", headers=bearer)
        assert answer.status_code == status
    assert client.get("/api/v1/governments/Nowhere/figures").status_code == 404


def test_years_of_observations_go_out_as_they_came_in(sqlite_engine: Engine, settings: Settings) -> None:
    own = RIVERLAND.settings(settings)
    take(sqlite_engine, own, RIVERLAND.name, RIVERLAND.original)
    add_account(sqlite_engine, "ana@example.org", "Ana", "long enough a password", EVERYTHING)
    bearer = {"Authorization": f"Bearer {make_token(sqlite_engine, 'ana@example.org', 'tests')}"}
    client = create_app(own, sqlite_engine).test_client()
    path = f"/api/v1/governments/{RIVERLAND.name}"
    client.put(f"{path}/indicators/floods", json={"code": "floods", "name": "Floods"}, headers=bearer)
    sent = [
        {"indicator": "floods", "territory": "Riverland", "year": year, "value": 3.0} for year in ("FY2025", "2025-26")
    ]
    assert client.post(f"{path}/observations", json={"observations": sent}, headers=bearer).status_code == 200
    found = client.get(f"{path}/observations").get_json()["observations"]
    # FY2025 is the year that began in 2024; the span is the year that the government calls FY2026.
    assert [each["year"] for each in found] == ["FY2025", "FY2026"]
    (reading,) = client.get(f"{path}/indicators").get_json()["indicators"]
    assert reading["latest_year"] == "FY2026"


# --- terms are kept ----------------------------------------------------------------------------------------------


def test_terms_are_kept_with_a_government_and_not_changed_once_it_has_lines(engine: Engine, settings: Settings) -> None:
    own = RIVERLAND.settings(settings)
    assert terms_of(engine, "Riverland", settings) == UK
    # A first workbook keeps the terms; while nothing is confirmed, the settings may still say otherwise.
    received = receive(engine, own, RIVERLAND.original, "one.xlsx", "Riverland", "ana")
    assert count(engine, "government") == [1]
    assert terms_of(engine, "Riverland", settings) == UK
    assert received.draft_id is not None
    with pytest.raises(RefusedError, match="are in USD and budgets are counted in GBP"):
        confirm(engine, settings, received.draft_id, "ana")
    assert count(engine, "submission", "budgetline", "statedtotal", "draft") == [0, 0, 0, 1]
    confirm(engine, own, received.draft_id, "ana")
    kept = terms_of(engine, "Riverland", settings)
    assert (kept.currency.code, kept.calendar.starts, kept.calendar.style, kept.locale) == (
        "USD",
        10,
        "FY2026",
        "en_US",
    )
    # Another government of the same installation has terms of its own, and this one keeps its own.
    take(engine, LAKELAND.settings(settings), "Lakeland", LAKELAND.original)
    take(engine, settings, "Riverland", RIVERLAND.revised)
    assert terms_of(engine, "Riverland", settings) == kept
    assert terms_of(engine, "Lakeland", settings).currency.code == "EUR"
    assert deflator_of(load_settings(Path("config.toml")), kept) is None
    assert deflator_of(load_settings(Path("config.toml")), UK) is not None


def test_what_a_bare_year_means_is_settled_once_for_a_government(engine: Engine, settings: Settings) -> None:
    with Session(engine) as session, session.begin():
        with pytest.raises(RefusedError, match="send a workbook of it first"):
            settle_bare_year(session, "Ours", "end")
        keep_terms(session, "Ours", settings)
        settle_bare_year(session, "Ours", "end")
    assert terms_of(engine, "Ours", settings).calendar.bare_year == "end"
    with Session(engine) as session, session.begin():
        keep_terms(session, "Lakeland", LAKELAND.settings(settings))
        settle_bare_year(session, "Lakeland", "end")
    lakeland = terms_of(engine, "Lakeland", LAKELAND.settings(settings)).calendar
    assert lakeland.is_calendar_year
    assert (lakeland.find_years("2024-25"), lakeland.find_years("2024")) == ([2025], [2024])
    with Session(engine) as session, session.begin():
        keep_terms(session, "Riverland", RIVERLAND.settings(settings))
        with pytest.raises(RefusedError, match="writes FY2026 for the year that begins in 2025"):
            settle_bare_year(session, "Riverland", "start")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"currency": "XYZ"}, "currency: 'XYZ' is no currency; give its code"),
        ({"fiscal_year_starts": "13"}, "fiscal_year_starts: 13 is no month"),
        ({"fiscal_year_starts": "0"}, "fiscal_year_starts: 0 is no month"),
        ({"fiscal_year_style": "26"}, "fiscal_year_style: '26' is no way to write"),
        (
            {"fiscal_year_starts": "1", "fiscal_year_style": "2025-26"},
            "fiscal_year_style: A year that begins in January",
        ),
        ({"locale": "nowhere"}, "locale: 'nowhere' is no locale"),
    ],
)
def test_terms_that_are_none_are_refused_at_start_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, facts: dict[str, str], said: str
) -> None:
    (tmp_path / "config.toml").write_text("")
    for name, value in facts.items():
        monkeypatch.setenv(f"BUDGET_ALIGN_{name.upper()}", value)
    with pytest.raises(RefusedError, match=said):
        load_settings(tmp_path / "config.toml")


def test_two_who_send_a_governments_first_workbooks_at_once_keep_one_set_of_terms(
    engine: Engine, settings: Settings
) -> None:
    own = RIVERLAND.settings(settings)
    for data in (RIVERLAND.original, RIVERLAND.revised):
        receive(engine, own, data, "warm.xlsx", "Warm", "ana")
    at_once(
        lambda: receive(engine, own, RIVERLAND.original, "a.xlsx", "Riverland", "ana"),
        lambda: receive(engine, own, RIVERLAND.revised, "b.xlsx", "Riverland", "ben"),
    )
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, currency FROM government ORDER BY name")).all()
    assert [tuple(row) for row in found] == [("Riverland", "USD"), ("Warm", "USD")]
    assert count(engine, "draft") == [4]


def test_of_two_who_confirm_the_same_workbook_one_stores_it(engine: Engine, settings: Settings) -> None:
    own = RIVERLAND.settings(settings)
    draft_id = receive(engine, own, RIVERLAND.original, "a.xlsx", "Riverland", "ana").draft_id
    assert draft_id is not None
    read_draft(engine, own, draft_id)
    found = at_once(*[lambda: confirm(engine, own, draft_id, "ana")] * 2)
    assert sorted(map(str, found)) == ["1", "no-draft"]
    assert count(engine, "submission") == [1]


def test_of_two_who_confirm_returns_for_the_same_budget_the_second_is_asked(engine: Engine, settings: Settings) -> None:
    own = RIVERLAND.settings(settings)
    other = RIVERLAND.original.replace(b"PK", b"PK", 1)
    assert other == RIVERLAND.original
    changed = drawn("Department of Rivers\nBudget, $ thousands\n\nProgramme | FY2026\nFlood defence | 5\nMooring | 6")
    drafts = [
        receive(engine, own, data, f"{number}.xlsx", "Riverland", "ana").draft_id
        for number, data in enumerate((RIVERLAND.original, changed))
    ]
    assert None not in drafts
    found = at_once(*(lambda draft=draft: confirm(engine, own, draft, "ana") for draft in drafts))  # type: ignore[misc]
    assert sorted(map(str, found)) == ["1", "overlap"]
    assert count(engine, "submission") == [1]


# --- versions ----------------------------------------------------------------------------------------------------


def test_another_version_is_no_overlap_and_the_same_one_is(engine: Engine, settings: Settings) -> None:
    own = LAKELAND.settings(settings)
    take(engine, own, "Lakeland", LAKELAND.original)
    received = receive(engine, own, LAKELAND.revised, "revised.xlsx", "Lakeland", "ana")
    assert received.draft_id is not None
    assert find_overlap(engine, "Lakeland", received.reading) == {}
    confirm(engine, own, received.draft_id, "ana")
    again = receive(engine, own, LAKELAND.revised + b"", "x.xlsx", "Lakeland", "ana")
    assert again.submission_id == 2
    said = find_overlap(engine, "Lakeland", again.reading)
    assert said == {2: ["Ministry of Lakes, revised budget 2026"]}


def test_a_version_older_than_the_one_in_force_is_told_and_runs_take_the_newer(
    engine: Engine, settings: Settings
) -> None:
    own = LAKELAND.settings(settings)
    take(engine, own, "Lakeland", LAKELAND.revised)
    received = receive(engine, own, LAKELAND.original, "late.xlsx", "Lakeland", "ana")
    assert received.draft_id is not None
    (told,) = [f for f in read_draft(engine, own, received.draft_id).findings if f.code == "older-version"]
    assert told.message == (
        "This is the original budget of Ministry of Lakes for 2026, and the newer one, revised, is in force."
    )
    assert told.action.startswith("Runs go on taking the newer one.")
    confirm(engine, own, received.draft_id, "ana")
    run = run_of(engine, "Lakeland")
    assert (run.flows.gross, [basis.version for basis in run.bases]) == (LAKELAND.gross, ["revised"])


@each_government
def test_a_run_takes_a_version_that_is_named_and_is_another_run(
    engine: Engine, settings: Settings, government: Government
) -> None:
    own = government.settings(settings)
    take(engine, own, government.name, government.original, government.revised)
    newest = run_of(engine, government.name)
    (body,) = {basis.body for basis in newest.bases}
    named = run_of(engine, government.name, **{body.replace(" ", "_"): "original"})
    assert (newest.flows.gross, named.flows.gross) == (government.gross, government.gross_original)
    assert newest.id != named.id
    (basis,) = named.bases
    assert (basis.version, basis.left, basis.named) == ("original", ("revised",), True)
    # To name the newest is the run that takes it anyway, and the workbench counts it too.
    assert run_of(engine, government.name, **{body.replace(" ", "_"): "revised"}).id == newest.id
    budget = open_budget(engine, government.name)
    spending = budget.index.lines.loc[budget.spending & ~budget.index.lines["memo"].to_numpy(), "amount"]
    assert int(spending.sum()) == government.gross


@pytest.mark.parametrize(
    ("body", "version", "said"),
    [
        ("Ministry of Lakes", "final", "Ministry of Lakes has no version 'final'; it has original, revised."),
        ("Ministry of Lakes", "second", "'second' is no version of a budget; write original"),
        ("Ministry of Seas", "original", "There is no return of 'Ministry of Seas'; there are Ministry of Lakes."),
    ],
)
def test_a_version_or_body_that_is_none_is_refused(
    sqlite_engine: Engine, settings: Settings, body: str, version: str, said: str
) -> None:
    take(sqlite_engine, LAKELAND.settings(settings), "Lakeland", LAKELAND.original, LAKELAND.revised)
    with pytest.raises(RefusedError, match=said):
        run_allocation(sqlite_engine, MAPPING, "Lakeland", "ana", versions={body: version})
    assert count(sqlite_engine, "run") == [0]


# --- bad input ---------------------------------------------------------------------------------------------------


FIVE = {"Wells": 999_871, "Pipes": 998_432, "Tanks": 997_219, "Ports": 999_104, "Ships": 996_557}


def test_amounts_beyond_64_bits_in_a_currency_of_three_digits_are_refused_and_nothing_is_stored(
    engine: Engine, settings: Settings
) -> None:
    dinars = settings.model_copy(update={"currency": "KWD"})
    billions = {"unit": Unit(multiplier=10**9), "body": "Oil Ministry", "stage": "budget"}
    # Three million billion dinars are three quintillion fils: one alone is beyond any budget.
    one = drawn("Oil Ministry\nBudget\n\nProgramme | 2026-27 budget\nWells | 3012345\nPipes | 1478\nTanks | 2911")
    # Each is within bounds, and the five together leave exact sums.
    rows = "\n".join(f"{name} | {amount}" for name, amount in FIVE.items())
    many = drawn(f"Oil Ministry\nBudget\n\nProgramme | 2026-27 budget\n{rows}")
    for data in (one, many):
        with pytest.raises(RefusedError, match="beyond any budget"):
            take(engine, dinars, "Oilland", data, **billions)
    assert count(engine, "submission", "budgetline", "statedtotal") == [0, 0, 0]
    # The same figures in a currency of two digits are within bounds.
    assert take(engine, settings, "Elsewhere", many, **billions)


def test_lines_of_another_currency_are_refused_by_name(engine: Engine, settings: Settings) -> None:
    own = LAKELAND.settings(settings)
    with pytest.raises(RefusedError, match="'Return' are in USD and budgets are counted in EUR; send them in that"):
        take(engine, own, "Lakeland", RIVERLAND.original)
    assert count(engine, "submission", "budgetline") == [0, 0]


# --- the command line --------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(
    request: pytest.FixtureRequest, with_tables: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Government], Callable[..., Any]]:
    """An installation of a government, by whose command line tests call words; on both databases."""
    monkeypatch.chdir(with_tables)
    monkeypatch.setenv("BUDGET_ALIGN_CONFIG", str(with_tables / "config.toml"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres_address"))

    def install(government: Government) -> Callable[..., Any]:
        terms = "\n".join(f"{name} = {json.dumps(value)}" for name, value in government.terms.items())
        (with_tables / "config.toml").write_text(f'data_folder = "var"\ngovernment = "{government.name}"\n{terms}\n')
        (with_tables / "original.xlsx").write_bytes(government.original)
        (with_tables / "revised.xlsx").write_bytes(government.revised)

        def call(*words: str, code: int = 0) -> Any:
            result = CliRunner().invoke(main, words)
            assert result.exit_code == code, result.output
            return json.loads(result.stdout) if "--json" in words and not code else result.output

        return call

    return install


def own_mapping(settings: Settings, government: str) -> None:
    """Approves `MAPPING` for a government, so that the command line can name it."""
    engine = open_database(settings.database)
    draft = begin_draft(engine, government, "ana", like=MAPPING)
    approve(engine, draft, 1, "ben")
    engine.dispose()


@each_government
def test_the_command_line_imports_and_runs_in_a_governments_terms(
    installed: Callable[[Government], Callable[..., Any]], government: Government
) -> None:
    call = installed(government)
    said = call("import", "original.xlsx", "--json")
    assert (said["currency"], said["minor_unit"]) == (government.currency, government.minor_unit)
    bodies = {row["flow"]: row for row in said["bodies"]}
    assert set(bodies) == {"expenditure", "income"}
    spent = bodies["expenditure"]
    assert (spent["stage"], spent["version"], spent["fiscal_year"]) == ("budget", "original", government.year)
    assert (spent["read"], spent["published"], spent["difference"], spent["memo"]) == (
        *[government.gross_original] * 2,
        0,
        0,
    )
    assert bodies["income"]["difference"] == 0
    shown = call("import", "revised.xlsx")
    assert f"Budget {government.year}, revised, {government.currency}" in shown
    assert f"Budget {government.year}, revised, income, {government.currency}" in shown
    assert "£" not in shown
    own_mapping(load_settings(), government.name)
    ran = call("run", "--mapping", "waters", "--json")
    RunFigures.model_validate(ran)
    assert (ran["currency"], ran["minor_unit"], ran["fiscal_year"]) == (
        government.currency,
        government.minor_unit,
        government.year,
    )
    assert (ran["gross"], ran["income"], ran["net"], ran["financing"]) == (
        government.gross,
        government.income,
        government.gross - government.income,
        0,
    )
    assert {row["code"]: row["income"] for row in ran["outcomes"] if row["income"]} == {"sdg-14": government.income}
    body = ran["bodies"][0]["body"]
    named = call("run", "--mapping", "waters", "--version", f"{body}=original", "--year", government.year, "--json")
    assert (named["gross"], named["bases"][0]["version"]) == (government.gross_original, "original")
    assert named["run"] != ran["run"]
    table = call("run", "--mapping", "waters")
    assert f"budget {government.year} by outcome, {government.currency}" in table
    assert "Net: gross less income" in table
    assert "£" not in table
    assert "no body and version" in call("run", "--mapping", "waters", "--version", "original", code=2)


def test_what_the_workbook_does_not_say_is_said_on_the_command_line(
    installed: Callable[[Government], Callable[..., Any]], tmp_path: Path
) -> None:
    call = installed(LAKELAND)
    (tmp_path / "bare.xlsx").write_bytes(drawn("Line | Amount\nLocks | 50\nQuays | 20\nBuoys | 5"))
    words = ("--body", "Ports", "--stage", "budget", "--unit", "units", "--year", "2026", "--flow", "income")
    said = call("import", "bare.xlsx", *words, "--version", "revised  (autumn, 2025-11-26)", "--json")
    (row,) = said["bodies"]
    assert (row["flow"], row["version"], row["fiscal_year"], row["read"]) == (
        "income",
        "revised (autumn, 2025-11-26)",
        "2026",
        7_500,
    )
    again = call("import", "bare.xlsx", "--json")
    assert again["already_stored"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version", "draft"), "'draft' is no version of a budget; write original, final, or revised"),
        (("--year", "soon"), "'soon' is no fiscal year; write it as 2025-26"),
        (("--year", "2026"), "'2026' may be 2025-26 or 2026-27; write which of them"),
    ],
)
def test_words_that_cannot_be_meant_are_refused_before_the_workbook_is_read(
    installed: Callable[[Government], Callable[..., Any]], words: tuple[str, str], said: str
) -> None:
    home = Government(**{**vars(LAKELAND), "name": "Home", "terms": {}})
    call = installed(home)
    assert said in " ".join(call("import", "original.xlsx", *words, code=2).split())


def test_a_span_that_a_person_writes_is_the_calendar_year_in_which_it_begins_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert one_year("2013-14", FiscalCalendar.of_month(1)) == 2013
    assert "'2013-14' is taken for 2013, in which it begins; for the other, write 2014." in capsys.readouterr().err
    assert one_year("2014", FiscalCalendar.of_month(1)) == 2014
    assert one_year("2013-14", FiscalCalendar.of_month(4)) == 2013
    assert not capsys.readouterr().err


@pytest.mark.parametrize("unit", ["units", "pounds"])
def test_one_unit_is_one_of_the_governments_own_currency(
    installed: Callable[[Government], Callable[..., Any]], tmp_path: Path, unit: str
) -> None:
    call = installed(LAKELAND)
    (tmp_path / "bare.xlsx").write_bytes(drawn("Line | Amount\nLocks | 50\nQuays | 20\nBuoys | 5"))
    said = call(
        "import", "bare.xlsx", "--body", "Ports", "--stage", "budget", "--unit", unit, "--year", "2026", "--json"
    )
    assert (said["currency"], said["bodies"][0]["read"]) == ("EUR", 7_500)


# --- old databases -----------------------------------------------------------------------------------------------


def test_an_old_database_comes_through_as_pounds_expenditure_original_and_april(
    engine: Engine, settings: Settings
) -> None:
    with engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", "budget_align/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
    time = "'2026-11-24 10:00:00'"
    belief = {"value": "A", "confidence": 1.0, "evidence": "cell A1"}
    table = {
        "key": "s!A1:B3",
        "fingerprint": "p",
        "sheet": "s",
        "area": "A1:B3",
        "title": "T",
        "header_rows": [1],
        "columns": [],
        "body": belief,
        "stage": {**belief, "value": "budget"},
        "unit": {**belief, "value": "£"},
        "unit_of_amounts": {"currency": "GBP", "multiplier": 1},
        "price_basis": {**belief, "value": "cash"},
        "counted": {**belief, "value": "yes"},
        "lines": 2,
        "memo_lines": 0,
        "totals": 1,
        "summary": False,
    }
    reading = json.dumps(
        {
            "file_name": "n",
            "file_hash": "f",
            "file_format": "xlsx",
            "sheets": ["s"],
            "tables": [table],
            "skipped": [],
            "findings": [],
            "questions": [],
        }
    )
    rows: list[tuple[str, dict[str, Any]]] = [
        ("INSERT INTO sourcefile (file_hash, content) VALUES ('f', '')", {}),
        (
            "INSERT INTO submission (id, government, status, file_hash, file_name, reading, lines_hash, line_count, "
            f"confirmed_by, confirmed_at) VALUES (1, 'Ours', 'submitted', 'f', 'n', :reading, 'h', 2, 'ana', {time})",
            {"reading": reading},
        ),
        (
            "INSERT INTO bodylevel (government, body, level) VALUES ('Theirs', 'A', 'local')",
            {},
        ),
        (
            "INSERT INTO run (id, government, mapping_name, mapping_hash, mapping, framework, line_count, ran_by, "
            f"ran_at) VALUES ('r1-long-enough', 'Ours', 'm', 'h', :mapping, :framework, 2, 'ana', {time})",
            {"mapping": MAPPING.to_stored(), "framework": _framework()},
        ),
        ("INSERT INTO runsubmission (run_id, submission_id) VALUES ('r1-long-enough', 1)", {}),
        (
            "INSERT INTO budgetline (submission_id, line_id, body, level, unit, programme_code, programme, "
            "account_code, account, control, stage, fiscal_year, amount, memo, counterpart, description, extra, sheet, "
            "row, cell, file_hash) VALUES (1, 'x', 'A', '', '', '', 'Roads', '', '', '', 'budget', 2026, 500, false, "
            "'', '', '', 's', 2, 'B2', 'f'), (1, 'y', 'A', '', '', '', 'Rail', '', '', '', 'budget', 2026, 400, false, "
            "'', '', '', 's', 3, 'B3', 'f')",
            {},
        ),
        (
            "INSERT INTO statedtotal (submission_id, sheet, row, cell, label, body, whole, memo, stage, fiscal_year, "
            "control, published, read, members, rounding) VALUES (1, 's', 4, 'B4', 'Total', 'A', true, false, "
            "'budget', 2026, '', 900, 900, '[]', 0)",
            {},
        ),
        (
            "INSERT INTO allocation (run_id, position, submission_id, line_id, outcome, amount, rule_id, kind, toward) "
            "VALUES ('r1-long-enough', 1, 1, 'x', 'sdg-13', 500, 'floods', 'direct', ''), "
            "('r1-long-enough', 2, 1, 'y', '', 400, '', 'unaligned', '')",
            {},
        ),
        (
            "INSERT INTO cubecell (run_id, position, body, level, toward, outcome, control, stage, fiscal_year, kind, "
            "amount, contributing) VALUES ('r1-long-enough', 1, 'A', '', '', 'sdg-13', '', 'budget', 2026, 'direct', "
            "500, 500), ('r1-long-enough', 2, 'A', '', '', '', '', 'budget', 2026, 'unaligned', 400, 400)",
            {},
        ),
    ]
    with engine.begin() as connection:
        for statement, facts in rows:
            connection.execute(text(statement), facts)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM government ORDER BY name")).all()
    assert [tuple(row) for row in kept] == [(name, "GBP", 4, "2025-26", "", "en_GB") for name in ("Ours", "Theirs")]
    # Whatever the settings say of new governments, the old ones count on as they did.
    assert terms_of(engine, "Ours", RIVERLAND.settings(settings)) == UK
    _, opened = open_submission(engine, 1)
    assert opened.currency == "GBP"
    assert set(opened.lines["flow"]) == {"expenditure"}
    assert set(opened.lines["version"]) == {"original"}
    assert [(total.flow, total.version) for total in opened.control_totals] == [("expenditure", "original")]
    assert (opened.tables[0].flow.value, opened.tables[0].version.value) == ("expenditure", "original")
    run = open_run(engine, run_id="r1-long-enough")
    assert (run.flows.gross, run.flows.income, run.year_label) == (900, 0, "2026-27")
    assert [basis.key for basis in run.bases] == [("A", "budget", 2026, "original")]
    said = figures_of(engine, run)
    assert (said.total, said.aligned, said.currency) == (900, 500, "GBP")


def _framework() -> str:
    from budget_align.services.frameworks import catalogue

    return catalogue.framework("un-sdg-2015").model_dump_json()


def test_a_revision_of_spending_alone_leaves_the_originals_income(engine: Engine, settings: Settings) -> None:
    own = RIVERLAND.settings(settings)
    spending = drawn("""
        Department of Rivers
        Budget, revised, $ thousands

        Programme       | FY2026
        Flood defence   | 1300.5
        Mooring         | 300.25
        Total           | 1600.75
    """)
    take(engine, own, "Riverland", RIVERLAND.original, spending)
    run = run_of(engine, "Riverland")
    assert (run.flows.gross, run.flows.income) == (160_075_000, RIVERLAND.income)
    body, period = "Department of Rivers", ("budget", 2025)
    assert [run.version_of(body, *period, flow) for flow in ("expenditure", "income")] == ["revised", "original"]
    # The original's fees are the run's and its spending is not.
    lines = open_submission(engine, 1)[1].lines.set_index(["programme", "flow"])["line_id"]
    assert trace_line(engine, run, lines["Mooring", "income"]).shares[0].outcome == "sdg-14"
    with pytest.raises(RefusedError, match="holds no line"):
        trace_line(engine, run, lines["Mooring", "expenditure"])
    said = {(basis.flow, basis.version) for basis in figures_of(engine, run).bases}
    assert said == {("", "revised"), ("income", "original")}
    page = create_app(own, engine).test_client()
    add_account(engine, "ana@example.org", "Ana", "long enough a password", EVERYTHING)
    form = re.search(r'name="csrf_token" value="([^"]+)"', page.get("/sign-in").get_data(as_text=True))
    assert form
    signing_in = {"email": "ana@example.org", "password": "long enough a password", "csrf_token": form[1]}
    assert page.post("/sign-in", data=signing_in).status_code == 302
    shown = page.get(f"/bodies/{body}?run={run.id}&period=budget-2025").get_data(as_text=True)
    assert "Expenditure is counted by its revised version" in shown
