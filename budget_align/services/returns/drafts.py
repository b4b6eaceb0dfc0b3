"""Drafts: workbooks that were read and wait, how each is read now, and what a person settles of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.returns.inspection import SheetView
from budget_align.core.returns.profile import settles_anything
from budget_align.core.returns.reading import Answers, Reading, TableAnswers
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.governments.governments import find_terms
from budget_align.services.governments.installation import limits_of
from budget_align.services.people.permissions import may_without, permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.returns.kept_readings import find_or_make, reading_hash
from budget_align.services.returns.profiles import find_changed_shapes
from budget_align.services.returns.versions import find_older_versions
from budget_align.store import return_queries
from budget_align.store.tables import Draft, SourceFile
from importers.forms.annotated import annotate_workbook
from importers.isolation.processes import ask_isolated, read_isolated, view_isolated
from importers.readings.inspection import ROWS_SHOWN

__all__ = ["ROWS_SHOWN"]


_ROWS_KEPT = 40 * ROWS_SHOWN
"""Rows of a sheet that are looked at together, for forty pages."""


@dataclass(frozen=True)
class WaitingDraft:
    """A draft as lists show it."""

    id: int
    government: str
    file_name: str
    received_by: str
    received_at: datetime
    marking: str


@dataclass(frozen=True)
class ReadDraft:
    """A draft as it is read now.

    Attributes:
        hash: names the reading, so that what a page sends about it is taken for no other.
        answers: what is settled so far.
    """

    hash: str
    answers: Answers
    reading: Reading


def read_draft(
    engine: Engine, settings: Settings, draft_id: int, answers: Answers | None = None, *, actor: str = ""
) -> Reading:
    """How a draft is read, with a person's answers where given, else with those that are kept with it.

    Args:
        actor: who looks; empty for the operator of the installation.

    Raises:
        RefusedError: there is no such draft.
    """
    return open_draft(engine, settings, draft_id, answers, actor=actor).reading


def open_draft(
    engine: Engine, settings: Settings, draft_id: int, answers: Answers | None = None, *, actor: str = ""
) -> ReadDraft:
    """How a draft is read, with what names that reading.

    Args:
        actor: who looks, and is told of other returns of bodies for which they could confirm one; empty for the
            operator of the installation, who is told of all.

    Raises:
        RefusedError: there is no such draft, or the service reads too much else.
    """
    asked = _asked(engine, settings, draft_id, answers)
    terms, government = asked.terms, asked.government

    def read() -> Reading:
        limits = limits_of(settings).of_request()
        content = _content(engine, asked.file_hash)
        return read_isolated(content, asked.file_name, terms=terms, answers=asked.answers, limits=limits)

    reading = find_or_make(engine, draft_id, "reading", asked.hash, Reading, read)
    with Session(engine) as session:
        tells = tells_of(session, government, actor)
        told = find_older_versions(session, government, reading, terms, tells)
        told += find_changed_shapes(session, government, reading, tells)
    shown = reading.model_copy(update={"findings": (*told, *reading.findings)}) if told else reading
    return ReadDraft(asked.hash, asked.answers, shown)


@dataclass(frozen=True)
class _Asked:
    """A workbook that waits, and what it is to be read by; `hash` names the reading that comes of it."""

    government: str
    file_name: str
    file_hash: str
    terms: Terms
    answers: Answers
    hash: str


def _asked(engine: Engine, settings: Settings, draft_id: int, answers: Answers | None = None) -> _Asked:
    """What a draft is to be read by: a person's answers where given, else those that are kept with it.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        draft = _draft(session, draft_id)
        said = draft.answers if answers is None else answers.model_dump_json()
        terms = find_terms(session, draft.government, settings)
        about = (draft.government, draft.file_name, draft.file_hash, terms)
        return _Asked(*about, Answers.model_validate_json(said), reading_hash(draft, said, terms))


def tells_of(session: Session, government: str, actor: str) -> Callable[[str], bool]:
    """Whether whoever looks is told of returns of a body."""
    return cache(lambda body: may_without(session, actor, "confirm-return", government, (body,), ()))


