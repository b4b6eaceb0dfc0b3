"""Of-which lines: what is a part of what, and that a part is taken from what it is a part of, once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.allocation import alignment
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.rules.of_which import NO_WHOLE, find_wholes, outermost
from tests.unit.core.lines import allocate, lines, summarise


def mapping(*codes: str, none: str = "") -> Mapping:
    """A rule for each code, which takes the lines whose programme ends with it."""
    rules = [
        Rule.model_validate({"id": code, "when": {"programme": {"pattern": f"{code}$"}}, "to": {code: 100}, "why": "w"})
        for code in codes
    ]
    if none:
        rules.append(Rule.model_validate({"id": none, "when": {"programme": none}, "none": "on purpose", "why": "w"}))
    return Mapping(name="m", title="M", framework="f", author="us", rules=tuple(rules))


def cell(programme: str, amount: int, row: int, column: str = "B", **facts: Any) -> dict[str, Any]:
    return {"sheet": "S", "programme": programme, "amount": amount, "row": row, "cell": f"{column}{row}", **facts}


def memo(programme: str, amount: int, row: int, column: str = "B", **facts: Any) -> dict[str, Any]:
    return cell(programme, amount, row, column, memo=True, **facts)


def given_by(rules: Mapping, *rows: dict[str, Any]) -> dict[str, int]:
    found = allocate(lines(*rows), rules).groupby("outcome")["amount"].sum()
    return {str(code): int(amount) for code, amount in found.items() if amount}


def test_a_part_beside_its_line_is_of_the_amount_of_its_own_control() -> None:
    budget = lines(
        cell("whole", 100, 4, "B", control="RDEL"),
        cell("whole", 40, 4, "C", control="CDEL"),
        memo("parks", 30, 4, "D", control="CDEL"),
        memo("schools", 25, 4, "E"),
    )
    assert find_wholes(budget).tolist() == [NO_WHOLE, NO_WHOLE, 1, 0]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("parks", 80), ("schools", 70)], "they overlap, and nobody says where"),
        ([("parks", -30)], "a correction is no part"),
        ([("parks", 90), ("schools", -30)], "a correction is among them"),
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_what_cannot_be_a_part_takes_nothing(parts: list[tuple[str, int]], why: str, below: bool) -> None:
    rows = [
        memo(name, amount, 5 + i if below else 4, "B" if below else "CD"[i]) for i, (name, amount) in enumerate(parts)
    ]
    assert given_by(mapping("parks", "schools", "whole"), cell("whole", 100, 4), *rows) == {"whole": 100}, why


def test_a_part_of_a_part_is_taken_from_that() -> None:
    whole = cell("whole", 200, 4)
    rules = mapping("parks", "play", "schools", "whole")
    # One that calls itself a part below one that does not.
    nested = memo("parks", 60, 5), memo("of which: play", 20, 6), memo("schools", 30, 7)
    assert find_wholes(lines(whole, *nested)).tolist() == [NO_WHOLE, 0, 1, 0]
    assert given_by(rules, whole, *nested) == {"whole": 110, "parks": 40, "play": 20, "schools": 30}
    # What no rule takes stays with what it is a part of, however deep.
    assert given_by(mapping("parks", "whole"), whole, *nested) == {"whole": 140, "parks": 60}
    assert given_by(mapping("play", "whole"), whole, *nested) == {"whole": 180, "play": 20}
    # Several that add up to the one above them, with digits enough that this is hardly chance.
    large = cell("whole", 9_000_000, 4)
    listed = [("parks", 4_321_000), ("play", 1_234_000), ("schools", 3_087_000), ("schools", 4_000_000)]
    rows = [memo(f"of which: {name}", amount, row) for row, (name, amount) in enumerate(listed, 5)]
    assert find_wholes(lines(large, *rows)).tolist() == [NO_WHOLE, 0, 1, 1, 0]
    assert given_by(rules, large, *rows) == {"whole": 679_000, "play": 1_234_000, "schools": 7_087_000}


def test_a_heading_may_stand_above_parts_that_add_up_to_their_line() -> None:
    whole = cell("whole", 9_000_100, 4)
    parts = [memo("parks", 4_000_000, 6), memo("schools", 5_000_100, 7)]
    assert find_wholes(lines(whole, *parts)).tolist() == [NO_WHOLE, 0, 0]
    # What comes to less may be of a total between them; few digits, or one part alone, may be chance.
    assert find_wholes(lines(whole, parts[0], memo("schools", 5, 7))).tolist() == [NO_WHOLE] * 3
    assert find_wholes(lines(cell("whole", 90, 4), memo("a", 40, 6), memo("b", 50, 7))).tolist() == [NO_WHOLE] * 3
    assert find_wholes(lines(whole, memo("parks", 9_000_100, 6))).tolist() == [NO_WHOLE] * 2


Node = tuple[str, int, list[Any]]
"""An outcome, or "none" and "loose" of which no rule says anything, an amount beyond that of its parts, and parts."""

NAMES = ["p", "q", "r", "whole", "loose"]


def nodes(depth: int) -> st.SearchStrategy[Node]:
    below = st.lists(nodes(depth - 1), max_size=3) if depth else st.just([])
    return st.tuples(st.sampled_from(NAMES), st.integers(0, 10**9), below)


def size(node: Node) -> int:
    return node[1] + sum(size(part) for part in node[2])


def goes(node: Node, above: str) -> dict[str, int]:
    """The oracle: what a node has beyond its parts goes where its own rule says, else where that of the one above."""
    name, rest, parts = node
    here = above if name == "loose" else name
    found = {here: rest}
    for part in parts:
        for code, amount in goes(part, here).items():
            found[code] = found.get(code, 0) + amount
    return found


def laid_out(parts: list[Node], inner: bool = False) -> list[tuple[str, int]]:
    """Parts as a column shows them: an outer one says its name alone, one within it that it is a part."""
    found = []
    for part in parts:
        found.append((f"of which {part[0]}" if inner else part[0], size(part)))
        found += laid_out(part[2], inner=True)
    return found


@given(st.lists(nodes(1), min_size=1, max_size=4), st.integers(1, 10**9), st.sampled_from([1, -1]))
def test_every_pound_goes_by_the_innermost_purpose_that_is_known(parts: list[Node], rest: int, sign: int) -> None:
    tree: Node = ("whole", rest, parts)
    rows = [memo(name, sign * amount, row) for row, (name, amount) in enumerate(laid_out(parts), 2)]
    found = given_by(mapping("p", "q", "r", "whole"), cell("whole", sign * size(tree), 1), *rows)
    assert found == {code: sign * amount for code, amount in goes(tree, "whole").items() if amount}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "of which p", "of which nothing", "nothing", "of which loose"]),
            st.integers(-300, 300),
            st.integers(1, 6),
            st.sampled_from("BCD"),
            st.booleans(),
        ),
        max_size=12,
        unique_by=lambda row: row[2:4],
    )
)
def test_whatever_stands_where_shares_are_between_nothing_and_all(rows: list[Any]) -> None:
    budget = lines(*(cell(name, amount, row, column, memo=is_memo) for name, amount, row, column, is_memo in rows))
    wholes = find_wholes(budget)
    rules = mapping("p", none="nothing")
    given_out = allocate(budget, rules)
    amounts = budget["amount"].tolist()
    for line, amount in zip(budget["line_id"], amounts, strict=True):
        mine = given_out.loc[given_out["line_id"] == line, "amount"].tolist()
        assert all(0 <= part * (1 if amount > 0 else -1) <= abs(amount) for part in mine)
    figures = alignment.headline(alignment.consolidate(summarise(budget, given_out)))
    assert figures.aligned_share is None or 0 <= figures.aligned_share <= 1
    assert all(not budget["memo"][place] for place in outermost(wholes).tolist() if place != NO_WHOLE)
