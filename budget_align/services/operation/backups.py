"""Backups: one file with all that an installation keeps, taken while it runs, and brought back into an empty one.

It holds no kept downloads and readings, which are made again, and neither sign-ins nor links to
choose a password by: what had ended by the time that a backup is brought back must not begin again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, Date, DateTime, Engine, LargeBinary, Table
from sqlmodel import SQLModel

from budget_align.config import Settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.record.trail import find_broken_event
from budget_align.store import snapshots

_LEFT_OUT: Final = frozenset({"keptdownload", "keptofdraft", "signin", "accountlink"})
_MANIFEST: Final = "manifest.json"
_KEY: Final = "session-key"
_BATCH: Final = 5_000
_LAST: Final = "last-backup"


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes:
        taken_at: when, in UTC.
        revision: of the tables.
        rows: by table.
        sums: what the lines of each return and the allocations of each run come to, and how many there are.
        last_event: the hash of the last event of the trail; empty where there is none.
        broken_event: the first event of the trail that did not follow from the one before it; None for a whole trail.
    """

    taken_at: str
    revision: str
    rows: dict[str, int]
    sums: dict[str, list[int]]
    last_event: str
    broken_event: int | None

    @property
    def row_count(self) -> int:
        """Rows in all."""
        return sum(self.rows.values())


def back_up(engine: Engine, settings: Settings, out: Path) -> Backup:
    """Writes a backup, as the database stands at one moment, whoever changes it meanwhile; only its owner can read it.

    Raises:
        RefusedError: the file cannot be written.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise RefusedError("no-folder", f"{out} cannot be written; name a file in a folder that is there.")
    handle, name = tempfile.mkstemp(prefix=f".{out.name}", dir=out.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            found = _write(engine, settings, file)
            file.flush()
            os.fsync(file.fileno())
        check(part)
        part.replace(out)
    except OSError as error:
        raise RefusedError(
            "no-space", f"{out} could not be written ({error.strerror}); nothing is left of it."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    (settings.data_folder / _LAST).write_text(found.taken_at)
    return found


def last_backup(settings: Settings) -> datetime | None:
    """When the last backup of this installation was taken; None where none was."""
    try:
        return datetime.fromisoformat((settings.data_folder / _LAST).read_text().strip())
    except (OSError, ValueError):
        return None


def check(path: Path) -> Backup:
    """Reads a backup through and makes sure that it is whole: each table is as it was written.

    Raises:
        RefusedError: it is no backup, or not whole.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        for name, said in manifest["tables"].items():
            digest = hashlib.sha256()
            rows = 0
            with archive.open(f"tables/{name}.jsonl") as lines:
                for line in lines:
                    digest.update(line)
                    rows += 1
            if (digest.hexdigest(), rows) != (said["sha256"], said["rows"]):
                raise _broken(f"the table {name} is not as it was written")
    return _described(manifest)


def restore(engine: Engine, settings: Settings, path: Path) -> Backup:
    """Brings a backup back into an installation that holds nothing, of either kind of database, in one transaction, and
    makes sure that what stands there then is what was backed up.

    Raises:
        RefusedError: the installation holds something, the backup is of a newer version, or what was brought back is
            not what it should be; nothing is stored then.
    """
    found = check(path)
    with _opened(path) as archive, engine.begin() as connection:
        snapshots.hold_alone(connection)
        manifest = _manifest(archive)
        if manifest["revision"] != snapshots.revision(connection):
            raise RefusedError(
                "other-version",
                f"The backup is of tables {manifest['revision']} (version {manifest['product']}); these are "
                f"{snapshots.revision(connection)}. Bring it back with that version, which the newer one then brings "
                "up to date.",
            )
        tables = _tables()
        for table in tables:
            if connection.execute(table.select().limit(1)).first() is not None:
                raise RefusedError("not-empty", "This installation holds something; a backup goes into an empty one.")
        for table in tables:
            if table.name in manifest["tables"]:
                columns = manifest["tables"][table.name]["columns"]
                with archive.open(f"tables/{table.name}.jsonl") as lines:
                    for rows in _batches(_rows(table, columns, lines)):
                        connection.execute(table.insert(), rows)
                snapshots.go_on_counting(connection, table)
        if snapshots.sums(connection) != found.sums:
            raise _broken("amounts do not come to what they came to")
        key = archive.read(_KEY).decode()
        if snapshots.last_event(connection) != found.last_event:
            raise _broken("the audit trail does not end as it ended")
        settings.keep_session_key(key)
    if find_broken_event(engine) != found.broken_event:
        raise _broken("the audit trail does not hold as it held; empty this database, and look for another backup")
    return found


def _write(engine: Engine, settings: Settings, file: IO[bytes]) -> Backup:
    said: dict[str, Any] = {"product": version("budget-align"), "tables": {}}
    said["broken_event"] = find_broken_event(engine)
    with (
        snapshots.at_one_moment(engine) as connection,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
    ):
        said["taken_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        said["revision"] = snapshots.revision(connection)
        for table in _tables():
            if table.name not in _LEFT_OUT:
                said["tables"][table.name] = _write_table(archive, connection, table)
        said["sums"] = snapshots.sums(connection)
        said["last_event"] = snapshots.last_event(connection)
        archive.writestr(_KEY, settings.session_key())
        archive.writestr(_MANIFEST, json.dumps(said, indent=1))
    return _described(said)


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    with archive.open(zipfile.ZipInfo(f"tables/{table.name}.jsonl"), "w", force_zip64=True) as out:
        for row in snapshots.rows(connection, table, _BATCH):
            line = json.dumps([_plain(value) for value in row], ensure_ascii=True).encode() + b"\n"
            digest.update(line)
            out.write(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest(), "columns": [column.name for column in table.columns]}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        # SQLite hands times back without their zone; all are UTC.
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _rows(table: Table, columns: list[str], lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    kinds = {name: table.columns[name].type for name in columns}
    for line in lines:
        yield {name: _meant(value, kinds[name]) for name, value in zip(columns, json.loads(line), strict=True)}


def _meant(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _tables() -> list[Table]:
    return list(SQLModel.metadata.sorted_tables)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise _broken(f"{path} cannot be read") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    return found


def _described(said: dict[str, Any]) -> Backup:
    rows = {name: int(each["rows"]) for name, each in said["tables"].items()}
    return Backup(said["taken_at"], said["revision"], rows, said["sums"], said["last_event"], said["broken_event"])


def _broken(why: str) -> RefusedError:
    return RefusedError("broken-backup", f"The backup is not whole: {why}.")
