"""The bundled frameworks say what was published, and a wrong one is refused with its place."""

from datetime import date

import pytest

from budget_align.core.frameworks.framework import parse_framework
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue


def test_scotland_has_11_outcomes_and_81_indicators() -> None:
    npf = catalogue.framework("scotland-npf-2018")
    assert [len(outcome.indicators) for outcome in npf.outcomes()] == [7, 8, 4, 10, 9, 8, 9, 9, 4, 6, 7]
    assert npf.indicator_count() == 81


def test_the_uk_has_five_missions_with_a_milestone_under_each() -> None:
    missions = catalogue.framework("uk-missions-2024").missions
    assert [mission.code for mission in missions] == ["growth", "health", "streets", "opportunity", "energy"]
    assert all(outcome.milestone for mission in missions for outcome in mission.outcomes)


def test_there_are_17_goals() -> None:
    goals = list(catalogue.framework("un-sdg-2015").outcomes())
    assert len(goals) == 17
    assert goals[12].name == "13. Climate action"


def facts() -> dict:
    return {
        "code": "x",
        "name": "X",
        "government": "G",
        "version": "1",
        "starts": date(2025, 4, 1),
        "source": "us",
        "missions": [{"code": "m", "name": "M", "outcomes": [{"code": "o", "name": "O"}]}],
    }


def test_a_code_may_stand_once() -> None:
    twice = facts()
    twice["missions"][0]["outcomes"] *= 2
    with pytest.raises(RefusedError, match=r"x\.toml: the outcome code 'o' stands twice"):
        parse_framework(twice, "x.toml")


@pytest.mark.parametrize("missing", ["code", "missions", "starts"])
def test_what_is_missing_is_named(missing: str) -> None:
    less = facts()
    del less[missing]
    with pytest.raises(RefusedError, match=missing):
        parse_framework(less, "x.toml")


def test_what_is_unknown_is_named() -> None:
    with pytest.raises(RefusedError, match="colour"):
        parse_framework({**facts(), "colour": "blue"}, "x.toml")
