"""A mapping is checked as it is written."""

import pandas as pd
import pytest
from hypothesis import given

from budget_align.core.editing.checks import always_takes, check_mapping
from budget_align.core.rules.drivers import empty_drivers
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.services.frameworks import catalogue
from tests.unit.core.generated import budgets, mappings
from tests.unit.core.lines import drivers, index_of, lines

SDG = catalogue.framework("un-sdg-2015")


def rule(rule_id: str, when: dict, **split: object) -> Rule:
    return Rule.model_validate({"id": rule_id, "when": when, "why": "w", **(split or {"to": {"sdg-01": 100}})})


def said(*rules: Rule, measures: pd.DataFrame | None = None) -> list[tuple[str, str, str]]:
    mapping = Mapping(name="m", title="M", framework="un-sdg-2015", author="us", rules=rules)
    budget = lines({"body": "A", "programme": "Roads"}, {"body": "A", "programme": "Rail", "extra": '{"fund": "x"}'})
    return [(p.rule_id, p.severity, p.message) for p in check_mapping(mapping, SDG, index_of(budget), measures)]


@pytest.mark.parametrize(
    ("above", "below", "always"),
    [
        ({"body": "A"}, {"body": "a", "programme": "Rail"}, True),
        ({"body": "A", "programme": "Rail"}, {"body": "A"}, False),
        ({"programme": {"prefix": "ra"}}, {"programme": ["Rail", "Ramps"]}, True),
        ({"programme": {"prefix": "ra"}}, {"programme": ["Rail", "Roads"]}, False),
        ({"programme": {"prefix": "ra"}}, {"programme": {"contains": "rail"}}, False),
        ({"programme": {"contains": "ai"}}, {"programme": {"prefix": "Rail"}}, True),
        ({"unit": {"under": "Ways"}}, {"unit": {"under": "Ways ▸ North"}}, True),
        ({"unit": {"under": "Ways"}}, {"unit": "Waysides"}, False),
        ({"unit": "Ways"}, {"unit": {"under": "Ways"}}, False),
        ({"body": {"not": ["A"]}}, {"body": {"not": ["A", "B"]}}, True),
        ({"body": {"not": ["A", "B"]}}, {"body": {"not": ["A"]}}, False),
        ({"body": {"not": "A"}}, {"body": "B"}, False),
    ],
)
def test_a_rule_below_one_that_takes_all_its_lines_is_known(above: dict, below: dict, always: bool) -> None:
    assert always_takes(rule("one", above), rule("other", below)) is always


@given(budgets, mappings())
def test_what_is_said_to_be_always_taken_is_taken(budget: pd.DataFrame, mapping: Mapping) -> None:
    index = index_of(budget)
    for above in mapping.rules:
        for below in mapping.rules:
            if always_takes(above, below):
                assert not (index.matching(below) & ~index.matching(above)).any()


def test_a_rule_that_can_never_match_is_an_error_and_one_that_matches_nothing_a_warning() -> None:
    found = said(
        rule("all", {"body": "A"}),
        rule("rail", {"body": "A", "programme": "Rail"}),
        rule("rails", {"programme": {"prefix": "Rail"}}),
        rule("moon", {"body": "Moon"}),
        rule("fund", {"extra.colour": "red"}),
    )
    assert found == [
        ("rail", "error", "It can never take a line: 'all' above it takes all that it could."),
        ("rails", "warning", "The 1 lines that it could take go to 'all' above it."),
        ("moon", "warning", "No line of the budget meets its conditions."),
        ("fund", "warning", "No line says anything of 'colour'."),
    ]


def test_codes_drivers_and_shares_are_checked() -> None:
    measures = drivers(("fte", 2026, "A", "", "", 1), ("cases", 2026, "A", "", "sdg-01", 1))
    found = said(
        rule("one", {"programme": "Roads"}, to={"sdg-99": 60}),
        rule("two", {"programme": "Rail"}, driver="area"),
        rule("three", {"body": "A"}, driver="fte"),
        rule("four", {"body": "B"}, follows="body", driver="cases"),
        measures=measures,
    )
    messages = {(rule_id, severity): message for rule_id, severity, message in found}
    assert "sdg-99" in messages["one", "error"]
    assert messages["one", "note"] == "Its shares leave 40% unaligned."
    assert "no measures" in messages["two", "error"]
    assert "names no outcome" in messages["three", "error"]
    assert "needs one by unit" in messages["four", "error"]
    assert "no measures" in said(rule("two", {"programme": "Rail"}, driver="area"), measures=empty_drivers())[0][2]
