"""Who answers for what, what lacks an owner, an indicator or an evaluation, and what a board takes to its meeting."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from budget_align.core.frameworks.framework import Framework, parse_framework
from budget_align.core.outcomes.accountability import (
    EVALUATION_STATUSES,
    BoardItem,
    Evaluation,
    MeetingStanding,
    Owner,
    find_owners,
    make_briefing,
    make_register,
)
from importers.files.limits import Limits
from importers.forms.register_workbook import RegisterReading, read_register, write_register
from tests.workbooks import drawn, workbook

FRAMEWORK: Framework = parse_framework(
    {
        "code": "ours",
        "name": "Ours",
        "government": "Us",
        "version": "1",
        "starts": date(2026, 4, 1),
        "source": "Us",
        "missions": [
            {"code": "care", "name": "Care", "outcomes": [{"code": "health", "name": "Health"}, {"code": "homes", "name": "Homes"}]},
            {"code": "green", "name": "Green", "outcomes": [{"code": "nature", "name": "Nature"}]},
        ],
    },
    "ours",
)  # fmt: skip
TODAY = date(2026, 11, 25)


def spend(*rows: tuple[str, str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["body", "programme", "outcome", "kind", "amount"]).astype({"amount": "int64"})


def test_an_outcome_without_an_owner_of_its_own_has_that_of_its_mission() -> None:
    stated = [
        Owner(subject="mission:care", owner="Minister for Care", board="Care board"),
        Owner(subject="homes", owner="Housing director"),
        Owner(subject="nature", board="Green board"),
    ]
    found = find_owners(FRAMEWORK, stated)
    assert (found["health"].owner, found["health"].through) == ("Minister for Care", "mission:care")
    assert (found["homes"].owner, found["homes"].board, found["homes"].through) == (
        "Housing director",
        "Care board",
        "",
    )
    assert (found["nature"].owner, found["nature"].board) == ("", "Green board")
    with pytest.raises(ValidationError, match="name it beside the person"):
        Owner(subject="homes", person="Rowan")


def test_the_register_counts_what_lacks_an_owner_an_indicator_or_an_evaluation() -> None:
    # On paper: 100 + 20 for health, owned and measured; 30 for homes, owned; 7 for nature, neither. Only the ward's
    # 100 is evaluated. 5 serves no outcome; a memo of 9 and a transfer of 4 count nowhere.
    money = spend(
        ("Health", "Wards", "health", "direct", 100),
        ("Health", "Clinics", "health", "overhead", 20),
        ("Housing", "Flats", "homes", "direct", 30),
        ("Housing", "Parks", "nature", "direct", 7),
        ("Housing", "Office", "", "unaligned", 5),
        ("Housing", "Grant", "", "memo", 9),
        ("Housing", "Flats", "homes", "transfer", 4),
    )
    owners = find_owners(FRAMEWORK, [Owner(subject="mission:care", owner="Minister for Care")])
    done = Evaluation(body="Health", programme="Wards", status="published", link="https://example.org/wards")
    found = make_register(money, FRAMEWORK, owners, [done], {"health": 2})
    assert (found.aligned, found.unaligned) == (157, 5)
    assert (found.without_owner, found.without_indicator, found.without_evaluation) == (7, 37, 57)
    health = found.rows[0]
    assert (health.code, health.amount, health.bodies, health.indicators) == ("health", 120, 1, 2)
    assert health.evaluated == {"none": 20, "planned": 0, "under way": 0, "published": 100}


def test_shares_in_the_register_are_of_gross() -> None:
    """100 of wards are evaluated and 60 of charges for them are not; an owner answers for 30 of 130."""
    money = spend(
        ("Health", "Wards", "health", "direct", 100),
        ("Health", "Charges", "health", "direct", -60),
        ("Housing", "Flats", "homes", "direct", 30),
    )
    owners = {"homes": Owner(subject="homes", owner="Minister for Homes")}
    done = Evaluation(body="Health", programme="Wards", status="published", link="https://example.org/wards")
    found = make_register(money, FRAMEWORK, owners, [done], {})
    assert {row.code: row.share_evaluated for row in found.rows} == {"health": 1.0, "homes": 0.0, "nature": None}
    assert (found.without_owner, found.share_without_owner) == (40, 100 / 130)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]),
            st.sampled_from(["p", "q", "r"]),
            st.sampled_from(["health", "homes", "nature"]),
            st.just("direct"),
            st.integers(-(10**12), 10**12),
        ),
        max_size=20,
    ),
    st.dictionaries(st.sampled_from(["p", "q"]), st.sampled_from(["none", "planned", "under way"])),
)
def test_every_pound_of_an_outcome_has_one_status_of_evaluation(
    rows: list[tuple[str, str, str, str, int]], statuses: dict[str, str]
) -> None:
    evaluations = [Evaluation.model_validate({"body": "A", "programme": p, "status": s}) for p, s in statuses.items()]
    found = make_register(spend(*rows), FRAMEWORK, {}, evaluations, {})
    assert sum(row.amount for row in found.rows) == found.aligned == sum(row[4] for row in rows)
    assert all(sum(row.evaluated.values()) == row.amount for row in found.rows)
    assert found.without_owner == found.without_indicator == found.aligned
    assert all(0 <= (row.share_evaluated or 0) <= 1 for row in found.rows)
    assert found.share_without_owner in (None, 1)
    assert set(found.rows[0].evaluated) == set(EVALUATION_STATUSES)


def item(number: int, due: date, closed: date | None = None) -> BoardItem:
    return BoardItem(number, "action", f"Do {number}", "Minister", due, "health", date(2026, 5, 1), closed, "done")


def test_a_briefing_says_what_changed_and_what_needs_a_decision() -> None:
    now = [
        MeetingStanding("health", "Health", 120, "worsening", ("Waits",), "more money while it worsens", "Minister"),
        MeetingStanding("homes", "Homes", 30, "improving", (), "more money while it improves", ""),
    ]
    then = [
        MeetingStanding("health", "Health", 100, "maintaining", (), "", "Minister"),
        MeetingStanding("homes", "Homes", 30, "improving"),
    ]
    met = date(2026, 9, 1)
    items = [
        item(1, date(2026, 10, 1)),
        item(2, date(2027, 1, 1)),
        item(3, met, closed=met),
        item(4, met, closed=date(2026, 8, 1)),
    ]
    found = make_briefing("Care board", now, then, met, items, TODAY)
    (change,) = found.changes
    assert (change.code, change.before, change.amount, change.status_before, change.status) == (
        "health",
        100,
        120,
        "maintaining",
        "worsening",
    )
    assert [(matter.outcome, matter.what) for matter in found.matters] == [
        ("health", "Action overdue: Do 1"),
        ("homes", "Nobody answers for it"),
        ("health", "More money while it worsens"),
        ("health", "Its data is late"),
    ]
    assert [each.id for each in found.open] == [1, 2]
    assert [each.id for each in found.closed] == [3]


def test_before_its_first_meeting_a_board_has_nothing_to_compare_with() -> None:
    found = make_briefing(
        "Care board", [MeetingStanding("health", "Health", 1, "improving", owner="M")], None, None, [], TODAY
    )
    assert (found.changes, found.matters, found.since) == ((), (), None)


PROGRAMMES = frozenset({("Health", "Wards"), ("Health", "Clinics"), ("Housing", "Flats")})


def read(data: bytes) -> RegisterReading:
    return read_register(data, "r.xlsx", names=FRAMEWORK.names(), programmes=PROGRAMMES, limits=Limits())


def test_a_register_is_read_by_code_or_name_with_days_as_people_write_them() -> None:
    found = read(
        workbook(
            Who=[["Outcome", "Accountable owner", "Person", "Mission board"], ["Health", "Minister", "Ada", "Care board"], ["mission:green", "Director", "", ""]],
            What=[["Department", "Programme", "Evaluation status", "Link", "Date"], ["health", "wards", "Published", "https://example.org/w", "12 May 2026"], ["Housing", "Flats", "started", "", "1/7/2027"]],
        )
    )  # fmt: skip
    assert found.findings == ()
    assert [(o.subject, o.owner, o.person, o.board) for o in found.owners] == [
        ("health", "Minister", "Ada", "Care board"),
        ("mission:green", "Director", "", ""),
    ]
    assert [(e.body, e.programme, e.status, e.on) for e in found.evaluations] == [
        ("Health", "Wards", "published", date(2026, 5, 12)),
        ("Housing", "Flats", "under way", date(2027, 7, 1)),
    ]


@pytest.mark.parametrize(
    ("drawing", "cell", "says"),
    [
        ("Outcome | Owner\nHealth | M\nWealth | M", "A3", "'Wealth' is no outcome or mission"),
        ("Outcome | Owner\nHealth | M\nhealth | N", "A3", "stands twice"),
        ("Outcome | Owner | Person\nHealth | | Ada", "C2", "name it beside the person"),
        ("Body | Programme | Evaluation\nHealth | Ward 9 | none", "B2", "no programme 'Ward 9' of 'Health'"),
        ("Body | Programme | Evaluation\nHealth | Wards | maybe", "C2", "'maybe' is no status"),
        ("Body | Programme | Evaluation | Date\nHealth | Wards | planned | soon", "D2", "'soon' is no date"),
        ("Body | Programme | Evaluation | Link\nHealth | Wards | published |", "D2", "needs the link"),
        ("Body | Programme | Evaluation | Link\nHealth | Wards | planned | javascript:alert(1)", "D2", "link"),
        ("Nothing | here\n1 | 2", "A1", "Neither owners nor evaluations"),
    ],
)  # fmt: skip
def test_what_stands_against_a_register_is_told_by_cell_and_nothing_is_read(drawing: str, cell: str, says: str) -> None:
    found = read(drawn(drawing))
    assert (found.owners, found.evaluations) == ((), ())
    (finding,) = found.findings
    assert finding.cell == cell
    assert says in finding.message


def test_a_register_that_is_written_is_read_back_as_it_was() -> None:
    owners = [Owner(subject="health", owner="=Minister", board="Care board")]
    done = Evaluation(body="Health", programme="Wards", status="published", link="https://example.org/w", on=TODAY)
    programmes = [(body, name, 1.5) for body, name in sorted(PROGRAMMES)]
    found = read(write_register(FRAMEWORK, owners, programmes, {("Health", "Wards"): done}))
    assert found.findings == ()
    assert [owner for owner in found.owners if owner.owner] == owners
    assert [each for each in found.evaluations if each.status != "none"] == [done]
