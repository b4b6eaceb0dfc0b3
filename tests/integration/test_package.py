"""The product as a wheel, installed where nothing of the tree is: it starts in an empty folder and is styled."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.workbooks import drawn

RETURN = drawn("Department of Works\nBudget, £ million\n\nProgramme | 2026-27\nRoads | 70\nRail | 30\nTotal | 100")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The programs of a virtual environment with the wheel in it, and beside it the packages that it needs."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    programs = folder / "venv" / "bin"
    install = [*pip, "--python", str(programs / "python"), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = (folder / "venv").glob("lib/*/site-packages")
    # A path within a path file is no place of path files: the tree, which the tests' own environment points to, is not
    # found by way of it.
    (packages / "needed.pth").write_text(f"{Path(pytest.__file__).parent.parent}\n")
    return programs


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a new person's shell knows, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    kept = {name: said for name, said in os.environ.items() if not name.startswith(("PYTHON", "BUDGET_ALIGN", "DATA"))}
    return {**kept, "XDG_DATA_HOME": str(tmp_path / "usual")}


def test_nothing_is_installed_beside_the_product_and_its_rooms_are_found(
    installed: Path, environment: dict[str, str]
) -> None:
    code = (
        "import importlib.util as u, budget_align.importers.readings.reader as r, budget_align.reports as p;"
        "print(u.find_spec('importers'), u.find_spec('reports'), r.read_workbook.__module__)"
    )
    said = subprocess.run([installed / "python", "-c", code], env=environment, capture_output=True, text=True)
    (room,) = (installed.parent).glob("lib/*/site-packages/budget_align")
    by_old_name = re.compile(r"""["'](importers|reports)["'/]""")
    assert [path.name for path in room.rglob("*.py") if by_old_name.search(path.read_text())] == []
    assert said.stdout.split() == ["None", "None", "budget_align.importers.readings.reader"], said.stderr


def test_a_workbook_is_read_and_kept_where_the_platform_keeps_data(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "works.xlsx").write_bytes(RETURN)
    command = [installed / "budget-align", "import", "works.xlsx"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "100,000,000.00" in said.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["usual", "works.xlsx"]
    assert (tmp_path / "usual" / "budget-align" / "var" / "budget-align.db").is_file()


def test_the_service_starts_in_an_empty_folder_and_its_first_page_is_styled(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [installed / "budget-align", "serve", "--port", str(port), "--data", "kept"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as service,
    ):
        try:
            page = _ask(f"http://127.0.0.1:{port}/", service)
            assert "Budget Align" in page
            sheets = re.findall(r'<link[^>]+href="(/static/[^"]+\.css[^"]*)"', page)
            assert sheets
            styles = _ask(f"http://127.0.0.1:{port}{sheets[0]}", service)
            classes = {name for said in re.findall(r'class="([^"]+)"', page) for name in said.split()}
            styled = {name for name in classes if f".{name}" in styles}
            assert {"govuk-template", "govuk-link"} <= styled
        finally:
            service.terminate()
    assert (tmp_path / "kept" / "budget-align.db").is_file(), (tmp_path / "log").read_text()


def _ask(address: str, service: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return str(answer.read().decode())
        except URLError:
            assert service.poll() is None, "the service ended"
            assert time.monotonic() < until, "the service does not answer"
            time.sleep(0.1)
