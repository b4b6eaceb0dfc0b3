"""Who may do what. This table alone decides it: pages, the API, jobs, commands and every change of state ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from budget_align.core.values.refusal import RefusedError

Reach = Literal["own", "any", "-"]
"""How far a role goes for an action.

own: what is of the bodies that the role is held for, and what one sent oneself; what is of a government as a whole only
where the role is held for all of it. any: all of the government. -: nothing.
"""

ROLES: Final = {
    "finance-analyst": "finance analyst",
    "finance-approver": "finance approver",
    "mapping-owner": "mapping owner",
    "mapping-approver": "mapping approver",
    "outcome-owner": "outcome owner",
    "board-secretary": "board secretary",
    "minister": "minister",
    "auditor": "auditor",
    "administrator": "administrator",
}
"""Every role by its name, in the order of the table's columns."""

ACTIONS: Final = {
    "see-figures": "see figures and what stands behind them",
    "see-originals": "fetch workbooks as they were sent",
    "see-trials": "see trial runs and what is not published",
    "see-returns": "see returns",
    "see-drafts": "see workbooks that wait to be confirmed",
    "send-return": "send a return and settle how it is read",
    "confirm-return": "confirm a return",
    "withdraw-return": "withdraw a return",
    "approve-return": "approve a return, or send it back for changes",
    "see-mappings": "see mappings and their drafts",
    "edit-mapping": "edit a mapping",
    "approve-mapping": "approve a mapping, or send it back for changes",
    "edit-framework": "send or discard a framework",
    "publish-framework": "publish a framework",
    "edit-indicators": "edit indicators, their values and targets",
    "approve-targets": "approve targets",
    "edit-register": "edit the register of owners and evaluations",
    "hold-board": "note what a board met about and decided",
    "consult": "count ballots and put questions to the public",
    "edit-government": "say how bodies stand",
    "edit-drivers": "send the measures of drivers",
    "run": "allocate a budget",
    "publish-run": "publish a run",
    "unpublish-run": "take a published run back",
    "see-scenarios": "see scenarios",
    "edit-scenarios": "make and change scenarios",
    "comment": "comment",
    "mark": "mark returns, runs and scenarios",
    "see-sensitive": "see what is marked to be seen by few",
    "see-closed": "see what is marked to be seen by the fewest",
    "see-record": "see the record",
    "export-record": "export the record",
    "manage-people": "manage people and roles",
}
"""Every action by its name, in the order of the table's rows."""

_TABLE: Final = """
                    fin.     fin.      mapping  mapping   outcome  board
                    analyst  approver  owner    approver  owner    secretary  minister  auditor  administrator
see-figures         any      any       any      any       any      any        any       any      any
see-originals       any      any       any      any       -        -          -         any      -
see-trials          any      any       any      any       -        -          -         any      -
see-returns         own      own       any      any       -        -          -         any      -
see-drafts          own      -         -        -         -        -          -         any      -
send-return         own      -         -        -         -        -          -         -        -
confirm-return      own      -         -        -         -        -          -         -        -
withdraw-return     own      own       -        -         -        -          -         -        -
approve-return      -        own       -        -         -        -          -         -        -
see-mappings        any      any       any      any       -        -          -         any      -
edit-mapping        -        -         own      -         -        -          -         -        -
approve-mapping     -        -         -        own       -        -          -         -        -
edit-framework      -        -         any      -         any      -          -         -        -
publish-framework   -        -         -        any       -        -          -         -        -
edit-indicators     -        -         -        -         own      -          -         -        -
approve-targets     -        -         -        own       own      -          -         -        -
edit-register       own      -         -        -         own      own        -         -        -
hold-board          -        -         -        -         -        own        -         -        -
consult             -        -         -        -         own      own        -         -        -
edit-government     own      -         own      -         -        -          -         -        own
edit-drivers        own      -         own      -         -        -          -         -        -
run                 own      own       own      own       -        -          -         -        -
publish-run         -        own       -        -         -        -          -         -        -
unpublish-run       -        own       -        -         -        -          -         -        -
see-scenarios       any      any       any      any       any      -          any       any      -
edit-scenarios      any      -         any      -         any      -          -         -        -
comment             any      any       any      any       any      -          -         any      -
mark                own      own       own      -         -        -          -         -        -
see-sensitive       own      own       own      own       -        -          any       any      -
see-closed          own      own       -        -         -        -          any       any      -
see-record          -        -         -        -         -        -          -         any      own
export-record       -        -         -        -         -        -          -         any      -
manage-people       -        -         -        -         -        -          -         -        own
"""

