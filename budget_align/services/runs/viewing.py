"""Opens a run for reading: what pages and reports show of one stage and fiscal year."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.allocation.cost_centres import Below
from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.crosswalk import Step, find_lens
from budget_align.core.lenses.succession import carry_over
from budget_align.core.people.marking import narrowest
from budget_align.core.publishing.standing import PUBLISHED, TRIAL, Standing
from budget_align.core.returns.budget_version import Basis, bases_from_json, bases_of
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.core.views.view import View, see_cells, see_comparable
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import known_frameworks
from budget_align.services.governments.governments import kept_terms
from budget_align.services.people.markings import ALL, Sight
from budget_align.services.record.trail import head_of
from budget_align.services.runs.seen import SeenFigures, keep_seen
from budget_align.store import marking_queries, people_queries, publication_queries, return_queries, run_queries
from budget_align.store.tables import Publication, Run


@dataclass(frozen=True, kw_only=True)
class OpenRun(View):
    """The view of a run that is kept, with what is known of the run itself.

    Attributes:
        lenses: the frameworks that a crosswalk leads to.
        outdated: returns came or went since the run.
        standing: whether what is shown is a trial, published, or replaced since.
        trials: whether what is shown beside it, such as other years and other runs, may be trials too.
        marking: the narrowest of the markings that it bears; `own_marking` is its own; each is empty for none.
        sight: what whoever asks may see of what is marked; `hidden` are the government's runs that they may not.
    """

    id: str
    ran_by: str
    ran_at: datetime
    lenses: tuple[Framework, ...]
    mapping_version: int | None
    mapping_hash: str
    submission_ids: Sequence[int]
    outdated: bool
    standing: Standing
    trials: bool
    marking: str
    own_marking: str
    sight: Sight
    hidden: frozenset[str]


@dataclass(frozen=True)
class RunSummary:
    """A run as lists show it; `published_at` says when anything of it was published last, None where nothing is."""

    id: str
    government: str
    mapping_title: str
    ran_by: str
    ran_at: datetime
    published_at: datetime | None

    @property
    def published(self) -> bool:
        """Whether everyone sees anything of it."""
        return self.published_at is not None


def list_runs(engine: Engine, *, trials: bool = True, sight: Sight = ALL) -> list[RunSummary]:
    """The published runs, and the last one of each government and mapping, newest first.

    Args:
        trials: whether runs are listed that nobody has published.
        sight: what whoever asks may see of what is marked.
    """
    hidden = sight.hidden_runs(engine)
    with Session(engine) as session:
        published = publication_queries.published_at(session)
        seen: set[tuple[str, str]] = set()
        found = []
        for run in run_queries.runs(session):
            if run.id in hidden:
                continue
            key = (run.government, run.mapping_name)
            newest = trials and key not in seen
            seen.add(key)
            if newest or run.id in published:
                title = Mapping.from_stored(run.mapping).title
                found.append(RunSummary(run.id, run.government, title, run.ran_by, run.ran_at, published.get(run.id)))
        return found


def open_run(
    engine: Engine,
    *,
    run_id: str | None = None,
    government: str | None = None,
    stage: str | None = None,
    year: int | None = None,
    levels: Sequence[str] | None = None,
    lens: str = "",
    trials: bool = True,
    sight: Sight = ALL,
) -> OpenRun:
    """A run for reading: the one asked for, else the one published last and, where none is, the newest trial; of one
    government where given.

    Args:
        run_id: the run's id, or enough of its beginning.
        stage: with year, what to show; without, the latest year's budget that is published, where any is.
        levels: the levels of government to count together; all of them without.
        lens: the code of a framework to see the figures through.
        trials: whether what nobody has published may be shown; without, a run holds what was published of it alone.
        sight: what whoever asks may see of what is marked; what they may not is as if it were not there.

    Raises:
        RefusedError: there is no such run, or none that may be shown, it does not hold that stage and year or level,
            or no crosswalk leads to that framework.
    """
    asked = _Asked(run_id, stage, year, levels, lens, trials)
    hidden = sight.hidden_runs(engine)
    with Session(engine) as session:
        run = _find(session, government, asked, hidden=hidden)
        return _open(engine, session, run, asked, sight, hidden)


@dataclass(frozen=True)
class _Asked:
    """What of a run is asked for; see `open_run`."""

    run_id: str | None
    stage: str | None
    year: int | None
    levels: Sequence[str] | None
    lens: str
    trials: bool


_Shown = Lookup[tuple[str, int], Publication]
"""The stages and years of a run that readers may see, each by what published it."""


def _open(engine: Engine, session: Session, run: Run, asked: _Asked, sight: Sight, hidden: frozenset[str]) -> OpenRun:
    shown_of_it = publication_queries.shown_periods(session, run.id)
    terms = kept_terms(session, run.government)
    mapping = Mapping.from_stored(run.mapping)
    own = Framework.from_json(run.framework)
    framework, steps = _find_lens(own, asked.lens)
    figures = _figures_once(engine, session, run, mapping, asked, steps, shown_of_it)
    cells, periods = figures.cells, figures.periods
    public = [period for period in periods if period in shown_of_it] if asked.run_id is None else []
    shown = _choose_period(periods, public, terms, asked)
    ids = run_queries.submission_ids_of_run(session, run.id)
    active = return_queries.submission_ids(session, run.government, "submitted")
    opened = OpenRun(
        government=run.government,
        mapping=mapping,
        framework=framework,
        own_framework=own,
        terms=terms,
        bases=figures.bases,
        stage=shown[0],
        fiscal_year=shown[1],
        periods=periods,
        cube=figures.cube,
        by_sort=figures.by_sort,
        own_cube=figures.own_cube,
        every_flow=cells.seen,
        touches=cells.touches,
        levels=cells.levels,
        all_levels=cells.all_levels,
        lens_steps=steps,
        below=figures.below,
        carried=carry_over(framework, known_frameworks(session)),
        id=run.id,
        ran_by=run.ran_by,
        ran_at=run.ran_at,
        lenses=_lenses(own),
        mapping_version=run.mapping_version,
        mapping_hash=run.mapping_hash,
        submission_ids=ids,
        outdated=active != set(ids),
        standing=_standing(session, shown_of_it.get(shown)),
        trials=asked.trials,
        marking=narrowest(sight.markings, marking_queries.markings_of_run(session, run.id, run.marking)),
        own_marking=run.marking,
        sight=sight,
        hidden=hidden,
    )
    opened.share(figures.known.setdefault(shown, {}))
    return opened


def _figures_once(
    engine: Engine,
    session: Session,
    run: Run,
    mapping: Mapping,
    asked: _Asked,
    steps: Sequence[Step],
    shown_of_it: _Shown,
) -> SeenFigures:
    """The figures of a run, worked out once: what it holds never changes."""
    levels = None if asked.levels is None else frozenset(asked.levels)
    what = (run.id, None if asked.trials else frozenset(shown_of_it), levels, asked.lens)
    return keep_seen(engine, what, lambda: _figures(session, run, mapping, asked, steps, shown_of_it))


def _figures(
    session: Session, run: Run, mapping: Mapping, asked: _Asked, steps: Sequence[Step], shown_of_it: _Shown
) -> SeenFigures:
    seen_periods = None if asked.trials else shown_of_it
    touches = _only(run_queries.touches_of(session, run.id), seen_periods)
    whole = _only(run_queries.cube_of(session, run.id), seen_periods)
    cells = see_cells(whole, touches, mapping, asked.levels, steps)
    sorts = _sorts(session, run.id, seen_periods)
    return SeenFigures(
        cells=cells,
        cube=alignment.of_flow(cells.seen),
        own_cube=alignment.of_flow(cells.own),
        by_sort={sort: see_comparable(each, mapping, cells.levels, steps) for sort, each in sorts.items()},
        # A stage and year of income alone is one too.
        periods=alignment.periods(cells.own),
        bases=_in_sight(bases_from_json(run.bases) if run.bases else bases_of(whole), seen_periods),
        below=_in_sight([Below(**each) for each in json.loads(run.below or "[]")], seen_periods),
    )


def _lenses(own: Framework) -> tuple[Framework, ...]:
    known = catalogue.frameworks()
    if own.code not in known:
        return ()
    ways = {code: find_lens(catalogue.crosswalks(), known, own.code, code) for code in known if code != own.code}
    return tuple(known[code] for code, way in ways.items() if way)


def _find_lens(own: Framework, lens: str) -> tuple[Framework, tuple[Step, ...]]:
    """The framework that a lens shows, and the crosswalks that lead to it."""
    if lens in ("", own.code):
        return own, ()
    framework = catalogue.framework(lens)
    way = find_lens(catalogue.crosswalks(), catalogue.frameworks(), own.code, lens)
    if not way:
        raise RefusedError("no-lens", f"No crosswalk leads from {own.name} to {framework.name}; choose another.")
    return framework, tuple(way)


def _find(session: Session, government: str | None, asked: _Asked, *, hidden: Collection[str]) -> Run:
    run_id = asked.run_id
    if run_id is None:
        published = publication_queries.published_run(session, government, asked.stage, asked.year, hidden=hidden)
        published = published or publication_queries.published_run(session, government, hidden=hidden)
        if published is not None:
            run = session.get(Run, published)
            assert run is not None, "a run is never dropped"
            return run
        if not asked.trials:
            raise RefusedError("no-run", "Nothing is published yet.")
    runs = runs_in_sight(session, government, trials=asked.trials, hidden=hidden)
    if run_id is not None:
        runs = [run for run in runs if len(run_id) >= run_queries.ENOUGH_OF_A_RUN and run.id.startswith(run_id)]
        if not runs:
            raise RefusedError("no-run", f"There is no run {run_id!r}.")
    if not runs:
        raise RefusedError("no-run", "Nothing has been allocated yet; import a workbook, then run a mapping.")
    return runs[0]


def runs_in_sight(
    session: Session, government: str | None, *, trials: bool, hidden: Collection[str] = ()
) -> Sequence[Run]:
    """Runs, newest first, of one government where given; without trials, those of which readers may see anything.

    Args:
        hidden: those that whoever asks may not see for their markings.
    """
    runs = [run for run in run_queries.runs(session, government) if run.id not in hidden]
    if trials:
        return runs
    shown = publication_queries.shown_runs(session)
    return [run for run in runs if run.id in shown]


def cube_in_sight(session: Session, run_id: str, *, trials: bool) -> pd.DataFrame:
    """A run's cube; without trials, of the stages and years that readers may see."""
    return _only(
        run_queries.cube_of(session, run_id), None if trials else publication_queries.shown_periods(session, run_id)
    )


