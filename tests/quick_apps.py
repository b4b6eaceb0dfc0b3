"""Applications are made by the hundred in tests, each like the one before: what is alike in all is worked out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from budget_align.services.runs import seen
from budget_align.services.runs.seen import SeenFigures
from budget_align.store import database


class SharedTemplates(BytecodeCache):
    """Templates translated to Python, kept in memory beside what another cache keeps."""

    def __init__(self, beneath: BytecodeCache) -> None:
        self._beneath = beneath
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            self._beneath.load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._beneath.dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


def share_templates(beneath: BytecodeCache) -> None:
    """Lets every application from now on take its templates from one cache."""
    Flask.jinja_options = {"bytecode_cache": SharedTemplates(beneath)}


def write_addresses_when_asked(patch: pytest.MonkeyPatch) -> None:
    """Lets a route work out how its address is written when one is first asked for, and not when it is added: most of
    the time that it takes to make an application. The same route of another application writes it the same way.
    """
    compile_now = Rule._compile_builder
    known: dict[Hashable, Callable[..., tuple[str, str]]] = {}

    def compile_later(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown

        def build(self: Rule, /, **values: Any) -> tuple[str, str]:
            if key not in known:
                known[key] = compile_now(rule, append_unknown)
            return known[key](self, **values)

        return build

    patch.setattr(Rule, "_compile_builder", compile_later)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Lets a statement be written as SQL once for all databases of one kind, and not anew for each test's own."""
    patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
    patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
    written: LRUCache[Any, Any] = LRUCache(2_000)
    patch.setattr(database, "create_engine", partial(create_engine, execution_options={"compiled_cache": written}))


class FiguresOfAllTests(dict[Engine, OrderedDict[Hashable, SeenFigures]]):
    """What was seen of runs, kept for the databases of one kind together: most of them are copies of one."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, OrderedDict[Hashable, SeenFigures]] = {}

    def setdefault(
        self, engine: Engine, default: OrderedDict[Hashable, SeenFigures] | None = None
    ) -> OrderedDict[Hashable, SeenFigures]:
        return self._kinds.setdefault(engine.dialect.name, OrderedDict())

    def clear(self) -> None:
        self._kinds.clear()


def share_figures(patch: pytest.MonkeyPatch) -> None:
    """Lets what a run comes to be worked out once for all tests that open it: its name says all that it is made of."""
    patch.setattr(seen, "_KEPT", FiguresOfAllTests())
    patch.setattr(seen, "_MOST", 50)
