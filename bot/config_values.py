"""The values that settings are made of, each checked by itself; a fault is one plain sentence."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
from pydantic import AfterValidator, BeforeValidator, Field

from bot.proxies import ProxyFault, fault_of

_SQLITE: Final = "sqlite:///"
# What follows postgresql://; who is asked for no more than one password, and for a port in digits.
_AT_POSTGRESQL: Final = re.compile(r"([^@]*@)?(\[[^]]*\]|[^@:/?]*)(:\d{1,5})?([/?][^@]*)?")

# In place of pydantic's sentences, which speak of inputs, strings and patterns.
SENTENCES: Final = {
    "string_too_short": "must not be empty",
    "string_too_long": "must be shorter",
    "string_type": 'must be a text in quotes, such as "abc"',
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "time_type": "must be a time of day such as 08:00",
    "time_parsing": "must be a time of day such as 08:00",
    "tuple_type": "must be a list",
    "dict_type": "must be a section of its own",
    "too_long": "must have fewer entries",
    "model_type": "must be a section of its own",
    "model_attributes_type": "must be a section of its own",
}


def known_zone(name: str) -> str:
    """A time zone of the machine's list."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for half a name: Asia
        raise ValueError(f"{name!r} is not a known time zone, such as Asia/Ho_Chi_Minh") from None
    return name


def api_address(value: str) -> str:
    """Where a Bot API server is."""
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError("this is not a web address such as https://api.telegram.org")
    return value


def public_address(value: str) -> str:
    """Where Telegram reaches us; empty for nowhere."""
    if value and not re.match(r"https?://[^\s/?#]+(/[^\s?#]*)?$", value):
        raise ValueError("this is not a web address such as https://dondoc.example.vn")
    return value


def directory_of_files(value: str) -> str:
    """A directory by its whole path; empty for none."""
    if value and not Path(value).is_absolute():
        raise ValueError("this is not the whole path of a directory, such as /var/lib/telegram")
    return value


def site_name(value: str) -> str:
    """The name of a host, in ASCII and lower case."""
    try:
        name = idna.encode(value.strip().strip("."), uts46=True).decode("ascii")
    except UnicodeError:
        name = ""
    if not re.fullmatch(r"([a-z0-9-]+\.)*[a-z][a-z0-9-]*", name):
        raise ValueError(f"{value!r} is not the name of a site such as baoyenbai.com.vn or gov.vn")
    return name


def proxy_address(value: str) -> str:
    """A proxy; empty for none. What was given is not repeated: it may hold a password."""
    match fault_of(value) if value else None:
        case ProxyFault.NOT_UNDERSTOOD:
            raise ValueError(
                "this is not a proxy such as http://host:port, socks5://host:port or "
                "socks4://host:port, with user:password@ before the host where needed"
            )
        case ProxyFault.LOGIN_NOT_USABLE:
            raise ValueError(
                "name and password for a SOCKS proxy must be English letters, digits and signs, "
                "at most 255 each"
            )
    return value


def database_address(value: str) -> str:
    """One of the two kinds of databases."""
    kind, _, rest = value.partition("://")
    # In memory all would be gone at the end, also what was confirmed at Telegram.
    if kind == "sqlite" and rest.startswith("/") and Path(rest[1:]).name not in ("", ":memory:"):
        return value
    if kind == "postgresql" and _AT_POSTGRESQL.fullmatch(rest):
        return value
    raise ValueError(
        "this is not a database such as sqlite:///data/dondoc.db "
        "or postgresql://user:password@host/dondoc (in a password %40 stands for @)"
    )


def database_from(directory: Path, url: str) -> str:
    """The address with an SQLite file named from this directory: a command that is given in another
    one, by cron for example, must not make itself another database there."""
    if not url.startswith(_SQLITE):
        return url
    return f"{_SQLITE}{directory / url.removeprefix(_SQLITE)}"


def key_of(url: str, directory: Path) -> Path:
    """Where the key is kept: beside an SQLite file, else in this directory."""
    if url.startswith(_SQLITE):
        return Path(url.removeprefix(_SQLITE)).with_suffix(".key")
    return directory / "dondoc.key"


def _no_number(value: object) -> object:
    """A number would be taken as seconds since midnight: 8 for a moment of the night."""
    if isinstance(value, int | float):
        raise ValueError(SENTENCES["time_type"])
    return value


def _nothing_for_empty(value: object) -> object:
    return None if value == "" else value


def _time_span(value: object) -> object:
    """`"07:30-11:30"` as its two times."""
    if isinstance(value, str):
        parts = value.split("-")
        if len(parts) != 2:
            raise ValueError(f"{value!r} is not a span of time such as 07:30-11:30")
        return tuple(part.strip() for part in parts)
    return value


def _in_order(span: tuple[time, time]) -> tuple[time, time]:
    start, end = span
    if start >= end:
        raise ValueError(f"{start:%H:%M} is not before {end:%H:%M}")
    return span


def _apart(spans: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
    """Spans of one day, sorted; what two of them share would count twice."""
    in_order = tuple(sorted(spans))
    for (_, end), (start, _) in pairwise(in_order):
        if start < end:
            raise ValueError(f"{start:%H:%M} is before {end:%H:%M}, where another span ends")
    return in_order


def _named(value: str) -> str:
    if not value.strip():
        raise ValueError(SENTENCES["string_too_short"])
    return value.strip()


Name = Annotated[str, AfterValidator(_named)]
Days = Annotated[int, Field(ge=0, le=36_500)]  # no more than a hundred years
TimeOfDay = Annotated[time, BeforeValidator(_no_number)]
TimeOrNever = Annotated[TimeOfDay | None, BeforeValidator(_nothing_for_empty)]
TimeSpan = Annotated[tuple[TimeOfDay, TimeOfDay], BeforeValidator(_time_span)]
DaySpan = Annotated[TimeSpan, AfterValidator(_in_order)]
DaySpans = Annotated[tuple[DaySpan, ...], AfterValidator(_apart)]
