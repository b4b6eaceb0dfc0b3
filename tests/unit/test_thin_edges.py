"""Pages, prints and the interface for software show figures and work none out: what they show comes from one function
of the core or of a service, so that two places never say two things of one figure.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
EDGES = ("budget_align/web", "budget_align/printing", "budget_align/api", "budget_align/cli")
TEMPLATES = [
    *sorted((ROOT / "budget_align/web/templates").rglob("*.html")),
    *sorted((ROOT / "reports").rglob("*.html")),
]
OF_BYTES = ROOT / "budget_align/web/connections.py"
"""It counts what connections bring, and never sees a budget."""

MODULES = sorted(
    path
    for edge in EDGES
    for path in (ROOT / edge).rglob("*.py")
    if "node_modules" not in path.parts and path != OF_BYTES
)

PLACES = {"fiscal_year", "first_row", "rows_shown", "place", "waiting_count", "index0"}
"""What pages count with: years, rows, and places in a list."""

SIZES = {"max_file_mb", "status_code", "seconds", "began", "begun", "last_activity", "label"}
"""Attributes of requests, connections, settings and questions that are no figure of a budget."""

FRAMES = {"sum", "groupby", "cumsum", "mean", "pivot_table", "agg"}


def sums_of_template(source: str) -> list[str]:
    """Where a template works something out, as line and kind."""
    tree = Environment().parse(source)
    found = [f"{each.lineno}: |sum" for each in tree.find_all(nodes.Filter) if each.name == "sum"]
    arithmetic = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
    for kind in arithmetic:
        for each in tree.find_all(kind):
            assert isinstance(each, nodes.BinExpr)
            if not (counts(each.left) and counts(each.right)):
                found.append(f"{each.lineno}: {kind.__name__}")
    return found


def counts(node: nodes.Node | None) -> bool:
    """Whether part of an expression is a place or a number of things, or no number at all."""
    if isinstance(node, nodes.BinExpr):
        return counts(node.left) and counts(node.right)
    if isinstance(node, nodes.CondExpr):
        return counts(node.expr1) and (node.expr2 is None or counts(node.expr2))
    if isinstance(node, nodes.Filter):
        return node.name in ("length", "list")
    if isinstance(node, nodes.Getattr):
        return node.attr in PLACES | SIZES
    if isinstance(node, nodes.Name):
        return node.name in PLACES | {"most"}
    return isinstance(node, nodes.Const | nodes.List)


def sums_of_module(source: str) -> Iterator[str]:
    """Where a module works a figure out, as line and what stands there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            if any(name.split(".")[0] in ("pandas", "numpy") for name in names):
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Name) and called.id == "sum") or (
                isinstance(called, ast.Attribute) and called.attr in FRAMES
            ):
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv):
            figures = [side for side in (node.left, node.right) if isinstance(side, ast.Attribute | ast.Subscript)]
            texts = [side for side in (node.left, node.right) if isinstance(side, ast.JoinedStr | ast.Constant)]
            texts = [side for side in texts if isinstance(side, ast.JoinedStr) or isinstance(side.value, str)]
            for side in figures:
                named = side.attr if isinstance(side, ast.Attribute) else ""
                if named not in SIZES and not texts and not isinstance(side, ast.Subscript):
                    yield f"{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_works_a_figure_out(path: Path) -> None:
    assert sums_of_template(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_edge_works_a_figure_out(path: Path) -> None:
    assert list(sums_of_module(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "template",
    [
        "{{ rows|sum(attribute='amount') }}",
        "{{ (row.amount - row.before)|amount }}",
        "{{ (amount / total if total else none)|percent }}",
        "{% set all.sum = all.sum + row.amount %}",
        "{{ row.share * 100 }}",
    ],
)
def test_a_sum_in_a_template_is_found(template: str) -> None:
    assert sums_of_template(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ run.fiscal_year - 1 }}",
        "{{ found|length - 12 }}",
        "{{ ['a'] + (['b'] if more else []) }}",
        "{{ '%g' % settings.max_file_mb }}",
    ],
)
def test_a_place_in_a_template_is_none(template: str) -> None:
    assert sums_of_template(template) == []


@pytest.mark.parametrize(
    "code",
    [
        "sum(row.amount for row in rows)",
        "int(part['amount'].sum())",
        "part.groupby('body')",
        "import pandas as pd",
        "run.flows.income - served",
        "weight.share * aligned",
    ],
)
def test_a_sum_in_a_module_is_found(code: str) -> None:
    assert list(sums_of_module(code))
