"""The page for everyone: what it shows, the ballots that it takes, and what it keeps of those who cast them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.outcomes.disclosure import SMALLEST_GROUP
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.outcomes.consulting import list_consultations, receive_ballots
from budget_align.services.outcomes.public_ballots import cast_ballot, close_ballot, find_open_ballot, put_question
from budget_align.services.runs.reporting import build_report, hide_staff
from budget_align.services.runs.viewing import open_run
from budget_align.web.app import create_app
from tests.crawling import crawl
from tests.pages import problems, sign_in, token

FRAMEWORK = "uk-missions-2024"


@pytest.fixture
def client(settings: Settings, northmere: Engine) -> Iterator[FlaskClient]:
    """A service that keeps its other pages for those who sign in."""
    shown = {"public_reading": False, "public_page": True, "public_ballots": True, "ballots_per_hour": 3}
    with create_app(settings.model_copy(update=shown), northmere).test_client() as client:
        yield client


def ask(client: FlaskClient, question: str = "What matters most?") -> str:
    sign_in(client)
    csrf = token(client, "/priorities")
    return client.post("/priorities/ask", data={"csrf_token": csrf, "question": question}).headers["Location"]


def answer(client: FlaskClient, *choices: str, address: str = "192.0.2.1"):
    said = {"csrf_token": token(client, "/public"), "choice": list(choices)}
    return client.post("/public/ballot", data=said, environ_base={"REMOTE_ADDR": address})


def test_there_is_no_such_page_unless_it_is_switched_on(settings: Settings, northmere: Engine) -> None:
    with create_app(settings, northmere).test_client() as closed:
        for path in ("/public", "/public/outcomes.svg", "/public/spend-by-outcome.csv"):
            assert closed.get(path).status_code == 404
        assert "/public" not in closed.get("/").text


def test_everyone_sees_spend_by_outcome_and_nothing_below_it(client: FlaskClient) -> None:
    page = client.get("/public")
    assert problems(page.text) == []
    for said in ("£11,263,084,818.63", "£479,150,000.00", "Citizens&#39; assembly of 2026"):
        assert said in page.text
    # 11,263,084,818.63 for 1,157,600 people.
    assert "£9,729.69" in page.text
    assert "Acute hospitals" not in page.text
    assert "Department" not in page.text
    assert "/outcomes/sdg" not in page.text
    table = client.get("/public/spend-by-outcome.csv").text
    assert sum(round(float(line.rsplit(",", 1)[1]) * 100) for line in table.splitlines()[1:]) == 1126308481863
    assert client.get("/public/outcomes.svg?width=narrow").mimetype == "image/svg+xml"
    assert client.get("/aligned-share").status_code == 302


def test_a_service_without_a_budget_says_so(settings: Settings, sqlite_engine: Engine) -> None:
    with create_app(settings.model_copy(update={"public_page": True}), sqlite_engine).test_client() as client:
        assert "No budget is shown here yet" in client.get("/public").text
        assert client.get("/public/spend-by-outcome.csv").status_code == 404


def test_what_very_few_said_is_not_shown_to_everyone(
    client: FlaskClient, northmere: Engine, settings: Settings
) -> None:
    ballots = b"Ballot,sdg-03,sdg-13\n1,1,2\n2,2,1\n3,1,2"
    facts = {"framework": "un-sdg-2015", "name": "Three of us"}
    with pytest.raises(RefusedError, match="fewer than 10 ballots"):
        receive_ballots(
            northmere, settings, ballots, "b.csv", "Northmere (demonstration)", "ana", kind="ranked", **facts
        )
    # Nor is one that was kept before.
    (kept,) = list_consultations(northmere, "Northmere (demonstration)")
    with northmere.begin() as connection:
        few = {
            "result": json.dumps(
                {
                    "priorities": {
                        "method": "borda",
                        "ballots": 3,
                        "weights": [{"outcome": "sdg-03", "share": 1.0, "margin": 0.1}],
                    },
                    "groups": {},
                }
            )
        }
        connection.execute(
            text(
                "INSERT INTO consultation (government, framework, name, method, ballots, evidence, result, file_hash, "
                "sent_by, sent_at) SELECT government, framework, 'Three of us', method, 3, evidence, :result, 'x', "
                "sent_by, sent_at FROM consultation"
            ),
            few,
        )
    assert [each.id for each in list_consultations(northmere, "Northmere (demonstration)")] == [kept.id]
    page = client.get("/public").text
    assert "Three of us" not in page
    assert "Three of us" not in client.get("/priorities").text
    assert "Citizens&#39; assembly of 2026" in page


def test_people_answer_once_and_nothing_of_them_is_kept(client: FlaskClient, northmere: Engine) -> None:
    ask(client)
    client.post("/sign-out", data={"csrf_token": token(client, "/priorities")})
    assert "What matters most?" in client.get("/public").text
    assert answer(client, "sdg-03", "", "sdg-13").status_code == 302
    assert "Thank you" in client.get("/public").text
    assert "You have answered" in client.get("/public").text
    again = client.post("/public/ballot", data={"csrf_token": token(client, "/sign-in"), "choice": "sdg-03"})
    assert again.status_code == 409
    assert "has answered already" in again.text
    with northmere.connect() as connection:
        rows = connection.execute(text("SELECT ballots FROM publicballot")).scalars().all()
        held = connection.execute(text("SELECT * FROM publicballotsum")).keys()
    assert rows == [1]
    assert set(held) == {"ballot_id", "outcome", "points", "squares"}


def test_a_ballot_that_says_nothing_is_not_counted(client: FlaskClient, northmere: Engine) -> None:
    ask(client)
    for choices in ((), ("", ""), ("sdg-03", "sdg-03"), ("bliss",), ("sdg-01", "sdg-02", "sdg-03", "sdg-04")):
        page = answer(client, *choices, address=f"192.0.2.{len(choices)}{len(set(choices))}")
        assert page.status_code == 422, choices
        assert problems(page.text) == []
    asked = find_open_ballot(northmere, "Northmere (demonstration)")
    assert asked is not None
    assert asked.ballots == 0


def test_one_address_can_not_flood_the_question(client: FlaskClient, northmere: Engine) -> None:
    ask(client)
    for number in range(5):
        client.delete_cookie("session")
        assert answer(client, "sdg-03").status_code == (302 if number < 3 else 429)
    client.delete_cookie("session")
    assert answer(client, "sdg-13", address="192.0.2.2").status_code == 302
    with northmere.connect() as connection:
        assert connection.execute(text("SELECT ballots FROM publicballot")).scalars().all() == [4]
    asked = find_open_ballot(northmere, "Northmere (demonstration)")
    assert asked is not None
    # Nobody sees a single ballot come.
    assert asked.ballots == 0


def test_a_question_is_closed_and_its_result_shown(client: FlaskClient) -> None:
    ask(client)
    for number in range(SMALLEST_GROUP):
        client.delete_cookie("session")
        assert answer(client, "sdg-13", "sdg-03", address=f"192.0.2.{number}").status_code == 302
    sign_in(client)
    page = client.get("/priorities").text
    assert f"{SMALLEST_GROUP} ballots so far" in page
    assert problems(page) == []
    second = client.post("/priorities/ask", data={"csrf_token": token(client, "/priorities"), "question": "Again?"})
    assert second.status_code == 422
    assert "close it first" in second.text
    action = page.split('action="/priorities/ballots/')[1].split('"')[0].replace("&amp;", "&")
    closed = client.post(f"/priorities/ballots/{action}", data={"csrf_token": token(client, "/priorities")})
    assert closed.status_code == 302
    shown = client.get("/public").text
    assert f"What matters most?: {SMALLEST_GROUP} ballots" in shown
    assert "Send my answer" not in shown
    late = client.post("/public/ballot", data={"csrf_token": token(client, "/priorities"), "choice": "sdg-03"})
    assert late.status_code == 409


def test_ballots_that_come_at_once_are_all_counted(engine: Engine) -> None:
    asked = put_question(engine, "Ours", FRAMEWORK, "What matters?", "moses")
    opened = find_open_ballot(engine, "Ours")
    assert opened is not None
    first, second, *_ = opened.outcomes
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cast_ballot(engine, asked, [first] if number % 4 else [second]), range(40)))
    with pytest.raises(RefusedError, match="at most 3"):
        cast_ballot(engine, asked, list(opened.outcomes)[:4])
    assert close_ballot(engine, "Ours", asked, "moses") is not None
    (held,) = list_consultations(engine, "Ours")
    weights = {weight.outcome: weight.share for weight in held.result.priorities.weights}
    # Of k outcomes the first gets k−1 points and each other (k−2)/2, of k(k−1)/2 in all; 30 put the one first, 10 the
    # other.
    count = len(weights)
    whole = count * (count - 1) / 2
    rest = (count - 2) / 2
    assert held.result.priorities.ballots == 40
    assert weights[first] == pytest.approx((30 * (count - 1) + 10 * rest) / 40 / whole, abs=0.001)
    assert weights[second] == pytest.approx((10 * (count - 1) + 30 * rest) / 40 / whole, abs=0.001)
    for late in (lambda: cast_ballot(engine, asked, [first]), lambda: close_ballot(engine, "Ours", asked, "moses")):
        with pytest.raises(RefusedError):
            late()


def test_of_a_question_that_few_answered_nothing_is_kept(engine: Engine) -> None:
    asked = put_question(engine, "Ours", FRAMEWORK, "What matters?", "moses")
    opened = find_open_ballot(engine, "Ours")
    assert opened is not None
    for _ in range(SMALLEST_GROUP - 1):
        cast_ballot(engine, asked, list(opened.outcomes)[:1])
    assert close_ballot(engine, "Ours", asked, "moses") is None
    assert list_consultations(engine, "Ours") == []
    assert find_open_ballot(engine, "Ours") is None
    with pytest.raises(RefusedError, match="name"):
        put_question(engine, "Ours", FRAMEWORK, " ", "moses")


def test_nobody_is_named_by_their_address_to_who_has_not_signed_in(settings: Settings, northmere: Engine) -> None:
    open_to_all = settings.model_copy(update={"public_reading": True, "public_page": True, "public_ballots": True})
    client = create_app(open_to_all, northmere).test_client()
    staff = [person.email for person in demonstration.SIGN_INS]
    seen = 0
    for page in crawl(client, ["/", "/public"], without=r"\.[a-z]{3,4}"):
        # The demonstration shows by which addresses one may sign in; production does not start with them.
        if page.address.partition("?")[0] != "/sign-in":
            assert [address for address in staff if address.encode() in page.answer.data] == [], page.address
            seen += 1
    assert seen > 20
    report = build_report(northmere, open_run(northmere, government=demonstration.GOVERNMENT))
    assert any(address in repr(report) for address in staff)
    assert not any(address in repr(hide_staff(report)) for address in staff)
