"""Ballots counted by stated methods, worked on paper; small groups never shown."""

import math
from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.outcomes.disclosure import SMALLEST_GROUP
from budget_align.core.outcomes.priority import (
    METHODS,
    Kind,
    Method,
    Priorities,
    count_ballots,
    count_groups,
    double_points,
    from_sums,
)
from budget_align.core.values.refusal import RefusedError
from importers.files.limits import Limits
from importers.forms.ballot_workbook import BallotReading, read_ballots
from tests.workbooks import drawn

NAN = math.nan
OUTCOMES = {"health": "1. Good health", "homes": "2. Homes for all", "nature": "3. Nature"}


def shares(found: Priorities) -> list[float]:
    return [round(weight.share, 6) for weight in found.weights]


def count(values: list[list[float]], kind: Kind, method: Method | None = None) -> Priorities:
    return count_ballots(np.array(values, dtype=float), ["a", "b", "c"], kind, method or METHODS[kind][0])


def test_the_mean_share_counts_each_ballot_alike() -> None:
    # 6:3:1 of ten points, and 1:1:0 of two: (0.6 + 0.5) / 2, (0.3 + 0.5) / 2, (0.1 + 0) / 2.
    found = count([[6, 3, 1], [1, 1, NAN]], "points")
    assert shares(found) == [0.55, 0.4, 0.05]
    # The two shares of the first lie 0.1 apart: a spread of 0.1 / √2, over √2 ballots, times Student's 12.706.
    assert found.weights[0].margin == pytest.approx(12.706 * 0.1 / 2, rel=1e-4)
    assert count([[6, 3, 1], [0, 0, 0]], "points").ballots == 1


def test_borda_gives_fewer_points_to_each_later_place() -> None:
    # Of three outcomes: 2, 1, 0 points, of 3 in all.
    assert shares(count([[1, 2, 3]], "ranked")) == [round(2 / 3, 6), round(1 / 3, 6), 0]
    # Only a first choice: the other two share the 1 point that is left.
    assert shares(count([[NAN, 1, NAN]], "ranked")) == [round(0.5 / 3, 6), round(2 / 3, 6), round(0.5 / 3, 6)]
    # Numbers with a gap rank as they stand.
    assert shares(count([[2, 7, 9]], "ranked")) == shares(count([[1, 2, 3]], "ranked"))


def test_bradley_terry_finds_the_strengths_behind_pairwise_choices() -> None:
    # Two outcomes, 30 choices to 10 and half a choice each way: odds of 30.5 to 10.5.
    pairs = [[0, 1]] * 30 + [[1, 0]] * 10
    found = count_ballots(np.array(pairs, dtype=float), ["a", "b"], "pairs", "bradley-terry")
    assert found.weights[0].share == pytest.approx(30.5 / 41, abs=1e-6)
    # Of n choices with chance p the share of the first has the variance p q / n, for which draws stand in; its half
    # choices draw it from 30.05 of 40.1 besides. 2.02 is Student's for 39 degrees of freedom.
    expected = 2.02 * math.sqrt(0.75 * 0.25 / 39) * 40 / 41 + abs(30.5 / 41 - 30.05 / 40.1)
    assert found.weights[0].margin == pytest.approx(expected, rel=0.1)


def test_ranks_counted_by_pairs_agree_on_the_order() -> None:
    ballots = [[1, 2, 3]] * 5 + [[1, 3, 2]] * 3 + [[2, 1, 3]] * 2
    by_pairs, by_points = shares(count(ballots, "ranked", "bradley-terry")), shares(count(ballots, "ranked"))
    assert np.argsort(by_pairs).tolist() == np.argsort(by_points).tolist()


def test_published_weights_are_taken_as_shares() -> None:
    assert shares(count([[30, 10, NAN]], "weights")) == [0.75, 0.25, 0]


