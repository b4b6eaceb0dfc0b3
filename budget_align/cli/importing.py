"""The commands by which workbooks come in: `import`, and the `template` to fill in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from budget_align.cli.acting import actor
from budget_align.cli.progress import progress
from budget_align.cli.starting import start
from budget_align.cli.years import one_year
from budget_align.config import Settings, load_settings
from budget_align.core.returns.budget_line import FLOWS, LEVELS, STAGES
from budget_align.core.returns.budget_version import Version
from budget_align.core.returns.reading import Answers, Reading, TableAnswers
from budget_align.core.values.money import Unit, parse_amount
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.printing.questions import describe, questions_as_json, show_questions
from budget_align.printing.runs import show_import
from budget_align.services.governments.governments import terms_of
from budget_align.services.governments.installation import usual_terms
from budget_align.services.people.markings import refuse_unknown
from budget_align.services.returns.annotating import make_template
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import discard, kept_answers, read_draft, settle
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.bodies import state_levels

_UNITS = {"units": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}
_ALIASES = {"pounds": "units"}
"""Words that scripts may go on using: one unit, of whatever currency the government counts in."""


class _UnitChoice(click.Choice[str]):
    """The units in which amounts may stand, by their words or by those that mean the same."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(super().convert(_ALIASES.get(value, value), param, ctx))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--government", help="Whose budget it is; config.toml names the usual one.")
@click.option("--body", default="", help="The department, where the workbook does not say.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage, where the workbook does not say.")
@click.option("--flow", type=click.Choice(FLOWS), help="Which way the money goes, where the workbook does not say.")
@click.option(
    "--version",
    "version",
    default="",
    help="The version within the stage: original, final, or revised with a label and a day, such as "
    '"revised (autumn, 2025-11-26)".',
)
@click.option("--unit", type=_UnitChoice(list(_UNITS)), help="The unit of amounts, where the workbook does not say.")
@click.option("--year", help="The fiscal year, such as 2026-27 or FY2027, where the workbook does not say.")
@click.option("--replace", "overlap", flag_value="replace", help="Replace returns for the same bodies and years.")
@click.option("--add", "overlap", flag_value="add", help="Add to returns for the same bodies and years.")
@click.option("--level", type=click.Choice(LEVELS), help="The level of government of its bodies.")
@click.option("--only", multiple=True, metavar="SHEET", help="Count only this sheet; may be given again.")
@click.option("--answer", "answers_given", multiple=True, metavar="ID=VALUE", help="Answer a question; again for more.")
@click.option("--total", help="What it should come to, as the department published it.")
@click.option("--marking", default="", help="How the return is marked, such as OFFICIAL-SENSITIVE.")
@click.option("--profile/--no-profile", default=True, help="Read as was confirmed for workbooks of the same shape.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(
    file: Path,
    government: str | None,
    body: str,
    stage: str | None,
    flow: str | None,
    version: str,
    unit: str | None,
    year: str | None,
    overlap: Any,
    level: str | None,
    only: tuple[str, ...],
    answers_given: tuple[str, ...],
    total: str | None,
    marking: str,
    profile: bool,
    as_json: bool,
) -> None:
    """Read a department's workbook, set it beside its own totals, and store its lines."""
    settings, engine = start()
    whose = government or settings.government
    terms = terms_of(engine, whose, settings)
    # What is said on the command line is looked at before the workbook is.
    fiscal_year = one_year(year, terms.calendar)
    stated = str(Version.parse(version)) if version else ""
    settled, should_be = _given_answers(answers_given), _one_amount(total, terms)
    refuse_unknown(settings.markings, whose, marking)
    with progress("Reading sheets") as step:
        received = receive(
            engine, settings, file.read_bytes(), file.name, whose, actor(), progress=step, marking=marking
        )
    if received.draft_id is None:
        show_import(received.reading, whose, terms, received.submission_id, known=True, as_json=as_json)
        return
    with _forgotten_where_refused(engine, received.draft_id):
        kept = kept_answers(engine, received.draft_id) if profile else Answers()
        answers = kept.model_copy(
            update={
                "body": body,
                "stage": stage or "",
                "flow": flow or "",
                "version": stated,
                "unit": Unit(multiplier=_UNITS[unit]) if unit else None,
                "fiscal_year": fiscal_year,
                "settled": settled,
                "total": should_be,
            }
        )
        settle(engine, settings, received.draft_id, _only_sheets(received.reading, answers, only), actor=actor())
        reading = _ask(engine, settings, received.draft_id, terms, as_json=as_json)
        with progress("Storing lines") as step:
            stored = confirm(
                engine, settings, received.draft_id, actor(), None, overlap, lambda done, of: step(done, of, "")
            )
    if level is not None:
        state_levels(engine, whose, dict.fromkeys(reading.lines["body"].unique().tolist(), level), actor())
    show_import(reading, whose, terms, stored, known=False, as_json=as_json)


