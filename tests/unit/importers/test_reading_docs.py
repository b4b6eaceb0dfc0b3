"""What docs/reading.md says is what the code does."""

import re
from pathlib import Path
from typing import get_args

from budget_align.core.returns.reading import Topic
from importers.evidence.column_kinds import ColumnKind
from importers.evidence.weights import SURE

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")


def test_every_topic_of_a_question_is_told() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(get_args(Topic))


def test_every_kind_of_column_is_told() -> None:
    assert [kind for kind in get_args(ColumnKind) if kind not in PAGE.lower()] == []


def test_the_gate_is_where_the_page_says() -> None:
    assert f"confidence of {SURE:.0%}" in PAGE


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:tests|importers)/[\w/.]+)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []
