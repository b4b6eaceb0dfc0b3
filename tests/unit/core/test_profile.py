"""What a person confirmed once settles next year's workbook of the same shape; a changed shape is named."""

from budget_align.core.returns.profile import apply_profile, find_shape_change, make_profile
from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.terms import UK
from importers import read_workbook
from tests.workbooks import drawn

THIS_YEAR = drawn("Line | 2026-27 | Pledged\nRoads | 101 | 40\nRail | 207 | 80")
NEXT_YEAR = drawn("Line | 2027-28 | Pledged\nRoads | 111 | 44\nTrams | 9 | 4\nRail | 227 | 88")
CHANGED = drawn("Line | 2027-28 | Pledged | Spent so far\nRoads | 111 | 44 | 7\nRail | 227 | 88 | 9")


def read(data: bytes, answers: Answers | None = None) -> Reading:
    return read_workbook(data, "return.xlsx", answers=answers, terms=UK)


def confirmed() -> Reading:
    answers = {"body": "Works", "stage": "budget", "unit": {"currency": "GBP", "multiplier": 1000}}
    columns = {"columns": {"C": "measure"}}
    return read(THIS_YEAR, Answers.model_validate({**answers, "tables": {"Return!A1:C3": columns}}))


def test_next_years_workbook_needs_no_questions() -> None:
    profile = make_profile(confirmed().tables[0])
    fresh = read(NEXT_YEAR)
    table = fresh.tables[0]
    assert table.fingerprint == profile.fingerprint
    # The header says the year itself; whether what is pledged counts is asked, and its year is nobody's question.
    assert {question.topic for question in fresh.questions} == {"amount", "body", "stage", "unit"}
    settled = apply_profile(profile, table, list(fresh.questions), "as confirmed for 2026-27")
    reading = read(NEXT_YEAR, Answers(tables={table.key: settled}))
    assert not reading.questions
    assert reading.lines[["body", "fiscal_year", "amount"]].to_numpy().tolist() == [
        ["Works", 2027, 11_100_000],
        ["Works", 2027, 900_000],
        ["Works", 2027, 22_700_000],
    ]
    assert reading.tables[0].unit.evidence == "as confirmed for 2026-27"


def test_what_the_workbook_says_itself_goes_before_the_profile() -> None:
    profile = make_profile(confirmed().tables[0])
    said = read(drawn("Outturn, £ million\n\nLine | 2027-28 | Pledged\nRoads | 111 | 44\nRail | 227 | 88"))
    settled = apply_profile(profile, said.tables[0], list(said.questions), "")
    assert (settled.body, settled.stage, settled.unit) == ("Works", "", None)


def test_a_changed_shape_says_what_changed() -> None:
    profile = make_profile(confirmed().tables[0])
    change = find_shape_change([profile], read(CHANGED).tables[0])
    assert change is not None
    assert (change.name, change.new, change.gone) == ("Works", ("spent so far",), ())
    assert find_shape_change([profile], read(NEXT_YEAR).tables[0]) is None


def test_a_table_of_another_kind_is_no_changed_shape() -> None:
    profile = make_profile(confirmed().tables[0])
    other = read(drawn("Council | Population | Grant 2027-28 £\nNorth | 9000 | 44\nSouth | 8000 | 88"))
    assert find_shape_change([profile], other.tables[0]) is None
