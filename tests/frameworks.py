"""A framework of a government's own, as a workbook."""

from __future__ import annotations

from tests.workbooks import workbook

ABOUT = [
    ["Code", "ours-2026"],
    ["Name", "Our <i>promise</i>"],
    ["Government", "Ours"],
    ["Version", "2026"],
    ["Starts", "2026-04-01"],
    ["Source", "Us"],
]


OWN = workbook(
    About=ABOUT,
    Outcomes=[["Mission", "Outcome code", "Outcome"], ["Care", "o-health", "Health"], ["Care", "o-homes", "Homes"]],
)
