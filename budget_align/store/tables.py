"""The tables. Amounts are whole minor units in 64 bits; approved things are never changed, only superseded."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlmodel import Field, SQLModel


def _text() -> Column[str]:
    return Column(Text, nullable=False)


def _amount() -> Column[int]:
    return Column(BigInteger, nullable=False)


def _time() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


def _only_one(name: str, columns: tuple[str, ...], where: str) -> Index:
    """An index by which no two rows say the same, among those that a condition names. Where a database held such rows
    before, from the time when nothing kept them apart, its migration leaves those out.
    """
    condition = text(where) if where else None
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class Account(SQLModel, table=True):
    """A person who can sign in, until the account is disabled; it is never dropped, since the record names it."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=200)
    password_hash: str = Field(max_length=200)
    disabled: bool = Field(default=False)
    second_key: str = Field(default="", max_length=64)
    """The key of the second factor; empty without one."""
    second_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """The last time step of which a code was taken, so that none is taken twice."""


class RecoveryCode(SQLModel, table=True):
    """Stands in once for a second factor that is lost. The code is shown once and never kept, only its SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class AccountLink(SQLModel, table=True):
    """Lets whoever holds it choose a password, once and for a time. `kind` is first, invited or reset; the first one is
    of no account yet. The link is shown once and never kept, only its SHA-256."""

    link_hash: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=10)
    email: str = Field(max_length=254, index=True)
    made_by: str = Field(max_length=254)
    ends_at: datetime = Field(sa_column=_time())
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class RoleHeld(SQLModel, table=True):
    """A role that a person holds; columns as `core.people.policy.Held` says. An empty government or body is all."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    role: str = Field(max_length=30)
    government: str = Field(max_length=120)
    body: str = Field(sa_column=_text())
    first_day: date | None = None
    last_day: date | None = None
    given_by: str = Field(max_length=254)
    given_at: datetime = Field(sa_column=_time())
    for_whom: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": ""})
    """In whose place it is used; empty for a role of one's own. It is in force while theirs is."""

    __table_args__ = (_only_one("ux_roleheld", ("email", "role", "government", "body"), ""),)


class SignIn(SQLModel, table=True):
    """A browser in which a person is signed in. The token that it holds is never kept, only its SHA-256."""

    token_hash: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254, index=True)
    begun_at: datetime = Field(sa_column=_time())
    sure_at: datetime = Field(sa_column=_time())
    """When the person last showed that it is they."""
    seen_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When something was last asked by it, to a few minutes; none for as long as that was when it began."""
    browser: str = Field(default="", max_length=200)
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class Government(SQLModel, table=True):
    """The terms in which a government counts, as `core.terms.Terms` says; kept from its first workbook on, and not
    changed once it has lines. `bare_year` is what a person said that a bare year such as 2026 means."""

    name: str = Field(primary_key=True, max_length=120)
    currency: str = Field(max_length=3)
    fiscal_year_starts: int
    fiscal_year_style: str = Field(max_length=10)
    bare_year: str = Field(max_length=5)
    locale: str = Field(max_length=20)


class SourceFile(SQLModel, table=True):
    """The bytes of a workbook as they were received, under their SHA-256."""

    file_hash: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Draft(SQLModel, table=True):
    """A workbook that was received and read, and waits for a person to confirm how. Its id is drawn at random, so that
    it is never another workbook's and cannot be guessed."""

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    government: str = Field(max_length=120)
    file_hash: str = Field(foreign_key="sourcefile.file_hash", max_length=64)
    file_name: str = Field(sa_column=_text())
    answers: str = Field(sa_column=_text())
    settled_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """Everyone who settled how it is read, a line each."""
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    received_by: str = Field(max_length=254)
    received_at: datetime = Field(sa_column=_time())

    __table_args__ = (Index("ux_draft_file", "government", "file_hash", unique=True),)


class KeptOfDraft(SQLModel, table=True):
    """What was read of a draft's workbook, so that no page reads the workbook again: its reading, parts of its sheets,
    its findings written into it. `key` is the hash of what it was made from; another key makes it anew."""

    draft_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    name: str = Field(primary_key=True, max_length=60)
    key: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class KeptDownload(SQLModel, table=True):
    """A report or workbook that was made for whoever downloads it. `key` is the hash of all that it says, so that it is
    made once; one that is dropped is made again."""

    key: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=20)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=_time())


