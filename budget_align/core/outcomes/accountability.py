"""Accountability: who answers for an outcome, which programmes are evaluated, and which money has neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from budget_align.core.allocation.alignment import SET_APART, share_of
from budget_align.core.frameworks.framework import Framework
from budget_align.core.rules.mapping import UNALIGNED
from budget_align.core.values.day import format_day

EvaluationStatus = Literal["none", "planned", "under way", "published"]
EVALUATION_STATUSES: Final[tuple[EvaluationStatus, ...]] = ("none", "planned", "under way", "published")

Programme = tuple[str, str]
"""A body and one of its programmes."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Owner(_Fact):
    """Who answers for an outcome, or for a mission as `mission:` and its code.

    Attributes:
        owner: the accountable role, such as Secretary for Health; empty where there is none.
        person: who holds it, if given.
        board: the mission board that it comes before; empty where there is none.
        through: the code of the mission that the outcome has its owner or board from; empty for its own.
    """

    subject: Annotated[str, Field(min_length=1, max_length=80)]
    owner: Annotated[str, Field(max_length=200)] = ""
    person: Annotated[str, Field(max_length=200)] = ""
    board: Annotated[str, Field(max_length=200)] = ""
    through: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _a_person_holds_a_role(self) -> Self:
        if self.person and not self.owner:
            raise ValueError("an accountable owner is a role; name it beside the person")
        return self


class Evaluation(_Fact):
    """Whether a programme of a body is evaluated; `on` is when it is due or was published, `link` where to read it."""

    body: Annotated[str, Field(max_length=300)]
    programme: Annotated[str, Field(max_length=500)]
    status: EvaluationStatus
    link: Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    on: date | None = None

    @model_validator(mode="after")
    def _says_where_it_is(self) -> Self:
        if self.status == "published" and not self.link:
            raise ValueError("a published evaluation needs the link where it can be read")
        return self


def find_owners(framework: Framework, stated: Iterable[Owner]) -> dict[str, Owner]:
    """Who answers for each outcome that has an owner or a board: its own, else its mission's, each for itself.

    Missions that money is given to as a whole are among the keys, as `mission:` and code.
    """
    known = {owner.subject: owner for owner in stated}
    found = {code: known[code] for code in framework.names() if code in known}
    for code, mission in framework.mission_of().items():
        own, above = known.get(code), known.get(mission)
        if above is None:
            continue
        if own is None:
            found[code] = above.model_copy(update={"subject": code, "through": mission})
        elif not own.owner:
            found[code] = own.model_copy(
                update={
                    "owner": above.owner,
                    "person": above.person,
                    "board": own.board or above.board,
                    "through": mission if above.owner else "",
                }
            )
        elif not own.board:
            found[code] = own.model_copy(update={"board": above.board})
    return found


@dataclass(frozen=True)
class RegisterRow:
    """One outcome in the register: what is tied to it, who answers for it, what tells of it, what is evaluated.

    Attributes:
        indicators: how many indicators with data tell of it.
        evaluated: amounts by the status of their programme's evaluation, in minor units; they add up to `amount`.
        bodies: how many bodies give to it.
        share_evaluated: what share of its gross is of programmes that are evaluated, or will be; None where there is
            none.
    """

    code: str
    name: str
    amount: int
    owner: Owner | None
    indicators: int
    evaluated: Mapping[EvaluationStatus, int]
    bodies: int
    share_evaluated: float | None


@dataclass(frozen=True)
class Register:
    """Pounds that lack an owner, an indicator or an evaluation, in minor units.

    For each of the three questions, what lacks it and what has it add up to `aligned`; money that no rule tied to an
    outcome can have neither and stands apart as `unaligned`.

    Attributes:
        share_without_owner: what share of the gross that is tied to outcomes has no owner; None where there is none.
    """

    rows: tuple[RegisterRow, ...]
    aligned: int
    unaligned: int
    without_owner: int
    without_indicator: int
    without_evaluation: int
    share_without_owner: float | None


def make_register(
    spend: pd.DataFrame,
    framework: Framework,
    owners: Mapping[str, Owner],
    evaluations: Iterable[Evaluation],
    indicators: Mapping[str, int],
) -> Register:
    """The register of one stage and year.

    Args:
        spend: columns body, programme, outcome, kind and amount, as a cube has them; and below where receipts stand in
            rows of their own, else amounts below zero are receipts.
        owners: as `find_owners` gives them.
        indicators: how many indicators with data tell of each outcome.

    Returns:
        Outcomes with the most money first.
    """
    counted = spend[~spend["kind"].isin(SET_APART)]
    aligned = counted[counted["outcome"] != UNALIGNED]
    status_of = {(e.body, e.programme): e.status for e in evaluations}
    statuses = pd.Series(
        [status_of.get(key, "none") for key in zip(aligned["body"], aligned["programme"], strict=True)],
        index=aligned.index,
        dtype="str",
    )
    below = aligned["below"] if "below" in aligned else aligned["amount"] < 0
    told = aligned.assign(status=statuses, gross=aligned["amount"].where(~below, 0))
    both = told.groupby(["outcome", "status"])[["amount", "gross"]].sum()
    by_status, gross_by_status = both["amount"].to_dict(), both["gross"].to_dict()
    sums: Counter[str] = Counter()
    gross: Counter[str] = Counter()
    for (outcome, _), amount, above in zip(
        both.index.to_list(), both["amount"].tolist(), both["gross"].tolist(), strict=True
    ):
        sums[outcome] += amount
        gross[outcome] += above
    given = aligned[aligned["amount"] != 0].groupby("outcome")["body"].nunique().to_dict()
    rows = [
        RegisterRow(
            code,
            name,
            int(sums.get(code, 0)),
            owners.get(code),
            indicators.get(code, 0),
            {status: int(by_status.get((code, status), 0)) for status in EVALUATION_STATUSES},
            int(given.get(code, 0)),
            share_of(gross.get(code, 0) - gross_by_status.get((code, "none"), 0), gross.get(code, 0)),
        )
        for code, name in framework.names().items()
        if code in framework.outcome_names() or code in sums
    ]
    unowned = [row for row in rows if row.owner is None or not row.owner.owner]
    return Register(
        tuple(sorted(rows, key=lambda row: -row.amount)),
        int(aligned["amount"].sum()),
        int(counted["amount"].sum()) - int(aligned["amount"].sum()),
        sum(row.amount for row in unowned),
        sum(row.amount for row in rows if not row.indicators),
        sum(row.evaluated["none"] for row in rows),
        share_of(sum(gross.get(row.code, 0) for row in unowned), sum(gross.values())),
    )


