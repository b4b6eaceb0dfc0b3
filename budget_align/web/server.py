"""The web server: how much it takes from one connection, and from how many."""

from __future__ import annotations

import resource
import socket
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.web.connections import Server
from budget_align.web.people.senders import sender_of

_FORM_ROOM = 5_000_000
"""Bytes that a form may hold beside its file."""

THREADS = 16
"""More than the pages, readings and files that may wait for something at once, so that some are left for all else."""

_BODIES = 10
"""Times the largest body that all bodies together may take, on the way and until they are read."""

_CONNECTIONS = 1_000
"""Connections held at once; those that say nothing cost a thread nothing, are closed after `_IDLE` seconds, and give
way to others before."""

_IDLE = 30

_FILES = 4_000
"""Files that the process may have open, its connections among them."""


def most_sent(settings: Settings) -> int:
    """Bytes that one request may send: the largest file, and a form beside it."""
    return int(settings.max_file_mb * 1_000_000) + _FORM_ROOM


def listen(host: str, port: int) -> socket.socket:
    """A socket at which servers, of this process or of others that it starts, can be asked.

    Raises:
        RefusedError: the port cannot be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
        listening.setblocking(False)
    except OSError as error:
        raise RefusedError(
            "no-port", f"Port {port} cannot be used ({error.strerror}); choose another: PORT=8001."
        ) from error
    return listening


def make_server(app: Flask, settings: Settings, listening: socket.socket) -> Any:
    """A server for the application that listens and waits to be run. A request larger than any that is taken is refused
    by its own account of its length, before its body is read; so is one that is larger than a form, of somebody who has
    not signed in.
    """
    _allow_files()
    adjustments = Adjustments(
        threads=THREADS,
        ident=None,
        # What a proxy says of who asks reaches the application, which believes as many as config.toml says.
        clear_untrusted_proxy_headers=not settings.proxies,
        max_request_body_size=most_sent(settings),
        max_request_header_size=65_536,
        connection_limit=_CONNECTIONS,
        channel_timeout=_IDLE,
        cleanup_interval=1,
        # The other way of waiting can watch no more than 1,024 files.
        asyncore_use_poll=True,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjustments.threads)
    where = (listening.family, listening.type, listening.proto, listening.getsockname())
    return Server(
        app,
        _sock=listening,
        dispatcher=dispatcher,
        adj=adjustments,
        bind_socket=False,
        sockinfo=where,
        sender=lambda headers, path: sender_of(app, headers, path),
        most_of_stranger=_FORM_ROOM,
        most_of_all=_BODIES * most_sent(settings),
    )


def _allow_files() -> None:
    """Lets this process open as many files as its connections, and what they ask for, may need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
