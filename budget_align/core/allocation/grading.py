"""Grades the cells of a cube: how well the rule that each is by is evidenced, and which way its money works."""

from __future__ import annotations

import pandas as pd

from budget_align.core.rules.mapping import UNALIGNED, Mapping
from budget_align.core.values.evidence import NOT_GRADED

UNSAID = ""
"""The strength of a contribution of which nobody says how strong it is."""


def grade_cells(cube: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """A cube with columns grade, direction and strength: of the rule that each cell is by, for its outcome.

    What no rule takes, what one leaves to no outcome on purpose and what stands apart has none of them; what a rule
    leaves of its lines has its grade alone.
    """
    known = {rule.id: rule for rule in mapping.rules}
    pairs = cube[["rule_id", "outcome", "kind"]].drop_duplicates()
    found: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for rule_id, outcome, kind in pairs.itertuples(index=False, name=None):
        rule = known.get(rule_id)
        if rule is None or rule.none or kind == "memo":
            found[rule_id, outcome, kind] = (NOT_GRADED, "", "")
        elif outcome == UNALIGNED:
            found[rule_id, outcome, kind] = (rule.evidence_grade, "", "")
        else:
            effect = rule.effect_on(outcome)
            found[rule_id, outcome, kind] = (rule.evidence_grade, effect.direction, effect.strength or UNSAID)
    keys = zip(cube["rule_id"], cube["outcome"], cube["kind"], strict=True)
    said = pd.DataFrame([found[key] for key in keys], columns=["grade", "direction", "strength"], index=cube.index)
    return pd.concat([cube, said.astype("str")], axis=1)
