"""What a workbook says beside its tables: whose budget it is, at what stage, in what unit and for which year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from budget_align.core.fiscal_year import find_years
from budget_align.core.money import Unit
from budget_align.core.reading import Answers, Belief, Question
from importers import vocabulary
from importers.columns import Column
from importers.grid import Grid, Kind, address
from importers.layout import Block

_CELLS_OF_NOTES = 400
_TITLE_LENGTH = 200


@dataclass(frozen=True)
class Context:
    """What holds for all lines of one table, each with its evidence, and what nobody but a person can settle."""

    body: Belief
    stage: Belief
    unit: Unit
    unit_belief: Belief
    fiscal_year: int | None
    title: str
    names: tuple[str, ...]
    questions: tuple[Question, ...]


def read_notes(grids: Iterable[Grid]) -> list[str]:
    """The texts of sheets without tables, contents pages and notes among them, first ones first."""
    said: list[str] = []
    for grid in grids:
        for row, column in zip(*(grid.kinds == Kind.TEXT).nonzero(), strict=True):
            said.append(grid.texts[int(row)][int(column)])
            if len(said) >= _CELLS_OF_NOTES:
                return said
    return said


def read_context(
    grid: Grid, block: Block, columns: Sequence[Column], notes: Sequence[str], answers: Answers
) -> Context:
    """What the table's titles, headers, sheet and workbook say of it, nearest first; a person's answers go before."""
    titles = [(address(r, c), grid.texts[r][c]) for r, c in block.titles if len(grid.texts[r][c]) <= _TITLE_LENGTH]
    questions: list[Question] = []
    body = _read_body(grid, block, columns, titles, answers)
    if not body.value and not any(column.role == "body" for column in columns):
        questions.append(
            Question(topic="body", sheet=grid.name, prompt=f"Whose budget is the table of sheet {grid.name!r}?")
        )
    stage = _read_stage(grid, columns, titles, notes, answers)
    if not stage.value:
        questions.append(
            Question(
                topic="stage",
                sheet=grid.name,
                prompt=f"Is sheet {grid.name!r} a plan, a budget, a forecast or an outturn?",
                guess="budget",
            )
        )
    unit, unit_belief = _read_unit(columns, titles, notes, answers)
    if not unit_belief.value:
        questions.append(
            Question(
                topic="unit",
                sheet=grid.name,
                prompt=f"Are the amounts of sheet {grid.name!r} in pounds, thousands or millions?",
                guess="£",
            )
        )
    fiscal_year = _read_year(grid, titles, notes, answers)
    amounts = [column for column in columns if column.role == "amount"]
    if (
        fiscal_year is None
        and any(c.fiscal_year is None for c in amounts)
        and not any(c.role == "year" for c in columns)
    ):
        questions.append(
            Question(
                topic="year", sheet=grid.name, prompt=f"Which financial year are the amounts of {grid.name!r} for?"
            )
        )
    corner = next((column.header for column in columns if column.role == "programme"), "")
    title = next((text for _, text in titles), corner)
    names = tuple(dict.fromkeys(name for name in (body.value, title, corner, grid.name) if name))
    return Context(body, stage, unit, unit_belief, fiscal_year, title, names, tuple(questions))


def _read_body(
    grid: Grid, block: Block, columns: Sequence[Column], titles: Sequence[tuple[str, str]], answers: Answers
) -> Belief:
    given = answers.bodies.get(grid.name) or answers.body
    if given:
        return Belief(value=given, confidence=1.0, evidence="a person said so")
    column = next((column for column in columns if column.role == "body"), None)
    corner = _corner(grid, block, columns)
    if column is not None:
        said = list(dict.fromkeys(grid.texts[row][column.index] for row in block.body if grid.texts[row][column.index]))
        if len(said) == 1:
            beside = "; the header over the labels says the same" if corner and corner in said else ""
            evidence = f"column {column.letter} says so in every row{beside}"
            return Belief(value=said[0], confidence=0.95 if beside else column.confidence, evidence=evidence)
        return Belief(value="", confidence=column.confidence, evidence=f"column {column.letter} names each row's body")
    for where, text in titles:
        name, sure = vocabulary.body_in_title(text)
        if sure >= 0.9:
            return Belief(value=name, confidence=sure, evidence=f"cell {where} labels it")
    if corner:
        return Belief(value=corner, confidence=0.7, evidence="the header over the labels")
    for where, text in titles[:3]:
        name, sure = vocabulary.body_in_title(text)
        if name:
            return Belief(value=name, confidence=sure, evidence=f"the title in cell {where}")
    if not vocabulary.is_generic(grid.name):
        return Belief(value=grid.name, confidence=0.4, evidence="the name of the sheet")
    return Belief(value="", confidence=0.0, evidence="nothing in the sheet names it")


def _corner(grid: Grid, block: Block, columns: Sequence[Column]) -> str:
    """A name in the header over the labels, where a word such as "Programme" would stand."""
    column = next((column for column in columns if column.role == "programme"), None)
    if column is None or not column.header or vocabulary.find_role(column.header) or find_years(column.header):
        return ""
    if vocabulary.find_unit(column.header) or vocabulary.is_generic(column.header) or len(column.header) > 100:
        return ""
    return column.header


def _read_stage(
    grid: Grid, columns: Sequence[Column], titles: Sequence[tuple[str, str]], notes: Sequence[str], answers: Answers
) -> Belief:
    amounts = [column for column in columns if column.role == "amount"]
    if answers.stage:
        return Belief(value=answers.stage, confidence=1.0, evidence="a person said so")
    own = {column.stage for column in amounts}
    if amounts and "" not in own:
        said = " and ".join(sorted(own))
        return Belief(value=amounts[-1].stage, confidence=0.95, evidence=f"the headers of the amounts say {said}")
    for where, text in titles:
        if vocabulary.find_stage(text):
            return Belief(
                value=vocabulary.find_stage(text), confidence=0.9, evidence=f"cell {where} says {text[:60]!r}"
            )
    for column in columns:
        if column.stage and column.role == "total":
            evidence = f"the header of column {column.letter} says {column.header!r}"
            return Belief(value=column.stage, confidence=0.85, evidence=evidence)
        if column.role == "stage":
            return Belief(value="budget", confidence=0.9, evidence=f"column {column.letter} names each row's stage")
    for source, texts in (("the name of the sheet", [grid.name]), ("a note in the workbook", notes)):
        for text in texts:
            if vocabulary.find_stage(text):
                return Belief(
                    value=vocabulary.find_stage(text), confidence=0.7, evidence=f"{source} says {text[:60]!r}"
                )
    return Belief(value="", confidence=0.0, evidence="nothing in the workbook says")


def _read_unit(
    columns: Sequence[Column], titles: Sequence[tuple[str, str]], notes: Sequence[str], answers: Answers
) -> tuple[Unit, Belief]:
    amounts = [column for column in columns if column.role in ("amount", "total")]
    own = [column.unit for column in amounts if column.unit]
    if own and len(own) == len(amounts):
        units = list(dict.fromkeys(own))
        said = " and ".join(map(str, units))
        return units[0], Belief(value=said, confidence=0.95, evidence="the headers of the amounts say so")
    if answers.unit:
        return answers.unit, Belief(value=str(answers.unit), confidence=1.0, evidence="a person said so")
    sources = [(f"cell {where}", text, 0.9) for where, text in titles]
    sources += [(f"the header of column {c.letter}", c.header, 0.8) for c in columns]
    sources += [("a note in the workbook", text, 0.6) for text in notes]
    for where, text, sure in sources:
        unit = vocabulary.find_unit(text)
        if unit:
            return unit, Belief(value=str(unit), confidence=sure, evidence=f"{where} says {text[:60]!r}")
    return Unit(), Belief(value="", confidence=0.0, evidence="nothing in the workbook says")


def _read_year(grid: Grid, titles: Sequence[tuple[str, str]], notes: Sequence[str], answers: Answers) -> int | None:
    if answers.fiscal_year is not None:
        return answers.fiscal_year
    for texts in ([text for _, text in titles], [grid.name], notes):
        years = list(dict.fromkeys(year for text in texts for year in find_years(text)))
        if len(years) == 1:
            return years[0]
    return None
