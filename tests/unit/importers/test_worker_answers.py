"""What a worker answers is data: it comes back as it was, and nothing else than what was asked for is taken."""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.returns.reading import Answers, Finding, Reading, Severity
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.forms.framework_file import read_framework_file
from importers.isolation import processes, worker
from importers.isolation.answers import BadAnswerError, decode, encode
from importers.isolation.forking import Copy, Original
from importers.isolation.processes import ask_isolated, read_isolated
from importers.isolation.worker import ANSWERS, find_action
from importers.readings.reader import read_workbook
from tests.workbooks import GOOD

SMALL = Limits(seconds=20, memory_bytes=1_500_000_000)


@dataclasses.dataclass(frozen=True)
class Everything:
    frame: pd.DataFrame
    numbers: npt.NDArray[np.float64]
    words: npt.NDArray[np.object_]
    findings: tuple[Finding, ...]
    mapping: Mapping | None
    data: bytes
    count: int
    share: float


texts = st.text(st.characters(exclude_categories=()), max_size=6)


@given(
    st.lists(
        st.tuples(texts, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.floats(), st.sampled_from(["", None, 2])),
        max_size=6,
    ),
    st.binary(max_size=6),
    st.floats(allow_nan=False),
)
def test_what_is_said_comes_back(rows: list[Any], data: bytes, share: float) -> None:
    kinds = {"text": "str", "number": "int64", "yes": "bool", "share": "float64", "any": "object"}
    frame = pd.DataFrame.from_records(rows, columns=list(kinds)).astype(kinds)
    said = Everything(
        frame,
        np.array([[share, 1.0], [np.inf, 2.0]]),
        np.array([row[0] for row in rows] + [None], dtype=object),
        (Finding(code="x", severity=Severity.WARNING, sheet="S", cell="A1", message="m"),),
        None,
        data,
        len(rows),
        share,
    )
    heard = decode(encode(said), Everything)
    pd.testing.assert_frame_equal(heard.frame, frame)
    assert heard.numbers.tolist() == said.numbers.tolist()
    assert heard.words.tolist() == said.words.tolist()
    assert (heard.findings, heard.mapping, heard.data) == (said.findings, None, data)
    assert (heard.count, heard.share) == (len(rows), share)


def test_a_reading_comes_back_with_its_lines() -> None:
    reading = read_workbook(GOOD, "good.xlsx", answers=Answers(body="Works"), terms=UK)
    heard = decode(encode(reading), Reading)
    pd.testing.assert_frame_equal(heard.lines, reading.lines)
    assert heard.model_copy(update={"lines": None}) == reading.model_copy(update={"lines": None})


@given(st.data(), st.binary(max_size=8))
def test_an_answer_that_is_changed_anywhere_is_taken_as_data_or_refused(where: st.DataObject, put: bytes) -> None:
    said = Everything(
        pd.DataFrame({"text": pd.Series(["a", "b", "a"], dtype="str"), "number": [1, 2, 3]}),
        np.zeros((1, 2)), np.array(["x"], dtype=object), (), None, b"data", 1, 0.5,
    )  # fmt: skip
    blocks = encode(said)
    which = where.draw(st.integers(0, len(blocks) - 1))
    start = where.draw(st.integers(0, len(blocks[which])))
    end = where.draw(st.integers(start, len(blocks[which])))
    blocks[which] = blocks[which][:start] + put + blocks[which][end:]
    try:
        heard = decode(blocks, Everything)
    except BadAnswerError:
        return
    assert isinstance(heard, Everything)


