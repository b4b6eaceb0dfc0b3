"""What is read with one option is read again only where another would make a difference."""

from __future__ import annotations

from budget_align.core.values.terms import UK
from importers.evidence.choices import Choice, Decisions
from importers.readings.reader import read_workbook
from tests.workbooks import workbook


def choice(guess: str) -> Choice:
    return Choice("which", "amount", "Sheet", "Sheet!A1:B9", "Which?", (("B", "B"), ("C", "C")), guess)


def test_an_option_that_was_guessed_makes_no_difference_when_it_is_settled() -> None:
    decisions = Decisions({})
    assert decisions.take(choice("C")) == "C"
    assert decisions.agree({"which": "C"})
    assert not decisions.agree({"which": "B"})


def test_choices_that_were_not_met_make_none() -> None:
    decisions = Decisions({"other": "x"})
    decisions.take(choice("C"))
    assert decisions.agree({})


def test_one_choice_that_held_in_two_ways_is_read_again() -> None:
    decisions = Decisions({})
    decisions.take(choice("B"))
    decisions.take(choice("C"))
    assert not decisions.agree({"which": "C"})


def test_a_question_that_tables_share_stays_open_while_one_of_them_counts() -> None:
    budget = [["Ministry of Works"], ["Service", "2024-25"], ["Roads", 4_210], ["Bridges", 1_130], ["Total", 5_340]]
    staff = [["Workforce (FTE)"], ["Service", "2024-25"], ["Roads", 210], ["Bridges", 90]]
    asked = read_workbook(workbook(Budget=budget, Staff=staff), "works.xlsx", terms=UK).questions
    assert {"counted", "unit"} <= {question.topic for question in asked}
    assert [question.sheet for question in asked if question.topic == "unit"] == ["Budget"]
