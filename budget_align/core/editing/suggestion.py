"""Suggestions: the likeliest outcomes of a group of lines, with how sure that is and what speaks for each.

Words are weighed by how rare they are (`weighing`). Two things speak for an outcome: how near the group's words are to
what the framework says of it, and what the nearest examples serve, that is groups that a person mapped before. The
nearer the nearest example, the more the examples count. How often the first choice was right among the examples
themselves, each left out in turn, says how sure a score is (Platt's scaling), by number and by money alike; few lead
little away from a cautious guess.

That a group serves none of the outcomes is a choice like the others, learned from what people gave to none and, without
such examples, from words for interest and reserves, and from how little the group's words say to any outcome. A charge
that is no cash serves what its asset does.

Names of what money buys are left out of a group's words where anything else is said (`means`). Where a model of a
language is at hand, how near a group is to an outcome in meaning is added to how near its words are (`meaning`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from budget_align.core.editing.meaning import Embed, Meanings
from budget_align.core.editing.means import without_means
from budget_align.core.editing.weighing import Weigher
from budget_align.core.frameworks.framework import Framework, Mission, Outcome
from budget_align.core.rules.protection import CONTINGENCY, INTEREST, nature_of
from budget_align.core.values.arrays import Floats
from budget_align.core.values.exact import WHOLE

NEAREST: Final = 6
"""How many examples are asked."""

ENOUGH: Final = 30
"""Before there are so many examples nothing makes surer than `_SUREST_UNTAUGHT`."""

_SHARPNESS: Final = 4.0
_TEXT_TEMPERATURE: Final = 0.06
_FAR, _CLOSE = 0.15, 0.6
"""Cosines below and above which the nearest example counts for nothing, and for everything."""

_CAUTIOUS: Final = np.array([0.5, 1.0, 0.0])
"""Offset and slopes from the logit of a score, and from how near the nearest example is, to the logit of being right,
as they are taken to be before anyone decided anything."""

_DOUBT: Final = np.array([0.7, 0.3, 2.0])
"""Standard deviations of those: how far a budget's own examples may lead from them."""

_LIKE: Final = 0.35
"""Cosine above which one example is much like another."""

_SUREST_UNTAUGHT: Final = 0.9


NONE: Final = ""
"""The choice of none of the outcomes, as mappings write it."""

_SAYS_NOTHING: Final = 0.07
"""How near words have to be to an outcome to say more for it than that they serve none."""

_USUAL_WORDS: Final = 230
"""Words by which an outcome is told. Cosines fall with the root of their number, so that those with texts of more words
are told as if there were so many; of fewer, a word more or less decides."""

_SAYS_NONE: Final = 0.3
"""How near to none words are that call money what serves no outcome by its nature."""

_OF_NONE: Final = (INTEREST, CONTINGENCY)

_MEANING: Final = 0.045
"""What a standard deviation of nearness in meaning weighs, as a cosine of words; to serve none is one above the mean
where the model knows any of the words."""

_TOKEN: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Example:
    """A group that a person mapped, or a suggestion that a person refused.

    Attributes:
        shares: parts per million by outcome.
        taken: False where the person said that the outcomes of `shares` are wrong.
        source: the rule or the person that it comes from.
        amount: minor units of the group, so that certainty is right by money too; zero where it is not known.
    """

    words: str
    shares: dict[str, int]
    taken: bool = True
    source: str = ""
    amount: int = 0


@dataclass(frozen=True)
class Suggestion:
    """An outcome for a group of lines, or `NONE`.

    Attributes:
        confidence: how likely it is right, between 0 and 1; those of a group add up to at most 1.
        words: of the group, that speak for it.
        sources: the examples that speak for it, nearest first.
    """

    outcome: str
    confidence: float
    words: tuple[str, ...]
    sources: tuple[str, ...]


