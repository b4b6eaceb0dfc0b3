"""The alignment report as a PDF that conforms to PDF/UA-1: three to six pages for a minister's box."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined
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
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    terms = report.terms
    scale = _scale(report)
    environment.filters["amount"] = terms.amount
    environment.filters["short"] = terms.short
    environment.filters["to"] = terms.rounded
    environment.filters["about"] = lambda row: terms.rounded(row.amount, row.unit)
    environment.filters["scaled"] = lambda minor, unit=1: terms.scaled(minor, scale, unit)
    environment.filters["percent"] = format_share
    environment.filters["flow"] = lambda flow: FLOW_NAMES[flow]
    environment.filters["version"] = describe_version
    template = environment.from_string(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))
    chart = bars(
        outcome_bars(
            [(row.name, row.amount, row.unit) for row in report.outcomes if row.amount],
            report.figures.unaligned + report.figures.uncovered,
        ),
        terms,
    )
    return template.render(
        report=report,
        year=terms.year(report.fiscal_year),
        year_before=terms.year(report.fiscal_year - 1),
        in_scale=f"{terms.symbol} {SCALES[scale][:-1]}",
        in_scale_short=f"{terms.symbol}{_MARKS[scale]}",
        chart="data:image/svg+xml;base64," + base64.b64encode(chart.encode()).decode(),
    )


def _scale(report: AlignmentReport) -> int:
    """The scale of the report's tables: millions, or billions for a currency of small units, so that columns stay
    narrow enough to read.
    """
    units = abs(report.figures.total) // report.terms.currency.minor_units
    return 1_000_000_000 if units >= _WIDEST else 1_000_000
