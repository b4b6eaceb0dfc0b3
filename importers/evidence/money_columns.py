"""Tells columns of money apart: which of them are the same money stated again, and which are parts of it.

Two columns that a dimension tells apart, such as year, stage, version, flow or control, are different figures and all
are read. Of columns that nothing tells apart one counts, unless a total states their sum: which one is a choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import lgamma
from typing import Final

import numpy as np

from importers.evidence.alternatives import choose
from importers.evidence.amount_columns import find_header_years
from importers.evidence.amounts_as_paid import set_aside_as_paid
from importers.evidence.budget_versions import (
    restore_budgets,
    set_aside_parts_of_budgets,
    set_aside_superseded,
    tell_budgets,
    tell_revised,
    tell_total_budgets,
)
from importers.evidence.choices import Decisions
from importers.evidence.coded_columns import choose_flows_of_letters
from importers.evidence.column import Column
from importers.evidence.column_keys import choose_beside_totals, groups_of, says_dimension
from importers.evidence.columns_by_name import join_names
from importers.evidence.columns_called_totals import choose_totals, restore_totals
from importers.evidence.columns_taken_off import choose_columns_below_zero, choose_columns_taken_off
from importers.evidence.crossed_headers import tell_crossed
from importers.evidence.debits_and_credits import sign_credits
from importers.evidence.derived_columns import (
    amounts_of,
    set_aside,
    set_aside_copies,
    set_aside_foreign,
    set_aside_nets,
    set_aside_prices,
    set_aside_running,
    set_aside_yearly_changes,
    share_near,
    with_changed,
)
from importers.evidence.doubtful_columns import choose_doubtful
from importers.evidence.heads_of_blocks import set_aside_heads
from importers.evidence.held_back import tell_held_back
from importers.evidence.hidden_columns import choose_hidden_columns
from importers.evidence.net_sides import tell_sides
from importers.evidence.open_columns import choose_codes, join_open
from importers.evidence.other_years import choose_other_years
from importers.evidence.part_years import (
    choose_so_far,
    period_of,
    says_so_far,
    set_aside_short,
    tell_running_quarters,
    without_years_of_codes,
)
from importers.evidence.percentages import set_aside_percentages
from importers.evidence.received_columns import tell_received
from importers.evidence.sources import choose_sources
from importers.evidence.stocks import set_aside_stocks
from importers.evidence.sums_over_time import choose_sums_over_time
from importers.evidence.taxes import set_aside_taxes
from importers.evidence.unsummed_columns import set_aside_unsummed
from importers.evidence.whole_years import choose_parts_of_years
from importers.structure.block import Block
from importers.structure.grid import Floats, Grid, Ints
from importers.words import flow_words, lexicon, period_words, stage_words, vocabulary

_SURE_OF_PERSON = 1.0


def tell_apart(
    grid: Grid, block: Block, columns: Sequence[Column], decisions: Decisions, key: str, shape: str, stage: str = ""
) -> list[Column]:
    """The columns, those of amounts that do not count told as what they are.

    Args:
        grid: the sheet.
        block: the table.
        columns: its columns, each by itself.
        decisions: what is settled, and where open choices go.
        key: names the table.
        shape: what tables of the same shape share, so that one answer holds for all of them.
        stage: that of every column whose header says none, where a person said it.
    """
    rows = block.data
    stage = stage or _stage_of_table(grid, block)
    columns = _tell_names(grid, block, without_years_of_codes(grid, block, list(columns)))
    columns = tell_crossed(grid, block, columns)
    columns = choose_other_years(grid, columns, decisions, key, shape)
    columns = choose_sources(grid, columns, decisions, key, shape)
    columns = choose_flows_of_letters(grid, columns, decisions, key, shape)
    columns = tell_running_quarters(grid, rows, columns)
    columns = set_aside_percentages(grid, rows, columns)
    columns = tell_held_back(grid, tell_revised(set_aside_stocks(grid, rows, columns)), decisions, key, shape)
    columns = restore_budgets(columns)
    columns = tell_sides(grid, columns, decisions, key, shape)
    columns = choose_columns_below_zero(grid, rows, columns, decisions, key, shape)
    columns = choose_columns_taken_off(grid, rows, columns, decisions, key, shape)
    columns = _tell_flows_of_parts(_tell_paired_flows(_tell_revenue(_tell_gross(columns))))
    columns = tell_received(grid, block, columns)
    columns = set_aside_as_paid(grid, block, set_aside_copies(grid, rows, set_aside_foreign(grid, rows, columns)))
    columns = set_aside_heads(grid, rows, columns)
    columns = _undo_bridges(_set_aside_sums_of_changes(sign_credits(grid, rows, _tell_spent(columns))))
    columns = tell_budgets(_tell_what_is_left(columns))
    columns = choose_sums_over_time(grid, rows, columns, decisions, key, shape)
    columns = _set_aside_words(set_aside_superseded(set_aside_parts_of_budgets(columns)))
    columns = _set_aside_sums_of_changes(columns)
    columns = set_aside_unsummed(grid, rows, set_aside_prices(grid, rows, columns))
    columns = set_aside_nets(grid, rows, columns)
    columns = set_aside_running(grid, rows, set_aside_yearly_changes(grid, rows, columns))
    columns = _set_aside_sums_of_changes(_set_aside_undated(columns))
    columns = set_aside_short(_set_aside_months(grid, rows, columns))
    columns = choose_parts_of_years(grid, rows, columns, decisions, key, shape)
    columns = restore_totals(columns)
    columns = choose_totals(grid, columns, decisions, key, shape)
    columns = set_aside_taxes(grid, rows, tell_total_budgets(columns))
    columns = join_names(grid, block, join_open(grid, block, columns, stage), stage)
    columns = choose(grid, rows, columns, groups_of(columns, stage), decisions, key, shape, stage)
    columns = choose_beside_totals(grid, rows, columns, stage, decisions, key, shape)
    columns = choose_so_far(grid, columns, decisions, key, shape)
    columns = choose_hidden_columns(grid, columns, decisions, key, shape)
    columns = choose_codes(columns, decisions, grid, block, key, shape)
    return choose_doubtful(grid, rows, columns, decisions, key, shape, stage)


def _tell_names(grid: Grid, block: Block, columns: list[Column]) -> list[Column]:
    """A stage, or a year far from the titles', that one of many columns says beside words of its own is part of its
    name where every other names something that money is spent on: "Project allowances" is none of a plan.
    """
    amounts = amounts_of(columns)
    years = [year for where in block.titles for year in find_header_years(grid, grid.text(*where))]
    far = [c for c in amounts if years and c.fiscal_year and min(abs(c.fiscal_year - y) for y in years) >= _FAR]
    staged = [column for column in amounts if column.stage or column.version or column in far]
    of_staged = {c.index for c in staged}
    beside = [c for c in columns if c.index not in of_staged and (c.role == "amount" or (c.may_be_money and c.header))]
    others = {column.account or column.header for column in beside}
    # What a total sums with names is one of them, however few these are; steps lead to a version, and no total.
    totals = [c for c in columns if c.role == "total" and not (c.stage or c.version)]
    summed = any({a.index for a in amounts} <= set(c.parts) for c in totals)
    fewest = _FEWEST_SUMMED if summed else _MANY_NAMES
    unnamed = len(others) != len(beside) or any(c.role == "amount" and not c.account for c in beside)
    if len(staged) != 1 or len(others) < fewest or unnamed:
        return columns
    name = vocabulary.without_year_and_unit(staged[0].header)
    own = [word for word in name.split() if not _names_version(word)]
    if not own or any(says_dimension(c) for c in amounts if c.account and c not in staged):
        return columns
    if staged[0] in far:
        name = staged[0].header
    year = None if staged[0] in far else staged[0].fiscal_year
    named = replace(staged[0], stage="", version="", account=name, fiscal_year=year)
    return with_changed(columns, {named.index: named})


def _names_version(word: str) -> bool:
    """Whether a word of a header says of which stage or version its money is."""
    said = stage_words.find_stage(word) or stage_words.find_version(word)
    return bool(said) or any(lexicon.says(meaning, word) for meaning in _OF_VERSIONS)


_MANY_NAMES: Final = 4
_FEWEST_SUMMED: Final = 2
_FAR: Final = 10
"""Years by which no column of a budget is away from its titles where none stands between."""
_OF_VERSIONS: Final[tuple[lexicon.Meaning, ...]] = ("plan", "budget", "outturn", "original", "revised", "money", "net")


def _stage_of_table(grid: Grid, block: Block) -> str:
    """The stage that a table's titles or the name of its sheet say, else that of a budget, as its context reads it."""
    said = [*(grid.text(row, column) for row, column in block.titles), grid.name]
    return next((stage for text in said if (stage := stage_words.find_stage(text))), "budget")