class Submission(SQLModel, table=True):
    """A budget return whose reading a person confirmed. `status` is submitted or superseded; who settled how it is read
    stands in `settled_by`, a line each."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    status: str = Field(max_length=20)
    file_hash: str = Field(foreign_key="sourcefile.file_hash", max_length=64)
    file_name: str = Field(sa_column=_text())
    reading: str = Field(sa_column=_text())
    lines_hash: str = Field(max_length=64)
    line_count: int
    received_by: str = Field(default="", max_length=254)
    settled_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    confirmed_by: str = Field(max_length=254)
    confirmed_at: datetime = Field(sa_column=_time())

    __table_args__ = (_only_one("ux_submission_file", ("government", "file_hash"), "status = 'submitted'"),)


class BudgetLine(SQLModel, table=True):
    """One budget line of a submission; columns as `core.budget_line.SCHEMA` says."""

    submission_id: int = Field(foreign_key="submission.id", primary_key=True)
    line_id: str = Field(primary_key=True, max_length=40)
    body: str = Field(sa_column=_text())
    level: str = Field(sa_column=_text())
    unit: str = Field(sa_column=_text())
    programme_code: str = Field(sa_column=_text())
    programme: str = Field(sa_column=_text())
    account_code: str = Field(sa_column=_text())
    account: str = Field(sa_column=_text())
    control: str = Field(sa_column=_text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=_text())
    fiscal_year: int
    amount: int = Field(sa_column=_amount())
    memo: bool
    counterpart: str = Field(sa_column=_text())
    description: str = Field(sa_column=_text())
    extra: str = Field(sa_column=_text())
    sheet: str = Field(sa_column=_text())
    row: int
    cell: str = Field(max_length=20)
    file_hash: str = Field(max_length=64)


class StatedTotal(SQLModel, table=True):
    """A total that a workbook states, beside what was read; columns as `core.reading.ControlTotal` says."""

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    sheet: str = Field(sa_column=_text())
    row: int
    cell: str = Field(max_length=20)
    label: str = Field(sa_column=_text())
    body: str = Field(sa_column=_text())
    whole: bool
    memo: bool
    stage: str = Field(max_length=20)
    flow: str = Field(max_length=12)
    version: str = Field(sa_column=_text())
    fiscal_year: int | None
    control: str = Field(sa_column=_text())
    published: int = Field(sa_column=_amount())
    read: int = Field(sa_column=_amount())
    members: str = Field(sa_column=_text())
    rounding: int = Field(sa_column=_amount())


class ReadingProfile(SQLModel, table=True):
    """How tables of one shape are read, as a person confirmed it: the newest of a government and shape holds.

    `settled` is a `core.profile.Profile` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(sa_column=_text())
    fingerprint: str = Field(max_length=64, index=True)
    settled: str = Field(sa_column=_text())
    confirmed_by: str = Field(max_length=254)
    confirmed_at: datetime = Field(sa_column=_time())


class Job(SQLModel, table=True):
    """The reading of an uploaded workbook, on its way. `status` is waiting, reading, done, refused, or stopped; what
    became of it stands in `draft_id`, `submission_id` or `message`; `process` is the one that reads it."""

    id: str = Field(primary_key=True, max_length=32)
    government: str = Field(max_length=120)
    file_name: str = Field(sa_column=_text())
    status: str = Field(max_length=12)
    done: int
    total: int
    step: str = Field(sa_column=_text())
    message: str = Field(sa_column=_text())
    code: str = Field(max_length=40)
    draft_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    submission_id: int | None = None
    process: str = Field(default="", max_length=120)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=_time())


class BodyLevel(SQLModel, table=True):
    """The level of government of a body, as a person stated it; one of `core.budget_line.LEVELS`."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    level: str = Field(max_length=20)


class BodyParent(SQLModel, table=True):
    """Of which body a body is a part, as a person stated it: a role for the one is a role for the other too."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    parent: str = Field(sa_column=_text())


