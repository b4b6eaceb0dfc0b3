"""Real workbooks and small habits of real returns, each beside its right totals: right, asked or refused, never wrong.

Each is read by a process of its own pool, the largest first; the table is printed at the end. Workbooks beyond a size
are read where BUDGET_ALIGN_EVERY_CHANGE is set, so that the check stays quick.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.corpus.reading_truth import Truth, Verdict, judge, play, truths

READINGS = Path(__file__).resolve().parents[2].parent / "shared" / "readings"
BARS = {"budgets": 36, "small-cases": 42}
"""At least so many of 45 are right."""

LARGEST = None if os.environ.get("BUDGET_ALIGN_EVERY_CHANGE") else 1_150_000

NOT_READ_YET: dict[str, str] = {}
"""What is read wrongly today, and why: one that comes right, or a further one that goes wrong, fails."""

TO_THE_THOUSAND = {"ruchirlives-scottish-budget-tracker/scottish-budget-2024-25-level-4.xlsx"}
"""Workbooks whose cells hold pounds that the totals published beside them, in thousands, round away."""


def verdict_of(truth: Truth) -> Verdict:
    return judge(truth, play(truth))


def verdict_with_total(truth: Truth) -> Verdict:
    return judge(truth, play(truth, state_total=True))


@pytest.mark.parametrize("folder", BARS)
def test_a_reading_is_right_or_it_asks(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not (READINGS / folder / "truth.toml").is_file():
        pytest.skip(f"needs the readings beside the project, in ../shared/readings/{folder}")
    every = sorted(truths(READINGS / folder), key=lambda truth: -truth.path.stat().st_size)
    every = [
        replace(truth, tolerance=1_000)
        if truth.path.relative_to(READINGS / folder).as_posix() in TO_THE_THOUSAND
        else truth
        for truth in every
    ]
    known = [truth for truth in every if LARGEST is None or truth.path.stat().st_size <= LARGEST]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        verdicts = dict(zip(known, pool.map(verdict_of, known), strict=True))
    tally = Counter(verdict.word for verdict in verdicts.values())
    with capsys.disabled():
        print(f"\n{folder}: " + ", ".join(f"{word} {count}" for word, count in tally.most_common()))
        for truth, verdict in sorted(verdicts.items(), key=lambda item: str(item[0].path)):
            said = f"{verdict.word} ({verdict.detail})" if verdict.detail else verdict.word
            print(f"{said:<16}{verdict.seconds:>6.1f} s  {truth.name[:48]:<50}{verdict.why[:160]}")
    wrong = {truth.path.relative_to(READINGS / folder).as_posix() for truth, v in verdicts.items() if v.word == "WRONG"}
    assert wrong == {truth.path.relative_to(READINGS / folder).as_posix() for truth in known} & set(NOT_READ_YET)
    assert tally["right"] * len(every) >= BARS[folder] * len(known)
