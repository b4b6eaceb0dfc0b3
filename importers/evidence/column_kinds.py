"""What a column of numbers is: money, or a code, a day, a year, a quantity, a ratio.

A voucher number has digits as an amount has, and no list of headers knows every word for it. Each piece of evidence is
named and weighed in `weights`: what the header says in any of several languages, what the cells' own format says, and
above all what the numbers look like and how they stand to the other columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Final, Literal

import numpy as np

from budget_align.core.values.fiscal_year import LATEST, find_biennia
from importers.evidence.numbers_of_rows import leave_totals_blank, number_headings
from importers.evidence.weights import MONEY, confidence
from importers.structure.block import Block
from importers.structure.grid import Bools, Floats, Grid, Ints, Kind, are_years
from importers.words import flow_words, lexicon, period_words, stage_words, vocabulary
from importers.words.relative_years import relative_year

ColumnKind = Literal["money", "code", "identifier", "day", "period", "year", "quantity", "ratio"]

_FEW: Final = 12
_TELLING_TENTHS: Final = 4
_TELLING_LENGTHS: Final = 8
"""So many amounts are seldom of one length by chance."""
_COLUMNS_TRIED: Final = 40
_ROWS_TRIED: Final = 400
_SIZES_TRIED: Final = 2_000
_LONGEST_SUM: Final = 1e14
_CLOSE: Final = 1e-9
_SERIAL_DAYS: Final = (20_000, 60_000)


@dataclass(frozen=True)
class KindBelief:
    """What a column of numbers was taken for.

    Attributes:
        money: how sure it is that the column is money, between 0 and 1.
        kind: what it is, if it is no money or may not be; "money" where it most likely is.
        evidence: the pieces that weighed most, in words.
        found: all pieces, by their names in `weights`.
        open: it was taken for codes by nothing but how long or how near each other its numbers are, as amounts may be.
    """

    money: float
    kind: ColumnKind
    evidence: str
    open: bool = False
    found: frozenset[str] = frozenset()

    @property
    def by_words(self) -> bool:
        """Whether nothing but words of the header speaks against money, nor anything that is said of amounts too."""
        against = {name for name in self.found if MONEY[name] < 0}
        return bool(against - _OPEN) and all(name.startswith("header ") for name in against - _OPEN)

    @property
    def confidence(self) -> float:
        """How sure the kind is."""
        return self.money if self.kind == "money" else 1 - self.money


def tell_kind(
    grid: Grid,
    block: Block,
    column: int,
    header: str,
    rows: Ints,
    *,
    has_unit: bool,
    titled: bool = False,
    additive: frozenset[int] = frozenset(),
) -> KindBelief:
    """What a column of numbers is.

    Args:
        grid: the sheet.
        block: its table.
        column: the column.
        header: what its header says.
        rows: the rows to look at.
        has_unit: its header states a unit or currency.
        titled: a title of the table states a unit or currency.
        additive: what `find_additive` found in the table.
    """
    number = grid.kinds[rows, column] == Kind.NUMBER
    values = grid.numbers[rows, column][number]
    header = header.translate(_PER_CENT)
    found = _from_header(grid, header, has_unit=has_unit)
    if _WHOLE_YEAR.search(header) and len(values) and np.median(np.abs(values)) > LATEST:
        # It says of which time amounts are, and names no year.
        found = (found - {"header names a year"}) | {"header is a year, month or quarter"}
    if "header names a year" in found and len({len(str(int(abs(value)))) for value in values if value}) > 1:
        # Whatever numbers years are written as, they are of one length: "Year-end position" names none.
        found.discard("header names a year")
    if lexicon.says("year", header) and len(values) >= _FEWEST_YEARS and are_years(values) and np.ptp(values) <= _SPAN:
        # "Budget year" and "Year of payment" name the years below them.
        found = (found - _NAMED_MONEY) | {"header names a year"}
    if _EXCHANGE.search(header) and len(values) and (np.abs(values) <= _LARGEST_RATIO).all():
        found = (found - {"header has a unit or currency"}) | {"header names a rate"}
    if titled and not has_unit and not found & _SAYS_OTHERWISE and column > max(block.labels, default=-1):
        found.add("titles state a unit or currency")
    if len(values):
        found |= _from_cells(grid, rows[number], column)
        found |= _from_shape(values)
        found |= _from_others(grid, block, column, rows, number)
        found |= {"adds up with others row by row"} if column in additive else set()
    if (np.abs(values) > _LARGEST_RATIO).any():
        # "Rates" may be a tax.
        found.discard("header is nothing but a ratio")
    if "header names a quantity" in found:
        # What is counted adds up as money does.
        found.discard("its sum is stated below")
    if "header names money" in found and not found & CODED:
        # Nothing but its length makes an identifier of an amount in billions.
        found.discard("a long identifier")
    if found & _PARTED_DIGITS:
        # Nobody parts the digits of a code, however many they are.
        found -= _LENGTHS
    weight = MONEY["prior"] + sum(MONEY[name] for name in found)
    telling = sorted(found, key=lambda name: (-abs(MONEY[name]), name))
    sure = confidence(weight)
    kind: ColumnKind = "money" if sure >= 0.5 else _otherwise(header, values, found)
    signed = [name for name in telling if (MONEY[name] > 0) == (sure >= 0.5)]
    against = {name for name in found if MONEY[name] < 0}
    is_open = kind == "code" and len(values) >= _FEWEST_OPEN and against <= _OPEN and _mostly_differ(values)
    said = "; ".join(signed[:3]) or "nothing says otherwise"
    return KindBelief(sure, kind, said, is_open, frozenset(found))


_PER_CENT: Final = str.maketrans("٪％﹪", "%%%")
"""The signs for per cent of Arabic and of East Asia."""

_LARGEST_RATIO: Final = 1_000
_WHOLE_YEAR: Final = re.compile(r"^\W*(full|whole)\W?years?\W*$", re.IGNORECASE)
_EXCHANGE: Final = re.compile(
    r"^\W*((exchange|conversion|currency|fx) )?rates? (to|into|of|in|per|vs)\b", re.IGNORECASE
)
"""A rate of exchange, which names a currency that it is no amount of."""
_FEWEST_FLAGS: Final = 5
_FEWEST_SAME: Final = 8
_LENGTHS: Final = frozenset({"one length of digits", "one length of digits in a few cells"})
CODED: Final = frozenset({"header names a code", "header ends in a code"})
"""What words of a header say of codes."""

_PARTED_DIGITS: Final = frozenset({"grouped digits", "digits grouped by their format", "set out as in accounts"})
_OPEN: Final = _LENGTHS | {"narrow spread", "small whole numbers", "no header", "left of labels"}
"""What may be said of amounts as well as of codes."""
_FEWEST_OPEN: Final = 3
_MOSTLY: Final = 0.65


def _mostly_differ(values: Floats) -> bool:
    """Whether few numbers stand again in another row, as codes of groups do."""
    there = values[values != 0]
    return len(there) > 0 and len(np.unique(there)) >= _MOSTLY * len(there)


_SAYS_OTHERWISE: Final = frozenset(
    {
        "header names a code",
        "header ends in a code",
        "header names a day or period",
        "header names a year",
        "header names a quantity",
        "header names a ratio",
        "header has a percent sign",
    }
)
"""What a header says of a column that the unit in a title does not hold for."""


_FEWEST_MARKED: Final = 3
_SETTLED: Final = 0.99


def weigh_beside_others(beliefs: Mapping[int, KindBelief]) -> dict[int, KindBelief]:
    """The beliefs, with what it says of a doubtful column that several others are marked as money and it is not."""

    def marked(mark: str) -> bool:
        return sum(mark in belief.found for belief in beliefs.values()) >= _FEWEST_MARKED

    summed, in_currency = marked("its sum is stated below"), marked("cells carry a currency")
    weighed = dict(beliefs)
    for column, belief in beliefs.items():
        found = set()
        if summed and "left of labels" in belief.found and "its sum is stated below" not in belief.found:
            found.add("left of labels, and sums of other columns are stated")
        if in_currency and "cells carry a currency" not in belief.found:
            found.add("cells of other columns carry a currency, and not its own")
        if belief.kind != "money" or belief.money > _SETTLED or not found:
            continue
        money = confidence(log(belief.money / (1 - belief.money)) + sum(MONEY[name] for name in found))
        kind: ColumnKind = "money" if money >= 0.5 else "code"
        evidence = belief.evidence if kind == "money" else "; ".join(sorted(found))
        weighed[column] = KindBelief(money, kind, evidence, found=belief.found | found)
    return weighed


_FEWEST_YEARS: Final = 4
_SPAN: Final = 60
"""Over so many years at most go the years of one list; amounts that are all between 1900 and 2099 are rare enough."""

_NAMED_MONEY: Final = frozenset(
    {
        "header names money",
        "header ends in money",
        "header is nothing but money",
        "header is a year, month or quarter",
        "header names what is spent or received",
    }
)


def _otherwise(header: str, values: Floats, found: set[str]) -> ColumnKind:
    """What a column is that is no money."""
    if "cells carry a percent sign" in found or "cells are percentages by their format" in found:
        return "ratio"
    if len(values) and are_years(values):
        return "year"
    # "Year to date" is no day.
    names_day = lexicon.says("day", header) and not lexicon.says("cumulative", header)
    if "cells are dates by their format" in found or names_day:
        return "day"
    if lexicon.says("period", header) and not lexicon.last_word_says("money", header):
        # A monthly budget is no month.
        return "period"
    if lexicon.says("ratio", header) or lexicon.says("rate", header) or "%" in header:
        return "ratio"
    if lexicon.last_word_says("quantity", header) or (
        lexicon.says("quantity", header) and not lexicon.last_word_says("code", header)
    ):
        return "quantity"
    if vocabulary.find_role(header) in ("unit_code", "account_code"):
        return "code"
    if lexicon.says("identifier", header) or "a long identifier" in found or "counts up one by one" in found:
        return "identifier"
    return "code"


def _from_header(grid: Grid, header: str, *, has_unit: bool) -> set[str]:
    """What the header's words say."""
    if not header:
        return {"no header"}
    money = lexicon.says("money", header) or stage_words.find_stage(header) in ("outturn", "forecast", "budget")
    ends_in_money = lexicon.last_word_says("money", header)
    found = _money_or_code(header, money=money, has_unit=has_unit)
    found |= _of_time(header, money=money, ends_in_money=ends_in_money)
    if vocabulary.find_control(header):
        found.add("header names a budget control")
    flow = any(lexicon.says(meaning, header) for meaning in _FLOWS)
    if flow and not (lexicon.says("code", header) or lexicon.says("identifier", header)):
        found.add("header names what is spent or received")
    if grid.terms.calendar.find_years(header) or find_biennia(header):
        found.add("header has a fiscal year")
    elif lexicon.says("year", header) and not (money or _says_years_beside(header) or relative_year(header)):
        found.add("header names a year")
    if lexicon.says("quantity", header) and not ends_in_money:
        found.add("header names a quantity")
    if lexicon.says("rate", header):
        found.add("header names a rate")
    if all(lexicon.says("ratio", word) for word in lexicon.fold_words(header).split()):
        found.add("header is nothing but a ratio")
    return _told_from_ratios(header, found, has_unit=has_unit)