def _tell_what_is_left(columns: list[Column]) -> list[Column]:
    """A budget that is made of what was spent of it and of columns that say no stage is not their total: these are what
    is carried forward, not used or saved.
    """
    changed: dict[int, Column] = {}
    by_index = {column.index: column for column in columns}
    for column in columns:
        parts = [by_index[part] for part in column.parts]
        spent = [part for part in parts if part.stage == "outturn" and part.role == "amount"]
        left = [part for part in parts if part not in spent and not part.stage]
        if column.role == "total" and column.stage == "budget" and len(spent) == 1 and len(left) == len(parts) - 1 > 0:
            changed[column.index] = replace(column, role="amount", parts=(), account="")
            changed[spent[0].index] = replace(spent[0], account="")
            evidence = f"what is left of column {column.letter} once column {spent[0].letter} is taken off"
            changed |= {part.index: set_aside(part, evidence, "change") for part in left}
    return with_changed(columns, changed)


def _undo_bridges(columns: list[Column]) -> list[Column]:
    """A revised budget that is the original and what was changed is another version of it, and no sum of parts."""
    changed: dict[int, Column] = {}
    by_index = {column.index: column for column in columns}
    for column in columns:
        parts = [by_index[part] for part in column.parts]
        told = column.version or column.stage or any(part.version == "revised" for part in parts)
        if column.role != "total" or not told:
            continue
        steps = [part for part in parts if lexicon.says("change", vocabulary.without_year_and_unit(part.header))]
        if not steps and len(parts) == 2 and column.version != "original":
            # "Modified", beside what was assigned and what is in force, is what was changed.
            steps = [part for part in parts if part.version == "revised"]
        first = [part for part in parts if part.version == "original"]
        if len(first) == 1 and column.version == "revised":
            # What leads from the original to the revised is what was changed, whatever it is called.
            steps = [part for part in parts if part not in first]
        before = [part for part in parts if part.fiscal_year not in (None, column.fiscal_year)]
        if (
            column.fiscal_year is not None
            and len(before) == 1
            and all(p.fiscal_year is None or p in before for p in parts)
        ):
            # What leads from the amount of one year to that of another is what was changed.
            steps = [part for part in parts if part not in before]
        others = [part for part in parts if part not in steps]
        if steps and len(others) == 1 and _stands_for(others[0]) != _stands_for(column):
            version = column.version or ("revised" if others[0].version == "original" else "")
            if steps[0].version == "revised" and not others[0].version:
                changed[others[0].index] = replace(others[0], version="original")
                version = "revised"
            year = others[0].fiscal_year if column.fiscal_year is None else column.fiscal_year
            changed[column.index] = replace(
                column,
                role="amount",
                parts=(),
                account="",
                stage=column.stage or others[0].stage,
                version=version,
                fiscal_year=year,
            )
            evidence = f"it leads from column {others[0].letter} to column {column.letter}"
            changed |= {step.index: set_aside(step, evidence, "change") for step in steps}
    return with_changed(columns, changed)


