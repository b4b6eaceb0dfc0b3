"""Reminders: who may approve is told by mail that something waits, and again when its day has come; who made it, that
it was returned. A mail says the person's name and a link, and nothing of what waits.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Mail
from budget_align.services.people.permissions import may_without
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import approval_queries, people_queries, publication_queries, run_queries
from budget_align.store.tables import Approval, Outbox, Publication

_AT_A_TIME: Final = 50
_TRIES: Final = 8
_AFTER: Final = timedelta(minutes=10)
"""After which a mail is tried again, twice as long each time."""

_SECONDS: Final = 20.0
_SERVICE: Final = "service"


def remind(engine: Engine, mail: Mail) -> int:
    """Writes mails for all that waits and was not told yet, and sends what is due; returns how many were sent."""
    _write(engine)
    return _send(engine, mail)


def _write(engine: Engine) -> None:
    today = datetime.now(UTC).date()
    with change(engine, "outbox") as session:
        known = approval_queries.told(session)
        people = [account.email for account in people_queries.accounts(session) if not account.disabled]
        wanted = dict.fromkeys(each for each in _to_tell(session, people, today) if each not in known)
        now = _now()
        for email, about in wanted:
            session.add(Outbox(email=email, about=about, made_at=now, next_at=now))
        if wanted:
            auditing.record(session, _SERVICE, "reminders written", "outbox", {"count": len(wanted)})


def _to_tell(session: Session, people: list[str], today: date) -> Iterator[tuple[str, str]]:
    """Whom to tell of what, each by a word that is never used again."""
    for row in (*approval_queries.in_state(session, "waiting"), *approval_queries.in_state(session, "returned")):
        authors = row.authors.split("\n")
        if row.state == "returned":
            yield from ((email, f"approval {row.id} returned") for email in people if email in authors)
            continue
        bodies = tuple(filter(None, row.bodies.split("\n")))
        yield from _of(session, row, f"approval {row.id}", people, authors, row.action, bodies, today)
    for each in publication_queries.publications(session, states=["asked", "returned"]):
        if each.state == "returned":
            yield from ((email, f"publication {each.id} returned") for email in people if email == each.asked_by)
            continue
        authors = [each.asked_by, run_queries.ran_by(session, each.run_id)]
        yield from _of(session, each, f"publication {each.id}", people, authors, "publish-run", (), today)


def _of(
    session: Session,
    row: Approval | Publication,
    name: str,
    people: list[str],
    authors: list[str],
    action: str,
    bodies: tuple[str, ...],
    today: date,
) -> Iterator[tuple[str, str]]:
    late = row.due is not None and row.due <= today + timedelta(days=1)
    for email in people:
        if email not in authors and may_without(session, email, action, row.government or None, bodies, authors):
            yield email, f"{name} asked"
            if late:
                yield email, f"{name} due {row.due}"


def _send(engine: Engine, mail: Mail) -> int:
    claimed = _claim(engine)
    if not claimed:
        return 0
    sent = 0
    faults: dict[int, str] = {}
    try:
        with _server(mail) as server:
            for number, email, name in claimed:
                try:
                    server.send_message(_message(mail, number, email, name))
                    sent += 1
                    faults[number] = ""
                except smtplib.SMTPResponseException as error:
                    faults[number] = f"{error.smtp_code}"
                except smtplib.SMTPRecipientsRefused:
                    faults[number] = "the address was refused"
                except (ValueError, smtplib.SMTPNotSupportedError):
                    faults[number] = "no mail can bear the address"
    except (OSError, smtplib.SMTPException) as error:
        for number, _, _ in claimed:
            faults.setdefault(number, type(error).__name__)
    _note(engine, faults)
    return sent


def _claim(engine: Engine) -> list[tuple[int, str, str]]:
    """Takes mails that are due, so that nobody else sends them meanwhile; whose sending is cut off are due again."""
    now = _now()
    found = []
    with change(engine, "outbox") as session:
        for row in approval_queries.due_mails(session, now, _AT_A_TIME):
            account = people_queries.account_by_email(session, row.email)
            if account is None or account.disabled:
                row.next_at, row.fault = None, "no such account"
                continue
            row.tries += 1
            row.next_at = now + _AFTER * 2 ** (row.tries - 1)
            found.append((row.id or 0, account.email, account.name))
    return found


def _note(engine: Engine, faults: dict[int, str]) -> None:
    with change(engine, "outbox") as session:
        for number, fault in faults.items():
            row = session.get(Outbox, number)
            if row is None:
                continue
            row.fault = fault[:200]
            if not fault:
                row.sent_at, row.next_at = _now(), None
            elif row.tries >= _TRIES:
                row.next_at = None
        sent = sum(not fault for fault in faults.values())
        auditing.record(session, _SERVICE, "reminders sent", "outbox", {"sent": sent, "failed": len(faults) - sent})


def _message(mail: Mail, number: int, email: str, name: str) -> EmailMessage:
    message, name = EmailMessage(), " ".join(name.split())
    message["From"] = mail.sender
    message["To"] = formataddr((name, email))
    message["Subject"] = "Something waits for you"
    message["Date"] = format_datetime(_now())
    # The same mail that comes twice is seen to be one.
    message["Message-ID"] = f"<budget-align-{number}@{mail.sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{name},\n\n{mail.address.rstrip('/')}/waiting\n")
    return message


@contextmanager
def _server(mail: Mail) -> Iterator[smtplib.SMTP]:
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, timeout=_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=_SECONDS)
    with server:
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, mail.secret())
        yield server


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
