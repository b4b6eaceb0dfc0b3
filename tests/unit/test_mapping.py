"""Rules read as a finance analyst writes them: the first that matches decides."""

import tomllib

import pytest

from budget_align.core.mapping import Mapping, match_rules, parse_mapping
from budget_align.core.refusal import RefusedError
from budget_align.services import catalogue
from tests.unit.lines import lines

HEAD = 'name = "m"\ntitle = "M"\nframework = "un-sdg-2015"\nauthor = "us"\n'


def mapping(rules: str) -> Mapping:
    return parse_mapping(tomllib.loads(HEAD + rules), catalogue.frameworks(), "m.toml")


def test_the_first_rule_that_matches_decides_and_the_rest_is_unmatched() -> None:
    rules = mapping("""
        [[rules]]
        id = "school-meals"
        when = { programme = { contains = "meals" } }
        to = { sdg-02 = 100 }
        why = "Food."

        [[rules]]
        id = "schools"
        when = { body = "Department for Learning", unit = { under = "Schools" } }
        to = { sdg-04 = 62.5, sdg-10 = 37.5 }
        why = "Teaching."
    """)
    found = match_rules(
        lines(
            {"body": "Department for Learning", "unit": "Schools ▸ North", "programme": "School  MEALS"},
            {"body": "department for learning", "unit": "Schools ▸ North", "programme": "Teachers"},
            {"body": "Department for Learning", "unit": "Schools", "programme": "Teachers"},
            {"body": "Department for Learning", "unit": "Schools of art", "programme": "Teachers"},
            {"body": "Treasury", "unit": "Schools", "programme": "Teachers"},
        ),
        rules,
    )
    assert found.tolist() == [0, 1, 1, -1, -1]
    assert rules.rules[1].to == {"sdg-04": 625_000, "sdg-10": 375_000}


def test_a_mapping_reads_back_from_the_store_as_it_was() -> None:
    for known in catalogue.mappings().values():
        again = Mapping.from_stored(known.to_stored())
        assert again == known
        assert again.identity() == known.identity()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('when = { body = "X" }\nto = { sdg-99 = 100 }\nwhy = "w"', "sdg-99"),
        ('when = { body = "X" }\nto = { sdg-01 = 70, sdg-02 = 40 }\nwhy = "w"', "more than 100"),
        ('when = { body = "X" }\nto = { sdg-01 = 0 }\nwhy = "w"', "above 0"),
        ('when = { body = "X" }\nto = { sdg-01 = 33.33333 }\nwhy = "w"', "four decimal places"),
        ('when = { colour = "X" }\nto = { sdg-01 = 100 }\nwhy = "w"', "colour"),
        ('when = { body = { like = "X" } }\nto = { sdg-01 = 100 }\nwhy = "w"', "like"),
        ('when = { body = {} }\nto = { sdg-01 = 100 }\nwhy = "w"', "needs equals"),
        ('when = {}\nto = { sdg-01 = 100 }\nwhy = "w"', "when"),
        ('when = { body = "X" }\nto = { sdg-01 = 100 }', "why"),
    ],
)
def test_a_wrong_rule_is_refused_with_what_is_wrong(rule: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        mapping(f'[[rules]]\nid = "r"\n{rule}')


def test_an_id_may_stand_once() -> None:
    rule = '[[rules]]\nid = "r"\nwhen = { body = "X" }\nwhy = "w"\n'
    with pytest.raises(RefusedError, match="'r' stands twice"):
        mapping(rule * 2)
