"""Fifty people at once on the service as it runs, on both databases: reading, sending workbooks, fetching reports.
BUDGET_ALIGN_LOAD_SECONDS says for how long, two minutes being the measure that counts, and BUDGET_ALIGN_LOAD_USERS how
many. And ten large workbooks at once, with what they take and how long the service says nothing meanwhile.
"""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.services import demonstration
from budget_align.services.people import accounts
from budget_align.services.people.accounts import add_account
from budget_align.services.record.trail import find_broken_event
from tests.people import let_do_everything
from tests.running import Service, Visitor

SECONDS = float(os.environ.get("BUDGET_ALIGN_LOAD_SECONDS", "20"))
USERS = int(os.environ.get("BUDGET_ALIGN_LOAD_USERS", "50"))
LARGE = 40_000
PASSWORD = "correct horse battery"
PAGES = (
    "/",
    "/outcomes/sdg-03",
    "/outcomes/sdg-04",
    "/unaligned",
    "/measures",
    "/register",
    "/frameworks",
    "/submissions",
)
EMPTY = "/api"
"""A page that asks nothing of the database but who is signed in."""


class Load:
    """What people did, and how long it took."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.odd: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.stored: list[str] = []
        self.lock = threading.Lock()

    def note(self, kind: str, path: str, status: int, seconds: float) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            if status in (429, 503):
                self.told[f"{kind} {status}"] += 1
            elif status >= 400:
                self.odd[f"{path} {status}"] += 1


def use(visitor: Visitor, number: int, until: float, load: Load) -> None:
    """One person's work: mostly reading, now and then a workbook or a report."""
    chance = random.Random(number)
    sent = 0
    try:
        csrf = visitor.token("/submissions/new")
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.2, 1.8))
            what = chance.random()
            if what < 0.04:
                sent += 1
                file = f"Body,Programme,2026-27 budget £\nWorks {number},Roads,{number * 1000 + sent}\n".encode()
                name = f"works-{number}-{sent}.csv"
                said = {"csrf_token": csrf, "government": "Ours"}
                answer = visitor.post("/submissions/new", said, (name, file))
                full = answer.status == 422 and ("are being read" in answer.text or "wait to be read" in answer.text)
                load.note("upload", "/submissions/new", 503 if full else answer.status, answer.seconds)
                if answer.status == 302:
                    with load.lock:
                        load.stored.append(name)
                continue
            kind, path = ("page", chance.choice(PAGES))
            if what < 0.3:
                kind, path = ("report", "/report.pdf") if what < 0.08 else ("empty page", EMPTY)
            answer = visitor.get(path, seconds=120)
            load.note(kind, path, answer.status, answer.seconds)
    except OSError as error:
        with load.lock:
            load.odd[repr(error)] += 1


def serve(
    filled: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, folder: Path, people: list[str]
) -> Service:
    """The service in two processes on the demonstration, for people who may do everything."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for email in people:
        add_account(filled, email, email, PASSWORD)
        let_do_everything(filled, email)
    address = "" if filled.dialect.name == "sqlite" else filled.url.render_as_string(hide_password=False)
    settings.data_folder.mkdir(exist_ok=True)
    said = {
        "BUDGET_ALIGN_DATA_FOLDER": str(settings.data_folder),
        "DATABASE_URL": address,
        "BUDGET_ALIGN_PROCESSES": "2",
        "BUDGET_ALIGN_GOVERNMENT": demonstration.GOVERNMENT,
    }
    service = Service(folder, said)
    service.start()
    return service


def test_fifty_people_read_send_and_fetch_at_once(
    filled: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    people = [f"person-{number}@example.org" for number in range(USERS)]
    service = serve(filled, settings, monkeypatch, tmp_path, people)
    load = Load()
    try:
        visitors = [service.visitor() for _ in people]
        for email, visitor in zip(people, visitors, strict=True):
            assert visitor.sign_in(email, PASSWORD).status == 302
        until = time.monotonic() + SECONDS
        threads = [
            threading.Thread(target=use, args=(visitor, number, until, load)) for number, visitor in enumerate(visitors)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while True:
            with filled.connect() as connection:
                waiting = connection.execute(text("SELECT count(*) FROM job WHERE status IN ('waiting', 'reading')"))
                if not waiting.scalar_one():
                    break
            time.sleep(0.2)
        with filled.connect() as connection:
            kept = set(connection.execute(text("SELECT file_name FROM draft WHERE government = 'Ours'")).scalars())
    finally:
        service.end()
    print(f"\n{USERS} people for {SECONDS:g} seconds on {filled.dialect.name}, {os.cpu_count()} processors:")
    for kind, seconds in sorted(load.seconds.items()):
        print(
            f"  {kind:<11} {len(seconds):>6} times   p50 {_ms(seconds, 50):>7.0f} ms   p95 {_ms(seconds, 95):>7.0f} ms"
        )
    print(f"  told to wait: {dict(load.told) or 'nobody'}; faults: {dict(load.odd) or 'none'}")
    ratio = _ms(load.seconds["page"], 95) / _ms(load.seconds["empty page"], 95)
    print(f"  p95 of pages is {ratio:.1f} times the empty page's")
    assert not load.odd
    assert set(load.stored) <= kept, "no workbook that was taken is lost"
    assert find_broken_event(filled) is None
    assert ratio <= 10


def test_ten_large_uploads_at_once_hold_nobody(
    filled: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    people = [f"person-{number}@example.org" for number in range(10)]
    service = serve(filled, settings, monkeypatch, tmp_path, people)
    over, most, took = threading.Event(), [0], []
    lines = "".join(f"Works,Way {number},{number % 9_000 + 1}\n" for number in range(LARGE))

    def watch() -> None:
        while not over.wait(0.1):
            took.append(service.visitor().get("/healthz", seconds=60).seconds)
            assert service.process is not None
            of = [psutil.Process(service.process.pid), *psutil.Process(service.process.pid).children(recursive=True)]
            with suppress(psutil.NoSuchProcess):
                most[0] = max(most[0], sum(each.memory_info().rss for each in of))

    def send(email: str) -> int:
        visitor = service.visitor()
        assert visitor.sign_in(email, PASSWORD).status == 302
        said = {"csrf_token": visitor.token("/submissions/new"), "government": "Ours"}
        file = f"Body,Programme,2026-27 budget £\n{lines}Works,{email},1\n".encode()
        return visitor.post("/submissions/new", said, (f"{email}.csv", file), seconds=120).status

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        with ThreadPoolExecutor(len(people)) as pool:
            statuses = list(pool.map(send, people))
        while True:
            with filled.connect() as connection:
                waiting = connection.execute(text("SELECT count(*) FROM job WHERE status IN ('waiting', 'reading')"))
                if not waiting.scalar_one():
                    break
            time.sleep(0.2)
        with filled.connect() as connection:
            kept = connection.execute(text("SELECT count(*) FROM draft WHERE government = 'Ours'")).scalar_one()
    finally:
        over.set()
        watching.join()
        service.end()
    print(f"\nten workbooks of {LARGE:,} lines at once on {filled.dialect.name}, {os.cpu_count()} processors:")
    print(f"  /healthz {len(took)} times: p50 {_ms(took, 50):.0f} ms, longest {max(took) * 1_000:.0f} ms")
    print(f"  all processes together took {most[0] / 1e6:,.0f} MB at most")
    assert statuses == [302] * 10
    assert kept == 10, "and all of them are read"
    assert max(took) < 1


def _ms(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1_000 if len(seconds) > 1 else seconds[0] * 1_000
