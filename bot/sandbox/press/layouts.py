"""Pages as the papers build them: articles, each paper's in its own way, and front pages."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.sandbox.press.model import Article, Layout, Paper

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_STYLE = "body{max-width:42em;margin:2em auto;padding:0 1em;font:17px/1.6 sans-serif}"


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as it stands there now; `at` is when it was published, in the papers' zone."""

    article: Article
    paragraphs: tuple[str, ...]
    at: datetime


def article_page(printed: Printed, *, home: str) -> str:
    """The article's page; `home` is where the paper's front page is."""
    build = {
        Layout.LINKED_DATA: _with_linked_data,
        Layout.META: _with_meta,
        Layout.ASPX: _old,
        Layout.AGGREGATOR: _aggregated,
    }[printed.article.paper.layout]
    return build(printed, home)


def front_page(paper: Paper, articles: Iterable[Article], *, home: str) -> str:
    """The paper's front page with links to its articles."""
    root = home.removesuffix("/")
    links = "".join(
        f'<li><a href="{escape(root + article.target)}">{escape(article.story.title)}</a></li>'
        for article in articles
    )
    body = f"<h1>{escape(paper.name)}</h1>\n<ul class='tin-moi'>{links}</ul>"
    return _page(paper, paper.name, "", body, home)


def missing_page(paper: Paper, *, home: str) -> str:
    """What the paper says where nothing is."""
    body = (
        "<h1>Không tìm thấy trang</h1>\n"
        "<p>Bài viết không tồn tại hoặc đã bị xóa. Mời bạn trở về trang chủ.</p>"
    )
    return _page(paper, f"Không tìm thấy trang | {paper.name}", "", body, home)


def _with_linked_data(printed: Printed, home: str) -> str:
    article, story = printed.article, printed.article.story
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "url": article.url,
        "datePublished": printed.at.isoformat(),
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "Organization", "name": article.paper.name},
    }
    # "</script>" within a text would end it.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    head = (
        f'<link rel="canonical" href="{escape(article.url)}">\n'
        f'<script type="application/ld+json">{text}</script>'
    )
    body = (
        f"<article>\n<h1>{escape(story.title)}</h1>\n"
        f'<p class="meta">{_long_date(printed.at)}</p>\n'
        f'<div class="noi-dung">{_paragraphs(printed)}</div>\n'
        f'<p class="author">{escape(story.author)}</p>\n</article>'
    )
    return _page(article.paper, f"{story.title} | {article.paper.name}", head, body, home)


def _with_meta(printed: Printed, home: str) -> str:
    article, story = printed.article, printed.article.story
    head = "\n".join(
        f'<meta property="{name}" content="{escape(value)}">'
        for name, value in (
            ("og:type", "article"),
            ("og:site_name", article.paper.name),
            ("og:title", story.title),
            ("og:url", article.url),
            ("article:published_time", printed.at.isoformat()),
            ("article:author", story.author),
        )
    )
    body = (
        f'<div class="detail">\n<h1 class="detail-title">{escape(story.title)}</h1>\n'
        f'<div class="detail-content">{_paragraphs(printed)}</div>\n</div>'
    )
    return _page(article.paper, story.title, head, body, home)


def _old(printed: Printed, home: str) -> str:
    article, story = printed.article, printed.article.story
    body = (
        '<table width="100%"><tr><td>\n'
        f'<span id="ctl00_lblTitle" class="tieude-tin">{escape(story.title)}</span>\n'
        f"<div>Ngày đăng: {printed.at:%d/%m/%Y %H:%M}</div>\n"
        f'<div id="ctl00_lblContent">{_paragraphs(printed)}</div>\n</td></tr></table>'
    )
    return _page(article.paper, f"Chi tiết tin - {article.paper.name}", "", body, home)


def _aggregated(printed: Printed, home: str) -> str:
    article, story = printed.article, printed.article.story
    head = f'<meta property="og:title" content="{escape(story.title)}">'
    body = (
        f"<article>\n<h1>{escape(story.title)}</h1>\n"
        f'<time datetime="{printed.at.isoformat()}">{printed.at:%H:%M %d/%m/%Y}</time>\n'
        f"<section>{_paragraphs(printed)}</section>\n"
        f'<p class="nguon">Theo {escape(article.source)}</p>\n</article>'
    )
    return _page(article.paper, f"{story.title} - {article.paper.name}", head, body, home)


def _page(paper: Paper, title: str, head: str, body: str, home: str) -> str:
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}\n"
        f"<style>{_STYLE}</style>\n"
        f'</head>\n<body>\n<header><a href="{escape(home)}">{escape(paper.name)}</a></header>\n'
        f"{body}\n<footer>{escape(paper.name)}. Trang báo thử, mọi nội dung đều bịa ra.</footer>\n"
        "</body>\n</html>\n"
    )


def _paragraphs(printed: Printed) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in printed.paragraphs)


def _long_date(at: datetime) -> str:
    return f"{_WEEKDAYS[at.weekday()]}, {at:%d/%m/%Y %H:%M}"
