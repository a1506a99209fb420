"""The title of an article, from whatever a page calls itself."""

from __future__ import annotations

import pytest

from bot.articles.page import LONGEST_TITLE
from tests.articles.pages import TITLE, URL, article, read

SITE = "Báo Vân Khê"


def og(title: str, site: str = "") -> str:
    named = f'<meta property="og:site_name" content="{site}">' if site else ""
    return f'<meta property="og:title" content="{title}">{named}'


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE} - {SITE}", f"{TITLE} | Thời sự | {SITE} điện tử", f"{SITE} điện tử - {TITLE}",
        f"{TITLE} :: Cổng thông tin điện tử huyện Vân Khê", f"{TITLE} — baovankhe.vn", TITLE,
        f"{TITLE} - Tin tức - Sự kiện - Sở Y tế tỉnh", "Chi tiết tin tức", "Trang chủ", "", SITE,
    ],
)  # fmt: skip
def test_title_of_the_window_loses_the_site(title: str):
    assert read(article(title=title)).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE} - {SITE}", f"{TITLE} | Thời sự | {SITE} điện tử", f"{SITE} điện tử - {TITLE}",
        f"{TITLE} :: Cổng thông tin điện tử huyện Vân Khê", TITLE,
    ],
)  # fmt: skip
def test_without_a_heading_the_title_of_the_window_does(title: str):
    assert read(article(title=title, heading="")).title == TITLE


@pytest.mark.parametrize(
    "generic",
    ["Chi tiết tin tức", "Xem chi tiết", "Trang chủ", "Tin tức", "Tin tức - Sự kiện", SITE,
     "baovankhe.vn", "Nội dung chi tiết", "News detail"],
)  # fmt: skip
def test_generic_titles_count_at_no_level(generic: str):
    heading = f"<h1>{generic}</h1><h2>{TITLE}</h2>"
    page = article(title=f"{generic} - {SITE}", head=og(generic, SITE), heading=heading)
    assert read(page, url="https://baovankhe.vn/x.aspx?ItemID=3").title == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        f'<div class="tieude">{TITLE}</div>', f'<span id="lblTieuDe">{TITLE}</span><br>',
        f'<td class="title_detail">{TITLE}</td>', f"<h3>{TITLE}</h3>",
        f'<p><b style="font-size:18pt">{TITLE}</b></p>', f'<font size="5">{TITLE}</font>',
    ],
)  # fmt: skip
def test_headline_without_a_heading(heading: str):
    page = article("<div>Ngày đăng: 06/01/2023</div>", title="Chi tiết tin tức", heading=heading)
    found = read(page, url="https://baovankhe.vn/x.aspx?ItemID=3")
    assert found.title == TITLE
    assert found.published is not None
    assert found.published.is_sure


def test_the_same_name_for_every_page_gives_way_to_what_agrees():
    head = og("Kênh thông tin nhanh nhạy, chính xác của nhân dân toàn tỉnh")
    assert read(article(head=head)).title == TITLE


def test_the_address_tells_the_title_from_a_section():
    section = "Những tấm gương bình dị mà cao quý"
    page = article(title=f"{section} - {SITE}", heading=f"<h1>{section}</h1><h2>{TITLE}</h2>")
    url = "https://baovankhe.vn/hoi-nghi-trien-khai-nhiem-vu-nam-moi-o-van-khe-1187.html"
    assert read(page, url=url).title == TITLE


def test_logo_as_first_heading():
    above = f'<div class="header"><h1 class="logo"><a href="/">{SITE}</a></h1></div>'
    found = read(article(above=above))
    assert (found.title, found.site) == (TITLE, SITE)


@pytest.mark.parametrize("title", ["Phường Vân Khê ra quân dọn phố", "Hội Nông dân tỉnh họp"])
def test_news_of_an_office_is_no_name_of_the_site(title: str):
    for heading in (f'<span class="tieude">{title}</span>', f'<font size="5">{title}</font>'):
        page = article(
            "<div>Ngày đăng: 06/01/2023</div>", title=f"Chi tiết tin - {SITE}", heading=heading
        )
        assert read(page, url="https://baovankhe.vn/tin.aspx?ItemID=305").title == title


def test_cut_and_unmarked_titles_are_taken_from_the_page():
    assert read(article(head=og("Hội nghị triển khai nhiệm vụ năm…"))).title == TITLE
    assert read(article(head=og("Hoi nghi trien khai nhiem vu nam moi o Van Khe"))).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "Cầu Bến Đò - Chợ Lớn: đường về nhà ngắn lại", "Giữ rừng | Bài 2: Lời thề bên gốc nghiến",
        "Khai mạc giải chạy ở xã Tân Tiến - huyện Vân Khê", "Thông báo: lịch tiếp công dân",
        "Hội Nông dân tỉnh: sơ kết ba năm phong trào thi đua",
    ],
)  # fmt: skip
def test_separators_inside_a_title_stay(title: str):
    page = article(title=f"{title} - {SITE}", heading=f"<h1>{title}</h1>")
    assert read(page).title == title


def test_title_is_one_clean_line():
    heading = (
        "<h1>\n Hội&nbsp;nghị   <b>tri\u0065\u0302\u0309n</b><br>khai &amp;quot;mới&amp;quot;</h1>"
    )
    assert read(article(title="", heading=heading)).title == 'Hội nghị triển khai "mới"'


def test_long_titles_are_cut():
    long = "Hội nghị " * 200
    title = read(article(title=long, heading=f"<h1>{long}</h1>")).title
    assert title is not None
    assert LONGEST_TITLE - 20 < len(title) <= LONGEST_TITLE
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="author" content="Nguyễn Văn An">', "Nguyễn Văn An"),
        (f'<meta name="author" content="{SITE}">' + og(TITLE, SITE), None),
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="https://facebook.com/vankhe">', None),
    ],
)
def test_authors_are_people(head: str, author: str | None):
    assert read(article(head=head)).author == author


@pytest.mark.parametrize(
    "line",
    ["Tác giả: Đặng Thị Ước", "<span class=author>Đặng Thị Ước</span>",
     "Đặng Thị Ước | 06/01/2023", "Đăng ngày 06/01/2023 bởi Đặng Thị Ước"],
)  # fmt: skip
def test_by_lines(line: str):
    assert read(article(f"<div>{line}</div>")).author == "Đặng Thị Ước"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/xa-hoi/305919.html", URL),
        ("https://www.baovankhe.vn/a-1.html", "https://www.baovankhe.vn/a-1.html"),
        ("https://khac.vn/a-1.html", None),
        ("https://baovankhe.vn/", None),
        ("javascript:void(0)", None),
        ("http://[", None),
        ("/" + "a" * 3000, None),
    ],
)
def test_canonical_is_of_the_same_host(href: str, expected: str | None):
    assert read(article(head=f'<link rel="canonical" href="{href}">')).canonical == expected
