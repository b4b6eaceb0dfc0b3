"""What was made for download."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from budget_align.store.tables.columns import time


class KeptDownload(SQLModel, table=True):
    """A report or workbook that was made for whoever downloads it. `key` is the hash of all that it says, so that it is
    made once; one that is dropped is made again."""

    key: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=20)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=time())
