"""Runs an allocation: the lines in force of a government, by a mapping, to the outcomes of its framework."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation.comparable import allocate_sorts
from budget_align.core.allocation.whole_budget import AllocatedBudget, allocate_budget
from budget_align.core.frameworks.framework import Framework
from budget_align.core.returns.budget_version import Basis, Version, bases_to_json, choose_versions, newest_version
from budget_align.core.returns.like_versions import find_sorts
from budget_align.core.rules import drivers
from budget_align.core.rules.mapping import Mapping
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks.frameworks import find_framework
from budget_align.services.governments.governments import kept_terms
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import bulk, government_queries, mapping_queries, return_queries
from budget_align.store.tables import (
    Allocation,
    ComparableCell,
    CubeCell,
    ProgrammeCell,
    Run,
    RunShare,
    RunSubmission,
    TouchCell,
)

Progress = Callable[[int, int], None]

_METHOD: Final = "each pound once, to the penny"
"""How runs are worked out, part of what each is known by: another way makes other figures of the same inputs, and so
another run."""

RAN: Final = "allocation run"
"""What the record calls the first run of some inputs."""

_BELOW_KEPT: Final = 100


@dataclass(frozen=True)
class RunResult:
    """A run's id, and whether these very inputs had been run before."""

    id: str
    government: str
    was_there: bool


def choose_government(engine: Engine, wanted: str | None, usual: str) -> str:
    """The government to speak of: the one asked for, the usual one where it has submissions, else the only one.

    Raises:
        RefusedError: there are no submissions, or several governments and none was asked for.
    """
    with Session(engine) as session:
        known = government_queries.governments(session)
    if wanted is not None:
        if wanted in known:
            return wanted
        said = f"; there are {', '.join(known)}" if known else ""
        raise RefusedError("no-lines", f"{wanted!r} has no confirmed return{said}.")
    if usual in known:
        return usual
    if len(known) == 1:
        return known[0]
    if not known:
        raise RefusedError("no-lines", "There is no confirmed return yet; import a workbook first.")
    raise RefusedError("which-government", f"Say which government: {', '.join(known)}.")


def run_allocation(
    engine: Engine,
    mapping: Mapping,
    government: str,
    actor: str,
    progress: Progress | None = None,
    *,
    version_id: int | None = None,
    versions: Lookup[str, str] | None = None,
) -> RunResult:
    """Allocates every line in force of a government and keeps the result; the same inputs are one run. Of each body's
    stage and year one version is taken: the newest, or that which is named.

    Args:
        version_id: which approved version of the government's own mapping it is; None for a bundled one.
        versions: by body, a version to take of it wherever it has that version, as `budget_version.Version` writes it
            or by its kind alone, such as original.

    Raises:
        RefusedError: the government has no lines, or a body or version is named that it does not have.
    """
    with Session(engine) as session:
        permit(session, actor, "run", government)
        inputs = _find_inputs(session, government, mapping, versions or {})
        identity = inputs.identity
        if session.get(Run, identity) is not None:
            return _run_again(engine, identity, government, actor)
        all_lines = return_queries.lines_of(session, inputs.submission_ids)
        currency = kept_terms(session, government).currency
    all_lines["level"] = levels_of_lines(all_lines, inputs.levels)
    counts, _ = choose_versions(all_lines, inputs.named)
    lines = all_lines[counts].reset_index(drop=True)
    found = allocate_budget(LineIndex(lines, currency), mapping, inputs.measures)
    comparable = allocate_sorts(all_lines, inputs.bases, inputs.sorts, mapping, inputs.measures, currency)
    with change(engine, "run", identity) as session:
        if session.get(Run, identity) is not None:
            # Someone else asked for the same meanwhile.
            _note_again(session, identity, government, actor)
            return RunResult(identity, government, was_there=True)
        run = Run(
            id=identity,
            government=government,
            mapping_name=mapping.name,
            mapping_hash=mapping.identity(),
            mapping=mapping.to_stored(),
            mapping_version=version_id,
            framework=inputs.framework.kept(),
            line_count=len(lines),
            bases=bases_to_json(inputs.bases),
            below=json.dumps([asdict(each) for each in found.below[:_BELOW_KEPT]], ensure_ascii=False),
            ran_by=actor,
            ran_at=datetime.now(UTC),
        )
        _store(session, run, inputs.submission_ids, lines, found, progress)
        bulk.add_frame(session, ComparableCell, _numbered(run.id, None, comparable))
        detail: dict[str, object] = {"government": government, "mapping": mapping.name, "lines": len(lines)}
        if versions:
            detail["versions"] = dict(versions)
        auditing.record(session, actor, RAN, f"run {identity[:12]}", detail)
    return RunResult(identity, government, was_there=False)


@dataclass(frozen=True)
class _Inputs:
    """What a run is made of: the same is one run.

    Attributes:
        named: by body, stage and year, the version that a person named.
        bases: the version of each that counts; `sorts` those by which years are compared.
        identity: the hash of all of it.
    """

    framework: Framework
    submission_ids: list[int]
    measures: pd.DataFrame
    levels: dict[str, str]
    named: dict[tuple[str, str, int], str]
    bases: tuple[Basis, ...]
    sorts: Lookup[str, Lookup[tuple[str, str, int], str]]
    identity: str


