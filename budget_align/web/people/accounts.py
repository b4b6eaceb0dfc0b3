"""Pages: signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from budget_align.core.values.refusal import RefusedError
from budget_align.services.demonstration import PASSWORD, sign_ins_in_use
from budget_align.services.people.accounts import check_password
from budget_align.services.people.sign_ins import begin_sign_in, end_sign_in, record_failed
from budget_align.services.people.tokens import drop_token, list_tokens, make_token
from budget_align.web.context import actor, engine, signed_in
from budget_align.web.people.attempts import ATTEMPTS, Attempts

pages = Blueprint("accounts", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships without types
    """An address and a password."""

    email = StringField(validators=[InputRequired("Enter your email address"), Length(max=254)])
    password = PasswordField(validators=[InputRequired("Enter your password"), Length(max=1000)])


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Asks who it is, and lets them in."""
    form = SignInForm()
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        if form.validate():
            attempts: Attempts = current_app.extensions[ATTEMPTS]
            email, address = form.email.data, request.remote_addr or ""
            if not attempts.may_try(email, address):
                return _page(form, [{"text": "Too many wrong passwords. Try again in a quarter of an hour"}], 429)
            person = check_password(engine(), email, form.password.data)
            if person:
                # What another person or page left in the session is not theirs.
                session.clear()
                token = begin_sign_in(engine(), person.email)
                login_user(current_app.extensions["make_user"](person.email, person.name, token))
                return redirect(_safe(request.args.get("next", "")))
            attempts.failed(email, address)
            record_failed(engine(), email)
            errors = [{"text": "The email address or the password is wrong", "href": "#email"}]
        else:
            errors = [{"text": said[0], "href": f"#{field}"} for field, said in form.errors.items() if field]
    return _page(form, errors, 400 if errors else 200)


def _page(form: SignInForm, errors: list[dict[str, str]], status: int) -> tuple[str, int]:
    people = sign_ins_in_use(engine())
    return render_template("people/sign_in.html", form=form, errors=errors, people=people, password=PASSWORD), status


@pages.post("/sign-out")
def sign_out() -> Response:
    """Forgets who it is."""
    if current_user.is_authenticated:
        end_sign_in(engine(), current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("figures.overview"))


@pages.get("/access-tokens")
@signed_in
def tokens() -> str:
    """The tokens by which software acts for a person."""
    return _tokens()


@pages.post("/access-tokens")
@signed_in
def add_token() -> str | tuple[str, int]:
    """Makes a token and shows it this once."""
    try:
        return _tokens(made=make_token(engine(), actor(), request.form.get("name", "")))
    except RefusedError as refusal:
        return _tokens(error=refusal.message), 422


@pages.post("/access-tokens/<int:token_id>/drop")
@signed_in
def take_back(token_id: int) -> Response:
    """Takes a token back."""
    drop_token(engine(), actor(), token_id)
    flash("The token is taken back; software that has it is refused from now on.", "success")
    return redirect(url_for("accounts.tokens"))


def _tokens(*, made: str = "", error: str = "") -> str:
    return render_template("people/access_tokens.html", tokens=list_tokens(engine(), actor()), made=made, error=error)


def _safe(address: str) -> str:
    """The address to go on to, if it is one of ours."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    # A browser takes a backslash for a slash, and leaves out tabs and ends of lines.
    plain = address.isprintable() and "\\" not in address
    return address if ours and plain else url_for("figures.overview")
