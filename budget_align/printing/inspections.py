"""What the command line prints of a workbook that it inspected."""

from __future__ import annotations

import click

from budget_align.core.returns.inspection import Inspection
from budget_align.core.values.terms import Terms
from budget_align.printing.questions import show_questions
from budget_align.printing.tables import make_table, print_table


def show_inspection(inspection: Inspection, terms: Terms) -> None:
    """Prints what a workbook was taken for, a line a table, and what only a person can say."""
    table = make_table(
        f"{inspection.file_name} ({inspection.file_format})",
        "Sheet",
        "Range",
        "Title",
        "Body",
        "Stage",
        "Unit",
        "Years",
        "#Amounts",
        "#Totals",
        "#Reconciled",
        "Counted",
        "Standing",
    )
    for sheet in inspection.sheets:
        for each in sheet.tables:
            down = [total for total in each.totals if total.direction == "down" and total.reconciled is not None]
            table.add_row(
                sheet.name,
                each.range,
                each.title[:50],
                _belief(each.body.value, each.body.confidence),
                _belief(each.stage.value, each.stage.confidence),
                _belief(each.unit.value, each.unit.confidence),
                _years(each.years, terms),
                f"{len(each.amount_cells):,}" if each.is_money else "no money",
                f"{len(down):,}",
                f"{len([total for total in down if total.reconciled]):,}",
                each.counted.value,
                each.standing.value,
            )
        if not sheet.tables:
            table.add_row(sheet.name, "", f"({sheet.kind})", *[""] * 9, style="dim")
    print_table(table)
    columns = make_table("Columns", "Sheet", "Column", "Header", "Taken for", "#Sure", "Why")
    for sheet in inspection.sheets:
        for each in sheet.tables:
            for column in each.columns:
                years = f", {terms.year(column.fiscal_year)}" if column.fiscal_year else ""
                columns.add_row(
                    sheet.name,
                    column.letter,
                    column.header[:40],
                    f"{column.role.replace('_', ' ')}{years}",
                    f"{column.confidence:.0%}",
                    column.evidence[:70],
                )
    print_table(columns)
    show_questions(inspection.questions, terms)
    if not inspection.questions:
        click.echo("Nothing is left to ask.")


def _belief(value: str, confidence: float) -> str:
    return f"{value[:34]} ({confidence:.0%})" if value else "?"


def _years(years: list[int], terms: Terms) -> str:
    if not years:
        return "?"
    first, last = terms.year(years[0]), terms.year(years[-1])
    return first if first == last else f"{first} to {last}"
