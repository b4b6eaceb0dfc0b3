"""Drafts of mappings: begun, edited by several people at once, and approved by someone else; then they never change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.changes import RuleChange, compare_rules, compare_settings
from budget_align.core.editing.checks import check_mapping
from budget_align.core.editing.edits import Edit, ReplaceAll, clash, make_rule_id
from budget_align.core.rules.mapping import Mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Thing
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import find_framework
from budget_align.services.mappings.versions import OpenVersion, describe_version, government_of, version_row
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import mapping_queries
from budget_align.store.tables import MappingRevision, MappingVersion


@dataclass(frozen=True)
class Saved:
    """What became of an edit: the draft's new revision, and what others changed since its author looked."""

    revision: int
    meanwhile: tuple[RuleChange, ...]
    by: tuple[str, ...]


class ChangedMeanwhileError(RefusedError):
    """Someone else changed the same thing since a person looked at it; nothing of the edit was stored.

    Attributes:
        revision: the draft's revision now.
        changes: what differs from what the person saw.
        by: who changed it.
    """

    def __init__(self, revision: int, changes: tuple[RuleChange, ...], by: tuple[str, ...]) -> None:
        who = " and ".join(by)
        super().__init__(
            "changed-meanwhile",
            f"{who} changed this meanwhile. Nothing of yours is lost: see what changed, and save again if yours is to "
            "hold.",
        )
        self.revision, self.changes, self.by = revision, changes, by


def begin_draft(
    engine: Engine,
    government: str,
    actor: str,
    *,
    title: str = "",
    framework: str = "",
    like: Mapping | None = None,
    based_on: int | None = None,
) -> int:
    """Begins a draft and returns its id: of an approved version, of a bundled mapping, or empty.

    Args:
        title: of an empty draft, or instead of the title of what it is like.
        framework: the code of an empty draft's framework.
        like: a bundled mapping to begin from.
        based_on: the version to begin from; a draft of it that is already there is returned instead.

    Raises:
        RefusedError: a title is missing, or there is no such framework or version.
    """
    whose = government if based_on is None else government_of(engine, based_on)
    with change(engine, "mappings", whose) as session:
        permit(session, actor, "edit-mapping", whose)
        if based_on is not None:
            base = version_row(session, based_on)
            like = Mapping.from_stored(base.content)
            government = base.government
            for other in mapping_queries.mapping_versions(session, government, base.name):
                if other.status == "draft" and other.id is not None:
                    return other.id
        known = {version.name for version in mapping_queries.mapping_versions(session, government)}
        if like is None:
            mapping = _empty(session, title, framework, known, actor)
        else:
            name = like.name if based_on is not None else make_rule_id(like.name, known)
            mapping = like.model_copy(update={"title": title.strip() or like.title, "name": name, "author": actor})
        now = datetime.now(UTC).replace(microsecond=0)
        draft = MappingVersion(
            government=government,
            name=mapping.name,
            status="draft",
            content=mapping.to_stored(),
            hash=mapping.identity(),
            revision=1,
            based_on=based_on,
            begun_by=actor,
            changed_at=now,
            approved_by="",
        )
        session.add(draft)
        session.flush()
        draft_id = cast(int, draft.id)
        session.add(_revision(draft, "Begun", actor, now))
        auditing.record(session, actor, "mapping draft begun", f"mapping {mapping.name}", {"government": government})
        return draft_id


def _empty(session: Session, title: str, framework: str, known: Collection[str], author: str) -> Mapping:
    """A mapping without rules, by a name that no other has.

    Raises:
        RefusedError: a title is missing, or there is no such framework.
    """
    if not title.strip():
        raise RefusedError("bad-mapping", "Enter a title for the mapping.")
    return Mapping(
        name=make_rule_id(title, {*known, *catalogue.mappings()}),
        title=title.strip(),
        framework=find_framework(session, framework).code,
        author=author,
    )


def change_draft(engine: Engine, version_id: int, edit: Edit, seen: int, actor: str) -> Saved:
    """Applies an edit to a draft.

    Args:
        edit: what to change.
        seen: the revision that the person saw. Where others changed other things since, both hold and the answer
            says what they changed.

    Raises:
        ChangedMeanwhileError: others changed the same thing since.
        RefusedError: there is no such draft, it is approved, or the edit cannot be applied.
    """
    with change(engine, "mappings", government_of(engine, version_id)) as session:
        draft = _draft(session, version_id)
        permit(session, actor, "edit-mapping", draft.government)
        now = Mapping.from_stored(draft.content)
        meanwhile: tuple[RuleChange, ...] = ()
        by: tuple[str, ...] = ()
        if seen != draft.revision:
            then = _mapping_at(session, version_id, seen)
            meanwhile = compare_rules(then, now, find_framework(session, now.framework).names())
            by = tuple(
                dict.fromkeys(
                    r.saved_by for r in mapping_queries.mapping_revisions(session, version_id) if r.revision > seen
                )
            )
            changed = {change.rule_id for change in meanwhile}
            changed |= {" settings"} if compare_settings(then, now) else set()
            if clash(edit, changed):
                raise ChangedMeanwhileError(draft.revision, meanwhile, by)
        mapping = edit.apply(now)
        if mapping == now:
            return Saved(draft.revision, meanwhile, by)
        _store(session, draft, mapping, edit.what, actor)
        return Saved(draft.revision, meanwhile, by)


