"""Pages: one's own account: its password, its second factor, where one is signed in, and tokens for software."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from budget_align.core.people.policy import ACTIONS, ROLES
from budget_align.core.values.day import read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.accounts import change_password, check_password
from budget_align.services.people.delegations import delegate, end_delegation, list_delegable, list_delegated
from budget_align.services.people.roles import list_roles
from budget_align.services.people.second_factors import (
    address_of,
    begin_second_factor,
    count_codes_left,
    end_second_factor,
    has_second_factor,
    new_key,
    picture_of,
)
from budget_align.services.people.sign_ins import end_everywhere, end_place, is_sure, list_places, place_of, token_hash
from budget_align.services.people.tokens import SCOPES, drop_token, list_tokens, make_token
from budget_align.web.context import actor, engine
from budget_align.web.numbers import LARGEST, read_whole
from budget_align.web.people.accounts import TOO_MANY, guessing, sure_page
from budget_align.web.people.typed import Typed

pages = Blueprint("mine", __name__)

_KEY = "second_key"
"""Under which name the session keeps a key that an app takes over, until the person proves that it did."""

Page = Response | str | tuple[str, int]


@pages.get("/account")
def account() -> str:
    """One's roles, password, second factor and sign-ins."""
    return _page()


@pages.post("/account/password")
def password() -> Page:
    """Changes one's own password."""
    form = request.form
    with guessing(actor()) as guess:
        if guess.refused:
            return _page(error=("old", TOO_MANY)), 429
        try:
            kept = token_hash(current_user.get_id())
            change_password(engine(), actor(), form.get("old", ""), form.get("new", ""), kept)
        except RefusedError as refusal:
            if refusal.field == "old":
                guess.wrong()
            return _page(error=(refusal.field or "new", refusal.message)), 422
    flash("Your password is changed, and you are signed out everywhere else.", "success")
    return redirect(url_for("mine.account"))


@pages.post("/account/delegations")
def delegate_role() -> Page:
    """Lets a colleague approve in one's place."""
    form = request.form
    try:
        role_id = read_whole(form.get("role", ""), LARGEST) or 0
        delegate(engine(), role_id, form.get("to", "").strip(), read_day(form.get("last", "")), actor())
    except RefusedError as refusal:
        return _page(error=(refusal.field or "to", refusal.message)), 422
    except ValueError as error:
        return _page(error=("last", f"{error}.")), 422
    flash("They may do it in your place until that day; you still may too.", "success")
    return redirect(url_for("mine.account"))


@pages.post("/account/delegations/<int:role_id>/end")
def end_delegated(role_id: int) -> Response:
    """Ends what one let a colleague do."""
    end_delegation(engine(), role_id, actor())
    flash("They may not do it in your place any more.", "success")
    return redirect(url_for("mine.account"))


@pages.post("/account/sign-ins/<place>/end")
def end_one(place: str) -> Response:
    """Ends one sign-in of one's own."""
    end_place(engine(), actor(), place)
    flash("Ended.", "success")
    return redirect(url_for("mine.account"))


@pages.post("/account/sign-ins/end")
def end_others() -> Response:
    """Ends all sign-ins of one's own but this one."""
    end_everywhere(engine(), actor(), actor(), kept=current_user.get_id())
    flash("You are signed out everywhere else.", "success")
    return redirect(url_for("mine.account"))


@pages.get("/account/second-factor")
def second_factor() -> Page:
    """Shows a key for an app to take over."""
    return _ask_again() or _second_page()


@pages.post("/account/second-factor")
def begin_second() -> Page:
    """Takes the first code of an app, and shows the recovery codes this once."""
    again, key = _ask_again(), session.get(_KEY, "")
    if again or not key:
        return again or redirect(url_for("mine.second_factor"))
    try:
        codes = begin_second_factor(engine(), actor(), key, request.form.get("code", ""))
    except RefusedError as refusal:
        return _second_page(refusal.message), 422
    session.pop(_KEY, None)
    return render_template("people/recovery_codes.html", codes=codes)


@pages.post("/account/second-factor/end")
def end_second() -> Page:
    """Takes one's second factor away, for one's password."""
    with guessing(actor()) as guess:
        if guess.refused:
            return _page(error=("password", TOO_MANY)), 429
        if check_password(engine(), actor(), request.form.get("password", "")) is None:
            guess.wrong()
            return _page(error=("password", "That is not your password.")), 422
    end_second_factor(engine(), actor(), actor())
    flash("You sign in without a second factor from now on.", "success")
    return redirect(url_for("mine.account"))


@pages.get("/access-tokens")
def tokens() -> str:
    """The tokens by which software acts for a person."""
    return _tokens()


@pages.post("/access-tokens")
def add_token() -> Page:
    """Makes a token and shows it this once."""
    form = request.form
    try:
        last = read_day(form.get("last_day", ""))
        scope = form.getlist("scope")
        return _tokens(made=make_token(engine(), actor(), form.get("name", ""), scope, last))
    except (RefusedError, ValueError) as refusal:
        return _tokens(error=f"{refusal}".rstrip(".") + "."), 422


@pages.post("/access-tokens/<int:token_id>/drop")
def take_back(token_id: int) -> Response:
    """Takes a token back."""
    drop_token(engine(), actor(), token_id)
    flash("The token is taken back; software that has it is refused from now on.", "success")
    return redirect(url_for("mine.tokens"))


def _page(*, error: tuple[str, str] | None = None) -> str:
    email = actor()
    return render_template(
        "people/account.html",
        roles=list_roles(engine(), email),
        titles=ROLES,
        delegable=list_delegable(engine(), email),
        delegated=list_delegated(engine(), email),
        places=list_places(engine(), email),
        browser=_browser,
        here=place_of(current_user.get_id()),
        second=has_second_factor(engine(), email),
        codes_left=count_codes_left(engine(), email),
        error=error,
    )


_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "Mac"}
_SYSTEMS |= {"Linux": "Linux"}


def _browser(said: str) -> str:
    """What a browser is called by what it says of itself, which begins with the names of others."""
    name = next((name for sign, name in _BROWSERS.items() if sign in said), said[:60] or "A browser that does not say")
    system = next((f" on {name}" for sign, name in _SYSTEMS.items() if sign in said), "")
    return f"{name}{system}"


def _ask_again() -> tuple[str, int] | None:
    """The page on which a person shows again that it is they, before an app takes the place of the one that they have;
    None for who did a short while ago.
    """
    if is_sure(engine(), current_user.get_id()):
        return None
    return sure_page(Typed(url_for("mine.second_factor"), sent=False))


def _second_page(error: str = "") -> str:
    key = session.setdefault(_KEY, new_key())
    shown: dict[str, Any] = {"key": key, "picture": picture_of(key, actor()), "address": address_of(key, actor())}
    return render_template("people/second_factor.html", error=error, **shown)


def _tokens(*, made: str = "", error: str = "") -> str:
    return render_template(
        "people/access_tokens.html",
        tokens=list_tokens(engine(), actor()),
        scopes={scope: ACTIONS[scope] for scope in SCOPES},
        actions=ACTIONS,
        made=made,
        error=error,
    )
