"""Builds what a wheel needs beside the code as it stands: page styles, default settings, and rooms under one name.

In the tree, `importers` and `reports` stand beside `budget_align`. Another distribution may well bring a package of
such a name, so in a wheel they stand within `budget_align`, and every mention of their modules is written so; nothing
of ours is installed outside of it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOMS = ("importers", "reports")
PACKAGE = "budget_align"
WEB = Path(PACKAGE, "web")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "styles", "*.mjs", "package*.json")


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook needs no settings of its own, and hatchling names no type for none
    """Makes the folder that goes into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fills the wheel; an editable install takes the tree as it is."""
        if version == "editable":
            return
        root = Path(self.root)
        build_styles(root / WEB)
        self._made = tempfile.TemporaryDirectory()
        made = Path(self._made.name, PACKAGE)
        shutil.copytree(root / PACKAGE, made, ignore=LEFT_OUT)
        for room in ROOMS:
            shutil.copytree(root / room, made / room, ignore=LEFT_OUT)
        shutil.copy(root / "config.toml", made)
        renamed = renaming(root)
        for path in made.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            path.write_text(renamed(text), encoding="utf-8")
        build_data["force_include"][str(made)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Takes the made folder away."""
        if version != "editable":
            self._made.cleanup()


def build_styles(web: Path) -> None:
    """Compiles the page styles where they are not there, or older than what they are made of."""
    made = web / "static" / "build" / "app.css"
    sources = [*web.glob("styles/*"), web / "build-assets.mjs", web / "package-lock.json"]
    if made.exists() and made.stat().st_mtime >= max(path.stat().st_mtime for path in sources if path.exists()):
        return
    if shutil.which("npm") is None:
        raise SystemExit("The page styles are built with Node.js and npm; install them, or run make first.")
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=web, check=True)
    subprocess.run(["node", "build-assets.mjs"], cwd=web, check=True)


def renaming(root: Path) -> Any:
    """What writes each mention of a room's module by its name in the wheel."""
    modules = {room: "|".join(sorted(path.stem for path in (root / room).iterdir())) for room in ROOMS}
    mentions = [rf"(?<![\w./])({room})(?=\.(?:{names})\b)" for room, names in modules.items()]
    mentions += [rf"(?<=from )({'|'.join(ROOMS)})(?= import )", rf"(?<=import )({'|'.join(ROOMS)})(?=\s)"]
    pattern = re.compile("|".join(mentions))
    return lambda text: pattern.sub(lambda found: f"{PACKAGE}.{found[0]}", text)
