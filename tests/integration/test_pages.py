"""The pages, asked for as a browser asks."""

from __future__ import annotations

import html
import os
import re
import subprocess

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.web.app import create_app
from tests.pages import form, post_file, problems, send, sign_in, token
from tests.people import EVERYTHING
from tests.workbooks import drawn, workbook

RETURN = drawn("""
    Department of Works
    Budget 2026-27, £ million

    Programme            | 2026-27
    Roads <script>alert(1)</script> | 70
    Rail                 | 30
    Total Department of Works | 100
""")


def test_an_empty_service_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Send a workbook" in page.text
    assert client.get("/healthz").json == {"status": "ok"}


PAGES = [
    "/",
    "/outcomes/sdg-03",
    "/unaligned",
    "/bodies/Department of Health and Care",
    "/mapping",
    "/frameworks",
    "/sign-in",
    "/submissions",
    "/submissions/new",
    "/submissions/1",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_html(full: FlaskClient, path: str) -> None:
    sign_in(full)
    page = full.get(path)
    assert page.status_code == 200
    assert problems(page.text) == []
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_every_link_of_every_page_leads_somewhere(full: FlaskClient) -> None:
    """Follows each kind of link once, from the overview down to the file."""
    sign_in(full)
    seen: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        with full.get(waiting.pop()) as page:
            assert page.status_code == 200, page.request.path
            links = re.findall(r'(?:href|src|srcset)="(/[^"]*)"', page.text) if page.mimetype == "text/html" else []
        for link in links:
            path = link.replace("&amp;", "&")
            kind = re.sub(r"[0-9a-f]{12,}|\d+|sdg-\w+", "N", path.split("?")[0])
            if kind not in seen:
                seen[kind] = path
                waiting.append(path)
    assert {"/lines/N-N", "/report.pdf", "/outcomes.svg", "/unaligned", "/mapping", "/files/N"} <= set(seen)


def test_the_overview_says_the_runs_figures(full: FlaskClient) -> None:
    page = full.get("/").text
    # Debt interest 301.75, pay reserve 85, tax collection 75.2 and the Cabinet Office's centre 17.2 serve no outcome:
    # 479.15 million of 3,737.3 for health, 2,963.43681863 for learning, 1,138.61 for justice, 2,835 of the ministries
    # and 263.738 of the councils.
    for said in ("£10,783,934,818.63", "£479,150,000.00", "£325.0m", "95.8%", "Estimates 2026-27!E18"):
        assert said in page
    assert "£10,229,758,355.60" in full.get("/?period=budget-2025").text


@pytest.mark.parametrize(
    "path", ["/?period=outturn-1999", "/outcomes/sdg-99", "/lines/none", "/files/none", "/nowhere"]
)
def test_what_is_not_there_is_a_plain_page(full: FlaskClient, path: str) -> None:
    page = full.get(path)
    assert page.status_code == 404
    assert "Go to the overview" in page.text


def test_a_workbook_from_upload_to_figures(client: FlaskClient) -> None:
    sign_in(client)
    sent = send(client, RETURN)
    assert sent.status_code == 302
    draft = sent.headers["Location"]
    page = client.get(draft).text
    assert "£100,000,000.00" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    confirmed = client.post(f"{draft}/confirm", data=form(client, draft))
    assert confirmed.status_code == 302
    stored = client.get(confirmed.headers["Location"]).text
    assert "2 lines" in stored
    run = {"government": "Ours", "mapping": "northmere-2026-sdg", "csrf_token": token(client, "/submissions")}
    overview = client.get(client.post("/runs", data=run).headers["Location"]).text
    assert "£100,000,000.00" in overview
    assert send(client, RETURN).headers["Location"] == confirmed.headers["Location"]


def test_a_persons_correction_is_read_at_once_and_kept(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    said = {"body:Return": "Works and Ways", "stage": "plan", **form(client, draft)}
    again = client.post(draft, data=said, follow_redirects=True).text
    assert "Works and Ways" in again
    assert "Plan 2026-27" in again
    done = client.post(f"{draft}/confirm", data={**said, **form(client, draft)})
    assert "Works and Ways" in client.get(done.headers["Location"]).text


def test_a_sheet_shows_what_each_cell_was_taken_for(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    page = client.get(f"{draft}/sheets/0").text
    assert '<td class="ba-role-title" title="title">Department of Works</td>' in page
    assert '<td class="ba-role-derived" title="derived">100</td>' in page
    assert re.search(r'<select[^>]*name="role:B">.*<option value="amount" selected>', page)
    assert "1 of 1 equal to their lines" in page
    assert client.get(f"{draft}/sheets/7?first=900").status_code == 200
    assert problems(page) == []
    assert problems(client.get(draft).text) == []


def test_a_columns_role_is_corrected_kept_and_forgotten(client: FlaskClient) -> None:
    sign_in(client)
    data = drawn("Department of Works\nBudget 2026-27 £\n\nLine | 2026-27 | Pledged\nRoads | 80 | 7\nRail | 31 | 9")
    draft = send(client, data).headers["Location"]
    sheet = f"{draft}/sheets/0"
    said = {"table": "Return!A4:C6", "role:C": "measure", **form(client, sheet)}
    assert client.post(sheet, data=said).status_code == 302
    page = client.get(sheet).text
    assert "a person said so" in page
    assert "2 lines" in page
    client.post(f"{sheet}/forget", data={**said, **form(client, sheet)})
    assert "a person said so" not in client.get(sheet).text
    # Without the correction it is asked whether what is pledged is the amount, or counts too.
    assert "Which column of" in html.unescape(client.get(draft).text)


def test_a_workbook_of_which_nothing_is_counted_is_not_confirmed(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    sheet = f"{draft}/sheets/0"
    said = {"table": "Return!A4:B7", "counted": "no", **form(client, sheet)}
    assert client.post(sheet, data=said).status_code == 302
    assert client.get(sheet).status_code == 200
    refused = client.post(f"{draft}/confirm", data=form(client, draft))
    assert refused.status_code == 400
    assert "No table of the workbook is counted" in refused.text


def test_a_confirmed_shape_is_read_without_questions_next_year(client: FlaskClient) -> None:
    sign_in(client)
    first = send(client, drawn("Line | 2026-27\nRoads | 50\nRail | 20\nBus | 5")).headers["Location"]
    answers = {"body:Return": "Works", "stage": "budget", "unit": "1000"}
    assert client.post(f"{first}/confirm", data={**answers, **form(client, first)}).status_code == 302
    second = send(client, drawn("Line | 2027-28\nRoads | 55\nRail | 21\nTram | 6")).headers["Location"]
    page = client.get(second).text
    assert "What only you can say" not in page
    assert "as confirmed for Works on" in page
    third = send(client, drawn("Line | 2028-29 | Pledged\nRoads | 55 | 4\nRail | 21 | 3")).headers["Location"]
    assert "not those confirmed for Works; new: pledged" in client.get(third).text


def test_a_corrected_workbook_shows_what_it_changes(client: FlaskClient) -> None:
    sign_in(client)
    first = send(client, RETURN).headers["Location"]
    client.post(f"{first}/confirm", data=form(client, first))
    corrected = drawn("Department of Works\nBudget £ million\n\nLine | 2026-27\nRail | 31\nBus | 2")
    page = client.get(send(client, corrected).headers["Location"]).text
    assert "What it changes" in page
    assert "£30,000,000.00" in page
    assert "£31,000,000.00" in page
    assert "not there" in page
    assert "gone" in page


def test_the_workbook_goes_back_with_its_findings_and_a_template_is_there(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    for path, name in ((f"{draft}/findings.xlsx", "works - findings.xlsx"), ("/template.xlsx", "budget-return.xlsx")):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")
        assert name in answer.headers["Content-Disposition"]


@pytest.mark.isolated
def test_a_long_reading_shows_its_progress_and_can_be_stopped(
    client: FlaskClient, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("budget_align.web.returns.submissions.WAIT_SECONDS", 0.0)
    sign_in(client)
    large = "Line,2026-27 budget £\n" + "\n".join(f"L{i},{i}" for i in range(30_000))
    sent = post_file(client, large.encode(), "large.csv")
    upload = sent.headers["Location"]
    assert upload.startswith("/uploads/")
    page = client.get(upload).text
    assert "Reading large.csv" in page
    assert f'href="{upload}">large.csv</a>' in client.get("/submissions").text
    assert '<progress class="ba-progress"' in page
    monkeypatch.setattr("budget_align.web.returns.submissions.WAIT_SECONDS", 20.0)
    client.post(f"{upload}/stop", data={"csrf_token": token(client, "/submissions/new")})
    stopped = client.get(upload)
    assert stopped.status_code == 422
    assert "You stopped the reading." in stopped.text
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sourcefile")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM draft")).scalar_one() == 0


def test_a_reading_that_a_restart_cut_off_says_so(settings: Settings, sqlite_engine: Engine) -> None:
    from budget_align.services.returns.uploads import begin_upload, end_orphans, find_upload, this_process

    job = begin_upload(sqlite_engine, "Ours", "works.xlsx", "ana")
    create_app(settings, sqlite_engine)
    assert find_upload(sqlite_engine, job).status == "waiting", "another process reads it, and goes on"
    ended = subprocess.Popen(["true"])
    gone = this_process().replace(f"/{os.getpid()}/", f"/{ended.pid}/")
    ended.wait()
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE job SET process = :gone"), {"gone": gone})
    upload = find_upload(sqlite_engine, job)
    assert (upload.status, upload.finished) == ("stopped", True)
    assert "send it again" in upload.message
    assert end_orphans(sqlite_engine) == 1
    assert end_orphans(sqlite_engine) == 0


def test_questions_must_be_answered_first(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, drawn("Line | Amount\nRoads | 50\nRail | 20\nBus | 5")).headers["Location"]
    page = client.get(draft)
    assert "What only you can say" in page.text
    refused = client.post(f"{draft}/confirm", data=form(client, draft))
    assert refused.status_code == 400
    assert "Answer first" in refused.text


def test_answers_are_kept_until_the_person_asks_to_be_asked_again(client: FlaskClient) -> None:
    sign_in(client)
    draft = send(client, drawn("Line | Amount\nRoads | 50\nRail | 20\nBus | 5")).headers["Location"]
    refused = client.post(f"{draft}/answers", data={**form(client, draft), "total": "much"})
    assert refused.status_code == 400
    assert "is no amount" in refused.text
    said = {**form(client, draft), "total": "75"}
    assert "the total is said to be £75.00" in client.post(f"{draft}/answers", data=said, follow_redirects=True).text
    again = client.post(f"{draft}/answers/forget", data=form(client, draft), follow_redirects=True)
    assert "the total is said to be" not in again.text


def test_an_overlap_asks_whether_it_replaces_or_adds(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client)
    first = send(client, RETURN).headers["Location"]
    client.post(f"{first}/confirm", data=form(client, first))
    second = send(
        client, drawn("Department of Works\nBudget £m\n\nLine | 2026-27\nRoads | 80\nRail | 31\nBus | 2")
    ).headers["Location"]
    said = form(client, second)
    asked = client.post(f"{second}/confirm", data=said)
    assert asked.status_code == 400
    assert "It replaces it" in asked.text
    assert client.post(f"{second}/confirm", data={**said, "overlap": "replace"}).status_code == 302
    with sqlite_engine.connect() as connection:
        statuses = connection.execute(text("SELECT status FROM submission ORDER BY id")).scalars().all()
    assert statuses == ["superseded", "submitted"]


def test_discarding_leaves_nothing(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client)
    draft = send(client, RETURN).headers["Location"]
    gone = client.post(f"{draft}/discard", data=form(client, draft), follow_redirects=True)
    assert "nothing of it is kept" in gone.text
    assert client.get(draft).status_code == 404
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sourcefile")).scalar_one() == 0


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 422, "empty"),
        (b"%PDF-1.7 \x00\x01", 422, "not a spreadsheet"),
        (RETURN[:900], 422, "cut short"),
        (workbook(Notes=[["Only words"]]), 422, "no table of amounts"),
        (b"PK" + b"0" * 300_000, 413, "limit"),
    ],
    ids=["empty", "pdf", "half", "words", "large"],
)
def test_bad_workbooks_are_refused_on_the_page(
    settings: Settings, sqlite_engine: Engine, data: bytes, status: int, said: str
) -> None:
    demonstration.add_account(sqlite_engine, "analyst@northmere.example", "Ana", demonstration.PASSWORD, EVERYTHING)
    small = settings.model_copy(update={"max_file_mb": 0.2})
    with create_app(small, sqlite_engine).test_client() as client:
        sign_in(client)
        page = send(client, data)
        assert page.status_code == status
        assert said in page.text
        assert "Traceback" not in page.text
    with sqlite_engine.connect() as connection:
        stored = [connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in ("draft", "sourcefile")]
    assert stored == [0, 0]


def test_signing_in_needs_the_right_password_and_stays_on_this_site(client: FlaskClient) -> None:
    assert sign_in(client, "wrong") == 400
    assert client.get("/submissions").status_code == 302
    said = {"email": "ANALYST@northmere.example", "password": demonstration.PASSWORD}
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        away = client.post(
            "/sign-in", query_string={"next": elsewhere}, data={**said, "csrf_token": token(client, "/sign-in")}
        )
        assert away.headers["Location"] == "/"
    assert client.get("/submissions").status_code == 200
    client.post("/sign-out", data={"csrf_token": token(client, "/submissions")})
    assert client.get("/submissions").status_code == 302


def test_without_a_token_nothing_is_changed(full: FlaskClient) -> None:
    sign_in(full)
    assert full.post("/runs", data={"government": "x", "mapping": "y"}).status_code == 400
    assert full.post("/sign-out").status_code == 400


def test_reading_can_be_kept_for_those_who_sign_in(settings: Settings, northmere: Engine) -> None:
    closed = settings.model_copy(update={"public_reading": False})
    with create_app(closed, northmere).test_client() as client:
        start = client.get("/")
        assert start.status_code == 200
        assert "£" not in start.text
        for path in ("/unaligned", "/report.pdf", "/outcomes.svg", "/frameworks"):
            assert client.get(path).status_code == 302
        assert sign_in(client, after="?next=/unaligned") == 302
        assert client.get("/unaligned").status_code == 200
