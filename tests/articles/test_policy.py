"""Which addresses and hosts a policy lets pages be fetched from."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.articles.policy import DENIED, SHIPPED, Endpoint, FetchPolicy, only

_REFUSED = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
    127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
    192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.175.48.1 198.18.0.1
    198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::127.0.0.1 ::808:808 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::7f00:1 100::1 100:0:0:1::1 200::1 1fff::1
    2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff::1
    2001:db8::1 2002:7f00:1:: 2002:808:808:: 2620:4f:8000::1 3ffe::1 3fff::1 3fff:fff::1 4000::1
    5f00::1 7fff::1 8000::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 feff::1 ff02::1
    localhost 127.1 2130706433 0x7f000001 0177.0.0.1 １２７.0.0.1 [::1] 8.8.8.8/32
"""
_PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 113.160.0.1 126.255.255.255
    128.0.0.1 168.63.129.15 169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255
    198.17.255.255 198.20.0.1 203.162.0.1 223.255.255.255
    2001:200::1 2001:dc8::1 2001:ee0::1 2003::1 2400:cb00::1 2402:800::1 2606:4700::1111 2a00::1
    3ffd::1 3fff:1000::1
"""
REFUSED = _REFUSED.split()
PUBLIC = _PUBLIC.split()


@pytest.mark.parametrize("address", [*REFUSED, ""])
def test_what_is_not_public_is_refused(address: str):
    assert SHIPPED.refuses(address)
    assert not SHIPPED.admits(Endpoint(address, 80))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_not_refused(address: str):
    assert not SHIPPED.refuses(address)
    assert SHIPPED.admits(Endpoint(address, 443))


def networks() -> st.SearchStrategy[str]:
    """Addresses near the edges of what is denied, and any others."""
    edges = [
        int(edge) + distance
        for network in DENIED
        for edge in (network.network_address, network.broadcast_address)
        for distance in (-1, 0, 1)
    ]
    near4 = st.sampled_from([edge for edge in edges if 0 <= edge < 2**32]).map(IPv4Address)
    near6 = st.sampled_from([edge for edge in edges if 0 <= edge < 2**128]).map(IPv6Address)
    return st.one_of(near4, near6, st.ip_addresses()).map(str)


@given(networks())
@example("224.0.0.1")
def test_what_python_does_not_count_as_global_is_refused(address: str):
    assume(not ip_address(address).is_global)
    assert SHIPPED.refuses(address)


@given(st.ip_addresses(v=4).filter(lambda inner: SHIPPED.refuses(str(inner))))
def test_an_inner_address_is_refused_in_every_dress(inner: IPv4Address):
    number = int(inner)
    for dressed in (
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0xFFFF << 48 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x64FF9B0001 << 80 | number),
        IPv6Address(0x2002 << 112 | number << 80),
        IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF),
    ):
        assert SHIPPED.refuses(str(dressed)), dressed


async def test_a_policy_of_known_sites_reaches_these_and_nothing_else():
    press = Endpoint("127.0.0.1", 8123)
    policy = only({"bao.example.vn": press})
    assert await policy.resolver("bao.example.vn", 80) == (press,)
    assert policy.admits(press)
    assert not policy.admits(Endpoint("127.0.0.1", 8124))
    with pytest.raises(OSError, match="no such host"):
        await policy.resolver("example.vn", 80)


@pytest.mark.parametrize(
    ("host", "opens"),
    [
        ("gov.vn", True),
        ("sotttt.gov.vn", True),
        ("a.b.gov.vn", True),
        ("evilgov.vn", False),
        ("gov.vn.example.com", False),
        ("vn", False),
        ("bao.vn", True),
        ("", False),
    ],
)
def test_allowed_hosts_are_these_and_what_is_below(host: str, opens: bool):
    assert FetchPolicy(allowed_hosts=("gov.vn", "bao.vn")).opens(host) is opens
    assert SHIPPED.opens(host)


def test_a_proxy_needs_a_list_of_hosts():
    with pytest.raises(ValueError, match="allowed hosts"):
        FetchPolicy(proxy="http://127.0.0.1:3128")
    policy = replace(SHIPPED, proxy="http://u:canary@proxy:3128", allowed_hosts=("gov.vn",))
    assert "canary" not in repr(policy)
