"""Makes files in a process of their own, a few at a time, once for what they say, and keeps them."""

from __future__ import annotations

import hashlib
import logging
import pickle
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align import metering
from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.governments.installation import turns_folder
from budget_align.store import download_queries
from budget_align.store.tables import KeptDownload
from importers.isolation.turns import Turns

AT_A_TIME: Final = 2
PATIENCE: Final = 10.0
"""Seconds that one waits for its turn."""

_LONGEST: Final = 120
"""Seconds that a file may take."""

_MOST_MEMORY: Final = 4_000_000_000
_KEPT_FOR: Final = timedelta(days=30)
_MOST_KEPT: Final = 200

_LOG = logging.getLogger(__name__)
_TURNS = Turns("making", most_waiting=2)


def make_once(engine: Engine, settings: Settings, kind: str, *said: Any) -> bytes:
    """A file of one of `worker.MAKERS`: as it was kept, or made now, outside this process, and kept.

    Args:
        engine: the database.
        settings: of the installation.
        kind: which file.
        said: all that it says, as values whose `repr` tells them apart.

    Raises:
        RefusedError: others are made, or it takes longer or more memory than one may.
    """
    key = hashlib.sha256(repr((kind, version("budget-align"), said)).encode("utf-8", "surrogatepass")).hexdigest()
    kept = _find(engine, key)
    if kept is not None:
        return kept
    with _TURNS.one(AT_A_TIME, PATIENCE, folder=str(turns_folder(settings))):
        # Whoever waited may have waited for the very same file.
        kept = _find(engine, key)
        if kept is not None:
            return kept
        began = time.monotonic()
        content = _make(kind, said)
        metering.MADE.labels(kind).observe(time.monotonic() - began)
    _keep(engine, key, kind, content)
    return content


def _find(engine: Engine, key: str) -> bytes | None:
    with Session(engine) as session:
        row = session.get(KeptDownload, key)
        return row.content if row else None


def _keep(engine: Engine, key: str, kind: str, content: bytes) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        with Session(engine) as session, session.begin():
            download_queries.drop_old_downloads(session, now - _KEPT_FOR, _MOST_KEPT)
            session.add(KeptDownload(key=key, kind=kind, content=content, made_at=now))
    except RefusedError as refusal:
        # Another process kept the same, or others are storing: the file is made, and that is what was asked for.
        _LOG.info("a file was not kept: %s", refusal.code)


def _make(kind: str, said: tuple[Any, ...]) -> bytes:
    asked = pickle.dumps((kind, _MOST_MEMORY, said), protocol=pickle.HIGHEST_PROTOCOL)
    try:
        made = subprocess.run(
            # -P: a folder that happens to be called budget_align, where the command is run, is not taken for ours.
            [sys.executable, "-P", "-m", "budget_align.services.downloads.worker"],
            input=asked,
            stdout=subprocess.PIPE,
            timeout=_LONGEST,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError(
            "too-slow", f"Making the file took longer than {_LONGEST} seconds, the limit; ask for a smaller part."
        ) from error
    except subprocess.CalledProcessError as error:
        _LOG.error("making a file ended with code %s", error.returncode)
        raise RefusedError(
            "not-made",
            "The file could not be made; try again, or tell whoever runs this service, whose log says what failed.",
        ) from error
    return made.stdout
