"""How people who did something are named to those who do not work with them."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"(?<![^\s@,;<>()])[^\s@,;<>()]{1,254}@[^\s@,;<>()]{1,254}")

SOMEBODY: Final = "a member of staff"


def without_addresses(text: str) -> str:
    """A text in which nobody is named by their address, which is what they sign in by.

    >>> without_addresses("version 2, approved by ana@example.org")
    'version 2, approved by a member of staff'
    """
    return _ADDRESS.sub(SOMEBODY, text)
