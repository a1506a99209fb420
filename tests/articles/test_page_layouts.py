"""Pages of layouts that are common on sites of offices: their title and their day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.articles import PageKind
from tests.articles.pages import TEXT, TITLE, read

SITE = "Cổng thông tin điện tử huyện Vân Khê"
URL = "https://vankhe.gov.vn/chi-tiet.aspx?id=33"
DAY = date(2023, 1, 6)
LABELLED = "<p>Ngày đăng: 06/01/2023</p>"
NAVIGATION = (
    f'<div class="top"><a href="/"><img src="/banner.jpg" alt="{SITE}"></a></div>'
    '<div id="menu"><a href="/">Trang chủ</a><a href="/tin">Tin tức</a></div>'
)


def page(title: str, headline: str, beside: str = LABELLED, *, above: str = "") -> str:
    """A page whose other articles and licence have days of their own."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{above}"
        f'<div class="d">{headline}{beside}<div class="c">{TEXT}</div></div>'
        '<div><b>Các tin khác</b><ul><li><a href="/1">Khởi công cầu treo bản Lừu qua suối</a> '
        "21/11/2026</li></ul></div><div>Giấy phép số 12/GP-STTTT ngày 03/4/2019</div></body></html>"
    )


HEADLINES = (
    f"<h2>{TITLE}</h2>", f"<h4>{TITLE}</h4>", f"<p><strong>{TITLE}</strong></p>",
    f'<div class="tit">{TITLE}</div>', f'<div class="x"><b>{TITLE}</b></div>',
    f'<table><tr><td class="contentheading">{TITLE}</td></tr></table>',
    f'<h3 class="post-title entry-title"><a href="/x.html">{TITLE}</a></h3>',
    f'<b><font size="+2">{TITLE}</font></b><br>', f"<big>{TITLE}</big><br>",
    f'<span style="font-size: x-large">{TITLE}</span><br>', f'<p align="center">{TITLE}</p>',
)  # fmt: skip
WINDOWS = (
    TITLE, f"{TITLE} &gt; Tin tức", f"{SITE} &gt; Tin chuyên ngành", "Công ty Thuỷ lợi : Tin tức",
    "Tin hoạt động - ItemID=719", "DetailNews.aspx", "Chi tiết bài viết - ID 33",
    f"Liên hiệp các Hội KH&amp;KT tỉnh &gt;&gt; Tin tức &gt;&gt; {TITLE}",
    f"Trang chủ &gt; Tin tức &gt; {TITLE}", "Hội Chữ thập đỏ tỉnh", "", f"{TITLE} - Bản in",
    f"{TITLE}|Báo Vân Khê", f"{TITLE}- Báo Vân Khê", f"{TITLE} | Vân Khê Online",
    f"{SITE} &raquo; {TITLE}", f"{TITLE} @ Vân Khê Online", f"[Vân Khê] {TITLE}",
    f"{SITE}: {TITLE}", f"{TITLE[:30]}... - {SITE}", "Portal - Vân Khê",
)  # fmt: skip


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("headline", HEADLINES)
def test_headline_that_looks_like_none_and_window_called_anything(headline: str, window: str):
    for above in ("", NAVIGATION, f'<div class="ban">{SITE}</div>'):
        found = read(page(window, headline, above=above), url=URL)
        assert found.title == TITLE
        assert found.published is not None
        assert (found.published.day, found.published.is_sure) == (DAY, True)


@pytest.mark.parametrize(
    "headline",
    [
        f"<h1>{TITLE} <small>06/01/2023</small></h1>",
        f'<h2 class="title">{TITLE} <span>(06/01/2023 08:05)</span></h2>',
    ],
)
def test_day_within_the_headline_is_no_part_of_the_title(headline: str):
    found = read(page(SITE, headline, ""), url=URL)
    assert found.title == TITLE
    assert found.published is not None
    assert found.published.day == DAY


def test_section_within_the_headline_is_no_part_of_the_title():
    headline = f'<h1><span class="cat">Chuyện bản làng</span> {TITLE}</h1>'
    assert read(page(SITE, headline), url=URL).title == TITLE


