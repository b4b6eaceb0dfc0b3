"""What a person typed into a form that could not be taken yet, since they had to sign in or to show that it is they: it
travels through those pages and is sent once they have.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import render_template, request, url_for

_SECRET: Final = frozenset({"csrf_token", "password", "old", "new", "code", "typed"})
_MOST: Final = 1_000_000
"""Signs that are carried."""


@dataclass(frozen=True)
class Typed:
    """What was typed, and the address that it goes to.

    Attributes:
        fields: names and values, as the form sent them.
        file: whether a file was chosen, which no page can carry.
        sent: whether it was a form that was sent, be it one without a field, and not just a page to go on to.
    """

    to: str
    fields: tuple[tuple[str, str], ...] = ()
    file: bool = False
    sent: bool = True

    @staticmethod
    def read(text: str) -> Typed | None:
        """What a field of a form carries; None where it holds nothing that is ours."""
        try:
            to, fields, file, sent = json.loads(text)
            found = Typed(str(to), tuple((str(name), str(value)) for name, value in fields), bool(file), bool(sent))
        except (ValueError, TypeError, RecursionError):
            return None
        return found if is_ours(found.to) else None

    def as_text(self) -> str:
        """As a field of a form carries it."""
        return json.dumps([self.to, self.fields, self.file, self.sent])


def typed_now() -> Typed:
    """What the form of this request holds."""
    fields = tuple((name, value) for name, values in request.form.lists() if name not in _SECRET for value in values)
    kept = fields if len("".join(text for field in fields for text in field)) <= _MOST else ()
    return Typed(request.full_path, kept, bool(request.files))


def typed_before() -> Typed | None:
    """What this form carries of another; None where it carries nothing that holds together."""
    return Typed.read(request.form.get("typed", ""))


def send_on(typed: Typed) -> str:
    """The page from which a person sends on what they typed."""
    return render_template("people/send_on.html", typed=typed)


def is_ours(address: str) -> bool:
    """Whether an address is one of ours, such as can be gone on to."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    # A browser takes a backslash for a slash, and leaves out tabs and ends of lines.
    return ours and address.isprintable() and "\\" not in address


def safe(address: str) -> str:
    """The address to go on to, if it is one of ours; else the overview."""
    return address if is_ours(address) else url_for("figures.overview")
