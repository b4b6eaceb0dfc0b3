"""Pages that take seconds to make: few at a time, and not too many for one asker, so that others are answered."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from flask import request
from flask_login import current_user
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from budget_align.core.values.refusal import RefusedError

AT_A_TIME: Final = 2
PATIENCE: Final = 10.0
"""Seconds that one waits for its turn."""

_A_MINUTE: Final = RateLimitItemPerMinute(30)
_TURNS = threading.BoundedSemaphore(AT_A_TIME)
_LIMITER = MovingWindowRateLimiter(MemoryStorage())

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def dear(view: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """A page that takes seconds to make.

    Raises:
        RefusedError: others are made, or the same person asked for thirty within a minute.
    """

    @functools.wraps(view)
    def in_turn(*args: _Asked.args, **how: _Asked.kwargs) -> _Answer:
        who = str(current_user.id) if current_user.is_authenticated else f"at {request.remote_addr}"
        if not _LIMITER.hit(_A_MINUTE, who):
            raise RefusedError("too-often", "You asked for many files within a minute; wait a little, then ask again.")
        if not _TURNS.acquire(timeout=PATIENCE):
            raise RefusedError("busy", "Others' files are being made; try again in a minute.")
        try:
            return view(*args, **how)
        finally:
            _TURNS.release()

    return in_turn
