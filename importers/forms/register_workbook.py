"""The register of accountability as a workbook, there and back: who answers for what, and what is evaluated."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import openpyxl
from pydantic import ValidationError

from budget_align.core.frameworks.framework import Framework, first_problem
from budget_align.core.outcomes.accountability import EVALUATION_STATUSES, Evaluation, Owner, Programme
from budget_align.core.returns.reading import Finding, Severity
from budget_align.core.values.day import read_day
from budget_align.core.values.folding import fold
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.forms.headed_table import FormRow, HeadedTable, find_table
from importers.forms.written_sheet import add_sheet, choose, put

_OWNERS: Final = {
    "subject": ("outcome", "mission", "code", "outcome or mission", "outcome code"),
    "owner": ("owner", "accountable owner", "role", "accountable role", "sro", "senior responsible owner"),
    "person": ("person", "name of owner", "who", "post holder"),
    "board": ("board", "mission board"),
}
_EVALUATIONS: Final = {
    "body": ("body", "department", "organisation"),
    "programme": ("programme", "program", "name of programme"),
    "status": ("evaluation", "status", "evaluation status"),
    "link": ("link", "url", "where"),
    "on": ("date", "due", "published", "due or published"),
}
_AS_SENT: Final = " as sent"
"""With what the names of hidden sheets end that repeat what the others said when the workbook was handed out."""

_STATUS_WORDS: Final = {
    "": "none",
    "no": "none",
    "not planned": "none",
    "underway": "under way",
    "started": "under way",
}


@dataclass(frozen=True)
class RegisterReading:
    """What a workbook says; nothing of it may be stored where findings stand against it.

    Attributes:
        owners_sent, evaluations_sent: what it said when it was handed out; none where it does not say.
    """

    owners: tuple[Owner, ...]
    evaluations: tuple[Evaluation, ...]
    findings: tuple[Finding, ...]
    owners_sent: tuple[Owner, ...] = ()
    evaluations_sent: tuple[Evaluation, ...] = ()


def read_register(
    data: bytes,
    file_name: str,
    *,
    names: Mapping[str, str],
    programmes: frozenset[Programme],
    limits: Limits,
) -> RegisterReading:
    """Owners from every sheet with a column of outcomes and one of owners or boards; evaluations from every sheet with
    columns Body, Programme and Evaluation.

    Args:
        data: the bytes of the file.
        file_name: for showing.
        names: of outcomes and missions by code, `mission:` before a mission's.
        programmes: the bodies and programmes that the budget has.
        limits: what a workbook may at most be.

    Raises:
        RefusedError: the file is no workbook.
    """
    book = open_workbook(data, limits)
    reader, sent = _Reader(names, programmes), _Reader(names, programmes)
    own = reader
    for sheet in book.sheets:
        reader = sent if sheet.name.endswith(_AS_SENT) else own
        evaluations = find_table(sheet, _EVALUATIONS, ("body", "programme", "status"), "register")
        if evaluations is not None:
            reader.read_evaluations(evaluations)
            continue
        owners = find_table(sheet, _OWNERS, ("subject", "owner"), "register") or find_table(
            sheet, _OWNERS, ("subject", "board"), "register"
        )
        if owners is not None:
            reader.read_owners(owners)
    reader = own
    if not (reader.owners or reader.evaluations or reader.findings):
        reader.findings.append(
            Finding(
                code="register",
                severity=Severity.QUESTION,
                sheet=book.sheets[0].name,
                cell="A1",
                message="Neither owners nor evaluations were found.",
                action="Head columns Outcome, Owner, Person, Board, or Body, Programme, Evaluation, Link, Date.",
            )
        )
    if reader.findings:
        return RegisterReading((), (), tuple(reader.findings))
    return RegisterReading(
        tuple(reader.owners.values()),
        tuple(reader.evaluations.values()),
        (),
        tuple(sent.owners.values()),
        tuple(sent.evaluations.values()),
    )


class _Reader:
    def __init__(self, names: Mapping[str, str], programmes: frozenset[Programme]) -> None:
        self.owners: dict[str, Owner] = {}
        self.evaluations: dict[Programme, Evaluation] = {}
        self.findings: list[Finding] = []
        self._subjects = {fold(name): code for code, name in reversed(list(names.items()))}
        self._subjects |= {fold(code): code for code in names}
        self._programmes = {(fold(body), fold(name)): (body, name) for body, name in programmes}

    def read_owners(self, table: HeadedTable) -> None:
        for row in table.rows():
            subject = self._subjects.get(fold(row.said["subject"]))
            if subject is None:
                self._note(
                    row, "subject", f"{row.said['subject']!r} is no outcome or mission.", "Use its code or name."
                )
            elif subject in self.owners:
                self._note(row, "subject", f"{row.said['subject']!r} stands twice.", "Keep one row.")
            else:
                try:
                    said = {name: row.said.get(name, "") for name in ("owner", "person", "board")}
                    self.owners[subject] = Owner(subject=subject, **said)
                except ValidationError as error:
                    self._note(row, "person", first_problem(error), "Mend it.")

    def read_evaluations(self, table: HeadedTable) -> None:
        for row in table.rows():
            said = row.said
            programme = self._programmes.get((fold(said["body"]), fold(said["programme"])))
            status = _STATUS_WORDS.get(said["status"].casefold(), said["status"].casefold())
            if programme is None:
                self._note(row, "programme", f"The budget has no programme {said['programme']!r} of {said['body']!r}.",
                           "Write both as the returns do.")  # fmt: skip
            elif programme in self.evaluations:
                self._note(
                    row, "programme", f"{said['programme']!r} of {said['body']!r} stands twice.", "Keep one row."
                )
            elif status not in EVALUATION_STATUSES:
                self._note(row, "status", f"{said['status']!r} is no status of an evaluation.",
                           f"Use {', '.join(EVALUATION_STATUSES)}.")  # fmt: skip
            else:
                self._take(row, programme, status)

    def _take(self, row: FormRow, programme: Programme, status: str) -> None:
        try:
            on = read_day(row.said.get("on", ""))
        except ValueError:
            self._note(row, "on", f"{row.said['on']!r} is no date.", "Write it as 2027-06-30.")
            return
        facts = {"status": status, "link": row.said.get("link", ""), "on": on}
        try:
            body, name = programme
            self.evaluations[programme] = Evaluation.model_validate({"body": body, "programme": name, **facts})
        except ValidationError as error:
            self._note(row, "link", first_problem(error), "Write a link that begins with https://.")

    def _note(self, row: FormRow, column: str, message: str, action: str) -> None:
        self.findings.append(row.finding(column, message, action))


def write_register(
    framework: Framework,
    owners: Iterable[Owner],
    programmes: Sequence[tuple[str, str, float]],
    evaluations: Mapping[Programme, Evaluation],
) -> bytes:
    """The register as .xlsx, a row for each mission, outcome and programme; `read_register` reads it back.

    Args:
        programmes: body, programme and amount in major units, to show.
    """
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    said = {owner.subject: owner for owner in owners}
    names = framework.names()
    missions = framework.mission_of()
    order = [code for mission in dict.fromkeys(missions.values()) for code in (mission, *(
        outcome for outcome, of in missions.items() if of == mission))]  # fmt: skip
    rows = []
    for code in order:
        owner = said.get(code, Owner(subject=code))
        rows.append((code, names[code], owner.owner, owner.person, owner.board))
    about = (("Outcome or mission", 24), ("Name", 60), ("Owner", 40), ("Person", 30), ("Board", 40))
    add_sheet(book, "Owners", about, rows)
    heads = (("Body", 36), ("Programme", 50), ("Amount", 18), ("Evaluation", 14), ("Link", 50), ("Date", 14))
    lines = []
    for body, name, amount in programmes:
        known = evaluations.get((body, name))
        day = known.on.isoformat() if known and known.on else ""
        lines.append((body, name, amount, *((known.status, known.link, day) if known else ("none", "", ""))))
    sheet = add_sheet(book, "Evaluations", heads, lines)
    lists = book.create_sheet("Lists")
    put(lists, 1, 1, "Evaluation")
    for number, status in enumerate(EVALUATION_STATUSES, 2):
        put(lists, number, 1, status)
    choose(sheet, "D", 1, len(EVALUATION_STATUSES), strict=True)
    # What it says now, so that who sends it back takes back nothing that others say meanwhile.
    add_sheet(book, f"Owners{_AS_SENT}", about, rows).sheet_state = "hidden"
    add_sheet(book, f"Evaluations{_AS_SENT}", heads, lines).sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
