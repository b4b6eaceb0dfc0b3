"""Tables as the command line prints them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table


def make_table(title: str, *columns: str) -> Table:
    """A table; a column whose name begins with # holds numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name in columns:
        table.add_column(name.lstrip("#"), justify="right" if name.startswith("#") else "left", no_wrap=name[0] == "#")
    return table


def print_table(what: object) -> None:
    """Prints a table, as wide as it is where nobody looks at a screen."""
    console = Console()
    # A file or a pipe has no width: nothing is folded there.
    (console if console.is_terminal else Console(width=180)).print(what)
