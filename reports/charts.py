"""Charts as SVG: the same picture in page and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from budget_align.core.money import format_short

ALIGNED = "#1d70b8"
UNALIGNED = "#b58840"
INK = "#0b0c0c"

Bar = tuple[str, int, bool]
"""A label, an amount in minor units, and whether it is aligned."""


@lru_cache(maxsize=64)
def bars(rows: tuple[Bar, ...], currency: str = "GBP", width: int = 460) -> str:
    """A bar for each row, in the order given, with its amount at its end.

    Args:
        rows: labels, amounts in minor units and whether aligned.
        currency: an ISO 4217 code.
        width: of the bars' area, in pixels.

    Returns:
        An SVG picture; the same rows give the same bytes.
    """
    frame = pd.DataFrame(
        {
            "label": [label for label, _, _ in rows],
            "amount": [amount / 100 for _, amount, _ in rows],
            "said": [format_short(amount, currency) for _, amount, _ in rows],
            "colour": [ALIGNED if aligned else UNALIGNED for _, _, aligned in rows],
        }
    )
    largest = max((abs(amount) / 100 for _, amount, _ in rows), default=1) or 1
    smallest = min(0.0, *(amount / 100 for _, amount, _ in rows)) if rows else 0.0
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=330, labelPadding=8)),
        x=alt.X("amount:Q", axis=None, scale=alt.Scale(domain=[smallest * 1.2, largest * 1.18])),
    )
    chart = (
        base.mark_bar(height={"band": 0.72}).encode(color=alt.Color("colour:N", scale=None))
        + base.mark_text(align="left", dx=5, color=INK).encode(text="said:N")
    ).properties(width=width, height=alt.Step(26))
    return _svg(chart.configure_view(stroke=None).to_dict())


def _svg(spec: dict[str, Any]) -> str:
    spec["config"] = {
        **spec.get("config", {}),
        "font": "DejaVu Sans, Arial, sans-serif",
        "axis": {"labelFontSize": 13, "labelColor": INK, "domain": False, "ticks": False, "grid": False},
        "text": {"fontSize": 13},
        "background": "white",
    }
    picture: str = vl_convert.vegalite_to_svg(spec)
    return picture


def outcome_bars(rows: Sequence[tuple[str, int]], unaligned: int) -> tuple[Bar, ...]:
    """Outcomes by amount with the unaligned last, as `bars` takes them."""
    return (*((name, amount, True) for name, amount in rows), *([("Unaligned", unaligned, False)] if unaligned else []))
