"""The alignment report as a PDF that conforms to PDF/UA-1: three to six pages for a minister's box."""

from __future__ import annotations

import base64
from decimal import ROUND_HALF_EVEN, Decimal
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from weasyprint import HTML

from budget_align.core import fiscal_year
from budget_align.core.alignment import format_share
from budget_align.core.money import format_amount, format_short
from reports.charts import bars, outcome_bars
from reports.model import AlignmentReport


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
    environment.filters["amount"] = lambda minor: format_amount(minor, report.currency)
    environment.filters["short"] = lambda minor: format_short(minor, report.currency)
    environment.filters["millions"] = _millions
    environment.filters["percent"] = format_share
    template = environment.from_string(files("reports").joinpath("report.html").read_text(encoding="utf-8"))
    chart = bars(
        outcome_bars([(row.name, row.amount) for row in report.outcomes if row.amount], report.figures.unaligned),
        report.currency,
    )
    return template.render(
        report=report,
        year=fiscal_year.label(report.fiscal_year),
        year_before=fiscal_year.label(report.fiscal_year - 1),
        chart="data:image/svg+xml;base64," + base64.b64encode(chart.encode()).decode(),
    )


def _millions(minor: int) -> str:
    """An amount in millions with one decimal, rounded as `format_short` rounds it.

    >>> _millions(47915000000), _millions(-2), _millions(0)
    ('479.2', '0.0', '–')
    """
    if not minor:
        return "–"
    millions = (Decimal(minor) / 100_000_000).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return f"{millions:,}".replace("-", "−") if millions else "0.0"
