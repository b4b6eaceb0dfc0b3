"""Lists that say in a column how far a year's budget has come: what the same year comes to in several phases is told
apart or asked about, and never added.
"""

from __future__ import annotations

import pytest

from budget_align.core.returns.reading import Answers, Reading
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import Currency, Unit
from budget_align.core.values.terms import Terms
from importers.readings.reader import read_workbook
from tests.habits import NAMES, check_told, figures, sheet, table

AFRICA = Terms(Currency("ZAR"), FiscalCalendar.of_month(4))

# As the treasuries of South Africa publish them: three years audited, one in three phases, three in the medium term.
PUBLISHED = [
    *(("Audited Outcome", year) for year in ("2014/15", "2015/16", "2016/17")),
    *((phase, "2017/18") for phase in ("Adjusted appropriation", "Main appropriation", "Revised estimate")),
    *(("Main appropriation", "2018/19"), ("Medium Term Estimates", "2019/20"), ("Medium Term Estimates", "2020/21")),
]

MEANT = {
    "Audited Outcome": ("outturn", "original"),
    "Main appropriation": ("budget", "original"),
    "Adjusted appropriation": ("budget", "revised"),
    "Revised estimate": ("forecast", "original"),
    "Medium Term Estimates": ("budget", "original"),
}


def read(rows: list[list[str]], **settled: str) -> Reading:
    data = "\n".join(map(",".join, rows)).encode()
    answers = Answers(body="Department", unit=Unit("", 1), stage="budget", fiscal_year=2017, settled=settled)
    return read_workbook(data, "list.csv", terms=AFRICA, answers=answers)


def sums(reading: Reading) -> dict[tuple[str, str, str], int]:
    groups = reading.lines.groupby(["stage", "version", "fiscal_year"])["amount"].sum() // 100
    return {(stage, version, str(year)): int(amount) for (stage, version, year), amount in groups.items()}


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("header", ["BudgetPhase", "Phase"])
def test_phases_of_the_year_under_way_are_told_apart_by_their_words(header: str, count: int) -> None:
    rows = [[header, "Government", "FinancialYear", "Programme", "Value"]]
    wanted: dict[tuple[str, str, str], int] = {}
    for n, (phase, year) in enumerate(PUBLISHED):
        amounts = figures(500 + n, count)
        rows += [[phase, "Eastern Cape", year, name, str(a)] for name, a in zip(NAMES, amounts, strict=False)]
        key = (*MEANT[phase], year[:4])
        wanted[key] = wanted.get(key, 0) + sum(amounts)
    reading = read(rows)
    assert [question.prompt for question in reading.questions] == []
    assert sums(reading) == wanted


def stacked(header: str, by_phase: dict[str, list[int]]) -> list[list[str]]:
    """A list of what was spent in three years, and of the next one in several phases."""
    rows = [["Programme", "Financial year", header, "Value"]]
    for year in ("2014/15", "2015/16", "2016/17"):
        rows += [[name, year, "Actual", str(a)] for name, a in zip(NAMES, figures(int(year[:4]), 5), strict=False)]
    for phase, amounts in by_phase.items():
        rows += [[name, "2017/18", phase, str(a)] for name, a in zip(NAMES, amounts, strict=False)]
    return rows


def test_two_phases_of_one_stage_in_the_only_year_that_has_both_are_asked_about() -> None:
    by_phase = {"Estimate": figures(521, 5), "Budget": figures(522, 5)}
    rows = stacked("Budget phase", by_phase)
    (question,) = read(rows).questions
    assert question.topic == "rows"
    taken = next(option for option in question.options if option.label == "Rows of 'Estimate'")
    reading = read(rows, **{question.id: taken.value})
    assert sums(reading)["budget", "original", "2017"] == sum(by_phase["Estimate"])
    assert sums(reading)["outturn", "original", "2016"] == sum(figures(2016, 5))


def test_stages_under_a_header_that_speaks_of_none_are_never_added_within_a_year() -> None:
    by_phase = {"Estimate": figures(541, 5), "Budget": figures(542, 5), "Outturn": figures(543, 5)}
    (question,) = read(stacked("Type", by_phase)).questions
    assert question.topic == "rows"
    proposed = next(option for option in question.options if option.value == question.guess)
    of_year = [total.amount // 100 for total in proposed.totals if total.fiscal_year.startswith("2017")]
    assert of_year == [sum(by_phase["Estimate"])]


def test_unknown_phases_of_the_same_names_are_asked_about() -> None:
    by_phase = {"Vorlage": figures(531, 3), "Beschluss": figures(532, 3)}
    rows = [["Programme", "Financial year", "Budget phase", "Value"]]
    for phase, amounts in by_phase.items():
        rows += [[name, "2017/18", phase, str(a)] for name, a in zip(NAMES, amounts, strict=False)]
    (question,) = read(rows).questions
    assert question.topic == "rows"
    assert {option.totals[0].amount // 100 for option in question.options} == {
        sum(by_phase["Vorlage"]),
        sum(by_phase["Beschluss"]),
        sum(map(sum, by_phase.values())),
    }


def test_phases_of_other_years_are_not_asked_about() -> None:
    rows = [["Programme", "Financial year", "Budget phase", "Value"]]
    phases = {"2015/16": "Audited outcome", "2016/17": "Adjusted budget", "2017/18": "Main budget", "2018/19": "Budget"}
    for year, phase in phases.items():
        rows += [[name, year, phase, str(a)] for name, a in zip(NAMES, figures(int(year[:4]), 5), strict=False)]
    reading = read(rows)
    assert [question.prompt for question in reading.questions] == []
    assert {year: amount for (_, _, year), amount in sums(reading).items()} == {
        year[:4]: sum(figures(int(year[:4]), 5)) for year in phases
    }


def test_the_phase_of_a_school_is_no_phase_of_its_budget() -> None:
    amounts = figures(991, 12)
    rows = table(["School", "Phase", "Budget £"], NAMES[:12], ["Primary"] * 7 + ["Secondary"] * 5, amounts)
    check_told(sheet(rows, sum(amounts)))
