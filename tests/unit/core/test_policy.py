"""Who may do what: the table as people read it, and how far a role reaches."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budget_align.core.people.policy import ACTIONS, ROLES, Held, Subject, as_markdown, permits, reach, refusal, who_may

TODAY = date(2026, 11, 26)
ALL = Subject("Ours")
HEALTH = Subject("Ours", ("Health",))
ROADS = Subject("Ours", ("Roads",))
PARENTS = {"Hospital trust": "Health", "Ward": "Hospital trust"}


def may(held: Held, action: str, subject: Subject) -> bool:
    return permits([held], action, subject, TODAY, PARENTS)


def test_the_document_shows_the_table() -> None:
    said = Path(__file__).parents[3].joinpath("docs", "people.md").read_text()
    assert as_markdown() in said


def test_every_action_can_be_done_by_somebody_and_every_role_does_something() -> None:
    for action in ACTIONS:
        assert who_may(action), action
    for role in ROLES:
        assert any(reach(role, action) != "-" for action in ACTIONS), role


@pytest.mark.parametrize(
    ("role", "changes"),
    [
        ("minister", set()),
        ("auditor", {"comment", "export-record"}),
        ("administrator", {"edit-government", "manage-people"}),
    ],
)
def test_who_reads_changes_nothing(role: str, changes: set[str]) -> None:
    does = {action for action in ACTIONS if reach(role, action) != "-" and not action.startswith("see-")}
    assert does == changes


def test_no_role_both_makes_and_approves() -> None:
    pairs = [
        ("confirm-return", "approve-return"),
        ("edit-mapping", "approve-mapping"),
        ("edit-framework", "publish-framework"),
    ]
    for role in ROLES:
        for makes, approves in pairs:
            assert "-" in (reach(role, makes), reach(role, approves)), (role, makes)


def test_a_role_of_a_body_covers_it_and_what_is_below_it_alone() -> None:
    analyst = Held("finance-analyst", "Ours", "Health")
    assert may(analyst, "confirm-return", HEALTH)
    assert may(analyst, "confirm-return", Subject("Ours", ("Ward", "Health")))
    assert not may(analyst, "confirm-return", ROADS)
    assert not may(analyst, "confirm-return", Subject("Ours", ("Health", "Roads")))
    assert not may(analyst, "confirm-return", ALL), "what is of the whole government is not a body's"
    assert not may(analyst, "confirm-return", Subject("Theirs", ("Health",)))
    assert may(analyst, "send-return", Subject("Ours", mine=True))
    assert not may(analyst, "send-return", Subject("Theirs", mine=True))
    assert not may(Held("finance-analyst", "Ours", "Ward"), "confirm-return", HEALTH)


def test_two_roles_cover_two_bodies_together() -> None:
    both = [Held("finance-analyst", "Ours", "Health"), Held("finance-analyst", "Ours", "Roads")]
    assert permits(both, "confirm-return", Subject("Ours", ("Health", "Roads")), TODAY)
    assert not permits(both, "confirm-return", ALL, TODAY)


def test_a_role_of_a_government_or_of_all() -> None:
    assert may(Held("mapping-owner", "Ours"), "edit-mapping", ALL)
    assert not may(Held("mapping-owner", "Theirs"), "edit-mapping", ALL)
    assert may(Held("mapping-owner"), "edit-mapping", ALL)
    assert may(Held("mapping-owner", "Ours"), "edit-framework", Subject(None))
    assert not may(Held("administrator", "Ours"), "manage-people", Subject(None)), "accounts are of all governments"
    assert may(Held("administrator"), "manage-people", Subject(None))


def test_a_role_is_held_from_its_first_day_until_its_last() -> None:
    for first, last, held in (
        (TODAY, TODAY, True),
        (date(2026, 11, 27), None, False),
        (None, date(2026, 11, 25), False),
        (None, None, True),
    ):
        assert may(Held("auditor", first=first, last=last), "see-record", ALL) is held


def test_a_refusal_says_who_may() -> None:
    assert str(refusal("approve-mapping", [Held("minister")])) == (
        "You may not approve a mapping, or send it back for changes here; a mapping approver may."
    )
    assert "You hold no role yet" in str(refusal("see-figures"))


def test_a_circle_of_bodies_ends() -> None:
    assert not permits(
        [Held("finance-analyst", "Ours", "Health")], "confirm-return", ROADS, TODAY, {"Roads": "Rail", "Rail": "Roads"}
    )
