"""The command line, as a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budget_align.cli import acting, main
from budget_align.config import load_settings
from budget_align.services.mappings.approving import approve_bundled
from budget_align.services.people.markings import markings_of
from budget_align.services.publishing.publications import open_publication
from budget_align.services.returns.approving import approve_return
from budget_align.store.database import open_database
from tests.workbooks import drawn, workbook

RETURN = drawn("""
    Department of Health and Care
    Budget, £ million

    Programme         | 2025-26 | 2026-27
    Hospital services
    Acute hospitals   | 70      | 75
    Total hospital services | 70 | 75
    Total Department of Health and Care | 70 | 75
    Grants to local authorities | 8  | 9
""")


@pytest.fixture(autouse=True)
def own_folder(with_tables: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own: settings and data in a folder with nothing else."""
    (with_tables / "config.toml").write_text('data_folder = "var"\nmax_file_mb = 0.2\n')
    (with_tables / "health.xlsx").write_bytes(RETURN)
    monkeypatch.chdir(with_tables)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("BUDGET_ALIGN_CONFIG", str(with_tables / "config.toml"))
    return with_tables


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_what_one_asks_for_another_publishes_and_withdraws(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "none of the markings" in call("import", "health.xlsx", "--marking", "COSMIC").output
    assert call("import", "health.xlsx", "--marking", "OFFICIAL").exit_code == 0
    run = json.loads(call("run", "--mapping", "northmere-2026-sdg", "--json").stdout)["run"]
    engine = open_database(f"sqlite:///{own_folder / 'var' / 'budget-align.db'}")
    government = load_settings().government
    assert markings_of(engine, "return", 1) == ("OFFICIAL",)
    # The environment says nothing of who it is.
    monkeypatch.setenv("LOGNAME", "somebody-else")
    asked = call("publications", "ask", run[:12], "--stage", "budget", "--year", "2026-27")
    assert (asked.exit_code, "budget 2026-27 waits for someone else" in asked.output) == (0, True)
    assert (call("publications", "publish", "1").exit_code, open_publication(engine, 1).state) == (2, "asked")
    monkeypatch.setattr(acting, "_name", lambda: "other")
    assert "Nobody has approved the return" in call("publications", "publish", "1").output
    approve_return(engine, 1, "otto")
    approve_bundled(engine, government, "northmere-2026-sdg", "otto")
    assert "Everyone sees the budget 2026-27" in call("publications", "publish", "1").output
    assert "other (command line)" in call("publications", "list").output
    assert call("publications", "withdraw", "1").exit_code == 2
    assert call("publications", "withdraw", "1", "--reason", "A return was wrong").exit_code == 0
    assert open_publication(engine, 1).state == "withdrawn"
    assert call("publications", "return", "1", "--reason", "Late").exit_code == 2
    engine.dispose()


def test_the_demonstration_stays_out_of_production(own_folder: Path) -> None:
    (own_folder / "config.toml").write_text('data_folder = "var"\nproduction = true\n')
    refused = call("demo")
    assert (refused.exit_code, "no place for it" in refused.output) == (2, True)
    assert "Demonstration" not in call("people", "list").output


def test_import_run_and_report(own_folder: Path) -> None:
    imported = call("import", "health.xlsx")
    assert imported.exit_code == 0, imported.output
    assert "75,000,000.00" in imported.output
    assert "Grants to local authorities" in imported.output
    ran = call("run", "--mapping", "northmere-2026-sdg", "--json")
    said = json.loads(ran.stdout)
    assert (said["fiscal_year"], said["total"], said["aligned"], said["unaligned"], said["memo"]) == (
        "2026-27",
        8_400_000_000,
        7_500_000_000,
        900_000_000,
        0,
    )
    assert said["aligned_share"] == pytest.approx(75 / 84)
    assert said["memo_counted"] == 900_000_000
    assert said["grades"] == {"judged": 7_500_000_000}
    assert [period["total"] - period["memo_counted"] for period in said["periods"]] == [7_500_000_000, 7_000_000_000]
    for name in ("one.pdf", "two.pdf"):
        assert call("report", "--out", name).exit_code == 0
    assert (own_folder / "one.pdf").read_bytes() == (own_folder / "two.pdf").read_bytes()


def test_import_as_json_and_again() -> None:
    said = json.loads(call("import", "health.xlsx", "--json").stdout)
    assert [(row["body"], row["fiscal_year"], row["difference"]) for row in said["bodies"]] == [
        ("Department of Health and Care", "2026-27", 0),
        ("Department of Health and Care", "2025-26", 0),
    ]
    assert (said["control_totals"], said["control_totals_reconciled"], said["already_stored"]) == (4, 4, False)
    again = json.loads(call("import", "health.xlsx", "--json").stdout)
    assert (again["submission"], again["already_stored"]) == (said["submission"], True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \x00", "not a spreadsheet"),
        (RETURN[:700], "cut short"),
        (workbook(Notes=[["words"]]), "no table of amounts"),
        (b"PK" * 200_000, "limit"),
    ],
    ids=["empty", "pdf", "half", "words", "large"],
)
def test_bad_files_exit_with_2_and_one_sentence(own_folder: Path, data: bytes, said: str) -> None:
    (own_folder / "bad.xlsx").write_bytes(data)
    refused = call("import", "bad.xlsx")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert refused.stderr.startswith("Refused: ")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert call("run", "--mapping", "northmere-2026-sdg").exit_code == 2


