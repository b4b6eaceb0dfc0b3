"""Who sends a request, told by its head alone and asking no database: for the server, which is to know whether it may
receive a large body before anyone reads it. What a person may do is asked later, by the gate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData
from werkzeug.http import parse_cookie

_KNOWN_FOR: Final = timedelta(days=7)
"""How long somebody is known who signed in: past the end of their sign-in, so that the page tells them of it, and not a
connection that is cut.
"""


def sender_of(app: Flask, headers: Mapping[str, str], path: str) -> str | None:
    """A sign for whoever sends a request.

    Args:
        app: the application whose key signs what browsers hold.
        headers: of the request, by names as WSGI has them.
        path: what is asked.

    Returns:
        One sign for one sign-in; nothing for software whose token is looked at later; None for somebody who says
        nothing of who they are.
    """
    if path.startswith("/api/") and headers.get("AUTHORIZATION", "").startswith("Bearer "):
        return ""
    sessions = app.session_interface
    assert isinstance(sessions, SecureCookieSessionInterface)
    signing = sessions.get_signing_serializer(app)
    assert signing is not None, "an application of ours has a key"
    name = str(app.config["SESSION_COOKIE_NAME"])
    cookies = parse_cookie(headers.get("COOKIE", ""))
    for said in (cookies.get(f"__Host-{name}"), cookies.get(name)):
        if not said:
            continue
        try:
            token = signing.loads(said, max_age=int(_KNOWN_FOR.total_seconds())).get("_user_id")
        except (BadData, AttributeError):
            continue
        if token:
            return hashlib.sha256(str(token).encode()).hexdigest()
    return None
