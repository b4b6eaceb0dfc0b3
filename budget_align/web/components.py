"""The components of GOV.UK Frontend for all templates, with what forms and their pages have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from flask_wtf.csrf import generate_csrf
from jinja2 import Environment
from markupsafe import Markup

_COMPONENTS: Final = (
    *("back-link", "button", "checkboxes", "error-summary", "file-upload", "input", "inset-text"),
    *("notification-banner", "pagination", "password-input", "radios", "select", "skip-link", "textarea"),
    "warning-text",
)


def add_components(environment: Environment) -> None:
    """Lets every template show a component by the name of its macro, such as `govukBackLink`, and `problem`,
    `form_token` and `options_of` with them.
    """
    for name in _COMPONENTS:
        macro = "govuk" + "".join(word.capitalize() for word in name.split("-"))
        environment.globals[macro] = partial(_show, environment, name, macro)
    environment.globals["problem"] = partial(_problem, environment)
    environment.globals["form_token"] = _form_token
    environment.globals["options_of"] = _options


def _show(environment: Environment, name: str, macro: str, *given: Any, **named: Any) -> Markup:
    # The environment keeps what it has loaded, and loads what a page shows alone.
    module = environment.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    return cast("Markup", getattr(module, macro)(*given, **named))


def _problem(
    environment: Environment, said: str | Sequence[Mapping[str, str]] | None, href: str | None = None
) -> Markup:
    """What is wrong with what a form sent, with a link to the field that it is about; nothing where nothing is.

    Args:
        said: a sentence, or several problems, each with its own `text` and `href`.
    """
    if not said:
        return Markup()
    errors = [{"text": said, "href": href}] if isinstance(said, str) else said
    asked = {"titleText": "There is a problem", "errorList": errors}
    return _show(environment, "error-summary", "govukErrorSummary", asked)


def _form_token() -> Markup:
    """The field by which a form shows that a page of ours sent it."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _options(
    said: Mapping[Any, str] | Iterable[str], chosen: object = None, empty: str | None = None, *, capital: bool = False
) -> list[dict[str, object]]:
    """What a list or radio buttons offer.

    Args:
        said: the words of each value, or values that are their own words.
        chosen: the value that is chosen.
        empty: the words of choosing nothing, where that is offered.
        capital: whether words begin with a capital here.
    """
    pairs = said.items() if isinstance(said, Mapping) else ((each, each) for each in said)
    nothing: list[dict[str, object]] = [] if empty is None else [{"value": "", "text": empty}]
    return nothing + [
        {
            "value": value,
            "text": text.capitalize() if capital else text,
            "selected": value == chosen,
            "checked": value == chosen,
        }
        for value, text in pairs
    ]
