"""Every question that services ask of the database, by name. The caller holds the session and its transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pandas as pd
from sqlalchemy import ColumnElement, case, delete, func, or_, select, text, update
from sqlmodel import Session, SQLModel, col

from budget_align.core.allocation.allocation import CUBE_KEYS, TOUCH_KEYS
from budget_align.core.returns import budget_line
from budget_align.core.returns.reading import ControlTotal
from budget_align.core.rules import drivers
from budget_align.store.tables import (
    AccessToken,
    Account,
    AccountLink,
    Allocation,
    BodyLevel,
    BodyParent,
    BudgetLine,
    ComparableCell,
    CubeCell,
    Draft,
    DriverTable,
    Government,
    Job,
    Judgement,
    KeptDownload,
    KeptOfDraft,
    MappingRevision,
    MappingVersion,
    ProgrammeCell,
    ReadingProfile,
    RecoveryCode,
    RoleHeld,
    Run,
    RunShare,
    RunSubmission,
    SignIn,
    SourceFile,
    StatedTotal,
    StoredScenario,
    Submission,
    TouchCell,
)

BATCH = 20_000
"""Rows sent to the database at a time."""

CUBE_COLUMNS = [*CUBE_KEYS, "amount"]
TOUCH_COLUMNS = [*TOUCH_KEYS, "amount"]

Progress = Callable[[int, int], None]
"""Called with how many rows are stored and how many there are."""


def add_frame(session: Session, table: type[SQLModel], frame: pd.DataFrame, progress: Progress | None = None) -> None:
    """Stores the rows of a frame in bulk, by the fastest way that each kind of database has, within the session's
    transaction.

    Args:
        session: what the rows refer to must be flushed.
        table: where they go.
        frame: columns named as the table's.
        progress: told after each batch.
    """
    connection = session.connection()
    name = f'"{table.__tablename__}"'
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    values = [frame[column].tolist() for column in frame.columns]
    for start in range(0, len(frame), BATCH):
        rows = list(zip(*(each[start : start + BATCH] for each in values), strict=True))
        if connection.dialect.name == "postgresql":
            cursor = connection.connection.cursor()
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(frame.columns))
            connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)
        if progress:
            progress(min(start + BATCH, len(frame)), len(frame))


def take_turn(session: Session, what: str) -> None:
    """Waits until nobody else changes a thing, and lets nobody else change it until the transaction ends. SQLite has
    one turn for everything, which a transaction takes at its beginning.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.blake2b(what.encode(), digest_size=8).digest(), "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    elif not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it is SQLite's own
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of that address, letter case aside."""
    return session.scalars(select(Account).where(func.lower(Account.email) == email.strip().lower())).first()


def accounts(session: Session) -> Sequence[Account]:
    """All accounts, in order of address."""
    return session.scalars(select(Account).order_by(col(Account.email))).all()


def able_accounts(session: Session, emails: Sequence[str]) -> set[str]:
    """Those of some addresses that are of accounts which are not disabled."""
    query = select(col(Account.email)).where(col(Account.email).in_(emails), col(Account.disabled).is_(False))
    return set(session.scalars(query).all())


def ran_by(session: Session, run_id: str) -> str:
    """Who ran a run last; empty where there is none."""
    row = session.get(Run, run_id)
    return row.ran_by if row is not None else ""


def roles_held(session: Session, email: str | None = None) -> Sequence[RoleHeld]:
    """The roles that a person holds or held, or all that anyone does, in order of address, role, government, body."""
    query = select(RoleHeld).order_by(
        col(RoleHeld.email), col(RoleHeld.role), col(RoleHeld.government), col(RoleHeld.body)
    )
    return session.scalars(query if email is None else query.where(col(RoleHeld.email) == email)).all()


def bodies_of_submission(session: Session, submission_id: int) -> list[str]:
    """The bodies that the lines of a submission speak of."""
    query = select(col(BudgetLine.body)).where(col(BudgetLine.submission_id) == submission_id).distinct()
    return sorted(session.scalars(query).all())


ENOUGH_OF_A_RUN: Final = 8
"""Signs of a run's id that name it."""

LONGEST_PATTERN: Final = 1_000
"""Signs of a text that are looked for within another: SQLite refuses patterns of more than 50,000 bytes."""


