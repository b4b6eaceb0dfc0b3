"""The stage and version of a table, and which way its money goes, as what stands around it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from budget_align.core.returns.reading import Belief, TableAnswers
from importers.evidence.asking import Asks
from importers.evidence.column import Column
from importers.evidence.row_dimensions import goes_with_stages, names_stage, speaks_of_phases
from importers.evidence.stated_unit import NAMING
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import flow_words, row_words, stage_words, vocabulary
from importers.words.income_words import names_income
from importers.words.lexicon import Meaning

_NEARLY_ALL: Final = 0.9

TITLE_LENGTH: Final = 200
"""A longer text above a table is prose, and no title."""

_PROGRESS: Final = re.compile(
    r"\b(status|state|estado|statut|[eé]tat|stato|situa\w*|stand|zustand|stav|decision|d[eé]cision)\b", re.I
)
"""What heads words for how far an application or a payment has come: requested, approved, paid."""

_OTHERWISE: tuple[Meaning, ...] = ("expenditure", "financing")

_FEW_WORDS: Final = 8

_TOTAL_NAME: Final = 60

_RECEIVED: tuple[Meaning, ...] = ("income", "financing")


def read_stage(
    grid: Grid,
    block: Block,
    columns: Sequence[Column],
    titles: Sequence[tuple[str, str]],
    notes: Sequence[str],
    throughout: Sequence[tuple[str, str]],
    answers: TableAnswers,
) -> Belief:
    """At what stage the amounts are, as headers, titles, columns, the sheet and notes say, nearest first."""
    amounts = [column for column in columns if column.role == "amount"]
    if answers.stage:
        return Belief(value=answers.stage, confidence=1.0, evidence=answers.evidence)
    own = {column.stage for column in amounts}
    if amounts and "" not in own:
        said = " and ".join(sorted(own))
        return Belief(value=amounts[-1].stage, confidence=0.95, evidence=f"the headers of the amounts say {said}")
    for where, text in titles:
        if stage_words.find_stage(text):
            return Belief(
                value=stage_words.find_stage(text), confidence=0.9, evidence=f"cell {where} says {text[:60]!r}"
            )
    for column in columns:
        if column.stage and column.role == "total":
            evidence = f"the header of column {column.letter} says {column.header!r}"
            return Belief(value=column.stage, confidence=0.85, evidence=evidence)
        if column.role == "stage" and not unknown_stages(grid, block, column):
            return Belief(value="budget", confidence=0.9, evidence=f"column {column.letter} names each row's stage")
    if every_row := [(w, text) for w, text in throughout if _says_stage_throughout(w, text, columns)]:
        where, text = every_row[0]
        return Belief(value=stage_words.find_stage(text), confidence=0.85, evidence=f"{where} says {text[:60]!r}")
    for source, texts in (("the name of the sheet", [grid.name]), ("a note in the workbook", notes)):
        for text in texts:
            if stage_words.find_stage(text):
                return Belief(
                    value=stage_words.find_stage(text), confidence=0.7, evidence=f"{source} says {text[:60]!r}"
                )
    return Belief(value="", confidence=0.0, evidence="nothing in the workbook says")


def unknown_stages(grid: Grid, block: Block, column: Column) -> list[str]:
    """The words of a column of stages by its header that are known for no stage, version or step between two."""
    if not speaks_of_phases(column.header):
        return []
    words = [grid.vocabulary[code] for code in pd.unique(grid.codes[block.data, column.index]).tolist() if code]
    return [word for word in words if not names_stage(word) and not goes_with_stages(word)]


def _says_stage_throughout(where: str, text: str, columns: Sequence[Column]) -> bool:
    """Whether every row of a column says one stage; how far an application has come is none of its money."""
    header = next((c.header for c in columns if where == f"every row of column {c.letter}"), None)
    return header is not None and stage_words.is_stage(text) and not _PROGRESS.search(header)


def read_flow(
    titles: Sequence[tuple[str, str]],
    columns: Sequence[Column],
    throughout: Sequence[tuple[str, str]],
    answers: TableAnswers,
    asks: Asks,
    *,
    beside_capital: bool = False,
) -> Belief:
    """Which way the money of the table goes, where neither its columns nor its rows say so. A title that speaks of
    income among other words, as "income from fees" does and "income support" too, leaves that open; so do a word for
    it that a column says in every row and no other of what is spent, and what the name of the file ends in. Revenue
    beside tables that call themselves capital is spent where a title speaks of spending, and else most likely is.
    """
    if answers.flow:
        return Belief(value=answers.flow, confidence=1.0, evidence=answers.evidence)
    told = any(c.flow for c in columns if c.role in ("amount", "total")) or any(c.role == "flow" for c in columns)
    named = [(f"cell {where}", text) for where, text in titles] + [("the name of the sheet", asks.grid.name)]
    named += [("a header", c.header) for c in columns if c.role in NAMING and len(c.header) <= TITLE_LENGTH]
    # Codes bear the title of their rows where no other header does: "Revenues" over 5700.
    named += [("a header", c.header) for c in columns if c.role.endswith("_code") and flow_words.find_flow(c.header)]
    american = asks.grid.terms.currency.code == "USD"
    for where, text in named:
        flow = flow_words.find_flow(text)
        if flow and (american or not flow_words.says_bare_revenue(text)):
            return Belief(value=flow, confidence=0.8, evidence=f"{where} says {text[:60]!r}")
    for where, text in [] if told else [*named, *throughout]:
        bare = flow_words.says_bare_revenue(text)
        within = bare and beside_capital and not american
        if (bare and _says_revenue_budget(titles)) or (within and _says_spending(titles)):
            # The sheet of the revenue budget is called so for short.
            continue
        said = [flow for flow in _RECEIVED if flow_words.may_say_flow(flow, text)]
        if said and not flow_words.may_say_flow("expenditure", text):
            place = f"{where[0].upper()}{where[1:]} of {asks.grid.name!r} says"
            place = f"A {where.rpartition(' ')[2]} is called" if where.startswith("the name") else place
            value = asks.one_of(
                "flow",
                f"{place} {text[:80]!r}. Is its money spent or received?",
                (("expenditure", "Spent"), ("income", "Received"), ("financing", "Financing: borrowed or lent")),
                # What funds each line of a table is spent on it; a table of loans is called after them.
                "expenditure" if within or (where in _HEADERS and said[0] == "financing") else said[0],
                text,
            )
            return Belief(value=value, confidence=0.5, evidence=f"{where} says {text[:60]!r}")
    by_file = next((text for where, text in throughout if where == _FILE and _says_spent(text)), "")
    if by_file:
        # What may be received as well is asked about all the same.
        return Belief(value="expenditure", confidence=0.75, evidence=f"{_FILE} says {by_file[:60]!r}")
    return Belief(value="expenditure", confidence=0.7, evidence="nothing says income or financing")


_FILE: Final = "the name of the file"


_HEADERS: Final = ("a header", "the header of every amount", "the header of their total")


def _says_revenue_budget(titles: Sequence[tuple[str, str]]) -> bool:
    """Whether a title speaks of revenue as what is spent within a year: of the revenue budget, and of no income."""
    said = [text for _, text in titles if _REVENUE.search(text)]
    return any(not flow_words.may_say_flow("income", text) for text in said)


def _says_spending(titles: Sequence[tuple[str, str]]) -> bool:
    """Whether a title speaks of what is spent, and of no income."""
    return any(
        flow_words.may_say_flow("expenditure", text) and not flow_words.may_say_flow("income", text)
        for _, text in titles
    )


_REVENUE: Final = re.compile(r"\brevenue\b", re.IGNORECASE)


def said_throughout(grid: Grid, block: Block, columns: Sequence[Column], file_says: str) -> list[tuple[str, str]]:
    """What speaks of every row, with where it stands: the one word of a column of labels, or of each of its few words
    one that says the same flow; the headers of all amounts; the name of the row that totals all others; that of the
    file, where it speaks of what is spent alone, or of income and no row of any flow.
    """
    found: list[tuple[str, str]] = []
    spent = False
    for column in columns:
        codes = grid.codes[block.data, column.index]
        if column.index not in block.labels or not len(codes) or not codes.all():
            continue
        places = pd.unique(codes)
        distinct = [grid.vocabulary[code] for code in places.tolist()]
        spent |= len(distinct) <= _FEW_WORDS and all(map(_says_spent, distinct))
        if len(distinct) == 1:
            found.append((f"every row of column {column.letter}", distinct[0]))
        elif len(distinct) <= _FEW_WORDS and _say_one_flow(
            dict(zip(distinct, np.bincount(codes)[places].tolist(), strict=True))
        ):
            found.append((f"column {column.letter}", next(word for word in distinct if _say_one_flow([word]))))
    headers = [column.header for column in columns if column.role == "amount"]
    if headers and _say_one_flow(headers):
        found.append(("the header of every amount", headers[0]))
    wholes = [column.header for column in columns if column.role == "total"]
    if wholes and _say_one_flow(wholes):
        found.append(("the header of their total", wholes[0]))
    if spent:
        found = [(where, text) for where, text in found if not _say_one_flow([text])]
    received = names_income(vocabulary.without_year_and_unit(file_says)) and not _rows_speak(
        grid, block, (*_OTHERWISE, "income")
    )
    spent = _says_spent(file_says) and not any(flow_words.may_say_flow(flow, file_says) for flow in _RECEIVED)
    named = [(_FILE, file_says)] if received or spent else []
    return [*found, *_said_by_total(grid, block), *named]


def _says_spent(text: str) -> bool:
    return flow_words.may_say_flow("expenditure", text) and not _say_one_flow([text])


def _say_one_flow(texts: Iterable[str] | Mapping[str, int]) -> bool:
    """Whether nearly all texts have a word of what is received, or of financing, and none one of what is spent."""
    often = Counter(texts)
    if any(flow_words.may_say_flow("expenditure", text) for text in often):
        return False
    said = max(sum(n for text, n in often.items() if flow_words.may_say_flow(flow, text)) for flow in _RECEIVED)
    return said >= _NEARLY_ALL * often.total()


def _said_by_total(grid: Grid, block: Block) -> list[tuple[str, str]]:
    """The name of the last row of a table, or of its first, where it calls itself a total; none where other rows speak
    of money that goes another way, as those of a statement do.
    """
    if _rows_speak(grid, block, _OTHERWISE):
        return []
    ends = [(int(row), grid.text(int(row), column)) for row in block.data[[-1, 0]] for column in block.labels]
    return [(f"row {row + 1}", text) for row, text in ends if row_words.says_total(text) and len(text) <= _TOTAL_NAME]


def _rows_speak(grid: Grid, block: Block, flows: Sequence[Meaning]) -> bool:
    """Whether any row of a table has a word of one of some flows."""
    words = grid.words(block.body, block.labels)
    return any(flow_words.may_say_flow(flow, word) for flow in flows for word in words)


def read_version(titles: Sequence[tuple[str, str]], sheet: str, answers: TableAnswers) -> Belief:
    """Which version of its stage a table states, where its columns do not say so."""
    if answers.version:
        return Belief(value=answers.version, confidence=1.0, evidence=answers.evidence)
    for where, text in [*((f"cell {where}", text) for where, text in titles), ("the name of the sheet", sheet)]:
        version = stage_words.find_version(text)
        if version:
            return Belief(value=version, confidence=0.8, evidence=f"{where} says {text[:60]!r}")
    return Belief(value="original", confidence=0.7, evidence="nothing says that it was revised")
