"""Each measure of alignment against an example worked on paper, and what they keep for every input."""

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.measures.catalogue import MEASURES, as_page
from budget_align.core.measures.collaboration import find_collaboration
from budget_align.core.measures.comparators import (
    FEWEST,
    ComparedOutcome,
    find_neighbours,
    mean_score,
    standard_scores,
)
from budget_align.core.measures.momentum import Trend, find_revisions, find_trend, past_statuses, turn
from budget_align.core.measures.outturn import by_main_heads, composition_variance, find_composition, find_variances
from budget_align.core.outcomes.indicator import IndicatorDefinition, IndicatorState, Status
from budget_align.core.scenarios.scenario import KEYS
from budget_align.core.scenarios.scenario_measures import measure
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_every_measure_has_a_page_of_its_own_and_the_index_leads_to_it() -> None:
    """Written anew by: from budget_align.core.measures.catalogue import MEASURES, as_page."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "measures").glob("*.md")}
    assert pages == {code: as_page(measure) for code, measure in MEASURES.items()}
    index = (DOCS / "measures.md").read_text(encoding="utf-8")
    assert [code for code in MEASURES if f"(measures/{code}.md)" not in index] == []


def test_an_outcome_hangs_on_one_body_or_is_shared() -> None:
    one = find_collaboration("o", "O", {"Health": 90, "Learning": 0}, {}, "")
    assert (one.hangs_on_one, one.shared_without_board, one.largest_share, one.concentration) == (True, False, 1, 1)
    # Shares 60 and 40 percent: 0.36 + 0.16.
    two = find_collaboration("o", "O", {"Learning": 40, "Health": 60}, {}, "")
    assert (two.hangs_on_one, two.shared_without_board, two.largest_share) == (False, True, 0.6)
    assert two.concentration == pytest.approx(0.52)
    assert two.bodies[0] == ("Health", 60)
    assert not find_collaboration("o", "O", {"Learning": 40, "Health": 60}, {}, "Care board").shared_without_board
    # Income of 10 is given too, but no share of what is spent.
    income = find_collaboration("o", "O", {"Health": 50}, {"Courts": -10}, "")
    assert (income.amount, len(income.bodies), income.largest_share) == (40, 2, 1)
    nothing = find_collaboration("o", "O", {}, {}, "")
    assert (nothing.amount, nothing.hangs_on_one, nothing.largest_share, nothing.concentration) == (
        0,
        False,
        None,
        None,
    )


def test_what_a_body_nets_hides_neither_the_body_nor_what_it_spends() -> None:
    """Health spends 100 and nets as much, Learning spends 100: sizes of 200 and 100, two thirds and a third."""
    found = find_collaboration("o", "O", {"Health": 100, "Learning": 100}, {"Health": -100}, "")
    assert (found.amount, found.bodies) == (100, (("Learning", 100), ("Health", 0)))
    assert (found.hangs_on_one, found.shared_without_board, found.largest_share) == (False, True, 0.5)
    assert found.concentration == pytest.approx(4 / 9 + 1 / 9)


SPENT = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 10**6), min_size=1)


@given(SPENT, st.dictionaries(st.sampled_from("ABC"), st.integers(-(10**6), 0)))
def test_pages_and_scenarios_count_bodies_and_spread_alike(gross: dict[str, int], receipts: dict[str, int]) -> None:
    found = find_collaboration("o", "O", gross, receipts, "")
    rows = [(b, "p", "o", "RDEL", gross.get(b, 0) + receipts.get(b, 0), receipts.get(b, 0)) for b in "ABC"]
    cells = pd.DataFrame(rows, columns=[*KEYS, "amount", "receipts"])
    measured = measure(cells, ["o"])
    assert measured.concentrated["o"] == pytest.approx(found.concentration)
    assert measured.one_body == found.hangs_on_one
    assert found.amount == measured.outcomes["o"]
    # What is spent and netted again is money still.
    assert measured.without_money == (not found.bodies)


def test_the_trend_is_the_average_change_a_year() -> None:
    # From 100 to 121 over two years is ten percent a year.
    trend = find_trend({2024: 100_00, 2026: 121_00}, 2026, None)
    assert trend == Trend(2024, 100_00, 2026, 121_00, False)
    assert trend.growth == pytest.approx(0.10)
    assert trend.spend == "rising"
    # Three years back is the most; 2022 is not looked at.
    assert find_trend({2022: 1, 2023: 100, 2026: 100}, 2026, None) == Trend(2023, 100, 2026, 100, False)
    # 100 of 2024-25 at 80 are 125 in prices of 2026-27 at 100: 125 to 121 falls by 1.6% a year.
    prices = Deflator(source="paper", index={2024: 80.0, 2025: 90.0, 2026: 100.0})
    real = find_trend({2024: 100_00, 2026: 121_00}, 2026, prices)
    assert real is not None
    assert (real.first, real.real, real.spend) == (125_00, True, "falling")
    assert real.growth == pytest.approx((121 / 125) ** 0.5 - 1)
    # A deflator that does not reach 2024-25 leaves cash.
    short = Deflator(source="paper", index={2025: 90.0, 2026: 100.0})
    assert find_trend({2024: 100_00, 2026: 121_00}, 2026, short) == trend


def test_a_trend_needs_two_years_and_growth_needs_money() -> None:
    assert find_trend({2026: 5}, 2026, None) is None
    assert find_trend({2024: 5}, 2026, None) is None
    new = find_trend({2025: 0, 2026: 5}, 2026, None)
    assert new is not None
    assert (new.growth, new.spend) == (None, "rising")
    none_yet = find_trend({2025: 0, 2026: 0}, 2026, None)
    assert none_yet is not None
    assert none_yet.spend == "not known"
    # Exactly one percent a year counts for none.
    assert Trend(2025, 100_00, 2026, 101_00, False).spend == "steady"


def reading(*values: float) -> IndicatorState:
    series = tuple((2020 + i, value) for i, value in enumerate(values))
    definition = IndicatorDefinition(code="x", name="X", threshold=1)
    return IndicatorState(definition, "", "to be confirmed", series[-1], None, None, None, False, 8, series, True)


def test_statuses_are_those_of_the_data_as_it_stood() -> None:
    # 50, 53, 53, 50: improving by 2021, maintaining by 2022, worsening by 2023.
    assert past_statuses([reading(50, 53, 53, 50)]) == ("improving", "maintaining", "worsening")
    assert past_statuses([reading(50, 53)]) == ("to be confirmed", "to be confirmed", "improving")
    assert past_statuses([]) == ("to be confirmed",) * 3


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (("improving", "maintaining", "worsening"), "for the worse"),
        (("worsening", "worsening", "maintaining"), "for the better"),
        (("improving", "worsening", "improving"), "no turn"),
        (("to be confirmed", "improving", "improving"), "no turn"),
        (("to be confirmed", "to be confirmed", "improving"), "not known"),
    ],
)
def test_a_turn_is_from_the_first_that_is_known_to_the_last(statuses: tuple[Status, ...], words: str) -> None:
    assert turn(statuses) == words


@given(st.lists(st.integers(), min_size=1))
def test_revisions_are_counted_from_run_to_run(figures: list[int]) -> None:
    found = find_revisions(figures)
    assert found is not None
    assert found.first == figures[0]
    assert (found.count == 0) == (len(set(figures)) == 1)
    assert found.count < len(figures)


amounts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**12), min_size=1)


@given(amounts, amounts)
def test_variances_add_up_to_the_difference_of_the_totals(meant: dict[str, int], spent: dict[str, int]) -> None:
    found = find_variances(meant, spent)
    assert sum(each.difference for each in found) == sum(spent.values()) - sum(meant.values())
    assert len({each.code for each in found}) == len(found)


@given(amounts, st.integers(2, 9))
def test_spending_more_of_everything_alike_leaves_the_mix(meant: dict[str, int], times: int) -> None:
    found = composition_variance(meant, {code: amount * times for code, amount in meant.items()})
    assert found == (0 if sum(meant.values()) else None)


SPENT = ["body", "programme", "unit", "account", "control", "outcome", "kind", "amount"]


def spend(*rows: tuple[str, str, str, str, int]) -> pd.DataFrame:
    """Body, programme, account, outcome and amount of each row."""
    full = [(b, p, "", a, "RDEL", o, "direct" if o else "unaligned", n) for b, p, a, o, n in rows]
    return pd.DataFrame(full, columns=SPENT).astype({"amount": "int64"})


def test_the_composition_leaves_out_interest_and_contingency_and_is_told_by_programme_too() -> None:
    meant = spend(
        ("T", "Roads", "Works", "travel", 50), ("T", "Rail", "Works", "travel", 50),
        ("T", "Funding", "Interest payable", "", 100), ("T", "Contingency reserve", "", "", 30),
    )  # fmt: skip
    spent = spend(
        ("T", "Roads", "Works", "travel", 66), ("T", "Rail", "Works", "travel", 54),
        ("T", "Funding", "Interest payable", "", 10), ("T", "Contingency reserve", "", "", 0),
    )  # fmt: skip
    found = find_composition(meant, spent)
    # 50 and 50 scaled to 120 are 60 and 60: 6 and 6 of 120. Both serve travel, whose share of all does not change.
    assert (found.programmes, found.outcomes) == (pytest.approx(0.10), 0)
    assert [(each.code, each.meant, each.spent) for each in found.apart] == [
        ("debt interest", 100, 10),
        ("contingency", 30, 0),
    ]
    # A plan for emergencies is a programme like others.
    civil = spend(("T", "Civil contingencies", "", "safety", 10), ("T", "Roads", "", "travel", 10))
    assert find_composition(civil, civil).apart == ()


LINES = st.lists(
    st.tuples(
        st.sampled_from(["T", "U"]),
        st.sampled_from(["Roads", "Rail", "Debt interest", "General contingency", "Service de la dette"]),
        st.sampled_from(["Pay", "Interest on loans", ""]),
        st.sampled_from(["travel", "safety", ""]),
        st.integers(0, 10**12),
    ),
    max_size=12,
)


@given(LINES, LINES)
def test_the_composition_is_that_of_a_slow_count(meant: list[tuple], spent: list[tuple]) -> None:
    def mix(rows: list[tuple], by_programme: bool) -> dict[object, Fraction]:
        found: dict[object, Fraction] = {}
        for body, programme, account, outcome, amount in rows:
            if programme in ("Roads", "Rail") and account != "Interest on loans":
                key = (body, programme) if by_programme else outcome
                found[key] = found.get(key, Fraction(0)) + amount
        return found

    found = find_composition(spend(*meant), spend(*spent))
    for by_programme, value in ((True, found.programmes), (False, found.outcomes)):
        first, last = mix(meant, by_programme), mix(spent, by_programme)
        planned, total = sum(first.values()), sum(last.values())
        if not planned or not total:
            assert value is None
            continue
        scaled = {key: amount * total / planned for key, amount in first.items()}
        left = sum(abs(last.get(key, Fraction(0)) - scaled.get(key, Fraction(0))) for key in {*first, *last})
        assert value == pytest.approx(float(left / total), abs=1e-12)


def test_a_programme_written_in_capitals_is_the_same_one() -> None:
    meant = spend(("T", "Roads and bridges", "", "travel", 50), ("T", "Rail", "", "travel", 50))
    spent = spend(("T", "ROADS  AND BRIDGES", "", "travel", 50), ("T", "Rail", "", "travel", 50))
    assert find_composition(meant, spent).programmes == 0


def test_many_small_programmes_count_as_one() -> None:
    """Twenty of 100 are 2,000 of 2,600, more than three quarters, so that what moves among sixty of 10 is not seen."""
    large = [("T", f"Large {n:02}", "Pay", "travel", 100) for n in range(20)]
    small = [("T", f"Small {n:02}", "Pay", "safety", 10) for n in range(60)]
    moved = [("T", f"Small {n:02}", "Pay", "safety", 20 * (n % 2)) for n in range(60)]
    assert find_composition(spend(*large, *small), spend(*large, *moved)).programmes == 0
    # What leaves one of the large for them is: 100 from the one, 100 to the rest, of 2,600.
    gone = [*large[:-1], ("T", "New", "Pay", "safety", 100)]
    assert find_composition(spend(*large, *small), spend(*gone, *small)).programmes == pytest.approx(200 / 2_600)
    # Of twenty or fewer each stands alone.
    some = spend(*large[:10], *small[:10]), spend(*large[:10], *moved[:10])
    assert find_composition(*some).programmes == pytest.approx(100 / 1_100)


HEADS = st.dictionaries(st.integers(0, 45).map(str), st.integers(-50, 10**9), max_size=46)


@given(HEADS, HEADS)
def test_main_heads_are_the_fewest_that_make_up_three_quarters(meant: dict[str, int], spent: dict[str, int]) -> None:
    heads, theirs = by_main_heads(meant, spent)
    assert (sum(heads.values()), sum(theirs.values())) == (sum(meant.values()), sum(spent.values()))
    alone = ({*heads, *theirs}) - {""}
    if len({*meant, *spent}) <= 20:
        assert alone == {*meant, *spent}
        return
    ranked = sorted({*meant, *spent}, key=lambda code: (-meant.get(code, 0), code))
    assert alone == set(ranked[: len(alone)])
    assert len(alone) >= 20
    of_main = sum(meant.get(code, 0) for code in alone)
    if len(alone) > 20:  # one fewer would not do
        assert Fraction(of_main - meant.get(ranked[len(alone) - 1], 0)) < Fraction(3, 4) * sum(meant.values())
    if len(alone) < len(ranked):
        assert of_main >= Fraction(3, 4) * sum(meant.values())


def test_the_mix_departs_by_what_is_left_after_scaling() -> None:
    # 50 and 50 scaled to 120 are 60 and 60: 6 and 6 of 120 are 10%.
    assert composition_variance({"a": 50, "b": 50}, {"a": 66, "b": 54}) == pytest.approx(0.10)
    assert find_variances({"a": 100}, {"a": 93})[0].share == pytest.approx(-0.07)


def test_standard_scores_are_deviations_from_the_mean() -> None:
    # 2, 4, 4 and 6: the mean is 4, the deviation √2.
    scores = standard_scores({"a": 2, "b": 4, "c": 4, "d": 6})
    assert [round(each, 4) for each in scores.values()] == [-1.4142, 0, 0, 1.4142]
    assert standard_scores({"a": 1, "b": 2, "c": 3}) == {}
    assert standard_scores(dict.fromkeys("abcd", 5.0)) == dict.fromkeys("abcd", 0.0)
    assert mean_score([1.0, -0.5]) == 0.25
    assert mean_score([]) is None


values = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6), min_size=FEWEST)


@given(values)
def test_scores_have_mean_zero_and_turn_with_their_values(found: dict[str, float]) -> None:
    scores = standard_scores(found)
    assert sum(scores.values()) == pytest.approx(0, abs=1e-6)
    turned = standard_scores({name: -value for name, value in found.items()})
    assert [turned[name] for name in found] == pytest.approx([-scores[name] for name in found], abs=1e-6)


def test_neighbours_are_the_nearest_by_what_is_chosen() -> None:
    people = {"A": 10.0, "B": 11.0, "C": 20.0, "D": 30.0}
    old = {"A": 20.0, "B": 40.0, "C": 20.0, "D": 20.0}
    # By people alone B is next to A; with age beside it C is.
    assert [n.body for n in find_neighbours("A", {"people": people})] == ["B", "C", "D"]
    assert [n.body for n in find_neighbours("A", {"people": people, "old": old}, 1)] == ["C"]
    # A and C differ by 10 people only, whose deviation is √65.1875.
    nearest = find_neighbours("A", {"people": people, "old": old}, 1)[0]
    assert nearest.distance == pytest.approx(10 / 65.1875**0.5)
    with pytest.raises(RefusedError, match="at least one feature"):
        find_neighbours("A", {})
    with pytest.raises(RefusedError, match="A has no value of age"):
        find_neighbours("A", {"age": {"B": 1.0}})


@pytest.mark.parametrize(
    ("spend", "result", "quadrant", "far"),
    [
        (0.5, 0.5, "more spend, better results", False),
        (-0.5, 0.5, "less spend, better results", False),
        (1.5, -0.5, "more spend, worse results", True),
        (-0.5, -1.5, "less spend, worse results", True),
        (None, 2.0, None, True),
    ],
)
def test_where_an_outcome_stands(spend: float | None, result: float | None, quadrant: str | None, far: bool) -> None:
    standing = ComparedOutcome("o", "O", 5, spend, result, (5, 5), (("x", 1.0),))
    assert (standing.quadrant, standing.far) == (quadrant, far)
