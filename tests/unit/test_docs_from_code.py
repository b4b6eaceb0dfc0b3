"""What the documentation draws and lists from the code is what the code is now; `make docs` writes it anew."""

from __future__ import annotations

import runpy
from typing import Any

import click

from budget_align.cli import main
from budget_align.config import Settings
from tests.conftest import ROOT

DOCS = ROOT / "docs"
SAY = "run make docs, and keep what it writes"


def script(*path: str) -> dict[str, Any]:
    return runpy.run_path(str(DOCS.joinpath(*path)))


def test_the_picture_of_the_rooms_is_of_the_imports_as_they_are() -> None:
    assert script("architecture", "draw.py")["draw"]() == (DOCS / "architecture" / "rooms.svg").read_text(), SAY


def test_every_command_and_setting_stands_in_the_docs() -> None:
    for name, write in script("reference.py")["PAGES"].items():
        assert write() == (DOCS / name).read_text(), SAY
    settings = (DOCS / "settings.md").read_text()
    assert [name for name in Settings.model_fields if f"`{name}`" not in settings] == []


def test_a_command_is_listed_with_what_it_does() -> None:
    context = click.Context(main)
    said = main.get_help(click.Context(main, terminal_width=200, max_content_width=200))
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        (line,) = [line.strip() for line in said.splitlines() if line.startswith(f"  {name} ")]
        assert command.help is not None
        first = line.removeprefix(name).strip().rstrip(".")
        assert " ".join(command.help.split()).startswith(first), f"{line!r} beside {command.help!r}"
