"""Whoever sends, publishes and stands in for others, at once and in any order: what is approved was made by somebody else,
was seen, and was approved by a role of one's own or one that its holder lent and still held. Random walks on both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, text

from budget_align.config import Settings
from budget_align.core.editing.meanwhile import ChangedSinceError
from budget_align.core.people.policy import Held
from budget_align.services.frameworks import frameworks
from budget_align.services.people.accounts import add_account
from budget_align.services.people.delegations import delegate, end_delegation, list_delegable, list_delegated
from budget_align.services.people.roles import give_role, list_roles, take_role
from budget_align.services.record.trail import find_broken_event, list_events
from budget_align.services.returns.approving import approve_return
from tests.at_once import at_once
from tests.returns import put_return

ANA, PETRA, OTTO, MOSES = PEOPLE = tuple(f"{name}@example.org" for name in ("ana", "petra", "otto", "moses"))
ROLES = {
    ANA: (Held("finance-analyst", "Ours"), Held("mapping-owner")),
    PETRA: (Held("finance-analyst", "Ours"), Held("outcome-owner")),
    OTTO: (Held("auditor"),),
    MOSES: (Held("mapping-approver"), Held("mapping-owner")),
}
APPROVES = Held("finance-approver", "Ours")
"""The role that Petra holds, loses and lends."""

ONE, TWO = st.sampled_from(PEOPLE), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
TOLD = {
    "own-work", "changed-meanwhile", "approved", "not-allowed", "unknown-framework", "framework-in-use", "known-role",
    "no-role", "superseded",
}  # fmt: skip
"""Why someone may be told no; anything else is a fault."""


class StandingIn(RuleBasedStateMachine):
    """Returns and frameworks, and one who may approve beside those who do it in her place; and a plain account of it."""

    engine: Engine
    config: Settings

    def __init__(self) -> None:
        super().__init__()
        with self.engine.begin() as connection:
            for table in ["frameworkversion", "approval", "remark", "budgetline", "submission", "roleheld"]:
                connection.execute(text(f"DELETE FROM {table}"))
        for email, held in ROLES.items():
            add_account(self.engine, email, email, "several words do well", held)
        self.holds = False
        self.lent: set[str] = set()
        self.number = 0
        self.authors: set[str] = set()
        self.sent = 0
        self.published: dict[str, str] = {}

    @initialize()
    def begin(self) -> None:
        self.petra_holds(True)
        self.send(ANA)
        self.send_framework(ANA)

    @property
    def code(self) -> str:
        return f"ours-{len(self.published)}"

    def both(self, who: tuple[str, str], work: Callable[[str], object]) -> list[str]:
        """Who of two did something that both do at once."""
        found = at_once(*(lambda person=person: work(person) for person in who))  # type: ignore[misc]
        assert not [each for each in found if isinstance(each, str) and "-" in each and each not in TOLD], found
        return [person for person, each in zip(who, found, strict=True) if each not in TOLD]

    @rule(keeps=st.sampled_from((True, True, False)))
    def petra_holds(self, keeps: bool) -> None:
        mine = [each.id for each in list_roles(self.engine, PETRA) if each.held == APPROVES]
        if keeps and not mine:
            give_role(self.engine, PETRA, APPROVES, "operator")
        elif not keeps and mine:
            take_role(self.engine, mine[0], "operator")
        self.holds = keeps

    @rule(to=st.sampled_from((OTTO, OTTO, *PEOPLE)))
    def lend(self, to: str) -> None:
        mine = [each.id for each in list_delegable(self.engine, PETRA) if each.held == APPROVES]
        day = datetime.now(UTC).date() + timedelta(days=7)
        found = at_once(*[lambda: delegate(self.engine, mine[0] if mine else 0, to, day, PETRA)] * 2)
        assert set(found) <= {None, *TOLD}
        if self.holds and to != PETRA:
            assert None in found
            self.lent.add(to)
        else:
            assert None not in found

    @rule(to=ONE)
    def take_back(self, to: str) -> None:
        for each in list_delegated(self.engine, PETRA):
            if each.email == to:
                assert (
                    at_once(*[lambda number=each.id: end_delegation(self.engine, number, PETRA)] * 2).count(None) == 1
                )  # type: ignore[misc]
        self.lent.discard(to)

    @rule(who=st.sampled_from((ANA, PETRA)))
    def send(self, who: str) -> None:
        self.sent += 1
        self.number = put_return(self.engine, "Works", {"Roads": self.sent}, by=who)
        self.authors = {who}

    @rule(who=st.tuples(st.sampled_from((OTTO, PETRA, MOSES)), ONE), by=st.sampled_from((ANA, ANA, PETRA)))
    def approve(self, who: tuple[str, str], by: str) -> None:
        if not self.authors:
            self.send(by)
        did = self.both(who, lambda person: approve_return(self.engine, self.number, person))
        might = {PETRA, *self.lent} - self.authors if self.holds else set()
        might -= self.lent if PETRA in self.authors else set()
        assert len(did) == (1 if might & set(who) else 0), (did, might, who)
        assert set(did) <= might
        if did:
            self.authors = set()
            (event,) = list_events(self.engine, what="approved", limit=1).events
            assert (event.actor, event.facts.get("in_place_of", "")) == (did[0], "" if did[0] == PETRA else PETRA)

    @rule(who=ONE)
    def send_framework(self, who: str) -> None:
        self.sent += 1
        name = f"Ours {self.sent}"
        about = f'code = "{self.code}"\nname = "{name}"\ngovernment = "Ours"\nversion = "1"\nstarts = 2026-01-01\nsource = "us"\n'
        outcome = '[[missions]]\ncode = "m"\nname = "All"\n[[missions.outcomes]]\ncode = "o"\nname = "Good"\n'
        data = (about + outcome).encode()

        def put(person: str) -> object:
            shown = ""
            try:
                frameworks.receive_framework(self.engine, self.config, data, "f.toml", person)
            except ChangedSinceError as both:
                shown = both.shown
            if shown:
                frameworks.receive_framework(self.engine, self.config, data, "f.toml", person, shown=shown)
            return None

        assert bool(self.both((who, who), put)) == (who != OTTO)

    @rule(who=st.tuples(st.sampled_from((MOSES, ANA)), ONE), stale=st.sampled_from((False, False, True)))
    def publish_framework(self, who: tuple[str, str], stale: bool) -> None:
        drafts = frameworks.list_drafts(self.engine)
        if not drafts:
            return
        (draft,) = drafts
        seen = "0" * 16 if stale else draft.identity
        did = self.both(
            who, lambda person: frameworks.publish_framework(self.engine, draft.framework.code, person, seen)
        )
        might = {MOSES} - set(draft.authors) if not stale else set()
        assert set(did) == might & set(who)
        assert len(did) <= 1
        if did:
            self.published[draft.framework.code] = draft.framework.name

    @rule(who=TWO, wanted=st.sampled_from((False, False, False, True)))
    def discard_framework(self, who: tuple[str, str], wanted: bool) -> None:
        drafts = frameworks.list_drafts(self.engine)
        if drafts and wanted:
            seen = drafts[0].identity
            did = self.both(who, lambda person: frameworks.discard_framework(self.engine, self.code, person, seen))
            assert len(did) == (1 if set(who) & {ANA, PETRA, MOSES} else 0)

    @invariant()
    def what_is_published_is_what_was_last_sent_and_somebody_else_published_it(self) -> None:
        query = "SELECT code, content, sent_by, published_by FROM frameworkversion WHERE status = 'published'"
        with self.engine.connect() as connection:
            rows = connection.execute(text(query)).all()
        for row in rows:
            assert f'"{self.published[row.code]}"' in row.content
            assert row.published_by == MOSES
            assert row.sent_by != MOSES

    @invariant()
    def who_approved_did_not_make_it(self) -> None:
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT authors, decided_by FROM approval WHERE state = 'approved'")).all()
        assert [row for row in rows if row.decided_by in row.authors.split("\n")] == []

    def teardown(self) -> None:
        assert find_broken_event(self.engine) is None


def test_whoever_stands_in_for_whom_what_is_approved_was_made_by_others(engine: Engine, settings: Settings) -> None:
    machine = type("OnThisDatabase", (StandingIn,), {"engine": engine, "config": settings})
    run_state_machine_as_test(machine, settings=WALK)


WALK = settings(
    max_examples=4, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)  # fmt: skip
