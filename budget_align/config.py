"""Settings: config.toml, and environment variables that go before it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from budget_align.core.people.marking import USUAL, Marking
from budget_align.core.people.policy import ROLES
from budget_align.core.values.fiscal_year import FiscalCalendar
from budget_align.core.values.money import DEFAULT_LOCALE, Currency, check_locale
from budget_align.core.values.prices import Deflator
from budget_align.core.values.refusal import RefusedError

_BROUGHT: Final = Path(__file__).resolve().parent / "config.toml"
"""The settings that a wheel brings; in the tree they stand at the root."""

_TREE: Final = Path(__file__).resolve().parent.parent


class ProvidedRole(BaseModel):
    """A role that people hold of whom a provider claims something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    role: str
    government: str = ""
    body: str = ""

    @field_validator("role")
    @classmethod
    def _is_a_role(cls, name: str) -> str:
        if name not in ROLES:
            raise ValueError(f"there is no role {name!r}; the roles are {', '.join(ROLES)}")
        return name


def _as_it_is(secret: SecretStr) -> str:
    return secret.get_secret_value()


Secret = Annotated[SecretStr, PlainSerializer(_as_it_is, when_used="json")]
"""What no log shows; the processes of one service hand it on to one another as it is."""


class Provider(BaseModel):
    """Where people sign in by OpenID Connect; config.toml explains each setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)]
    issuer: Annotated[str, Field(pattern=r"^https?://")]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Secret = SecretStr("")
    scope: str = "openid email profile"
    roles_claim: str = "groups"
    roles: tuple[ProvidedRole, ...] = ()

    def secret(self) -> str:
        """What the service shows the provider that it is itself; an environment variable goes before the file."""
        return os.environ.get("BUDGET_ALIGN_PROVIDER_SECRET", "") or self.client_secret.get_secret_value()


class Mail(BaseModel):
    """By which server people are reminded, and where its links lead; config.toml explains each setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Secret = SecretStr("")
    sender: Annotated[str, Field(pattern=r"^[^@\r\n]+@[^@\s]+$")]
    address: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]

    def secret(self) -> str:
        """The server's password; an environment variable goes before the file."""
        return os.environ.get("BUDGET_ALIGN_MAIL_PASSWORD", "") or self.password.get_secret_value()


class Settings(BaseModel):
    """What an installation settles for itself; config.toml explains each setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    production: bool = False
    database_url: str = ""
    database_connections: Annotated[int, Field(ge=2, le=200)] = 24
    statement_seconds: Annotated[int, Field(ge=1)] = 120
    data_folder: Path = Path("var")
    government: Annotated[str, Field(min_length=1, max_length=120)] = "Our government"
    currency: str = "GBP"
    fiscal_year_starts: int = 4
    fiscal_year_style: str = ""
    locale: str = DEFAULT_LOCALE
    public_reading: bool = False
    public_page: bool = False
    public_ballots: bool = False
    ballots_per_hour: Annotated[int, Field(gt=0)] = 10
    ballots_per_minute: Annotated[int, Field(gt=0)] = 300
    proxies: Annotated[int, Field(ge=0, le=5)] = 0
    hosts: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    log_format: Literal["text", "json"] = "text"
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    metrics_host: str = "127.0.0.1"
    max_file_mb: Annotated[float, Field(gt=0)] = 50
    max_unpacked_mb: Annotated[float, Field(gt=0)] = 1000
    max_ratio: Annotated[int, Field(gt=0)] = 300
    max_sheets: Annotated[int, Field(gt=0)] = 300
    max_rows: Annotated[int, Field(gt=0)] = 1_100_000
    max_columns: Annotated[int, Field(gt=0)] = 4_000
    max_cells_in_sheet: Annotated[int, Field(gt=0)] = 30_000_000
    max_texts: Annotated[int, Field(gt=0)] = 3_000_000
    max_cell_length: Annotated[int, Field(gt=0)] = 32_767
    max_seconds: Annotated[int, Field(gt=0)] = 300
    max_memory_mb: Annotated[int, Field(gt=0)] = 6_000
    embedding_model: Path | None = None
    population_indicator: Annotated[str, Field(min_length=1, max_length=64)] = "population"
    deflator: Deflator | None = None
    provider: Provider | None = None
    mail: Mail | None = None
    markings: tuple[Marking, ...] = USUAL

    @field_validator("embedding_model", mode="before")
    @classmethod
    def _may_be_empty(cls, folder: Any) -> Any:
        return folder or None

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, code: str) -> str:
        with _refused_here():
            return Currency(code.strip().upper()).code

    @field_validator("locale")
    @classmethod
    def _is_a_locale(cls, name: str) -> str:
        with _refused_here():
            return check_locale(name)

    @field_validator("fiscal_year_starts")
    @classmethod
    def _is_a_month(cls, month: int) -> int:
        with _refused_here():
            return FiscalCalendar.of_month(month).starts

    @model_validator(mode="after")
    def _years_can_be_written(self) -> Self:
        with _refused_here("fiscal_year_style: "):
            FiscalCalendar.of_month(self.fiscal_year_starts, self.fiscal_year_style)
        return self

    @property
    def database(self) -> str:
        """The database's address, the default one in the data folder included."""
        return self.database_url or f"sqlite:///{self.data_folder / 'budget-align.db'}"

    def session_key(self) -> str:
        """The key that signs sessions, made once and kept in the data folder for its owner's eyes only."""
        path = self.session_key_file
        if not path.exists():
            # A command that needs no key does not wait for what makes one to be loaded.
            import secrets

            self.keep_session_key(secrets.token_urlsafe(32))
        return path.read_text()

    @property
    def session_key_file(self) -> Path:
        """Where the key that signs sessions is kept."""
        return self.data_folder / "session-key"

    def keep_session_key(self, key: str) -> None:
        """Keeps a key that signs sessions where there is none. It stands there whole or not at all, so that processes
        which start together take the same.
        """
        self.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        import tempfile

        handle, part = tempfile.mkstemp(dir=self.data_folder)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(key)
            with suppress(FileExistsError):
                os.link(part, self.session_key_file)
        finally:
            os.unlink(part)