def begins_as(run_id: str) -> ColumnElement[bool]:
    """Whether a run's id begins as told."""
    return col(Run.id).startswith(run_id[:LONGEST_PATTERN], autoescape=True)


def government_of_run(session: Session, run_id: str) -> str | None:
    """Whose a run is, by its id or enough of its beginning, so that nobody guesses it; None where there is none."""
    if len(run_id) < ENOUGH_OF_A_RUN:
        return None
    query = select(col(Run.government)).where(begins_as(run_id)).limit(1)
    return session.scalars(query).first()


def sign_ins(session: Session, email: str) -> Sequence[SignIn]:
    """Where a person is signed in, the newest first."""
    query = select(SignIn).where(col(SignIn.email) == email, col(SignIn.ended_at).is_(None))
    return session.scalars(query.order_by(col(SignIn.begun_at).desc())).all()


def note_seen(session: Session, token_hash: str, now: datetime) -> None:
    """Notes when something was last asked by a sign-in. It waits for nobody: SQLite refuses it at once while someone
    else writes.
    """
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() if lite else 0
    if lite:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        session.execute(update(SignIn).where(col(SignIn.token_hash) == token_hash).values(seen_at=now))
    finally:
        if lite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def links_to(session: Session, email: str) -> Sequence[AccountLink]:
    """The links of an account that were not used yet."""
    query = select(AccountLink).where(col(AccountLink.email) == email, col(AccountLink.used_at).is_(None))
    return session.scalars(query).all()


def recovery_codes(session: Session, email: str) -> Sequence[RecoveryCode]:
    """The recovery codes of an account, used ones included."""
    return session.scalars(select(RecoveryCode).where(col(RecoveryCode.email) == email)).all()


def end_sign_ins(session: Session, email: str, *, kept: str = "") -> None:
    """Ends wherever a person is signed in, save in the sign-in whose token has that hash."""
    mine = update(SignIn).where(
        col(SignIn.email) == email, col(SignIn.ended_at).is_(None), col(SignIn.token_hash) != kept
    )
    session.execute(mine.values(ended_at=datetime.now(UTC).replace(microsecond=0)))


def tokens(session: Session, email: str) -> Sequence[AccessToken]:
    """The tokens of a person, newest first."""
    query = select(AccessToken).where(col(AccessToken.email) == email).order_by(col(AccessToken.id).desc())
    return session.scalars(query).all()


def token_by_hash(session: Session, token_hash: str) -> AccessToken | None:
    """The token of that hash."""
    return session.scalars(select(AccessToken).where(col(AccessToken.token_hash) == token_hash)).first()


def drafts(session: Session) -> Sequence[Draft]:
    """Workbooks that wait for confirmation, newest first."""
    return session.scalars(select(Draft).order_by(col(Draft.received_at).desc())).all()


def kept_of_draft(session: Session, draft_id: int, name: str, key: str) -> bytes | None:
    """A part of what was read of a draft, where it was made from what the key says."""
    row = session.get(KeptOfDraft, (draft_id, name))
    return row.content if row is not None and row.key == key else None


def keep_of_draft(session: Session, draft_id: int, name: str, key: str, content: bytes) -> None:
    """Keeps a part of what was read of a draft, in place of an earlier one of its name and of all that was made from
    something else.
    """
    mine = col(KeptOfDraft.draft_id) == draft_id
    same = or_(col(KeptOfDraft.name) == name, col(KeptOfDraft.key) != key)
    session.execute(delete(KeptOfDraft).where(mine, same))
    session.add(KeptOfDraft(draft_id=draft_id, name=name, key=key, content=content))
    session.flush()


def drop_old_downloads(session: Session, before: datetime, most: int) -> None:
    """Drops what was made for download before a time, and the oldest of what is more than so many."""
    newest = select(col(KeptDownload.key)).order_by(col(KeptDownload.made_at).desc()).limit(most)
    old = or_(col(KeptDownload.made_at) < before, col(KeptDownload.key).not_in(newest))
    session.execute(delete(KeptDownload).where(old))


def draft_of_file(session: Session, government: str, file_hash: str) -> Draft | None:
    """The draft of a government that holds this very file."""
    wanted = (col(Draft.government) == government, col(Draft.file_hash) == file_hash)
    return session.scalars(select(Draft).where(*wanted)).first()


