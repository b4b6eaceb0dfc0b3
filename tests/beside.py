"""The real workbooks beside the project: a test that finds none of them at all is skipped, and says so; where only its
own are missing it fails, and passes no test by trying nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def beside(*names: str) -> Path:
    """A file or a folder of ../shared."""
    if not SHARED.is_dir():
        pytest.skip("needs the real workbooks beside the project, in ../shared")
    path = SHARED.joinpath(*names)
    assert path.exists(), f"../shared is there, without {'/'.join(names)}"
    return path


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder, one at least."""
    found = sorted(folder.glob(pattern))
    assert found, f"{folder} holds no {pattern}"
    return found


@cache
def content(path: Path) -> bytes:
    """The bytes of a file that several tests read."""
    return path.read_bytes()
