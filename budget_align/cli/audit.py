"""The record, from the command line: whether it holds, its head, and all of it for an auditor."""

from __future__ import annotations

from pathlib import Path

import click

from budget_align.config import load_settings
from budget_align.core.record.chain import Head
from budget_align.services.governments.database import connect
from budget_align.services.record import trail

_BROKEN = 1


@click.group()
def audit() -> None:
    """The record of all that was done: verify it, show its head, and export it."""


@audit.command("verify")
@click.option("--head", "kept", help="A head that was kept elsewhere, such as in a report, that the record must hold.")
@click.pass_context
def verify(ctx: click.Context, kept: str | None) -> None:
    """Look at every event, and name those that were altered, are missing or were moved; ends with 1 where any is."""
    breaks, head = trail.verify(connect(load_settings()), Head.parse(kept) if kept else None)
    for each in breaks:
        click.echo(each.what, err=True)
    if breaks:
        count = len(breaks)
        click.echo(f"The record does not hold: {count} fault{'s' if count > 1 else ''}.", err=True)
        ctx.exit(_BROKEN)
    click.echo(f"The record holds: {head.id if head else 0:,} events." + (f" Its head is {head}." if head else ""))


@audit.command("head")
def head() -> None:
    """Show the head of the record, to be kept elsewhere."""
    _, found = trail.verify(connect(load_settings()))
    click.echo(str(found) if found else "The record is empty.")


@audit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(file: Path) -> None:
    """Write every event, with its hash, as JSON lines; docs/record.md says how anybody checks them."""
    engine = connect(load_settings())
    with file.open("wb") as out:
        count = trail.export(engine, out)
    click.echo(f"Wrote {count:,} events to {file}.")
