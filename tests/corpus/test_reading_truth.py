"""Real workbooks and small habits of real returns, each beside its right totals: right, asked or refused, never wrong.

Each is read by a process of its own pool, the largest first; the table is printed at the end. Workbooks beyond a size
are read where BUDGET_ALIGN_EVERY_CHANGE is set, so that the check stays quick.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.corpus.reading_truth import Truth, Verdict, judge, play, truths

READINGS = Path(__file__).resolve().parents[2].parent / "shared" / "readings"
BARS = {"budgets": 36, "small-cases": 42}
"""At least so many of 45 are right."""

LARGEST = None if os.environ.get("BUDGET_ALIGN_EVERY_CHANGE") else 1_000_000

NOT_READ_YET = {
    "mitsuelisa-la-city-budget/City_Budget_and_Expenditures.xlsx": "questions are asked, none of which alone leads to "
    "the published total",
    "mitsuelisa-la-city-budget/NYC.xlsx": "agencies and their units are added, beside the question of the year",
    "openbudgets-datasets/decin_2014_XI.xlsx": "a dozen statements in one sheet: six questions, none of which alone "
    "leads to the published total",
    "oreoluwa-26-nigeria-2026-budget-analysis/tabula-2026-Appropriation-Bill.csv.xlsx": "seven questions of which parts "
    "state the same money again, none of which alone leads to the published total",
    "rkthedataanalyst-dpiit-budget-analysis/dpiit_budget.xlsx": "a unit in crores behind a stray sign is not read; five "
    "questions are asked",
    "ruchirlives-scottish-budget-tracker/scottish-budget-2024-25-level-4.xlsx": "cells hold pounds that the published "
    "totals round away",
}
"""What is read wrongly today, and why: one that comes right, or a further one that goes wrong, fails."""


def verdict_of(truth: Truth) -> Verdict:
    return judge(truth, play(truth))


def verdict_with_total(truth: Truth) -> Verdict:
    return judge(truth, play(truth, state_total=True))


@pytest.mark.parametrize("folder", BARS)
def test_a_reading_is_right_or_it_asks(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not (READINGS / folder / "truth.toml").is_file():
        pytest.skip(f"needs the readings beside the project, in ../shared/readings/{folder}")
    every = sorted(truths(READINGS / folder), key=lambda truth: -truth.path.stat().st_size)
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
