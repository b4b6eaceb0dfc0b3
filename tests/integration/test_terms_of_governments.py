"""Two governments that count otherwise than the United Kingdom, from their workbooks to pages, report and files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.rules.mapping import Mapping, make_rule
from budget_align.services import demonstration
from budget_align.services.mappings.drafting import approve, begin_draft
from budget_align.services.runs import budgets
from budget_align.store.database import open_database
from budget_align.web.app import create_app
from tests.pages import form, send, sign_in, token
from tests.people import EVERYTHING
from tests.publishing import publish_newest
from tests.shared_databases import PostgreSQL, once
from tests.workbooks import workbook

ANALYST, AUDITOR = "analyst@northmere.example", "auditor@northmere.example"


@dataclass(frozen=True)
class Case:
    """A government, how its settings say that it counts, and its workbooks.

    Attributes:
        original: spending and fees of two years; `revised` the later year's spending and fees, revised.
        gross, income, net: of the later year as people read them, by the revised version; `gross_original` by the
            original one.
        years: the earlier and the later one as the government writes them.
        wells, line: what the one outcome with money gets, revised, for a headline and to its last minor unit; `exact`
            is gross, and `millions` the head of a column of the report.
        foreign: what may stand on no page of it.
    """

    government: str
    terms: dict[str, Any]
    original: bytes
    revised: bytes
    gross: str
    gross_original: str
    income: str
    net: str
    years: tuple[str, str]
    wells: str
    exact: str
    line: str
    millions: str
    foreign: re.Pattern[str]
    currency: str


def _sheets(
    body: str, what: str, fees: str, years: list[str], wells: list[int], pipes: list[int], taken: list[int]
) -> Any:
    spent = [["Programme", *years], ["Wells", *wells], ["Pipes", *pipes]]
    spent.append([f"Total {body}", *(a + b for a, b in zip(wells, pipes, strict=True))])
    received = [["Fee", *years], ["Water charges", *taken], ["Total income from fees", *taken]]
    return {"Spending": [[body], [what], [], *spent], "Fees": [[body], ["Income from fees"], [fees], [], *received]}


RIVERSTATE = Case(
    government="Riverstate",
    terms={"currency": "USD", "fiscal_year_starts": 10, "fiscal_year_style": "FY2026", "locale": "en_US"},
    original=workbook(
        **_sheets(
            "Department of Water",
            "Original budget, $ thousands",
            "Original budget, $ thousands",
            ["FY2025", "FY2026"],
            [70_000, 80_000],
            [20_000, 20_000],
            [9_000, 10_000],
        )
    ),
    revised=workbook(
        **_sheets(
            "Department of Water",
            "Budget, spring revision, $ thousands",
            "Budget, spring revision, $ thousands",
            ["FY2026"],
            [84_500],
            [20_000],
            [10_500],
        )
    ),
    gross="$104.5m",
    gross_original="$100.0m",
    income="$10.5m",
    net="$94.0m",
    years=("FY2025", "FY2026"),
    wells="$80m",
    exact="$104,500,000.00",
    line="$84,500,000.00",
    millions="FY2026, $m",
    foreign=re.compile(r"£|€|2025-26|2024-25|\bpence\b|\bpounds?\b"),
    currency="USD",
)
LAGUNIA = Case(
    government="Lagunia",
    terms={"currency": "EUR", "fiscal_year_starts": 1, "locale": "de_DE"},
    original=workbook(
        **_sheets(
            "Ministry of Canals",
            "Original budget, € million",
            "Original budget, € million",
            ["2025", "2026"],
            [300, 310],
            [100, 90],
            [40, 45],
        )
    ),
    revised=workbook(
        **_sheets(
            "Ministry of Canals",
            "Budget, autumn revision, € million",
            "Budget, autumn revision, € million",
            ["2026"],
            [322],
            [90],
            [44],
        )
    ),
    gross="412,0m €",
    gross_original="400,0m €",
    income="44,0m €",
    net="368,0m €",
    years=("2025", "2026"),
    wells="320m €",
    exact="412.000.000,00 €",
    line="322.000.000,00 €",
    millions="2026, €m",
    foreign=re.compile(r"£|\$\d|2025-26|2026-27|\bpence\b|\bpounds?\b"),
    currency="EUR",
)


def _mapping() -> Mapping:
    rules = [
        make_rule(
            {"id": "wells", "when": {"programme": {"equals": "Wells"}}, "to": {"sdg-06": "100"}, "why": "Clean water."},
            "x",
        ),
        make_rule(
            {"id": "charges", "when": {"flow": "income"}, "to": {"sdg-06": "100"}, "why": "Paid for the water."}, "x"
        ),
    ]
    return Mapping.model_validate(
        {"name": "water", "title": "Water", "framework": "un-sdg-2015", "author": "Ana", "rules": rules}
    )


@dataclass
class Reader:
    """A person at the pages of one government's service."""

    case: Case
    client: FlaskClient

    def post(self, path: str, page: str, **said: str) -> Any:
        return self.client.post(path, data={"csrf_token": token(self.client, page), **said})

    def submit(self, data: bytes, name: str, **said: str) -> str:
        """Sends a workbook, answers what is asked, and confirms."""
        answer = send(self.client, data, name, self.case.government)
        draft = answer.headers["Location"]
        stored = self.client.post(f"{draft}/confirm", data={**form(self.client, draft), **said})
        assert stored.status_code == 302, re.findall(r"govuk-error-summary.*?</ul>", stored.text, re.DOTALL)
        return draft

    def text(self, path: str) -> str:
        page = self.client.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        return plain(page.text)


