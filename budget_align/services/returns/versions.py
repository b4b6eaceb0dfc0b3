"""Which versions of budgets are in force, and what is told where an older one comes in."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from sqlmodel import Session

from budget_align.core.returns.budget_version import Version, newest_version
from budget_align.core.returns.reading import Finding, Reading, Severity
from budget_align.core.values.terms import Terms
from budget_align.store import return_queries


def coverage_in_force(session: Session, government: str) -> pd.DataFrame:
    """Which bodies, stages, versions, flows and years the submissions in force of a government speak of, as
    `return_queries.coverage` says.
    """
    active = [s.id for s in return_queries.submissions(session, government, "submitted") if s.id is not None]
    return return_queries.coverage(session, active)


def find_older_versions(
    session: Session, government: str, reading: Reading, terms: Terms, tells: Callable[[str], bool]
) -> list[Finding]:
    """A finding for each body, stage and year of which a reading states an older version than one in force that states
    the same flow, which runs go on taking.

    Args:
        tells: whether whoever looks may be told of what is in force of a body.
    """
    keys = ["body", "stage", "fiscal_year", "flow"]
    in_force: dict[tuple[object, ...], dict[str, int]] = {}
    held_versions = coverage_in_force(session, government)[[*keys, "version", "submission_id"]]
    for *key, version, number in held_versions.to_numpy().tolist():
        in_force.setdefault(tuple(key), {})[version] = number
    found: list[Finding] = []
    told: set[tuple[object, ...]] = set()
    for _, mine in reading.lines.groupby(keys, sort=False):
        first = mine.iloc[0]
        body, stage, year, _ = key = first[keys].tolist()
        held = in_force.get(tuple(key))
        latest = newest_version(dict.fromkeys(mine["version"].unique().tolist(), 0))
        older = held is not None and Version.parse(newest_version(held)).order > Version.parse(latest).order
        if held is None or not older or (body, stage, year) in told or not tells(body):
            continue
        told.add((body, stage, year))
        found.append(
            Finding(
                code="older-version",
                severity=Severity.WARNING,
                sheet=first["sheet"],
                cell=first["cell"],
                message=f"This is the {latest} {stage} of {body} for {terms.year(year)}, and the newer one, "
                f"{newest_version(held)}, is in force.",
                action="Runs go on taking the newer one. Name this one for a run that is to take it, or say which "
                "version it is if it is another.",
            )
        )
    return found