@contextmanager
def _forgotten_where_refused(engine: Engine, draft_id: int) -> Iterator[None]:
    """Discards a workbook that is refused, and says which options may help.

    Raises:
        RefusedError: it was refused.
    """
    try:
        yield
    except RefusedError as refusal:
        discard(engine, draft_id, actor())
        hints = {
            "questions": "Give --answer ID=VALUE, --total, --body, --stage, --flow, --version, --unit, --year, --only.",
            "overlap": "Give --replace or --add.",
        }
        raise RefusedError(
            refusal.code, f"{refusal.message} {hints.get(refusal.code, '')}".strip(), kind=refusal.kind
        ) from refusal


def _ask(engine: Engine, settings: Settings, draft_id: int, terms: Terms, *, as_json: bool) -> Reading:
    """Asks what is open where someone sits at the terminal, shows what stays open, and returns the reading."""
    reading = read_draft(engine, settings, draft_id)
    if reading.questions and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        reading = _ask_one_by_one(engine, settings, draft_id, reading, terms)
    if reading.questions and as_json:
        click.echo(questions_as_json(reading.questions, terms))
    elif reading.questions:
        show_questions(reading.questions, terms)
    return reading


def _given_answers(given: tuple[str, ...]) -> dict[str, str]:
    """The answers of the command line by the question's id.

    Raises:
        RefusedError: one is not written as ID=VALUE.
    """
    found: dict[str, str] = {}
    for each in given:
        name, _, value = each.partition("=")
        if not (name and value):
            raise RefusedError("bad-answer", f"{each!r} answers nothing; write it as ID=VALUE, as the question says.")
        found[name] = value
    return found


def _one_amount(text: str | None, terms: Terms) -> int | None:
    """The amount that a person states, in minor units.

    Raises:
        RefusedError: it is none.
    """
    if text is None:
        return None
    amount = parse_amount(text, Unit(), terms.currency)
    if amount is None:
        raise RefusedError("bad-amount", f"{text!r} is no amount; write it in figures, such as {terms.plain(123456)}.")
    return amount


def _ask_one_by_one(engine: Engine, settings: Settings, draft_id: int, reading: Reading, terms: Terms) -> Reading:
    """Asks whoever sits at the terminal until nothing is open, or they leave a question."""
    while reading.questions:
        question = reading.questions[0]
        click.echo(f"\n{question.prompt}")
        for number, option in enumerate(question.options, 1):
            click.echo(f"  {number}. {describe(option, terms)}")
        values = [option.value for option in question.options]
        usual = str(values.index(question.guess) + 1) if question.guess in values else question.guess
        said = click.prompt("Your answer, or nothing to leave it", default=usual, show_default=bool(usual)).strip()
        if not said:
            break
        chosen = values[int(said) - 1] if values and said.isdigit() and 0 < int(said) <= len(values) else said
        if values and chosen not in values:
            click.echo("Choose one of the numbers.")
            continue
        kept = kept_answers(engine, draft_id)
        answers = kept.model_copy(update={"settled": {**kept.settled, question.id: chosen}})
        settle(engine, settings, draft_id, answers, actor=actor())
        reading = read_draft(engine, settings, draft_id)
    return reading


def _only_sheets(reading: Reading, answers: Answers, only: tuple[str, ...]) -> Answers:
    """The answers with the tables of all other sheets shown and not counted."""
    if not only:
        return answers
    unknown = set(only) - set(reading.sheets)
    if unknown:
        raise RefusedError(
            "unknown-sheet", f"There is no sheet {min(unknown)!r}; the workbook has {', '.join(reading.sheets)}."
        )
    tables = {
        table.key: answers.tables.get(table.key, TableAnswers()).model_copy(update={"counted": table.sheet in only})
        for table in reading.tables
    }
    return answers.model_copy(update={"tables": tables})


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The .xlsx.")
def template(out: Path) -> None:
    """Write a workbook for a department to fill in."""
    out.write_bytes(make_template(usual_terms(load_settings())))
    click.echo(f"Wrote {out}.")