class DriverTable(SQLModel, table=True):
    """The measures of one driver, as an uploaded workbook states them: the newest of a government and name holds.

    `measures` are rows of `core.drivers.SCHEMA` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(max_length=64)
    measures: str = Field(sa_column=_text())
    hash: str = Field(max_length=64)
    file_name: str = Field(sa_column=_text())
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=_time())


class MappingVersion(SQLModel, table=True):
    """A version of a government's mapping. `status` is draft, approved or superseded.

    A draft has no number and its `revision` counts its changes; once approved its content never changes.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    name: str = Field(max_length=64)
    number: int | None = None
    status: str = Field(max_length=12)
    content: str = Field(sa_column=_text())
    hash: str = Field(max_length=64)
    revision: int
    based_on: int | None = Field(default=None, foreign_key="mappingversion.id")
    begun_by: str = Field(max_length=254)
    changed_at: datetime = Field(sa_column=_time())
    approved_by: str = Field(max_length=254)
    approved_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = (
        _only_one("ux_mappingversion_number", ("government", "name", "number"), "number IS NOT NULL"),
        _only_one("ux_mappingversion_draft", ("government", "name"), "status = 'draft'"),
    )


class MappingRevision(SQLModel, table=True):
    """What a draft said after one change, so that each can be seen and undone."""

    version_id: int = Field(foreign_key="mappingversion.id", primary_key=True)
    revision: int = Field(primary_key=True)
    content: str = Field(sa_column=_text())
    what: str = Field(sa_column=_text())
    saved_by: str = Field(max_length=254)
    saved_at: datetime = Field(sa_column=_time())


class FrameworkVersion(SQLModel, table=True):
    """A framework that a government wrote itself: a `core.framework.Framework` as JSON. `status` is draft or
    published; once published its content never changes, and a revision is a framework of its own."""

    code: str = Field(primary_key=True, max_length=64)
    content: str = Field(sa_column=_text())
    status: str = Field(max_length=12)
    file_name: str = Field(sa_column=_text())
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=_time())
    published_by: str = Field(max_length=254)
    published_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class Indicator(SQLModel, table=True):
    """What an indicator of a government measures; `facts` is a `core.indicator.IndicatorDefinition` as JSON, `proposed`
    a `core.outcomes.promise.Promise` that waits to be approved, and `proposed_by` who proposed it, a line each."""

    government: str = Field(primary_key=True, max_length=120)
    code: str = Field(primary_key=True, max_length=64)
    facts: str = Field(sa_column=_text())
    proposed: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    proposed_by: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=_time())


class Observation(SQLModel, table=True):
    """A value of an indicator; columns as `core.indicator.OBSERVATIONS` says."""

    government: str = Field(primary_key=True, max_length=120)
    indicator: str = Field(primary_key=True, max_length=100)
    territory: str = Field(primary_key=True, max_length=200)
    year: int = Field(primary_key=True)
    fiscal: bool
    value: float = Field(sa_column=Column(Double, nullable=False))


class Consultation(SQLModel, table=True):
    """What a consultation or an assembly said of the outcomes of a framework: its ballots counted, and none kept.

    `result` is a `services.consulting.Result` as JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    name: str = Field(max_length=200)
    method: str = Field(max_length=20)
    ballots: int
    evidence: str = Field(sa_column=_text())
    result: str = Field(sa_column=_text())
    file_hash: str = Field(max_length=64)
    sent_by: str = Field(max_length=254)
    sent_at: datetime = Field(sa_column=_time())


class PublicBallot(SQLModel, table=True):
    """A question put to the public: which outcomes of a framework matter most. `outcomes` are their codes as JSON, as
    they were when it was put. What people answer is kept as sums alone, in `PublicBallotSum`.
    """

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    name: str = Field(max_length=200)
    outcomes: str = Field(sa_column=_text())
    ballots: int
    opened_by: str = Field(max_length=254)
    opened_at: datetime = Field(sa_column=_time())
    closed_by: str = Field(max_length=254)
    closed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = (_only_one("ux_publicballot_open", ("government",), "closed_at IS NULL"),)


class PublicBallotSum(SQLModel, table=True):
    """What the ballots give to one outcome together: sums of `core.priority.double_points` and of their squares."""

    ballot_id: int = Field(foreign_key="publicballot.id", primary_key=True)
    outcome: str = Field(primary_key=True, max_length=64)
    points: int = Field(sa_column=_amount())
    squares: int = Field(sa_column=_amount())


class AccessToken(SQLModel, table=True):
    """Lets software act for a person. The token itself is shown once and never kept, only its SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, index=True)
    name: str = Field(max_length=200)
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(sa_column=_time())
    scope: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """The actions that it may do, by their names; empty for those that it was made for before tokens said so."""
    last_day: date | None = None


