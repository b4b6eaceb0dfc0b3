"""Changes that must not matter, tried on every workbook whose reading is right: the money stays, or a question comes.

By default a fixed sample of small workbooks is tried, other changes on each; with BUDGET_ALIGN_EVERY_CHANGE set, every change on
every workbook, which takes half an hour.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.beside import beside
from tests.corpus.changes import CHANGES
from tests.corpus.reading_truth import SMALL
from tests.corpus.unchanging import STRAY, Base, Result, Subject, base_of, made_subjects, shared_subjects, try_change

NAMES = [*CHANGES, *STRAY]
EVERY = bool(os.environ.get("BUDGET_ALIGN_EVERY_CHANGE"))
SEEDS = (1,)
SAMPLED = 4
"""Changes to each workbook of the sample."""

SLOW = 2.0
"""A workbook that takes more seconds to read is tried with a few changes even in the whole run."""

FAILED_ONCE = (
    ("small-cases/02c-dot-thousands-small.csv", "a column of ids of mixed length", 1),
    ("small-cases/03b-indian-grouping-mixed.csv", "a column of ids of mixed length", 1),
    ("small-cases/49b-pay-nonpay-total.xlsx", "a column of ids of mixed length", 1),
    ("small-cases/05b-cr-suffix.csv", "a column of few account codes", 1),
    ("small-cases/09-income-expenditure-net.xlsx", "a column of few account codes", 1),
    ("small-cases/11-debit-credit-columns.csv", "a column of phone numbers", 1),
    ("small-cases/11-debit-credit-columns.csv", "columns of a list permuted", 1),
    ("small-cases/52-profile-A.csv", "a column of dates as text", 1),
    ("small-cases/32b-original-amended.xlsx", "a column of few account codes", 1),
    ("small-cases/08-revenue-and-expenditure-column.csv", "a column of dates", 1),
    ("small-cases/07h-pivot-outline.xlsx", "a column of phone numbers", 1),
    ("made/18", "a column of serial numbers", 1),
    ("made/18", "a column of ids of mixed length", 1),
    ("made/18", "a column of days as numbers", 1),
    ("made/6", "a column of few account codes", 1),
    ("made/8", "a column of full-time posts", 1),
    ("made/8", "a column of postcodes", 1),
    ("made/10", "a column of ids of 6 digits", 1),
    ("made/22", "a column of dates", 1),
    ("made/23", "amounts as 1.234,56", 1),
    ("made/12", "columns of a list permuted", 1),
    ("budgets/revenues2011.csv", "amounts copied as revised", 1),
    ("budgets/AHVLA-Over-25k-1209.csv", "a column of vouchers of 10 digits", 1),
    ("budgets/bis-spending-january-2016.xlsx", "columns of a list permuted", 1),
    ("small-cases/35b-reserves.xlsx", "amounts near them as revised", 1),
)
"""What once was stored wrongly in silence."""


@cache
def subjects() -> dict[str, Subject]:
    every = [*made_subjects(24), *shared_subjects("small-cases"), *shared_subjects("budgets")]
    return {subject.name: subject for subject in sorted(every, key=lambda subject: len(subject.data))}


@cache
def base(name: str) -> Base | str:
    return base_of(subjects()[name])


def results(number: int, name: str) -> Iterator[Result]:
    """What the changes of a workbook's turn do to it."""
    found = base(name)
    if isinstance(found, str):
        return
    names = NAMES
    if not EVERY or found.outcome.seconds > SLOW:
        names = [NAMES[(7 * number + 13 * i) % len(NAMES)] for i in range(SAMPLED)]
    for change in names:
        for seed in SEEDS:
            result = try_change(found, change, seed)
            if result is not None:
                yield result


@pytest.mark.parametrize("part", range(4))
def test_what_must_not_matter_does_not(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    tried = [
        result
        for number, (name, subject) in enumerate(subjects().items())
        if number % 4 == part and (EVERY or len(subject.data) < SMALL)
        for result in results(number, name)
    ]
    with capsys.disabled():
        print("\n" + table(tried) if EVERY else f"\n{len(tried)} changes: {dict(Counter(r.kind for r in tried))}")
    wrong = [result for result in tried if result.kind in ("WRONG", "broke")]
    assert [f"{r.subject}, {r.change}, seed {r.seed}: {r.detail}" for r in wrong] == []


@pytest.mark.parametrize(("name", "change", "seed"), FAILED_ONCE)
def test_what_failed_once_does_not_again(name: str, change: str, seed: int) -> None:
    if not name.startswith("made/"):
        beside("readings")
    found = base(name)
    assert isinstance(found, Base), f"{name} is {found} without any change"
    result = try_change(found, change, seed)
    assert result is None or result.kind not in ("WRONG", "broke"), result.detail


def table(tried: list[Result]) -> str:
    """How often each change left the money as it was, brought a question, and so on."""
    kinds = ("same", "asked", "misled", "refused", "WRONG", "broke")
    counts = Counter((result.change, result.kind) for result in tried)
    lines = [f"{'change':<40}" + "".join(f"{kind:>9}" for kind in kinds)]
    lines += [f"{name:<40}" + "".join(f"{counts[name, kind]:>9}" for kind in kinds) for name in NAMES]
    return "\n".join(lines)
