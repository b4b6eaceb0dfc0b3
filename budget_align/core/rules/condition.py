"""Conditions: what a field of a budget line must say for a rule to take the line.

Each condition looks at one field in one way; a rule's conditions all have to hold. Texts are compared without letter
case and with single spaces. A pattern runs on RE2, whose time grows with the text alone, so that none can run away.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from budget_align.core.returns.line_terms import FLOWS, UNIT_SEPARATOR
from budget_align.core.values.fiscal_year import APRIL
from budget_align.core.values.folding import fold

TEXT_FIELDS = (
    "body",
    "level",
    "unit",
    "programme_code",
    "programme",
    "account_code",
    "account",
    "control",
    "flow",
    "stage",
    "version",
    "counterpart",
    "description",
    "sheet",
)
FIELDS = (*TEXT_FIELDS, "fiscal_year", "amount")
"""The fields of a budget line that a condition may look at; what a workbook says beside is `extra.` and its name."""

EXTRA = "extra."

FIELD_NAMES = {
    "body": "Body",
    "level": "Level of government",
    "unit": "Unit",
    "programme_code": "Programme code",
    "programme": "Programme",
    "account_code": "Account code",
    "account": "Account",
    "control": "Budget control",
    "flow": "Flow",
    "stage": "Stage",
    "version": "Version",
    "counterpart": "Counterpart",
    "description": "Description",
    "sheet": "Sheet",
    "fiscal_year": "Financial year",
    "amount": "Amount",
}
"""The words for each field, the same on pages, in workbooks and in reports."""


def field_name(field: str) -> str:
    """The words for a field; what a workbook says beside is called as the workbook calls it."""
    return FIELD_NAMES.get(field, field.removeprefix(EXTRA))


Verb = Literal["equals", "prefix", "contains", "under", "pattern", "between"]
VERBS: dict[Verb, str] = {
    "equals": "is",
    "prefix": "begins with",
    "contains": "contains",
    "under": "is under",
    "pattern": "matches the pattern",
    "between": "is between",
}
NEGATED: dict[Verb, str] = {
    "equals": "is not",
    "prefix": "does not begin with",
    "contains": "does not contain",
    "under": "is not under",
    "pattern": "does not match the pattern",
    "between": "is not between",
}
"""The words for a verb and for its opposite, the same on pages, in workbooks and in reports."""

_LONGEST_PATTERN = 500
Bounds = tuple[Any, Any]
"""A lower and an upper bound, two numbers or two texts; None for no bound."""


class Condition(BaseModel):
    """What one field must say. Any one of the words is enough; negated, none of them may hold.

    `equals` is the whole field, `prefix` its beginning, `contains` any part of it, `under` a node of the unit tree
    with all below it, `pattern` an RE2 expression found anywhere in it, and `between` a range from the first word to
    the second, either of which may be empty for no bound. A range compares numbers where its bounds are numbers,
    fiscal years for `fiscal_year`, units of the government's currency for `amount`, and texts otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    field: str
    verb: Verb
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    negated: bool = False

    @field_validator("field")
    @classmethod
    def _known(cls, field: str) -> str:
        if field in FIELDS or (field.startswith(EXTRA) and len(field) > len(EXTRA)):
            return field
        raise ValueError(f"{field!r} is no field of a budget line; use one of {', '.join(FIELDS)} or {EXTRA}NAME")

    @field_validator("words", mode="before")
    @classmethod
    def _on_one_line(cls, words: Any) -> Any:
        """Words go into cells and forms a line each, so that a word has none of its own."""
        if not isinstance(words, list | tuple):
            return words
        return tuple(" ".join(w.splitlines()) if isinstance(w, str) else w for w in words)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.verb == "between":
            if len(self.words) != 2 or not any(self.words):
                raise ValueError(f"{self.field} between: give a lower and an upper bound, one of which may be empty")
            low, high = _bounds(self.field, *self.words)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{self.field} between {self.words[0]} and {self.words[1]} holds nothing")
        elif self.field == "flow" and self.verb == "equals" and not {fold(word) for word in self.words} <= set(FLOWS):
            raise ValueError(f"{' or '.join(self.words)!r} is no flow; use one of {', '.join(FLOWS)}")
        elif not all(self.words):
            raise ValueError(f"{self.field} {VERBS[self.verb]}: a word is empty")
        if self.verb == "pattern":
            for word in self.words:
                compile_pattern(word)
        return self

    def matches(self, text: str) -> bool:
        """Whether a field's text meets the condition; an amount is in units of currency, a year its first year."""
        return bool(self.places(FieldTexts([text])))

    def places(self, texts: FieldTexts) -> list[int]:
        """Where a field's distinct texts meet the condition; a place may stand twice."""
        if self.verb == "between":
            bounds = _bounds(self.field, *self.words)
            met = [i for i, text in enumerate(texts.folded) if _within(text, bounds)]
        else:
            met = [i for word in self.words for i in self._found(word, texts)]
        return sorted(set(range(len(texts.folded))) - set(met)) if self.negated else met

    def _found(self, word: str, texts: FieldTexts) -> list[int]:
        if self.verb == "pattern":
            pattern = compile_pattern(word)
            return [i for i, text in enumerate(texts.spaced) if pattern.search(text)]
        if self.field == "fiscal_year" and (years := APRIL.find_years(word)):
            word = str(years[0])
        folded = fold(word)
        if self.verb == "equals":
            return texts.equal_to(folded)
        if self.verb == "prefix":
            return texts.beginning_with(folded)
        if self.verb == "under":
            below = texts.beginning_with(fold(word + UNIT_SEPARATOR) + " ")
            return texts.equal_to(folded) + below
        return [i for i, text in enumerate(texts.folded) if folded in text]

    def covers(self, other: Condition) -> bool:
        """Whether every text that meets the other condition surely meets this one; False where it is not sure."""
        if self.field != other.field:
            return False
        if self == other:
            return True
        if self.negated or other.negated:
            both = self.negated and other.negated and self.verb == other.verb
            return both and {fold(w) for w in self.words} <= {fold(w) for w in other.words}
        if self.verb in ("pattern", "between") or other.verb in ("pattern", "between"):
            return False
        return all(any(self._word_covers(mine, other.verb, theirs) for mine in self.words) for theirs in other.words)

    def _word_covers(self, mine: str, verb: Verb, theirs: str) -> bool:
        one, other = fold(mine), fold(theirs)
        if self.verb == "contains":
            return one in other
        if self.verb == "prefix":
            return verb != "contains" and other.startswith(one)
        if self.verb == "under":
            below = other.startswith(fold(mine + UNIT_SEPARATOR) + " ")
            return verb != "contains" and (below or (other == one and verb in ("equals", "under")))
        return verb == "equals" and one == other

    def __str__(self) -> str:
        verb = (NEGATED if self.negated else VERBS)[self.verb]
        if self.verb == "between":
            low, high = self.words
            if not low or not high:
                return f"is {'not ' if self.negated else ''}{'at least ' + low if low else 'at most ' + high}"
            return f"{verb} {low} and {high}"
        return f"{verb} {' or '.join(self.words)}"


