"""What is marked so that few may see it, what of it shows, and who asks for it at every address."""

from __future__ import annotations

import html
import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from flask import Flask
from sqlalchemy import Engine

from budget_align.services import demonstration
from budget_align.services.people.sign_ins import begin_sign_in
from budget_align.web.people import gate
from tests.workbooks import drawn

OURS = demonstration.GOVERNMENT
BODY, PROGRAMME, SCENARIO, NAME = "Directorate Umbra", "Project Halcyon", "If Halcyon went on", "umbra-draft.xlsx"
WORDS = ("Umbra", "umbra", "Halcyon", "Penumbra")
AMOUNT = 7_654_321_098_00
RETURN = drawn(f"{BODY}\nBudget 2026-27, £\n\nLine | 2026-27\n{PROGRAMME} | {AMOUNT // 100}\nOther | 1")
DRAFT = drawn("Directorate Penumbra\nBudget 2026-27, £\n\nLine | 2026-27\nProject Halcyon | 80")
THOROUGH = bool(os.environ.get("BUDGET_ALIGN_THOROUGH"))
"""Whether everyone goes everywhere, which takes minutes; otherwise one goes who may what all of them may."""


@dataclass(frozen=True)
class Marked:
    """What is marked, by how addresses name it."""

    submission_id: int
    draft_id: int
    scenario_id: int
    publication_id: int
    run: str


def addresses(app: Flask, marked: Marked, *, all_of_them: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every address with every id of what is marked, and bare where it needs none; what a form would name beside it."""
    given = {
        "submission_id": [marked.submission_id],
        "draft_id": [marked.draft_id],
        "scenario_id": [marked.scenario_id],
        "publication_id": [marked.publication_id, marked.publication_id + 1],
        "version_id": [1, 2],
        "government": [OURS],
        "name": [OURS],
        "body": [BODY],
        "code": ["sdg-03"],
    }
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        if rule.endpoint in ("static", "accounts.sign_out", "healthz", "readyz", "provider.begin", "provider.back"):
            continue
        paths = [rule.rule]
        for argument in rule.arguments:
            paths = [
                re.sub(rf"<(\w+:)?{argument}>", quote(str(value)), path)
                for path in paths
                for value in given.get(argument, ["1"])
            ]
        action = gate.GATES[rule.endpoint].action
        for path in paths:
            if "GET" in methods and (all_of_them or rule.endpoint != "figures.report"):
                yield "GET", path, {}
            if "GET" in methods and (all_of_them or action not in ("", "own")) and not rule.arguments & set(given):
                yield "GET", f"{path}?run={marked.run[:16]}&id={marked.scenario_id}&body={quote(BODY)}", {}
            if "POST" in methods:
                kinds = [("return", marked.submission_id), ("run", marked.run), ("draft", marked.draft_id)]
                for kind, subject in (
                    kinds if all_of_them or rule.endpoint in ("markings.change", "approvals.say") else kinds[:1]
                ):
                    form = {"run": marked.run, "government": OURS, "kind": kind, "subject": str(subject), "text": "?"}
                    yield "POST", path, form


def told(answer: object) -> str:
    """All that an answer says, inside workbooks too."""
    data = answer.data  # type: ignore[attr-defined]
    said = [str(answer.headers), html.unescape(data.decode("utf-8", "ignore"))]  # type: ignore[attr-defined]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            said += [parts.read(name).decode("utf-8", "ignore") for name in parts.namelist()]
    return "\n".join(said)


def shows(said: str, sent: str) -> list[str]:
    """What of the secret an answer shows beside what was sent."""
    figures = [f"{AMOUNT // 100:,}", str(AMOUNT), str(AMOUNT // 100)]
    if BODY in unquote(sent):
        # What was asked for stands in links that lead back.
        said = unquote(unquote(said)).replace("+", " ").replace(BODY, "")
    return [word for word in (*WORDS, *figures) if word in said]


def walk(
    app: Flask, engine: Engine, marked: Marked, email: str | None, only: str = ""
) -> tuple[int, dict[str, list[str]], set[int]]:
    """Asks for every address as someone; how many, what showed what, and which answers there were."""
    found: dict[str, list[str]] = {}
    statuses, count = set(), 0
    client = app.test_client()
    if email:
        with client.session_transaction() as kept:
            kept["_user_id"] = begin_sign_in(engine, email)
    for method, path, form in addresses(app, marked, all_of_them=THOROUGH):
        if only not in f"{method} {path}":
            continue
        answer = client.open(path, method=method, data=form or None)
        count += 1
        statuses.add(answer.status_code)
        seen = shows(told(answer), quote(path) + path)
        if seen:
            found[f"{method} {path}"] = seen
    return count, found, statuses
