"""A run's figures for software: what the command line and the API say of it in JSON, in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from budget_align.core.allocation import alignment
from budget_align.core.measures.certainty import Sides, certainty_of
from budget_align.core.measures.kinds_of_money import figures_by_kind
from budget_align.core.measures.outcome_money import OutcomeMoney, outcomes_in
from budget_align.core.returns.budget_line import FLOWS
from budget_align.core.returns.budget_version import Basis
from budget_align.core.values.terms import Terms
from budget_align.services.runs.shares import rules_of
from budget_align.services.runs.viewing import OpenRun


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class BasisFigures(_Figures):
    """Which version of one body's figures of a stage and year is counted, and which are left."""

    body: str
    stage: str
    fiscal_year: str
    version: str
    left: list[str]
    flow: Annotated[
        str,
        Field(description="The one flow of which this is taken, where the version of the rest does not state it."),
    ]
    named: Annotated[bool, Field(description="A person named it; otherwise it is the newest.")]


class KindOfMoney(_Figures):
    """The figures of one kind of money: resource and capital of departmental limits, then what stands apart."""

    kind: Literal["resource", "capital", "ame", "non-cash", "loans", "other"]
    apart: Annotated[bool, Field(description="No spending of the year in the sense of departmental limits.")]
    total: int
    aligned: int
    unaligned: int
    aligned_share: float | None


class Contribution(_Figures):
    """What works on one outcome, which is never netted. Strengths are strong, moderate, weak or, unsaid, empty."""

    serves: int
    against: Annotated[
        int, Field(description="Given to it and working against it or, as whole lines, given to others.")
    ]
    neutral: int
    serves_beside: Annotated[
        int, Field(description="The whole of lines that are given to others and are said to serve it too.")
    ]
    serves_by_strength: dict[str, int]
    against_by_strength: dict[str, int]


class PeriodFigures(_Figures):
    """The figures of one stage and year, of expenditure. Total = aligned + uncovered + unaligned."""

    stage: str
    fiscal_year: str
    total: int
    aligned: int
    unaligned: int
    uncovered: Annotated[int, Field(description="Serves an outcome that the lens has no counterpart for.")]
    memo: Annotated[int, Field(description="Shown and never added.")]
    memo_counted: Annotated[
        int, Field(description="Of the total, what bodies show as memo lines and no return that is there counts.")
    ]
    transfers: Annotated[int, Field(description="Passes between bodies in view and is counted where it is spent.")]
    aligned_share: Annotated[float | None, Field(description="Gross aligned over gross.")]
    gross: Annotated[int, Field(description="Expenditure before receipts that are netted into its lines.")]
    gross_aligned: int
    gross_unaligned: int
    receipts: Annotated[int, Field(description="Netted into lines of expenditure, and corrections; zero or less.")]
    grades: Annotated[
        dict[str, int],
        Field(description="The aligned amount by evidence grade: measured, documented, judged or assumed."),
    ]
    aligned_share_low: Annotated[
        float | None, Field(description="The share if nothing that rests on assumed shares served any outcome.")
    ]
    aligned_share_high: Annotated[
        float | None, Field(description="The share if all that assumed shares leave unaligned served an outcome too.")
    ]
    kinds: list[KindOfMoney]
    income: int
    net: Annotated[int, Field(description="The total less income.")]
    financing: Annotated[int, Field(description="Neither in gross nor in net.")]
    bases: list[BasisFigures]


class OutcomeFigures(_Figures):
    """What one outcome gets. Income stands beside the amount and is not taken from it; contributing counts whole lines
    for each outcome that they touch and is never added up."""

    code: str
    name: str
    amount: int
    gross: Annotated[int, Field(description="The amount before receipts that are netted into its lines.")]
    contributing: int
    income: int
    grades: dict[str, int]
    rounded: Annotated[int, Field(description="The amount as pages show it, to what judged and assumed shares bear.")]
    contribution: Contribution


class BodyFigures(_Figures):
    """What went out and came in at one body."""

    body: str
    gross: int
    receipts: int
    income: int
    net: int
    financing: int


class RuleFigures(_Figures):
    """What one rule gives of one flow; an empty rule stands for lines that no rule takes."""

    rule: str
    why: str
    grade: Annotated[str, Field(description="How well the rule itself is evidenced; empty for rules to no outcome.")]
    flow: str
    lines: int
    amount: int


