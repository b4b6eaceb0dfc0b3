"""Columns of text are worked on by the distinct things that they say."""

from __future__ import annotations

import numpy as np
import pytest

from importers.structure.texts import Texts, join_paths


def texts(*words: str) -> Texts:
    """One text for each of some rows."""
    known = tuple(dict.fromkeys(words))
    return Texts(np.array([known.index(word) for word in words], dtype=np.int64), known)


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        (("Transport", "Roads", "Bridges"), "Transport > Roads > Bridges"),
        (("Transport", "", "Bridges"), "Transport > Bridges"),
        (("", "Roads", ""), "Roads"),
        (("Roads", "Roads", "Bridges"), "Roads > Bridges"),
        (("Roads", "", "Roads"), "Roads"),
        (("Roads", "Bridges", "Roads"), "Roads > Bridges > Roads"),
        (("", "", ""), ""),
    ],
)
def test_a_path_has_each_step_that_says_something_new(steps: tuple[str, ...], path: str) -> None:
    beside = ("Health", "Hospitals", "Wards")
    found = join_paths([texts(own, other, own) for own, other in zip(steps, beside, strict=True)], " > ")
    assert found.all_said([0, 1, 2]) == [path, "Health > Hospitals > Wards", path]
