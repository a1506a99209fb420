"""Sites that show strangers a login instead of the page: only people can look there; pure."""

from __future__ import annotations

from typing import Final

_HOSTS: Final = (
    "facebook.com",
    "fb.watch",
    "instagram.com",
    "threads.net",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "youtube.com",
    "zalo.me",
    "zaloapp.com",
    "t.me",
)


def is_manual(key: str) -> bool:
    """Whether the page with this canonical key is of such a site."""
    host = key.partition("/")[0]
    return any(host == each or host.endswith(f".{each}") for each in _HOSTS)
