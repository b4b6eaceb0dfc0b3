"""What services ask of what was made for download. The caller holds the session and its transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from budget_align.store.tables import KeptDownload


def drop_old_downloads(session: Session, before: datetime, most: int) -> None:
    """Drops what was made for download before a time, and the oldest of what is more than so many."""
    newest = select(col(KeptDownload.key)).order_by(col(KeptDownload.made_at).desc()).limit(most)
    old = or_(col(KeptDownload.made_at) < before, col(KeptDownload.key).not_in(newest))
    session.execute(delete(KeptDownload).where(old))
