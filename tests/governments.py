"""Two governments that count otherwise than the United Kingdom, each with workbooks whose sums are worked on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget_align.config import Settings
from budget_align.core.rules.mapping import Mapping, Rule
from tests.workbooks import drawn


@dataclass(frozen=True)
class Government:
    """A government and what its newest budget comes to, in minor units.

    Attributes:
        terms: the settings with which it is begun.
        original, revised: its workbooks: the budget as first approved, fees beside spending, and a revision of the
            spending of one body.
        year: the budget's year as it writes it; `first` is the year's first calendar year.
        gross, income: by the newest versions; `gross_original` is gross by the original ones.
    """

    name: str
    terms: dict[str, Any]
    original: bytes
    revised: bytes
    currency: str
    minor_unit: int
    year: str
    first: int
    gross: int
    gross_original: int
    income: int

    def settings(self, settings: Settings) -> Settings:
        """Settings in which it is the usual government."""
        return settings.model_copy(update={"government": self.name, **self.terms})


RIVERLAND = Government(
    name="Riverland",
    terms={"currency": "USD", "fiscal_year_starts": 10, "fiscal_year_style": "FY2026", "locale": "en_US"},
    original=drawn("""
        Department of Rivers
        Budget, $ thousands

        Programme       | FY2026 expenditure | FY2026 income
        Flood defence   | 1200.5             | 0
        Mooring         | 300                | 450.25
        Total           | 1500.5             | 450.25
    """),
    # Flood defence rises by 100 thousand.
    revised=drawn("""
        Department of Rivers
        Budget, revised, $ thousands

        Programme       | FY2026 expenditure | FY2026 income
        Flood defence   | 1300.5             | 0
        Mooring         | 300                | 450.25
        Total           | 1600.5             | 450.25
    """),
    currency="USD",
    minor_unit=2,
    year="FY2026",
    first=2025,
    gross=160_050_000,
    gross_original=150_050_000,
    income=45_025_000,
)

LAKELAND = Government(
    name="Lakeland",
    terms={"currency": "EUR", "fiscal_year_starts": 1, "fiscal_year_style": "", "locale": "de_DE"},
    original=drawn("""
        Ministry of Lakes
        Budget, € million

        Programme       | 2026 expenditure | 2026 income
        Flood defence   | 70               | 0
        Mooring         | 12.25            | 3.5
        Total           | 82.25            | 3.5
    """),
    revised=drawn("""
        Ministry of Lakes
        Budget, revised, € million

        Programme       | 2026 expenditure | 2026 income
        Flood defence   | 69               | 0
        Mooring         | 12.25            | 4
        Total           | 81.25            | 4
    """),
    currency="EUR",
    minor_unit=2,
    year="2026",
    first=2026,
    gross=8_125_000_000,
    gross_original=8_225_000_000,
    income=400_000_000,
)

GOVERNMENTS = (RIVERLAND, LAKELAND)

MAPPING = Mapping(
    name="waters",
    title="Waters",
    framework="un-sdg-2015",
    author="ana",
    rules=(
        Rule.model_validate(
            {"id": "floods", "when": {"programme": "Flood defence"}, "to": {"sdg-13": 60}, "why": "Climate."}
        ),
        Rule.model_validate(
            {
                "id": "fees",
                "when": {"programme": "Mooring", "flow": "income"},
                "to": {"sdg-14": 100},
                "why": "Harbours.",
            }
        ),
    ),
)
"""Sixty percent of flood defence to climate action, and the fees of moorings to life below water; what is spent on
moorings is taken by no rule."""
