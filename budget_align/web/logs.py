"""What the service writes down of what it does: one line for each request, and what failed. No password, token, file or
form is among it, and of people only the account that asked.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final

from flask import Flask, Response, g, request

from budget_align import metering
from budget_align.config import Settings
from budget_align.services.record.requests import begin_request

_REQUESTS = logging.getLogger("budget_align.requests")
_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_SILENT: Final = frozenset({"static", "healthz", "readyz"})
"""Asked for so often, and of so little to tell, that they are counted and not written down."""

_SECRET: Final = re.compile(r"(://[^:/@\s]*:)[^@\s]*(@)|(?<=ba_)[A-Za-z0-9_-]{20,}|(?i:(?<=bearer )\S+)")


class _Formatter(logging.Formatter):
    """A line of text, or of JSON, in which no password or token stands even where a library's message holds one."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        said["message"] = _without_secrets(record.getMessage())
        said |= getattr(record, "facts", {})
        if record.exc_info:
            said["failure"] = _without_secrets(self.formatException(record.exc_info))
        if self._as_json:
            return json.dumps(said, ensure_ascii=True, default=str)
        facts = " ".join(f"{name}={_plain(value)}" for name, value in getattr(record, "facts", {}).items())
        failure = f"\n{said['failure']}" if "failure" in said else ""
        return f"{at} {said['level']} {_plain(said['message'])} {facts}".rstrip() + failure


def set_up_logs(settings: Settings) -> None:
    """Writes what the service says of itself to standard error, in the way that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(settings.log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Each of these tells much of what it does well.
    for loud in ("alembic", "weasyprint", "fontTools", "waitress.queue"):
        logging.getLogger(loud).setLevel(logging.WARNING)


def log_requests(app: Flask) -> None:
    """Gives each request an id, which its answer and the record tell, and writes down what became of it."""

    @app.before_request
    def begin() -> None:
        said = request.headers.get("X-Request-ID", "")
        g.request_id = said if _ID.fullmatch(said) else secrets.token_hex(8)
        begin_request(g.request_id)
        g.began = time.monotonic()

    @app.teardown_request
    def over(_error: BaseException | None) -> None:
        # What the thread does next belongs to this request no more.
        begin_request("")

    @app.after_request
    def end(response: Response) -> Response:
        took = time.monotonic() - g.began if "began" in g else 0.0
        route = request.url_rule.rule if request.url_rule else "none"
        status = f"{response.status_code // 100}xx"
        method = request.method if request.method in ("GET", "POST", "PUT", "HEAD") else "other"
        metering.REQUESTS.labels(method, route, status).observe(took)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint not in _SILENT:
            facts = {
                "request": g.get("request_id", ""),
                "user": _who(),
                "method": method,
                "route": route,
                "status": response.status_code,
                "seconds": round(took, 4),
            }
            _REQUESTS.info("request", extra={"facts": facts})
        return response


def _who() -> str:
    """The account that asked, where this was looked for already: an answer does not wait for the database once more."""
    person = g.get("_login_user")
    return str(person.id) if person is not None and person.is_authenticated else str(g.get("acts_for", ""))


def _without_secrets(text: str) -> str:
    return _SECRET.sub(lambda found: f"{found[1] or ''}(kept out){found[2] or ''}", text)


def _plain(value: object) -> str:
    """A value on one line, so that nobody writes a line of their own into the log."""
    return str(value).encode("unicode_escape").decode("ascii")
