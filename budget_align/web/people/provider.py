"""Pages: signing in at the government's own provider by OpenID Connect, with state, nonce and PKCE."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from budget_align.config import Provider, Settings
from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people.provided import admit
from budget_align.services.people.sign_ins import note_sure
from budget_align.web.context import actor, engine, provider_name, settings
from budget_align.web.people.accounts import let_in
from budget_align.web.people.typed import Typed, safe, send_on, typed_before

pages = Blueprint("provider", __name__, url_prefix="/sign-in/provider")

_CLIENT: Final = "sign_in_provider"
_UNDER_WAY: Final = "at_provider"
"""Under which name the session keeps what goes on once the person is back."""
_CARRIED: Final = 2_000
"""Signs that fit into the session beside what signing in needs."""
_JUST_NOW: Final = 300


def set_up_provider(app: Flask, settings: Settings) -> None:
    """Makes the provider of the settings known to the application, where there is one."""
    provider = settings.provider
    if provider is None:
        return
    from authlib.integrations.flask_client import OAuth  # here: most installations have no provider, and it loads much

    oauth = OAuth(app)
    oauth.register(
        _CLIENT,
        client_id=provider.client_id,
        client_secret=provider.secret(),
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": provider.scope, "code_challenge_method": "S256", "timeout": 10},
    )
    app.extensions[_CLIENT] = getattr(oauth, _CLIENT)


def _faults(*also: type[Exception]) -> tuple[type[Exception], ...]:
    """What may go wrong between the service and the provider, and what else may."""
    import requests  # here, like what follows: what only a provider needs
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    return AuthlibBaseError, JoseError, requests.RequestException, *also


def provider_origin(settings: Settings) -> str:
    """Where the provider is, for what pages may send forms to; empty where there is none."""
    if settings.provider is None:
        return ""
    parts = urlsplit(settings.provider.issuer)
    return f"{parts.scheme}://{parts.netloc}"


@pages.route("", methods=["GET", "POST"])
def begin() -> Response:
    """Goes to the provider, to sign in or to show again that it is oneself."""
    client = _client()
    sure = request.values.get("sure") == "1" and current_user.is_authenticated
    typed = typed_before()
    carried = typed.as_text() if typed else ""
    session[_UNDER_WAY] = {
        "sure": sure,
        "next": request.values.get("next", ""),
        "typed": carried if len(carried) <= _CARRIED else "",
    }
    more = {"prompt": "login", "max_age": 0} if sure else {}
    try:
        answer: Response = client.authorize_redirect(url_for("provider.back", _external=True), **more)
    except _faults() as error:
        raise RefusedError("no-provider", f"{provider_name()} does not answer; try again in a minute.") from error
    return answer


@pages.get("/back")
def back() -> Response | str:
    """Takes what the provider says of a person, and lets them in."""
    client, known = _client(), session.pop(_UNDER_WAY, None)
    if known is None:
        raise RefusedError("no-provider", "This sign-in was not begun here, or is over; begin again.")
    try:
        token = client.authorize_access_token()
    except _faults(ValueError) as error:
        raise RefusedError("no-provider", f"{provider_name()} did not let you in; begin again.") from error
    claims = _claims(client, token)
    email = str(claims.get("email", ""))
    if not email or claims.get("email_verified") is not True:
        raise RefusedError("no-provider", f"{provider_name()} does not say of a verified address whose it is.")
    typed = Typed.read(known["typed"])
    if known["sure"]:
        return _sure(email, claims, typed or Typed(safe(known["next"]), sent=False))
    provider = settings().provider
    assert provider is not None, "the client is of the settings' provider"
    person = admit(engine(), email, str(claims.get("name", "")) or email, _roles(provider, claims))
    return let_in(person, typed, known["next"], f"provider {provider.issuer}", _sign_out_address(client, token))


def _claims(client: Any, token: Any) -> dict[str, Any]:
    """What the provider says of a person: in the token, which its signature holds, and for what that leaves out, as
    many providers do, at its userinfo, of the same person.

    Raises:
        RefusedError: its userinfo does not answer, or speaks of somebody else.
    """
    claims = dict(token.get("userinfo") or {})
    provider = settings().provider
    assert provider is not None, "the client is of the settings' provider"
    if {"email", provider.roles_claim} <= set(claims) or not client.load_server_metadata().get("userinfo_endpoint"):
        return claims
    try:
        more = dict(client.userinfo(token=token))
    except _faults(ValueError) as error:
        raise RefusedError("no-provider", f"{provider_name()} did not say who you are; begin again.") from error
    if more.get("sub") != claims.get("sub"):
        raise RefusedError("no-provider", f"{provider_name()} speaks of somebody else; begin again.")
    return {**more, **claims}


def _sure(email: str, claims: Any, typed: Typed) -> str:
    if not current_user.is_authenticated or email.casefold() != actor().casefold():
        raise RefusedError("no-provider", "Someone else signed in there; nothing was changed.")
    at = claims.get("auth_time")
    if not isinstance(at, int) or time.time() - at > _JUST_NOW:
        raise RefusedError("no-provider", f"{provider_name()} does not say that you signed in just now.")
    note_sure(engine(), current_user.get_id())
    return send_on(typed)


def _roles(provider: Provider, claims: Any) -> list[Held]:
    """The roles that the provider's claims come to, by the settings."""
    said = claims.get(provider.roles_claim) or []
    values = {said} if isinstance(said, str) else {str(each) for each in said}
    return [Held(each.role, each.government, each.body) for each in provider.roles if each.value in values]


def _sign_out_address(client: Any, token: Any) -> str:
    """Where the person signs out at the provider, too; empty where it has no such address."""
    if not client.load_server_metadata().get("end_session_endpoint"):
        return ""
    home = url_for("figures.overview", _external=True)
    said = client.create_logout_url(post_logout_redirect_uri=home, id_token_hint=token.get("id_token"))
    return str(said["url"])


def _client() -> Any:
    return current_app.extensions.get(_CLIENT) or abort(404)
