"""When a page was published: right, or not told as sure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.articles.page import DateSource
from tests.articles.pages import PARAGRAPH, TEXT, TITLE, article, read

DAY = date(2023, 1, 6)
JSON_LD = (
    '<script type="application/ld+json">{{"@context":"https://schema.org","@type":"{kind}",'
    '"headline":"{headline}","datePublished":"{day}"}}</script>'
)


SHORT = f"<p>{PARAGRAPH[:120]}.</p>"
TIME_ELEMENT = '<time datetime="2023-01-06">06/01/2023</time>'


def json_ld(day: str, *, kind: str = "NewsArticle", headline: str = TITLE) -> str:
    return JSON_LD.format(kind=kind, headline=headline, day=day)


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("Cập nhật: Thứ sáu, 06/01/2023 | 1:36:31 PM", "13:36:31"),
        ("Cập nhật lúc 08:05, ngày 06/01/2023", "08:05:00"),
        ("Cập nhật: 06/01/2023 1:36:31 CH", "13:36:31"),
        ("Ngày đăng: 06/01/2023 12:05:00 SA", "00:05:00"),
        ("Đăng lúc 8 giờ 05 phút ngày 6 tháng 01 năm 2023", "08:05:00"),
        ("Đăng ngày 6-1-2023", None),
        ("Thứ Sáu, ngày 6 tháng 01 năm 2023", None),
        ("Thứ 6, 06.01.2023, 13h36", "13:36:00"),
        ("T6, 06/01/2023 08:05", "08:05:00"),
        ("Xuất bản: 06/01/2023, 08:05 (GMT+7)", "08:05:00"),
        ("Nguyễn Văn A | Ngày đăng: 06/01/2023 | Lượt xem: 1.234", None),
        ("Posted on January 6, 2023 by Nguyễn Văn A", None),
        ("<span>Ngày đăng:</span><span>06/01/2023</span><span>08:05</span>", "08:05:00"),
        ("<table><tr><td>Ngày đăng</td><td>06/01/2023</td></tr></table>", None),
        ("Ngày đăng: 06/01/2023 01:05 (GMT+0)", "08:05:00"),
    ],
)
def test_labelled_line_beside_the_headline_is_sure(line: str, hour: str | None):
    published = read(article(f"<div>{line}</div>")).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True), published
    assert published.source is DateSource.LABELLED
    local = datetime.fromisoformat(f"2023-01-06T{hour}+07:00").astimezone(UTC) if hour else None
    assert published.at == local


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (json_ld("2023-01-06T08:05:00+07:00"), DateSource.JSON_LD),
        (json_ld("2023-01-06T01:05:00Z", kind="BlogPosting"), DateSource.JSON_LD),
        (meta("article:published_time", "2023-01-06T08:05:00+07:00"), DateSource.META),
        ('<meta name="pubdate" content="06/01/2023 08:05">', DateSource.META),
        ('<meta name="DC.date.issued" content="2023-01-06 08:05">', DateSource.META),
        ('<meta itemprop="datePublished" content="1672967100">', DateSource.META),
    ],
)
def test_what_machines_are_told_is_sure(head: str, source: DateSource):
    published = read(article("<p>Đại biểu dự hội nghị năm 2019</p>", head=head)).published
    assert published is not None
    assert (published.day, published.is_sure, published.source) == (DAY, True, source)
    assert published.at == datetime(2023, 1, 6, 1, 5, tzinfo=UTC)


def test_time_element_of_the_article_is_sure():
    page = article('<time datetime="2023-01-06T08:05:00+07:00">1 giờ trước</time>')
    published = read(page).published
    assert published is not None
    assert (published.day, published.is_sure, published.source) == (DAY, True, DateSource.TIME)


@pytest.mark.parametrize(
    "other",
    [
        {"above": "<div>Chủ nhật, 29/11/2026 10:00:03</div>"},
        {"above": "<div>Cập nhật: 29/11/2026 08:05</div>"},
        {"above": '<header><span id="date">Thứ Sáu, 06/01/2023</span></header>'},
        {"above": '<div class="clock">Cập nhật: 06/01/2023</div>'},
        {"beside": "<p>Quyết định số 12/2019/QĐ-UBND ngày 03/04/2019 về công tác văn thư</p>"},
        {"beside": "<p>Cập nhật đến ngày 06/01/2023, toàn tỉnh có 123 tổ công nghệ số</p>"},
        {"beside": "<p>Đại hội Đảng ngày 06/01/2023 bầu ban chấp hành khoá mới</p>"},
        {"beside": "<p>Hôm nay, 06/01/2023</p>"},
        {"beside": "<p>Ngày 06/01/2023 toàn tỉnh có thêm 123 tổ công nghệ số</p>"},
        {"beside": '<p><span id="clock">Thứ Sáu, 06/01/2023</span></p>'},
        {"below": "<div>Tin liên quan</div><div>Ngày đăng: 06/01/2023</div>"},
        {"below": '<div class="comments"><p>Lan</p><p>Đăng lúc 08:05 06/01/2023</p></div>'},
        {"below": "<footer>Giấy phép số 12/GP-TTĐT. Cập nhật: 06/01/2023</footer>"},
        {"below": "<div>© 2015 - 2023</div>"},
        {"beside": "<div>Năm 2023</div>"},
        {"beside": "<div>Kỷ niệm ngày thành lập Đảng: 06/01/2023</div>"},
        # times within a sentence, of a picture, of a link, of opinions
        {"beside": f'<p>{PARAGRAPH} <time datetime="2023-01-06">6/1</time>'},
        {"beside": '<p>Sự kiện diễn ra <time datetime="2023-01-06">06/01/2023</time> ở xã</p>'},
        {"beside": f"<figcaption>Ở hội nghị {TIME_ELEMENT}</figcaption>"},
        {"beside": f"<p>Ảnh: Lan, {TIME_ELEMENT}</p>"},
        {"beside": f'<p><a href="/2">Gặp nghệ nhân khèn ở bản Lừu</a> {TIME_ELEMENT}</p>'},
        {"beside": '<p>Ảnh: Lan, <time datetime="2023-01-06">3 năm trước</time></p>'},
        {"beside": f"{SHORT * 3}<p>Lan {TIME_ELEMENT}</p><p>Nam {TIME_ELEMENT}</p>"},
        {"below": f"<div>Lan {TIME_ELEMENT}</div><div>Nam {TIME_ELEMENT}</div>"},
        # what happens, what is in force, what the cell before says
        {"beside": "<p>Thời gian: 8h00, 06/01/2023</p><p>Địa điểm: Hội trường lớn</p>"},
        {"beside": "<table><tr><td>Ngày ban hành</td><td>06/01/2023</td></tr></table>"},
        {"beside": "<p>Ngày đăng ký: 06/01/2023</p>"},
        {"beside": "<p>Ảnh: Nguyễn Văn An, 06/01/2023</p>"},
        {"beside": "<p>Vân Khê, ngày 6 tháng 1 năm 2023</p>"},
        # above the menu stands what is of the whole site
        {"above": "<div>Cập nhật lúc 10:00, 06/01/2023</div><div>Trang chủ | Tin tức</div>"},
        # below the text: opinions, counters, what is said of something else, several
        {"below": "<div>Ý kiến: Lan (gửi ngày 06/01/2023 08:44): rất hay</div>"},
        {"below": "<div>Ý kiến: Lan và Nam</div><p>Ngày đăng: 06/01/2023</p>"},
        {"below": "<p>Nam gửi lúc 10:00 06/01/2023</p>"},
        {"below": "<p>Trang web cập nhật lần cuối: 06/01/2023</p>"},
        {"below": "<p>Đang truy cập: 12</p><p>Cập nhật: 06/01/2023</p>"},
        {"below": "<p>06/01/2023 08:05</p><p>hay</p><p>07/01/2023 09:05</p>"},
        {"below": '<p><a href="/2">Khởi công cầu treo bản Lừu</a></p><p>06/01/2023</p>'},
    ],
)
def test_days_of_something_else_are_not_taken(other: dict[str, str]):
    beside = other.pop("beside", "")
    assert read(article(beside, **other)).published is None


@pytest.mark.parametrize(
    ("page", "day"),
    [
        # a day that nothing explains
        (article("<div>06/01/2023 08:05</div>"), DAY),
        # above the headline: today's in another layout
        (article(above="<div>Thứ Sáu, 06/01/2023</div>"), DAY),
        # programs set to English write the month first
        (article("<div>Ngày đăng: 1/6/2023 1:36 PM</div>"), date(2023, 6, 1)),
        (article("<div>Ngày đăng: 10/6/2023 1:36 PM</div>"), date(2023, 6, 10)),
        # "Đảng" is not "đăng"
        (article("<div>Chào mừng Đảng: 03/02/2023</div>"), date(2023, 2, 3)),
        # when something happens, and a timetable
        (article("<div>Thời gian: Thứ Sáu, 06/01/2023</div>"), DAY),
        (article("<p>Thứ Sáu, 06/01/2023</p><p>Họp</p><p>Thứ Bảy, 07/01/2023</p>"), DAY),
        # of another article below this one, which has none
        (article('<a href="/2">Ký kết chương trình phối hợp mới</a><p>Đăng ngày 06/01/2023'), DAY),
        # not a Saturday
        (article("<div>Cập nhật: Thứ Bảy, 06/01/2023</div>"), DAY),
        (article("<div>Ngày đăng: 06/01/23</div>"), DAY),
        # two signs that do not agree: what people see
        (article("<div>Ngày đăng: 06/01/2023</div>", head=json_ld("2023-01-09")), DAY),
        # the hour at which the page was asked for
        (article(head=json_ld("2026-11-29T10:00:01+07:00")), date(2026, 11, 29)),
        (article("<div>Chủ nhật, 29/11/2026 10:01</div>"), date(2026, 11, 29)),
        # the hour of the whole site's update stands there as well
        (article(above="<div>Cập nhật: 06/01/2023</div>"), DAY),
        # said of what stands before it
        (article("<p>Bảng giá (cập nhật 06/01/2023)</p>"), DAY),
        # below the text, alone or with a label
        (article(below="<p>Lan Anh - 06/01/2023 08:05</p>"), DAY),
        (article(below="<p>Ngày đăng: 06/01/2023</p>"), DAY),
        # machines are told of the last change, people of the publication
        (article("<div>06/01/2023 08:05</div>", head=json_ld("2023-01-09")), DAY),
        (article("<div>09/01/2023 08:05</div>", head=json_ld("2023-01-06")), DAY),
        # an earlier day beside an update
        (article("<div>06/01/2023</div><div>Cập nhật: 09/01/2023</div>"), DAY),
        # of what may be an opinion
        (article(below='<p itemprop="datePublished" content="2023-01-06">Lan</p>'), DAY),
        # a day of change only
        (article(head=meta("article:modified_time", "2023-01-06")), DAY),
        # at the end of the text, far from the headline
        (article(TEXT * 2 + "<p>Cập nhật lần cuối: 06/01/2023</p>"), DAY),
        # without a headline
        (article("<div>Lan Anh | 06/01/2023</div>", heading="", title="Tin tức"), DAY),
    ],
)
def test_what_may_be_wrong_is_a_guess(page: str, day: date):
    published = read(page).published
    assert published is not None
    assert (published.day, published.is_sure) == (day, False)


def test_english_program_is_known_by_a_day_over_twelve_and_by_its_weekday():
    for line in ("Ngày đăng: 1/16/2023 1:36 PM", "Monday, 1/16/2023"):
        published = read(article(f"<div>{line}</div>")).published
        assert published is not None
        assert (published.day, published.is_sure) == (date(2023, 1, 16), True), line


def test_an_update_does_not_contradict_the_publication():
    page = article("<div>Ngày đăng: 06/01/2023 - Cập nhật: 09/01/2023</div>")
    published = read(page).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "1970-01-01", "2027-03-01", "2023", "n/a"])
def test_impossible_days_give_way_to_the_next_sign(day: str):
    head = json_ld(day) + meta("article:published_time", day)
    published = read(article("<div>Cập nhật: 06/01/2023</div>", head=head)).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)
    assert read(article(head=head)).published is None


def test_other_articles_in_the_data_are_passed_over():
    others = json_ld("2026-11-20", headline="Khai mạc giải bóng đá thiếu niên nhi đồng toàn tỉnh")
    assert read(article(head=others)).published is None
    published = read(article(head=others + json_ld("2023-01-06"))).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)


def test_hours_called_utc_that_people_see_as_local_are_local():
    head = json_ld("2023-01-06T20:05:00Z")
    seen = read(article("<div>Ngày đăng: 06/01/2023 20:05</div>", head=head)).published
    unseen = read(article(head=head)).published
    assert seen is not None
    assert unseen is not None
    assert (seen.day, seen.is_sure) == (DAY, True)
    assert seen.at == datetime(2023, 1, 6, 13, 5, tzinfo=UTC)
    assert unseen.day == date(2023, 1, 7)


def test_a_broken_script_still_says_its_day():
    head = json_ld("2023-01-06").replace('"}', '",}')
    published = read(article(head=head)).published
    assert published is not None
    assert published.source is DateSource.JSON_LD
    assert published.day == DAY


def test_what_was_changed_before_it_was_published_was_published_before():
    dated = json_ld("2023-01-06").replace("}", ',"dateModified":"2022-12-01"}')
    published = read(article(head=dated)).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, False)
    changed_later = json_ld("2023-01-06").replace("}", ',"dateModified":"2023-12-01"}')
    published = read(article(head=changed_later)).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)


@pytest.mark.parametrize(
    "head",
    [meta("article:modified_time", "2023-01-06"), meta("dc.date", "06/01/2023"),
     json_ld("2023-01-06", kind="WebPage")],
)  # fmt: skip
def test_a_day_without_a_word_is_sure_if_machines_are_told_the_same(head: str):
    line = "<div>06/01/2023 08:05</div>"
    agreed = read(article(line, head=head)).published
    alone = read(article(line)).published
    assert agreed is not None
    assert alone is not None
    assert (agreed.day, agreed.is_sure) == (DAY, True)
    assert (alone.day, alone.is_sure) == (DAY, False)


def test_the_address_agrees_or_contradicts():
    line = "<div>06/01/2023 08:05</div>"
    url = "https://baovankhe.vn/hoi-nghi-{}080512345.htm"
    agreed = read(article(line), url=url.format("20230106")).published
    assert agreed is not None
    assert (agreed.day, agreed.is_sure) == (DAY, True)
    labelled = article("<div>Ngày đăng: 06/01/2023</div>")
    begun_later = read(labelled, url=url.format("20230109")).published
    begun_before = read(labelled, url=url.format("20230105")).published
    assert begun_later is not None
    assert begun_before is not None
    assert (begun_later.day, begun_later.is_sure) == (DAY, False)
    assert (begun_before.day, begun_before.is_sure) == (DAY, True)


def test_a_day_goes_with_the_headline_that_it_shares_an_element_with():
    other = '<div class="hot"><a href="/9001">Khởi công tám trăm căn nhà ở xã hội</a>{}</div>'
    mine = f"<div><p>06/01/2023</p><h1>{TITLE}</h1>{TEXT}</div>"
    published = read(f"<title>{TITLE}</title>{other.format('')}{mine}").published
    assert published is not None
    assert published.day == DAY
    mine = f"<div><h1>{TITLE}</h1>{TEXT}</div>"
    page = f"<title>{TITLE}</title>{other.format('<p>06/01/2023</p>')}{mine}"
    assert read(page).published is None


def test_the_hour_is_taken_from_whoever_has_one():
    page = article("<div>Ngày đăng: 06/01/2023</div>", head=json_ld("2023-01-06T08:05:00+07:00"))
    published = read(page).published
    assert published is not None
    assert published.source is DateSource.LABELLED
    assert published.at == datetime(2023, 1, 6, 1, 5, tzinfo=UTC)


def test_of_two_articles_in_the_data_the_one_of_the_very_title():
    first = json_ld("2023-01-05", headline=f"{TITLE}: Bài 1")
    second = json_ld("2023-01-06", headline=f"{TITLE}: Bài 2")
    title = f"{TITLE}: Bài 2"
    page = article(head=first + second, title=title, heading=f"<h1>{title}</h1>")
    published = read(page).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)


def test_a_broadcast_is_no_publication_if_there_is_one():
    lines = "<p>Phát sóng: 19h45 ngày 05/01/2023</p><p>Đăng lúc: 08:05 06/01/2023</p>"
    published = read(article(lines)).published
    assert published is not None
    assert (published.day, published.is_sure) == (DAY, True)
