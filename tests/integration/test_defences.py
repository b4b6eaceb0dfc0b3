"""What comes from outside is not believed, what goes out does no harm, and nobody gets in by trying."""

from __future__ import annotations

import html
import io
import re
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from sqlalchemy import Engine, text

from budget_align import jobs
from budget_align.config import Settings
from budget_align.core.editing.edits import PutRule
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from budget_align.jobs import Jobs
from budget_align.services.demonstration import GOVERNMENT
from budget_align.services.downloads import making
from budget_align.services.governments.installation import turns_folder
from budget_align.services.mappings.drafting import begin_draft, change_draft
from budget_align.services.mappings.mapping_workbooks import accept_upload
from budget_align.services.mappings.versions import list_versions, open_version
from budget_align.services.people.accounts import add_account
from budget_align.services.returns.receiving import receive
from budget_align.services.returns.uploads import MOST, MOST_OF_ONE, find_upload
from budget_align.web import connections, costly_pages, server
from budget_align.web.app import create_app
from budget_align.web.rate_limits import COUNT
from budget_align.web.server import listen, make_server
from importers.forms.annotated import annotate_workbook
from importers.isolation.turns import Turns
from tests.mappings import HEALTH, SCHOOLS
from tests.pages import form, send, sign_in, token
from tests.people import EVERYTHING
from tests.workbooks import drawn

ANA, MOSES = "ana@example.org", "moses@example.org"
RETURN = drawn("Department of Works\nBudget 2026-27, £m\n\nLine | 2026-27\nRoads | 80\nRail | 20")


# --- what pages send ---------------------------------------------------------------------------------------------


def test_who_wrote_a_rule_is_who_took_it_over_whatever_the_page_sends(sqlite_engine: Engine) -> None:
    draft = begin_draft(sqlite_engine, "Ours", ANA, title="Ways", framework="un-sdg-2015")
    mine = HEALTH.model_copy(update={"author": ANA, "dated": datetime(2026, 1, 5, tzinfo=UTC).date()})
    change_draft(sqlite_engine, draft, PutRule(mine), 1, ANA)
    now = open_version(sqlite_engine, draft).mapping
    forged = {"author": "auditor@example.org", "dated": datetime(2020, 1, 1, tzinfo=UTC).date()}
    sent = now.model_copy(
        update={
            "rules": (mine.model_copy(update=forged), SCHOOLS.model_copy(update=forged)),
            "author": "auditor@example.org",
            "name": "another",
        }
    )
    accept_upload(sqlite_engine, draft, sent.to_stored(), 2, MOSES)
    kept: Mapping = open_version(sqlite_engine, draft).mapping
    today = datetime.now(UTC).date()
    assert [(rule.id, rule.author, rule.dated) for rule in kept.rules] == [
        ("health", ANA, mine.dated),
        ("schools", MOSES, today),
    ]
    assert (kept.name, kept.author, kept.framework) == (now.name, now.author, now.framework)


def test_a_page_that_shows_another_reading_confirms_nothing(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    old = form(client, draft)
    client.post(draft, data={**old, "stage": "plan"})
    late = client.post(f"{draft}/confirm", data=old)
    assert late.status_code == 400
    assert "read differently now" in html.unescape(late.text)
    nothing = client.post(f"{draft}/confirm", data={"csrf_token": old["csrf_token"]})
    assert nothing.status_code == 400
    assert client.post(f"{draft}/confirm", data={**form(client, draft), "stage": "plan"}).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/outcomes/sdg-03?page=²",
        "/outcomes/sdg-03?page=٣",
        "/outcomes/sdg-03?page=" + "9" * 5_000,
        "/?period=budget-" + "9" * 5_000,
        "/plan-to-outturn?year=²",
        "/scenarios/" + "9" * 19,
        "/scenarios/" + "9" * 30,
        "/scenarios/" + "9" * 5_000,
        "/mappings/99999999999",
        "/submissions/9223372036854775807",
        "/drafts/9223372036854775808",
        "/drafts/1/sheets/0?first=²",
        "/scenarios/compare?id=²&id=" + "9" * 5_000,
        "/scenarios/export.xlsx?id=9223372036854775807",
        "/lines/a%00b",
        "/?run=%00",
        "/bodies/%00",
        "/?run=" + "a" * 60_000,
        "/mapping?run=" + "%25" * 20_000,
        "/record?who=" + "a" * 60_000,
        "/record?about=" + "_" * 30_000,
        "/record?since=0001-01-01&until=9999-12-31",
    ],
)
def test_no_number_or_sign_in_an_address_breaks_a_page(full: FlaskClient, path: str) -> None:
    sign_in(full)
    assert full.get(path).status_code < 500