class _Told:
    """What a hostile worker would have the service run."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, ("taken-over",)


@pytest.mark.isolated
@pytest.mark.parametrize(
    "answer",
    [
        [b'["done"]', pickle.dumps(_Told())],
        [pickle.dumps(_Told())],
        [b'["done"]'],
        [b'["done"]', b'{"model": "{}", "apart": {}}'],
        [b'["progress", "much", 1, 2]'],
        [b'["refused", {"code": 1}, 2]'],
        [],
    ],
)
def test_a_worker_in_other_hands_gains_nothing(
    answer: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO()
    worker._send(out, answer)
    (tmp_path / "answer").write_bytes(out.getvalue())

    class Hostile(Original):
        def copy(self, action: str) -> Copy:
            shell = ["sh", "-c", "cat answer; exec sleep 9"]
            self.taken = subprocess.Popen(shell, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert self.taken.stdin is not None
            assert self.taken.stdout is not None
            return Copy(self, self.taken.pid, self.taken.stdin, self.taken.stdout)

        def wait_for(self, pid: int) -> int:
            return self.taken.wait()

    monkeypatch.setattr(processes, "_ORIGINAL", Hostile())
    with pytest.raises(RefusedError) as caught:
        read_isolated(GOOD, "good.xlsx", limits=SMALL, terms=UK)
    assert caught.value.code == "unreadable"
    assert not (tmp_path / "taken-over").exists()


def test_a_worker_may_not_say_more_than_so_much() -> None:
    out = io.BytesIO()
    worker._send(out, [b'["done"]', b"x" * 2_000])
    with pytest.raises(BadAnswerError, match="more than it may"):
        worker.hear(io.BytesIO(out.getvalue()), 1_000)


_DEEP = "a." * 200_000


@pytest.mark.isolated
@pytest.mark.parametrize(
    "dotted",
    [
        f"{_DEEP}a = 1",
        f"[{_DEEP}a]",
        f"[[{_DEEP}a]]",
        f"x = {{{_DEEP}a = 1}}",
        'x = "it\\"s"\n' + '"a".' * 200_000 + "a = 1",
        "x = '\"'\n" + "'a' . " * 200_000 + "a = 1",
        "x = " + "[" * 100_000,
    ],
)
def test_a_framework_built_to_take_the_machine_is_refused_at_once(dotted: str) -> None:
    limits = Limits(seconds=10, memory_bytes=700_000_000).of_form()
    with pytest.raises(RefusedError) as caught:
        ask_isolated(read_framework_file, dotted.encode(), "framework.toml", limits=limits)
    assert caught.value.code == "bad-framework"


def test_dots_of_texts_and_numbers_are_no_depth() -> None:
    sentence = "Phased: " + "a. " * 40
    said = f'''
        code = "ours" # {sentence}
        name = "Ours"
        government = "Ours"
        version = "1"
        source = "{sentence} \\"{sentence}"
        starts = 2026-01-01
        note = """{sentence} " {sentence}
        {sentence}"""
        [[missions]]
        code = 'm'
        name = '{sentence}'
        outcomes = [{{code = "o", name = "Good", weight = 50.0}}, {{code = "p", name = "Fair", weight = 50.0}}]
    '''
    assert len(list(read_framework_file(said.encode(), "f.toml", limits=Limits()).framework.outcomes())) == 2


def test_a_framework_of_many_outcomes_is_checked_in_no_time_and_one_of_too_many_is_refused() -> None:
    about = 'code = "x"\nname = "X"\ngovernment = "G"\nversion = "2"\nsource = "us"\nstarts = 2026-01-01\n'
    about += 'succeeds = "y"\n[[missions]]\ncode = "m"\nname = "M"\n'

    def many(count: int) -> bytes:
        each = '[[missions.outcomes]]\ncode = "o{0}"\nname = "N"\nsucceeds = ["p{0}"]\ntakes = {{p{0} = 50}}\n'
        return (about + "".join(each.format(place) for place in range(count))).encode()

    began = time.process_time()
    assert len(list(read_framework_file(many(2_000), "f.toml", limits=Limits()).framework.outcomes())) == 2_000
    with pytest.raises(RefusedError, match="6,000 outcomes"):
        read_framework_file(many(6_000), "f.toml", limits=Limits())
    # Each share beside each outcome took eight seconds.
    assert time.process_time() - began < 4


@pytest.mark.isolated
def test_readings_wait_for_their_turn_and_are_told_when_none_comes() -> None:
    one = Limits(seconds=20, at_a_time=1, patience=0.3)
    with processes._TURNS.one(1, 5), pytest.raises(RefusedError) as caught:
        read_isolated(GOOD, "good.xlsx", limits=one, terms=UK)
    assert caught.value.code == "busy"
    assert len(read_isolated(GOOD, "good.xlsx", answers=Answers(body="Works"), limits=one, terms=UK).lines) == 3


def test_a_reading_ends_with_whoever_asked_for_it() -> None:
    # The parent is killed while its worker is deep in a call of a library that gives Python no turn.
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent("""
            import sys, threading, time
            from importers.isolation import worker
            from importers.isolation.forking import Original
            from importers.files.limits import Limits
            process = Original().copy("framework")
            worker.ask(process.requests, {"action": "framework", "data": b"x = [" + b"[1]," * 3_000_000, "file_name": "f.toml",
                                       "limits": Limits(), "beside": {}})
            print(process.pid, flush=True)
            time.sleep(60)
        """)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(1)
    assert Path(f"/proc/{pid}").exists(), "the worker still reads"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 3
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether a process still runs; one that ended and that nobody has asked after yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_worker_is_said_to_answer_is_what_its_function_declares() -> None:
    for name, said in ANSWERS.items():
        declared = get_type_hints(find_action(name))["return"]
        assert f"{declared.__module__}.{declared.__qualname__}" == said
