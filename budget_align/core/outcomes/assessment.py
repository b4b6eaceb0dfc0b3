"""Assessments of policies: which way, and how strongly, a policy works on an outcome, as somebody found who looked.

They stand beside an outcome's money and change no sum. A line of a budget says what its money is for; what acts is the
policy that it pays for, and that may act by law or advice and hardly by money. So the Scottish Government, which sorts
its budget's lines by their effect on the climate, assesses policies beside them (Net Zero Assessment, report of the
pilot, annex B, after the Fraser of Allander Institute).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from budget_align.core.returns.budget_line import UNIT_SEPARATOR
from budget_align.core.rules.contribution import Effect

_MOST_CONCERNED: Final = 50


class Assessment(BaseModel):
    """What somebody found of a policy's effect on an outcome.

    Attributes:
        by: who assessed it, such as a fiscal council or the department itself.
        on: of which day the assessment is.
        link: where it can be read.
        concerns: the bodies and programmes that carry the policy out, as `concern` writes them; none for all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    outcome: Annotated[str, Field(min_length=1, max_length=80)]
    policy: Annotated[str, Field(min_length=1, max_length=300)]
    effect: Effect
    by: Annotated[str, Field(min_length=1, max_length=200)]
    on: date
    link: Annotated[str, Field(max_length=500, pattern=r"^https?://\S+$")]
    concerns: Annotated[tuple[str, ...], Field(max_length=_MOST_CONCERNED)] = ()


def concern(body: str, programme: str = "") -> str:
    """A body, or one of its programmes, as an assessment names it."""
    return f"{body}{UNIT_SEPARATOR}{programme}" if programme else body


def find_concerned(said: Iterable[str], programmes: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], list[str]]:
    """What is said to be concerned, as the budget writes it, and what of it the budget does not know.

    Args:
        said: bodies, or bodies and programmes apart by ▸ or >, in any case.
        programmes: the bodies and programmes of the budget.
    """
    known: dict[str, str] = {}
    for body, programme in programmes:
        known[body.casefold()] = body
        known[concern(body, programme).casefold()] = concern(body, programme)
    found, unknown = [], []
    for each in said:
        parts = [part.strip() for part in each.replace(">", UNIT_SEPARATOR.strip()).split(UNIT_SEPARATOR.strip())]
        words = UNIT_SEPARATOR.join(part for part in parts if part)
        if not words:
            continue
        name = known.get(words.casefold())
        if name is None:
            unknown.append(words)
        elif name not in found:
            found.append(name)
    return tuple(found), unknown
