"""Text that would be script, markup or a formula is written in every field there is: it is only ever text again."""

from __future__ import annotations

import csv
import io
import re
import threading
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import Engine
from waitress import create_server

from budget_align.config import Settings
from budget_align.core.values.plain_cells import may_start_formula
from budget_align.services import demonstration
from budget_align.services.mappings.versions import find_mapping
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.running import run_allocation
from budget_align.web.app import create_app
from tests.crawling import Page, crawl, fill, kind_of
from tests.people import let_do_everything

WHO = demonstration.SIGN_INS[0].email
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
HOSTILE = f'=HYPERLINK("http://x.example","y")&{SCRIPT}'
OURS = demonstration.GOVERNMENT
SCRIPTS = {"/static/build/govuk-frontend.min.js", "/static/build/pages.js"}
LEFT = ("drop", "discard", "close", "sign_out", "undo", "remove", "drop_rule", "refuse")
"""What undoes what was written is left alone."""


def hostile_return(first: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["Body", "Programme", "Account", "Description", "2026-27 budget £"],
            [HOSTILE, HOSTILE, HOSTILE, HOSTILE, first],
            [HOSTILE, f"+{HOSTILE}", "@SUM(A1)", "-2+3+cmd|'/C calc'!A0", "30"],
        ]
    )
    return out.getvalue().encode()


def write(kind: str, name: str) -> str:
    """What is written in a field: a number or an address where nothing else is taken, else what does harm."""
    if re.search(r"day|month", name):
        return "11"
    if re.search(r"year|percent|share|amount|number|count", name) or kind == "number":
        return "2027" if "year" in name and "years" not in name else "2"
    if kind in ("url", "email") or re.search(r"link|evidence|url", name):
        return "javascript:alert(4)"
    return HOSTILE


@pytest.fixture
def attacked(settings: Settings, northmere: Engine) -> Iterator[FlaskClient]:
    """The demonstration, after someone who may do everything wrote hostile text wherever text is taken."""
    let_do_everything(northmere, WHO)
    received = receive(northmere, settings, hostile_return("70"), f"a{SCRIPT}.csv", OURS, WHO)
    assert received.draft_id is not None
    second = receive(northmere, settings, hostile_return("71"), "b.csv", HOSTILE[:120], WHO)
    assert second.draft_id is not None
    shown = settings.model_copy(update={"public_page": True, "public_ballots": True})
    with create_app(shown, northmere).test_client() as client:
        said = {"email": WHO, "password": demonstration.PASSWORD}
        (form,) = [f for f in next(crawl(client, ["/sign-in"])).forms if "password" in f.fields]
        client.post("/sign-in", data={**said, "csrf_token": form.fields["csrf_token"][1]})
        confirm(northmere, settings, received.draft_id, WHO, overlap="add")
        run_allocation(northmere, find_mapping(northmere, OURS, "northmere-promise-2026")[0], OURS, WHO)
        sent, waiting = set(), ["/", f"/drafts/{second.draft_id}"]
        for page in crawl(client, waiting, without=r"\.[a-z]{3,4}"):
            for form in page.forms:
                where = kind_of(client, form.action, "POST")
                if form.method != "post" or where is None or where[0].rpartition(".")[2] in LEFT:
                    continue
                assert "csrf_token" in form.fields, f"{page.address} has a form that anyone's page could send"
                files = any(kind == "file" for kind, _ in form.fields.values())
                if not files and where not in sent:
                    sent.add(where)
                    answer = fill(client, form, write)
                    assert answer.status_code < 500, where
                    waiting.append(answer.headers.get("Location", page.address))
        assert len(sent) > 20, sent
        yield client


def test_what_is_written_is_text_on_every_page_and_in_every_download(attacked: FlaskClient, browser: Browser) -> None:
    pages: list[Page] = list(crawl(attacked, ["/", "/public"]))
    shown = [page for page in pages if page.answer.mimetype == "text/html"]
    assert len(shown) > 30
    seen = 0
    for page in shown:
        assert page.answer.status_code < 500, page.address
        assert page.odd == [], page.address
        assert set(page.scripts) <= SCRIPTS, page.address
        assert "default-src 'self'" in page.answer.headers["Content-Security-Policy"]
        seen += "alert(1)" in page.answer.text
    assert seen > 8, "what was written is shown"
    files = [page for page in pages if page.answer.mimetype != "text/html"]
    assert {"xlsx", "csv"} <= {name.rpartition(".")[2] for name in map(_file_name, files)}
    for page in files:
        assert "\n" not in page.answer.headers.get("Content-Disposition", "")
        _holds_no_formula(_file_name(page), page.answer.data)
    _opens_without_a_sound(attacked, browser, [page.address for page in shown if "alert(1)" in page.answer.text][:5])


def _file_name(page: Page) -> str:
    found = re.search(r'filename="?([^";]+)', page.answer.headers.get("Content-Disposition", ""))
    return found[1] if found else page.address.partition("?")[0]


def _holds_no_formula(name: str, data: bytes) -> None:
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                _holds_no_formula(inner, archive.read(inner))
    elif name.endswith(".csv"):
        cells = [cell for row in csv.reader(io.StringIO(data.decode())) for cell in row]
        assert [cell for cell in cells if may_start_formula(cell)] == [], name
    elif name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == [], name


def _opens_without_a_sound(client: FlaskClient, browser: Browser, addresses: list[str]) -> None:
    """In a real browser no script of what was written runs, and nothing is fetched for it."""
    server = create_server(client.application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    cookie = client.get_cookie("session")
    assert cookie is not None
    here = f"http://127.0.0.1:{server.effective_port}"
    context = browser.new_context(base_url=here)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": here}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((here, "data:")) else complaints.append(asked.url))
    try:
        for address in addresses:
            page.goto(address.replace("http://localhost", here))
            assert page.locator("img[src=x], svg[onload]").count() == 0
        assert complaints == []
    finally:
        context.close()
        server.close()
        thread.join(10)
