"""A visitor who opens one page of each kind, reads what it holds, and fills in every form that it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse


@dataclass
class Form:
    """A form of a page: where it goes, and its fields by name, each with its kind and what stands in it."""

    action: str
    method: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Page:
    """What a page holds."""

    address: str
    answer: TestResponse
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads a page as a browser does, and notes what a page of ours never holds."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        page = self._page
        odd = [name for name in said if name.startswith("on") or name == "style"]
        odd += [f"{name}={said[name]}" for name in ("href", "src", "action") if _leads_astray(said.get(name, ""))]
        page.odd += [f"<{tag} {each}>" for each in odd]
        if tag == "script":
            page.scripts.append(said.get("src", "inline"))
        if tag == "a" and said.get("href"):
            page.links.append(urljoin(page.address, said["href"]))
        if tag == "form":
            page.forms.append(
                Form(urljoin(page.address, said.get("action") or page.address), said.get("method", "get"))
            )
        if not page.forms or not said.get("name"):
            if tag == "option" and self._select and ("selected" in said or not page.forms[-1].fields[self._select][1]):
                page.forms[-1].fields[self._select] = ("select", said.get("value", ""))
            return
        fields = page.forms[-1].fields
        if tag == "select":
            self._select = said["name"]
            fields[self._select] = ("select", "")
        elif tag == "textarea":
            fields[said["name"]] = ("text", "")
        elif tag in ("input", "button"):
            kind = said.get("type", "text" if tag == "input" else "submit")
            if kind not in ("radio", "checkbox", "submit") or said["name"] not in fields:
                fields[said["name"]] = (kind, said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def _leads_astray(address: str) -> bool:
    return urlsplit(address.strip()).scheme not in ("", "http", "https", "mailto", "data")


def read(client: FlaskClient, address: str) -> Page:
    """Opens a page."""
    page = Page(address, client.get(address))
    if page.answer.mimetype == "text/html":
        _Reader(page).feed(page.answer.text)
    return page


def crawl(client: FlaskClient, begin: list[str], most: int = 400, without: str = r"\.pdf") -> Iterator[Page]:
    """Opens pages, from some on: of every route one, and another one for each set of names in its query. Whoever reads
    them may add to where it begins; what `without` matches at the end of a path is left out.
    """
    seen, waiting = set(), begin
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        kind = kind_of(client, address)
        if kind is None or kind in seen or re.search(f"(?:{without})$", urlsplit(address).path):
            continue
        seen.add(kind)
        page = read(client, address)
        yield page
        waiting += page.links


def kind_of(client: FlaskClient, address: str, method: str = "GET") -> tuple[str, ...] | None:
    """Which page an address is of; None for one that is not ours."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost"):
        return None
    try:
        endpoint, _ = client.application.url_map.bind("localhost").match(parts.path, method)
    except HTTPException:
        return None
    names = {name for name, _ in parse_qsl(parts.query)} - {"run", "period", "page"}
    return (str(endpoint), *sorted(names))


def fill(client: FlaskClient, form: Form, say: Callable[[str, str], str]) -> TestResponse:
    """Sends a form with what `say` gives for each field that a person writes in, by its kind and name."""
    said = {
        name: value if kind in ("hidden", "submit", "radio", "checkbox", "select") else say(kind, name)
        for name, (kind, value) in form.fields.items()
    }
    return client.post(form.action, data=said)
