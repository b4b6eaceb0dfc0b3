"""Whether an installation can do its work now, and what of it cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine, text

PATIENCE: Final = 2.0
"""Seconds within which a database that is well answers."""


class Watch:
    """Asks a database whether it answers, without waiting for one that does not: what was asked stays with a thread of
    its own, and no second one is begun while the first one waits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._answered = False

    def database_answers(self) -> bool:
        """Whether the database answers in time."""
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._answered = False
                self._asking = threading.Thread(target=self._ask, name="readiness", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(PATIENCE)
        return not asking.is_alive() and self._answered

    def _ask(self) -> None:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:
            # Whatever it is that it says, it does not answer.
            return
        self._answered = True


def say(watch: Watch, stalled: Callable[[], int]) -> tuple[dict[str, str], bool]:
    """What is well and what is not, and whether all is.

    Args:
        watch: over the database.
        stalled: how many readings go on for longer than they may.
    """
    database = "ok" if watch.database_answers() else "does not answer"
    late = stalled()
    readings = f"{late} longer than they may take" if late else "ok"
    return {"database": database, "readings": readings}, database == readings == "ok"
