"""Pages: who may sign in and do what, for administrators, and the links by which people choose a password."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from budget_align.core.editing.meanwhile import Both, ChangedSinceError
from budget_align.core.editing.shown import Shown
from budget_align.core.people.policy import ROLES, Held, Subject
from budget_align.core.values.day import read_day
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people import accounts, links, roles
from budget_align.services.people.accounts import Holder
from budget_align.services.people.roles import HeldRole
from budget_align.services.people.second_factors import end_second_factor
from budget_align.services.people.sign_ins import end_everywhere
from budget_align.services.returns.listing import known_governments
from budget_align.services.runs.bodies import list_bodies
from budget_align.web.context import actor, engine, rights, sight

pages = Blueprint("people", __name__)

Page = Response | str | tuple[str, int]


@pages.get("/people")
def index() -> str:
    """Everyone who has an account, with their roles, and inviting another."""
    return _index_page()


@pages.post("/people")
def invite() -> Page:
    """Adds a person and shows the link by which they choose a password, this once."""
    form = request.form
    try:
        held = [_role()] if form.get("role") else []
        token = links.invite(engine(), form.get("email", ""), form.get("name", ""), held, actor())
    except (RefusedError, ValueError) as refusal:
        return _index_page(error=f"{refusal}"), 422
    return _index_page(link=_address(token), whose=form.get("email", "").strip())


@pages.get("/people/<int:account_id>")
def person(account_id: int) -> str:
    """One person: their roles, and whether they may sign in."""
    return _person_page(account_id)


@pages.post("/people/<int:account_id>/roles")
def give(account_id: int) -> Page:
    """Gives a person a role."""
    try:
        roles.give_role(engine(), _holder(account_id).email, _role(), actor(), seen=_shown())
    except ChangedSinceError as refusal:
        return _person_page(account_id, error=refusal.message, both=refusal.both), 409
    except ValueError as refusal:
        return _person_page(account_id, error=f"{refusal}."), 422
    except RefusedError as refusal:
        if refusal.kind == "forbidden":
            raise
        return _person_page(account_id, error=refusal.message), 422
    flash("The role is given.", "success")
    return redirect(url_for("people.person", account_id=account_id))


@pages.post("/people/<int:account_id>/roles/<int:role_id>/take")
def take(account_id: int, role_id: int) -> Page:
    """Takes a role away."""
    try:
        roles.take_role(engine(), role_id, actor(), seen=_shown())
    except ChangedSinceError as refusal:
        return _person_page(account_id, error=refusal.message, both=refusal.both), 409
    flash("The role is taken away.", "success")
    return redirect(url_for("people.person", account_id=account_id))


@pages.post("/people/<int:account_id>/disable")
def disable(account_id: int) -> Response:
    """Lets a person sign in no longer."""
    accounts.disable_account(engine(), _holder(account_id).email, actor())
    flash("They may not sign in any more; what they did stays on record.", "success")
    return redirect(url_for("people.person", account_id=account_id))


@pages.post("/people/<int:account_id>/reset")
def reset(account_id: int) -> Page:
    """Shows a link by which a person chooses another password, this once; one who was disabled may sign in again."""
    email = _holder(account_id).email
    disabled = request.form.get("disabled") == "yes"
    try:
        token = links.link_to_reset(engine(), email, actor(), disabled=disabled)
    except RefusedError as refusal:
        if refusal.kind != "conflict":
            raise
        return _person_page(account_id, error=refusal.message), 409
    return _person_page(account_id, link=_address(token))


@pages.post("/people/<int:account_id>/second-factor")
def drop_second(account_id: int) -> Response:
    """Takes away a second factor that a person lost."""
    end_second_factor(engine(), _holder(account_id).email, actor())
    flash("They sign in without a second factor until they begin another.", "success")
    return redirect(url_for("people.person", account_id=account_id))


@pages.post("/people/<int:account_id>/sign-out")
def sign_out(account_id: int) -> Response:
    """Ends wherever a person is signed in."""
    end_everywhere(engine(), _holder(account_id).email, actor())
    flash("They are signed out everywhere.", "success")
    return redirect(url_for("people.person", account_id=account_id))


@pages.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> Page:
    """Lets whoever holds a link choose a password."""
    link = links.find_link(engine(), token)
    if request.method == "GET":
        return render_template("people/welcome.html", link=link, error="")
    form = request.form
    try:
        links.use_link(engine(), token, form.get("new", ""), form.get("email", ""), form.get("name", ""))
    except RefusedError as refusal:
        if refusal.kind == "missing":
            raise
        return render_template("people/welcome.html", link=link, error=refusal.message), 422
    flash("Your password is kept. Sign in with it.", "success")
    return redirect(url_for("accounts.sign_in"))


def _role() -> Held:
    """The role that the form says.

    Raises:
        RefusedError: it is for a body that the government does not have.
        ValueError: a day is none.
    """
    form = request.form
    government, body = form.get("government", ""), form.get("body", "").strip()
    hidden = sight().hidden_returns(engine())
    if body and body not in {each.name for each in list_bodies(engine(), government, hidden)}:
        raise RefusedError("unknown-body", f"{government or 'All governments'} has no body {body!r} in its returns.")
    return Held(form.get("role", ""), government, body, read_day(form.get("first", "")), read_day(form.get("last", "")))


def _holder(account_id: int) -> Holder:
    """Who has the account of that number.

    Raises:
        RefusedError: nobody, or a person of governments alone whose people whoever asks does not manage.
    """
    found = accounts.find_account(engine(), account_id)
    if not _is_of_mine(roles.list_roles(engine(), found.email)):
        raise RefusedError("no-account", "There is no such account.")
    return found


def _roles_by_person() -> dict[str, list[HeldRole]]:
    found: dict[str, list[HeldRole]] = {}
    for each in roles.list_roles(engine()):
        found.setdefault(each.email, []).append(each)
    return found


def _is_of_mine(held: list[HeldRole]) -> bool:
    """Whether whoever asks manages a person who holds roles: in their governments, in all, or in none yet."""
    if not held or rights().may("manage-people", Subject(None)):
        return True
    names = {each.held.government for each in held}
    return "" in names or any(rights().sees_government("manage-people", name) for name in names)


def _shown() -> Shown:
    """What the page showed of the person's roles."""
    return Shown.read(request.form.get("seen", ""))


