"""Pages that take seconds to make: not too many for one asker, so that others are answered."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from flask import request
from flask_login import current_user
from limits import RateLimitItemPerMinute

from budget_align.core.values.refusal import RefusedError
from budget_align.web.rate_limits import COUNT

A_MINUTE: Final = RateLimitItemPerMinute(30)

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def costly(view: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """A page that takes seconds to make.

    Raises:
        RefusedError: the same person asked for thirty within a minute.
    """

    @functools.wraps(view)
    def counted(*args: _Asked.args, **how: _Asked.kwargs) -> _Answer:
        who = str(current_user.id) if current_user.is_authenticated else f"at {request.remote_addr}"
        if not COUNT.hit(A_MINUTE, "file", who):
            raise RefusedError("too-often", "You asked for many files within a minute; wait a little, then ask again.")
        return view(*args, **how)

    return counted