def sorts_in_sight(session: Session, run_id: str, *, trials: bool) -> dict[str, pd.DataFrame]:
    """A run's cubes by versions of each sort, where others count; without trials, of what readers may see."""
    return _sorts(session, run_id, None if trials else publication_queries.shown_periods(session, run_id))


def _sorts(session: Session, run_id: str, periods: Lookup[tuple[str, int], object] | None) -> dict[str, pd.DataFrame]:
    cells = run_queries.comparable_cells(session, run_id)
    if cells.empty:
        return {}
    cells = _only(cells, periods)
    return {str(sort): mine.drop(columns="sort") for sort, mine in cells.groupby("sort")}


def _only(cells: pd.DataFrame, periods: Lookup[tuple[str, int], object] | None) -> pd.DataFrame:
    """The cells of some stages and years; all of them without."""
    if periods is None:
        return cells
    keys = zip(cells["stage"], cells["fiscal_year"], strict=True)
    held = [(str(stage), int(year)) in periods for stage, year in keys]
    return cells[pd.Series(held, index=cells.index, dtype="bool")]


def _utc(at: datetime | None) -> datetime | None:
    # SQLite hands times back without their zone; all are UTC.
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


_OfPeriod = TypeVar("_OfPeriod", Basis, Below)


def _in_sight(rows: Sequence[_OfPeriod], periods: Lookup[tuple[str, int], object] | None) -> tuple[_OfPeriod, ...]:
    """The rows of some stages and years; all of them without."""
    return tuple(row for row in rows if periods is None or (row.stage, row.fiscal_year) in periods)


def _standing(session: Session, publication: Publication | None) -> Standing:
    if publication is None:
        return TRIAL
    # People's names may stand on a page for everyone, their addresses may not.
    names = people_queries.names(session, [publication.decided_by, publication.asked_by])
    return Standing(
        "published" if publication.state == "published" else "replaced",
        names[publication.decided_by],
        _utc(publication.decided_at),
        names[publication.asked_by],
        head_of(session, f"publication {publication.id}", PUBLISHED),
    )


def _choose_period(
    periods: Sequence[tuple[str, int]],
    public: Sequence[tuple[str, int]],
    terms: Terms,
    asked: _Asked,
) -> tuple[str, int]:
    wanted = [p for p in periods if asked.stage in (None, p[0]) and asked.year in (None, p[1])]
    if not wanted:
        said = ", ".join(f"{s} {terms.year(y)}" for s, y in periods) or "no figures"
        raise RefusedError("no-period", f"The run holds {said}; choose one of these.")
    open_to_all = alignment.latest_period([period for period in wanted if period in public])
    if open_to_all:
        return open_to_all
    latest = alignment.latest_period(periods)
    return latest if latest in wanted else wanted[0]
