"""The demonstration: an invented government with its workbooks read, mapped and allocated, and accounts to try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.services import catalogue
from budget_align.services.accounts import add_account, find_person
from budget_align.services.confirming import confirm
from budget_align.services.consulting import list_consultations, receive_ballots
from budget_align.services.indicators import receive_indicators
from budget_align.services.receiving import receive
from budget_align.services.running import run_allocation
from budget_align.store import queries

GOVERNMENT = "Northmere (demonstration)"
MAPPING = "northmere-2026-sdg"
PASSWORD = "northmere-2026"
_WORKBOOK_ENDINGS = (".xlsx", ".csv", ".ods")


@dataclass(frozen=True)
class SignIn:
    """A demonstration account; its password is `PASSWORD`."""

    email: str
    name: str


SIGN_INS = (
    SignIn("analyst@northmere.example", "Ana Finch, finance analyst"),
    SignIn("mapping@northmere.example", "Moses Reed, mapping owner"),
    SignIn("minister@northmere.example", "Mira Vale, minister"),
    SignIn("auditor@northmere.example", "Otto Hart, auditor"),
)


def load_demonstration(engine: Engine, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> str:
    """Loads whatever of the demonstration is not there yet, and returns the id of its run.

    Args:
        progress: told of each step.
    """
    for person in SIGN_INS:
        add_account(engine, person.email, person.name, PASSWORD)
    analyst = SIGN_INS[0].email
    for path in sorted(files("budget_align").joinpath("demonstration").iterdir(), key=lambda path: path.name):
        if path.name.endswith(_WORKBOOK_ENDINGS):
            progress(f"Reading {path.name}")
            received = receive(engine, settings, path.read_bytes(), path.name, GOVERNMENT, analyst)
            if received.draft_id is not None:
                confirm(engine, settings, received.draft_id, analyst, overlap="replace")
    for path in sorted(
        files("budget_align").joinpath("demonstration", "indicators").iterdir(), key=lambda path: path.name
    ):
        progress(f"Reading indicators: {path.name}")
        receive_indicators(engine, settings, path.read_bytes(), path.name, GOVERNMENT, analyst, territory="Northmere")
    if not list_consultations(engine, GOVERNMENT):
        progress("Counting the ballots of the citizens' assembly")
        ballots = files("budget_align").joinpath("demonstration", "consultation", "citizens-assembly.csv")
        receive_ballots(
            engine,
            settings,
            ballots.read_bytes(),
            ballots.name,
            GOVERNMENT,
            analyst,
            framework=catalogue.mapping(MAPPING).framework,
            name="Citizens' assembly of 2026",
        )
    progress("Allocating to the Sustainable Development Goals")
    return run_allocation(engine, catalogue.mapping(MAPPING), GOVERNMENT, SIGN_INS[1].email).id


def is_empty(engine: Engine) -> bool:
    """Whether nothing was imported yet."""
    with Session(engine) as session:
        return not queries.submissions(session) and not queries.drafts(session)


def sign_ins_in_use(engine: Engine) -> list[SignIn]:
    """The demonstration accounts that this service has."""
    return [person for person in SIGN_INS if find_person(engine, person.email)]
