"""What the pages of a run's figures show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Flows, Headline
from budget_align.core.allocation.consolidation import TOLERANCE, Transfer
from budget_align.core.frameworks.framework import Outcome
from budget_align.core.lenses.succession import Forebear
from budget_align.core.measures.certainty import contributing_in
from budget_align.core.measures.outcome_money import OutcomeMoney, outcomes_in
from budget_align.core.outcomes.accountability import Owner
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.returns.budget_version import Basis, Version
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.parts import AmountOf, amounts_by, lens_sources
from budget_align.services.accountability.assessments import list_assessments
from budget_align.services.accountability.owners import list_owners
from budget_align.services.governments.governments import deflator_of
from budget_align.services.outcomes.indicators import find_population, read_all
from budget_align.services.runs.bodies import list_transfers
from budget_align.services.runs.histories import YearOfSpend, find_history, list_forebears
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.shares import LineShare, RuleShare, largest_lines, rules_of
from budget_align.services.runs.viewing import OpenRun
from budget_align.store.tables import PolicyAssessment
from reports.model import AlignmentReport

INCOME_LINES: Final = 10
"""Of income, which stands beside the spending that a page is about, the largest are shown."""


@dataclass(frozen=True)
class Lines:
    """Some of many lines, and how many there are."""

    shown: Sequence[LineShare]
    count: int


@dataclass(frozen=True)
class Piece:
    """Which lines of a long list a page shows: at most so many, after so many others."""

    limit: int
    offset: int


@dataclass(frozen=True)
class Overview:
    """Total, aligned share, outcomes by spend, unaligned.

    Attributes:
        contributing: by outcome, whole lines that touch it, where these are asked for.
        choices: the bodies of which several versions are in force, each with the version that was named for the run,
            empty for the newest, and all that there are.
    """

    report: AlignmentReport
    contributing: dict[str, int] | None
    choices: dict[str, tuple[str, list[str]]]


@dataclass(frozen=True)
class OutcomePage:
    """One outcome: how much, from which bodies, by which rules and lines, and what tells of it.

    Attributes:
        sources: through a lens, what of the mapping's own framework it comes from, in the place of rules and lines.
        bases: on which versions the years of its history stand.
    """

    outcome: Outcome
    money: OutcomeMoney
    gross: int
    lines: Lines
    sources: list[tuple[str, str, int, int]]
    rules: list[RuleShare]
    readings: list[IndicatorState]
    forebears: list[Forebear]
    history: list[YearOfSpend]
    bases: tuple[str, ...]
    income_lines: Sequence[LineShare]
    deflator: Deflator | None
    owner: Owner | None
    assessments: Sequence[PolicyAssessment]


@dataclass(frozen=True)
class UnalignedPage:
    """Money that serves no outcome yet; each line with why."""

    figures: Headline
    bodies: tuple[AmountOf, ...]
    income: int
    lines: Lines
    reasons: list[str]


@dataclass(frozen=True)
class BodyPage:
    """One body: how much, to which outcomes, by which lines."""

    name: str
    figures: Headline
    flows: Flows
    outcomes: tuple[AmountOf, ...]
    controls: tuple[AmountOf, ...]
    bases: list[Basis]
    lines: Lines
    income_lines: Sequence[LineShare]


@dataclass(frozen=True)
class TransfersPage:
    """What passes between bodies; `tolerance` in minor units is by how much two sides may differ and still pair."""

    figures: Headline
    transfers: list[Transfer]
    tolerance: int


def open_overview(engine: Engine, run: OpenRun, *, contributing: bool) -> Overview:
    """The overview of a run."""
    return Overview(build_report(engine, run), contributing_in(run) if contributing else None, version_choices(run))


def open_outcome(engine: Engine, settings: Settings, run: OpenRun, code: str, piece: Piece) -> OutcomePage:
    """One outcome of a run.

    Raises:
        RefusedError: the framework shown has no such outcome.
    """
    outcome = run.framework.outcome(code)
    if outcome is None:
        raise RefusedError("unknown-outcome", f"The framework of this run has no outcome {code!r}.")
    found = outcomes_in(run)
    # A mission as a whole that gets nothing is as an outcome that does.
    money = found.get(code) or OutcomeMoney.nothing(code, outcome.name)
    deflator = deflator_of(settings, run.terms)
    people = find_population(engine, run.government, settings.population_indicator)
    history = find_history(engine, run, code, deflator, people)
    direct = not run.lens
    return OutcomePage(
        outcome=outcome,
        money=money,
        gross=run.figures.gross,
        lines=_lines(engine, run, piece, outcome=code) if direct else Lines([], 0),
        sources=[] if direct else lens_sources(run, code),
        rules=rules_of(engine, run, outcome=code) if direct else [],
        readings=states_of(read_all(engine, run.government, date.today()), run.answers_to(code)),
        forebears=list_forebears(engine, run, code),
        history=history,
        bases=run.compare_bases([(each.stretch.stage, each.stretch.fiscal_year) for each in history]),
        income_lines=_income(engine, run, outcome=code) if money.income and direct else [],
        deflator=deflator,
        owner=list_owners(engine, run).get(code),
        assessments=list_assessments(engine, run, code),
    )


def open_unaligned(engine: Engine, run: OpenRun, piece: Piece) -> UnalignedPage:
    """What of a run serves no outcome, the largest lines first."""
    lines = _lines(engine, run, piece, outcome=UNALIGNED)
    return UnalignedPage(
        run.figures,
        amounts_by(run.part[run.part["kind"] == "unaligned"], "body"),
        run.income_unaligned,
        lines,
        [run.mapping.why_unaligned(line.rule_id) for line in lines.shown],
    )


def open_body(engine: Engine, run: OpenRun, name: str, piece: Piece) -> BodyPage:
    """One body of a run.

    Raises:
        RefusedError: the run has no figures of it.
    """
    every = run.every_part[run.every_part["body"] == name]
    if every.empty:
        raise RefusedError("unknown-body", f"This run has no figures of {name!r} for {run.stage} {run.year_label}.")
    part = run.part[run.part["body"] == name]
    counted = part[~part["kind"].isin(alignment.SET_APART)]
    return BodyPage(
        name,
        alignment.headline(part),
        alignment.flows_of(every),
        amounts_by(counted, "outcome", by_shares=True),
        amounts_by(counted, "control"),
        [basis for basis in run.shown_bases if basis.body == name],
        _lines(engine, run, piece, body=name),
        _income(engine, run, body=name),
    )


def open_transfers(engine: Engine, run: OpenRun) -> TransfersPage:
    """What passes between the bodies of a run, with both sides' figures."""
    return TransfersPage(run.figures, list_transfers(engine, run), TOLERANCE * run.terms.currency.minor_units)


def version_choices(run: OpenRun) -> dict[str, tuple[str, list[str]]]:
    """See `Overview.choices`."""
    found: dict[str, tuple[str, list[str]]] = {}
    for basis in run.bases:
        if basis.left or basis.body in found:
            named, held = found.get(basis.body, ("", []))
            held = sorted({*held, basis.version, *basis.left}, key=lambda each: (Version.parse(each).order, each))
            found[basis.body] = (basis.version if basis.named else named, held)
    return found


def _lines(engine: Engine, run: OpenRun, piece: Piece, *, outcome: str | None = None, body: str | None = None) -> Lines:
    return Lines(*largest_lines(engine, run, outcome=outcome, body=body, limit=piece.limit, offset=piece.offset))


def _income(
    engine: Engine, run: OpenRun, *, outcome: str | None = None, body: str | None = None
) -> Sequence[LineShare]:
    return largest_lines(engine, run, flow="income", outcome=outcome, body=body, limit=INCOME_LINES)[0]
