"""Small pages for the tests of how pages are read; the large ones are in tests/fixtures/pages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.articles.metadata import read_page
from bot.articles.page import Page

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)  # a Sunday, 10:00 in the office
URL = "https://baovankhe.vn/xa-hoi/305919.html"
TITLE = "Hội nghị triển khai nhiệm vụ năm mới ở Vân Khê"
PARAGRAPH = (
    "Sáng nay, tại hội trường lớn, các đại biểu nghe báo cáo kết quả của năm 2019 và bàn kế hoạch "
    "cho năm tới; hơn hai trăm người đến từ các sở, ban, ngành, đoàn thể và các xã đã dự, nhiều ý "
    "kiến tập trung vào việc giảm giấy tờ, rút ngắn thời gian giải quyết và phân rõ trách nhiệm."
)
TEXT = f"<p>{PARAGRAPH}</p>" * 3


def article(
    beside: str = "",
    *,
    head: str = "",
    above: str = "",
    below: str = "",
    title: str = f"{TITLE} - Báo Vân Khê",
    heading: str = f"<h1>{TITLE}</h1>",
) -> str:
    """An article's page with something in its head, above, beside or below its headline."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{above}"
        f'<div class="detail">{heading}{beside}<div class="content">{TEXT}</div></div>'
        f"{below}</body></html>"
    )


def read(
    page: str | bytes,
    *,
    url: str = URL,
    content_type: str | None = "text/html; charset=utf-8",
    now: datetime = NOW,
) -> Page:
    """The page as the bot reads it."""
    body = page.encode() if isinstance(page, str) else page
    return read_page(body, url=url, content_type=content_type, now=now, zone=ZONE)
