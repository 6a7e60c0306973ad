"""Settings: everything that can be set from outside, read from PARLEY_* variables and `.env`.

Limits live here and nowhere else. `python -m cli doctor` prints each value and where it came from.
"""

import os
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from errors import SettingsError

ROOT = Path(__file__).parent
DEMO_FOLDER = ROOT / "data" / "demo"


class Demo(StrEnum):
    """When the sample data is shown: while the lake is empty, always, never."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Auth(StrEnum):
    """How people sign in; `none` is allowed on loopback only."""

    NONE = "none"
    PASSWORD = "password"  # noqa: S105  the name of a way to sign in, not a secret
    OIDC = "oidc"


def _server_zone() -> str:
    """Return the server's IANA zone, or UTC where the system states none."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name not in available_timezones():
        link = os.path.realpath("/etc/localtime")
        name = link.partition("zoneinfo/")[2]
    return name if name in available_timezones() and name != "Etc/UTC" else "UTC"


def known_zone(name: str) -> str:
    """Return `name` if it is an IANA zone; raises ValueError if it is not."""
    if name not in available_timezones() - {"localtime", "Factory"}:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return name


Zone = Annotated[str, AfterValidator(known_zone)]


def _parts(given: object) -> object:
    """Return what stands between commas."""
    if not isinstance(given, str):
        return given
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _network(text: str) -> str:
    """Return an address or network in its usual form; raises ValueError."""
    return str(ip_network(text))


Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_parts)
]
Origins = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$")], ...],
    NoDecode,
    BeforeValidator(_parts),
]
PageUrl = Annotated[str, StringConstraints(pattern=r"^(https?://[A-Za-z0-9.:/~_\[\]-]+)?$")]
Rate = Annotated[int, Field(ge=1, le=10**6)]


class Settings(BaseSettings):
    """What can be set from outside; memory in MiB, times in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="PARLEY_", env_file=".env", extra="ignore", frozen=True
    )

    data: Path = ROOT / "data" / "lake"
    state: Path = ROOT / "data" / "state"
    zone: Zone = Field(default_factory=_server_zone)
    demo: Demo = Demo.AUTO
    auth: Auth = Auth.NONE
    now: AwareDatetime | None = None  # fixes the clock for tests and demos
    host: str = "127.0.0.1"
    port: int = Field(
        8501, ge=0, le=65535, validation_alias=AliasChoices("PORT", "PARLEY_PORT", "port")
    )
    memory_mb: int = Field(2048, ge=256)  # of DuckDB; what for has which share: lake/instance.py
    temp_mb: int = Field(20_480, ge=64)  # spilled sorts, under the state folder
    threads: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1)
    cache_mb: int = Field(256, ge=0)  # remembered answers
    cube_sessions: int = Field(100_000, ge=1)  # from so many on the index counts them beforehand
    query_seconds: float = Field(20.0, gt=0)  # a question is stopped after this
    questions_at_once: int = Field(16, ge=1)  # that are asked of DuckDB; of pages and API together
    questions_waiting: int = Field(512, ge=0)  # and may wait for a place; more are refused with 503
    questions_wait_seconds: float = Field(30.0, gt=0)  # so are those that have waited this long
    viewers: int = Field(400, ge=1)  # pages that may be open at once; more are refused with 503
    requests: int = Field(400, ge=1)  # and requests that are answered at once, of pages and API
    exports: int = Field(2, ge=1)  # files that are written at once; who comes then is asked to wait
    searches: int = Field(4, ge=1)  # in conversations at once; who comes then is asked to wait
    search_seconds: float = Field(60.0, gt=0)  # a search is stopped after this; one may go on
    watch_seconds: float = Field(1.0, gt=0)  # how often the lake is asked for a new commit
    seal_minutes: float = Field(60, ge=0)  # so long a session that has ended must be quiet
    stale_hours: float = Field(24, gt=0)  # after that one that goes on without a word is marked
    compact: bool = True  # whether the server moves sealed sessions to the lake by itself
    import_line_mb: int = Field(16, ge=1)  # a longer record is rejected alone
    # The API. Rates: requests a minute, of one key or address.
    rate_list: Rate = 600
    rate_metrics: Rate = 300
    rate_export: Rate = 6
    rate_ingest: Rate = 30_000
    rate_open: Rate = 6000  # health, the name of the data, the description of the API
    rate_failed_keys: Rate = 10
    rate_tracked: int = Field(10_000, ge=1)  # keys and addresses that are counted at once
    proxies: Networks = ()  # whose X-Forwarded-For is believed; addresses or networks, by commas
    cors_origins: Origins = ()  # pages of other sites that may read the API, by commas
    api_threads: int = Field(4, ge=1)  # questions of the API that are asked at once
    api_waiting: int = Field(64, ge=0)  # and how many may wait; more are refused with 503
    # Webhooks.
    public_url: PageUrl = ""  # where people open the dashboard: links in webhooks begin with it
    webhook_networks: Networks = ()  # reached although not public, there also by http; by commas
    webhook_days: int = Field(30, ge=5)  # how long what was sent is remembered
    # Alerts.
    alert_seconds: float = Field(30.0, gt=0)  # how often the rules are looked at
    alert_days: int = Field(90, ge=1)  # how long what has fired is remembered

    def clock(self) -> datetime:
        """Return the present moment in UTC, or the fixed one."""
        return self.now.astimezone(UTC) if self.now is not None else datetime.now(UTC)

    @property
    def page_url(self) -> str:
        """Where people open the dashboard, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def temp(self) -> Path:
        """Where spilled sorts and half-made files lie."""
        return self.state / "tmp"

    @property
    def index(self) -> Path:
        """Where the rebuildable index lies."""
        return self.state / "index"


@lru_cache(maxsize=1)
def current() -> Settings:
    """Return the settings of this process; raises SettingsError naming each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"PARLEY_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(f"A setting cannot be used: {wrong}.") from error