def test_no_run_that_a_form_names_breaks_a_page(full: FlaskClient) -> None:
    sign_in(full)
    csrf = {"csrf_token": token(full, "/scenarios")}
    for path in ("/publications", "/scenarios?run=" + "a" * 60_000, "/comments", "/markings"):
        said = {**csrf, "run": "a" * 60_000, "kind": "run", "subject": "a" * 60_000, "id": "a" * 60_000}
        assert full.post(path, data=said).status_code < 500, path


@pytest.mark.parametrize("said", ["1e-999999", "1e999999", "-1e-999999", "NaN", "²", "9" * 5_000])
def test_no_share_breaks_a_plan_or_a_rule(full: FlaskClient, said: str) -> None:
    sign_in(full)
    made = full.post("/scenarios", data={"name": "Any", "years": "1", "csrf_token": token(full, "/account")}).headers[
        "Location"
    ]
    csrf = {"csrf_token": token(full, "/account"), "revision": "1"}
    assert full.post(f"{made}/plan", data={**csrf, "share-sdg-03": said}).status_code == 422
    assert full.post(f"{made}/steps", data={**csrf, "kind": "growth", "percent": said}).status_code == 422
    assert full.post(f"{made}/settings", data={**csrf, "years": said}).status_code == 422


def test_nul_is_refused_in_words_by_both_databases(engine: Engine, settings: Settings) -> None:
    with create_app(settings, engine).test_client() as client:
        assert client.get("/?run=a%00b").status_code < 500
        assert client.get("/frameworks/a%00b").status_code < 500
        said = {"email": "a\x00b", "password": "x", "csrf_token": token(client, "/sign-in")}
        assert client.post("/sign-in", data=said).status_code < 500