def _find_inputs(session: Session, government: str, mapping: Mapping, versions: Lookup[str, str]) -> _Inputs:
    framework = find_framework(session, mapping.framework)
    active = return_queries.submissions(session, government, "submitted")
    if not active:
        raise RefusedError("no-lines", f"{government!r} has no confirmed return; import a workbook first.")
    measures = mapping_queries.measures(session, government)
    levels = government_queries.body_levels(session, government)
    ids = [s.id for s in active if s.id is not None]
    held = return_queries.coverage(session, ids)
    named = name_versions(held, versions)
    _, bases = choose_versions(held, named)
    sorts = find_sorts(held, bases)
    hashes = sorted(s.lines_hash for s in active)
    identity = _identity(government, hashes, mapping, framework, drivers.identity(measures), levels, bases, sorts)
    return _Inputs(framework, ids, measures, levels, named, bases, sorts, identity)


def _store(
    session: Session,
    run: Run,
    submission_ids: Sequence[int],
    lines: pd.DataFrame,
    found: AllocatedBudget,
    progress: Progress | None,
) -> None:
    session.add(run)
    session.flush()
    session.add_all(RunSubmission(run_id=run.id, submission_id=each) for each in submission_ids)
    session.flush()
    bulk.add_frame(session, Allocation, _numbered(run.id, lines, found.allocations), progress)
    bulk.add_frame(session, RunShare, _numbered(run.id, None, found.shares))
    bulk.add_frame(session, CubeCell, _numbered(run.id, None, found.cube))
    bulk.add_frame(session, ProgrammeCell, _numbered(run.id, None, found.programmes))
    bulk.add_frame(session, TouchCell, _numbered(run.id, None, found.touches))


def _run_again(engine: Engine, identity: str, government: str, actor: str) -> RunResult:
    with change(engine, "run", identity) as session:
        _note_again(session, identity, government, actor)
    return RunResult(identity, government, was_there=True)


def _note_again(session: Session, identity: str, government: str, actor: str) -> None:
    """Makes a run that was there the newest, and records who did and who had run it before."""
    permit(session, actor, "run", government)
    run = session.get(Run, identity)
    assert run is not None, "a run is never dropped"
    detail = {"government": government, "before": run.ran_by, "ran_at": run.ran_at.isoformat()}
    run.ran_by, run.ran_at = actor, datetime.now(UTC)
    auditing.record(session, actor, "allocation run again", f"run {identity[:12]}", detail)


def name_versions(held: pd.DataFrame, versions: Lookup[str, str]) -> dict[tuple[str, str, int], str]:
    """Which version is named for each body, stage and year, by what a person said of bodies. A kind alone, such as
    revised, is the newest of that kind; stages and years of which a body has no such version are left to the newest.

    Args:
        held: bodies, stages, versions and years in force, as `return_queries.coverage` says.
        versions: by body.

    Raises:
        RefusedError: there is no such body, or it has no such version at all.
    """
    named: dict[tuple[str, str, int], str] = {}
    for body, said in versions.items():
        wanted = Version.parse(said)
        mine = held[held["body"] == body]
        if mine.empty:
            known = ", ".join(sorted(held["body"].unique()))
            raise RefusedError("unknown-body", f"There is no return of {body!r}; there are {known}.")
        alone = not wanted.label and wanted.day is None
        there = sorted(mine["version"].unique())
        fits = {text for text in there if text == str(wanted) or (alone and Version.parse(text).kind == wanted.kind)}
        if not fits:
            raise RefusedError("no-version", f"{body} has no version {said!r}; it has {', '.join(there)}.")
        by_period: dict[tuple[str, int], dict[str, int]] = {}
        for stage, version, year, number in mine[["stage", "version", "fiscal_year", "submission_id"]].to_numpy():
            if version in fits:
                by_period.setdefault((stage, int(year)), {})[version] = int(number)
        for (stage, year), found in by_period.items():
            named[body, stage, year] = str(wanted) if str(wanted) in found else newest_version(found)
    return named


def _numbered(run_id: str, lines: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    if lines is not None:
        rows = rows.merge(lines[["line_id", "submission_id"]], on="line_id", how="left", validate="many_to_one")
    return rows.assign(run_id=run_id, position=range(1, len(rows) + 1))


def levels_of_lines(lines: pd.DataFrame, levels: dict[str, str]) -> pd.Series[str]:
    """The level of government of each line: what its workbook says, else what a person stated for its body."""
    stated = pd.Series([levels.get(body, "") for body in lines["body"]], index=lines.index, dtype="str")
    return lines["level"].where(lines["level"] != "", stated)


def _identity(
    government: str,
    lines_hashes: list[str],
    mapping: Mapping,
    framework: Framework,
    measures: str,
    levels: dict[str, str],
    bases: Sequence[Basis],
    sorts: Lookup[str, Lookup[tuple[str, str, int], str]],
) -> str:
    """The hash of a run's inputs. Versions are among them where there was a choice, so that runs from before there was
    any keep theirs; so are the sorts of versions that years are compared by.
    """
    said = "\n".join([_METHOD, government, *lines_hashes, mapping.identity(), framework.identity()])
    if measures or levels:
        said += f"\n{measures}\n{sorted(levels.items())}"
    chosen = [(*b.key, b.flow) if b.flow else b.key for b in bases if b.left or b.flow]
    if chosen:
        said += f"\n{chosen}"
    if any(rule.follows for rule in mapping.rules):
        said += "\noverhead stands as what it follows"
    if sorts:
        said += f"\ncompared by {[(sort, sorted(versions.items())) for sort, versions in sorted(sorts.items())]}"
    return hashlib.sha256(said.encode()).hexdigest()
