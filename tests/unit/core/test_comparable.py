"""Years are set beside each other like with like: one sort of version on every side, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from itertools import count

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation import alignment
from budget_align.core.allocation.comparable import (
    Comparable,
    HeldBudgets,
    allocate_sorts,
    compare_years,
    describe_comparable,
)
from budget_align.core.allocation.whole_budget import allocate_budget
from budget_align.core.returns.budget_version import Basis, choose_versions
from budget_align.core.returns.like_versions import find_sorts, sort_of
from budget_align.core.values.terms import UK
from tests.mappings import mapping, rule
from tests.unit.core.lines import index_of, lines

YEARS = (2024, 2025, 2026)
PERIODS = [("budget", year) for year in YEARS]
VERSIONS = ("original", "revised (autumn)", "revised (spring)", "final")

RULES = mapping(rule("roads", when={"programme": ["Roads"]}, to={"sdg-09": 25, "sdg-11": 75}))

ORDER = VERSIONS.index
"""These follow each other, and the last one counts."""

Budgets = dict[tuple[str, int], dict[str, int]]
"""What each body holds of a year: an amount by version, in minor units."""


def allocated(budgets: Budgets) -> tuple[HeldBudgets, Comparable]:
    """What a run holds of some budgets, and on what it compares them."""
    budget = lines(
        *(
            {"body": body, "fiscal_year": year, "version": version, "amount": amount, "programme": "Roads"}
            for (body, year), versions in budgets.items()
            for version, amount in versions.items()
        )
    ).assign(submission_id=1)
    counts, bases = choose_versions(budget)
    counted = allocate_budget(index_of(budget[counts].reset_index(drop=True)), RULES, None).cube
    cells = allocate_sorts(budget, bases, find_sorts(budget, bases), RULES, pd.DataFrame(), UK.currency)
    held = HeldBudgets(counted, {str(sort): mine for sort, mine in cells.groupby("sort")})
    return held, compare_years([(held, PERIODS)])


def compared(held: HeldBudgets, found: Comparable, body: str, year: int) -> dict[str, int]:
    cells = alignment.of_period(found.cells(held), "budget", year)
    return {str(k): int(v) for k, v in alignment.spend_by(cells[cells["body"] == body], "outcome").items()}


@st.composite
def budgets(draw: st.DrawFn) -> Budgets:
    """Some bodies' budgets, no two of the same amount."""
    amounts = count(draw(st.integers(1, 50)))
    return {
        (body, year): {version: next(amounts) * 400 for version in versions}
        for body in ("Health", "Roads", "Schools")
        for year in YEARS
        if (versions := draw(st.lists(st.sampled_from(VERSIONS), unique=True, min_size=body == "Health", max_size=3)))
    }


