"""Rules read as a finance analyst writes them: the first that matches decides."""

import json
import tomllib

import pytest

from budget_align.core.rules.mapping import Mapping, parse_mapping
from budget_align.core.rules.matching import match_rules
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import UK
from budget_align.services.frameworks import catalogue
from tests.unit.core.lines import index_of, lines

HEAD = 'name = "m"\ntitle = "M"\nframework = "un-sdg-2015"\nauthor = "us"\n'


def mapping(rules: str, framework: str = "un-sdg-2015") -> Mapping:
    head = HEAD.replace("un-sdg-2015", framework)
    return parse_mapping(tomllib.loads(head + rules), catalogue.frameworks(), "m.toml")


def rule(when: str, split: str = "to = { sdg-01 = 100 }", rule_id: str = "r") -> str:
    return f'[[rules]]\nid = "{rule_id}"\nwhen = {when}\n{split}\nwhy = "w"\n'


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
    budget = lines(
        {"body": "Department for Learning", "unit": "Schools ▸ North", "programme": "School  MEALS"},
        {"body": "department for learning", "unit": "Schools ▸ North", "programme": "Teachers"},
        {"body": "Department for Learning", "unit": "Schools", "programme": "Teachers"},
        {"body": "Department for Learning", "unit": "Schools of art", "programme": "Teachers"},
        {"body": "Treasury", "unit": "Schools", "programme": "Teachers"},
    )
    assert match_rules(budget, rules, UK.currency).tolist() == [0, 1, 1, -1, -1]
    assert rules.rules[1].to == {"sdg-04": 625_000, "sdg-10": 375_000}
    index = index_of(budget)
    assert index.matched_by(rules, 0) == [0, 1]
    assert index.matching(rules.rules[1]).tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        ('{ programme = "Rail" }', [1]),
        ('{ programme = ["Rail", "Ferries"] }', [1, 3]),
        ('{ programme = { prefix = "r" } }', [0, 1]),
        ('{ programme = { contains = "RR" } }', [3]),
        ('{ programme = { not = { contains = "r" } } }', [2]),
        ('{ programme = { prefix = "r", not = { prefix = "ro" } } }', [1]),
        ('{ unit = { under = "Ways" } }', [0, 1]),
        ('{ unit = { not = { under = "Ways" } } }', [2, 3]),
        ('{ programme = { pattern = "^r(oad|ail)s?$" } }', [0, 1]),
        ('{ programme_code = { between = ["0410", "0499"] } }', [1, 2]),
        ('{ programme_code = { between = ["0413", ""] } }', [2, 3]),
        ('{ amount = { between = ["1,000", ""] } }', [0]),
        ('{ amount = { between = ["", 0] } }', [3]),
        ('{ fiscal_year = { between = ["2025-26", "2026-27"] } }', [1, 2]),
        ('{ fiscal_year = "2024-25" }', [0]),
        ('{ "extra.fund" = "Capital fund" }', [2]),
        ('{ "extra.nothing" = { not = "x" } }', [0, 1, 2, 3]),
    ],
)
def test_a_condition_takes_the_lines_that_its_words_say(when: str, taken: list[int]) -> None:
    budget = lines(
        {
            "programme": "Roads",
            "unit": "Ways ▸ North",
            "programme_code": "0400",
            "amount": 100_000,
            "fiscal_year": 2024,
        },
        {"programme": "Rail", "unit": "Ways", "programme_code": "0412", "amount": 99_999, "fiscal_year": 2025},
        {
            "programme": "Ponds",
            "unit": "Waysides",
            "programme_code": "0499",
            "amount": 1,
            "extra": '{"fund": "Capital fund"}',
        },
        {"programme": "Ferries", "unit": "", "programme_code": "0500", "amount": -5, "fiscal_year": 2027},
    )
    found = match_rules(budget, mapping(rule(when)), UK.currency)
    assert [position for position, rule_taken in enumerate(found.tolist()) if rule_taken == 0] == taken


def test_a_rule_holds_in_its_years_of_effect() -> None:
    rules = mapping(
        rule('{ body = "X" }', 'to = { sdg-01 = 100 }\nfirst_year = "2025-26"\nlast_year = "2026-27"')
        + rule('{ body = "X" }', "to = { sdg-02 = 100 }", "other")
    )
    budget = lines(*({"body": "X", "fiscal_year": year} for year in (2024, 2025, 2026, 2027)))
    assert match_rules(budget, rules, UK.currency).tolist() == [1, 0, 0, 1]


