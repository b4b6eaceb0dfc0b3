"""Tries changes that must not matter on workbooks whose reading is right, and says what became of the money in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal

from budget_align.core.returns.reading import Question
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.files.workbook import Workbook, open_workbook
from tests.beside import SHARED, beside
from tests.corpus.changes import CHANGES, YEARS_MOVED, Copy, place_of
from tests.corpus.reading_truth import Key, Outcome, Truth, is_right, play, played, truths
from tests.unit.importers import generated as layouts

Kind = Literal["same", "asked", "misled", "refused", "WRONG", "broke"]
"""What became of the money: it stayed; a question came and led to it; a question came and its guess led elsewhere; the
file was refused; something else was stored without a question.
"""

STRAY = ("a formatted cell in row 1,048,576", "a formatted cell in column XFD")


@dataclass(frozen=True)
class Subject:
    """A workbook with its right reading."""

    name: str
    truth: Truth
    data: bytes


@dataclass(frozen=True)
class Base:
    """A workbook as it is read before any change."""

    subject: Subject
    workbook: Workbook
    outcome: Outcome
    copy: Copy


@dataclass(frozen=True)
class Result:
    """What a change did to one workbook."""

    change: str
    subject: str
    seed: int
    kind: Kind
    detail: str = ""


def shared_subjects(folder: str) -> Iterator[Subject]:
    """The workbooks of a folder of readings; none where there are no workbooks beside the project at all."""
    if SHARED.is_dir():
        for truth in truths(beside("readings", folder)):
            yield Subject(f"{folder}/{truth.name}", truth, truth.path.read_bytes())


def made_subjects(count: int) -> Iterator[Subject]:
    """Layouts made by chance, each from its own seed."""
    for seed in range(count):
        random = Random(seed)
        years = random.choice([[2026], [2025, 2026], [2024, 2025, 2026]])
        controls = random.choice(layouts.CONTROLS)
        names = random.sample(layouts.NAMES, len(layouts.NAMES))
        width = len(years) * max(1, len(controls))
        groups: dict[str, dict[str, list[int]]] = {}
        for group in layouts.GROUPS[: random.randint(1, 3)]:
            taken = [names.pop() for _ in range(random.randint(1, 3))]
            groups[group] = {name: [random.randint(10_007, 99_999_989) for _ in range(width)] for name in taken}
        budget = layouts.Budget(groups, years, controls, random.choice(sorted(layouts.UNITS)))
        flags = [random.random() < 0.5 for _ in range(6)]
        if seed % 2:
            data = layouts.written_with_noise(budget, layouts.Noise(*flags))
        else:
            headings = flags[2] or flags[0]
            data = layouts.written(budget, totals=flags[0], grand=flags[1], headings=headings, group_header=flags[3])
        total = sum(f for lines in groups.values() for figures in lines.values() for f in figures)
        truth = Truth(Path(f"made-{seed}.xlsx"), ((total * layouts.UNITS[budget.unit] / 100,),), among="all")
        yield Subject(f"made/{seed}", truth, data)


def base_of(subject: Subject) -> Base | str:
    """How a workbook is read unchanged; in words why that is not the right reading, where it is not stored so."""
    made = not subject.truth.path.exists()
    outcome = play(subject.truth, open_workbook(subject.data, Limits())) if made else played(subject.truth)
    if not outcome.is_stored or outcome.reader is None:
        return "refused or asked"
    if not is_right(subject.truth, outcome):
        return "wrong"
    workbook = outcome.reader.workbook
    assembly = outcome.reader.assemble(outcome.settled)
    numbers = {each.sheet.name: number for number, each in enumerate(assembly.sheets)}
    places = [
        place_of(table, numbers[table.grid.name])
        for table, money in zip(assembly.tables, assembly.moneys, strict=True)
        if len(money.lines)
    ]
    headers = frozenset((numbers[table.grid.name], row) for table in assembly.tables for row in table.block.header_rows)
    is_text = workbook.file_format == "csv"
    copy = Copy(workbook.sheets, tuple(places), is_text, subject.truth.currency, headers)
    return Base(subject, workbook, outcome, copy)


def try_change(base: Base, change: str, seed: int) -> Result | None:
    """What a change does to a workbook; None where its layout does not permit it."""
    subject = base.subject
    try:
        if change in STRAY:
            data = with_stray_cell(subject.data, change)
            workbook = open_workbook(data, Limits()) if data else None
        else:
            sheets = CHANGES[change](base.copy, Random(f"{seed} {change} {subject.name}"))
            workbook = None if sheets is None else replace(base.workbook, sheets=sheets)
        if workbook is None:
            return None
        years = YEARS_MOVED.get(change, 0)
        expected = {_moved(key, years): amount for key, amount in base.outcome.groups.items()}
        truth = replace(subject.truth, year=_moved_year(subject.truth.year, years)) if years else subject.truth
        outcome = play(truth, workbook, choose=lambda question: choose(question, expected))
    except Exception as error:
        return Result(change, subject.name, seed, "broke", repr(error)[:300])
    return Result(change, subject.name, seed, *_compare(base, outcome, expected, change))


def choose(question: Question, expected: Mapping[Key, int]) -> str:
    """The option that comes nearest to what the workbook came to before, by its amounts alone where what they are of is
    still to be asked; the guess where none comes near it.
    """
    best, chosen = (0, 0, 0), question.guess
    for option in question.options:
        said = {(t.stage, t.version, t.fiscal_year, t.flow): t.amount for t in option.totals}
        met = sum(said.get(key) == amount for key, amount in expected.items())
        alike = len(set(said.values()) & set(expected.values()))
        score = (met, alike, -len(said))
        if alike and (score > best or (score == best and option.value == question.guess)):
            best, chosen = score, option.value
    return chosen


def _compare(base: Base, outcome: Outcome, expected: Mapping[Key, int], change: str) -> tuple[Kind, str]:
    new = outcome.asked - base.outcome.asked
    topics = ", ".join(sorted(new))
    if outcome.open:
        return "asked", "; ".join(q.prompt for q in outcome.open)[:200]
    if not outcome.is_stored:
        return "refused", outcome.refusal[:200]
    stored = outcome.groups
    more = {key for key in stored if key not in expected}
    # A revised version beside the original is a figure of its own, where it comes to what was copied or near it.
    if "revised" in change:
        # A version more is a figure of its own, and what stood alone may be called another beside it.
        more = {key for key in more if not any(_is_version_of(key, other) for other in expected)}
        kept = all(
            amount in [stored[k] for k in stored if k == key or _is_version_of(k, key)]
            for key, amount in expected.items()
        )
    else:
        kept = all(stored.get(key) == amount for key, amount in expected.items())
    if kept and not more:
        return ("asked", topics) if new else ("same", "")
    digits = 10**base.subject.truth.terms.minor_unit

    def said(groups: Mapping[Key, int]) -> str:
        shown = sorted(groups.items())[:3]
        return ", ".join(f"{' '.join(key)} {amount / digits:,.2f}" for key, amount in shown)

    differ = {key: amount for key, amount in stored.items() if expected.get(key) != amount}
    missed = {key: amount for key, amount in expected.items() if stored.get(key) != amount}
    moved = " (same amounts, said otherwise)" if Counter(stored.values()) == Counter(expected.values()) else ""
    detail = f"was {said(missed)}; now {said(differ)}{moved}"
    return ("misled", f"{topics}: {detail}") if new else ("WRONG", detail)


def _is_version_of(key: Key, other: Key) -> bool:
    return key[2:] == other[2:] and key[:2] != other[:2]


def _moved_year(year: str, years: int) -> str:
    found = re.match(r"(\d{4})(.*)", year)
    return UK.year(int(found[1]) + years) if found else year


def _moved(key: Key, years: int) -> Key:
    stage, version, year, flow = key
    if not years or not year:
        return key
    moved = re.sub(r"\d{4}", lambda m: str(int(m[0]) + years), year, count=1)
    moved = re.sub(r"(?<=-)\d\d$", lambda m: f"{(int(m[0]) + years) % 100:02d}", moved)
    return stage, version, moved, flow


def with_stray_cell(data: bytes, change: str) -> bytes | None:
    """An .xlsx with a formatted cell that holds nothing at a sheet's far edge; None for other formats."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return None
    out = io.BytesIO()
    done = False
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            part = old.read(item)
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", item.filename):
                text = part.decode("utf-8")
                if change == STRAY[0]:
                    more = '<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'
                    text = text.replace("</sheetData>", more)
                elif (row := re.search(r'<row [^>]*?r="(\d+)"[^>]*?(?<!/)>.*?</row>', text, re.DOTALL)) is not None:
                    end = row.end() - len("</row>")
                    text = f'{text[:end]}<c r="XFD{row[1]}" s="0"/>{text[end:]}'
                done |= text.encode("utf-8") != part
                part = text.encode("utf-8")
            new.writestr(item, part)
    return out.getvalue() if done else None
