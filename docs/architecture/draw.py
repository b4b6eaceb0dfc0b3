"""Draws the rooms and their packages from the imports of the code: `python docs/architecture/draw.py`.

A room stands above those that it imports, and so does a package within its room. An arrow that follows from two others
is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

import grimp

PICTURE = Path(__file__).with_name("rooms.svg")
ROOTS = ("budget_align", "importers", "reports")
LETTER, LINE, GAP = 7, 26, 14
"""Pixels: of a letter across, of a line down, and between two things."""

Edges = dict[str, set[str]]


def draw() -> str:
    """The picture as SVG."""
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    rooms = {module: room_of(module) for module in imports if room_of(module)}
    between = edges(imports, rooms)
    boxes: dict[str, tuple[int, int, int, int]] = {}
    inside: list[str] = []
    top = GAP
    for row in rows(between):
        left, height = GAP, 0
        for room in row:
            packages = {module: package_of(module, room) for module in imports if package_of(module, room)}
            lines = rows(edges(imports, packages))
            width = max([len(room) * LETTER + 9, *(across(line) for line in lines)]) + 2 * GAP
            boxes[room] = (left, top, width, (len(lines) + 1) * LINE + GAP)
            inside += room_of_packages(room, lines, boxes[room])
            left += width + 2 * GAP
            height = max(height, boxes[room][3])
        top += height + 3 * GAP
    wide = max(left + width for left, _, width, _ in boxes.values()) + GAP
    shapes = [*arrows(direct(between), boxes), *inside]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {top}" role="img" font-family="sans-serif">'
    return "\n".join([head, "<title>The rooms of Budget Align, and what imports what</title>", *shapes, "</svg>", ""])


def room_of(module: str) -> str:
    """The room of a module; the table of figures of the demonstration and the bare package are none."""
    parts = module.split(".")
    if parts[0] != "budget_align":
        return parts[0]
    return parts[1] if len(parts) > 1 and parts[1] != "demonstration" else ""


def package_of(module: str, room: str) -> str:
    """The package of a module within a room, where that is one."""
    parts = module.removeprefix("budget_align.").split(".")
    return parts[1] if parts[0] == room and len(parts) > 2 else ""


def edges(imports: dict[str, set[str]], places: dict[str, str]) -> Edges:
    """Which places import which others."""
    found: Edges = {place: set() for place in sorted(set(places.values()))}
    for module, place in places.items():
        found[place] |= {places[other] for other in imports[module] if other in places} - {place}
    return found


def rows(found: Edges) -> list[list[str]]:
    """Places in rows, each above all that it imports; rows from the top."""
    depth: dict[str, int] = {}

    def below(place: str, path: tuple[str, ...] = ()) -> int:
        assert place not in path, f"{' → '.join((*path, place))} is a circle"
        if place not in depth:
            depth[place] = max((below(other, (*path, place)) + 1 for other in found[place]), default=0)
        return depth[place]

    for place in found:
        below(place)
    return [sorted(p for p in found if depth[p] == level) for level in sorted(set(depth.values()), reverse=True)]


def direct(found: Edges) -> Iterable[tuple[str, str]]:
    """The edges that do not follow from others."""

    def reached(place: str) -> set[str]:
        return found[place].union(*(reached(other) for other in found[place]))

    for place, others in found.items():
        for other in sorted(others):
            if not any(other in reached(between) for between in others - {other}):
                yield place, other


def across(names: Iterable[str]) -> int:
    """How wide a line of names is."""
    return sum(len(name) * LETTER + 2 * GAP for name in names) - GAP


def room_of_packages(room: str, lines: list[list[str]], box: tuple[int, int, int, int]) -> Iterable[str]:
    """A room with its packages in it."""
    left, top, width, height = box
    yield f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="4" fill="#f3f2f1" stroke="#1d70b8"/>'
    yield f'<text x="{left + GAP}" y="{top + 18}" font-size="14" font-weight="bold">{escape(room)}</text>'
    for number, line in enumerate(lines, 1):
        at = left + GAP
        for name in line:
            size = len(name) * LETTER + GAP
            y = top + number * LINE
            yield f'<rect x="{at}" y="{y}" width="{size}" height="20" rx="3" fill="#ffffff" stroke="#b1b4b6"/>'
            yield f'<text x="{at + GAP // 2}" y="{y + 14}" font-size="12">{escape(name)}</text>'
            at += size + GAP


def arrows(drawn: Iterable[tuple[str, str]], boxes: dict[str, tuple[int, int, int, int]]) -> Iterable[str]:
    """The arrows between rooms."""
    yield (
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#505a5f"/></marker>'
    )
    for place, other in drawn:
        left, top, width, height = boxes[place]
        below, under, wide, _ = boxes[other]
        ends = f'x1="{left + width // 2}" y1="{top + height}" x2="{below + wide // 2}" y2="{under}"'
        yield f'<line {ends} stroke="#505a5f" marker-end="url(#head)"/>'


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