def submission_of_file(session: Session, government: str, file_hash: str) -> Submission | None:
    """The submission in force of a government that holds this very file."""
    wanted = (
        col(Submission.government) == government,
        col(Submission.file_hash) == file_hash,
        col(Submission.status) == "submitted",
    )
    return session.scalars(select(Submission).where(*wanted)).first()


def submissions(session: Session, government: str | None = None, status: str | None = None) -> Sequence[Submission]:
    """Submissions, newest first; of one government or one status where given."""
    query = select(Submission).order_by(col(Submission.id).desc())
    if government is not None:
        query = query.where(col(Submission.government) == government)
    if status is not None:
        query = query.where(col(Submission.status) == status)
    return session.scalars(query).all()


def governments(session: Session) -> list[str]:
    """The governments with a submission in force, in order of name."""
    query = select(col(Submission.government)).where(col(Submission.status) == "submitted").distinct()
    return sorted(session.scalars(query))


def government(session: Session, name: str) -> Government | None:
    """What is kept of a government's terms."""
    return session.get(Government, name)


def add_government(session: Session, row: Government) -> None:
    """Keeps a government's terms where none are kept yet; of two who do so at once, the first one's hold."""
    facts = row.model_dump()
    marks = ", ".join(f":{name}" for name in facts)
    session.execute(
        text(f"INSERT INTO government ({', '.join(facts)}) VALUES ({marks}) ON CONFLICT (name) DO NOTHING"), facts
    )


def lock_government(session: Session, name: str) -> None:
    """Lets nobody else change a government's terms, or store lines in them, until the transaction ends. A write takes
    the lock in each kind of database; SQLite knows no other.
    """
    row = update(Government).where(col(Government.name) == name)
    session.execute(row.values(currency=col(Government.currency)))


def has_lines(session: Session, government: str) -> bool:
    """Whether a government has any submission, in force or superseded."""
    found = select(col(Submission.id)).where(col(Submission.government) == government).limit(1)
    return session.scalars(found).first() is not None


_COVERED = ("submission_id", "body", "stage", "version", "flow", "fiscal_year")


def coverage(session: Session, submission_ids: Sequence[int]) -> pd.DataFrame:
    """Which bodies, stages, versions, flows and years each submission speaks of, each once: columns submission_id,
    body, stage, version, flow and fiscal_year.
    """
    columns = [col(getattr(BudgetLine, name)) for name in _COVERED]
    query = select(*columns).where(col(BudgetLine.submission_id).in_(submission_ids)).distinct().order_by(*columns)
    frame = pd.DataFrame.from_records(list(map(tuple, session.execute(query))), columns=list(_COVERED))
    return frame.astype({name: "int64" if name in ("submission_id", "fiscal_year") else "str" for name in _COVERED})


def file_is_used(session: Session, file_hash: str) -> bool:
    """Whether a draft or a submission still holds the file."""
    return any(
        session.scalars(select(col(table.id)).where(col(table.file_hash) == file_hash).limit(1)).first() is not None
        for table in (Draft, Submission)
    )


def drop_file(session: Session, file_hash: str) -> None:
    """Forgets the bytes of a file that nothing holds any more."""
    session.execute(delete(SourceFile).where(col(SourceFile.file_hash) == file_hash))


def lines_of(session: Session, submission_ids: Sequence[int]) -> pd.DataFrame:
    """The budget lines of submissions, in order, with a column submission_id beside `budget_line.SCHEMA`."""
    names = ["submission_id", *budget_line.SCHEMA]
    query = (
        select(*(getattr(BudgetLine, name) for name in names))
        .where(col(BudgetLine.submission_id).in_(submission_ids))
        .order_by(col(BudgetLine.submission_id), col(BudgetLine.line_id))
    )
    frame = pd.DataFrame.from_records(list(map(tuple, session.execute(query))), columns=names)
    return frame.astype({"submission_id": "int64", **budget_line.SCHEMA})


def add_stated_totals(session: Session, submission_id: int, totals: Sequence[ControlTotal]) -> None:
    """Stores a submission's control totals."""
    session.add_all(
        StatedTotal(
            **total.model_dump(exclude={"members"}), members=json.dumps(total.members), submission_id=submission_id
        )
        for total in totals
    )
    session.flush()


