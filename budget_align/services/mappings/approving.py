"""Mappings that wait to be approved: drafts of a government's own, and those that come with the product, which someone
approves for a government before anything is published by them.
"""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.rules.mapping import Mapping
from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Case, Thing
from budget_align.services.frameworks import catalogue
from budget_align.services.mappings.drafting import draft_as_thing
from budget_align.services.mappings.versions import government_of
from budget_align.services.record.changing import change
from budget_align.store.tables import Run


def ask_for_approval(
    engine: Engine,
    version_id: int,
    actor: str,
    message: str = "",
    due: date | None = None,
    *,
    seen: int | None = None,
) -> None:
    """Asks for a draft to be approved.

    Args:
        seen: the revision that the person looked at; None for whichever it is.

    Raises:
        ChangedMeanwhileError: the draft changed since.
        RefusedError: there is no such draft, it has no rules, or it waits already.
    """
    with change(engine, "mappings", government_of(engine, version_id)) as session:
        approvals.ask(session, draft_as_thing(session, version_id, seen, whole=True), actor, message, due)


def send_draft_back(engine: Engine, version_id: int, actor: str, reason: str, *, seen: int | None = None) -> None:
    """Returns a draft to those who wrote it.

    Args:
        seen: the revision that the person looked at; None for whichever it is.

    Raises:
        ChangedMeanwhileError: the draft changed since.
        RefusedError: there is no such draft, or nothing is said.
    """
    with change(engine, "mappings", government_of(engine, version_id)) as session:
        approvals.send_back(session, draft_as_thing(session, version_id, seen), actor, reason)


def approval_of_version(engine: Engine, version_id: int) -> Case:
    """How a draft or version stands."""
    with Session(engine) as session:
        return approvals.case_of(session, "mapping", government_of(engine, version_id), str(version_id))


def approve_bundled(engine: Engine, government: str, name: str, actor: str) -> None:
    """Approves a mapping that comes with the product, as it is now, for a government.

    Raises:
        RefusedError: there is none of that name, or it is approved already.
    """
    mapping = catalogue.mapping(name)
    with change(engine, "mappings", government) as session:
        approvals.approve(session, _bundled(government, mapping), actor)


def approved_bundled(engine: Engine, government: str) -> Lookup[str, str]:
    """Which of the mappings that come with the product are approved for a government as they are now, and by whom."""
    with Session(engine) as session:
        known = approvals.approved(session, "bundled mapping", government)
    by_name = {name: _subject(name, mapping.identity()) for name, mapping in catalogue.mappings().items()}
    return {name: known[subject] for name, subject in by_name.items() if subject in known}


def is_approved(session: Session, run: Run) -> bool:
    """Whether the mapping of a run is approved: a version of the government's own always is, before anything is run
    by it.
    """
    if run.mapping_version is not None:
        return True
    return _subject(run.mapping_name, run.mapping_hash) in approvals.approved(
        session, "bundled mapping", run.government
    )


def _bundled(government: str, mapping: Mapping) -> Thing:
    subject = _subject(mapping.name, mapping.identity())
    return Thing("bundled mapping", government, subject, mapping.title, (), "approve-mapping", "edit-mapping")


def _subject(name: str, identity: str) -> str:
    return f"{name} {identity}"
