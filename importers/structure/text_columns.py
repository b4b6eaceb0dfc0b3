"""The texts of a sheet's columns: what each distinct one is, and the numbers that some state.

How a column writes its numbers is decided from the whole column and file, so that texts are told first and placed when
all of them are known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.values.money import NIL_MARKS, NOT_AVAILABLE_MARKS, Currency
from budget_align.core.values.number_writing import DecimalMark, Spelled, Writing, mend_signs, spell, tell_writing
from budget_align.core.values.usual_marks import usual_mark
from importers.structure.grid import Floats, Grid, Ints, Kind, plain_number
from importers.structure.written_together import find_amount_within, spell_together

_ERROR = re.compile(r"^(?:#(?:[\w/¡]+[!?]|N/A|NV)|Err:\d{3})$", re.IGNORECASE)
"""An error as a spreadsheet program writes it, in its user's language: #REF!, #DIV/0!, #WERT!, #N/A, Err:502."""

_PLAIN_NUMBER = re.compile(r"^-?\d{1,15}(\.\d{1,9})?$", re.ASCII)

_UNIT_OF_ZEROS = re.compile(r"^\(?(?:[A-Z]{0,3}[£$€¥₹₦]|[A-Z]{3})\s?['’]?000(?:,?000)*s?\)?$")
"""A unit such as £000 or NZ$000, which is no amount of zero."""

_UNIT_ALONE = re.compile(
    r"^\(?(?:in |i |x )?1(?:[ .,\u00a0\u202f]?000){1,2}\s?(?:€|£|[A-Za-zł]{2,4}\.?|Kč)\)?$"
    r"|^\(?(?:€|[A-Z]{3})\s1(?:[ .\u00a0\u202f]?000){1,2}\)?$"
)
"""A power of ten behind or before a currency, as forms write the unit: "1 000 €", "1.000 EUR"."""

_EAST_ASIAN: Final = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Compiled where it is first asked for, which takes long and is seldom."""

_FEW: Final = 4
"""What is so many times more than something else is how a column is written."""

_OTHERS: Final = 0.1
_HEADERS: Final = 4
"""So many texts beside the amounts of a column, and this share of others, may head it or explain it."""

_NATIVE = 3
"""From so many real numbers a text on, a column's numbers are real ones."""

_THOUSANDTHS = re.compile(r"^-?\d{1,3}\.\d{3}$", re.ASCII)

_FIGURES = re.compile(r"[\d.,'’\s()–−-]+")

_SIGN: Final = 4
"""So many characters a sign of a currency has at most; what is longer is a word, as in "2,100 homes"."""

_NIL_WITH_SYMBOL = re.compile(r"^(?P<symbol>[£$€¥₹₦₪]|[A-Z]{3})\s*[-–—]+\s*(?:\?\?)?$")
"""Zero as accounting formats print it: £-."""

_BRACKETED_MARK = re.compile(r"^[(\[]\s*(?:n\.?a\.?|x|z|s|d|b|c|nsa?|-+|\.+)\s*[)\]]$", re.IGNORECASE)
"""Marks of statistical offices: (NA) not available, (X) not applicable, (Z) less than half the unit, (D) withheld."""

_DASHES: Final = re.compile(r"^[-–—−‒―]+(?: [-–—−‒―]+)*$")
_DOTS: Final = re.compile(r"^[.:·…]+$")

_BLANKS: Final = (" ", "\t", "\u00a0", "\u2002", "\u2003", "\u3000")
"""What sets a label in: blanks, also those of fixed width and of East Asia."""


_FLAGGED = re.compile(r"(-?\d+(?:\.\d+)?) +([bcdefimnprsuz]{1,3})$")
"""A plain number with the flags of an office of statistics, apart from it and in small letters."""

_NO_SCALES = frozenset("efinprsuz")
_FEWEST_PLAIN = 3
_OF_THAT_SIZE = 10


