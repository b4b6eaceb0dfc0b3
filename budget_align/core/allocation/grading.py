"""Grades the cells of a cube: how well the rule that each is by is evidenced, and which way its money works.

Overhead serves what the direct spend that it follows serves. So it is known no better than that is, nor than its own
rule is, nor than any rule of overhead that it passes through; and it works the way that this spend works, unless its
own rule says another.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from budget_align.core.rules.mapping import UNALIGNED, Mapping, Rule
from budget_align.core.values.evidence import NOT_GRADED, lower_of

UNSAID = ""
"""The strength of a contribution of which nobody says how strong it is."""


class Standing(NamedTuple):
    """How well it is known that money serves an outcome, and which way and how strongly it works on it; each empty
    where nothing says so."""

    grade: str = NOT_GRADED
    direction: str = ""
    strength: str = UNSAID

    def __str__(self) -> str:
        """As `FOLLOWED` holds it; `read` reads it."""
        return _BETWEEN.join(self).rstrip(_BETWEEN)

    @classmethod
    def read(cls, text: str) -> Standing:
        """What `str` wrote.

        >>> Standing.read(str(Standing("judged", "negative", "weak"))).strength, Standing.read("") == Standing()
        ('weak', True)
        """
        return cls(*text.split(_BETWEEN)) if text else cls()


_BETWEEN: Final = " "

FOLLOWED: Final = "followed"
"""The column of a cube that says of overhead how what it follows stands, as `Standing` writes it: empty for all other
money, and for overhead of runs from before it was told."""


def standing_of(rule: Rule | None, outcome: str) -> Standing:
    """How what a rule gives to an outcome stands; None for what no rule takes."""
    if rule is None or rule.none:
        return Standing()
    if outcome == UNALIGNED:
        return Standing(rule.evidence_grade)
    effect = rule.effect_on(outcome)
    return Standing(rule.evidence_grade, effect.direction, effect.strength or UNSAID)


def _overhead_standing(rule: Rule, outcome: str, followed: Standing) -> Standing:
    own = standing_of(rule, outcome)
    grade = lower_of(own.grade, followed.grade)
    says = outcome == UNALIGNED or outcome in rule.effects or not followed.direction
    return own._replace(grade=grade) if says else followed._replace(grade=grade)


def grade_cells(cube: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """A cube with columns grade, direction and strength: of the rule that each cell is by, for its outcome.

    What no rule takes, what one leaves to no outcome on purpose and what stands apart has none of them; what a rule
    leaves of its lines has its grade alone.
    """
    known = {rule.id: rule for rule in mapping.rules}
    by = ["rule_id", "outcome", "kind", *([FOLLOWED] if FOLLOWED in cube else [])]
    found: list[Standing] = []
    for rule_id, outcome, kind, *followed in cube[by].drop_duplicates().itertuples(index=False, name=None):
        rule = None if kind == "memo" else known.get(rule_id)
        if rule is not None and rule.follows:
            found.append(_overhead_standing(rule, outcome, Standing.read(followed[0] if followed else "")))
        else:
            found.append(standing_of(rule, outcome))
    # Numbered as they are met first, which is how they stand in `found`.
    which = cube.groupby(by, sort=False, observed=True).ngroup()
    said = pd.DataFrame(found, columns=list(Standing._fields), dtype="str").take(which.to_numpy()).set_axis(cube.index)
    return pd.concat([cube.drop(columns=FOLLOWED, errors="ignore"), said], axis=1)