def held_plainly(given_out: Budgets) -> HeldBudgets:
    """The same without an allocation, of the versions that `find_sorts` names."""

    def cells(versions: dict[tuple[str, int], str], years: Collection[int] = YEARS) -> pd.DataFrame:
        rows = [
            (body, "budget", year, version, code, "direct", given_out[body, year][version] * share // 4)
            for (body, year), version in versions.items()
            for code, share in (("sdg-09", 1), ("sdg-11", 3))
            if year in years
        ]
        columns = ["body", "stage", "fiscal_year", "version", "outcome", "kind", "amount"]
        return pd.DataFrame(rows, columns=columns).astype({"fiscal_year": "int64", "amount": "int64"})

    usual = {key: max(versions, key=ORDER) for key, versions in given_out.items()}
    stated = [(*key, version) for key, versions in given_out.items() for version in versions]
    coverage = pd.DataFrame(stated, columns=["body", "fiscal_year", "version"])
    coverage = coverage.assign(stage="budget", flow="expenditure", submission_id=1)
    bases = [Basis(body, "budget", year, version) for (body, year), version in usual.items()]
    by_sort = {}
    for sort, named in find_sorts(coverage, bases).items():
        taken = usual | {(body, year): version for (body, _, year), version in named.items()}
        by_sort[sort] = cells(taken, {key[1] for key, version in taken.items() if usual[key] != version})
    return HeldBudgets(cells(usual), by_sort)


@given(budgets())
def test_every_year_of_a_body_is_told_by_one_sort_of_version_or_not_compared(given_out: Budgets) -> None:
    held = held_plainly(given_out)
    found = compare_years([(held, PERIODS)])
    bodies = {body for body, _ in given_out}
    every = {body for body in bodies if all((body, year) in given_out for year in YEARS)}
    assert set(found.without) == bodies - every
    assert set(found.unlike) | set(found.bodies) == every
    assert not set(found.unlike) & set(found.bodies)
    for body, sort in found.bodies.items():
        for year in YEARS:
            amount = Fraction(given_out[body, year][sort])
            assert compared(held, found, body, year) == {"sdg-09": amount / 4, "sdg-11": amount * 3 / 4}
    # No sort that all could be compared by would leave fewer out.
    for sort in VERSIONS:
        assert len(found.unlike) <= sum(any(sort not in given_out[body, year] for year in YEARS) for body in every)
    if every and all("original" in given_out[body, year] for body in every for year in YEARS):
        assert set(found.bodies.values()) == {"original"}
    # The newest counts in a year, and is said where the comparison is by another: these are in their order.
    for (body, year), versions in given_out.items():
        if body in found.bodies:
            counts = max(versions, key=ORDER)
            assert found.levels.get((body, year), found.bodies[body]) == counts


def test_the_original_budgets_are_compared_where_every_year_has_one() -> None:
    held, found = allocated(
        {
            ("Roads", 2024): {"original": 400},
            ("Roads", 2025): {"original": 800, "revised (autumn)": 4_000},
            ("Roads", 2026): {"original": 1_200, "revised (autumn)": 8_000},
        }
    )
    assert found.bodies == {"Roads": "original"}
    assert [compared(held, found, "Roads", year)["sdg-09"] for year in YEARS] == [100, 200, 300]
    assert found.levels == {("Roads", 2025): "revised (autumn)", ("Roads", 2026): "revised (autumn)"}
    # Over the two years that were both revised too: the originals still.
    assert compare_years([(held, PERIODS[1:])]).sort == "original"


def test_without_an_original_of_each_year_the_latest_of_one_sort_is_compared() -> None:
    given_out: Budgets = {
        ("Roads", 2024): {"revised (autumn)": 400, "revised (spring)": 404},
        ("Roads", 2025): {"original": 800, "revised (autumn)": 840, "revised (spring)": 880},
        ("Roads", 2026): {"revised (autumn)": 1_200, "revised (spring)": 1_208},
    }
    assert allocated(given_out)[1].bodies == {"Roads": "revised (spring)"}
    del given_out["Roads", 2026]["revised (spring)"]
    held, found = allocated(given_out)
    assert found.bodies == {"Roads": "revised (autumn)"}
    assert [compared(held, found, "Roads", year)["sdg-09"] for year in YEARS] == [100, 210, 300]


def test_where_the_years_have_no_sort_in_common_there_is_no_comparison_and_it_says_why() -> None:
    held, found = allocated(
        {
            ("Roads", 2024): {"original": 400},
            ("Roads", 2025): {"original": 800},
            ("Roads", 2026): {"revised (autumn)": 1_200},
        }
    )
    assert (found.bodies, found.unlike) == ({}, ("Roads",))
    assert found.cells(held).empty
    assert describe_comparable(found, str) == (
        "Years are not compared: no body's budget is allocated in this run by versions of one sort in each of them.",
    )


def test_a_body_without_the_sort_is_compared_by_its_own_and_told() -> None:
    _, found = allocated(
        {
            **{("Roads", year): {"original": 400 * year, "revised (autumn)": 4 * year} for year in YEARS},
            **{("Schools", year): {"original": 800 * year} for year in YEARS},
            **{("Health", year): {"final": 1_200 * year} for year in YEARS},
        }
    )
    assert found.bodies == {"Health": "final", "Roads": "original", "Schools": "original"}
    said = describe_comparable(found, UK.year)
    assert said[0] == "Changes from year to year compare the original budgets, but for Health by its final ones."
    assert "by another version for Roads in 2024-25: revised (autumn); Roads in 2025-26" in said[1]


def test_an_original_of_one_year_alone_does_not_part_what_is_alike_without_it() -> None:
    _, found = allocated(
        {
            ("Roads", 2024): {"revised (autumn)": 400},
            ("Roads", 2025): {"revised (autumn)": 800},
            ("Roads", 2026): {"original": 1_200, "revised (autumn)": 1_240},
            ("Schools", 2024): {"original": 400},
            ("Schools", 2025): {"original": 800},
            ("Schools", 2026): {"original": 1_200, "revised (autumn)": 1_240},
        }
    )
    assert found.bodies == {"Roads": "revised (autumn)", "Schools": "original"}
    assert found.unlike == ()


def test_revisions_of_one_time_of_the_year_are_of_one_sort_whatever_their_day() -> None:
    assert sort_of("revised (Autumn 2025-26, 2025-11-26)") == sort_of("revised (autumn, 2024-10-30)")
    assert sort_of("revised (autumn)") != sort_of("revised (spring)")
    assert sort_of("final (accounts)") == sort_of("final")


def test_years_of_two_runs_are_compared_by_one_sort_each_by_its_own_run() -> None:
    given_out: Budgets = {("Roads", year): {"original": 400 * year, "revised (autumn)": 4 * year} for year in YEARS}
    given_out["Schools", 2024] = given_out["Schools", 2026] = {"original": 800}
    now, earlier = held_plainly(given_out), held_plainly(given_out)
    found = compare_years([(now, PERIODS[2:]), (earlier, PERIODS[:2])])
    assert (found.bodies, found.without) == ({"Roads": "original"}, ("Schools",))
    assert [compared(held, found, "Roads", year)["sdg-09"] for held, year in ((earlier, 2024), (now, 2026))] == [
        100 * 2024,
        100 * 2026,
    ]
    # A run from before runs held more than what counts: the years are of the autumn's revisions on both sides.
    found = compare_years([(now, PERIODS[2:]), (HeldBudgets(earlier.counted), PERIODS[:2])])
    assert (found.bodies, found.levels) == ({"Roads": "revised (autumn)"}, {})
