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
from budget_align.core.allocation.alignment import Flows
from budget_align.core.allocation.overheads import Below
from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.crosswalk import Step, find_lens, see_through
from budget_align.core.lenses.succession import carry_over
from budget_align.core.measures.certainty import Sides, contributing, grade_cells, sides_of
from budget_align.core.publishing.standing import PUBLISHED, TRIAL, Standing
from budget_align.core.returns.bases import describe_comparison
from budget_align.core.returns.budget_version import Basis, bases_from_json, bases_of
from budget_align.core.rules.counterparts import UNSTATED
from budget_align.core.rules.mapping import Mapping, Rule
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import known_frameworks
from budget_align.services.governments.governments import kept_terms
from budget_align.services.record.trail import head_of
from budget_align.store import publication_queries, queries
from budget_align.store.tables import Allocation, BudgetLine, MappingVersion, Publication, Run


@dataclass(frozen=True)
class OpenRun:
    """A run with the stage and year to show of it.

    Attributes:
        framework: what the figures are shown by: the mapping's own, or that of the lens.
        terms: in which the government counts.
        bases: which version of each body's figures of a stage and year the run takes.
        periods: every stage and year that the run holds, latest first.
        cube: the expenditure of the run's summary as the view counts it: its levels of government, through its lens;
            `part` is that of the stage and year.
        own_cube: the same without the lens.
        touches: which outcomes of the mapping's own framework lines of expenditure touch together, as the view counts
            them.
        every_flow: the cube with income and financing too, through the lens.
        levels: the levels of government in view; `all_levels` are those that the run holds, "" for not stated.
        lens: the code of the framework that the figures are seen through; empty for the mapping's own.
        lenses: the frameworks that a crosswalk leads to.
        below: the spend that draws no overhead since receipts leave it below nought, the largest first.
        outdated: returns came or went since the run.
        carried: see `answers_to`.
        standing: whether what is shown is a trial, published, or replaced since.
        trials: whether what is shown beside it, such as other years and other runs, may be trials too.
    """

    id: str
    government: str
    mapping: Mapping
    framework: Framework
    terms: Terms
    bases: tuple[Basis, ...]
    ran_by: str
    ran_at: datetime
    stage: str
    fiscal_year: int
    periods: Sequence[tuple[str, int]]
    cube: pd.DataFrame
    own_cube: pd.DataFrame
    every_flow: pd.DataFrame
    touches: pd.DataFrame
    levels: tuple[str, ...]
    all_levels: tuple[str, ...]
    lens: str
    lenses: tuple[Framework, ...]
    own_framework: Framework
    mapping_version: int | None
    mapping_hash: str
    submission_ids: Sequence[int]
    below: tuple[Below, ...]
    outdated: bool
    carried: Lookup[str, tuple[str, ...]]
    standing: Standing
    trials: bool

    def answers_to(self, code: str) -> tuple[str, ...]:
        """The codes by which indicators call an outcome: its own, its targets', those of what it continues."""
        return self.carried.get(code, (code,))

    @property
    def part(self) -> pd.DataFrame:
        """The expenditure of the stage and year that is shown."""
        return alignment.of_period(self.cube, self.stage, self.fiscal_year)

    @property
    def flows(self) -> Flows:
        """What came in and went out in the stage and year that is shown."""
        return self.flows_in(self.stage, self.fiscal_year)

    def flows_in(self, stage: str, fiscal_year: int) -> Flows:
        """What came in and went out in a stage and year."""
        return alignment.flows_of(alignment.of_period(self.every_flow, stage, fiscal_year))

    @property
    def income_by_outcome(self) -> dict[str, int]:
        """The income of the stage and year shown that serves each outcome, by its code, largest first. It stands beside
        the expenditure on the outcome and is never taken from it unseen.
        """
        part = alignment.of_period(self.every_flow, self.stage, self.fiscal_year)
        found = alignment.spend_by(alignment.of_flow(part, "income"), "outcome")
        return {str(code): int(amount) for code, amount in found.items() if amount}

    @property
    def shown_bases(self) -> tuple[Basis, ...]:
        """Those of `bases` that are of the stage and year shown and of bodies in view."""
        return self.bases_in(self.stage, self.fiscal_year)

    def version_of(self, body: str, stage: str, fiscal_year: int, flow: str = "expenditure") -> str:
        """The version that the run takes of a flow of a body's stage and year; empty where it has none."""
        mine = {b.flow: b.version for b in self.bases if (b.body, b.stage, b.fiscal_year) == (body, stage, fiscal_year)}
        return mine.get(flow, mine.get("", ""))

    def bases_in(self, stage: str, fiscal_year: int) -> tuple[Basis, ...]:
        """The bases of a stage and year, of bodies in view."""
        bodies = set(self.every_flow["body"])
        return tuple(
            basis
            for basis in self.bases
            if (basis.stage, basis.fiscal_year) == (stage, fiscal_year) and basis.body in bodies
        )

    def compare_bases(self, periods: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        """On which versions some stages and years stand that are set beside each other, in sentences."""
        bases = [basis for period in periods for basis in self.bases_in(*period)]
        stages = {stage for stage, _ in periods}
        names = [
            f"{stage} {self.terms.year(year)}" if len(stages) > 1 else self.terms.year(year) for stage, year in periods
        ]
        return describe_comparison(bases, periods, names)

    @property
    def contributing(self) -> dict[str, int]:
        """By the outcome shown, the whole of every line of the stage and year shown that touches it, once."""
        return contributing(alignment.of_period(self.touches, self.stage, self.fiscal_year), self.lens_steps)

    @property
    def sides(self) -> dict[str, Sides]:
        """What works on each outcome shown in the stage and year shown: for it, and against it."""
        own = alignment.of_period(self.own_cube, self.stage, self.fiscal_year)
        return sides_of(own, self.mapping, self.lens_steps)

    @property
    def lens_steps(self) -> list[Step]:
        """The crosswalks from the mapping's own framework to the one shown."""
        found = find_lens(catalogue.crosswalks(), catalogue.frameworks(), self.own_framework.code, self.framework.code)
        return found or []

    @property
    def year_label(self) -> str:
        """The year as the government writes it."""
        return self.terms.year(self.fiscal_year)


@dataclass(frozen=True)
class RunSummary:
    """A run as lists show it; `published` says whether everyone sees anything of it."""

    id: str
    government: str
    mapping_title: str
    ran_by: str
    ran_at: datetime
    published: bool


@dataclass(frozen=True)
class LineShare:
    """What one line gives to one outcome, as lists show it."""

    line_id: str
    body: str
    unit: str
    programme: str
    control: str
    outcome: str
    amount: int
    line_amount: int
    rule_id: str
    place: str


def list_runs(engine: Engine, *, trials: bool = True) -> list[RunSummary]:
    """The published runs, and the last one of each government and mapping, newest first.

    Args:
        trials: whether runs are listed that nobody has published.
    """
    with Session(engine) as session:
        published = {row.run_id for row in publication_queries.publications(session, states=["published"])}
        seen: set[tuple[str, str]] = set()
        found = []
        for run in queries.runs(session):
            key = (run.government, run.mapping_name)
            newest = trials and key not in seen
            seen.add(key)
            if newest or run.id in published:
                title = Mapping.from_stored(run.mapping).title
                found.append(RunSummary(run.id, run.government, title, run.ran_by, run.ran_at, run.id in published))
        return found


def published_government(engine: Engine, governments: Collection[str]) -> str | None:
    """Which of some governments published last; None where none has."""
    with Session(engine) as session:
        rows = publication_queries.publications(session, states=["published"])
        return next((row.government for row in rows if row.government in governments), None)


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
) -> OpenRun:
    """A run for reading: the one asked for, else the one published last and, where none is, the newest trial; of one
    government where given.

    Args:
        run_id: the run's id, or enough of its beginning.
        stage: with year, what to show; without, the latest year's budget that is published, where any is.
        levels: the levels of government to count together; all of them without.
        lens: the code of a framework to see the figures through.
        trials: whether what nobody has published may be shown; without, a run holds what was published of it alone.

    Raises:
        RefusedError: there is no such run, or none that may be shown, it does not hold that stage and year or level,
            or no crosswalk leads to that framework.
    """
    with Session(engine) as session:
        run = _find(session, run_id, government, stage, year, trials=trials)
        shown_of_it = publication_queries.shown_periods(session, run.id)
        seen_periods = None if trials else shown_of_it
        whole = cube_in_sight(session, run.id, trials=trials)
        all_levels = tuple(sorted(set(whole["level"])))
        shown_levels = tuple(level for level in all_levels if levels is None or level in levels)
        if not shown_levels and all_levels:
            raise RefusedError("no-level", "The run holds no body of that level of government; choose another.")
        terms = kept_terms(session, run.government)
        mapping = Mapping.from_stored(run.mapping)
        counted = grade_cells(alignment.consolidate(whole, shown_levels), mapping)
        touches = _only(queries.touches_of(session, run.id), seen_periods)
        touches = alignment.consolidate(touches, shown_levels)
        # A stage and year of income alone is one too.
        periods = alignment.periods(counted)
        public = [period for period in periods if period in shown_of_it] if run_id is None else []
        shown = _choose_period(periods, public, counted, terms, stage, year)
        ids = queries.submission_ids_of_run(session, run.id)
        active = {s.id for s in queries.submissions(session, run.government, "submitted")}
        own = Framework.model_validate_json(run.framework)
        framework, seen = _through(own, counted, lens)
        known = known_frameworks(session)
        return OpenRun(
            id=run.id,
            government=run.government,
            mapping=mapping,
            framework=framework,
            terms=terms,
            bases=_in_sight(bases_from_json(run.bases) if run.bases else bases_of(whole), seen_periods),
            ran_by=run.ran_by,
            ran_at=run.ran_at,
            stage=shown[0],
            fiscal_year=shown[1],
            periods=periods,
            cube=alignment.of_flow(seen),
            own_cube=alignment.of_flow(counted),
            every_flow=seen,
            touches=alignment.of_flow(touches[~touches["kind"].isin(alignment.SET_APART)]),
            levels=shown_levels,
            all_levels=all_levels,
            lens="" if framework.code == own.code else framework.code,
            lenses=_lenses(own),
            own_framework=own,
            mapping_version=run.mapping_version,
            mapping_hash=run.mapping_hash,
            submission_ids=ids,
            below=_in_sight([Below(**each) for each in json.loads(run.below or "[]")], seen_periods),
            outdated=active != set(ids),
            carried=carry_over(framework, known),
            standing=_standing(session, shown_of_it.get(shown)),
            trials=trials,
        )


