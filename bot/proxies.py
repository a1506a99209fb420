"""Addresses of proxies as settings name them: of which kind they are, and whether they can work.

Nothing here connects; `bot.socks` does for the kinds that aiohttp does not know.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeGuard
from urllib.parse import unquote, urlsplit

_SOCKS: Final = ("socks5", "socks5h", "socks4")


class ProxyFault(StrEnum):
    """Why a proxy cannot be used as it is written."""

    NOT_UNDERSTOOD = "not_understood"
    LOGIN_NOT_USABLE = "login_not_usable"


def is_socks(proxy: str | None) -> TypeGuard[str]:
    """Whether this is a SOCKS proxy, not one of HTTP or none at all."""
    return proxy is not None and urlsplit(proxy).scheme in _SOCKS


def fault_of(proxy: str) -> ProxyFault | None:
    """What is wrong with `scheme://user:password@host:port`; None if it can be used."""
    try:
        parts = urlsplit(proxy)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an impossible port
        usable = False
    if not usable or parts.scheme not in ("http", *_SOCKS):
        return ProxyFault.NOT_UNDERSTOOD
    if parts.scheme in _SOCKS and not all(map(_fits_socks, (parts.username, parts.password))):
        return ProxyFault.LOGIN_NOT_USABLE
    return None


def _fits_socks(word: str | None) -> bool:
    """SOCKS counts the letters of name and password in one byte; others than ASCII go unsaid."""
    given = unquote(word or "")
    return given.isascii() and len(given) <= 255
