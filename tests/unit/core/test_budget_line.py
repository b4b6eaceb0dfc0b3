"""A frame of budget lines is checked wherever it is passed on."""

from __future__ import annotations

import pytest

from budget_align.core.values.refusal import RefusedError
from tests.unit.core.lines import lines


@pytest.mark.parametrize("ids", [("1", "2", "2"), ("2", "1", "2"), ("b", "b", "a")])
def test_an_id_that_stands_twice_is_refused_wherever_it_stands(ids: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="the same id twice"):
        lines(*({"line_id": each} for each in ids))


def test_a_stage_that_nobody_knows_is_named() -> None:
    with pytest.raises(RefusedError, match="'someday' is no stage"):
        lines({"stage": "budget"}, {"stage": "someday"})