def plain(html: str) -> str:
    """The words of a page, with plain spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("\xa0", " ").replace("&nbsp;", " ").split())


@pytest.fixture(params=[RIVERSTATE, LAGUNIA], ids=lambda case: case.government)
def case(request: pytest.FixtureRequest) -> Case:
    return cast(Case, request.param)


@pytest.fixture
def own(case: Case, settings: Settings) -> Settings:
    """As the government is installed."""
    return settings.model_copy(update={**case.terms, "government": case.government, "public_page": True})


@contextmanager
def reading(case: Case, own: Settings, engine: Engine) -> Iterator[Reader]:
    with create_app(own, engine).test_client() as client:
        sign_in(client)
        yield Reader(case, client)


def begin(case: Case, own: Settings, address: str) -> None:
    """Sends the original budget on the pages of an installation, and approves a mapping."""
    engine = open_database(address)
    for email in (ANALYST, AUDITOR):
        demonstration.add_account(engine, email, email, demonstration.PASSWORD, EVERYTHING)
    with reading(case, own, engine) as found:
        found.submit(case.original, "original.xlsx")
    draft = begin_draft(engine, case.government, ANALYST, like=_mapping())
    approve(engine, draft, 1, AUDITOR)
    engine.dispose()


@pytest.fixture
def begun_file(case: Case, own: Settings, made_once: Path, empty_file: Path) -> Path:
    """A SQLite database in which a government has begun."""

    def fill(path: Path) -> None:
        shutil.copyfile(empty_file, path)
        begin(case, own, f"sqlite:///{path}")

    return once(made_once, f"begun-{case.government}.db", fill)


@pytest.fixture
def begun_postgresql(case: Case, own: Settings, postgresql: PostgreSQL, empty_template: str) -> Iterator[str]:
    """A PostgreSQL database of the test's own in which a government has begun."""
    like = postgresql.template(f"begun-{case.government}", lambda address: begin(case, own, address), empty_template)
    name = f"begun-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    yield postgresql.create(name, like)
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def reader(request: pytest.FixtureRequest, case: Case, own: Settings) -> Iterator[Reader]:
    """A person at the pages of a government that has begun, in a database of each kind; it begins once for all tests."""
    if request.param == "sqlite":
        own.data_folder.mkdir(mode=0o700)
        shutil.copyfile(request.getfixturevalue("begun_file"), own.data_folder / "budget-align.db")
        engine = open_database(own.database)
    else:
        engine = open_database(request.getfixturevalue("begun_postgresql"))
    # Its lines are read from it, and not taken from the other kind of database that held the same.
    budgets.forget()
    with reading(case, own, engine) as found:
        yield found
    engine.dispose()


def allocate(reader: Reader, **versions: str) -> str:
    said = {f"version:{body}": version for body, version in versions.items()}
    answer = reader.post("/runs", "/submissions", government=reader.case.government, mapping="water", **said)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_from_workbook_to_page_to_report_to_files(reader: Reader) -> None:
    case = reader.case
    overview = reader.text(allocate(reader))
    assert f"Gross expenditure {case.gross_original}" in overview
    draft = reader.submit(
        case.revised, "revised.xlsx", version="revised", version_label="spring", version_day="15 March 2026"
    )
    assert draft
    overview = reader.text(allocate(reader))
    for said in (f"Gross expenditure {case.gross}", f"Income, beside it {case.income}", f"Net expenditure {case.net}"):
        assert said in overview, said
    assert f"What the budget of {case.years[1]} serves" in overview
    assert "revised (spring, 15 March 2026)" in overview
    assert "Two bases meet" in overview
    outcome = reader.text("/outcomes/sdg-06")
    # The headline is rounded to what the shares of its rules can bear; what was worked out stands beside it.
    assert f"{case.line}, as it was worked out" in outcome
    assert f"Income that serves it {case.income}" in outcome
    assert case.line in outcome

    report = pypdf.PdfReader(io.BytesIO(reader.client.get("/report.pdf").data))
    pages = " ".join(page.extract_text() for page in report.pages).replace("\xa0", " ")
    for said in (case.exact, case.millions, "Gross expenditure", "Net expenditure", case.years[0], "15 March 2026"):
        assert said in pages, said
    assert not case.foreign.search(pages)

    assert case.wells in reader.client.get("/outcomes.svg").text.replace("\xa0", " ")
    publish_newest(reader.client.application.extensions["budget_align"][1], case.government)
    rows = list(csv.reader(io.StringIO(reader.client.get("/public/spend-by-outcome.csv").text)))
    assert rows[0][-1] == f"Expenditure ({case.currency})"
    assert {row[1] for row in rows[1:]} == {case.years[1]}


