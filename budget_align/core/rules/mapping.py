"""Mappings: an ordered set of rules, each of which says what the lines that it takes serve, and why.

The first rule whose conditions a line meets decides it. A rule splits its lines in one of four ways: by fixed shares
over outcomes; by a driver, a table of measures; as overhead, which follows where other money went; or to none, on
purpose and with a named reason. Shares are whole parts per million; what they leave of a line is unaligned, and so is
a line that no rule takes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Lookup
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from budget_align.core.frameworks.framework import MISSION, Framework, Name, first_problem
from budget_align.core.rules.condition import EXPENDITURE, Condition, read_conditions
from budget_align.core.rules.contribution import POSITIVE, Effect
from budget_align.core.values.evidence import Grade
from budget_align.core.values.exact import WHOLE, format_parts, scale_exactly
from budget_align.core.values.fiscal_year import APRIL
from budget_align.core.values.refusal import RefusedError

UNALIGNED: Final = ""
"""The outcome code of money that no rule gave to any outcome."""

Follows = Literal["", "unit", "body", "all"]
FOLLOWS: dict[Follows, str] = {
    "unit": "the direct spend of its own unit",
    "body": "the direct spend of its body",
    "all": "all direct spend",
}
"""What the words of an overhead rule mean."""

Contribution = Literal["direct", "enabling"]
Overheads = Literal["direct", "step-down", "reciprocal"]

_STORED = {"shares": "parts per million"}
"""Tells validation that a mapping was stored, so that its shares are no percentages."""

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Rule(_Part):
    """What the lines that meet every condition of `when` serve.

    Attributes:
        to: parts per million by the code of an outcome, or of a mission with `MISSION` before it, whose outcomes then
            split by the mission's own shares.
        driver: the name of a table of measures. Alone it splits each line by the measures per outcome of its unit
            or body and year; with `follows` it says how much of the overhead each unit draws.
        follows: the lines are overhead, and go where the direct spend in that scope went.
        none: the lines serve no outcome on purpose; the name of the reason, such as debt interest.
        transfer_to: the lines are transfers to that body or level of government, so that a view that holds both
            counts them once.
        contribution: whether the money brings the outcome about, or enables others to.
        first_year, last_year: the financial years that the rule is in effect, both included; None for no bound.
        evidence: a link to what the rationale rests on.
        grade: how well it is known that the money serves this, where it is not as `evidence_grade` takes it to be.
        effects: by the code of an outcome, which way and how strongly the money works on it, where it is not simply to
            the good of those that it is given to. An outcome that it is not given to may be worked on too.
    """

    id: RuleId
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    to: dict[str, int] = {}
    driver: Annotated[str, Field(max_length=64)] = ""
    follows: Follows = ""
    none: Annotated[str, Field(max_length=120)] = ""
    transfer_to: Annotated[str, Field(max_length=200)] = ""
    contribution: Contribution = "direct"
    first_year: int | None = None
    last_year: int | None = None
    why: Reason
    evidence: Annotated[str, Field(max_length=500)] = ""
    author: Annotated[str, Field(max_length=254)] = ""
    dated: date | None = None
    grade: Grade | None = None
    effects: dict[str, Effect] = {}

    @field_validator("when", mode="before")
    @classmethod
    def _read_when(cls, value: Any) -> Any:
        return read_conditions(value)

    @field_validator("to", mode="before")
    @classmethod
    def _read_percentages(cls, value: Any, info: ValidationInfo) -> Any:
        return _parts_per_million(value, info)

    @field_validator("first_year", "last_year", mode="before")
    @classmethod
    def _read_year(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        years = APRIL.find_years(value)
        if len(years) != 1:
            raise ValueError(f"{value!r} is no fiscal year; write it as 2026-27")
        return years[0]

    @field_validator("evidence")
    @classmethod
    def _is_a_link(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("evidence is a link; begin it with https://")
        return value

    @model_validator(mode="before")
    @classmethod
    def _name_old_reasons(cls, value: Any, info: ValidationInfo) -> Any:
        """A stored rule without shares was one to none, before reasons had names."""
        old = info.context is _STORED and isinstance(value, dict)
        if old and not any(value.get(key) for key in ("to", "driver", "follows", "none")):
            return {**value, "none": "set aside"}
        return value

    @model_validator(mode="after")
    def _splits_in_one_way(self) -> Self:
        ways = [bool(self.to), bool(self.none), bool(self.driver or self.follows)]
        if sum(ways) != 1:
            raise ValueError(
                f"rule {self.id!r} says {'no' if not any(ways) else 'more than one'} way to split its lines; give "
                "one of to, driver, follows or none"
            )
        if sum(self.to.values()) > WHOLE:
            raise ValueError(f"the shares of rule {self.id!r} add up to more than 100")
        if self.grade == "documented" and not self.evidence:
            raise ValueError(f"rule {self.id!r} is called documented without a link to the statement; give evidence")
        if self.grade == "measured" and not (self.driver or self.evidence):
            raise ValueError(f"rule {self.id!r} is called measured without a driver, or a link to the measurement")
        if self.follows and self.takes_flow("income", "financing"):
            raise ValueError(
                f"rule {self.id!r} lets income or financing follow where other money was spent; overhead is "
                "expenditure, so leave out its condition on the flow and give income its own outcomes"
            )
        if self.first_year is not None and self.last_year is not None and self.first_year > self.last_year:
            raise ValueError(f"rule {self.id!r} ends before it begins")
        return self

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What a line must say for the rule to take it: what it states and, where that says nothing of flow, that the
        line is expenditure, so that income is never mapped by a rule for spending.
        """
        return self.when if any(each.field == "flow" for each in self.when) else (*self.when, EXPENDITURE)

    def takes_flow(self, *flows: str) -> bool:
        """Whether the rule may take a line of any of some flows."""
        said = [each for each in self.conditions if each.field == "flow"]
        return any(all(each.matches(flow) for each in said) for flow in flows)

    @property
    def evidence_grade(self) -> Grade:
        """How well it is known that the money serves what the rule says: as it is stated or, without, measured where a
        driver splits it, documented where a link is given, judged where the rule names its author, else assumed.

        A driver of overhead measures which units draw it, and not what they serve.
        """
        if self.grade is not None:
            return self.grade
        if self.driver and not self.follows:
            return "measured"
        return "documented" if self.evidence else "judged" if self.author else "assumed"

    def effect_on(self, outcome: str) -> Effect:
        """Which way the rule's money works on an outcome that it is given to."""
        return self.effects.get(outcome, POSITIVE)

    @property
    def unaligned_share(self) -> int:
        """The parts per million that fixed shares leave unaligned."""
        return WHOLE - sum(self.to.values())

    @property
    def depends(self) -> bool:
        """Whether the split depends on more than the rule: on measures, or on where other money went."""
        return bool(self.driver or self.follows)

    def describe_split(self, names: Lookup[str, str]) -> list[str]:
        """What the rule does with its lines, a sentence or a share each.

        Args:
            names: by code, as `Framework.names` gives them.
        """
        if self.none:
            return [f"No outcome, on purpose: {self.none}"]
        if self.follows:
            by = f", by the driver {self.driver}" if self.driver else ""
            return [f"Overhead: follows {FOLLOWS[self.follows]}{by}"]
        if self.driver:
            return [f"By the driver {self.driver}"]
        said = [f"{names.get(code, code)} {format_parts(part)}" for code, part in self.to.items()]
        return [*said, f"Unaligned {format_parts(self.unaligned_share)}"] if self.unaligned_share else said

    def in_effect(self, year: int) -> bool:
        """Whether the rule holds for a financial year."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


class Mapping(_Part):
    """An ordered set of rules from budget lines to the outcomes of one framework.

    Attributes:
        missions: by a mission's code, how what is given to it splits over its outcomes, in parts per million.
        overheads: whether overhead goes to direct spend alone; steps down in the order of its rules, each to those
            after it and to direct spend; or is shared among overhead units both ways, solved together.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Name
    framework: str
    author: Name
    note: Annotated[str, Field(max_length=2_000)] = ""
    overheads: Overheads = "direct"
    missions: dict[str, dict[str, int]] = {}
    rules: tuple[Rule, ...] = ()

    @field_validator("missions", mode="before")
    @classmethod
    def _read_missions(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        return {mission: _parts_per_million(shares, info) for mission, shares in value.items()}

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        twice = [rule for rule, count in Counter(rule.id for rule in self.rules).items() if count > 1]
        if twice:
            raise ValueError(f"the rule id {twice[0]!r} stands twice; give each rule its own")
        for mission, shares in self.missions.items():
            if sum(shares.values()) > WHOLE:
                raise ValueError(f"the shares of mission {mission!r} add up to more than 100")
        return self

    def identity(self) -> str:
        """The hash of all that the mapping says; two mappings with the same hash allocate the same."""
        facts = self.model_dump(mode="json")
        for rule in facts["rules"]:
            # Left out where not stated, so that what was approved before there were any has the hash that it had.
            for name in ("grade", "effects"):
                if not rule[name]:
                    del rule[name]
        said = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def to_stored(self) -> str:
        """The mapping as it is kept; `from_stored` reads it back."""
        return self.model_dump_json()

    @classmethod
    @lru_cache(maxsize=32)
    def from_stored(cls, stored: str) -> Mapping:
        """The mapping that `to_stored` kept; those of late are at hand, since each page of a run asks."""
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

    def why_unaligned(self, rule_id: str) -> str:
        """Why a rule left money unaligned: the name under which it is left on purpose, else the rationale; or that no
        rule took it, where the id is empty.
        """
        if not rule_id:
            return "No rule matches it"
        rule = self.rule(rule_id)
        return rule.none or rule.why

    def shares_of(self, rule: Rule) -> dict[str, int]:
        """A rule's fixed shares with missions split over their outcomes, in parts per million."""
        shares: Counter[str] = Counter()
        for code, part in rule.to.items():
            if not code.startswith(MISSION):
                shares[code] += part
                continue
            own = self.missions.get(code.removeprefix(MISSION), {})
            parts = [*own.values(), WHOLE - sum(own.values())]
            for outcome, given in zip(own, scale_exactly(part, parts), strict=False):
                if given:
                    shares[outcome] += given
        return dict(shares)


def read_shares(percentages: Lookup[str, str], named: str) -> dict[str, int]:
    """Parts per million by code from percentages as a person writes them; empty ones are left out.

    Raises:
        RefusedError: one is no percentage, or they add up to more than 100.
    """
    shares: dict[str, int] = {}
    for code, percent in percentages.items():
        if percent.strip():
            try:
                shares[code] = _part_per_million(code, percent)
            except ValueError as error:
                raise RefusedError("bad-mapping", f"{named}: {error}.") from error
    if sum(shares.values()) > WHOLE:
        raise RefusedError("bad-mapping", f"{named}: the shares add up to more than 100.")
    return shares


def make_rule(facts: Lookup[str, Any], named: str) -> Rule:
    """A rule from what a person wrote, its shares as percentages.

    Raises:
        RefusedError: something is missing or wrong; the sentence says what.
    """
    try:
        return Rule.model_validate(dict(facts))
    except ValidationError as error:
        raise RefusedError("bad-rule", f"{named}: {first_problem(error)}") from error


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
    for problem in unknown_codes(mapping, framework):
        raise RefusedError("bad-mapping", f"{named}: {problem}")
    return mapping


def unknown_codes(mapping: Mapping, framework: Framework) -> Iterator[str]:
    """Each outcome or mission that the mapping gives to and its framework lacks, as a sentence."""
    outcomes = framework.outcome_names()
    missions = {mission.code: {o.code for o in mission.outcomes} for mission in framework.missions}
    for rule in mapping.rules:
        for code in rule.effects:
            if code not in outcomes:
                yield f"rule {rule.id!r} works on {code!r}, which is no outcome of {framework.code}."
        for code in rule.to:
            mission = code.removeprefix(MISSION)
            if not code.startswith(MISSION):
                if code not in outcomes:
                    yield f"rule {rule.id!r} gives to {code!r}, which is no outcome of {framework.code}."
            elif mission not in missions:
                yield f"rule {rule.id!r} gives to mission {mission!r}, which {framework.code} does not have."
            elif mission not in mapping.missions:
                yield f"rule {rule.id!r} gives to mission {mission!r}, whose own shares are not stated."
    for mission, shares in mapping.missions.items():
        for outcome in shares:
            if outcome not in missions.get(mission, set()):
                yield f"{outcome!r} is no outcome of mission {mission!r} in {framework.code}."


def _parts_per_million(value: Any, info: ValidationInfo) -> Any:
    """Percentages as a person writes them, with at most four decimal places, as parts per million; in a mapping that
    was stored they are that already.
    """
    if not isinstance(value, dict) or info.context is _STORED:
        return value
    return {str(outcome): _part_per_million(str(outcome), percent) for outcome, percent in value.items()}


def _part_per_million(outcome: str, percent: Any) -> int:
    try:
        said = Decimal(str(percent).strip().removesuffix("%").strip())
        # One with an exponent of a million digits is told from the others before it is written out.
        exact = said * 10_000 if said.is_finite() and -20 < said.adjusted() < 20 else Decimal("NaN")
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 < exact <= WHOLE:
        raise ValueError(
            f"the share of {outcome} is {percent}; write a percentage above 0 and up to 100 with at most four decimal "
            "places"
        )
    return int(exact)
