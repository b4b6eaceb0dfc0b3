"""Habits of sheets and lists as a whole: parts of one table under one title, days of the file beside times of the rows,
columns that say the unit. Each is a small workbook made from lines whose sum is known, and is read rightly or asked
about.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from budget_align.core.returns.reading import Answers
from budget_align.core.values.terms import UK
from importers.files.limits import Limits
from importers.files.workbook import open_workbook
from importers.readings.reader import read_workbook
from tests.corpus.reading_truth import Truth, play
from tests.habits import (
    NAMES,
    Habit,
    Habits,
    Rows,
    check,
    check_told,
    describe,
    figures,
    file,
    read,
    sheet,
    stored,
    table,
    text,
)
from tests.workbooks import workbook

habit = Habits()


# Parts of a sheet below one title


@habit
def areas_below_each_other_under_one_title() -> Habit:
    amounts = [figures(seed, 5) for seed in (1, 2, 3)]
    rows: list[list[object]] = [["Outturn 2023-24, £000"], []]
    for area, values in zip(("North", "South", "East"), amounts, strict=True):
        rows += [[area], *table(["Service", "Amount"], NAMES[:5], values), ["Total", sum(values)], []]
    return sheet(rows, sum(map(sum, amounts)) * 1_000, must=True, unit="thousands", year="2023-24")


@habit
def committees_side_by_side_under_one_title() -> Habit:
    one, other = figures(4, 6), figures(5, 6)
    lists = zip(NAMES[:6], one, NAMES[6:12], other, strict=True)
    rows = [["Committee budgets 2024/25 (£)"], ["Roads", "", "", "Parks"], *([a, b, "", c, d] for a, b, c, d in lists)]
    return sheet(rows, sum(one) + sum(other), must=True)


@habit
def areas_and_the_sum_of_all_of_them() -> Habit:
    one, other = figures(6, 6), figures(7, 6)
    both = [a + b for a, b in zip(one, other, strict=True)]
    rows: list[list[object]] = [["Outturn 2023-24 £"], []]
    for area, values in (("North", one), ("South", other), ("Both", both)):
        rows += [[area], *table(["Service", "Amount"], NAMES[:6], values), []]
    return sheet(rows, sum(both), year="2023-24")


# Times


DAYS = ("LAST UPDATE", "Published", "Extracted", "Data as at", "Created", "Valid from")
TIMES = ("TIME_PERIOD", "Year", "REF_DATE", "År", "年", "Period")


@pytest.mark.parametrize(("called", "time"), list(zip(DAYS, TIMES, strict=True)))
def test_a_day_of_the_file_is_no_time_of_its_rows(called: str, time: str) -> None:
    years, values = ["2021-22"] * 6 + ["2022-23"] * 6, figures(8, 12)
    rows = table([called, "Item", time, "Value £"], ["2024-10-22"] * 12, NAMES[:6] * 2, years, values)
    check_told(text(rows, [sum(values[:6]), sum(values[6:])]))


@pytest.mark.parametrize("word", ["TOTAL", "Total expenses", "1: Grand total"])
def test_a_word_in_every_row_makes_no_row_a_total(word: str) -> None:
    values = figures(9, 12)
    check_told(text(table(["Item", "Kind", "Value 2023-24 £"], NAMES[:12], [word] * 12, values), sum(values)))


MONTHS = [
    f"{month}-24" for month in ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
]


@pytest.mark.parametrize("whole", ["FY24", "YTD", "2024", "Full year"])
def test_the_year_beside_its_months_is_their_total(whole: str) -> None:
    rows: list[list[object]] = [["Cost centre", "Line item", "Time", "Version", "Value"]]
    values = [figures(seed, 12) for seed in range(20, 26)]
    for place, months in enumerate(values):
        said = zip([*MONTHS, whole], [*months, sum(months)], strict=True)
        rows += [[f"CC{place}", NAMES[place], time, "Budget", value] for time, value in said]
    outcome = read(Habit(text(rows).data, (frozenset([sum(map(sum, values))]),)))
    assert not outcome.asked.keys() - {"year"}, outcome.asked
    assert sum(stored(outcome)) == sum(map(sum, values))


def test_a_year_that_its_months_do_not_add_up_to_is_asked_about() -> None:
    rows: list[list[object]] = [["Cost centre", "Line item", "Time", "Value"]]
    for place in range(6):
        said = zip([*MONTHS, "FY24"], figures(30 + place, 13), strict=True)
        rows += [[f"CC{place}", NAMES[place], time, value] for time, value in said]
    assert read(text(rows)).asked["rows"] == 1


@habit
def rows_named_by_year_and_stage() -> Habit:
    columns = [figures(seed, 4) for seed in range(40, 44)]
    said = ["2023-24 Budget", "2023-24 Actual", "2024-25 Budget", "2024-25 Forecast"]
    sums = [sum(values) for values in zip(*columns, strict=True)]
    rows = [["£"], *table(["Year", *NAMES[:4], "Total"], said, *columns, sums)]
    return sheet(rows, sums, must=True)


@habit
def names_that_end_in_their_year() -> Habit:
    one, other = figures(50, 8), figures(51, 8)
    names = [f"{name} {year}" for year in ("2023-24", "2024-25") for name in NAMES[:8]]
    return sheet(table(["Budget lines", "£"], names, [*one, *other]), [sum(one), sum(other)], must=True)


@habit
def headings_that_are_stages() -> Habit:
    one, other = figures(52, 8), figures(53, 8)
    rows = [["Services 2024-25", "£"], ["Budget"], *map(list, zip(NAMES, one, strict=False)), ["Forecast"]]
    return sheet([*rows, *map(list, zip(NAMES, other, strict=False))], [sum(one), sum(other)], must=True)


# Units in columns, headers and titles


@pytest.mark.parametrize(
    ("header", "said"), [("SCALAR_FACTOR", "millions"), ("UNIT_MULT", "6"), ("UNIT_MULT: Multiplier", "6: Millions")]
)
def test_a_column_of_scales_is_used(header: str, said: str) -> None:
    values = figures(10, 12, 107, 98_989)
    rows = table(
        ["Item", "UOM", header, "Year", "OBS_VALUE"], NAMES[:12], ["£"] * 12, [said] * 12, ["2024-25"] * 12, values
    )
    check_told(text(rows, sum(values) * 1_000_000, unit="millions"))


@pytest.mark.parametrize("said", [("10^3", "10^0"), ("10³", "10⁰"), ("x1,000", "x1"), ("10**3", "10**0")])
def test_scales_that_rows_write_as_powers_or_factors_are_used(said: tuple[str, str]) -> None:
    values = figures(13, 12, 107, 98_989)
    rows = table(["Item", "Power", "Budget 2024-25"], NAMES[:12], said * 6, values)
    right = sum(values[::2]) * 1_000 + sum(values[1::2])
    check_told(sheet(rows, right))
    check_told(text(rows, right))


def test_shares_beside_money_whose_scale_nothing_says_are_no_money() -> None:
    values = figures(11, 6)
    names = [name for name in NAMES[:6] for _ in range(2)]
    units = ["Domestic currency", "Percent of GDP"] * 6
    amounts = [each for value in values for each in (value, round(value / 1_000_000, 2))]
    made = text(table(["Item", "Unit Name", "2023"], names, units, amounts), sum(values) * 1_000)
    outcome = read(Habit(made.data, made.right, truth={"unit": "thousands"}))
    assert stored(outcome) in made.right, outcome.refusal or describe(made, outcome)


def test_a_unit_in_a_machine_made_header() -> None:
    values = figures(12, 8, 1_007, 98_989)
    rows = table(["Item", "Year", "Ausgaben__Tsd._£"], NAMES[:8], ["2024-25"] * 8, values)
    check_told(text(rows, sum(values) * 1_000, unit="thousands"))


# Tables beside a budget that is whole


BESIDE: dict[str, list[list[object]]] = {
    "Savings": [["Savings tracker"], ["Ref", "Saving", "Target £000", "Achieved £000"]],
    "Debt": [["Aged debt £000"], ["Directorate", "Up to 30 days", "Over 30 days"]],
    "Salaries": [["Senior employee salaries at 31 March 2025"], ["Post", "Grade", "Budget responsibility (£)"]],
    "Results": [["Programme: Health"], ["Outputs", "Indicator", "Baseline", "Target 2024"]],
    "Union": [["Trade union facility time 2024-25"], ["Item", "Total pay bill (£)"]],
    "Position": [["Table 3 Capital employed (£)"], ["Item", "2023-24", "2024-25"]],
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_table_beside_a_whole_budget_is_asked_about_once(name: str) -> None:
    values, others = figures(60, 8), figures(61, 6, 17, 98)
    head = BESIDE[name]
    words = 2 if len(head[-1]) > 2 and name != "Debt" and name != "Position" else 1
    lines = [[*(f"{NAMES[row]} {word}" for word in range(words)), *others[: len(head[-1]) - words]] for row in range(4)]
    budget = [["Budget 2024-25, £"], *table(["Service", "Budget £"], NAMES[:8], values), ["Total", sum(values)]]
    made = Habit(workbook(Budget=budget, **{name: [*head, *lines]}), (frozenset([sum(values)]),))
    outcome = read(made)
    assert sum(outcome.asked.values()) <= 1, outcome.asked
    assert stored(outcome) in made.right, outcome.refusal or describe(made, outcome)


def test_a_part_of_another_table_is_asked_about() -> None:
    values = figures(62, 6)
    head = ["Service", "Budget 2024-25"]
    whole = [["Public spending (£)"], *table(head, NAMES[:6], values), ["Total", sum(values)]]
    part = [["Administration budgets (£)"], *table(head, NAMES[:6], [value // 10 for value in values])]
    made = Habit(workbook(Spending=whole, Administration=part), (frozenset([sum(values)]),))
    outcome = read(made)
    assert outcome.asked == {"counted": 1}
    assert stored(outcome) in made.right, describe(made, outcome)


def test_a_year_that_stands_before_and_after_its_months_is_counted_once() -> None:
    months = [figures(seed, 6, 101, 989) for seed in range(100, 112)]
    years = [sum(values) for values in zip(*months, strict=True)]
    head = ["Item", "Annual budget", *(f"{month[:3]}" for month in MONTHS), "Total"]
    rows = [["Budget 2024-25 £"], *table(head, NAMES[:6], years, *months, years)]
    outcome = read(sheet(rows, sum(years)))
    assert stored(outcome) == {sum(years)}


@pytest.mark.parametrize("places", [1, 2])
def test_a_summary_in_millions_of_units_in_pounds_is_the_same_money(places: int) -> None:
    amounts = figures(591, 12, 100_003)
    units = [name for name in ("Adults", "Children", "Place", "Corporate") for _ in range(3)]
    sums = {unit: sum(a for a, u in zip(amounts, units, strict=True) if u == unit) for unit in units}
    summary: Rows = [["Directorate", "Budget £m"], *([unit, round(a / 1e6, places)] for unit, a in sums.items())]
    summary.append(["Total", round(sum(row[1] for row in summary[1:]), places)])
    detail = table(["Directorate", "Service", "2024-25 Budget £"], units, NAMES[:12], amounts)
    made = Habit(workbook(Summary=summary, Detail=detail), (frozenset([sum(amounts)]),))
    outcome = read(made)
    assert outcome.asked["counted"] == 1
    assert stored(outcome) in made.right, describe(made, outcome)


# Codes below codes


@pytest.mark.parametrize("order", ["as they nest", "by year"])
def test_codes_that_others_take_apart_state_the_same_again(order: str) -> None:
    years, lines = ("2023-24", "2024-25"), {}
    rows: list[list[object]] = []
    for place, year in enumerate(years):
        parts = {f"F0{group}": figures(80 + 10 * place + group, 3) for group in range(1, 6)}
        lines[year] = sum(map(sum, parts.values()))
        rows.append(["TOTAL", year, lines[year]])
        for code, values in parts.items():
            below = [[f"{code}0{number}", year, value] for number, value in enumerate(values, 1)]
            rows += [[code, year, sum(values)], *below]
    rows = rows if order == "by year" else sorted(rows, key=lambda row: str(row[0]))
    made = text([["cofog", "Year", "Value £"], *rows], list(lines.values()))
    outcome = read(made)
    assert stored(outcome) in made.right, outcome.refusal or describe(made, outcome)


# Parts by their mark, and equal amounts


def outline_of(sizes: list[int], seed: int) -> tuple[Rows, int]:
    """Bodies with a code, most of them above parts without one that add up to them, and what the bodies come to."""
    rows: Rows = []
    for n, size in enumerate(sizes):
        parts = figures(seed + n, size)
        rows.append([301 + n, f"Body {n + 1}", sum(parts) or figures(seed - n, 1)[0]])
        rows += [["", f"Part {k + 1} of {n + 1}", part] for k, part in enumerate(parts)]
    return rows, sum(row[2] for row in rows if row[0])


@pytest.mark.parametrize("rest", [0, 4_411])
@pytest.mark.parametrize("grand", [False, True])
def test_a_row_marked_as_a_part_is_one_and_is_asked_about_where_it_does_not_make_its_whole_up(
    rest: int, grand: bool
) -> None:
    rows, whole = outline_of([3, 2, 4, 0, 2, 0], 601)
    alone = 1_234_567
    rows += [[390, "The last body", alone], ["", "Its only part", alone - rest]]
    head: Rows = [["", "All that is proposed", whole + alone]] if grand else []
    made = sheet([["Code", "Chapter", "Budget 2024-25, £"], *head, *rows], whole + alone)
    outcome = read(made)
    assert outcome.asked["rows"] == (1 if rest else 0)
    assert stored(outcome) in made.right, describe(made, outcome)


def test_an_amount_beside_zeros_is_no_sum_of_the_next() -> None:
    amounts = [480_017, 30_000, *[10_000] * 8, 0, 35_000, 5_606_535, 2_058_362]
    made = sheet(table(["Service", "Budget 2024-25, £"], NAMES[:14], amounts), sum(amounts), must=True)
    outcome = read(made)
    assert not outcome.asked
    assert stored(outcome) in made.right, describe(made, outcome)


def test_years_put_up_by_one_rate_tell_of_no_total_twice() -> None:
    amounts = [100 * a for a in figures(611, 20, 31, 999)]
    amounts[6:9] = [43_700, 41_700, 2_000]
    earlier = [a * 95 // 10_000 * 100 for a in amounts]
    names = [f"Line {n + 1}" for n in range(20)]
    made = sheet(table(["Item", "2024-25 £", "2023-24 £"], names, amounts, earlier), [sum(amounts), sum(earlier)])
    outcome = read(made)
    assert stored(outcome) in made.right, describe(made, outcome)


@pytest.mark.parametrize("word", ["Ertrag", "Income", "Recettes"])
def test_a_word_for_income_in_every_row_is_asked_about(word: str) -> None:
    amounts = figures(621, 8)
    made = sheet(table(["Kind", "Item", "Budget 2024-25, £"], [word] * 8, NAMES[:8], amounts), sum(amounts))
    questions = read_workbook(made.data, "income.xlsx", terms=UK).questions
    asked = next(question for question in questions if question.topic == "flow")
    assert word in asked.prompt
    assert asked.guess == "income"


# Headers and lines that look alike, and what stands around a table


@pytest.mark.parametrize("amount", [2_000, 1_950, 2_022])
def test_a_payment_of_the_size_of_a_year_heads_nothing(amount: int) -> None:
    amounts = figures(631, 12, 101, 1_899)
    amounts[5] = amount
    names = [f"Club {n + 1}" for n in range(12)]
    made = sheet(table(["Year", "Organisation", "Amount £"], [2022] * 6 + [2023] * 6, names, amounts))
    assert stored(read(made)) == {sum(amounts[:6]), sum(amounts[6:])}


@pytest.mark.parametrize("line", [[1953, 1970, 1995], [2015, 2024, 2033], [1900, 1938, 1938]])
@pytest.mark.parametrize("under", [True, False])
def test_a_line_of_amounts_that_could_be_years_is_a_line(line: list[int], under: bool) -> None:
    columns = [[line[n], *figures(641 + n, 9)] for n in range(3)]
    heading: Rows = [["People"]] if under else []
    head = ["Service", "2022-23", "2023-24", "2024-25"]
    rows: Rows = [["Budget £000"], [], head, *heading, *table(head, NAMES[:10], *columns)[1:]]
    assert stored(read(sheet(rows))) == {1000 * sum(column) for column in columns}


@pytest.mark.parametrize("heads", [[5100, 5200, 5300], ["5100", "5200", "5300"], [1, 2, 3]])
def test_codes_over_columns_that_a_total_sums_are_no_line(heads: list[object]) -> None:
    columns = [figures(651 + n, 9) for n in range(3)]
    sums = [sum(row) for row in zip(*columns, strict=True)]
    rows = table(["Service", *heads, "Total"], NAMES[:9], *columns, sums)
    made = sheet([["2024-25 budget by department and object, £"], *rows], sum(sums))
    assert stored(read(made)) in made.right, describe(made, read(made))


def test_a_first_line_of_one_two_three_is_a_line() -> None:
    columns = [[n + 1, *figures(661 + n, 8, 11, 99)] for n in range(3)]
    rows = [["£m"], *table(["Service", "2022-23", "2023-24", "2024-25"], NAMES[:9], *columns)]
    assert stored(read(sheet(rows))) == {1_000_000 * sum(column) for column in columns}


def test_the_first_year_of_a_series_is_a_line_though_its_amounts_rise() -> None:
    columns = [[5_313 + 4_000 * n, *figures(671 + n, 6)] for n in range(4)]
    rows = table(["Year", *NAMES[:4]], range(2014, 2021), *columns)
    sums = {sum(row) for row in zip(*columns, strict=True)}
    outcome = read(sheet([["Outturn, £"], *rows], *sums))
    assert set(outcome.groups.values()) == {100 * each for each in sums}


FACTS: Rows = [["Financial year", "2024-25"], ["Report number", 30_417], ["Inflation %", 3.2], ["Area (km2)", 1_771]]


@pytest.mark.parametrize("blank", [True, False])
def test_facts_above_a_table_are_none_of_its_lines(blank: bool) -> None:
    amounts = figures(681, 9)
    rows = [["Council budget 2024-25, £"], *FACTS, *([[]] if blank else [])]
    check_told(sheet([*rows, *table(["Service", "2024-25 Budget"], NAMES[:9], amounts)], sum(amounts)))


@pytest.mark.parametrize(
    "foot",
    [
        [[], ["Maximum", 900_000], ["Population mid-2023", 123_456]],
        [["Number of sites", 23], ["Headcount of staff", 1_234]],
        [[], ["Reserves at the end of March", 9_000_000]],
    ],
)
def test_rows_apart_at_the_foot_of_a_table_are_never_counted_unasked(foot: Rows) -> None:
    amounts = figures(691, 9)
    made = sheet([["Budget 2024-25, £"], *table(["Service", "Budget"], NAMES[:9], amounts), *foot], sum(amounts))
    outcome = read(made)
    assert outcome.asked <= Counter({"rows": 1})
    assert stored(outcome) in made.right, describe(made, outcome)


@pytest.mark.parametrize("column", [["Fund: General"], ["I", "1", "1)"]])
def test_an_outline_with_a_word_in_every_row_is_no_list(column: list[str]) -> None:
    rows: Rows = []
    total = 0
    for n in range(8):
        parts = [figures(701 + 10 * n + k, 3) for k in range(3)]
        total += sum(map(sum, parts))
        rows.append([column[0], f"Division {n + 1}", sum(map(sum, parts))])
        for k, group in enumerate(parts):
            rows.append([column[min(1, len(column) - 1)], f"Programme {n + 1}.{k + 1}", sum(group)])
            rows += [[column[-1], f"Item {n + 1}.{k + 1}.{i + 1}", amount] for i, amount in enumerate(group)]
    check_told(sheet([["Code", "Description", "Budget 2024-25, £"], *rows], total))


@pytest.mark.parametrize("words", [("Pay", "Non Pay", "Income"), ("Expense", "Fund Balance", "Revenue")])
@pytest.mark.parametrize("rows", [24, 90])
def test_one_word_for_income_among_few_is_asked_about(words: tuple[str, ...], rows: int) -> None:
    amounts = figures(711 + rows, rows)
    kinds = [words[n % 3] for n in range(rows)]
    received = sum(amount for amount, kind in zip(amounts, kinds, strict=True) if kind == words[-1])
    names = [f"Site {n % 7}" for n in range(rows)]
    made = sheet(table(["Department", "Kind", "Budget 2024-25, £"], names, kinds, amounts))
    asked = [q for q in read_workbook(made.data, "kinds.xlsx", terms=UK).questions if q.topic == "flow"]
    assert len(asked) == 1
    said = {(t.flow, t.amount) for t in asked[0].options[0].totals}
    assert said == {("expenditure", 100 * (sum(amounts) - received)), ("income", 100 * received)}


@pytest.mark.parametrize("head", [["Department", 2024], ["", 2024], ["Department", "2024"]])
def test_tables_below_one_another_under_one_bare_year_are_all_read(head: list[object]) -> None:
    parts = [figures(721 + n, 4) for n in range(3)]
    rows: Rows = [["Budget by region, £"]]
    for name, part in zip(("North", "South", "East"), parts, strict=True):
        rows += [[], [name], head, *([*row] for row in zip(NAMES[:4], part, strict=True))]
    total = sum(map(sum, parts))
    assert stored(read(sheet(rows, total))) == {total}


# What a person states


def test_a_stated_total_that_only_income_comes_to_is_asked_about() -> None:
    values = figures(90, 8)
    made = sheet(
        [["Income budget 2024-25 £"], *table(["Source of income", "Income £"], NAMES[:8], values)], sum(values)
    )
    truth = Truth(Path("habit"), ((sum(values),),), tolerance=0.004, stage="budget", unit="pounds", year="2024-25")
    outcome = play(truth, open_workbook(made.data, Limits()), state_total=True)
    assert outcome.asked == {"total": 1}


def test_a_stated_total_of_one_body_among_several_is_said_to_be_that() -> None:
    bodies = {"Health": figures(91, 6), "Transport": figures(92, 6), "Justice": figures(93, 6)}
    rows = [[body, name, value] for body, values in bodies.items() for name, value in zip(NAMES, values, strict=False)]
    data = workbook(Budget=[["Department", "Programme", "Budget 2024-25 £"], *rows])
    one = sum(bodies["Transport"])
    answers = Answers(total=one * 100)
    reading = read_workbook(data, "bodies.xlsx", terms=UK, answers=answers)
    (missed,) = [question for question in reading.questions if question.topic == "total"]
    assert "'Transport' alone comes to it" in missed.prompt
    nearest = sum(sum(values) for values in bodies.values())
    assert f"the nearest comes to £{nearest:,}.00" in missed.prompt


# Names that hold words of ratios


@pytest.mark.parametrize("name", ["Ratio Studios", "Headcount system", "Tax base review"])
def test_a_name_that_holds_the_word_of_a_ratio_is_a_line(name: str) -> None:
    values = figures(70, 12, 200_003, 800_009)
    rows = [*table(["Service", "2024-25 budget £"], NAMES[:12], values), [name, 431_277]]
    check_told(sheet(rows, sum(values) + 431_277))


@pytest.mark.parametrize("name", ["Pupil numbers", "Number of pupils", "Headcount", "Council tax base"])
def test_a_measure_without_a_total_is_not_counted(name: str) -> None:
    values = figures(71, 12, 20_003, 80_009)
    rows = [*table(["Service", "2024-25 budget £"], NAMES[:12], values), [name, 43_127]]
    outcome = read(sheet(rows, sum(values)))
    assert stored(outcome) == {sum(values)}


def test_a_word_that_stands_in_half_of_the_rows_is_what_they_are_for() -> None:
    values = figures(72, 24)
    names = [name for name in NAMES[:12] for _ in range(2)]
    made = text(table(["Service", "Stream", "Amount £"], names, ["BAU", "Change"] * 12, values), sum(values))
    outcome = read(made)
    assert stored(outcome) in made.right, describe(made, outcome)


# Amounts that could be years


@pytest.mark.parametrize("heading", [[], [["Adults and health"]]])
@pytest.mark.parametrize("first", [1959, 2024])
def test_a_first_amount_that_could_be_a_year_is_an_amount(heading: list[list[object]], first: int) -> None:
    values = [first, *figures(13, 7, 1_007, 9_989)]
    rows = [["Service", "2024-25 Budget £"], *heading, *map(list, zip(NAMES, values, strict=False))]
    check_told(sheet(rows, sum(values)))


# Tables of what is held or owed


@pytest.mark.parametrize(
    "head",
    [
        ["Loan", "Outstanding 31 March 2024 £", "Outstanding 31 March 2025 £"],
        ["Balance sheet", "2023-24 £", "2024-25 £"],
    ],
)
def test_what_is_held_or_owed_is_not_stored_unasked(head: list[str]) -> None:
    outcome = read(sheet(table(head, NAMES[:8], figures(75, 8), figures(76, 8))))
    assert outcome.asked["counted"] == 1
    assert not stored(outcome)


def test_a_statement_of_funds_that_speaks_of_spending_is_a_budget() -> None:
    spent = figures(77, 8)
    rows = [["Expenditures and changes in fund balances"], *table(["Service", "2024-25 £"], NAMES[:8], spent)]
    check_told(sheet(rows, sum(spent)))


@pytest.mark.parametrize("name", habit)
def test_a_habit_is_read_rightly_or_asked_about(name: str) -> None:
    check(habit[name]())


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("high", [90, 9_000])
def test_a_sheet_of_what_others_come_to_is_asked_about_however_small_its_amounts(high: int, first: bool) -> None:
    parts = {name: figures(4271 + place, 5, 10, high) for place, name in enumerate(("North", "East", "West"))}
    whole = [sum(each) for each in zip(*parts.values(), strict=True)]
    sheets = {name: table(["Item", "£"], NAMES[:5], amounts) for name, amounts in parts.items()}
    joined = {"All areas": table(["Item", "£"], NAMES[:5], whole)}
    made = file(workbook(**(joined | sheets if first else sheets | joined)), sum(whole))
    assert read(made).asked["counted"] == 1
    check(made)
