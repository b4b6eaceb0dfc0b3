"""The command that says what a workbook is taken for; it needs no database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from budget_align.config import load_settings
from budget_align.core.returns.inspection import Inspection
from budget_align.services.governments.installation import usual_terms
from budget_align.services.returns.inspecting import inspect_file


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: every table in cell addresses.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of what --json prints.")
@click.option("--annotate", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write FILE marked.")
def inspect(file: Path | None, as_json: bool, schema: bool, annotate: Path | None) -> None:
    """Say what a workbook is taken for: tables, roles, totals, doubts. Nothing is stored."""
    if schema:
        click.echo(json.dumps(Inspection.model_json_schema(), indent=2))
        return
    if file is None:
        raise click.UsageError("Name a workbook.")
    settings, data = load_settings(), file.read_bytes()
    inspection = inspect_file(settings, data, file.name)
    if annotate is not None:
        # Marking a workbook needs the database's tables and the writer of workbooks, which take their time to load.
        from budget_align.services.returns.annotating import annotate_file

        annotate.write_bytes(annotate_file(settings, data, file.name))
    if as_json:
        click.echo(inspection.model_dump_json())
        return
    # For a person only: what draws tables takes its time to load.
    from budget_align.printing.inspections import show_inspection

    show_inspection(inspection, usual_terms(settings))
    if annotate is not None:
        click.echo(f"Wrote {annotate}: the workbook with every finding marked.")
