"""Whatever two people do at once, in any order: nothing is published without two, no edit is lost, no return counts
twice. Walks of random steps on both databases, each step done by two at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, text

from budget_align.core.editing.edits import PutRule
from budget_align.core.outcomes.indicator import IndicatorDefinition
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings import drafting, versions
from budget_align.services.mappings.approving import ask_for_approval as ask_for_mapping
from budget_align.services.mappings.approving import send_draft_back
from budget_align.services.outcomes.indicators import read_all, store_definition
from budget_align.services.outcomes.targets import approve_targets, list_proposals
from budget_align.services.publishing import publications
from budget_align.services.record.trail import find_broken_event
from budget_align.services.returns import approving
from budget_align.services.runs.running import run_allocation
from tests.at_once import at_once
from tests.returns import put_return

ANA, MOSES, PETRA = PEOPLE = ("ana@example.org", "moses@example.org", "petra@example.org")
WHO = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
TOLD = {
    "own-work", "changed-meanwhile", "not-approved", "approved", "published", "superseded", "no-mapping", "bad-mapping",
    "no-lines", "no-period", "not-asked",
}  # fmt: skip
"""Why someone may be told no; anything else is a fault."""


class TwoPeople(RuleBasedStateMachine):
    """Drafts, approvals and publications of one government, beside a plain account of who did what."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        with self.engine.begin() as connection:
            tables = (
                "indicator, publication, approval, remark, runshare, allocation, cubecell, programmecell, touchcell, "
            )
            tables += "runsubmission, run, budgetline, statedtotal, submission, mappingrevision, mappingversion"
            for table in tables.split(", "):
                connection.execute(text(f"DELETE FROM {table}"))
        self.returns: list[int] = []
        self.run_ids: list[str] = []
        self.saved: list[str] = []
        self.drafts: list[int] = []
        self.sent = 0
        self.target: float | None = None

    def both(self, who: tuple[str, str], work: Callable[[str], object]) -> list[object]:
        """Both do the same at once; what each got, or why not."""
        found = at_once(*(lambda person=person: work(person) for person in who))  # type: ignore[misc]
        assert not [each for each in found if isinstance(each, str) and "-" in each and each not in TOLD], found
        return found

    def done(self, found: list[object]) -> int:
        return sum(1 for each in found if each not in TOLD)

    @rule(who=st.sampled_from(PEOPLE), amount=st.integers(1, 9))
    def send(self, who: str, amount: int) -> None:
        self.sent += 1
        self.returns.append(put_return(self.engine, "Works", {"Roads": amount * 100 + self.sent}, by=who))

    @rule(who=WHO)
    def approve_return(self, who: tuple[str, str]) -> None:
        if self.returns:
            newest = self.returns[-1]
            self.both(who, lambda person: approving.approve_return(self.engine, newest, person))

    @rule(who=WHO)
    def return_it(self, who: tuple[str, str]) -> None:
        if self.returns:
            newest = self.returns[-1]
            self.both(who, lambda person: approving.send_return_back(self.engine, newest, person, "Look again"))

    @rule(who=WHO)
    def begin(self, who: tuple[str, str]) -> None:
        like = catalogue.mapping("enabling-capabilities")
        based = self.drafts[-1] if self.drafts else None
        found = self.both(
            who,
            lambda person: drafting.begin_draft(
                self.engine, "Ours", person, like=None if based else like, based_on=based
            ),
        )
        drafts = sorted({each for each in found if isinstance(each, int)})
        if drafts:
            self.drafts.append(drafts[-1])
            self.saved = []

    @rule(who=WHO)
    def edit(self, who: tuple[str, str]) -> None:
        if not self.drafts:
            return
        version = versions.open_version(self.engine, self.drafts[-1])
        first = version.mapping.rules[0]
        names = [f"mine-{len(self.saved)}-{place}" for place in (0, 1)]

        def put(name: str, person: str) -> Callable[[], object]:
            new = first.model_copy(update={"id": name})
            return lambda: drafting.change_draft(self.engine, version.id, PutRule(new), version.revision, person)

        found = at_once(*map(put, names, who))
        assert not [each for each in found if isinstance(each, str) and each not in TOLD], found
        self.saved += [name for name, each in zip(names, found, strict=True) if not isinstance(each, str)]

    @rule(who=WHO)
    def decide_mapping(self, who: tuple[str, str]) -> None:
        if not self.drafts:
            return
        version = versions.open_version(self.engine, self.drafts[-1])
        self.both(who, lambda person: drafting.approve(self.engine, version.id, version.revision, person))

    @rule(who=WHO)
    def ask_or_return_mapping(self, who: tuple[str, str]) -> None:
        if self.drafts:
            draft = self.drafts[-1]
            at_once(
                lambda: ask_for_mapping(self.engine, draft, who[0]),
                lambda: send_draft_back(self.engine, draft, who[1], "Not yet"),
            )

    @rule(who=WHO)
    def run(self, who: tuple[str, str]) -> None:
        approved = [each for each in versions.list_versions(self.engine, "Ours") if each.status == "approved"]
        if self.returns and approved:
            found = self.both(
                who,
                lambda person: run_allocation(
                    self.engine, approved[0].mapping, "Ours", person, version_id=approved[0].id
                ),
            )
            self.run_ids += sorted({each.id for each in found if not isinstance(each, str)})  # type: ignore[attr-defined]

    @rule(who=WHO)
    def ask(self, who: tuple[str, str]) -> None:
        if self.run_ids:
            newest = self.run_ids[-1]
            found = self.both(
                who,
                lambda person: publications.ask_to_publish(self.engine, newest, [("budget", 2026)], person),
            )
            assert self.done(found) <= (2 if who[0] == who[1] else 1)

    @rule(who=WHO)
    def publish(self, who: tuple[str, str]) -> None:
        for each in publications.list_publications(self.engine):
            if each.state == "asked":
                found = self.both(who, lambda person, number=each.id: publications.publish(self.engine, number, person))  # type: ignore[misc]
                assert self.done(found) <= 1

    @rule(who=st.sampled_from(PEOPLE))
    def withdraw(self, who: str) -> None:
        for each in publications.list_publications(self.engine):
            if each.state == "published":
                publications.withdraw(self.engine, each.id, who, "It was wrong")

    @rule(who=WHO, value=st.integers(1, 9))
    def propose_target(self, who: tuple[str, str], value: int) -> None:
        said = {"code": "W", "name": "Waiting", "target": value, "target_year": 2030}
        definition = IndicatorDefinition.model_validate(said)
        self.both(who, lambda person: store_definition(self.engine, "Ours", definition, person))

    @rule(who=WHO)
    def decide_target(self, who: tuple[str, str]) -> None:
        waiting = list_proposals(self.engine, "Ours")
        seen = {each.definition.code: each.after.identity for each in waiting}
        found = self.both(who, lambda person: approve_targets(self.engine, "Ours", seen, person)) if seen else []
        assert self.done(found) <= 1
        if self.done(found):
            self.target = waiting[0].after.target

    @invariant()
    def the_target_that_counts_is_the_last_that_another_approved(self) -> None:
        held = [each.definition.target for each in read_all(self.engine, "Ours", date(2026, 11, 26))]
        assert held in ([], [self.target])

    @invariant()
    def two_people_published_whatever_is_published(self) -> None:
        query = (
            "SELECT p.asked_by, p.decided_by, r.ran_by, v.approved_by, v.id FROM publication p JOIN run r ON r.id = p.run_id "
            "JOIN mappingversion v ON v.id = r.mapping_version WHERE p.state IN ('published', 'replaced')"
        )
        with self.engine.connect() as connection:
            shown = connection.execute(text(query)).all()
            periods = "SELECT count(*) FROM publication WHERE state = 'published' GROUP BY stage, fiscal_year"
            assert set(connection.scalars(text(periods))) <= {1}
        for asked_by, decided_by, _, approved_by, version in shown:
            assert asked_by != decided_by
            assert approved_by not in versions.open_version(self.engine, version).editors

    @invariant()
    def who_approved_did_not_make_it(self) -> None:
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT authors, decided_by FROM approval WHERE state = 'approved'")).all()
        assert [row for row in rows if row.decided_by in row.authors.split("\n")] == []

    @invariant()
    def no_edit_is_lost(self) -> None:
        if self.drafts:
            kept = {each.id for each in versions.open_version(self.engine, self.drafts[-1]).mapping.rules}
            assert set(self.saved) <= kept

    @invariant()
    def no_return_counts_twice(self) -> None:
        with self.engine.connect() as connection:
            in_force = connection.execute(
                text("SELECT count(*) FROM submission WHERE status = 'submitted'")
            ).scalar_one()
            assert in_force == min(1, len(self.returns))
            waiting = "SELECT count(*) FROM approval WHERE state = 'waiting' GROUP BY kind, subject"
            assert set(connection.scalars(text(waiting))) <= {1}

    def teardown(self) -> None:
        assert find_broken_event(self.engine) is None


@pytest.mark.parametrize("examples", [4])
def test_whatever_two_people_do_at_once_two_are_needed_and_nothing_is_lost(engine: Engine, examples: int) -> None:
    machine = type("OnThisDatabase", (TwoPeople,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