@contextmanager
def _refused_here(where: str = "") -> Iterator[None]:
    """Lets a refusal of the core be told under the name of the setting."""
    try:
        yield
    except RefusedError as refusal:
        raise ValueError(f"{where}{refusal.message.rstrip('.')}") from refusal


def load_settings(path: Path | None = None) -> Settings:
    """The settings in force.

    Args:
        path: the file; without one, that of BUDGET_ALIGN_CONFIG, else config.toml in this folder, else the project's
            own, or the one that the installed package brings.

    Raises:
        RefusedError: the file is not there, is no TOML, or holds an unknown or unfit setting.
    """
    file = path or _find_file()
    facts: dict[str, Any] = {}
    if file is not None:
        try:
            facts = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise RefusedError("bad-config", f"{file} cannot be read; check BUDGET_ALIGN_CONFIG.") from error
        except tomllib.TOMLDecodeError as error:
            raise RefusedError("bad-config", f"{file} is no TOML: {error}.") from error
    for name in Settings.model_fields:
        given = os.environ.get(f"BUDGET_ALIGN_{name.upper()}")
        if given is not None:
            facts[name] = given
    if isinstance(facts.get("hosts"), str):
        facts["hosts"] = facts["hosts"].split()
    if os.environ.get("DATABASE_URL"):
        facts["database_url"] = os.environ["DATABASE_URL"]
    elif os.environ.get("DATABASE_URL_FILE"):
        facts["database_url"] = _read_secret(Path(os.environ["DATABASE_URL_FILE"]))
    try:
        settings = Settings.model_validate(facts)
    except ValidationError as error:
        # Frameworks take their time to load, and settings that are right need none of them.
        from budget_align.core.frameworks.framework import first_problem

        raise RefusedError("bad-config", f"{file or 'settings'}: {first_problem(error)}") from error
    base = file.parent if file is not None else Path.cwd()
    data = base if file != _BROUGHT else _usual_data_folder()
    model = settings.embedding_model
    resolved = {
        "data_folder": (data / settings.data_folder).resolve(),
        "embedding_model": (base / model).resolve() if model is not None else None,
    }
    return settings.model_copy(update=resolved)


def _usual_data_folder() -> Path:
    """Where data is kept by settings that an installed package brings: no data belongs beside these."""
    from platformdirs import user_data_path

    return user_data_path("budget-align")


def secret_files() -> Iterator[Path]:
    """The files from which secrets are read: the one that holds the database's address, and that of the settings where
    a password stands in it.
    """
    if os.environ.get("DATABASE_URL_FILE") and not os.environ.get("DATABASE_URL"):
        yield Path(os.environ["DATABASE_URL_FILE"])
    file = _find_file()
    try:
        facts = tomllib.loads(file.read_text(encoding="utf-8")) if file is not None else {}
    except (OSError, tomllib.TOMLDecodeError):
        return
    address = str(facts.get("database_url", ""))
    in_address = "@" in address and ":" in address.partition("://")[2].rpartition("@")[0]
    if file and (in_address or _says(facts, "provider", "client_secret") or _says(facts, "mail", "password")):
        yield file


def _says(facts: dict[str, Any], part: str, name: str) -> bool:
    about = facts.get(part)
    return isinstance(about, dict) and bool(about.get(name))


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError("bad-config", f"{path} cannot be read; check DATABASE_URL_FILE.") from error


def _find_file() -> Path | None:
    named = os.environ.get("BUDGET_ALIGN_CONFIG")
    if named:
        return Path(named)
    for file in (Path.cwd() / "config.toml", _BROUGHT, _TREE / "config.toml"):
        if file.is_file():
            return file
    return None
