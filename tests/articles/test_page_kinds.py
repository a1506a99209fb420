"""What a page is, and when a page that answers is not the one asked for."""

from __future__ import annotations

import pytest

from bot.articles.page import Page
from bot.domain.articles import PageKind
from tests.articles.pages import PARAGRAPH, TITLE, URL, article, read

SITE = "Báo Vân Khê"
PASSWORD = '<form><input name="u"><input type="password" name="p"></form>'


def rows(count: int, lead: str = "") -> str:
    return "".join(
        f'<div><h3><a href="/{at}.html">Tin số {at} nói về nông thôn mới</a></h3>{lead}</div>'
        for at in range(count)
    )


@pytest.mark.parametrize(
    "page",
    [
        f"<title>404</title><h1>Không tìm thấy trang</h1>{rows(12)}",
        f"<title>{SITE}</title><h1>Trang không tồn tại</h1>",
        "<title>Error</title><p>Something went wrong.</p>",
        f"<title>{SITE}</title><div>Bài viết không tồn tại hoặc đã bị xóa.</div>",
        "<title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr>nginx",
        f"<title>Thông báo lỗi - {SITE}</title><p>Đường dẫn không đúng</p>",
        "<h1>Server Error in '/' Application.</h1><p>Runtime Error</p>",
    ],
)
def test_page_that_says_it_is_not_there(page: str):
    assert read(page).kind is PageKind.NOT_FOUND


@pytest.mark.parametrize(
    "path", ["/404", "/404.html", "/error.aspx", "/vi/error", "/loi", "/page-not-found"]
)
def test_address_that_says_so(path: str):
    page = f"<title>{SITE}</title><p>Xin lỗi</p>"
    assert read(page, url=f"https://baovankhe.vn{path}").kind is PageKind.NOT_FOUND


@pytest.mark.parametrize(
    "title",
    [
        "Ba ngày không tìm thấy người mất tích trên đỉnh núi",
        "404 hộ nghèo ở Vân Khê có nhà mới",
        "Nạn thách cưới không còn tồn tại ở bản vùng cao",
        "Lỗi hệ thống: vì sao trang dịch vụ công không tồn tại nút nộp hồ sơ",
    ],
)
def test_news_of_what_is_not_found_is_an_article(title: str):
    assert read(article(title=title, heading=f"<h1>{title}</h1>")).kind is PageKind.ARTICLE


@pytest.mark.parametrize("title", [TITLE, "Không tìm thấy bé trai mất tích", "404 hộ có nhà mới"])
def test_short_article_with_one_picture(title: str):
    page = f"<title>{title}</title><h1>{title}</h1><img src=a.jpg><p>Ảnh: Lan Anh</p>"
    assert read(page).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "page",
    [
        f"<title>Tin tức - {SITE}</title>{rows(8)}",
        f"<title>Tin tức - {SITE}</title>{rows(12, f'<p>{PARAGRAPH[:150]}</p>')}",
        f"<title>Tin tức</title>{rows(3)}<a>1</a><a href=2>2</a><a href=3>3</a>",
        '<script type="application/ld+json">{"@type":"CollectionPage"}</script>' + rows(2),
    ],
)
def test_lists(page: str):
    assert read(page, url="https://baovankhe.vn/tin-tuc").kind is PageKind.LIST


def test_article_with_many_others_below_is_no_list():
    page = article(below=f"<div>Tin khác</div>{rows(20)}")
    assert read(page).kind is PageKind.ARTICLE


@pytest.mark.parametrize("path", ["", "/", "/trang-chu", "/index.html", "/Default.aspx"])
def test_home(path: str):
    page = f"<title>{SITE}</title>{rows(20)}"
    assert read(page, url=f"https://baovankhe.vn{path}").kind is PageKind.HOME


@pytest.mark.parametrize(
    "page",
    [
        "", "   ", '<div id="root"></div><script src="/a.js"></script>',
        "<noscript>You need to enable JavaScript to run this app.</noscript><script></script>",
        "<title>Just a moment...</title><p>Checking your browser</p><script></script>",
        '<frameset cols="20%,80%"><frame src="a.htm"><frame src="b.htm"></frameset>',
    ],
)  # fmt: skip
def test_shells(page: str):
    assert read(page).kind is PageKind.SHELL


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (f"<title>Đăng nhập hệ thống</title>{PASSWORD}", URL),
        (f"<title>{SITE}</title><h2>Đăng nhập</h2>{PASSWORD}", URL),
        ("<title>Facebook</title><p>Vui lòng đăng nhập để tiếp tục</p>", URL),
        (f"<title>{SITE}</title>{PASSWORD}", "https://baovankhe.vn/account/login"),
    ],
)
def test_logins(page: str, url: str):
    assert read(page, url=url).kind is PageKind.LOGIN


def test_article_with_a_login_form_at_its_head():
    assert read(article(above=PASSWORD)).kind is PageKind.ARTICLE


@pytest.mark.parametrize("content_type", ["application/pdf", "image/jpeg", "application/json"])
def test_other_types_are_not_read(content_type: str):
    assert read(article(), content_type=content_type) == Page(PageKind.UNKNOWN)
