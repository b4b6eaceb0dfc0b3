"""Delegations, days by which something is asked for, and mails that say so, sent to a real server on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from sqlalchemy import Engine, text

from budget_align.cli import main
from budget_align.config import Mail, Settings, load_settings
from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services import demonstration
from budget_align.services.approvals.reminding import remind
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import publish_framework, receive_framework
from budget_align.services.mappings.approving import approve_bundled
from budget_align.services.mappings.drafting import approve, begin_draft
from budget_align.services.people.accounts import add_account, disable_account
from budget_align.services.people.delegations import delegate, end_delegation, list_delegable, list_delegated
from budget_align.services.people.roles import give_role, list_roles, take_role
from budget_align.services.publishing.publications import ask_to_publish, publish
from budget_align.services.record.trail import find_broken_event, list_events
from budget_align.services.returns.approving import approve_return, ask_for_approval, send_return_back
from budget_align.services.runs.running import run_allocation
from budget_align.web.app import create_app
from tests.at_once import at_once
from tests.frameworks import OWN
from tests.pages import problems, sign_in, token
from tests.returns import put_return
from tests.running import free_port

ANA, PETRA, OTTO, IDA = (f"{name}@example.org" for name in ("ana", "petra", "otto", "ida"))
TODAY = datetime.now(UTC).date()
WEEK = TODAY + timedelta(days=7)
WORKS = "Department of Works"


@pytest.fixture
def people(engine: Engine) -> Engine:
    """Ana sends returns, Petra approves them, Otto may look at all, Ida approves elsewhere."""
    for email, held in (
        (ANA, Held("finance-analyst", "Ours")),
        (PETRA, Held("finance-approver", "Ours")),
        (OTTO, Held("auditor")),
        (IDA, Held("finance-approver", "Theirs")),
    ):
        add_account(engine, email, f"{email[:3].title()} <of> Ours", "several words do well", (held,))
    return engine


def refused(code: str, work: Callable[[], object]) -> None:
    with pytest.raises(RefusedError) as caught:
        work()
    assert caught.value.code == code


def role_of(engine: Engine, email: str) -> int:
    return list_delegable(engine, email)[0].id


# --- delegation ----------------------------------------------------------------------------------------------------


def test_a_colleague_approves_in_ones_place_until_a_day_and_no_longer(people: Engine) -> None:
    number = put_return(people, WORKS, {"Roads": 100}, by=ANA)
    refused("not-allowed", lambda: approve_return(people, number, OTTO))
    role = role_of(people, PETRA)
    assert list_delegable(people, ANA) == []
    for to, last, why in (
        (PETRA, WEEK, "own-work"),
        ("nobody@example.org", WEEK, "no-account"),
        (OTTO, None, "bad-day"),
        (OTTO, TODAY - timedelta(days=1), "bad-day"),
        (OTTO, TODAY + timedelta(days=93), "bad-day"),
    ):
        refused(why, lambda to=to, last=last: delegate(people, role, to, last, PETRA))  # type: ignore[misc]
    refused("no-role", lambda: delegate(people, role, OTTO, WEEK, ANA))
    delegate(people, role, OTTO, WEEK, PETRA)
    assert [(each.email, each.held.last) for each in list_delegated(people, PETRA)] == [(OTTO, WEEK)]
    # It goes no further than to whom it was given.
    (given,) = [each.id for each in list_roles(people, OTTO) if each.for_whom]
    refused("no-role", lambda: delegate(people, given, ANA, WEEK, OTTO))
    approve_return(people, number, OTTO)
    (event,) = list_events(people, what="approved", limit=1).events
    assert (event.actor, event.facts["in_place_of"]) == (OTTO, PETRA)
    # Ended by whoever gave it, and by nobody else.
    refused("no-role", lambda: end_delegation(people, given, ANA))
    end_delegation(people, given, PETRA)
    refused("not-allowed", lambda: send_return_back(people, number, OTTO, "No"))
    assert find_broken_event(people) is None


def test_the_record_says_in_whose_place_mappings_and_frameworks_are_approved(
    people: Engine, settings: Settings
) -> None:
    for held in (Held("mapping-approver", "Ours"), Held("mapping-approver")):
        give_role(people, PETRA, held, "operator")
        delegate(
            people, next(each.id for each in list_delegable(people, PETRA) if each.held == held), OTTO, WEEK, PETRA
        )
    put_return(people, WORKS, {"Roads": 100}, by=ANA)
    draft = begin_draft(people, "Ours", "operator", like=catalogue.mapping("enabling-capabilities"))
    approve(people, draft, 1, OTTO)
    receive_framework(people, settings, OWN, "f.xlsx", "operator")
    publish_framework(people, "ours-2026", OTTO)
    for action in ("mapping approved", "framework published"):
        (event,) = list_events(people, what=action, limit=1).events
        assert (event.actor, event.facts["in_place_of"]) == (OTTO, PETRA)


@pytest.mark.parametrize("how", ["over", "taken", "disabled"])
def test_what_is_used_in_anothers_place_ends_with_it(people: Engine, how: str) -> None:
    number = put_return(people, WORKS, {"Roads": 100}, by=ANA)
    role = role_of(people, PETRA)
    delegate(people, role, OTTO, WEEK, PETRA)
    if how == "taken":
        take_role(people, role, "operator")
    elif how == "disabled":
        disable_account(people, PETRA, "operator")
    else:
        with people.begin() as connection:
            connection.execute(text("UPDATE roleheld SET last_day = '2020-01-01' WHERE for_whom <> ''"))
    refused("not-allowed", lambda: approve_return(people, number, OTTO))


def test_nobody_approves_in_the_place_of_who_made_it(people: Engine) -> None:
    delegate(people, role_of(people, PETRA), OTTO, WEEK, PETRA)
    theirs, others = (put_return(people, body, {"Roads": 100}, by=by) for body, by in ((WORKS, PETRA), ("Rails", ANA)))
    refused("own-work", lambda: approve_return(people, theirs, OTTO))
    approve_return(people, others, OTTO)
    approve_return(people, theirs, "operator")
    approve_bundled(people, "Ours", "enabling-capabilities", "operator")
    run = run_allocation(people, catalogue.mapping("enabling-capabilities"), "Ours", PETRA)
    (asked,) = ask_to_publish(people, run.id, [("budget", 2026)], ANA)
    refused("own-work", lambda: publish(people, asked, OTTO))


def test_the_account_page_lets_a_colleague_and_ends_it(settings: Settings, northmere: Engine) -> None:
    client = create_app(settings, northmere).test_client()
    sign_in(client)
    page = client.get("/account").text
    (role,) = re.findall(r'<option value="(\d+)"[^>]*>Finance approver of all governments', page)
    said = {"csrf_token": token(client, "/account"), "role": role, "to": "auditor@northmere.example"}
    for last in ("", "soon"):
        shown = client.post("/account/delegations", data={**said, "last": last})
        assert (shown.status_code, problems(shown.text)) == (422, [])
    shown = client.post("/account/delegations", data={**said, "last": WEEK.isoformat()}, follow_redirects=True).text
    assert problems(shown) == []
    (end,) = re.findall(r'action="(/account/delegations/\d+/end)"', shown)
    shown = client.post(end, data=said, follow_redirects=True).text
    assert "may not do it in your place any more" in shown


# --- by which day, and mails ---------------------------------------------------------------------------------------


class Inbox:
    """What a mail server takes, until it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.refuses:
            return "451 Come back later"
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"

    def told(self) -> list[str]:
        return sorted(str(each["To"]) for each in self.mails)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail(inbox: Inbox) -> Iterator[Mail]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield Mail(
        host="127.0.0.1",
        port=controller.port,
        security="none",
        sender="Budget Align <budget@example.org>",
        address="https://budget.example.org/",
    )
    controller.stop()