_FLOWS: Final[tuple[lexicon.Meaning, ...]] = ("expenditure", "income", "financing")


def _says_years_beside(header: str) -> bool:
    """Whether a header names years before, up to or after others, of which it holds amounts."""
    return any(lexicon.says(meaning, header) for meaning in _BESIDE_YEARS)


_BESIDE_YEARS: Final[tuple[lexicon.Meaning, ...]] = ("cumulative", "earlier", "later")


def _of_time(header: str, *, money: bool, ends_in_money: bool) -> set[str]:
    """Whether a header names a day or a period, or is one, so that it stands over the amounts of one."""
    spans = relative_year(header) or period_words.find_period(header) or period_words.says_span(header)
    if spans or not vocabulary.without_year_and_unit(header):
        return {"header is a year, month or quarter"}
    if lexicon.says("cumulative", header):
        # What runs up to a day is the amount of that time, and no day.
        return {"header is a year, month or quarter"}
    day = lexicon.says("day", header) and not ends_in_money
    return {"header names a day or period"} if day or (lexicon.says("period", header) and not money) else set()


def _told_from_ratios(header: str, found: set[str], *, has_unit: bool) -> set[str]:
    """What a header says, with whether that is a percentage or a ratio."""
    if header.lstrip().startswith("%"):
        # Whatever the figures look like: 104.5 may be an amount by its digits.
        money = {
            "header names money",
            "header ends in money",
            "header is nothing but money",
            "header has a fiscal year",
        }
        return (found - money) | {"header has a percent sign", "header names a ratio"}
    if has_unit:
        return found
    if "%" in header:
        return found | {"header has a percent sign"}
    return found | {"header names a ratio"} if lexicon.says("ratio", header) else found


