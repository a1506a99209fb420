"""Settings: config.toml, overridden by the environment, checked as a whole, all faults at once.

Every key is documented in config.example.toml; a test keeps the two equal. Secrets may stand in a
file of their own (`token_file`). Nothing else reads the environment.
"""

from __future__ import annotations

import difflib
import os
import re
from contextvars import ContextVar
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
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

from bot.config_values import (
    SENTENCES,
    Days,
    DaySpans,
    Name,
    TimeOfDay,
    TimeOrNever,
    TimeSpan,
    api_address,
    database_address,
    database_from,
    directory_of_files,
    key_of,
    known_zone,
    proxy_address,
    public_address,
    site_name,
)

ENVIRONMENT_PREFIX = "DONDOC_"

# Where the settings being read lie: secret files are named relative to it.
_directory: ContextVar[Path] = ContextVar("directory", default=Path())


class ConfigError(Exception):
    """What is wrong with the configuration; each of `faults` is one plain sentence."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"{source}: " + "; ".join(faults))
        self.source = source
        self.faults = faults


def _token(value: SecretStr | None) -> SecretStr | None:
    if value and not re.fullmatch(r"\d{1,15}:[A-Za-z0-9_-]{20,}", value.get_secret_value()):
        raise ValueError("this is not a bot token as @BotFather gives it (123456:ABC…)")
    return value


def _token_file(value: Path | None) -> Path | None:
    """The file is looked at with all other keys, so that its faults are told with theirs."""
    if value is not None:
        try:
            if not _token(_secret_in(value)):
                raise ValueError(f"{value} is empty")
        except OSError as error:
            raise ValueError(f"{value} cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise ValueError(f"{value} holds no text") from None
    return value


def _secret_in(file: Path) -> SecretStr:
    return SecretStr((_directory.get() / file).read_text(encoding="utf-8").strip())


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Section):
    name: Name
    superior: str = ""
    phone: str = ""
    zone: Annotated[str, AfterValidator(known_zone)] = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"


class Telegram(_Section):
    token: Annotated[SecretStr | None, AfterValidator(_token)] = None
    token_file: Annotated[Path | None, AfterValidator(_token_file)] = None
    api_base_url: Annotated[str, AfterValidator(api_address)] = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    # It may hold a password, so it is not shown with the rest.
    proxy: str = Field(default="", repr=False)
    local_files: Annotated[str, AfterValidator(directory_of_files)] = ""
    connect_timeout_seconds: float = Field(default=10, gt=0)
    read_timeout_seconds: float = Field(default=20, gt=0)
    poll_seconds: int = Field(default=25, ge=0, le=50)

    @model_validator(mode="after")
    def _one_token(self) -> Telegram:
        if self.token is not None and self.token_file is not None:
            raise ValueError("token and token_file are both given: keep one")
        return self

    @property
    def bot_id(self) -> int:
        """The bot's Telegram id, which its token begins with."""
        return int(self.bot_token.partition(":")[0])

    @property
    def bot_token(self) -> str:
        """The token itself; only the transport may ask for it."""
        return self.token.get_secret_value() if self.token else ""


class Web(_Section):
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: Annotated[str, AfterValidator(public_address)] = ""


class Database(_Section):
    # It may hold a password, so it is not shown with the rest.
    url: Annotated[str, AfterValidator(database_address)] = Field(
        default="sqlite:///data/dondoc.db", repr=False
    )


class Intake(_Section):
    flood_burst: int = Field(default=20, ge=1)
    flood_per_second: float = Field(default=1, gt=0)


class Calendar(_Section):
    country: str = "VN"
    working_hours: DaySpans = ((time(7, 30), time(11, 30)), (time(13), time(17)))
    quiet_hours: TimeSpan = (time(19), time(7))


class ReminderPlan(_Section):
    days_before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (3, 1)
    slot: TimeOfDay = time(8)
    on_due_day: bool = True
    hours_before: int = Field(default=2, ge=0, le=12)
    overdue_every_days: int = Field(default=2, ge=1, le=60)
    overdue_times: int = Field(default=3, ge=0, le=100)
    to_leader: bool = True
    to_staff: bool = True


class Reminders(ReminderPlan):
    max_per_day: int = Field(default=3, ge=1)
    plans: dict[Annotated[str, Field(min_length=1, max_length=40)], ReminderPlan] = Field(
        default={
            "Dày": ReminderPlan(days_before=(7, 5, 3, 2, 1), overdue_every_days=1, overdue_times=5),
            "Thưa": ReminderPlan(days_before=(1,), hours_before=0, overdue_times=1),
        },
        max_length=12,  # one menu shows them all
    )


class Acknowledge(_Section):
    urgent_minutes: int = Field(default=60, ge=5, le=1440)
    least_minutes: int = Field(default=60, ge=0, le=480)
    remind_minutes_before: int = Field(default=60, ge=0, le=480)
    overdue_times: int = Field(default=2, ge=0, le=10)
    to_leader: bool = True
    to_staff: bool = True


class Questions(_Section):
    remind_after_hours: int = Field(default=4, ge=0, le=80)


