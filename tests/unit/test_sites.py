"""Sites of units as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.articles.sites import Site, read_sites, written
from bot.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("baoyenbai.com.vn", Site("baoyenbai.com.vn")),
        ("https://www.BaoYenBai.com.vn/", Site("baoyenbai.com.vn")),
        ("http://yenbai.gov.vn/stttt/", Site("yenbai.gov.vn", "/stttt")),
        ("báoyênbái.vn", Site("xn--boynbi-qta7fxd.vn")),
        ("facebook.com/bao.yenbai", Site("facebook.com", "/bao.yenbai")),
        (
            "fb.com/people/Bao-Yen-Bai/100064512345678",
            Site("facebook.com", "/people/Bao-Yen-Bai/100064512345678"),
        ),
        ("yenbai.gov.vn/vi/stttt/", Site("yenbai.gov.vn", "/stttt")),
        (
            "abc.vn (01/01/2026-31/12/2026)",
            Site("abc.vn", "", date(2026, 1, 1), date(2026, 12, 31)),
        ),
        ("abc.vn(1/2/2026-)", Site("abc.vn", "", date(2026, 2, 1))),
        ("abc.vn/tin (-31/12/2026)", Site("abc.vn", "/tin", None, date(2026, 12, 31))),
    ],
)
def test_read_sites_knows_the_usual_ways(text, site):
    (found,) = read_sites(text)
    if "xn--" in site.host:
        assert found.host.startswith("xn--")
        assert found.host.endswith(".vn")
    else:
        assert found == site


def test_read_sites_takes_several_and_each_once():
    assert read_sites("b.vn/x; https://a.vn\nwww.b.vn/x/ | , ") == (
        Site("a.vn"),
        Site("b.vn", "/x"),
    )
    assert read_sites(" ; ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "chưa có",
        "localhost",
        "192.168.1.1",
        "abc",
        "ftp://abc.vn",
        "https://me@abc.vn",
        "abc.vn:8080",
        "abc.vn?x=1",
        "abc.vn (31/12/2026-01/01/2026)",
        "abc.vn (32/01/2026-)",
        "abc.vn def.vn",
        "abc.vn/" + "a" * 300,
    ],
)
def test_read_sites_refuses_what_is_none(text):
    with pytest.raises(InvalidInput) as refused:
        read_sites(text)
    assert refused.value.key == "site.unusable"
    assert str(refused.value.parameters["site"]) in text


PATHS = st.text(alphabet="abcđê/%; (),?#20\\", max_size=12)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1))


@example("a.vn", "%a0", None, None)  # no letter in UTF-8
@given(st.sampled_from(["a.vn", "báo.vn", "facebook.com"]), PATHS, DAYS, DAYS)
def test_what_is_written_is_read_back(host, path, first, last):
    try:
        sites = read_sites(f"{host}/{path}")
    except InvalidInput:
        return
    for site in sites:
        days = (first, last) if not (first and last and last < first) else (None, None)
        dated = Site(site.host, site.path_prefix, *days)
        assert read_sites(written(dated)) == (dated,)
