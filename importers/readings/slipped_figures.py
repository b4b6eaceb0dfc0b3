"""Asks whether figures that stand beside the headers of a page are of these, where other pages have the same headers
right above their figures.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from importers.evidence.choices import Choice, Decisions
from importers.structure.moved_pages import PlacedSheet

PAGES: Final = "pages"
"""The id of the choice of what figures beside their headers are of, one for a workbook."""

IN_ORDER: Final = "order"


def ask_about_slipped_pages(sheets: Sequence[PlacedSheet], counted: Collection[str], decisions: Decisions) -> None:
    """Leaves on record the choice of what slipped figures are of, for the first of some sheets with money that has any.

    Args:
        sheets: as they are placed with what is settled.
        counted: the names of those with money.
        decisions: where the choice is left.
    """
    for each in sheets:
        if each.slip is None or each.grid.name not in counted:
            continue
        slip = each.slip
        decisions.take(
            Choice(
                PAGES,
                "amount",
                each.grid.name,
                "",
                f"{slip.header_cell} of {each.grid.name!r} ({slip.header!r}) stands over nothing, and the figures from "
                f"{slip.figure_cell} on below no header, while another page has each header above its figures. Are the "
                "figures of every page those of its headers, in their order?",
                ((IN_ORDER, "Yes: read them in the order of the headers"), ("stand", "No: read them as they stand")),
                "",
                "stand",
            )
        )
        return
