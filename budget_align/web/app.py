"""Makes the Flask application."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from budget_align import metering
from budget_align.api import api
from budget_align.api.statuses import STATUSES
from budget_align.config import Settings
from budget_align.core.allocation.comparable import describe_comparable
from budget_align.core.measures.catalogue import MEASURES
from budget_align.core.returns.bases import describe_bases
from budget_align.core.values.refusal import RefusedError
from budget_align.jobs import Jobs
from budget_align.services.operation.readiness import Watch, say
from budget_align.services.people.demonstration_accounts import sign_ins_in_use
from budget_align.services.people.sign_ins import LASTS, find_signed_in
from budget_align.web import (
    approvals,
    figures,
    formats,
    frameworks,
    governments,
    measures,
    publishing,
    record,
    scenarios,
)
from budget_align.web.accountability import assessments, boards, register
from budget_align.web.components import add_components
from budget_align.web.context import STATE
from budget_align.web.logs import log_requests
from budget_align.web.mappings import mappings, rules
from budget_align.web.numbers import DatabaseNumber
from budget_align.web.outcomes import indicators, priorities, public, targets
from budget_align.web.people import accounts, gate, markings, mine, people, provider
from budget_align.web.people.attempts import ATTEMPTS, Attempts
from budget_align.web.people.typed import send_on, typed_now
from budget_align.web.returns import submissions
from budget_align.web.server import most_sent
from budget_align.web.terms import page_terms

_FAMILIES = (
    *(accounts, mine, people, markings, provider, figures, submissions, mappings, rules, indicators, targets, measures),
    *(priorities, register, assessments, boards, frameworks, scenarios, governments, publishing, approvals),
    *(record, public),
)
"""The families of pages, each a blueprint of its own."""

_FORM_TEXT = 4_000_000
"""Bytes of text that a form may hold: a mapping of several thousand rules that waits to be accepted."""

_FIELDS = 10_000
"""Fields that a form may have: a wide workbook has one for each of its columns."""

_TITLES = {"forbidden": "That is for others to do"}
"""Headings of refusals, where another than the usual one says more."""

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'{elsewhere}; "
    "frame-ancestors 'none'"
)

_POLICY_NAME = "content_security_policy"


class _User(UserMixin):  # type: ignore[misc]  # Flask-Login ships without types
    """Who is signed in; the session names their sign-in, which can end, and not them."""

    def __init__(self, email: str, name: str, token: str) -> None:
        self.id = email
        self.name = name
        self._token = token

    def get_id(self) -> str:
        return self._token


class _Templates(Environment):
    """Templates that share what all of them have, and hold no copy of it each: Jinja compares what two templates have,
    name by name, whenever one takes a macro of another.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class _Sessions(SecureCookieSessionInterface):
    """Cookies that a browser sends back over TLS alone, where it was TLS over which they came."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(app.config["SESSION_COOKIE_SECURE"]) or request.is_secure

    def get_cookie_name(self, app: Flask) -> str:
        # A browser takes a cookie of that name from this very host over TLS alone, and from no host beside or above it.
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if self.get_cookie_secure(app) else name


def create_app(settings: Settings, engine: Engine) -> Flask:
    """The application on a database, by the settings."""
    app = Flask(__name__)
    app.jinja_environment = _Templates
    app.config.update(
        SECRET_KEY=settings.session_key(),
        MAX_CONTENT_LENGTH=most_sent(settings),
        MAX_FORM_MEMORY_SIZE=_FORM_TEXT,
        TRUSTED_HOSTS=[*settings.hosts, "127.0.0.1", "localhost"] if settings.hosts else None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LASTS,
        # A page may be open as long as its session lasts; its token is the session's.
        WTF_CSRF_TIME_LIMIT=None,
    )
    log_requests(app)
    app.session_interface = _Sessions()
    app.url_map.converters["int"] = DatabaseNumber
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]  # where Flask says to put it
    jobs = Jobs(engine, settings)
    app.extensions[STATE] = (settings, engine, jobs)
    _set_up_templates(app, settings, engine)
    app.before_request(_count_fields)
    protection = CSRFProtect(app)
    _set_up_accounts(app, settings, engine)
    gate.guard(app)
    for family in _FAMILIES:
        app.register_blueprint(family.pages)
    provider.set_up_provider(app, settings)
    name, guard = public.guard_against_floods(settings)
    app.extensions[name] = guard
    app.register_blueprint(api)
    protection.exempt(api)
    watch = Watch(engine)
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule("/readyz", "readyz", lambda: _ready(watch, jobs))
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_add_headers)
    app.after_request(record.note_files)
    return app


def _set_up_templates(app: Flask, settings: Settings, engine: Engine) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("budget_align.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formats.add_filters(app.jinja_env)
    add_components(app.jinja_env)
    app.context_processor(page_terms)
    app.context_processor(lambda: {"demonstration": bool(sign_ins_in_use(engine))})
    app.jinja_env.globals["public_page"] = settings.public_page
    app.jinja_env.globals["measures"] = MEASURES
    app.jinja_env.globals["describe_bases"] = describe_bases
    app.jinja_env.globals["describe_comparable"] = describe_comparable


def _set_up_accounts(app: Flask, settings: Settings, engine: Engine) -> None:
    manager = LoginManager(app)
    manager.login_view = "accounts.sign_in"
    manager.login_message = "Sign in to do this."
    manager.login_message_category = "message"

    def load(token: str) -> _User | None:
        person = find_signed_in(engine, token)
        return _User(person.email, person.name, token) if person else None

    manager.user_loader(load)

    app.extensions["make_user"] = _User
    elsewhere = provider.provider_origin(settings)
    app.extensions[_POLICY_NAME] = _POLICY.format(elsewhere=f" {elsewhere}" if elsewhere else "")
    app.extensions[ATTEMPTS] = Attempts()


def _count_fields() -> None:
    """Refuses a form of more fields than any page has, before each of them is made something of.

    Raises:
        RequestEntityTooLarge: it is one.
    """
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    is_read_whole = _FIELDS < (request.content_length or 0) <= _FORM_TEXT
    if is_form and is_read_whole and request.get_data().count(b"&") > _FIELDS:
        raise RequestEntityTooLarge


def _ready(watch: Watch, jobs: Jobs) -> tuple[dict[str, str], int]:
    """What of the service can do its work now; 503 where something cannot."""
    said, well = say(watch, jobs.stalled)
    return said, 200 if well else 503


def _refused(refusal: RefusedError) -> tuple[str, int] | Response:
    metering.REFUSALS.labels(refusal.code).inc()
    status = _status(refusal)
    if refusal.code == "no-database":
        # A page says who is signed in, which nobody can tell now.
        return Response(f"{refusal.message}\n", status, mimetype="text/plain", headers={"Retry-After": "30"})
    return render_template(
        "problem.html", title=_TITLES.get(refusal.kind, "That did not work"), message=refusal.message
    ), status


def _status(refusal: RefusedError) -> int:
    # What cannot be used stands in an address here: a form's is shown beside the form.
    return 400 if refusal.kind in ("invalid", "question") else STATUSES[refusal.kind]


def _expired(_: CSRFError) -> tuple[str, int]:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "same-origin" and typed_now().fields:
        # The browser says that a page of ours sent this, whose session is over; what was typed goes on.
        if current_user.is_authenticated:
            return send_on(typed_now()), 400
        return accounts.sign_in_page(status=401, typed=typed_now())
    message = "The page was open for too long, or in another browser. Go back, reload it and try again."
    return render_template("problem.html", title="The page is out of date", message=message), 400


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException | Response:
    if isinstance(error, SecurityError):
        # A page has links, and there is no name of ours that they could hold.
        return Response("This service is not asked under that name.\n", 400, mimetype="text/plain")
    said = {
        404: ("Page not found", "Check the address, or begin at the overview."),
        405: ("Page not found", "This address takes no such request; begin at the overview."),
        400: ("That cannot be read", "Something in the address or the form is damaged; go back and try again."),
        413: ("The file is too large", "Remove sheets that hold no budget, or ask for a higher limit in config.toml."),
        500: ("Something broke", "Nothing was stored. Try again; if it happens again, tell whoever runs this service."),
    }
    if error.code not in said:
        return error
    title, message = said[error.code]
    return render_template("problem.html", title=title, message=message), error.code


def _add_headers(response: Response) -> Response:
    headers: dict[str, Any] = {
        "Content-Security-Policy": current_app.extensions[_POLICY_NAME],
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.headers["Cache-Control"] = _caching()
    return response


def _caching() -> str:
    """Who may keep an answer, and for how long: files of the pages anybody; what is for everyone whoever asks again
    each time; all else nobody.
    """
    if request.endpoint == "static":
        return "public, max-age=3600"
    return "no-cache" if request.blueprint == "public" else "private, no-store"
