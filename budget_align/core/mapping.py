"""Mappings: an ordered set of rules, each of which says what the lines that it matches serve, and why.

The first rule that matches a line decides it. A rule's shares are whole parts per million; what they leave of a
line is unaligned, and so is a line that no rule matches.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection
from collections.abc import Mapping as Lookup
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from budget_align.core.budget_line import UNIT_SEPARATOR
from budget_align.core.framework import Framework, Name, first_problem
from budget_align.core.refusal import RefusedError

WHOLE = 1_000_000
"""Parts per million in a whole line."""

LineField = Literal[
    "body",
    "level",
    "unit",
    "programme_code",
    "programme",
    "account_code",
    "account",
    "control",
    "stage",
    "counterpart",
    "description",
]
FIELDS: tuple[str, ...] = get_args(LineField)
"""The fields of a budget line that a condition may look at."""

_STORED = {"shares": "parts per million"}
"""Tells validation that a mapping was stored, so that its shares are no percentages."""

Words = tuple[Annotated[str, Field(min_length=1)], ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Condition(_Part):
    """What a line's field must say. Any one word of a list is enough; letter case and spacing do not count.

    `equals` is the whole field, `prefix` its beginning, `contains` any part of it, and `under` a node of the unit
    tree with all below it.
    """

    equals: Words = ()
    prefix: Words = ()
    contains: Words = ()
    under: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, value: Any) -> Any:
        """A word alone means `equals`, and so does a list; inside, a word alone is a list of one."""
        if isinstance(value, str | list):
            value = {"equals": value}
        if isinstance(value, dict):
            return {key: [words] if isinstance(words, str) else words for key, words in value.items()}
        return value

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.equals or self.prefix or self.contains or self.under):
            raise ValueError("a condition needs equals, prefix, contains or under")
        return self

    def matches(self, text: str) -> bool:
        """Whether a field's text meets the condition."""
        field = fold(text)
        return (
            any(field == fold(word) for word in self.equals)
            or any(field.startswith(fold(word)) for word in self.prefix)
            or any(fold(word) in field for word in self.contains)
            or any(field == fold(word) or field.startswith(fold(word + UNIT_SEPARATOR)) for word in self.under)
        )

    def __str__(self) -> str:
        said = {
            "is": self.equals,
            "begins with": self.prefix,
            "contains": self.contains,
            "is under": self.under,
        }
        return " or ".join(f"{verb} {' or '.join(words)}" for verb, words in said.items() if words)


class Rule(_Part):
    """What the lines that meet every condition of `when` serve: shares by outcome code, in parts per million."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    when: Annotated[dict[LineField, Condition], Field(min_length=1)]
    to: dict[str, int] = {}
    why: Annotated[str, Field(min_length=1, max_length=500)]

    @field_validator("to", mode="before")
    @classmethod
    def _read_percentages(cls, value: Any, info: ValidationInfo) -> Any:
        """Percentages as a person writes them, with at most four decimal places, as parts per million; in a mapping
        that was stored they are that already.
        """
        if not isinstance(value, dict) or info.context is _STORED:
            return value
        shares: dict[str, int] = {}
        for outcome, percent in value.items():
            exact = Decimal(str(percent)) * 10_000
            if exact != exact.to_integral_value() or not 0 < exact <= WHOLE:
                raise ValueError(
                    f"the share of {outcome} is {percent}; write a percentage above 0 and up to 100 with at most "
                    "four decimal places"
                )
            shares[outcome] = int(exact)
        return shares

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if sum(self.to.values()) > WHOLE:
            raise ValueError(f"the shares of rule {self.id!r} add up to more than 100")
        return self

    @property
    def unaligned_share(self) -> int:
        """The parts per million that the rule leaves unaligned."""
        return WHOLE - sum(self.to.values())


class Mapping(_Part):
    """An ordered set of rules from budget lines to the outcomes of one framework."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Name
    framework: str
    author: Name
    note: str = ""
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        twice = [rule for rule, count in Counter(rule.id for rule in self.rules).items() if count > 1]
        if twice:
            raise ValueError(f"the rule id {twice[0]!r} stands twice; give each rule its own")
        return self

    def identity(self) -> str:
        """The hash of all that the mapping says; two mappings with the same hash allocate the same."""
        said = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def to_stored(self) -> str:
        """The mapping as it is kept with a run; `from_stored` reads it back."""
        return self.model_dump_json()

    @classmethod
    def from_stored(cls, stored: str) -> Mapping:
        """The mapping that `to_stored` kept."""
        return cls.model_validate_json(stored, context=_STORED)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def fold(text: str) -> str:
    """The text as conditions compare it: without letter case, with single spaces."""
    return " ".join(text.casefold().split())


def parse_mapping(facts: Lookup[str, Any], frameworks: Lookup[str, Framework], named: str) -> Mapping:
    """A mapping from its facts, as a TOML file holds them, checked against its framework.

    Args:
        facts: the parsed file; a rule's shares are percentages.
        frameworks: the known frameworks by code.
        named: what to call it in a refusal, such as its file name.

    Raises:
        RefusedError: something is missing, unknown or stands twice; the sentence says where.
    """
    try:
        mapping = Mapping.model_validate(facts)
    except ValidationError as error:
        raise RefusedError("bad-mapping", f"{named}: {first_problem(error)}") from error
    framework = frameworks.get(mapping.framework)
    if framework is None:
        known = ", ".join(sorted(frameworks))
        raise RefusedError(
            "bad-mapping", f"{named}: the framework {mapping.framework!r} is not known; use one of {known}."
        )
    outcomes = framework.outcome_names()
    for rule in mapping.rules:
        for outcome in rule.to:
            if outcome not in outcomes:
                raise RefusedError(
                    "bad-mapping",
                    f"{named}: rule {rule.id!r} gives to {outcome!r}, which is no outcome of {framework.code}.",
                )
    return mapping


def match_rules(lines: pd.DataFrame, mapping: Mapping) -> npt.NDArray[np.int64]:
    """The position of the first rule that matches each line; -1 where none does.

    Works on the distinct combinations of the fields that the rules look at, not on lines.
    """
    fields = [field for field in FIELDS if any(field in rule.when for rule in mapping.rules)]
    combination, combinations = _distinct(lines, fields)
    decided = np.full(len(combinations), -1, dtype=np.int64)
    words: dict[str, tuple[npt.NDArray[np.int64], Collection[str]]] = {
        field: pd.factorize(combinations[field]) for field in fields
    }
    for position, rule in enumerate(mapping.rules):
        matched = decided == -1
        for field, condition in rule.when.items():
            codes, texts = words[field]
            meets = np.fromiter((condition.matches(text) for text in texts), dtype=bool, count=len(texts))
            matched &= meets[codes]
        decided[matched] = position
    return decided[combination]


def _distinct(lines: pd.DataFrame, fields: list[str]) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Which distinct combination of the fields each line has, and those combinations in order of appearance."""
    grouped = lines.groupby(fields, sort=False, dropna=False, observed=True)
    combination: npt.NDArray[np.int64] = np.asarray(grouped.ngroup(), dtype=np.int64)
    _, first = np.unique(combination, return_index=True)
    return combination, lines[fields].iloc[first].reset_index(drop=True)
