"""The gate: which action each page asks of whoever opens it, and of what. A page without an entry opens for nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from budget_align.core.people.policy import SURE, Subject, refusal
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people import subjects
from budget_align.services.people.sign_ins import is_sure
from budget_align.web.context import actor, engine, rights
from budget_align.web.numbers import LARGEST, MOST_COMPARED, read_few, read_whole
from budget_align.web.people.accounts import sign_in_page, sure_page
from budget_align.web.people.sight import refuse_elsewhere, refuse_hidden
from budget_align.web.people.typed import typed_now

Find = Callable[[], Iterable[Subject | None]]
"""What a request is about; nothing where that depends on no more than what everyone sees."""


def _nothing() -> Iterable[Subject | None]:
    return ()


@dataclass(frozen=True)
class Gate:
    """What a page asks.

    Attributes:
        action: the action of the policy; empty for what everyone may do, "own" for whoever is signed in.
        find: what it is done to, by the address and the form; where it finds nothing, having the action anywhere will
            do, and whoever loads the thing or changes it asks again.
        post: the action that sending the page's form asks, where it is another than seeing the page.
        sure: whether whoever sends its form shows again that it is they, whatever the action.
    """

    action: str
    find: Find = _nothing
    post: str = ""
    sure: bool = False

    def asked(self, method: str) -> str:
        """The action that a request asks."""
        return self.post if self.post and method == "POST" else self.action


OPEN: Final = Gate("")
OWN: Final = Gate("own")
SURELY: Final = Gate("own", sure=True)


def _of(name: str, find: Callable[..., Subject | None], *, who: bool = False) -> Find:
    """A thing by its id in the address."""

    def found() -> Sequence[Subject | None]:
        given: Any = (request.view_args or {})[name]
        return [find(engine(), given, actor()) if who else find(engine(), given)]

    return found


def _government(name: str) -> Find:
    """A government by its name in the address."""
    return lambda: [Subject(str((request.view_args or {})[name]))]


def _installation() -> Iterable[Subject | None]:
    """What all governments share."""
    return [Subject(None)]


def _run() -> Iterable[Subject | None]:
    """The run that the address names; without one, the pages choose among those that the person sees."""
    said = request.args.get("run", "")
    return [subjects.of_run(engine(), said)] if said else []


def _run_of_form() -> Iterable[Subject | None]:
    return [subjects.of_run(engine(), request.form.get("run", ""))]


def _all() -> Iterable[Subject | None]:
    """What is of the whole installation: for roles that are held for all governments."""
    return [Subject("")]


def _body_of_form() -> Iterable[Subject | None]:
    """One body of the run that the address names."""
    return [Subject(each.government, (request.values.get("body", ""),)) if each else None for each in _run()]


def _government_of_form() -> Iterable[Subject | None]:
    return [Subject(request.form.get("government", "").strip())]


def _commented() -> Iterable[Subject | None]:
    """Whose what is commented on is; frameworks are all governments'."""
    government = request.form.get("government", "").strip()
    return [Subject(government)] if government else []


def _government_asked() -> Iterable[Subject | None]:
    """The government that the address names; without one, what is alike for all."""
    said = request.args.get("government", "")
    return [Subject(said)] if said else []


def _sent_for() -> Iterable[Subject | None]:
    """The government for which a workbook is sent, by whoever sends it."""
    return [Subject(request.form.get("government", "").strip(), mine=True)] if request.method == "POST" else []


def _base_of_form() -> Iterable[Subject | None]:
    """What a draft of a mapping is begun from: another version, or nothing."""
    based_on = read_whole(request.form.get("based_on", ""), LARGEST)
    return _government_of_form() if based_on is None else [subjects.of_version(engine(), based_on)]


def _scenarios() -> Iterable[Subject | None]:
    said = read_few(request.args.getlist("id"), MOST_COMPARED)
    return [subjects.of_scenario(engine(), each) for each in said]


