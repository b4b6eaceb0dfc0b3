"""The tables. Amounts are whole minor units in 64 bits; approved things are never changed, only superseded."""

from __future__ import annotations

from budget_align.store.tables.accountability import (
    AccountableOwner,
    BoardMeeting,
    PolicyAssessment,
    ProgrammeEvaluation,
    StoredBoardItem,
)
from budget_align.store.tables.approvals import Approval, Outbox, Publication, Remark
from budget_align.store.tables.downloads import KeptDownload
from budget_align.store.tables.governments import BodyLevel, BodyParent, Government
from budget_align.store.tables.mappings import DriverTable, FrameworkVersion, Judgement, MappingRevision, MappingVersion
from budget_align.store.tables.outcomes import Consultation, Observation, PublicBallot, PublicBallotSum, StoredIndicator
from budget_align.store.tables.people import AccessToken, Account, AccountLink, RecoveryCode, RoleHeld, SignIn
from budget_align.store.tables.record import AuditEvent
from budget_align.store.tables.returns import (
    BudgetLine,
    Draft,
    Job,
    KeptOfDraft,
    ReadingProfile,
    SourceFile,
    StatedTotal,
    Submission,
)
from budget_align.store.tables.runs import (
    Allocation,
    ComparableCell,
    CubeCell,
    ProgrammeCell,
    Run,
    RunShare,
    RunSubmission,
    StoredScenario,
    TouchCell,
)

__all__ = [
    "AccessToken",
    "Account",
    "AccountLink",
    "AccountableOwner",
    "Allocation",
    "Approval",
    "AuditEvent",
    "BoardMeeting",
    "BodyLevel",
    "BodyParent",
    "BudgetLine",
    "ComparableCell",
    "Consultation",
    "CubeCell",
    "Draft",
    "DriverTable",
    "FrameworkVersion",
    "Government",
    "Job",
    "Judgement",
    "KeptDownload",
    "KeptOfDraft",
    "MappingRevision",
    "MappingVersion",
    "Observation",
    "Outbox",
    "PolicyAssessment",
    "ProgrammeCell",
    "ProgrammeEvaluation",
    "PublicBallot",
    "PublicBallotSum",
    "Publication",
    "ReadingProfile",
    "RecoveryCode",
    "Remark",
    "RoleHeld",
    "Run",
    "RunShare",
    "RunSubmission",
    "SignIn",
    "SourceFile",
    "StatedTotal",
    "StoredBoardItem",
    "StoredIndicator",
    "StoredScenario",
    "Submission",
    "TouchCell",
]
