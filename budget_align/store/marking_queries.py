"""Every question about what is marked, by name. The caller holds the session and its transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlalchemy import ColumnElement, bindparam, select
from sqlmodel import Session, col

from budget_align.store import return_queries, run_queries
from budget_align.store.tables import Draft, Publication, Run, RunSubmission, StoredScenario, Submission


def markings_of_runs(session: Session, government: str | None = None) -> dict[str, tuple[str, set[str]]]:
    """Of every run that bears a marking, or counts a return that does: whose it is, and all of these."""
    found: dict[str, tuple[str, set[str]]] = {}
    own = select(col(Run.id), col(Run.government), col(Run.marking)).where(col(Run.marking) != "")
    counted = (
        select(col(Run.id), col(Run.government), col(Submission.marking))
        .join(RunSubmission, col(RunSubmission.run_id) == col(Run.id))
        .join(Submission, col(Submission.id) == col(RunSubmission.submission_id))
        .where(col(Submission.marking) != "")
        .distinct()
    )
    for query in (own, counted):
        if government is not None:
            query = query.where(col(Run.government) == government)
        for run_id, whose, name in session.execute(query):
            found.setdefault(run_id, (whose, set()))[1].add(name)
    return found


def marked_returns(
    session: Session, government: str | None = None, status: str = ""
) -> dict[int, tuple[str, tuple[str, ...], str]]:
    """Of every return that is marked: whose it is, its bodies, and its marking."""
    query = select(Submission).where(col(Submission.marking) != "")
    if government is not None:
        query = query.where(col(Submission.government) == government)
    if status:
        query = query.where(col(Submission.status) == status)
    return {
        row.id: (row.government, tuple(return_queries.bodies_of_submission(session, row.id)), row.marking)
        for row in session.scalars(query)
        if row.id is not None
    }


def markings_of(session: Session, kind: str, subject: str | int) -> tuple[str, ...]:
    """All markings that a thing bears, its own first; none where there is no such thing."""
    if kind in ("draft", "return"):
        row: Draft | Submission | None = (
            session.get(Draft, subject) if kind == "draft" else session.get(Submission, subject)
        )
        return (row.marking,) if row is not None and row.marking else ()
    if kind == "publication":
        publication = session.get(Publication, subject)
        return _of_run(session, col(Run.id) == publication.run_id) if publication is not None else ()
    if kind == "scenario":
        scenario = session.get(StoredScenario, subject)
        if scenario is None:
            return ()
        return tuple(filter(None, dict.fromkeys([scenario.marking, *_of_run(session, col(Run.id) == scenario.run_id)])))
    return _of_run(session, run_queries.begins_as(str(subject))) if subject else ()


def _of_run(session: Session, wanted: ColumnElement[bool]) -> tuple[str, ...]:
    found = session.execute(select(col(Run.id), col(Run.marking)).where(wanted).limit(1)).first()
    return markings_of_run(session, *found) if found is not None else ()


def bodies_of(session: Session, kind: str, subject: str) -> tuple[str, ...]:
    """The bodies that a marked thing speaks of; none for what is of the government as a whole."""
    return tuple(return_queries.bodies_of_submission(session, int(subject))) if kind == "return" else ()


def marked_subjects(session: Session) -> dict[str, tuple[str, set[str]]]:
    """What the record calls what is marked: whose it is, and its markings, by name."""
    found: dict[str, tuple[str, set[str]]] = defaultdict(lambda: ("", set()))
    runs = markings_of_runs(session)
    for run_id, said in runs.items():
        found[f"run {run_id[:12]}"] = found[f"run {run_id}"] = said
    for row in session.scalars(select(Publication)):
        if row.run_id in runs:
            found[f"publication {row.id}"] = runs[row.run_id]
    for number, (whose, _, name) in marked_returns(session).items():
        for word in ("submission", "return"):
            found[f"{word} {number}"] = (whose, {name})
    for draft in session.scalars(select(Draft).where(col(Draft.marking) != "")):
        found[f"draft {draft.id}"] = (draft.government, {draft.marking})
    for scenario in session.scalars(select(StoredScenario)):
        names = {*filter(None, [scenario.marking]), *runs.get(scenario.run_id, ("", set()))[1]}
        if names:
            found[f"scenario {scenario.id}"] = found[scenario.name] = (scenario.government, names)
    return dict(found)


_COUNTED_OF_RUN: Final = (
    select(col(Submission.marking))
    .join(RunSubmission, col(Submission.id) == col(RunSubmission.submission_id))
    .where(col(RunSubmission.run_id) == bindparam("run_id"), col(Submission.marking) != "")
    .distinct()
)


def markings_of_run(session: Session, run_id: str, own: str) -> tuple[str, ...]:
    """All markings that a run bears: its own, then those of the returns that it counts."""
    return tuple(filter(None, dict.fromkeys([own, *sorted(session.scalars(_COUNTED_OF_RUN, {"run_id": run_id}))])))