_NAMED_FUND: Final = re.compile(
    r"\b(?!(sub|source|parent|budget|accounting|funding|gl|the|of|by|and|or|for|no|code|number|id)\b)[^\W\d]+ funds?\b",
    re.IGNORECASE,
)


_OF_STAGES: Final[tuple[lexicon.Meaning, ...]] = ("original", "revised", "outturn")
"""What a header says of money alone."""


def _money_or_code(header: str, *, money: bool, has_unit: bool) -> set[str]:
    """Whether a header names money or a code; its last word tells which of the two where it names both."""
    found: set[str] = set()
    # "General Fund" is a fund itself, over what it spends.
    header = _NAMED_FUND.sub(" ", header)
    if flow_words.says_accounts(header):
        # What was spent, as a year's accounts show it; an account by number has no year.
        return {"header names money", "header ends in money"}
    if has_unit:
        found.add("header has a unit or currency")
    if money:
        found.add("header names money")
    if money and all(lexicon.says("money", word) for word in lexicon.fold_words(header).split()):
        found.add("header is nothing but money")
    either = lexicon.last_word_says("code", header)
    staged = any(lexicon.says(meaning, header) for meaning in _OF_STAGES) and not either
    if (money and staged) or (
        lexicon.last_word_says("money", header) and not (either and "header is nothing but money" in found)
    ):
        return found | {"header ends in money"}
    if lexicon.says("code", header) and not (has_unit and money):
        found.add("header names a code")
    if lexicon.last_word_says("code", header):
        found.add("header ends in a code")
    return found


