"""Returns that are there, for tests that are about something else than how workbooks are read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

import pandas as pd
from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.returns.budget_line import SCHEMA, check_lines
from budget_align.services.governments.governments import keep_terms
from budget_align.services.record import auditing
from budget_align.services.record.changing import change
from budget_align.services.returns.confirming import hash_lines
from budget_align.store import bulk, return_queries
from budget_align.store.tables import BudgetLine, SourceFile, Submission


def put_return(
    engine: Engine, body: str, amounts: Mapping[str, int], *, by: str, government: str = "Ours", year: int = 2026
) -> int:
    """A body's return of its budget, by programme in minor units, in place of the one that it has; gives its number."""
    name = f"{body} {sorted(amounts.items())}.xlsx"
    file_hash = hashlib.sha256(f"{government} {name} {year}".encode()).hexdigest()
    rows = [
        dict.fromkeys(SCHEMA, "")
        | {"line_id": f"{file_hash[:8]}-{number}", "body": body, "programme": programme, "flow": "expenditure"}
        | {"stage": "budget", "version": "original", "fiscal_year": year, "amount": amount, "memo": False}
        | {"sheet": "Lines", "row": number, "cell": f"B{number}", "file_hash": file_hash, "extra": "{}"}
        for number, (programme, amount) in enumerate(amounts.items(), 1)
    ]
    lines = check_lines(pd.DataFrame(rows).astype(SCHEMA))
    with change(engine, "returns", government) as session:
        keep_terms(session, government, Settings())
        for old in return_queries.submissions(session, government, "submitted"):
            if old.file_name.startswith(f"{body} "):
                old.status = "superseded"
        if session.get(SourceFile, file_hash) is None:
            session.add(SourceFile(file_hash=file_hash, content=b""))
        session.flush()
        row = Submission(
            government=government,
            status="submitted",
            file_hash=file_hash,
            file_name=name,
            reading="{}",
            lines_hash=hash_lines(lines),
            line_count=len(lines),
            confirmed_by=by,
            confirmed_at=datetime.now(UTC).replace(microsecond=0),
        )
        session.add(row)
        session.flush()
        bulk.add_frame(session, BudgetLine, lines.assign(submission_id=row.id))
        auditing.record(session, by, "reading confirmed", f"submission {row.id}", {})
        return cast(int, row.id)
