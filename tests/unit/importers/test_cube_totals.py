"""Lists with a column a dimension, some of whose rows state a whole again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import product

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook

REGIONS = ("North", "South", "West")
PURPOSES = ("Health", "Education")
AMOUNTS = {pair: 1_000_003 + 70_321 * n for n, pair in enumerate(product(REGIONS, PURPOSES))}


def every() -> dict[tuple[str, str], int]:
    """Each region and purpose, and the totals over both."""
    found = dict(AMOUNTS)
    for region in REGIONS:
        found[region, "Total"] = sum(AMOUNTS[region, purpose] for purpose in PURPOSES)
    for purpose in (*PURPOSES, "Total"):
        found["Total", purpose] = sum(found[region, purpose] for region in REGIONS)
    return found


def read(rows: Iterable[tuple[str, str, int]]) -> Reading:
    text = io.StringIO()
    csv.writer(text).writerows([("Region", "Purpose", "Budget 2026-27 £"), *rows])
    answers = Answers(body="State", stage="budget", unit=Unit("", 1))
    return read_workbook(text.getvalue().encode(), "cube.csv", terms=UK, answers=answers)


def counted(reading: Reading) -> int:
    return int(reading.lines.loc[~reading.lines["memo"], "amount"].sum())


def test_rows_over_all_of_a_dimension_are_no_money_of_their_own() -> None:
    reading = read((*pair, amount) for pair, amount in every().items())
    assert not reading.questions
    assert counted(reading) == sum(AMOUNTS.values()) * 100


def test_where_the_parts_do_not_make_the_whole_it_is_asked() -> None:
    wrong = {pair: amount + (9 if "Total" in pair else 0) for pair, amount in every().items()}
    reading = read((*pair, amount) for pair, amount in wrong.items())
    assert {question.topic for question in reading.questions} >= {"rows"}
    assert all(question.guess == "" for question in reading.questions if question.topic == "rows")
