"""What a run would change of what is published: which figures move, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline
from budget_align.core.editing.changes import RuleChange, compare_rules, compare_settings
from budget_align.core.publishing.movement import Causes, Movement, find_movements
from budget_align.core.values.refusal import RefusedError
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.store import publication_queries, return_queries
from budget_align.store.tables import Submission


@dataclass(frozen=True)
class ReturnChange:
    """A return that one of two runs counts and the other does not."""

    file_name: str
    kind: str
    confirmed_by: str
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class RunChanges:
    """What a run changes against the one that stands.

    Attributes:
        run: the run, at the period that is compared.
        before: what stands; None where nothing is published for the period.
        outcomes, bodies: the figures that move, the largest change first.
        rules: rules that differ.
        settings: what else of the mapping differs: its name, before and after.
        returns: returns that one of them counts.
        versions: bodies of which another version counts, with both.
        other_framework: whether the framework itself was revised.
    """

    run: OpenRun
    before: OpenRun | None
    figures: Headline
    figures_before: Headline | None
    outcomes: Sequence[Movement]
    bodies: Sequence[Movement]
    rules: Sequence[RuleChange]
    settings: Sequence[tuple[str, str, str]]
    returns: Sequence[ReturnChange]
    versions: Sequence[tuple[str, str, str]]
    other_framework: bool


def changes_of_published(engine: Engine, run: OpenRun) -> RunChanges:
    """What a run changes of its stage and year against what is published for them; nothing moves where it is that."""
    own = open_run(engine, run_id=run.id, stage=run.stage, year=run.fiscal_year, sight=run.sight)
    before = _published(engine, own)
    figures = alignment.headline(own.part)
    if before is None:
        return RunChanges(own, None, figures, None, (), (), (), (), (), (), other_framework=False)
    names = own.framework.names()
    rules = compare_rules(before.mapping, own.mapping, names, own.terms.calendar)
    settings = compare_settings(before.mapping, own.mapping)
    other_framework = before.own_framework != own.own_framework
    versions = _versions(before, own)
    returns = _returns(engine, before, own)
    changed = {body for each in returns for body in each.bodies}
    causes = Causes(changed, {body for body, _, _ in versions}, bool(rules or settings or other_framework))
    return RunChanges(
        own,
        before,
        figures,
        alignment.headline(before.part),
        find_movements(before.part, own.part, causes),
        find_movements(before.part, own.part, causes, "body"),
        rules,
        settings,
        returns,
        versions,
        other_framework,
    )


def _published(engine: Engine, run: OpenRun) -> OpenRun | None:
    with Session(engine) as session:
        row = publication_queries.in_place(
            session, "published", run.government, run.own_framework.code, run.stage, run.fiscal_year
        )
        run_id = row.run_id if row else None
    if run_id is None:
        return None
    try:
        return open_run(engine, run_id=run_id, stage=run.stage, year=run.fiscal_year, sight=run.sight)
    except RefusedError:
        return None


def _versions(before: OpenRun, after: OpenRun) -> list[tuple[str, str, str]]:
    found = []
    bodies = {basis.body for each in (before, after) for basis in each.shown_bases}
    for body in sorted(bodies):
        was, becomes = (each.version_of(body, after.stage, after.fiscal_year) for each in (before, after))
        if was and becomes and was != becomes:
            found.append((body, was, becomes))
    return found


def _returns(engine: Engine, before: OpenRun, after: OpenRun) -> list[ReturnChange]:
    old, new = set(before.submission_ids), set(after.submission_ids)
    with Session(engine) as session:
        held = return_queries.coverage(session, sorted(old ^ new))
        of_period = held[(held["stage"] == after.stage) & (held["fiscal_year"] == after.fiscal_year)]
        found = []
        for number in sorted(old ^ new):
            row = session.get(Submission, number)
            bodies = tuple(sorted(set(of_period.loc[of_period["submission_id"] == number, "body"])))
            if row is not None and bodies:
                kind = "new" if number in new else "gone"
                found.append(ReturnChange(row.file_name, kind, row.confirmed_by, bodies))
    return found
