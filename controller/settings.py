"""All that the environment can say to Nightshift. Nothing else reads it."""

import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from controller.domain.errors import Invalid

PREFIX = "NIGHTSHIFT_"
_PASSWORD = re.compile(r":[^:/@]*@")


class Settings(BaseSettings):
    """Each field is the environment variable NIGHTSHIFT_<FIELD IN CAPITALS>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    database_url: Annotated[
        str, Field(description="Where the truth lives: sqlite:///file or postgresql://user:password@host:port/name.")
    ] = "sqlite:///var/nightshift.sqlite"
    broker_url: Annotated[str, Field(description="The MQTT broker: mqtt://[user:password@]host:port.")] = (
        "mqtt://127.0.0.1:1883"
    )
    broker_protocol: Annotated[
        Literal["3.1.1", "5"],
        Field(description="MQTT version to speak: 5 adds message expiry and needs a broker that has it; NATS has not."),
    ] = "3.1.1"
    site_id: Annotated[
        str | None,
        Field(description="The site that the database must hold; a controller refuses to start on another one's."),
    ] = None
    instance_name: str = Field(
        default_factory=socket.gethostname,
        min_length=1,
        max_length=64,
        description="Name of this controller in the lease; two of one site must differ. Default: the host name.",
    )
    api_host: Annotated[str, Field(description="Address the API listens on; loopback only until sign-in exists.")] = (
        "127.0.0.1"
    )
    api_port: Annotated[int, Field(ge=1, le=65535, description="Port of the API.")] = 8080
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="The least serious log line.")
    ] = "info"
    log_format: Annotated[
        Literal["console", "json"],
        Field(description="Log lines for people (console) or one JSON object a line (json), on standard error."),
    ] = "console"
    speed: Annotated[
        float,
        Field(
            gt=0,
            le=10_000,
            allow_inf_nan=False,
            description="How many times as fast as real time the site runs; above 1 only with simulated robots.",
        ),
    ] = 1.0
    start_at: Annotated[
        AwareDatetime | None,
        Field(description="Site time at `start_real_at`, such as 2026-11-23T06:00:00Z. Default: real time."),
    ] = None
    start_real_at: Annotated[
        AwareDatetime | None,
        Field(
            description="Real time at which the site's clock showed `start_at`. Default: the start of the process. "
            "Give the same to every process of the site, and to one that is started again."
        ),
    ] = None

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str) -> str:
        if urlsplit(url).scheme not in ("sqlite", "postgresql"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("broker_url")
    @classmethod
    def _broker_has_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "mqtt" or not parts.hostname or parts.port is None:
            raise ValueError("must look like mqtt://host:port")
        return url

    @property
    def api_url(self) -> str:
        """Where the API is reached from this machine."""
        host = f"[{self.api_host}]" if ":" in self.api_host else self.api_host
        return f"http://{host}:{self.api_port}"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, where the database is one."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None


def load_settings() -> Settings:
    """The settings as the environment has them now.

    Invalid where a variable does not fit, naming each such variable, what it holds, why that does not do and what
    the variable is for.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise Invalid(" ".join(_explain(problem) for problem in error.errors())) from None


def _explain(problem: object) -> str:
    assert isinstance(problem, dict)
    name = str(problem["loc"][0]) if problem["loc"] else ""
    field = Settings.model_fields.get(name)
    purpose = f" Purpose: {field.description}" if field and field.description else ""
    value = _PASSWORD.sub(":***@", str(problem["input"]))
    reason = str(problem["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()} is '{value}': {reason}.{purpose} Set it right, or unset it."


def as_site_time(moment: datetime | None) -> float | None:
    """Seconds since the Unix epoch of a setting that is a moment."""
    return None if moment is None else moment.astimezone(UTC).timestamp()
