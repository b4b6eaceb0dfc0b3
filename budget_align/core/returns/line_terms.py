"""What a budget line may say in the field's own terms: stages, flows, levels of government, budget controls."""

from __future__ import annotations

from typing import Final

STAGES: Final = ("plan", "budget", "forecast", "outturn")

FLOWS: Final = ("expenditure", "income", "financing")
"""Which way money goes. Gross is expenditure alone, net is expenditure less income, and financing is in neither. Income
is a positive amount of its own flow; receipts that a body has netted into its lines stay negative expenditure."""

FLOW_NAMES: Final = {"expenditure": "Expenditure", "income": "Income", "financing": "Financing"}
"""The words for each flow."""

LEVELS: Final = ("UK", "devolved", "local")
"""Levels of government."""

LEVEL_NAMES: Final = {
    "UK": "UK government",
    "devolved": "Devolved government",
    "local": "Local government",
    "": "Level not stated",
}
"""The words for each level; empty where nobody stated it."""

CONTROLS: Final = {
    "RDEL": "Resource",
    "RDEL-NC": "Resource, non-cash",
    "CDEL": "Capital",
    "CDEL-FT": "Capital, financial transactions",
    "AME": "Annually managed expenditure",
    "RAME": "Resource AME",
    "CAME": "Capital AME",
    "": "Control not stated",
}
"""Budget controls, after HM Treasury's Consolidated Budgeting Guidance, with the words shown for each. A body's own
names map to these; a name that maps to none stands as it is."""

UNIT_SEPARATOR: Final = " ▸ "
"""Between the parts of a unit's path, from directorate to cost centre."""
