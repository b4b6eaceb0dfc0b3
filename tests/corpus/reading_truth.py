"""Plays a person who sends a workbook: answers what is asked, and sets what is read beside what is known to be right.

The right totals stand in a `truth.toml` beside the workbooks. The person says whose return it is, and unit, stage and
year as the command line takes them; of a question's options they take the first that gives a right total, else the
guess: nothing that is shown may lead someone in a hurry astray.
"""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from budget_align.cli.years import one_year
from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.returns.reading import Answers, Question, Reading
from budget_align.core.returns.reconciliation import reconcile
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from importers.files.limits import Limits
from importers.files.workbook import Workbook, open_workbook
from importers.readings.reader import WorkbookReader

MULTIPLIERS = {"pounds": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}
MOST_QUESTIONS = 9
SMALL = 60_000
"""Bytes of a small workbook."""

Key = tuple[str, str, str, str]
"""Stage, version, fiscal year as the government writes it, and flow."""


@dataclass(frozen=True)
class Truth:
    """What a right reading of one workbook comes to, in units of its currency, and what a person says of it.

    Attributes:
        wanted: totals that must all be found, or any other of these lists.
        among: where they are looked for: "groups" of stage, version, year and flow and their nets, "bodies", or "all".
        tolerance: by how much a total may be off.
        hard: a question or a refusal is right too.
        refuse: there is no money to count.
    """

    path: Path
    wanted: tuple[tuple[float, ...], ...]
    among: str = "groups"
    tolerance: float = 1.0
    right_year: str = ""
    hard: bool = False
    refuse: bool = False
    body: str = "The body"
    stage: str = ""
    unit: str = ""
    year: str = ""
    currency: str = "GBP"
    fiscal_year_starts: int = 4

    @classmethod
    def of_entry(cls, folder: Path, entry: Mapping[str, Any]) -> Truth:
        """One entry of a `truth.toml`."""
        wanted = entry.get("any") or ([entry["expect"]] if entry.get("expect") else [])
        named = ("tolerance", "right_year", "hard", "refuse", "body", "stage", "unit", "year", "currency")
        return cls(
            folder / entry["path"],
            tuple(tuple(each) for each in wanted),
            entry.get("of", "groups"),
            fiscal_year_starts=entry.get("fiscal_year_starts", 4),
            **{name: entry[name] for name in named if name in entry},
        )

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def terms(self) -> Terms:
        return Terms(Currency(self.currency), FiscalCalendar.of_month(self.fiscal_year_starts))

    def answers(self, *, state_total: bool = False) -> Answers:
        """What the person says at once."""
        return Answers(
            body=self.body,
            stage=self.stage,
            unit=Unit("", MULTIPLIERS[self.unit]) if self.unit else None,
            fiscal_year=one_year(self.year or None, self.terms.calendar),
            total=round(self.wanted[0][0] * 10**self.terms.minor_unit) if state_total and self.wanted else None,
        )

    def is_near(self, minor: int, amount: float) -> bool:
        return abs(minor / 10**self.terms.minor_unit - amount) <= self.tolerance

    def choose(self, question: Question) -> str:
        """The first option that gives a total that is right, in the right year where one is known, else the guess."""
        fits = [o for o in question.options if any(self._is_right(t.amount) for t in o.totals)]
        if self.right_year:
            fits = [o for o in fits if any(t.fiscal_year == self.right_year for t in o.totals)] or fits
        return fits[0].value if fits else question.guess

    def choose_closely(self, question: Question) -> str:
        """The option that gives the most of what is right, as someone chooses who compares them all; of several the
        guess where it is one of them, else the one that gives the least beside it.
        """
        right = {
            option.value: max(
                (sum(any(self.is_near(t.amount, a) for t in option.totals) for a in group) for group in self.wanted),
                default=0,
            )
            for option in question.options
        }
        most = max(right.values(), default=0)
        fits = [o for o in question.options if most and right[o.value] == most]
        values = [option.value for option in sorted(fits, key=lambda option: len(option.totals))]
        return question.guess if not values or question.guess in values else values[0]

    def _is_right(self, minor: int) -> bool:
        return any(self.is_near(minor, amount) for group in self.wanted for amount in group)


def truths(folder: Path) -> list[Truth]:
    """Every workbook that a folder's `truth.toml` names."""
    entries = tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))["file"]
    assert entries, f"{folder} names no workbook"
    return [Truth.of_entry(folder, entry) for entry in entries]


