"""Which part of a page an element opens, by its tag and by the names its makers gave it; pure."""

from __future__ import annotations

import re
from typing import Final

from bot.articles.page_blocks import Region

LONGEST_NAMES: Final = 200
_WHOLE: Final = frozenset({"html", "body", "h1", "h2", "h3", "a", "span"})
_TAGS: Final = {
    "header": Region.HEADER,
    "nav": Region.NAVIGATION,
    "footer": Region.FOOTER,
    "aside": Region.ASIDE,
}
_ROLES: Final = {
    "banner": Region.HEADER,
    "navigation": Region.NAVIGATION,
    "menu": Region.NAVIGATION,
    "contentinfo": Region.FOOTER,
    "footer": Region.FOOTER,
    "header": Region.HEADER,
    "complementary": Region.ASIDE,
}
# Looked for in names without their hyphens, in this order: "box-tin-lien-quan" is
# "boxtinlienquan".
_NAMES: Final = tuple(
    (region, re.compile("|".join(names)))
    for region, names in (
        (Region.CLOCK, (
            "clock", "dongho", "current(?:date|time)", "(?:date|time)now", "today", "homnay",
            "hientai", r"\bnow\b", "(?:date|datetime)top", r"\b(?:top|header|portal|site)date",
            "ngaythang(?!nam?dang)", "(?:system|server)time",
        )),
        (Region.COMMENTS, (
            "comment(?!ary)", "binhluan", "ykienbandoc", "phanhoi", "disqus", r"\brespond",
        )),
        (Region.RELATED, (
            "relat", "lienquan", "(?:tin|bai)khac", "khacmoi", "others?news", "newsother",
            "other(?:post|article)", "(?:post|article)other", "cung(?:chuyenmuc|loai|muc)",
            r"tin(?:moi|cu|nong|nhanh|lq|noibat|tieudiem)\b", "(?:doc|xem)nhieu", "hotnews",
            "hotstrip", "ticker", "marquee", "carousel", "newslatest", "latest(?:news|post)",
            "recentpost", "most(?:read|view)", "popular", "recommend", "suggest", "readmore",
            "xemthem", "nextprev", "prevnext", "postnavigation", "vanban(?:moi|phapquy)",
        )),
        (Region.FOOTER, (
            "(?<!post)(?<!entry)(?<!article)(?<!news)footer", "copyright", "banquyen",
            "chantrang", "sitemap",
        )),
        (Region.NAVIGATION, (
            "breadcrumb", "navbar", "navigation", "(?:main|top|mega|nav|mobile)menu", "menutop",
            r"\bnav\b", r"\bmenu", r"menu\b", "danhmuc", "pagination", "paging", "phantrang",
        )),
        (Region.ASIDE, (
            "sidebar", "(?:col|cot)(?:right|left|phai|trai)", "(?:right|left)col", r"\bwidget\b",
            "thamdo", "danhsachdonvi", "lienketweb", "weblink", "chatwidget", "quangcao",
        )),
        (Region.HEADER, (
            r"\b(?:the|site|main|top)?header(?:top|wrapper|main|site)?\b", "masthead",
            "top(?:bar|line|head)", "headtop", r"\b(?:ms|top|site|main|page)?banner\b", r"\blogo",
        )),
    )
)  # fmt: skip
_BETWEEN: Final = re.compile(r"[-_]+")
# A drawn clock stands beside the day of an article as well.
_ICON: Final = re.compile(
    r"(?:^|(?<=\s))(?:fa[srlbd]?-|bi-|icofont-|glyphicon-|la-|ti-|mdi-|ico(?:n|ns)?[-_])[\w-]*"
    r"|(?:^|(?<=\s))[\w-]*[-_](?:ico|icon|o)(?=\s|$)"
)


def region_of(tag: str, role: str, names: str, *, is_inside: bool) -> Region | None:
    """The part that this element opens; None for one that says nothing. `names`: class and id.

    `is_inside`: within the article, whose own header and footer are none of the page.
    """
    if tag in ("header", "footer") and is_inside:
        return None
    if found := _TAGS.get(tag) or _ROLES.get(role):
        return found
    if not names:
        return None
    joined = _joined(names[:LONGEST_NAMES].lower())
    for region, pattern in _NAMES:
        if tag in _WHOLE and region is not Region.CLOCK:
            # A whole page, headings and links wear the names of what is around or behind them.
            continue
        if pattern.search(joined):
            return region
    return None


def is_clock(hint: str) -> bool:
    """Whether an element's names say that it shows the time it is, not that of the article."""
    return _NAMES[0][1].search(_joined(hint)) is not None


def _joined(names: str) -> str:
    return _BETWEEN.sub("", _ICON.sub("", names))
