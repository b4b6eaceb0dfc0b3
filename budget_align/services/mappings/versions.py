"""Versions of a government's mappings, drafts among them, as pages show them and runs take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import find_framework
from budget_align.store import mapping_queries
from budget_align.store.tables import MappingVersion


@dataclass(frozen=True)
class OpenVersion:
    """A version of a mapping, or its draft, as pages show it.

    Attributes:
        number: counts approved versions from 1; None for a draft.
        revision: counts the changes of a draft.
        editors: all who changed it since it was begun, by address.
    """

    id: int
    government: str
    mapping: Mapping
    framework: Framework
    number: int | None
    status: str
    revision: int
    hash: str
    based_on: int | None
    begun_by: str
    changed_at: datetime
    approved_by: str
    approved_at: datetime | None
    editors: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.status == "draft"

    @property
    def label(self) -> str:
        """What to call it: draft, or version and number."""
        return "draft" if self.number is None else f"version {self.number}"


@dataclass(frozen=True)
class Revision:
    """One change of a draft."""

    revision: int
    what: str
    saved_by: str
    saved_at: datetime


def list_versions(engine: Engine, government: str | None = None) -> list[OpenVersion]:
    """Drafts and versions, newest first."""
    with Session(engine) as session:
        find = cache(partial(find_framework, session))
        found = [
            (row, Mapping.from_stored(row.content)) for row in mapping_queries.mapping_versions(session, government)
        ]
        return [_describe(session, row, mapping, find(mapping.framework)) for row, mapping in found]


def open_version(engine: Engine, version_id: int) -> OpenVersion:
    """A version or draft.

    Raises:
        RefusedError: there is none of that id.
    """
    with Session(engine) as session:
        return describe_version(session, version_row(session, version_id))


def list_revisions(engine: Engine, version_id: int) -> Sequence[Revision]:
    """The changes of a draft, newest first."""
    with Session(engine) as session:
        found = mapping_queries.mapping_revisions(session, version_id)
        return [Revision(r.revision, r.what, r.saved_by, r.saved_at) for r in found]


def find_mapping(engine: Engine, government: str, name: str) -> tuple[Mapping, int | None]:
    """The mapping of that name that is in force for a government, and which version it is: the approved one of its
    own, else the bundled one.

    Raises:
        RefusedError: there is none; the sentence lists those that there are.
    """
    with Session(engine) as session:
        own = mapping_queries.mapping_versions(session, government)
        for version in own:
            if version.name == name and version.status == "approved":
                return Mapping.from_stored(version.content), version.id
        if name in catalogue.mappings():
            return catalogue.mapping(name), None
        if any(version.name == name for version in own):
            raise RefusedError("not-approved", f"The mapping {name!r} is a draft; have someone approve it first.")
        known = [*catalogue.mappings(), *(version.name for version in own if version.status == "approved")]
    raise RefusedError("unknown-mapping", f"There is no mapping {name!r}; choose one of {', '.join(known)}.")


def mappings_in_force(engine: Engine, government: str) -> list[Mapping]:
    """The mappings that can be run for a government: its own approved ones, then the bundled ones."""
    with Session(engine) as session:
        own = [
            Mapping.from_stored(version.content)
            for version in mapping_queries.mapping_versions(session, government)
            if version.status == "approved"
        ]
    names = {mapping.name for mapping in own}
    return [*own, *(mapping for mapping in catalogue.mappings().values() if mapping.name not in names)]


def version_row(session: Session, version_id: int) -> MappingVersion:
    """A draft or version as it is stored.

    Raises:
        RefusedError: there is none.
    """
    version = session.get(MappingVersion, version_id)
    if version is None:
        raise RefusedError("no-mapping", "There is no such version of a mapping.")
    return version


def government_of(engine: Engine, version_id: int) -> str:
    """Whose mapping a draft or version is.

    Raises:
        RefusedError: there is none of that number.
    """
    with Session(engine) as session:
        return version_row(session, version_id).government


def describe_version(session: Session, version: MappingVersion) -> OpenVersion:
    """A draft or version as pages show it."""
    mapping = Mapping.from_stored(version.content)
    return _describe(session, version, mapping, find_framework(session, mapping.framework))


def _describe(session: Session, version: MappingVersion, mapping: Mapping, framework: Framework) -> OpenVersion:
    version_id = cast(int, version.id)
    revisions = reversed(mapping_queries.mapping_revisions(session, version_id))
    return OpenVersion(
        id=version_id,
        government=version.government,
        mapping=mapping,
        framework=framework,
        number=version.number,
        status=version.status,
        revision=version.revision,
        hash=version.hash,
        based_on=version.based_on,
        begun_by=version.begun_by,
        changed_at=version.changed_at,
        approved_by=version.approved_by,
        approved_at=version.approved_at,
        editors=tuple(dict.fromkeys(r.saved_by for r in revisions)),
    )