READ_BY_ALL: Final = frozenset({"see-figures", "see-originals"})
"""What everyone may do, signed in or not, where an installation lets figures be read without signing in."""

SURE: Final = frozenset(
    {
        "approve-return",
        "approve-mapping",
        "approve-targets",
        "publish-framework",
        "publish-run",
        "unpublish-run",
        "manage-people",
    }
)
"""What nobody does who did not show a short while ago that it is they."""


@dataclass(frozen=True)
class Held:
    """A role as a person holds it.

    Attributes:
        role: its name.
        government: of which government; empty for all.
        body: for which body, with all below it; empty for all of the government.
        first, last: the days on which it begins and ends; None for open ends.
    """

    role: str
    government: str = ""
    body: str = ""
    first: date | None = None
    last: date | None = None

    def in_force(self, today: date) -> bool:
        """Whether it is held on a day."""
        return (self.first is None or self.first <= today) and (self.last is None or today <= self.last)


@dataclass(frozen=True)
class Subject:
    """What an action is done to.

    Attributes:
        government: whose it is; None for what all governments share, such as a framework.
        bodies: the bodies that it speaks of; none for what is of the government as a whole.
        mine: whether the one who asks sent it, and nobody knows its bodies yet.
    """

    government: str | None = None
    bodies: tuple[str, ...] = ()
    mine: bool = False


def reach(role: str, action: str) -> Reach:
    """How far a role goes for an action."""
    return _REACHES[action][role]


def permits(
    held: Iterable[Held], action: str, subject: Subject, today: date, parents: Mapping[str, str] | None = None
) -> bool:
    """Whether roles let their holder do an action to something.

    Args:
        parents: the body above each, where there is one.
    """
    mine = [(role, reach(role.role, action)) for role in held if role.in_force(today)]
    known = parents or {}
    whole = any(_covers(role, far, subject, "", known) for role, far in mine)
    if whole or not subject.bodies:
        return whole
    return all(any(_covers(role, far, subject, body, known) for role, far in mine) for body in subject.bodies)


def permits_anywhere(held: Iterable[Held], action: str, today: date) -> bool:
    """Whether roles let their holder do an action to something at least."""
    return any(role.in_force(today) and reach(role.role, action) != "-" for role in held)


def governments_where(held: Iterable[Held], action: str, today: date) -> frozenset[str]:
    """The governments in which roles let their holder do an action to something; an empty name stands for all."""
    return frozenset(role.government for role in held if role.in_force(today) and reach(role.role, action) != "-")


def who_may(action: str) -> str:
    """Who may do an action, as a refusal says it: a finance approver or an auditor."""
    titles = [
        f"{'an' if title[0] in 'aeiou' else 'a'} {title}" for role, title in ROLES.items() if reach(role, action) != "-"
    ]
    return " or ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def refusal(action: str, held: Collection[Held] = ()) -> RefusedError:
    """Why a person who holds these roles may not do an action, and who may."""
    said = f"You may not {ACTIONS[action]} here; {who_may(action)} may."
    if not held:
        said += " You hold no role yet: an administrator gives roles, under People."
    return RefusedError("not-allowed", said)


def as_markdown() -> str:
    """The table as documents show it."""
    rows = ["| action | " + " | ".join(ROLES.values()) + " |", "| --- " * (len(ROLES) + 1) + "|"]
    rows += [f"| {words} | " + " | ".join(_REACHES[action].values()) + " |" for action, words in ACTIONS.items()]
    return "\n".join(rows)


def _covers(held: Held, far: Reach, subject: Subject, body: str, parents: Mapping[str, str]) -> bool:
    """Whether one role covers a body of a subject; with no body, all of it."""
    if far == "-":
        return False
    if subject.government is None:
        return far == "any" or not (held.government or held.body)
    if held.government not in ("", subject.government):
        return False
    return far == "any" or not held.body or subject.mine or (body != "" and _is_within(body, held.body, parents))


def _is_within(body: str, branch: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while body and body not in seen:
        if body == branch:
            return True
        seen.add(body)
        body = parents.get(body, "")
    return False


def _read_table() -> dict[str, dict[str, Reach]]:
    words: dict[str, Reach] = {"own": "own", "any": "any", "-": "-"}
    rows = [line.split() for line in _TABLE.strip().splitlines()[2:]]
    found = {action: dict(zip(ROLES, (words[cell] for cell in cells), strict=True)) for action, *cells in rows}
    assert list(found) == list(ACTIONS), "the table has a row for every action"
    return found


_REACHES: Final = _read_table()