def test_open_questions_exit_with_3_and_the_options_that_answer_them(own_folder: Path) -> None:
    (own_folder / "bare.xlsx").write_bytes(drawn("Line | Amount\nRoads | 50\nRail | 20\nBus | 5"))
    asked = call("import", "bare.xlsx")
    assert asked.exit_code == 3
    assert "--unit" in asked.stderr
    answers = ("--body", "Works", "--stage", "budget", "--unit", "thousands", "--year", "2026-27")
    settled = call("import", "bare.xlsx", *answers)
    assert settled.exit_code == 0, settled.stderr
    assert "75,000.00" in settled.output


def test_an_overlap_exits_with_3_until_it_is_settled(own_folder: Path) -> None:
    call("import", "health.xlsx")
    later = drawn("Department of Health and Care\nBudget £m\n\nLine | 2026-27\nWards | 80\nBeds | 31\nCare | 2")
    (own_folder / "later.xlsx").write_bytes(later)
    assert call("import", "later.xlsx").exit_code == 3
    assert call("import", "later.xlsx", "--replace").exit_code == 0
    said = json.loads(call("run", "--mapping", "northmere-2026-sdg", "--json").stdout)
    assert said["total"] == 11_300_000_000


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--mapping", "none"),
        ("run", "--mapping", "northmere-2026-sdg"),
        ("report", "--out", "x.pdf"),
        ("import", "nowhere.xlsx"),
        ("import", "health.xlsx", "--year", "soon"),
    ],
)
def test_words_that_cannot_be_followed_exit_with_2(words: tuple[str, ...]) -> None:
    told = call(*words)
    assert told.exit_code == 2
    assert told.stderr
    assert "Traceback" not in told.stderr


def test_frameworks_lists_what_is_bundled() -> None:
    said = json.loads(call("frameworks", "--json").stdout)
    counts = {f["code"]: (f["outcomes"], f["indicators"]) for f in said["frameworks"]}
    assert counts["scotland-npf-2018"] == (11, 81)
    assert counts["un-sdg-2015"][0] == 17
    assert "scottish-budget-2021-npf" in [m["name"] for m in said["mappings"]]
    assert "Sustainable Development Goals" in call("frameworks").output


def test_the_demonstration_loads_and_stays_as_it_is() -> None:
    assert call("demo").exit_code == 0
    assert call("demo", "--if-empty").output == ""
    assert call("report", "--out", "northmere.pdf", "--year", "2025-26").exit_code == 0


def test_a_wrong_setting_is_named(own_folder: Path) -> None:
    (own_folder / "config.toml").write_text("prot = 8000\n")
    for command in ("frameworks", "demo"):
        told = call(command)
        assert told.exit_code == 2
        assert "prot" in told.stderr


def test_the_scottish_budget_prints_a_line_for_each_portfolio(own_folder: Path, shared_data: Path) -> None:
    (own_folder / "config.toml").write_text('data_folder = "var"\n')
    imported = call("import", str(shared_data / "scottish-budget" / "budget-level4-2021-22.ods"))
    assert imported.exit_code == 0, imported.stderr
    assert "Social Security and Older People" in imported.output
    assert imported.output.count("53,719,550,000.00") == 2
    said = json.loads(call("run", "--mapping", "scottish-budget-2021-npf", "--json").stdout)
    assert (said["total"], said["memo"]) == (5_371_955_000_000, 89_108_500_000)
    assert said["aligned"] + said["unaligned"] == said["total"]
    assert said["aligned_share"] == pytest.approx(said["gross_aligned"] / said["gross"])
    assert said["gross"] + said["receipts"] == said["total"]
    assert said["aligned_share"] >= 0.97
    # General grants to councils alone rest on assumed shares; what specific grants are for is named.
    assert sum(said["grades"].values()) == said["aligned"]
    assert said["aligned_share_low"] < said["aligned_share"] <= said["aligned_share_high"]
    assert set(said["grades"]) == {"judged", "assumed"}


def test_a_run_is_seen_through_another_framework_and_by_level(own_folder: Path) -> None:
    assert call("import", "health.xlsx", "--level", "devolved").exit_code == 0
    run = ("run", "--mapping", "northmere-2026-sdg", "--json")
    said = json.loads(call(*run, "--lens", "uk-missions-2024", "--level", "devolved").stdout)
    assert (said["lens"], said["levels"]) == ("uk-missions-2024", ["devolved"])
    money = {each["code"]: each["amount"] for each in said["outcomes"] if each["amount"]}
    assert money == {"mission:health": 7_500_000_000}
    assert [(each["rule"], each["amount"]) for each in said["rules"]] == [
        ("hospitals", 7_500_000_000),
        ("", 900_000_000),
    ]
    assert all(each["why"] for each in said["rules"] if each["rule"])
    nowhere = call(*run, "--level", "local")
    assert nowhere.exit_code == 2
    assert "no body of that level" in nowhere.stderr