def test_a_mission_splits_over_its_outcomes_by_its_own_shares() -> None:
    rules = mapping(
        "[missions.growth]\ngrowth-homes = 33.3333\ngrowth-infrastructure = 50\n"
        + rule('{ body = "X" }', 'to = { "mission:growth" = 50.0001, growth-homes = 10 }'),
        "uk-missions-2024",
    )
    shares = rules.shares_of(rules.rules[0])
    # Half of 500,001 is 250,000.5 and a third, at 333,333 parts, is 166,666.8: the odd part goes to the larger rest.
    assert shares == {"growth-homes": 166_667 + 100_000, "growth-infrastructure": 250_000}


def test_a_mapping_reads_back_from_the_store_as_it_was() -> None:
    for known in catalogue.mappings().values():
        again = Mapping.from_stored(known.to_stored())
        assert again == known
        assert again.identity() == known.identity()


def test_a_mapping_stored_by_an_earlier_version_is_read() -> None:
    words = {"equals": ["Rail"], "prefix": [], "contains": [], "under": []}
    rule_facts = {"id": "r", "when": {"programme": words}, "to": {"sdg-09": 250_000}, "why": "w"}
    none = {"id": "n", "when": {"programme": {**words, "equals": ["Debt"]}}, "to": {}, "why": "w"}
    facts = {
        "name": "m",
        "title": "M",
        "framework": "un-sdg-2015",
        "author": "us",
        "note": "",
        "rules": [rule_facts, none],
    }
    mapping = Mapping.from_stored(json.dumps(facts))
    assert mapping.rule("r").to == {"sdg-09": 250_000}
    assert [str(condition) for condition in mapping.rule("r").when] == ["is Rail"]
    assert mapping.rule("n").none == "set aside"


@pytest.mark.parametrize(
    ("when", "split", "said"),
    [
        ('{ body = "X" }', "to = { sdg-99 = 100 }", "sdg-99"),
        ('{ body = "X" }', 'to = { "mission:none" = 100 }', "mission 'none'"),
        ('{ body = "X" }', 'to = { "mission:agenda-2030" = 100 }', "own shares are not stated"),
        ('{ body = "X" }', "to = { sdg-01 = 70, sdg-02 = 40 }", "more than 100"),
        ('{ body = "X" }', "to = { sdg-01 = 0 }", "above 0"),
        ('{ body = "X" }', 'to = { sdg-01 = "half" }', "write a percentage"),
        ('{ body = "X" }', "to = { sdg-01 = 33.33333 }", "four decimal places"),
        ('{ body = "X" }', "", "no way to split"),
        ('{ body = "X" }', 'to = { sdg-01 = 100 }\nnone = "Debt"', "more than one way"),
        ('{ body = "X" }', 'none = "Debt"\nfirst_year = "soon"', "no fiscal year"),
        ('{ body = "X" }', 'none = "Debt"\nfirst_year = 2027\nlast_year = 2026', "ends before it begins"),
        ('{ body = "X" }', 'none = "Debt"\nevidence = "page 7"', "https://"),
        ('{ colour = "X" }', 'none = "Debt"', "colour"),
        ('{ body = { like = "X" } }', 'none = "Debt"', "verb"),
        ("{ body = {} }", 'none = "Debt"', "needs equals"),
        ('{ body = "" }', 'none = "Debt"', "a word is empty"),
        ("{}", 'none = "Debt"', "when"),
        ('{ body = { pattern = "(a" } }', 'none = "Debt"', "cannot be used: missing"),
        ('{ body = { pattern = "(a{500}){500}" } }', 'none = "Debt"', "cannot be used"),
        ('{ body = { pattern = "(?=a)" } }', 'none = "Debt"', "cannot be used"),
        ('{ amount = { between = ["5", "2"] } }', 'none = "Debt"', "holds nothing"),
        ('{ amount = { between = ["much", ""] } }', 'none = "Debt"', "no amount"),
        ('{ fiscal_year = { between = ["soon", ""] } }', 'none = "Debt"', "no fiscal year"),
        ('{ body = { between = ["", ""] } }', 'none = "Debt"', "lower and an upper"),
    ],
)
def test_a_wrong_rule_is_refused_with_what_is_wrong(when: str, split: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        mapping(rule(when, split))


def test_a_rule_says_why() -> None:
    with pytest.raises(RefusedError, match="why"):
        mapping('[[rules]]\nid = "r"\nwhen = { body = "X" }\nto = { sdg-01 = 100 }')


def test_an_id_may_stand_once() -> None:
    with pytest.raises(RefusedError, match="'r' stands twice"):
        mapping(rule('{ body = "X" }') * 2)


def test_a_pattern_that_would_run_away_elsewhere_takes_no_time() -> None:
    budget = lines({"programme": "a" * 100_000 + "!"})
    assert match_rules(budget, mapping(rule('{ programme = { pattern = "^(a+)+$" } }')), UK.currency).tolist() == [-1]