_GROUPED: Final = re.compile(r"\d[,'’\s]\d{3}(?!\d)|\d\.\d{3}[.,]")
"""Digits that something parts in groups, and no decimals: those are two or one as a rule."""


def _from_cells(grid: Grid, rows: Ints, column: int) -> set[str]:
    """What the cells' own writing and format say."""
    found: set[str] = set()
    count = len(rows)
    if int((grid.symbol_of[rows, column] > 0).sum()) * 2 > count:
        found.add("cells carry a currency")
    if int(grid.ratios[rows, column].sum()) * 2 > count:
        found.add("cells carry a percent sign")
    found |= _from_formats(grid, rows, column)
    written = grid.codes[rows, column]
    texts = [grid.vocabulary[code] for code in np.unique(written).tolist() if code]
    zeros = [text for text in texts if len(text) > 1 and text[0] == "0" and text.isdigit()]
    if len(zeros) > 0.02 * len(texts) and (len(zeros) > 1 or count < 20) and zeros:
        found.add("leading zeros")
    if sum(bool(_GROUPED.search(text)) for text in texts) * 4 > len(texts) and texts and not zeros:
        found.add("grouped digits")
    return found


def _from_formats(grid: Grid, rows: Ints, column: int) -> set[str]:
    """Whether the number formats part the digits, as nobody does with those of a code."""
    groups = [said.groups for said in grid.number_formats]
    if not grid.formats.size or not any(groups):
        return set()
    places = grid.formats[rows, column]
    shown = {name: float(np.isin(places, [i for i, g in enumerate(groups) if g == name]).mean()) for name in _GROUPS}
    if sum(shown.values()) <= 0.5:
        return set()
    return {"set out as in accounts" if shown["accounts"] > shown["thousands"] else "digits grouped by their format"}


