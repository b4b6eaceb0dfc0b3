"""Mission boards: what changed since the last meeting, what needs a decision, and what was decided until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation import alignment
from budget_align.core.measures.gaps import find_gaps
from budget_align.core.outcomes.accountability import (
    BoardItem,
    Briefing,
    ItemKind,
    MeetingStanding,
    Owner,
    find_owners,
    make_briefing,
)
from budget_align.core.outcomes.indicator import IndicatorState, states_of
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import outcome_queries, tables
from budget_align.store.tables import BoardMeeting

_LONGEST = 2_000
_STANDINGS = TypeAdapter(list[MeetingStanding])


@dataclass(frozen=True)
class BoardSummary:
    """A mission board as lists show it; `amount` is what its outcomes have together, in minor units."""

    name: str
    outcomes: int
    amount: int
    open: int
    overdue: int
    last_met: date | None


def list_boards(engine: Engine, run: OpenRun, today: date) -> list[BoardSummary]:
    """The boards that outcomes of the framework shown come before, in order of name."""
    amounts = alignment.spend_by(run.part, "outcome").to_dict()
    with Session(engine) as session:
        owners = find_owners(run.framework, outcome_queries.owners(session, run.government, run.framework.code))
        rows = outcome_queries.board_items(session, run.government, run.framework.code)
        meetings = outcome_queries.board_meetings(session, run.government, run.framework.code)
    last_met: dict[str, date] = {}
    for meeting in meetings:
        last_met.setdefault(meeting.board, meeting.held_on)
    found = []
    for name in sorted({owner.board for owner in owners.values() if owner.board} | {row.board for row in rows}):
        mine = _outcomes_of(name, run, owners)
        still = [item for row in rows if row.board == name and (item := _item(row)).closed_on is None]
        amount = sum(int(amounts.get(code, 0)) for code in mine)
        overdue = sum(item.overdue(today) for item in still)
        found.append(BoardSummary(name, len(mine), amount, len(still), overdue, last_met.get(name)))
    return found


def open_briefing(
    engine: Engine,
    run: OpenRun,
    board: str,
    readings: Sequence[IndicatorState],
    today: date,
    deflator: Deflator | None = None,
) -> Briefing:
    """What a board takes to its next meeting.

    Args:
        deflator: says whether spend rises or falls in real terms; in cash without.

    Raises:
        RefusedError: no outcome comes before such a board, and none ever did.
    """
    framework = run.framework.code
    with Session(engine) as session:
        owners = find_owners(run.framework, outcome_queries.owners(session, run.government, framework))
        items = [_item(row) for row in outcome_queries.board_items(session, run.government, framework, board)]
        meetings = outcome_queries.board_meetings(session, run.government, framework, board)
    # Where the outcomes stood then is told by the run of that day.
    met = [meeting for meeting in meetings if meeting.run_id not in run.hidden]
    mine = _outcomes_of(board, run, owners)
    if not mine and not items and not met:
        raise RefusedError("no-board", f"No outcome comes before a board called {board!r}.")
    standings = _standings(run, mine, owners, readings, deflator)
    last = met[0] if met else None
    before = _STANDINGS.validate_json(last.standings) if last else None
    return make_briefing(board, standings, before, last.held_on if last else None, items, today)


def hold_meeting(
    engine: Engine,
    run: OpenRun,
    board: str,
    held_on: date,
    readings: Sequence[IndicatorState],
    actor: str,
    today: date,
    deflator: Deflator | None = None,
) -> None:
    """Notes that a board met, and where its outcomes stand, for the next meeting to set itself beside.

    Raises:
        RefusedError: the day lies ahead or before the last meeting, or there is no such board.
    """
    briefing = open_briefing(engine, run, board, readings, today, deflator)
    if held_on > today:
        raise RefusedError("bad-day", "The meeting lies ahead; note it on its day or after it.")
    if briefing.since is not None and held_on < briefing.since:
        raise RefusedError("bad-day", "The board met after that day already; note its meetings in order.")
    with change(engine, "board", run.government, run.framework.code, board) as session:
        permit(session, actor, "hold-board", run.government)
        held = outcome_queries.board_meetings(session, run.government, run.framework.code, board)
        last = held[0] if held else None
        if last is not None and last.held_on == held_on:
            raise RefusedError("met-already", f"The meeting of that day is noted already, by {last.noted_by}.")
        if last is not None and held_on < last.held_on:
            raise RefusedError("bad-day", "The board met after that day already; note its meetings in order.")
        session.add(
            BoardMeeting(
                government=run.government,
                framework=run.framework.code,
                board=board,
                held_on=held_on,
                run_id=run.id,
                stage=run.stage,
                fiscal_year=run.fiscal_year,
                standings=_STANDINGS.dump_json(list(briefing.standings)).decode(),
                noted_by=actor,
                noted_at=datetime.now(UTC).replace(microsecond=0),
            )
        )
        auditing.record(session, actor, "board met", board, {"government": run.government, "on": held_on.isoformat()})


def note_item(
    engine: Engine,
    run: OpenRun,
    board: str,
    kind: str,
    what: str,
    owner: str,
    due: date | None,
    outcome: str,
    actor: str,
    today: date,
) -> None:
    """Notes a decision or an action of a board.

    Raises:
        RefusedError: it lacks a kind, its words, an owner or a day, or names an outcome that is none.
    """
    missing = [name for name, said in (("what is to be done", what), ("who does it", owner)) if not said.strip()]
    if missing or due is None or kind not in ("decision", "action"):
        raise RefusedError("bad-item", f"Say {' and '.join([*missing, *([] if due else ['by when'])]) or 'its kind'}.")
    if outcome and outcome not in run.framework.names():
        raise RefusedError("unknown-outcome", f"{outcome!r} is no outcome of {run.framework.name}.")
    with change(engine, "board", run.government, run.framework.code, board) as session:
        permit(session, actor, "hold-board", run.government)
        session.add(
            tables.StoredBoardItem(
                government=run.government,
                framework=run.framework.code,
                board=board,
                kind=kind,
                what=what.strip()[:_LONGEST],
                owner=owner.strip()[:200],
                due=due,
                outcome=outcome,
                noted_on=today,
                noted_by=actor,
                closed_by="",
                result="",
            )
        )
        detail = {"government": run.government, "what": what.strip()[:200], "owner": owner, "due": due.isoformat()}
        auditing.record(session, actor, f"{kind} noted", board, detail)


def close_item(engine: Engine, government: str, item_id: int, result: str, actor: str, today: date) -> str:
    """Closes a decision or an action with what became of it, and returns its board.

    Raises:
        RefusedError: there is none of that id, it is closed, or what became of it is not said.
    """
    with change(engine, "board item", item_id) as session:
        permit(session, actor, "hold-board", government)
        row = session.get(tables.StoredBoardItem, item_id)
        if row is None or row.government != government:
            raise RefusedError("no-item", "There is no such decision or action.")
        if row.closed_on is not None:
            raise RefusedError("closed", f"It was closed by {row.closed_by} already.")
        if not result.strip():
            raise RefusedError("bad-item", "Say what became of it.")
        row.closed_on, row.closed_by, row.result = today, actor, result.strip()[:_LONGEST]
        detail = {"government": government, "what": row.what[:200], "result": row.result[:200]}
        auditing.record(session, actor, f"{row.kind} closed", row.board, detail)
        return row.board


def _outcomes_of(board: str, run: OpenRun, owners: dict[str, Owner]) -> list[str]:
    shown = {str(code) for code in run.part["outcome"]} | set(run.framework.outcome_names())
    return [code for code, owner in owners.items() if owner.board == board and code in shown]


def _standings(
    run: OpenRun,
    codes: Sequence[str],
    owners: dict[str, Owner],
    readings: Sequence[IndicatorState],
    deflator: Deflator | None,
) -> list[MeetingStanding]:
    found = []
    for gap in find_gaps(run, readings, deflator):
        if gap.code not in codes:
            continue
        mine = states_of(readings, run.answers_to(gap.code))
        late = tuple(reading.definition.name for reading in mine if reading.late)
        found.append(
            MeetingStanding(gap.code, gap.name, gap.amount, gap.status, late, gap.finding, owners[gap.code].owner)
        )
    return sorted(found, key=lambda standing: -standing.amount)


def _item(row: tables.StoredBoardItem) -> BoardItem:
    assert row.id is not None
    kind: ItemKind = "decision" if row.kind == "decision" else "action"
    return BoardItem(row.id, kind, row.what, row.owner, row.due, row.outcome, row.noted_on, row.closed_on, row.result)
