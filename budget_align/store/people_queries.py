"""What services ask of accounts, roles, sign-ins and tokens. The caller holds the session and its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from budget_align.store.tables import AccessToken, Account, AccountLink, RecoveryCode, RoleHeld, SignIn

# What every request asks is put together once: that takes longer than to find the answer.
_BY_EMAIL: Final = select(Account).where(func.lower(Account.email) == bindparam("email"))
_NAMES: Final = select(col(Account.email), col(Account.name)).where(
    func.lower(Account.email).in_(bindparam("emails", expanding=True))
)
_ABLE: Final = select(col(Account.email)).where(
    col(Account.email).in_(bindparam("emails", expanding=True)), col(Account.disabled).is_(False)
)
_ROLES: Final = select(RoleHeld).order_by(
    col(RoleHeld.email), col(RoleHeld.role), col(RoleHeld.government), col(RoleHeld.body)
)
_ROLES_OF: Final = _ROLES.where(col(RoleHeld.email) == bindparam("email"))


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of that address, letter case aside."""
    return session.scalars(_BY_EMAIL, {"email": _key(email)}).first()


def names(session: Session, emails: Sequence[str]) -> dict[str, str]:
    """The names of the people with some addresses, by these; an address of no account is its own."""
    found = {email.lower(): name for email, name in session.execute(_NAMES, {"emails": [_key(e) for e in emails]})}
    return {email: found.get(_key(email), email) for email in emails}


def _key(email: str) -> str:
    return email.strip().lower()


def accounts(session: Session) -> Sequence[Account]:
    """All accounts, in order of address."""
    return session.scalars(select(Account).order_by(col(Account.email))).all()


def able_accounts(session: Session, emails: Sequence[str]) -> set[str]:
    """Those of some addresses that are of accounts which are not disabled."""
    return set(session.scalars(_ABLE, {"emails": emails}).all())


def roles_held(session: Session, email: str | None = None) -> Sequence[RoleHeld]:
    """The roles that a person holds or held, or all that anyone does, in order of address, role, government, body."""
    return (session.scalars(_ROLES) if email is None else session.scalars(_ROLES_OF, {"email": email})).all()


def sign_ins(session: Session, email: str) -> Sequence[SignIn]:
    """Where a person is signed in, the newest first."""
    query = select(SignIn).where(col(SignIn.email) == email, col(SignIn.ended_at).is_(None))
    return session.scalars(query.order_by(col(SignIn.begun_at).desc())).all()


def note_seen(session: Session, token_hash: str, now: datetime) -> None:
    """Notes when something was last asked by a sign-in. It waits for nobody: SQLite refuses it at once while someone
    else writes.
    """
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() if lite else 0
    if lite:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        session.execute(update(SignIn).where(col(SignIn.token_hash) == token_hash).values(seen_at=now))
    finally:
        if lite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def links_to(session: Session, email: str) -> Sequence[AccountLink]:
    """The links of an account that were not used yet."""
    query = select(AccountLink).where(col(AccountLink.email) == email, col(AccountLink.used_at).is_(None))
    return session.scalars(query).all()


def recovery_codes(session: Session, email: str) -> Sequence[RecoveryCode]:
    """The recovery codes of an account, used ones included."""
    return session.scalars(select(RecoveryCode).where(col(RecoveryCode.email) == email)).all()


def end_sign_ins(session: Session, email: str, *, kept: str = "") -> None:
    """Ends wherever a person is signed in, save in the sign-in whose token has that hash."""
    mine = update(SignIn).where(
        col(SignIn.email) == email, col(SignIn.ended_at).is_(None), col(SignIn.token_hash) != kept
    )
    session.execute(mine.values(ended_at=datetime.now(UTC).replace(microsecond=0)))


def tokens(session: Session, email: str) -> Sequence[AccessToken]:
    """The tokens of a person, newest first."""
    query = select(AccessToken).where(col(AccessToken.email) == email).order_by(col(AccessToken.id).desc())
    return session.scalars(query).all()


def token_by_hash(session: Session, token_hash: str) -> AccessToken | None:
    """The token of that hash."""
    return session.scalars(select(AccessToken).where(col(AccessToken.token_hash) == token_hash)).first()
