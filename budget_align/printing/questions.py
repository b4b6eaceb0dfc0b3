"""Questions of a reading, for a person and for software."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from budget_align.core.returns.reading import Option, Question
from budget_align.core.values.terms import Terms

_TOTALS_SAID = 3


def show_questions(questions: Sequence[Question], terms: Terms) -> None:
    """Prints each question with its options, what they come to, and how it is answered."""
    for question in questions:
        click.echo(f"\nOnly you can say: {question.prompt}")
        for option in question.options:
            mark = "*" if option.value == question.guess else " "
            click.echo(f" {mark} --answer {question.id}={option.value}   {describe(option, terms)}")
        if not question.options:
            said = f" (our guess: {question.guess})" if question.guess else ""
            click.echo(f"   --answer {question.id}=WORDS{said}")


def describe(option: Option, terms: Terms) -> str:
    """An option with what the workbook comes to with it."""
    flows = len({total.flow for total in option.totals}) > 1
    said = [
        f"{total.stage} {total.fiscal_year}{f' {total.flow}' if flows else ''} {terms.amount(total.amount)}"
        for total in option.totals[:_TOTALS_SAID]
    ]
    more = len(option.totals) - _TOTALS_SAID
    return option.label + (f" · {' · '.join(said)}" if said else "") + (f" · and {more} more" if more > 0 else "")


def questions_as_json(questions: Sequence[Question], terms: Terms) -> str:
    """The questions for software: amounts in minor units of the currency named."""
    said = {
        "currency": terms.currency.code,
        "minor_unit": terms.minor_unit,
        "questions": [question.model_dump(mode="json") for question in questions],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
