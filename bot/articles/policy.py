"""Which addresses pages may be fetched from, how much and how fast; a value, pure.

Nothing here resolves a name or connects: `guard` and `fetch` do, and ask this policy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple


class Endpoint(NamedTuple):
    """Where one connection goes: an address in numbers and a port."""

    address: str
    port: int


Resolver = Callable[[str, int], Awaitable[Sequence[Endpoint]]]
"""All places that a host's name and a link's port lead to; OSError if there are none."""

DENIED: Final[tuple[IPv4Network | IPv6Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of a provider; a cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a public address that a cloud answers from inside
        "169.254.0.0/16",  # link-local; clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
        # All that is not 2000::/3, the only part of IPv6 with public hosts: unspecified, loopback,
        # IPv4-compatible, -mapped and -translated, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard
        # (100::/64) ...
        "::/3",
        "4000::/2",  # ... segment routing (5f00::/16) ...
        "8000::/1",  # ... local (fc00::/7), link-local, site-local (fec0::/10), multicast
        "2001::/23",  # protocol assignments: Teredo (2001::/32), benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # an experiment that is over
        "3fff::/20",  # documentation
    )
)
"""What no page is fetched from: every network whose hosts are not public, and those that carry
another address within their own. `ipaddress` alone counts some of them as global."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How pages are fetched. `dataclasses.replace` makes another of it."""

    ports: frozenset[int] = frozenset({80, 443})
    admitted: frozenset[Endpoint] = frozenset()
    """Places of our own that may be reached although DENIED names them."""
    resolver: Resolver | None = None
    """None asks the system. A resolver may also lead to another port than the link's."""
    allowed_hosts: tuple[str, ...] = ()
    """If not empty, only these and what is below them is opened; ASCII, lower case."""
    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    user_agent: str = "Mozilla/5.0 (compatible; Dondoc)"

    seconds_in_all: float = 15.0
    """For one page with all its redirects, less the waits for its turn."""
    seconds_to_connect: float = 5.0
    most_redirects: int = 5
    most_bytes: int = 2_000_000
    """Of a body, as it travels and as it is when unpacked."""
    most_headers: int = 100
    longest_header: int = 8190
    """Bytes of a line of the answer's head."""

    at_once: int = 8
    at_once_per_host: int = 2
    pause_per_host: float = 1.0
    """Seconds from one start to the next."""

    def __post_init__(self) -> None:
        if self.proxy and not self.allowed_hosts:
            # Behind a proxy nobody here sees which address is connected to.
            raise ValueError("a proxy is used with a list of allowed hosts only")

    def refuses(self, address: str) -> bool:
        """Whether nothing may be fetched from this address, in numbers."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return True
        return any(parsed in network for network in DENIED)

    def admits(self, endpoint: Endpoint) -> bool:
        """Whether there may be a connection to this place."""
        return endpoint in self.admitted or not self.refuses(endpoint.address)

    def opens(self, host: str) -> bool:
        """Whether pages of this host are opened at all, wherever it is."""
        return not self.allowed_hosts or any(
            host == allowed or host.endswith(f".{allowed}") for allowed in self.allowed_hosts
        )


SHIPPED: Final = FetchPolicy()


def only(sites: Mapping[str, Endpoint]) -> FetchPolicy:
    """A policy that knows these hosts at these places, wherever they are, and nothing else."""
    places = dict(sites)

    async def resolve(host: str, _port: int) -> Sequence[Endpoint]:
        if host not in places:
            raise OSError("no such host")
        return (places[host],)

    return FetchPolicy(admitted=frozenset(places.values()), resolver=resolve)
