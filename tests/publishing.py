"""What is published, for tests that are about something else than how that comes to be."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Engine

from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.approving import approve_bundled
from budget_align.services.publishing.publications import ask_to_publish, publish
from budget_align.services.returns.approving import approve_return
from budget_align.services.returns.listing import list_submissions
from budget_align.services.runs.viewing import list_runs, open_run


def publish_newest(engine: Engine, government: str) -> None:
    """Has the newest run of a government published for all that it holds, with its returns and mapping approved."""
    for each in list_submissions(engine):
        if (each.government, each.status) == (government, "submitted"):
            with suppress(RefusedError):
                approve_return(engine, each.id, "approver")
    run = open_run(engine, run_id=next(run.id for run in list_runs(engine) if run.government == government))
    if run.mapping_version is None:
        with suppress(RefusedError):
            approve_bundled(engine, government, run.mapping.name, "approver")
    for asked in ask_to_publish(engine, run.id, run.periods, "whoever asks"):
        publish(engine, asked, "approver")
