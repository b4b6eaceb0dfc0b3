"""What an address names: whose it is, so that the policy can be asked before anything of it is read. None where there
is no such thing, which whoever reads it then says.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Subject
from budget_align.store import return_queries, run_queries
from budget_align.store.tables import Draft, Job, MappingVersion, Publication, StoredScenario, Submission


def of_draft(engine: Engine, draft_id: int, who: str) -> Subject | None:
    """A workbook that waits: its sender's own, or of the government as a whole, since its bodies are not settled."""
    with Session(engine) as session:
        row = session.get(Draft, draft_id)
        return Subject(row.government, mine=row.received_by == who) if row else None


def of_upload(engine: Engine, job_id: str, who: str) -> Subject | None:
    """A workbook that is being read."""
    with Session(engine) as session:
        row = session.get(Job, job_id)
        return Subject(row.government, mine=row.asked_by == who) if row else None


def of_submission(engine: Engine, submission_id: int) -> Subject | None:
    """A return: of the bodies of its lines."""
    with Session(engine) as session:
        row = session.get(Submission, submission_id)
        if row is None:
            return None
        bodies = tuple(return_queries.bodies_of_submission(session, submission_id))
        return Subject(row.government, bodies)


def of_version(engine: Engine, version_id: int) -> Subject | None:
    """A version of a mapping."""
    with Session(engine) as session:
        row = session.get(MappingVersion, version_id)
        return Subject(row.government) if row else None


def of_scenario(engine: Engine, scenario_id: int) -> Subject | None:
    """A scenario."""
    with Session(engine) as session:
        row = session.get(StoredScenario, scenario_id)
        return Subject(row.government) if row else None


def of_publication(engine: Engine, publication_id: int) -> Subject | None:
    """A publication, or what was asked for."""
    with Session(engine) as session:
        row = session.get(Publication, publication_id)
        return Subject(row.government) if row else None


def of_run(engine: Engine, run_id: str) -> Subject | None:
    """A run, by its id or enough of its beginning."""
    with Session(engine) as session:
        government = run_queries.government_of_run(session, run_id)
        return Subject(government) if government is not None else None
