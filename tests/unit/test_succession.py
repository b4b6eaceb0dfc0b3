"""A framework is revised, and its series go on: what continues what, and which version a year is counted by."""

from __future__ import annotations

from datetime import date

import pytest

from budget_align.core.framework import Framework, parse_framework
from budget_align.core.refusal import RefusedError
from budget_align.core.succession import (
    carry_over,
    check_succession,
    forebears,
    in_force,
    trace_spend,
    versions_before,
)
from budget_align.services import catalogue
from importers.framework_workbook import FrameworkReading, read_framework_workbook, write_framework_workbook
from importers.limits import Limits
from tests.workbooks import drawn, workbook


def version(code: str, starts: date | None, before: str = "", **outcomes: list[str]) -> Framework:
    facts = {
        "code": code, "name": "Ours", "government": "Us", "version": code, "starts": starts, "source": "Us",
        "proposed": starts is None, "succeeds": before,
        "missions": [{"code": "m", "name": "M", "outcomes": [{"code": c, "name": c.upper(), "succeeds": s} for c, s in outcomes.items()]}],
    }  # fmt: skip
    return parse_framework(facts, code)


FIRST = version("v1", date(2016, 4, 1), work=[], learning=[])
SECOND = version("v2", date(2020, 4, 1), "v1", economy=["work"], skills=["work", "learning"], green=[])
THIRD = version("v3", None, "v2", wealth=["economy", "skills"], green=["green"])
KNOWN = {each.code: each for each in (FIRST, SECOND, THIRD)}


def test_an_outcome_continues_those_of_all_versions_before() -> None:
    found = forebears(THIRD, "wealth", KNOWN)
    assert [(old.version, old.code, old.shared_with) for old in found] == [
        ("v2", "economy", ()),
        ("v2", "skills", ()),
        ("v1", "work", ()),
        ("v1", "learning", ()),
    ]
    # One outcome of the first version went into two of the second: each shows that the other has it too.
    assert [(old.code, old.shared_with) for old in forebears(SECOND, "economy", KNOWN)] == [("work", ("SKILLS",))]
    assert forebears(SECOND, "green", KNOWN) == []
    assert [each.code for each in versions_before(THIRD, KNOWN)] == ["v2", "v1"]


def test_what_is_tied_to_an_earlier_version_tells_of_its_successor() -> None:
    assert carry_over(THIRD, KNOWN) == {
        "wealth": ("wealth", "economy", "skills", "work", "learning"),
        "green": ("green",),
    }
    goals = catalogue.framework("un-sdg-2015")
    assert carry_over(goals, {})["sdg-13"] == ("sdg-13", "13.1", "13.2", "13.3", "13.a", "13.b")


def test_a_code_that_another_outcome_of_today_has_is_not_carried_over() -> None:
    later = version("v2", date(2020, 4, 1), "v1", learning=["work"], work=["learning"])
    assert carry_over(later, KNOWN) == {"learning": ("learning",), "work": ("work",)}


def test_the_version_in_force_is_the_last_that_started() -> None:
    assert in_force([FIRST, SECOND, THIRD], date(2019, 4, 1)) == FIRST
    assert in_force([FIRST, SECOND, THIRD], date(2026, 4, 1)) == SECOND
    assert in_force([FIRST], date(2010, 1, 1)) is None
    assert in_force([FIRST.model_copy(update={"ends": date(2018, 1, 1)})], date(2019, 1, 1)) is None


def test_each_year_is_counted_by_the_version_in_force_where_a_run_holds_it() -> None:
    # 2019 and 2020 were run by both versions, 2018 by the first alone, 2021 by the first alone too.
    spend = [
        (FIRST, "budget", 2018, {"work": 10, "learning": 1}),
        (FIRST, "budget", 2019, {"work": 20, "learning": 2}),
        (FIRST, "budget", 2020, {"work": 30, "learning": 3}),
        (FIRST, "budget", 2021, {"work": 40, "learning": 4}),
        (SECOND, "budget", 2019, {"skills": 200}),
        (SECOND, "budget", 2020, {"skills": 300}),
        (version("other", date(2000, 1, 1), skills=[]), "budget", 2017, {"skills": 9}),
    ]
    found = trace_spend(SECOND, "skills", KNOWN, spend)
    assert [(each.fiscal_year, each.framework, each.amount) for each in found] == [
        (2018, "v1", 11),
        (2019, "v1", 22),
        (2020, "v2", 300),
        (2021, "v1", 44),
    ]
    assert found[0].outcomes == ("WORK", "LEARNING")
    assert found[0].shared_with == ("ECONOMY",)
    assert found[2].shared_with == ()