def undo(engine: Engine, version_id: int, seen: int, actor: str) -> Saved:
    """Takes the last change of a draft back, as a change of its own that can be taken back too.

    Raises:
        ChangedMeanwhileError: others changed the draft since.
        RefusedError: there is nothing to undo.
    """
    with Session(engine) as session:
        revisions = mapping_queries.mapping_revisions(session, version_id)
        if len(revisions) < 2:
            raise RefusedError("no-change", "There is no change to undo.")
        earlier = Mapping.from_stored(revisions[1].content)
        what = f"Undid: {revisions[0].what}"
    return change_draft(engine, version_id, ReplaceAll(earlier, what), seen, actor)


def approve(engine: Engine, version_id: int, seen: int, actor: str) -> int:
    """Approves a draft: it gets the next number, its hash, and never changes again; returns the number.

    Args:
        seen: the revision that the approver looked at.

    Raises:
        ChangedMeanwhileError: the draft changed since.
        RefusedError: the approver changed it too, it has no rules, or a check finds an error.
    """
    with change(engine, "mappings", government_of(engine, version_id)) as session:
        draft = _draft(session, version_id)
        permit(session, actor, "approve-mapping", draft.government)
        described = describe_version(session, draft)
        _refuse_other(session, described, seen)
        approvals.refuse_own(session, _as_thing(described), actor)
        _refuse_half_finished(session, described)
        others = mapping_queries.mapping_versions(session, draft.government, draft.name)
        for other in others:
            if other.status == "approved":
                other.status = "superseded"
        draft.number = max((other.number or 0 for other in others), default=0) + 1
        draft.status, draft.hash = "approved", described.mapping.identity()
        draft.approved_by, draft.approved_at = actor, datetime.now(UTC).replace(microsecond=0)
        detail = {"government": draft.government, "version": draft.number, "hash": draft.hash}
        detail |= approvals.close(session, _as_thing(described), actor)
        auditing.record(session, actor, "mapping approved", f"mapping {draft.name}", detail)
        return draft.number


def draft_as_thing(session: Session, version_id: int, seen: int | None = None, *, whole: bool = False) -> Thing:
    """A draft as what is approved.

    Args:
        seen: the revision that the person looked at; None for whichever it is.
        whole: whether it has to be one that could be approved.

    Raises:
        ChangedMeanwhileError: the draft changed since.
        RefusedError: there is no such draft, or it is half finished.
    """
    described = describe_version(session, _draft(session, version_id))
    if seen is not None:
        _refuse_other(session, described, seen)
    if whole:
        _refuse_half_finished(session, described)
    return _as_thing(described)


def _refuse_other(session: Session, now: OpenVersion, seen: int) -> None:
    if seen != now.revision:
        then, names = _mapping_at(session, now.id, seen), now.framework.names()
        raise ChangedMeanwhileError(now.revision, compare_rules(then, now.mapping, names), now.editors[-1:])


def _as_thing(version: OpenVersion) -> Thing:
    title = f"{version.mapping.title}, draft"
    return Thing(
        "mapping", version.government, str(version.id), title, version.editors, "approve-mapping", "edit-mapping"
    )


def _refuse_half_finished(session: Session, version: OpenVersion) -> None:
    if not version.mapping.rules:
        raise RefusedError("bad-mapping", "The draft has no rules yet; add some before it is approved.")
    measures = mapping_queries.measures(session, version.government)
    errors = [p for p in check_mapping(version.mapping, version.framework, None, measures) if p.severity == "error"]
    if errors:
        where = f"Rule {errors[0].rule_id}: " if errors[0].rule_id else ""
        raise RefusedError("bad-mapping", f"{where}{errors[0].message} Mend it before the draft is approved.")


def discard_draft(engine: Engine, version_id: int, actor: str, seen: int | None = None) -> None:
    """Forgets a draft.

    Args:
        seen: the revision that the person looked at; None for whichever it is.

    Raises:
        ChangedMeanwhileError: the draft changed since.
        RefusedError: there is no such draft, or it is approved.
    """
    with change(engine, "mappings", government_of(engine, version_id)) as session:
        draft = _draft(session, version_id)
        permit(session, actor, "edit-mapping", draft.government)
        approvals.lapse(session, draft_as_thing(session, version_id, seen))
        for revision in mapping_queries.mapping_revisions(session, version_id):
            session.delete(revision)
        session.flush()
        session.delete(draft)
        auditing.record(
            session, actor, "mapping draft discarded", f"mapping {draft.name}", {"government": draft.government}
        )


def _store(session: Session, draft: MappingVersion, mapping: Mapping, what: str, actor: str) -> None:
    draft.content, draft.hash = mapping.to_stored(), mapping.identity()
    draft.revision += 1
    draft.changed_at = datetime.now(UTC).replace(microsecond=0)
    session.add(_revision(draft, what, actor, draft.changed_at))
    auditing.record(
        session, actor, "mapping changed", f"mapping {draft.name}", {"what": what, "revision": draft.revision}
    )
    approvals.note_authors(session, _as_thing(describe_version(session, draft)))


def _revision(draft: MappingVersion, what: str, actor: str, at: datetime) -> MappingRevision:
    return MappingRevision(
        version_id=cast(int, draft.id),
        revision=draft.revision,
        content=draft.content,
        what=what,
        saved_by=actor,
        saved_at=at,
    )


def _mapping_at(session: Session, version_id: int, revision: int) -> Mapping:
    found = session.get(MappingRevision, (version_id, revision))
    if found is None:
        raise RefusedError("no-revision", "The page is out of date; reload it and try again.")
    return Mapping.from_stored(found.content)


def _draft(session: Session, version_id: int) -> MappingVersion:
    draft = session.get(MappingVersion, version_id)
    if draft is None:
        raise RefusedError("no-mapping", "There is no such draft of a mapping; it may have been discarded.")
    if draft.status != "draft":
        raise RefusedError("approved", f"{draft.name} is approved and never changes; begin a new draft from it.")
    return draft
