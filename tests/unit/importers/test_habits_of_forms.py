"""Forms that tell each thing that money is spent on in a block of rows: its head with what is granted, the lines below
it and what they come to. Each is a small workbook made from lines whose sum is known.
"""

from __future__ import annotations

import pytest

from tests.habits import NAMES, Rows, check_told, figures, read, sheet, stored


def blocks(*, named_above: bool, lines: int = 1) -> tuple[Rows, int]:
    """Blocks of a head with its amount in the last column, lines with theirs in the middle, and a total of these, which
    may have its name in the row above it; under each two of them a total of the chapter. With it all that is spent.
    """
    rows: Rows = [["Operation", "Place", "Cost", "", "Manager"]]
    whole = chapter = 0
    for n in range(8):
        amounts = figures(9_001 + n, lines)
        rows += [[f"Imputation : {NAMES[n]}"], ["", "", "", sum(amounts)], []]
        rows += [[f"{NAMES[n]} {'ABC'[place]}", "North", amount, "", "Head"] for place, amount in enumerate(amounts)]
        total: Rows = [["Total des activités"], ["", "", sum(amounts)]]
        rows += [[], *(total if named_above else [["Total des activités", "", sum(amounts)]]), []]
        rows += [["Total of activities"], []]
        chapter += sum(amounts)
        if n % 2:
            rows += [["Total Chapitre", "", chapter], []]
            whole, chapter = whole + chapter, 0
    return rows, whole


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("named_above", [True, False])
def test_what_the_head_of_each_block_states_is_what_its_lines_come_to(named_above: bool, lines: int) -> None:
    rows, whole = blocks(named_above=named_above, lines=lines)
    check_told(sheet(rows, whole))


@pytest.mark.parametrize("lines", [1, 3])
def test_a_total_whose_name_stands_in_the_row_above_it_is_one(lines: int) -> None:
    rows, whole = blocks(named_above=True, lines=lines)
    without_heads = [row for row in rows if not (row and row[0] == "" and len(row) > 3)]
    check_told(sheet(without_heads, whole))


@pytest.mark.parametrize("heads", [("Debit", "Credit"), ("Money out", "Money in"), ("A", "B")])
def test_what_is_booked_against_an_amount_in_the_next_row_is_no_line_below_its_head(heads: tuple[str, str]) -> None:
    amounts = figures(9_021, 10)
    rows: Rows = [["Entry", *heads]]
    for name, amount in zip(NAMES, amounts, strict=False):
        rows += [[name, amount, ""], [f"Bank, {name}", "", amount]]
    outcome = read(sheet(rows, sum(amounts)))
    assert outcome.asked or stored(outcome) == {sum(amounts)}
