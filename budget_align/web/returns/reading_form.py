"""What the forms of a draft's pages say: answers to what was asked, and what a person settles of its reading."""

from __future__ import annotations

from typing import Any, cast

from flask import request

from budget_align.core.returns.budget_line import FLOW_NAMES, FLOWS, STAGES
from budget_align.core.returns.budget_version import KINDS, Version
from budget_align.core.returns.reading import Answers, Role, TableAnswers
from budget_align.core.values.day import read_day
from budget_align.core.values.fiscal_year import read_year
from budget_align.core.values.money import SCALES, Unit, parse_amount
from budget_align.core.values.refusal import RefusedError
from budget_align.core.values.terms import Terms
from budget_align.services.returns.drafts import kept_answers, read_draft
from budget_align.web.context import engine, settings
from budget_align.web.numbers import read_whole

ROLES: dict[str, str] = {
    "amount": "Amounts",
    "total": "Total of other columns",
    "memo": "Of which: shown, never added",
    "change": "Change or share of others",
    "measure": "Measure that is no money",
    "body": "Body",
    "unit": "Unit: directorate, cost centre",
    "unit_code": "Code of a unit",
    "programme": "Programme: names the line",
    "programme_code": "Code of a programme",
    "account": "Account",
    "account_code": "Code of an account",
    "control": "Budget control",
    "flow": "Flow: expenditure, income, financing",
    "side": "Debit or credit",
    "currency": "Currency",
    "stage": "Stage",
    "year": "Year",
    "counterpart": "Counterpart",
    "price_basis": "Prices: cash or real terms",
    "row_unit": "Unit of each row",
    "description": "Description",
    "note": "Note",
    "unused": "Not used",
}


def seen_reading() -> str:
    """The hash of the reading that the person's page showed."""
    return request.form.get("reading", "")


def answer_questions(kept: Answers, terms: Terms) -> Answers:
    """What is kept of a draft with the options that the form chooses and the total that it states.

    Raises:
        RefusedError: the total is no amount.
    """
    given = {
        key.removeprefix("settle:"): text.strip() for key, text in request.form.items() if key.startswith("settle:")
    }
    total = kept.total
    if said := request.form.get("total", "").strip():
        total = parse_amount(said, Unit(), terms.currency)
        if total is None:
            raise RefusedError(
                "bad-amount", f"{said!r} is no amount; write it in figures, such as {terms.plain(123456)}."
            )
    settled = {**kept.settled, **{name: text for name, text in given.items() if text}}
    return kept.model_copy(update={"settled": settled, "total": total})


def ask_again(kept: Answers, _terms: Terms) -> Answers:
    """What is kept of a draft with every answer forgotten, so that everything is asked again."""
    return kept.model_copy(update={"settled": {}, "total": None})


def say_of_reading(kept: Answers, terms: Terms) -> Answers:
    """What is kept of a draft with what a person settled in the form; empty fields are left to the reading."""
    form = request.form
    bodies = {key.removeprefix("body:"): value.strip() for key, value in form.items() if key.startswith("body:")}
    tables = dict(kept.tables)
    for key, value in form.items():
        if key.startswith("counted:") and value in ("yes", "no"):
            own = tables.get(key.removeprefix("counted:"), TableAnswers())
            tables[key.removeprefix("counted:")] = own.model_copy(update={"counted": value == "yes"})
    stage = form.get("stage", "")
    return Answers(
        bodies={sheet: name for sheet, name in bodies.items() if name},
        body=form.get("body", "").strip(),
        stage=stage if stage in STAGES else "",
        flow=_flow(),
        version=_version(),
        unit=_unit(terms),
        fiscal_year=_year(terms),
        tables=tables,
        settled=kept.settled,
        total=kept.total,
    )


def say_of_table(draft_id: int, terms: Terms) -> TableAnswers:
    """What a person settled about one table: what differs from how it was read, and what they settled before."""
    form = request.form
    key = form.get("table", "")
    reading = read_draft(engine(), settings(), draft_id)
    table = next((table for table in reading.tables if table.key == key), None)
    if table is None:
        raise RefusedError("no-table", "That table is not in the workbook any more; go back and look again.")
    before = kept_answers(engine(), draft_id).tables.get(key, TableAnswers())
    read_as = {column.letter: column.role for column in table.columns}
    given = {name.removeprefix("role:"): value for name, value in form.items() if name.startswith("role:")}
    columns = {
        letter: cast("Role", role)
        for letter, role in given.items()
        if role in ROLES and letter in read_as and (role != read_as[letter] or letter in before.columns)
    }
    body, stage, counted = form.get("body", "").strip(), form.get("stage", ""), form.get("counted", "")
    return TableAnswers(
        body=body if body != table.body.value or before.body else "",
        stage=stage if stage in STAGES else "",
        flow=_flow(),
        version=_version(),
        unit=_unit(terms),
        fiscal_year=_year(terms),
        counted={"yes": True, "no": False}.get(counted),
        columns=columns,
    )


def choices(terms: Terms) -> dict[str, Any]:
    """What the forms of a reading offer, in the government's terms."""
    return {
        "stages": STAGES,
        "flows": FLOW_NAMES,
        "kinds": KINDS,
        "units": {str(scale): f"{word.capitalize()} of {terms.currency}" for scale, word in SCALES.items()},
    }


def _unit(terms: Terms) -> Unit | None:
    said = request.form.get("unit", "")
    return Unit(terms.currency.code, scale) if (scale := read_whole(said, 10**12)) in SCALES and scale else None


def _flow() -> str:
    said = request.form.get("flow", "")
    return said if said in FLOWS else ""


def _version() -> str:
    """The version that the form states; empty where it leaves it to the reading.

    Raises:
        RefusedError: the day is none.
    """
    kind = request.form.get("version", "")
    if kind not in KINDS:
        return ""
    label = "" if kind == "original" else " ".join(request.form.get("version_label", "").split())
    try:
        day = read_day(request.form.get("version_day", "")) if kind == "revised" else None
    except ValueError as error:
        raise RefusedError("bad-version", f"{error}.") from error
    return str(Version.parse(str(Version(kind, label, day))))


def _year(terms: Terms) -> int | None:
    """The fiscal year that the form states; None where it leaves it to the reading.

    Raises:
        RefusedError: it is none, or a bare year that may be either of two.
    """
    said = request.form.get("fiscal_year", "").strip()
    return read_year(said, terms.calendar) if said else None


def field_of(refusal: RefusedError) -> str:
    """The field of the form that a refusal is about."""
    return f"#{refusal.field or 'questions'}"
