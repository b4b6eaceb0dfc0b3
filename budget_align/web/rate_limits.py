"""Counts that all processes of the service share: wrong passwords, ballots, files asked for. They are held in the
memory of one process and end with it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol, cast

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

Wanted = Sequence[tuple[RateLimitItem, tuple[str, ...]]]
"""Limits, and of whom each counts."""

_UNDER_WAY_LASTS: Final = 60.0
"""Seconds after which something that was begun and never ended, since its process did, is taken for over."""


class Limiter(Protocol):
    """Counts how often something happened within a window of time."""

    def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Counts once more; whether it is within the limit."""

    def test(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Whether once more would be within the limit."""

    def begin(self, wanted: Wanted) -> bool:
        """Begins something that may turn out to count; whether all limits hold if that and all else that is under way
        does.
        """

    def end(self, wanted: Wanted, *, counts: bool) -> None:
        """Ends it, and counts it or not."""


class _Counting:
    """Counts in memory, what is under way with it, so that many at once are no more than one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._under_way: dict[str, list[float]] = {}

    def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        return self._limiter.hit(item, *identifiers)

    def test(self, item: RateLimitItem, *identifiers: str) -> bool:
        return self._limiter.test(item, *identifiers)

    def begin(self, wanted: Wanted) -> bool:
        now = time.monotonic()
        with self._lock:
            for item, who in wanted:
                begun = [at for at in self._under_way.get(item.key_for(*who), []) if now - at < _UNDER_WAY_LASTS]
                self._under_way[item.key_for(*who)] = begun
                if self._limiter.get_window_stats(item, *who).remaining <= len(begun):
                    return False
            for item, who in wanted:
                self._under_way[item.key_for(*who)].append(now)
            return True

    def end(self, wanted: Wanted, *, counts: bool) -> None:
        with self._lock:
            for item, who in wanted:
                begun = self._under_way.pop(item.key_for(*who), [])[1:]
                if begun:
                    self._under_way[item.key_for(*who)] = begun
                if counts:
                    self._limiter.hit(item, *who)

    def forget(self) -> None:
        """Begins to count anew."""
        self._limiter.storage.reset()
        self._under_way.clear()


@dataclass
class _Shared:
    """Where this process counts, and the key under which it hides whom it counts."""

    limiter: Limiter
    key: bytes


class _Manager(BaseManager):
    """Lends one process's count to the others."""


_LENT: Final = _Counting()
_Manager.register("limiter", callable=lambda: _LENT, exposed=("hit", "test", "begin", "end"))
_SHARED = _Shared(cast(Limiter, _LENT), secrets.token_bytes(32))


class _Count:
    """The count that this process uses now: its own, or that of the process which started it."""

    def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        return _SHARED.limiter.hit(item, *identifiers)

    def test(self, item: RateLimitItem, *identifiers: str) -> bool:
        return _SHARED.limiter.test(item, *identifiers)

    def begin(self, wanted: Wanted) -> bool:
        return _SHARED.limiter.begin(wanted)

    def end(self, wanted: Wanted, *, counts: bool) -> None:
        _SHARED.limiter.end(wanted, counts=counts)


COUNT: Final[Limiter] = _Count()


def hiding_key() -> bytes:
    """With what addresses are hashed before they are counted, so that none is held as it is."""
    return _SHARED.key


@dataclass(frozen=True)
class Lent:
    """How another process reaches the count of this one."""

    address: str
    secret: str
    key: str


@contextmanager
def lend() -> Iterator[Lent]:
    """Lets the processes that this one starts count here, through a socket that its owner alone can open."""
    with TemporaryDirectory(prefix="budget-align-") as folder:
        secret = secrets.token_hex(32)
        address = str(Path(folder) / "counts")
        server: Any = _Manager(address=address, authkey=secret.encode()).get_server()
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        try:
            yield Lent(address, secret, hiding_key().hex())
        finally:
            server.listener.close()


def _serve(server: Any) -> None:
    # It ends by leaving the process, which here is only its thread's.
    with suppress(SystemExit):
        server.serve_forever()


def borrow(lent: Lent) -> None:
    """Counts in the process that started this one from now on."""
    manager = _Manager(address=lent.address, authkey=lent.secret.encode())
    manager.connect()
    _SHARED.limiter = cast(Limiter, manager.limiter())  # type: ignore[attr-defined]  # registered above
    _SHARED.key = bytes.fromhex(lent.key)


def forget() -> None:
    """Begins to count anew in this process."""
    _LENT.forget()
