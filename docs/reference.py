"""Writes the pages of every command and every setting from the code: `python docs/reference.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from budget_align.cli import main
from budget_align.config import Settings

DOCS = Path(__file__).resolve().parent
CONFIG = DOCS.parent / "config.toml"


def commands() -> str:
    """The page of commands."""
    context = click.Context(main, info_name="budget-align")
    return "# Commands\n\n" + "\n".join(_describe(main, context)) + "\n"


def _describe(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, parent=context, info_name=name)
        yield f"## `{inner.command_path}`\n"
        yield f"{' '.join((command.help or '').split())}\n"
        if isinstance(command, click.Group):
            yield from _describe(command, inner)
            continue
        yield "| word | what it says |\n| --- | --- |"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                written = ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
                yield f"| {written} | {_cell(parameter.help or '')} |"
            else:
                yield f"| `{parameter.human_readable_name}` | |"
        yield ""


def settings() -> str:
    """The page of settings: what `config.toml` says of each."""
    said: list[str] = []
    rows = []
    within = False
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        table = re.fullmatch(r"(?:# )?\[(\w+)\]", line)
        single = re.match(r"(\w+) = (.+)", line)
        if not line:
            said, within = [], False
        elif within:
            continue
        elif table or single:
            name, value = (table[1], "a table") if table else (single[1], f"`{single[2]}`") if single else ("", "")
            assert name in Settings.model_fields, name
            rows.append(f"| `{name}` | {value} | {_cell(' '.join(said)) or 'see above'} |")
            said, within = [], bool(table)
        elif line.startswith("#"):
            said.append(line.removeprefix("#").strip())
    head = (
        "# Settings\n\nEach stands in `config.toml`, or in an environment variable that goes before it: "
        "`BUDGET_ALIGN_` and its name in capitals. The folder in which data is kept is also given by `--data`. Where "
        "the file is not the installation's own, but the one that the package brings, data stands where the platform "
        "keeps it.\n\n"
        "| setting | as it comes | what it says |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


PAGES = {"commands.md": commands, "settings.md": settings}

if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
