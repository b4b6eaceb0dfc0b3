"""What the container file does, done in a bare folder; and that what it and its neighbours say is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from budget_align.config import Settings
from tests.conftest import ROOT
from tests.running import Service

FILES = ROOT / "docs" / "operating"


def test_the_service_runs_from_its_wheel_and_writes_nowhere_but_in_its_folder(tmp_path: Path, wheel: Path) -> None:
    installed, volume = tmp_path / "installed", tmp_path / "volume"
    volume.mkdir(mode=0o700)
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": ROOT}
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--disable-pip-version-check", "--target", str(installed), str(wheel)], **quiet)  # type: ignore[call-overload]
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    service = Service(
        volume,
        {
            "PYTHONPATH": str(installed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/nonexistent",
            "TMPDIR": str(volume),
            "XDG_CACHE_HOME": str(volume / "cache"),
            "BUDGET_ALIGN_CONFIG": str(ROOT / "config.toml"),
            "BUDGET_ALIGN_DATA_FOLDER": str(volume),
            "BUDGET_ALIGN_PRODUCTION": "true",
            "BUDGET_ALIGN_PROXIES": "1",
            "BUDGET_ALIGN_HOSTS": "budget.example.org",
            "BUDGET_ALIGN_MAX_MEMORY_MB": "600",
        },
    )
    service.start()
    try:
        visitor = service.visitor()
        page = visitor.get("/sign-in")
        assert page.status == 200
        (style,) = set(re.findall(r'href="(/static/build/[^"]+\.css[^"]*)"', page.text))
        assert visitor.get(style).status == 200
        assert visitor.get("/readyz").status == 200
    finally:
        code = service.end()
    assert code == 0
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before
    assert (volume / "session-key").stat().st_mode & 0o077 == 0


def test_every_setting_that_they_name_is_one() -> None:
    known = {f"BUDGET_ALIGN_{name.upper()}" for name in Settings.model_fields}
    known |= {"BUDGET_ALIGN_CONFIG", "BUDGET_ALIGN_NAME"}
    for file in FILES.iterdir():
        named = set(re.findall(r"\bBUDGET_ALIGN_[A-Z_]+", file.read_text()))
        assert named <= known, file.name
    container = (FILES / "Containerfile").read_text()
    assert "USER nobody" in container
    assert re.findall(r"^VOLUME .*", container, re.M) == ["VOLUME /var/lib/budget-align"]
    system = subprocess.run(["sh", "-c", "grep -o 'lib[a-z0-9.-]*' .ci/system-packages"], cwd=ROOT, capture_output=True)
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in container
        assert package in system.stdout.decode()


def test_what_is_counted_is_what_the_docs_name() -> None:
    from budget_align import metering

    told = set(re.findall(r"`(budget_align_[a-z_]+)`", (ROOT / "docs" / "operating.md").read_text()))
    metrics = (metering.REQUESTS, metering.REFUSALS, metering.READINGS, metering.MADE, metering.QUEUE)
    names = {sample.name for metric in metrics for sample in metric.collect()}
    assert {name.removesuffix("_total") for name in told} == names


def test_every_test_that_the_docs_name_is_there() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    tests += "\n".join(f"def {path.stem}(" for path in (ROOT / "tests").rglob("test_*.py"))
    for page in ("asvs.md", "operating.md"):
        named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / page).read_text()))
        assert [name for name in sorted(named) if f"def {name}(" not in tests] == [], page