ItemKind = Literal["decision", "action"]


@dataclass(frozen=True)
class BoardItem:
    """A decision that a board took or an action that it asked for; it comes back at every meeting until it is closed.

    Attributes:
        outcome: the code of the outcome it concerns; empty for the board as a whole.
        result: what became of it, said when it was closed.
    """

    id: int
    kind: ItemKind
    what: str
    owner: str
    due: date
    outcome: str
    noted_on: date
    closed_on: date | None = None
    result: str = ""

    def overdue(self, today: date) -> bool:
        """Whether it should have been closed before today."""
        return self.closed_on is None and self.due < today


@dataclass(frozen=True)
class Matter:
    """Something that needs a decision of a board: which outcome, what stands against it, and the evidence."""

    outcome: str
    what: str
    evidence: str


@dataclass(frozen=True)
class MeetingStanding:
    """Where an outcome stands on the day of a meeting, for comparing with the next.

    Attributes:
        findings: what is worth a decision, in words; see `find_matters`.
        status: as the indicators of the outcome say together.
        late: names of indicators whose next data is overdue.
    """

    code: str
    name: str
    amount: int
    status: str
    late: tuple[str, ...] = ()
    finding: str = ""
    owner: str = ""


def find_matters(standings: Sequence[MeetingStanding], items: Sequence[BoardItem], today: date) -> list[Matter]:
    """What needs a decision, most pressing first: overdue items, outcomes without an owner, money and movement that
    do not go together, data that is late.
    """
    overdue = [
        Matter(
            item.outcome,
            f"{item.kind.capitalize()} overdue: {item.what}",
            f"{item.owner}, due {format_day(item.due)}",
        )
        for item in items
        if item.overdue(today)
    ]
    unowned = [
        Matter(s.code, "Nobody answers for it", "no accountable owner is named") for s in standings if not s.owner
    ]
    # What improves with its money needs no decision; what improves without any may need some.
    moving = [
        Matter(s.code, s.finding.capitalize(), f"indicators: {s.status}")
        for s in standings
        if s.finding and (s.status != "improving" or not s.amount)
    ]
    late = [Matter(s.code, "Its data is late", "; ".join(s.late)) for s in standings if s.late]
    return [*overdue, *unowned, *moving, *late]


@dataclass(frozen=True)
class ChangeSinceMeeting:
    """What became different for an outcome since the last meeting; amounts in minor units, None where not known."""

    code: str
    name: str
    before: int | None
    amount: int
    status_before: str
    status: str

    @property
    def is_change(self) -> bool:
        """Whether anything is different."""
        return (self.before is not None and self.before != self.amount) or self.status_before != self.status


@dataclass(frozen=True)
class Briefing:
    """What a board takes to its meeting.

    Attributes:
        since: the day of its last meeting; None before the first.
        changes: outcomes that differ from then; empty before the first.
        closed: items closed since then; `open` come back until they are.
    """

    board: str
    since: date | None
    standings: tuple[MeetingStanding, ...]
    changes: tuple[ChangeSinceMeeting, ...]
    matters: tuple[Matter, ...]
    open: tuple[BoardItem, ...]
    closed: tuple[BoardItem, ...] = field(default=())

    @property
    def amount(self) -> int:
        """What its outcomes get together."""
        return sum(standing.amount for standing in self.standings)


def make_briefing(
    board: str,
    standings: Sequence[MeetingStanding],
    before: Sequence[MeetingStanding] | None,
    since: date | None,
    items: Sequence[BoardItem],
    today: date,
) -> Briefing:
    """The briefing of a board as of a day.

    Args:
        standings: where its outcomes stand now.
        before: where they stood at its last meeting; None before the first.
        items: its decisions and actions, closed ones too.
    """
    changes: list[ChangeSinceMeeting] = []
    if before is not None:
        then = {standing.code: standing for standing in before}
        for now in standings:
            was = then.get(now.code)
            change = ChangeSinceMeeting(
                now.code,
                now.name,
                was.amount if was else None,
                now.amount,
                was.status if was else "not before the board",
                now.status,
            )
            changes += [change] if change.is_change else []
    still = sorted((item for item in items if item.closed_on is None), key=lambda item: (item.due, item.id))
    closed = [item for item in items if item.closed_on and (since is None or item.closed_on >= since)]
    return Briefing(
        board,
        since,
        tuple(standings),
        tuple(changes),
        tuple(find_matters(standings, still, today)),
        tuple(still),
        tuple(closed),
    )
