"""Publications: someone asks for a run's figures to become those that everyone sees; someone else publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.frameworks.framework import Framework
from budget_align.core.publishing.standing import PUBLISHED, State
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.approvals.approvals import refuse_past
from budget_align.services.governments.governments import kept_terms
from budget_align.services.mappings.approving import is_approved
from budget_align.services.people.permissions import in_whose_place, may_without, permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.returns.approving import unapproved
from budget_align.store import publication_queries, run_queries
from budget_align.store.tables import Publication, Run

_LONGEST = 2_000


@dataclass(frozen=True)
class PublicationSummary:
    """A publication, or what was asked for, as lists show it.

    Attributes:
        authors: who asked for it and who ran the allocation; none of them may publish it.
        reason: what was said when it was returned, taken back or withdrawn.
        stands: the number of what is published for the same period now, 0 for nothing; of one that is opened alone.
    """

    id: int
    government: str
    framework: str
    stage: str
    fiscal_year: int
    run_id: str
    mapping: str
    state: State
    asked_by: str
    asked_at: datetime
    message: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    ended_by: str
    ended_at: datetime | None
    authors: tuple[str, ...]
    terms: Terms
    due: date | None
    stands: int = 0

    def is_late(self, today: date) -> bool:
        """Whether the day is over by which it was asked for."""
        return self.due is not None and self.due < today

    @property
    def period(self) -> str:
        """The stage and the year as the government writes it."""
        return f"{self.stage} {self.terms.year(self.fiscal_year)}"


def list_publications(engine: Engine, government: str = "") -> list[PublicationSummary]:
    """All publications and all that was asked for, newest first; of one government where given."""
    with Session(engine) as session:
        rows = publication_queries.publications(session, government=government)
        run_of, terms_of = cache(partial(_run, session)), cache(partial(kept_terms, session))
        return [_summary(row, run_of(row.run_id), terms_of(row.government)) for row in rows]


def open_publication(engine: Engine, publication_id: int) -> PublicationSummary:
    """One of them.

    Raises:
        RefusedError: there is none of that number.
    """
    with Session(engine) as session:
        row = _row(session, publication_id)
        stands = publication_queries.in_place(session, "published", *_place(row))
        found = _summary(row, _run(session, row.run_id), kept_terms(session, row.government))
        return replace(found, stands=cast(int, stands.id) if stands is not None else 0)


def ask_to_publish(
    engine: Engine,
    run_id: str,
    periods: Sequence[tuple[str, int]],
    actor: str,
    message: str = "",
    due: date | None = None,
) -> list[int]:
    """Asks for a run's figures of some stages and years to become those that everyone sees, and returns the numbers of
    what was asked for. What was asked for in their place before, by the same person, is taken back.

    Args:
        due: by which day they are to be published.

    Raises:
        RefusedError: there is no such run, it does not hold such a period, the same is published, or someone else's
            request for the same period waits.
    """
    refuse_past(due)
    with Session(engine) as session:
        run = _run(session, run_id)
        government, framework = run.government, _framework(run)
    with change(engine, "publications", government, framework) as session:
        permit(session, actor, "run", government)
        run = _run(session, run_id)
        terms = kept_terms(session, government)
        held = set(alignment.periods(run_queries.cube_of(session, run.id)))
        if not periods:
            raise RefusedError("no-period", "Choose at least one stage and year to publish.")
        asked = []
        for stage, year in dict.fromkeys(periods):
            if (stage, year) not in held:
                raise RefusedError("no-period", f"The run holds no {stage} of {terms.year(year)}.")
            _make_way(session, (government, framework, stage, year), run, actor, terms)
            row = Publication(
                government=government,
                framework=framework,
                stage=stage,
                fiscal_year=year,
                run_id=run.id,
                state="asked",
                asked_by=actor,
                asked_at=_now(),
                message=message.strip()[:_LONGEST],
                due=due,
            )
            session.add(row)
            session.flush()
            asked.append(cast(int, row.id))
            _record(session, actor, "publication asked for", row)
        return asked


def publish(engine: Engine, publication_id: int, actor: str, *, stands: int | None = None) -> None:
    """Makes what was asked for the figures that everyone sees; what stood before is replaced, and kept.

    Args:
        stands: the number of the publication that the person saw this beside, 0 for none; None for whichever stands.

    Raises:
        RefusedError: it waits no longer, others were published in its place meanwhile, the person ran the allocation or
            asked for it, since two people publish, or a return or the mapping is not approved.
    """
    with _changing(engine, publication_id) as session:
        row = _waiting(session, publication_id)
        permit(session, actor, "publish-run", row.government)
        run = _run(session, row.run_id)
        if actor in (row.asked_by, run.ran_by):
            did = "asked for this" if actor == row.asked_by else "ran this allocation"
            raise RefusedError("own-work", f"You {did}, so someone else has to publish it. Ask them to open this page.")
        if not may_without(session, actor, "publish-run", row.government, (), (row.asked_by, run.ran_by)):
            raise RefusedError(
                "own-work", "You publish in the place of someone who ran or asked for this; someone else publishes it."
            )
        missing = list_obstacles(session, run)
        if missing:
            raise RefusedError("not-approved", f"{' '.join(missing[:3])} Have that approved first.")
        before = publication_queries.in_place(session, "published", *_place(row))
        if stands is not None and stands != (before.id if before is not None else 0):
            raise RefusedError(
                "changed-meanwhile",
                "Other figures were published for the same period, or withdrawn, since you opened the page. Look at "
                "what these change against those that stand now.",
            )
        if before is not None:
            before.state, before.ended_by, before.ended_at = "replaced", actor, _now()
            # The database lets one be published at a time.
            session.flush()
        row.state, row.decided_by, row.decided_at = "published", actor, _now()
        instead = ", ".join(in_whose_place(session, actor, "publish-run", row.government))
        _record(session, actor, PUBLISHED, row, replaces=before.id if before else None, in_place_of=instead)


def obstacles_of(engine: Engine, run_id: str) -> list[str]:
    """What is not approved yet of what a run was made of, in sentences; until then it cannot be published."""
    with Session(engine) as session:
        return list_obstacles(session, _run(session, run_id))


def list_obstacles(session: Session, run: Run) -> list[str]:
    """The same, within a transaction."""
    returns = unapproved(session, run_queries.submission_ids_of_run(session, run.id))
    said = [f"Nobody has approved the return {name}." for name in returns]
    if not is_approved(session, run):
        said.append(f"Nobody has approved the mapping {Mapping.from_stored(run.mapping).title} for {run.government}.")
    return said


def send_back(engine: Engine, publication_id: int, actor: str, reason: str) -> None:
    """Returns what was asked for, with what is to be done first.

    Raises:
        RefusedError: it waits no longer, or nothing is said.
    """
    with _changing(engine, publication_id) as session:
        row = _waiting(session, publication_id)
        permit(session, actor, "publish-run", row.government)
        row.state, row.answer = "returned", _said(reason, "Say what is to be changed first.")
        row.decided_by, row.decided_at = actor, _now()
        _record(session, actor, "publication returned", row, reason=row.answer)


def withdraw(engine: Engine, publication_id: int, actor: str, reason: str) -> None:
    """Takes published figures back, so that nothing stands for their period.

    Raises:
        RefusedError: they are not published any more, or no reason is given.
    """
    with _changing(engine, publication_id) as session:
        row = _row(session, publication_id)
        if row.state != "published":
            raise RefusedError("changed-meanwhile", f"This is {row.state}; look at it as it is now.")
        permit(session, actor, "unpublish-run", row.government)
        row.answer = _said(reason, "Say why the figures are withdrawn.")
        row.state, row.ended_by, row.ended_at = "withdrawn", actor, _now()
        _record(session, actor, "publication withdrawn", row, reason=row.answer)


def take_back(engine: Engine, publication_id: int, actor: str) -> None:
    """Takes a request back that one made oneself.

    Raises:
        RefusedError: it waits no longer, or someone else made it.
    """
    with _changing(engine, publication_id) as session:
        row = _waiting(session, publication_id)
        permit(session, actor, "run", row.government)
        if row.asked_by != actor:
            raise RefusedError("own-work", f"{row.asked_by} asked for this; return it to them instead.")
        row.state, row.ended_by, row.ended_at = "withdrawn", actor, _now()
        _record(session, actor, "publication request taken back", row)


def _make_way(session: Session, place: tuple[str, str, str, int], run: Run, actor: str, terms: Terms) -> None:
    stage, year = place[2], terms.year(place[3])
    standing = publication_queries.in_place(session, "published", *place)
    if standing is not None and standing.run_id == run.id:
        raise RefusedError("published", f"These figures of the {stage} of {year} are published already.")
    waiting = publication_queries.in_place(session, "asked", *place)
    if waiting is None:
        return
    if waiting.asked_by != actor:
        raise RefusedError(
            "changed-meanwhile",
            f"{waiting.asked_by} has asked for other figures of the {stage} of {year}; that is decided first.",
        )
    waiting.state, waiting.ended_by, waiting.ended_at = "withdrawn", actor, _now()
    _record(session, actor, "publication request taken back", waiting)
    session.flush()


def _changing(engine: Engine, publication_id: int) -> Any:
    with Session(engine) as session:
        row = _row(session, publication_id)
        place = row.government, row.framework
    return change(engine, "publications", *place)


def _waiting(session: Session, publication_id: int) -> Publication:
    row = _row(session, publication_id)
    if row.state != "asked":
        raise RefusedError("changed-meanwhile", f"This waits no longer: it is {row.state}. Look at it as it is now.")
    return row


def _row(session: Session, publication_id: int) -> Publication:
    row = session.get(Publication, publication_id)
    if row is None:
        raise RefusedError("no-publication", "There is no such publication.")
    return row


def _run(session: Session, run_id: str) -> Run:
    run = session.get(Run, run_id)
    if run is None:
        raise RefusedError("no-run", f"There is no run {run_id!r}.")
    return run


def _place(row: Publication) -> tuple[str, str, str, int]:
    return row.government, row.framework, row.stage, row.fiscal_year


def _framework(run: Run) -> str:
    return Framework.from_json(run.framework).code


def _said(text: str, ask: str) -> str:
    said = text.strip()[:_LONGEST]
    if not said:
        raise RefusedError("no-reason", ask)
    return said


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _record(session: Session, actor: str, action: str, row: Publication, **more: object) -> None:
    detail = {
        "government": row.government,
        "framework": row.framework,
        "period": f"{row.stage} {row.fiscal_year}",
        "run": row.run_id,
        **{name: value for name, value in more.items() if value},
    }
    auditing.record(session, actor, action, f"publication {row.id}", detail)


def _summary(row: Publication, run: Run, terms: Terms) -> PublicationSummary:
    return PublicationSummary(
        id=cast(int, row.id),
        government=row.government,
        framework=row.framework,
        stage=row.stage,
        fiscal_year=row.fiscal_year,
        run_id=row.run_id,
        mapping=Mapping.from_stored(run.mapping).title,
        state=cast(State, row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        message=row.message,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.answer,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        authors=tuple(dict.fromkeys([row.asked_by, run.ran_by])),
        terms=terms,
        due=row.due,
    )
