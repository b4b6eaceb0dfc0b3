"""Rows that add up others in one column and not in the next: totals that were not kept up, or lines."""

from __future__ import annotations

from random import Random

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.money import Unit
from budget_align.core.values.terms import UK
from importers.readings.reader import read_workbook
from tests.workbooks import drawn

SERVICES = ("Roads", "Rail", "Buses", "Ferries", "Airports", "Cycling", "Lighting", "Parking")


def sent(original: list[int], revised: list[int], **settled: str) -> Reading:
    """Services and what is spent in all, which no word calls a total."""
    names = (*SERVICES, "Money for transport")
    rows = "\n".join(f"{name} | {a} | {b}" for name, a, b in zip(names, original, revised, strict=True))
    data = drawn(f"Service | 2026-27 original budget £ | 2026-27 revised budget £\n{rows}")
    answers = Answers(body="Works", stage="budget", unit=Unit("", 1), settled=settled)
    return read_workbook(data, "works.xlsx", terms=UK, answers=answers)


@pytest.fixture
def amounts() -> list[int]:
    random = Random(7)
    return [random.randrange(1_000_000, 9_000_000) for _ in SERVICES]


def test_a_sum_in_every_column_is_a_total_without_a_question(amounts: list[int]) -> None:
    revised = [amount + 1_113 * n for n, amount in enumerate(amounts)]
    reading = sent([*amounts, sum(amounts)], [*revised, sum(revised)])
    assert not reading.questions
    assert int(reading.lines["amount"].sum()) == 100 * (sum(amounts) + sum(revised))


def test_a_sum_in_one_column_alone_is_asked_about(amounts: list[int]) -> None:
    revised = [amount + 1_113 * n for n, amount in enumerate(amounts)]
    late = sum(revised) - 20_117
    asked = sent([*amounts, sum(amounts)], [*revised, late]).questions
    question = asked[0]
    assert question.topic == "rows"
    assert "Money for transport" in question.prompt
    comes_to = {option.value: sum(total.amount for total in option.totals) for option in question.options}
    assert comes_to == {
        "totals": 100 * (sum(amounts) + sum(revised)),
        "lines": 100 * (2 * sum(amounts) + sum(revised) + late),
    }
    settled = sent([*amounts, sum(amounts)], [*revised, late], **{question.id: "totals"})
    assert int(settled.lines["amount"].sum()) == 100 * (sum(amounts) + sum(revised))
    # That the total does not say what its column comes to is a question of its own.
    assert [each.topic for each in settled.questions] == ["total"]


def test_amounts_that_have_nothing_to_do_with_each_other_are_not_asked_about(amounts: list[int]) -> None:
    random = Random(11)
    for _ in range(5):
        original = [random.randrange(1_000_000, 9_000_000) for _ in range(9)]
        reading = sent(original, [amount + random.randrange(90_000) for amount in original])
        assert not reading.questions


def test_one_name_of_many_that_adds_up_by_chance_is_no_total() -> None:
    """A list in which twenty services stand three times each, and the last of one is the sum of its others."""
    random = Random(3)
    rows = [(f"Service {n}", random.randrange(10_000, 99_999)) for n in range(20)] * 3
    rows = [(name, amount + random.randrange(9_000)) for name, amount in rows]
    rows[47] = ("Service 7", rows[7][1] + rows[27][1])
    text = "\n".join(f"{name} | {amount}" for name, amount in rows)
    answers = Answers(body="Works", stage="budget", unit=Unit("", 1))
    reading = read_workbook(drawn(f"Service | 2026-27 budget £\n{text}"), "list.xlsx", terms=UK, answers=answers)
    assert not reading.questions
    assert int(reading.lines["amount"].sum()) == 100 * sum(amount for _, amount in rows)
