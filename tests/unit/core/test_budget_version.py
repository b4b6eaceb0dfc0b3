"""Versions within a stage: what they are called, which follows which, and which counts."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.returns.bases import describe_bases
from budget_align.core.returns.budget_version import (
    KINDS,
    Version,
    bases_from_json,
    bases_of,
    bases_to_json,
    choose_versions,
    newest_version,
)
from budget_align.core.values.refusal import RefusedError
from tests.mappings import mapping
from tests.unit.core.lines import allocate, lines, summarise

words = st.from_regex(r"[a-z]{2,6}( [a-z]{1,6}){0,2}", fullmatch=True)


@given(st.sampled_from(KINDS), st.just("") | words, st.none() | st.dates(date(1900, 1, 1)))
def test_a_version_reads_back_from_its_text(kind: str, label: str, day: date | None) -> None:
    said = Version(kind, label, day)  # type: ignore[arg-type]  # one of the kinds
    assert Version.parse(str(said)) == said


@pytest.mark.parametrize("text", ["", "draft", "revised(", "revised (autumn, 2025-02-31)", "second revised"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match=r"is no version of a budget; write|is no day; write"):
        Version.parse(text)


def test_original_revisions_by_day_and_final_follow_each_other() -> None:
    said = ["original", "revised", "revised (autumn, 2025-11-26)", "revised (spring, 2026-03-03)", "final"]
    for last in range(1, len(said) + 1):
        assert newest_version(dict.fromkeys(reversed(said[:last]), 0)) == said[last - 1]
    # Of two that say no day, that which was stated later is the newer.
    assert newest_version({"revised (autumn)": 2, "revised (spring)": 1}) == "revised (autumn)"


BUDGET = lines(
    {"body": "Works", "amount": 100},
    {"body": "Works", "version": "revised (autumn, 2025-11-26)", "amount": 120},
    {"body": "Works", "stage": "plan", "amount": 90},
    {"body": "Health", "amount": 50},
)


def test_the_newest_version_counts_for_each_body_stage_and_year() -> None:
    counts, bases = choose_versions(BUDGET)
    assert counts.tolist() == [False, True, True, True]
    assert [(b.body, b.stage, b.version, b.left, b.named) for b in bases] == [
        ("Health", "budget", "original", (), False),
        ("Works", "budget", "revised (autumn, 2025-11-26)", ("original",), False),
        ("Works", "plan", "original", (), False),
    ]
    assert bases_from_json(bases_to_json(bases)) == bases


def test_a_version_that_is_named_counts_and_another_than_there_is_refused() -> None:
    counts, bases = choose_versions(BUDGET, {("Works", "budget", 2026): "original"})
    assert counts.tolist() == [True, False, True, True]
    assert [basis.named for basis in bases] == [False, True, False]
    with pytest.raises(RefusedError, match="Works has no version 'final'; it has original, revised"):
        choose_versions(BUDGET, {("Works", "budget", 2026): "final"})


def test_a_summary_says_itself_what_it_rests_on() -> None:
    counts, bases = choose_versions(BUDGET)
    taken = BUDGET[counts].reset_index(drop=True)
    cube = summarise(taken, allocate(taken, mapping()))
    assert [basis.key for basis in bases_of(cube)] == [basis.key for basis in bases]


def test_a_revision_of_spending_alone_leaves_the_income_of_the_original_in_force() -> None:
    """Health's original states 100 of spending and 20 of income, its revision 90 of spending and no income."""
    rows = [
        ("Health", "expenditure", "original", 100),
        ("Health", "income", "original", 20),
        ("Health", "expenditure", "revised (autumn)", 90),
    ]
    lines = pd.DataFrame(rows, columns=["body", "flow", "version", "amount"]).assign(stage="budget", fiscal_year=2025)
    counts, bases = choose_versions(lines)
    assert lines[counts]["amount"].tolist() == [20, 90]
    assert [(basis.version, basis.flow) for basis in bases] == [("revised (autumn)", ""), ("original", "income")]
    assert "Health, its income, by its original version" in describe_bases(bases)
