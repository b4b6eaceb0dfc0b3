"""Choices: the points at which a reading can go several ways, and what a person said of them.

A step that meets such a point takes what was settled, else its own best guess, and leaves the choice on record. The
reader then works out what each option comes to, and asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from budget_align.core.returns.reading import Topic

Made = TypeVar("Made")


@dataclass(frozen=True)
class Choice:
    """One point at which a reading can go several ways.

    Attributes:
        id: the same for the same point of the same workbook, whatever else is settled.
        options: each value with the words for it.
            Without any, words of a person's own settle it, such as the name of a body.
        assumed: what is read with where there is no guess, so that the rest of the workbook can be looked at.
        guess: the value that is taken until a person says otherwise; empty where none is good enough to be proposed.
    """

    id: str
    topic: Topic
    sheet: str
    table: str
    prompt: str
    options: tuple[tuple[str, str], ...]
    guess: str
    assumed: str = ""


def choice_id(topic: str, *about: str) -> str:
    """The id of a choice: its topic, and a short hash of what it is about; tables of one shape share it, so that
    twelve monthly sheets ask once.
    """
    return f"{topic}-{hashlib.sha256(chr(10).join(about).encode()).hexdigest()[:6]}"


@dataclass
class Decisions:
    """What is settled, the choices that were met on the way, and what held at them, by id."""

    settled: Mapping[str, str] = field(default_factory=dict)
    met: dict[str, Choice] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)

    def take(self, choice: Choice) -> str:
        """What holds at a choice: what a person said, else the guess, else the first option."""
        self.met.setdefault(choice.id, choice)
        holds = self._holding(choice)
        self.held.setdefault(choice.id, set()).add(holds)
        return holds

    def include(self, other: Decisions) -> None:
        """Adds what was met on a part of the way."""
        self.met |= other.met
        for name, held in other.held.items():
            self.held.setdefault(name, set()).update(held)

    def agree(self, settled: Mapping[str, str]) -> bool:
        """Whether the same would hold with something else settled at every choice that was met, whether a person said
        so or it was guessed.
        """
        return all(
            settled.get(name, "") == self.settled.get(name, "") or held == {settled.get(name)}
            for name, held in self.held.items()
        )

    def _holding(self, choice: Choice) -> str:
        said = self.settled.get(choice.id, "")
        if not choice.options:
            return said or choice.guess
        if any(said == value for value, _ in choice.options):
            return said
        return choice.guess or choice.assumed or choice.options[0][0]

    @property
    def open(self) -> list[Choice]:
        """The choices that nobody settled, in the order in which they were met."""
        return [choice for choice in self.met.values() if not is_settled(choice, self.settled)]


class Steps(Generic[Made]):
    """What steps of a reading made, each taken again only where another decision holds at a choice that it met."""

    def __init__(self) -> None:
        self._made: dict[Hashable, list[tuple[Decisions, Made]]] = {}

    def take(self, step: Hashable, decisions: Decisions, make: Callable[[Decisions], Made]) -> Made:
        """What a step makes with these decisions; it must be left as it is, since others take it too."""
        for own, made in self._made.setdefault(step, []):
            if own.agree(decisions.settled):
                decisions.include(own)
                return made
        own = Decisions(decisions.settled)
        made = make(own)
        self._made[step].append((own, made))
        decisions.include(own)
        return made


def is_settled(choice: Choice, settled: Mapping[str, str]) -> bool:
    """Whether a person said what holds at a choice."""
    said = settled.get(choice.id, "")
    return bool(said) and (not choice.options or any(said == value for value, _ in choice.options))
