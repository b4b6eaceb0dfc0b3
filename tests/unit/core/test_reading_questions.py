"""A question as software is shown it."""

from __future__ import annotations

import json

from budget_align.core.returns.reading import Option, Question


def test_a_question_without_a_guess_proposes_nothing_to_send_back() -> None:
    asked = Question(id="rows-1", topic="rows", sheet="Plan", prompt="Which?", options=(Option(value="a", label="A"),))
    assert json.loads(asked.model_dump_json())["guess"] is None
    assert Question.model_validate_json(asked.model_dump_json()) == asked
    assert json.loads(asked.model_copy(update={"guess": "a"}).model_dump_json())["guess"] == "a"