def _set_aside_sums_of_changes(columns: list[Column]) -> list[Column]:
    """What changes come to together is a change, though it is called a total."""
    changes = {column.index for column in columns if column.role == "change"}
    others = {column.index for column in columns if column.role == "unused"}
    changed = {
        column.index: set_aside(column, "what the changes beside it come to", "change")
        for column in columns
        if column.role == "total"
        and changes & {*column.parts}
        and (changes | others).issuperset(column.parts)
        # A budget may be made of what is promised and what is left of it.
        and not (column.stage == "budget" and column.version)
    }
    return with_changed(columns, changed)


def _stands_for(column: Column) -> tuple[int | None, str, str]:
    return column.fiscal_year, column.stage, column.version


def _tell_gross(columns: list[Column]) -> list[Column]:
    """Gross spending is made of what is received and of what is left to pay, the net: those are no parts of it."""
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for column in columns:
        parts = [by_index[part] for part in column.parts]
        nets = [part for part in parts if lexicon.says("net", part.header)]
        if column.role != "total" or not lexicon.says("gross", column.header) or len(nets) != 1:
            continue
        changed[column.index] = replace(column, role="amount", parts=(), account="", flow="expenditure")
        changed[nets[0].index] = set_aside(nets[0], f"what is left of column {column.letter}", "change")
        changed |= {part.index: replace(part, flow="income") for part in parts if part is not nets[0]}
    return with_changed(columns, changed)


