"""How pages write amounts, shares, years and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flask_login import current_user
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from budget_align.core.allocation.alignment import format_share
from budget_align.core.people.naming import without_addresses
from budget_align.core.returns.bases import describe_version
from budget_align.core.returns.budget_line import CONTROLS, FLOW_NAMES, LEVEL_NAMES
from budget_align.core.returns.budget_version import Version
from budget_align.core.returns.reading import OptionTotal
from budget_align.core.rules.condition import Condition, field_name
from budget_align.core.values.day import format_day
from budget_align.core.values.evidence import part_unit
from budget_align.core.values.exact import format_parts
from budget_align.core.values.terms import Terms
from budget_align.web.mappings.rule_form import write_words

_TOTALS_SAID = 3


def format_sureness(confidence: float) -> str:
    """How sure a belief is, as a whole percentage.

    >>> format_sureness(0.95)
    '95%'
    """
    return f"{confidence:.0%}"


def format_points(share: float) -> str:
    """A share in points of a hundred.

    >>> format_points(0.0312)
    '3.1'
    """
    return f"{share * 100:.1f}"


def format_signed_points(share: float) -> str:
    """The same with its sign.

    >>> format_signed_points(-0.125), format_signed_points(0.02)
    ('−12.5', '+2.0')
    """
    return f"{share * 100:+.1f}".replace("-", "−")


def format_value(value: float) -> str:
    """A value of an indicator, to six figures and never with an exponent.

    >>> format_value(1157600.0), format_value(61.4), format_value(0.00012), format_value(-2840)
    ('1,157,600', '61.4', '0.00012', '−2,840')
    """
    text = f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"
    if "e" in text:
        text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def format_time(at: datetime) -> str:
    """A time as a person says it."""
    return f"{at.day} {at:%B %Y, %H:%M}"


def control_name(code: str) -> str:
    """The words for a budget control; a body's own name stands as it is."""
    return CONTROLS.get(code, code)


def flow_name(flow: str) -> str:
    """The words for a flow."""
    return FLOW_NAMES.get(flow, flow)


def level_name(level: str) -> str:
    """The words for a level of government."""
    return LEVEL_NAMES.get(level, LEVEL_NAMES[""])


def _terms(context: Context) -> Terms:
    """The terms that a page writes in. To guess them would be to show one government's money as another's.

    Raises:
        LookupError: the page did not say.
    """
    terms = context.get("terms")
    if not isinstance(terms, Terms):
        raise LookupError(f"{context.name} writes an amount or a year, and its page did not say in whose terms.")
    return terms


@pass_context
def write_amount(context: Context, minor: int) -> str:
    """An amount to its last minor unit, in the page's terms."""
    return _terms(context).amount(minor)


@pass_context
def write_short(context: Context, minor: int) -> str:
    """An amount for a headline, in the page's terms."""
    return _terms(context).short(minor)


class Rounded(Protocol):
    """A figure that means something only to a unit."""

    @property
    def amount(self) -> int:
        """In minor units."""

    @property
    def unit(self) -> int:
        """A power of ten of minor units."""


@pass_context
def write_rounded(context: Context, figure: Rounded) -> str:
    """An amount rounded to what the shares that it rests on can bear, in the page's terms."""
    return _terms(context).rounded(figure.amount, figure.unit)


@pass_context
def write_to(context: Context, minor: int, unit: int) -> str:
    """An amount rounded to a unit, in the page's terms."""
    return _terms(context).rounded(minor, unit)


@pass_context
def write_part(context: Context, minor: int, by_grade: Mapping[str, int]) -> str:
    """A part of an amount, or what it was, rounded to what the shares that the amount rests on bear; exact where they
    bear that."""
    unit = part_unit(minor, by_grade)
    return _terms(context).rounded(minor, unit) if unit > 1 else _terms(context).amount(minor)


@pass_context
def write_short_part(context: Context, minor: int, by_grade: Mapping[str, int]) -> str:
    """The same for a headline."""
    return _terms(context).rounded(minor, part_unit(minor, by_grade))


@pass_context
def write_year(context: Context, year: int) -> str:
    """A fiscal year as the page's government writes it."""
    return _terms(context).year(year)


@pass_context
def write_condition(context: Context, condition: Condition) -> str:
    """A condition of a rule in words, its years as the page's government writes them."""
    words = write_words(condition, _terms(context).calendar)
    return f"{field_name(condition.field)} {condition.model_copy(update={'words': tuple(words)})}"


@pass_context
def come_to(context: Context, totals: Sequence[OptionTotal]) -> str:
    """What an answer to a question comes to, in words."""
    terms = _terms(context)
    several = len({total.flow for total in totals}) > 1
    said = [
        f"{total.stage} {total.fiscal_year}{f', {total.flow}' if several else ''}: {terms.amount(total.amount)}"
        for total in totals[:_TOTALS_SAID]
    ]
    more = len(totals) - _TOTALS_SAID
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def write_staff(text: str) -> str:
    """Who did something, by address to those who are signed in and to nobody else."""
    return text if current_user.is_authenticated else without_addresses(text)


def add_filters(environment: Environment) -> None:
    """Lets templates write amounts, shares, years and times."""
    environment.filters["amount"] = write_amount
    environment.filters["staff"] = write_staff
    environment.filters["short"] = write_short
    environment.filters["about"] = write_rounded
    environment.filters["to"] = write_to
    environment.filters["borne"] = write_part
    environment.filters["borne_short"] = write_short_part
    environment.filters["percent"] = format_share
    environment.filters["points"] = format_points
    environment.filters["signed_points"] = format_signed_points
    environment.filters["parts"] = format_parts
    environment.filters["condition"] = write_condition
    environment.filters["flow"] = flow_name
    environment.filters["version"] = describe_version
    environment.filters["version_parts"] = Version.parse
    environment.filters["sure"] = format_sureness
    environment.filters["year"] = write_year
    environment.filters["time"] = format_time
    environment.filters["value"] = format_value
    environment.filters["day"] = format_day
    environment.filters["control"] = control_name
    environment.filters["come_to"] = come_to
    environment.filters["level"] = level_name
