"""What the page for everyone shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.values.prices import per_head
from budget_align.services.outcomes.consulting import Beside, HeldConsultation, beside_spend, list_consultations
from budget_align.services.outcomes.indicators import find_population
from budget_align.services.outcomes.public_ballots import OpenBallot, find_open_ballot
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.viewing import OpenRun, list_runs, open_run
from reports.model import AlignmentReport


@dataclass(frozen=True)
class PublicPage:
    """Spend by outcome, what people weigh, and the question that is open.

    Attributes:
        people: how many there are in the year shown; zero where nobody counted them.
        asked: the question that is open; None where there is none, or the public is not asked here.
        said: what people said last; `beside` sets it beside spend.
    """

    report: AlignmentReport
    people: float
    asked: OpenBallot | None
    said: HeldConsultation | None
    beside: Sequence[Beside]

    def a_head(self, amount: int) -> int | None:
        """What an amount is a head, in minor units; None where nobody counted the people."""
        return per_head(amount, self.people)


def open_public_run(engine: Engine, settings: Settings) -> OpenRun | None:
    """The published run of the government that the settings name, else of any; None before the first."""
    # For everyone: what is marked for fewer is not there, whoever asks.
    everyone = Sight(Rights(), settings.markings)
    known = {run.government for run in list_runs(engine, trials=False, sight=everyone)}
    if not known:
        return None
    ours = settings.government if settings.government in known else None
    return open_run(engine, government=ours, trials=False, sight=everyone)


def open_public_page(engine: Engine, settings: Settings, run: OpenRun) -> PublicPage:
    """What everyone sees of a published run."""
    held = list_consultations(engine, run.government, run.framework.code)
    return PublicPage(
        build_report(engine, run),
        find_population(engine, run.government, settings.population_indicator).get(run.fiscal_year, 0),
        find_public_question(engine, settings, run),
        held[0] if held else None,
        beside_spend(run, held[0]) if held else [],
    )


def find_public_question(engine: Engine, settings: Settings, run: OpenRun) -> OpenBallot | None:
    """The question that the public may answer; None where there is none, or the public is not asked here."""
    return find_open_ballot(engine, run.government) if settings.public_ballots else None


def spend_by_outcome(engine: Engine, run: OpenRun) -> Iterator[list[str | Decimal]]:
    """The figures of the page as rows of a table, its header first; amounts in whole units of the currency."""
    report = build_report(engine, run)
    said = [(row.code, row.name, row.amount) for row in report.outcomes]
    said.append(("", "Unaligned", report.figures.unaligned))
    yield ["Government", "Fiscal year", "Stage", "Code", "Outcome", f"Expenditure ({run.terms.currency})"]
    for code, name, amount in said:
        # As spreadsheets of every country read it: a full stop, and nothing between thousands.
        yield [run.government, run.year_label, run.stage, code, name, Decimal(amount).scaleb(-run.terms.minor_unit)]
