"""What money buys is told from what it is for, by where names stand."""

import pytest

from budget_align.core.editing.means import find_means, without_means
from budget_align.core.editing.suggestion import Suggester
from budget_align.services.frameworks import catalogue
from tests.unit.core.lines import lines

SDG = catalogue.framework("un-sdg-2015")
SERVICES = ["Police patrol", "Fire stations", "Parks", "Libraries", "Bus operations", "Water mains"]
ACCOUNTS = ["Salaries", "Health and welfare insurance"]


def city(**said: str) -> list[dict[str, object]]:
    return [
        {"body": "City", "unit": f"Services ▸ {service}", "programme": account, "amount": 100, **said}
        for service in SERVICES
        for account in ACCOUNTS
    ]


def test_what_stands_under_many_units_of_a_body_is_what_money_buys() -> None:
    assert find_means(lines(*city())) == {"salaries", "health and welfare insurance"}


def test_what_many_bodies_have_one_of_each_is_what_they_are_for() -> None:
    councils = [
        {"body": f"Council {number}", "programme": service, "account": "Pay", "amount": 1}
        for number in range(12)
        for service in SERVICES
    ]
    # Twelve councils have the same services; in each, "Pay" stands under all six.
    assert find_means(lines(*councils)) == {"pay"}


def test_few_units_say_nothing() -> None:
    small = [{"body": "Town", "unit": name, "programme": "Grants", "amount": 1} for name in ("Arts", "Sport", "Care")]
    assert find_means(lines(*small)) == frozenset()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("City. Services ▸ Parks. Salaries (51). Salaries", "City. Services. Parks"),
        ("Salaries. Salaries", "Salaries. Salaries"),
        ("", ""),
    ],
)
def test_means_are_left_out_where_anything_else_is_said(text: str, left: str) -> None:
    assert without_means(text, frozenset({"salaries"})) == left


def test_a_police_programme_is_not_one_of_health_because_it_insures_its_people() -> None:
    words = "Police patrol ▸ Officers. Salaries. Health and welfare insurance. Health and welfare insurance"
    assert Suggester(SDG, []).suggest([words])[0][0].outcome != "sdg-16"
    knowing = Suggester(SDG, [], means=frozenset({"salaries", "health and welfare insurance"}))
    assert knowing.suggest([words])[0][0].outcome == "sdg-16"


def test_where_nothing_else_speaks_a_name_of_means_still_does() -> None:
    words = "Zxqv. Primary school teaching"
    knowing = Suggester(SDG, [], means=frozenset({"primary school teaching"}))
    assert knowing.suggest([words])[0][0].outcome == Suggester(SDG, []).suggest([words])[0][0].outcome == "sdg-04"
