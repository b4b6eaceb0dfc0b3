"""In which request something is done: a page that was asked for, a job, or a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_REQUEST: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def request() -> Iterator[str]:
    """What is done within, events name as one request, by an id that it gives."""
    name = uuid4().hex
    token = _REQUEST.set(name)
    try:
        yield name
    finally:
        _REQUEST.reset(token)


def begin_request(name: str) -> None:
    """Begins a request of that id, which lasts until the next one begins in the same thread."""
    _REQUEST.set(name)


def request_id() -> str:
    """The id of the request in which this is done; empty outside any."""
    return _REQUEST.get()