def _address(token: str) -> str:
    return url_for("people.welcome", token=token, _external=True)


def _of_mine(held: list[HeldRole]) -> list[HeldRole]:
    """The roles of the governments whose people whoever asks manages."""
    return [each for each in held if rights().may("manage-people", Subject(each.held.government or None))]


def _choices() -> dict[str, object]:
    hidden = sight().hidden_returns(engine())
    governments = [name for name in known_governments(engine()) if rights().may("manage-people", Subject(name))]
    return {
        "titles": ROLES,
        "governments": governments,
        "bodies": sorted({body.name for name in governments for body in list_bodies(engine(), name, hidden)}),
        "all": rights().may("manage-people", Subject(None)),
    }


def _index_page(*, error: str = "", link: str = "", whose: str = "") -> str:
    theirs = _roles_by_person()
    people = [each for each in accounts.list_accounts(engine()) if _is_of_mine(theirs.get(each.email, []))]
    shown = {
        "people": people,
        "roles": {email: _of_mine(held) for email, held in theirs.items()},
        "error": error,
        "link": link,
        "whose": whose,
    }
    return render_template("people/people.html", **shown, **_choices())


def _person_page(account_id: int, *, error: str = "", link: str = "", both: Sequence[Both] = ()) -> str:
    holder = _holder(account_id)
    # What is looked at first is at most older than what is shown.
    seen = roles.show_roles(engine(), holder.email)
    held = _of_mine(roles.list_roles(engine(), holder.email))
    shown = {"person": holder, "held": held, "error": error, "link": link, "seen": seen, "both": both}
    return render_template("people/person.html", **shown, **_choices())
