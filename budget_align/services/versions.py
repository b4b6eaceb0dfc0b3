"""Which versions of budgets are in force, and what is told where an older one comes in."""

from __future__ import annotations

import pandas as pd
from sqlmodel import Session

from budget_align.core.budget_version import Version, newest
from budget_align.core.reading import Finding, Reading, Severity
from budget_align.core.terms import Terms
from budget_align.store import queries


def coverage_in_force(session: Session, government: str) -> pd.DataFrame:
    """Which bodies, stages, versions and years the submissions in force of a government speak of, each once: columns
    submission_id, body, stage, version and fiscal_year. Spending and income of one body are one budget here.
    """
    active = [s.id for s in queries.submissions(session, government, "submitted") if s.id is not None]
    return queries.coverage(session, active).drop(columns="flow").drop_duplicates()


def find_older_versions(session: Session, government: str, reading: Reading, terms: Terms) -> list[Finding]:
    """A finding for each body, stage and year of which a reading states an older version than one in force, which runs
    go on taking.
    """
    in_force: dict[tuple[str, str, int], dict[str, int]] = {}
    for number, *key, version, year in coverage_in_force(session, government).itertuples(index=False, name=None):
        in_force.setdefault((*key, year), {})[version] = number
    found = []
    for _, mine in reading.lines.groupby(["body", "stage", "fiscal_year"], sort=False):
        body, stage, year = mine[["body", "stage", "fiscal_year"]].iloc[0].tolist()
        held = in_force.get((body, stage, year))
        latest = newest(dict.fromkeys(mine["version"].unique().tolist(), 0))
        if held is None or Version.parse(newest(held)).order <= Version.parse(latest).order:
            continue
        first = mine.iloc[0]
        found.append(
            Finding(
                code="older-version",
                severity=Severity.WARNING,
                sheet=first["sheet"],
                cell=first["cell"],
                message=f"This is the {latest} {stage} of {body} for {terms.year(year)}, and the newer one, "
                f"{newest(held)}, is in force.",
                action="Runs go on taking the newer one. Name this one for a run that is to take it, or say which "
                "version it is if it is another.",
            )
        )
    return found