def _tell_revenue(columns: list[Column]) -> list[Column]:
    """Revenue beside capital is what is spent within the year, and no income; elsewhere it is income, and the same word
    says no control.
    """
    amounts = [c for c in columns if c.role in ("amount", "total")]
    both = [c for c in amounts if c.flow == "income" and c.control == "RDEL"]
    if any(column.control == "CDEL" for column in amounts):
        return with_changed(columns, {c.index: replace(c, flow="") for c in both})
    bare = [c for c in both if flow_words.says_bare_revenue(c.header) and not lexicon.says("budget", c.header)]
    return with_changed(columns, {c.index: replace(c, control="") for c in bare})


def _tell_flows_of_parts(columns: list[Column]) -> list[Column]:
    """What adds up to all that is received is received, where no part says otherwise."""
    by_index = {column.index: column for column in columns}
    changed: dict[int, Column] = {}
    for total in columns:
        parts = [by_index[part] for part in total.parts]
        if (
            total.role == "total"
            and total.flow in ("income", "financing")
            and {p.flow for p in parts} <= {"", total.flow}
        ):
            changed |= {
                part.index: replace(part, flow=total.flow, control="" if part.control == "RDEL" else part.control)
                for part in parts
                if part.role == "amount"
            }
    return with_changed(columns, changed)


_SAYS_NO_MORE: Final = frozenset(
    ("total", "totals", "amount", "amounts", "all", "the", "of", "on", "to", "date", "this", "period")
)


def _tell_spent(columns: list[Column]) -> list[Column]:
    """What is called expenditure and no more, beside a budget of the same year or of later ones, is what was spent;
    what is only called estimated, beside a budget of its year, is what is expected.
    """
    amounts = [c for c in columns if c.role in ("amount", "total")]
    if any(column.flow in ("income", "financing") for column in amounts):
        return columns
    granted = [c for c in amounts if c.stage == "budget" or (c.version in ("original", "revised") and not c.stage)]
    budgets = {column.fiscal_year for column in granted}
    first = min((year for year in budgets if year is not None), default=None)
    changed = {}
    for column in amounts:
        before = first is not None and column.fiscal_year is not None and column.fiscal_year < first
        if column.stage or column.control or not (before or column.fiscal_year in budgets):
            continue
        words = lexicon.fold_words(vocabulary.without_year_and_unit(column.header)).split()
        own = lexicon.fold_words(column.account).split() if column.is_part else []
        left = [word for word in words if word not in _SAYS_NO_MORE and word not in own]
        if left and all(word == "spent" or lexicon.says("expenditure", word) for word in left):
            changed[column.index] = replace(column, stage="outturn")
        elif left in (["estimated"], ["est"]) and column.fiscal_year in budgets:
            changed[column.index] = replace(column, stage="forecast")
    return with_changed(columns, changed)


