"""The service as several processes: those that answer at the same socket (`answering`), and the one that watches them,
which loads none of the pages.
"""

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
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from budget_align import metering
from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.governments.database import connect
from budget_align.web import rate_limits
from budget_align.web.logs import set_up_logs
from budget_align.web.rate_limits import Lent

_LOG = logging.getLogger(__name__)

_BETWEEN_STARTS: Final = 1.0
"""Seconds before a process that ended is started again, so that one that cannot start takes no machine."""

_GRACE: Final = 20.0
"""Seconds that a process has to answer what it was asked before it is told to end."""


def watch(settings: Settings, listening: socket.socket) -> None:
    """Starts as many processes as the settings say, starts one again that ends, and ends all when it is told to."""
    # Told between two steps and never within one: a process that is being started is known, and ended with the others.
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told.set())
    set_up_logs(settings)
    with (
        rate_limits.lend() as lent,
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
        [sys.executable, "-P", "-m", "budget_align.web.answering"],
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
    from budget_align.services.returns.uploads import end_orphans  # here, so that watching waits for no reader

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
