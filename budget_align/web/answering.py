"""One process of the service: it answers at a socket until it is told to end."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from budget_align.config import Mail, Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals.reminding import remind
from budget_align.services.governments.database import connect
from budget_align.services.returns.receiving import get_ready
from budget_align.web import rate_limits
from budget_align.web.app import create_app
from budget_align.web.logs import set_up_logs
from budget_align.web.rate_limits import Lent
from budget_align.web.server import make_server

_LOG = logging.getLogger(__name__)

_BETWEEN_REMINDERS: Final = 60.0
"""Seconds between two looks whether somebody is to be reminded of something."""


def answer(settings: Settings, listening: socket.socket) -> None:
    """Answers at a socket until this process is told to end; what was asked before is answered."""
    signal.signal(signal.SIGTERM, _leave)
    set_up_logs(settings)
    engine = connect(settings)
    server = make_server(create_app(settings, engine), settings, listening)
    get_ready()
    if settings.mail is not None:
        threading.Thread(target=_remind, args=(engine, settings.mail), name="reminding", daemon=True).start()
    server.run()
    engine.dispose()


def _remind(engine: Engine, mail: Mail) -> None:
    """Reminds people by mail now and then; of several processes that do, each mail is one's."""
    while True:
        time.sleep(_BETWEEN_REMINDERS)
        try:
            remind(engine, mail)
        except (RefusedError, SQLAlchemyError):
            _LOG.warning("nobody could be reminded; it is tried again")
        except Exception:
            # Whatever it was, people are to be reminded of other things; what failed is for the log.
            _LOG.exception("reminding failed")


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _end_with_who_watches() -> None:
    """Ends this process when the one that watches is gone, however it went."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """One of the processes that answer; what it is told comes from the one that watches."""
    # It is ended by who watches, not by whoever sits at the terminal.
    # Without a buffer, whose lock the thread that listens for the end would keep.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stream:
        told = json.loads(stream.readline())
    settings = Settings.model_validate(told["settings"])
    rate_limits.borrow(Lent(**told["lent"]))
    threading.Thread(target=_end_with_who_watches, daemon=True).start()
    answer(settings, socket.socket(fileno=told["socket"]))


if __name__ == "__main__":
    main()
