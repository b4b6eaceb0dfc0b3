"""Outcome frameworks: missions, the outcomes under them and the indicators that tell of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from budget_align.core.values.refusal import RefusedError

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


def _check_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError(f"{text!r} is no code; use small letters, digits, dots and hyphens, at most 64 of them")
    return text


Code = Annotated[str, AfterValidator(_check_code)]
_NoneOrCode = Annotated[str, AfterValidator(lambda text: _check_code(text) if text else text)]
Name = Annotated[str, Field(min_length=1, max_length=300)]


MISSION: Final = "mission:"
"""Before the code of a mission where money is given to one, so that it is not taken for an outcome's."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Indicator(_Fact):
    """A measure that tells whether an outcome moves."""

    name: Name
    measure: str = ""
    territory: str = ""


class Target(_Fact):
    """A part of an outcome that was promised by itself, such as target 3.4 of the Sustainable Development Goals.

    Attributes:
        about: what it speaks of, after its source, for suggestions.
    """

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$")]
    name: Name
    about: Annotated[str, Field(max_length=1000)] = ""


class Outcome(_Fact):
    """What a government promises to bring about.

    Attributes:
        milestone: the measurable promise, where one is published.
        about: the usual terms of its field, for suggestions.
        words: what budgets call the things that serve it, for suggestions.
        weight: what it weighs within its mission, in percent, where the framework says so.
        succeeds: the outcomes of the version before that it continues; none for one that is new.
        takes: how many percent of each of those it takes, where the framework says so. One that alone continues an
            outcome takes all of it without a word.
    """

    code: Code
    name: Name
    description: str = ""
    milestone: str = ""
    territory: str = ""
    about: Annotated[str, Field(max_length=10_000)] = ""
    words: tuple[str, ...] = ()
    weight: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    succeeds: tuple[Code, ...] = ()
    takes: dict[Code, Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)]] = {}
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()


class Mission(_Fact):
    """A group of outcomes under one purpose."""

    code: Code
    name: Name
    description: str = ""
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]


