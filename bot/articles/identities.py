"""What of an address names the page, so that the rest may change: the number of an article, the
item of a portal, the post of a network; pure.

Only where that is certain: two pages with one key hide one from staff, one page with two keys is
merely counted twice. Rules for systems that many sites run come first; single sites stand in the
table at the end, where many people link to them and what names a page there is known.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.articles.addresses import Address
from bot.articles.parts import Parameter

# --- newspapers: a number at the end of the slug -------------------------------------------------

_NUMBERED: Final = re.compile(
    r"(?P<slug>.+)-(?P<mark>post|ar|[di]|(?:c\d+)?a|)(?P<number>\d{5,})(?P<ending>\.[a-z]+)?",
    re.ASCII | re.DOTALL,
)
_ENDINGS: Final = r"\.(?:s?html?|aspx|amp|chn|vnp|vov|ldo|tpo|epi|antd)"
_MARKS_ENOUGH: Final = frozenset({"post", "ar", "i"})
"""Marks that say what the number is where no ending does."""
_NUMBERS_ENOUGH: Final = frozenset({"qdnd.vn"})
"""Newspapers whose addresses have no endings."""
_KINDS: Final = (
    # what is seen and heard
    r"(?:album|anh|audio|clip|gallery|hinh-anh|infographic|live|media|multimedia|phat-thanh|photo"
    r"|podcast|truyen-hinh|video)s?"
    # what gathers articles
    r"|(?:author|chu-de|chuyen-de|dong-su-kien|event|su-kien|tac-gia|tag|tim-kiem|topic)s?"
    # what is no article of a newspaper
    r"|(?:blog|cong-dong|dien-dan|forum|hoi-dap|thread|cong-dong-dan-luat|member|thanh-vien|user)s?"
    r"|(?:product|san-pham|shop|cua-hang|du-an|doanh-nghiep|viec-lam|rao-vat|download|tai-lieu)s?"
    r"|(?:e-?magazine|epaper|longform|magazine|megastory|thu-tuc|van-ban|van-ban-phap-luat)s?"
)
"""Sections that count by themselves: number 5 of the videos is not article 5."""
_SAME_ARTICLE: Final = frozenset({"print", "amp"})
_UNITS_IN_PATHS: Final = (".gov.vn", ".edu.vn")
_AMBIGUOUS: Final = frozenset({"ref", "si", "feature"})
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_SHORT: Final = rf"(?:{_YEAR}|[0-3]\d)"
_DATE: Final = re.compile(
    rf"{_DAY}{_MONTH}{_SHORT}|{_SHORT}{_MONTH}{_DAY}|{_YEAR}{_MONTH}|{_MONTH}{_YEAR}"
)
_HAS_DATE: Final = 12
"""Figures from which on a number is a moment with a counter, not a day or a sum."""


def _by_number(address: Address) -> Address:
    """The number that closes a slug is the article, whatever the slug and the category are."""
    found = _NUMBERED.fullmatch(address.path[-1]) if address.path else None
    if found is None or not _names_article(found, host=address.host):
        return address
    mark = "a" if found["mark"].endswith("a") else found["mark"]
    kept = tuple(part for part in address.path[:-1] if _counts(part, host=address.host))
    return replace(
        address,
        path=(*kept, f"-{mark}{found['number']}"),
        # Elsewhere these may name something; here the number does.
        query=tuple(each for each in address.query if each.name.lower() not in _AMBIGUOUS),
    )


def _names_article(found: re.Match[str], *, host: str) -> bool:
    """Whether the number is an article's: no year, day, sum, telephone or number of a paper."""
    slug, mark, number = found["slug"], found["mark"], found["number"]
    if found["ending"] is None:
        if mark not in _MARKS_ENOUGH and (mark or host not in _NUMBERS_ENOUGH):
            return False
    elif not re.fullmatch(_ENDINGS, found["ending"]):
        return False
    if mark:
        return True
    if len(number) < 6 or number.startswith("0") or _begins_with_kind(slug):
        return False
    return len(number) >= _HAS_DATE or not (number.endswith("000") or _DATE.fullmatch(number))