def stated_totals(session: Session, submission_id: int, *, sheet: str | None = None) -> list[ControlTotal]:
    """The control totals of a submission in the order of its workbook; of one sheet where given."""
    wanted = [col(StatedTotal.submission_id) == submission_id]
    if sheet is not None:
        wanted.append(col(StatedTotal.sheet) == sheet)
    found = session.scalars(select(StatedTotal).where(*wanted).order_by(col(StatedTotal.id)))
    return [ControlTotal(**{**row.model_dump(), "members": tuple(json.loads(row.members))}) for row in found]


def profiles(session: Session, government: str) -> Sequence[ReadingProfile]:
    """The reading profiles of a government, newest first."""
    query = select(ReadingProfile).where(col(ReadingProfile.government) == government)
    return session.scalars(query.order_by(col(ReadingProfile.id).desc())).all()


def jobs_of_status(session: Session, statuses: Sequence[str]) -> Sequence[Job]:
    """Jobs of any of these statuses."""
    return session.scalars(select(Job).where(col(Job.status).in_(statuses))).all()


def mark_job(session: Session, job_id: str, statuses: Sequence[str], code: str) -> None:
    """Gives a job a code where it still has one of some statuses."""
    session.execute(update(Job).where(col(Job.id) == job_id, col(Job.status).in_(statuses)).values(code=code))


def runs(session: Session, government: str | None = None) -> Sequence[Run]:
    """Allocation runs, newest first; of one government where given."""
    query = select(Run).order_by(col(Run.ran_at).desc())
    if government is not None:
        query = query.where(col(Run.government) == government)
    return session.scalars(query).all()


def submission_ids_of_run(session: Session, run_id: str) -> list[int]:
    """The submissions whose lines a run allocated."""
    query = select(col(RunSubmission.submission_id)).where(col(RunSubmission.run_id) == run_id)
    return sorted(session.scalars(query))


def cube_of(session: Session, run_id: str) -> pd.DataFrame:
    """A run's cube, as `allocation.summarise` made it."""
    return _cells(session, CUBE_COLUMNS, col(CubeCell.run_id) == run_id)


def comparable_cells(session: Session, run_id: str) -> pd.DataFrame:
    """The summary of a run by versions that do not count, with a column sort beside those of the cube."""
    return _cells(session, ["sort", *CUBE_COLUMNS], col(ComparableCell.run_id) == run_id, table=ComparableCell)


def cells_of_runs(session: Session, run_ids: Sequence[str], stage: str, fiscal_year: int) -> pd.DataFrame:
    """The cells of several runs' cubes for one stage and year, with a column run_id beside those of the cube."""
    wanted = (
        col(CubeCell.run_id).in_(run_ids),
        col(CubeCell.stage) == stage,
        col(CubeCell.fiscal_year) == fiscal_year,
    )
    return _cells(session, ["run_id", *CUBE_COLUMNS], *wanted)


def touches_of(session: Session, run_id: str) -> pd.DataFrame:
    """Which outcomes the lines of a run touch together, as `allocation.summarise_touches` found it."""
    return _cells(session, TOUCH_COLUMNS, col(TouchCell.run_id) == run_id, table=TouchCell)


def _cells(
    session: Session,
    columns: list[str],
    *wanted: ColumnElement[bool],
    table: type[CubeCell | ComparableCell | TouchCell] = CubeCell,
) -> pd.DataFrame:
    query = select(*(getattr(table, name) for name in columns)).where(*wanted)
    ordered = query.order_by(col(table.run_id), col(table.position))
    frame = pd.DataFrame.from_records(list(map(tuple, session.execute(ordered))), columns=columns)
    other = {"fiscal_year": "int64", "amount": "int64", "below": "bool", "memo": "bool"}
    return frame.astype({name: other.get(name, "str") for name in columns})


_ITS_LINE = (col(BudgetLine.submission_id) == col(Allocation.submission_id)) & (
    col(BudgetLine.line_id) == col(Allocation.line_id)
)