class TextColumn:
    """The texts of one column, each distinct one looked at once.

    Attributes:
        codes: for each of `rows` the place of its text among `uniques`.
        spelled: what those of them can mean that state numbers and are not plain ones, by their place.
        plain: the numbers of those that are plain, NaN elsewhere.
        unsure: those that most likely state the number that they are read as, by their place.
    """

    def __init__(
        self, column: int, rows: Ints, texts: npt.NDArray[np.object_], home: Currency, native: int = 0
    ) -> None:
        self.column, self.rows = column, rows
        self.codes, uniques = pd.factorize(texts)
        self.uniques: list[str] = uniques.tolist()
        self.kinds = np.zeros(len(self.uniques), dtype=np.uint8)
        self.plain = np.full(len(self.uniques), np.nan)
        self.spelled: dict[int, Spelled] = {}
        self.unsure: set[int] = set()
        thousandths: list[int] = []
        decimals: list[int] = []
        for number, text in enumerate(self.uniques):
            stripped = text.strip()
            if not stripped:
                continue
            if _PLAIN_NUMBER.match(stripped):
                self.kinds[number], self.plain[number] = Kind.NUMBER, float(stripped)
                if "." in stripped:
                    if _THOUSANDTHS.match(stripped):
                        thousandths.append(number)
                    else:
                        decimals.append(number)
                continue
            self.kinds[number], spelled = _tell_text(stripped)
            if spelled is not None:
                self.spelled[number] = spelled
        self._set_aside_units()
        self._take_off_flags()
        odd = any(each.currency or each.credit for each in self.spelled.values())
        odd = odd or bool((self.kinds == Kind.TEXT).any()) or any(text.endswith("p") for text in self.uniques)
        together = spell_together([text.strip() for text in self.uniques], self.spelled, home) if odd else {}
        for number, spelled in together.items():
            self.kinds[number], self.spelled[number] = Kind.NUMBER, spelled
        self._find_amounts_within(native)
        hundredths = decimals and all(self.uniques[number].strip()[-3] == "." for number in decimals)
        if hundredths and len(decimals) > _FEW * len(thousandths):
            # One amount of three decimals among many of two was hardly meant so.
            self.unsure |= set(thousandths)
        if len(thousandths) > _FEW * len(decimals):
            # 844.000 in every cell, or in nearly all, may be thousands as well.
            thousandths = decimals + thousandths
            self.spelled |= {
                number: said for number in thousandths if (said := spell(self.uniques[number].strip())) is not None
            }

    def _set_aside_units(self) -> None:
        """Takes "1 000 €" for words where no other text of the column carries a currency: it is the unit."""
        money = [number for number, spelled in self.spelled.items() if spelled.currency]
        if money and all(_UNIT_ALONE.match(self.uniques[number].strip()) for number in money):
            for number in money:
                self.kinds[number] = Kind.TEXT
                del self.spelled[number]

    def _take_off_flags(self) -> None:
        """Reads "45.1 b" and "7.2 p" as 45.1 and 7.2 among plain numbers of that size, as offices of statistics mark
        breaks and provisional figures; a letter for billions, or for credits, would set them far from the others.
        """
        found = {i: _FLAGGED.match(self.uniques[i].strip()) for i in np.flatnonzero(np.isnan(self.plain)).tolist()}
        numbers = {i: float(match[1]) for i, match in found.items() if match}
        # A letter that is neither a scale nor a mark of credits leaves its number as plain as others.
        letters = {i for i, match in found.items() if match and match[2] in _NO_SCALES}
        plain = np.abs([*self.plain[self.plain > 0], *(numbers[i] for i in letters if numbers[i])])
        if len(plain) < _FEWEST_PLAIN or not numbers:
            return
        low, high = plain.min() / _OF_THAT_SIZE, plain.max() * _OF_THAT_SIZE
        if not all(number == 0 or low <= abs(number) <= high for number in numbers.values()):
            return
        for i, number in numbers.items():
            self.kinds[i], self.plain[i] = Kind.NUMBER, number
            self.spelled.pop(i, None)

    def _find_amounts_within(self, native: int) -> None:
        """Reads the amounts in texts that say more, where nearly all cells of the column are amounts or such texts, or
        have the same sign beside one.

        Args:
            native: the cells of the column that hold real numbers.
        """
        texts = np.flatnonzero(self.kinds == Kind.TEXT).tolist()
        texts = [i for i in texts if not _UNIT_ALONE.match(self.uniques[i].strip())]
        found = {i: each for i in texts if (each := find_amount_within(self.uniques[i].strip())) is not None}
        counts = np.bincount(self.codes, minlength=len(self.uniques))
        numbers = native + int(counts[self.kinds == Kind.NUMBER].sum())
        within = int(counts[list(found)].sum()) if found else 0
        others = int(counts[texts].sum()) - within
        if found and (numbers or self._say_one_thing(found)) and others <= _OTHERS * (numbers + within) + _HEADERS:
            for number, spelled in found.items():
                self.kinds[number], self.spelled[number] = Kind.NUMBER, spelled
            self.unsure |= found.keys()
        square = {i for i in self.spelled if self.uniques[i].strip()[0] == "[" and self.uniques[i].strip()[-1] == "]"}
        self.unsure |= square

    def _say_one_thing(self, found: Collection[int]) -> bool:
        """Whether several texts have one and the same sign beside their figures, as a unit stands behind amounts."""
        beside = {_FIGURES.sub("", self.uniques[number]) for number in found}
        return len(found) >= _FEW and len(beside) == 1 and len(beside.pop()) <= _SIGN

    @property
    def open_to_reading(self) -> list[Spelled]:
        """What the texts say of the decimal mark."""
        return list(self.spelled.values())


