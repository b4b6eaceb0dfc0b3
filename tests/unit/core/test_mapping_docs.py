"""What docs/mapping.md says is what the code takes."""

import re
import tomllib
from pathlib import Path

from budget_align.core.allocation.consolidation import TOLERANCE
from budget_align.core.rules.condition import FIELDS, VERBS
from budget_align.core.rules.mapping import Mapping, Rule, parse_mapping
from budget_align.services.frameworks import catalogue

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")


def test_the_example_is_a_mapping() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    mapping = parse_mapping(tomllib.loads(found[1]), catalogue.frameworks(), "docs/mapping.md")
    ways = {"to" if r.to else "none" if r.none else "follows" if r.follows else "driver" for r in mapping.rules}
    assert ways == {"to", "none", "follows", "driver"}


def test_every_field_verb_and_key_is_told() -> None:
    told = set(re.findall(r"`([^`\n]+)`", PAGE))
    assert set(FIELDS) <= told
    assert {*VERBS, "not"} <= told
    assert set(Rule.model_fields) - {"id", "when"} <= told
    assert {"direct", "step-down", "reciprocal"} <= told
    assert "overheads" in Mapping.model_fields
    assert f"{TOLERANCE:,} units of" in PAGE
