"""Who runs a command, as the record names them, and what is alike in the words of several commands."""

from __future__ import annotations

import getpass
import os
from datetime import date

from budget_align.core.values.day import read_day
from budget_align.core.values.refusal import RefusedError


def actor() -> str:
    """The account of the machine that runs this command, whatever the environment says of it."""
    try:
        return f"{_name()} (command line)"
    except (OSError, KeyError, ImportError):
        return "command line"


def day(text: str) -> date | None:
    """A day as it was written; None for nothing.

    Raises:
        RefusedError: it is none.
    """
    try:
        return read_day(text)
    except ValueError as error:
        raise RefusedError("bad-day", f"{error}.") from error


def _name() -> str:
    if not hasattr(os, "getuid"):
        return getpass.getuser()
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
