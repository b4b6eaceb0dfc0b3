"""Several who do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from budget_align.core.values.refusal import RefusedError


def at_once(*work: Callable[[], object]) -> list[object]:
    """What each of some works gives, done at the same time; a refusal is its code."""
    start, found = threading.Barrier(len(work)), [None] * len(work)

    def do(place: int) -> None:
        start.wait()
        try:
            found[place] = work[place]()  # type: ignore[call-overload]
        except RefusedError as refusal:
            found[place] = refusal.code  # type: ignore[call-overload]

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return list(found)