_GROUPS: Final = ("thousands", "accounts")


def _from_shape(values: Floats) -> set[str]:
    """What the numbers themselves look like."""
    size = np.abs(values)
    there = size[size > 0]
    found = _spread(values, there)
    if bool((values == np.floor(values)).all()):
        digits = _digits(there, len(values), negative="negative amounts" in found)
        return found | digits | _order(values) | _repeats(values, round_amounts="round amounts" in digits)
    found.add(_decimals(values))
    if (size <= 1.0).all() and (values >= 0).mean() > 0.5:
        found.add("between zero and one")
    return found


def _spread(values: Floats, there: Floats) -> set[str]:
    """The sign of the numbers, and over how many magnitudes those that are not zero spread."""
    found = {"negative amounts"} if (values < 0).any() else set()
    if len(there) >= 3:
        spread = np.log10(there.max()) - np.log10(there.min())
        found |= {"wide spread"} if spread >= 2 else {"narrow spread"} if spread < 0.5 and len(values) > 4 else set()
    return found


def _digits(there: Floats, count: int, *, negative: bool) -> set[str]:
    """What the digits of whole numbers say: the sizes of those that are not zero, among so many rows."""
    found: set[str] = set()
    big = there[there >= 100]
    if len(big) and float(np.mean(big % 10 == 0)) > 0.5 and float(np.mean(big % 100 == 0)) > 0.25:
        found.add("round amounts")
    lengths = {len(str(int(value))) for value in np.unique(there)[:_SIZES_TRIED].tolist()}
    length = max(lengths, default=0)
    if len(lengths) == 1 and count >= 3 and length >= 3 and "round amounts" not in found:
        found.add("one length of digits" if count >= _TELLING_LENGTHS else "one length of digits in a few cells")
    if length >= 10 and len(lengths) == 1 and count >= 5 and "round amounts" not in found and not negative:
        found.add("a long identifier")
    if length and (there < 1_000).all() and not negative:
        found.add("small whole numbers")
    if length and (there == 1).all() and count >= _FEWEST_FLAGS and len(there) < count:
        found.add("zeros and ones")
    # One figure in all rows, such as the same grant for each ward, is hardly the same day.
    if len(there) and np.ptp(there) > 0 and _are_days(there):
        found.add("shaped as days")
    return found


def _order(values: Floats) -> set[str]:
    """Whether whole numbers count up, as running numbers do, or rise without ever repeating."""
    steps = np.diff(values)
    if len(values) < 3:
        return set()
    if (steps == 1).mean() > 0.9:
        return {"counts up one by one"}
    rising = (steps > 0).mean() > 0.9 and len(values) >= 8 and len(np.unique(values)) == len(values)
    return {"all different and rising"} if rising else set()


