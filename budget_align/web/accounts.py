"""Pages: signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from budget_align.core.refusal import RefusedError
from budget_align.services.accounts import check_password
from budget_align.services.demonstration import PASSWORD, sign_ins_in_use
from budget_align.services.tokens import drop_token, list_tokens, make_token
from budget_align.web.context import actor, engine, signed_in

pages = Blueprint("accounts", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships without types
    """An address and a password."""

    email = StringField(validators=[InputRequired("Enter your email address")])
    password = PasswordField(validators=[InputRequired("Enter your password")])


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Asks who it is, and lets them in."""
    form = SignInForm()
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        if form.validate():
            person = check_password(engine(), form.email.data, form.password.data)
            if person:
                login_user(current_app.extensions["make_user"](person.email, person.name))
                return redirect(_safe(request.args.get("next", "")))
            errors = [{"text": "The email address or the password is wrong", "href": "#email"}]
        else:
            errors = [{"text": said[0], "href": f"#{field}"} for field, said in form.errors.items() if field]
    page = render_template(
        "sign_in.html", form=form, errors=errors, people=sign_ins_in_use(engine()), password=PASSWORD
    )
    return (page, 400) if errors else page


@pages.post("/sign-out")
def sign_out() -> Response:
    """Forgets who it is."""
    logout_user()
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
    return render_template("access_tokens.html", tokens=list_tokens(engine(), actor()), made=made, error=error)


def _safe(address: str) -> str:
    """The address to go on to, if it is one of ours."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if ours and not address.startswith("//") else url_for("figures.overview")
