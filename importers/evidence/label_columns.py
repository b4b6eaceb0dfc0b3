"""Reads the columns of words: what names the rows, at which level, and what says a stage, a unit or a price basis."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from budget_align.core.returns.reading import Role
from importers.evidence.column import Column
from importers.evidence.row_dimensions import (
    find_dimension,
    goes_with_stages,
    names_stage,
    repeats_under_headings,
    speaks_of_phases,
)
from importers.evidence.row_units import says_row_units
from importers.structure.block import Block
from importers.structure.grid import Grid, Kind, are_years, sample
from importers.words import lexicon, period_words, row_words, stage_words, vocabulary

_PROSE_LENGTH = 60
_VALUES_SAMPLED = 500
_YEAR_LENGTH = 20
_STAGED_LENGTH: Final = 30
_ROWS_OF_ONE_WORD: Final = 4
_NEARLY_ALL: Final = 0.95
_LEVEL = re.compile(r"\b(?:level|tier)\s*\d\b", re.IGNORECASE)


def read_label_column(grid: Grid, block: Block, c: int) -> Column:
    """A column of words with the role that its header, its place and what it says give it, seen by itself."""
    header = " ".join(" ".join(block.header_texts(grid, c)).split())
    rows = sample(block.body)[:_VALUES_SAMPLED]
    texts = [grid.text(row, c) for row in rows if grid.kinds[row, c] in (Kind.TEXT, Kind.DATE)]
    numbers = grid.numbers[rows, c][grid.kinds[rows, c] == Kind.NUMBER]
    if len(numbers) > len(texts):
        if are_years(numbers) or vocabulary.find_role(header) == "year":
            return Column(c, header, "year", 0.9, "every number is a year, and they name the rows")
        return Column(c, header, "programme_code", 0.7, "numbers that name the rows")
    # Headings between the rows may name what the years are of.
    data = sample(block.data)[:_VALUES_SAMPLED]
    named = [grid.text(row, c) for row in data if grid.kinds[row, c] in (Kind.TEXT, Kind.DATE)]
    named = [text for text in named if not row_words.says_total(text) and not row_words.says_derived_row(text)]
    remarks = vocabulary.find_role(header) in ("note", "description") and c > max(block.values)
    if not (remarks or _names_codes(header)) and (timed := _named_by_time(grid, named)):
        return Column(c, header, timed, 0.9, "every row is named by a year" + " and a stage" * (timed == "stage"))
    role = _role_of_header(grid, block, c, header, named)
    right_of_amounts = c > max(block.values)
    average = sum(map(len, texts)) / len(texts) if texts else 0
    if role in _NAMES_OF and texts and not _are_codes(texts):
        role = _NAMES_OF[role]
    if role in ("note", "description", "counterpart"):
        # A short "description" left of the amounts is the line's name.
        if role == "description" and not right_of_amounts and average < _PROSE_LENGTH:
            return Column(c, header, "programme", 0.8, f"the header {header!r} over short text left of the amounts")
        return Column(c, header, role, 0.9, f"the header {header!r}")
    if not texts:
        return Column(c, header, "unused", 0.9, "no text in the body")
    if right_of_amounts and average >= _PROSE_LENGTH / 2:
        return Column(c, header, "description", 0.6, "long text right of the amounts")
    if _LEVEL.search(header):
        return Column(c, header, "unit", 0.8, f"the header {header!r} names a level")
    if role:
        return Column(c, header, role, 0.85, f"the header {header!r}")
    if right_of_amounts:
        return Column(c, header, "note", 0.5, "text right of the amounts")
    return Column(c, header, "unit", 0.4, "text left of the amounts")


def _names_codes(header: str) -> bool:
    """Whether a header names codes or references and no time, so that 2023/01 below it is the first of them."""
    timed = any(lexicon.says(meaning, header) for meaning in ("year", "period", "day"))
    return not timed and (lexicon.says("code", header) or lexicon.says("identifier", header))


def _named_by_time(grid: Grid, named: list[str]) -> Role | None:
    """Whether words that name rows are years, or years with the stage of their amounts; None where they are neither."""
    calendar = grid.terms.calendar
    if len(named) < 2:
        return None
    if all(_says_year_and_stage(grid, text) for text in named):
        return "stage"
    short = all(len(text) < _YEAR_LENGTH and not _is_number_of_its_own(text) for text in named)
    years = short and all(len(calendar.find_years(text)) == 1 for text in named)
    return "year" if years or calendar.years_of_days(named) else None


def _says_year_and_stage(grid: Grid, text: str) -> bool:
    """Whether a text is a year and the stage of its amounts, such as "2023-24 Actual"."""
    staged = stage_words.find_stage(vocabulary.without_year_and_unit(text))
    return bool(staged) and len(text) < _STAGED_LENGTH and len(grid.terms.calendar.find_years(text)) == 1


def _is_number_of_its_own(text: str) -> bool:
    """Whether a text numbers a document within a year, by its pattern or by other figures beside the year."""
    return bool(_NUMBER_OF_ITS_OWN.search(text) or _FIGURES.search(vocabulary.without_year_and_unit(text)))


_FIGURES: Final = re.compile(r"\d{3}")

_NUMBER_OF_ITS_OWN: Final = re.compile(
    r"(?:19|20)\d\d(?:\W?[^\W\d]{1,6}\W?(?!(?:19|20)\d\d$)\d{3,}|[/-](?:\d{3}|\d{5,}))$|^(?:\d{3}|\d{5,})[/-](?:19|20)\d\d$"
)
"""How documents are numbered within a year: "2025NE00017", "2024-INV-0031", "00123/2024"."""

_DIMENSIONS: Final[tuple[Role, ...]] = ("control", "stage", "year")

_FEW_NAMES: Final = 3


def _role_of_header(grid: Grid, block: Block, column: int, header: str, named: list[str]) -> Role | None:
    """The role that a header gives a column of words, if what stands below it bears that out."""
    role = vocabulary.find_role(header)
    if role not in _DIMENSIONS or role is None:
        return role
    return role if _names_dimension(grid, role, named, alone=_is_only_words(grid, block, column)) else None


def _names_dimension(grid: Grid, role: Role, named: list[str], *, alone: bool) -> bool:
    """Whether words below a header such as "Fund", "Version" or "Period" say that of each row, and do not name the
    rows: most of them are known for it, or few of them stand again and again beside other words.
    """
    known: dict[str, Callable[[str], object]] = {
        "control": vocabulary.find_control,
        "stage": lambda word: stage_words.find_stage(word) or stage_words.find_version(word),
        "year": lambda word: grid.terms.calendar.find_years(word) or period_words.find_period(word),
    }
    words = set(named)
    if not words or 2 * sum(bool(known[role](word)) for word in words) > len(words):
        return True
    return not alone and (len(words) <= _FEW_NAMES or 2 * len(words) <= len(named))


def _is_only_words(grid: Grid, block: Block, column: int) -> bool:
    """Whether a column of words is the only one left of the amounts."""
    rows, first = sample(block.data), max(block.values)
    return not any(grid.worded[rows, c].any() for c in block.labels if c != column and c < first)


_NAMES_OF: dict[str, Role] = {"programme_code": "programme", "unit_code": "unit", "account_code": "account"}


def _are_codes(texts: list[str]) -> bool:
    """Whether texts are codes and not the names that a header such as "Country ID" stands over."""
    coded = sum(any(c.isdigit() for c in text) or (len(text) <= 5 and text.isupper()) for text in texts)
    return 2 * coded >= len(texts)


_KINDS: Final = 6
_PHASES: Final = 8
"""A column has no more words than this that are stages or controls, or phases under a header that speaks of such."""

_SAID_BEFORE: Final[tuple[Role, ...]] = ("unit", "programme", "account", "control")
_SAID_AFTER: Final[tuple[Role, ...]] = ("note", "control")
"""What a column of few words that are stages or controls is taken for at first, left of the amounts and right of them.
"""


def tell_dimensions(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns with one of labels told as stages, years or controls where its few words are nothing else, as in
    blocks that repeat "estimate" and "request" under the name of each body.
    """
    first_amount = min((c.index for c in columns if c.role in ("amount", "total")), default=0)
    changed: dict[int, Column] = {}
    for column in columns:
        if column.index in block.labels and _is_total_in_all_rows(grid, block, column.index):
            evidence = "it says total in nearly every row, and so makes none of them one"
            changed[column.index] = replace(column, role="note", confidence=0.9, evidence=evidence)
            continue
        dimension = find_dimension(grid, block, column.index, column.header) if column.index in block.labels else None
        if dimension is not None:
            changed[column.index] = replace(column, role=dimension.role, confidence=0.9, evidence=dimension.evidence)
            continue
        if says_row_units(grid, block, column):
            evidence = "it says in which unit each row is"
            changed[column.index] = replace(column, role="row_unit", confidence=0.9, evidence=evidence)
            continue
        if column.index in block.labels and repeats_under_headings(grid, block, column.index):
            evidence = "its words stand again under every heading, which names what they are about"
            changed[column.index] = replace(column, role="stage", confidence=0.8, evidence=evidence)
            continue
        basis = _price_basis_words(grid, block, column)
        if basis:
            evidence = f"its {len(basis)} words say in which prices each row is"
            changed[column.index] = replace(column, role="price_basis", confidence=0.9, evidence=evidence)
            continue
        if column.role not in (_SAID_AFTER if column.index >= first_amount else _SAID_BEFORE):
            continue
        rows = [r for r in block.data[:_VALUES_SAMPLED].tolist() if grid.kinds[r, column.index] == Kind.TEXT]
        words = [grid.text(r, column.index) for r in rows]
        kinds = list(dict.fromkeys(word.casefold() for word in words))
        of_phases = speaks_of_phases(column.header)
        few = len(kinds) <= (_PHASES if of_phases else _KINDS) and (of_phases or len(words) >= 2 * len(kinds))
        if len(words) < 4 or len(kinds) < 2 or not few or max(map(len, kinds)) > 30:
            continue
        plain = [w for w in kinds if not row_words.says_total(w) and not says_made_of_others(w)]
        phases = {word: " ".join(said).strip() for word, said in stage_words.tell_phases(plain).items()}
        found: list[tuple[Role, Callable[[str], str]]] = [
            ("stage", phases.__getitem__),
            ("control", vocabulary.find_control),
        ]
        if column.role == "control":
            # A header such as "Budget Type" may stand over versions.
            found = [] if any(map(vocabulary.find_control, kinds)) else found[:1]
        for role, find in found:
            named = [word for word in plain if find(word)]
            meant = [(find(word), *grid.terms.calendar.find_years(word)) for word in named]
            others = [w for w in plain if w not in named and not (role == "stage" and goes_with_stages(w))]
            # Beside the budgets of several years one word that nobody knows says what leads from one to the next.
            dated = role == "stage" and all(len(years) == 1 for _, *years in meant)
            # Under a header that speaks of phases a person says what an unknown word among known ones is.
            phased = role == "stage" and of_phases and len(others) < len(named)
            # Of two words of one phase a person says which counts, where the same money stands under both.
            apart = len(set(meant)) == len(meant) or (phased and not others and len(set(meant)) > 1)
            if len(named) > 1 and (len(others) <= dated or phased) and apart:
                evidence = f"its {len(plain)} words are each a {role}, repeated for every block of rows"
                changed[column.index] = replace(column, role=role, confidence=0.85, evidence=evidence)
                break
    return _without_namesakes(grid, block, [changed.get(column.index, column) for column in columns])


