"""Settles whether the days or years in a column say of which fiscal year the amounts are.

A list of payments states the day of each, and no year besides. Beside a year that a title, a header or a person states,
the day on which something was approved or begins says nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.structure.block import Block
from importers.structure.grid import Grid
from importers.words import lexicon, period_words, stage_words, vocabulary

_NAMED = 4
_FISCAL = re.compile(r"\b(fiscal|financial|fscl)\b|\bf\.?y\b|exercice|ejercicio|haushaltsjahr|esercizio", re.IGNORECASE)
"""What the header of a column says that names the fiscal year of each row, whatever days stand beside it."""

_TIME = re.compile(
    r"(?:time(?: period)?|obs ?time|ref(?:erence)? (?:date|period)"
    r"|period|periode|periodo|tid|aika|ar|vuosi|ετος|год|年|年度|연도"
    r"|tahun|jaar|perioden|perioder|tidsperiode|zeit|temps|tiempo|tempo)(?: .*)?"
)
"""Headers, as the lexicon folds them, of the column that says when: offices of statistics call it so."""

_OF_THE_FILE = re.compile(
    r"(?<!\w)(?:last updated?|update[ds]?|published|publication|extract(?:ed|ion)?|data as at|as (?:at|of)(?: date)?"
    r"|created|valid (?:from|to|until)|established|founded|opened|release[ds]?|vintage|modified|loaded|snapshot"
    r"|census year|base year|run date|report(?:ed|ing)? date|stand)(?!\w)"
)
"""Headers, as the lexicon folds them, of days on which data were drawn, or on which something came to be."""

_BARE = re.compile(r"(?:19|20)\d\d")


def settle_days(
    grid: Grid, block: Block, columns: Sequence[Column], stated: int | None, decisions: Decisions, key: str
) -> list[Column]:
    """The columns, one of days or years that says no fiscal year told as a note.

    Args:
        grid: the sheet.
        block: the table.
        columns: its columns.
        stated: the fiscal year that a title or a person states.
        decisions: what is settled, and where an open choice goes.
        key: names the table.
    """
    dated = all(column.fiscal_year is not None for column in columns if column.role == "amount")
    columns = _without_days_of_file(grid, block, columns)
    editions = _editions(grid, block, columns)
    years = {c.index: _years(grid, block, c) for c in columns if c.role == "year" and c.index not in editions}
    doubtful = [
        c for c in columns if years.get(c.index) and (dated or (stated is not None and years[c.index] != [stated]))
    ]
    said = ""
    if doubtful and not dated and stated is not None:
        said = decisions.take(_choice(grid, doubtful, years, stated, key))
    settled = []
    for column in columns:
        if column.index in editions:
            column = replace(column, role="note", evidence="the same year in every row, beside one that varies")
        elif column in doubtful and said not in ("rows", column.letter):
            evidence = "it says no fiscal year, which is stated elsewhere"
            column = replace(column, role="note", evidence=evidence)
        settled.append(column)
    settled = _choose_between_days(grid, block, settled, decisions, key)
    return _choose_between_years(grid, block, settled, decisions, key)


def _without_days_of_file(grid: Grid, block: Block, columns: Sequence[Column]) -> Sequence[Column]:
    """The columns with no days left that say when data were drawn, beside a column that says the time of each row:
    a day that is the same in every row, or whose header speaks of the file, is no row's while another varies.
    """
    times = [c for c in columns if c.role == "year"]
    if len(times) < 2:
        return columns
    said = {c.index: len(set(block.texts(grid, c.index, with_numbers=True).words) - {""}) for c in times}
    of_days = {c.index for c in times if _years_of_rows(grid, block, c)}
    named = {c.index for c in times if not _says_file(c.header) and _says_time(c.header)}
    others = {
        c.index
        for c in times
        if c.index not in named
        and (
            (named and (_says_file(c.header) or c.index in of_days))
            or (said[c.index] == 1 and c.index in of_days and any(said[o.index] > 1 for o in times))
            or (_says_file(c.header) and not all(_says_file(o.header) for o in times))
        )
    }
    evidence = "another column says the time of each row"
    return [replace(c, role="note", evidence=evidence) if c.index in others else c for c in columns]


def _says_time(header: str) -> bool:
    return lexicon.says("year", header) or bool(_TIME.fullmatch(lexicon.fold_words(header)))


def _says_file(header: str) -> bool:
    return bool(_OF_THE_FILE.search(lexicon.fold_words(header)))


def _choose_between_days(
    grid: Grid, block: Block, columns: list[Column], decisions: Decisions, key: str
) -> list[Column]:
    """The columns with one left to say the year: one that says the fiscal year goes before days; of several columns of
    days that name different years which one does, the day of the contract or that of the payment, is a choice.
    """
    years = {c.index: _years_of_rows(grid, block, c) for c in columns if c.role == "year"}
    of_days = [c for c in columns if years.get(c.index)]
    named = next((c for c in columns if c.index in years and c not in of_days and lexicon.says("year", c.header)), None)
    if not of_days or (named is None and len(of_days) < 2):
        return columns
    first = (named or of_days[0]).letter
    if named is None and any(years[c.index] != years[of_days[0].index] for c in of_days):
        first = _ask_which("day", of_days, first, grid, decisions, key)
    return _with_one(columns, of_days, first)


def _choose_between_years(
    grid: Grid, block: Block, columns: list[Column], decisions: Decisions, key: str
) -> list[Column]:
    """The columns with one left of those that name years, and not the same: one that names a year in every row, and of
    these the one that its header calls a year; where none or several are called so, as the year of the grant and that
    of its last payment, the one that a person says.
    """
    years = {
        c.index: _plain_years(grid, block, c)
        for c in columns
        if c.role == "year" and not lexicon.says("period", c.header)
    }
    plain = [c for c in columns if years.get(c.index)]
    if len(plain) < 2 or not any(_are_apart(grid, years[plain[0].index], years[c.index]) for c in plain[1:]):
        return columns
    whole = [c for c in plain if all(years[c.index])] or plain
    fiscal = [c for c in whole if _FISCAL.search(c.header)]
    named = [c for c in whole if lexicon.says("year", c.header)]
    first = (fiscal or named or whole)[0].letter
    if len(whole) > 1 and len(fiscal) != 1 and len(named) != 1:
        first = _ask_which("column", whole, first, grid, decisions, key)
    return _with_one(columns, plain, first)


def _ask_which(what: str, columns: Sequence[Column], guess: str, grid: Grid, decisions: Decisions, key: str) -> str:
    """The letter of the column, of days or years, that a person says names the year of each row."""
    choice = Choice(
        choice_id("year", *(column.header for column in columns)),
        "year",
        grid.name,
        key,
        f"Which {what} of {grid.name!r} says to which fiscal year an amount belongs?",
        tuple((c.letter, f"Column {c.letter}, {c.header[:60]!r}") for c in columns),
        guess,
    )
    return decisions.take(choice)


def _with_one(columns: Sequence[Column], timed: Sequence[Column], first: str) -> list[Column]:
    """The columns with one left of those of days or years, by its letter."""
    others = {c.index for c in timed if c.letter != first}
    return [
        replace(c, role="note", evidence=f"column {first} says the year of the amounts") if c.index in others else c
        for c in columns
    ]


def _plain_years(grid: Grid, block: Block, column: Column) -> list[int]:
    """The one year that a column names in each row, zero where it names none; none of a column that names several."""
    texts = block.texts(grid, column.index, with_numbers=True)
    years = {word: grid.terms.calendar.find_years(word) for word in set(texts.words)}
    if not any(years.values()) or any(len(named) > 1 for named in years.values()):
        return []
    return [next(iter(years[texts.words[code]]), 0) for code in texts.codes.tolist()]


def _are_apart(grid: Grid, one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two columns name other years, and are not the two halves in which a fiscal year is written."""
    steps = {b - a for a, b in zip(one, other, strict=True) if a and b}
    halves = {1} if grid.terms.calendar.starts > 1 else set()
    return bool(steps) and steps != {0} and steps != halves