class Digests(_Section):
    staff_at: TimeOrNever = time(16, 30)
    weekly_day: int = Field(default=1, ge=1, le=7)
    viewers_at: TimeOrNever = time(8)
    units_at: TimeOrNever = time(8)


class Delivery(_Section):
    messages_per_second: float = Field(default=25, gt=0, le=1000)
    private_chat_per_second: float = Field(default=1, gt=0)
    group_per_minute: float = Field(default=20, ge=4)  # three of them may come at once
    connections: int = Field(default=8, ge=1, le=100)
    allow_paid_broadcast: bool = False
    large_send_units: int = Field(default=20, ge=1)


class Issue(_Section):
    approval: Literal["none", "large", "all"] = "none"


class Audit(_Section):
    key_file: Path | None = None
    head_at: TimeOfDay = time(8)


class Registry(_Section):
    approve_joining: bool = False
    invite_days: int = Field(default=7, ge=1, le=90)


class Articles(_Section):
    check_links: bool = True
    keep_text: bool = False  # of the pages, as evidence
    allowed_hosts: tuple[Annotated[str, AfterValidator(site_name)], ...] = ()
    # It may hold a password, so it is not shown with the rest.
    proxy: Annotated[str, AfterValidator(proxy_address)] = Field(default="", repr=False)

    @model_validator(mode="after")
    def _sites_behind_a_proxy(self) -> Articles:
        if self.proxy and not self.allowed_hosts:
            raise ValueError(
                "with a proxy, allowed_hosts must say which sites may be opened: "
                "only the proxy sees where a link really leads"
            )
        return self


class Retention(_Section):
    """Days after which what is finished is erased; 0 keeps it."""

    updates_days: Days = 3
    messages_days: Days = 90
    drafts_days: Days = 30
    submissions_days: Days = 30
    join_requests_days: Days = 365
    audit_values_days: Days = 730
    questions_days: Days = 730
    unplaced_days: Days = 365


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
    web: Web = Web()
    database: Database = Database()
    intake: Intake = Intake()
    calendar: Calendar = Calendar()
    reminders: Reminders = Reminders()
    acknowledge: Acknowledge = Acknowledge()
    questions: Questions = Questions()
    digests: Digests = Digests()
    delivery: Delivery = Delivery()
    issue: Issue = Issue()
    audit: Audit = Audit()
    registry: Registry = Registry()
    articles: Articles = Articles()
    retention: Retention = Retention()
    logs: Logs = Logs()

    @model_validator(mode="after")
    def _reachable(self) -> Config:
        if self.telegram.mode == "webhook" and not self.web.public_url:
            raise ValueError(
                "telegram.mode is webhook, so web.public_url must say where Telegram reaches us"
            )
        return self

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

    faults = _unknown_in_environment()
    token = _directory.set(path.parent)
    try:
        config: Config = FromFile()
        if not faults:
            return _with_places(_with_secret_files(config), path.parent)
    except ValidationError as error:
        faults += [_plain(fault) for fault in error.errors()]
    except OSError as error:
        faults += [f"cannot be read: {error.strerror or error}"]
    except ValueError as error:  # TOML that cannot be parsed
        faults += [f"cannot be read: {error}"]
    finally:
        _directory.reset(token)
    raise ConfigError(str(path), faults)


def _with_secret_files(config: Config) -> Config:
    """The token from its own file, if one is named; its path is relative to config.toml."""
    if config.telegram.token_file is None:
        return config
    secret = _secret_in(config.telegram.token_file)
    telegram = config.telegram.model_copy(update={"token": secret})
    return config.model_copy(update={"telegram": telegram})


def _with_places(config: Config, directory: Path) -> Config:
    """Database and key, named from config.toml as all files are; a key that is not named lies
    beside the database's file, or beside config.toml."""
    url = database_from(directory, config.database.url)
    name = config.audit.key_file
    place = key_of(url, directory) if name is None else directory / name
    return config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": url}),
            "audit": config.audit.model_copy(update={"key_file": place}),
        }
    )


def _unknown_in_environment() -> list[str]:
    """Variables that look like ours and belong to no section; keys are looked at by pydantic."""
    faults = []
    for name in sorted(os.environ):
        section, _, key = name.upper().removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        if name.upper().startswith(ENVIRONMENT_PREFIX) and key and section not in _known_keys(()):
            faults.append(f"{name} in the environment: {_unknown(section, ())}")
    return faults


def _plain(fault: Any) -> str:
    """One of pydantic's faults as a sentence that names the key, without echoing its value."""
    place = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] == "extra_forbidden":
        *section, name = fault["loc"]
        return _unknown(name, tuple(section))
    sentence = str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    sentence = SENTENCES.get(fault["type"], sentence)
    return f"{place}: {sentence}" if place else sentence


def _unknown(name: str, section: tuple[Any, ...]) -> str:
    close = difflib.get_close_matches(name, _known_keys(section), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{'.'.join((*section, name))} is not a known key{hint}"


def _known_keys(section: tuple[Any, ...]) -> list[str]:
    model: Any = Config
    for name in section:
        field = model.model_fields.get(name)
        model = field.annotation if field else None
        if not hasattr(model, "model_fields"):
            return []
    return list(model.model_fields)