class Suggester:
    """Suggests outcomes of one framework, from its own words and from examples.

    Args:
        framework: whose outcomes.
        examples: what people decided before.
        texts: what the budget says, so that its common words weigh little.
        means: names of what money buys, in small letters, which say nothing of what it is for.
        embed: a model of a language; without one, words alone speak.
    """

    def __init__(
        self,
        framework: Framework,
        examples: Sequence[Example],
        texts: Sequence[str] = (),
        *,
        means: frozenset[str] = frozenset(),
        embed: Embed | None = None,
    ) -> None:
        self._means = means
        self._meanings = Meanings(framework, embed) if embed is not None else None
        self._outcomes = [*(outcome.code for outcome in framework.outcomes()), NONE]
        place = {code: position for position, code in enumerate(self._outcomes)}
        descriptions = tuple(_describe(mission, each) for mission in framework.missions for each in mission.outcomes)
        known = [each for each in examples if any(code in place for code in each.shares)]
        self._examples = [each for each in known if each.taken]
        self._refused = [each for each in known if not each.taken]
        # What tells outcomes apart is how rare a word is among them, not in a budget, whose bodies repeat their names.
        # The government's own name is in every text and speaks for no outcome.
        self._own_names = frozenset(_TOKEN.findall(f"{framework.government} {framework.name}".casefold()))
        self._told = _tell(descriptions, self._own_names)
        taken, refused = self._telling(_words(self._examples)), self._telling(_words(self._refused))
        self._weigh = Weigher([*self._telling(texts), *taken, *refused], self._told.weigh)
        decided = self._weigh.own[self._weigh.own.shape[0] - len(known) :]
        self._of_examples, self._of_refused = decided[: len(taken)], decided[len(taken) :]
        described = self._weigh.words_of(self._weigh.own[: len(descriptions)])
        # No words of a framework speak for none.
        self._outcome_words = np.vstack(
            [np.asarray(described.todense(), dtype=np.float64), np.zeros(described.shape[1])]
        )
        self._example_words = self._weigh.words_of(self._of_examples)
        self._serve = _shares(self._examples, place)
        self._refuse = _shares(self._refused, place)
        self._scalings = self._learn_how_sure()

    def suggest(self, texts: Sequence[str], count: int = 3) -> list[tuple[Suggestion, ...]]:
        """For each group's words the likeliest outcomes, likeliest first, `count` at most."""
        if not texts:
            return []
        vectors = self._weigh(self._telling(texts))
        near = _near(vectors, self._of_examples)
        scores = self._scores(self._by_text(texts), near, _near(vectors, self._of_refused))
        words = self._weigh.words_of(vectors)
        found = []
        for row in range(len(texts)):
            order = np.argsort(-scores[row], kind="stable")[:count]
            sure, mine = self._how_sure(scores[row][order], near[row]), words[row]
            suggestions = []
            for place, each in zip(order.tolist(), sure, strict=True):
                speaking = self._outcome_words[place] + self._words_of_nearest(near[row], place)
                said = self._weigh.heaviest(mine, speaking)
                suggestions.append(
                    Suggestion(self._outcomes[place], float(each), said, self._sources(near[row], place))
                )
            found.append(tuple(suggestions))
        return found

    def _by_text(self, texts: Sequence[str]) -> Floats:
        """How near the words of texts are to what the framework says of each outcome, and to saying nothing of any."""
        near = self._near_outcomes(self._telling(texts))
        # A name that stands everywhere may still be all that tells of a purpose.
        mute = near.max(axis=1) < _SAYS_NOTHING
        if self._means and mute.any():
            near[mute] = self._near_outcomes([text for text, said in zip(texts, mute, strict=True) if said])
        none = np.array([_SAYS_NONE if _speaks_of_none(text) else _SAYS_NOTHING for text in texts])
        if self._meanings is not None:
            meant = self._meanings(self._telling(texts))
            near = near + _MEANING * meant
            none = none + _MEANING * meant.any(axis=1)
        return np.column_stack([near, none])

    def _near_outcomes(self, texts: Sequence[str]) -> Floats:
        return _near(self._told.apart([_without(self._own_names, text) for text in texts]), self._told.outcomes)

    def _telling(self, texts: Sequence[str]) -> list[str]:
        return [without_means(text, self._means) for text in texts]

    def _scores(self, by_text: Floats, near: Floats, near_refused: Floats) -> Floats:
        from_text = np.exp((by_text - by_text.max(axis=1, keepdims=True)) / _TEXT_TEMPERATURE)
        from_text /= from_text.sum(axis=1, keepdims=True)
        scores = from_text
        if near.shape[1]:
            weights = _keep_largest(np.maximum(near, 0.0) ** _SHARPNESS, NEAREST)
            total = weights.sum(axis=1, keepdims=True)
            from_examples = weights @ self._serve / np.where(total > 0, total, 1.0)
            nearest = near.max(axis=1, keepdims=True)
            trust = np.where(total > 0, np.clip((nearest - _FAR) / (_CLOSE - _FAR), 0.0, 1.0), 0.0)
            scores = trust * from_examples + (1 - trust) * from_text
        if near_refused.shape[1]:
            against = (near_refused[:, :, None] * self._refuse[None, :, :]).max(axis=1)
            scores = scores * (1 - np.clip(against, 0.0, 1.0)) ** 2
        left = scores.sum(axis=1, keepdims=True)
        result: Floats = scores / np.where(left > 0, left, 1.0)
        return result

    def _learn_how_sure(self) -> tuple[Floats, ...]:
        """Offset and slopes of Platt's scaling, from the examples with each left out in turn: once beside all the
        others and once beside those that are not much like it, since a budget's next group may be like none; by how
        many are right, and by how much money is.
        """
        if not self._examples:
            return (_CAUTIOUS,)
        near = _near(self._of_examples, self._of_examples)
        np.fill_diagonal(near, 0.0)
        # The same words said again are the same example, not a witness for it.
        near[near > 0.98] = 0.0
        by_text = self._by_text(_words(self._examples))
        facts, right = [], []
        for known in (near, np.where(near > _LIKE, 0.0, near)):
            scores = self._scores(by_text, known, np.zeros((len(near), 0)))
            first = scores.argmax(axis=1)
            right.append(self._serve[np.arange(len(first)), first] >= self._serve.max(axis=1) - 1e-9)
            facts.append(_facts(scores.max(axis=1), known))
        amounts = np.array([abs(each.amount) for each in self._examples] * 2, dtype=np.float64)
        # A few groups hold most of the money; the square root lets them speak louder and not alone.
        weighed = (np.ones(len(amounts)), np.sqrt(amounts)) if amounts.any() else (np.ones(len(amounts)),)
        # An example that is looked at twice is one witness.
        return tuple(_scale(np.vstack(facts), np.concatenate(right), each / each.mean() / 2) for each in weighed)

    def _how_sure(self, scores: Floats, near: Floats) -> list[float]:
        """How likely each of a group's first choices is: the first halfway between the scalings, the others by what it
        leaves.
        """
        if not len(scores) or scores[0] <= 0:
            return [0.0] * len(scores)
        facts = np.concatenate([[1.0], _facts(scores[:1], near[None, :])[0]])
        first = float(np.mean([1 / (1 + np.exp(-(facts @ scaling))) for scaling in self._scalings]))
        if len(self._examples) < ENOUGH:
            first = min(first, _SUREST_UNTAUGHT)
        rest = max(1e-9, 1.0 - float(scores[0]))
        return [first, *(min(first, (1 - first) * float(each) / rest) for each in scores[1:])]

    def _sources(self, near: Floats, place: int) -> tuple[str, ...]:
        if not len(near):
            return ()
        order = np.argsort(-near, kind="stable")[:NEAREST].tolist()
        said = [self._examples[i].source for i in order if near[i] > 0.1 and self._serve[i, place] > 0]
        return tuple(dict.fromkeys(each for each in said if each))[:3]

    def _words_of_nearest(self, near: Floats, place: int) -> Floats:
        """What the nearest examples of an outcome say, by word."""
        order = np.argsort(-near, kind="stable")[:NEAREST].tolist() if len(near) else []
        mine = [i for i in order if self._serve[i, place] > 0]
        if not mine:
            return np.zeros(self._outcome_words.shape[1])
        return np.asarray(self._example_words[mine].sum(axis=0), dtype=np.float64).ravel()