def _set_aside_words(columns: list[Column]) -> list[Column]:
    """Columns whose header says that they lead from one amount to another, or are promised or left and not spent."""
    amounts = amounts_of(columns)
    said: dict[int, str] = {}
    for column in amounts:
        words = vocabulary.without_year_and_unit(column.header)
        if column.confidence >= _SURE_OF_PERSON or column.stage == "outturn":
            continue
        # "Budget transfer in amount": the word that only says that it is an amount tells nothing.
        bare = re.sub(r"\W*\bamounts?\W*$", "", words, flags=re.IGNORECASE)
        ends_in_money = lexicon.last_word_says("money", bare)
        names = [c for c in amounts if c is not column and _is_name_alone(c)]
        beside = len(amounts) - 1 - len(said)
        # Steps lead from one budget or year to another; where no column is one, there are none.
        stepless = len(names) >= _MANY_NAMES - 1 and not any(c.stage or c.version or c.fiscal_year for c in amounts)
        if len(names) > 1 and _is_name_alone(column) and (len(names) == beside or stepless):
            # Among columns that name what money is spent on, "Transfers" is one of them.
            continue
        if _begins_as_change(column, amounts) or (
            lexicon.says("change", words) and not column.version and not (column.stage and ends_in_money)
        ):
            said[column.index] = "a change from one amount to another"
        elif (
            lexicon.says("commitment", words)
            and not (_is_budget(column) or (column.stage and ends_in_money))
            and not stage_words.says_available_in_all(words)
        ):
            said[column.index] = "money that is promised or left, not spent"
    if len(said) >= len(amounts):
        return columns
    # A column whose year no other states is that year's figure, whatever it is called.
    left = {column.fiscal_year for column in amounts if column.index not in said}
    by_index = {column.index: column for column in amounts}
    said = {index: what for index, what in said.items() if by_index[index].fiscal_year in {*left, None}}
    return with_changed(
        columns,
        {
            index: replace(
                set_aside(by_index[index], f"the header {by_index[index].header!r} says {what}", "change"),
                by_words=True,
            )
            for index, what in said.items()
        },
    )


def _begins_as_change(column: Column, amounts: Sequence[Column]) -> bool:
    """Whether a header begins with a change and ends as that of an amount does: "Mutations, spent" beside "Budget,
    spent".
    """
    words = lexicon.fold_words(column.header).split()
    if len(words) < _PAIR or column.version or not lexicon.says("change", words[0]):
        return False
    others = [lexicon.fold_words(c.header).split() for c in amounts if c is not column]
    return any(len(o) >= _PAIR and o[-1] == words[-1] and not lexicon.says("change", o[0]) for o in others)


_PAIR: Final = 2


def _is_budget(column: Column) -> bool:
    """Whether a header says a version, and money or a budget that it is one of: what was owed at first is none."""
    named = any(lexicon.says(meaning, column.header) for meaning in _OF_BUDGETS)
    return bool(column.version) and (named or column.version != "original")


_OF_BUDGETS: Final[tuple[lexicon.Meaning, ...]] = ("money", "budget", "expenditure", "income")


def _is_name_alone(column: Column) -> bool:
    """Whether a header says nothing but a name of its own, in one word."""
    silent = not (column.stage or column.version or column.control or column.flow) and column.fiscal_year is None
    return silent and len(column.account.split()) == 1 and not lexicon.says("budget", column.header)


def _set_aside_undated(columns: list[Column]) -> list[Column]:
    """A column that says no year among many that each say one, such as a quarter between two years."""
    amounts = amounts_of(columns)
    dated = [c for c in amounts if c.fiscal_year is not None]
    undated = [c for c in amounts if c.fiscal_year is None and not c.parts]
    if len(dated) < 3 or len(dated) < 3 * len(undated):
        return columns
    said = {c.index: set_aside(c, f"says no year, where {len(dated)} columns beside it do") for c in undated}
    return with_changed(columns, {i: c for i, c in said.items() if len({d.fiscal_year for d in dated}) >= 3})


