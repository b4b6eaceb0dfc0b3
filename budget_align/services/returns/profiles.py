"""Keeps how a person confirmed that tables are read, and settles next year's workbook of the same shape by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session

from budget_align.core.returns.profile import (
    Profile,
    apply_profile,
    find_shape_change,
    make_profile,
    settles_anything,
)
from budget_align.core.returns.reading import Answers, Finding, Reading, Severity
from budget_align.store import return_queries
from budget_align.store.tables import ReadingProfile


def settle_by_profiles(session: Session, government: str, reading: Reading, tells: Callable[[str], bool]) -> Answers:
    """What the profiles of a government settle about a workbook as it was read without them.

    Args:
        tells: whether whoever sends the workbook may be told of what was confirmed for a body.
    """
    kept = return_queries.profiles(session, government)
    newest = {row.fingerprint: row for row in reversed(kept)}
    settled = {}
    for table in reading.tables:
        row = newest.get(table.fingerprint)
        if row is None:
            continue
        profile = Profile.model_validate_json(row.settled)
        if len(profile.roles) != len(table.columns):
            continue
        asked = [question for question in reading.questions if question.table == table.key]
        at = row.confirmed_at
        whose = f" for {row.name}" if tells(profile.body) else ""
        if not whose:
            profile = profile.model_copy(update={"body": ""})
        evidence = f"as confirmed{whose} on {at.day} {at:%B %Y}"
        answers = apply_profile(profile, table, asked, evidence)
        if settles_anything(answers):
            settled[table.key] = answers
    return Answers(tables=settled)


def find_changed_shapes(
    session: Session, government: str, reading: Reading, tells: Callable[[str], bool]
) -> list[Finding]:
    """A finding for each table that is like one confirmed before but not of the same shape, with what changed.

    Args:
        tells: whether whoever looks may be told of what was confirmed for a body.
    """
    kept = (Profile.model_validate_json(row.settled) for row in return_queries.profiles(session, government))
    profiles = [profile for profile in kept if tells(profile.body)]
    found = []
    for table in reading.tables:
        change = find_shape_change(profiles, table)
        if change is not None:
            said = [f"new: {', '.join(change.new)}"] if change.new else []
            said += [f"gone: {', '.join(change.gone)}"] if change.gone else []
            found.append(
                Finding(
                    code="shape-changed",
                    severity=Severity.WARNING,
                    sheet=table.sheet,
                    cell=table.area.split(":")[0],
                    message=f"Its columns are not those confirmed for {change.name}; "
                    f"{'; '.join(said) or 'their order differs'}.",
                    action="Look at each column below before you confirm.",
                )
            )
    return found


def keep_profiles(session: Session, government: str, reading: Reading, actor: str) -> None:
    """Keeps how each table of a confirmed reading was read."""
    now = datetime.now(UTC).replace(microsecond=0)
    newest = {row.fingerprint: row.settled for row in reversed(return_queries.profiles(session, government))}
    for table in reading.tables:
        settled = make_profile(table).model_dump_json()
        if table.summary or newest.get(table.fingerprint) == settled:
            continue
        newest[table.fingerprint] = settled
        session.add(
            ReadingProfile(
                government=government,
                name=table.body.value or table.sheet,
                fingerprint=table.fingerprint,
                settled=settled,
                confirmed_by=actor,
                confirmed_at=now,
            )
        )