def _without_namesakes(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns, those of stages or years by header or by one word alone told as labels where another column says
    the stage or year of each row: what stage a project is at, or when it was shown.
    """
    changed: dict[int, Column] = {}
    stages = {c.index: grid.words(block.data, [c.index]) for c in columns if c.role == "stage"}
    told = {index for index, words in stages.items() if any(map(names_stage, words))}
    headed = {c.index for c in columns if c.role == "year" and vocabulary.find_role(c.header) == "year"}
    for column in columns:
        unknown = column.index in stages and told and column.index not in told
        silent = column.role == "year" and column.index in block.labels and headed and column.index not in headed
        if unknown or silent:
            evidence = "text left of the amounts; another column says the stage or year of each row"
            changed[column.index] = replace(column, role="unit", confidence=0.4, evidence=evidence)
    return [changed.get(column.index, column) for column in columns]


def _is_total_in_all_rows(grid: Grid, block: Block, column: int) -> bool:
    """Whether one word with that of a total stands in nearly every row of a column beside others that name the rows."""
    if len(block.data) < _ROWS_OF_ONE_WORD or len(block.labels) < 2:
        return False
    codes, counts = grid.counted(block.data, column)
    most = int(counts.argmax())
    word = grid.vocabulary[int(codes[most])] if codes[most] else ""
    alone = int(counts[most]) >= _NEARLY_ALL * len(block.data)
    return alone and row_words.says_total(word.split(":", 1)[-1].strip())


def says_made_of_others(word: str) -> bool:
    """Whether a word of a column that says what each row is calls it a change or a share of other rows."""
    return row_words.says_derived_row(word) or row_words.says_share_row(word)


def _price_basis_words(grid: Grid, block: Block, column: Column) -> list[str]:
    """The words of a column that says in every row in which prices the row is; none where it says anything else."""
    if column.index not in block.labels:
        return []
    places, _ = grid.counted(block.data, column.index)
    words = [grid.vocabulary[place] for place in places.tolist() if place] if len(places) <= 4 else []
    meant = [vocabulary.find_price_basis(word) for word in words]
    return words if meant and all(meant) and "real terms" in meant else []


def place_labels(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """The columns with those of labels settled among themselves: the one that names the lines is the programme, an
    outermost one that says the same in every row is the body.
    """
    if not block.values:
        return columns
    amounts = [c.index for c in columns if c.role in ("amount", "total")]
    first_amount = min(amounts, default=max(block.values) + 1)
    labels = [c for c in columns if c.index in block.labels and c.role == "unit" and c.index < first_amount]
    changed: dict[int, Column] = {}
    rows = sample(block.data).tolist()
    said = {c.index: [grid.text(r, c.index) for r in rows if grid.kinds[r, c.index] == Kind.TEXT] for c in labels}
    has_programme = any(c.role == "programme" for c in columns)
    has_body = any(c.role == "body" for c in columns)
    columns = _tell_levels(columns, said_distinct=_count_distinct(grid, block, columns))
    has_programme = any(c.role == "programme" for c in columns)
    if not has_programme and labels:
        unnamed = [c for c in labels if vocabulary.find_role(c.header) != "unit" or len(labels) == 1]
        if unnamed:
            named = max(unnamed, key=lambda c: (len(said[c.index]) > 0.8 * max(1, len(rows)), c.index))
            changed[named.index] = replace(
                named, role="programme", confidence=0.8, evidence="names the rows next to the amounts"
            )
    programme = next((changed.get(c.index, c) for c in columns if changed.get(c.index, c).role == "programme"), None)
    for column in labels:
        if programme and column.index not in changed and _repeats(grid, rows, column.index, programme.index):
            changed[column.index] = replace(
                column, role="unused", confidence=0.9, evidence=f"repeats column {programme.letter}"
            )
    if not has_body and len(labels) > 1:
        outermost = labels[0]
        if outermost.index not in changed and said[outermost.index] and len(set(said[outermost.index])) == 1:
            changed[outermost.index] = replace(
                outermost, role="body", confidence=0.85, evidence="the outermost label, the same in every row"
            )
    return [changed.get(column.index, column) for column in columns]


def _count_distinct(grid: Grid, block: Block, columns: list[Column]) -> dict[int, int]:
    """How many different things each column of bodies or programmes says."""
    rows = sample(block.data)
    return {c.index: len(np.unique(grid.codes[rows, c.index])) for c in columns if c.role in ("body", "programme")}


def _tell_levels(columns: list[Column], said_distinct: dict[int, int]) -> list[Column]:
    """The columns with one body and one programme: an inner body is a unit of the outer one, and of several columns
    that name programmes the one that says most holds, the others are units or accounts.
    """
    bodies = [c for c in columns if c.role == "body"]
    programmes = [c for c in columns if c.role == "programme"]
    changed: dict[int, Column] = {}
    for column in bodies[1:]:
        evidence = f"within the bodies of column {bodies[0].letter}"
        changed[column.index] = replace(column, role="unit", confidence=0.7, evidence=evidence)
    if len(programmes) > 1:
        named = max(programmes, key=lambda c: (said_distinct[c.index], -c.index))
        for column in programmes:
            if column.index != named.index:
                role: Role = "unit" if column.index < named.index else "account"
                evidence = f"says less than column {named.letter}, which names the lines"
                changed[column.index] = replace(column, role=role, confidence=0.6, evidence=evidence)
    return [changed.get(column.index, column) for column in columns]


def _repeats(grid: Grid, rows: list[int], column: int, other: int) -> bool:
    """Whether a column of labels says, wherever it says anything, nearly always what another one says."""
    said = [(grid.text(r, column), grid.text(r, other)) for r in rows if grid.kinds[r, column] == Kind.TEXT]
    return len(said) > 1 and sum(a == b for a, b in said) >= 0.9 * len(said)