_DRAFT = _of("draft_id", subjects.of_draft, who=True)
_UPLOAD = _of("job_id", subjects.of_upload, who=True)
_SUBMISSION = _of("submission_id", subjects.of_submission)
_VERSION = _of("version_id", subjects.of_version)
_SCENARIO = _of("scenario_id", subjects.of_scenario)
_PUBLICATION = _of("publication_id", subjects.of_publication)
_SEEN = Gate("see-figures", _run)
_SEEN_MAPPING = Gate("see-mappings", _VERSION)
_EDITED_MAPPING = Gate("edit-mapping", _VERSION)
_EDITED_SCENARIO = Gate("edit-scenarios", _SCENARIO)

GATES: Final[dict[str, Gate]] = {
    "static": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "accounts.sign_in": OPEN,
    "accounts.sign_out": OPEN,
    "accounts.code": OPEN,
    "accounts.it_is_me": OWN,
    "provider.begin": OPEN,
    "provider.back": OPEN,
    "people.welcome": OPEN,
    "mine.account": OWN,
    "mine.password": OWN,
    "mine.delegate_role": SURELY,
    "mine.end_delegated": OWN,
    "mine.end_one": OWN,
    "mine.end_others": OWN,
    "mine.second_factor": OWN,
    "mine.begin_second": OWN,
    "mine.end_second": OWN,
    "mine.tokens": OWN,
    "mine.add_token": SURELY,
    "mine.take_back": OWN,
    "people.index": Gate("manage-people"),
    "people.person": Gate("manage-people"),
    "people.invite": Gate("manage-people", _installation),
    "people.give": Gate("manage-people"),
    "people.take": Gate("manage-people"),
    "people.disable": Gate("manage-people", _installation),
    "people.reset": Gate("manage-people", _installation),
    "people.drop_second": Gate("manage-people", _installation),
    "people.sign_out": Gate("manage-people", _installation),
    "api.guide": OPEN,
    "api.openapi": OPEN,
    "api.nothing": OPEN,
    "api.figures": Gate("see-figures", _government("government")),
    "api.indicators": Gate("see-figures", _government("government")),
    "api.observations": Gate("see-figures", _government("government")),
    "api.define": Gate("edit-indicators", _government("government")),
    "api.observe": Gate("edit-indicators", _government("government")),
    "public.index": OPEN,
    "public.ballot": OPEN,
    "public.chart": OPEN,
    "public.table": OPEN,
    "measures.index": OPEN,
    "measures.measure": OPEN,
    "figures.overview": _SEEN,
    "figures.outcome": _SEEN,
    "figures.unaligned": _SEEN,
    "figures.body": _SEEN,
    "figures.line": _SEEN,
    "figures.file": Gate("see-originals", _run),
    "figures.mapping": _SEEN,
    "figures.transfers": _SEEN,
    "figures.report": _SEEN,
    "figures.outcomes_chart": _SEEN,
    "measures.aligned_share": _SEEN,
    "measures.collaboration": _SEEN,
    "measures.momentum": _SEEN,
    "measures.plan_to_outturn": _SEEN,
    "measures.capability": _SEEN,
    "measures.comparators": _SEEN,
    "measures.quadrants": _SEEN,
    "measures.gaps": _SEEN,
    "indicators.index": Gate("see-figures", _government("government")),
    "indicators.upload": Gate("edit-indicators", _government("government")),
    "indicators.tie": Gate("edit-indicators", _government("government")),
    "targets.index": Gate("see-figures", _government("government")),
    "targets.approve": Gate("approve-targets", _government("government")),
    "targets.send_back": Gate("approve-targets", _government("government")),
    "accountability.register": _SEEN,
    "accountability.workbook": _SEEN,
    "accountability.upload": Gate("edit-register"),
    "accountability.owners": Gate("edit-register", _run),
    "accountability.keep_owners": Gate("edit-register", _run),
    "accountability.evaluation": Gate("edit-register", _body_of_form),
    "accountability.keep_evaluation": Gate("edit-register", _body_of_form),
    "assessments.new": Gate("edit-register", _run),
    "assessments.add": Gate("edit-register", _run),
    "assessments.edit": Gate("edit-register", _run),
    "assessments.keep": Gate("edit-register", _run),
    "assessments.remove": Gate("edit-register", _run),
    "boards.index": _SEEN,
    "boards.briefing": _SEEN,
    "boards.meet": Gate("hold-board", _run),
    "boards.note": Gate("hold-board", _run),
    "boards.close": Gate("hold-board", _run),
    "priorities.index": _SEEN,
    "priorities.upload": Gate("consult", _run),
    "priorities.drop": Gate("consult", _run),
    "priorities.ask": Gate("consult", _run),
    "priorities.close": Gate("consult", _run),
    "frameworks.index": Gate("see-figures"),
    "frameworks.framework": Gate("see-figures"),
    "frameworks.workbook": Gate("see-figures"),
    "frameworks.upload": Gate("edit-framework"),
    "frameworks.publish": Gate("publish-framework"),
    "frameworks.discard": Gate("edit-framework"),
    "frameworks.ask": Gate("edit-framework"),
    "frameworks.send_back": Gate("publish-framework"),
    "governments.government": Gate("see-figures", _government("name")),
    "governments.levels": Gate("edit-government"),
    "governments.drivers": Gate("edit-drivers", _government("name")),
    "submissions.index": Gate("see-returns"),
    "submissions.new": Gate("send-return", _sent_for),
    "submissions.upload": Gate("see-drafts", _UPLOAD),
    "submissions.stop_upload": Gate("send-return", _UPLOAD),
    "submissions.draft": Gate("see-drafts", _DRAFT),
    "submissions.read_again": Gate("send-return", _DRAFT),
    "submissions.answer": Gate("send-return", _DRAFT),
    "submissions.ask_again": Gate("send-return", _DRAFT),
    "submissions.confirm_draft": Gate("send-return", _DRAFT),
    "submissions.sheet": Gate("see-drafts", _DRAFT, post="send-return"),
    "submissions.forget": Gate("send-return", _DRAFT),
    "submissions.discard": Gate("send-return", _DRAFT),
    "submissions.findings_workbook": Gate("see-drafts", _DRAFT),
    "submissions.template_workbook": Gate("see-figures", _government_asked),
    "submissions.stored": Gate("see-returns", _SUBMISSION),
    "submissions.ask": Gate("confirm-return", _SUBMISSION),
    "submissions.approve": Gate("approve-return", _SUBMISSION),
    "submissions.send_back": Gate("approve-return", _SUBMISSION),
    "submissions.run": Gate("run", _government_of_form),
    "mappings.index": Gate("see-mappings"),
    "mappings.begin": Gate("edit-mapping", _base_of_form),
    "mappings.bench": _SEEN_MAPPING,
    "mappings.changes": _SEEN_MAPPING,
    "mappings.carried": _SEEN_MAPPING,
    "mappings.workbook": _SEEN_MAPPING,
    "mappings.change_settings": _EDITED_MAPPING,
    "mappings.undo": _EDITED_MAPPING,
    "mappings.upload": _EDITED_MAPPING,
    "mappings.accept": _EDITED_MAPPING,
    "mappings.discard": _EDITED_MAPPING,
    "mappings.approve": Gate("approve-mapping", _VERSION),
    "mappings.ask": _EDITED_MAPPING,
    "mappings.send_back": Gate("approve-mapping", _VERSION),
    "mappings.approve_bundled": Gate("approve-mapping", _government_of_form),
    "rules.accept": _EDITED_MAPPING,
    "rules.refuse": _EDITED_MAPPING,
    "rules.new_rule": _EDITED_MAPPING,
    "rules.rule": Gate("see-mappings", _VERSION, post="edit-mapping"),
    "rules.count": _EDITED_MAPPING,
    "rules.write_on": _EDITED_MAPPING,
    "rules.move_rule": _EDITED_MAPPING,
    "rules.drop_rule": _EDITED_MAPPING,
    "markings.change": Gate("mark"),
    "approvals.index": OWN,
    "approvals.say": Gate("comment", _commented),
    "publishing.index": Gate("see-trials"),
    "publishing.new": Gate("see-trials", _run),
    "publishing.ask": Gate("run", _run_of_form),
    "publishing.publication": Gate("see-trials", _PUBLICATION),
    "publishing.make_public": Gate("publish-run", _PUBLICATION),
    "publishing.return_it": Gate("publish-run", _PUBLICATION),
    "publishing.take_request_back": Gate("run", _PUBLICATION),
    "publishing.unpublish": Gate("unpublish-run", _PUBLICATION),
    "record.index": Gate("see-record", _all),
    "record.whole": Gate("export-record", _all),
    "scenarios.index": Gate("see-scenarios", _run),
    "scenarios.scenario": Gate("see-scenarios", _SCENARIO),
    "scenarios.as_json": Gate("see-scenarios", _SCENARIO),
    "scenarios.compare": Gate("see-scenarios", _scenarios),
    "scenarios.workbook": Gate("see-scenarios", _scenarios),
    "scenarios.modelling": Gate("see-scenarios", _run),
    "scenarios.begin": Gate("edit-scenarios", _run),
    "scenarios.copy": _EDITED_SCENARIO,
    "scenarios.add_step": _EDITED_SCENARIO,
    "scenarios.add_constraint": _EDITED_SCENARIO,
    "scenarios.remove": _EDITED_SCENARIO,
    "scenarios.settle": _EDITED_SCENARIO,
    "scenarios.plan": _EDITED_SCENARIO,
    "scenarios.drop": _EDITED_SCENARIO,
}
"""Every page by its endpoint."""


