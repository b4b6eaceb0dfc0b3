"""What a marking hides from whoever asks: a page of it is as if there were no such thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import request

from budget_align.core.people.policy import Subject, refusal
from budget_align.core.values.refusal import RefusedError
from budget_align.services.people import subjects
from budget_align.services.people.markings import markings_in_force, markings_of
from budget_align.services.scenarios.scenarios import is_on_trial
from budget_align.web.context import actor, engine, rights, sight
from budget_align.web.numbers import LARGEST, MOST_COMPARED, read_few, read_whole

_MISSING: Final = {
    "draft": ("no-draft", "This workbook is no longer waiting; it was confirmed or discarded."),
    "return": ("no-submission", "There is no submission {}."),
    "scenario": ("no-scenario", "There is no such scenario."),
    "publication": ("no-publication", "There is no such publication."),
    "run": ("no-run", "There is no run '{}'."),
}
"""What is said of a thing that is not there, and of one that is hidden."""

_NO_MAPPING: Final = ("no-mapping", "There is no such version of a mapping.")

_ARGUMENTS: Final = {
    "draft_id": "draft",
    "submission_id": "return",
    "scenario_id": "scenario",
    "publication_id": "publication",
}

_FINDERS: Final[dict[str, Callable[..., Subject | None]]] = {
    "return": subjects.of_submission,
    "scenario": subjects.of_scenario,
    "publication": subjects.of_publication,
    "run": subjects.of_run,
}


def refuse_elsewhere() -> None:
    """Makes sure that what the address names by number is not of a government in which whoever asks has no role: who
    counts numbers through learns of no other government's how many there are, or which.

    Raises:
        RefusedError: it is, told as if it were not there.
    """
    governments = {each.government for each in rights().held}
    if not governments or "" in governments:
        return
    for argument, number in (request.view_args or {}).items():
        if argument == "version_id":
            subject, (code, said) = subjects.of_version(engine(), number), _NO_MAPPING
        elif argument == "draft_id":
            subject, (code, said) = subjects.of_draft(engine(), number, actor()), _MISSING["draft"]
        elif argument in _ARGUMENTS:
            kind = _ARGUMENTS[argument]
            subject, (code, said) = _FINDERS[kind](engine(), number), _MISSING[kind]
        else:
            continue
        if subject is not None and subject.government is not None and subject.government not in governments:
            raise RefusedError(code, said.format(number))


def refuse_hidden(action: str) -> None:
    """Makes sure that whoever asks may see what the request names, for its markings.

    Args:
        action: what the page asks of the policy.

    Raises:
        RefusedError: they may not, told as if it were not there; or the page shows a mapping beside returns of which
            they may not see some.
    """
    for kind, named in _named():
        if kind == "scenario":
            _refuse_on_trial(int(named))
        names = markings_of(engine(), kind, named)
        if not names:
            continue
        subject = (
            subjects.of_draft(engine(), int(named), actor()) if kind == "draft" else _FINDERS[kind](engine(), named)
        )
        if subject is not None and not sight().sees(subject, names):
            code, said = _MISSING[kind]
            raise RefusedError(code, said.format(named))
    version_id = (request.view_args or {}).get("version_id")
    mapping = subjects.of_version(engine(), version_id) if version_id is not None else None
    if mapping is not None and mapping.government is not None:
        for bodies, name in markings_in_force(engine(), mapping.government).values():
            if not sight().sees(Subject(mapping.government, bodies), [name]):
                raise refusal(action)


def _refuse_on_trial(scenario_id: int) -> None:
    """A scenario that begins from a trial is seen by those alone who may see that."""
    subject = subjects.of_scenario(engine(), scenario_id)
    if subject is None or not subject.government or rights().sees_government("see-trials", subject.government):
        return
    if is_on_trial(engine(), scenario_id):
        raise RefusedError(*_MISSING["scenario"])


def _named() -> Iterator[tuple[str, Any]]:
    """What the address and the form name, by kind."""
    for argument, value in (request.view_args or {}).items():
        if argument in _ARGUMENTS:
            yield _ARGUMENTS[argument], value
    for said in (request.args.get("run", ""), request.form.get("run", "")):
        if said:
            yield "run", said
    if request.blueprint == "scenarios":
        yield from (("scenario", number) for number in read_few(request.args.getlist("id"), MOST_COMPARED))
    kind, subject = request.form.get("kind", ""), request.form.get("subject", "")
    if kind in _MISSING:
        number = read_whole(subject, LARGEST)
        if kind == "run" and subject:
            yield kind, subject
        elif number is not None and kind != "run":
            yield kind, number
