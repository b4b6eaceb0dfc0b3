"""No pattern that looks at what comes in takes more than in proportion to it, whatever it is: a file of two kilobytes
that unpacks to a cell of 32,767 signs, or to a part of a million tags that never end, holds nobody.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

import budget_align.core
import importers

SHORT, LONG = 1_500, 12_000
"""Signs of what is searched: eight times the length takes eight times as long where time is in proportion, and 64 times
where it goes by the square.
"""

MOST = 24
"""Times as long for eight times the text, past which a pattern goes by the square."""

ENDLESS = 60.0
"""What a pattern takes that does not end in half a second."""

FLOOR = 0.08
"""Seconds below which no pattern is looked at: at eight times the length again it takes less than two."""


SEARCHES: Final = {"search", "finditer", "findall", "sub", "subn", "split"}


@cache
def patterns() -> dict[str, tuple[re.Pattern[Any], bool]]:
    """Every pattern that a module of the importers or the core keeps, by where it stands, with whether anything searches
    for it everywhere.
    """
    modules = [
        importlib.import_module(module.name)
        for package in (importers, budget_align.core)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    sources = {module.__name__: Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules}
    found = {}
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                uses = set(re.findall(rf"\b{name}\.(\w+)", sources[module.__name__]))
                searched = bool(uses & SEARCHES) or not uses or "pattern" in uses
                if re.search(r"[*+{]", str(value.pattern)):
                    # What repeats nothing takes in proportion anyway.
                    found[f"{module.__name__}.{name}"] = value, searched
    return found


def attacks(pattern: re.Pattern[Any]) -> Iterator[str]:
    """What the pattern may stumble over: its own words and signs again and again, alone and after one another."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    plain = re.sub(r"\\[bdwsWDSAZ]|\(\?P?[<=!:][\w]*>?|\[[^\]]*\][*+?]?|\{[\d,]+\}", " ", source).replace("\\", "")
    words = {word for word in re.findall(r"[^\s|()*+?^$\[\]{}]+", plain) if len(word) < 40}
    signs = {sign for sign in source if not sign.isalnum() and sign not in "\\?*+^$[]{}"} | {"a", "A", "1", " ", "\t"}
    once = sorted(signs) + sorted(words, key=len)[-12:]
    tags = [f"{word} " for word in words if word.startswith("<")] + [
        f"{word}>" for word in words if word.startswith("<")
    ]
    # Brackets that open and never close, wherever the pattern looks for one.
    opened = [sign for sign in "[{(" if f"\\{sign}" in source]
    opened += [f"{sign}{more}" for sign in opened for more in ("$", "$-", "a", "1")]
    return iter([*once, *opened, *tags, "a ", "1 ", "1,", "1.", "-1", "(1", "a1", "£1"])


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def takes(pattern: re.Pattern[Any], text: str, searched: bool) -> float:
    """Seconds to look for a pattern in a text that never becomes what it looks for."""
    said: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    try:
        with at_most(0.5):
            if searched:
                pattern.sub(said[:0], said)
            else:
                pattern.match(said)
    except TimeoutError:
        return ENDLESS
    return time.process_time() - start


def worst(pattern: re.Pattern[Any], searched: bool) -> tuple[float, str]:
    """How many times as long the pattern takes for eight times the text, and for which."""
    for atom in attacks(pattern):
        for before in ("", "1"):
            long = before + atom * (LONG // len(atom)) + "\x00"
            slow = takes(pattern, long, searched)
            if slow == ENDLESS:
                return slow, atom
            if slow > FLOOR:
                short = before + atom * (SHORT // len(atom)) + "\x00"
                times = min(slow, takes(pattern, long, searched)) / min(
                    takes(pattern, short, searched) for _ in range(3)
                )
                if times > MOST:
                    return times, atom
    return 1.0, ""


@pytest.mark.parametrize("name", sorted(patterns()))
def test_no_pattern_takes_more_than_in_proportion(name: str) -> None:
    times, atom = worst(*patterns()[name])
    assert times < MOST, f"{name} takes {times:.0f} times as long for eight times as many {atom!r}"
