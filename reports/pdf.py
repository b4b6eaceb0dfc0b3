"""The alignment report as a PDF that conforms to PDF/UA-1: three to six pages for a minister's box."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template, pass_context
from weasyprint import HTML

from budget_align.core.allocation.alignment import format_share
from budget_align.core.returns.bases import describe_version
from budget_align.core.returns.budget_line import FLOW_NAMES
from budget_align.core.values.money import SCALES
from reports.charts import bars, outcome_bars
from reports.model import AlignmentReport

_MARKS: Final = {1_000_000: "m", 1_000_000_000: "bn"}
_WIDEST: Final = 10**13
"""Units of currency from which a total in millions would be too wide."""


def make_pdf(report: AlignmentReport) -> bytes:
    """The report as a PDF; the same report gives the same bytes."""
    document: bytes | None = HTML(string=make_html(report)).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=report.run_id.encode(), custom_metadata=True
    )
    assert document is not None, "without a target WeasyPrint returns the bytes"
    return document


def make_html(report: AlignmentReport) -> str:
    """The report's pages as HTML, with its chart inside."""
    terms = report.terms
    scale = _scale(report)
    chart = bars(
        outcome_bars(
            [(row.name, row.amount, row.unit) for row in report.outcomes if row.amount],
            report.figures.unaligned + report.figures.uncovered,
        ),
        terms,
    )
    return _template().render(
        report=report,
        terms=terms,
        scale=scale,
        year=terms.year(report.fiscal_year),
        year_before=terms.year(report.fiscal_year - 1),
        in_scale=f"{terms.symbol} {SCALES[scale][:-1]}",
        in_scale_short=f"{terms.symbol}{_MARKS[scale]}",
        chart="data:image/svg+xml;base64," + base64.b64encode(chart.encode()).decode(),
    )


@cache
def _template() -> Template:
    """The report's pages, translated to Python once; what writes amounts finds in what it renders by which terms."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["amount"] = pass_context(lambda said, minor: said["terms"].amount(minor))
    environment.filters["short"] = pass_context(lambda said, minor: said["terms"].short(minor))
    environment.filters["to"] = pass_context(lambda said, minor, unit: said["terms"].rounded(minor, unit))
    environment.filters["about"] = pass_context(lambda said, row: said["terms"].rounded(row.amount, row.unit))
    environment.filters["scaled"] = pass_context(
        lambda said, minor, unit=1: said["terms"].scaled(minor, said["scale"], unit)
    )
    environment.filters["percent"] = format_share
    environment.filters["flow"] = lambda flow: FLOW_NAMES[flow]
    environment.filters["version"] = describe_version
    return environment.from_string(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))


def _scale(report: AlignmentReport) -> int:
    """The scale of the report's tables: millions, or billions for a currency of small units, so that columns stay
    narrow enough to read.
    """
    units = abs(report.figures.total) // report.terms.currency.minor_units
    return 1_000_000_000 if units >= _WIDEST else 1_000_000
