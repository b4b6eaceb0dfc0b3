"""Pages: signing in and out, and showing again that it is oneself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from budget_align.services.people.accounts import Person, check_password, mark_of_password
from budget_align.services.people.demonstration_accounts import PASSWORD, sign_ins_in_use
from budget_align.services.people.second_factors import check_second_factor, has_second_factor
from budget_align.services.people.sign_ins import begin_sign_in, end_sign_in, note_sure, record_failed
from budget_align.web.context import actor, engine, provider_name
from budget_align.web.people.attempts import ATTEMPTS, Attempts
from budget_align.web.people.typed import Typed, is_ours, safe, send_on, typed_before

pages = Blueprint("accounts", __name__)

_HALF: Final = "half"
"""Under which name the session keeps who gave their password and not yet their second factor."""
_HALF_LASTS: Final = 300
_WRONG: Final = "The email address or the password is wrong"
TOO_MANY: Final = "Too many wrong passwords. Try again in a quarter of an hour"

Page = Response | str | tuple[str, int]


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships without types
    """An address and a password."""

    email = StringField(validators=[InputRequired("Enter your email address"), Length(max=254)])
    password = PasswordField(validators=[InputRequired("Enter your password"), Length(max=1000)])


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Page:
    """Asks who it is, and lets them in."""
    form = SignInForm()
    if request.method == "GET":
        return sign_in_page(form)
    if not form.validate():
        errors = [{"text": said[0], "href": f"#{field}"} for field, said in form.errors.items() if field]
        return sign_in_page(form, errors, 400)
    with guessing(form.email.data) as guess:
        if guess.refused:
            return sign_in_page(form, [{"text": TOO_MANY}], 429)
        person = check_password(engine(), guess.email, form.password.data)
        if person is None:
            guess.wrong()
            return sign_in_page(form, [{"text": _WRONG, "href": "#email"}], 400)
    if has_second_factor(engine(), person.email):
        _begin_anew()
        session[_HALF] = [person.email, int(time.time()), mark_of_password(engine(), person.email)]
        return _code_page(typed_before(), request.args.get("next", ""))
    return let_in(person, typed_before(), request.args.get("next", ""))


@pages.post("/sign-in/code")
def code() -> Page:
    """Takes the second factor of someone who gave their password."""
    email, at, mark = (*(session.get(_HALF) or ("", 0)), "")[:3]
    typed, onward = typed_before(), request.form.get("next", "")
    # Who has another password by now, or may sign in no more, begins again.
    if not email or time.time() - at > _HALF_LASTS or mark != mark_of_password(engine(), email):
        return sign_in_page(SignInForm(formdata=None), [{"text": "That took too long; begin again"}], 400, typed)
    with guessing(email) as guess:
        if guess.refused:
            return _code_page(typed, onward, TOO_MANY, 429)
        if not check_second_factor(engine(), email, request.form.get("code", "")):
            guess.wrong()
            return _code_page(typed, onward, "That is not a code that can be used now", 400)
    return let_in(Person(email, ""), typed, onward, "password and second factor")


@pages.post("/sign-out")
def sign_out() -> Response:
    """Forgets who it is; one who signed in at the provider is signed out there too."""
    away = session.get("sign_out_at", "")
    if current_user.is_authenticated:
        end_sign_in(engine(), current_user.get_id())
    logout_user()
    session.clear()
    answer = redirect(away or url_for("figures.overview"))
    # What the browser kept of pages that were for this person goes too, such as those behind its button for back.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@pages.post("/it-is-me")
def it_is_me() -> Page:
    """Takes a password again before something that needs it, and sends on what was asked."""
    typed = typed_before() or Typed(url_for("figures.overview"), sent=False)
    email = actor()
    with guessing(email) as guess:
        if guess.refused:
            return sure_page(typed, TOO_MANY, 429)
        right = check_password(engine(), email, request.form.get("password", "")) is not None
        if right and has_second_factor(engine(), email):
            right = check_second_factor(engine(), email, request.form.get("code", ""))
        if not right:
            guess.wrong()
            return sure_page(typed, "That is not right; nothing was changed", 400)
    note_sure(engine(), current_user.get_id())
    return send_on(typed)


def let_in(person: Person, typed: Typed | None, onward: str, how: str = "password", away: str = "") -> Response | str:
    """Signs a person in and goes on to what they asked for, or to sending what they typed.

    Args:
        away: where they sign out elsewhere, too.
    """
    _begin_anew()
    if away:
        session["sign_out_at"] = away
    token = begin_sign_in(engine(), person.email, request.user_agent.string, how)
    login_user(current_app.extensions["make_user"](person.email, person.name, token))
    if typed is not None:
        return send_on(typed)
    return redirect(safe(onward))


def sign_in_page(
    form: SignInForm | None = None,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
    typed: Typed | None = None,
) -> tuple[str, int]:
    """The page on which people sign in, which carries on what they typed elsewhere."""
    shown = {
        "form": form or SignInForm(formdata=None),
        "errors": errors or [],
        "people": sign_ins_in_use(engine()),
        "password": PASSWORD,
        "provider": provider_name(),
        "typed": typed or typed_before(),
        "onward": request.args.get("next", "") if is_ours(request.args.get("next", "")) else "",
    }
    return render_template("people/sign_in.html", **shown), status


def sure_page(typed: Typed, error: str = "", status: int = 401) -> tuple[str, int]:
    """The page on which someone who is signed in shows that it is they, and which carries on what they asked."""
    second = has_second_factor(engine(), actor())
    shown = {"typed": typed, "error": error, "second": second, "provider": provider_name()}
    return render_template("people/it_is_me.html", **shown), status


def _code_page(typed: Typed | None, onward: str, error: str = "", status: int = 200) -> tuple[str, int]:
    shown = {"typed": typed, "onward": onward if is_ours(onward) else "", "error": error}
    return render_template("people/code.html", **shown), status


def _begin_anew() -> None:
    """Forgets the session: what another person or page left in it is not theirs. Forms of this answer are of the new
    one.
    """
    session.clear()
    g.pop("csrf_token", None)


class Guess:
    """A password or a code that is being tried.

    Attributes:
        refused: whether too many were wrong, or are being tried at once, for another to be tried.
    """

    def __init__(self, email: str, *, refused: bool) -> None:
        self.email, self.refused, self.was_wrong = email, refused, False

    def wrong(self) -> None:
        """Says that it was wrong, which is counted and recorded."""
        self.was_wrong = True
        record_failed(engine(), self.email)


@contextmanager
def guessing(email: str) -> Iterator[Guess]:
    """Lets a password or a code of a person be tried, from where this is asked, unless too many were."""
    guess = Guess(email, refused=not _attempts().begin(email, _address()))
    try:
        yield guess
    finally:
        if not guess.refused:
            _attempts().end(email, _address(), wrong=guess.was_wrong)


def _attempts() -> Attempts:
    found: Attempts = current_app.extensions[ATTEMPTS]
    return found


def _address() -> str:
    return request.remote_addr or ""
