"""How near texts are to outcomes in meaning, by vectors of sentences that somebody else works out.

A model of a language puts "bus operations" near "public transport", which share no word. Its cosines have a scale of
their own, of the model and of the text: how far each outcome is from the text's mean, in standard deviations, has not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from budget_align.core.frameworks.framework import Framework, Outcome
from budget_align.core.values.arrays import Floats

Embed = Callable[[Sequence[str]], Floats]
"""From texts to vectors of length one, or zero for a text of which the model knows no word; shape (texts, any)."""

_FLAT: Final = 0.05
"""Cosines that spread less than this say nothing; they are not blown up to a standard deviation."""


class Meanings:
    """The outcomes of a framework as vectors: one for each sentence that tells of one."""

    def __init__(self, framework: Framework, embed: Embed) -> None:
        self._embed = embed
        told = [_sentences(outcome) for outcome in framework.outcomes()]
        self._begins = np.cumsum([0, *(len(each) for each in told)])[:-1]
        self._counts = np.array([len(each) for each in told], dtype=np.float64)
        self._vectors = embed([sentence for each in told for sentence in each])

    def __call__(self, texts: Sequence[str]) -> Floats:
        """By how many standard deviations of a text each outcome is nearer to it than they are in the mean."""
        cosines = self._embed(texts) @ self._vectors.T
        means: Floats = np.add.reduceat(cosines, self._begins, axis=1) / self._counts
        beside = means - means.mean(axis=1, keepdims=True)
        result: Floats = beside / np.maximum(beside.std(axis=1, keepdims=True), _FLAT)
        return result


def _sentences(outcome: Outcome) -> list[str]:
    whole = ". ".join(text for text in (outcome.name, outcome.description, outcome.milestone) if text)
    targets = (". ".join(text for text in (target.name, target.about) if text) for target in outcome.targets)
    return [whole, *targets, *([" ".join(outcome.words)] if outcome.words else [])]