def _repeats(values: Floats, *, round_amounts: bool) -> set[str]:
    """Whether whole numbers take few values in many rows, as codes do."""
    count, distinct = len(values), len(np.unique(values))
    if (count >= 30 and distinct <= 3) or (count >= _FEWEST_SAME and distinct == 1 and values[0]):
        return {"the same in every row"}
    if count >= 30 and distinct <= _FEW:
        return {"few different values"}
    return {"repeats a few codes"} if count >= 60 and distinct * 8 < count and not round_amounts else set()


def _decimals(values: Floats) -> str:
    """Which decimals numbers have: those of money, of hours and posts, or of measures."""
    # Binary fractions of hundredths are no further from them than a millionth.
    tenth, hundredth = (float((np.abs(values * n - np.rint(values * n)) < 1e-4).mean()) for n in (10, 100))
    if tenth == 1.0 and len(values) >= _TELLING_TENTHS:
        return "decimals of a tenth"
    return "decimals of a hundredth" if hundredth > 0.9 else "decimals of other kinds"


def _are_days(values: Floats) -> bool:
    """Whether whole numbers are days: as spreadsheets count them, within some years, or written 20240131."""
    if float(values.min()) > 19_000_000 and float(values.max()) < 21_000_000:
        month, day = values // 100 % 100, values % 100
        return bool(((month >= 1) & (month <= 12) & (day <= 31)).all())
    low, high = _SERIAL_DAYS
    return bool(
        len(values) >= 3 and (values >= low).all() and (values <= high).all() and float(np.ptp(values)) <= 4_000
    )


def _from_others(grid: Grid, block: Block, column: int, rows: Ints, number: Bools) -> set[str]:
    """How the column stands to the others: words that name its values one to one, sums stated below it."""
    found: set[str] = set()
    last = max(block.labels, default=-1)
    found.add(
        "right of the labels" if column > min(block.labels, default=column) and column > last else "left of labels"
    )
    values = grid.numbers[rows, column]
    distinct, place = np.unique(values[number], return_inverse=True)
    if 2 <= len(distinct) < 0.7 * int(number.sum()):
        for label in block.labels:
            words = grid.codes[rows, label][number]
            if not (words > 0).mean() > 0.9:
                continue
            pairs = len(np.unique(place.astype(np.int64) * (len(grid.vocabulary) + 1) + words))
            named = len(np.unique(words))
            if pairs <= 1.1 * len(distinct) and named > 0.7 * len(distinct):
                found.add("named one to one by a column of words")
                break
    if _sums_below(values, number):
        found.add("its sum is stated below")
    if number_headings(grid, block, column, rows, number):
        found = found - {"its sum is stated below"} | {"stands in headings alone"}
    if column < min(block.labels, default=column) and leave_totals_blank(grid, block, column, rows, number):
        found.add("blank in the rows of totals")
    return found


def _sums_below(values: Floats, number: Bools) -> bool:
    """Whether the last number is the sum of all before it, or twice that less totals: odds that codes never beat."""
    said = values[number]
    if len(said) < 4 or not said[-1]:
        return False
    before = float(said[:-1].sum())
    near = 1e-9 * float(np.abs(said).sum()) + 1e-6
    return bool(abs(before - said[-1]) <= near or abs(before - 2 * said[-1]) <= near)