def guard(app: Flask) -> None:
    """Puts the gate before every page, and lets templates ask what one may do."""
    app.before_request(_ask)
    app.context_processor(lambda: {"may": may})


def may(action: str, government: str | None = "", *bodies: str) -> bool:
    """Whether whoever asks may do an action to a government, to bodies of it, or with no more said to anything."""
    if government == "":
        return rights().may_somewhere(action)
    return rights().may(action, Subject(government, bodies))


def _ask() -> Response | str | tuple[str, int] | None:
    """Lets a request through, sends it to sign in, or refuses it.

    Raises:
        RefusedError: whoever asks may not; the sentence says who may.
    """
    endpoint = request.endpoint
    if endpoint is None or request.blueprint == "api":
        # No such page; or the API, which knows people by their tokens and asks the same of them.
        return None
    gate = GATES.get(endpoint)
    if gate is None:
        raise RefusedError("not-allowed", "This page says of nobody that they may open it.")
    action = gate.asked(request.method)
    if action == "" or (action == "own" and current_user.is_authenticated and not gate.sure):
        return None
    if not current_user.is_authenticated and (action == "own" or action not in rights().to_all):
        return _ask_to_sign_in()
    if action != "own":
        need(action, ())
        refuse_elsewhere()
        need(action, gate.find())
    refuse_hidden(action)
    if (gate.sure or action in SURE) and request.method == "POST" and not is_sure(engine(), current_user.get_id()):
        return sure_page(typed_now())
    return None


def _ask_to_sign_in() -> Response | str | tuple[str, int]:
    """To the page on which people sign in; what they typed goes with them."""
    if request.endpoint == "figures.overview":
        return render_template("start.html")
    if request.method == "POST" and (request.files or typed_now().fields):
        return sign_in_page(status=401, typed=typed_now())
    return redirect(url_for("accounts.sign_in", next=request.full_path))


def need(action: str, found: Iterable[Subject | None]) -> None:
    """Makes sure that whoever asks may do an action to all that was found; where nothing was, to anything at all.

    Raises:
        RefusedError: they may not.
    """
    held = rights()
    if not held.may_somewhere(action):
        raise refusal(action, held.held)
    for subject in found:
        if subject is not None:
            held.need(action, subject)