def _set_aside_months(grid: Grid, rows: Ints, columns: list[Column]) -> list[Column]:
    """Columns of months or quarters beside one of the whole year; and of months that each add up those before, all but
    the last.
    """
    amounts = [c for c in columns if c.role in ("amount", "total")]
    months = [c for c in amounts if (period_words.find_period(c.header) or says_so_far(c)) and c.role == "amount"]
    others = [c for c in amounts if not period_of(c)]
    named = [c for c in amounts if period_of(c) and c.role == "amount"]
    if max(len(named), len(months)) < 3:
        return columns
    numbers = np.nan_to_num(grid.numbers[rows])
    parts = numbers[:, [c.index for c in named]]
    for whole in others if len(named) > 2 else ():
        target = numbers[:, whole.index]
        said = target != 0
        if said.sum() >= 2 and share_near(parts.sum(axis=1), target, said) >= 0.9:
            evidence = f"a part of the year in column {whole.letter}"
            changed = {c.index: set_aside(c, evidence) for c in named}
            again = [c for c in amounts if c.parts and {each.index for each in named}.issuperset(c.parts)]
            again = [c for c in again if c is not whole]
            changed |= {c.index: set_aside(c, f"it states column {whole.letter} again", "change") for c in again}
            of = {c.fiscal_year for c in named}
            year = whole.fiscal_year or (of.pop() if len(of) == 1 else None)
            changed[whole.index] = replace(
                whole, role="amount", parts=(), confidence=0.95, account="", fiscal_year=year
            )
            return with_changed(columns, changed)
    if len(months) < 3:
        return columns
    parts = numbers[:, [c.index for c in months]]
    said = (parts != 0).any(axis=1)
    rising = (np.diff(parts[said], axis=1) >= 0).mean() if said.sum() >= 3 else 0.0
    steep = (parts[said][:, -1] > 2 * np.abs(parts[said][:, 0])).mean() if said.sum() >= 3 else 0.0
    added = steep > 0.8 or (rising > 0 and _add_up(parts[said]))
    if not [c for c in others if c not in months] and rising > 0.97 and added:
        evidence = f"every month adds to the one before, up to column {months[-1].letter}"
        return with_changed(columns, {c.index: set_aside(c, evidence) for c in months[:-1]})
    return columns


def _add_up(parts: Floats) -> bool:
    """Whether months rise from each to the next in so many rows that chance makes no such table, and to the multiple of
    the first that adding them up makes, in most rows whatever some of them began with.
    """
    rows, months = parts.shape
    first = np.abs(parts[:, 0])
    times = float(np.median(parts[:, -1] / np.where(first > 0, first, 1.0)))
    return bool(rows * lgamma(months + 1) > _UNLIKELY and times >= max(_GROWS, months / 3))


_UNLIKELY: Final = 7.0
"""The logarithm of the odds against tables that rise by chance: a thousand to one."""

_GROWS: Final = 1.5


def _tell_paired_flows(columns: list[Column]) -> list[Column]:
    """Columns whose headers begin with income and with spending and go on alike, such as "Einzahlungen lfd Verw" and
    "Auszahlungen lfd Verw", are one of each.
    """
    begun: dict[str, dict[str, list[Column]]] = {}
    spent = any(column.flow == "expenditure" for column in amounts_of(columns))
    for column in amounts_of(columns):
        first, _, rest = lexicon.fold_words(column.header).partition(" ")
        flow = next((flow for flow in _FLOWS if lexicon.says(flow, first)), "")
        if spent and first in _EARNED and not rest and not column.flow:
            begun.setdefault(rest, {}).setdefault("expenditure", [])
            flow = "income"
        if flow and not column.flow:
            begun.setdefault(rest, {}).setdefault(flow, []).append(column)
    changed = {
        column.index: replace(column, flow=flow)
        for flows in begun.values()
        if len(flows) > 1
        for flow, found in flows.items()
        for column in found
    }
    return with_changed(columns, changed)


_FLOWS: Final[tuple[lexicon.Meaning, ...]] = ("income", "expenditure")

_EARNED: Final = frozenset(("earning", "earnings", "earned", "gain", "gains", "takings"))
