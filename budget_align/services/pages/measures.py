"""What the pages of measures show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation import alignment
from budget_align.core.allocation.alignment import Headline
from budget_align.core.allocation.comparable import Comparable
from budget_align.core.measures.certainty import Certainty, certainty_of, grades_by, units_by
from budget_align.core.measures.comparators import AreaValues, Comparators, compare_body
from budget_align.core.measures.gaps import Gap, find_gaps, reaches_both
from budget_align.core.measures.kinds_of_money import KindFigures, figures_by_kind
from budget_align.core.measures.outturn import Composition, Outturn, compare_stages, years_with_outturn
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.parts import AmountOf, Period, ViewPart, missions_of, parts_by, parts_by_period
from budget_align.services.governments.governments import deflator_of
from budget_align.services.measures.capability import find_capability_run
from budget_align.services.measures.comparators import area_values
from budget_align.services.measures.momentum import OutcomeTrends, find_momentum, last_return
from budget_align.services.measures.outturns import compose
from budget_align.services.outcomes.indicators import find_population, read_all
from budget_align.services.runs.shares import Reason, reasons_of
from budget_align.services.runs.viewing import OpenRun


@dataclass(frozen=True)
class AlignedSharePage:
    """How much of each body, mission, control and year is aligned, and why the rest is not.

    Attributes:
        bases: on which versions the years of the stage shown stand.
    """

    figures: Headline
    bodies: Sequence[ViewPart]
    controls: Sequence[ViewPart]
    missions: Sequence[AmountOf]
    periods: Sequence[Period]
    deflator: Deflator | None
    reasons: Sequence[Reason]
    sure: Certainty
    kinds: Sequence[KindFigures]
    bases: tuple[str, ...]


@dataclass(frozen=True)
class MomentumPage:
    """Where each outcome has been heading.

    Attributes:
        deflator: None where trends are in cash.
        units: to what unit each outcome's amount is worth telling.
    """

    heading: OutcomeTrends
    last_return: datetime | None
    units: Mapping[str, int]
    deflator: Deflator | None


@dataclass(frozen=True)
class OutturnPage:
    """What was meant for each outcome and body, beside what was spent.

    Attributes:
        years: with what stages each year is held at more than one.
        found: None where no year is.
        graded: what was meant for each outcome, by grade of evidence.
        bases: on which versions the two stages stand.
    """

    years: Mapping[int, Sequence[str]]
    found: Outturn | None
    mix: Composition | None
    graded: Mapping[str, Mapping[str, int]]
    bases: tuple[str, ...]


@dataclass(frozen=True)
class CapabilityPage:
    """What is spent on being able to keep promises, by the run that tells it.

    Attributes:
        spend: by capability; `gross` is the same before receipts, and `units` to what unit each is worth telling.
        body_units: to what unit what each body spends on them is worth telling.
    """

    run: OpenRun
    figures: Headline
    spend: Mapping[str, int]
    gross: Mapping[str, int]
    units: Mapping[str, int]
    bodies: Sequence[ViewPart]
    body_units: Mapping[str, int]


@dataclass(frozen=True)
class ComparatorsAsked:
    """Which body is to stand beside others: those given or, where none is, those that its features make alike."""

    body: str
    given: Sequence[str]
    features: Sequence[str]


@dataclass(frozen=True)
class ComparatorsPage:
    """A body beside its statistical neighbours.

    Attributes:
        bodies: those of which an indicator tells anything.
        refused: why the comparison that was asked for cannot be made; None where it can, or none was.
        graded: what the body gives to each outcome, by grade of evidence.
    """

    areas: Sequence[AreaValues]
    bodies: Sequence[str]
    found: Comparators | None
    refused: RefusedError | None
    graded: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class GapsPage:
    """Each outcome's money beside its movement.

    Attributes:
        known: whether any indicator tells of the government.
        alike: on what the two years are compared; None where the run does not hold the year before.
        deflator: None where none reaches both years.
        real: whether spend is in real terms.
    """

    gaps: Sequence[Gap]
    known: bool
    alike: Comparable | None
    deflator: Deflator | None
    real: bool


def open_aligned_share(engine: Engine, settings: Settings, run: OpenRun) -> AlignedSharePage:
    """The aligned share of a run, and what makes it up."""
    deflator = deflator_of(settings, run.terms)
    people = find_population(engine, run.government, settings.population_indicator)
    return AlignedSharePage(
        figures=run.figures,
        bodies=parts_by(run, "body"),
        controls=parts_by(run, "control"),
        missions=missions_of(run),
        periods=parts_by_period(run, deflator, people),
        deflator=deflator,
        reasons=reasons_of(engine, run),
        sure=certainty_of(run.part),
        kinds=figures_by_kind(run.part),
        bases=run.compare_bases([period for period in reversed(run.periods) if period[0] == run.stage]),
    )


def open_momentum(engine: Engine, settings: Settings, run: OpenRun, *, cash: bool) -> MomentumPage:
    """Where the outcomes of a run have been heading; in real terms where they can be told, unless cash is asked for."""
    deflator = None if cash else deflator_of(settings, run.terms)
    readings = read_all(engine, run.government, date.today())
    heading = find_momentum(engine, run, readings, deflator)
    return MomentumPage(heading, last_return(engine, run), units_by(run.part, "outcome"), deflator)


def open_outturn(engine: Engine, run: OpenRun, year: int | None, meant: str, spent: str) -> OutturnPage:
    """Two stages of a year beside each other.

    Args:
        year: where it, or the year that the run shows, is not held at several stages, the first that is.
        meant: with spent, the stages; the first and the last of the year where these are not two of its own.
    """
    years = years_with_outturn(run)
    wanted = run.fiscal_year if year is None else year
    chosen = wanted if wanted in years else next(iter(years), None)
    if chosen is None:
        return OutturnPage(years, None, None, {}, ())
    stages = years[chosen]
    if meant not in stages or spent not in stages or meant == spent:
        meant, spent = stages[0], stages[-1]
    found = compare_stages(run, chosen, meant, spent)
    return OutturnPage(
        years,
        found,
        compose(engine, run, found),
        grades_by(alignment.of_period(run.cube, meant, chosen), "outcome"),
        run.compare_bases([(meant, chosen), (spent, chosen)]),
    )


def open_capability(engine: Engine, run: OpenRun) -> CapabilityPage | None:
    """What is spent on being able to keep promises; None where no run tells it of that stage and year."""
    found = find_capability_run(engine, run)
    if found is None:
        return None
    return CapabilityPage(
        found,
        found.figures,
        _by_outcome(found.part),
        _by_outcome(found.part[~found.part["below"]]),
        units_by(found.part, "outcome"),
        parts_by(found, "body"),
        units_by(found.part, "body"),
    )


def _by_outcome(cells: pd.DataFrame) -> dict[str, int]:
    return {str(code): int(amount) for code, amount in alignment.spend_by(cells, "outcome").items()}


def open_comparators(engine: Engine, settings: Settings, run: OpenRun, asked: ComparatorsAsked) -> ComparatorsPage:
    """A body of a run beside its neighbours; without a body, what it may be chosen from."""
    areas = area_values(engine, run)
    bodies = sorted({body for area in areas for body in area.values})
    found, refused = None, None
    if asked.body:
        try:
            found = compare_body(
                run, areas, settings.population_indicator, asked.body, given=asked.given, features=asked.features
            )
        except RefusedError as refusal:
            refused = refusal
    mine = run.part[run.part["body"] == asked.body]
    return ComparatorsPage(areas, bodies, found, refused, grades_by(mine, "outcome"))


def open_gaps(engine: Engine, settings: Settings, run: OpenRun, *, cash: bool) -> GapsPage:
    """Each outcome's money beside its movement; in real terms where they can be told, unless cash is asked for."""
    readings = read_all(engine, run.government, date.today())
    known = deflator_of(settings, run.terms)
    deflator = known if known is not None and reaches_both(run, known) else None
    priced = None if cash else deflator
    return GapsPage(
        find_gaps(run, readings, priced), bool(readings), run.beside_year_before, deflator, priced is not None
    )