def place_texts(
    grid: Grid, places: dict[str, int], texts: TextColumn, usual: DecimalMark | None, *, settled: bool
) -> None:
    """Places the texts of one column, their numbers by the decimal mark that the column or the file uses.

    Args:
        grid: where they are placed.
        places: the place of each text in the grid's vocabulary.
        texts: the texts of the column.
        usual: the mark that the file uses, None where it does not tell.
        settled: a person said which mark that is.
    """
    j, rows, codes = texts.column, texts.rows, texts.codes
    _drop_triangles(grid, texts)
    mark = _tell_mark(grid, texts, usual, settled=settled)
    numbers, symbols = _state_numbers(texts, mark)
    grid.codes[rows, j] = _place_words(grid, places, texts, numbers)[codes]
    grid.kinds[rows, j] = texts.kinds[codes]
    grid.numbers[rows, j] = numbers[codes]
    grid.from_text[rows, j] = texts.kinds[codes] == Kind.NUMBER
    percents = [number for number, spelled in texts.spelled.items() if spelled.percent]
    if percents:
        grid.ratios[rows, j] = np.isin(codes, percents)
    if symbols:
        _place_symbols(grid, texts, symbols)
    grid.unsure |= {(int(texts.rows[i]), j) for i in _cells(texts, texts.unsure)}
    _place_scales(grid, texts)
    _place_indents(grid, texts)


def _drop_triangles(grid: Grid, texts: TextColumn) -> None:
    """Takes numbers behind a triangle for words, unless the sheet is written where that is a minus."""
    marked = [number for number, spelled in texts.spelled.items() if spelled.triangle]
    if not marked or any(re.search(_EAST_ASIAN, word) for word in (*grid.vocabulary, *texts.uniques)):
        return
    for number in marked:
        texts.kinds[number] = Kind.TEXT
        del texts.spelled[number]


def place_word(grid: Grid, places: dict[str, int], text: str) -> int:
    """The place of a text in the grid's vocabulary, which it enters if it is new."""
    place = places.get(text)
    if place is None:
        place = places[text] = len(grid.vocabulary)
        grid.vocabulary.append(text)
    return place


def _tell_mark(grid: Grid, texts: TextColumn, usual: DecimalMark | None, *, settled: bool) -> DecimalMark:
    """The decimal mark of a column's texts; the grid keeps the column where nothing decides it."""
    writing = tell_writing(texts.open_to_reading, usual)
    if writing.doubt and settled and usual is not None:
        writing = Writing(usual)
    if writing.doubt in ("open", "grouped") and (beside := _mark_beside_plain(grid, texts)) is not None:
        writing = Writing(beside)
    if writing.doubt == "open" and grid.parted_by == "," and usual_mark(grid.terms.currency.code) == ".":
        # Where points part decimals, programs part columns by commas.
        writing = Writing(".", "open")
    if writing.doubt:
        grid.doubtful_marks[texts.column] = writing.doubt
    native = int((grid.kinds[:, texts.column] == Kind.NUMBER).sum())
    if writing.mark == "," and native > _NATIVE * len(texts.rows):
        # Among real numbers a text with a decimal comma is a slip that may mean either, and is asked about.
        texts.unsure |= {number for number, said in texts.spelled.items() if said.votes_for == ","}
    texts.unsure |= _written_otherwise(texts.spelled, writing)
    return writing.mark


def _mark_beside_plain(grid: Grid, texts: TextColumn) -> DecimalMark | None:
    """The decimal mark under which the numbers of a column that may be read by either are of the size of those without
    one: 2,533 is two thousand beside 2517 and 1836; None where both are, or neither. That a number would have decimals
    which none beside it has tells nothing.
    """
    native = grid.numbers[:, texts.column][np.equal(grid.kinds[:, texts.column], Kind.NUMBER)]
    others = [value for i, value in enumerate(texts.plain.tolist()) if i not in texts.spelled and value % 1 == 0]
    plain = np.abs(np.concatenate([native, others]))
    plain = plain[plain > 0]
    if len(plain) < _FEWEST_PLAIN:
        return None
    low, high = plain.min() / _OF_THAT_SIZE, plain.max() * _OF_THAT_SIZE
    fits: list[DecimalMark] = []
    marks: tuple[DecimalMark, ...] = (".", ",")
    for mark in marks:
        values = [abs(value) for said in texts.spelled.values() if (value := said.value(mark))]
        if all(low <= value <= high for value in values):
            fits.append(mark)
    whole = len(fits) == 1 and all((said.value(fits[0]) or 0) % 1 == 0 for said in texts.spelled.values())
    return fits[0] if whole else None