@pytest.mark.parametrize(
    ("framework", "says"),
    [
        (version("v9", date(2030, 1, 1), "v8", a=[]), "no framework 'v8'"),
        (version("v9", date(2030, 1, 1), "v2", a=["work"]), "'work' is no outcome of v2"),
        (version("v9", date(2019, 1, 1), "v2", a=["green"]), "start after v2"),
        (version("v1", None, "v2", a=["green"]), "cannot succeed v2"),
    ],
)
def test_a_succession_that_leads_nowhere_is_refused(framework: Framework, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        check_succession(framework, KNOWN)


def test_every_bundled_version_continues_outcomes_that_are_there() -> None:
    known = catalogue.frameworks()
    for framework in known.values():
        check_succession(framework, known)
    family = [f for f in known.values() if f.family == "scotland-npf"]
    assert [len(list(f.outcomes())) for f in family] == [15, 16, 16, 11, 13]
    new = [o.name for o in family[-1].outcomes() if not o.succeeds]
    assert new == ["Care", "Climate Action", "Housing"]


def test_there_are_169_targets() -> None:
    goals = list(catalogue.framework("un-sdg-2015").outcomes())
    assert [len(goal.targets) for goal in goals] == [7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19]


ABOUT = [
    ["Code", "ours-2026"],
    ["Name", "Ours"],
    ["Government", "Us"],
    ["Version", "2026"],
    ["Starts", "1 April 2026"],
    ["Source", "Us"],
]
HEADS = ["Mission code", "Mission", "Outcome code", "Outcome", "Weight", "Succeeds"]


def read(**sheets: list[list[str | float | None]]) -> FrameworkReading:
    return read_framework_workbook(workbook(**sheets), "f.xlsx", limits=Limits())


def test_a_workbook_is_a_framework() -> None:
    found = read(
        About=[*ABOUT, ["Succeeds", "un-cofog-1999"]],
        Outcomes=[HEADS, ["care", "Care", "health", "Health", 60, "cofog-07"], ["care", "Care", "homes", "Homes", 40, ""], ["", "Green land", "nature", "Nature", "", "a; b"]],
        Indicators=[["Outcome", "Indicator", "Measure"], ["Health", "Waits", "weeks"], ["nature", "Birds", ""]],
    )  # fmt: skip
    assert found.findings == ()
    framework = found.framework
    assert framework is not None
    assert framework.starts == date(2026, 4, 1)
    assert [(m.code, [o.code for o in m.outcomes]) for m in framework.missions] == [
        ("care", ["health", "homes"]),
        ("green-land", ["nature"]),
    ]
    outcomes = {o.code: o for o in framework.outcomes()}
    assert outcomes["nature"].succeeds == ("a", "b")
    assert [i.name for i in outcomes["health"].indicators] == ["Waits"]
    assert outcomes["homes"].weight == 40


@pytest.mark.parametrize(
    "code", ["scotland-npf-2018", "uk-missions-2024", "scotland-npf-proposed-2024", "un-cofog-1999"]
)
def test_a_framework_that_is_written_is_read_back_as_it_was(code: str) -> None:
    framework = catalogue.framework(code)
    found = read_framework_workbook(write_framework_workbook(framework), "f.xlsx", limits=Limits())
    assert found.findings == ()
    assert found.framework is not None
    assert found.framework.identity() == framework.identity()
    assert [o.succeeds for o in found.framework.outcomes()] == [o.succeeds for o in framework.outcomes()]
    assert (found.framework.proposed, found.framework.family) == (framework.proposed, framework.family)


ROW = ["care", "Care", "health", "Health"]


@pytest.mark.parametrize(
    ("about", "outcomes", "where", "says"),
    [
        (ABOUT, [ROW, ["care", "Care", "health", "Homes"]], "Outcomes!C3", "'health' stands twice"),
        (ABOUT, [ROW, ["", "", "homes", "Homes"]], "Outcomes!B3", "under no mission"),
        (ABOUT, [[*ROW, 60], ["care", "Care", "homes", "Homes", 30]], "Outcomes!E1", "add up to 90"),
        (ABOUT, [[*ROW, 60], ["care", "Care", "homes", "Homes"]], "Outcomes!E1", "Some outcomes of 'Care' have a weight"),
        (ABOUT, [[*ROW, "much"]], "Outcomes!E2", "'much' is no weight"),
        (ABOUT, [["care", "Care", "Health Care", "Health"]], "Outcomes!C2", "is no code"),
        (ABOUT, [ROW, ["care", "Caring", "homes", "Homes"]], "Outcomes!B3", "has two names"),
        (ABOUT[1:], [ROW], "About!A1", "has no code"),
        ([*ABOUT[:4], ["Starts", "soon"], ABOUT[5]], [ROW], "About!B5", "is no date"),
        ([["Code", "No Code"], *ABOUT[1:]], [ROW], "About!B1", "is no code"),
    ],
)  # fmt: skip
def test_what_stands_against_a_framework_is_told_by_cell(about: list, outcomes: list, where: str, says: str) -> None:
    found = read(About=about, Outcomes=[HEADS, *outcomes])
    assert found.framework is None
    (finding,) = found.findings
    assert f"{finding.sheet}!{finding.cell}" == where
    assert says in finding.message


def test_a_workbook_without_outcomes_is_no_framework() -> None:
    found = read_framework_workbook(drawn("Code | x\nName | X"), "f.xlsx", limits=Limits())
    assert found.framework is None
    assert "No outcomes" in found.findings[0].message
