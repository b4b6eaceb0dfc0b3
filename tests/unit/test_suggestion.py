"""Suggestions: what is likeliest, what speaks for it, and that people teach it at once."""

import pytest

from budget_align.core.exact import WHOLE
from budget_align.core.suggestion import Example, Suggester
from budget_align.services import catalogue

SDG = catalogue.framework("un-sdg-2015")


def first(suggester: Suggester, words: str) -> str:
    return suggester.suggest([words])[0][0].outcome


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Ministry of Health. District hospitals and clinics", "sdg-03"),
        ("Primary schools. Pay of teachers", "sdg-04"),
        ("Sewerage works and drinking water", "sdg-06"),
        ("Sea fisheries protection vessels", "sdg-14"),
        ("Magistrates' courts and prison officers", "sdg-16"),
    ],
)
def test_without_an_example_the_frameworks_own_words_speak(words: str, outcome: str) -> None:
    assert first(Suggester(SDG, []), words) == outcome


def test_words_that_speak_for_an_outcome_are_named() -> None:
    (suggestions,) = Suggester(SDG, []).suggest(["Hospitals and ambulance service of the north"])
    assert "ambulance" in suggestions[0].words


def test_an_example_teaches_at_once_and_is_named() -> None:
    words = "Office of the Keeper. Registers of the Keeper"
    taught = Suggester(SDG, [Example("Office of the Keeper. Scrolls", {"sdg-11": WHOLE}, source="keeper-rule")])
    assert first(taught, words) == "sdg-11"
    assert taught.suggest([words])[0][0].sources == ("keeper-rule",)


def test_a_refusal_teaches_at_once() -> None:
    words = "Hospital laundries"
    refused = Suggester(SDG, [Example(words, {"sdg-03": WHOLE}, taken=False)])
    assert first(Suggester(SDG, []), words) == "sdg-03"
    assert first(refused, words) != "sdg-03"


def test_confidences_are_chances_and_fall() -> None:
    examples = [Example(f"Grant {i} for schools of district {i}", {"sdg-04": WHOLE}) for i in range(40)]
    examples += [Example(f"Grant {i} for clinics of district {i}", {"sdg-03": WHOLE}) for i in range(40)]
    examples += [Example(f"Grant {i} for district {i}", {"sdg-11": WHOLE // 2, "sdg-09": WHOLE // 2}) for i in range(9)]
    for suggestions in Suggester(SDG, examples).suggest(["Clinics of district 99", "Nothing known", ""]):
        sure = [each.confidence for each in suggestions]
        assert sure == sorted(sure, reverse=True)
        assert all(0 <= each <= 1 for each in sure)
        assert sum(sure) <= 1 + 1e-9


def test_the_same_is_suggested_again() -> None:
    one, other = (Suggester(SDG, [Example("Roads", {"sdg-09": WHOLE})]).suggest(["Roads of the north"]) for _ in "ab")
    assert one == other
    assert Suggester(SDG, []).suggest([]) == []
