"""What people and software saw of indicators and their values before they send others: who was not shown what stands is
shown both, and nothing of it is lost unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.outcomes.indicator import OBSERVATIONS, IndicatorDefinition
from budget_align.core.outcomes.promise import Promise
from budget_align.core.values.refusal import RefusedError
from budget_align.store import outcome_queries
from budget_align.store.tables import StoredIndicator

_KEYS: Final = ["indicator", "territory", "year"]


class NotSeenError(ChangedSinceError):
    """Software would take the place of what stands, and says of no version that it has read it."""

    def __init__(self, both: Sequence[Both], sentence: str) -> None:
        super().__init__(both)
        self.code, self.message, self.kind = "version-needed", sentence, "unseen"


def version_of(row: StoredIndicator) -> str:
    """Names what stands of an indicator, a target that waits with it, and nothing else."""
    return hashlib.sha256(f"{row.facts}\0{row.proposed or ''}".encode()).hexdigest()[:16]


def versions_of(engine: Engine, government: str) -> dict[str, str]:
    """The version of each indicator of a government, by code."""
    with Session(engine) as session:
        return {row.code: version_of(row) for row in outcome_queries.indicators(session, government)}


def version_of_values(observations: pd.DataFrame) -> str:
    """Names observations as they stand, in whatever order."""
    ordered = observations[list(OBSERVATIONS)].sort_values(_KEYS, kind="stable")
    hashes = pd.util.hash_pandas_object(ordered, index=False)
    return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()[:16]


def show_indicators(engine: Engine, government: str) -> Shown:
    """What a page of all indicators of a government shows of them and of their values."""
    with Session(engine) as session:
        rows = outcome_queries.indicators(session, government)
        observations = outcome_queries.observations(session, government)
    return Shown.of({**{_whose(row.code): version_of(row) for row in rows}, **_by_series(observations)})


def refuse_unseen(
    session: Session,
    government: str,
    definitions: Sequence[IndicatorDefinition],
    observations: pd.DataFrame,
    seen: Shown,
) -> None:
    """Keeps a workbook from taking the place of what the person who sends it was not shown.

    Raises:
        ChangedSinceError: it would.
    """
    rows = {row.code: row for row in outcome_queries.indicators(session, government)}
    both: list[Both] = []
    for yours in definitions:
        row = rows.get(yours.code)
        if row is not None and not seen.saw(_whose(row.code), version_of(row)):
            both += _fields(row, yours, f"{yours.name}: ")
    held = outcome_queries.observations(session, government)
    held = held[held["indicator"].isin(set(observations["indicator"]))]
    missed = [code for code, version in _by_series(held).items() if not seen.saw(code, version)]
    both += _values(held, observations, [code.removeprefix(_VALUES) for code in missed], whole=True)
    if both:
        raise ChangedSinceError(both)


def refuse_other(session: Session, government: str, yours: IndicatorDefinition, seen: Collection[str]) -> None:
    """Keeps a definition from taking the place of one that its sender does not name.

    Args:
        seen: the versions that the sender names.

    Raises:
        ChangedSinceError: another stands.
        RefusedError: one stands and the sender names none, or none stands and they name one.
    """
    rows = {row.code: row for row in outcome_queries.indicators(session, government)}
    row = rows.get(yours.code)
    if row is None:
        if seen:
            raise RefusedError("changed-meanwhile", f"There is no indicator {yours.code!r}.")
        return
    both = list(_fields(row, yours))
    if not seen:
        raise NotSeenError(
            both,
            f"There is an indicator {yours.code!r} already. Read it, and send its version as If-Match to change it.",
        )
    if version_of(row) not in seen and both:
        raise ChangedSinceError(both)


def refuse_other_values(held: pd.DataFrame, yours: pd.DataFrame, seen: Collection[str]) -> None:
    """Keeps values from taking the place of others that their sender does not name; new ones take nobody's place.

    Args:
        held: all observations of the government.
        seen: the versions that the sender names: of all of them, or of each indicator's that values are sent of.

    Raises:
        ChangedSinceError: some are others by now.
        RefusedError: they would take the place of other values, and the sender names no version.
    """
    codes = sorted(set(yours["indicator"]))
    if seen:
        if version_of_values(held) in seen:
            return
        other = [code for code in codes if version_of_values(held[held["indicator"] == code]) not in seen]
        if other:
            raise ChangedSinceError(_values(held, yours, other))
        return
    both = list(_values(held, yours, codes))
    if both:
        raise NotSeenError(
            both,
            f"{len(both):,} of these values stand otherwise. Read them, and send the version of what you read as "
            "If-Match to send others.",
        )


_VALUES: Final = "values of "


def _whose(code: str) -> str:
    return f"indicator {code}"


def _by_series(observations: pd.DataFrame) -> dict[str, str]:
    """The version of each indicator's values."""
    return {f"{_VALUES}{code}": version_of_values(mine) for code, mine in observations.groupby("indicator", sort=False)}


def _fields(row: StoredIndicator, yours: IndicatorDefinition, before: str = "") -> Iterator[Both]:
    """What of an indicator is another than what was last said of it, a target that waits with it."""
    now = IndicatorDefinition.model_validate_json(row.facts)
    if row.proposed is not None:
        now = Promise.model_validate_json(row.proposed).put_into(now)
    held, said = now.model_dump(mode="json"), yours.model_dump(mode="json")
    for name in held:
        if held[name] != said[name]:
            yield Both(f"{before}{name}", _text(held[name]), _text(said[name]))


def _values(held: pd.DataFrame, yours: pd.DataFrame, codes: Sequence[str], *, whole: bool = False) -> Iterator[Both]:
    """The values of some indicators that are others; with `whole`, those also that would be there no more."""
    now, said = (frame[frame["indicator"].isin(codes)].set_index(_KEYS)["value"] for frame in (held, yours))
    joined = pd.DataFrame({"now": now, "yours": said})
    kept = joined["now"].notna() & (joined["yours"].notna() | whole)
    differ = joined[kept & (joined["now"] != joined["yours"])].sort_index().reset_index()
    for code, territory, year, *values in zip(*(differ[name].tolist() for name in differ), strict=True):
        yield Both(f"{code}, {territory}, {year}", *(_text(None if pd.isna(value) else value) for value in values))


def _text(value: object) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