def _running(values: Floats) -> Floats:
    """What the first columns of each row come to, from none of them to all."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _sums_beside(numbers: Floats, running: Floats) -> set[int]:
    """The columns that sum a run of two or more right before or after them, with those that they sum."""
    found: set[int] = set()
    sizes, filled = _running(np.abs(numbers)), _running((numbers != 0).astype(np.float64))
    count = numbers.shape[1]
    for target in range(count):
        said = np.abs(numbers[:, target]) >= 100
        runs = [(first, target) for first in range(target - 1)]
        runs += [(target + 1, end) for end in range(target + 3, count + 1)]
        if said.sum() < 3 or not runs:
            continue
        firsts, ends = np.array(runs).T
        away = np.abs(running[:, ends] - running[:, firsts] - numbers[:, [target]])
        fits = away <= _CLOSE * (sizes[:, ends] - sizes[:, firsts]) + 1e-6
        # Where all parts but one are zero, their sum says nothing.
        telling = said[:, None] & (filled[:, ends] - filled[:, firsts] >= 2)
        for place in np.flatnonzero((telling.sum(axis=0) >= 3) & (fits[said].mean(axis=0) > 0.9)).tolist():
            (first, end), of_run = runs[place], telling[:, place]
            if fits[of_run, place].mean() > 0.9:
                stated = (numbers[of_run, first:end] != 0).any(axis=0)
                found |= {target, *(np.flatnonzero(stated) + first).tolist()}
    return found


def _leave_another(numbers: Floats, running: Floats) -> set[int]:
    """The columns of runs that, less a run right of them, leave the column after both, as spending and income do."""
    found: set[int] = set()
    for target in range(3, min(numbers.shape[1], _RUN_TRIED)):
        own = numbers[:, [target]]
        said = np.abs(own[:, 0]) >= 100
        for first in range(target - 2):
            parts = numbers[:, first:target]
            if (said & ((parts != 0).sum(axis=1) >= 3)).sum() < 3:
                continue
            # The second run begins at any place after the first two columns.
            made = 2 * running[:, first + 2 : target] - running[:, [first]] - running[:, [target]]
            close = _CLOSE * np.abs(parts).sum(axis=1) + 1e-6
            if ((np.abs(made - own) <= close[:, None])[said].mean(axis=0) > 0.9).any():
                found |= {target, *range(first, target)}
    return found


_RUN_TRIED: Final = 14


def find_additive(grid: Grid, block: Block, rows: Ints) -> frozenset[int]:
    """The columns of numbers that add up with others in nearly every row, as amounts do and codes never: the sum of a
    run of columns beside it, or the sum or difference of two others anywhere.
    """
    columns = list(block.values)[:_COLUMNS_TRIED]
    rows = rows[:: max(1, len(rows) // _ROWS_TRIED)]
    if len(columns) < 3 or len(rows) < 3:
        return frozenset()
    numbers = np.nan_to_num(grid.numbers[rows][:, columns])
    # What is so long that its last digits are lost is an identifier, and would let anything beside it fit.
    numbers[np.abs(numbers) > _LONGEST_SUM] = 0.0
    found: set[int] = set()
    count = len(columns)
    running, sizes = _running(numbers), np.abs(numbers)
    large = sizes >= 100
    found |= _sums_beside(numbers, running)
    found |= _leave_another(numbers, running)
    for i in range(count):
        for j in range(i + 1, count):
            both = np.flatnonzero(large[:, i] & large[:, j])
            rows_of_both = len(both)
            if rows_of_both < 3:
                continue
            # What fits in nearly every row fits in one of any few that are more than those that it may not fit in.
            few = both[: rows_of_both // 10 + 1]
            total, apart = sizes[few, i] + sizes[few, j], np.abs(sizes[few, i] - sizes[few, j])
            away = np.abs(np.array([total, apart])[:, :, None] - sizes[few])
            if not (away <= _CLOSE * total[:, None] + 1e-6).any():
                continue
            one, other, own = numbers[both, i], numbers[both, j], sizes[both]
            if np.count_nonzero(one == other) / rows_of_both > 0.9:
                continue
            close, said = _CLOSE * (own[:, i] + own[:, j]) + 1e-6, large[both]
            for made in (one + other, one - other):
                away = np.abs(np.abs(made)[:, None] - own)
                hits = ((away <= close[:, None]) & said).sum(axis=0) / rows_of_both > 0.9
                hits[[i, j]] = False
                if hits.any():
                    found |= {i, j, *np.flatnonzero(hits).tolist()}
    return frozenset(columns[place] for place in found)