@dataclass(frozen=True)
class Outcome:
    """How reading one workbook ended.

    Attributes:
        reading: None where it was refused.
        refusal: why, in words.
        asked: every question that came up, by topic.
        open: those that nobody could answer; nothing is stored while there are any.
        reader: the workbook as it was read last; None where it could not be opened.
    """

    reading: Reading | None
    terms: Terms
    refusal: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    open: tuple[Question, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    reader: WorkbookReader | None = None

    @property
    def answers(self) -> int:
        """How many further questions were answered."""
        return len(self.settled)

    @property
    def is_stored(self) -> bool:
        return self.reading is not None and not self.open and not self.refusal

    @cached_property
    def groups(self) -> dict[Key, int]:
        """What is stored, memo lines left out, in minor units."""
        sums: Counter[Key] = Counter()
        for row in self._rows:
            sums[row.stage, row.version, self.terms.year(row.fiscal_year), row.flow] += row.read
        return dict(sums)

    @cached_property
    def bodies(self) -> set[int]:
        """What is stored for each body, stage, version, year and flow."""
        return {row.read for row in self._rows}

    @cached_property
    def nets(self) -> dict[tuple[str, str, str], int]:
        """Expenditure less income, by stage, version and year."""
        sums: Counter[tuple[str, str, str]] = Counter()
        signs = dict.fromkeys(FLOWS, 0) | {"expenditure": 1, "income": -1}
        for (stage, version, year, flow), amount in self.groups.items():
            sums[stage, version, year] += signs[flow] * amount
        return dict(sums)

    @cached_property
    def _rows(self) -> list[Any]:
        return (
            list(reconcile(self.reading.lines, self.reading.control_totals)) if self.is_stored and self.reading else []
        )


def played(truth: Truth) -> Outcome:
    """How reading the workbook of `truth` ends; small ones are read once for all that ask."""
    return _played(truth) if truth.path.stat().st_size < SMALL else play(truth)


@cache
def _played(truth: Truth) -> Outcome:
    return play(truth)


def opened(truth: Truth) -> WorkbookReader:
    """The workbook of `truth`, its tables found once for all that look at it."""
    return _opened(truth.path, truth.terms)


@cache
def _opened(path: Path, terms: Terms) -> WorkbookReader:
    return WorkbookReader(open_workbook(path.read_bytes(), Limits()), terms, _NOBODY)


_NOBODY = Answers(body="Whoever reads it")
"""What no person of a `Truth` says: each reads with answers of their own."""


def play(
    truth: Truth,
    workbook: Workbook | None = None,
    *,
    state_total: bool = False,
    choose: Callable[[Question], str] | None = None,
) -> Outcome:
    """Reads a workbook as the person of `truth` does, or another one in its stead, by another choice of answers."""
    began = time.perf_counter()
    asked: Counter[str] = Counter()
    met: set[str] = set()
    settled: dict[str, str] = {}
    reader: WorkbookReader | None = None

    def outcome(reading: Reading | None, refusal: str = "", questions: Iterable[Question] = ()) -> Outcome:
        took = time.perf_counter() - began
        return Outcome(reading, truth.terms, refusal, asked, tuple(questions), dict(settled), took, reader)

    try:
        answers = truth.answers(state_total=state_total)
        reader = WorkbookReader(workbook, truth.terms, answers) if workbook else opened(truth).with_answers(answers)
        while True:
            # What is settled goes with every step, so that tables that it leaves as they are need not be read again.
            reader.answers = answers.model_copy(update={"settled": dict(settled)})
            reading = reader.read(truth.name)
            asked.update(q.topic for q in reading.questions if q.id not in met)
            met |= {question.id for question in reading.questions}
            if not reading.questions or len(settled) >= MOST_QUESTIONS:
                break
            first = reading.questions[0]
            value = (choose or truth.choose)(first)
            if not value or first.id in settled:
                break
            settled[first.id] = value
    except RefusedError as error:
        return outcome(None, error.message)
    refusal = ""
    counted = [table for table in reading.tables if table.counted.value == "yes" and table.lines]
    if any(t.unit_of_amounts.currency_in(truth.terms.currency) != truth.terms.currency for t in counted):
        refusal = "its amounts are in another currency"
    elif not reading.questions and reading.lines.empty:
        refusal = "it has no budget lines"
    return outcome(reading, refusal, reading.questions)


@dataclass(frozen=True)
class Verdict:
    """Whether a reading is right: "right", "asks", "refuses" or "WRONG", with how it came to it in brackets."""

    word: str
    detail: str = ""
    why: str = ""
    seconds: float = 0.0


def judge(truth: Truth, outcome: Outcome) -> Verdict:
    """Sets how a reading ended beside what is right."""
    easy = not (truth.hard or truth.refuse)
    if outcome.open:
        said = "; ".join(question.prompt for question in outcome.open)
        return Verdict("asks" if easy else "right", "" if easy else "asks", said, outcome.seconds)
    if not outcome.is_stored:
        return Verdict("refuses" if easy else "right", "" if easy else "refuses", outcome.refusal, outcome.seconds)
    if is_right(truth, outcome):
        return Verdict("right", str(outcome.answers), "", outcome.seconds)
    digits = 10**truth.terms.minor_unit
    stored = ", ".join(f"{' '.join(key)} {amount / digits:,.2f}" for key, amount in sorted(outcome.groups.items())[:6])
    wanted = f"wanted {list(truth.wanted[:2])} {truth.right_year}".strip()
    return Verdict("WRONG", str(outcome.answers), f"{wanted}; stored {stored}", outcome.seconds)


def is_right(truth: Truth, outcome: Outcome) -> bool:
    """Whether every total that is wanted is among what is stored."""
    amounts = {
        "groups": {*outcome.groups.values(), *outcome.nets.values()},
        "bodies": outcome.bodies,
        "all": {sum(outcome.nets.values())},
    }[truth.among]
    found = any(all(any(truth.is_near(a, e) for a in amounts) for e in group) for group in truth.wanted)
    years = {year for _, _, year, _ in outcome.groups}
    return found and (not truth.right_year or truth.right_year in years)
