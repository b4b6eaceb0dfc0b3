"""The accounts of the demonstration, whose password everybody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.people.policy import Held
from budget_align.store import people_queries

PASSWORD: Final = "northmere-2026"


@dataclass(frozen=True)
class SignIn:
    """A demonstration account; its password is `PASSWORD`, and its roles are held for all that is there."""

    email: str
    name: str
    roles: tuple[str, ...]

    @property
    def held(self) -> tuple[Held, ...]:
        """Its roles as a person holds them."""
        return tuple(Held(role) for role in self.roles)


SIGN_INS: Final = (
    SignIn("analyst@northmere.example", "Ana Finch, finance analyst", ("finance-analyst",)),
    SignIn("mapping@northmere.example", "Moses Reed, mapping owner", ("mapping-owner",)),
    SignIn("approver@northmere.example", "Petra Lane, approver", ("finance-approver", "mapping-approver")),
    SignIn("outcomes@northmere.example", "Olive Marsh, outcome owner", ("outcome-owner",)),
    SignIn("boards@northmere.example", "Bea Stone, board secretary", ("board-secretary",)),
    SignIn("minister@northmere.example", "Mira Vale, minister", ("minister",)),
    SignIn("auditor@northmere.example", "Otto Hart, auditor", ("auditor",)),
    SignIn("administrator@northmere.example", "Ida Moor, administrator", ("administrator",)),
)


def sign_ins_in_use(engine: Engine) -> list[SignIn]:
    """The demonstration accounts that this service has."""
    with Session(engine) as session:
        known = people_queries.able_accounts(session, [person.email for person in SIGN_INS])
    return [person for person in SIGN_INS if person.email in known]