@dataclass(frozen=True)
class _Told:
    """What a framework says of its outcomes.

    Attributes:
        weigh: by how rare a word is among outcomes.
        apart: as `weigh`, without the government's own names, which tell no outcome from another.
        outcomes: the outcomes by `apart`, shape (outcomes, terms).
    """

    weigh: Weigher
    apart: Weigher
    outcomes: Any


@lru_cache(maxsize=4)
def _tell(descriptions: tuple[str, ...], own_names: frozenset[str]) -> _Told:
    """Worked out once, not after each decision: what a framework says stays as it is."""
    known = [_without(own_names, text) for text in descriptions]
    apart = Weigher(known)
    words = sum(len(_TOKEN.findall(text)) for text in known) / max(1, len(known))
    return _Told(Weigher(descriptions), apart, apart.own * max(1.0, float(words / _USUAL_WORDS) ** 0.5))


def _without(names: frozenset[str], text: str) -> str:
    return _TOKEN.sub(lambda word: "" if word[0] in names else word[0], text.casefold())


def _speaks_of_none(text: str) -> bool:
    """Whether a third or more of what a text names is money that serves no outcome by its nature: an account of
    interest among many does not make it so.
    """
    parts = [part for part in re.split(r"[.▸]", text) if part.strip()]
    return 3 * sum(nature_of("", part) in _OF_NONE for part in parts) >= max(1, len(parts))


