"""How the tests are found and handed out; what they share is in `tests.shared`."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# What is loaded until tests begin stays: nothing is looked for that nobody needs any more.
gc.disable()

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run the benchmarks, which print ratios")


def pytest_configure(config: pytest.Config) -> None:
    """Loads what the tests share; the process that only hands them out to others does without, and begins sooner."""
    if hasattr(config, "workerinput") or config.getoption("dist") == "no":
        config.pluginmanager.import_plugin("tests.shared")


class OneProcessEach(LoadScopeScheduling):
    """Tests of one module go to one process, so that what a module works out is worked out once; so do all that open
    the browser, which takes long to start, and all that read the real workbooks, which they share.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return next((each for each in ("tests/browser", "tests/corpus") if module.startswith(each)), module)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneProcessEach:
    return OneProcessEach(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if "benchmarks" in collection_path.parts and not config.getoption("--benchmarks") else None


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it again and again for what nobody needs any more takes
    a twentieth of all the time there is.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
