"""What a browser does with the pages, and what a careful reader finds wrong in them."""

from __future__ import annotations

import html
import io
import re
import time
from html.parser import HTMLParser

from flask.testing import FlaskClient

from budget_align.services import demonstration


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has a form"
    return found[1]


def form(client: FlaskClient, path: str) -> dict[str, str]:
    """What the forms of a draft's page send beside what a person says: their token, and which reading it shows."""
    found = dict(re.findall(r'name="(csrf_token|reading)" value="([^"]+)"', client.get(path).text))
    assert set(found) == {"csrf_token", "reading"}, f"{path} has a form of a reading"
    return found


def fields(page: str, field: str) -> list[tuple[str, str]]:
    """What the form with a field sends as it stands, in order."""
    forms = re.findall(r"<form[^>]*>(.*?)</form>", page, re.S)
    form = next(each for each in forms if f'name="{field}"' in each)
    found = []
    for tag in re.finditer(
        r"<input([^>]*)>|<select([^>]*)>(.*?)</select>|<textarea([^>]*)>(.*?)</textarea>", form, re.S
    ):
        attributes = next(each for each in (tag[1], tag[2], tag[4]) if each is not None)
        name = re.search(r'name="([^"]*)"', attributes)
        if name is None or ('type="radio"' in attributes and "checked" not in attributes):
            continue
        if tag[2] is not None:
            options = re.findall(r'<option value="([^"]*)"( selected)?', tag[3])
            value = next((each for each, selected in options if selected), options[0][0])
        elif tag[4] is not None:
            value = tag[5].strip()
        else:
            given = re.search(r'value="([^"]*)"', attributes)
            value = given[1] if given else ""
        found.append((name[1], html.unescape(value)))
    return found


def sign_in(client: FlaskClient, password: str = demonstration.PASSWORD, after: str = "") -> int:
    said = {"email": "analyst@northmere.example", "password": password, "csrf_token": token(client, "/sign-in")}
    return client.post(f"/sign-in{after}", data=said).status_code


def post_file(client: FlaskClient, data: bytes, name: str, government: str = "Ours"):
    said = {"file": (io.BytesIO(data), name), "government": government, "csrf_token": token(client, "/submissions/new")}
    return client.post("/submissions/new", data=said)


def send(client: FlaskClient, data: bytes, name: str = "works.xlsx", government: str = "Ours"):
    answer = post_file(client, data, name, government)
    # A slow machine is still reading when the page answers; the page of its progress leads on once it is done.
    until = time.monotonic() + 60
    while "/uploads/" in answer.headers.get("Location", "") and time.monotonic() < until:
        time.sleep(0.1)
        after = client.get(answer.headers["Location"])
        answer = after if after.status_code != 200 else answer
    return answer


def begin_mapping(client: FlaskClient, **said: str) -> str:
    """Begins a draft and returns its address."""
    facts = {
        "government": demonstration.GOVERNMENT,
        "csrf_token": token(client, "/mappings"),
        **(said or {"like": demonstration.MAPPING}),
    }
    return client.post("/mappings", data=facts).headers["Location"]


class _Checker(HTMLParser):
    """Finds what a careful reader of HTML would: ids twice, labels and links to nowhere, tags left open."""

    void = frozenset(
        ["meta", "link", "input", "img", "br", "hr", "source", "area", "base", "col", "embed", "param", "track", "wbr"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.problems: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag == "label" and said.get("for"):
            self.targets.append(str(said["for"]))
        if tag == "a" and str(said.get("href", "")).startswith("#"):
            self.targets.append(str(said["href"])[1:])
        if tag == "img" and "alt" not in said:
            self.problems.append("img without alt")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag not in self.void and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def found(self) -> list[str]:
        twice = {f"id {each} twice" for each in self.ids if self.ids.count(each) > 1}
        nowhere = {f"#{each} is nowhere" for each in self.targets if each not in self.ids}
        h1 = [] if self.headings.count("h1") == 1 else ["not one h1"]
        return [*self.problems, *self.open, *sorted(twice), *sorted(nowhere), *h1]


def problems(page: str) -> list[str]:
    checker = _Checker()
    checker.feed(page)
    return checker.found()
