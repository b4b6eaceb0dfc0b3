"""How often the reader is right about what a column of numbers is, by how sure it said that it was.

The kinds were written down by looking at the columns. What is said with 90% must be right nine times in ten, over all
publishers and with any one of them left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from budget_align.core.values.arrays import Floats
from budget_align.core.values.refusal import RefusedError
from importers.evidence.column_kinds import find_additive, tell_kind
from importers.evidence.column_series import share_among_series
from importers.evidence.weights import MONEY, SURE
from importers.structure.grid import sample
from importers.words.unit_words import find_unit
from tests.beside import beside
from tests.corpus.reading_truth import Truth, opened, truths

LARGEST = 1_200_000
"""Workbooks of more bytes were not looked at."""

BINS = (0.5, 0.7, 0.9, 0.97, 1.001)

NO_MONEY = {
    "Scottish": r"% Change.*",
    "25k": r"Contract Number|Transaction number|TransNo|Project Code|VAT Registration Number|SortFunction|Payment Number",
    "spend": r"Supplier ID|Transaction Number|Payment Number",
    "openbudgets": r"EJERCICIO|CENTRO GESTOR|FUNCIONAL|ECONOMICA|FINANCIACION|Prctr|Amt|Produktbereich|Konto|opChar"
    r"|Kostenst\.|Jahr|GsBe|Ver|Paragraf|Položka",
    "demos": r"Clave.*|cod_.*|Year.*",
    "us-states": r"% Change|FundCode|OperatingUnit|ProgramID|LineOfBusinessID|Account|FISCALYEAR|FUND|AGENCY|DIVISION"
    r"|APPROPRIATION|Department ID",
    "philadelphia": r"FY|FM|Char|Sub-obj|Fund|Dept|Class",
    "others": r"Viti|Muaji|PARASHIKIM|HEAD|.*Budget %",
    "small": r"Account|Share|Change on 2023-24|Code",
}
"""Headers of columns that hold no money, by publisher; every other column of numbers that was looked at does."""

PUBLISHERS = {
    "ruchirlives": "Scottish",
    "rufuspollock": "25k",
    "oxopendata": "spend",
    "pabrodez": "spend",
    "crahal": "spend",
    "jhau": "spend",
    "openbudgets": "openbudgets",
    "openspending": "demos",
    "codeforphilly": "us-states",
    "jagthedrummer": "us-states",
    "aleawm": "us-states",
    "datamade": "us-states",
    "cityofphiladelphia": "philadelphia",
    "datasets": "others",
    "mitsuelisa": "others",
    "oreoluwa": "others",
    "opendatakosovo": "others",
    "civictechto": "others",
    "statistics": "others",
}

LEFT_OUT = re.compile(r"Podpisový|Okamžik|^$|^FUND$(?<=x)|Total \(Original")
"""What stands in no table of amounts, and headers that leave open what they head."""


@dataclass(frozen=True)
class Told:
    """What one column was taken for, and by what, beside what it is."""

    publisher: str
    header: str
    evidence: frozenset[str]
    is_money: bool
    says_money: bool
    confidence: float

    @property
    def right(self) -> bool:
        return self.is_money == self.says_money


def columns(truth: Truth, publisher: str) -> Iterator[Told]:
    """Every column of numbers of a workbook's first tables; columns of nothing but zeros say nothing."""
    for each in opened(truth).structure({})[:6]:
        for block in each.blocks[:3]:
            grid, rows = each.grid, sample(block.data)
            additive = find_additive(grid, block, rows)
            headers = {c: " ".join(" ".join(block.header_texts(grid, c)).split()) for c in block.values}
            units = {c: find_unit(header, truth.terms.currency) for c, header in headers.items()}
            beliefs = {
                c: tell_kind(grid, block, c, header, rows, has_unit=units[c] is not None, additive=additive)
                for c, header in headers.items()
            }
            for c, belief in share_among_series(beliefs, headers).items():
                if not LEFT_OUT.search(headers[c]) and np.nan_to_num(grid.numbers[rows, c]).any():
                    is_money = re.fullmatch(NO_MONEY[publisher], headers[c], re.IGNORECASE) is None
                    said = belief.kind == "money", belief.confidence
                    yield Told(publisher, headers[c], beliefs[c].found, is_money, *said)


