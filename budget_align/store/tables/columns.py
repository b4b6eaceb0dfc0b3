"""Columns and indexes as many tables have them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy
from sqlalchemy import BigInteger, Column, DateTime, Index, Text


def text() -> Column[str]:
    """A text of any length."""
    return Column(Text, nullable=False)


def amount() -> Column[int]:
    """Whole minor units of a currency."""
    return Column(BigInteger, nullable=False)


def time() -> Column[datetime]:
    """A moment, with its zone."""
    return Column(DateTime(timezone=True), nullable=False)


def only_one(name: str, columns: tuple[str, ...], where: str) -> Index:
    """An index by which no two rows say the same, among those that a condition names. Where a database held such rows
    before, from the time when nothing kept them apart, its migration leaves those out.
    """
    condition = sqlalchemy.text(where) if where else None
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)
