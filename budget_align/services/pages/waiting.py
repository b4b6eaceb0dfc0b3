"""What the pages of what waits and of what is published show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine

from budget_align.core.people.policy import Subject
from budget_align.services.approvals.approvals import Waiting, list_waiting
from budget_align.services.frameworks.frameworks import FrameworkDraft, list_drafts
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights
from budget_align.services.publishing.publications import PublicationSummary, list_publications

ENDED_SHOWN: Final = 50
"""Of publications that stood once, the newest are shown."""


@dataclass(frozen=True)
class WaitingPage:
    """What a person may approve, what was returned to them, and what of theirs waits for others; the soonest first."""

    to_approve: Sequence[Waiting]
    frameworks: Sequence[FrameworkDraft]
    to_publish: Sequence[PublicationSummary]
    returned: Sequence[Waiting]
    publications_returned: Sequence[PublicationSummary]
    others: Sequence[Waiting]
    publications: Sequence[PublicationSummary]


@dataclass(frozen=True)
class PublicationsPage:
    """What waits, what everyone sees, and what stood before."""

    waiting: Sequence[PublicationSummary]
    published: Sequence[PublicationSummary]
    ended: Sequence[PublicationSummary]


def open_waiting(engine: Engine, rights: Rights, sight: Sight, actor: str) -> WaitingPage:
    """What waits for a person, by what they may do and see."""
    hidden_runs = sight.hidden_runs(engine)
    hidden = {str(number) for number in sight.hidden_returns(engine)}
    found = sorted((e for e in list_waiting(engine) if not (e.kind == "return" and e.subject in hidden)), key=_soonest)
    asked = sorted(
        (e for e in list_publications(engine) if e.state in ("asked", "returned") and e.run_id not in hidden_runs),
        key=_soonest,
    )
    spoken_of = {each.subject for each in found if each.kind == "framework"}
    last_of_run = {each.run_id: each for each in reversed(asked)}
    return WaitingPage(
        to_approve=[
            each
            for each in found
            if each.state == "waiting"
            and actor not in each.authors
            and rights.may(each.action, Subject(each.government or None, each.bodies))
        ],
        frameworks=[
            each
            for each in list_drafts(engine)
            if actor not in each.authors
            and each.framework.code not in spoken_of
            and rights.may("publish-framework", Subject(None))
        ],
        to_publish=[
            each
            for each in asked
            if each.state == "asked"
            and actor not in each.authors
            and rights.may("publish-run", Subject(each.government))
        ],
        returned=[each for each in found if each.state == "returned" and actor in each.authors],
        publications_returned=[
            each for each in last_of_run.values() if each.state == "returned" and each.asked_by == actor
        ],
        others=[each for each in found if each.state == "waiting" and actor in (each.asked_by, *each.authors)],
        publications=[each for each in asked if each.state == "asked" and each.asked_by == actor],
    )


def open_publications(engine: Engine, rights: Rights, sight: Sight) -> PublicationsPage:
    """What was asked to be published or was, as far as whoever asks may see it."""
    hidden = sight.hidden_runs(engine)
    found = [
        each
        for each in list_publications(engine)
        if rights.sees_government("see-trials", each.government) and each.run_id not in hidden
    ]
    ended = [each for each in found if each.state not in ("asked", "published")]
    return PublicationsPage(
        [each for each in found if each.state == "asked"],
        [each for each in found if each.state == "published"],
        ended[:ENDED_SHOWN],
    )


def _soonest(each: Waiting | PublicationSummary) -> date:
    """Sorts what is wanted by a day before what is wanted some day."""
    return each.due or date.max
