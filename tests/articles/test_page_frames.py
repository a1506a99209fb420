"""Frames around an article that its title must be told from, and lists that look like articles."""

from __future__ import annotations

import pytest

from bot.domain.articles import PageKind
from tests.articles.pages import PARAGRAPH, TEXT, TITLE, article, read

URL = "https://vankhe.gov.vn/chi-tiet.aspx?id=33"
DAY = "<p>06/01/2023 08:05</p>"
OTHER = "Khởi công tám trăm căn nhà ở xã hội tại phố mới"
ABOUT = f"<div><h3>Về chúng tôi</h3><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></div>"
PLAIN = f"<div>{TITLE}</div>"


@pytest.mark.parametrize(
    "frame",
    [
        # the name of a box as the first heading
        f'<h1 class="portlet-title">Xuất bản thông tin mới</h1><h3>{TITLE}</h3>{DAY}{TEXT}',
        f'<h2 class="box-title">Gương sáng quanh ta hôm nay</h2>{PLAIN}{DAY}{TEXT}',
        # a section that has few words
        f"<div>TIN NÔNG THÔN MỚI</div>{DAY}<h5>{TITLE}</h5>{TEXT}",
        # another article that is linked
        f'<div><h1><a href="/9">{OTHER}</a></h1><p>28/11/2026</p></div>{PLAIN}{DAY}{TEXT}',
        # another text above
        f"{ABOUT}<div>{PLAIN}{DAY}{TEXT}</div>",
        f"<div><h2>Chúng tôi sử dụng cookie</h2><p>{PARAGRAPH}</p></div>{PLAIN}{DAY}{TEXT}",
        # the next article below
        f'<div class="t">{TITLE}</div>{DAY}{TEXT}<div class="t">{OTHER}</div>{DAY}{TEXT}',
        # a label in the cell before, or in the line
        f"<table><tr><td>Tiêu đề</td><td>{TITLE}</td></tr><tr><td>Mục</td><td>Tin</td></tr></table>"
        f"{TEXT}",
        f"<p>Tên bài viết: <b>{TITLE}</b></p>{DAY}{TEXT}",
        # headings within the text, and below the headline
        f"{PLAIN}{DAY}<p>{PARAGRAPH}</p><h2>Từ khó khăn ban đầu</h2>{TEXT}",
        f"<h2>{TITLE}</h2><h4>Mỗi tổ bảy người, mỗi thôn một tổ</h4>{DAY}{TEXT}",
        # elements of one's own, and letters that ended with their element
        f"<app-detail><app-title>{TITLE}</app-title><app-day>06/01/2023</app-day></app-detail>{TEXT}",
        f"<font size=5>{TITLE}</font><br>Cập nhật 06/01/2023<br>{PARAGRAPH}<br>{PARAGRAPH}",
        f"<app-title>{TITLE}</app-title><app-lead>Mười hai tổ đã ra mắt</app-lead>"
        f"<app-by>Hà Minh</app-by>{TEXT}",
        f"<font size=5>{TITLE}</font><br>Đời sống nhân dân vùng cao<br>06/01/2023<br>{PARAGRAPH}",
        # far from the text, with a label
        f"<table><tr><td>Tiêu đề</td><td>{TITLE}</td></tr></table><p>Đời sống nhân dân vùng cao</p>"
        f"<p>Phòng văn hóa và xã hội</p><p>Tất cả các thôn bản</p>{TEXT}",
        # a heading below the text that looks more like one
        f'{PLAIN}{DAY}{TEXT}<h2 class="title">Thông tin thêm về hội nghị</h2><p>{PARAGRAPH}</p>',
        # the next article below, and longer
        f'<div><p class="t">{TITLE}</p>{DAY}{TEXT}</div><div><p class="t">{OTHER}</p>{DAY}{TEXT}'
        f"<p>{PARAGRAPH}</p></div>",
        # its own link
        f'<h2><a href="{URL}">{TITLE}</a></h2><small>06/01/2023</small>{TEXT}',
    ],
)
@pytest.mark.parametrize("window", ["Chi tiết tin", "Cổng thông tin điện tử huyện Vân Khê"])
def test_title_within_its_frame(frame: str, window: str):
    page = f"<title>{window}</title><div>UBND HUYỆN VÂN KHÊ</div>{frame}"
    assert read(page, url=URL).title == TITLE


def test_a_slogan_that_all_pages_are_called_by_gives_way_to_the_line_above_the_text():
    slogan = "Kỷ cương, trách nhiệm, sáng tạo vì nhân dân phục vụ"
    head = f'<title>{slogan}</title><meta property="og:title" content="{slogan}">'
    assert read(f"{head}{PLAIN}{DAY}{TEXT}", url=URL).title == TITLE
    assert read(f"{head}<p>{slogan}</p>{DAY}{TEXT}", url=URL).title == slogan


