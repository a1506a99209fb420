"""Sites that show strangers a login instead of the page: only people can look there; pure. Which
they are is said in `bot.domain.site_owners`."""

from __future__ import annotations

from bot.domain.site_owners import host_of, is_social


def is_manual(key: str) -> bool:
    """Whether the page with this canonical key is of such a site."""
    return is_social(host_of(key))
