"""Rows that are promised, owed or paid of the same money, or taken back: which of them count is a choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.readings.no_amounts import summed_by_total
from importers.readings.row_kinds import words_of
from importers.readings.table import Table
from importers.structure.grid import Ints
from importers.words import flow_words, stage_words, taken_out_words
from importers.words.lexicon import says

_STATEMENT: Final = 200
"""A statement of what is promised, spent and received has no more names of rows than this."""


_WORDS: Final = 8
_LONGEST: Final = 60

_NAMED: Final = 4


_NAMES_ALONE: Final = ("body", "counterpart", "description", "year", "currency", "row_unit", "flow", "side")


_PROMISED: Final = re.compile(
    r"\b((outgoing |incoming )?commitments?|committed|obligations?|obligated|encumbrances?|encumbered|pledges?|pledged"
    r"|engagements?|engag[ée]s?|compromisos?|comprometido|empenh(?:os?|ad[oa]s?)|impegnato|impegn[io]|verpflichtungen?)\b",
    re.IGNORECASE,
)


_OWED: Final = re.compile(
    r"\b(liquida(?:ção|cao|ções|coes|d[oa]s?)|liquidazion[ei]|liquidat[oi]|devengad[oa]s?|devengos?|obligad[oa]s?"
    r"|obligaciones reconocidas|mandat[ée]e?s?|mandatements?|ordonnancements?|accrued|accruals?)\b",
    re.IGNORECASE,
)
"""What is owed once the goods have come, between what is promised and what is paid."""


_PAID: Final = re.compile(
    r"\b(disbursements?|disbursed|payments?|paid|expenditures?|expenses?|spent|outlays?|reimbursements?|liquidations?"
    r"|paiements?|pay[ée]s?|pagos?|pagado|pagamentos?|pagamenti|zahlungen|auszahlungen?|girado|devengado|liquidado)\b",
    re.IGNORECASE,
)


_JOINED: Final = re.compile(r"[,;&+]|\b(and|und|et|y|e)\b", re.IGNORECASE)
"""What joins kinds of spending in the name of one class, such as "Charges & Obligations" or "Taxes, Refunds"."""


def choose_promised(
    table: Table, column: Column, words: Sequence[str], codes: Ints, decisions: Decisions
) -> frozenset[int] | None:
    """Of rows that a column of few words says are promised, beside others that are paid, those that do not count: what
    is paid was promised before, so that the two are never added unasked. None of a column that says no such thing.
    """
    promised = [g for g, word in enumerate(words) if _PROMISED.search(word) and not _JOINED.search(word)]
    owed = [g for g, word in enumerate(words) if g not in promised and _OWED.search(word)]
    paid = [g for g, word in enumerate(words) if g not in (*promised, *owed) and _PAID.search(word)]
    if owed and paid:
        return _choose_steps(table, column, words, codes, [promised, owed, paid], decisions)
    paid = sorted((*owed, *paid))
    if not promised or not paid or any(stage_words.find_stage(words[g]) == "budget" for g in promised):
        return None
    said = ", ".join(repr(words[g]) for g in promised)
    beside = ", ".join(repr(words[g]) for g in paid)
    choice = table.choice(
        "rows",
        (column.header, "promised", *words),
        f"Column {column.letter} of {table.grid.name!r} calls some rows {said} and others {beside}: the one is "
        "promised, the other paid of it. Which counts?",
        (
            ("stages", f"Both, each at its stage: {said} is the budget, and {beside} was spent"),
            ("paid", f"What is paid: leave out {said}"),
            ("promised", f"What is promised: leave out {beside}"),
            ("all", "All of them, as different money"),
        ),
        "stages",
    )
    taken = decisions.take(choice)
    if taken == "stages":
        stages = {**dict.fromkeys(promised, "budget"), **dict.fromkeys(paid, "outturn")}
        rows = zip(table.block.data.tolist(), codes.tolist(), strict=True)
        table.stages |= {row: stages[code] for row, code in rows if code in stages}
    left = {"paid": promised, "promised": paid}.get(taken, [])
    return frozenset(p for g in left for p in np.flatnonzero(codes == g).tolist())


def _choose_steps(
    table: Table,
    column: Column,
    words: Sequence[str],
    codes: Ints,
    steps: Sequence[Sequence[int]],
    decisions: Decisions,
) -> frozenset[int]:
    """Of rows that say whether money is promised, owed or paid, each of them the money of the one before, those that do
    not count.
    """
    steps_named = zip(("promised", "owed", "paid"), steps, strict=True)
    names = {name: [words[g] for g in groups] for name, groups in steps_named if groups}
    said = ", ".join(repr(word) for each in names.values() for word in each)
    choice = table.choice(
        "rows",
        (column.header, "steps", *words),
        f"Column {column.letter} of {table.grid.name!r} calls rows {said}: steps of spending the same money. Which of "
        "them counts?",
        (
            *((name, f"What is {name}: rows of {', '.join(map(repr, each))}") for name, each in names.items()),
            ("all", "All of them, as different money"),
        ),
        "paid",
    )
    taken = decisions.take(choice)
    left = [] if taken == "all" else [g for groups in steps for g in groups if words[g] not in names[taken]]
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
    """Of rows that a column calls credit notes, and that have no minus, those that are left out; those that are taken
    off have their sign turned. Of rows that a column calls cancelled, refused or not counted those that are left out.
    Which of them is a choice.
    """
    money = [c.index for c in table.of_role("amount")]
    if not money:
        return frozenset()
    left: set[int] = set()
    for column in [c for c in table.columns if c.index not in table.block.values and c.role not in _NAMES_ALONE]:
        words, codes = words_of(table, column)
        few = 2 <= len(words) <= _WORDS and max(map(len, words)) <= _LONGEST and column.index in table.block.labels
        taken_back = [g for g, word in enumerate(words) if _TAKEN_BACK.search(word) and not _JOINED.search(word)]
        cancelled = [g for g, word in enumerate(words) if _CANCELLED.search(word) and not _JOINED.search(word)]
        out = [g for g, word in enumerate(words) if _says_out(column, word)]
        for said, guess in ((taken_back if few else [], "off"), (sorted({*(cancelled if few else []), *out}), "leave")):
            places = np.flatnonzero(np.isin(codes, said)).tolist()
            amounts = table.amounts[places][:, money].sum(axis=1) if places else np.zeros(0)
            if not places or len(places) == len(codes) or (amounts < 0).sum() >= (amounts > 0).sum():
                continue
            if guess == "leave" and not (few and cancelled):
                places = sorted(set(places) - summed_by_total(table, places))
            named = ", ".join(repr(words[g]) for g in said[:_NAMED])
            calls = f"Column {column.letter} of {table.grid.name!r} calls {len(places)} rows {named}"
            choice = table.choice(
                "rows",
                (column.header, guess, *words[:_MOST_NAMED]),
                f"{calls}, and their amounts have no minus. Are they taken off?"
                if guess == "off"
                else f"{calls}. Do they count?",
                (("off", "Take them off"), ("leave", "Leave them out"), ("count", "Count them like the others")),
                guess,
            )
            taken = decisions.take(choice) if places else ""
            left |= set(places) if taken == "leave" else set()
            table.amounts[places] *= -1 if taken == "off" else 1
    return frozenset(left)


_MOST_NAMED: Final = 40


def _says_out(column: Column, word: str) -> bool:
    """Whether a word says of its row that it does not count; a name alone may be of anything."""
    return taken_out_words.answers_taken_out(column.header, word) or taken_out_words.says_taken_out(word)


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
    spent = [word for word in words if flow_words.find_flow(word) == "expenditure" or _PAID.fullmatch(word)]
    places = np.flatnonzero(np.isin(table.labels.codes, promised)).tolist()
    money = [c.index for c in table.of_role("amount")]
    places = [place for place in places if place not in table.shares and table.amounts[place, money].any()]
    if not places or not spent or len(places) > len(table.block.data) / 4:
        return frozenset()
    cells = ", ".join(table.grid.address(int(table.block.data[place]), money[0]) for place in places[:_NAMED])
    choice = table.choice(
        "rows",
        ("promised rows", cells),
        f"{cells} of {table.grid.name!r} state {table.labels.said(places[0])[:_LONGEST]!r} beside {spent[0]!r}: what "
        "is promised, and what is paid of it. Do they count too?",
        (("leave", "Leave them out"), ("count", "Count them too, as different money")),
        "leave",
    )
    return frozenset(places) if decisions.take(choice) == "leave" else frozenset()
