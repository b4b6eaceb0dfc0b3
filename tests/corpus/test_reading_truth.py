"""Real workbooks and small habits of real returns, each beside its right totals: right, asked or refused, never wrong.

The table is printed at the end. Workbooks beyond a size are read where BUDGET_ALIGN_EVERY_CHANGE is set, so that the
check stays quick.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest

from tests.beside import beside
from tests.corpus.reading_truth import Truth, Verdict, judge, play, played, truths

BARS = {"budgets": 36, "small-cases": 42}
"""At least so many of 45 are right."""

LARGEST = None if os.environ.get("BUDGET_ALIGN_EVERY_CHANGE") else 1_150_000

NOT_READ_YET: dict[str, str] = {}
"""What is read wrongly today, and why: one that comes right, or a further one that goes wrong, fails."""

TO_THE_THOUSAND = {"ruchirlives-scottish-budget-tracker/scottish-budget-2024-25-level-4.xlsx"}
"""Workbooks whose cells hold pounds that the totals published beside them, in thousands, round away."""


def verdict_of(truth: Truth) -> Verdict:
    return judge(truth, played(truth))


def verdict_with_total(truth: Truth) -> Verdict:
    return judge(truth, play(truth, state_total=True))


@pytest.mark.parametrize("folder", BARS)
def test_a_reading_is_right_or_it_asks(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    readings = beside("readings", folder)
    every = sorted(truths(readings), key=lambda truth: -truth.path.stat().st_size)
    every = [
        replace(truth, tolerance=1_000) if truth.path.relative_to(readings).as_posix() in TO_THE_THOUSAND else truth
        for truth in every
    ]
    known = [truth for truth in every if LARGEST is None or truth.path.stat().st_size <= LARGEST]
    verdicts = {truth: verdict_of(truth) for truth in known}
    tally = Counter(verdict.word for verdict in verdicts.values())
    with capsys.disabled():
        print(f"\n{folder}: " + ", ".join(f"{word} {count}" for word, count in tally.most_common()))
        for truth, verdict in sorted(verdicts.items(), key=lambda item: str(item[0].path)):
            said = f"{verdict.word} ({verdict.detail})" if verdict.detail else verdict.word
            print(f"{said:<16}{verdict.seconds:>6.1f} s  {truth.name[:48]:<50}{verdict.why[:160]}")
    wrong = {truth.path.relative_to(readings).as_posix() for truth, v in verdicts.items() if v.word == "WRONG"}
    assert wrong == {truth.path.relative_to(readings).as_posix() for truth in known} & set(NOT_READ_YET)
    assert tally["right"] * len(every) >= BARS[folder] * len(known)
