"""The commands of whoever runs an installation: is it safe, take it away, bring it back."""

from __future__ import annotations

import json
from pathlib import Path

import click

from budget_align.cli.starting import start
from budget_align.config import load_settings
from budget_align.core.values.refusal import RefusedError
from budget_align.printing.tables import make_table, print_table
from budget_align.services.approvals import reminding
from budget_align.services.operation import backups
from budget_align.services.operation.checking import look


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Say what is unsafe or missing before people rely on this installation."""
    settings, engine = start()
    found = look(engine, settings)
    if as_json:
        click.echo(json.dumps([remark.__dict__ for remark in found], ensure_ascii=False, indent=2))
    else:
        table = make_table("Before production", "Grade", "About", "What")
        for remark in found:
            table.add_row(remark.grade, remark.about, remark.what)
        print_table(table)
    unsafe = len([remark for remark in found if remark.grade == "unsafe"])
    if unsafe:
        raise RefusedError("unsafe", f"{unsafe} of this is unsafe.")


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def backup(out: Path) -> None:
    """Write all that this installation keeps to a file, while the service runs."""
    settings, engine = start()
    taken = backups.back_up(engine, settings, out)
    click.echo(
        f"Wrote {out}: {taken.row_count:,} rows, as they stood at {taken.taken_at}. Keep it as safe as they are."
    )
    if taken.broken_event is not None:
        raise RefusedError(
            "broken-trail", f"Event {taken.broken_event} of the audit trail does not follow from the one before it."
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only-check", is_flag=True, help="Make sure that the file is whole, and bring nothing back.")
def restore(file: Path, only_check: bool) -> None:
    """Bring a backup back into an installation that holds nothing."""
    if only_check:
        found = backups.check(file)
        click.echo(f"{file} is whole: {found.row_count:,} rows, as they stood at {found.taken_at}.")
        return
    settings, engine = start()
    found = backups.restore(engine, settings, file)
    click.echo(
        f"Brought back {found.row_count:,} rows, as they stood at {found.taken_at}; all sums and the trail hold."
    )


@click.command()
def remind() -> None:
    """Send the mails by which people learn that something waits for them, as a running service does each minute."""
    mail = load_settings().mail
    if mail is None:
        raise RefusedError("no-mail", "No mail server is set; see [mail] in config.toml.")
    _, engine = start()
    count = reminding.remind(engine, mail)
    click.echo(f"{count} mail{'s' if count != 1 else ''} sent.")
