"""A framework from whichever file a person sends: a workbook, or a TOML file."""

from __future__ import annotations

import re
import tomllib
from typing import Final

from budget_align.core.frameworks.framework import parse_framework
from budget_align.core.values.refusal import RefusedError
from importers.files.limits import Limits
from importers.forms.framework_workbook import FrameworkReading, read_framework_workbook

_TOML_AT_MOST: Final = 2_000_000
"""Bytes of a TOML file, many times those of the largest framework that comes with the product."""

_DOTS_AT_MOST: Final = 16
"""Dots of one key, many times those of any that a framework has: a table in a table takes the parser time by the square
of how deep they stand.
"""

_OUTCOMES_AT_MOST: Final = 2_000
"""Outcomes of one framework: every page reads all of them."""

_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"""|\Z)|'
    r"'''(?:[^']|'(?!''))*(?:'''|\Z)|"
    r'"(?:[^"\\\n]|\\.)*"?|'
    r"'[^'\n]*'?|#[^\n]*",
    re.DOTALL,
)
"""Texts and remarks, whose dots are nobody's keys."""

_BETWEEN_KEYS = re.compile(r"[=,\n\[\]{}]")


def read_framework_file(data: bytes, file_name: str, *, limits: Limits) -> FrameworkReading:
    """The framework of a file; one whose name ends in .toml is TOML, any other a workbook.

    Raises:
        RefusedError: the file is too large, cannot be read, or its framework does not hold together.
    """
    if file_name.casefold().endswith(".toml"):
        reading = FrameworkReading(parse_framework(_read_toml(data, file_name, limits), file_name), ())
    else:
        reading = read_framework_workbook(data, file_name, limits=limits)
    count = len(reading.framework.outcome_names()) if reading.framework is not None else 0
    if count > _OUTCOMES_AT_MOST:
        raise RefusedError(
            "too-large",
            f"{file_name} has {count:,} outcomes, and nobody can follow more than {_OUTCOMES_AT_MOST:,} of them; leave "
            "out what is an indicator or an action.",
        )
    return reading


def _read_toml(data: bytes, file_name: str, limits: Limits) -> dict[str, object]:
    if len(data) > min(_TOML_AT_MOST, limits.bytes):
        raise RefusedError("too-large", f"{file_name} is too large for a framework.")
    try:
        said = data.decode("utf-8-sig")
        if any(key.count(".") > _DOTS_AT_MOST for key in _BETWEEN_KEYS.split(_TEXT.sub("", said))):
            raise RefusedError("bad-framework", f"{file_name} has a key of more parts than any framework has.")
        return tomllib.loads(said)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise RefusedError("bad-framework", f"{file_name} is no TOML: {error}.") from error
    except ValueError as error:
        raise RefusedError("bad-framework", f"{file_name} holds a number of more digits than any has.") from error
