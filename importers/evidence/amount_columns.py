"""What the header of a column of amounts says of them: the year, stage, version, flow, control and unit."""

from __future__ import annotations

from dataclasses import replace

from budget_align.core.values.eras import name_era
from budget_align.core.values.fiscal_year import find_biennia
from budget_align.core.values.money import Currency
from importers.evidence.column import Column
from importers.evidence.column_kinds import KindBelief
from importers.structure.grid import Grid
from importers.words import flow_words, income_words, lexicon, row_words, stage_words, vocabulary
from importers.words.unit_words import find_unit


def find_header_years(grid: Grid, header: str) -> list[int]:
    """The fiscal years that a header names, that of a month beside nothing but words that say what it holds, such as
    "Mar-23 Actual", among them; the first of two that it names together, such as 2023-25.
    """
    calendar = grid.terms.calendar
    header = name_era(header, grid.terms.currency.code)
    bare = " ".join(word for word in header.split() if not lexicon.knows(word))
    found = calendar.find_years(header) or (calendar.find_years(bare) if bare != header else [])
    return found or ([] if calendar.is_calendar_year else find_biennia(header))


def as_amount(grid: Grid, column: Column) -> Column:
    """A column that was taken for codes as the amounts that it may be."""
    years = find_header_years(grid, column.header)
    belief = KindBelief(1 - column.confidence, "money", "its numbers may be amounts")
    amount = read_amount_column(column.index, column.header, years, belief, grid.terms.currency)
    return replace(amount, may_be_money=True)


def read_amount_column(c: int, header: str, years: list[int], belief: KindBelief, home: Currency) -> Column:
    """A column of amounts with what its header says of them.

    Args:
        c: its place.
        header: what its header says.
        years: the fiscal years that this names.
        belief: what makes it money.
        home: the government's currency.
    """
    control = vocabulary.find_control(header)
    stage = stage_words.find_stage(header)
    rest = vocabulary.without_year_and_unit(header)
    flow = flow_words.find_flow(header) or ("income" if income_words.names_income(rest) else "")
    said = control or stage or flow or row_words.says_total(rest) or vocabulary.says_amount(rest)
    account = "" if said or name_era(rest, home.code) != rest else rest
    return Column(
        c,
        header,
        "amount",
        min(belief.money, 0.99),
        belief.evidence,
        fiscal_year=years[-1] if len(years) == 1 else None,
        stage=stage,
        control=control,
        account=account if years or len(account) > 2 else "",
        unit=find_unit(header, home),
        flow=flow,
        version=stage_words.find_version(header),
    )
