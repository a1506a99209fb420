"""Whose web site a link is on, told from the sites that the office has registered; pure.

How people write sites is in `bot.articles.sites`. An address is what
`bot.articles.urls.canonical_address` makes of a link: its host, then the rest. A key would not do:
it may name a post without the page it is on, and an article without its section.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_SOCIAL: Final = (
    "facebook.com fb.watch instagram.com t.me threads.net tiktok.com twitter.com x.com youtube.com "
    "zalo.me zaloapp.com"
)
# Everybody is there: only what stands behind the host, a page's name or number, is somebody's.
SOCIAL_HOSTS: Final = frozenset(_SOCIAL.split())
_END_OF_HOST: Final = re.compile(r"[/?#]")
_FIRST_PART: Final = re.compile(r"/?[^/?#]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedSite:
    """A site, or the part of one below a path, that is a unit's; `valid_until` is its last day."""

    unit_id: int
    unit_name: str
    host: str
    path_prefix: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid(self, day: date) -> bool:
        """Whether it is the unit's on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def host_of(key: str) -> str:
    """The host of an address, or of a key."""
    return _END_OF_HOST.split(key, maxsplit=1)[0]


def hosts_above(host: str) -> Iterator[str]:
    """The host and every one that it lies below: `a.b.vn`, `b.vn`, `vn`."""
    while host:
        yield host
        host = host.partition(".")[2]


def is_social(host: str) -> bool:
    """Whether the host is a social network's, or below one."""
    return any(above in SOCIAL_HOSTS for above in hosts_above(host))


def owners(address: str, sites: Iterable[OwnedSite]) -> tuple[OwnedSite, ...]:
    """The sites that a link is on, of the closest kind: the longest host that the link's is or
    lies below, then the longest path. Several where several units share a site; none if unknown."""
    matching = [site for site in sites if is_on(address, site)]
    closest = max((_closeness(site) for site in matching), default=None)
    return tuple(site for site in matching if _closeness(site) == closest)


def _closeness(site: OwnedSite) -> tuple[int, int]:
    return len(site.host), len(site.path_prefix)


def is_on(address: str, site: OwnedSite) -> bool:
    """Whether a link with this address leads to the site or below it. Case does not matter."""
    host = host_of(address)
    if site.host not in hosts_above(host):
        return False
    if not site.path_prefix:
        return not is_social(site.host)
    rest, prefix = address[len(host) :].lower(), site.path_prefix.lower()
    # "/tin" is not the beginning of "/tin-tuc"; "/profile.php?id=1" not of "/profile.php?id=12".
    ends = ("&", "#") if "?" in prefix else ("/", "?", "#")
    return rest == prefix or rest.startswith(tuple(prefix + end for end in ends))


class SitesByPlace:
    """Many sites, for many links: each link is held against the few that it may be on, though all
    the units of a province have their pages at one host."""

    def __init__(self, sites: Iterable[OwnedSite]) -> None:
        self._by_place: dict[tuple[str, str], list[OwnedSite]] = defaultdict(list)
        self._by_unit: dict[int, list[OwnedSite]] = defaultdict(list)
        for site in sites:
            self._by_place[site.host, _first_part(site.path_prefix)].append(site)
            self._by_unit[site.unit_id].append(site)

    def near(self, address: str, unit_id: int) -> tuple[OwnedSite, ...]:
        """All that `owners` finds for the address among all sites, and all of the unit's."""
        host = host_of(address)
        parts = dict.fromkeys(("", _first_part(address[len(host) :])))
        found = dict.fromkeys(self._by_unit.get(unit_id, ()))
        for above in hosts_above(host):
            for part in parts:
                found |= dict.fromkeys(self._by_place.get((above, part), ()))
        return tuple(found)


def _first_part(path: str) -> str:
    """`/xa-a` of `/xa-a/tin?so=1`: what a link and the site that it is on have alike."""
    match = _FIRST_PART.match(path)
    return match.group().lower() if match else ""
