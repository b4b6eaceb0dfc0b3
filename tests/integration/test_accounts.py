"""Accounts: invited, signed in with one or two factors or at a provider, sure of themselves, and ended everywhere."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.people.policy import ACTIONS, Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people import links, second_factors, sign_ins, tokens
from budget_align.services.people.accounts import (
    add_account,
    change_password,
    check_password,
    disable_account,
    open_account,
    reset_password,
)
from budget_align.services.people.permissions import rights_of
from budget_align.services.people.roles import give_role, list_roles, tell_who_holds_none
from budget_align.store.database import migrate
from budget_align.web.app import create_app
from tests.pages import token

ADA, BEN = "ada@example.org", "ben@example.org"
PASSWORD = "seven tin boats upstream"


@pytest.fixture
def client(settings: Settings, sqlite_engine: Engine) -> Iterator[FlaskClient]:
    """A browser, and an installation with an administrator and an analyst."""
    add_account(sqlite_engine, ADA, "Ada", PASSWORD, [Held("administrator")])
    add_account(sqlite_engine, BEN, "Ben", PASSWORD, [Held("finance-analyst")])
    with create_app(settings.model_copy(update={"public_reading": False}), sqlite_engine).test_client() as client:
        yield client


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):
    said = {"email": email, "password": password, "csrf_token": token(client, "/sign-in"), **more}
    return client.post("/sign-in", data=said)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def age(engine: Engine, minutes: int) -> None:
    """Lets every sign-in be so many minutes older in showing who it is."""
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    with engine.begin() as connection:
        connection.execute(text("UPDATE signin SET sure_at = :at"), {"at": before.isoformat(" ")})


# --- invitations and passwords -----------------------------------------------------------------------------------


def test_the_first_link_makes_one_administrator_and_no_second(engine: Engine) -> None:
    old, first = links.link_for_first(engine), links.link_for_first(engine)
    assert old is not None
    assert first is not None
    with pytest.raises(RefusedError, match="does not work"):
        links.use_link(engine, old, PASSWORD, ADA, "Ada")
    links.use_link(engine, first, PASSWORD, ADA, "Ada")
    assert [(each.email, each.held) for each in list_roles(engine)] == [(ADA, Held("administrator"))]
    assert check_password(engine, ADA, PASSWORD) is not None
    assert links.link_for_first(engine) is None
    with pytest.raises(RefusedError, match="does not work"):
        links.use_link(engine, first, PASSWORD, BEN, "Ben")


def test_the_first_account_of_the_command_line_is_administrator_and_the_next_is_not(sqlite_engine: Engine) -> None:
    assert open_account(sqlite_engine, ADA, "Ada", PASSWORD, "root (command line)") == (Held("administrator"),)
    assert open_account(sqlite_engine, BEN, "Ben", PASSWORD, "root (command line)") == ()


def test_an_administrator_invites_someone_who_chooses_a_password(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client, ADA)
    said = {"email": "cy@example.org", "name": "Cy", "role": "auditor", "csrf_token": token(client, "/people")}
    page = client.post("/people", data=said).text
    (address,) = re.findall(r"http://localhost(/welcome/[\w-]+)", page)
    assert check_password(sqlite_engine, "cy@example.org", "!") is None
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})
    weak = client.post(address, data={"new": "password1234", "csrf_token": token(client, address)})
    assert weak.status_code == 422
    assert "lists of common and breached ones" in weak.text
    assert client.post(address, data={"new": PASSWORD, "csrf_token": token(client, address)}).status_code == 302
    assert client.get(address).status_code == 404
    assert sign_in(client, "cy@example.org").status_code == 302
    assert "Auditor of all governments" in client.get("/account").text


@pytest.mark.parametrize("weak", ["short", "passwordpassword", "qwertyuiop123", "ada@example.org", "Ada.Example.Org.1"])
def test_weak_passwords_are_refused(sqlite_engine: Engine, weak: str) -> None:
    with pytest.raises(RefusedError, match=r"A password (has at least|is more than)|lists of common"):
        open_account(sqlite_engine, ADA, "Ada", weak, "root (command line)")


def test_links_end(sqlite_engine: Engine) -> None:
    add_account(sqlite_engine, ADA, "Ada", PASSWORD, [Held("administrator")])
    link = links.link_to_reset(sqlite_engine, ADA, "root (command line)")
    with sqlite_engine.begin() as connection:
        past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat(" ")
        connection.execute(text("UPDATE accountlink SET ends_at = :at"), {"at": past})
    with pytest.raises(RefusedError, match="does not work"):
        links.use_link(sqlite_engine, link, PASSWORD)


def test_nobody_gives_themselves_a_role_and_the_last_administrator_stays(client: FlaskClient) -> None:
    sign_in(client, ADA)
    page = client.get("/people/1").text
    csrf = {"csrf_token": hidden(page)["csrf_token"]}
    own = client.post("/people/1/roles", data={**csrf, "role": "finance-approver"})
    assert "Nobody changes their own roles" in own.text
    last = client.post("/people/1/disable", data=csrf)
    assert last.status_code == 409
    assert client.post("/people/2/roles", data={**csrf, "role": "administrator"}).status_code == 302
    assert client.post("/people/1/disable", data=csrf).status_code == 302
    assert client.get("/people").status_code == 302, "who is disabled is signed out"


def test_an_own_password_is_changed_and_ends_what_is_elsewhere(client: FlaskClient, sqlite_engine: Engine) -> None:
    elsewhere = sign_ins.begin_sign_in(sqlite_engine, BEN, "Another browser")
    sign_in(client, BEN)
    assert "Another browser" in client.get("/account").text
    csrf = {"csrf_token": token(client, "/account")}
    assert client.post("/account/password", data={**csrf, "old": "no", "new": PASSWORD}).status_code == 422
    new = "nine green lamps ashore"
    assert client.post("/account/password", data={**csrf, "old": PASSWORD, "new": new}).status_code == 302
    assert sign_ins.find_signed_in(sqlite_engine, elsewhere) is None
    assert client.get("/account").status_code == 200
    assert check_password(sqlite_engine, BEN, new) is not None


def test_who_is_signed_in_cannot_guess_the_password_either(client: FlaskClient) -> None:
    sign_in(client, BEN)
    csrf = {"csrf_token": token(client, "/account")}
    said = [
        client.post("/account/password", data={**csrf, "old": f"guess {n}", "new": PASSWORD}).status_code
        for n in range(7)
    ]
    assert said == [422] * 5 + [429] * 2
    assert client.post("/account/second-factor/end", data={**csrf, "password": PASSWORD}).status_code == 429


def test_one_ends_a_sign_in_elsewhere_and_nobody_elses(client: FlaskClient, sqlite_engine: Engine) -> None:
    mine, other = (sign_ins.begin_sign_in(sqlite_engine, who) for who in (BEN, ADA))
    sign_in(client, BEN)
    csrf = {"csrf_token": token(client, "/account")}
    assert client.post(f"/account/sign-ins/{sign_ins.place_of(mine)}/end", data=csrf).status_code == 302
    assert sign_ins.find_signed_in(sqlite_engine, mine) is None
    assert client.post(f"/account/sign-ins/{sign_ins.place_of(other)}/end", data=csrf).status_code == 404
    assert sign_ins.find_signed_in(sqlite_engine, other) is not None


def test_a_sign_in_by_which_nothing_is_asked_for_an_hour_is_over(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
    clock = {"now": begun}

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock["now"]

    monkeypatch.setattr(sign_ins, "datetime", Clock)
    add_account(engine, BEN, "Ben", PASSWORD)
    used, left = sign_ins.begin_sign_in(engine, BEN, "used"), sign_ins.begin_sign_in(engine, BEN, "left")
    # One asks something every three quarters of an hour, the other after fifty minutes and no more.
    for minutes in (45, 90, 135):
        clock["now"] = begun + timedelta(minutes=minutes)
        assert sign_ins.find_signed_in(engine, used) is not None
        if minutes == 45:
            assert sign_ins.find_signed_in(engine, left) is not None
    assert sign_ins.find_signed_in(engine, left) is None
    assert [place.browser for place in sign_ins.list_places(engine, BEN)] == ["used"]
    for minutes in range(180, 12 * 60, 45):
        clock["now"] = begun + timedelta(minutes=minutes)
        assert sign_ins.find_signed_in(engine, used) is not None
    clock["now"] = begun + timedelta(hours=12, minutes=1)
    assert sign_ins.find_signed_in(engine, used) is None


def test_a_page_is_looked_at_while_others_write_and_waits_for_none(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_account(sqlite_engine, BEN, "Ben", PASSWORD)
    token = sign_ins.begin_sign_in(sqlite_engine, BEN)
    monkeypatch.setattr(sign_ins, "_NOTED_EVERY", timedelta(0))
    with sqlite_engine.connect() as writer:
        writer.exec_driver_sql("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert sign_ins.find_signed_in(sqlite_engine, token) is not None
        assert time.monotonic() - began < 5, "not the half minute for which whoever changes something waits"
    with sqlite_engine.connect() as later:
        assert later.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000


def test_accounts_from_before_there_were_roles_hold_none_and_it_is_said(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    with engine.connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", "budget_align/store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0013")
        old = "INSERT INTO account (email, name, password_hash, disabled) VALUES (:email, 'Old', '!', false)"
        connection.execute(text(old), {"email": BEN})
        command.upgrade(config, "0048")
        # As the upgrade had done for a time: a minister sees what is marked.
        given = "INSERT INTO roleheld (email, role, government, body, given_by, given_at) VALUES "
        connection.execute(text(given + "(:email, 'minister', '', '', 'upgrade', '2026-10-01')"), {"email": BEN})
    migrate(engine)
    rights = rights_of(engine, BEN, public_reading=False)
    assert [action for action in ACTIONS if rights.may_somewhere(action)] == []
    said = " ".join(tell_who_holds_none(engine))
    assert "Nobody is administrator" in said
    assert f"1 account holds no role and sees nothing until given one ({BEN})" in said
    assert links.link_for_first(engine) is None, "nobody becomes administrator by a link where there are accounts"
    give_role(engine, BEN, Held("administrator"), "root (command line)")
    assert rights_of(engine, BEN, public_reading=False).may_somewhere("manage-people")
    assert tell_who_holds_none(engine) == []


# --- what was typed ----------------------------------------------------------------------------------------------


def test_what_was_typed_when_the_sign_in_ended_is_sent_on(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client, ADA)
    csrf = {"csrf_token": token(client, "/people")}
    sign_ins.end_everywhere(sqlite_engine, ADA, ADA)
    lost = client.post("/people", data={**csrf, "email": "dee@example.org", "name": "Dee\nline <b>", "role": "auditor"})
    assert lost.status_code == 401
    assert "What you typed is kept" in lost.text
    back = client.post("/sign-in", data={"email": ADA, "password": PASSWORD, **hidden(lost.text)})
    assert "Send it on" in back.text
    kept = dict(re.findall(r'<textarea class="ba-kept" name="([^"]+)" hidden>\n(.*?)</textarea>', back.text, re.DOTALL))
    assert {name: html.unescape(value) for name, value in kept.items()} == {
        "email": "dee@example.org",
        "name": "Dee\nline <b>",
        "role": "auditor",
    }
    assert 'action="/people?"' in back.text or 'action="/people"' in back.text
    sent = {"csrf_token": hidden(back.text)["csrf_token"], **{k: html.unescape(v) for k, v in kept.items()}}
    assert client.post("/people", data=sent).status_code == 200
    assert [each.held.role for each in list_roles(sqlite_engine, "dee@example.org")] == ["auditor"]


def test_nothing_is_carried_to_another_site_or_from_one(client: FlaskClient) -> None:
    away = {"typed": '["https://evil.example/x", [["a", "b"]], false, true]'}
    answer = sign_in(client, BEN, **away)
    assert "evil.example" not in answer.text + answer.headers.get("Location", "")
    cross = {"email": "x@example.org", "csrf_token": "none"}
    assert client.post("/people", data=cross, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    ours = client.post("/people", data=cross, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Send it on" in ours.text, "a form of ours whose session was another's is sent on by hand"


# --- links that end ---------------------------------------------------------------------------------------------


def test_a_link_ends_with_another_password_and_with_a_disabled_account(engine: Engine) -> None:
    open_account(engine, ADA, "Ada", PASSWORD, "operator")
    for end in (
        lambda: disable_account(engine, BEN, "operator"),
        lambda: reset_password(engine, BEN, "eight tin boats upstream", "operator"),
        lambda: change_password(engine, BEN, "eight tin boats upstream", "nine tin boats upstream", ""),
    ):
        if list_roles(engine, BEN):
            link = links.link_to_reset(engine, BEN, "operator")
        else:
            link = links.invite(engine, BEN, "Ben", [Held("auditor")], "operator")
        end()
        with pytest.raises(RefusedError, match="does not work"):
            links.use_link(engine, link, "ten tin boats upstream")
    assert check_password(engine, BEN, "nine tin boats upstream") is not None


# --- being sure --------------------------------------------------------------------------------------------------


def test_who_signed_in_long_ago_shows_again_that_it_is_they(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client, ADA)
    csrf = {"csrf_token": token(client, "/people")}
    age(sqlite_engine, 20)
    assert client.get("/people").status_code == 200, "looking asks for nothing"
    asked = client.post("/people/2/disable", data=csrf)
    assert asked.status_code == 401
    assert "Show that it is you" in asked.text
    assert check_password(sqlite_engine, BEN, PASSWORD) is not None, "nothing was done"
    carried = hidden(asked.text)
    wrong = client.post("/it-is-me", data={**carried, "password": "wrong"})
    assert wrong.status_code == 400
    right = client.post("/it-is-me", data={**hidden(wrong.text), "password": PASSWORD})
    assert 'action="/people/2/disable' in right.text
    client.post("/people/2/disable", data={"csrf_token": hidden(right.text)["csrf_token"]})
    assert check_password(sqlite_engine, BEN, PASSWORD) is None


def test_what_lets_someone_in_is_made_by_who_shows_that_it_is_they(client: FlaskClient, sqlite_engine: Engine) -> None:
    """A browser that was left open gives nobody an app, a token or a stand-in of their own."""
    sign_in(client, BEN)
    csrf = {"csrf_token": token(client, "/account")}
    key = re.findall(r"Key: <span[^>]*>([A-Z2-7]+)<", client.get("/account/second-factor").text)[0]
    age(sqlite_engine, 20)
    begun = {**csrf, "code": pyotp.TOTP(key).now()}
    for asked in (
        client.get("/account/second-factor"),
        client.post("/account/second-factor", data=begun),
        client.post("/access-tokens", data={**csrf, "name": "x", "scope": "see-figures"}),
        client.post("/account/delegations", data={**csrf, "role": "1", "to": ADA, "last": "2026-12-24"}),
    ):
        assert (asked.status_code, "Show that it is you" in asked.text) == (401, True)
    assert not second_factors.has_second_factor(sqlite_engine, BEN)
    assert tokens.list_tokens(sqlite_engine, BEN) == []
    # All that was typed goes on, to whom too.
    on = client.post("/it-is-me", data={**hidden(asked.text), "password": PASSWORD}).text
    assert ADA in on
    assert client.post("/account/second-factor", data=begun).status_code == 200


# --- second factor -----------------------------------------------------------------------------------------------


def test_a_second_factor_is_asked_taken_once_and_stood_in_for(client: FlaskClient, sqlite_engine: Engine) -> None:
    sign_in(client, BEN)
    page = client.get("/account/second-factor").text
    assert "data:image/svg+xml" in page
    key = re.findall(r"Key: <span[^>]*>([A-Z2-7]+)<", page)[0]
    csrf = {"csrf_token": hidden(page)["csrf_token"]}
    totp = pyotp.TOTP(key)
    assert client.post("/account/second-factor", data={**csrf, "code": "000000"}).status_code == 422
    first = totp.now()
    begun = client.post("/account/second-factor", data={**csrf, "code": first})
    codes = re.findall(r"\b[0-9a-f]{8}-[0-9a-f]{8}\b", begun.text)
    assert len(codes) == second_factors.RECOVERY_CODES
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})

    asked = sign_in(client, BEN)
    assert "Second factor" in asked.text
    assert client.get("/account").status_code == 302, "a password alone lets nobody in"
    again = client.post("/sign-in/code", data={**hidden(asked.text), "code": first})
    assert again.status_code == 400, "a code that was taken is taken no more"
    let_in = client.post("/sign-in/code", data={**hidden(again.text), "code": codes[0].upper()})
    assert let_in.status_code == 302
    assert "9 recovery codes are left" in client.get("/account").text
    assert not second_factors.check_second_factor(sqlite_engine, BEN, codes[0]), "each stands in once"
    later = totp.at(datetime.now(UTC) + timedelta(seconds=30))
    assert second_factors.check_second_factor(sqlite_engine, BEN, later)
    assert not second_factors.check_second_factor(sqlite_engine, BEN, later)
    kept = sqlite_engine.connect().execute(text("SELECT group_concat(code_hash) FROM recoverycode")).scalar_one()
    assert not any(code in kept for code in codes)


def test_half_a_sign_in_ends_with_the_password_that_it_was_begun_by(client: FlaskClient, sqlite_engine: Engine) -> None:
    key = second_factors.new_key()
    second_factors.begin_second_factor(sqlite_engine, BEN, key, pyotp.TOTP(key).now())
    asked = sign_in(client, BEN)
    assert "Second factor" in asked.text
    reset_password(sqlite_engine, BEN, "eight tin boats upstream", "operator")
    later = pyotp.TOTP(key).at(datetime.now(UTC) + timedelta(seconds=30))
    late = client.post("/sign-in/code", data={**hidden(asked.text), "code": later})
    assert (late.status_code, "begin again" in late.text) == (400, True)
    again = sign_in(client, BEN, "eight tin boats upstream")
    assert client.post("/sign-in/code", data={**hidden(again.text), "code": later}).status_code == 302


# --- access tokens -----------------------------------------------------------------------------------------------


def test_a_token_may_what_it_was_made_for_until_it_ends_and_never_more_than_its_person(
    client: FlaskClient, sqlite_engine: Engine
) -> None:
    today = datetime.now(UTC).date()
    reads = tokens.make_token(sqlite_engine, BEN, "reads", ["see-figures"])
    edits = tokens.make_token(sqlite_engine, BEN, "edits", ["edit-indicators"])
    ended = tokens.make_token(sqlite_engine, BEN, "ended", ["see-figures"], today)
    with sqlite_engine.begin() as connection:
        yesterday = {"day": (today - timedelta(days=1)).isoformat()}
        connection.execute(text("UPDATE accesstoken SET last_day = :day WHERE name = 'ended'"), yesterday)

    def ask(method: str, token_: str) -> tuple[int, str]:
        where = "/api/v1/governments/Ours/" + ("figures" if method == "GET" else "observations")
        answer = client.open(where, method=method, headers={"Authorization": f"Bearer {token_}"}, json={})
        return answer.status_code, answer.json["error"]["code"] if "error" in answer.json else answer.json["code"]

    assert ask("GET", reads) == (404, "no-government"), "it may read, and there is nothing"
    assert ask("POST", reads)[1] == "not-allowed"
    assert ask("GET", edits)[1] == "not-allowed"
    assert ask("POST", edits)[1] == "not-allowed", "its person, an analyst, may not edit indicators"
    assert ask("GET", ended) == (401, "no-token")
    for scope, last in (
        ([], None),
        (["see-figures"], today + timedelta(days=400)),
        (["see-figures"], date(2020, 1, 1)),
    ):
        with pytest.raises(RefusedError):
            tokens.make_token(sqlite_engine, BEN, "x", scope, last)
