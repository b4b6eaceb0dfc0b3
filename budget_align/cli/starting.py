"""Begins a command that works with the database."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from budget_align.config import Settings, load_settings
from budget_align.services.governments.database import connect


def start() -> tuple[Settings, Engine]:
    """The settings, and the database, which is let go when the command ends."""
    settings = load_settings()
    engine = connect(settings)
    click.get_current_context().call_on_close(engine.dispose)
    return settings, engine