def test_no_page_speaks_of_another_currency_or_year(reader: Reader) -> None:
    case = reader.case
    reader.submit(case.revised, "revised.xlsx")
    allocate(reader)
    paths = [
        "/",
        "/outcomes/sdg-06",
        "/unaligned",
        "/aligned-share",
        "/momentum",
        "/gaps",
        "/collaboration",
        "/register",
    ]
    paths += [
        "/comparators",
        "/plan-to-outturn",
        "/capability",
        "/transfers",
        "/mapping",
        "/boards",
        "/priorities",
        "/public",
    ]
    paths += ["/submissions", "/submissions/1", "/submissions/2", "/mappings", "/mappings/1", "/mappings/1/changes"]
    paths += ["/scenarios", f"/governments/{case.government}", f"/indicators/{case.government}", "/submissions/new"]
    for path in paths:
        found = case.foreign.search(reader.text(path))
        assert found is None, f"{path} says {found}"


def test_a_person_names_the_earlier_version_and_gets_its_figures(reader: Reader) -> None:
    case = reader.case
    body = "Department of Water" if case is RIVERSTATE else "Ministry of Canals"
    reader.submit(case.revised, "revised.xlsx", version="revised", version_label="spring")
    assert f"Gross expenditure {case.gross}" in reader.text(allocate(reader))
    named = reader.text(allocate(reader, **{body: "original"}))
    assert f"Gross expenditure {case.gross_original}" in named
    assert "named for this run" in named


def test_a_scenario_reads_amounts_in_the_currency_and_says_so_in_its_files(reader: Reader) -> None:
    case = reader.case
    allocate(reader)
    answer = reader.post("/scenarios", "/scenarios", name="More", years="2")
    path = answer.headers["Location"]
    step = {"kind": "move", "from_outcome": "sdg-06", "to_outcome": "sdg-02", "revision": "1"}
    for said in ("5m", f"{case.currency} 5m"):
        added = reader.post(f"{path}/steps", path, **{**step, "amount": said})
        assert added.status_code == 302, said
        step["revision"] = str(int(step["revision"]) + 1)
    foreign = reader.post(f"{path}/steps", path, **{**step, "amount": "£5m"})
    assert foreign.status_code == 422
    assert f"is in GBP, and the budget counts in {case.currency}" in plain(foreign.text).replace("&#39;", "'")
    said = json.loads(reader.client.get(f"{path}.json").text)
    assert (said["currency"], said["minor_unit"]) == (case.currency, 2)
    assert said["definition"]["steps"][0]["amount"] == 500_000_000
    book = openpyxl.load_workbook(io.BytesIO(reader.client.get("/scenarios/export.xlsx?id=1").data))
    heads = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert f"As it stands ({case.currency})" in heads


def test_the_template_is_in_the_governments_terms(reader: Reader) -> None:
    case = reader.case
    book = openpyxl.load_workbook(io.BytesIO(reader.client.get("/template.xlsx").data))
    heads = [cell.value for cell in book["Return"][1]]
    assert f"Amount ({case.currency})" in heads
    assert {"Flow", "Version"} <= set(heads)
    notes = " ".join(str(cell.value) for row in book["Notes"].iter_rows() for cell in row if cell.value)
    assert "FY2027" in notes if case is RIVERSTATE else "As 2026." in notes


def test_a_year_that_may_be_either_of_two_is_asked_back(settings: Settings, sqlite_engine: Engine) -> None:
    own = settings.model_copy(update={"currency": "USD", "fiscal_year_starts": 7, "government": "Southland"})
    demonstration.add_account(sqlite_engine, ANALYST, ANALYST, demonstration.PASSWORD, EVERYTHING)
    with create_app(own, sqlite_engine).test_client() as client:
        sign_in(client)
        rows = [
            ["Department of Wells"],
            ["Budget, $ thousand"],
            [],
            ["Programme", "Amount"],
            ["Wells", 5],
            ["Total", 5],
        ]
        draft = send(client, workbook(Return=rows), "wells.xlsx", "Southland").headers["Location"]
        said = {**form(client, draft), "fiscal_year": "2026"}
        answer = client.post(draft, data=said)
        assert answer.status_code == 400
        assert "may be 2025-26 or 2026-27" in answer.text
        said["fiscal_year"] = "2026-27"
        assert "Budget 2026-27" in plain(client.post(draft, data=said, follow_redirects=True).text)