def test_last_step_of_the_path_is_a_section():
    above = '<div>Trang chủ » <a href="/x">Chuyển đổi số</a></div>'
    headline = f"<h1>Chuyển đổi số</h1><h3>{TITLE}</h3>"
    window = f"Chuyển đổi số - {SITE}"
    assert read(page(window, headline, above=above), url=URL).title == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "<p><span>Đã đăng 06/01/2023 08:05</span> <span>Đã sửa 07/01/2023 07:50</span></p>",
        "<p>Được tạo ngày Thứ sáu, 06 Tháng 1 2023 08:05</p>",
        "<p>Gửi lúc 08:05 ngày 06/01/2023</p>", "<p>Đưa lên lúc: 08:05 06/01/2023</p>",
        "<p>Ngày tạo: 05/01/2023 Ngày đăng: 06/01/2023 08:05</p>",
        "<p>Ngày đăng: 06/01/2023 08:05 - Ngày cập nhật: 08/01/2023</p>",
        '<div><em class="fa fa-clock-o"></em> Thứ sáu - 06/01/2023 08:05 <b>3.418</b></div>',
        '<div><i class="far fa-clock"></i>&nbsp;Ngày đăng: 06/01/2023 08:05</div>',
        "<p>Người đăng: Lê An, ngày 06/01/2023 08:05</p>",
        "<div>Facebook</div><div>Zalo</div><div>In</div><div>A+</div><div>A-</div>"
        "<div>Thứ Sáu, 06/01/2023 08:05</div>",
    ],
)  # fmt: skip
def test_explained_days(line: str):
    published = read(page(f"{TITLE} - {SITE}", f"<h1>{TITLE}</h1>", line), url=URL).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)
    assert published.at == datetime(2023, 1, 6, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "<div><div>06</div><div>01/2023</div></div>", "<div><b>06</b><br>Tháng 1, 2023</div>",
        "<div><span>06</span><span>Th1</span><span>2023</span></div>",
        "<div><span>06</span>/<span>01</span>/<span>2023</span></div>",
        "<ul><li>06</li><li>Th1</li><li>2023</li></ul>", "<p>06-Th1-2023</p>",
        "<p>6 thg 1, 2023</p>",
        '<span class="ago" data-date="2023-01-06T08:05:00">3 năm trước</span>',
    ],
)  # fmt: skip
def test_days_of_which_nothing_is_said(line: str):
    published = read(page(f"{TITLE} - {SITE}", f"<h1>{TITLE}</h1>", line), url=URL).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, False)


OTHER = "Khởi công tám trăm căn nhà ở xã hội tại phố mới"


@pytest.mark.parametrize(
    "above",
    [
        f'<h1><a href="/9001">{OTHER}</a></h1><span>28/11/2026 08:30</span>',
        f"<h3>{OTHER}</h3><div>Ngày đăng: 28/11/2026</div>",
        '<article itemscope><meta itemprop="datePublished" content="2026-11-28T20:15:00+07:00">'
        f'<a href="/9001"><h3>{OTHER}</h3></a><span itemprop="author">Lương Hà</span></article>',
    ],
)
def test_day_above_is_that_of_another_headline(above: str):
    line = "<p>Tô Vĩnh Hà — 06/01/2023 08:05</p>"
    found = read(page(f"{TITLE} | {SITE}", f"<h1>{TITLE}</h1>", line, above=above), url=URL)
    assert found.published is not None
    assert found.published.day == DAY
    assert found.author == "Tô Vĩnh Hà"


def test_tomorrow_in_the_masthead_is_no_publication():
    above = "<div><div>Thứ hai, 30/11/2026</div></div>"
    assert read(page(TITLE, f"<h1>{TITLE}</h1>", "", above=above), url=URL).published is None


@pytest.mark.parametrize("name", ["Tô Vĩnh Hà", "Trương Đình Lộc", "Bàn Văn Chiêu", "Xa Thị Mai",
                                  "Phương Thảo", "Bảo Lâm"])  # fmt: skip
def test_names_that_sound_like_offices_without_their_marks(name: str):
    line = f'<address>{name}</address><time datetime="2023-01-06">06/01/2023</time>'
    assert read(page(TITLE, f"<h1>{TITLE}</h1>", line), url=URL).author == name


@pytest.mark.parametrize("name", ["Tổ truyền thông", "Trường THPT Vân Khê", "Ban quản lý",
                                  "Xã Nà Phìn", "Báo Vân Khê", "System Account"])  # fmt: skip
def test_offices_and_accounts_are_no_authors(name: str):
    line = f'<p class="author">{name}</p>{LABELLED}'
    assert read(page(TITLE, f"<h1>{TITLE}</h1>", line), url=URL).author is None


def test_organisation_beside_a_person_is_no_author():
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s","author":'
        '[{"@type":"Person","name":"Ma Thị Hường"},{"@type":"Organization","name":"Báo"}]}</script>'
    )
    found = read(page(TITLE, script % TITLE + f"<h1>{TITLE}</h1>"), url=URL)
    assert found.author == "Ma Thị Hường"


def test_long_report_of_a_server_is_no_article():
    body = f"<h1>Server Error in '/' Application.</h1><pre>{TEXT}</pre>"
    assert read(f"<title>Object reference not set</title>{body}").kind is PageKind.NOT_FOUND


def test_few_results_of_a_search_are_a_list():
    body = '<h1>Kết quả tìm kiếm cho "chè"</h1><h2><a href="/1">Chè hữu cơ vào siêu thị</a></h2>'
    assert read(f"<title>Tìm kiếm: chè - Báo Vân Khê</title>{body}").kind is PageKind.LIST