def test_a_form_of_a_million_fields_is_refused_before_any_is_read(client: FlaskClient) -> None:
    kind = "application/x-www-form-urlencoded"
    for many in (b"a&", b"a=1&"):
        began = time.process_time()
        answer = client.post("/sign-in", data=many * (3_900_000 // len(many)), content_type=kind)
        assert time.process_time() - began < 0.5
        assert answer.status_code == 413
    # One as large as a page may send is read: its token is missed.
    assert client.post("/sign-in", data=b"a=1&" * 9_000, content_type=kind).status_code == 400


def test_an_address_that_names_thousands_of_scenarios_asks_for_a_few(full: FlaskClient) -> None:
    sign_in(full)
    csrf = {"csrf_token": token(full, "/scenarios")}
    mine = [
        full.post("/scenarios", data={**csrf, "name": name, "years": "1"}).headers["Location"].split("/")[-1]
        for name in ("First", "Second")
    ]
    began = time.process_time()
    page = full.get("/scenarios/compare?" + "&".join(f"id={each}" for each in [*mine * 3_000]))
    assert page.status_code == 200
    assert "First" in page.text
    assert "Second" in page.text
    unknown = full.get("/scenarios/compare?" + "&".join(f"id={each}" for each in range(10_000, 16_000)))
    assert unknown.status_code == 404
    assert time.process_time() - began < 1.5


def test_a_file_name_of_several_lines_is_one_line_and_its_file_goes_back(
    client: FlaskClient, sqlite_engine: Engine, settings: Settings
) -> None:
    sign_in(client)
    received = receive(sqlite_engine, settings, RETURN, "a\r\nSet-Cookie: x=1; .xlsx", "Ours", ANA)
    # As one that was stored before names were made plain.
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE draft SET file_name = :name"), {"name": "a\r\nSet-Cookie: x=1; .xlsx"})
    back = client.get(f"/drafts/{received.draft_id}/findings.xlsx")
    assert back.status_code == 200
    assert "\n" not in back.headers["Content-Disposition"]
    assert "Set-Cookie" not in back.headers


def test_nobody_fills_the_queue_whichever_process_they_ask(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Jobs(engine, settings), Jobs(engine, settings)
    for each in (one, other):
        monkeypatch.setattr(each._pool, "submit", lambda *_args: None)
    for number in range(MOST_OF_ONE):
        (one, other)[number % 2].read_upload(RETURN, "works.xlsx", "Ours", ANA)
    with pytest.raises(RefusedError, match="of yours are being read"):
        other.read_upload(RETURN, "works.xlsx", "Ours", ANA)
    for number in range(MOST - MOST_OF_ONE):
        one.read_upload(RETURN, "works.xlsx", "Ours", f"{number}@example.org")
    with pytest.raises(RefusedError, match="Many workbooks wait"):
        other.read_upload(RETURN, "works.xlsx", "Ours", MOSES)


def test_of_one_person_one_upload_is_read_at_a_time_so_that_others_come_to_their_turn(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_BETWEEN_LOOKS", 0.05)
    begun: list[str] = []
    over = {name: threading.Event() for name in ("first", "second", "third", "other")}

    def read(_engine: Engine, _settings: Settings, _data: bytes, file_name: str, *_said: str, **_how: object) -> object:
        begun.append(file_name)
        assert over[file_name].wait(20)
        return SimpleNamespace(draft_id=None, submission_id=None)

    def wait_until(*names: str) -> None:
        until = time.monotonic() + 20
        while begun != list(names) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.15)
        assert begun == list(names)

    monkeypatch.setattr(jobs, "receive", read)
    one, elsewhere = Jobs(engine, settings), Jobs(engine, settings)
    for name in ("first", "second"):
        one.read_upload(RETURN, name, "Ours", ANA)
    elsewhere.read_upload(RETURN, "third", "Ours", ANA)
    wait_until("first")
    last = one.read_upload(RETURN, "other", "Ours", MOSES)
    wait_until("first", "other")
    over["third"].set()
    over["other"].set()
    one.wait(last, 20)
    assert begun == ["first", "other"], "hers wait for her first, in whichever process"
    over["second"].set()
    over["first"].set()
    until = time.monotonic() + 20
    while len(begun) < 4 and time.monotonic() < until:
        time.sleep(0.01)
    assert sorted(begun[2:]) == ["second", "third"]
    one._pool.shutdown()
    elsewhere._pool.shutdown()


def test_an_upload_is_stopped_through_a_process_that_does_not_read_it(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_BETWEEN_LOOKS", 0.05)
    reading, other = Jobs(engine, settings), Jobs(engine, settings)
    with ExitStack() as held:
        # It waits for its turn, which others have.
        for _ in range(3):
            held.enter_context(Turns("reading", 0).one(3, 1, folder=str(turns_folder(settings))))
        job_id = reading.read_upload(RETURN, "works.xlsx", "Ours", ANA)
        other.stop(job_id)
        reading.wait(job_id, 5)
    found = find_upload(engine, job_id)
    assert (found.status, found.code) == ("stopped", "cancelled")
    other.stop(job_id)
    assert find_upload(engine, job_id).code == "cancelled"


@pytest.mark.isolated
def test_a_framework_built_to_take_the_machine_is_refused_on_its_page(
    settings: Settings, sqlite_engine: Engine
) -> None:
    add_account(sqlite_engine, "ana@example.org", "Ana", "correct horse", EVERYTHING)
    small = settings.model_copy(update={"max_seconds": 20, "max_memory_mb": 600})
    with create_app(small, sqlite_engine).test_client() as client:
        assert attempt(client, "correct horse")[0] == 302
        file = (io.BytesIO(b"a." * 200_000 + b"a = 1"), "framework.toml")
        start = time.monotonic()
        answer = client.post("/frameworks", data={"file": file, "csrf_token": token(client, "/frameworks")})
        assert time.monotonic() - start < 20
    assert answer.status_code == 422
    assert "more parts" in answer.text


# --- what goes out -----------------------------------------------------------------------------------------------


def test_private_files_are_kept_by_no_cache(full: FlaskClient) -> None:
    sign_in(full)
    for path in (
        "/template.xlsx",
        "/frameworks/un-sdg-2015.xlsx",
        "/report.pdf",
        "/outcomes.svg",
        "/",
        "/openapi.json",
    ):
        assert full.get(path).headers["Cache-Control"] == "private, no-store", path


def test_no_formula_that_reaches_out_goes_back_in_the_findings() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Department of Works"])
    sheet.append(["Line", "2026-27 budget £"])
    sheet.append(["Roads", 5])
    sheet.append(["Rail", 6])
    evil = ['=HYPERLINK("http://x.example","y")', '=IMAGE("http://x.example")', "=cmd|'/c calc'!A1", "='[b.xlsx]S'!A1",
            '=_xlfn.WEBSERVICE("http://x.example")', '=FOO.BAR(1)', '=INDIRECT("A1")']  # fmt: skip
    for row, formula in enumerate(evil, 10):
        sheet.cell(row, 8, formula)
    sheet["J1"] = ArrayFormula("J1:J2", '=WEBSERVICE("http://x.example")')
    sheet["B9"] = "=SUM(B3:B4)"
    book.defined_names["Evil"] = DefinedName("Evil", attr_text='WEBSERVICE("http://x.example")')
    sheet.conditional_formatting.add("A1:A9", FormulaRule(formula=['WEBSERVICE("http://x.example")="1"']))
    out = io.BytesIO()
    book.save(out)
    back = annotate_workbook(out.getvalue(), "works.xlsx", terms=UK)
    marked = openpyxl.load_workbook(io.BytesIO(back))
    formulas = [cell.value for each in marked for row in each.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=SUM(B3:B4)"]
    with zipfile.ZipFile(io.BytesIO(back)) as packed:
        parts = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    for name, part in parts.items():
        assert "<definedName " not in part, name
        assert "conditionalFormatting" not in part, name
        assert "externalLink" not in name
        assert 'TargetMode="External"' not in part, name
        assert re.search(r"<f\b[^>]*>(?!SUM\(B3:B4\))", part) is None, name


# --- who gets in -------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(settings: Settings, sqlite_engine: Engine) -> Iterator[FlaskClient]:
    """A service behind one proxy, closed to who has not signed in, with one account."""
    add_account(sqlite_engine, "ana@example.org", "Ana", "correct horse", EVERYTHING)
    closed = settings.model_copy(update={"public_reading": False, "proxies": 1})
    with create_app(closed, sqlite_engine).test_client() as client:
        yield client


def attempt(client: FlaskClient, password: str, email: str = "ana@example.org", **headers: str) -> tuple[int, str]:
    said = {"email": email, "password": password, "csrf_token": token(client, "/sign-in")}
    answer = client.post("/sign-in", data=said, headers={"X-Forwarded-For": "192.0.2.1", **headers})
    return answer.status_code, answer.text


def test_a_copied_cookie_is_worth_nothing_after_signing_out(guarded: FlaskClient) -> None:
    assert attempt(guarded, "correct horse")[0] == 302
    cookie = guarded.get_cookie("session")
    assert cookie is not None
    csrf = token(guarded, "/submissions/new")
    assert guarded.post("/sign-out", data={"csrf_token": csrf}).status_code == 302
    guarded.set_cookie("session", cookie.value)
    assert guarded.get("/submissions").status_code == 302
    assert "/sign-in" in guarded.get("/submissions").headers["Location"]


def test_cookies_go_over_tls_alone_where_a_proxy_says_that_it_is(guarded: FlaskClient) -> None:
    plain = guarded.get("/sign-in")
    assert "Secure" not in plain.headers["Set-Cookie"]
    guarded.delete_cookie("session")
    over_tls = guarded.get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"})
    assert "Secure" in over_tls.headers["Set-Cookie"]
    assert "HttpOnly" in over_tls.headers["Set-Cookie"]
    assert "max-age" in over_tls.headers["Strict-Transport-Security"]


def test_wrong_passwords_are_recorded_and_soon_no_more_are_taken(guarded: FlaskClient, sqlite_engine: Engine) -> None:
    assert [attempt(guarded, f"guess {n}")[0] for n in range(7)] == [400] * 5 + [429] * 2
    # Not even the right one, from there; it is taken from elsewhere, where nobody guessed.
    assert attempt(guarded, "correct horse")[0] == 429
    assert attempt(guarded, "correct horse", **{"X-Forwarded-For": "192.0.2.9"})[0] == 302
    with sqlite_engine.connect() as connection:
        said = connection.execute(text("SELECT actor, action FROM auditevent WHERE action LIKE 'sign%'")).all()
    assert [tuple(row) for row in said] == [("nobody", "sign-in failed")] * 5 + [("ana@example.org", "signed in")]


def test_an_unknown_address_is_answered_like_a_wrong_password_and_not_kept(
    guarded: FlaskClient, sqlite_engine: Engine
) -> None:
    wrong, unknown = attempt(guarded, "guess"), attempt(guarded, "guess", "my secret typed in the wrong field")
    strip = re.compile(r'value="[^"]*"')
    assert wrong[0] == unknown[0] == 400
    assert strip.sub("", wrong[1]) == strip.sub("", unknown[1])
    with sqlite_engine.connect() as connection:
        assert "my secret" not in str(connection.execute(text("SELECT subject, detail FROM auditevent")).all())


def test_as_it_ships_nothing_is_read_without_signing_in() -> None:
    from budget_align.config import load_settings
    from tests.conftest import ROOT

    shipped = load_settings(ROOT / "config.toml")
    assert not shipped.public_reading
    assert not shipped.public_page


def test_an_empty_installation_gets_its_first_person_from_the_command_line(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from budget_align.cli import main
    from budget_align.services.governments.database import connect

    data = {"BUDGET_ALIGN_DATA_FOLDER": str(tmp_path)}

    def people(*said: str, password: str = "") -> str:
        answer = CliRunner().invoke(main, ["people", *said], input=f"{password}\n{password}\n", env=data)
        return answer.output

    assert "at least 12 signs" in people("add", "ana@example.org", "--name", "Ana", password="short")
    assert "may sign in" in people("add", "ana@example.org", "--name", "Ana", password="twelve or more")
    assert "has an account" in people("add", "Ana@example.org", "--name", "Ana", password="twelve or more")
    settings = Settings(data_folder=tmp_path)
    engine = connect(settings)
    with create_app(settings, engine).test_client() as client:
        assert attempt(client, "twelve or more")[0] == 302
        assert client.get("/people").status_code == 200
        people("reset", "ana@example.org", password="another password")
        assert client.get("/people").status_code == 302, "where she was signed in has ended"
        assert attempt(client, "twelve or more")[0] == 400
        assert attempt(client, "another password")[0] == 302
        people("disable", "ana@example.org")
        assert client.get("/people").status_code == 302
        assert attempt(client, "another password")[0] == 400
        assert "ana@example.org" in people("list")
    engine.dispose()


# --- the server itself -------------------------------------------------------------------------------------------


@contextmanager
def served(settings: Settings, engine: Engine) -> Iterator[int]:
    """The service on a port of its own, as the command starts it."""
    listening = listen("127.0.0.1", 0)
    made = make_server(create_app(settings, engine), settings, listening)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        made.task_dispatcher.shutdown()
        made.asyncore.close_all(made._map)
        thread.join(10)
        listening.close()


def said(port: int, request: str, seconds: float = 3) -> str:
    """What the server answers to the head of a request, within so many seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        return connection.recv(65_536).decode()


def test_a_body_too_large_is_refused_before_it_is_sent(settings: Settings, sqlite_engine: Engine) -> None:
    with served(settings, sqlite_engine) as port:
        head = "POST /submissions/new HTTP/1.1\nHost: x\nContent-Type: multipart/form-data; boundary=b\n"
        assert " 413 " in said(port, f"{head}Content-Length: 300000000\n\n").splitlines()[0]


def begun(held: ExitStack, port: int, head: str) -> socket.socket:
    """A connection that has sent the head of a form."""
    connection = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
    kind = "Content-Type: application/x-www-form-urlencoded"
    connection.sendall(f"POST /sign-in HTTP/1.1\nHost: x\n{kind}\n{head}\n\n".replace("\n", "\r\n").encode())
    return connection


def all_said(connection: socket.socket) -> bytes:
    """What it is told until it is closed."""
    answer = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def is_held(connection: socket.socket) -> bool:
    """Whether the server waits for more of what it brings."""
    connection.settimeout(0.05)
    try:
        return connection.recv(1) == b"?"
    except TimeoutError:
        return True
    except OSError:
        return False


def test_no_large_body_is_received_of_somebody_who_has_not_signed_in(settings: Settings, engine: Engine) -> None:
    add_account(engine, "ana@example.org", "Ana", "correct horse", EVERYTHING)
    with served(settings, engine) as port, ExitStack() as held:
        client = create_app(settings, engine).test_client()
        client.get("/sign-in")
        unknown = client.get_cookie("session")
        assert attempt(client, "correct horse")[0] == 302
        known = client.get_cookie("session")
        assert known is not None
        assert unknown is not None
        # Within the signature, where every sign counts.
        changed = f"{known.value[:-9]}{'B' if known.value[-9] == 'A' else 'A'}{known.value[-8:]}"
        large = "Content-Length: 6000000"
        for head in (
            large,
            f"Cookie: session={unknown.value}\n{large}",
            f"Cookie: session={changed}\n{large}",
            f"Authorization: Bearer {known.value}\n{large}",
            f"Expect: 100-continue\n{large}",
        ):
            answer = all_said(begun(held, port, head))
            assert answer.startswith(b"HTTP/1.1 413 "), head
            assert b"Sign in" in answer
        signed_in = begun(held, port, f"Cookie: a=b; session={known.value}\nConnection: close\n{large}")
        signed_in.sendall(b"x" * 6_000_000)
        # It is received, and the page says what is wrong with it.
        assert b"The page is out of date" in all_said(signed_in)
        chunked = begun(held, port, "Transfer-Encoding: chunked")
        with suppress(OSError):
            for _ in range(8):
                chunked.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
        with suppress(OSError):
            assert chunked.recv(65_536).startswith(b"HTTP/1.1 413 ")
        assert not is_held(chunked)


def test_a_piece_of_a_body_whose_length_never_ends_is_waited_for_by_nobody(
    settings: Settings, sqlite_engine: Engine
) -> None:
    with served(settings, sqlite_engine) as port, ExitStack() as held:
        for endless in (b"1" * 3_000, b"0\r\n" + b"x: y\r\n" * 20_000):
            connection = begun(held, port, "Transfer-Encoding: chunked")
            with suppress(OSError):
                connection.sendall(endless)
            assert all_said(connection).startswith(b"HTTP/1.1 400 ")


def test_bodies_that_do_not_end_take_no_more_than_so_much_in_all(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_OF_STRANGERS", 10_000_000)
    monkeypatch.setattr(connections, "_STEP", 1_000_000)
    with served(settings, sqlite_engine) as port, ExitStack() as held:
        small = begun(held, port, "Content-Length: 300")
        small.sendall(b"email=")
        large = [begun(held, port, "Content-Length: 4900000") for _ in range(6)]
        for each in large:
            with suppress(OSError):
                each.sendall(b"x" * 4_800_000)
        until = time.monotonic() + 5
        while sum(map(is_held, large)) > 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert sum(map(is_held, large)) in (1, 2)
        assert is_held(small), "who brings little gives way to nobody"
        assert " 200 " in said(port, "GET /sign-in HTTP/1.1\nHost: x\nConnection: close\n\n").splitlines()[0]


def test_a_body_whose_last_bytes_never_come_is_waited_for_no_longer_than_one_that_never_began(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_PATIENCE", 0.5)
    with served(settings, sqlite_engine) as port, ExitStack() as held:
        large = begun(held, port, "Content-Length: 4000000")
        large.sendall(b"x" * 3_000_000)
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() < began + 10 and is_held(large):
                large.sendall(b"x")
                time.sleep(0.2)
        assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("Host: x\nContent-Length: 6\nTransfer-Encoding: chunked\n\n0\n\nGET /healthz HTTP/1.1\nHost: x\n\n", 400),
        ("Host: x\nTransfer-Encoding: chunked\nContent-Length: 6\n\n0\n\nGET /healthz HTTP/1.1\nHost: x\n\n", 400),
        ("Host: x\nContent-Length: 5\nContent-Length: 6\n\nabcdef", 400),
        ("Content-Length: 0\n\n", 400),
        ("Host: a\nHost: b\nContent-Length: 0\n\n", 400),
        # What is refused already, nobody is told to send.
        ("Host: x\nExpect: 100-continue\nContent-Length: 300000000\n\n", 413),
    ],
    ids=["both-lengths", "both-lengths-turned", "two-lengths", "no-host", "two-hosts", "expecting"],
)
def test_a_message_that_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(
    settings: Settings, sqlite_engine: Engine, head: str, code: int
) -> None:
    with (
        served(settings, sqlite_engine) as port,
        socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
    ):
        connection.sendall(f"POST /sign-in HTTP/1.1\n{head}".replace("\n", "\r\n").encode())
        answer = all_said(connection)
        assert answer.startswith(f"HTTP/1.1 {code} ".encode())
        assert answer.count(b"HTTP/1.") == 1


def test_connections_beyond_all_that_there_may_be_give_way_to_who_asks(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_CONNECTIONS", 40)
    monkeypatch.setattr(connections, "_PATIENCE", 0.5)
    with served(settings, sqlite_engine) as port, ExitStack() as held:
        others = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(80)]
        for each in others[::2]:
            each.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\nemail=")
        began = time.monotonic()
        # All of them stood in line before it.
        assert " 200 " in said(port, "GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n", 15).splitlines()[0]
        assert time.monotonic() - began < 12
        dripping = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        with suppress(OSError):
            for _ in range(100):
                dripping.sendall(b"G")
                time.sleep(0.1)
        assert time.monotonic() - began < 20, "who sends a letter at a time is not waited for"


def test_many_who_connect_and_say_nothing_hold_nobody(settings: Settings, sqlite_engine: Engine) -> None:
    with served(settings, sqlite_engine) as port:
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(150)]
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        for each in slow:
            each.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nemail=")
        assert " 200 " in said(port, "GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n").splitlines()[0]
        for each in (*idle, *slow):
            each.close()


@pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
def test_the_server_believes_as_many_proxies_as_the_settings_say(
    settings: Settings, sqlite_engine: Engine, proxies: int, secure: bool
) -> None:
    behind = settings.model_copy(update={"proxies": proxies})
    with served(behind, sqlite_engine) as port:
        head = "GET /sign-in HTTP/1.1\nHost: x\nX-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: https\n"
        answer = said(port, f"{head}Connection: close\n\n")
    assert ("Secure" in answer.split("\r\n\r\n")[0]) is secure


def test_what_takes_long_is_made_for_few_at_a_time(
    full: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PATIENCE", 0.1)
    folder = str(turns_folder(settings))
    with ExitStack() as held:
        # As if another process made them: each holds the lock of a place.
        others = Turns("making", most_waiting=0)
        for _ in range(making.AT_A_TIME):
            held.enter_context(others.one(making.AT_A_TIME, 1, folder=folder))
        assert full.get("/register.xlsx").status_code == 503
        assert full.get("/healthz").status_code == 200
    first = full.get("/register.xlsx")
    assert first.status_code == 200
    for _ in range(40):
        COUNT.hit(costly_pages.A_MINUTE, "file", "at 127.0.0.1")
    assert full.get("/register.xlsx").status_code == 429


@pytest.mark.isolated
def test_a_report_is_made_once_outside_the_service(full: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = full.get("/report.pdf")
    assert made.status_code == 200
    assert made.data.startswith(b"%PDF")
    monkeypatch.setattr(making, "_make", lambda *_said: pytest.fail("the report was made again"))
    assert full.get("/report.pdf").data == made.data


def test_every_workbook_pdf_and_archive_is_made_outside_the_service(
    full: FlaskClient, northmere: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(full)
    csrf = {"csrf_token": token(full, "/scenarios")}
    scenario = full.post("/scenarios", data={**csrf, "name": "Ours", "years": "1"}).headers["Location"].split("/")[-1]
    version = list_versions(northmere, GOVERNMENT)[0].id
    asked = {
        "/report.pdf": "/report.pdf",
        "/register.xlsx": "/register.xlsx",
        "/template.xlsx": "/template.xlsx",
        "/scenarios/modelling.zip": "/scenarios/modelling.zip",
        "/scenarios/export.xlsx": f"/scenarios/export.xlsx?id={scenario}",
        "/frameworks/<code>.xlsx": "/frameworks/un-sdg-2015.xlsx",
        "/mappings/<int:version_id>/workbook.xlsx": f"/mappings/{version}/workbook.xlsx",
    }
    rules = {str(rule) for rule in full.application.url_map.iter_rules()}
    files = {rule for rule in rules if rule.endswith((".pdf", ".xlsx", ".zip"))}
    # In a draft's workbook findings are marked by the process that reads it.
    assert files - {"/drafts/<int:draft_id>/findings.xlsx"} == set(asked)
    monkeypatch.setattr(making, "_make", lambda *_said: b"made outside")
    assert {rule: full.get(path).data for rule, path in asked.items()} == dict.fromkeys(asked, b"made outside")
    monkeypatch.setattr(making, "_make", lambda kind, *_said: pytest.fail(f"{kind} was made again"))
    assert {full.get(path).data for path in asked.values()} == {b"made outside"}


@pytest.mark.isolated
def test_a_file_that_takes_too_long_or_too_much_is_refused_in_words(
    full: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_LONGEST", 0.05)
    late = full.get("/report.pdf")
    assert late.status_code == 503
    assert "the limit" in late.text
    monkeypatch.setattr(making, "_LONGEST", 60)
    monkeypatch.setattr(making, "_MOST_MEMORY", 100_000_000)
    large = full.get("/report.pdf")
    assert large.status_code == 500
    assert "could not be made" in large.text