def _years_of_rows(grid: Grid, block: Block, column: Column) -> list[int]:
    """The fiscal year of each row as a column of days says it, zero for a blank; none of any other column."""
    texts = block.texts(grid, column.index, with_numbers=True)
    said = [word for word in texts.words if word]
    years = dict(zip(said, grid.terms.calendar.years_of_days(said), strict=False))
    return [years.get(texts.words[code], 0) for code in texts.codes.tolist()] if years else []


def _editions(grid: Grid, block: Block, columns: Sequence[Column]) -> set[int]:
    """The columns of years that say the same in every row, such as the year of the book, beside one that does not."""
    said = {
        column.index: len(set(block.texts(grid, column.index, with_numbers=True).words) - {""})
        for column in columns
        if column.role == "year" and not _years_of_rows(grid, block, column) and not _FISCAL.search(column.header)
    }
    varied = any(count > 1 for count in said.values())
    return {index for index, count in said.items() if count == 1} if varied else set()


def _years(grid: Grid, block: Block, column: Column) -> list[int]:
    """The fiscal years of a column of days, or of years whose header speaks of something else, such as a founding, or
    of names that years are part of.
    """
    said = [word for word in block.texts(grid, column.index, with_numbers=True).words if word]
    days = sorted(set(grid.terms.calendar.years_of_days(said)))
    if days or not column.header or lexicon.says("year", column.header) or lexicon.says("period", column.header):
        return days
    plain = [int(word) for word in said if _BARE.fullmatch(word)]
    if len(plain) == len(said):
        return sorted(set(plain))
    # "Bonds of 2010" are called by a year and are paid in others.
    named = [vocabulary.without_year_and_unit(word) for word in said]
    if not all(named) or any(stage_words.find_stage(name) or period_words.find_period(name) for name in named):
        return []
    return sorted({year for word in said for year in grid.terms.calendar.find_years(word)})


def _choice(grid: Grid, columns: Sequence[Column], years: Mapping[int, Sequence[int]], stated: int, key: str) -> Choice:
    """Whether amounts are of the year that is stated, or of those that a column of days names; one choice however many
    such columns there are, as beside each contract its first day, its last and that of its review.
    """
    label, first = grid.terms.year, columns[0]
    named = ", ".join(label(year) for year in years[first.index][:_NAMED])
    named += " and others" if len(years[first.index]) > _NAMED else ""
    alone = len(columns) == 1
    what = (
        f"Column {first.letter} of {grid.name!r}, {first.header!r}, names {named}, and its amounts were"
        if alone
        else f"{len(columns)} columns of {grid.name!r} name days of several years, {first.header!r} first, which names "
        f"{named}, and the amounts were"
    )
    rows = (
        [("rows", "Each of the year that its row names")]
        if alone
        else [(c.letter, f"Each of the year in column {c.letter}, {c.header[:60]!r}") for c in columns]
    )
    many = not alone or stated in years[first.index] or len(years[first.index]) > _NAMED
    return Choice(
        choice_id("year", *(column.header for column in columns), named, label(stated)),
        "year",
        grid.name,
        key,
        f"{what} said to be of {label(stated)}. Of which year are they?",
        (*rows, ("stated", f"All of {label(stated)}")),
        "stated" if many else "rows",
    )
