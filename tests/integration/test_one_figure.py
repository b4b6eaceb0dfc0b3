"""One figure is the same wherever it is shown: pages, the interface for software, commands, exports and the report."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.allocation.alignment import format_share
from budget_align.core.outcomes.priority import Weight
from budget_align.core.rules.mapping import parse_mapping
from budget_align.core.scenarios.scenario import Move, Part
from budget_align.core.values.evidence import part_unit
from budget_align.core.values.terms import UK
from budget_align.printing.runs import show_run
from budget_align.services import demonstration
from budget_align.services.accountability.collaboration import list_collaboration
from budget_align.services.frameworks.frameworks import list_frameworks
from budget_align.services.outcomes.consulting import HeldConsultation, beside_spend
from budget_align.services.pages.public import spend_by_outcome
from budget_align.services.people.tokens import make_token
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.services.scenarios.scenario_exports import export_json
from budget_align.services.scenarios.scenarios import begin_scenario, change_scenario, open_scenario
from budget_align.web.app import create_app
from reports.pdf import make_html
from tests.pages import sign_in
from tests.people import let_do_everything

ROWS = [
    # Department, programme, pounds; the last two are receipts, of which one serves nothing.
    ("Health", "Wards", 812_345_678),
    ("Health", "Clinics", 91_234_567),
    ("Health", "Office", 55_555_555),
    ("Works", "Roads", 123_456_789),
    ("Works", "Lanes", 45_678_901),
    ("Health", "Charges of clinics", -90_234_567),
    ("Works", "Fees", -55_555_555),
]
RULES = [
    {"id": "wards", "when": {"programme": "Wards"}, "to": {"sdg-03": 90, "sdg-05": 3}, "author": "ana"},
    {"id": "clinics", "when": {"programme": {"contains": "clinics"}}, "to": {"sdg-10": 100}},
    {"id": "roads", "when": {"programme": "Roads"}, "to": {"sdg-09": 60, "sdg-11": 40}, "evidence": "https://e.org"},
    {"id": "lanes", "when": {"programme": "Lanes"}, "to": {"sdg-11": 80}},
]


def slow_figures() -> tuple[dict[str, Fraction], Fraction, Fraction]:
    """The oracle: what every outcome gets, gross, and gross unaligned, in pence and fractions."""
    given: dict[str, Fraction] = {}
    gross = unaligned = Fraction(0)
    for _, programme, pounds in ROWS:
        pence = Fraction(pounds * 100)
        taken = {
            "Wards": RULES[0], "Clinics": RULES[1], "Charges of clinics": RULES[1], "Roads": RULES[2], "Lanes": RULES[3],
        }.get(programme)  # fmt: skip
        shares: dict[str, int] = taken["to"] if taken else {}  # type: ignore[assignment]
        for code, percent in shares.items():
            given[code] = given.get(code, Fraction(0)) + pence * percent / 100
        if pence > 0:
            gross += pence
            unaligned += pence * (100 - sum(shares.values())) / 100
    return given, gross, unaligned


@pytest.fixture
def ran(engine: Engine, settings: Settings) -> OpenRun:
    text = "Department,Programme,Budget 2026-27 £\n" + "".join(f"{b},{p},{a}\n" for b, p, a in ROWS)
    received = receive(engine, settings, text.encode(), "b.csv", "Ours", "ana")
    assert received.draft_id is not None
    confirm(engine, settings, received.draft_id, "ana")
    facts = {"name": "ours", "title": "Ours", "framework": "un-sdg-2015", "author": "Us"}
    rules = [{"why": "w", **rule} for rule in RULES]
    mapping = parse_mapping({**facts, "rules": rules}, list_frameworks(engine), "ours")
    return open_run(engine, run_id=run_allocation(engine, mapping, "Ours", "ana").id)


def rows_of(page: str) -> dict[str, list[str]]:
    """The rows of a page's tables by what heads them, their cells as a reader sees them."""
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        plain = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells]
        if plain:
            found.setdefault(plain[0], plain[1:])
    return found


def told_to(grades: dict[str, int], amount: int) -> int:
    """The oracle of rounding: a tenth of judged money and a quarter of assumed may be off; a power of ten below that,
    and none where nothing would be left."""
    off = sum(abs(size) * {"judged": 10, "assumed": 25}.get(grade, 0) for grade, size in grades.items()) // 100
    unit = 10 ** (len(str(off)) - 1) if off else 1
    return unit if abs(amount) >= unit else 1