def read_conditions(value: Any) -> Any:
    """Conditions as a TOML file writes them, by field, as a list of conditions; anything else as it is.

    A word or a list of words alone means `equals`; a table names its verbs, all of which have to hold; `not` holds
    the verbs that must not.
    """
    if not isinstance(value, dict):
        return value
    found: list[dict[str, Any]] = []
    for field, said in value.items():
        verbs = said if isinstance(said, dict) else {"equals": said}
        # Mappings were once stored with every verb, those without words too.
        verbs = {verb: words for verb, words in verbs.items() if words not in ([], ())}
        if not verbs:
            raise ValueError(f"{field} needs equals, prefix, contains, under, pattern, between or not")
        refused = verbs.get("not", {})
        refused = refused if isinstance(refused, dict) else {"equals": refused}
        for negated, each in ((False, {k: v for k, v in verbs.items() if k != "not"}), (True, refused)):
            for verb, words in each.items():
                listed = [str(w) for w in words] if isinstance(words, list | tuple) else [str(words)]
                found.append({"field": field, "verb": verb, "words": listed, "negated": negated})
    return found


EXPENDITURE: Final = Condition(field="flow", verb="equals", words=("expenditure",))
"""What a rule that says nothing of flow is taken to say."""


class FieldTexts:
    """The distinct texts of one field, laid out so that conditions are met without walking over all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.spaced = [" ".join(text.split()) for text in texts]
        self.folded = [text.casefold() for text in self.spaced]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for position, text in enumerate(self.folded):
            places.setdefault(text, []).append(position)
        return places

    @cached_property
    def _order(self) -> list[int]:
        return sorted(range(len(self.folded)), key=self.folded.__getitem__)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.folded)

    def equal_to(self, folded: str) -> list[int]:
        """Where the text is this one."""
        return self._places.get(folded, [])

    def beginning_with(self, folded: str) -> list[int]:
        """Where the text begins so."""
        first = bisect.bisect_left(self._sorted, folded)
        last = bisect.bisect_left(self._sorted, True, lo=first, key=lambda text: not text.startswith(folded))
        return self._order[first:last]


@lru_cache(maxsize=2_000)
def compile_pattern(pattern: str) -> Any:
    """The pattern on the linear-time engine, letter case aside.

    Raises:
        ValueError: it is no pattern, or longer or larger than is sensible; the sentence says which.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"the pattern has {len(pattern)} characters; use at most {_LONGEST_PATTERN}")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"the pattern {pattern!r} cannot be used: {said}") from error


def extra_texts(extras: Sequence[str], name: str) -> list[str]:
    """What the JSON objects of `extra` say under a name; empty where they do not."""
    return [str(json.loads(extra or "{}").get(name, "")) for extra in extras]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _bounds(field: str, low: str, high: str) -> Bounds:
    """Both bounds as what the field is compared by; None for no bound.

    Raises:
        ValueError: a bound of years or amounts is none.
    """
    said = [word for word in (low, high) if word]
    numbers: dict[str, Decimal | None]
    if field == "fiscal_year":
        years = {word: APRIL.find_years(word) for word in said}
        numbers = {word: Decimal(found[0]) if len(found) == 1 else None for word, found in years.items()}
        problem = "no fiscal year; write it as 2026-27, or by the calendar year in which it begins"
    else:
        numbers = {word: _number(word) for word in said}
        problem = "no amount; write units of currency in digits"
    wrong = [word for word, number in numbers.items() if number is None]
    if not wrong:
        return numbers.get(low), numbers.get(high)
    if field in ("fiscal_year", "amount"):
        raise ValueError(f"{wrong[0]!r} is {problem}")
    return (fold(low) if low else None), (fold(high) if high else None)


def _within(folded: str, bounds: Bounds) -> bool:
    low, high = bounds
    value: Any = folded
    if isinstance(low if low is not None else high, Decimal):
        value = _number(folded)
    if value is None or value == "":
        return False
    return (low is None or low <= value) and (high is None or value <= high)