@pytest.fixture(scope="module")
def told() -> list[Told]:
    found: dict[tuple[str, str, str], Told] = {}
    for folder in ("budgets", "small-cases"):
        for truth in truths(beside("readings", folder)):
            owner = truth.path.parent.name.split("-")[0]
            publisher = PUBLISHERS.get(owner, "") if folder == "budgets" else "small"
            if not publisher or truth.path.stat().st_size > LARGEST:
                continue
            try:
                for each in columns(truth, publisher):
                    # Forty years of one figure are one column.
                    found.setdefault((publisher, truth.name, re.sub(r"\d", "", each.header)), each)
            except RefusedError:
                continue
    return list(found.values())


def test_what_is_said_with_ninety_percent_is_right_nine_times_in_ten(
    told: list[Told], capsys: pytest.CaptureFixture[str]
) -> None:
    sure = [each for each in told if each.confidence >= SURE]
    by_publisher: dict[str, Counter[str]] = defaultdict(Counter)
    for each in told:
        by_publisher[each.publisher]["columns"] += 1
        by_publisher[each.publisher]["right"] += each.right
        by_publisher[each.publisher]["sure"] += each.confidence >= SURE
        by_publisher[each.publisher]["sure and right"] += each.confidence >= SURE and each.right
    with capsys.disabled():
        print(f"\n{'said with':<16}{'columns':>9}{'right':>7}{'share':>8}")
        for low, high in pairwise(BINS):
            within = [each for each in told if low <= each.confidence < high]
            right = sum(each.right for each in within)
            share = f"{right / len(within):.2f}" if within else "-"
            print(f"{low:.0%} to {min(high, 1):.0%}".ljust(16) + f"{len(within):>9}{right:>7}{share:>8}")
        print(f"{'publisher':<16}{'columns':>9}{'right':>7}{'sure':>8}{'of these right':>16}")
        for name, count in by_publisher.items():
            print(f"{name:<16}{count['columns']:>9}{count['right']:>7}{count['sure']:>8}{count['sure and right']:>16}")
        for each in told:
            if not each.right:
                said = "money" if each.says_money else "no money"
                print(f"  wrong: {each.publisher}, {each.header[:60]!r} told {said}, {each.confidence:.2f}")
    assert np.mean([each.right for each in sure]) >= 0.9
    for left_out in by_publisher:
        assert np.mean([each.right for each in sure if each.publisher != left_out]) >= 0.9, left_out


def test_weights_fitted_to_all_others_tell_a_publisher_hardly_better(
    told: list[Told], capsys: pytest.CaptureFixture[str]
) -> None:
    """The weights stand where a fit finds nothing to mend: what it learns from all publishers but one helps little with
    that one. Where it does, they are to be set anew.
    """
    names = [name for name in MONEY if name != "prior"]
    there = np.array([[name in each.evidence for name in names] for each in told], dtype=float)
    is_money = np.array([each.is_money for each in told], dtype=float)
    weights = np.array([MONEY[name] for name in names])
    of = np.array([each.publisher for each in told])
    as_set, fitted = losses(weights, there, is_money), np.zeros(len(told))
    for publisher in set(of):
        mine = of == publisher
        fitted[mine] = losses(fit(weights, there[~mine], is_money[~mine]), there[mine], is_money[mine])
    moved = fit(weights, there, is_money) - weights
    with capsys.disabled():
        print(
            f"\n{len(told)} columns, mean loss by the weights {as_set.mean():.4f}, by others fitted {fitted.mean():.4f}"
        )
        for place in np.argsort(-np.abs(moved))[:5]:
            print(
                f"  {names[place]!r} weighs {weights[place]:+.1f}, fitted to all {weights[place] + moved[place]:+.1f}"
            )
    assert fitted.mean() >= 0.8 * as_set.mean()


def losses(weights: Floats, there: Floats, is_money: Floats) -> Floats:
    """For each column minus the logarithm of the chance that the weights give to what it is."""
    chance = 1 / (1 + np.exp(-np.clip(there @ weights, -30, 30)))
    found: Floats = -np.log(np.where(is_money == 1, chance, 1 - chance).clip(1e-9))
    return found


def fit(weights: Floats, there: Floats, is_money: Floats) -> Floats:
    """The weights that are likeliest by some columns, where each was believed to be as it is set, give or take one:
    ridge-regularised logistic regression around them, by Newton's method.
    """
    found = weights.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(there @ found, -30, 30)))
        rise = there.T @ (is_money - chance) - (found - weights)
        step = np.linalg.solve((there * (chance * (1 - chance))[:, None]).T @ there + np.eye(len(found)), rise)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    return found
