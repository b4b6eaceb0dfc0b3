"""What the pages of returns, and of workbooks that wait, show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.people.policy import Subject
from budget_align.core.returns.inspection import SheetView
from budget_align.core.returns.line_changes import Replacement
from budget_align.core.returns.reading import ControlTotal, Finding, Question, Reading, Severity, TableReading
from budget_align.core.returns.reconciliation import BodyReconciliation, count_reading, reconcile, totals_of
from budget_align.core.rules.mapping import Mapping as RuleMapping
from budget_align.services.mappings.versions import mappings_in_force
from budget_align.services.people.markings import Sight
from budget_align.services.people.permissions import Rights
from budget_align.services.people.subjects import of_submission
from budget_align.services.returns.confirming import find_overlap
from budget_align.services.returns.drafts import ReadDraft, WaitingDraft, open_draft, view_draft, waiting_drafts
from budget_align.services.returns.listing import SubmissionSummary, known_governments, list_submissions
from budget_align.services.returns.replacing import changes_against
from budget_align.services.returns.uploads import Upload, unfinished_uploads

_PREVIEW: Final = 20
"""Of the lines that were read, the first are shown."""

_FINDINGS_SHOWN: Final = 8
"""Of what to look at in a sheet, the first are shown."""


@dataclass(frozen=True)
class ReturnsPage:
    """Returns in force, workbooks that wait for confirmation or are being read, and by which mappings each government's
    lines can be allocated, as far as a person may see them.
    """

    submissions: Sequence[SubmissionSummary]
    drafts: Sequence[WaitingDraft]
    uploads: Sequence[Upload]
    mappings: Mapping[str, Sequence[RuleMapping]]


@dataclass(frozen=True)
class ShownReading:
    """How a workbook was read: doubts first, then totals and a preview of the lines.

    Attributes:
        rows: each body beside the total that the workbook states for it.
        notes: findings that are no warnings.
        reconciled: how many of its totals equal their lines.
    """

    reading: Reading
    rows: Sequence[BodyReconciliation]
    warnings: Sequence[Finding]
    notes: Sequence[Finding]
    reconciled: int
    preview: Sequence[Mapping[Any, Any]]


@dataclass(frozen=True)
class DraftPage:
    """How a workbook that waits was read, and what its confirmation would do.

    Attributes:
        edits: whether the person may settle how it is read; `confirms` whether they may confirm it for its bodies.
        overlaps: of what returns in force speak too; told to those who may confirm it.
        replaced: what would change of these; None where the person may not see each of them.
        guesses: by table, the body that is guessed where none is named.
    """

    opened: ReadDraft
    shown: ShownReading
    edits: bool
    confirms: bool
    overlaps: Sequence[str]
    replaced: Replacement | None
    guesses: Mapping[str, str]


@dataclass(frozen=True)
class SheetPage:
    """One sheet of a workbook that waits, as a grid, with every belief about its tables to correct.

    Attributes:
        edits: whether the person may settle how it is read.
        warnings: the first of what to look at in it, and how many more there are.
        totals: what each table states, by its key.
    """

    view: SheetView
    opened: ReadDraft
    edits: bool
    tables: Sequence[TableReading]
    questions: Sequence[Question]
    warnings: Sequence[Finding]
    more_warnings: int
    totals: Mapping[str, Sequence[ControlTotal]]


def open_returns(engine: Engine, rights: Rights, sight: Sight, actor: str) -> ReturnsPage:
    """What a person may see of all returns."""
    hidden = sight.hidden_returns(engine)
    found = []
    for draft in waiting_drafts(engine):
        about = Subject(draft.government, mine=draft.received_by == actor)
        if rights.may("see-drafts", about) and sight.sees(about, [draft.marking]):
            found.append(draft)
    return ReturnsPage(
        [
            each
            for each in list_submissions(engine)
            if each.id not in hidden and sees_return(engine, rights, each.id, each.government)
        ],
        found,
        [
            each
            for each in unfinished_uploads(engine)
            if rights.may("see-drafts", Subject(each.government, mine=each.asked_by == actor))
        ],
        {
            name: mappings_in_force(engine, name)
            for name in known_governments(engine)
            if rights.sees_government("see-returns", name)
        },
    )


def open_draft_page(
    engine: Engine, settings: Settings, draft: WaitingDraft, rights: Rights, sight: Sight, actor: str
) -> DraftPage:
    """A workbook that waits.

    Raises:
        RefusedError: it does not wait any more, or the service reads too much else.
    """
    opened = open_draft(engine, settings, draft.id, actor=actor)
    reading = opened.reading
    # Who could not confirm it for its bodies is not told what is there of them.
    bodies = tuple(sorted(set(reading.lines["body"])))
    confirms = rights.may("confirm-return", Subject(draft.government, bodies))
    overlaps = find_overlap(engine, draft.government, reading) if confirms else {}
    sees_all = _sees_all(engine, rights, sight, draft.government, overlaps)
    return DraftPage(
        opened,
        show_reading(reading),
        _may_edit(rights, draft, actor),
        confirms,
        [row for rows in overlaps.values() for row in rows],
        changes_against(engine, list(overlaps), reading) if sees_all else None,
        {question.table: question.guess for question in reading.questions if question.topic == "body"},
    )


def open_sheet_page(
    engine: Engine, settings: Settings, draft: WaitingDraft, position: int, first_row: int, rights: Rights, actor: str
) -> SheetPage:
    """One sheet of a workbook that waits, from a row on.

    Raises:
        RefusedError: it does not wait any more, or the service reads too much else.
    """
    view = view_draft(engine, settings, draft.id, position, first_row)
    opened = open_draft(engine, settings, draft.id, actor=actor)
    reading = opened.reading
    warnings = [f for f in reading.findings if f.sheet == view.name and f.severity != Severity.INFORMATION]
    return SheetPage(
        view,
        opened,
        _may_edit(rights, draft, actor),
        [table for table in reading.tables if table.sheet == view.name],
        [question for question in reading.questions if question.sheet == view.name],
        warnings[:_FINDINGS_SHOWN],
        max(0, len(warnings) - _FINDINGS_SHOWN),
        {table.key: totals_of(reading, table) for table in reading.tables},
    )


def _may_edit(rights: Rights, draft: WaitingDraft, actor: str) -> bool:
    """Whether a person may settle how a draft is read, and not just look at it."""
    return rights.may("send-return", Subject(draft.government, mine=draft.received_by == actor))


def show_reading(reading: Reading) -> ShownReading:
    """What pages show of a reading."""
    return ShownReading(
        reading,
        reconcile(reading.lines, reading.control_totals),
        [finding for finding in reading.findings if finding.severity != Severity.INFORMATION],
        [finding for finding in reading.findings if finding.severity == Severity.INFORMATION],
        count_reading(reading).totals_reconciled,
        reading.lines[reading.lines["amount"] != 0].head(_PREVIEW).to_dict("records"),
    )


def sees_return(engine: Engine, rights: Rights, submission_id: int, government: str) -> bool:
    """Whether a person may see a return: all of the government's, or it is of their bodies."""
    if rights.may("see-returns", Subject(government)):
        return True
    found = of_submission(engine, submission_id) if rights.sees_government("see-returns", government) else None
    return found is not None and rights.may("see-returns", found)


def _sees_all(engine: Engine, rights: Rights, sight: Sight, government: str, returns: Collection[int]) -> bool:
    """Whether there are returns, and a person may see each, for its bodies and for its marking."""
    hidden = sight.hidden_returns(engine)
    return bool(returns) and all(
        each not in hidden and sees_return(engine, rights, each, government) for each in returns
    )
