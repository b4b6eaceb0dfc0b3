"""Budgets whose rows are sums by their codes: chapters over articles over lines, wherever the sums stand."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.examples import examples

LINES = {"1201": 880_412, "1211": 500_055, "1212": 400_031, "2101": 230_155, "2201": 500_700, "2202": 91_233}


def sums(lines: dict[str, int], lengths: tuple[int, ...] = (1, 2)) -> dict[str, int]:
    """Each code of those lengths with what the lines under it come to."""
    found: dict[str, int] = {}
    for code, amount in lines.items():
        for length in lengths:
            found[code[:length]] = found.get(code[:length], 0) + amount
    return found


def read(rows: list[list[str]]) -> Reading:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    answers = Answers(body="City", stage="budget", fiscal_year=2026, unit=Unit("", 1))
    return read_workbook(text.getvalue().encode(), "budget.csv", terms=UK, answers=answers)


def table(codes: list[str], amounts: dict[str, int]) -> list[list[str]]:
    return [["Code", "Description", "Amount"], *([code, f"Item {code}", str(amounts[code])] for code in codes)]


def counted(reading: Reading) -> int:
    return int(reading.lines.loc[~reading.lines["memo"], "amount"].sum())


@pytest.mark.parametrize("order", ["parents first", "parents last", "sums at the end"])
def test_a_code_that_others_go_on_from_is_their_sum(order: str) -> None:
    every = {**LINES, **sums(LINES)}
    codes = sorted(every)
    if order == "parents last":
        codes = sorted(every, key=lambda code: code + "~")
    elif order == "sums at the end":
        codes = sorted(every, key=lambda code: (-len(code), code))
    reading = read(table(codes, every))
    assert not reading.questions
    assert counted(reading) == sum(LINES.values()) * 100


def test_codes_of_one_length_are_filled_up_with_zeros() -> None:
    every = {**LINES, **{code.ljust(4, "0"): amount for code, amount in sums(LINES).items()}}
    assert counted(read(table(sorted(every), every))) == sum(LINES.values()) * 100


def test_a_line_filled_up_with_zeros_is_no_sum_of_its_neighbour() -> None:
    lines = {"0210150": 630_491, "0218120": 650_359, "0611020": 470_922, "0611070": 898_936, "0611160": 280_203}
    lines |= {"0712010": 28_129, "0712100": 378_770, "0712144": 764_691, "1014010": 556_833, "1014030": 549_966}
    units = {f"{code}00000": amount for code, amount in sums(lines, (2,)).items()}
    every = {**lines, **units}
    reading = read(table(sorted(every), every))
    assert not reading.questions
    assert counted(reading) == sum(lines.values()) * 100


def test_points_part_the_steps_of_a_code() -> None:
    lines = {".".join(code): amount for code, amount in LINES.items()}
    parents = {".".join(code): amount for code, amount in sums(LINES).items()}
    every = {**lines, **parents}
    assert counted(read(table(sorted(every), every))) == sum(LINES.values()) * 100


def test_every_level_has_a_column_of_its_own() -> None:
    every = {**LINES, **sums(LINES)}
    rows = [["Chapter", "Article", "Line", "Description", "Amount"]]
    for code in sorted(every):
        steps = [code[:1], code[:2] if len(code) > 1 else "", code if len(code) > 2 else ""]
        rows.append([*steps, f"Item {code}", str(every[code])])
    reading = read(rows)
    assert counted(reading) == sum(LINES.values()) * 100


def test_a_sum_by_code_that_differs_is_asked_about() -> None:
    every = {**LINES, **sums(LINES), "12": 1_780_000}
    reading = read(table(sorted(every), every))
    assert [question.topic for question in reading.questions] == ["total"]


@examples(0.25)
@given(st.dictionaries(st.from_regex(r"[1-4][0-4][0-4]", fullmatch=True), st.integers(10_000, 9_999_999), min_size=6))
def test_codes_alone_make_no_sums(lines: dict[str, int]) -> None:
    """Cost centres whose codes happen to go on from others are lines where arithmetic does not say otherwise."""
    every = {**lines, **{code[:2]: amount // 3 + 7 for code, amount in list(lines.items())[:3]}}
    assert counted(read(table(sorted(every), every))) == sum(every.values()) * 100
