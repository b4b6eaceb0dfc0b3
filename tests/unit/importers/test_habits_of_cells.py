"""Habits of cells that hold amounts: formulas nobody calculated, signs apart from their numbers, ways to write numbers.
Each is a small workbook made from lines whose sum is known, and is read rightly or asked about.
"""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.habits import NAMES, Habit, Rows, check_told, figures, read, sheet, stored, table, text

# Formulas that nobody calculated


def with_zeros_kept(made: Habit) -> Habit:
    """The same workbook with a zero kept for every formula, as programs write that do not calculate."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed, zipfile.ZipFile(out, "w") as new:
        for part in packed.infolist():
            data = packed.read(part)
            if part.filename.startswith("xl/worksheets/"):
                assert b"</f><v" in data
                data = data.replace(b"</f><v />", b"</f><v>0</v>").replace(b"</f><v></v>", b"</f><v>0</v>")
            new.writestr(part.filename, data)
    return Habit(out.getvalue(), made.right)


def with_formulas(places: range, values: list[int]) -> list[list[object]]:
    cells = [f"={value // 2}+{value - value // 2}" if i in places else value for i, value in enumerate(values)]
    return table(["Service", "2024-25 budget £"], NAMES[:10], cells)


@pytest.mark.parametrize("places", [range(3), range(4, 6), range(7, 10)], ids=["first", "between", "last"])
@pytest.mark.parametrize("zeros", [False, True])
def test_rows_whose_amount_is_a_formula_without_a_value_are_asked_about(places: range, zeros: bool) -> None:
    values = figures(1)
    made = sheet(with_formulas(places, values), sum(values))
    outcome = read(with_zeros_kept(made) if zeros else made)
    assert outcome.asked["formula"] == 1


@pytest.mark.parametrize("zeros", [False, True])
def test_a_total_whose_formula_has_no_value_is_no_question(zeros: bool) -> None:
    values = figures(2)
    rows = [*table(["Service", "2024-25 budget £"], NAMES[:10], values), ["All services", "=SUM(B2:B11)"]]
    made = sheet(rows, sum(values))
    check_told(with_zeros_kept(made) if zeros else made)


def test_zeros_that_were_calculated_are_amounts() -> None:
    values = [0, *figures(3, 9)]
    made = sheet([*table(["Service", "2024-25 budget £"], NAMES[:10], values), ["Total", sum(values)]], sum(values))
    check_told(made)


# Marks of numbers


def to_the_thousand(mark: str) -> tuple[list[str], int]:
    """Amounts of one to three figures with three more behind a mark, and what they come to without it."""
    values = figures(4, 10, 1_007, 99_989)
    return [f"{value // 1_000}{mark}{value % 1_000:03d}" for value in values], sum(values)


@pytest.mark.parametrize(
    ("currency", "header", "parted", "mark", "scale"),
    [
        ("GBP", "Budget 2024-25 £m", ",", ".", 10**3),
        ("GBP", "Budget 2024-25 £000", ",", ",", 10**3),
        ("GBP", "Budget 2024-25 £", ";", ",", 1),
        ("EUR", "Ansatz 2024-25 Tsd. EUR", ";", ".", 10**3),
        ("BRL", "Dotação 2024-25 (R$ mil)", ";", ".", 10**3),
    ],
)
def test_file_unit_and_currency_tell_thousands_from_decimals(
    currency: str, header: str, parted: str, mark: str, scale: int
) -> None:
    cells, whole = to_the_thousand(mark)
    made = text(table(["Service", header], NAMES[:10], cells), whole * scale, mark=parted, currency=currency, unit="")
    check_told(made)


@pytest.mark.parametrize(
    ("header", "parted", "mark", "scale"),
    [
        ("Crédits 2024-25 en M€", ";", ",", 10**3),
        ("Crédits 2024-25 en milliards €", "\t", ",", 10**6),
        ("Crédits 2024-25 en k€", ";", ",", 1),
        ("Ansatz 2024-25 Mio. €", ";", ".", 10**3),
    ],
)
def test_three_figures_behind_a_mark_of_large_units_are_asked_about(
    header: str, parted: str, mark: str, scale: int
) -> None:
    cells, whole = to_the_thousand(mark)
    made = text(table(["Service", header], NAMES[:10], cells), whole * scale, mark=parted, currency="EUR", unit="")
    outcome = read(made)
    assert outcome.asked == {"numbers": 1}
    assert stored(outcome) == {whole * scale}


def test_a_zero_before_a_mark_is_a_whole_number_and_what_follows_are_decimals() -> None:
    values = figures(5, 10, 17, 989)
    cells = [f"0,{value:03d}" for value in values]
    made = text(
        table(["Service", "Crédits 2024-25 (M€)"], NAMES[:10], cells),
        sum(values) * 1_000,
        mark=";",
        currency="EUR",
        unit="",
    )
    check_told(made)


def test_few_decimals_among_many_thousands_are_asked_about() -> None:
    cells, _ = to_the_thousand(",")
    outcome = read(text(table(["Service", "2024-25 £"], NAMES[:10], [*cells[:8], "317,40", "95,20"]), 1, must=True))
    assert outcome.asked["numbers"] == 1


# Ways to write numbers


@pytest.mark.parametrize(
    "written",
    ["(-{:,})", "‐{:,}", "‑{:,}", "－{:,}", "−{:,}", "﹣{:,}", "{:,}-", "({:,})", "-£{:,}", "{:,} CR"],
)
def test_every_minus_takes_off(written: str) -> None:
    values = figures(6)
    cells = [f"{value:,}" if i % 4 else written.format(value // 100) for i, value in enumerate(values)]
    right = sum(value if i % 4 else -(value // 100) for i, value in enumerate(values))
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], cells), right))


@pytest.mark.parametrize("written", ["{:,}+", "{:,}.", "{:,} §", "{:,}¶"])
def test_marks_behind_an_amount_are_none_of_it(written: str) -> None:
    values = figures(7)
    cells = [written.format(value) for value in values]
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], cells), sum(values)))


@pytest.mark.parametrize(
    ("written", "scale", "currency"),
    [
        ("{} Tsd. €", 1_000, "EUR"),
        ("{} mil. lei", 10**6, "RON"),
        ("{} mii lei", 1_000, "RON"),
        ("R$ {} mil", 1_000, "BRL"),
        ("{}万元", 10_000, "CNY"),
        ("${}MM", 10**6, "USD"),
    ],
)
def test_a_scale_behind_each_amount(written: str, scale: int, currency: str) -> None:
    values = figures(8, 10, 1_007, 9_989)
    cells = [written.format(value) for value in values]
    header = ["Service", "2024-25 budget"]
    check_told(text(table(header, NAMES[:10], cells), sum(values) * scale, currency=currency, mark=";"))


# Signs and sides in a column of their own, or behind every number

SIDES = [("+", "-"), ("+", "−"), ("plus", "minus"), ("DBIT", "CRDT"), ("Debit", "Credit"), ("S", "H"), ("1", "-1")]


def some_taken_off(seed: int) -> tuple[list[int], list[bool], int]:
    values = [value if i % 4 else value // 100 for i, value in enumerate(figures(seed))]
    off = [i % 4 == 0 for i in range(len(values))]
    return values, off, sum(-value if is_off else value for value, is_off in zip(values, off, strict=True))


@pytest.mark.parametrize(("added", "taken"), SIDES)
@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_a_column_of_signs_says_what_is_taken_off(added: str, taken: str, signed: bool) -> None:
    values, off, right = some_taken_off(9)
    signs = [taken if is_off else added for is_off in off]
    cells = [-value if is_off and signed else value for value, is_off in zip(values, off, strict=True)]
    check_told(text(table(["Service", "Sign", "2024-25 budget £"], NAMES[:10], signs, cells), right))


@pytest.mark.parametrize("sign", ["-", "−", "CR"])
def test_a_sign_beside_some_amounts_and_nothing_beside_the_others_is_asked_about(sign: str) -> None:
    values, off, right = some_taken_off(10)
    signs = [sign if is_off else "" for is_off in off]
    outcome = read(text(table(["Service", "Sign", "2024-25 budget £"], NAMES[:10], signs, values), right))
    assert outcome.asked == {"rows": 1}
    assert stored(outcome) == {right}


@pytest.mark.parametrize(("added", "taken"), [("{:,} Debit", "{:,} Credit"), ("{:,}.00 S", "{:,}.00 H")])
def test_a_side_behind_every_number(added: str, taken: str) -> None:
    values, off, right = some_taken_off(11)
    cells = [(taken if is_off else added).format(value) for value, is_off in zip(values, off, strict=True)]
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], cells), right))


@pytest.mark.parametrize("written", ["?{:,}", "{:_}", "{:,} pounds"])
def test_what_only_the_whole_column_shows(written: str) -> None:
    values = figures(12, 10, 107_007, 9_999_989)
    cells = [written.format(value) for value in values]
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], cells), sum(values)))


def test_codes_with_low_lines_are_no_numbers() -> None:
    values = figures(13)
    codes = [f"{100 + i}_{200 + i}" for i in range(10)]
    check_told(text(table(["Code", "Service", "2024-25 budget £"], codes, NAMES[:10], values), sum(values)))


def test_crores_and_lakhs_behind_rupees() -> None:
    values = figures(14, 10, 107, 9_989)
    cells = [f"₹{value / 100:.2f} {'L' if i % 3 == 0 else 'Cr'}" for i, value in enumerate(values)]
    right = sum(value * (1_000 if i % 3 == 0 else 100_000) for i, value in enumerate(values))
    outcome = read(text(table(["Scheme", "2024-25 budget"], NAMES[:10], cells), right, currency="INR"))
    assert stored(outcome) == {right}


# Amounts that only a person can read


def with_odd_ones(places: range, written: str, seed: int, *, plain: bool = False) -> tuple[list[object], int]:
    values = figures(seed, 12, 107_007, 9_999_989)
    usual: list[object] = [value if plain else f"{value:,}" for value in values]
    return [written.format(value) if i in places else usual[i] for i, value in enumerate(values)], sum(values)


@pytest.mark.parametrize("written", ["£{:,} p.a.", "r{:,}", "{:,} see note 3", "| {:,}", "{:,} (est)", "{}x"])
@pytest.mark.parametrize("places", [range(2), range(5, 7), range(11, 12), range(11)])
def test_amounts_with_remarks_are_asked_about_wherever_they_stand(written: str, places: range) -> None:
    cells, right = with_odd_ones(places, written, 20)
    outcome = read(text(table(["Service", "2024-25 budget £"], NAMES[:12], cells), right))
    assert outcome.asked == {"unread": 1}
    assert stored(outcome) == {right}


@pytest.mark.parametrize("places", [range(1), range(11, 12)])
def test_amounts_with_remarks_can_be_left_out(places: range) -> None:
    cells, right = with_odd_ones(places, "{:,} p.a.", 21)
    left = right - sum(int(str(cells[i]).split()[0].replace(",", "")) for i in places)
    outcome = read(text(table(["Service", "2024-25 budget £"], NAMES[:12], cells), left))
    assert outcome.asked == {"unread": 1}
    assert stored(outcome) == {left}


@pytest.mark.parametrize("odd", ["1,234500", "1.234,500", "12,34500", "1,234,50", "[1,234,500]"])
def test_an_amount_written_unlike_all_others_is_asked_about(odd: str) -> None:
    cells, _ = with_odd_ones(range(0), "", 22)
    outcome = read(text(table(["Service", "2024-25 budget £"], NAMES[:12], [*cells[:11], odd]), 1))
    assert outcome.asked == {"unread": 1}


@pytest.mark.parametrize("odd", ["1.500.000", "1500,75", "12,5", "150 000,50"])
def test_a_text_with_a_decimal_comma_among_numbers_is_asked_about(odd: str) -> None:
    cells, _ = with_odd_ones(range(0), "", 23, plain=True)
    outcome = read(sheet(table(["Service", "2024-25 budget £"], NAMES[:12], [*cells[:11], odd]), 1))
    assert outcome.asked == {"unread": 1}


def test_names_that_begin_with_numbers_are_no_amounts() -> None:
    values = figures(24)
    names = [f"{i + 1},{i}00 homes" if i else "Homes" for i in range(10)]
    check_told(text(table(["Scheme", "2024-25 budget £"], names, values), sum(values)))


# What says the unit, beside the headers of the amounts


def test_a_unit_in_the_label_of_the_total_holds_for_the_table() -> None:
    values = figures(30, 10, 1_007, 99_989)
    rows = [*table(["Service", "Budget 2024-25"], NAMES[:10], values), ["Total (£000)", sum(values)]]
    check_told(sheet(rows, sum(values) * 1_000, unit=""))


def test_a_unit_in_the_header_of_the_names_holds_for_the_table() -> None:
    values = figures(31, 10, 1_007, 99_989)
    check_told(
        sheet(table(["Department (£ thousand)", "Budget 2024-25"], NAMES[:10], values), sum(values) * 1_000, unit="")
    )


@pytest.mark.parametrize(("written", "scale"), [("${}K", 1_000), ("${}M", 10**6)])
def test_amounts_with_a_scale_each_need_no_unit(written: str, scale: int) -> None:
    values = figures(32, 10, 107, 989)
    cells = [written.format(value) for value in values]
    made = text(table(["Service", "2024-25 budget"], NAMES[:10], cells), sum(values) * scale, currency="USD", unit="")
    check_told(made)


# Marks in a column of their own, and signs that were lost


def test_brackets_that_close_in_the_next_column() -> None:
    values, off, right = some_taken_off(33)
    cells = [f"({value:,}" if is_off else f"{value:,}" for value, is_off in zip(values, off, strict=True)]
    closing = [")" if is_off else "" for is_off in off]
    check_told(text(table(["Service", "2024-25 budget £", ""], NAMES[:10], cells, closing), right))


@pytest.mark.parametrize("sign", ["¤ ", "¤", "\\", "?"])
def test_a_sign_that_another_program_lost(sign: str) -> None:
    values = figures(34, 10, 107_007, 9_999_989)
    cells = [f"{sign}{value:,}" for value in values]
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], cells), sum(values), mark=";"))


@pytest.mark.parametrize("mark", ["---", "- -", "––", ".", "…."])
def test_dashes_and_dots_stand_for_no_amount(mark: str) -> None:
    values = figures(35, 9)
    check_told(text(table(["Service", "2024-25 budget £"], NAMES[:10], [*values[:4], mark, *values[4:]]), sum(values)))


@pytest.mark.parametrize("written", ["{day}/{month:02d}/2024", "2024-{month:02d}-{day}", "{month:02d}/{day}/2024"])
def test_ends_of_months_over_columns_are_months(written: str) -> None:
    months = [figures(seed, 10, 107, 99_989) for seed in range(36, 40)]
    heads = [written.format(day=day, month=month) for day, month in ((30, 4), (31, 5), (30, 6), (31, 7))]
    check_told(text(table(["Service £", *heads], NAMES[:10], *months), sum(map(sum, months)), year="2024-25"))


@pytest.mark.parametrize("mark", [";", "\t"])
def test_marked_numbers_are_of_the_size_of_plain_ones_beside_them(mark: str) -> None:
    values = figures(61, 10, 1_007, 9_989)
    cells = [f"{value:,} [p]" if place in (3, 7) else value for place, value in enumerate(values)]
    rows = table(["Service", "2024-25 budget £000"], NAMES[:10], cells)
    check_told(text(rows, 1_000 * sum(values), mark=mark, unit=""))


def printed_page(kept: tuple[int, ...], rule: str) -> tuple[Rows, list[int]]:
    """Lines of a printed page, of which some kept their amount, and the others three amounts in one cell with the lines
    between them read as letters and figures; under each line what was read of the rule below it. With it the amounts.
    """
    values, paid = figures(62, 10), figures(63, 10, 1_007, 9_989)
    rows: Rows = [["Service", "2024-25 budget £"]]
    for n, (value, part) in enumerate(zip(values, paid, strict=True)):
        rows.append([NAMES[n], value if n in kept else f"{value:,} 1{part:,} |{value - part:,} j"])
        rows += [["", rule]] if rule else []
    return rows, values


@pytest.mark.parametrize("rule", ["......... I .........", "II"])
@pytest.mark.parametrize("kept", [(0, 5, 9), (0, 1, 2, 3), (1,)])
def test_nobody_is_led_to_store_what_is_left_of_a_column_that_could_hardly_be_read(
    kept: tuple[int, ...], rule: str
) -> None:
    rows, _ = printed_page(kept, rule)
    outcome = read(sheet(rows, 0))
    (asked,) = outcome.open
    assert not asked.guess
    assert f"Of 10 amounts of column B no more than {len(kept)} could be read" in asked.prompt


@pytest.mark.parametrize("rule", ["......... I .........", "II", ""])
@pytest.mark.parametrize("kept", [(6, 7, 8, 9), (2, 7), (3,)])
def test_lines_of_a_printed_page_before_the_first_amount_that_can_be_read_are_no_headers_in_silence(
    kept: tuple[int, ...], rule: str
) -> None:
    rows, _ = printed_page(kept, rule)
    outcome = read(sheet(rows, 0))
    assert {question.topic for question in outcome.open} == {"unread"}
    assert not any(question.guess for question in outcome.open)


def test_a_few_spoiled_amounts_are_left_out_by_a_proposal() -> None:
    kept = (0, 1, 3, 4, 6, 7, 8, 9)
    rows, values = printed_page(kept, "II")
    left = sum(values[n] for n in kept)
    outcome = read(sheet(rows, left))
    assert outcome.asked == {"unread": 1}
    assert stored(outcome) == {left}