def _describe(mission: Mission, outcome: Outcome) -> str:
    said = [outcome.name, outcome.name, outcome.description, outcome.milestone, outcome.about, mission.name]
    targets = [text for target in outcome.targets for text in (target.name, target.about)]
    return ". ".join(text for text in [*said, *outcome.words, *targets, *(i.name for i in outcome.indicators)] if text)


def _words(examples: Sequence[Example]) -> list[str]:
    return [example.words for example in examples]


def _shares(examples: Sequence[Example], place: dict[str, int]) -> Floats:
    shares = np.zeros((len(examples), len(place)))
    for row, example in enumerate(examples):
        for code, part in example.shares.items():
            if code in place:
                shares[row, place[code]] = part / WHOLE
    return shares


def _near(one: Any, other: Any) -> Floats:
    """Cosines of two sets of weighed texts, shape (one, other)."""
    return np.asarray((one @ other.T).todense(), dtype=np.float64)


def _keep_largest(weights: Floats, count: int) -> Floats:
    if weights.shape[1] <= count:
        return weights
    least = np.partition(weights, -count, axis=1)[:, -count][:, None]
    return np.where(weights >= least, weights, 0.0)


def _facts(scores: Floats, near: Floats) -> Floats:
    """What certainty is told by: the logit of each score, and how near the nearest example is."""
    nearest = near.max(axis=1) if near.shape[1] else np.zeros(len(scores))
    return np.column_stack([_logit(scores), nearest])


def _scale(facts: Floats, right: Any, weights: Floats) -> Floats:
    """Offset and slopes of Platt's scaling that are likeliest where `_CAUTIOUS` was believed before with `_DOUBT`,
    found by Newton's method: examples, shape (n, 2), lead away from it the further the more they are.
    """
    rows, doubt = np.column_stack([np.ones(len(facts)), facts]), np.diag(_DOUBT**-2.0)
    found = _CAUTIOUS.copy()
    for _ in range(50):
        sure = 1 / (1 + np.exp(-(rows @ found)))
        rise = rows.T @ (weights * (right - sure)) - doubt @ (found - _CAUTIOUS)
        bend = (rows * (weights * sure * (1 - sure))[:, None]).T @ rows + doubt
        step = np.linalg.solve(bend, rise)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    result: Floats = np.maximum(found, [-np.inf, 0.1, -np.inf])
    return result


def _logit(scores: Floats) -> Floats:
    clipped = np.clip(scores, 1e-4, 1 - 1e-4)
    result: Floats = np.log(clipped / (1 - clipped))
    return result
