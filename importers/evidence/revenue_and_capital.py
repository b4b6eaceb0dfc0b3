"""Tables called revenue beside others of the same shape that are called capital: in British accounts revenue is what is
spent within the year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import flow_words, lexicon, vocabulary


def stands_beside_capital(grid: Grid, block: Block, others: Sequence[tuple[Grid, Block]]) -> bool:
    """Whether another table with the same headers calls itself capital, and none calls itself what is spent or spent
    within the year, beside which revenue would be what is received.
    """
    if not any(map(flow_words.says_bare_revenue, _names(grid, block))):
        return False
    headers = _headers(grid, block)
    alike = [(g, b) for g, b in others if b is not block and _headers(g, b) == headers]
    said = [text for each in alike for text in _names(*each)]
    capital = any(vocabulary.find_control(text) == "CDEL" and not _says_flow(text) for text in said)
    return capital and not any(_says_spent(text) for text in said)


def _names(grid: Grid, block: Block) -> list[str]:
    """What a table is called: its titles, and its sheet."""
    return [*(grid.text(*where) for where in block.titles), grid.name]


def _headers(grid: Grid, block: Block) -> list[str]:
    return [lexicon.fold_words(" ".join(block.header_texts(grid, column))) for column in block.columns]


def _says_flow(text: str) -> bool:
    """Whether a text has a word of what is received, as "Capital receipts" does."""
    return flow_words.may_say_flow("income", text) and not flow_words.says_bare_revenue(text)


def _says_spent(text: str) -> bool:
    """Whether a text is the name of what is spent, or of what is within the year in words other than revenue."""
    named = flow_words.find_flow(text) == "expenditure" and vocabulary.find_control(text) != "CDEL"
    within = vocabulary.find_control(text) == "RDEL" or bool(_WITHIN_THE_YEAR.search(text))
    return named or (within and not flow_words.says_bare_revenue(text))


_WITHIN_THE_YEAR: Final = re.compile(
    r"\b(recurrent|recurring|operating|operational|operations|running|maintenance)\b", re.IGNORECASE
)
