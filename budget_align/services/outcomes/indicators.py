"""Indicators: takes what they measure and their values, and says how each moves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.config import Settings
from budget_align.core.editing.meanwhile import find_changes
from budget_align.core.editing.shown import Shown
from budget_align.core.outcomes.indicator import (
    NO_SERIES,
    OBSERVATIONS,
    IndicatorDefinition,
    IndicatorState,
    read_series,
    series_by_place,
)
from budget_align.core.returns.reading import Finding
from budget_align.core.values.refusal import RefusedError
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.governments.governments import kept_calendar, terms_of
from budget_align.services.governments.installation import limits_of
from budget_align.services.outcomes.seeing import (
    refuse_other,
    refuse_other_values,
    refuse_unseen,
)
from budget_align.services.outcomes.targets import propose
from budget_align.services.people.permissions import permit
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.store import bulk, outcome_queries
from budget_align.store.tables import Observation, StoredIndicator
from importers.forms.indicator_workbook import SERIES, read_indicators
from importers.isolation.processes import ask_isolated


@dataclass(frozen=True)
class ReceivedIndicators:
    """What became of a workbook: how many definitions and observations are stored, and what to know about it.

    Attributes:
        value_columns: the columns of which a person has to choose one; nothing is stored then.
        proposed: how many targets wait for someone else to approve them.
    """

    definitions: int
    observations: int
    value_columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    proposed: int = 0

    @property
    def stored(self) -> bool:
        """Whether anything is."""
        return bool(self.definitions or self.observations)


def receive_indicators(
    engine: Engine,
    settings: Settings,
    data: bytes,
    file_name: str,
    government: str,
    actor: str,
    *,
    territory: str = "",
    value_column: str = "",
    message: str = "",
    seen: Shown | None = None,
) -> ReceivedIndicators:
    """Stores the indicators of a workbook: definitions in place of those of the same codes, whose outcome they keep
    where the workbook names none; and each indicator's observations in place of all that it had. Targets that differ
    from those that count are proposed, and wait for someone else to approve them.

    Args:
        message: what those who approve the targets should know.
        seen: what the person saw of the indicators, as `seeing.show_indicators` gives it; None for who takes the place
            of whatever stands.

    Raises:
        ChangedSinceError: someone else changed the same since.
        RefusedError: the file is no workbook.
    """
    reading = ask_isolated(
        read_indicators,
        data,
        file_name,
        limits=limits_of(settings).of_form(),
        territory=territory or government,
        calendar=terms_of(engine, government, settings).calendar,
        value_column=value_column,
    )
    if not reading.usable:
        return ReceivedIndicators(0, 0, reading.value_columns, reading.findings)
    with change(engine, "indicators", government) as session:
        permit(session, actor, "edit-indicators", government)
        definitions = _with_outcomes(session, government, reading.definitions)
        if seen is not None:
            refuse_unseen(session, government, definitions, reading.observations, seen)
        proposed = _keep_definitions(session, government, definitions, actor, message)
        outcome_queries.drop_series(session, government, sorted(reading.observations["indicator"].unique().tolist()))
        session.flush()
        bulk.add_frame(session, Observation, reading.observations.assign(government=government))
        detail = {"file": file_name, "definitions": len(reading.definitions), "observations": len(reading.observations)}
        auditing.record(session, actor, "indicators stored", government, detail)
    return ReceivedIndicators(len(reading.definitions), len(reading.observations), (), reading.findings, proposed)


def _with_outcomes(
    session: Session, government: str, definitions: Sequence[IndicatorDefinition]
) -> list[IndicatorDefinition]:
    """Definitions with the outcome that stands where they name none."""
    known = {row.code: row for row in outcome_queries.indicators(session, government)}
    return [
        definition.model_copy(
            update={"outcome": IndicatorDefinition.model_validate_json(known[definition.code].facts).outcome}
        )
        if not definition.outcome and definition.code in known
        else definition
        for definition in definitions
    ]


def _keep_definitions(
    session: Session, government: str, definitions: Sequence[IndicatorDefinition], actor: str, message: str = ""
) -> int:
    """Stores definitions in place of those of the same codes, and returns how many targets are proposed."""
    now = datetime.now(UTC).replace(microsecond=0)
    before = {row.code: row for row in outcome_queries.indicators(session, government)}
    proposed = 0
    for definition in definitions:
        known = before.get(definition.code)
        if known is None:
            known = StoredIndicator(government=government, code=definition.code, facts="", sent_by=actor, sent_at=now)
            session.add(known)
        known.sent_by, known.sent_at = actor, now
        proposed += propose(session, known, definition, actor, message)
    return proposed


def store_definition(
    engine: Engine, government: str, definition: IndicatorDefinition, actor: str, *, seen: Collection[str] | None = None
) -> bool:
    """Stores what one indicator measures, in place of what was said before; True where its target is proposed, and
    waits for someone else to approve it.

    Args:
        seen: the versions that the sender names, as `seeing.version_of` names them; None for who takes the place of
            whatever stands.

    Raises:
        ChangedSinceError: it is another by now.
        RefusedError: it tells of an outcome that no framework has, or there is one and the sender names no version.
    """
    known = {code for framework in list_frameworks(engine).values() for code in framework.told_of()}
    if definition.outcome and definition.outcome not in known:
        raise RefusedError(
            "unknown-outcome", f"{definition.outcome!r} is no outcome of any framework in use.", kind="invalid"
        )
    with change(engine, "indicators", government) as session:
        permit(session, actor, "edit-indicators", government)
        (definition,) = _with_outcomes(session, government, [definition])
        if seen is not None:
            refuse_other(session, government, definition, seen)
        proposed = _keep_definitions(session, government, [definition], actor)
        auditing.record(session, actor, "indicators stored", government, {"definitions": 1, "code": definition.code})
    return bool(proposed)


def add_observations(
    engine: Engine,
    government: str,
    observations: pd.DataFrame,
    actor: str,
    *,
    seen: Collection[str] | None = None,
) -> int:
    """Stores observations in place of those of the same indicator, territory and year; all others stay.

    Args:
        observations: as `OBSERVATIONS` says; an empty territory stands for the government as a whole.
        seen: the versions that the sender names, as `seeing.versions_of_values` names them; None for who takes the
            place of whatever stands.

    Returns:
        How many were stored.

    Raises:
        ChangedSinceError: values of theirs are others by now.
        RefusedError: one stands twice, an indicator is not known, its years would be of two kinds, or they would take
            the place of other values and the sender names no version; nothing is stored.
    """
    keys = ["indicator", "territory", "year"]
    codes = sorted(observations["indicator"].unique().tolist())
    with change(engine, "indicators", government) as session:
        permit(session, actor, "edit-indicators", government)
        all_held = outcome_queries.observations(session, government)
        whole = own_territories(all_held, government)[-1]
        observations = observations.assign(territory=observations["territory"].replace("", whole))
        twice = observations[observations.duplicated(keys)]
        if len(twice):
            code, territory, year = twice.iloc[0][keys]
            raise RefusedError("two-values", f"{code} has two values of {territory} in {year}; send one.")
        held = all_held[all_held["indicator"].isin(codes)]
        known = {row.code for row in outcome_queries.indicators(session, government)} | set(held["indicator"])
        unknown = [code for code in codes if code not in known and code.split(SERIES)[0] not in known]
        if unknown:
            raise RefusedError("unknown-indicator", f"There is no indicator {unknown[0]!r}; define it first.")
        together = pd.concat([held, observations], ignore_index=True).drop_duplicates(keys, keep="last")
        kinds = together.groupby("indicator")["fiscal"].nunique()
        if (kinds > 1).any():
            mixed = kinds.index[kinds > 1][0]
            raise RefusedError("mixed-years", f"{mixed} would have financial and calendar years; send one kind.")
        if seen is not None:
            refuse_other_values(all_held, observations, seen)
        outcome_queries.drop_series(session, government, codes)
        session.flush()
        bulk.add_frame(session, Observation, together.astype(OBSERVATIONS).assign(government=government))
        detail = {"observations": len(observations), "indicators": len(codes)}
        auditing.record(session, actor, "observations stored", government, detail)
    return len(observations)


def list_observations(engine: Engine, government: str, code: str | None = None) -> pd.DataFrame:
    """The observations of a government, of one indicator where given, as `OBSERVATIONS` says."""
    with Session(engine) as session:
        found = outcome_queries.observations(session, government)
    return found if code is None else found[found["indicator"] == code]


def read_all(engine: Engine, government: str, today: date, territory: str = "") -> list[IndicatorState]:
    """How every indicator of a government moves, those without a definition as themselves, in order of name.

    Args:
        territory: where; without, the government's own, as `own_territories` says; the first place of an indicator that
            has no values there.
    """
    with Session(engine) as session:
        rows = outcome_queries.indicators(session, government)
        observations = outcome_queries.observations(session, government)
        calendar = kept_calendar(session, government)
    definitions = {row.code: IndicatorDefinition.model_validate_json(row.facts) for row in rows}
    preferred = (territory,) if territory else own_territories(observations, government)
    by_code = series_by_place(observations)
    found = []
    for code, places in by_code.items():
        place = next((each for each in preferred if each in places), next(iter(places)))
        found.append(read_series(_definition(code, definitions), places[place], place, today, calendar))
    with_data = {code.split(SERIES)[0] for code in by_code}
    without = [definition for code, definition in definitions.items() if code not in with_data]
    found += [read_series(definition, NO_SERIES, territory, today, calendar) for definition in without]
    return sorted(found, key=lambda reading: (reading.definition.name, reading.definition.code))


def own_territories(observations: pd.DataFrame, government: str) -> tuple[str, ...]:
    """The territories that may stand for the whole of a government, the likeliest first: that of its own name, then the
    one of which most of its indicators have values.
    """
    places = observations.drop_duplicates(["indicator", "territory"])["territory"].value_counts()
    return (government, str(min(places[places == places.max()].index))) if len(places) else (government,)


def _definition(code: str, definitions: dict[str, IndicatorDefinition]) -> IndicatorDefinition:
    """The definition of an indicator, or of one of its series."""
    base, _, series = code.partition(SERIES)
    known = definitions.get(code) or definitions.get(base)
    if known is None:
        return IndicatorDefinition(code=code[:64], name=code)
    name = f"{known.name} ({series.replace('_', ' ')})" if series else known.name
    return known.model_copy(update={"code": code, "name": name})


def find_population(engine: Engine, government: str, code: str) -> dict[int, float]:
    """How many people a government has, by year, from the indicator that counts them in its own territory; empty
    without.

    Args:
        code: the indicator's.
    """
    with Session(engine) as session:
        observations = outcome_queries.observations(session, government)
    mine = observations[observations["indicator"] == code]
    if mine.empty:
        return {}
    places = set(mine["territory"])
    own = next((each for each in own_territories(observations, government) if each in places), None)
    mine = mine[mine["territory"] == own]
    return dict(zip(mine["year"].tolist(), mine["value"].tolist(), strict=True))


def tie_indicators(
    engine: Engine, government: str, outcomes: dict[str, str], actor: str, *, seen: dict[str, str] | None = None
) -> int:
    """Keeps which outcome each indicator tells of, by code; empty for none. Returns how many changed.

    Args:
        seen: what the person saw; None for who saw nothing.

    Raises:
        ChangedSinceError: someone else tied the same indicators otherwise meanwhile.
        RefusedError: an outcome is none of any framework.
    """
    known = {code for framework in list_frameworks(engine).values() for code in framework.told_of()}
    wrong = [outcome for outcome in outcomes.values() if outcome and outcome not in known]
    if wrong:
        raise RefusedError("unknown-outcome", f"{wrong[0]!r} is no outcome; choose one of the list.", kind="invalid")
    with change(engine, "indicators", government) as session:
        permit(session, actor, "edit-indicators", government)
        rows = {row.code: row for row in outcome_queries.indicators(session, government)}
        held = {code: IndicatorDefinition.model_validate_json(row.facts) for code, row in rows.items()}
        wanted = {code: outcome for code, outcome in outcomes.items() if code in rows}
        now = {code: definition.outcome for code, definition in held.items()}
        changed = find_changes(seen, wanted, now, lambda code: held[code].name)
        for code, outcome in changed.items():
            rows[code].facts = held[code].model_copy(update={"outcome": outcome}).model_dump_json()
        if changed:
            auditing.record(session, actor, "indicators tied", government, {"changed": len(changed)})
    return len(changed)
