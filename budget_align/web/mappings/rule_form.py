"""What the rule editor's form holds, from a rule or from what a person typed, and the facts of a rule from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from budget_align.core.editing.edits import make_rule_id
from budget_align.core.returns.budget_line import FLOW_NAMES, FLOWS
from budget_align.core.rules.condition import NEGATED, VERBS, Condition
from budget_align.core.rules.contribution import read_effects, write_effects
from budget_align.core.rules.mapping import Rule, make_rule
from budget_align.core.values.evidence import GRADES
from budget_align.core.values.exact import format_parts
from budget_align.core.values.fiscal_year import APRIL, FiscalCalendar, read_year
from budget_align.core.values.refusal import RefusedError

VERB_CHOICES = {
    **{verb: text for verb, text in VERBS.items() if verb != "pattern"},
    **{f"not {verb}": text for verb, text in NEGATED.items() if verb != "pattern"},
    "pattern": "matches the pattern (RE2)",
    "not pattern": "does not match the pattern (RE2)",
}
"""The verbs of the form, those for which a person must know patterns last."""

ANY_FLOW = "any"
FLOW_CHOICES = {
    "": "Expenditure, as rules do unless they say otherwise",
    "expenditure": "Expenditure, said in the rule",
    "income": "Income: fees, charges, grants received",
    "financing": "Financing: borrowing and repayment",
    ANY_FLOW: "Any of them",
}
"""The flows of the form; expenditure is what rules take unless they say otherwise."""

KINDS = {
    "to": "Outcomes, by fixed shares",
    "none": "No outcome, on purpose",
    "follows": "Overhead: what other money serves",
    "driver": "Outcomes, by a driver's measures",
}
SPARE_CONDITIONS, SPARE_SHARES = 1, 2
_FLOWS = {name.casefold(): flow for flow, name in FLOW_NAMES.items()}


@dataclass(frozen=True)
class RuleForm:
    """The fields of the form. `conditions` are field, verb and words, a line each; `shares` are code and percent;
    `flow` is one of `FLOW_CHOICES`.
    """

    id: str = ""
    flow: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()
    kind: str = "to"
    shares: tuple[tuple[str, str], ...] = ()
    follows: str = "body"
    driver: str = ""
    none: str = ""
    transfer_to: str = ""
    contribution: str = "direct"
    first_year: str = ""
    last_year: str = ""
    why: str = ""
    evidence: str = ""
    grade: str = ""
    effects: str = ""
    words: str = ""

    def to_rule(self, actor: str, taken: Sequence[str], calendar: FiscalCalendar) -> Rule:
        """The rule that the form describes.

        Args:
            actor: who writes it.
            taken: ids of other rules.
            calendar: how the government writes its years.

        Raises:
            RefusedError: something is missing or wrong; the sentence says what.
        """
        conditions = [c for c in self.conditions if c[2].strip() or c[1].endswith("between")]
        if not self.flow and not any(c[2].strip() for c in conditions):
            raise RefusedError("bad-rule", "Say which lines the rule takes: enter at least one condition.")
        said = [c[2].split("\n")[0] for c in conditions[-2:]] or [self.flow]
        facts: dict[str, Any] = {
            "id": self.id.strip() or make_rule_id(" ".join(said), taken),
            "when": [
                *_flow_condition(self.flow, conditions),
                *(_condition(*c, calendar) for c in conditions if c[2].strip()),
            ],
            "transfer_to": self.transfer_to,
            "contribution": self.contribution if self.contribution in ("direct", "enabling") else "direct",
            "first_year": read_year(self.first_year, calendar) if self.first_year.strip() else None,
            "last_year": read_year(self.last_year, calendar) if self.last_year.strip() else None,
            "why": self.why,
            "evidence": self.evidence,
            "grade": self.grade or None,
            "effects": read_effects(self.effects),
            "author": actor,
        }
        if self.kind == "to":
            shares = [(code, percent.strip()) for code, percent in self.shares if code and percent.strip()]
            twice = [code for code, _ in shares if [c for c, _ in shares].count(code) > 1]
            if twice:
                raise RefusedError("bad-rule", f"The outcome {twice[0]!r} stands twice; give it one share.")
            if not shares:
                raise RefusedError("bad-rule", "Choose an outcome and its share, or another way to split the lines.")
            facts["to"] = dict(shares)
        elif self.kind == "none":
            if not self.none.strip():
                raise RefusedError("bad-rule", "Name the reason why the lines serve no outcome, such as debt interest.")
            facts["none"] = self.none
        elif self.kind == "driver":
            if not self.driver:
                raise RefusedError("bad-rule", "Choose a driver; upload its measures first if there is none.")
            facts["driver"] = self.driver
        else:
            facts |= {"follows": self.follows, "driver": self.driver}
        if not self.why.strip():
            raise RefusedError("bad-rule", "Say why: a rule without a reason cannot be checked by anyone.")
        return make_rule(facts, "The rule")


def from_rule(rule: Rule, calendar: FiscalCalendar) -> RuleForm:
    """The form filled in as a rule says, its years as the calendar writes them."""
    kind = "to" if rule.to else "none" if rule.none else "follows" if rule.follows else "driver"
    flow, conditions = _split_flow(rule.when)
    return RuleForm(
        id=rule.id,
        flow=flow,
        conditions=tuple(_said(c, calendar) for c in conditions),
        kind=kind,
        shares=tuple((code, format_parts(part).removesuffix("%")) for code, part in rule.to.items()),
        follows=rule.follows or "body",
        driver=rule.driver,
        none=rule.none,
        transfer_to=rule.transfer_to,
        contribution=rule.contribution,
        first_year=calendar.label(rule.first_year) if rule.first_year is not None else "",
        last_year=calendar.label(rule.last_year) if rule.last_year is not None else "",
        why=rule.why,
        evidence=rule.evidence,
        grade=rule.grade or "",
        effects=write_effects(rule.effects, "\n"),
    )


def from_conditions(
    conditions: Sequence[Condition], shares: Sequence[tuple[str, str]], words: str, calendar: FiscalCalendar
) -> RuleForm:
    """A new rule for a group of lines."""
    flow, others = _split_flow(conditions)
    said = tuple(_said(c, calendar) for c in others)
    return RuleForm(flow=flow, conditions=said, shares=tuple(shares), words=words)


def from_request(form: MultiDict[str, str]) -> RuleForm:
    """What a person typed."""

    def said(name: str) -> str:
        return form.get(name, "").strip()

    conditions = zip(form.getlist("field"), form.getlist("verb"), form.getlist("words"), strict=False)
    return RuleForm(
        id=said("rule_id"),
        flow=said("flow") if said("flow") in FLOW_CHOICES else "",
        conditions=tuple((f, v, w.replace("\r\n", "\n")) for f, v, w in conditions if f in ("",) or w.strip()),
        kind=said("kind") if said("kind") in KINDS else "to",
        shares=tuple(
            (code, percent.strip())
            for code, percent in zip(form.getlist("outcome"), form.getlist("percent"), strict=False)
            if code or percent.strip()
        ),
        follows=said("follows") if said("follows") in ("unit", "body", "all") else "body",
        driver=said("driver_overhead") if said("kind") == "follows" else said("driver"),
        none=said("none"),
        transfer_to=said("transfer_to"),
        contribution=said("contribution"),
        first_year=said("first_year"),
        last_year=said("last_year"),
        why=said("why"),
        evidence=said("evidence"),
        grade=said("grade") if said("grade") in GRADES else "",
        effects=form.get("effects", "").replace("\r\n", "\n").strip(),
        words=said("group_words"),
    )


def _split_flow(conditions: Sequence[Condition]) -> tuple[str, list[Condition]]:
    """Which of `FLOW_CHOICES` some conditions ask for, and the others; what no choice says stays a row."""
    flow = ""
    rest: list[Condition] = []
    for condition in conditions:
        words = {word.casefold() for word in condition.words}
        plain = condition.field == "flow" and condition.verb == "equals" and not condition.negated and not flow
        if plain and words == set(FLOWS):
            flow = ANY_FLOW
        elif plain and len(words) == 1:
            # Expenditure said stays said, since a rule is another one with it than without.
            flow = min(words)
        else:
            rest.append(condition)
    return flow, rest


def _flow_condition(flow: str, rows: Sequence[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The condition that a choice of flow stands for; none for the usual one, which rules take by themselves."""
    if not flow:
        return []
    if any(field == "flow" and words.strip() for field, _, words in rows):
        raise RefusedError("bad-rule", "Say the flow once: in the list, or in a row of its own.")
    return [{"field": "flow", "verb": "equals", "words": list(FLOWS) if flow == ANY_FLOW else [flow]}]


