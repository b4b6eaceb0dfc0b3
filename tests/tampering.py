"""What somebody does who holds the database itself and wants the record to say something else."""

from __future__ import annotations

from sqlalchemy import Engine, text


def tamper(engine: Engine, *statements: str) -> None:
    """Runs statements on the record past all that keeps it append-only, which stands again afterwards."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(text(statement))
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
