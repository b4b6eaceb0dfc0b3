"""The Scottish Budget 2021-22, Level 4: every published portfolio total is met, to the penny, from the file alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from budget_align.core.allocation import alignment
from budget_align.core.allocation.allocation import summarise_touches
from budget_align.core.allocation.grading import grade_cells
from budget_align.core.lenses.crosswalk import find_lens, see_through
from budget_align.core.measures.certainty import certainty_of, contributing
from budget_align.core.returns.reading import Reading
from budget_align.core.returns.reconciliation import reconcile
from budget_align.core.values.terms import UK
from budget_align.services.frameworks import catalogue
from importers import read_workbook
from tests.unit.core.lines import allocate, index_of, lines, summarise

# Published portfolio totals, £ million, from the catalogue of the shared data: 2020-21 and 2021-22. Those of 2020-21
# are printed to one decimal place there; the workbook states more.
PUBLISHED = {
    "Communities and Local Government": (12_317.100, 12_541.111),
    "Constitution, Europe and External Affairs": (42.514, 80.328),
    "Economy, Fair Work and Culture": (937.135, 1_035.613),
    "Education and Skills": (3_570.500, 4_207.711),
    "Environment, Climate Change and Land Reform": (461.800, 506.541),
    "Finance": (5_623.788, 6_140.603),
    "Health and Sport": (15_343.850, 17_036.280),
    "Justice": (2_849.400, 3_027.682),
    "Rural Economy and Tourism": (838.763, 1_170.489),
    "Social Security and Older People": (3_735.400, 4_000.038),
    "Transport, Infrastructure and Connectivity": (3_490.700, 3_973.154),
}
MILLION = 100_000_000


@pytest.fixture(scope="module")
def reading(scottish_budget: bytes) -> Reading:
    return read_workbook(scottish_budget, "any-name.ods", terms=UK)


def test_nothing_is_asked_and_only_the_contents_page_is_left_out(reading: Reading) -> None:
    assert reading.questions == ()
    assert [sheet.sheet for sheet in reading.skipped] == ["CONTENTS"]


def test_each_portfolio_equals_its_published_total(reading: Reading) -> None:
    rows = reconcile(reading.lines, reading.control_totals)
    assert {row.body for row in rows} == set(PUBLISHED)
    for row in rows:
        published = PUBLISHED[row.body][row.fiscal_year - 2020] * MILLION
        assert row.difference == 0
        assert row.read == pytest.approx(published, abs=0.0005 * MILLION)
        if row.fiscal_year == 2021:
            assert row.read == round(published)


def test_the_grand_total_leaves_memo_transfers_out(reading: Reading) -> None:
    latest = reading.lines[reading.lines["fiscal_year"] == 2021]
    assert latest.loc[~latest["memo"], "amount"].sum() == 5_371_955_000_000
    memo = latest[latest["memo"] & (latest["amount"] != 0)]
    # From the sheets: 99.850 + 4.482 + 120 + 521.856 + 86.450 + 58.447.
    assert memo["amount"].sum() == round(891.085 * MILLION)
    assert set(memo["counterpart"]) == {"Local government"}


def test_five_controls_and_both_years(reading: Reading) -> None:
    lines = reading.lines[~reading.lines["memo"]]
    assert set(lines["control"]) == {"RDEL", "RDEL-NC", "CDEL", "CDEL-FT", "AME"}
    assert set(lines["fiscal_year"]) == {2020, 2021}
    assert set(lines["stage"]) == {"budget"}


def test_a_total_without_lines_is_the_line_itself(reading: Reading) -> None:
    food = reading.lines[reading.lines["programme"] == "Food Standards Scotland"]
    latest = food[food["fiscal_year"] == 2021]
    assert latest["amount"].sum() == 1_950_000_000
    assert set(latest["row"]) == {178}


def test_every_stated_total_adds_up_and_the_unlabelled_ones_are_told(reading: Reading) -> None:
    assert len(reading.control_totals) > 1_000
    assert [total for total in reading.control_totals if total.difference] == []
    told = {(f.sheet, f.cell) for f in reading.findings if f.code == "unlabelled-total"}
    assert {("FINANCE", "F56"), ("E & S", "F133"), ("E & S", "F138")} <= told


def test_each_line_keeps_its_cell(reading: Reading) -> None:
    wages = reading.lines[reading.lines["programme"].str.contains("Wages and Salaries")]
    assert ("T,I & C", "M39", 1_396_500_000) in zip(wages["sheet"], wages["cell"], wages["amount"], strict=True)


def test_the_shipped_mapping_ties_at_least_97_percent_to_an_outcome(reading: Reading) -> None:
    mapping = catalogue.mapping("scottish-budget-2021-npf")
    cube = summarise(reading.lines, allocate(reading.lines, mapping))
    figures = alignment.headline(alignment.of_period(cube, "budget", 2021))
    assert figures.total == 5_371_955_000_000
    assert figures.aligned_share is not None
    assert figures.aligned_share >= 0.97
    assert all(rule.why for rule in mapping.rules)


def test_through_the_lenses_every_pound_is_still_there(reading: Reading) -> None:
    mapping = catalogue.mapping("scottish-budget-2021-npf")
    cube = alignment.of_period(summarise(reading.lines, allocate(reading.lines, mapping)), "budget", 2021)
    before = alignment.headline(cube)
    for code in ("un-sdg-2015", "uk-missions-2024", "un-cofog-1999"):
        lens = find_lens(catalogue.crosswalks(), catalogue.frameworks(), mapping.framework, code)
        assert lens
        after = see_through(cube, lens)
        assert alignment.headline(after).total == before.total
        seen = alignment.headline(after)
        assert (seen.unaligned, seen.memo, seen.transfers) == (before.unaligned, before.memo, before.transfers)
        assert seen.aligned + seen.uncovered == before.aligned
        known = catalogue.framework(code).names()
        assert set(after["outcome"]) <= {*known, ""}
        assert after.groupby("body")["amount"].sum().to_dict() == cube.groupby("body")["amount"].sum().to_dict()


def test_grants_to_councils_are_counted_once_when_councils_are_there(reading: Reading) -> None:
    mapping = catalogue.mapping("scottish-budget-2021-npf")
    budget = reading.lines[reading.lines["fiscal_year"] == 2021].assign(level="devolved")
    council = {"line_id": "c1", "body": "Any Council", "level": "local", "fiscal_year": 2021, "programme": "Schools"}
    # The council's own return: what it spends, and what it got of the grants.
    spends = lines(
        {**council, "amount": 170 * MILLION},
        {**council, "line_id": "c2", "programme": "Streets", "amount": 30 * MILLION},
    )
    received = lines(
        {**council, "line_id": "c3", "flow": "income", "counterpart": "Communities and Local Government", "amount": 120 * MILLION}
    )  # fmt: skip
    # Differences of rounding are nobody's grant.
    granted = budget["unit"].str.startswith("Local Government") & ~budget["programme"].str.startswith("Rounding")
    grants = budget[granted & ~budget["memo"]]
    assert grants["amount"].sum() > 10_000 * MILLION

    def figures(both: pd.DataFrame, *levels: str) -> alignment.Headline:
        cube = alignment.of_flow(summarise(both, allocate(both, mapping)))
        return alignment.headline(alignment.consolidate(alignment.of_period(cube, "budget", 2021), levels))

    alone = figures(budget, "devolved")
    assert (alone.total, alone.transfers) == (5_371_955_000_000, 0)
    both = pd.concat([budget, spends], ignore_index=True).astype(budget.dtypes.to_dict())
    # One council that shows no grant takes none out, whatever is addressed to all of them.
    assert figures(both, "devolved", "local").total == 5_371_955_000_000 + 200 * MILLION
    shown = pd.concat([both, received], ignore_index=True).astype(budget.dtypes.to_dict())
    together = figures(shown, "devolved", "local")
    assert (together.total, together.transfers) == (5_371_955_000_000 + 80 * MILLION, 120 * MILLION)
    assert figures(shown, "devolved").total == 5_371_955_000_000
    assert figures(shown, "local").total == 200 * MILLION


def test_a_line_contributes_once_to_each_outcome_that_it_touches_through_a_lens(reading: Reading) -> None:
    mapping = catalogue.mapping("scottish-budget-2021-npf")
    budget = reading.lines[reading.lines["fiscal_year"] == 2021].reset_index(drop=True)
    index = index_of(budget)
    decided, wholes = index.decide(mapping), index.wholes
    # By paper: what the rule of each line gives to, and the rules of the memo lines that are parts of it.
    touched: list[set[str]] = [set(mapping.rules[rule].to) if rule >= 0 else set() for rule in decided]
    for part in np.flatnonzero(wholes >= 0):
        touched[wholes[part]] |= touched[part]
    touches = summarise_touches(budget, allocate(budget, mapping))
    for code, outcome, billions in (
        ("uk-missions-2024", "mission:growth", 27.15),
        ("uk-missions-2024", "mission:opportunity", 29.31),
        ("un-sdg-2015", "sdg-08", 22.85),
    ):
        lens = find_lens(catalogue.crosswalks(), catalogue.frameworks(), mapping.framework, code)
        assert lens
        (step, *further) = lens
        leads = {one for one, given in step.shares.items() for other in given if not further and other == outcome}
        for one, given in step.shares.items():
            leads |= {one for other in given for last in further if outcome in last.shares.get(other, {})}
        expected = sum(
            int(amount)
            for amount, memo, codes in zip(budget["amount"], budget["memo"], touched, strict=True)
            if not memo and codes & leads
        )
        assert contributing(touches, lens)[outcome] == expected
        assert round(expected / 10**11, 2) == billions


def test_purposes_that_portfolios_name_are_used_and_general_grants_alone_are_assumed(reading: Reading) -> None:
    mapping = catalogue.mapping("scottish-budget-2021-npf")
    found = allocate(reading.lines, mapping).merge(reading.lines[["line_id", "programme", "fiscal_year"]], on="line_id")
    grants = found[(found["programme"] == "Specific Resource Grants") & (found["fiscal_year"] == 2021)]
    by_rule = grants[grants["amount"] != 0].groupby("rule_id")["amount"].sum().to_dict()
    assert by_rule == {
        "grants-early-learning": round(521.856 * MILLION),
        "grants-attainment": 120 * MILLION,
        "grants-justice-social-work": round(86.45 * MILLION),
        "grants-transport": round(19.193 * MILLION),
        "grants-gaelic": round(4.482 * MILLION),
    }
    cube = alignment.of_period(summarise(reading.lines, allocate(reading.lines, mapping)), "budget", 2021)
    sure = certainty_of(grade_cells(alignment.of_flow(cube), mapping))
    # The general grant, business rates, general capital support, advice and what the pandemic took: none has a purpose.
    assumed = 7_108.16 + 2_631.0 + 477.937 + 3.835 + 259.0
    assert sure.by_grade["assumed"] == round(assumed * MILLION)
    assert set(sure.by_grade) == {"judged", "assumed"}
