"""A framework is revised, and its series go on: what continues what, and which version a year is counted by."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from budget_align.core.frameworks.framework import Framework, parse_framework
from budget_align.core.lenses.crosswalk import parse_crosswalk
from budget_align.core.lenses.succession import (
    carry_amounts,
    carry_over,
    check_succession,
    comparable_spend,
    forebears,
    framework_in_force,
    shares_between,
    trace_spend,
    versions_before,
)
from budget_align.core.measures.momentum import find_trend
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue
from importers.files.limits import Limits
from importers.forms.framework_workbook import FrameworkReading, read_framework_workbook, write_framework_workbook
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
    assert framework_in_force([FIRST, SECOND, THIRD], date(2019, 4, 1)) == FIRST
    assert framework_in_force([FIRST, SECOND, THIRD], date(2026, 4, 1)) == SECOND
    assert framework_in_force([FIRST], date(2010, 1, 1)) is None
    assert framework_in_force([FIRST.model_copy(update={"ends": date(2018, 1, 1)})], date(2019, 1, 1)) is None


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
    # Work went to economy and skills, and nothing says how: no part of it can be told.
    assert [(each.fiscal_year, each.framework, each.amount, each.together) for each in found] == [
        (2018, "v1", None, 11),
        (2019, "v1", None, 22),
        (2020, "v2", 300, 300),
        (2021, "v1", None, 44),
    ]
    assert found[0].outcomes == ("WORK", "LEARNING")
    assert found[0].shared_with == ("ECONOMY",)
    assert found[2].shared_with == ()


def test_a_successor_takes_its_share_by_the_crosswalk_of_the_versions() -> None:
    spend = [
        (FIRST, "budget", 2018, {"work": 101, "learning": 7}),
        (SECOND, "budget", 2020, {"skills": 60, "economy": 40}),
    ]
    pair = {"basis": "ours", "why": "Told by the lines of both."}
    facts = {
        "code": "v1-v2", "title": "T", "from": "v1", "to": "v2", "source": "Us",
        "pairs": [{"from": "work", "to": "economy", "there": 40, **pair}, {"from": "work", "to": "skills", "there": 60, **pair}],
    }  # fmt: skip
    tie = parse_crosswalk(facts, KNOWN, "tie")
    amounts = {
        code: [each.amount for each in trace_spend(SECOND, code, KNOWN, spend, [tie])] for code in ("economy", "skills")
    }
    # 40.4 and 60.6 of 101: the last penny to the larger remainder. Learning goes whole to the one that continues it.
    assert amounts == {"economy": [40, 40], "skills": [61 + 7, 60]}
    # The same said the other way round, and by the framework itself.
    turned = {**facts, "from": "v2", "to": "v1", "pairs": [
        {"from": p["to"], "to": p["from"], "there": 0, "back": p["there"], **pair} for p in facts["pairs"]
    ]}  # fmt: skip
    assert shares_between(FIRST, SECOND, [parse_crosswalk(turned, KNOWN, "t")]) == shares_between(FIRST, SECOND, [tie])
    own = taking(SECOND, economy={"work": 40}, skills={"work": 60})
    assert carry_amounts({"work": 101, "learning": 7}, [FIRST, own]) == {"economy": 40, "skills": 68}


def test_no_series_goes_over_a_seam_of_which_nothing_is_said() -> None:
    spend = [
        (FIRST, "budget", 2018, {"work": 100, "learning": 7}),
        (SECOND, "budget", 2020, {"skills": 60, "economy": 40}),
    ]
    told = comparable_spend(SECOND, KNOWN, spend)
    assert told == {("budget", 2018): {}, ("budget", 2020): {"skills": 60, "economy": 40, "green": 0}}
    assert (
        find_trend({year: each["skills"] for (_, year), each in told.items() if "skills" in each}, 2020, None) is None
    )
    # A year that a run by today's framework holds is told by it, whichever was in force.
    both = [*spend, (SECOND, "budget", 2018, {"skills": 55, "economy": 45})]
    assert comparable_spend(SECOND, KNOWN, both)["budget", 2018]["skills"] == 55
    # Nothing divided is nothing for each.
    assert carry_amounts({"work": 0, "learning": 7}, [FIRST, SECOND]) == {"economy": 0, "skills": 7}


@st.composite
def lineages(draw: st.DrawFn) -> tuple[list[Framework], dict[str, int]]:
    """Versions that succeed each other, with shares stated, half stated by one heir alone, or not at all."""
    versions: list[Framework] = []
    for number in range(draw(st.integers(2, 4))):
        codes = [f"o{number}{letter}" for letter in "abc"[: draw(st.integers(1, 3))]]
        heirs: dict[str, list[str]] = {code: [] for code in codes}
        takes: dict[str, dict[str, object]] = {code: {} for code in codes}
        for old in versions[-1].outcome_names() if versions else ():
            mine = draw(st.lists(st.sampled_from(codes), unique=True))
            shares = draw(st.lists(st.integers(0, 1_000_000), min_size=len(mine), max_size=len(mine)))
            stated = draw(st.booleans()) and sum(shares) <= 1_000_000
            for heir, share in zip(mine, shares, strict=True):
                heirs[heir].append(old)
                if stated:
                    takes[heir][old] = Decimal(share) / 10_000
        made = version(f"v{number}", date(2000 + number, 4, 1), versions[-1].code if versions else "", **heirs)
        versions.append(taking(made, **takes))
    codes = list(versions[0].outcome_names())
    return versions, {code: draw(st.integers(-(10**13), 10**13)) for code in codes}


def taking(framework: Framework, **takes: dict[str, object]) -> Framework:
    facts = framework.model_dump(mode="json")
    for mission in facts["missions"]:
        for outcome in mission["outcomes"]:
            outcome["takes"] = {code: str(share) for code, share in takes.get(outcome["code"], {}).items()}
    return parse_framework(facts, framework.code)


LITTLE_LEFT_OPEN = [
    version("v0", date(2000, 4, 1), o0=[]),
    taking(version("v1", date(2001, 4, 1), "v0", a=["o0"], b=["o0"]), a={"o0": 97}, b={"o0": Decimal("0.0001")}),
    version("v2", date(2002, 4, 1), "v1", c=["a", "b"], d=["b"]),
]
"""Of 19 pence less than one goes to an outcome of which nothing says how two others share it."""


def along_every_path(versions: list[Framework], old: str, amount: Fraction) -> dict[str, tuple[Fraction, bool]]:
    """The oracle: what one outcome comes to in the last version, path by path, in fractions, as far as it is known, and
    whether any of it is left open.
    """
    if len(versions) == 1:
        return {old: (amount, False)}
    heirs = [o for o in versions[1].outcomes() if old in o.succeeds]
    found: dict[str, tuple[Fraction, bool]] = {}
    for heir in heirs:
        share = Fraction(heir.takes[old]) / 100 if old in heir.takes else Fraction(1) if len(heirs) == 1 else None
        part = amount * share if share is not None else Fraction(0)
        for code, (known, is_open) in along_every_path(versions[1:], heir.code, part).items():
            so_far, was_open = found.get(code, (Fraction(0), False))
            found[code] = so_far + known, was_open or is_open or (share is None and amount != 0)
    return found


@given(lineages())
@example((LITTLE_LEFT_OPEN, {"o0": 19}))
def test_each_pound_goes_once_through_any_versions(lineage: tuple[list[Framework], dict[str, int]]) -> None:
    versions, amounts = lineage
    got = carry_amounts(amounts, versions)
    expected: dict[str, tuple[Fraction, bool]] = {}
    for old, amount in amounts.items():
        for code, (part, is_open) in along_every_path(versions, old, Fraction(amount)).items():
            so_far, was_open = expected.get(code, (Fraction(0), False))
            expected[code] = so_far + part, was_open or is_open
    hops = len(versions) - 1
    for code, (part, is_open) in expected.items():
        mine = got.get(code, 0)
        if is_open and mine is None:
            continue
        # Less than a minor unit may be left to divide where the fractions still see some.
        assert mine is not None
        assert abs(mine - part) <= 9 * hops
    if all(sum(s.values()) == 1_000_000 for a, b in pairwise(versions) for s in _whole(a, b)):
        assert sum(each for each in got.values() if each is not None) == sum(amounts.values())


def _whole(before: Framework, after: Framework) -> list[dict[str, int]]:
    known, unknown = shares_between(before, after)
    return [
        *known.values(),
        *unknown.values(),
        *({} for old in before.outcome_names() if old not in {**known, **unknown}),
    ]


def test_what_is_taken_has_to_be_there_and_to_be_said_by_all() -> None:
    for takes, says in (
        ({"economy": {"work": 60}, "skills": {"work": 50}}, "110% of it"),
        ({"economy": {"work": 60}}, "and 'SKILLS' does not"),
        ({"green": {"work": 60}}, "does not say it continues"),
    ):
        with pytest.raises(RefusedError, match=says):
            taking(SECOND, **takes)


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
        Outcomes=[HEADS, ["care", "Care", "health", "Health", 60, "cofog-07"], ["care", "Care", "homes", "Homes", 40, ""], ["", "Green land", "nature", "Nature", "", "a 12.5%; b (40%)"]],
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
    assert outcomes["nature"].takes == {"a": Decimal("12.5"), "b": 40}
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
