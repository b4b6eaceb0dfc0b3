"""The web server: how much it takes from one connection, and from how many."""

from __future__ import annotations

from typing import Any

from flask import Flask
from waitress import create_server

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.web.app import most_sent

THREADS = 8
_CONNECTIONS = 1_000
"""Connections held at once; those that say nothing cost a thread nothing, and are closed after `_IDLE` seconds."""

_IDLE = 30


def make_server(app: Flask, settings: Settings, host: str, port: int) -> Any:
    """A server for the application that listens and waits to be run. A request larger than any that is taken is refused
    by its own account of its length, before its body is read.

    Raises:
        RefusedError: the port cannot be used.
    """
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            # What a proxy says of who asks reaches the application, which believes as many as config.toml says.
            clear_untrusted_proxy_headers=not settings.proxies,
            max_request_body_size=most_sent(settings),
            max_request_header_size=65_536,
            connection_limit=_CONNECTIONS,
            channel_timeout=_IDLE,
            cleanup_interval=10,
        )
    except OSError as error:
        raise RefusedError(
            "no-port", f"Port {port} cannot be used ({error.strerror}); choose another: PORT=8001."
        ) from error