class AccountableOwner(SQLModel, table=True):
    """Who answers for a mission or an outcome of a framework; columns as `core.accountability.Owner` says."""

    government: str = Field(primary_key=True, max_length=120)
    framework: str = Field(primary_key=True, max_length=64)
    subject: str = Field(primary_key=True, max_length=80)
    owner: str = Field(max_length=200)
    person: str = Field(max_length=200)
    board: str = Field(max_length=200)
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=_time())


class ProgrammeEvaluation(SQLModel, table=True):
    """Whether a programme of a body is evaluated; columns as `core.accountability.Evaluation` says."""

    government: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=Column(Text, primary_key=True))
    programme: str = Field(sa_column=Column(Text, primary_key=True))
    status: str = Field(max_length=12)
    link: str = Field(max_length=500)
    on: date | None = None
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=_time())


class BoardMeeting(SQLModel, table=True):
    """A meeting of a mission board, and where its outcomes stood then: a list of `core.accountability.Standing` as
    JSON, from the run that lay before it."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    board: str = Field(max_length=200)
    held_on: date
    run_id: str = Field(foreign_key="run.id", max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    standings: str = Field(sa_column=_text())
    noted_by: str = Field(max_length=254)
    noted_at: datetime = Field(sa_column=_time())

    __table_args__ = (_only_one("ux_boardmeeting_day", ("government", "framework", "board", "held_on"), ""),)


class BoardItem(SQLModel, table=True):
    """A decision or an action of a mission board; columns as `core.accountability.BoardItem` says."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    board: str = Field(max_length=200)
    kind: str = Field(max_length=12)
    what: str = Field(sa_column=_text())
    owner: str = Field(max_length=200)
    due: date
    outcome: str = Field(max_length=80)
    noted_on: date
    noted_by: str = Field(max_length=254)
    closed_on: date | None = None
    closed_by: str = Field(max_length=254)
    result: str = Field(sa_column=_text())


