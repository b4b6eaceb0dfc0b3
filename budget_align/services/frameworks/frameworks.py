"""The frameworks in use: those that come with the product, and those that governments write and publish themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.editing.meanwhile import Both, refuse_unshown
from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.succession import check_succession
from budget_align.core.returns.reading import Finding
from budget_align.core.values.refusal import RefusedError
from budget_align.services.approvals import approvals
from budget_align.services.approvals.approvals import Thing
from budget_align.services.downloads.making import make_once
from budget_align.services.frameworks import catalogue
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import outcome_queries
from budget_align.store.record_queries import who_did
from budget_align.store.tables import FrameworkVersion
from importers.forms.framework_file import read_framework_file
from importers.isolation.processes import ask_isolated


def known_frameworks(session: Session) -> dict[str, Framework]:
    """The frameworks in use by code: the bundled ones, then those that were published."""
    own = outcome_queries.framework_versions(session, "published")
    return {**catalogue.frameworks(), **{row.code: Framework.from_json(row.content) for row in own}}


def list_frameworks(engine: Engine) -> dict[str, Framework]:
    """The frameworks in use by code."""
    with Session(engine) as session:
        return known_frameworks(session)


def find_framework(session: Session, code: str) -> Framework:
    """The framework in use of that code.

    Raises:
        RefusedError: there is none.
    """
    known = known_frameworks(session)
    if code not in known:
        raise RefusedError("unknown-framework", f"There is no framework {code!r}; choose one of {', '.join(known)}.")
    return known[code]


@dataclass(frozen=True)
class FrameworkDraft:
    """A framework that was sent and waits for a person to publish it; `authors` are all who sent it so far."""

    framework: Framework
    file_name: str
    sent_by: str
    sent_at: datetime
    authors: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Names what was sent, so that who decides about it decides about what they saw."""
        return hashlib.sha256(self.framework.model_dump_json().encode()).hexdigest()[:16]


def list_drafts(engine: Engine) -> list[FrameworkDraft]:
    """The frameworks that wait to be published, by code."""
    with Session(engine) as session:
        return [_draft(session, row) for row in outcome_queries.framework_versions(session, "draft")]


def open_framework(engine: Engine, code: str) -> tuple[Framework, FrameworkDraft | None]:
    """A framework in use, or a draft of one with who sent it.

    Raises:
        RefusedError: there is neither.
    """
    with Session(engine) as session:
        row = session.get(FrameworkVersion, code)
        if row is not None and row.status == "draft":
            draft = _draft(session, row)
            return draft.framework, draft
        return find_framework(session, code), None


def receive_framework(
    engine: Engine, settings: Settings, data: bytes, file_name: str, actor: str, *, shown: str = ""
) -> tuple[str | None, tuple[Finding, ...]]:
    """Keeps a framework, of a workbook or a TOML file, as a draft in place of an earlier draft of its code.

    Args:
        shown: as `ChangedSinceError.shown` named what the person was shown of another that somebody else sent last,
            whose place theirs is to take.

    Returns:
        Its code, None where findings stand against it, and those.

    Raises:
        ChangedSinceError: somebody else sent another of that code last, which the person was not shown.
        RefusedError: the file cannot be read, the framework does not hold together, or its code is in use: what is
            published never changes, so a revision needs a code of its own.
    """
    reading = ask_isolated(read_framework_file, data, file_name, limits=limits_of(settings).of_form())
    framework = reading.framework
    if framework is None:
        return None, reading.findings
    with change(engine, "frameworks") as session:
        permit(session, actor, "edit-framework", None)
        known = known_frameworks(session)
        _check(framework, known)
        row = session.get(FrameworkVersion, framework.code)
        now = datetime.now(UTC).replace(microsecond=0)
        if row is not None and row.sent_by != actor:
            refuse_unshown(_differences(Framework.from_json(row.content), framework), shown)
        if row is None:
            row = FrameworkVersion(
                code=framework.code, content="", status="draft", file_name="", sent_by="", sent_at=now, published_by=""
            )
            session.add(row)
        row.content, row.file_name, row.sent_by, row.sent_at = framework.model_dump_json(), file_name, actor, now
        auditing.record(session, actor, "framework sent", framework.code, {"file": file_name})
        approvals.note_authors(session, draft_as_thing(session, framework.code))
    return framework.code, ()


