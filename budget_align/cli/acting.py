"""Who runs a command, as the record names them: the account of the machine, whatever the environment says."""

from __future__ import annotations

import getpass
import os


def actor() -> str:
    """The operator who runs this command."""
    try:
        return f"{_name()} (command line)"
    except (OSError, KeyError, ImportError):
        return "command line"


def _name() -> str:
    if not hasattr(os, "getuid"):
        return getpass.getuser()
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
