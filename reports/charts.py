"""Charts as SVG: the same picture in page and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from budget_align.core.values.terms import Terms

ALIGNED = "#1d70b8"
UNALIGNED = "#b58840"
INK = "#0b0c0c"

Bar = tuple[str, int, bool, int]
"""A label, an amount in minor units, whether it is aligned, and to what unit the amount is worth telling."""


@lru_cache(maxsize=64)
def bars(rows: tuple[Bar, ...], terms: Terms, width: int = 520) -> str:
    """A bar for each row, in the order given, its name left of it and its amount at its end.

    Args:
        rows: labels, amounts in minor units, whether aligned, and units.
        terms: in whose the amounts are written.
        width: of the bars' area, in pixels.

    Returns:
        An SVG picture; the same rows give the same bytes.
    """
    axis = alt.Axis(labelLimit=330, labelPadding=8)
    base = alt.Chart(_frame(rows, terms)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=axis), x=_scale(rows, terms, 1.18)
    )
    chart = base.mark_bar(height={"band": 0.72}).encode(color=alt.Color("colour:N", scale=None)) + base.mark_text(
        align="left", dx=5, color=INK
    ).encode(text="said:N", x=alt.X("end:Q"))
    return _svg(chart.properties(width=width, height=alt.Step(24)).configure_view(stroke=None).to_dict())


@lru_cache(maxsize=64)
def narrow_bars(rows: tuple[Bar, ...], terms: Terms, width: int = 340) -> str:
    """The bars of `bars` for a phone: each row's name and amount stand above its bar."""
    frame = _frame(rows, terms)
    base = alt.Chart(frame).encode(y=alt.Y("label:N", sort=None, title=None, axis=None))
    bar = base.mark_bar(height={"band": 0.36}, yOffset=9).encode(
        x=_scale(rows, terms, 1.0), color=alt.Color("colour:N", scale=None)
    )
    text = base.mark_text(align="left", dy=-9, color=INK, limit=width - 80).encode(text="label:N", x=alt.value(0))
    said = base.mark_text(align="right", dy=-9, color=INK, fontWeight="bold").encode(text="said:N", x=alt.value(width))
    chart = (bar + text + said).properties(width=width, height=alt.Step(44))
    return _svg(chart.configure_view(stroke=None).to_dict())


def _frame(rows: tuple[Bar, ...], terms: Terms) -> pd.DataFrame:
    unit = terms.currency.minor_units
    return pd.DataFrame(
        {
            "label": [label for label, *_ in rows],
            "amount": [amount / unit for _, amount, *_ in rows],
            "end": [max(amount, 0) / unit for _, amount, *_ in rows],
            "said": [terms.rounded(amount, told) for _, amount, _, told in rows],
            "colour": [ALIGNED if aligned else UNALIGNED for _, _, aligned, _ in rows],
        }
    )


def _scale(rows: tuple[Bar, ...], terms: Terms, room: float) -> alt.X:
    """Amounts from the smallest, if below zero, to the largest with room for its words."""
    amounts = [amount / terms.currency.minor_units for _, amount, *_ in rows]
    domain = [min([0.0, *amounts]), max([1.0, *amounts]) * room]
    return alt.X("amount:Q", axis=None, scale=alt.Scale(domain=domain))


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


def outcome_bars(rows: Sequence[tuple[str, int, int]], unaligned: int) -> tuple[Bar, ...]:
    """Outcomes by amount, each with the unit that it is worth telling to, with the unaligned last, as `bars` takes
    them."""
    last: list[Bar] = [("Unaligned", unaligned, False, 1)] if unaligned else []
    return (*((name, amount, True, unit) for name, amount, unit in rows), *last)


Point = tuple[str, float, float, bool]
"""What a point is called, its place to the right and upwards in standard deviations, and whether it is marked."""


@lru_cache(maxsize=64)
def quadrants(points: tuple[Point, ...], corners: tuple[str, str, str, str], far: float, width: int = 560) -> str:
    """Points on four quadrants with lines at zero and, dashed, at some distance from it.

    Args:
        points: each with its name in it.
        corners: what the quadrants are called: top left, top right, bottom left, bottom right.
        far: where the dashed lines are, in standard deviations.
        width: and height, in pixels.
    """
    reach = max([far + 1.0, *(abs(each) + 0.4 for _, x, y, _ in points for each in (x, y))])
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    axis = alt.Axis(grid=False, domain=False, ticks=False, tickCount=5, titleFontSize=13, titleFontWeight="normal")
    x = alt.X("x:Q", scale=scale, axis=axis, title="Spend a head: standard deviations from the neighbours' mean")
    y = alt.Y("y:Q", scale=scale, axis=axis, title="Results: standard deviations, up is better")
    lines = pd.DataFrame({"at": [0.0, -far, far], "kind": ["mean", "far", "far"]})
    dash = alt.condition("datum.kind == 'far'", alt.value([4, 4]), alt.value([1, 0]))
    across = alt.Chart(lines).mark_rule(color="#505a5f").encode(y=alt.Y("at:Q", scale=scale), strokeDash=dash)
    upright = alt.Chart(lines).mark_rule(color="#505a5f").encode(x=alt.X("at:Q", scale=scale), strokeDash=dash)
    corner = pd.DataFrame(
        {"x": [-reach, reach, -reach, reach], "y": [reach, reach, -reach, -reach], "said": list(corners)}
    )
    said = alt.Chart(corner).encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=scale), text="said:N")
    words = [
        said.transform_filter(f"datum.x {'<' if left else '>'} 0 && datum.y {'>' if top else '<'} 0").mark_text(
            align="left" if left else "right",
            baseline="top" if top else "bottom",
            dx=5 if left else -5,
            dy=5 if top else -5,
            color="#505a5f",
        )
        for left in (True, False)
        for top in (True, False)
    ]
    frame = pd.DataFrame(
        {
            "name": [name for name, *_ in points],
            "x": [each for _, each, _, _ in points],
            "y": [each for _, _, each, _ in points],
            "colour": [UNALIGNED if marked else ALIGNED for *_, marked in points],
        }
    )
    base = alt.Chart(frame).encode(x=x, y=y)
    dots = base.mark_circle(size=420, opacity=1).encode(color=alt.Color("colour:N", scale=None))
    names = base.mark_text(color="white", fontWeight="bold", fontSize=12).encode(text="name:N")
    layers = (across, upright, *words, dots, names) if points else (across, upright, *words)
    chart = alt.layer(*layers).properties(width=width, height=width)
    return _svg(chart.configure_view(stroke="#b1b4b6").to_dict())
