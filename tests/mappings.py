"""Rules and mappings as tests write them."""

from __future__ import annotations

from budget_align.core.rules.mapping import Mapping, Rule


def rule(name: str, **facts: object) -> Rule:
    return Rule.model_validate({"id": name, "why": "paper", **facts})


def mapping(*rules: Rule, **facts: object) -> Mapping:
    return Mapping(name="paper", title="Paper", framework="un-sdg-2015", author="ana", rules=rules, **facts)  # type: ignore[arg-type]


def of_programmes(name: str, words: str, **split: object) -> Rule:
    """A rule for programmes whose names contain some words; to health where nothing else is said."""
    return rule(name, when={"programme": {"contains": words}}, **(split or {"to": {"sdg-03": 100}}))


HEALTH, SCHOOLS = of_programmes("health", "Hospital"), of_programmes("schools", "school", to={"sdg-04": 100})

ONCE = Mapping(
    name="once",
    title="Once",
    framework="un-sdg-2015",
    author="us",
    rules=(
        rule("hospitals", when={"programme": "Hospitals"}, to={"sdg-03": 100}, grade="judged"),
        rule("grants", when={"programme": "Grant to councils"}, to={"sdg-11": 50, "sdg-04": 50}),
        rule(
            "roads",
            when={"programme": ["Roads", "Grant received"]},
            to={"sdg-09": 60, "sdg-08": 40},
            effects={"sdg-13": "negative strong"},
            grade="documented",
            evidence="https://example.org/roads",
        ),
    ),
)
"""Hospitals, grants to councils, and what those spend of their own."""
