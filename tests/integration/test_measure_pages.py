"""The measures of alignment on the demonstration and on budgets of the test's own, from the cube to the page."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from budget_align.config import Settings, load_settings
from budget_align.core.allocation import alignment
from budget_align.core.measures.catalogue import MEASURES
from budget_align.core.measures.comparators import compare_body
from budget_align.core.measures.gaps import find_gaps
from budget_align.core.measures.outturn import compare_stages, years_with_outturn
from budget_align.core.values.refusal import RefusedError
from budget_align.core.views.parts import missions_of, parts_by, parts_by_period
from budget_align.services import demonstration
from budget_align.services.accountability.collaboration import list_collaboration
from budget_align.services.frameworks import catalogue
from budget_align.services.measures.capability import find_capability_run
from budget_align.services.measures.comparators import area_values
from budget_align.services.measures.momentum import find_momentum, last_return
from budget_align.services.measures.outturns import compose
from budget_align.services.outcomes.indicators import find_population, read_all, receive_indicators
from budget_align.services.people.accounts import add_account
from budget_align.services.returns.confirming import confirm
from budget_align.services.returns.receiving import receive
from budget_align.services.runs.histories import find_history
from budget_align.services.runs.reporting import build_report
from budget_align.services.runs.run_figures import figures_of
from budget_align.services.runs.running import run_allocation
from budget_align.services.runs.shares import reasons_of
from budget_align.services.runs.viewing import OpenRun, open_run
from budget_align.store.tables import BudgetLine, Submission
from budget_align.web.app import create_app
from tests.conftest import ROOT
from tests.pages import problems, sign_in
from tests.people import let_do_everything
from tests.workbooks import drawn

TODAY = date(2026, 11, 25)
DEFLATOR = load_settings(ROOT / "config.toml").deflator


def store(engine: Engine, settings: Settings, data: bytes, name: str) -> None:
    received = receive(engine, settings, data, name, "Ours", "ana")
    if received.draft_id is not None:
        confirm(engine, settings, received.draft_id, "ana")


def run_ours(engine: Engine) -> OpenRun:
    return open_run(engine, run_id=run_allocation(engine, catalogue.mapping("northmere-2026-sdg"), "Ours", "moses").id)


def test_every_part_of_the_aligned_share_adds_up(northmere: Engine) -> None:
    run = open_run(northmere)
    whole = alignment.headline(run.part)
    for key in ("body", "control"):
        parts = parts_by(run, key)
        assert sum(part.figures.total for part in parts) == whole.total
        assert sum(part.figures.aligned for part in parts) == whole.aligned
    assert sum(each.amount for each in missions_of(run)) == whole.aligned
    people = {2025: 1_000_000.0}
    periods = {(p.stage, p.fiscal_year): p for p in parts_by_period(run, DEFLATOR, people)}
    assert set(periods) == set(run.periods)
    assert periods["budget", 2026].real == periods["budget", 2026].figures.total == whole.total
    assert periods["budget", 2026].per_head is None
    before = periods["budget", 2025]
    assert before.real == round(before.figures.total * 1.02)
    assert before.per_head == round(before.figures.total * 1.02 / 1_000_000)
    reasons = reasons_of(northmere, run)
    assert sum(reason.amount for reason in reasons) == whole.unaligned
    # Tax collection 75.2, the Cabinet secretariat 14.6 and the leadership programme 2.6 are left to be mapped; interest
    # of 301.75 and a reserve of 85 serve none on purpose, and are told by the name that their rules give to it.
    assert {reason.why: reason.amount for reason in reasons} == {
        "No rule matches it": 92_400_000_00,
        "Debt interest": 301_750_000_00,
        "Held in reserve": 85_000_000_00,
    }


def test_through_a_lens_what_has_no_counterpart_is_a_reason_of_its_own(northmere: Engine) -> None:
    run = open_run(northmere, lens="uk-missions-2024")
    reasons = reasons_of(northmere, run)
    whole = alignment.headline(run.part)
    assert sum(reason.amount for reason in reasons) == whole.unaligned + whole.uncovered
    assert any("No counterpart in" in reason.why and reason.lines is None for reason in reasons)


def test_trends_are_of_the_bodies_that_have_figures_of_every_year(engine: Engine, settings: Settings) -> None:
    store(
        engine,
        settings,
        drawn("""
            Department for Learning
            Budget, £ thousand

            Directorate | Line     | 2025-26 | 2026-27
            Schools     | Teaching | 1000    | 1200
        """),
        "learning.xlsx",
    )
    store(
        engine,
        settings,
        drawn("""
            Department of Health and Care
            Budget, £ thousand

            Directorate   | Line         | 2026-27
            Public health | Immunisation | 9000
            Public health | Emergency food | 400
        """),
        "health.xlsx",
    )
    run = run_ours(engine)
    heading = find_momentum(engine, run, [], None)
    assert (heading.alike.without, heading.alike.unlike) == (("Department of Health and Care",), ())
    found = {each.code: each for each in heading.rows}
    trend = found["sdg-04"].trend
    assert trend is not None
    assert trend.growth == pytest.approx(0.2)
    # Health has no figures of 2025-26, so that its coming is no rise.
    assert found["sdg-03"].amount > 0
    assert found["sdg-03"].trend is None or found["sdg-03"].trend.spend == "not known"
    gaps = {gap.code: gap for gap in find_gaps(run, [])}
    assert (gaps["sdg-04"].spend, gaps["sdg-03"].spend) == ("rising", "not known")


def test_a_figure_that_came_out_differently_is_a_revision(northmere: Engine, settings: Settings) -> None:
    before = open_run(northmere)
    assert {each.revisions.count for each in find_momentum(northmere, before, [], None).rows if each.revisions} == {0}
    sent = drawn("""
        Office for Justice and Safety
        Budget, £ thousand

        Service | Line    | 2026-27
        Courts  | Courts  | 1000000
    """)
    received = receive(northmere, settings, sent, "late.xlsx", before.government, "ana")
    assert received.draft_id is not None
    confirm(northmere, settings, received.draft_id, "ana", overlap="replace")
    later = run_allocation(northmere, before.mapping, before.government, "moses")
    after = open_run(northmere, run_id=later.id)
    last, first_time = last_return(northmere, after), last_return(northmere, before)
    assert last is not None
    assert first_time is not None
    assert last > first_time
    found = {each.code: each for each in find_momentum(northmere, after, [], None).rows}
    revisions = found["sdg-16"].revisions
    assert revisions is not None
    first = int(before.part.loc[before.part["outcome"] == "sdg-16", "amount"].sum())
    assert (revisions.count, revisions.first) == (1, first)
    unchanged = found["sdg-13"].revisions
    assert unchanged is not None
    assert unchanged.count == 0


def test_what_changes_is_as_if_each_year_stood_on_its_original_budget(northmere: Engine, settings: Settings) -> None:
    """A run of the originals alone, whose years are plainly of one version, is the oracle of the one that counts a
    revision: trends, findings and changes are the same, through a lens and of one level of government too."""
    shown = open_run(northmere)
    versions = {basis.body: "original" for basis in shown.bases}
    named = run_allocation(northmere, shown.mapping, shown.government, "moses", versions=versions).id
    for view in ({}, {"lens": "uk-missions-2024"}, {"levels": ["devolved"]}):
        run, plain = open_run(northmere, run_id=shown.id, **view), open_run(northmere, run_id=named, **view)
        assert not run.part.equals(plain.part)
        ours, theirs = (find_momentum(northmere, each, [], DEFLATOR) for each in (run, plain))
        assert {each.code: each.trend for each in ours.rows} == {each.code: each.trend for each in theirs.rows}
        assert (ours.alike.sort, theirs.alike.sort) == ("original", "")
        told = [{gap.code: gap.spend for gap in find_gaps(each, [], DEFLATOR)} for each in (run, plain)]
        assert told[0] == told[1]
    reports = [build_report(northmere, open_run(northmere, run_id=each)) for each in (shown.id, named)]
    changes = [{row.code: row.change for row in report.outcomes} for report in reports]
    assert changes[0] == changes[1] == {row.code: row.amount - (row.before or 0) for row in reports[1].outcomes}
    assert reports[0].alike[0] == "Changes from year to year compare the original budgets."
    assert reports[1].alike == ()
    with create_app(settings, northmere).test_client() as client:
        for path in ("/momentum", "/gaps", "/boards/Climate%20and%20nature%20board"):
            page = client.get(f"{path}?run={shown.id}").text
            assert "Changes from year to year compare the original budgets." in page
            assert (
                "by another version for Ministry for Places and People in 2026-27: revised (autumn, 14 October 2026)."
                in page
            )
            assert "Two bases meet" not in page


def test_a_revision_without_an_original_beside_it_has_no_trend_and_the_page_says_why(
    engine: Engine, settings: Settings
) -> None:
    def send(year: str, amount: int, title: str = "Budget") -> None:
        sheet = f"Department for Learning\n{title}, £ thousand\n\nDirectorate | Line | {year}\nSchools | Teaching | {amount}"
        store(engine, settings, drawn(sheet), f"{year} {title}.xlsx")

    send("2025-26", 1000)
    send("2026-27", 1200, "Budget, autumn revision")
    run = run_ours(engine)
    assert [run.version_of("Department for Learning", "budget", year) for year in (2025, 2026)] == [
        "original",
        "revised (autumn)",
    ]
    heading = find_momentum(engine, run, [], None)
    assert {each.trend for each in heading.rows} == {None}
    assert heading.alike.unlike == ("Department for Learning",)
    assert {gap.spend for gap in find_gaps(run, [])} == {"not known"}
    assert build_report(engine, run).changed_most == ()
    analyst = demonstration.SIGN_INS[0].email
    add_account(engine, analyst, "Ana", demonstration.PASSWORD)
    let_do_everything(engine, analyst)
    with create_app(settings, engine).test_client() as client:
        sign_in(client)
        page = client.get(f"/momentum?run={run.id}").text
        assert "Spend has no trend." in page
        assert "no body&#39;s budget is allocated in this run by versions of one sort in each of them" in page
    # Its original comes late: from then on the years are compared, by a run of its own.
    send("2026-27", 1100)
    later = run_ours(engine)
    assert later.id != run.id
    trend = {each.code: each.trend for each in find_momentum(engine, later, [], None).rows}["sdg-04"]
    assert trend is not None
    assert trend.growth == pytest.approx(float(Fraction(1100, 1000) - 1))
    assert int(later.part["amount"].sum()) == 1_200_000_00


def test_real_terms_and_heads_stand_beside_cash(northmere: Engine) -> None:
    run = open_run(northmere)
    people = find_population(northmere, run.government, "population")
    # The council areas' counts stand beside that of Northmere itself, which most indicators are of.
    assert people[2025] == 1_153_000
    years = {year.stretch.fiscal_year: year for year in find_history(northmere, run, "sdg-13", DEFLATOR, people)}
    now = years[2026]
    assert now.real == now.stretch.amount
    assert now.per_head == round(now.stretch.amount / people[2026])
    was = years[2025]
    assert was.real == round(was.stretch.amount * 1.02)
    real = {gap.code: gap.before for gap in find_gaps(run, [], DEFLATOR)}
    cash = {gap.code: gap.before for gap in find_gaps(run, [])}
    assert real["sdg-13"] == round((cash["sdg-13"] or 0) * 1.02)


def test_plan_beside_outturn_counts_bodies_that_have_both(northmere: Engine) -> None:
    run = open_run(northmere)
    assert years_with_outturn(run) == {2024: ["budget", "outturn"], 2023: ["budget", "outturn"]}
    found = compare_stages(run, 2024, "budget", "outturn")
    assert len(found.left_out) == 8
    for rows in (found.outcomes, found.bodies):
        assert sum(row.meant for row in rows) == found.total.meant
        assert sum(row.spent for row in rows) == found.total.spent
    assert {row.code for row in found.bodies}.isdisjoint(found.left_out)


def test_the_mix_of_spend_is_told_by_programme_without_interest_and_contingency(filled: Engine) -> None:
    run = open_run(filled)
    outturn = compare_stages(run, 2024, "budget", "outturn")
    found = compose(filled, run, outturn)
    # The oracle: a plain walk over the lines.
    sums: dict[str, dict[tuple[str, str], int]] = {"budget": {}, "outturn": {}}
    interest = dict.fromkeys(sums, 0)
    with Session(filled) as session:
        sent = {each.id: each.status for each in session.exec(select(Submission))}
        for line in session.exec(select(BudgetLine)):
            if (
                sent[line.submission_id] == "submitted"
                and (line.fiscal_year, line.flow, line.memo) == (2024, "expenditure", False)
                and line.body not in outturn.left_out
            ):
                assert line.version == "original" or line.stage != "budget"
                if "debt" in line.programme.casefold():
                    interest[line.stage] += line.amount
                else:
                    key = (line.body, line.programme)
                    sums[line.stage][key] = sums[line.stage].get(key, 0) + line.amount
    planned, total = (sum(each.values()) for each in sums.values())
    # As PEFA's PI-2.1: the largest that make up 75% of the budget, of 20 at least, and all others as one.
    ranked = sorted({*sums["budget"], *sums["outturn"]}, key=lambda key: (-sums["budget"].get(key, 0), key))
    main = 20
    while sum(sums["budget"].get(key, 0) for key in ranked[:main]) * 4 < planned * 3:
        main += 1
    assert len(ranked) > main
    apart = [sums["outturn"].get(key, 0) - Fraction(sums["budget"].get(key, 0) * total, planned) for key in ranked]
    left = sum(map(abs, apart[:main])) + abs(sum(apart[main:]))
    assert found.programmes == pytest.approx(float(left / total))
    assert [(each.code, each.meant, each.spent) for each in found.apart] == [
        ("debt interest", interest["budget"], interest["outturn"])
    ]
    assert found.outcomes is not None
    assert found.outcomes < found.programmes
    # Through a lens the same money is left out.
    lens = open_run(filled, lens="uk-missions-2024")
    assert compose(filled, lens, compare_stages(lens, 2024, "budget", "outturn")).apart == found.apart


def test_collaboration_names_who_an_outcome_hangs_on(northmere: Engine) -> None:
    found = {each.code: each for each in list_collaboration(northmere, open_run(northmere))}
    assert [code for code, each in found.items() if each.hangs_on_one] == ["sdg-07", "sdg-17"]
    assert [code for code, each in found.items() if each.shared_without_board] == ["sdg-12"]
    assert found["sdg-14"].bodies == ()
    assert found["sdg-17"].bodies[0][0] == "Treasury"


def test_capability_is_a_run_of_its_own_at_the_same_stage_and_year(northmere: Engine, settings: Settings) -> None:
    run = open_run(northmere)
    found = find_capability_run(northmere, run)
    assert found is not None
    assert (found.stage, found.fiscal_year) == (run.stage, run.fiscal_year)
    # Academy 9.1, leadership programme 2.6, evaluation 4.2, data office 6.9 and statistics office 19.3 million.
    assert {str(code): int(amount) for code, amount in alignment.spend_by(found.part, "outcome").items()} == {
        "cap-data": 26_200_000_00,
        "cap-skills": 9_100_000_00,
        "cap-evaluation": 4_200_000_00,
        "cap-leadership": 2_600_000_00,
    }
    store(northmere, settings, drawn("Department of Works\nBudget 2026-27, £k\n\nLine | 2026-27\nRoads | 5"), "w.xlsx")
    assert find_capability_run(northmere, run_ours(northmere)) is None


def test_a_body_stands_beside_its_neighbours(northmere: Engine) -> None:
    run = open_run(northmere)
    areas = area_values(northmere, run)
    body = "Corrie District Council"
    features = ["population", "over-65", "deprivation"]
    found = compare_body(run, areas, "population", body, features=features)
    assert len(found.neighbours) == 5
    assert {n.body for n in found.neighbours} <= set(found.people)
    by_code = {each.code: each for each in found.standings}
    # Corrie's school leavers do worst of all; no indicator of life on land has a value for any council.
    assert (by_code["sdg-04"].result_score or 0) < -1
    assert by_code["sdg-15"].result_score is None
    amount = int(run.part.loc[(run.part["body"] == body) & (run.part["outcome"] == "sdg-04"), "amount"].sum())
    assert by_code["sdg-04"].per_head == round(amount / found.people[body])
    given = compare_body(run, areas, "population", body, given=["Ashby District Council", "Eastholm District Council"])
    assert [n.distance for n in given.neighbours] == [None, None]
    # Three bodies are too few for a score.
    assert all(each.spend_score is None for each in given.standings)
    for wrong in ({"features": []}, {"given": [body]}, {"given": ["Nowhere"]}):
        with pytest.raises(RefusedError):
            compare_body(run, areas, "population", body, **wrong)
    with pytest.raises(RefusedError, match="no figures"):
        compare_body(run, areas, "population", "Nowhere", features=features)


def test_the_place_that_stands_for_the_whole_government_tells_of_outcomes(engine: Engine, settings: Settings) -> None:
    def send(sheet: str, territory: str = "") -> None:
        receive_indicators(engine, settings, drawn(sheet), "i.xlsx", "Ours", "ana", territory=territory)

    send("Code | Territory | 2024-25 | 2025-26\nA | Ashby | 1 | 9\nA | Landmark | 5 | 5\nB | Landmark | 1 | 1")
    readings = {r.definition.code: r for r in read_all(engine, "Ours", TODAY)}
    assert (readings["A"].territory, readings["A"].status) == ("Landmark", "maintaining")
    # Values under the government's own name go before.
    send("Code | Territory | 2024-25 | 2025-26\nA | Ashby | 1 | 9\nA | Landmark | 5 | 5\nA | Ours | 5 | 1")
    readings = {r.definition.code: r for r in read_all(engine, "Ours", TODAY)}
    assert (readings["A"].territory, readings["A"].status) == ("Ours", "worsening")
    assert find_population(engine, "Ours", "A") == {2024: 5.0, 2025: 1.0}
    # Landmark is what most indicators are of; what is told of one council alone counts no government's people.
    assert find_population(engine, "Ours", "B") == {2024: 1.0, 2025: 1.0}
    send("Code | Territory | 2025-26\nC | Ashby | 9")
    assert find_population(engine, "Ours", "C") == {}


PATHS = (
    "/measures",
    "/aligned-share",
    "/collaboration",
    "/momentum",
    "/momentum?prices=cash",
    "/plan-to-outturn",
    "/plan-to-outturn?year=2023&meant=outturn&spent=budget",
    "/capability",
    "/comparators",
    "/comparators?body=Corrie+District+Council",
    "/comparators?body=Corrie+District+Council&feature=population&feature=deprivation",
    "/comparators?body=Nowhere&feature=population",
    "/gaps?prices=cash",
)


def test_the_pages_of_measures_are_sound(full: FlaskClient) -> None:
    for path in (*PATHS, *(f"{path}{'&' if '?' in path else '?'}lens=uk-missions-2024" for path in PATHS[1:])):
        page = full.get(path)
        assert page.status_code == 200, path
        assert problems(page.text) == [], path
    for code, measure in MEASURES.items():
        page = full.get(f"/measures/{code}")
        assert page.status_code == 200
        assert problems(page.text) == []
        assert measure.name in page.text.replace("&#39;", "'")
    assert full.get("/measures/bliss").status_code == 404
    picture = full.get(f"/comparators.svg?{PATHS[10].split('?')[1]}")
    assert picture.mimetype == "image/svg+xml"
    assert "More spend, better" in picture.text


def test_what_rests_on_judged_shares_is_told_to_what_these_bear(full: FlaskClient) -> None:
    """Each figure has at most two digits that are no zeros after it, where a tenth of it or more may be off."""
    sign_in(full)
    for path, label in (("/capability", "Amount"), (PATHS[10], "A head"), ("/register", "Money")):
        told = re.findall(rf'data-label="{label}"[^>]*>£([\d,.]+)(?:k|m|bn)?<', full.get(path).text)
        figures = [each for each in told if float(each.replace(",", ""))]
        assert figures
        assert all(len(each.replace(",", "").replace(".", "").strip("0")) <= 2 for each in figures), (path, figures)


def test_pages_show_real_terms_where_config_has_prices(northmere: Engine, settings: Settings) -> None:
    with create_app(settings.model_copy(update={"deflator": DEFLATOR}), northmere).test_client() as client:
        for path in ("/gaps", "/momentum", "/outcomes/sdg-13", "/boards/Health%20board"):
            page = client.get(path)
            assert page.status_code == 200
            assert problems(page.text) == []
        for path in ("/gaps", "/momentum", "/outcomes/sdg-13", "/aligned-share"):
            assert "Real terms are in prices of 2026-27, by the GDP deflator" in client.get(path).text
        for path in ("/gaps?prices=cash", "/momentum?prices=cash"):
            assert "Spend is in cash terms." in client.get(path).text
        page = client.get("/outcomes/sdg-13").text
        assert "In 2026-27 prices" in page
        assert "A head is in the same prices." in page
        # 10% of some £120 may be off, as it may of the amount: heads are told in tens of pounds where all is judged.
        heads = re.findall(r'data-label="A head"[^>]*>£([\d,.]+)<', page)
        assert heads
        assert all(re.fullmatch(r"[\d,]*0", each) for each in heads), heads
        # £141.57m less £12.975m of income is told to ten millions, as the £140m are.
        assert "that money would be £130m net" in page


def test_each_measure_is_shown_with_its_caveat(full: FlaskClient) -> None:
    shown = {
        "/": ("aligned-share", "evidence-grades", "both-sides", "kinds-of-money", "attributed-spend"),
        "/?view=contributing": ("contributing-spend",),
        "/outcomes/sdg-03": ("real-terms", "spend-per-head", "indicator-status", "path-to-target", "late-data"),
        "/aligned-share": ("aligned-share", "unaligned-by-reason"),
        "/collaboration": ("collaboration", "concentration", "outcomes-without-money"),
        "/momentum": ("momentum",),
        "/plan-to-outturn": ("plan-to-outturn", "composition-variance"),
        "/capability": ("enabling-share",),
        "/comparators": ("comparators",),
        "/gaps": ("gap-matrix", "spend-trend", "outcome-status"),
        "/register": ("unanswered-money",),
        "/priorities": ("priority-share",),
    }
    for path, codes in shown.items():
        page = full.get(path).text.replace("&#39;", "'")
        for code in codes:
            assert MEASURES[code].caveat in page, (path, code)
    assert {code for codes in shown.values() for code in codes} == set(MEASURES)


def test_amounts_that_rest_on_judged_shares_are_rounded_wherever_they_stand(
    full: FlaskClient, northmere: Engine
) -> None:
    """Climate action has 141,570,000 of judged shares, of which a tenth may be off: tens of millions mean something.
    Of the year before, of each body and each rule of it the same holds, and of what changed.
    """
    page = full.get("/outcomes/sdg-13").text
    assert "£140m" in page
    # Transport gives 110.37m of it, by rail 104.07m; in 2025-26 it was 122.0m.
    for exact in ("£110,370,000.00", "£104,070,000.00", "£122.0m"):
        assert exact not in page
    for rounded in ("£110m", "£100m", "£120m"):
        assert rounded in page
    assert "£120m" in full.get("/").text
    assert "£140m" in full.get("/momentum").text
    # The picture says no more than the table.
    picture = full.get("/outcomes.svg").text
    assert "£140m" in picture
    assert "£141.6m" not in picture
    outturn = full.get("/plan-to-outturn?year=2024").text
    # Budget 115,264,900 and outturn 115,033,000, by 231,900 less: a tenth of each is what may be off.
    assert "£115,264,900.00" not in outturn
    assert "£231,900.00" not in outturn
    assert "−£230k" in outturn
    # What no share is needed for stays as it is.
    assert "£9,678,149,000.00" in outturn
    run = open_run(northmere)
    assert figures_of(northmere, run).outcomes[12].amount == 141_570_000_00
