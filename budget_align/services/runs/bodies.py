"""The bodies of a government: at which level each stands, and what passes between them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.allocation.consolidation import Transfer, pair_transfers
from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.returns.budget_line import LEVELS
from budget_align.core.rules.matching import LineIndex
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.runs.viewing import OpenRun
from budget_align.store import government_queries, publication_queries, return_queries
from budget_align.store.tables import BodyLevel, BodyParent


@dataclass(frozen=True)
class Body:
    """A body with returns in force; `level` is one of `LEVELS`, and `parent` the body of which it is a part; each is
    empty where nobody stated it.
    """

    name: str
    level: str
    parent: str = ""


def list_bodies(
    engine: Engine, government: str, hidden: Collection[int] = (), *, published: bool = False
) -> list[Body]:
    """The bodies of a government's returns in force, in order of name.

    Args:
        hidden: returns that whoever asks may not see.
        published: whether those are meant alone of which figures are published.

    Raises:
        RefusedError: it has no confirmed return.
    """
    with Session(engine) as session:
        active = [s.id for s in return_queries.submissions(session, government, "submitted") if s.id is not None]
        if not active:
            raise RefusedError("no-lines", f"{government!r} has no confirmed return yet; import a workbook first.")
        active = [number for number in active if number not in hidden]
        levels = government_queries.body_levels(session, government)
        covered = return_queries.coverage(session, active)
        if published:
            told = publication_queries.shown_coverage(session, government)
            periods = zip(*(covered[name] for name in ("submission_id", "stage", "fiscal_year")), strict=True)
            covered = covered[[each in told for each in periods]]
        names = covered["body"].unique().tolist()
        parents = government_queries.body_parents(session, government)
        return [Body(name, levels.get(name, ""), parents.get(name, "")) for name in sorted(names)]


def state_levels(
    engine: Engine,
    government: str,
    levels: Lookup[str, str],
    actor: str,
    *,
    seen: Lookup[str, str] | None = None,
) -> int:
    """Keeps at which level of government bodies stand, an empty one for not stated; returns how many changed.

    Args:
        seen: what the person saw; None for who saw nothing.

    Raises:
        ChangedSinceError: someone else stated other levels of the same bodies meanwhile.
        RefusedError: a level is none.
    """
    wrong = [level for level in levels.values() if level and level not in LEVELS]
    if wrong:
        raise RefusedError("bad-level", f"{wrong[0]!r} is no level of government; use one of {', '.join(LEVELS)}.")
    with change(engine, "levels", government) as session:
        before = government_queries.body_levels(session, government)
        changed = find_changes(seen, levels, before, lambda body: f"Level of {body}")
        permit(session, actor, "edit-government", government, changed)
        for body, level in changed.items():
            known = session.get(BodyLevel, (government, body))
            if known is not None and not level:
                session.delete(known)
            elif known is not None:
                known.level = level
            else:
                session.add(BodyLevel(government=government, body=body, level=level))
        if changed:
            auditing.record(session, actor, "levels stated", government, {"bodies": changed})
        return len(changed)


def state_parents(
    engine: Engine,
    government: str,
    parents: Lookup[str, str],
    actor: str,
    *,
    seen: Lookup[str, str] | None = None,
) -> int:
    """Keeps of which body bodies are a part, an empty one for none; returns how many changed. A role for a body is one
    for its parts, so that only those may say it who may for the whole government.

    Args:
        seen: what the person saw; None for who saw nothing.

    Raises:
        ChangedSinceError: someone else made the same bodies parts of others meanwhile.
        RefusedError: a body would be a part of itself.
    """
    with change(engine, "levels", government) as session:
        before = government_queries.body_parents(session, government)
        changed = find_changes(seen, parents, before, lambda body: f"{body} is a part of")
        if not changed:
            return 0
        permit(session, actor, "edit-government", government)
        _refuse_circles({**before, **changed})
        for body, parent in changed.items():
            known = session.get(BodyParent, (government, body))
            if known is not None and not parent:
                session.delete(known)
            elif known is not None:
                known.parent = parent
            else:
                session.add(BodyParent(government=government, body=body, parent=parent))
        auditing.record(session, actor, "parts stated", government, {"bodies": changed})
        return len(changed)


def _refuse_circles(parents: Lookup[str, str]) -> None:
    for body in parents:
        above = parents[body]
        for _ in parents:
            if above == body:
                raise RefusedError("bad-part", f"{body} would be a part of itself; say another body above it.")
            above = parents.get(above, "")


def list_transfers(engine: Engine, run: OpenRun) -> list[Transfer]:
    """The transfers of a run's stage and year between bodies whose budgets it holds, unpaired ones first."""
    with Session(engine) as session:
        lines = return_queries.lines_of(session, run.submission_ids)
    lines = lines[(lines["stage"] == run.stage) & (lines["fiscal_year"] == run.fiscal_year)]
    pairs = lines[["body", "flow"]].drop_duplicates().itertuples(index=False, name=None)
    taken = {pair: run.version_of(pair[0], run.stage, run.fiscal_year, pair[1]) for pair in pairs}
    rows = zip(lines["body"], lines["flow"], lines["version"], strict=True)
    lines = lines[[taken[body, flow] == version for body, flow, version in rows]].reset_index(drop=True)
    level = dict(zip(run.every_flow["body"], run.every_flow["level"], strict=True))
    lines["level"] = [level.get(body, own) for body, own in zip(lines["body"], lines["level"], strict=True)]
    lines["level"] = lines["level"].astype("str")
    found = pair_transfers(LineIndex(lines, run.terms.currency), run.mapping)
    return sorted(found, key=lambda t: (t.status == "paired", -max(t.paid, t.received)))