def _differences(now: Framework, yours: Framework) -> list[Both]:
    held, said = (
        {"Name": each.name, "Version": each.version, **{f"Outcome {code}": name for code, name in each.names().items()}}
        for each in (now, yours)
    )
    return [
        Both(what, held.get(what, ""), said.get(what, ""))
        for what in dict.fromkeys([*held, *said])
        if held.get(what) != said.get(what)
    ]


def publish_framework(engine: Engine, code: str, actor: str, seen: str | None = None) -> None:
    """Puts a draft in use; from then on it never changes.

    Args:
        seen: the identity of the draft that the person looked at; None for whichever it is.

    Raises:
        RefusedError: there is no such draft, another was sent since, the person sent it, or it no longer fits the
            frameworks in use.
    """
    with change(engine, "frameworks") as session:
        permit(session, actor, "publish-framework", None)
        row, thing = _find_draft(session, code), draft_as_thing(session, code, seen)
        approvals.refuse_own(session, thing, actor)
        _check(Framework.from_json(row.content), known_frameworks(session))
        row.status, row.published_by = "published", actor
        row.published_at = datetime.now(UTC).replace(microsecond=0)
        instead = approvals.close(session, thing, actor)
        auditing.record(session, actor, "framework published", code, {"file": row.file_name, **instead})


def discard_framework(engine: Engine, code: str, actor: str, seen: str | None = None) -> None:
    """Forgets a draft.

    Args:
        seen: the identity of the draft that the person looked at; None for whichever it is.

    Raises:
        RefusedError: there is no such draft, or another was sent since.
    """
    with change(engine, "frameworks") as session:
        permit(session, actor, "edit-framework", None)
        approvals.lapse(session, draft_as_thing(session, code, seen))
        session.delete(_find_draft(session, code))
        auditing.record(session, actor, "framework draft discarded", code, {})


def draft_as_thing(session: Session, code: str, seen: str | None = None) -> Thing:
    """A draft as what is approved: those made it who sent it since it was last discarded.

    Args:
        seen: the identity of the draft that a person looked at; None for whichever it is.

    Raises:
        RefusedError: there is no such draft, or another was sent since.
    """
    draft = _draft(session, _find_draft(session, code))
    if seen is not None and seen != draft.identity:
        raise RefusedError(
            "changed-meanwhile",
            f"{draft.sent_by} sent another framework of this code since you opened the page, and nothing was done. "
            "Go back, reload the page and look at it as it is now.",
        )
    title = f"{draft.framework.name}, {draft.framework.version}"
    return Thing("framework", "", code, title, draft.authors, "publish-framework", "edit-framework")


def download_framework(engine: Engine, settings: Settings, code: str) -> bytes:
    """A framework as a workbook, to begin one's own from."""
    return make_once(engine, settings, "framework", open_framework(engine, code)[0])


def _check(framework: Framework, known: dict[str, Framework]) -> None:
    if framework.code in known:
        raise RefusedError(
            "framework-in-use",
            f"The framework {framework.code!r} is in use and never changes; give a revision a code of its own, and "
            f"say that it succeeds {framework.code}.",
        )
    check_succession(framework, known)


def _find_draft(session: Session, code: str) -> FrameworkVersion:
    row = session.get(FrameworkVersion, code)
    if row is None or row.status != "draft":
        raise RefusedError("unknown-framework", f"There is no draft of a framework {code!r}.")
    return row


def _draft(session: Session, row: FrameworkVersion) -> FrameworkDraft:
    sent = who_did(session, row.code, "framework sent", since="framework draft discarded")
    framework = Framework.from_json(row.content)
    return FrameworkDraft(framework, row.file_name, row.sent_by, row.sent_at, tuple(sorted({*sent, row.sent_by})))