@pytest.mark.parametrize(
    "title",
    [
        "Trường THCS Vân Khê tổ chức ngày hội đọc sách", "Công an xã bắt giữ nhóm trộm cắp",
        "Sở Y tế: Tăng cường phòng bệnh sởi", "Báo động nạn lấn chiếm lòng suối",
        "Hơn 2.400 hộ dân được cấp nước sạch", "Vườn quốc gia thả 14 cá thể về rừng",
        "Kết luận của Ban Thường vụ về công tác quy hoạch, quản lý quy hoạch và phát triển nhà ở "
        "trên địa bàn toàn tỉnh giai đoạn mới",
    ],
)  # fmt: skip
@pytest.mark.parametrize("window", ["Trường THCS Vân Khê", "Báo Phú Khê điện tử"])
def test_news_of_offices_are_titles_and_names_of_offices_are_not(title: str, window: str):
    page = f"<title>{window}</title><div>{window.upper()}</div><div>{title}</div>{DAY}{TEXT}"
    assert read(page, url=URL).title == title


def test_long_headline_is_no_text():
    title = (
        "Kết luận của Ban Thường vụ về công tác quy hoạch, quản lý quy hoạch và phát triển nhà ở "
        "trên địa bàn toàn tỉnh giai đoạn mới"
    )
    page = f"<title>Văn bản</title><p>{title}</p>{DAY}{TEXT}"
    assert read(page, url=URL).title == title


def test_site_before_a_colon_in_the_window():
    site = "Thư viện bản Lừu"
    page = f"<title>{site}: {TITLE}</title><h1>{site}</h1><h3>{TITLE}</h3>{DAY}{TEXT}"
    assert read(page, url=URL).title == TITLE


def test_what_the_head_leaves_out_of_a_headline():
    heading = f"<h1><small>Phóng sự:</small> {TITLE}</h1>"
    assert read(article(DAY, title=TITLE, heading=heading)).title == TITLE
    whole = f"Phóng sự: {TITLE}"
    assert read(article(DAY, title=whole, heading=heading)).title == whole


ITEMS = "".join(
    f'<div><h3 class="t">Tin thứ {number} trong ngày của xã</h3><p>0{number}/11/2026</p>'
    f"<p>{PARAGRAPH}</p></div>"
    for number in range(1, 5)
)


@pytest.mark.parametrize(
    "page",
    [
        f"<title>Báo Vân Khê</title>{ITEMS}",
        f"<title>Vân Khê</title><h1>Chuyên mục: đời sống</h1>{ITEMS.replace('class', 'id')}",
        '<title>Vân Khê</title><script type="application/ld+json">{"@type":"CollectionPage"}'
        f"</script><h1>Gương người tốt việc tốt</h1>{DAY}<p>{PARAGRAPH}</p>",
    ],
)
def test_lists_tell_themselves(page: str):
    assert read(page, url=URL).kind is PageKind.LIST


def test_headlines_of_one_make_below_a_text_make_no_list():
    page = article(DAY, below=f'<div class="r">{ITEMS.replace(PARAGRAPH, "")}</div>')
    assert read(page).kind is PageKind.ARTICLE


def test_front_page_that_is_shown_for_an_article():
    site = "Liên đoàn Lao động tỉnh Vân Khê"
    head = f'<title>{site}</title><link rel="canonical" href="/">'
    links = "".join(f'<a href="/{n}">Tin thứ {n} trong ngày của xã</a><br>' for n in range(9))
    page = f"{head}<h1>{site}</h1><h2>Tin hoạt động của công đoàn cơ sở</h2>{links}"
    assert read(page, url="https://vankhe.gov.vn/tin/455").kind is PageKind.HOME


@pytest.mark.parametrize("page", [f"<h1>{TITLE}</h1><p>Đăng ngày 06/01/2023</p><iframe></iframe>"])
def test_paper_shown_in_a_frame_is_an_article(page: str):
    links = "".join(f'<a href="/{n}">Văn bản thứ {n} trong ngày</a><br>' for n in range(9))
    assert read(f"<title>Văn bản</title>{page}{links}", url=URL).kind is PageKind.ARTICLE


def test_opinions_counted_above_the_text_do_not_end_the_article():
    page = article("<p>0 bình luận</p><p>Ngày đăng: 06/01/2023</p>")
    found = read(page)
    assert found.published is not None
    assert found.published.is_sure
    assert PARAGRAPH in found.text


def test_a_login_page_with_a_day_is_still_one():
    page = '<title>Nội bộ</title><h2>Nội bộ</h2><p>Cập nhật: 06/01/2023</p><input type="password">'
    assert read(page, url="https://vankhe.gov.vn/account/login").kind is PageKind.LOGIN