@pytest.mark.parametrize("kind", ["points", "ranked"])
@given(st.lists(st.permutations([1.0, 2.0, 3.0]), min_size=1, max_size=30), st.permutations([0, 1, 2]))
def test_shares_add_up_and_do_not_depend_on_the_order_of_columns(
    kind: Kind, ballots: list[list[float]], turned: list[int]
) -> None:
    for method in METHODS[kind]:
        found = shares(count(ballots, kind, method))
        assert sum(found) == pytest.approx(1, abs=1e-5)
        other = shares(count([[ballot[i] for i in turned] for ballot in ballots], kind, method))
        assert other == pytest.approx([found[i] for i in turned], abs=1e-5)


def test_small_groups_are_not_counted() -> None:
    values = np.array([[1.0, 2.0, 3.0]] * (SMALLEST_GROUP * 3 + 4))
    groups = np.array(["old"] * SMALLEST_GROUP + ["young"] * SMALLEST_GROUP * 2 + ["few"] * 4, dtype=object)
    found = count_groups(values, groups, ["a", "b", "c"], "ranked", "borda")
    assert {name: each is None for name, each in found.items()} == {"few": True, "old": False, "young": False}


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(RefusedError, match="no ballot"):
        count_ballots(np.zeros((0, 3)), ["a", "b", "c"], "points", "mean share")
    with pytest.raises(RefusedError, match="cannot be counted by borda"):
        count([[1, 2, 3]], "points", "borda")
    with pytest.raises(RefusedError, match="No ballot gives"):
        count([[0, 0, 0]], "points")


def test_ties_share_their_ranks() -> None:
    thirty = [[1.0, 1.0, 2.0]] * 30
    assert shares(count(thirty, "ranked")) == [0.5, 0.5, 0]
    a, b, c = shares(count(thirty, "ranked", "bradley-terry"))
    assert a == pytest.approx(b)
    assert a > c
    # A tie for the last two of four, and one of three that are not ranked: half of what the places give.
    assert shares(count([[1, 2, 2]], "ranked")) == [round(2 / 3, 6), round(0.5 / 3, 6), round(0.5 / 3, 6)]


@st.composite
def any_ranks(draw: st.DrawFn) -> list[list[float]]:
    """Ballots of three outcomes with ties, gaps and blanks."""
    rank = st.one_of(st.integers(1, 4).map(float), st.just(NAN))
    return draw(st.lists(st.lists(rank, min_size=3, max_size=3), min_size=1, max_size=8))


@given(any_ranks())
def test_borda_is_the_mean_over_every_order_that_a_ballot_leaves_open(ballots: list[list[float]]) -> None:
    # The oracle: break ties and order those not ranked in every way there is, and take the mean of the points.
    totals, counted = [Fraction(0)] * 3, 0
    for ballot in ballots:
        if all(math.isnan(rank) for rank in ballot):
            continue
        counted += 1
        keys = [math.inf if math.isnan(rank) else rank for rank in ballot]
        orders = [o for o in permutations(range(3)) if all(keys[a] <= keys[b] for a, b in pairwise(o))]
        for order in orders:
            for place, outcome in enumerate(order):
                totals[outcome] += Fraction(2 - place, 3 * len(orders))
    if not counted:
        with pytest.raises(RefusedError, match="No ballot gives"):
            count(ballots, "ranked")
        return
    found = count(ballots, "ranked")
    assert found.ballots == counted == count(ballots, "ranked", "bradley-terry").ballots
    assert [weight.share for weight in found.weights] == pytest.approx([float(total / counted) for total in totals])