def _written_otherwise(spelled: Mapping[int, Spelled], writing: Writing) -> set[int]:
    """The few numbers of a column that can only be read by the other decimal mark, and those with three decimals among
    others that all have two.
    """
    against = {i for i, said in spelled.items() if said.votes_for not in (None, writing.mark)}
    found = against if against and len(against) * _FEW < len(spelled) and not writing.doubt else set()
    values = {i: said.value(writing.mark) for i, said in spelled.items()}
    decimals = {i: -int(value.as_tuple().exponent) for i, value in values.items() if value is not None and value % 1}
    odd = {i for i, places in decimals.items() if places == 3 and spelled[i].is_open}
    usual = [places for i, places in decimals.items() if i not in odd]
    if odd and len(usual) > _FEW * len(odd) and set(usual) == {2}:
        found = found | odd
    return found


def _state_numbers(texts: TextColumn, mark: DecimalMark) -> tuple[Floats, dict[int, str]]:
    """What each distinct text states, NaN where it states no number, and the currency symbols that some carry."""
    numbers = texts.plain.copy()
    symbols: dict[int, str] = {}
    for number, spelled in texts.spelled.items():
        value = spelled.value(mark)
        numbers[number] = float(value) if value is not None else np.nan
        if spelled.currency:
            symbols[number] = spelled.currency
    for number in np.flatnonzero(texts.kinds == Kind.MARK).tolist():
        text = texts.uniques[number].strip()
        if text.lower() in NIL_MARKS or _DASHES.match(text):
            numbers[number] = 0.0
        elif nil := _NIL_WITH_SYMBOL.match(mend_signs(text)):
            numbers[number] = 0.0
            symbols[number] = nil["symbol"]
    return numbers, symbols


def _place_words(grid: Grid, places: dict[str, int], texts: TextColumn, numbers: Floats) -> npt.NDArray[np.int32]:
    """The place of each distinct text in the vocabulary. A number that prints as it is written needs no text of its
    own; "0412" does.
    """
    place = np.zeros(len(texts.uniques), dtype=np.int32)
    for number, text in enumerate(texts.uniques):
        stripped = text.strip()
        if stripped and (texts.kinds[number] != Kind.NUMBER or plain_number(numbers[number]) != stripped):
            place[number] = place_word(grid, places, stripped)
    return place


def _place_symbols(grid: Grid, texts: TextColumn, symbols: dict[int, str]) -> None:
    of_text = np.zeros(len(texts.uniques), dtype=np.int16)
    for number, symbol in symbols.items():
        if symbol not in grid.symbols:
            grid.symbols.append(symbol)
        of_text[number] = grid.symbols.index(symbol)
    grid.symbol_of[texts.rows, texts.column] = of_text[texts.codes]


def _place_scales(grid: Grid, texts: TextColumn) -> None:
    scales = {number: scale for number, spelled in texts.spelled.items() if (scale := spelled.scale)}
    for i in _cells(texts, scales):
        grid.scales[int(texts.rows[i]), texts.column] = scales[int(texts.codes[i])]


def _place_indents(grid: Grid, texts: TextColumn) -> None:
    indents = {
        number: len(text) - len(text.lstrip())
        for number, text in enumerate(texts.uniques)
        if text[:1] in _BLANKS and texts.kinds[number] == Kind.TEXT
    }
    for i in _cells(texts, indents):
        grid.indents.setdefault((int(texts.rows[i]), texts.column), indents[int(texts.codes[i])])


def _cells(texts: TextColumn, some: Collection[int]) -> list[int]:
    """Where some of the distinct texts stand among the rows."""
    return np.flatnonzero(np.isin(texts.codes, list(some))).tolist() if some else []


def _tell_text(text: str) -> tuple[int, Spelled | None]:
    """The kind of a text, and where it states a number, what that can be."""
    lower = text.lower()
    if (
        lower in NIL_MARKS
        or lower in NOT_AVAILABLE_MARKS
        or (not text[0].isalnum() and (_DASHES.match(text) or _DOTS.match(text)))
        or _BRACKETED_MARK.match(text)
        or _NIL_WITH_SYMBOL.match(mend_signs(text))
    ):
        return Kind.MARK, None
    if text[0] in "#Ee" and _ERROR.match(text):
        return Kind.ERROR, None
    if _UNIT_OF_ZEROS.match(text):
        return Kind.TEXT, None
    spelled = spell(text) if len(text) < 40 and any(c.isdigit() for c in text) else None
    return (Kind.TEXT, None) if spelled is None else (Kind.NUMBER, spelled)
