"""The demonstration: an invented government with its workbooks read, mapped and allocated, and accounts to try."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.returns.reading import Answers
from budget_align.core.rules.mapping import parse_mapping
from budget_align.core.values.refusal import RefusedError
from budget_align.services.accountability.boards import list_boards, note_item
from budget_align.services.accountability.register import receive_register
from budget_align.services.frameworks import catalogue
from budget_align.services.frameworks.frameworks import list_frameworks, publish_framework, receive_framework
from budget_align.services.mappings.approving import approve_bundled, approved_bundled
from budget_align.services.mappings.drafting import approve, begin_draft
from budget_align.services.mappings.versions import find_mapping, list_versions
from budget_align.services.measures import capability
from budget_align.services.outcomes.consulting import list_consultations, receive_ballots
from budget_align.services.outcomes.indicators import receive_indicators
from budget_align.services.outcomes.targets import approve_targets, list_proposals
from budget_align.services.people.accounts import add_account
from budget_align.services.people.demonstration_accounts import PASSWORD, SIGN_INS
from budget_align.services.publishing.publications import ask_to_publish, list_publications, publish
from budget_align.services.returns.approving import approval_of_return, approve_return
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.drafts import settle
from budget_align.services.returns.listing import list_submissions
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.bodies import list_bodies, state_levels
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.store import return_queries

GOVERNMENT = "Northmere (demonstration)"
MAPPING = "northmere-2026-sdg"
TERMS = {"currency": "GBP", "fiscal_year_starts": 4, "fiscal_year_style": "2025-26", "locale": "en_GB"}
"""In which the invented government counts, whatever the settings say of others."""

_ANSWERS = {"places-and-people-autumn.xlsx": Answers(version="revised (autumn, 2026-10-14)")}
"""What the analyst says of a workbook: of which day the revision is, which it does not say itself."""

_BESIDE = frozenset({"transport-fees.xlsx"})
"""Workbooks that add to what their body has sent, and replace nothing of it."""

_WORKBOOK_ENDINGS = (".xlsx", ".csv", ".ods")


_ANALYST, _MAPPER, _APPROVER, _OUTCOMES, _BOARDS = (person.email for person in SIGN_INS[:5])


def load_demonstration(engine: Engine, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> str:
    """Loads whatever of the demonstration is not there yet, and returns the id of its run.

    Args:
        progress: told of each step.
    """
    refuse_in_production(settings)
    settings = settings.model_copy(update=TERMS)
    for person in SIGN_INS:
        add_account(engine, person.email, person.name, PASSWORD, person.held)
    _confirm_returns(engine, settings, progress)
    _approve(engine)
    _measure_outcomes(engine, settings, progress)
    _publish_frameworks(engine, settings, progress)
    for path in _files("mappings"):
        progress(f"Allocating by {path.name}")
        _run_own_mapping(engine, path)
    progress("Allocating to the enabling capabilities")
    found = run_allocation(engine, catalogue.mapping(capability.MAPPING), GOVERNMENT, _MAPPER)
    _publish(engine, found.id)
    progress("Allocating to the Sustainable Development Goals")
    run_id = run_allocation(engine, catalogue.mapping(MAPPING), GOVERNMENT, _MAPPER).id
    _publish(engine, run_id)
    run = open_run(engine, run_id=run_id)
    for path in _files("register"):
        progress(f"Reading the register: {path.name}")
        receive_register(engine, settings, run, path.read_bytes(), path.name, _OUTCOMES)
    _note_items(engine, run, _BOARDS)
    return run_id


def _confirm_returns(engine: Engine, settings: Settings, progress: Callable[[str], None]) -> None:
    """Reads and confirms every workbook, and says of which level its bodies are."""
    for path in sorted(files("budget_align").joinpath("demonstration").iterdir(), key=lambda path: path.name):
        if path.name.endswith(_WORKBOOK_ENDINGS):
            progress(f"Reading {path.name}")
            received = receive(engine, settings, path.read_bytes(), path.name, GOVERNMENT, _ANALYST)
            if received.draft_id is not None:
                settle(engine, settings, received.draft_id, _ANSWERS.get(path.name, Answers()), actor=_ANALYST)
                beside = path.name in _BESIDE
                confirm(engine, settings, received.draft_id, _ANALYST, overlap="add" if beside else "replace")
    levels = {
        body.name: "local" if body.name.endswith("Council") else "devolved" for body in list_bodies(engine, GOVERNMENT)
    }
    state_levels(engine, GOVERNMENT, levels, _ANALYST)


def _measure_outcomes(engine: Engine, settings: Settings, progress: Callable[[str], None]) -> None:
    """Reads the indicators, lets their targets count, and counts what citizens weigh."""
    for path in _files("indicators"):
        progress(f"Reading indicators: {path.name}")
        receive_indicators(engine, settings, path.read_bytes(), path.name, GOVERNMENT, _OUTCOMES, territory="Northmere")
    proposed = {each.definition.code: each.after.identity for each in list_proposals(engine, GOVERNMENT)}
    if proposed:
        approve_targets(engine, GOVERNMENT, proposed, _APPROVER)
    if not list_consultations(engine, GOVERNMENT):
        progress("Counting the ballots of the citizens' assembly")
        ballots = files("budget_align").joinpath("demonstration", "consultation", "citizens-assembly.csv")
        receive_ballots(
            engine,
            settings,
            ballots.read_bytes(),
            ballots.name,
            GOVERNMENT,
            _OUTCOMES,
            framework=catalogue.mapping(MAPPING).framework,
            name="Citizens' assembly of 2026",
        )


def _publish_frameworks(engine: Engine, settings: Settings, progress: Callable[[str], None]) -> None:
    for path in _files("frameworks"):
        if path.name.removesuffix(".toml") not in list_frameworks(engine):
            progress(f"Publishing a framework: {path.name}")
            code, _ = receive_framework(engine, settings, path.read_bytes(), path.name, _MAPPER)
            publish_framework(engine, str(code), _APPROVER)


def _files(folder: str) -> list[Traversable]:
    return sorted(files("budget_align").joinpath("demonstration", folder).iterdir(), key=lambda path: path.name)


def _run_own_mapping(engine: Engine, path: Traversable) -> None:
    mapping = parse_mapping(tomllib.loads(path.read_text(encoding="utf-8")), list_frameworks(engine), path.name)
    if mapping.name not in {version.mapping.name for version in list_versions(engine, GOVERNMENT)}:
        draft = begin_draft(engine, GOVERNMENT, _MAPPER, like=mapping)
        approve(engine, draft, 1, _APPROVER)
    approved, version_id = find_mapping(engine, GOVERNMENT, mapping.name)
    found = run_allocation(engine, approved, GOVERNMENT, _MAPPER, version_id=version_id)
    _publish(engine, found.id)


def _approve(engine: Engine) -> None:
    """The approver approves the returns in force, and the mappings that come with the product."""
    for each in list_submissions(engine):
        in_force = (each.government, each.status) == (GOVERNMENT, "submitted")
        if in_force and not approval_of_return(engine, each.id).is_approved:
            approve_return(engine, each.id, _APPROVER)
    for name in (MAPPING, capability.MAPPING):
        if name not in approved_bundled(engine, GOVERNMENT):
            approve_bundled(engine, GOVERNMENT, name, _APPROVER)


def _publish(engine: Engine, run_id: str) -> None:
    """What the mapping owner ran and asks for, the approver publishes."""
    run = open_run(engine, run_id=run_id)
    published = {
        (each.stage, each.fiscal_year) for each in list_publications(engine, GOVERNMENT) if each.run_id == run_id
    }
    periods = [period for period in run.periods if period not in published]
    if periods:
        for each in ask_to_publish(engine, run_id, periods, _MAPPER, "For the demonstration"):
            publish(engine, each, _APPROVER)


def _note_items(engine: Engine, run: OpenRun, actor: str) -> None:
    board, noted = "Fair chances board", date(2026, 4, 20)
    if any(each.name == board and each.open for each in list_boards(engine, run, noted)):
        return
    food = ("Find out why more money for food goes with more need of it", "Minister for Places and People")
    note_item(engine, run, board, "action", *food, date(2026, 9, 30), "sdg-02", actor, noted)
    owner = ("Name who answers for gender equality", "Cabinet secretary")
    note_item(engine, run, board, "decision", *owner, date(2027, 1, 31), "sdg-05", actor, noted)


def refuse_in_production(settings: Settings) -> None:
    """Keeps the demonstration, whose password everybody knows, out of an installation on which people rely.

    Raises:
        RefusedError: it is one.
    """
    if settings.production:
        raise RefusedError(
            "unsafe",
            "The demonstration has accounts whose password is printed; production is no place for it.",
        )


def is_empty(engine: Engine) -> bool:
    """Whether nothing was imported yet."""
    with Session(engine) as session:
        return not return_queries.submissions(session) and not return_queries.drafts(session)