def due_now(engine: Engine) -> None:
    """Time passes until what could not be sent is tried again."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET next_at = '2020-01-01 00:00:00' WHERE next_at IS NOT NULL"))


def test_who_may_approve_is_told_once_by_name_and_link_alone(people: Engine, mail: Mail, inbox: Inbox) -> None:
    number = put_return(people, WORKS, {"Secret roads": 100}, by=ANA)
    assert remind(people, mail) == 0
    ask_for_approval(people, number, ANA, "About the secret roads", due=WEEK)
    # Of several processes that look at once each mail is one's.
    assert sum(at_once(*[lambda: remind(people, mail)] * 3)) == 1  # type: ignore[arg-type]
    (first,) = inbox.mails
    assert first["To"] == '"Pet <of> Ours" <petra@example.org>'
    assert first.get_payload().split() == ["Pet", "<of>", "Ours,", "https://budget.example.org/waiting"]
    assert "ecret" not in first.as_string()
    assert remind(people, mail) == 0
    with people.begin() as connection:
        connection.execute(text("UPDATE approval SET due = :day"), {"day": TODAY})
    assert (remind(people, mail), remind(people, mail)) == (1, 0)
    send_return_back(people, number, PETRA, "Which roads?")
    assert remind(people, mail) == 1
    assert inbox.told() == ['"Ana <of> Ours" <ana@example.org>', *['"Pet <of> Ours" <petra@example.org>'] * 2]
    assert find_broken_event(people) is None


def test_a_publication_that_waits_is_told_to_who_may_publish_it(people: Engine, mail: Mail, inbox: Inbox) -> None:
    approve_return(people, put_return(people, WORKS, {"Roads": 100}, by=ANA), PETRA)
    run = run_allocation(people, catalogue.mapping("enabling-capabilities"), "Ours", ANA)
    refused("bad-day", lambda: ask_to_publish(people, run.id, [("budget", 2026)], ANA, due=TODAY - timedelta(days=1)))
    ask_to_publish(people, run.id, [("budget", 2026)], ANA, due=TODAY)
    assert remind(people, mail) == 2
    assert inbox.told() == ['"Pet <of> Ours" <petra@example.org>'] * 2


def test_what_a_server_refuses_or_does_not_answer_is_tried_again_and_then_given_up(
    people: Engine, mail: Mail, inbox: Inbox
) -> None:
    ask_for_approval(people, put_return(people, WORKS, {"Roads": 100}, by=ANA), ANA)
    inbox.refuses = True
    assert remind(people, mail) == 0
    # Not at once again, but later; the last time with nobody there.
    inbox.refuses = False
    assert remind(people, mail) == 0
    nobody = mail.model_copy(update={"port": free_port()})
    for _ in range(6):
        due_now(people)
        assert remind(people, nobody) == 0
    due_now(people)
    assert (remind(people, mail), len(inbox.mails)) == (1, 1)
    ask_for_approval(people, put_return(people, "Rails", {"Rail": 100}, by=ANA), ANA)
    for _ in range(8):
        due_now(people)
        remind(people, nobody)
    due_now(people)
    assert (remind(people, mail), len(inbox.mails)) == (0, 1)


def test_an_address_that_no_mail_can_bear_keeps_nobody_else_waiting(people: Engine, mail: Mail, inbox: Inbox) -> None:
    for email in ("gé@example.org", "a,b@example.org", "z@example.org"):
        add_account(
            people, email, "Line one\r\nBcc: all@example.org", "several words do well", (Held("finance-approver"),)
        )
    ask_for_approval(people, put_return(people, WORKS, {"Roads": 100}, by=ANA), ANA)
    remind(people, mail)
    sent = {
        address.strip() for each in inbox.mails for address in str(each["To"]).split("<")[-1].rstrip(">").split(",")
    }
    assert {"z@example.org", "petra@example.org"} <= sent
    assert "all@example.org" not in " ".join(sent)
    assert all(each["Bcc"] is None for each in inbox.mails)


def test_the_command_sends_what_waits_and_says_where_no_server_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mail: Mail
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("BUDGET_ALIGN_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('data_folder = "var"\n')
    assert CliRunner().invoke(main, ["remind"]).exit_code == 2
    said = {**mail.model_dump(mode="json"), "password": "of the server"}
    table = "\n".join(f"{name} = {value!r}" for name, value in said.items())
    (tmp_path / "config.toml").write_text(f'data_folder = "var"\n[mail]\n{table}\n')
    sent = CliRunner().invoke(main, ["remind"])
    assert (sent.exit_code, sent.output) == (0, "0 mails sent.\n")
    settings = load_settings()
    assert "of the server" not in repr(settings)
    # A process of the service hands it to the others.
    other = Settings.model_validate(settings.model_dump(mode="json"))
    assert other.mail is not None
    assert other.mail.secret() == "of the server"


def test_what_is_wanted_sooner_stands_first_and_what_is_late_says_so(settings: Settings, northmere: Engine) -> None:
    client = create_app(settings, northmere).test_client()
    sign_in(client)
    name = demonstration.GOVERNMENT
    for body, due in (("Later", WEEK), ("Never", None), ("Sooner", TODAY)):
        number = put_return(northmere, body, {"Roads": 1}, by="operator", government=name)
        ask_for_approval(northmere, number, "operator", due=due)
    with northmere.begin() as connection:
        connection.execute(text("UPDATE approval SET due = '2026-01-05' WHERE title LIKE 'Sooner%'"))
    page = client.get("/waiting").text
    assert problems(page) == []
    assert [page.index(f"{body} [") for body in ("Sooner", "Later", "Never")] == sorted(
        page.index(f"{body} [") for body in ("Sooner", "Later", "Never")
    )
    assert page.count(">late<") == 1
    assert "by 5 January 2026" in page
