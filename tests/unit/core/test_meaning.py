"""Nearness in meaning: what a model adds to the words, and that it adds nothing where it knows nothing."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget_align.core.editing.meaning import Embed, Floats, Meanings
from budget_align.core.editing.suggestion import NONE, Example, Suggester
from budget_align.core.values.exact import WHOLE
from budget_align.services.frameworks import catalogue

SDG = catalogue.framework("un-sdg-2015")
CODES = [outcome.code for outcome in SDG.outcomes()]

TOPICS = ({"transport", "fahrgäste", "housing"}, {"schools", "education", "gymnasien"}, {"health", "hospitals"})
"""What means alike, to a model that knows nothing else."""


def alike(texts: Sequence[str]) -> Floats:
    """A vector that counts words by topic."""
    words = [text.casefold().replace(".", " ").split() for text in texts]
    counts = np.array([[sum(word in topic for word in said) for topic in TOPICS] for said in words], dtype=np.float64)
    lengths = np.linalg.norm(counts.reshape(len(texts), len(TOPICS)), axis=1, keepdims=True)
    return counts / np.where(lengths > 0, lengths, 1.0)


@pytest.mark.parametrize(("words", "outcome"), [("Fahrgäste", "sdg-11"), ("Gymnasien", "sdg-04")])
def test_a_model_knows_words_that_the_framework_does_not_use(words: str, outcome: str) -> None:
    assert Suggester(SDG, []).suggest([words])[0][0].outcome == NONE
    assert Suggester(SDG, [], embed=alike).suggest([words])[0][0].outcome == outcome


def test_where_the_model_knows_nothing_words_speak_alone() -> None:
    texts = ["Zxqv 0815", "Sewerage works", ""]
    assert Suggester(SDG, [], embed=alike).suggest(texts) == Suggester(SDG, []).suggest(texts)


def scaled(embed: Embed) -> Embed:
    """The same model, each of whose cosines is 0.9 of what it was, and 0.1 more."""

    def embed_scaled(texts: Sequence[str]) -> Floats:
        found = embed(texts)
        return np.column_stack([found * np.sqrt(0.9), np.full(len(texts), np.sqrt(0.1))])

    return embed_scaled


def test_the_scale_of_a_models_cosines_says_nothing() -> None:
    texts = ["Fahrgäste", "Hospitals and schools"]
    assert np.allclose(Meanings(SDG, alike)(texts), Meanings(SDG, scaled(alike))(texts))


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["schools", "fahrgäste", "roads", "health", "x"]), min_size=1, max_size=5))
def test_nearness_is_the_mean_cosine_of_an_outcomes_sentences_in_deviations(words: list[str]) -> None:
    """Against the same worked out one sentence at a time."""
    text = " ".join(words)
    means = []
    for outcome in SDG.outcomes():
        said = [". ".join(t for t in (outcome.name, outcome.description, outcome.milestone) if t)]
        said += [". ".join(t for t in (target.name, target.about) if t) for target in outcome.targets]
        said += [" ".join(outcome.words)] if outcome.words else []
        cosines = [float(alike([text])[0] @ alike([sentence])[0]) for sentence in said]
        means.append(sum(cosines) / len(cosines))
    middle = sum(means) / len(means)
    spread = (sum((each - middle) ** 2 for each in means) / len(means)) ** 0.5
    expected = [(each - middle) / max(spread, 0.05) for each in means]
    assert np.allclose(Meanings(SDG, alike)([text])[0], expected)


def test_examples_go_before_a_model() -> None:
    taught = Suggester(SDG, [Example("Fahrgäste of the town", {"sdg-08": WHOLE})], embed=alike)
    assert taught.suggest(["Fahrgäste of the town"])[0][0].outcome == "sdg-08"