def _in_view(
    run_id: str, stage: str, fiscal_year: int, flow: str, bodies: Sequence[str] | None, not_toward: Sequence[str]
) -> list[ColumnElement[bool]]:
    """Which allocations, joined with their lines, a view of a run counts in one flow."""
    wanted = [
        col(Allocation.run_id) == run_id,
        col(BudgetLine.flow) == flow,
        col(BudgetLine.stage) == stage,
        col(BudgetLine.fiscal_year) == fiscal_year,
    ]
    if bodies is not None:
        wanted.append(col(BudgetLine.body).in_(bodies))
    if not_toward:
        wanted.append(col(Allocation.toward).not_in(not_toward))
    return wanted


def largest_allocations(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    body: str | None = None,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> tuple[list[tuple[Allocation, BudgetLine]], int]:
    """Allocations of a run with their lines, largest amounts first, and how many there are in all. Where a transfer
    takes a part of a line and the view counts it all the same, what the line gives to an outcome by a rule is one row.

    Args:
        flow: of which flow.
        bodies: only of these, where given.
        not_toward: without transfers toward these levels of government.
    """
    wanted = [*_in_view(run_id, stage, fiscal_year, flow, bodies, not_toward), col(Allocation.amount) != 0]
    if outcome is not None:
        wanted.append(col(Allocation.outcome) == outcome)
    if body is not None:
        wanted.append(col(BudgetLine.body) == body)
    taken_out = select(col(CubeCell.run_id)).where(col(CubeCell.run_id) == run_id, col(CubeCell.toward) != "").limit(1)
    if session.execute(taken_out).first() is not None:
        return _largest_together(session, run_id, wanted, limit, offset)
    found = select(Allocation, BudgetLine).join(BudgetLine, _ITS_LINE).where(*wanted)
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    ordered = found.order_by(func.abs(Allocation.amount).desc(), col(Allocation.position)).limit(limit).offset(offset)
    return [(allocation, line) for allocation, line in session.execute(ordered)], count


def _largest_together(
    session: Session, run_id: str, wanted: list[ColumnElement[bool]], limit: int, offset: int
) -> tuple[list[tuple[Allocation, BudgetLine]], int]:
    """The same where a line may give to one outcome in parts, of which a transfer takes some."""
    by = [col(getattr(Allocation, name)) for name in ("submission_id", "line_id", "outcome", "rule_id", "kind")]
    amount = func.sum(Allocation.amount).label("amount")
    place = func.min(Allocation.position).label("position")
    together = select(*by, amount, place).join(BudgetLine, _ITS_LINE).where(*wanted).group_by(*by).subquery()
    count = session.scalar(select(func.count()).select_from(together)) or 0
    its_line = (col(BudgetLine.submission_id) == together.c.submission_id) & (
        col(BudgetLine.line_id) == together.c.line_id
    )
    ordered = (
        select(together, BudgetLine)
        .join(BudgetLine, its_line)
        .order_by(func.abs(together.c.amount).desc(), together.c.position)
        .limit(limit)
        .offset(offset)
    )
    found = []
    for *said, amount_of, position, line in session.execute(ordered):
        names = ("submission_id", "line_id", "outcome", "rule_id", "kind")
        facts = dict(zip(names, said, strict=True))
        whole = Allocation(run_id=run_id, position=position, amount=int(amount_of), toward="", **facts)
        found.append((whole, line))
    return found, count


def rule_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    outcome: str | None = None,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> list[tuple[str, int, int]]:
    """What each rule gave of one flow in a stage and year, to one outcome where given: its id, the amount, and how many
    lines.
    """
    query = (
        select(col(Allocation.rule_id), func.sum(Allocation.amount), func.count(col(Allocation.line_id).distinct()))
        .join(BudgetLine, _ITS_LINE)
        .where(*_in_view(run_id, stage, fiscal_year, flow, bodies, not_toward))
        .group_by(col(Allocation.rule_id))
    )
    if outcome is not None:
        query = query.where(col(Allocation.outcome) == outcome)
    return [(rule, int(amount), int(count)) for rule, amount, count in session.execute(query)]


def account_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> pd.DataFrame:
    """What was spent in a stage and year by all that tells what money is: columns body, programme, control, unit,
    account, outcome, kind, rule_id and amount.
    """
    of_line = [col(getattr(BudgetLine, name)) for name in ("body", "programme", "control", "unit", "account")]
    keys = [*of_line, col(Allocation.outcome), col(Allocation.kind), col(Allocation.rule_id)]
    query = (
        select(*keys, func.sum(Allocation.amount))
        .join(BudgetLine, _ITS_LINE)
        .where(*_in_view(run_id, stage, fiscal_year, "expenditure", bodies, not_toward))
        .group_by(*keys)
        .order_by(*keys)
    )
    texts = ["body", "programme", "control", "unit", "account", "outcome", "kind", "rule_id"]
    rows = [(*row[:8], int(row[8])) for row in session.execute(query)]
    frame = pd.DataFrame.from_records(rows, columns=[*texts, "amount"])
    return frame.astype({**dict.fromkeys(texts, "str"), "amount": "int64"})


def programme_sums(
    session: Session,
    run_id: str,
    stage: str,
    fiscal_year: int,
    *,
    flow: str = "expenditure",
    bodies: Sequence[str] | None = None,
    not_toward: Sequence[str] = (),
) -> pd.DataFrame:
    """What the programmes of each body give of one flow to each outcome in a stage and year: columns body, programme,
    control, outcome, kind, amount and, within it, receipts, which lines below nought come to.
    """
    names = ("body", "programme", "control", "outcome", "kind")
    keys = [col(getattr(ProgrammeCell, name)) for name in names]
    below = case((col(ProgrammeCell.below), col(ProgrammeCell.amount)), else_=0)
    query = (
        select(*keys, func.sum(ProgrammeCell.amount), func.sum(below))
        .where(
            col(ProgrammeCell.run_id) == run_id,
            col(ProgrammeCell.flow) == flow,
            col(ProgrammeCell.stage) == stage,
            col(ProgrammeCell.fiscal_year) == fiscal_year,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    if bodies is not None:
        query = query.where(col(ProgrammeCell.body).in_(bodies))
    if not_toward:
        query = query.where(col(ProgrammeCell.toward).not_in(not_toward))
    frame = pd.DataFrame.from_records(
        [(*row[:-2], int(row[-2]), int(row[-1])) for row in session.execute(query)],
        columns=[*names, "amount", "receipts"],
    )
    return frame.astype({**dict.fromkeys(names, "str"), "amount": "int64", "receipts": "int64"})


def lines_near(session: Session, submission_ids: Sequence[int], line: BudgetLine) -> pd.DataFrame:
    """The lines of submissions that could be what parts of a line's year are parts of: those of its body's sheet, and
    of its budget control anywhere; with a column submission_id beside `budget_line.SCHEMA`.
    """
    names = ["submission_id", *budget_line.SCHEMA]
    same_sheet = (col(BudgetLine.submission_id) == line.submission_id) & (col(BudgetLine.sheet) == line.sheet)
    query = select(*(getattr(BudgetLine, name) for name in names)).where(
        col(BudgetLine.submission_id).in_(submission_ids),
        col(BudgetLine.stage) == line.stage,
        col(BudgetLine.fiscal_year) == line.fiscal_year,
        same_sheet | (col(BudgetLine.control) == line.control),
    )
    return pd.DataFrame.from_records(list(map(tuple, session.execute(query))), columns=names)


def memo_lines(
    session: Session,
    submission_ids: Sequence[int],
    stage: str,
    fiscal_year: int,
    versions: Mapping[str, str],
) -> Sequence[BudgetLine]:
    """Memo lines of spending of submissions for one stage and year, in the order of their workbooks.

    Args:
        versions: by body, which version counts.
    """
    query = (
        select(BudgetLine)
        .where(
            col(BudgetLine.submission_id).in_(submission_ids),
            col(BudgetLine.memo),
            col(BudgetLine.flow) == "expenditure",
            col(BudgetLine.stage) == stage,
            col(BudgetLine.fiscal_year) == fiscal_year,
            col(BudgetLine.amount) != 0,
        )
        .order_by(col(BudgetLine.submission_id), col(BudgetLine.line_id))
    )
    return [line for line in session.scalars(query) if versions.get(line.body, line.version) == line.version]


def counted_of_lines(session: Session, run_id: str, line_ids: Sequence[str]) -> dict[str, int]:
    """What a run counts of each of some lines, by the line's id; lines of which it counts nothing are left out."""
    query = (
        select(col(Allocation.line_id), func.sum(Allocation.amount))
        .where(col(Allocation.run_id) == run_id, col(Allocation.line_id).in_(line_ids))
        .group_by(col(Allocation.line_id))
    )
    return {line: int(amount) for line, amount in session.execute(query)}


def line_of_run(session: Session, run_id: str, line_id: str) -> BudgetLine | None:
    """A line that a run allocated, or showed as memo."""
    query = (
        select(BudgetLine)
        .join(RunSubmission, col(RunSubmission.submission_id) == col(BudgetLine.submission_id))
        .where(col(RunSubmission.run_id) == run_id, col(BudgetLine.line_id) == line_id)
    )
    return session.scalars(query).first()


def allocations_of_line(session: Session, run_id: str, line_id: str) -> Sequence[Allocation]:
    """What one line gave to each outcome, in the order of its rule's shares."""
    query = (
        select(Allocation)
        .where(col(Allocation.run_id) == run_id, col(Allocation.line_id) == line_id)
        .order_by(col(Allocation.position))
    )
    return session.scalars(query).all()


def shares_of_line(session: Session, run_id: str, rule_id: str, line: BudgetLine) -> dict[str, int]:
    """What a depending rule gave in a line's cost centre, in parts per million by outcome."""
    query = (
        select(col(RunShare.outcome), col(RunShare.share))
        .where(
            col(RunShare.run_id) == run_id,
            col(RunShare.rule_id) == rule_id,
            col(RunShare.body) == line.body,
            col(RunShare.unit) == line.unit,
            col(RunShare.stage) == line.stage,
            col(RunShare.fiscal_year) == line.fiscal_year,
        )
        .order_by(col(RunShare.position))
    )
    return {row.outcome: row.share for row in session.execute(query)}


def body_levels(session: Session, government: str) -> dict[str, str]:
    """The level of government of each body for which a person stated one."""
    query = select(col(BodyLevel.body), col(BodyLevel.level)).where(col(BodyLevel.government) == government)
    return {row.body: row.level for row in session.execute(query)}


def body_parents(session: Session, government: str) -> dict[str, str]:
    """The body of which each body is a part, where one was stated."""
    rows = session.scalars(select(BodyParent).where(col(BodyParent.government) == government)).all()
    return {row.body: row.parent for row in rows}


def driver_tables(session: Session, government: str) -> list[DriverTable]:
    """The drivers in force of a government: the newest table of each name, in order of name."""
    query = select(DriverTable).where(col(DriverTable.government) == government).order_by(col(DriverTable.id))
    newest = {table.name: table for table in session.scalars(query)}
    return [newest[name] for name in sorted(newest)]


def measures(session: Session, government: str) -> pd.DataFrame:
    """The measures in force of a government, as `drivers.SCHEMA` says."""
    rows = [row for table in driver_tables(session, government) for row in json.loads(table.measures)]
    return pd.DataFrame.from_records(rows, columns=list(drivers.SCHEMA)).astype(drivers.SCHEMA)


def mapping_versions(session: Session, government: str | None = None, name: str | None = None) -> list[MappingVersion]:
    """Versions of mappings, newest first; of one government or one name where given."""
    query = select(MappingVersion).order_by(col(MappingVersion.id).desc())
    if government is not None:
        query = query.where(col(MappingVersion.government) == government)
    if name is not None:
        query = query.where(col(MappingVersion.name) == name)
    return list(session.scalars(query))


def mapping_revisions(session: Session, version_id: int) -> list[MappingRevision]:
    """All that a draft said, newest first."""
    query = select(MappingRevision).where(col(MappingRevision.version_id) == version_id)
    return list(session.scalars(query.order_by(col(MappingRevision.revision).desc())))


def judgements(session: Session, government: str, framework: str) -> list[Judgement]:
    """What people made of suggestions, oldest first."""
    query = select(Judgement).where(col(Judgement.government) == government, col(Judgement.framework) == framework)
    return list(session.scalars(query.order_by(col(Judgement.id))))


def scenarios(session: Session, government: str) -> list[StoredScenario]:
    """The scenarios of a government, newest first."""
    query = select(StoredScenario).where(col(StoredScenario.government) == government)
    return list(session.scalars(query.order_by(col(StoredScenario.id).desc())))
