"""The commands that allocate: `run`, the `report` of a run, and the `demo` of it all."""

from __future__ import annotations

import json
from pathlib import Path

import click

from budget_align.cli.acting import actor
from budget_align.cli.progress import progress
from budget_align.cli.starting import start
from budget_align.cli.years import one_year
from budget_align.core.returns.budget_line import LEVELS, STAGES
from budget_align.core.values.refusal import RefusedError
from budget_align.printing.runs import show_run
from budget_align.services import demonstration
from budget_align.services.governments.governments import terms_of
from budget_align.services.mappings.versions import find_mapping
from budget_align.services.runs.reporting import build_pdf
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.running import choose_government, run_allocation
from budget_align.services.runs.viewing import open_run


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where anything was imported already.")
def demo(if_empty: bool) -> None:
    """Load the demonstration government: workbooks, indicators, a consultation, a mapping, a run and accounts."""
    settings, engine = start()
    demonstration.refuse_in_production(settings)
    if if_empty and not demonstration.is_empty(engine):
        return
    run_id = demonstration.load_demonstration(engine, settings, progress=click.echo)
    click.echo(f"Loaded {demonstration.GOVERNMENT}; run {run_id[:12]}.")


@click.command()
@click.option("--mapping", required=True, help="The mapping's name; `budget-align frameworks` lists them.")
@click.option("--government", help="Whose budget; the one with returns where there is only one.")
@click.option("--year", help="The fiscal year to show, such as 2026-27 or FY2027; the latest without it.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage to show; the budget without it.")
@click.option(
    "--version",
    "versions",
    multiple=True,
    metavar="BODY=VERSION",
    help="Take this version of a body's budgets instead of the newest, such as Health=original; may be repeated.",
)
@click.option("--lens", default="", help="See the figures through another framework, by its code.")
@click.option(
    "--level", type=click.Choice(LEVELS), multiple=True, help="Only this level of government; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(
    mapping: str,
    government: str | None,
    year: str | None,
    stage: str | None,
    versions: tuple[str, ...],
    lens: str,
    level: tuple[str, ...],
    as_json: bool,
) -> None:
    """Allocate every line in force to the outcomes of a framework."""
    settings, engine = start()
    whose = choose_government(engine, government, settings.government)
    shown = one_year(year, terms_of(engine, whose, settings).calendar)
    chosen, version_id = find_mapping(engine, whose, mapping)
    with progress("Storing allocations") as step:
        result = run_allocation(
            engine,
            chosen,
            whose,
            actor(),
            lambda done, of: step(done, of, ""),
            version_id=version_id,
            versions=_named_versions(versions),
        )
    opened = open_run(engine, run_id=result.id, stage=stage, year=shown, levels=level or None, lens=lens)
    if as_json:
        click.echo(json.dumps(figures_of(engine, opened).model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        show_run(opened)


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The PDF.")
@click.option("--run", "run_id", help="The run; without it the published one, else the newest.")
@click.option("--government", help="Whose run; config.toml names the usual one.")
@click.option("--year", help="The fiscal year, such as 2026-27 or FY2027; the latest without it.")
@click.option("--stage", type=click.Choice(STAGES), help="The stage; the budget without it.")
def report(out: Path, run_id: str | None, government: str | None, year: str | None, stage: str | None) -> None:
    """Write the alignment report of a run as a PDF."""
    settings, engine = start()
    whose = None if run_id else choose_government(engine, government, settings.government)
    calendar = open_run(engine, run_id=run_id, government=whose).terms.calendar
    opened = open_run(engine, run_id=run_id, government=whose, stage=stage, year=one_year(year, calendar))
    if not out.parent.is_dir():
        raise RefusedError("no-folder", f"There is no folder {out.parent}; make it first.")
    out.write_bytes(build_pdf(engine, opened))
    click.echo(f"Wrote {out}: {opened.stage} {opened.year_label}, total {opened.terms.amount(opened.figures.total)}.")
    click.echo(opened.standing.describe())


def _named_versions(said: tuple[str, ...]) -> dict[str, str]:
    """Versions by body, as they were written: BODY=VERSION."""
    named: dict[str, str] = {}
    for each in said:
        body, separator, version = each.rpartition("=")
        if not separator or not body.strip():
            raise RefusedError("bad-version", f"{each!r} names no body and version; write it as BODY=original.")
        named[body.strip()] = version.strip()
    return named
