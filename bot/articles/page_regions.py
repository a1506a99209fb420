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
    "complementary": Region.ASIDE,
}
# Looked for in names without their hyphens, in this order: "box-tin-lien-quan" is "boxtinlienquan".
_NAMES: Final = tuple(
    (region, re.compile(pattern))
    for region, pattern in (
        (Region.CLOCK, r"clock|dongho|currentdate|currenttime|datenow|timenow|today|homnay"
                       r"|hientai|datetop|topdate|headerdate|dateheader|ngaythang(?!nam?dang)"
                       r"|datetimetop|systemtime|servertime"),
        (Region.COMMENTS, r"comment(?!ary)|binhluan|ykienbandoc|phanhoi|disqus|respond"),
        (Region.RELATED, r"relat|lienquan|tinkhac|baikhac|khacmoi|othernews|newsother|otherpost"
                         r"|othersnews|cungchuyenmuc|cungloai|cungmuc|tinmoi|tincu\b|docnhieu"
                         r"|xemnhieu|tinnong|hotnews|newslatest|latestnews|latestpost|recentpost"
                         r"|mostread|mostview|popular|recommend|suggest|tinlq|readmore|xemthem"
                         r"|tinnoibat|tintieudiem|nextprev|prevnext|postnavigation"),
        (Region.FOOTER, r"footer|copyright|banquyen|chantrang"),
        (Region.NAVIGATION, r"breadcrumb|navbar|navigation|mainmenu|topmenu|menutop|\bnav\b"
                            r"|\bmenu|menu\b|danhmuc|pagination|paging|phantrang"),
        (Region.ASIDE, r"sidebar|colright|rightcol|cotphai|colleft|leftcol|cottrai|\bwidget"),
        (Region.HEADER, r"\b(?:the|site|page|main|top)?header(?:top|wrapper|main|site)?\b|masthead"
                        r"|topbar|topheader|\bbanner\b|\blogo"),
    )
)  # fmt: skip
_BETWEEN: Final = re.compile(r"[-_]+")


def region_of(tag: str, role: str, names: str) -> Region | None:
    """The part that this element opens; None for one that says nothing. `names`: class and id."""
    if found := _TAGS.get(tag) or _ROLES.get(role):
        return found
    if not names:
        return None
    joined = _BETWEEN.sub("", names[:LONGEST_NAMES].lower())
    for region, pattern in _NAMES:
        if tag in _WHOLE and region is not Region.CLOCK:
            # A whole page, headings and links wear the names of what is around or behind them.
            continue
        if pattern.search(joined):
            return region
    return None


def is_clock(hint: str) -> bool:
    """Whether an element's names say that it shows the time it is, not that of the article."""
    return _NAMES[0][1].search(_BETWEEN.sub("", hint)) is not None
