"""The one place that reads the environment. Without any setting, Datatrail runs embedded."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from interfaces.data_directory import DataDirectory

PREFIX = "DATATRAIL_"
_FILE = ".env"
_DAY = 86_400.0
_POSTGRESQL = ("postgresql", "postgres")
_NAME_IN_FILE = re.compile(rf"^\s*(?:export\s+)?({PREFIX}\w+)\s*=", re.MULTILINE | re.IGNORECASE)


class Settings(BaseSettings):
    """Settings by environment variable ``DATATRAIL_<NAME>`` or from a file ``.env``.

    Without `database_url`, a private PostgreSQL runs under `home`, and a key to sign with is made
    there; without `amqp_url`, jobs stay in this process; without `s3_bucket`, files are kept
    under `home`, and so are the keys of subjects without `keys_bucket`; without `model_base_url`,
    the built-in planner works.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        allow_inf_nan=False,
    )

    home: Path = Field(
        default=Path("~/.local/share/datatrail"), description="where the embedded parts keep data"
    )

    database_url: SecretStr | None = Field(
        default=None, description="postgresql+psycopg:// URL of the service's own role"
    )
    migration_url: SecretStr | None = Field(
        default=None,
        description="the same database for its owner; needed by `migrate` and `archive` only",
    )
    service_password: SecretStr | None = Field(
        default=None, description="given to the role datatrail_service by `migrate`"
    )

    database_connections: int = Field(
        default=15,
        ge=1,
        description="at most so many connections per process, and a few for appends and waiting",
    )

    amqp_url: SecretStr | None = Field(default=None, description="amqp:// URL of RabbitMQ")
    amqp_queue: str = Field(
        default="datatrail.sessions", description="keeps services apart that share a broker"
    )

    s3_bucket: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_allow_http: bool = False

    keys_bucket: str | None = Field(
        default=None, description="a bucket for the keys of subjects alone, without old versions"
    )
    keys_endpoint: str | None = Field(default=None, description="where it is not s3_endpoint")
    keys_region: str | None = Field(default=None, description="where it is not s3_region")
    keys_access_key: SecretStr | None = Field(
        default=None, description="where it is not s3_access_key"
    )
    keys_secret_key: SecretStr | None = Field(
        default=None, description="where it is not s3_secret_key"
    )

    signing_key: SecretStr | None = Field(
        default=None, description="signs checkpoints of the log: 32 bytes in base64"
    )
    log_origin: str = Field(
        default="datatrail", description="names this log, and its key, in its checkpoints"
    )

    model_base_url: str | None = Field(
        default=None, description="an OpenAI-compatible endpoint, ending in /v1"
    )
    model_api_key: SecretStr | None = None
    model_name: str | None = None
    model_timeout_seconds: float = Field(default=60.0, gt=0, le=_DAY)
    model_input_price: float | None = Field(
        default=None, ge=0, description="of a million tokens sent; with that of the reply's"
    )
    model_output_price: float | None = Field(default=None, ge=0)

    budget_turn_calls: int | None = Field(
        default=60, ge=1, description="replies of a model, as for sessions and owners"
    )
    budget_turn_tokens: int | None = Field(default=1_000_000, ge=1)
    budget_turn_cost: float | None = Field(
        default=None, gt=0, description="in the currency of the prices, which it needs"
    )
    budget_turn_seconds: float | None = Field(
        default=600.0, gt=0, description="of waiting for a model, all questions together"
    )
    budget_session_calls: int | None = Field(default=None, ge=1)
    budget_session_tokens: int | None = Field(default=10_000_000, ge=1)
    budget_session_cost: float | None = Field(default=None, gt=0)
    budget_owner_calls: int | None = Field(
        default=None, ge=1, description="an owner's sessions together, within any 24 hours"
    )
    budget_owner_tokens: int | None = Field(default=20_000_000, ge=1)
    budget_owner_cost: float | None = Field(default=None, gt=0)

    admin_token: SecretStr | None = Field(
        default=None, description="lets its bearer administer over HTTP"
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    max_upload_bytes: int = Field(default=512 * 1024 * 1024, gt=0)
    worker_threads: int = Field(default=2, ge=1, le=64)
    lease_seconds: float = Field(default=30.0, gt=0, le=_DAY)
    jail_memory_mb: int = Field(default=4096, ge=512)
    jail_wall_seconds: int = Field(default=60, ge=1)
    jails_waiting: int = Field(
        default=2, ge=0, le=64, description="how many a worker keeps ready, about 130 MB each"
    )

    log_level: str = "INFO"
    log_json: bool = False

    @field_validator("database_url", "migration_url", "amqp_url")
    @classmethod
    def _url(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Refused here, where the message is ours: a library's would quote parts of a password."""
        if secret is None:
            return None
        if not _is_url(secret.get_secret_value()):
            raise ValueError(
                "not a URL like scheme://user:password@host:port/name; in a password, write "
                "@ as %40, / as %2F, : as %3A, # as %23 and ? as %3F"
            )
        # Of postgresql+psycopg, the driver is ours to choose.
        scheme = urlsplit(secret.get_secret_value()).scheme.partition("+")[0]
        schemes = ("amqp", "amqps") if info.field_name == "amqp_url" else _POSTGRESQL
        if scheme not in schemes:
            raise ValueError(f"it begins with {scheme}://, and has to begin with {schemes[0]}://")
        return secret

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Settings that only make sense together come together."""
        if self.s3_bucket and not (self.s3_access_key and self.s3_secret_key):
            raise ValueError(
                "DATATRAIL_S3_BUCKET needs DATATRAIL_S3_ACCESS_KEY and DATATRAIL_S3_SECRET_KEY"
            )
        self._keys_complete()
        if self.model_base_url and not self.model_name:
            raise ValueError("DATATRAIL_MODEL_BASE_URL needs DATATRAIL_MODEL_NAME")
        self._priced()
        if self.migration_url and not self.database_url:
            raise ValueError(
                "DATATRAIL_MIGRATION_URL needs DATATRAIL_DATABASE_URL: the same database for the "
                "service's own role"
            )
        if self.amqp_url and not self.database_url:
            raise ValueError(
                "DATATRAIL_AMQP_URL needs DATATRAIL_DATABASE_URL: processes that share a broker "
                "share a database"
            )
        return self

    def _priced(self) -> None:
        prices = self.model_input_price, self.model_output_price
        if (prices[0] is None) != (prices[1] is None):
            raise ValueError(
                "DATATRAIL_MODEL_INPUT_PRICE and DATATRAIL_MODEL_OUTPUT_PRICE come together"
            )
        limits = self.budget_turn_cost, self.budget_session_cost, self.budget_owner_cost
        if prices[0] is None and any(limit is not None for limit in limits):
            raise ValueError(
                "DATATRAIL_BUDGET_TURN_COST and its like need DATATRAIL_MODEL_INPUT_PRICE and "
                "DATATRAIL_MODEL_OUTPUT_PRICE"
            )

    def _keys_complete(self) -> None:
        if self.s3_bucket and not self.keys_bucket:
            raise ValueError(
                "DATATRAIL_S3_BUCKET needs DATATRAIL_KEYS_BUCKET: processes that share files share "
                "the keys of subjects, in a bucket for these alone"
            )
        access_key = self.keys_access_key or self.s3_access_key
        if self.keys_bucket and not (access_key and (self.keys_secret_key or self.s3_secret_key)):
            raise ValueError(
                "DATATRAIL_KEYS_BUCKET needs DATATRAIL_KEYS_ACCESS_KEY and "
                "DATATRAIL_KEYS_SECRET_KEY, or those of DATATRAIL_S3_BUCKET"
            )
        own_server = self.keys_endpoint not in {None, self.s3_endpoint}
        if self.keys_bucket and self.keys_bucket == self.s3_bucket and not own_server:
            raise ValueError(
                "DATATRAIL_KEYS_BUCKET is DATATRAIL_S3_BUCKET: keys are kept apart from the files, "
                "so that the backups of one do not hold the other"
            )

    @property
    def data_directory(self) -> DataDirectory:
        """What `home` names, as absolute paths."""
        return DataDirectory(self.home.expanduser().absolute())


def unknown_settings() -> Mapping[str, str | None]:
    """The names in the environment and in ``.env`` that begin as a setting's and are none, each
    with the setting that may be meant."""
    file = Path(_FILE)
    written = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    names = {*os.environ, *_NAME_IN_FILE.findall(written)}
    given = {name.upper() for name in names if name.upper().startswith(PREFIX)}
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    return {
        name: next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)
        for name in sorted(given.difference(known))
    }


def _is_url(text: str) -> bool:
    """Whether `text` has the parts of a URL, its port a number."""
    try:
        parts = urlsplit(text)
        return bool(parts.scheme and "://" in text) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def revealed(secret: SecretStr | None) -> str:
    """The secret's text, empty when it is not set."""
    return "" if secret is None else secret.get_secret_value()
