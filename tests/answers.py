"""Questions answered as a person answers them: by what an option says."""

from __future__ import annotations

from budget_align.core.returns.reading import Question, Reading


def open_question(reading: Reading, topic: str) -> Question:
    """The one open question of a topic."""
    (question,) = [question for question in reading.questions if question.topic == topic]
    return question


def answered(reading: Reading, **said: str) -> dict[str, str]:
    """What settles the open questions of some topics: the option whose label holds the words, or else the words."""
    settled = {}
    for topic, words in said.items():
        question = open_question(reading, topic)
        values = [option.value for option in question.options if words in option.label]
        assert len(values) == 1 or not question.options, f"{words!r} is no option of {question.options}"
        settled[question.id] = values[0] if values else words
    return settled


def comes_to(question: Question) -> dict[str, int]:
    """What each option of a question comes to in all, in minor units, by its label."""
    return {option.label: sum(total.amount for total in option.totals) for option in question.options}