def kept_answers(engine: Engine, draft_id: int) -> Answers:
    """What is settled about a draft so far.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        return Answers.model_validate_json(_draft(session, draft_id).answers)


def settle_table(
    engine: Engine,
    settings: Settings,
    draft_id: int,
    key: str,
    answers: TableAnswers,
    *,
    actor: str,
    seen: str | None = None,
) -> None:
    """Keeps what a person settled about one table of a draft; the other tables stay as they are.

    Raises:
        RefusedError: there is no such draft, or another reading than `seen` has taken its place.
    """
    kept = kept_answers(engine, draft_id)
    tables = {k: table for k, table in {**kept.tables, key: answers}.items() if settles_anything(table)}
    settle(engine, settings, draft_id, kept.model_copy(update={"tables": tables}), seen=seen, actor=actor)


def settle(
    engine: Engine,
    settings: Settings,
    draft_id: int,
    answers: Answers,
    *,
    actor: str,
    seen: str | None = None,
) -> None:
    """Keeps what a person settled about a draft; it holds from now on, and they are among those who made the return.

    Args:
        engine: the database.
        settings: of the installation.
        draft_id: the draft.
        answers: what is settled, all of it.
        actor: who settles it.
        seen: the hash of the reading that the person saw; None for one who asks for whatever there is.

    Raises:
        RefusedError: there is no such draft, or another reading has taken the place of the one that the person saw.
    """
    with change(engine, "returns", _government_of(engine, draft_id)) as session:
        draft = _draft(session, draft_id)
        permit(session, actor, "send-return", draft.government, mine=draft.received_by == actor)
        refuse_unseen(session, settings, draft, seen)
        said = answers.model_dump_json()
        if said == draft.answers:
            return
        draft.answers = said
        draft.settled_by = "\n".join(dict.fromkeys([*filter(None, draft.settled_by.split("\n")), actor]))
        auditing.record(session, actor, "reading settled", f"draft {draft_id}", {"file": draft.file_name})


def refuse_unseen(session: Session, settings: Settings, draft: Draft, seen: str | None) -> None:
    """Makes sure that a person saw the reading that a draft has now.

    Raises:
        RefusedError: it has another.
    """
    now = reading_hash(draft, draft.answers, find_terms(session, draft.government, settings))
    if seen is not None and seen != now:
        raise changed_meanwhile()


def changed_meanwhile() -> RefusedError:
    """What a person is told whose page shows a reading that another has taken the place of."""
    return RefusedError(
        "changed-meanwhile",
        "Someone settled something about this workbook since you opened the page, and it is read differently now. "
        "Nothing of yours was stored: look at it as it is now, then do it again.",
    )


def view_draft(engine: Engine, settings: Settings, draft_id: int, position: int, first_row: int) -> SheetView:
    """A part of one sheet of a draft, with what each cell was taken for.

    Raises:
        RefusedError: there is no such draft, or the service reads too much else.
    """
    asked = _asked(engine, settings, draft_id)
    # Many pages of a sheet are made at once and kept, each with what the page after its last row shows as well.
    begins = (max(first_row, 1) - 1) // _ROWS_KEPT * _ROWS_KEPT

    def view() -> SheetView:
        return view_isolated(
            _content(engine, asked.file_hash),
            asked.file_name,
            position=position,
            first_row=begins + 1,
            rows=_ROWS_KEPT + ROWS_SHOWN,
            terms=asked.terms,
            answers=asked.answers,
            limits=limits_of(settings).of_request(),
        )

    part = find_or_make(engine, draft_id, f"sheet {position} from row {begins + 1}", asked.hash, SheetView, view)
    first = min(max(first_row, 1), max(part.height, 1))
    if first < part.first_row or first >= part.first_row + max(len(part.rows), 1):
        return view_draft(engine, settings, draft_id, position, first)
    skipped = first - part.first_row
    return part.model_copy(update={"first_row": first, "rows": part.rows[skipped : skipped + ROWS_SHOWN]})


def annotate_draft(engine: Engine, settings: Settings, draft_id: int) -> bytes:
    """The workbook of a draft as .xlsx, its findings marked.

    Raises:
        RefusedError: there is no such draft, or the service reads too much else.
    """
    asked = _asked(engine, settings, draft_id)

    def annotate() -> bytes:
        content, limits = _content(engine, asked.file_hash), limits_of(settings).of_request()
        return ask_isolated(
            annotate_workbook, content, asked.file_name, limits=limits, terms=asked.terms, answers=asked.answers
        )

    return find_or_make(engine, draft_id, "findings", asked.hash, bytes, annotate)


def describe_draft(engine: Engine, draft_id: int) -> WaitingDraft:
    """A draft as lists show it.

    Raises:
        RefusedError: there is no such draft.
    """
    with Session(engine) as session:
        return _waiting(_draft(session, draft_id))


def waiting_drafts(engine: Engine) -> list[WaitingDraft]:
    """Drafts that wait for confirmation, newest first."""
    with Session(engine) as session:
        return [_waiting(draft) for draft in return_queries.drafts(session)]


def discard(engine: Engine, draft_id: int, actor: str) -> None:
    """Forgets a draft, and its file where nothing else holds it.

    Raises:
        RefusedError: there is no such draft.
    """
    with change(engine, "returns", _government_of(engine, draft_id)) as session:
        draft = _draft(session, draft_id)
        permit(session, actor, "send-return", draft.government, mine=draft.received_by == actor)
        file_hash = draft.file_hash
        auditing.record(session, actor, "workbook discarded", f"draft {draft_id}", {"file": draft.file_name})
        session.delete(draft)
        session.flush()
        if not return_queries.file_is_used(session, file_hash):
            return_queries.drop_file(session, file_hash)


def _content(engine: Engine, file_hash: str) -> bytes:
    with Session(engine) as session:
        source = session.get(SourceFile, file_hash)
        if source is None:
            raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
        return source.content


def _government_of(engine: Engine, draft_id: int) -> str:
    with Session(engine) as session:
        return _draft(session, draft_id).government


def _draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise RefusedError("no-draft", "This workbook is no longer waiting; it was confirmed or discarded.")
    return draft


def _waiting(draft: Draft) -> WaitingDraft:
    return WaitingDraft(
        draft.id, draft.government, draft.file_name, draft.received_by, draft.received_at, draft.marking
    )