def _lenses(own: Framework) -> tuple[Framework, ...]:
    known = catalogue.frameworks()
    if own.code not in known:
        return ()
    ways = {code: find_lens(catalogue.crosswalks(), known, own.code, code) for code in known if code != own.code}
    return tuple(known[code] for code, way in ways.items() if way)


def _through(own: Framework, cube: pd.DataFrame, lens: str) -> tuple[Framework, pd.DataFrame]:
    """A framework and a cube through a lens to it."""
    if lens in ("", own.code):
        return own, cube
    framework = catalogue.framework(lens)
    way = find_lens(catalogue.crosswalks(), catalogue.frameworks(), own.code, lens)
    if not way:
        raise RefusedError("no-lens", f"No crosswalk leads from {own.name} to {framework.name}; choose another.")
    return framework, see_through(cube, way)


def largest_lines(
    engine: Engine,
    run: OpenRun,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    body: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[list[LineShare], int]:
    """What lines of a flow give, largest first, of one outcome or one body where given; and how many there are."""
    with Session(engine) as session:
        rows, count = queries.largest_allocations(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            flow=flow,
            outcome=outcome,
            body=body,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
            limit=limit,
            offset=offset,
        )
        return [_share(allocation, line) for allocation, line in rows], count


def approval_of(engine: Engine, run: OpenRun) -> str:
    """As which version, and by whom, a run's mapping was approved; empty for one that comes with the product."""
    if run.mapping_version is None:
        return ""
    with Session(engine) as session:
        version = session.get(MappingVersion, run.mapping_version)
        return f"version {version.number}, approved by {version.approved_by}" if version else ""


@dataclass(frozen=True)
class RuleShare:
    """What a rule gives in the view of a run; `rule` is None for lines that no rule takes."""

    rule: Rule | None
    amount: int
    lines: int


def rules_of(engine: Engine, run: OpenRun, *, flow: str = "expenditure", outcome: str | None = None) -> list[RuleShare]:
    """What each rule gives of a flow in the run's stage, year and levels of government, to one outcome where given,
    largest first.
    """
    with Session(engine) as session:
        found = queries.rule_sums(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            flow=flow,
            outcome=outcome,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )
    shares = [RuleShare(run.mapping.rule(rule) if rule else None, amount, lines) for rule, amount, lines in found]
    return sorted(shares, key=lambda share: -abs(share.amount))


def programmes_of(engine: Engine, run: OpenRun) -> pd.DataFrame:
    """What each programme gives of its expenditure to each outcome of the mapping's own framework in the run's stage,
    year and levels, as
    `queries.programme_sums` says. No transfer that is counted elsewhere and no memo line is among it.
    """
    with Session(engine) as session:
        return queries.programme_sums(
            session,
            run.id,
            run.stage,
            run.fiscal_year,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )


def accounts_of(engine: Engine, run: OpenRun, stage: str | None = None, fiscal_year: int | None = None) -> pd.DataFrame:
    """The expenditure of a stage and year, the run's own without, of the run's levels by all that tells what money is,
    as `queries.account_sums` says; by outcomes of the mapping's own framework.
    """
    with Session(engine) as session:
        return queries.account_sums(
            session,
            run.id,
            run.stage if stage is None else stage,
            run.fiscal_year if fiscal_year is None else fiscal_year,
            bodies=_bodies_in_view(run),
            not_toward=[level or UNSTATED for level in run.levels],
        )


def _bodies_in_view(run: OpenRun) -> list[str] | None:
    """The bodies of the levels in view; None where that is all."""
    return None if run.levels == run.all_levels else run.every_flow["body"].unique().tolist()


def lens_sources(run: OpenRun, code: str) -> list[tuple[str, str, int, int]]:
    """Which outcomes of the mapping's own framework an outcome seen through a lens comes from: code, name, all their
    money in view, and what of it is seen as this outcome; largest first.
    """
    own = alignment.of_period(run.own_cube, run.stage, run.fiscal_year)
    names = run.own_framework.outcome_names()
    found = []
    for source, cells in own[~own["kind"].isin(alignment.SET_APART)].groupby("outcome"):
        seen = see_through(cells, run.lens_steps)
        amount = int(seen.loc[seen["outcome"] == code, "amount"].sum())
        if amount:
            found.append((str(source), names.get(str(source), "Unaligned"), int(cells["amount"].sum()), amount))
    return sorted(found, key=lambda row: -abs(row[3]))


def _share(allocation: Allocation, line: BudgetLine) -> LineShare:
    return LineShare(
        line.line_id,
        line.body,
        line.unit,
        line.programme,
        line.control,
        allocation.outcome,
        allocation.amount,
        line.amount,
        allocation.rule_id,
        f"{line.sheet}!{line.cell}",
    )


def _find(
    session: Session, run_id: str | None, government: str | None, stage: str | None, year: int | None, *, trials: bool
) -> Run:
    if run_id is None:
        published = publication_queries.published_run(session, government, stage, year)
        published = published or publication_queries.published_run(session, government)
        if published is not None:
            run = session.get(Run, published)
            assert run is not None, "a run is never dropped"
            return run
        if not trials:
            raise RefusedError("no-run", "Nothing is published yet.")
    runs = runs_in_sight(session, government, trials=trials)
    if run_id is not None:
        runs = [run for run in runs if len(run_id) >= 8 and run.id.startswith(run_id)]
        if not runs:
            raise RefusedError("no-run", f"There is no run {run_id!r}.")
    if not runs:
        raise RefusedError("no-run", "Nothing has been allocated yet; import a workbook, then run a mapping.")
    return runs[0]


def runs_in_sight(session: Session, government: str | None, *, trials: bool) -> Sequence[Run]:
    """Runs, newest first, of one government where given; without trials, those of which readers may see anything."""
    runs = queries.runs(session, government)
    if trials:
        return runs
    shown = publication_queries.shown_runs(session)
    return [run for run in runs if run.id in shown]


def cube_in_sight(session: Session, run_id: str, *, trials: bool) -> pd.DataFrame:
    """A run's cube; without trials, of the stages and years that readers may see."""
    return _only(
        queries.cube_of(session, run_id), None if trials else publication_queries.shown_periods(session, run_id)
    )


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


def _name(session: Session, email: str) -> str:
    """A person's name, which a page for everyone may show, where the address may not stand."""
    account = queries.account_by_email(session, email)
    return account.name if account is not None else email


_OfPeriod = TypeVar("_OfPeriod", Basis, Below)


def _in_sight(rows: Sequence[_OfPeriod], periods: Lookup[tuple[str, int], object] | None) -> tuple[_OfPeriod, ...]:
    """The rows of some stages and years; all of them without."""
    return tuple(row for row in rows if periods is None or (row.stage, row.fiscal_year) in periods)


def _standing(session: Session, publication: Publication | None) -> Standing:
    if publication is None:
        return TRIAL
    return Standing(
        "published" if publication.state == "published" else "replaced",
        _name(session, publication.decided_by),
        _utc(publication.decided_at),
        _name(session, publication.asked_by),
        head_of(session, f"publication {publication.id}", PUBLISHED),
    )


def _choose_period(
    periods: Sequence[tuple[str, int]],
    public: Sequence[tuple[str, int]],
    cube: pd.DataFrame,
    terms: Terms,
    stage: str | None,
    year: int | None,
) -> tuple[str, int]:
    wanted = [p for p in periods if stage in (None, p[0]) and year in (None, p[1])]
    if not wanted:
        said = ", ".join(f"{s} {terms.year(y)}" for s, y in periods) or "no figures"
        raise RefusedError("no-period", f"The run holds {said}; choose one of these.")
    open_to_all = [period for period in wanted if period in public]
    if open_to_all:
        return alignment.latest_period(_only(cube, dict.fromkeys(open_to_all))) or open_to_all[0]
    latest = alignment.latest_period(cube)
    return latest if latest in wanted else wanted[0]