def _said(condition: Condition, calendar: FiscalCalendar) -> tuple[str, str, str]:
    """A condition as the form holds it: field, verb and words, a line each."""
    verb = f"{'not ' if condition.negated else ''}{condition.verb}"
    return condition.field, verb, "\n".join(write_words(condition, calendar))


def write_words(condition: Condition, calendar: FiscalCalendar) -> list[str]:
    """The words of a condition as a government's people read them: years as they write them, flows by their names."""
    if condition.field == "flow" and condition.verb == "equals":
        return [FLOW_NAMES.get(word, word) for word in condition.words]
    if condition.field != "fiscal_year" or condition.verb not in ("equals", "between"):
        return list(condition.words)
    found = [APRIL.find_years(word) for word in condition.words]
    return [calendar.label(years[0]) if years else word for word, years in zip(condition.words, found, strict=True)]


def _condition(field: str, verb: str, words: str, calendar: FiscalCalendar) -> dict[str, Any]:
    negated = verb.startswith("not ")
    plain = verb.removeprefix("not ")
    lines = [line.strip() for line in words.split("\n")]
    # The two bounds of a range are a line each; one that is left out is no bound.
    lines = [*lines, "", ""][:2] if plain == "between" else [line for line in lines if line]
    if field == "fiscal_year" and plain in ("equals", "between"):
        # Rules hold years as spans, whichever way their government writes them.
        lines = [APRIL.label(read_year(line, calendar)) if line else "" for line in lines]
    if field == "flow" and plain == "equals":
        lines = [_FLOWS.get(line.casefold(), line) for line in lines]
    return {"field": field, "verb": plain, "words": lines, "negated": negated}
