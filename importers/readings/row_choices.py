"""Rows that may or may not count: the same money in rows of several versions, rows that nothing names, and rows that
are called totals though nothing adds up to them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from math import comb
from typing import Final

import numpy as np
import numpy.typing as npt

from budget_align.core.values.number_writing import is_shortened
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.evidence.column import Column
from importers.evidence.row_dimensions import DERIVED, repeats_under_headings, tell_flow
from importers.readings.table import Table
from importers.relations.sums import Entry, Sums
from importers.structure.grid import Ints, Kind, address
from importers.structure.texts import column_texts
from importers.words import vocabulary
from importers.words.lexicon import says

_WORDS: Final = 8
_LONGEST: Final = 60
_ALIKE: Final = 0.6
_NEAR: Final = 4 / 3
"""Two versions of one amount are seldom further apart than by this factor."""

_STATEMENT: Final = 200
"""A statement of what is promised, spent and received has no more names of rows than this."""

_NEAR_UNRELATED: Final = 0.25
"""So often two amounts that have nothing to do with each other are so near."""

_BY_CHANCE: Final = 0.1
_KEYS: Final = 0.5
_ROWS: Final = 20_000
_WRITTEN_ONCE: Final = 0.3
_NAMED: Final = 4
_MANY: Final = 4
_NAMES_ALONE: Final = ("body", "counterpart", "description", "year", "currency", "row_unit", "flow", "side")
_SAYS_NO_NAME: Final = ("currency", "row_unit", "side", "flow", "note", "unused")


def choose_versions_of_rows(table: Table, decisions: Decisions, dimensions: Collection[int] = ()) -> frozenset[int]:
    """The rows that state again what others state, where a column of few words says of which version or kind each row
    is and a person, or the reader's guess, has chosen among them; as places in the rows of data. Columns that are known
    to part a whole are none such.
    """
    left: set[int] = set()
    for column in _labels(table):
        if column.index in dimensions:
            continue
        words, codes = _words(table, column)
        if not 2 <= len(words) <= _WORDS or max(map(len, words)) > _LONGEST:
            continue
        repeated = repeats_under_headings(table.grid, table.block, column.index)
        if repeated:
            left |= _choose_repeated(table, column, words, codes, decisions)
            continue
        promised = _choose_promised(table, column, words, codes, decisions)
        if promised is not None:
            left |= promised
            continue
        named_so = _named_alternatives(table, words) if _are_of_the_same(table, column, codes) else []
        # What a column called "Programme" says is what the money is for.
        if not named_so and vocabulary.find_role(column.header) in ("unit", "programme"):
            continue
        for groups in _told_alike(table, words, named_so or _alternatives(table, column, codes, len(words))):
            named = [words[g] for g in groups]
            together = "+".join(str(g) for g in groups)
            choice = Choice(
                choice_id("rows", table.grid.name, column.header, *named),
                "rows",
                table.grid.name,
                table.key,
                f"Column {column.letter} of {table.grid.name!r} states the same money in rows of "
                f"{', '.join(map(repr, named))}. Which of them counts?",
                (
                    *((str(g), f"Rows of {words[g]!r}") for g in groups),
                    (together, "All of them, as different money"),
                ),
                str(groups[named.index(_best(named))]),
            )
            taken = set(decisions.take(choice).split("+"))
            left |= {p for g in groups if str(g) not in taken for p in np.flatnonzero(codes == g).tolist()}
    return frozenset(left)


def _choose_repeated(
    table: Table, column: Column, words: Sequence[str], codes: Ints, decisions: Decisions
) -> frozenset[int]:
    """Of rows that stand again under every heading, those that do not count: they are changes, or what they say does
    not tell which of them is the budget.
    """
    changes = [g for g, word in enumerate(words) if says("change", word) or vocabulary.says_derived_row(word)]
    left = {p for g in changes for p in np.flatnonzero(codes == g).tolist()}
    groups = [g for g in range(len(words)) if g not in changes]
    if len(groups) < 2 or _are_told_apart(table, [words[g] for g in groups]):
        return frozenset(left)
    choice = Choice(
        choice_id("rows", table.grid.name, *words),
        "rows",
        table.grid.name,
        table.key,
        f"Under every heading of {table.grid.name!r} stand rows of {', '.join(repr(words[g]) for g in groups)}. Which "
        "of them counts?",
        (
            *((str(g), f"Rows of {words[g]!r}") for g in groups),
            ("+".join(map(str, groups)), "All of them, as different money"),
        ),
        "",
    )
    taken = set(decisions.take(choice).split("+"))
    return frozenset(left | {p for g in groups if str(g) not in taken for p in np.flatnonzero(codes == g).tolist()})


_PROMISED: Final = re.compile(
    r"\b((outgoing |incoming )?commitments?|committed|obligations?|obligated|encumbrances?|encumbered|pledges?|pledged"
    r"|engagements?|engag[ée]s?|compromisos?|comprometido|empenhado|impegnato|impegni|verpflichtungen?)\b",
    re.IGNORECASE,
)
_PAID: Final = re.compile(
    r"\b(disbursements?|disbursed|payments?|paid|expenditures?|expenses?|spent|outlays?|reimbursements?|liquidations?"
    r"|paiements?|pay[ée]s?|pagos?|pagado|pagamentos?|pagamenti|zahlungen|auszahlungen?|girado|devengado|liquidado)\b",
    re.IGNORECASE,
)


def _choose_promised(
    table: Table, column: Column, words: Sequence[str], codes: Ints, decisions: Decisions
) -> frozenset[int] | None:
    """Of rows that a column of few words says are promised, beside others that are paid, those that do not count: what
    is paid was promised before, so that the two are never added unasked. None of a column that says no such thing.
    """
    promised = [g for g, word in enumerate(words) if _PROMISED.search(word)]
    paid = [g for g, word in enumerate(words) if g not in promised and _PAID.search(word)]
    if not promised or not paid or any(vocabulary.find_stage(words[g]) == "budget" for g in promised):
        return None
    said = ", ".join(repr(words[g]) for g in promised)
    beside = ", ".join(repr(words[g]) for g in paid)
    choice = Choice(
        choice_id("rows", table.grid.name, column.header, "promised", *words),
        "rows",
        table.grid.name,
        table.key,
        f"Column {column.letter} of {table.grid.name!r} calls some rows {said} and others {beside}: the one is "
        "promised, the other paid of it. Which counts?",
        (
            ("paid", f"What is paid: leave out {said}"),
            ("promised", f"What is promised: leave out {beside}"),
            ("all", "All of them, as different money"),
        ),
        "paid",
    )
    left = {"paid": promised, "promised": paid}.get(decisions.take(choice), [])
    return frozenset(p for g in left for p in np.flatnonzero(codes == g).tolist())


_TAKEN_BACK: Final = re.compile(
    r"\b(credit (notes?|memos?|adjustments?)|refunds?|reversals?|reversed|gutschrift(en)?|abonos?|avoirs?"
    r"|note di credito|notas? de cr[eé]dito)\b",
    re.IGNORECASE,
)
_CANCELLED: Final = re.compile(
    r"\b(void(ed)?|cancell?ed|annulled|annul[ée]e?s?|stornier(t|te)|storno|anulad[oa]s?|stopped|rejected|duplicate)\b",
    re.IGNORECASE,
)


def choose_taken_back(table: Table, decisions: Decisions) -> frozenset[int]:
    """Of rows that a column of few words calls credit notes, or cancelled, and that have no minus, those that are left
    out; those that are taken off have their sign turned. Which of them is a choice.
    """
    money = [c.index for c in table.of_role("amount")]
    if not money:
        return frozenset()
    left: set[int] = set()
    for column in [c for c in table.columns if c.index in table.block.labels and c.role not in _NAMES_ALONE]:
        words, codes = _words(table, column)
        if not 2 <= len(words) <= _WORDS or max(map(len, words)) > _LONGEST:
            continue
        for pattern, guess in ((_TAKEN_BACK, "off"), (_CANCELLED, "leave")):
            said = [g for g, word in enumerate(words) if pattern.search(word)]
            places = np.flatnonzero(np.isin(codes, said)).tolist()
            amounts = table.amounts[places][:, money].sum(axis=1) if places else np.zeros(0)
            if not places or len(said) == len(words) or (amounts < 0).sum() >= (amounts > 0).sum():
                continue
            named = ", ".join(repr(words[g]) for g in said)
            choice = Choice(
                choice_id("rows", table.grid.name, column.header, guess, *words),
                "rows",
                table.grid.name,
                table.key,
                f"Column {column.letter} of {table.grid.name!r} calls {len(places)} rows {named}, and their amounts "
                "have no minus. Are they taken off?",
                (("off", "Take them off"), ("leave", "Leave them out"), ("count", "Count them like the others")),
                guess,
            )
            taken = decisions.take(choice)
            left |= set(places) if taken == "leave" else set()
            table.amounts[places] *= -1 if taken == "off" else 1
    return frozenset(left)


def choose_promised_rows(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows whose label says that they are promised and nothing else, beside one whose label says the same of what
    is spent: whether they count too is a choice.
    """
    if len(table.labels.words) > _STATEMENT:
        return frozenset()
    words = [word.strip(" :.") for word in table.labels.words]
    single = [code for code, word in enumerate(words) if len(word.split()) == 1]
    promised = [code for code in single if _PROMISED.fullmatch(words[code]) or says("commitment", words[code])]
    if not promised:
        return frozenset()
    spent = [word for word in words if vocabulary.find_flow(word) == "expenditure" or _PAID.fullmatch(word)]
    places = np.flatnonzero(np.isin(table.labels.codes, promised)).tolist()
    money = [c.index for c in table.of_role("amount")]
    places = [place for place in places if table.amounts[place, money].any()]
    if not places or not spent or len(places) > len(table.block.data) / 4:
        return frozenset()
    cells = ", ".join(address(int(table.block.data[place]), money[0]) for place in places[:_NAMED])
    choice = Choice(
        choice_id("rows", table.grid.name, "promised rows", cells),
        "rows",
        table.grid.name,
        table.key,
        f"{cells} of {table.grid.name!r} state {table.labels.said(places[0])[:_LONGEST]!r} beside {spent[0]!r}: what "
        "is promised, and what is paid of it. Do they count too?",
        (("leave", "Leave them out"), ("count", "Count them too, as different money")),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()


def _labels(table: Table) -> list[Column]:
    roles = ("unit", "programme", "account", "stage", "control")
    return [c for c in table.columns if c.index in table.block.labels and c.role in roles]


def _words(table: Table, column: Column) -> tuple[list[str], Ints]:
    """The distinct words of a column, and which of them each row of data has, -1 for none."""
    codes = table.grid.codes[table.block.data, column.index]
    distinct, places = np.unique(codes, return_inverse=True)
    words = [table.grid.vocabulary[code] for code in distinct.tolist()]
    if distinct[0] == 0:
        return words[1:], places.astype(np.int64) - 1
    return words, places.astype(np.int64)


def _are_of_the_same(table: Table, column: Column, codes: Ints) -> bool:
    """Whether rows of several words of a column are otherwise named alike, for the most part, and of the same year."""
    rows = np.arange(min(len(codes), _ROWS))
    own = codes[rows]
    keys = np.zeros(len(rows), dtype=np.int64)
    for other in table.columns:
        if other.index == column.index or other.role in (
            "amount",
            "total",
            "memo",
            "change",
            "measure",
            "note",
            "unused",
        ):
            continue
        said = column_texts(table.grid, table.block.data[rows], other.index, with_numbers=True).codes
        pairs = len({*zip(own.tolist(), said.tolist(), strict=True)})
        if pairs == len(np.unique(said)) or (said == said[0]).all():
            # It says the same as the column itself, as its code does, or nothing that tells rows apart.
            continue
        _, keys = np.unique(keys * (int(said.max()) + 1) + said, return_inverse=True)
    words_of: dict[int, set[int]] = {}
    for key, word in zip(keys.tolist(), own.tolist(), strict=True):
        words_of.setdefault(key, set()).add(word)
    shared = sum(len(words) > 1 for words in words_of.values())
    return shared >= _KEYS * len(words_of)


def _named_alternatives(table: Table, words: Sequence[str]) -> list[int]:
    """The words, where all of them say how the same money is measured or how far it has come, as no purposes do, and
    some of them no more than others.
    """
    basis = [vocabulary.says_basis(word) for word in words]
    named = all(said or vocabulary.find_stage(word) for said, word in zip(basis, words, strict=True))
    every = list(range(len(words)))
    return every if named and (sum(basis) > 1 or _told_alike(table, words, every)) else []


def _alternatives(table: Table, column: Column, codes: Ints, count: int) -> list[int]:
    """The words whose rows state near the same figures for the same thing, most of the time."""
    naming = [c for c in table.columns if c.index in table.block.labels and c.index != column.index]
    rows = np.arange(min(len(codes), _ROWS))
    key = np.zeros(len(rows), dtype=np.int64)
    for other in naming:
        if other.role in ("description", "note", "unused"):
            continue
        said = table.grid.codes[table.block.data[rows], other.index]
        if (said == 0).mean() > _WRITTEN_ONCE:
            # Written once for the rows below it.
            said = said[np.maximum.accumulate(np.where(said != 0, np.arange(len(said)), 0))]
        _, place = np.unique(said, return_inverse=True)
        _, key = np.unique(key * (int(place.max(initial=0)) + 1) + place, return_inverse=True)
    keys = int(key.max(initial=-1)) + 1
    if keys < 2 or keys * 1.2 > len(rows):
        return []
    amounts = table.amounts[rows][:, [c.index for c in table.of_role("amount")]].sum(axis=1)
    sums = np.zeros((count, keys), dtype=np.float64)
    there = np.zeros((count, keys), dtype=np.int64)
    named = codes[rows] >= 0
    np.add.at(sums, (codes[rows][named], key[named]), amounts[named])
    np.add.at(there, (codes[rows][named], key[named]), 1)
    if (there > 1).sum() > 0.2 * (there > 0).sum():
        return []
    found: set[int] = set()
    for i in range(count):
        for j in range(i + 1, count):
            both = (sums[i] != 0) & (sums[j] != 0)
            if both.sum() < 3 or both.sum() < _KEYS * min((there[i] > 0).sum(), (there[j] > 0).sum()):
                continue
            ratio = sums[j][both] / sums[i][both]
            near = (ratio > 1 / _NEAR) & (ratio < _NEAR)
            if near.mean() >= _ALIKE and _by_chance(int(near.sum()), len(near)) * count * (count - 1) / 2 < _BY_CHANCE:
                found |= {i, j}
    return sorted(found)


def _by_chance(near: int, count: int) -> float:
    """How likely so many of some pairs of unrelated amounts are near each other, where most are."""
    if count > _COUNTED:
        # Most of so many are never near each other by chance.
        return 0.0
    return sum(
        comb(count, k) * _NEAR_UNRELATED**k * (1 - _NEAR_UNRELATED) ** (count - k) for k in range(near, count + 1)
    )


_COUNTED: Final = 100


def _are_told_apart(table: Table, words: Sequence[str]) -> bool:
    """Whether the words are different stages, versions, years, flows or controls, and so different figures."""
    return not _told_alike(table, words, range(len(words)))


def _told_alike(table: Table, words: Sequence[str], groups: Sequence[int]) -> list[list[int]]:
    """Of some words those that no stage, version, year, flow or control tells apart, two or more together.

    What a word leaves unsaid it has in common with the others: a budget that says no version is the original.
    """
    calendar = table.grid.terms.calendar
    said = {
        g: (
            tell_flow(words[g]),
            vocabulary.find_stage(words[g]),
            vocabulary.find_version(words[g]),
            vocabulary.find_control(words[g]),
            tuple(calendar.find_years(words[g])),
        )
        for g in groups
    }
    flows = {flow for flow, *_ in said.values()}
    if DERIVED in flows and flows & {"income", "expenditure"}:
        # What is left of the others is made of them.
        return []
    usual = table.context.stage.value or "budget"
    alike: dict[tuple[object, ...], list[int]] = {}
    for g, (flow, stage, version, control, years) in said.items():
        flow = "" if flow == DERIVED else flow
        alike.setdefault((flow or "expenditure", stage or usual, version or "original", control, years), []).append(g)
    return [each for each in alike.values() if len(each) > 1]


def _best(words: Sequence[str]) -> str:
    """The version that is proposed: the one approved, else one that names a stage, else the first."""
    approved = next((word for word in words if vocabulary.find_version(word) == "original"), "")
    return approved or next((word for word in words if vocabulary.find_stage(word)), words[0])


def find_unnamed(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that state an amount and nothing else, and are no total of others: whether they count is a choice."""
    if table.sums is None or len(table.line_rows) < 5:
        return frozenset()
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.role not in _SAYS_NO_NAME]
    if not naming:
        return frozenset()
    kinds = table.grid.kinds[np.ix_(table.block.data, np.array(naming))]
    money = [c.index for c in table.of_role("amount")]
    codes = [c.index for c in table.columns if c.role.endswith("_code") or c.role == "year"]
    blank = ~((kinds == Kind.TEXT) | (kinds == Kind.DATE) | (kinds == Kind.NUMBER)).any(axis=1)
    if codes:
        blank &= ~(table.grid.kinds[np.ix_(table.block.data, np.array(codes))] == Kind.NUMBER).any(axis=1)
    lines = set(table.line_rows.tolist())
    found = [p for p in np.flatnonzero(blank).tolist() if p in lines and table.amounts[p, money].any()]
    if not found or len(found) > max(3, len(lines) // 10):
        return frozenset()
    cells = ", ".join(address(int(table.block.data[p]), money[0]) for p in found[:_NAMED])
    amount = sum(int(table.amounts[p, money].sum()) for p in found)
    choice = Choice(
        choice_id("rows", table.grid.name, cells),
        "rows",
        table.grid.name,
        table.key,
        f"{table.grid.name!r} states {table.grid.terms.amount(amount)} in {cells} without a name, and no other rows "
        "add up to it. Does it count?",
        (("count", "It is money of its own: count it"), ("leave", "It is a total or a note: leave it out")),
        "count",
    )
    return frozenset(found) if decisions.take(choice) == "leave" else frozenset()


def doubt_totals(table: Table, decisions: Decisions, left: frozenset[int]) -> frozenset[int]:
    """The rows that are called totals though nothing adds up to them and no total counts them as a line: whether they
    count is a choice that nobody can guess. So it is where most of what a table calls totals does not add up.
    """
    if table.sums is None:
        return frozenset()
    worded = [entry for entry in table.sums.totals() if entry.worded]
    wrong = [entry for entry in worded if not entry.exact]
    said = {row: table.labels.said(table.place_of(row)) for row in table.sums.lone_totals if _states(table, row)}
    # "= Result (lines 26 to 28)" says itself that it is made of others.
    made = frozenset(table.place_of(row) for row, label in said.items() if label.lstrip().startswith("="))
    lone = [row for row in said if table.place_of(row) not in left | made]
    open_rows = {entry.row for entry in table.sums.top}
    alone = _one_line_sections(table)
    # A flat list has no totals, whatever a supplier is called.
    is_flat = not any(table.sums.headings.values()) and not any(True for _ in table.sums.totals())
    uncounted = [row for row in lone if row in open_rows and row not in alone]
    if is_flat:
        uncounted = [row for row in uncounted if _is_all_total(said[row]) or _outweighs(table, row)]
    mostly_wrong = len(lone) + len(wrong) >= _MANY and 2 * (len(lone) + len(wrong)) >= len(worded) + len(lone)
    if not uncounted and not mostly_wrong:
        return made
    asked = lone if mostly_wrong else uncounted
    named = asked or [entry.row for entry in wrong]
    column = table.of_role("amount")[0].index
    cells = ", ".join(address(row, column) for row in named[:_NAMED])
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    first = table.labels.said(table.place_of(named[0]))[:_LONGEST]
    choice = Choice(
        choice_id("rows", table.grid.name, "totals", cells),
        "rows",
        table.grid.name,
        table.key,
        f"{table.grid.name!r} calls {cells}{more} totals ({first!r}), and no rows around them add up to them. Do they "
        "count?",
        (("leave", "Leave out what is called a total"), ("count", "Count them as lines of their own")),
        "",
        assumed="count",
    )
    return made | frozenset(map(table.place_of, asked)) if decisions.take(choice) == "leave" else made


def _outweighs(table: Table, row: int) -> bool:
    """Whether a row states at least half of what all others do together, as hardly any line of a list does."""
    money = [c.index for c in table.of_role("amount")]
    sizes = np.abs(table.amounts[:, money].astype(np.float64)).sum(axis=1)
    sizes[list(table.shares)] = 0
    own = sizes[table.place_of(row)]
    return bool(own >= (sizes.sum() - own) / 2)


def _is_all_total(label: str) -> bool:
    """Whether a label says nothing but that it is a total, of a year or of spending."""
    rest = vocabulary.without_total(vocabulary.without_year_and_unit(label))
    return not rest or bool(vocabulary.find_flow(rest)) or bool(vocabulary.find_stage(rest) and len(rest.split()) < 3)


def choose_views(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of all but one of several blocks of a table whose totals state the same in every column: the money by
    programme and the same money by kind. Blocks that say that one is spent and the other received are no such.
    """
    if table.sums is None:
        return frozenset()
    blocks: dict[tuple[int, ...], list[Entry]] = {}
    for entry in table.sums.top:
        digits = max((len(str(abs(amount)).rstrip("0")) for amount in entry.amounts), default=0)
        telling = digits >= (_TELLING if entry.worded else _TELLING_ALONE)
        if entry.is_total and entry.exact and not entry.memo and telling and len(entry.members) > 1:
            blocks.setdefault(entry.amounts, []).append(entry)
    left: set[int] = set()
    for views in blocks.values():
        if len(views) < 2 or len({_flow_over(table, view) for view in views}) > 1:
            continue
        column = table.of_role("amount")[0].index
        named = [f"{address(view.row, column)} ({view.label[:_LONGEST]!r})" for view in views]
        choice = Choice(
            choice_id("rows", table.grid.name, "views", *named),
            "rows",
            table.grid.name,
            table.key,
            f"{len(views)} totals of {table.grid.name!r} state the same: {', '.join(named[:_NAMED])}. Are they totals "
            "of the same money, told in another way?",
            (
                *((str(n), f"The same money: count the rows of {name}") for n, name in enumerate(named)),
                ("all", "Different money: count all of them"),
            ),
            "0",
        )
        taken = decisions.take(choice)
        for n, view in enumerate(views):
            if taken not in ("all", str(n)):
                left |= {table.place_of(line.row) for line in view.lines()}
    return frozenset(left)


def _flow_over(table: Table, total: Entry) -> str:
    """The flow that a total or a heading over its rows names."""
    assert table.sums is not None
    said = [total.label, *(text for line in total.lines() for text in table.sums.headings.get(line.row, ()))]
    return next((flow for text in said if (flow := vocabulary.find_flow(text))), "")


_TELLING_ALONE: Final = 5
_TELLING: Final = 4
"""Digits of a total that another block hardly states by chance."""


def choose_hidden_rows(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows that are hidden, where the table's last total sums those that are shown and not them."""
    money = [c.index for c in table.of_role("amount")]
    rows = table.block.data.tolist()
    hidden = [p for p, row in enumerate(rows) if row in table.grid.hidden_rows and table.amounts[p, money].any()]
    totals = [p for p in range(len(rows)) if vocabulary.says_total(table.labels.said(p))] if hidden else []
    if not totals or not money:
        return frozenset()
    shown = [p for p in range(totals[-1]) if p not in hidden and p not in totals and p not in table.shares]
    sums = table.amounts[np.ix_(shown, money)].sum(axis=0)
    if not (sums == table.amounts[totals[-1], money]).all():
        return frozenset()
    cells = ", ".join(address(rows[p], money[0]) for p in hidden[:_NAMED])
    choice = Choice(
        choice_id("rows", table.grid.name, "hidden", cells),
        "rows",
        table.grid.name,
        table.key,
        f"{len(hidden)} rows of {table.grid.name!r} are hidden ({cells}), and its total sums those that are shown. Do "
        "the hidden ones count?",
        (("leave", "Leave them out, as the total does"), ("count", "Count them")),
        "leave",
    )
    return frozenset(hidden) if decisions.take(choice) == "leave" else frozenset()


def choose_deductions(table: Table, decisions: Decisions, places: Sequence[int]) -> frozenset[int]:
    """Of rows that say that they are taken off and have no minus, those that are; no net below them proves it.

    Args:
        places: the rows, as places among the rows of data.
    """
    if not places:
        return frozenset()
    column = table.of_role("amount")[0].index
    cells = ", ".join(address(int(table.block.data[place]), column) for place in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    choice = Choice(
        choice_id("rows", table.grid.name, "less", cells),
        "rows",
        table.grid.name,
        table.key,
        f"{cells}{more} of {table.grid.name!r} say {table.labels.said(places[0])[:_LONGEST]!r} and stand without a "
        "minus. Are they taken off?",
        (("off", "Take them off"), ("count", "Count them like the others"), ("leave", "Leave them out")),
        "off",
    )
    taken = decisions.take(choice)
    if taken == "leave":
        table.shares |= frozenset(places)
    return frozenset(places) if taken == "off" else frozenset()


def choose_partial_sums(table: Table, decisions: Decisions, columns: Sequence[int], every: Sums, some: Sums) -> Sums:
    """The totals that every column bears out, or those that only some do: rows that add up others in one column and
    not in the next are totals that were not kept up, or no totals.

    Args:
        columns: those that bear out `some`.
    """
    known = {entry.row for entry in every.totals()}
    further = [entry for entry in some.totals() if entry.row not in known and any(entry.amounts)]
    if not further:
        return every
    heads = {c.index: c.header.strip() or address(0, c.index).rstrip("1") for c in table.of_role("amount")}
    bear = ", ".join(repr(heads[c][:_LONGEST]) for c in columns[:_NAMED])
    against = [heads[c][:_LONGEST] for c in heads if c not in columns]
    cells = ", ".join(address(entry.row, columns[0]) for entry in further[:_NAMED])
    more = f" and {len(further) - _NAMED} more" if len(further) > _NAMED else ""
    choice = Choice(
        choice_id("rows", table.grid.name, "partial", cells),
        "rows",
        table.grid.name,
        table.key,
        f"In {bear} of {table.grid.name!r} rows add up to {cells}{more} ({further[0].label[:_LONGEST]!r}), and not in "
        f"{', '.join(map(repr, against[:_NAMED])) or 'others'}. Are they totals?",
        (
            ("totals", "They are totals, which do not add up everywhere: do not count them"),
            ("lines", "They are lines: count them"),
        ),
        "totals",
    )
    return some if decisions.take(choice) == "totals" else every


def doubt_below(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows below a total that sums every row before it, totals among them, where no total adds them to it: they may
    take that total apart, or stand beside it.
    """
    sums = table.sums
    if sums is None or sums.above or len(sums.top) < 2:
        return frozenset()
    first, *below = sums.top
    is_whole = first.is_total and first.worded and first.exact and len(first.members) > 1
    below = [entry for entry in below if not entry.memo]
    if not is_whole or any(entry.is_total or entry.row < first.row for entry in below):
        return frozenset()
    if not any(m.is_total for m in first.members) and 2 * len(below) > len(first.members):
        return frozenset()
    places = [table.place_of(entry.row) for entry in below if any(entry.amounts)]
    if not places:
        return frozenset()
    column = table.of_role("amount")[0].index
    choice = Choice(
        choice_id("rows", table.grid.name, "below", address(first.row, column)),
        "rows",
        table.grid.name,
        table.key,
        f"{address(first.row, column)} of {table.grid.name!r}, {first.label[:_LONGEST]!r}, sums every row before it. "
        f"Below it {len(places)} rows, {below[0].label[:_LONGEST]!r} first, are in no total. Do they count?",
        (("leave", "Leave them out: they take the total apart"), ("count", "Count them: they stand beside it")),
        "",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()


def choose_outside(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows without which a total among whose rows they stand adds up, and which no other total sums: whether they
    are money of their own is a choice.
    """
    if table.sums is None:
        return frozenset()
    found = [entry for entry in table.sums.top if entry.aside and not entry.is_total and any(entry.amounts)]
    if not found:
        return frozenset()
    column = table.of_role("amount")[0].index
    cells = ", ".join(address(entry.row, column) for entry in found[:_NAMED])
    choice = Choice(
        choice_id("rows", table.grid.name, "outside", cells),
        "rows",
        table.grid.name,
        table.key,
        f"{cells} of {table.grid.name!r} ({found[0].label[:_LONGEST]!r}) stands among the rows of a total which adds "
        "up without it. Does it count?",
        (("leave", "Leave it out, as the total does"), ("count", "Count it beside the total")),
        "leave",
    )
    places = frozenset(table.place_of(entry.row) for entry in found)
    return places if decisions.take(choice) == "leave" else frozenset()


def _one_line_sections(table: Table) -> set[int]:
    """The rows called totals that close a heading of their own name with nothing else under it."""
    assert table.sums is not None
    under: dict[tuple[str, ...], list[int]] = {}
    for row, headings in table.sums.headings.items():
        under.setdefault(headings, []).append(row)
    return {
        rows[0]
        for headings, rows in under.items()
        if len(rows) == 1
        and headings
        and rows[0] in table.sums.lone_totals
        and vocabulary.fold_label(headings[-1]) == vocabulary.without_total(table.labels.said(table.place_of(rows[0])))
    }


def _states(table: Table, row: int) -> bool:
    money: npt.NDArray[np.int64] = table.amounts[table.place_of(row)]
    return bool(money.any())


def doubt_unread(table: Table, decisions: Decisions) -> frozenset[int]:
    """Asks about words that stand where an amount would, and about numbers that a program shortened: what they mean
    only a person can say.
    """
    grid, rows = table.grid, table.block.data
    if not len(rows):
        return frozenset()
    _doubt_shortened(table, decisions)
    found = [
        (int(row), column)
        for column in table.of_role("amount")
        for row in table.block.body[grid.kinds[table.block.body, column.index] == Kind.TEXT]
        if _is_row_of_amounts(table, int(row), column)
    ]
    if not found:
        return frozenset()
    row, column = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    decisions.take(
        Choice(
            choice_id("unread", table.grid.name, *(address(r, c.index) for r, c in found[:_NAMED])),
            "unread",
            grid.name,
            table.key,
            f"{address(row, column.index)} of {grid.name!r} says {grid.text(row, column.index)[:60]!r}{more} where an "
            "amount would stand. Is it no amount?",
            (("leave", "It is no amount: leave it out"),),
            "leave",
        )
    )
    return frozenset()


def _doubt_shortened(table: Table, decisions: Decisions) -> None:
    grid = table.grid
    found = [
        (int(row), column.index)
        for column in table.of_role("amount")
        for row in table.block.data[grid.from_text[table.block.data, column.index]]
        if is_shortened(grid.text(int(row), column.index))
    ]
    if not found:
        return
    row, at = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    decisions.take(
        Choice(
            choice_id("unread", grid.name, "shortened", *(address(*each) for each in found[:_NAMED])),
            "unread",
            grid.name,
            table.key,
            f"{address(row, at)} of {grid.name!r} says {grid.text(row, at)!r}{more}: a spreadsheet program shortened "
            "the number, and digits may be lost. Does it stand for an amount that ends in noughts?",
            (("round", "Yes: take the amounts as they are written"),),
            "round",
        )
    )


def _is_row_of_amounts(table: Table, row: int, column: Column) -> bool:
    """Whether a row has the labels of a line, so that words in a column of amounts stand in an amount's place."""
    naming = [c.index for c in table.columns if c.index in table.block.labels and c.index < column.index]
    if row in table.block.header_rows or row in table.block.repeated_headers:
        return False
    return bool(naming) and bool(table.grid.filled[row, naming].any())


def choose_cumulative(table: Table, decisions: Decisions) -> frozenset[int]:
    """The rows of months that each add to those before within a year, all but its last: whether they are such is a
    choice, since payments may rise too.
    """
    years = table.of_role("year")
    money = [c.index for c in table.of_role("amount", "total")]
    if not years or not money or len(table.block.data) < 6:
        return frozenset()
    words, codes = _words(table, years[0])
    calendar = table.grid.terms.calendar
    of_word = [found[0] if (found := calendar.find_years(word)) else -1 for word in words]
    year = np.array([*of_word, -1], dtype=np.int64)[codes]
    amounts = table.amounts[:, max(money, key=lambda c: int(np.abs(table.amounts[:, c]).sum()))]
    groups = [np.flatnonzero(year == each) for each in np.unique(year[year >= 0]).tolist()]
    several = [group for group in groups if len(group) >= 3 and (np.diff(group) == 1).all()]
    if not several or sum(map(len, several)) < 0.8 * len(year) or len(words) < 0.8 * len(year):
        return frozenset()
    rising = [bool((np.diff(amounts[group]) >= 0).mean() >= 0.9) for group in several]
    steep = [abs(int(amounts[group[-1]])) > 2 * abs(int(amounts[group[0]])) for group in several]
    if sum(a and b for a, b in zip(rising, steep, strict=True)) < 0.8 * len(several):
        return frozenset()
    before = frozenset(place for group in several for place in group[:-1].tolist())
    choice = Choice(
        choice_id("rows", table.grid.name, "cumulative"),
        "rows",
        table.grid.name,
        table.key,
        f"Within each year the rows of {table.grid.name!r} rise from {words[codes[several[0][0]]]!r} to "
        f"{words[codes[several[0][-1]]]!r}. Does each add to the one before, or are they parts of the year?",
        (
            ("last", "Each adds to the one before: count the last of each year"),
            ("parts", "Parts of the year: add them"),
        ),
        "",
    )
    return before if decisions.take(choice) == "last" else frozenset()
