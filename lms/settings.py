"""Settings: everything that an operator sets, read from `LMS_*` once at start.

Unsafe combinations are refused here, in words, before anything runs.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_HOST = r"(\[[^\]]*\]|[^:,\[\]?]*)(:\d*)?"
_HOSTS = rf"{_HOST}(,{_HOST})*(\?.*)?"

ANY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Settings(BaseSettings):
    """One process's settings. Paths are relative to where the process was started."""

    model_config = SettingsConfigDict(env_prefix="LMS_", frozen=True, extra="ignore")

    env: Environment = Environment.DEVELOPMENT
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    web_workers: int = Field(default=1, ge=1, le=64)

    database_url: str = ""
    database_owner_url: str = ""
    pool_size: int = Field(default=16, ge=2, le=100)

    secret: SecretStr = SecretStr("")
    admin_email: str = ""
    admin_password: SecretStr = SecretStr("")
    second_admin_email: str = ""

    second_factor_required: bool = False
    access_token_seconds: int = Field(default=300, ge=30, le=300)
    refresh_token_days: int = Field(default=14, ge=1, le=90)
    argon2_memory_kib: int = Field(default=19456, ge=8)
    argon2_time_cost: int = Field(default=2, ge=1)

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    mail_from: str = "lms@localhost"

    metrics_token: SecretStr = SecretStr("")
    clock_offset_seconds: int = 0
    log_json: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    max_body_bytes: int = 20 * 1024 * 1024

    @property
    def base_url(self) -> str:
        """Where people find the product: the address in links and on certificates."""
        return self.public_url.rstrip("/") or self.local_url

    @property
    def local_host(self) -> str:
        """The name under which this machine reaches its own API."""
        return "localhost" if self.host in ANY_ADDRESS else self.host

    @property
    def local_url(self) -> str:
        """The address under which this machine reaches its own API."""
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return f"http://{host}:{self.port}"

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _address_of_postgresql(cls, given: str) -> str:
        """The address with the driver that we use, whichever way it was written."""
        if not given:
            return given
        scheme, found, rest = given.partition("://")
        if not found or scheme not in {"postgresql+asyncpg", "postgresql", "postgres"}:
            raise ValueError("it is written postgresql+asyncpg://user:password@host/database")
        user, _, hosts = rest.partition("/")[0].rpartition("@")
        if "#" in rest or set("?[]") & set(user) or not re.fullmatch(_HOSTS, hosts):
            raise ValueError(
                "it has no host and port where they belong; in a name or a password, "
                "@ : / ? # [ ] % are written %40 %3A %2F %3F %23 %5B %5D %25"
            )
        return f"postgresql+asyncpg://{rest}"

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """A JSON list, or addresses with commas between."""
        return re.findall(r'[^\s,"\[\]]+', given) if isinstance(given, str) else given

    @field_validator("log_level", mode="before")
    @classmethod
    def _loudly(cls, given: object) -> object:
        return given.upper() if isinstance(given, str) else given

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if faults := [*self._faults(), *self._faults_in_production()]:
            raise ValueError("\n  ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if self.clock_offset_seconds and self.env is not Environment.DEMO:
            yield "LMS_CLOCK_OFFSET_SECONDS exists only for LMS_ENV=demo"
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            yield "LMS_PUBLIC_URL begins with https:// (or http://, for trying)"
        for name in ("admin_email", "second_admin_email"):
            address: str = getattr(self, name)
            if address and "@" not in address:
                yield f"LMS_{name.upper()} is no mail address"
        given = self.secret.get_secret_value()
        if given and len(given.encode()) < 32:  # noqa: PLR2004 - as lms/kernel/crypto.py asks
            yield "LMS_SECRET is too short: it needs at least 32 bytes"

    def _faults_in_production(self) -> Iterator[str]:
        if self.env is not Environment.PRODUCTION:
            return
        if not self.public_url.startswith("https://"):
            yield "LMS_ENV=production needs LMS_PUBLIC_URL with https://"
        if not self.secret.get_secret_value():
            yield "LMS_ENV=production needs LMS_SECRET, the same on all machines"
        if self.argon2_memory_kib < 19456:  # noqa: PLR2004 - OWASP's floor for argon2id
            yield "LMS_ARGON2_MEMORY_KIB is too small for production"
        if self.smtp_user and not self.smtp_starttls:
            yield "LMS_SMTP_STARTTLS=false would send the mail password in the clear"


def misspelt(names: Iterable[str]) -> list[str]:
    """Those of the environment's names that look like settings of ours and are none."""
    known = {f"LMS_{field}".upper() for field in Settings.model_fields}
    return sorted(
        name
        for name in names
        if name.startswith("LMS_") and name not in known and not name.startswith("LMS_TEST_")
    )


@functools.cache
def settings() -> Settings:
    """This process's settings, read once."""
    return Settings()