def _begins_with_kind(slug: str) -> bool:
    """`tag-yen-bai`, `video-le-hoi`; a single word is a kind by itself."""
    return "-" not in slug or bool(re.match(rf"(?:{_KINDS})-", slug, re.IGNORECASE))


def _counts(part: str, *, host: str) -> bool:
    """Whether numbers below this part of a path are others than those beside it; a portal may have
    a unit's own pages there."""
    if part.lower() in _SAME_ARTICLE:
        return False
    named = re.fullmatch(rf"{_KINDS}|..?|[^a-z].*|.*\d.*", part, re.IGNORECASE | re.DOTALL)
    return bool(named) or host.endswith(_UNITS_IN_PATHS)


def _by_month(address: Address) -> Address:
    """`…/202301/slug-3152345`: a system of newspapers whose number is of a month."""
    if len(address.path) < 2 or not re.fullmatch(rf"20\d\d{_MONTH}", address.path[-2], re.ASCII):
        return address
    found = re.fullmatch(r".+-((?=[a-f]*\d)[0-9a-f]{7})", address.path[-1], re.ASCII | re.DOTALL)
    return replace(address, path=(address.path[-2], f"-{found[1]}")) if found else address


# --- systems of portals --------------------------------------------------------------------------

# A year, or the number of a list, is none of NukeViet's.
_OF_NUKEVIET: Final = re.compile(rf"(?:[^-]+-){{2,}}(?!{_YEAR}\.)\d{{3,}}\.html", re.ASCII)


def _of_nukeviet(address: Address) -> Address:
    """`/news/category/slug-123.html`: the category may change, or be that of printing."""
    before = address.path[:-3]
    if len(before) > 1 or (before and len(before[0]) != 2) or address.path[-3:-2] != ("news",):
        return address
    last = address.path[-1]
    if not _OF_NUKEVIET.fullmatch(last):
        return address
    return replace(address, path=(*before, "news", last))


def _of_sharepoint(address: Address) -> Address:
    """An item of a list: its number within that list is all."""
    page = "/".join(part.lower() for part in address.path[-3:])
    if not re.fullmatch(r"lists/[^/]+/(?:post|dispform)\.aspx", page, re.DOTALL):
        return address
    item = tuple(each for each in address.query if each.name.lower() in ("id", "itemid"))
    return replace(address, query=item) if item else address


def _of_joomla(address: Address) -> Address:
    """An article by its number, whatever slug, category and menu stand beside it."""
    asked = {each.name: each.value for each in address.query}
    if (asked.get("option"), asked.get("view")) != ("com_content", "article"):
        return address
    number = re.match(r"\d+", asked.get("id") or "", re.ASCII)
    if number is None:
        return address
    return replace(
        address,
        query=tuple(
            Parameter("id", number[0]) if each.name == "id" else each
            for each in address.query
            if each.name not in ("catid", "Itemid")
        ),
    )


# --- single sites --------------------------------------------------------------------------------

