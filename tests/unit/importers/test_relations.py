"""Relations between figures: found where they were made, not found among figures that have none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.relations.cell_sums import find_sum_columns, find_sum_rows
from importers.relations.chance import Chance
from importers.relations.others import find_average_rows, find_difference_columns, find_share_columns, find_share_rows
from importers.relations.sums import Row
from importers.relations.totals import find_totals
from tests.examples import examples


def wholes(relations):
    return {relation.whole: relation.parts for relation in relations if relation.believed}


def lines(seed, rows, columns, low=100, high=1_000_000):
    return np.random.default_rng(seed).integers(low, high, (rows, columns)).astype(float)


seeds = st.integers(0, 2**32 - 1)


@examples(0.6)
@given(seeds, st.integers(3, 20), st.integers(2, 6), st.booleans())
def test_a_total_row_is_found_above_or_below_its_parts(seed, rows, columns, above):
    parts = lines(seed, rows, columns)
    total = parts.sum(axis=0, keepdims=True)
    numbers = np.vstack([total, parts] if above else [parts, total])
    where, of = (0, tuple(range(1, rows + 1))) if above else (rows, tuple(range(rows)))
    assert wholes(find_sum_rows(numbers)) == {where: of}


@examples(0.4)
@given(seeds, st.integers(3, 8), st.integers(2, 6))
def test_totals_of_totals_are_found(seed, rows, columns):
    one, two = lines(seed, rows, columns), lines(seed + 1, rows, columns)
    numbers = np.vstack([one, one.sum(axis=0), two, two.sum(axis=0), one.sum(axis=0) + two.sum(axis=0)])
    found = wholes(find_sum_rows(numbers))
    assert set(found) == {rows, 2 * rows + 1, 2 * rows + 2}
    assert found[2 * rows + 2] in ((rows, 2 * rows + 1), (*range(rows), *range(rows + 1, 2 * rows + 1)))


@examples(0.4)
@given(seeds, st.integers(10, 60), st.integers(3, 6), st.booleans())
def test_a_total_column_is_found_left_or_right_of_its_parts(seed, rows, columns, left):
    parts = lines(seed, rows, columns)
    total = parts.sum(axis=1, keepdims=True)
    numbers = np.hstack([total, parts] if left else [parts, total])
    where = 0 if left else columns
    assert wholes(find_sum_columns(numbers)) == {where: tuple(c for c in range(columns + 1) if c != where)}


@examples(0.4)
@given(seeds)
def test_rounding_is_allowed_for(seed):
    parts = np.random.default_rng(seed).uniform(1_000, 90_000, (8, 4))
    numbers = np.round(np.vstack([parts, parts.sum(axis=0)]))
    assert wholes(find_sum_rows(numbers)) == {8: tuple(range(8))}


def test_among_random_figures_next_to_nothing_is_believed():
    believed = sum(
        bool(wholes(find_sum_rows(lines(seed, 60, 1, 1, high))))
        for seed in range(100)
        for high in (100, 1_000, 100_000)
    )
    # Three hundred tables without any relation; one in a hundred may show one.
    assert believed <= 6


def test_three_digits_among_many_rows_are_no_evidence():
    numbers = lines(3, 300, 1, 100, 999)
    numbers[200] = numbers[195:200].sum()
    assert 200 not in wholes(find_sum_rows(numbers))


def test_levels_tell_the_parts_among_rows_that_are_set_in_further():
    numbers = np.array([[905_317.0], [410_211.0], [210_200.0], [200_011.0], [495_106.0], [495_000.0], [106.0], [33.0]])
    found = {r.whole: r.parts for r in find_sum_rows(numbers, levels=[0, 1, 2, 2, 1, 2, 2, 0])}
    assert found[0] == (1, 4)


def test_unknown_figures_say_nothing():
    numbers = np.array([[100_245.0, 7_013.0], [60_123.0, np.nan], [40_122.0, 2_000.0]])
    assert {r.whole: (r.agreeing, r.against) for r in find_sum_rows(numbers)}[0] == (1, 0)


def test_two_columns_with_the_same_figures_are_one_piece_of_evidence():
    one = np.array([[305.0], [101.0], [204.0]])
    alone, twice = find_sum_rows(one), find_sum_rows(np.hstack([one, one]))
    assert [r.chance for r in alone] == [r.chance for r in twice]


@examples(0.3)
@given(seeds)
def test_a_difference_of_columns_is_found(seed):
    numbers = lines(seed, 20, 2)
    found = wholes(find_difference_columns(np.hstack([numbers, numbers[:, 1:] - numbers[:, :1]])))
    assert found[2] == (1, 0)


@examples(0.3)
@given(seeds, st.sampled_from([0, 1]))
def test_percentages_are_found(seed, places):
    numbers = lines(seed, 30, 2, 5_000, 90_000)
    change = np.round(100 * numbers[:, 1:] / numbers[:, :1] - 100, places)
    assert wholes(find_share_columns(np.hstack([numbers, change])))[2] == (1, 0)
    total = np.vstack([numbers.sum(axis=0), numbers])
    share = np.round(100 * total[:, :1] / total[:1, :1], places)
    assert wholes(find_share_columns(np.hstack([total, share])))[2] == (0, 0)


def test_a_row_of_percentages_is_found():
    numbers = lines(5, 3, 9, 5_000, 90_000)
    numbers[2] = np.round(100 * numbers[1] / numbers[0], 1)
    assert wholes(find_share_rows(numbers))[2] == (1, 0)


def test_an_average_is_found():
    numbers = lines(5, 12, 4)
    assert wholes(find_average_rows(np.vstack([numbers, numbers.mean(axis=0).round()])))[12] == tuple(range(12))


@pytest.mark.parametrize("shape", [(0, 0), (1, 3), (3, 0), (2, 2)])
def test_too_little_to_tell_says_nothing(shape):
    numbers = np.ones(shape)
    for find in (find_sum_rows, find_sum_columns, find_difference_columns, find_share_columns, find_share_rows):
        assert wholes(find(numbers)) == {}


def test_a_long_table_takes_bounded_time():
    numbers = lines(7, 20_000, 4)
    numbers = np.vstack([numbers, numbers.sum(axis=0)])
    assert wholes(find_sum_rows(numbers, ask=range(19_900, 20_001)))[20_000] == tuple(range(20_000))


@pytest.mark.parametrize("amounts", [[], np.zeros((0, 2), dtype=np.int64)])
def test_a_table_without_rows_of_amounts_makes_no_sum_unlikely(amounts):
    assert set(Chance(amounts).of_column) <= {1.0}
    assert find_totals([Row(0, "A heading alone", None)], (0,), []).top == []
