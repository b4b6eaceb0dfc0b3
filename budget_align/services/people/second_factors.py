"""The second factor: six digits that an app of the person's shows (TOTP), and recovery codes for when it is lost."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime
from typing import Final

import pyotp
import segno
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import account_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import people_queries
from budget_align.store.tables import RecoveryCode

RECOVERY_CODES: Final = 10
_STEP: Final = 30
"""Seconds for which a code is shown."""
_AROUND: Final = 1
"""Steps before and after the present one of which a code is taken, since clocks differ."""


def new_key() -> str:
    """A key for an app, which the person takes over and proves before it holds."""
    return pyotp.random_base32()


def address_of(key: str, email: str) -> str:
    """What an app reads to take a key over."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name="Budget Align")


def picture_of(key: str, email: str) -> str:
    """The same as a picture, in SVG, for a page."""
    return str(segno.make(address_of(key, email), error="m").svg_data_uri(scale=5, border=2))


def has_second_factor(engine: Engine, email: str) -> bool:
    """Whether a person signs in with a second factor."""
    with Session(engine) as session:
        return bool(account_of(session, email).second_key)


def count_codes_left(engine: Engine, email: str) -> int:
    """How many recovery codes of a person were not used yet."""
    with Session(engine) as session:
        return sum(row.used_at is None for row in people_queries.recovery_codes(session, email))


def begin_second_factor(engine: Engine, email: str, key: str, code: str) -> list[str]:
    """Lets a person sign in with a second factor from now on, and returns their recovery codes, which are shown this
    once.

    Raises:
        RefusedError: the code is not the one that the app shows now.
    """
    step = _step_of(key, code)
    if step is None:
        raise RefusedError("wrong-code", "That is not the code that the app shows now; see whether its clock is right.")
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]
    with change(engine, "account", email.strip().lower()) as session:
        account = account_of(session, email)
        account.second_key, account.second_step = key, step
        _drop_codes(session, account.email)
        session.add_all([RecoveryCode(email=account.email, code_hash=_hash(each)) for each in codes])
        auditing.record(session, account.email, "second factor begun", account.email, {})
    return codes


def end_second_factor(engine: Engine, email: str, actor: str) -> None:
    """Lets a person sign in without a second factor again: themselves, or who resets what they lost."""
    with change(engine, "account", email.strip().lower()) as session:
        account = account_of(session, email)
        if actor != account.email:
            permit(session, actor, "manage-people", None)
        account.second_key = ""
        _drop_codes(session, account.email)
        auditing.record(session, actor, "second factor ended", account.email, {})


def check_second_factor(engine: Engine, email: str, code: str) -> bool:
    """Whether a code is the second factor of a person: one that the app shows, which is taken once, or a recovery code
    that was not used yet, which then is.
    """
    with change(engine, "account", email.strip().lower()) as session:
        account = account_of(session, email)
        if not account.second_key:
            return False
        step = _step_of(account.second_key, code)
        if step is not None:
            if step <= account.second_step:
                return False
            account.second_step = step
            return True
        known = _hash(_plain(code))
        for row in people_queries.recovery_codes(session, account.email):
            if row.used_at is None and secrets.compare_digest(row.code_hash, known):
                row.used_at = datetime.now(UTC).replace(microsecond=0)
                auditing.record(session, account.email, "recovery code used", account.email, {})
                return True
        return False


def _step_of(key: str, code: str) -> int | None:
    """The time step of which a code is, the present one or one beside it; None for none."""
    said = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", said):
        return None
    totp, now = pyotp.TOTP(key), int(datetime.now(UTC).timestamp()) // _STEP
    steps = range(now - _AROUND, now + _AROUND + 1)
    return next((step for step in steps if secrets.compare_digest(totp.at(step * _STEP), said)), None)


def _drop_codes(session: Session, email: str) -> None:
    for row in people_queries.recovery_codes(session, email):
        session.delete(row)


def _plain(code: str) -> str:
    """A recovery code as it was given out, however it is typed."""
    said = re.sub(r"[^0-9a-f]", "", code.casefold())
    return f"{said[:8]}-{said[8:]}"


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
