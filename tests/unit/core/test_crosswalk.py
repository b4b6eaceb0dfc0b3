"""A lens adds up to what the mapping did, to the penny."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.crosswalk import Crosswalk, find_lens, parse_crosswalk, see_through
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.money import MAXIMUM
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue


def crosswalk(*pairs: tuple[str, str, float, float], code: str = "c", ends: tuple[str, str] = ("a", "b")) -> Crosswalk:
    facts = [
        {"from": f, "to": t, "there": there, "back": back, "basis": "ours", "why": "w"} for f, t, there, back in pairs
    ]
    return Crosswalk.model_validate(
        {"code": code, "title": "T", "from": ends[0], "to": ends[1], "source": "us", "pairs": facts}
    )


def framework(code: str, *outcomes: str) -> Framework:
    mission = {"code": "all", "name": "All", "outcomes": [{"code": each, "name": each} for each in outcomes]}
    facts = {"code": code, "name": code, "government": "g", "version": "1", "starts": date(2020, 1, 1), "source": "s"}
    return Framework.model_validate({**facts, "missions": [mission]})


def cube(*cells: tuple[str, str, int]) -> pd.DataFrame:
    rows = [(f"body {i}", outcome, kind, amount) for i, (outcome, kind, amount) in enumerate(cells)]
    return pd.DataFrame(rows, columns=["body", "outcome", "kind", "amount"])


def seen(found: pd.DataFrame) -> dict[tuple[str, str], int]:
    return found.groupby(["outcome", "kind"])["amount"].sum().to_dict()


def test_what_a_crosswalk_does_not_cover_is_told_apart_from_what_is_unaligned() -> None:
    tie = crosswalk(("health", "sdg-3", 70, 100), ("homes", "sdg-11", 100, 40), ("homes-x", "sdg-1", 0, 50))
    before = cube(("health", "direct", 101), ("art", "direct", 50), (UNALIGNED, "unaligned", 7), (UNALIGNED, "memo", 3))
    after = see_through(before, [tie.read(back=False)])
    assert seen(after) == {
        ("sdg-3", "direct"): 71,
        ("", "uncovered"): 30 + 50,
        ("", "unaligned"): 7,
        ("", "memo"): 3,
    }
    back = see_through(cube(("sdg-11", "overhead", 10)), [tie.read(back=True)])
    assert seen(back) == {("homes", "overhead"): 4, ("", "uncovered"): 6}


def test_a_way_over_a_third_framework_is_found() -> None:
    one = crosswalk(("health", "sdg-3", 50, 100), code="one", ends=("npf", "sdg"))
    other = crosswalk(("nhs", "sdg-3", 100, 50), code="other", ends=("missions", "sdg"))
    known = {
        "npf": framework("npf", "health"),
        "missions": framework("missions", "nhs"),
        "sdg": framework("sdg", "sdg-3"),
    }
    lens = find_lens([one, other], known, "npf", "missions")
    assert lens is not None
    assert seen(see_through(cube(("health", "direct", 100)), lens)) == {("nhs", "direct"): 25, ("", "uncovered"): 75}
    assert find_lens([one], known, "npf", "missions") is None
    assert find_lens([one], known, "npf", "npf") == []


def test_an_outcome_without_a_pair_is_tied_as_its_mission_is() -> None:
    tie = crosswalk(("mission:all", "sdg-3", 50, 0), ("homes", "sdg-11", 100, 0), ends=("uk", "sdg"))
    known = {"uk": framework("uk", "homes", "roads"), "sdg": framework("sdg", "sdg-3", "sdg-11")}
    lens = find_lens([tie], known, "uk", "sdg")
    assert lens is not None
    after = seen(see_through(cube(("homes", "direct", 8), ("roads", "direct", 10)), lens))
    assert after == {("sdg-11", "direct"): 8, ("sdg-3", "direct"): 5, ("", "uncovered"): 5}


def test_what_stands_apart_goes_on_standing_apart() -> None:
    """A transfer that is counted elsewhere is not counted again where no crosswalk covers its outcome."""
    tie = crosswalk(("health", "sdg-3", 60, 0))
    before = cube(("health", "transfer", 100), ("homes", "transfer", 50), ("homes", "direct", 7))
    after = seen(see_through(before, [tie.read(back=False)]))
    assert after == {("sdg-3", "transfer"): 60, ("", "transfer"): 90, ("", "uncovered"): 7}


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 25), st.integers(0, 25)), unique_by=lambda p: p[:2], min_size=1),
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", "e", UNALIGNED]), st.integers(-MAXIMUM, MAXIMUM)), max_size=12),
)  # fmt: skip
def test_a_lens_conserves_every_body_there_and_back(pairs: list[Any], cells: list[tuple[str, int]]) -> None:
    tie = crosswalk(*pairs)
    before = cube(*((outcome, "direct" if outcome else "unaligned", amount) for outcome, amount in cells))
    through = see_through(before, [tie.read(back=False)])
    for after in (through, see_through(through, [tie.read(back=True)])):
        assert after.groupby("body")["amount"].sum().to_dict() == before.groupby("body")["amount"].sum().to_dict()


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("a", "x", 60, 0), ("a", "y", 50, 0)], "'a' gives adds up to more than 100"),
        ([("a", "x", 60, 0), ("a", "x", 10, 0)], "stands twice"),
        ([("a", "x", 101, 0)], "no percentage"),
    ],
)
def test_a_wrong_crosswalk_is_refused(pairs: list[Any], said: str) -> None:
    facts = [
        {"from": f, "to": t, "there": there, "back": back, "basis": "ours", "why": "w"} for f, t, there, back in pairs
    ]
    with pytest.raises(RefusedError, match=said):
        parse_crosswalk(
            {"code": "c", "title": "T", "from": "a", "to": "b", "source": "us", "pairs": facts}, {}, "c.toml"
        )


def test_every_bundled_crosswalk_ties_frameworks_that_are_there() -> None:
    bundled = catalogue.crosswalks()
    assert {("scotland-npf-2018", "un-sdg-2015"), ("uk-missions-2024", "un-sdg-2015")} <= {
        (each.from_, each.to) for each in bundled
    }
    assert find_lens(bundled, catalogue.frameworks(), "scotland-npf-2018", "uk-missions-2024") is not None
