"""How pages write amounts, shares, years and times."""

from __future__ import annotations

from datetime import datetime

from jinja2 import Environment

from budget_align.core import fiscal_year
from budget_align.core.alignment import format_share
from budget_align.core.budget_line import CONTROLS, LEVEL_NAMES
from budget_align.core.condition import field_name
from budget_align.core.day import format_day
from budget_align.core.exact import format_parts
from budget_align.core.money import format_amount, format_short


def format_sureness(confidence: float) -> str:
    """How sure a belief is, as a whole percentage.

    >>> format_sureness(0.95)
    '95%'
    """
    return f"{confidence:.0%}"


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


def level_name(level: str) -> str:
    """The words for a level of government."""
    return LEVEL_NAMES.get(level, LEVEL_NAMES[""])


def add_filters(environment: Environment) -> None:
    """Lets templates write amounts, shares, years and times."""
    environment.filters["amount"] = format_amount
    environment.filters["short"] = format_short
    environment.filters["percent"] = format_share
    environment.filters["parts"] = format_parts
    environment.filters["field"] = field_name
    environment.filters["sure"] = format_sureness
    environment.filters["year"] = fiscal_year.label
    environment.filters["time"] = format_time
    environment.filters["value"] = format_value
    environment.filters["day"] = format_day
    environment.filters["control"] = control_name
    environment.filters["level"] = level_name
