"""The frameworks, mappings and crosswalks that come with the product, checked when they are loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from budget_align.core.frameworks.framework import Framework, parse_framework
from budget_align.core.rules.mapping import Mapping, parse_mapping
from budget_align.core.values.refusal import RefusedError

if TYPE_CHECKING:
    from budget_align.core.lenses.crosswalk import Crosswalk


@cache
def frameworks() -> dict[str, Framework]:
    """The bundled frameworks by code.

    Raises:
        RefusedError: one of them is not as it should be; the sentence names its file.
    """
    found = (parse_framework(facts, name) for name, facts in _read("frameworks"))
    return {framework.code: framework for framework in found}


@cache
def mappings() -> dict[str, Mapping]:
    """The bundled mappings by name, each checked against its framework."""
    found = (parse_mapping(facts, frameworks(), name) for name, facts in _read("mappings"))
    return {mapping.name: mapping for mapping in found}


@cache
def crosswalks() -> tuple[Crosswalk, ...]:
    """The bundled crosswalks, each checked against both its frameworks."""
    # Whoever lists frameworks does not wait for the frames that money is moved in to be loaded.
    from budget_align.core.lenses.crosswalk import parse_crosswalk

    return tuple(parse_crosswalk(facts, frameworks(), name) for name, facts in _read("crosswalks"))


def framework(code: str) -> Framework:
    """The bundled framework of that code.

    Raises:
        RefusedError: there is none.
    """
    found = frameworks().get(code)
    if found is None:
        known = ", ".join(frameworks())
        raise RefusedError("unknown-framework", f"There is no framework {code!r}; choose one of {known}.")
    return found


def mapping(name: str) -> Mapping:
    """The bundled mapping of that name.

    Raises:
        RefusedError: there is none.
    """
    found = mappings().get(name)
    if found is None:
        known = ", ".join(mappings())
        raise RefusedError("unknown-mapping", f"There is no mapping {name!r}; choose one of {known}.")
    return found


def _read(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(files("budget_align").joinpath(folder).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            yield path.name, tomllib.loads(path.read_text(encoding="utf-8"))
