"""Whose site a link is on, by the host and the path alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.sites import read_sites
from bot.articles.urls import canonical_address
from bot.domain.site_owners import (
    OwnedSite,
    SitesByPlace,
    host_of,
    hosts_above,
    is_on,
    is_social,
    owners,
)

PROVINCE, DEPARTMENT, UNION, PAPER, COMMUNE = range(1, 6)
SITES = {
    PROVINCE: "yenbai.gov.vn",
    DEPARTMENT: "yenbai.gov.vn/stttt; facebook.com/stttt.yenbai",
    UNION: "hoilhpn.yenbai.gov.vn; haugiang.gov.vn/web/hoi-phu-nu",
    PAPER: "baoyenbai.com.vn; youtube.com/@baoyenbai; tiktok.com/@baoyenbai; zalo.me/1234567",
    COMMUNE: "yenbai.gov.vn/stttt/xa-yen-binh; facebook.com/profile.php?id=100064; facebook.com",
}


def owned(unit_id: int, text: str) -> list[OwnedSite]:
    """Sites as the office writes them down."""
    return [
        OwnedSite(
            unit_id=unit_id, unit_name=str(unit_id), host=site.host, path_prefix=site.path_prefix
        )
        for site in read_sites(text)
    ]


REGISTERED = [site for unit_id, text in SITES.items() for site in owned(unit_id, text)]


@pytest.mark.parametrize(
    ("link", "unit"),
    [
        ("https://yenbai.gov.vn/tin-tuc/1", PROVINCE),
        ("https://www.yenbai.gov.vn", PROVINCE),
        ("https://yenbai.gov.vn/stttt/tin/1", DEPARTMENT),
        ("https://yenbai.gov.vn/STTTT/tin/1", DEPARTMENT),
        ("https://yenbai.gov.vn/stttt", DEPARTMENT),
        ("https://yenbai.gov.vn/stttt?id=5", DEPARTMENT),
        ("https://yenbai.gov.vn/stttt-cu/1", PROVINCE),
        ("https://yenbai.gov.vn/stttt/xa-yen-binh/bai-1", COMMUNE),
        ("https://m.hoilhpn.yenbai.gov.vn/noidung/bai-1.aspx", UNION),
        ("https://xayenbinh.yenbinh.yenbai.gov.vn/1", PROVINCE),
        ("https://khacyenbai.gov.vn/1", None),
        ("https://gov.vn/1", None),
        ("https://haugiang.gov.vn/web/hoi-phu-nu/1", UNION),
        ("https://haugiang.gov.vn/web/khac/1", None),
        ("http://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx", PAPER),
        ("https://baoyenbai.com.vn.example.com/1", None),
        # On social networks the host alone is nobody's.
        ("https://www.facebook.com/stttt.yenbai/posts/123", DEPARTMENT),
        ("https://m.facebook.com/stttt.yenbai/posts/612345678901234?mibextid=a", DEPARTMENT),
        ("https://facebook.com/stttt.yenbai/videos/712345678901234", DEPARTMENT),
        ("https://yenbai.gov.vn/stttt/tin/khai-mac-le-hoi-305919.html", DEPARTMENT),
        ("https://facebook.com/STTTT.YenBai/posts/123", DEPARTMENT),
        ("https://facebook.com/stttt.yenbai2/posts/123", None),
        ("https://facebook.com/profile.php?id=100064&sk=about", COMMUNE),
        ("https://facebook.com/profile.php?id=1000641", None),
        ("https://facebook.com/share/p/abc", None),
        ("https://youtube.com/@BaoYenBai/videos", PAPER),
        ("https://youtu.be/dQw4w9WgXcQ", None),
        ("https://www.tiktok.com/@baoyenbai/video/123", PAPER),
        ("https://zalo.me/1234567", PAPER),
        ("https://oa.zalo.me/7654321", None),
    ],
)
def test_a_link_is_on_the_closest_site(link: str, unit: int | None):
    found = {site.unit_id for site in owners(canonical_address(link), REGISTERED)}
    assert found == ({unit} if unit else set())


def test_a_site_that_units_share_is_of_all_of_them():
    sites = [*owned(1, "a.vn"), *owned(2, "a.vn"), *owned(3, "vn.vn")]
    assert [site.unit_id for site in owners("a.vn/1", sites)] == [1, 2]


def test_a_longer_host_wins_over_a_longer_path():
    sites = [*owned(1, "a.vn/tin/trong-tinh"), *owned(2, "b.a.vn")]
    assert [site.unit_id for site in owners("b.a.vn/tin/trong-tinh/1", sites)] == [2]


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [
        (None, None, True),
        (date(2026, 1, 2), None, True),
        (date(2026, 1, 3), None, False),
        (None, date(2026, 1, 2), True),
        (None, date(2026, 1, 1), False),
    ],
)
def test_a_site_is_the_units_from_its_first_to_its_last_day(
    first: date | None, last: date | None, valid: bool
):
    site = OwnedSite(unit_id=1, unit_name="", host="a.vn", valid_from=first, valid_until=last)
    assert site.is_valid(date(2026, 1, 2)) is valid


def test_hosts_and_those_above_them():
    assert host_of("a.b.vn/c.d?e") == "a.b.vn"
    assert host_of("a.vn?x=1") == "a.vn"
    assert host_of("a.vn#!/x") == "a.vn"
    assert list(hosts_above("a.b.vn")) == ["a.b.vn", "b.vn", "vn"]
    assert is_social("oa.zalo.me")
    assert not is_social("notfacebook.com")


@given(st.text(), st.text(), st.text())
def test_any_key_is_compared_with_any_site(key: str, host: str, path: str):
    site = OwnedSite(unit_id=1, unit_name="", host=host, path_prefix=path)
    assert owners(key, [site]) == ((site,) if is_on(key, site) else ())


PLACES = st.tuples(
    st.sampled_from(("a.vn", "b.a.vn", "facebook.com", "vn")),
    st.sampled_from(
        ("", "/", "/x", "/X/y", "/x/y/z", "/xy", "/p.php?id=1", "/p.php?id=12", "/x#y", "?q=1")
    ),
)


@given(st.lists(PLACES, max_size=12), PLACES, st.sampled_from(("", "/1", "?so=1", "#a", "&b=2")))
def test_a_link_held_against_few_sites_is_on_the_same_as_held_against_all(
    places: list[tuple[str, str]], link: tuple[str, str], rest: str
):
    sites = [
        OwnedSite(unit_id=number % 3, unit_name="", host=host, path_prefix=path)
        for number, (host, path) in enumerate(places)
    ]
    address = "".join((*link, rest))
    near = SitesByPlace(sites).near(address, 1)
    assert set(owners(address, near)) == set(owners(address, sites))
    assert {site for site in sites if site.unit_id == 1} <= set(near)


def test_of_a_thousand_pages_at_one_host_a_link_is_held_against_its_own():
    sites = [
        OwnedSite(unit_id=number, unit_name="", host="facebook.com", path_prefix=f"/xa{number}")
        for number in range(1000)
    ]
    (near,) = SitesByPlace(sites).near("facebook.com/xa7/posts/1", 7)
    assert near.unit_id == 7
