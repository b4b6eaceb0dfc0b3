"""Which versions of budgets are in force, and what is told where an older one comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    in_force: dict[tuple[Any, ...], dict[str, int]] = {}
    held_versions = coverage_in_force(session, government)[[*keys, "version", "submission_id"]]
    for *what, version, number in held_versions.to_numpy().tolist():
        in_force.setdefault(tuple(what), {})[version] = number
    if not in_force:
        return []
    # The versions that the reading states of each, in its order, and where it states each first.
    stated: dict[tuple[Any, ...], dict[str, tuple[str, str]]] = {}
    firsts = reading.lines[[*keys, "version", "sheet", "cell"]].drop_duplicates([*keys, "version"])
    for *what, version, sheet, cell in firsts.to_numpy().tolist():
        stated.setdefault(tuple(what), {})[version] = sheet, cell
    found: list[Finding] = []
    told: set[tuple[Any, ...]] = set()
    for key, versions in stated.items():
        body, stage, year, _ = key
        held = in_force.get(key, {})
        latest = newest_version(dict.fromkeys(versions, 0))
        older = bool(held) and Version.parse(newest_version(held)).order > Version.parse(latest).order
        if not older or (body, stage, year) in told or not tells(body):
            continue
        sheet, cell = next(iter(versions.values()))
        told.add((body, stage, year))
        found.append(
            Finding(
                code="older-version",
                severity=Severity.WARNING,
                sheet=sheet,
                cell=cell,
                message=f"This is the {latest} {stage} of {body} for {terms.year(year)}, and the newer one, "
                f"{newest_version(held)}, is in force.",
                action="Runs go on taking the newer one. Name this one for a run that is to take it, or say which "
                "version it is if it is another.",
            )
        )
    return found
