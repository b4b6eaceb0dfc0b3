"""Rows that state the same money as others: in another version or measure, promised or taken back, or adding to those
before; which of them count is a choice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from math import comb
from typing import Final

import numpy as np

from importers.evidence.choices import Decisions
from importers.evidence.column import Column
from importers.evidence.row_dimensions import DERIVED, repeats_in_turn, repeats_under_headings, tell_flow
from importers.readings.table import Table
from importers.structure.grid import Ints, address
from importers.structure.texts import Texts, column_texts
from importers.words import row_words, vocabulary
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


_NAMES_ALONE: Final = ("body", "counterpart", "description", "year", "currency", "row_unit", "flow", "side")


def choose_versions_of_rows(table: Table, decisions: Decisions, dimensions: Collection[int] = ()) -> frozenset[int]:
    """The rows that state again what others state, where a column of few words says of which version or kind each row
    is and a person, or the reader's guess, has chosen among them; as places in the rows of data. Columns that are known
    to part a whole are none such.
    """
    left: set[int] = set()
    every = np.arange(len(table.block.data))
    for column in _labels(table):
        if column.index in dimensions:
            continue
        words, codes = _words(table, column)
        if not 2 <= len(words) <= _WORDS or max(map(len, words)) > _LONGEST:
            continue
        repeated = repeats_under_headings(table.grid, table.block, column.index)
        if repeated or repeats_in_turn(table.grid, table.block, column.index, column.header):
            left |= _choose_repeated(table, words, codes, decisions, "heading" if repeated else "name")
            continue
        promised = _choose_promised(table, column, words, codes, decisions)
        if promised is not None:
            left |= promised
            continue
        named_so = _named_alternatives(table, words) if _are_of_the_same(table, column, codes) else []
        # What a column called "Programme" says is what the money is for.
        if not named_so and vocabulary.find_role(column.header) in ("unit", "programme"):
            continue
        others = named_so or _alternatives(table, column, codes, len(words))
        alike = _told_alike(table, words, others)
        if not _tells_stages(column, words) and len(others) > 1 and not any(tell_flow(words[g]) for g in others):
            # Stages and versions of such a column are not those of its lines.
            alike = [others]
        for groups in [together for each in alike for together in _of_one_year(table, every, codes, each)]:
            named = [words[g] for g in groups]
            together = "+".join(str(g) for g in groups)
            choice = table.choice(
                "rows",
                (column.header, *named),
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
    return frozenset(left) | (_choose_crossed(table, decisions, dimensions) if not left else frozenset())


_PURPOSES: Final = re.compile(
    r"\b(areas?|regions?|wards?|districts?|divisions?|count(y|ies|ry|ries)|cit(y|ies)|states?|provinces?|places?|locations?"
    r"|sites?|zones?|departments?|dept|director(at)?es?|ministr(y|ies)|agenc(y|ies)|bod(y|ies)|organi[sz]ations?|councils?"
    r"|authorit(y|ies)|teams?|branch(es)?|schools?|hospitals?|trusts?|units?|cost cent(re|er)s?|funds?|sources?"
    r"|programmes?|programs?|projects?|schemes?|services?|functions?|polic(y|ies)|subjectives?|accounts?|objects?"
    r"|categor(y|ies)|class(es)?|groups?|sub ?groups?|natures?|economic|types? of spend(ing)?|items?|lines?|suppliers?"
    r"|vendors?|payees?|donors?|partners?|quarters?|months?|periods?|weeks?|days?|dates?|gender|sex|age|capital|grades?"
    r"|ressorts?|kapitel|titel|produkte?|bereiche?|gemeinden?|kreise?|land|l[aä]nder|capitulos?|cap[ií]tulos?|partidas?"
    r"|chapitres?|articles?|art[ií]culos?|programas?|secci[oó]n(es)?|[oó]rg[aã]os?|entidad(es)?|missione|missioni|titoli)\b",
    re.IGNORECASE,
)
"""Words of headers of columns that part money by whom it is for, where and on what."""


_FEW: Final = 4


_CROSSED: Final = 0.95


_THINGS: Final = 8


def _choose_crossed(table: Table, decisions: Decisions, dimensions: Collection[int]) -> frozenset[int]:
    """The rows that do not count where a column of two to four words states everything else that names rows once under
    each: versions, prices, measures or stages have such columns, whatever they are called; so may parts of a whole that
    its header does not name. Which it is, is a choice that nobody can guess.
    """
    money = [c.index for c in table.of_role("amount")]
    kept = np.setdiff1d(np.arange(len(table.block.data)), sorted(table.shares))
    if not money or not _THINGS <= len(kept) <= _ROWS or table.block.headings:
        return frozenset()
    naming = [
        c
        for c in table.columns
        if c.index not in money and c.role not in ("amount", "total", "memo", "change", "measure", "note")
    ]
    texts = {c.index: column_texts(table.grid, table.block.data[kept], c.index, with_numbers=True) for c in naming}
    for column in naming:
        told = (
            column.role in ("flow", "side", "currency", "row_unit", "body", "counterpart") or column.index in dimensions
        )
        if told or (column.role == "year" and not _BASIS_HEADER.search(column.header)):
            continue
        said = texts[column.index]
        words = [said.words[code] for code in np.unique(said.codes).tolist()]
        if not 2 <= len(words) <= _FEW or not all(words) or max(map(len, words)) > _LONGEST:
            continue
        if _PURPOSES.search(column.header) and not _BASIS_HEADER.search(column.header):
            continue
        groups = [int(code) for code in np.unique(said.codes).tolist()]
        if _tells_stages(column, words):
            alike = _told_alike(table, said.words, groups)
            if not any(_of_one_year(table, kept, said.codes, each) for each in alike):
                continue
        if not _are_letters_of(column.header, words) and not _are_crossed(texts, column.index):
            continue
        choice = table.choice(
            "rows",
            (column.header, "crossed", *words),
            f"Column {column.letter} of {table.grid.name!r} ({column.header[:_LONGEST]!r}) states the same things once "
            f"each as {', '.join(map(repr, words))}. Which of them counts?",
            (
                *((str(n), f"Rows of {word!r}") for n, word in enumerate(words)),
                ("all", "All of them, as different money"),
            ),
            "",
        )
        taken = decisions.take(choice)
        if taken in ("", "all"):
            return frozenset()
        return frozenset(kept[said.codes != groups[int(taken)]].tolist())
    return frozenset()


_BASIS_HEADER: Final = re.compile(
    r"\b(versions?|vintages?|status|prices?|price bas[ei]s|bas[ei]s|consolidat(ion|ed)|measures?|variables?|indicators?"
    r"|metrics?|phases?|stages?|scenarios?|releases?|editions?|series|data ?types?|value ?types?|amount ?types?)\b",
    re.IGNORECASE,
)


def _are_letters_of(header: str, words: Sequence[str]) -> bool:
    """Whether a header is made of the letters that stand below it, as "V/U/O" is of V, U and O."""
    letters = sorted(letter for letter in header.casefold() if letter.isalpha())
    return max(map(len, words)) == 1 and letters == sorted("".join(words).casefold())


def _are_crossed(texts: Mapping[int, Texts], column: int) -> bool:
    """Whether everything that the other columns name stands once under each word of a column, nearly always."""
    own = np.unique(texts[column].codes, return_inverse=True)[1]
    count = int(own.max()) + 1
    key = np.zeros(len(own), dtype=np.int64)
    keys = []
    for other, said in texts.items():
        if other == column:
            continue
        place = np.unique(said.codes, return_inverse=True)[1]
        together = len(np.unique(place * count + own))
        if together == int(place.max()) + 1 or int(place.max()) + 1 == len(own):
            # It says the same as the column itself, as its code does, or something else in every row.
            continue
        keys.append(place)
        key = np.unique(key * (int(place.max()) + 1) + place, return_inverse=True)[1]
    return any(_stand_once(each, own, count) for each in (key, *keys))


def _stand_once(things: Ints, words: Ints, count: int) -> bool:
    """Whether each of several things stands once under each word, nearly always."""
    there = np.zeros((int(things.max()) + 1, count), dtype=np.int64)
    np.add.at(there, (things, words), 1)
    return len(there) >= _THINGS and bool((there == 1).all(axis=1).mean() >= _CROSSED)


def _choose_repeated(
    table: Table, words: Sequence[str], codes: Ints, decisions: Decisions, under: str
) -> frozenset[int]:
    """Of rows that stand again under every heading or name, those that do not count: they are changes or parts of
    others, or what they say does not tell which of them is the budget.
    """
    changes = [g for g, word in enumerate(words) if says("change", word) or row_words.says_derived_row(word)]
    changes += [g for g, word in enumerate(words) if g not in changes and row_words.OF_WHICH.search(word)]
    left = {p for g in changes for p in np.flatnonzero(codes == g).tolist()}
    groups = [g for g in range(len(words)) if g not in changes]
    if len(groups) < 2 or _are_told_apart(table, [words[g] for g in groups]):
        return frozenset(left)
    choice = table.choice(
        "rows",
        (*words,),
        f"Under every {under} of {table.grid.name!r} stand rows of {', '.join(repr(words[g]) for g in groups)}. Which "
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


_JOINED: Final = re.compile(r"[,;&+]|\b(and|und|et|y|e)\b", re.IGNORECASE)
"""What joins kinds of spending in the name of one class, such as "Charges & Obligations" or "Taxes, Refunds"."""


def _choose_promised(
    table: Table, column: Column, words: Sequence[str], codes: Ints, decisions: Decisions
) -> frozenset[int] | None:
    """Of rows that a column of few words says are promised, beside others that are paid, those that do not count: what
    is paid was promised before, so that the two are never added unasked. None of a column that says no such thing.
    """
    promised = [g for g, word in enumerate(words) if _PROMISED.search(word) and not _JOINED.search(word)]
    paid = [g for g, word in enumerate(words) if g not in promised and _PAID.search(word)]
    if not promised or not paid or any(vocabulary.find_stage(words[g]) == "budget" for g in promised):
        return None
    said = ", ".join(repr(words[g]) for g in promised)
    beside = ", ".join(repr(words[g]) for g in paid)
    choice = table.choice(
        "rows",
        (column.header, "promised", *words),
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
            said = [g for g, word in enumerate(words) if pattern.search(word) and not _JOINED.search(word)]
            places = np.flatnonzero(np.isin(codes, said)).tolist()
            amounts = table.amounts[places][:, money].sum(axis=1) if places else np.zeros(0)
            if not places or len(said) == len(words) or (amounts < 0).sum() >= (amounts > 0).sum():
                continue
            named = ", ".join(repr(words[g]) for g in said)
            choice = table.choice(
                "rows",
                (column.header, guess, *words),
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
    choice = table.choice(
        "rows",
        ("promised rows", cells),
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
    # What else is stated of the same things is another version too, though its amounts are further away.
    shared = (there > 0).astype(np.int64) @ (there > 0).astype(np.int64).T
    stated = np.diag(shared)
    found |= {k for k in range(count) for i in found if shared[i, k] >= _KEYS * min(stated[i], stated[k])}
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


def _tells_stages(column: Column, words: Sequence[str]) -> bool:
    """Whether the words of a column are told apart as the stages, versions or controls of its lines."""
    return column.role == "stage" or (column.role == "control" and all(map(vocabulary.find_control, words)))


def _of_one_year(table: Table, rows: Ints, codes: Ints, groups: Sequence[int]) -> list[list[int]]:
    """Some words in parts that share a year, where a column says the year of each row: the estimate of one year is no
    other version of the budget of the year before.
    """
    years = table.of_role("year")
    if not years:
        return [list(groups)]
    said = column_texts(table.grid, table.block.data[rows], years[0].index, with_numbers=True).codes
    parts: list[tuple[set[int], list[int]]] = []
    for group in groups:
        own = set(said[codes == group].tolist())
        shared = [part for part in parts if part[0] & own]
        parts = [part for part in parts if part not in shared]
        parts.append((own.union(*(part[0] for part in shared)), [*(g for part in shared for g in part[1]), group]))
    return [sorted(words) for _, words in parts if len(words) > 1]


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
    choice = table.choice(
        "rows",
        ("cumulative",),
        f"Within each year the rows of {table.grid.name!r} rise from {words[codes[several[0][0]]]!r} to "
        f"{words[codes[several[0][-1]]]!r}. Does each add to the one before, or are they parts of the year?",
        (
            ("last", "Each adds to the one before: count the last of each year"),
            ("parts", "Parts of the year: add them"),
        ),
        "",
    )
    return before if decisions.take(choice) == "last" else frozenset()
