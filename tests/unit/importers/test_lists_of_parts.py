"""Where a list of parts under "of which:" ends is told by the table, or a person says so."""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.terms import UK
from importers import read_workbook

PARTS = [("Emergency care", 1200), ("Elective surgery", 900)]
LINES = [("Primary care", 2400), ("Public health", 300), ("Mental health", 1150)]
LIST = [("Hospitals", 5000), ("of which:", None), *PARTS]


def read(rows: list[tuple[str, int | None]], **answers: str) -> Reading:
    said = [f"{name},{'' if amount is None else amount}" for name, amount in rows]
    data = "\n".join(["Health: budget 2026-27 (£)", "Programme,2026-27 budget", *said]).encode()
    return read_workbook(data, "budget.csv", terms=UK, answers=Answers(body="Health", settled=answers))


def counted(reading: Reading) -> int:
    lines = reading.lines
    return int(lines.loc[~lines["memo"], "amount"].sum()) // 100


def asked(reading: Reading) -> list[str]:
    return [question.prompt for question in reading.questions]


def test_a_list_that_nothing_ends_is_asked_about_with_what_each_end_comes_to() -> None:
    rows = [*LIST, *[(name, amount // 10) for name, amount in LINES]]
    reading = read(rows)
    (question,) = reading.questions
    assert "begins a list of parts of 'Hospitals' (B3), and nothing says where it ends" in question.prompt
    whole, beside = 5000, [1200, 900, 240, 30, 115]
    # Each end counts what follows it beside the row itself.
    told = {option.value: option.totals[0].amount // 100 for option in question.options}
    assert told == {
        "all": whole,
        **{str(count): whole + sum(beside[count:]) for count in range(1, len(beside))},
        "0": whole + sum(beside),
    }
    assert question.guess == "all"
    assert counted(read(rows, **{question.id: "2"})) == whole + 240 + 30 + 115


def test_parts_that_state_more_than_their_row_are_not_all_parts_of_it() -> None:
    reading = read([*LIST, *LINES])
    (question,) = reading.questions
    assert question.guess == ""
    assert [option.value for option in question.options] == ["1", "2", "3", "4", "0"]
    assert counted(read([*LIST, *LINES], **{question.id: "2"})) == 5000 + 2400 + 300 + 1150


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        ([("Hospitals", 2100), ("of which:", None), *PARTS, *LINES], 2100 + 2400 + 300 + 1150),
        ([*LIST, ("Community", None), *LINES], 5000 + 2400 + 300 + 1150),
        ([*LIST, *LINES, ("Total", 5000 + 2400 + 300 + 1150)], 5000 + 2400 + 300 + 1150),
        ([*LINES, ("Total", 3850), ("of which:", None), *PARTS], 3850),
    ],
    ids=["they come to it", "a heading", "a total below", "of the total"],
)
def test_what_the_table_tells_is_not_asked(rows: list[tuple[str, int | None]], right: int) -> None:
    reading = read(rows)
    assert asked(reading) == []
    assert counted(reading) == right


@pytest.mark.parametrize("below", [[], [("", None), ("Total", 5000)], [("Source: the Treasury", None)]])
def test_a_heading_of_parts_with_none_below_it_is_nothing_to_ask_about(below: list[tuple[str, int | None]]) -> None:
    reading = read([("Roads", 1000), ("Rail", 4000), ("of which:", None), *below])
    assert not reading.questions
    assert counted(reading) == 5000
