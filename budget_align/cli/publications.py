"""What everyone sees, from the command line: list it, ask for it, publish, return and withdraw it."""

from __future__ import annotations

import click

from budget_align.cli.acting import actor, day
from budget_align.config import load_settings
from budget_align.core.returns.budget_line import STAGES
from budget_align.core.values.fiscal_year import read_year
from budget_align.printing.tables import make_table, print_table
from budget_align.services.governments.database import connect
from budget_align.services.publishing import publications as publishing
from budget_align.services.runs.viewing import open_run


@click.group()
def publications() -> None:
    """What everyone sees: list it, ask for it, publish, return and withdraw it."""


@publications.command("list")
@click.option("--government", default="", help="Of this government; of all without.")
def list_(government: str) -> None:
    """List what is published, what waits, and what stood before."""
    table = make_table("Publications", "#Number", "Government", "Period", "Mapping", "State", "Asked by", "Decided by")
    for each in publishing.list_publications(connect(load_settings()), government):
        who = each.asked_by, each.decided_by
        table.add_row(str(each.id), each.government, each.period, each.mapping, each.state, *who)
    print_table(table)


@publications.command("ask")
@click.argument("run_id", metavar="RUN")
@click.option("--stage", type=click.Choice(STAGES), help="Of this stage; with --year, else all that the run holds.")
@click.option("--year", help="Of this fiscal year, such as 2026-27 or FY2027.")
@click.option("--message", default="", help="What the one who publishes should know.")
@click.option("--by", "due", default="", help="By which day, such as 2027-06-30.")
def ask(run_id: str, stage: str | None, year: str | None, message: str, due: str) -> None:
    """Ask for the figures of a run to become those that everyone sees; someone else publishes them."""
    engine = connect(load_settings())
    run = open_run(engine, run_id=run_id)
    wanted = read_year(year, run.terms.calendar) if year else None
    periods = [p for p in run.periods if stage in (None, p[0]) and wanted in (None, p[1])]
    for number in publishing.ask_to_publish(engine, run.id, periods, actor(), message, day(due)):
        click.echo(f"{number}: {publishing.open_publication(engine, number).period} waits for someone else.")


@publications.command("publish")
@click.argument("number", type=int)
def publish(number: int) -> None:
    """Publish what someone else asked for."""
    engine = connect(load_settings())
    publishing.publish(engine, number, actor())
    found = publishing.open_publication(engine, number)
    click.echo(f"Everyone sees the {found.period} of {found.government} by {found.mapping} now.")


@publications.command("return")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What is to be changed first.")
def return_(number: int, reason: str) -> None:
    """Return what was asked for."""
    publishing.send_back(connect(load_settings()), number, actor(), reason)
    click.echo("Returned.")


@publications.command("withdraw")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why the figures are withdrawn.")
def withdraw(number: int, reason: str) -> None:
    """Take published figures back, so that nothing stands for their period."""
    publishing.withdraw(connect(load_settings()), number, actor(), reason)
    click.echo("Withdrawn; readers see these figures no more.")
