"""The names of files that people send."""

from __future__ import annotations

import re


def plain_name(name: str) -> str:
    """The name of a file as it may be stored, shown and sent back: one line, without folders, of two hundred signs.

    >>> plain_name("a\\r\\nSet-Cookie: b.xlsx"), plain_name("C:\\\\budgets\\\\works.xlsx"), plain_name("/")
    ('a Set-Cookie: b.xlsx', 'works.xlsx', 'workbook')
    """
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(sign if sign.isprintable() else " " for sign in last)
    return " ".join(shown.split())[-200:] or "workbook"