class PolicyAssessment(SQLModel, table=True):
    """What somebody found of a policy's effect on an outcome; columns as `core.outcomes.assessment.Assessment` says,
    what is concerned one a line. `revision` counts its changes."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    outcome: str = Field(max_length=80)
    policy: str = Field(max_length=300)
    direction: str = Field(max_length=12)
    strength: str = Field(max_length=12)
    assessed_by: str = Field(max_length=200)
    assessed_on: date
    link: str = Field(max_length=500)
    concerns: str = Field(sa_column=_text())
    revision: int = 0
    noted_by: str = Field(max_length=254)
    noted_at: datetime = Field(sa_column=_time())


class StoredScenario(SQLModel, table=True):
    """A scenario on a run's stage and year: a `core.scenario.Scenario` as JSON. None of its figures is stored."""

    __tablename__ = "scenario"

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    run_id: str = Field(foreign_key="run.id", max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    name: str = Field(max_length=200)
    content: str = Field(sa_column=_text())
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    revision: int
    changed_by: str = Field(max_length=254)
    changed_at: datetime = Field(sa_column=_time())


class Judgement(SQLModel, table=True):
    """What a person made of a suggestion: the words of the group of lines, and an outcome taken or refused."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120, index=True)
    framework: str = Field(max_length=64)
    words: str = Field(sa_column=_text())
    outcome: str = Field(max_length=64)
    share: int
    taken: bool
    by: str = Field(max_length=254)
    at: datetime = Field(sa_column=_time())


class Run(SQLModel, table=True):
    """An allocation run. Its id is the hash of its inputs: the lines, the mapping, the framework, the drivers, the
    levels of government and, where a choice was to be made, the versions of budgets; who ran them last and when stands
    beside. `bases` are the versions that it takes: a list of `core.budget_version.Basis` as JSON. `below` is
    the spend that draws no overhead, the largest first: a list of `core.overheads.Below` as JSON."""

    id: str = Field(primary_key=True, max_length=64)
    government: str = Field(max_length=120, index=True)
    mapping_name: str = Field(max_length=64)
    mapping_hash: str = Field(max_length=64)
    mapping: str = Field(sa_column=_text())
    mapping_version: int | None = Field(default=None, foreign_key="mappingversion.id")
    framework: str = Field(sa_column=_text())
    line_count: int
    bases: str = Field(sa_column=_text())
    below: str = Field(sa_column=_text())
    marking: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    ran_by: str = Field(max_length=254)
    ran_at: datetime = Field(sa_column=_time())


class Approval(SQLModel, table=True):
    """What was asked of those who approve, and what they decided; of each thing the last one counts. `state` is
    waiting, approved, returned or lapsed; `authors` and `bodies` stand a line each, as they were when it was asked.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    government: str = Field(max_length=120)
    subject: str = Field(max_length=200)
    title: str = Field(sa_column=_text())
    authors: str = Field(sa_column=_text())
    bodies: str = Field(sa_column=_text())
    action: str = Field(max_length=40)
    state: str = Field(max_length=12)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=_time())
    message: str = Field(sa_column=_text())
    decided_by: str = Field(default="", max_length=254)
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    answer: str = Field(default="", sa_column=_text())
    due: date | None = None
    """By which day whoever asked would have it."""

    __table_args__ = (_only_one("ux_approval_waiting", ("kind", "government", "subject"), "state = 'waiting'"),)


class Outbox(SQLModel, table=True):
    """A mail that tells a person that something waits for them; what it is about is told once to each. `next_at` is
    when it is tried next, None once it was sent or given up."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254)
    about: str = Field(max_length=120)
    made_at: datetime = Field(sa_column=_time())
    next_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    fault: str = Field(default="", sa_column=_text())

    __table_args__ = (_only_one("ux_outbox_about", ("email", "about"), ""),)


class Remark(SQLModel, table=True):
    """What a person said of something that is approved, or of one line or rule of it."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    government: str = Field(max_length=120)
    subject: str = Field(max_length=200)
    place: str = Field(max_length=200)
    text: str = Field(sa_column=_text())
    said_by: str = Field(max_length=254)
    said_at: datetime = Field(sa_column=_time())

    __table_args__ = (Index("ix_remark_subject", "kind", "government", "subject"),)


class Publication(SQLModel, table=True):
    """A run's figures of one stage and year as what everyone sees, or as asked to become it. `state` is one of
    `core.publishing.standing.State`; of each government, framework, stage and year one is published."""

    id: int | None = Field(default=None, primary_key=True)
    government: str = Field(max_length=120)
    framework: str = Field(max_length=64)
    stage: str = Field(max_length=20)
    fiscal_year: int
    run_id: str = Field(foreign_key="run.id", index=True, max_length=64)
    state: str = Field(max_length=12)
    asked_by: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=_time())
    message: str = Field(sa_column=_text())
    decided_by: str = Field(default="", max_length=254)
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    answer: str = Field(default="", sa_column=_text())
    due: date | None = None
    ended_by: str = Field(default="", max_length=254)
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))

    __table_args__ = tuple(
        _only_one(f"ux_publication_{state}", ("government", "framework", "stage", "fiscal_year"), f"state = '{state}'")
        for state in ("published", "asked")
    )


class RunSubmission(SQLModel, table=True):
    """A submission whose lines a run allocated."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    submission_id: int = Field(foreign_key="submission.id", primary_key=True)


class Allocation(SQLModel, table=True):
    """An amount of one line given to one outcome by one rule in one run, as `core.allocation.SCHEMA` says; an empty
    outcome is unaligned."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    submission_id: int
    line_id: str = Field(max_length=40)
    outcome: str = Field(max_length=64)
    amount: int = Field(sa_column=_amount())
    rule_id: str = Field(max_length=64)
    kind: str = Field(max_length=12)
    toward: str = Field(max_length=20)

    __table_args__ = (
        ForeignKeyConstraint(["submission_id", "line_id"], ["budgetline.submission_id", "budgetline.line_id"]),
        Index("ix_allocation_line", "run_id", "line_id"),
        Index("ix_allocation_outcome", "run_id", "outcome"),
    )


