"""Settings: config.toml, overridden by the environment, checked as a whole, all faults at once.

Every key is documented in config.example.toml; a test keeps the two equal. Secrets may stand in a
file of their own (`token_file`). Nothing else reads the environment.
"""

from __future__ import annotations

import difflib
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ENVIRONMENT_PREFIX = "DONDOC_"


class ConfigError(Exception):
    """What is wrong with the configuration; each of `faults` is one plain sentence."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"{source}: " + "; ".join(faults))
        self.source = source
        self.faults = faults


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a known time zone, such as Asia/Ho_Chi_Minh") from None
    return name


def _token(value: SecretStr | None) -> SecretStr | None:
    if value and not re.fullmatch(r"\d{1,15}:[A-Za-z0-9_-]{20,}", value.get_secret_value()):
        raise ValueError("this is not a bot token as @BotFather gives it (123456:ABC…)")
    return value


def _time_span(value: object) -> object:
    """`"07:30-11:30"` as its two times."""
    if isinstance(value, str):
        parts = value.split("-")
        if len(parts) != 2:
            raise ValueError(f"{value!r} is not a span of time such as 07:30-11:30")
        return tuple(part.strip() for part in parts)
    return value


TimeSpan = Annotated[tuple[time, time], BeforeValidator(_time_span)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Section):
    name: str = Field(min_length=1)
    phone: str = ""
    zone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"


class Telegram(_Section):
    token: Annotated[SecretStr | None, AfterValidator(_token)] = None
    token_file: Path | None = None
    api_base_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^\s/]+")
    proxy: str = ""
    connect_timeout_seconds: float = Field(default=10, gt=0)
    read_timeout_seconds: float = Field(default=20, gt=0)
    poll_seconds: int = Field(default=25, ge=0, le=50)

    @property
    def bot_id(self) -> int:
        """The bot's Telegram id, which its token begins with."""
        return int(self.bot_token.partition(":")[0])

    @property
    def bot_token(self) -> str:
        """The token itself; only the transport may ask for it."""
        return self.token.get_secret_value() if self.token else ""


class Database(_Section):
    url: str = Field(default="sqlite:///data/dondoc.db", pattern=r"^(sqlite|postgresql):///?.+")


class Calendar(_Section):
    country: str = "VN"
    working_hours: tuple[TimeSpan, ...] = (
        (time(7, 30), time(11, 30)),
        (time(13), time(17)),
    )
    quiet_hours: TimeSpan = (time(19), time(7))


class Reminders(_Section):
    days_before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (3, 1)
    slot: time = time(8)
    on_due_day: bool = True
    hours_before: int = Field(default=2, ge=0, le=12)
    overdue_every_days: int = Field(default=2, ge=1)
    overdue_times: int = Field(default=3, ge=0)


class Delivery(_Section):
    messages_per_second: float = Field(default=25, gt=0, le=1000)
    private_chat_per_second: float = Field(default=1, gt=0)
    group_per_minute: float = Field(default=20, gt=0)
    connections: int = Field(default=8, ge=1, le=100)
    large_send_units: int = Field(default=20, ge=1)


class Logs(_Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    form: Literal["plain", "json"] = "plain"


class Config(BaseSettings):
    """All settings of one office."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
    )

    office: Office
    telegram: Telegram = Telegram()
    database: Database = Database()
    calendar: Calendar = Calendar()
    reminders: Reminders = Reminders()
    delivery: Delivery = Delivery()
    logs: Logs = Logs()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Made in code it is what the code says; `load` adds the file and the environment."""
        return (init_settings,)

    @model_validator(mode="after")
    def _spans_in_order(self) -> Config:
        for start, end in self.calendar.working_hours:
            if start >= end:
                raise ValueError(f"calendar.working_hours: {start:%H:%M} is not before {end:%H:%M}")
        return self


def load(path: Path) -> Config:
    """Read and check the settings; ConfigError names every fault at once."""
    if not path.exists():
        raise ConfigError(
            str(path), ["there is no such file: copy config.example.toml and fill it in"]
        )

    class FromFile(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)

    try:
        config: Config = FromFile()
    except ValidationError as error:
        raise ConfigError(str(path), [_plain(fault) for fault in error.errors()]) from None
    except (OSError, ValueError) as error:  # unreadable file, or TOML that cannot be parsed
        raise ConfigError(str(path), [f"cannot be read: {error}"]) from None
    return _with_secret_files(config, path)


def _with_secret_files(config: Config, path: Path) -> Config:
    """The token from its own file, if one is named; its path is relative to config.toml."""
    token_file = config.telegram.token_file
    if token_file is None:
        return config
    if config.telegram.token is not None:
        raise ConfigError(str(path), ["telegram.token and telegram.token_file: give only one"])
    try:
        token = (path.parent / token_file).read_text().strip()
        telegram = Telegram.model_validate(config.telegram.model_dump() | {"token": token})
    except OSError as error:
        fault = f"telegram.token_file: {token_file} cannot be read ({error.strerror})"
        raise ConfigError(str(path), [fault]) from None
    except ValidationError as error:
        raise ConfigError(
            str(path), [f"telegram.token_file: {_plain(fault)}" for fault in error.errors()]
        ) from None
    return config.model_copy(update={"telegram": telegram})


def _plain(fault: Any) -> str:
    """One of pydantic's faults as a sentence that names the key, without echoing its value."""
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] == "extra_forbidden":
        close = difflib.get_close_matches(fault["loc"][-1], _known_keys(fault["loc"][:-1]), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"{place} is not a known key{hint}"
    sentence = str(fault["msg"]).removeprefix("Value error, ")
    return f"{place}: {sentence}" if place else sentence


def _known_keys(section: tuple[Any, ...]) -> list[str]:
    model: Any = Config
    for name in section:
        field = model.model_fields.get(name)
        model = field.annotation if field else None
        if not hasattr(model, "model_fields"):
            return []
    return list(model.model_fields)