def test_margins_of_strengths_hold_the_truth_where_ballots_fall_into_two_camps() -> None:
    chance = np.random.default_rng(7)

    def ask(people: int) -> np.ndarray:
        """Six in ten rank one way, four the other, each with some whim."""
        camp = np.where(chance.random(people) < 0.6, 1, -1)[:, None]
        liking = camp * np.arange(5) + 0.7 * chance.gumbel(size=(people, 5))
        return (np.argsort(np.argsort(-liking, axis=1), axis=1) + 1).astype(float)

    codes = list("abcde")
    truth = [w.share for w in count_ballots(ask(100_000), codes, "ranked", "bradley-terry").weights]
    for people in (20, 120):
        tries = 120
        held = np.zeros(5)
        for _ in range(tries):
            found = count_ballots(ask(people), codes, "ranked", "bradley-terry").weights
            held += [abs(w.share - true) <= (w.margin or 0) for w, true in zip(found, truth, strict=True)]
        assert (held / tries).mean() >= 0.9, (people, held / tries)
        # Nor are they so wide that they say nothing.
        assert (held / tries).mean() <= 0.995


def test_choices_of_one_person_are_one_ballot() -> None:
    pairs = np.array([[0, 1]] * 30 + [[1, 0]] * 10, dtype=float)
    whose = np.array([str(i // 10) for i in range(40)], dtype=object)
    apart = count_ballots(pairs, ["a", "b"], "pairs", "bradley-terry")
    together = count_ballots(pairs, ["a", "b"], "pairs", "bradley-terry", whose)
    assert (apart.ballots, together.ballots) == (40, 4)
    assert shares(apart) == shares(together)
    assert (together.weights[0].margin or 0) > 2 * (apart.weights[0].margin or 0)
    found = read("Respondent | Preferred | Over\nx | health | homes\nx | homes | nature\ny | health | homes")
    assert found.people is not None
    assert found.people.tolist() == [0, 0, 1]
    assert "x" not in repr(found.people)


def read(sheet: str, kind: str = "") -> BallotReading:
    return read_ballots(drawn(sheet), "b.xlsx", outcomes=OUTCOMES, kind=kind, limits=Limits())


@pytest.mark.parametrize(
    ("sheet", "kind", "values"),
    [
        ("health | homes | nature\n5 | 5 | 0\n10 | 0 | 0", "points", [[5, 5, 0], [10, 0, 0]]),
        ("First | Second\nHomes for all | nature\nnature |", "ranked", [[NAN, 1, 2], [NAN, NAN, 1]]),
        ("Preferred | Over\nhealth | nature\nhomes | health", "pairs", [[0, 2], [1, 0]]),
        ("Outcome | Weight\nNature | 60%\nhealth | 40", "weights", [[40, NAN, 60]]),
    ],
)
def test_each_kind_of_ballot_is_told_by_its_columns(sheet: str, kind: str, values: list[list[float]]) -> None:
    found = read(sheet)
    assert found.findings == ()
    assert found.kind == kind
    np.testing.assert_array_equal(found.values, np.array(values))


def test_a_person_says_what_the_numbers_cannot() -> None:
    ambiguous = "health | homes | nature\n1 | 2 | 3\n3 | 1 | 2"
    (asked,) = read(ambiguous).findings
    assert (asked.cell, "may be points or ranks" in asked.message) == ("A2", True)
    assert len(read(ambiguous).values) == 0
    assert read(ambiguous, "ranked").kind == "ranked"
    assert read(ambiguous, "points").kind == "points"


@given(st.lists(st.lists(st.integers(1, 3), min_size=3, max_size=3), min_size=1, max_size=12))
def test_numbers_that_could_be_ranks_are_never_taken_for_anything_unasked(ballots: list[list[int]]) -> None:
    sheet = "health | homes | nature\n" + "\n".join(" | ".join(map(str, ballot)) for ballot in ballots)
    assert [finding.code for finding in read(sheet).findings] == ["ballots"]
    for kind in ("ranked", "points"):
        found = read(sheet, kind)
        assert found.kind == kind
        np.testing.assert_array_equal(found.values, np.array(ballots, dtype=float))


def test_one_ballot_never_turns_a_consultation_round() -> None:
    points = "health | homes | nature\n" + "\n".join(["50 | 30 | 20"] * 12)
    assert read(points).kind == "points"
    assert read(f"{points}\n1 | 2 | 3").findings != ()


def test_a_rank_of_zero_is_none() -> None:
    found = read("health | homes | nature\n1 | 2 | 0", "ranked")
    assert [(f.cell, "'0' is no rank" in f.message) for f in found.findings] == [("C2", True)]
    np.testing.assert_array_equal(
        read("health | homes | nature\n1 | 2 |", "ranked").values, np.array([[1.0, 2.0, NAN]])
    )


def test_groups_are_kept_and_nothing_else_of_a_person() -> None:
    found = read("Name | Group | health | homes\nAna | North | 1 | 2\nBo | South | 2 | 1", "ranked")
    assert found.groups.tolist() == ["North", "South"]
    assert found.outcomes == ("health", "homes")
    assert "Ana" not in repr(found)


@pytest.mark.parametrize(
    ("sheet", "cell", "said"),
    [
        ("health | homes\n1 | lots", "B2", "'lots' is no number"),
        ("health | homes\n-1 | 2", "A2", "'-1' is no number of zero or more"),
        ("First | Second\nhealth | bliss", "B2", "'bliss' is no outcome"),
        ("First | Second\nhealth | health", "B2", "chosen twice"),
        ("Preferred | Over\nhealth | health", "B2", "against itself"),
        ("Outcome | Weight\nbliss | 5", "A2", "'bliss' is no outcome"),
        ("Outcome | Weight\nhealth | much", "B2", "no weight"),
        ("Roads | Rail\n1 | 2", "A1", "No ballots were found"),
    ],
)
def test_a_bad_ballot_is_told_by_cell_and_none_is_taken(sheet: str, cell: str, said: str) -> None:
    found = read(sheet)
    assert len(found.values) == 0
    assert any(finding.cell == cell and said in finding.message for finding in found.findings), found.findings


def test_every_order_of_three_is_a_rank() -> None:
    rows = "\n".join(" | ".join(map(str, order)) for order in permutations([1, 2, 3]))
    assert (
        shares(
            count_ballots(read(f"health | homes | nature\n{rows}", "ranked").values, list(OUTCOMES), "ranked", "borda")
        )
        == [round(1 / 3, 6)] * 3
    )


ranked = st.lists(st.permutations("abcd").map(lambda order: order[: 1 + ord(order[0]) % 3]), min_size=1, max_size=40)


@given(ranked)
def test_ballots_of_which_only_sums_are_kept_count_as_those_that_are_all_there(ballots: list[list[str]]) -> None:
    codes = list("abcd")
    ranks = np.full((len(ballots), 4), np.nan)
    sums = dict.fromkeys(codes, (0, 0))
    for row, choices in enumerate(ballots):
        for place, code in enumerate(choices):
            ranks[row, codes.index(code)] = place + 1
        for code, points in double_points(choices, codes).items():
            sums[code] = (sums[code][0] + points, sums[code][1] + points * points)
    whole, kept = count_ballots(ranks, codes, "ranked", "borda"), from_sums(len(ballots), sums)
    assert kept.ballots == whole.ballots
    assert sum(weight.share for weight in kept.weights) == pytest.approx(1)
    for one, other in zip(whole.weights, kept.weights, strict=True):
        assert other.share == pytest.approx(one.share)
        assert (other.margin is None) == (one.margin is None)
        assert other.margin is None or other.margin == pytest.approx(one.margin, abs=1e-9)


def test_a_ballot_that_ranks_nothing_or_one_twice_is_refused() -> None:
    # Three outcomes: 2 points for the first, 1 for the second, none for the third, and twice that.
    assert double_points(["c", "a"], ["a", "b", "c"]) == {"a": 2, "b": 0, "c": 4}
    for choices, said in (([], "at least one"), (["a", "a"], "once only"), (["z"], "from the outcomes")):
        with pytest.raises(RefusedError, match=said):
            double_points(choices, ["a", "b", "c"])
    with pytest.raises(RefusedError, match="no ballot"):
        from_sums(0, {"a": (0, 0), "b": (0, 0)})
