"""The command line: budget-align.

Exit codes: 0 done; 1 something broke; 2 the input or the words of the command are refused, and nothing was stored;
3 a person must settle something first, and nothing was stored.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from budget_align.core.values.refusal import RefusedError

ASK_A_PERSON = 3

_COMMANDS: Final = {
    "backup": "operating",
    "check": "operating",
    "demo": "commands",
    "frameworks": "commands",
    "import": "commands",
    "inspect": "inspecting",
    "people": "people",
    "report": "commands",
    "restore": "operating",
    "run": "commands",
    "serve": "commands",
    "template": "commands",
}
"""The module of each command. Only that of the one asked for is loaded: the database, the charts and the statistics
take longer to load than a small workbook takes to read.
"""


class _Commands(click.Group):
    """Tells refusals in one sentence on standard error, with the exit code that fits."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"budget_align.cli.{_COMMANDS[cmd_name]}")
        command = getattr(module, "import_" if cmd_name == "import" else cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RefusedError as refusal:
            click.echo(f"Refused: {refusal.message}", err=True)
            ctx.exit(ASK_A_PERSON if refusal.code in ("questions", "overlap", "which-government") else 2)


@click.group(cls=_Commands)
@click.version_option(package_name="budget-align")
def main() -> None:
    """Move the money of a budget from the organisation that holds it to the outcomes it serves."""