class RunShare(SQLModel, table=True):
    """What a rule that depends on measures or on other money gave in one cost centre; columns as
    `core.overheads.SCHEMA` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    rule_id: str = Field(max_length=64)
    body: str = Field(sa_column=_text())
    unit: str = Field(sa_column=_text())
    stage: str = Field(max_length=20)
    fiscal_year: int
    outcome: str = Field(max_length=64)
    share: int = Field(sa_column=_amount())


class CubeCell(SQLModel, table=True):
    """A run's summary, which every page reads, as `core.allocation.summarise` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    body: str = Field(sa_column=_text())
    level: str = Field(max_length=20)
    toward: str = Field(max_length=20)
    outcome: str = Field(max_length=64)
    control: str = Field(sa_column=_text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=_text())
    fiscal_year: int
    kind: str = Field(max_length=12)
    rule_id: str = Field(max_length=64)
    below: bool
    memo: bool
    amount: int = Field(sa_column=_amount())


class ComparableCell(SQLModel, table=True):
    """A run's summary by versions of one sort, of stages and years in which others count, so that years are compared
    like with like: as `core.allocation.whole_budget.allocate_sorts` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    sort: str = Field(sa_column=_text())
    body: str = Field(sa_column=_text())
    level: str = Field(max_length=20)
    toward: str = Field(max_length=20)
    outcome: str = Field(max_length=64)
    control: str = Field(sa_column=_text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=_text())
    fiscal_year: int
    kind: str = Field(max_length=12)
    rule_id: str = Field(max_length=64)
    below: bool
    memo: bool
    amount: int = Field(sa_column=_amount())


class ProgrammeCell(SQLModel, table=True):
    """What a programme gives to an outcome in a run, as `core.allocation.summarise_programmes` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    body: str = Field(sa_column=_text())
    programme: str = Field(sa_column=_text())
    toward: str = Field(max_length=20)
    outcome: str = Field(max_length=64)
    control: str = Field(sa_column=_text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=_text())
    fiscal_year: int
    kind: str = Field(max_length=12)
    rule_id: str = Field(max_length=64)
    below: bool
    memo: bool
    amount: int = Field(sa_column=_amount())

    __table_args__ = (Index("ix_programmecell_period", "run_id", "stage", "fiscal_year"),)


class TouchCell(SQLModel, table=True):
    """Which outcomes lines of a run touch together, as `core.allocation.summarise_touches` says."""

    run_id: str = Field(foreign_key="run.id", primary_key=True, max_length=64)
    position: int = Field(primary_key=True)
    body: str = Field(sa_column=_text())
    level: str = Field(max_length=20)
    toward: str = Field(max_length=20)
    control: str = Field(sa_column=_text())
    flow: str = Field(max_length=12)
    stage: str = Field(max_length=20)
    version: str = Field(sa_column=_text())
    fiscal_year: int
    rule_id: str = Field(max_length=64)
    below: bool
    memo: bool
    outcomes: str = Field(sa_column=_text())
    amount: int = Field(sa_column=_amount())


class AuditEvent(SQLModel, table=True):
    """A change of state, as `core.record.chain.Event` says: who did what to what, when; each event's hash covers the
    one before it, and the database lets none be changed or removed."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    actor: str = Field(max_length=254)
    action: str = Field(max_length=60)
    subject: str = Field(sa_column=_text())
    detail: str = Field(sa_column=_text())
    before: str = Field(default="", sa_column=_text())
    after: str = Field(default="", sa_column=_text())
    request_id: str = Field(default="", max_length=64)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)
    form: int = 2

    __table_args__ = (
        _only_one("ux_auditevent_previous", ("previous_hash",), ""),
        Index("ix_auditevent_subject", "subject"),
        Index("ix_auditevent_at", "at"),
    )
