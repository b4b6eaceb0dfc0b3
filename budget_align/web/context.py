"""What every page needs of the application: its settings, its database, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user, login_required
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.values.day import read_day
from budget_align.core.values.file_name import plain_name
from budget_align.core.values.refusal import RefusedError
from budget_align.jobs import Jobs
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights, rights_of

STATE = "budget_align"

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def signed_in(view: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """A page that only those who are signed in see; others are asked to sign in first."""
    return cast("Callable[_Asked, _Answer]", login_required(view))


def settings() -> Settings:
    """The settings in force."""
    found: Settings = current_app.extensions[STATE][0]
    return found


def provider_name() -> str:
    """What the provider is called; empty where there is none."""
    provider = settings().provider
    return provider.name if provider else ""


def engine() -> Engine:
    """The database."""
    found: Engine = current_app.extensions[STATE][1]
    return found


def jobs() -> Jobs:
    """The background jobs."""
    found: Jobs = current_app.extensions[STATE][2]
    return found


def actor() -> str:
    """Who is signed in, by address."""
    return str(current_user.id)


def rights() -> Rights:
    """What whoever asks may do."""
    if "rights" not in g:
        email = actor() if current_user.is_authenticated else None
        g.rights = rights_of(engine(), email, public_reading=settings().public_reading)
    found: Rights = g.rights
    return found


def sight() -> Sight:
    """What whoever asks may see of what is marked."""
    return Sight(rights(), settings().markings)


def hidden_runs() -> frozenset[str]:
    """The runs that whoever asks may not see for their markings."""
    if "hidden_runs" not in g:
        g.hidden_runs = sight().hidden_runs(engine())
    found: frozenset[str] = g.hidden_runs
    return found


def sees_trials(government: str) -> bool:
    """Whether whoever asks may see what nobody has published of a government."""
    return rights().sees_government("see-trials", government)


def asked_day() -> date | None:
    """By which day the form asks for something; None where it does not say.

    Raises:
        RefusedError: what it says is no day.
    """
    try:
        return read_day(request.form.get("due", ""))
    except ValueError as error:
        raise RefusedError("bad-day", f"{error}.", field="due") from error


def sent_file() -> tuple[bytes, str] | None:
    """The bytes and the name of the file that a form sends; None where none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    with closing(file):
        return file.read(), plain_name(file.filename)
