"""Makes the report model of a run, which pages and files show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline
from budget_align.core.allocation.comparable import Comparable, describe_comparable
from budget_align.core.frameworks.framework import MISSION
from budget_align.core.measures.certainty import certainty_of
from budget_align.core.measures.comparators import FAR, ComparedOutcome
from budget_align.core.measures.kinds_of_money import Overlap, figures_by_kind, find_overlaps
from budget_align.core.measures.outcome_money import OutcomeMoney, outcomes_in
from budget_align.core.people.naming import without_addresses
from budget_align.core.returns.bases import describe_bases, join_words
from budget_align.core.returns.budget_line import FLOWS, LEVEL_NAMES
from budget_align.core.returns.reading import ControlTotal
from budget_align.core.returns.reconciliation import whole_totals
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.day import format_day
from budget_align.services.downloads.making import make_once
from budget_align.services.record.trail import head_of
from budget_align.services.runs.running import RAN
from budget_align.services.runs.shares import approval_of, largest_lines, programmes_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import allocation_queries, outcome_queries, return_queries
from budget_align.store.tables import BudgetLine
from reports.model import (
    AlignmentReport,
    AssessmentRow,
    BodyRow,
    DifferenceRow,
    MemoRow,
    OutcomeRow,
    ReconciliationRow,
    SourceRow,
    UnalignedRow,
)

_ROWS_SHOWN = 6


def build_report(engine: Engine, run: OpenRun) -> AlignmentReport:
    """All that a report says of one run, stage and year."""
    figures = run.figures
    # The lines of a run and what returns state never change; who confirmed a return may be forgotten.
    lines = run.once("lines of the report", lambda: _of_lines(engine, run))
    unaligned, memo = lines.unaligned, lines.memo
    with Session(engine) as session:
        record = run.standing.record or head_of(session, f"run {run.id[:12]}", RAN)
        submissions = return_queries.submissions_of(session, run.submission_ids)
        sources = tuple(SourceRow(s.file_name, s.file_hash, s.line_count, s.confirmed_by) for s in submissions)
    bodies = run.once("bodies of the report", lambda: _bodies(run))
    alike = run.beside_year_before
    return AlignmentReport(
        government=run.government,
        framework=run.framework.name,
        framework_version=run.framework.version,
        mapping=run.mapping.title,
        mapping_approval=approval_of(engine, run),
        mapping_hash=run.mapping_hash,
        view=_view(run, figures),
        run_id=run.id,
        record=record,
        standing=run.standing,
        marking=run.marking,
        stage=run.stage,
        fiscal_year=run.fiscal_year,
        terms=run.terms,
        figures=figures,
        before=_before(run),
        flows=run.flows,
        bases=run.shown_bases,
        bases_meet=find_meetings(run),
        outcomes=run.once("outcomes of the report", lambda: _outcomes(run, alike)),
        bodies=bodies,
        unaligned=unaligned,
        unaligned_rest=figures.unaligned - sum(row.amount for row in unaligned),
        memo=memo[:_ROWS_SHOWN],
        memo_counted=lines.memo_counted[:_ROWS_SHOWN],
        memo_rest=sum(row.amount for row in memo[_ROWS_SHOWN:]),
        reconciliation=_reconciliation(run, bodies, lines.wholes),
        differences=lines.differences,
        sources=sources,
        certainty=run.once("certainty", lambda: certainty_of(run.part)),
        kinds=run.once("kinds", lambda: tuple(figures_by_kind(run.part))),
        overlaps=lines.overlaps,
        assessments=_assessments(engine, run),
        alike=_describe_change(run, alike) if alike else (),
    )


@dataclass(frozen=True)
class _OfLines:
    """What a report says of the lines of a run and of the totals that returns state."""

    unaligned: tuple[UnalignedRow, ...]
    memo: tuple[MemoRow, ...]
    memo_counted: tuple[MemoRow, ...]
    wholes: Sequence[ControlTotal]
    differences: tuple[DifferenceRow, ...]
    overlaps: tuple[Overlap, ...]


def _of_lines(engine: Engine, run: OpenRun) -> _OfLines:
    with Session(engine) as session:
        memo, memo_counted = _memo(session, run)
        wholes, differences = _stated(session, run)
    overlaps = tuple(find_overlaps(_counted(programmes_of(engine, run))))
    return _OfLines(_unaligned(engine, run), memo, memo_counted, wholes, differences, overlaps)


def _memo(session: Session, run: OpenRun) -> tuple[tuple[MemoRow, ...], tuple[MemoRow, ...]]:
    """What of memo lines is in no figure, and what of them counts, the largest first."""
    bodies = {basis.body for basis in run.shown_bases}
    versions = {body: run.version_of(body, run.stage, run.fiscal_year) for body in bodies}
    lines = return_queries.memo_lines(session, run.submission_ids, run.stage, run.fiscal_year, versions)
    counted = allocation_queries.counted_of_lines(session, run.id, [line.line_id for line in lines])
    left = [_memo_row(line, line.amount - counted.get(line.line_id, 0)) for line in lines]
    taken = [_memo_row(line, counted.get(line.line_id, 0)) for line in lines]
    shown, counting = (
        tuple(sorted((row for row in rows if row.amount), key=lambda row: -abs(row.amount))) for rows in (left, taken)
    )
    return shown, counting


def _stated(session: Session, run: OpenRun) -> tuple[list[ControlTotal], tuple[DifferenceRow, ...]]:
    """The totals that returns state for whole tables of what is shown, and those that their own lines do not add up
    to.
    """
    wholes: list[ControlTotal] = []
    differences: list[DifferenceRow] = []
    for submission_id in run.submission_ids:
        stated = [
            total
            for total in return_queries.stated_totals(session, submission_id)
            if (total.stage, total.fiscal_year) == (run.stage, run.fiscal_year)
            and total.version == (run.version_of(total.body, run.stage, run.fiscal_year, total.flow) or total.version)
        ]
        wholes += whole_totals(stated)
        differences += [
            DifferenceRow(t.body, _of_flow(t.label, t.flow), f"{t.sheet}!{t.cell}", t.published, t.read)
            for t in stated
            if not t.reconciled and not t.whole
        ]
    return wholes, tuple(differences)


def _assessments(engine: Engine, run: OpenRun) -> tuple[AssessmentRow, ...]:
    names = run.framework.outcome_names()
    with Session(engine) as session:
        known = outcome_queries.assessments(session, run.government, run.framework.code)
        found = {name: [row for row in known if row.outcome == code] for code, name in names.items()}
        return tuple(
            AssessmentRow(
                name,
                row.policy,
                f"{row.direction} {row.strength}".strip(),
                row.assessed_by,
                format_day(row.assessed_on),
                row.link,
            )
            for name, rows in found.items()
            for row in rows
        )


def _memo_row(line: BudgetLine, amount: int) -> MemoRow:
    return MemoRow(line.body, line.programme, amount, line.counterpart, f"{line.sheet}!{line.cell}")


def _counted(programmes: pd.DataFrame) -> pd.DataFrame:
    return programmes[~programmes["kind"].isin(alignment.SET_APART)]


def _view(run: OpenRun, figures: Headline) -> tuple[str, ...]:
    said = []
    if run.lens:
        said.append(
            f"Seen through a crosswalk from {run.own_framework.name}; {run.terms.amount(figures.uncovered)} serves an "
            "outcome there that it has no counterpart for here."
        )
    if run.levels != run.all_levels:
        said.append(f"Only {', '.join(LEVEL_NAMES[level].lower() for level in run.levels)} is counted.")
    if figures.memo_counted:
        said.append(
            f"{run.terms.amount(figures.memo_counted)} that bodies show as memo lines counts: no return that is here "
            "shows what those who receive it did with it."
        )
    if figures.transfers:
        said.append(
            f"{run.terms.amount(figures.transfers)} passes between bodies in view and is counted where it is spent."
        )
    return tuple(said)


def build_pdf(engine: Engine, run: OpenRun) -> bytes:
    """The report of a run as a PDF; the same inputs give the same bytes."""
    from reports.pdf import make_pdf  # here, so that commands that make no PDF start without its type-setting

    return make_pdf(build_report(engine, run))


def make_report(engine: Engine, settings: Settings, run: OpenRun, *, for_everyone: bool = False) -> bytes:
    """The same, made outside this process, once, and kept; one for everyone names nobody by their address.

    Raises:
        RefusedError: others are made, or it takes longer or more memory than one may.
    """
    report = build_report(engine, run)
    return make_once(engine, settings, "alignment", hide_staff(report) if for_everyone else report)


def hide_staff(report: AlignmentReport) -> AlignmentReport:
    """A report that names nobody by their address."""
    sources = tuple(replace(source, confirmed_by=without_addresses(source.confirmed_by)) for source in report.sources)
    return replace(report, mapping_approval=without_addresses(report.mapping_approval), sources=sources)


def draw_outcomes(run: OpenRun, *, narrow: bool = False) -> str:
    """Outcomes by spend as an SVG picture; narrow for a phone, with names above the bars."""
    from reports.charts import bars, narrow_bars, outcome_bars  # here, so that other commands start without it

    figures = alignment.headline(run.part)
    rows = outcome_bars(
        [(row.name, row.amount, row.unit) for row in _outcomes(run, None) if row.amount],
        figures.unaligned + figures.uncovered,
    )
    return narrow_bars(rows, run.terms) if narrow else bars(rows, run.terms)


def draw_quadrants(standings: Sequence[ComparedOutcome], *, narrow: bool = False) -> str:
    """Outcomes on the quadrants of spend and results as an SVG picture, each under its number in the list."""
    from reports.charts import quadrants  # here, so that other commands start without it

    points = tuple(
        (str(number), each.spend_score, each.result_score, each.far)
        for number, each in enumerate(standings, 1)
        if each.spend_score is not None and each.result_score is not None
    )
    corners = ("Less spend, better", "More spend, better", "Less spend, worse", "More spend, worse")
    return quadrants(points, corners, FAR, 300 if narrow else 560)


def find_meetings(run: OpenRun) -> tuple[str, ...]:
    """Where the figures of the stage and year shown rest on two bases, and where they stand beside those of the year
    before on another one, each as a sentence.
    """
    shown, before = (run.stage, run.fiscal_year), (run.stage, run.fiscal_year - 1)
    meetings = run.compare_bases([before, shown])[1:] if before in run.periods else ()
    if meetings or len({basis.version for basis in run.shown_bases}) < 2:
        return meetings
    return (describe_bases(run.shown_bases),)


def _reconciliation(
    run: OpenRun, bodies: Sequence[BodyRow], wholes: Sequence[ControlTotal]
) -> tuple[ReconciliationRow, ...]:
    """Every body beside the totals that are stated for it, flow by flow; a body in several returns beside the sum of
    theirs.
    """
    period = run.every_part
    counted = period[~period["memo"]].groupby(["body", "flow"], observed=True)["amount"].sum().to_dict()
    rows = []
    for body in bodies:
        for flow in FLOWS:
            stated = [total for total in wholes if (total.body, total.flow) == (body.name, flow)]
            read = int(counted.get((body.name, flow), 0))
            if not (stated or read or flow == "expenditure"):
                continue
            rows.append(
                ReconciliationRow(
                    body.name,
                    ", ".join(f"{total.sheet}!{total.cell}" for total in stated),
                    sum(total.published for total in stated) if stated else None,
                    read,
                    flow,
                )
            )
    return tuple(rows)


def _of_flow(label: str, flow: str) -> str:
    return label if flow == "expenditure" else f"{label} ({flow})"


def _before(run: OpenRun) -> Headline | None:
    if (run.stage, run.fiscal_year - 1) not in run.periods:
        return None
    return alignment.headline(alignment.of_period(run.cube, run.stage, run.fiscal_year - 1))


def _describe_change(run: OpenRun, alike: Comparable) -> tuple[str, ...]:
    """On what changes since the year before compare; only where that is not plain: each body by its one version."""
    left_out = (*alike.without, *alike.unlike)
    if alike.bodies and not left_out and not alike.levels and len(set(alike.bodies.values())) == 1:
        return ()
    said = list(describe_comparable(alike, run.terms.year))
    if alike.bodies and left_out:
        shown = left_out if len(left_out) <= _ROWS_SHOWN else (*left_out[:_ROWS_SHOWN], "others")
        said.append(f"Not compared: {join_words(shown)}.")
    return tuple(said)


def _outcomes(run: OpenRun, alike: Comparable | None) -> tuple[OutcomeRow, ...]:
    found = outcomes_in(run)
    counted = run.part[(run.part["amount"] != 0) & ~run.part["kind"].isin(alignment.NOT_ALIGNED)]
    bodies = counted.groupby("outcome")["body"].nunique().to_dict()
    compared = [
        alignment.spend_by(alignment.of_period(alike.cells(run.held), run.stage, year), "outcome").to_dict()
        for year in (run.fiscal_year - 1, run.fiscal_year)
        if alike and alike.bodies
    ]
    rows = [
        OutcomeRow(
            money.code,
            money.name,
            mission,
            money.amount,
            money.before,
            int(bodies.get(money.code, 0)),
            money.income,
            change=int(compared[1].get(money.code, 0) - compared[0].get(money.code, 0)) if compared else None,
            gross=money.gross,
            by_grade=money.by_grade,
            sides=money.sides,
        )
        for money, mission in _shown_outcomes(run, found)
    ]
    return tuple(sorted(rows, key=lambda row: -row.amount))


def _shown_outcomes(run: OpenRun, found: Lookup[str, OutcomeMoney]) -> Iterator[tuple[OutcomeMoney, str]]:
    """The outcomes of the framework shown, each with its mission's name. A lens may lead to missions as a whole; then
    those stand for the outcomes that have no money of their own.
    """
    whole = any(not run.framework.is_outcome(code) and (money.bodies or money.before) for code, money in found.items())
    for mission in run.framework.missions:
        code = f"{MISSION}{mission.code}"
        if whole:
            yield found.get(code) or OutcomeMoney.nothing(code, mission.name), mission.name
        for outcome in mission.outcomes:
            money = found[outcome.code]
            if not whole or money.bodies:
                yield money, mission.name


def _bodies(run: OpenRun) -> tuple[BodyRow, ...]:
    table = alignment.bodies_by_outcome(run.part)
    every = run.every_part
    figures, flows = alignment.headlines_by(run.part, "body"), alignment.flows_by(every, "body")
    shown = set(table.index) | set(every.loc[every["kind"] != "memo", "body"])
    rows = [
        BodyRow(
            str(body),
            figures.get(str(body), alignment.NOTHING),
            {str(code): int(amount) for code, amount in table.loc[body].items()} if body in table.index else {},
            flows.get(str(body), alignment.NO_FLOWS),
        )
        for body in every["body"].unique()
        if body in shown
    ]
    return tuple(sorted(rows, key=lambda row: -row.figures.total))


def _unaligned(engine: Engine, run: OpenRun) -> tuple[UnalignedRow, ...]:
    rows, _ = largest_lines(engine, run, outcome=UNALIGNED, limit=_ROWS_SHOWN)
    return tuple(
        UnalignedRow(row.body, row.programme, row.amount, run.mapping.why_unaligned(row.rule_id), row.place)
        for row in rows
    )
