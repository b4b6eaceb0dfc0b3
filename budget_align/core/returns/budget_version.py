"""Versions of a budget within a stage: as first approved, as revised, as at the end; and which of them counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Literal, Self

import pandas as pd

from budget_align.core.values.refusal import RefusedError

Kind = Literal["original", "revised", "final"]

KINDS: Final[tuple[Kind, ...]] = ("original", "revised", "final")

_WRITTEN = re.compile(r"^(?P<kind>original|revised|final)(?: \((?P<said>[^()]+)\))?$")
_DAY = re.compile(r"^(?:(?P<label>.+), )?(?P<day>\d{4}-\d\d-\d\d)$")


@dataclass(frozen=True)
class Version:
    """A version within a stage. A revision may have a label and a day, such as autumn and 2025-11-26.

    A line carries its version as text, which says all of it and reads back to the same:

    >>> str(Version("revised", "autumn", date(2025, 11, 26))), Version.parse("revised (spring)").label
    ('revised (autumn, 2025-11-26)', 'spring')
    """

    kind: Kind = "original"
    label: str = ""
    day: date | None = None

    def __post_init__(self) -> None:
        # Blanks say nothing, and a text that reads back to the same has one between words.
        object.__setattr__(self, "label", " ".join(self.label.split()))

    def __str__(self) -> str:
        said = ", ".join(part for part in (self.label, self.day.isoformat() if self.day else "") if part)
        return f"{self.kind} ({said})" if said else self.kind

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version that a text names.

        Raises:
            RefusedError: it names none.
        """
        match = _WRITTEN.match(" ".join(text.split()))
        if match is None:
            raise RefusedError(
                "bad-version",
                f"{text!r} is no version of a budget; write original, final, or revised with a label and a day, "
                "such as: revised (autumn, 2025-11-26).",
                field="version",
            )
        label, day = match["said"] or "", None
        dated = _DAY.match(label)
        if dated:
            label = dated["label"] or ""
            try:
                day = date.fromisoformat(dated["day"])
            except ValueError as error:
                raise RefusedError(
                    "bad-version", f"{dated['day']!r} is no day; write it as 2025-11-26.", field="version"
                ) from error
        return cls(match["kind"], label, day)  # type: ignore[arg-type]  # the pattern knows the kinds

    @property
    def order(self) -> tuple[int, str]:
        """By which versions follow each other: original, revisions by day, final; a revision without a day before
        those with one.
        """
        return KINDS.index(self.kind), self.day.isoformat() if self.day else ""


ORIGINAL: Final = Version()


@dataclass(frozen=True)
class Basis:
    """Which version of one body's figures of a stage and year counts, and which are left.

    Attributes:
        left: the other versions that are in force.
        named: a person named it; otherwise it is the newest.
        flow: the one flow that counts by this version, since the version that counts for the body does not state it;
            empty where it counts for all that it states.
    """

    body: str
    stage: str
    fiscal_year: int
    version: str
    left: tuple[str, ...] = ()
    named: bool = False
    flow: str = ""

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What is taken, whatever it was taken from."""
        return self.body, self.stage, self.fiscal_year, self.version


def bases_of(cube: pd.DataFrame) -> tuple[Basis, ...]:
    """What a cube rests on, where nothing more is kept: the version of each body, stage and year in it."""
    keys = ["body", "stage", "fiscal_year", "version"]
    held = cube[keys].drop_duplicates().sort_values(keys, kind="stable").itertuples(index=False, name=None)
    return tuple(Basis(body, stage, int(year), version) for body, stage, year, version in held)


def bases_to_json(bases: Iterable[Basis]) -> str:
    """Bases as they are kept; `bases_from_json` reads them back."""
    return json.dumps([asdict(basis) for basis in bases], ensure_ascii=False, separators=(",", ":"))


def bases_from_json(kept: str) -> tuple[Basis, ...]:
    """The bases that `bases_to_json` kept."""
    return tuple(Basis(**{**facts, "left": tuple(facts["left"])}) for facts in json.loads(kept))


def newest_version(versions: Mapping[str, int]) -> str:
    """The newest of some versions, each with when it was stated, as any growing number; that decides between revisions
    that say no day.

    >>> newest_version({"original": 5, "revised (autumn)": 1, "revised (spring)": 2})
    'revised (spring)'
    """
    return max(versions, key=lambda text: (Version.parse(text).order, versions[text], text))


def choose_versions(
    lines: pd.DataFrame, named: Mapping[tuple[str, str, int], str] | None = None
) -> tuple[pd.Series[bool], tuple[Basis, ...]]:
    """Which lines count, where a body's stage and year is stated in several versions: those of the version named, else
    of the newest. Versions are never added up.

    Args:
        lines: budget lines as `budget_line.SCHEMA` says; with `submission_id`, later ones are newer.
        named: by body, stage and fiscal year.

    Returns:
        For each line whether it counts, and the basis of each body, stage and year, in that order.

    Raises:
        RefusedError: a version is named that the lines do not hold.
    """
    named = named or {}
    keys = ["body", "stage", "fiscal_year"]
    stated = lines["submission_id"] if "submission_id" in lines else pd.Series(0, index=lines.index)
    held = lines[[*keys, "flow", "version"]].assign(stated=stated)
    held = held.groupby([*keys, "flow", "version"], sort=True)["stated"].max().reset_index()
    versions: dict[tuple[str, str, int], dict[str, int]] = {}
    flows: dict[tuple[str, str, int], dict[str, dict[str, int]]] = {}
    for body, stage, year, flow, version, when in held.to_numpy().tolist():
        key = (body, stage, int(year))
        said = versions.setdefault(key, {})
        said[version] = max(int(when), said.get(version, 0))
        flows.setdefault(key, {}).setdefault(flow, {})[version] = int(when)
    bases: list[Basis] = []
    for key, said in versions.items():
        wanted = named.get(key, "")
        if wanted and wanted not in said:
            raise RefusedError("no-version", f"{key[0]} has no version {wanted!r}; it has {', '.join(sorted(said))}.")
        chosen = wanted or newest_version(said)
        bases.append(Basis(*key, chosen, tuple(sorted(set(said) - {chosen})), bool(wanted)))
        # A revision of spending alone leaves the income of the original in force.
        for flow, of_flow in flows[key].items():
            if chosen not in of_flow:
                taken = newest_version(of_flow)
                bases.append(Basis(*key, taken, tuple(sorted(set(of_flow) - {taken})), flow=flow))
    if all(not basis.left for basis in bases):
        return pd.Series(True, index=lines.index), tuple(bases)
    by_flow = {(*_key(basis), basis.flow): basis.version for basis in bases}
    rows = zip(
        lines["body"], lines["stage"], lines["fiscal_year"].tolist(), lines["flow"], lines["version"], strict=True
    )
    counts = [
        by_flow.get((body, stage, year, flow), by_flow[body, stage, year, ""]) == version
        for body, stage, year, flow, version in rows
    ]
    return pd.Series(counts, index=lines.index, dtype=bool), tuple(bases)


def _key(basis: Basis) -> tuple[str, str, int]:
    return basis.body, basis.stage, basis.fiscal_year
