"""The command that lists frameworks and mappings; it loads little, since its work is done at once."""

from __future__ import annotations

import json

import click

from budget_align.config import load_settings
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.listing import list_quickly


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def frameworks(as_json: bool) -> None:
    """List the frameworks in use, and the mappings that come with the product."""
    known = list_quickly(load_settings())
    if as_json:
        said = {
            "frameworks": [
                {
                    "code": f.code,
                    "name": f.name,
                    "version": f.version,
                    "missions": len(f.missions),
                    "outcomes": len(list(f.outcomes())),
                    "indicators": f.indicator_count(),
                }
                for f in known.values()
            ],
            "mappings": [
                {"name": m.name, "title": m.title, "framework": m.framework, "rules": len(m.rules)}
                for m in catalogue.mappings().values()
            ],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    # For a person only: what draws tables takes its time to load.
    from budget_align.printing.tables import make_table, print_table

    table = make_table("Frameworks", "Code", "Name", "Version", "#Missions", "#Outcomes", "#Indicators")
    for f in known.values():
        counts = (len(f.missions), len(list(f.outcomes())), f.indicator_count())
        table.add_row(f.code, f.name, f.version, *map(str, counts))
    print_table(table)
    table = make_table("Mappings", "Name", "Title", "Framework", "#Rules")
    for m in catalogue.mappings().values():
        table.add_row(m.name, m.title, m.framework, str(len(m.rules)))
    print_table(table)
