"""Tells the two sides of a net apart: what is spent and what is received, by words, by a person else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from importers.evidence.budget_versions import says_left
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.column_nets import leaves_of, side_of
from importers.evidence.derived_columns import set_aside, with_changed
from importers.structure.grid import Grid
from importers.words import lexicon

_OTHER: Final = {"income": "expenditure", "expenditure": "income"}


def tell_sides(grid: Grid, columns: Sequence[Column], decisions: Decisions, key: str, shape: str) -> list[Column]:
    """The columns with the flow of those that a net is made of, where they name none."""
    told = list(columns)
    for net in columns:
        by_index = {column.index: column for column in told}
        if len(set(net.nets)) != 2 or net.role != "change":
            continue
        one, other = (by_index[index] for index in net.nets)
        if one.role == "change" or other.role == "change":
            # What is added to a net, or taken off one, is told apart by the net.
            continue
        side = _side(one, other, net, by_index)
        if not side and says_left(net.header):
            # What is promised and not paid yet is left of the same money at an earlier step.
            told = with_changed(told, {net.index: replace(net, nets=())})
            continue
        if not side:
            said = _ask(grid, one, other, net, decisions, key, shape)
            if said in (one.letter, other.letter):
                left = one if said == other.letter else other
                evidence = f"another statement of the money in column {said}"
                told = with_changed(told, {c.index: set_aside(c, evidence) for c in leaves_of(left, by_index)})
                continue
            side = "expenditure" if said == "spent" else "income"
        changed: dict[int, Column] = {}
        for column, flow in ((one, side), (other, _OTHER[side])):
            changed |= {c.index: replace(c, flow=flow) for c in leaves_of(column, by_index) if not c.flow}
        told = with_changed(told, changed)
    return told


def _side(one: Column, other: Column, net: Column, by_index: dict[int, Column]) -> str:
    """The flow of the first side, as words say it of either; empty where none does."""
    sides = [side_of(one) or _side_of_leaves(one, by_index), side_of(other) or _side_of_leaves(other, by_index)]
    if sides[0] and sides[0] != sides[1]:
        return sides[0]
    if sides[1] and not sides[0]:
        return _OTHER[sides[1]]
    if sides[0] or not lexicon.says("expenditure", net.header):
        return ""
    return "expenditure"


def _side_of_leaves(column: Column, by_index: dict[int, Column]) -> str:
    said = {side_of(leaf) for leaf in leaves_of(column, by_index)}
    return said.pop() if len(said) == 1 else ""


def _ask(grid: Grid, one: Column, other: Column, net: Column, decisions: Decisions, key: str, shape: str) -> str:
    first, second = (f"column {c.letter}, {c.header[:60]!r}" for c in (one, other))
    return decisions.take(
        Choice(
            choice_id("flow", shape, one.header, other.header, net.header),
            "flow",
            grid.name,
            key,
            f"Column {net.letter} of {grid.name!r}, {net.header[:60]!r}, is in every row what {first}, and {second}, "
            "leave of one another. Which of the two is spent, and which is received?",
            (
                ("spent", f"{first[0].upper()}{first[1:]}, is spent; {second}, is received"),
                ("received", f"{first[0].upper()}{first[1:]}, is received; {second}, is spent"),
                (one.letter, f"Neither: {first}, is the amount, and the other states it otherwise"),
                (other.letter, f"Neither: {second}, is the amount, and the other states it otherwise"),
            ),
            "spent",
        )
    )
