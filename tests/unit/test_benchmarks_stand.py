"""The benchmarks are run by hand; that what they ask for is still there is seen at every change."""

from __future__ import annotations

from importlib import import_module

import pytest

from budget_align.core.outcomes.priority import Kind
from tests.benchmarks.test_outcomes_speed import time_ballots
from tests.conftest import ROOT

BENCHMARKS = sorted(path.stem for path in (ROOT / "tests" / "benchmarks").glob("test_*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_finds_what_it_imports(name: str) -> None:
    import_module(f"tests.benchmarks.{name}")


@pytest.mark.parametrize("kind", ["points", "ranked"])
def test_ballots_that_are_timed_are_read(kind: Kind) -> None:
    assert min(time_ballots(kind, 80)) > 0