class RunFigures(PeriodFigures):
    """A run, the figures of the stage and year shown, and those of every other."""

    run: str
    marking: Annotated[str, Field(description="What the figures are marked with; empty for nothing")] = ""
    standing: Annotated[
        Literal["trial", "published", "replaced"],
        Field(description="Whether somebody has published these figures, and others have taken their place since."),
    ]
    published_by: Annotated[str, Field(description="Who published them; empty for a trial.")]
    published_at: Annotated[datetime | None, Field(description="When, in UTC; null for a trial.")]
    record: Annotated[str, Field(description="The head of the record when they were published; empty for a trial.")]
    government: str
    mapping: str
    mapping_version: int | None
    mapping_hash: str
    framework: str
    lens: str
    levels: list[str]
    currency: Annotated[str, Field(description="The code of the currency of all amounts, by ISO 4217.")]
    minor_unit: Annotated[int, Field(description="How many digits of the amounts are decimal places.")]
    income_unaligned: Annotated[int, Field(description="Income that serves no outcome.")]
    outcomes: list[OutcomeFigures]
    bodies: list[BodyFigures]
    rules: list[RuleFigures]
    periods: list[PeriodFigures]


def figures_of(engine: Engine, run: OpenRun) -> RunFigures:
    """The figures of a run as it is seen."""
    return RunFigures(
        **period_figures(run, run.stage, run.fiscal_year).model_dump(),
        run=run.id,
        standing=run.standing.kind,
        published_by=run.standing.by,
        published_at=run.standing.at,
        record=run.standing.record,
        marking=run.marking,
        government=run.government,
        mapping=run.mapping.name,
        mapping_version=run.mapping_version,
        mapping_hash=run.mapping_hash,
        framework=run.framework.code,
        lens=run.lens,
        levels=list(run.levels),
        currency=run.terms.currency.code,
        minor_unit=run.terms.minor_unit,
        income_unaligned=run.income_unaligned,
        outcomes=[
            _outcome_figures(money)
            for money in outcomes_in(run).values()
            if run.framework.is_outcome(money.code) or not money.is_nothing
        ],
        bodies=[_body_figures(body, flows) for body, flows in alignment.flows_by(run.every_part, "body").items()],
        rules=[
            RuleFigures(
                rule=share.rule.id if share.rule else "",
                why=share.rule.why if share.rule else "",
                grade=share.rule.evidence_grade if share.rule and not share.rule.none else "",
                flow=flow,
                lines=share.lines,
                amount=share.amount,
            )
            for flow in FLOWS
            for share in rules_of(engine, run, flow=flow)
        ],
        periods=[period_figures(run, stage, year) for stage, year in run.periods],
    )


def period_figures(run: OpenRun, stage: str, fiscal_year: int) -> PeriodFigures:
    """The figures of one stage and year of a run."""
    part = alignment.of_period(run.cube, stage, fiscal_year)
    said, sure = alignment.headline(part), certainty_of(part)
    flows = run.flows_in(stage, fiscal_year)
    return PeriodFigures(
        stage=stage,
        fiscal_year=run.terms.year(fiscal_year),
        total=said.total,
        aligned=said.aligned,
        unaligned=said.unaligned,
        uncovered=said.uncovered,
        memo=said.memo,
        memo_counted=said.memo_counted,
        transfers=said.transfers,
        aligned_share=said.aligned_share,
        gross=flows.gross,
        gross_aligned=said.gross_aligned,
        gross_unaligned=said.gross_unaligned,
        receipts=flows.receipts,
        grades=dict(sure.by_grade),
        aligned_share_low=sure.low,
        aligned_share_high=sure.high,
        kinds=[
            KindOfMoney(
                kind=each.kind,
                apart=each.apart,
                total=each.figures.total,
                aligned=each.figures.aligned,
                unaligned=each.figures.unaligned,
                aligned_share=each.figures.aligned_share,
            )
            for each in figures_by_kind(part)
        ],
        income=flows.income,
        net=flows.net,
        financing=flows.financing,
        bases=[basis_figures(basis, run.terms) for basis in run.bases_in(stage, fiscal_year)],
    )


def basis_figures(basis: Basis, terms: Terms) -> BasisFigures:
    """What one body is counted by, its year as the government writes it."""
    return BasisFigures(
        body=basis.body,
        stage=basis.stage,
        fiscal_year=terms.year(basis.fiscal_year),
        version=basis.version,
        left=list(basis.left),
        flow=basis.flow,
        named=basis.named,
    )


def _outcome_figures(money: OutcomeMoney) -> OutcomeFigures:
    return OutcomeFigures(
        code=money.code,
        name=money.name,
        amount=money.amount,
        gross=money.gross,
        contributing=money.contributing,
        income=money.income,
        grades=dict(money.by_grade),
        rounded=money.rounded,
        contribution=_contribution(money.sides),
    )


def _body_figures(body: str, flows: alignment.Flows) -> BodyFigures:
    return BodyFigures(
        body=body,
        gross=flows.gross,
        receipts=flows.receipts,
        income=flows.income,
        net=flows.net,
        financing=flows.financing,
    )


def _contribution(sides: Sides) -> Contribution:
    return Contribution(
        serves=sides.served,
        against=sides.harmed,
        serves_beside=sides.served_beside,
        neutral=sides.neutral,
        serves_by_strength=dict(sides.serves),
        against_by_strength=dict(sides.against),
    )
