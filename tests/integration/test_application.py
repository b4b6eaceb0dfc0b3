"""Making the application: of what it is made, and what it leaves alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event

from budget_align.config import Settings
from budget_align.web.app import create_app


def test_making_the_application_asks_nothing_of_the_database_and_writes_nothing(
    northmere: Engine, settings: Settings
) -> None:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(northmere, "before_cursor_execute", note)
    app = create_app(settings, northmere)
    assert said == []
    assert app.test_client().get("/healthz").status_code == 200