class Framework(_Fact):
    """One version of a set of missions, outcomes and indicators.

    Attributes:
        starts: since when it is in force; None for one that is proposed.
        family: what its versions have in common, such as scotland-npf; empty for one that has no other version.
        succeeds: the code of the version before it.
    """

    code: Code
    name: Name
    government: Name
    version: Name
    starts: date | None = None
    ends: date | None = None
    proposed: bool = False
    family: _NoneOrCode = ""
    succeeds: _NoneOrCode = ""
    source: Name
    note: str = ""
    missions: Annotated[tuple[Mission, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Framework:
        for kind, codes in (
            ("mission", [mission.code for mission in self.missions]),
            ("outcome", [outcome.code for outcome in self.outcomes()]),
            ("target", [target.code for outcome in self.outcomes() for target in outcome.targets]),
        ):
            twice = [code for code, count in Counter(codes).items() if count > 1]
            if twice:
                raise ValueError(f"the {kind} code {twice[0]!r} stands twice; give each its own")
        return self

    @model_validator(mode="after")
    def _weights_add_up(self) -> Framework:
        for mission in self.missions:
            stated = [outcome.weight for outcome in mission.outcomes if outcome.weight is not None]
            if stated and len(stated) < len(mission.outcomes):
                raise ValueError(f"some outcomes of {mission.name!r} have a weight and others none; give each one")
            if stated and sum(stated) != 100:
                raise ValueError(f"the weights of the outcomes of {mission.name!r} add up to {sum(stated)}, not 100")
        return self

    @model_validator(mode="after")
    def _time_goes_on(self) -> Framework:
        if self.starts is None and not self.proposed:
            raise ValueError("starts: say since when it is in force, or that it is proposed")
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise ValueError("it ends before it starts")
        if not self.succeeds and any(outcome.succeeds for outcome in self.outcomes()):
            raise ValueError("succeeds: say which version its outcomes continue")
        return self

    @model_validator(mode="after")
    def _what_is_taken_is_there_once(self) -> Framework:
        taken: dict[str, Decimal] = {}
        for outcome in self.outcomes():
            for code, percent in outcome.takes.items():
                if code not in outcome.succeeds:
                    raise ValueError(f"{outcome.name!r} takes a share of {code!r}, which it does not say it continues")
                taken[code] = taken.get(code, Decimal(0)) + percent
        for code, percent in taken.items():
            if percent > 100:
                raise ValueError(f"the outcomes that continue {code!r} take {percent}% of it, more than there is")
        for outcome in self.outcomes():
            for code in outcome.succeeds:
                if code in taken and code not in outcome.takes:
                    said = f"some outcomes say what share of {code!r} they take and {outcome.name!r} does not"
                    raise ValueError(said)
        return self

    @classmethod
    @lru_cache(maxsize=32)
    def from_json(cls, text: str) -> Framework:
        """The framework that was kept as JSON; those of late are at hand, since each page of a run asks."""
        return cls.model_validate_json(text)

    def outcomes(self) -> Iterator[Outcome]:
        """Each outcome, in the framework's order."""
        for mission in self.missions:
            yield from mission.outcomes

    def identity(self) -> str:
        """All that the framework says and that a run rests on, as text: not its place among its versions, nor the
        words that serve suggestions alone.
        """
        apart = {"about", "words", "weight", "succeeds", "takes", "targets"}
        around = dict.fromkeys(("ends", "proposed", "family", "succeeds"), True)
        return self.model_dump_json(exclude={**around, "missions": {"__all__": {"outcomes": {"__all__": apart}}}})

    def kept(self) -> str:
        """The framework as a run keeps it, as text: without the terms that serve suggestions alone."""
        return self.model_dump_json(exclude={"missions": {"__all__": {"outcomes": {"__all__": {"about"}}}}})

    def outcome_names(self) -> dict[str, str]:
        """The name of each outcome by its code, in the framework's order."""
        return {outcome.code: outcome.name for outcome in self.outcomes()}

    def names(self) -> dict[str, str]:
        """The name of everything that money can be given to, by code: outcomes, and missions as `mission:` and code."""
        missions = {f"{MISSION}{mission.code}": mission.name for mission in self.missions}
        return {**self.outcome_names(), **missions}

    def is_outcome(self, code: str) -> bool:
        """Whether a code is an outcome's, and not that of a mission as a whole."""
        return not code.startswith(MISSION)

    def outcome(self, code: str) -> Outcome | None:
        """The outcome of a code; a mission as one where the code begins with `mission:`; None where there is none."""
        for mission in self.missions:
            if code == f"{MISSION}{mission.code}":
                return Outcome(code=mission.code, name=mission.name, description=mission.description)
        return next((outcome for outcome in self.outcomes() if outcome.code == code), None)

    def told_of(self) -> dict[str, str]:
        """The name of everything that an indicator can tell of, by code: outcomes, and their targets."""
        targets = {target.code: f"{target.code} {target.name}" for o in self.outcomes() for target in o.targets}
        return {**self.outcome_names(), **targets}

    def mission_of(self) -> dict[str, str]:
        """The code of each outcome's mission, as `names` gives it."""
        return {outcome.code: f"{MISSION}{mission.code}" for mission in self.missions for outcome in mission.outcomes}

    def indicator_count(self) -> int:
        """How many indicators the outcomes have together."""
        return sum(len(outcome.indicators) for outcome in self.outcomes())


def parse_framework(facts: Mapping[str, Any], named: str) -> Framework:
    """A framework from its facts, as a TOML file holds them.

    Args:
        facts: the parsed file.
        named: what to call it in a refusal, such as its file name.

    Raises:
        RefusedError: something is missing, unknown or stands twice; the sentence says where.
    """
    try:
        return Framework.model_validate(facts)
    except ValidationError as error:
        raise RefusedError("bad-framework", f"{named}: {first_problem(error)}") from error


def first_problem(error: ValidationError) -> str:
    """The first of a validation's problems as a sentence: where it is and what is wrong."""
    problem = error.errors(include_url=False)[0]
    where = " ▸ ".join(str(part + 1) if isinstance(part, int) else str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message}." if where else f"{message}."
