"""What a command loads before it does anything: nothing that takes longer to load than its work takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = {
    "alembic",
    "altair",
    "flask",
    "model2vec",
    "numpy",
    "openpyxl",
    "pandas",
    "rich",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "sqlmodel",
    "weasyprint",
}


def loaded(module: str) -> set[str]:
    said = f"import sys, {module}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
    return SLOW & set(out.split())


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        ("budget_align.cli", set()),
        ("budget_align.cli.inspecting", set()),
        ("budget_align.cli.frameworks", set()),
        ("importers.isolation.processes", set()),
        ("importers.isolation.worker", set()),
        ("budget_align.services.mappings.embedding", {"numpy"}),
        ("importers.readings.inspection", {"numpy", "pandas"}),
    ],
)
def test_each_step_of_an_inspection_loads_what_it_needs(module: str, needed: set[str]) -> None:
    assert loaded(module) == needed