_VIDEO: Final = r"([\w-]{11})(?:[/?].*)?"
# What Facebook counts it counts through, so the number says it without the owner, who may stand
# there by name or by number; short ones are older.
_FACEBOOK: Final = r"(\d{12,}|pfbid\w+)"
_SITES: Final = tuple(
    (re.compile(pattern, re.ASCII | re.DOTALL), key)
    for pattern, key in (
        (
            r"baoyenbai\.com\.vn/(?:\d+|(?i:PrintPreview))/(\d+)(?:[/?].*)?",
            r"baoyenbai.com.vn/PrintPreview/\1",
        ),
        (  # the number stands before the slug
            r"(baobacgiang\.com\.vn|baothaibinh\.com\.vn|hanoimoi\.com\.vn)"
            r"/(?:[^?]+/)?(\d{5,})/[^/?]+(\?.*)?",
            r"\1/-\2\3",
        ),
        (  # the number stands behind it
            r"(vietnamplus|bnews)\.vn/(?:[^?]+/)?(\d{5,})\.(vnp|html)(\?.*)?",
            r"\1.vn/\2.\3\4",
        ),
        (rf"youtu\.be/{_VIDEO}", r"youtube.com/watch?v=\1"),
        (rf"youtube\.com/(?:shorts|live|embed|v)/{_VIDEO}", r"youtube.com/watch?v=\1"),
        (r"youtube\.com/watch\?(?:.*&)?v=([\w-]{11})(?:&.*)?", r"youtube.com/watch?v=\1"),
        (
            rf"facebook\.com/(?:permalink|story)\.php\?(?:.*&)?story_fbid={_FACEBOOK}(?:&.*)?",
            r"facebook.com/posts/\1",
        ),
        (
            r"facebook\.com/(?:permalink|story)\.php\?(?:.*&)?id=(\w+)&(?:.*&)?story_fbid=(\w+)"
            r"(?:&.*)?",
            r"facebook.com/\1/posts/\2",
        ),
        (
            rf"facebook\.com/(?:groups/)?[^/?]+/(?:posts|permalink)/(?:[^/?]+/)?{_FACEBOOK}"
            r"(?:\?.*)?",
            r"facebook.com/posts/\1",
        ),
        (
            r"facebook\.com/groups/[^/?]+\?(?:.*&)?id=(\d{12,})&(?:.*&)?view=permalink(?:&.*)?",
            r"facebook.com/posts/\1",
        ),
        (
            r"facebook\.com/groups/[^/?]+\?(?:.*&)?multi_permalinks=(\d{12,})(?:&.*)?",
            r"facebook.com/posts/\1",
        ),
        (
            r"facebook\.com/(?:watch(?:/live)?|video\.php)\?(?:.*&)?v=(\d+)(?:&.*)?",
            r"facebook.com/watch?v=\1",
        ),
        (
            r"facebook\.com/(?:[^/?]+/)?(?:reel|videos)/(?:[^/?]+/)?(\d{6,})(?:\?.*)?",
            r"facebook.com/watch?v=\1",
        ),
        (
            r"facebook\.com/photo(?:\.php)?\?(?:.*&)?fbid=(\d+)(?:&.*)?",
            r"facebook.com/photo?fbid=\1",
        ),
        (
            r"facebook\.com/[^/?]+/photos/(?:[^/?]+/)?(\d{6,})(?:\?.*)?",
            r"facebook.com/photo?fbid=\1",
        ),
        (r"facebook\.com/people/[^/?]+/(\d+)(?:\?.*)?", r"facebook.com/profile.php?id=\1"),
        (r"tiktok\.com/%40[^/?]*/video/(\d+)(?:\?.*)?", r"tiktok.com/%40/video/\1"),
        (
            r"tiktok\.com/(?:v|embed(?:/v2)?|player/v1)/(\d+)(?:\.html)?(?:\?.*)?",
            r"tiktok.com/%40/video/\1",
        ),
        (
            r"instagram\.com/(?:[^/?]+/)?(?:p|reels?|tv)/([\w-]{8,})(?:\?.*)?",
            r"instagram.com/p/\1",
        ),
        (
            r"x\.com/(?:[^/?]+|i/web)/status/(\d+)(?:/(?:photo|video)/\d)?(?:\?.*)?",
            r"x.com/i/status/\1",
        ),
        (r"t\.me/s/(\w+(?:/\d+)?)", r"t.me/\1"),  # the channel as a web page
    )
)


def page_key(address: Address) -> str:
    """What names the page that an address shows; ASCII."""
    for rule in (_of_nukeviet, _of_sharepoint, _of_joomla, _by_month, _by_number):
        address = rule(address)
    key = str(address)
    for pattern, one_form in _SITES:
        if match := pattern.fullmatch(key):
            key = match.expand(one_form)
    return f"{key}#{address.fragment}" if address.fragment else key
