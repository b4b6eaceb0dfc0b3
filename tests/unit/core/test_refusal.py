"""What a refusal is like, and that pages, API and command line answer by that alone."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from budget_align.api.statuses import STATUSES
from budget_align.core.values import refusal
from budget_align.core.values.refusal import Kind, RefusedError, kind_of_refusal
from tests.conftest import ROOT

ROOMS = ("budget_align", "importers", "reports")


def sources() -> str:
    return "\n".join(path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def test_a_refusal_says_its_kind_by_its_reason_unless_told_otherwise() -> None:
    assert RefusedError("no-run", "None.").kind == "missing"
    assert RefusedError("anything-else", "None.").kind == "invalid"
    told = RefusedError("no-token", "None.", kind="stranger", field="token")
    assert (told.kind, told.field, told.code, told.message) == ("stranger", "token", "no-token", "None.")


def test_every_reason_that_has_a_kind_is_given_somewhere() -> None:
    given = set(re.findall(r"RefusedError\(\s*\"([a-z-]+)\"", sources()))
    assert set(refusal._KIND_OF) <= given


def test_http_says_every_kind() -> None:
    assert set(STATUSES) == set(get_args(Kind))


@pytest.mark.parametrize(("code", "kind"), [("overlap", "question"), ("own-work", "forbidden"), ("too-slow", "busy")])
def test_some_kinds(code: str, kind: str) -> None:
    assert kind_of_refusal(code) == kind


def test_pages_and_interface_tell_refusals_apart_by_kind() -> None:
    """Where one reason alone is meant, as that a scenario is gone, it may be named; lists of reasons stand in one place."""
    lists = r"refusal\.code in|\.get\(\s*refusal\.code"
    edges = [path for room in ("web", "api") for path in (ROOT / "budget_align" / room).rglob("*.py")]
    assert [path.name for path in edges if re.search(lists, path.read_text())] == []
