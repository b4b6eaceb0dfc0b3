"""What is unsafe or missing in an installation on which people are to rely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import Engine, make_url

from budget_align.config import Settings, secret_files
from budget_align.core.values.refusal import RefusedError
from budget_align.services.downloads import making
from budget_align.services.governments.installation import limits_of
from budget_align.services.mappings.embedding import check_model
from budget_align.services.operation.backups import last_backup
from budget_align.services.people.accounts import list_accounts
from budget_align.services.people.demonstration_accounts import sign_ins_in_use
from budget_align.services.people.roles import tell_who_holds_none

Grade = Literal["unsafe", "missing", "told"]

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost", ""})
_BACKUP_DUE: Final = timedelta(days=2)
_PROCESS_MB: Final = 400
_MAKING_MB: Final = 700
"""What making a report of usual length takes."""


@dataclass(frozen=True)
class SafetyNote:
    """One thing to know before production: unsafe, which production does not start with; missing; or only told."""

    grade: Grade
    about: str
    what: str


def look(engine: Engine, settings: Settings) -> list[SafetyNote]:
    """All that is unsafe or missing, the unsafe first."""
    found = [
        *_reading(settings),
        *_network(settings),
        *_files(settings),
        *_database(settings),
        *_people(engine, settings),
        *_backups(settings),
        *_memory(settings),
        *_model(settings),
    ]
    return sorted(found, key=lambda remark: ("unsafe", "missing", "told").index(remark.grade))


def refuse_unsafe(engine: Engine, settings: Settings) -> None:
    """Makes sure that nothing is unsafe.

    Raises:
        RefusedError: something is, which the sentence names.
    """
    unsafe = [remark for remark in look(engine, settings) if remark.grade == "unsafe"]
    if unsafe:
        said = " ".join(f"{remark.about}: {remark.what}" for remark in unsafe)
        raise RefusedError("unsafe", f"The service does not start in production while this is unsafe. {said}")


def _reading(settings: Settings) -> Iterator[SafetyNote]:
    if settings.public_reading:
        yield SafetyNote("unsafe", "public_reading", "Everyone reads every figure and workbook; set it to false.")


def _network(settings: Settings) -> Iterator[SafetyNote]:
    if not settings.proxies:
        grade: Grade = "missing" if settings.host in _LOOPBACK else "unsafe"
        yield SafetyNote(
            grade,
            "proxies",
            "No proxy that ends TLS stands before the service, so that passwords and cookies go in the clear; put one "
            "there and set proxies to 1.",
        )
    if not settings.hosts:
        yield SafetyNote("unsafe", "hosts", "Any name is believed under which the service is asked; name its own.")
    if settings.proxies and settings.host not in _LOOPBACK:
        yield SafetyNote(
            "told",
            "host",
            "Who reaches the service past its proxy says themselves from where they ask; let the proxy alone reach it.",
        )
    issuer = urlsplit(settings.provider.issuer) if settings.provider is not None else None
    if issuer is not None and issuer.scheme != "https" and issuer.hostname not in _LOOPBACK:
        yield SafetyNote("unsafe", "provider", "Sign-ins at the provider go in the clear; its issuer is to be https.")
    if settings.metrics_port and settings.metrics_host not in _LOOPBACK:
        yield SafetyNote(
            "told", "metrics_host", "Figures can be asked for from other machines; let no one else reach it."
        )


def _files(settings: Settings) -> Iterator[SafetyNote]:
    for path, what in _own_files(settings):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield SafetyNote("unsafe", str(path), f"Others than its owner may read or change {what}; chmod go= {path}.")
    for path in secret_files():
        # The service may read it as one of a group, where it belongs to somebody else.
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007:
            yield SafetyNote("unsafe", str(path), f"Everybody here may read the secret in it; chmod o= {path}.")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield SafetyNote("missing", "user", "The service runs as root; give it a user of its own.")


def _own_files(settings: Settings) -> Iterator[tuple[Path, str]]:
    yield settings.data_folder, "the data folder"
    yield settings.session_key_file, "the key that signs sessions"
    if not settings.database_url:
        yield settings.data_folder / "budget-align.db", "the database"


def _database(settings: Settings) -> Iterator[SafetyNote]:
    url = make_url(settings.database)
    if url.drivername.startswith("sqlite"):
        yield SafetyNote("told", "database", "SQLite is for one team on one machine; PostgreSQL for more.")
        return
    host = str(url.host or url.query.get("host", ""))
    outside = host not in _LOOPBACK and not host.startswith("/")
    if outside and url.query.get("sslmode") not in ("verify-full", "verify-ca", "require"):
        yield SafetyNote(
            "missing", "database", "The way to PostgreSQL may be in the clear; add ?sslmode=verify-full to its address."
        )
    if url.password in ("postgres", "password", "budget", "budget-align", "change-me"):
        yield SafetyNote("unsafe", "database", "The database's password is one that everybody tries; choose another.")


def _people(engine: Engine, settings: Settings) -> Iterator[SafetyNote]:
    if sign_ins_in_use(engine):
        yield SafetyNote(
            "unsafe", "people", "The demonstration's accounts, whose password is printed, may sign in; disable them."
        )
    if not [each for each in list_accounts(engine) if not each.disabled]:
        yield SafetyNote("missing", "people", "Nobody may sign in yet: budget-align people add.")
    for said in tell_who_holds_none(engine):
        yield SafetyNote("missing", "roles", said)
    if settings.mail is None:
        yield SafetyNote("told", "mail", "No mail is sent, and none need be: what waits for people stands on a page.")
    elif settings.mail.security == "none" and settings.mail.host not in _LOOPBACK:
        yield SafetyNote(
            "unsafe", "mail", "Mails, and the server's password, go in the clear; set security to starttls."
        )


def _backups(settings: Settings) -> Iterator[SafetyNote]:
    last = last_backup(settings)
    if last is None:
        yield SafetyNote("missing", "backups", "No backup was taken yet: budget-align backup FILE, each night.")
    elif datetime.now(UTC) - last > _BACKUP_DUE:
        yield SafetyNote("missing", "backups", f"The last backup is of {last:%d %B %Y}; take one each night.")


def _memory(settings: Settings) -> Iterator[SafetyNote]:
    limits = limits_of(settings)
    most = limits.at_a_time * settings.max_memory_mb
    most += settings.processes * _PROCESS_MB + making.AT_A_TIME * _MAKING_MB
    here = _memory_mb()
    if here and most > here:
        yield SafetyNote(
            "unsafe",
            "max_memory_mb",
            f"{limits.at_a_time} readings and all else may take {most:,} MB and there are {here:,} MB; set it to "
            f"{max(500, (here - most + limits.at_a_time * settings.max_memory_mb) // limits.at_a_time):,} or less.",
        )


def _model(settings: Settings) -> Iterator[SafetyNote]:
    try:
        check_model(settings.embedding_model)
    except RefusedError as refusal:
        yield SafetyNote("missing", "embedding_model", refusal.message)


def _memory_mb() -> int:
    """What this machine has, or what the container may take of it."""
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    try:
        said = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return here
    return min(here, int(said) // 1_000_000) if said.isdigit() else here
