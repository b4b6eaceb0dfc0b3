"""The service as several processes: one that watches, and those that answer at the same socket."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from types import FrameType
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from budget_align import metering
from budget_align.config import Mail, Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals.reminding import remind
from budget_align.services.governments.database import connect
from budget_align.services.returns.receiving import get_ready
from budget_align.services.returns.uploads import end_orphans
from budget_align.web import counts
from budget_align.web.app import create_app
from budget_align.web.counts import Lent
from budget_align.web.logs import set_up_logs
from budget_align.web.server import make_server

_LOG = logging.getLogger(__name__)

_BETWEEN_STARTS: Final = 1.0
"""Seconds before a process that ended is started again, so that one that cannot start takes no machine."""

_BETWEEN_REMINDERS: Final = 60.0
"""Seconds between two looks whether somebody is to be reminded of something."""

_GRACE: Final = 20.0
"""Seconds that a process has to answer what it was asked before it is told to end."""


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


def watch(settings: Settings, listening: socket.socket) -> None:
    """Starts as many processes as the settings say, starts one again that ends, and ends all when it is told to."""
    # Told between two steps and never within one: a process that is being started is known, and ended with the others.
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told.set())
    set_up_logs(settings)
    with (
        counts.lend() as lent,
        metering.tell_together(settings.metrics_host, settings.metrics_port) as figures,
    ):
        processes = [_start(settings, listening, lent, figures) for _ in range(settings.processes)]
        try:
            while not told.wait(_BETWEEN_STARTS):
                for place, process in enumerate(processes):
                    if process.poll() is not None:
                        _LOG.error("a process ended with code %s and is started again", process.returncode)
                        _end_its_readings(settings)
                        metering.forget_process(figures, process.pid)
                        processes[place] = _start(settings, listening, lent, figures)
            _LOG.info("the service ends")
        finally:
            _end(processes)


def _start(settings: Settings, listening: socket.socket, lent: Lent, figures: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        # -P: a folder that happens to be called budget_align, where the command is run, is not taken for ours.
        [sys.executable, "-P", "-m", "budget_align.web.processes"],
        stdin=subprocess.PIPE,
        pass_fds=[listening.fileno()],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": figures},
        # What a terminal sends to stop the service is for the one that watches, which then ends the others.
        start_new_session=True,
    )
    assert process.stdin is not None
    told = {"settings": settings.model_dump(mode="json"), "socket": listening.fileno(), "lent": asdict(lent)}
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(told).encode() + b"\n")
        # It stays open: a process that reads its end knows that nobody watches any more.
        process.stdin.flush()
    return process


def _end_its_readings(settings: Settings) -> None:
    try:
        engine = connect(settings)
        end_orphans(engine)
        engine.dispose()
    except (RefusedError, SQLAlchemyError):
        _LOG.warning("the database does not answer; uploads that were cut off are told so when it does")


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
    counts.borrow(Lent(**told["lent"]))
    threading.Thread(target=_end_with_who_watches, daemon=True).start()
    answer(settings, socket.socket(fileno=told["socket"]))


if __name__ == "__main__":
    main()
