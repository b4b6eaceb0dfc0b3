"""What programs do to texts that they write without care: no line of the budget is lost in silence."""

from __future__ import annotations

import pytest

from importers.files.broken_lines import join_broken_rows
from tests.habits import NAMES, Habit, figures, read, stored

AMOUNTS = figures(7_201, 12)
LINES = [f"{name},{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=False)]


def of_lines(lines: list[str], head: str = "Service,2024-25 £") -> Habit:
    return Habit("\n".join([head, *lines]).encode(), (frozenset([sum(AMOUNTS)]),))


@pytest.mark.parametrize("at", [0, 5, 10])
def test_a_quote_that_nobody_closes_swallows_no_line(at: int) -> None:
    made = of_lines([*LINES[:at], f'"{LINES[at]}', *LINES[at + 1 :]])
    assert stored(read(made)) in made.right


def test_fields_of_several_lines_stay_whole() -> None:
    lines = [f'{line},"first, of two\nsecond, of two"' for line in LINES]
    made = of_lines(lines, "Service,2024-25 £,Note")
    outcome = read(made)
    assert stored(outcome) in made.right
    assert outcome.reading is not None
    assert len(outcome.reading.lines) == len(LINES)


def test_a_line_that_was_broken_within_a_field_is_one() -> None:
    lines = [f"{name},Place,{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=False)]
    broken = [line if n % 4 else line.replace("Place,", "Place\n,") for n, line in enumerate(lines)]
    made = of_lines(broken, "Service,Directorate,2024-25 £")
    assert stored(read(made)) in made.right


def test_rows_that_head_others_are_not_joined() -> None:
    rows = [
        ["Service", "Place", "£"],
        ["Parks"],
        ["Mowing", "North", "12"],
        ["Trees", "South", "31"],
        ["Paths", "", "7"],
    ]
    assert join_broken_rows(rows) == rows


@pytest.mark.parametrize("flag", ["b", "p", "e", "c", "d", "bep"])
def test_flags_of_statistical_offices_are_no_billions_and_no_credits(flag: str) -> None:
    lines = [f"{line} {flag}" if n in (2, 6) else f"{line} " for n, line in enumerate(LINES)]
    made = of_lines([line.replace(",", "\t") for line in lines], "Service\t2024-25 £")
    assert stored(read(made)) in made.right


def test_a_scale_among_amounts_of_another_size_is_one() -> None:
    lines = [
        f"{line},{amount}" for line, amount in zip(NAMES[:4], ("250000", "900000", "1.5 m", "475000"), strict=True)
    ]
    data = "\n".join(["Service,2024-25 £", *lines]).encode()
    assert stored(read(Habit(data, (frozenset([3_125_000]),)))) == {3_125_000}
