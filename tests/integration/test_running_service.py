"""The service as its command runs it, in two processes: what they share, what they tell, and how they end."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import threading
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from budget_align.services import demonstration
from budget_align.services.mappings.drafting import begin_draft
from budget_align.store.database import open_database
from tests.people import let_do_everything
from tests.running import Service, free_port
from tests.workbooks import drawn

ANALYST, EVERYTHING = "analyst@northmere.example", "approver@northmere.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, demonstration_file: Path) -> Iterator[Service]:
    """Two processes on the demonstration, closed to who has not signed in, with figures at a port of their own."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(demonstration_file, folder / "budget-align.db")
    engine = open_database(f"sqlite:///{folder / 'budget-align.db'}")
    let_do_everything(engine, EVERYTHING)
    draft = begin_draft(engine, demonstration.GOVERNMENT, "operator", title="Under attack", framework="un-sdg-2015")
    engine.dispose()
    running = Service(
        folder,
        {
            "BUDGET_ALIGN_DATA_FOLDER": str(folder),
            "BUDGET_ALIGN_PROCESSES": "2",
            "BUDGET_ALIGN_LOG_FORMAT": "json",
            "BUDGET_ALIGN_METRICS_PORT": str(free_port()),
            "BUDGET_ALIGN_MAX_SECONDS": "5",
            "BUDGET_ALIGN_MAX_MEMORY_MB": "900",
            "BUDGET_ALIGN_MAX_FILE_MB": "5",
            # For the tests alone: the draft whose pages they send files to.
            "DRAFT_UNDER_ATTACK": str(draft),
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


# --- under attack --------------------------------------------------------------------------------------------------


def unpacking() -> bytes:
    """A workbook of a few kilobytes that unpacks to a hundred megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            sheet = name.startswith("xl/worksheets/")
            new.writestr(name, b"<row/>" * 15_000_000 if sheet else old.read(name))
    return out.getvalue()


GOOD = drawn("Department of Works\nBudget 2026-27, £m\n\nLine | 2026-27\nRoads | 80\nRail | 20")
LONG = "A1+" * 5_000
HOSTILE = {
    "deep.toml": b"a." * 200_000 + b"a = 1",
    "nested.toml": b"x = " + b"[" * 100_000,
    "unpacking.xlsx": unpacking(),
    "cut.xlsx": GOOD[:-200],
    "nothing.xlsx": b"",
    "bytes.xlsx": bytes(range(256)) * 400,
    "long.csv": b"Line,2026-27 budget\nRoads," + b"9" * 100_000 + b"\nRail,1\x00\n",
    "wide.csv": b"," * 2_000_000,
    "patterns.xlsx": drawn(f"Line | 2026-27\n{'(' * 3_000} | 5\n{'1 ' * 3_000} | 6\n'={LONG} | 7"),
}
ROUTES = {
    "/submissions/new": {"government": demonstration.GOVERNMENT},
    "/frameworks": {},
    f"/governments/{urllib.parse.quote(demonstration.GOVERNMENT)}/drivers": {},
    f"/indicators/{urllib.parse.quote(demonstration.GOVERNMENT)}/upload": {},
    "/priorities": {"name": "Assembly", "method": "assembly", "kind": "ranking"},
    "/register": {},
    "/mappings/DRAFT/upload": {},
}
THOROUGH = bool(os.environ.get("BUDGET_ALIGN_THOROUGH"))


@contextmanager
def watched(service: Service) -> Iterator[list[float]]:
    """How many seconds /healthz takes meanwhile, asked ten times a second."""
    over, took = threading.Event(), []

    def ask() -> None:
        while not over.wait(0.1):
            took.append(service.visitor().get("/healthz", seconds=30).seconds)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield took
    finally:
        over.set()
        asking.join()


def bearable() -> float:
    """A second, or as much longer as this machine has other work to do."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_no_file_sent_to_any_page_holds_the_service_or_breaks_it(service: Service) -> None:
    visitor = service.visitor()
    assert visitor.sign_in(EVERYTHING, demonstration.PASSWORD).status == 302
    draft, csrf = service.environment["DRAFT_UNDER_ATTACK"], visitor.token("/submissions/new")
    every = [(route, name) for route in ROUTES for name in HOSTILE]
    # Each file once and each page with a few of them; all of them on every page where there is time for it.
    tried = every if THOROUGH else every[:: len(HOSTILE) // 2]
    assert {name for _, name in tried} == set(HOSTILE)
    assert {route for route, _ in tried} == set(ROUTES)

    def send(said: tuple[str, str]) -> tuple[str, str, int]:
        route, name = said
        form = {**ROUTES[route], "csrf_token": csrf}
        answer = visitor.post(route.replace("DRAFT", draft), form, (name, HOSTILE[name]), seconds=120)
        return route, name, answer.status

    with watched(service) as took, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, tried))
    # Refused in words, taken up, or told that others are read: never broken.
    odd = [answer for answer in answers if answer[2] not in (302, 400, 413, 422, 503)]
    assert odd == []
    assert max(took) < bearable(), sorted(took)[-5:]
    for process in service.children():
        resident = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        assert resident < 700_000_000
    assert visitor.get("/submissions").status == 200


def test_many_connections_and_bodies_that_never_come_hold_nobody(service: Service) -> None:
    head = b"POST /submissions/new HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    with ExitStack() as held, watched(service) as took:
        for number in range(300):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=10))
            if number % 3 == 1:
                connection.sendall(head + b"Content-Length: 1000\r\n\r\n--b")
            if number % 3 == 2:
                connection.sendall(head + b"Content-Length: 900000000\r\n\r\n")
        large = connection.recv(100)
        assert service.visitor().get("/sign-in").status == 200
        time.sleep(0.5)
    assert large.startswith(b"HTTP/1.1 413")
    assert max(took) < bearable()


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