def test_one_figure_is_the_same_wherever_it_is_shown(
    engine: Engine, settings: Settings, ran: OpenRun, capsys: pytest.CaptureFixture[str]
) -> None:
    given, gross, unaligned = slow_figures()
    said = json.loads(figures_of(engine, ran).model_dump_json())
    amounts = {each["code"]: each["amount"] for each in said["outcomes"] if each["amount"]}
    assert set(amounts) == set(given)
    assert all(abs(amounts[code] - exact) < 2 for code, exact in given.items())
    assert said["total"] == sum(pounds * 100 for _, _, pounds in ROWS)
    assert (said["gross"], said["gross_unaligned"]) == (gross, unaligned)
    assert said["aligned_share"] == pytest.approx(float(1 - unaligned / gross))

    person = demonstration.SIGN_INS[0]
    demonstration.add_account(engine, person.email, person.name, demonstration.PASSWORD, person.held)
    let_do_everything(engine, person.email)
    head = {"Authorization": f"Bearer {make_token(engine, person.email, 'Statistics office')}"}
    with create_app(settings, engine).test_client() as client:
        sign_in(client)
        page = client.get(f"/?run={ran.id}").text
        pages = {code: client.get(f"/outcomes/{code}?run={ran.id}").text for code in amounts}
        asked = client.get(f"/api/v1/governments/Ours/figures?run={ran.id}", headers=head).get_json()
    assert asked == said
    overview, report = rows_of(page), rows_of(make_html(build_report(engine, ran)))
    exported = {str(row[3]): row[5] for row in [*spend_by_outcome(engine, ran)][1:]}
    collaboration = {each.code: each for each in list_collaboration(engine, ran)}
    show_run(ran)
    printed = capsys.readouterr().out

    shown = 0
    for each in said["outcomes"]:
        code, name, amount = each["code"], ran.framework.names()[each["code"]], each["amount"]
        if not amount:
            continue
        unit = told_to(each["grades"], amount)
        shown += unit > 1
        assert each["rounded"] == round(Fraction(amount, unit)) * unit
        assert UK.rounded(amount, unit) in overview[name]
        assert UK.rounded(amount, unit) in pages[code]
        assert UK.scaled(amount, 10**6, unit) in report[name]
        assert UK.plain(amount) in printed
        assert exported[code] * 100 == amount
        share = format_share(each["gross"] / said["gross"])
        assert share in overview[name]
        assert share in report[name]
        assert share in printed
        assert str(len(collaboration[code].bodies)) in overview[name]
    assert shown == 4  # those that judged and assumed shares lead to, and not what is documented alone
    whole, left = UK.plain(said["total"]), UK.plain(said["unaligned"])
    assert whole in printed
    assert left in printed
    assert f"(gross {UK.plain(said['gross_unaligned'])})" in printed
    assert UK.short(said["gross_unaligned"]) in " ".join(overview["Unaligned"])
    assert UK.short(said["total"]) in overview["Total"]
    assert UK.scaled(said["total"], 10**6) in report["Total"]
    assert exported[""] * 100 == said["unaligned"]


def test_scenarios_round_what_rests_on_shares_and_export_it_exactly(
    engine: Engine, settings: Settings, ran: OpenRun
) -> None:
    made = begin_scenario(engine, ran, "Less on wards", 1, "ana")
    step = Move(source=Part(programme="Wards", outcome="sdg-03"), to=Part(outcome="sdg-11"), amount=1_234_567_89)
    change_scenario(engine, made, 1, lambda now: now.model_copy(update={"steps": (step,)}), "ana")
    given, _, _ = slow_figures()
    person = demonstration.SIGN_INS[0]
    demonstration.add_account(engine, person.email, person.name, demonstration.PASSWORD, person.held)
    let_do_everything(engine, person.email)
    with create_app(settings, engine).test_client() as client:
        sign_in(client)
        rows = rows_of(client.get(f"/scenarios/{made}").text)
        beside = rows_of(client.get(f"/scenarios/compare?id={made}").text)
    graded = open_scenario(engine, made).graded
    year = json.loads(export_json(engine, settings, made, date(2026, 11, 25)))["after"]["2026-27"]
    moved = {"sdg-03": -step.amount, "sdg-11": step.amount}
    names = ran.framework.names()
    for code, exact in given.items():
        before, after = round(exact), round(exact) + (moved.get(code) or 0)
        told = [UK.rounded(amount, part_unit(amount, graded[code])) for amount in (before, after)]
        assert rows[names[code]][:2] == told
        assert beside[names[code]][:2] == told
        assert abs(year["outcomes"][code] - after) < 2
    # Eight pounds in ten million of judged wards: no digit is shown that shares of a tenth do not bear.
    assert rows[names["sdg-03"]][0] == "£730m"


def test_priorities_stand_beside_shares_of_gross(ran: OpenRun) -> None:
    """Clinics spend 91 million and net 90 of it; that does not make them a share of nothing."""
    asked = ["sdg-03", "sdg-10"]
    weights = tuple(Weight(code, 0.5, None) for code in asked)
    held = SimpleNamespace(result=SimpleNamespace(priorities=SimpleNamespace(weights=weights), groups={}))
    found = {each.code: each for each in beside_spend(ran, cast(HeldConsultation, held))}
    gross = {"sdg-03": Fraction(812_345_678 * 90), "sdg-10": Fraction(91_234_567 * 100)}
    for code in asked:
        assert found[code].spend == pytest.approx(float(gross[code] / sum(gross.values())))
    assert found["sdg-10"].amount == 1_000_000_00
