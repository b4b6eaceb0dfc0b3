"""The service as its command runs it, in two processes: what they share, what they tell, and how they end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from budget_align.services import demonstration
from tests.running import Service, free_port

ANALYST = "analyst@northmere.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, demonstration_file: Path) -> Iterator[Service]:
    """Two processes on the demonstration, closed to who has not signed in, with figures at a port of their own."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(demonstration_file, folder / "budget-align.db")
    running = Service(
        folder,
        {
            "BUDGET_ALIGN_DATA_FOLDER": str(folder),
            "BUDGET_ALIGN_PROCESSES": "2",
            "BUDGET_ALIGN_LOG_FORMAT": "json",
            "BUDGET_ALIGN_METRICS_PORT": str(free_port()),
        },
    )
    running.start()
    yield running
    if running.process is not None and running.process.poll() is None:
        running.end()


def figures(service: Service) -> dict[str, float]:
    address = f"http://127.0.0.1:{service.environment['BUDGET_ALIGN_METRICS_PORT']}/metrics"
    with urllib.request.urlopen(address, timeout=10) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_wrong_passwords_are_counted_for_all_processes_together(service: Service) -> None:
    found = []
    for number in range(7):
        # A browser each, so that a connection of its own goes to whichever process is first.
        found.append(service.visitor().sign_in(ANALYST, f"guess {number}").status)
    assert found == [400] * 5 + [429] * 2


def test_what_is_done_is_told_and_no_secret_and_nothing_that_was_typed_is(service: Service) -> None:
    visitor = service.visitor()
    asked = visitor.get("/submissions/new", headers={"X-Request-ID": "from-the-proxy-1"})
    assert asked.headers["X-Request-ID"] == "from-the-proxy-1"
    odd = visitor.get("/sign-in?next=/secret-in-the-address", headers={"X-Request-ID": "a b\tnot one"})
    assert odd.headers["X-Request-ID"] not in ("", "a b\tnot one")
    assert visitor.sign_in("minister@northmere.example", demonstration.PASSWORD).status == 302
    assert visitor.get("/frameworks").status == 200
    text = service.log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    told = {(line.get("request"), line.get("route"), line.get("status")) for line in lines}
    assert ("from-the-proxy-1", "/submissions/new", 302) in told
    mine = [line for line in lines if line.get("user") == "minister@northmere.example"]
    assert {"request", "route", "seconds", "status", "time", "user"} <= set(mine[-1])
    assert mine[-1]["route"] == "/frameworks"
    cookies = [cookie.value for cookie in visitor.cookies if cookie.value]
    key = (service.folder / "session-key").read_text()
    requests = "\n".join(line for line in text.splitlines() if line.startswith("{"))
    for secret in (demonstration.PASSWORD, "secret-in-the-address", "guess 1", key, *cookies):
        assert secret not in requests


def test_figures_are_those_of_all_processes_and_name_nobody(service: Service) -> None:
    before = figures(service)
    for _ in range(6):
        assert service.visitor().get("/sign-in").status == 200
    name = 'budget_align_request_seconds_count{method="GET",route="/sign-in",status="2xx"}'
    after = figures(service)
    assert after[name] - before.get(name, 0) == 6
    assert "budget_align_uploads_waiting" in after
    assert not any("@" in each for each in after)


def test_a_process_that_is_killed_is_started_again_and_all_end_together(service: Service) -> None:
    first, second = service.children()
    os.kill(first, signal.SIGKILL)
    assert service.visitor().get("/healthz", seconds=5).status == 200
    until = time.monotonic() + 20
    while len(set(service.children()) - {first, second}) < 1 and time.monotonic() < until:
        time.sleep(0.1)
    children = service.children()
    assert second in children
    assert len(children) == 2
    assert service.end() == 0
    for each in children:
        assert not Path(f"/proc/{each}").exists() or "Z" in Path(f"/proc/{each}/stat").read_text().split()[2]
