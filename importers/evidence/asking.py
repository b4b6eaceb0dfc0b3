"""What a table leaves open is asked, where it holds money."""

from __future__ import annotations

from dataclasses import dataclass

from budget_align.core.returns.reading import Topic
from importers.evidence.choices import Choice, Decisions, choice_id
from importers.structure.grid import Grid


@dataclass(frozen=True)
class Asks:
    """Asks what a table leaves open, where it holds money."""

    grid: Grid
    key: str
    decisions: Decisions
    holds_money: bool

    def one_of(
        self,
        topic: Topic,
        prompt: str,
        options: tuple[tuple[str, str], ...],
        guess: str,
        about: str = "",
        *,
        assumed: str = "",
    ) -> str:
        """The option that holds; asked once for a workbook, or once for what it is about."""
        if not self.holds_money:
            return guess or assumed
        name = choice_id(topic, about) if about else topic
        return self.decisions.take(Choice(name, topic, self.grid.name, self.key, prompt, options, guess, assumed))

    def words(self, topic: Topic, prompt: str, guess: str) -> str:
        """What a person says in words of their own."""
        return self.one_of(topic, prompt, (), guess) if self.holds_money else ""
