"""The process that is copied for each file: what copies share, and what happens when any of them is gone."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.isolation import processes
from importers.isolation.forking import Original
from importers.isolation.processes import read_isolated
from importers.isolation.worker import ask, hear

pytestmark = pytest.mark.isolated

SMALL = Limits(seconds=20, memory_bytes=1_500_000_000)


@pytest.fixture(scope="module")
def original() -> Iterator[Original]:
    original = Original()
    yield original
    original.end()


def asked(data: bytes) -> dict[str, object]:
    return {"action": "framework", "data": data, "file_name": "f.toml", "limits": SMALL, "beside": {}}


def read(amount: int) -> int:
    data = f"Body,Programme,2026-27 budget £\nWorks,Roads,{amount}\n".encode()
    return int(read_isolated(data, "w.csv", terms=UK, answers=Answers(), limits=SMALL).lines["amount"].sum())


def ends(pid: int) -> bool:
    """Whether a process ends within five seconds; one that nobody has asked after since has ended too."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def open_files(process: psutil.Process) -> int:
    return process.num_fds()


def test_each_file_is_read_in_a_copy_of_its_own(original: Original) -> None:
    first, second = original.copy("framework"), original.copy("framework")
    assert first.pid != second.pid
    # The first is killed in the middle of its work; the second neither sees nor minds.
    ask(first.requests, asked(b"x = [" + b"[1]," * 3_000_000))
    first.kill()
    ask(second.requests, asked(b"x = 1"))
    kind, words = hear(second.answers, 10_000)
    assert (kind, words[0]) == ("refused", "bad-framework")
    second.end()
    assert first.end() == -signal.SIGKILL


def test_many_at_once_and_one_after_another_leave_nothing_behind() -> None:
    read(1)
    assert processes._ORIGINAL._process is not None
    behind = psutil.Process(processes._ORIGINAL._process.pid)
    before = open_files(psutil.Process()), open_files(behind)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(1, 13))) == [100 * amount for amount in range(1, 13)]
    assert (open_files(psutil.Process()), open_files(behind)) == before
    assert behind.children() == []


def test_where_the_process_that_is_copied_is_killed_another_one_takes_its_place() -> None:
    assert read(3) == 300
    assert processes._ORIGINAL._process is not None
    processes._ORIGINAL._process.kill()
    processes._ORIGINAL._process.wait()
    assert read(4) == 400


def test_where_it_is_killed_in_the_middle_the_copy_can_still_be_ended(original: Original) -> None:
    copy = original.copy("framework")
    ask(copy.requests, asked(b"x = [" + b"[1]," * 3_000_000))
    assert original._process is not None
    original._process.kill()
    original._process.wait()
    assert copy.end() == -signal.SIGKILL
    assert ends(copy.pid)


def test_a_machine_that_lets_no_process_start_says_so(original: Original, monkeypatch: pytest.MonkeyPatch) -> None:
    original.start("framework")
    monkeypatch.setattr(original, "_say", lambda *_: -errno.EAGAIN)
    files = open_files(psutil.Process())
    with pytest.raises(OSError, match="temporarily unavailable"):
        original.copy("framework")
    assert open_files(psutil.Process()) == files


def test_reading_stands_back_behind_those_who_wait_for_a_page(original: Original) -> None:
    copy = original.copy("framework")
    assert psutil.Process(copy.pid).nice() > psutil.Process().nice()
    copy.end()


def said_by(command: str) -> list[str]:
    """The words that a command of some lines of Python prints."""
    run = [sys.executable, "-c", textwrap.dedent(command)]
    return subprocess.run(run, capture_output=True, text=True, check=True, timeout=20).stdout.split()


def test_no_copy_outlives_a_command_that_ends() -> None:
    out = said_by("""
        from importers.isolation.forking import Original
        original = Original()
        print(original.copy("framework").pid, original._process.pid, flush=True)
    """)
    assert all(ends(int(pid)) for pid in out)


def test_no_copy_of_a_command_itself_outlives_it_even_when_it_is_killed() -> None:
    (pid,) = said_by("""
        import os, signal, sys
        from importers.isolation.forking import ThisProcess
        from importers.isolation.worker import ask
        if os.fork() == 0:
            copy = ThisProcess().copy("framework")
            print(copy.pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        os.wait()
    """)
    assert ends(int(pid))


def test_what_breaks_a_copy_leaves_the_command_as_it_was() -> None:
    assert said_by("""
        import os, signal
        from importers.isolation.forking import ThisProcess
        copy = ThisProcess().copy("framework")
        os.kill(copy.pid, signal.SIGSEGV)
        print(copy.answers.read(), copy.end() == -signal.SIGSEGV)
    """) == ["b''", "True"]


def test_a_command_reads_in_a_copy_of_itself_which_alone_loads_what_reads() -> None:
    assert said_by("""
        import sys
        from budget_align.core.values.terms import UK
        from importers.files.limits import Limits
        from importers.isolation.processes import inspect_isolated
        data = "Body,Programme,2026-27 budget £\\nWorks,Roads,1\\n".encode()
        (sheet,) = inspect_isolated(data, "w.csv", terms=UK, limits=Limits(), alone=True).sheets
        print(sheet.kind, "pandas" in sys.modules)
    """) == ["tables", "False"]


def test_the_limit_of_one_copy_holds_no_other() -> None:
    tight = Limits(seconds=20, memory_bytes=1_000)
    with pytest.raises(RefusedError) as caught:
        read_isolated(b"Body,Programme,2026-27 budget\nWorks,Roads,1\n", "w.csv", terms=UK, limits=tight)
    assert caught.value.code in ("too-large", "unreadable")
    assert read(5) == 500


@pytest.mark.parametrize("megabytes", [60, 150])
def test_where_no_memory_is_left_for_what_reads_the_limit_is_said_and_no_fault_of_a_library(megabytes: int) -> None:
    said = said_by(f"""
        import resource
        from budget_align.core.values.refusal import RefusedError
        from budget_align.core.values.terms import UK
        from importers.files.limits import Limits
        from importers.isolation.processes import inspect_isolated
        most = {megabytes} * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        try:
            inspect_isolated(b"Body,2026-27\\nWorks,1\\n", "w.csv", terms=UK, limits=Limits(), alone=True)
        except RefusedError as refused:
            print(refused.code, "{megabytes} MB" in refused.message)
    """)
    assert said == ["too-large", "True"]
