"""Assessments of policies: what is said holds together, and what they concern is known."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from budget_align.core.outcomes.assessment import Assessment, find_concerned

SAID: dict[str, Any] = {
    "outcome": "sdg-13",
    "policy": "Free bus travel",
    "effect": "positive moderate",
    "by": "Fiscal council",
    "on": date(2026, 6, 30),
    "link": "https://example.org/report",
}
BUDGET = [("Ministry of Transport", "Bus services"), ("Ministry of Transport", "Trunk roads"), ("Treasury", "")]


def test_an_assessment_says_which_way_and_how_strongly() -> None:
    effect = Assessment(**SAID).effect
    assert (effect.direction, effect.strength) == ("positive", "moderate")


@pytest.mark.parametrize(
    "wrong",
    [{"effect": "neutral strong"}, {"effect": "good"}, {"policy": "  "}, {"by": ""}, {"link": "javascript:alert(1)"}],
)
def test_what_does_not_hold_together_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Assessment(**{**SAID, **wrong})


def test_bodies_and_programmes_are_known_in_any_case_and_either_sign() -> None:
    said = ["ministry of transport > bus services", "TREASURY", "", "Treasury", "Ministry of Transport ▸ Trams"]
    assert find_concerned(said, BUDGET) == (
        ("Ministry of Transport ▸ Bus services", "Treasury"),
        ["Ministry of Transport ▸ Trams"],
    )
