"""The command line: budget-align.

Exit codes: 0 done; 1 something broke, or the record does not hold; 2 the input or the words of the command are refused,
and nothing was stored; 3 a person must settle something first, and nothing was stored.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from budget_align.core.values.refusal import RefusedError
from budget_align.services.record.requests import request

ASK_A_PERSON = 3

_COMMANDS: Final = {
    "audit": ("audit", "The record of all that was done: verify it, show its head, and export it."),
    "backup": ("operating", "Write all that this installation keeps to a file, while the service runs."),
    "check": ("operating", "Say what is unsafe or missing before people rely on this installation."),
    "demo": ("allocating", "Load the demonstration government."),
    "frameworks": ("frameworks", "List the frameworks in use, and the mappings that come with the product."),
    "import": ("importing", "Read a department's workbook, set it beside its own totals, and store its lines."),
    "inspect": ("inspecting", "Say what a workbook is taken for."),
    "people": ("people", "Who may sign in and do what."),
    "publications": ("publications", "What everyone sees: list it, ask for it, publish, return and withdraw it."),
    "remind": ("operating", "Send the mails by which people learn that something waits for them."),
    "report": ("allocating", "Write the alignment report of a run as a PDF."),
    "restore": ("operating", "Bring a backup back into an installation that holds nothing."),
    "run": ("allocating", "Allocate every line in force to the outcomes of a framework."),
    "serve": ("serving", "Start the service with a production web server."),
    "template": ("importing", "Write a workbook for a department to fill in."),
}
"""The module of each command, and what it does in a line. Only the module of the one asked for is loaded: the database,
the charts and the statistics take longer to load than a small workbook takes to read.
"""


def _use_folder(_context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    """Lets settings, and every process that this one starts, find the data folder that was asked for."""
    if folder is not None:
        os.environ["BUDGET_ALIGN_DATA_FOLDER"] = str(folder.resolve())


_DATA: Final = click.Option(
    ["--data"],
    type=click.Path(file_okay=False, path_type=Path),
    expose_value=False,
    callback=_use_folder,
    help="The folder of the database and what else is kept; config.toml says otherwise.",
)


class _Commands(click.Group):
    """Tells refusals in one sentence on standard error, with the exit code that fits."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"budget_align.cli.{_COMMANDS[cmd_name][0]}")
        command = getattr(module, "import_" if cmd_name == "import" else cmd_name)
        assert isinstance(command, click.Command)
        if _DATA not in command.params:
            command.params.append(_DATA)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with request():
                return super().invoke(ctx)
        except RefusedError as refusal:
            click.echo(f"Refused: {refusal.message}", err=True)
            ctx.exit(ASK_A_PERSON if refusal.kind == "question" else 2)


@click.group(cls=_Commands)
@click.version_option(package_name="budget-align")
def main() -> None:
    """Move the money of a budget from the organisation that holds it to the outcomes it serves."""
