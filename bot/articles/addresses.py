"""An address in one form: without what changes nothing on any site, or on a system that many sites
run; pure. What is left of a link after this still opens its page.

Which part of an address names an article, so that the rest may change, is said in `identities`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bot.articles.parts import Parameter, Parts, encoded, parameters, plain

# A door is dropped only from a name: m.vn and m.com.vn are names themselves.
_SUFFIX: Final = r"(?:ac|ai|biz|co|com|edu|gov|health|id|info|int|io|name|net|org|pro)\.[a-z]{2}"
_DOORS: Final = re.compile(rf"www\.(?=.+\.)|(?:m|mobile|amp)\.(?!{_SUFFIX}$)(?=.+\.)")
_ONE_SITE: Final = {
    "fb.com": "facebook.com",
    "mbasic.facebook.com": "facebook.com",
    "vi-vn.facebook.com": "facebook.com",
    "web.facebook.com": "facebook.com",
    "music.youtube.com": "youtube.com",
    "telegram.me": "t.me",
    "twitter.com": "x.com",
    "youtube-nocookie.com": "youtube.com",
    "zingnews.vn": "znews.vn",
}
"""Hosts that show the pages of another one."""
_SESSION: Final = re.compile(r";jsessionid=.*", re.IGNORECASE | re.DOTALL)
_SESSION_BEFORE: Final = re.compile(r"(?:\((?:[A-Z]\([\w-]+\))+\))", re.ASCII)  # of ASP.NET
_FRONT_PAGE: Final = re.compile(
    r"amp|(?:index|default)\.(?:html?|php|aspx?|jsp)", re.IGNORECASE | re.ASCII
)
_VIETNAMESE: Final = frozenset({"vi", "vn", "vi-vn"})

_KNOWN_SOURCES: Final = (
    "facebook|fb|messenger|instagram|zalo|tiktok|youtube|google|bing|twitter|telegram|viber|email"
    "|mail|newsletter|rss|app|mobile|home|homepage|trang-?chu|menu|sharing|share"
)
_NOISE: Final = tuple(
    # Where (host and path), and what (name=value) says nothing of the page there.
    (re.compile(where, re.DOTALL), re.compile(what, re.IGNORECASE | re.DOTALL))
    for where, what in (
        (
            r".*",
            r"(?:utm_.*|fbclid|[gd]clid|[gw]braid|msclkid|ttclid|twclid|yclid|srsltid|igshid|igsh"
            r"|mibextid|gidzl|zarsrc|zalo_?(?:src|source|medium|campaign|share)|_gl|_ga|_gid"
            r"|vn_(?:source|medium|campaign|term|content|zone|thumb)|mc_[ce]id|mkt_tok|_hsenc|_hsmi"
            r"|fb_(?:action_ids|action_types|comment_id|ref|source)|__cft__.*|__tn__|_rdr|_rdc"
            r"|sfnsn|rdid|share_url|usqp|amp_(?:js_v|gsa|r)|phpsessid|jsessionid|aspsessionid.*"
            r"|aspxautodetectcookiesupport"
            r"|_afr\w+|_adf\.ctrl-state|initialtabid|visibilitycontext|replytocom)=.*",
        ),
        (r".*", rf"ref=(?:{_KNOWN_SOURCES})"),
        # The same page as it is printed, or for a small screen.
        (r".*", r"(?:amp|print)=(?:1|true)?|output_?type=amp|tmpl=component|layout=default"),
        (r"[^/]+/(?:.+/)?-/.*", r"(?:redirect|inheritredirect)=.*"),  # Liferay: the way back
        (r"[^/]+/documents/.*", r"t=\d{13}"),
        (r"youtube\.com/.*", r"(?:si|feature|pp|ab_channel|app)=.*"),
        (
            r"facebook\.com/.*",
            r"(?:ref|fref|refid|refsrc|hc_ref|hc_location|eav|paipv|extid|acontext|locale"
            r"|(?:reply_)?comment_id|notif_\w+|hoisted_section_header_type|__xts__.*|wtsid)=.*",
        ),
        (r"(?:docs|drive)\.google\.com/.*", r"usp=.*"),
        (r"tiktok\.com/.*", r"(?:is_from_webapp|sender_device|web_id|lang|_t|_r)=.*"),
        (r"t\.me/.*", r"single="),
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in plain letters. `fragment` is only kept where it names a page."""

    host: str
    path: tuple[str, ...]
    query: tuple[Parameter, ...]
    fragment: str

    def __str__(self) -> str:
        path = "".join(f"/{encoded(segment)}" for segment in self.path)
        query = "&".join(map(str, self.query))
        return self.host + path + (f"?{query}" if query else "")


def address_of(parts: Parts) -> Address:
    """The one form of the address that a link has."""
    host = _bare_host(parts.host)
    path = _path(parts.path, host)
    fragment = parts.fragment
    if not fragment.startswith(("/", "!")) or not fragment.strip("/!"):
        fragment = ""  # a place on the page; only sites that load once name their articles here
    else:
        fragment = fragment[0] + encoded(plain(fragment[1:]))
    where = "/".join((host, *path)) if path else f"{host}/"
    return Address(host, path, _query(parts.query, where), fragment)


def _bare_host(host: str) -> str:
    """The host without the doors that all lead into one house."""
    while door := _DOORS.match(host):
        host = host[door.end() :]
    return _ONE_SITE.get(host, host)


def _path(path: str, host: str) -> tuple[str, ...]:
    """The parts of the path without those that change nothing; none for the front page."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        part = plain(_SESSION.sub("", segment))
        if part == "..":
            del kept[-1:]
        elif part in (".", "") and not (part == "" and kept and kept[-1].endswith(":")):
            continue  # two slashes are kept in a link within the link only
        elif not _SESSION_BEFORE.fullmatch(part) and part.lower() != "index.php":
            kept.append(part)
    while kept and (not kept[-1] or _FRONT_PAGE.fullmatch(kept[-1])):
        kept.pop()
    while kept and host.endswith(".vn") and kept[0].lower() in _VIETNAMESE:
        del kept[0]  # what a Vietnamese site shows to who does not choose
    return tuple(kept)


def _query(query: str, where: str) -> tuple[Parameter, ...]:
    """The parameters that matter, by name; those of one name keep their order, as a server that
    takes the first, or the last, would show another page."""
    meant = [
        each for each in parameters(query) if not _is_unset(each) and not _is_noise(each, where)
    ]
    meant.sort(key=lambda each: encoded(each.name))
    return tuple(each for each, _ in groupby(meant))


def _is_unset(parameter: Parameter) -> bool:
    """A field that was left empty; a name that stands alone may be a flag, or the page's."""
    return parameter.value == "" or not (parameter.name or parameter.value)


def _is_noise(parameter: Parameter, where: str) -> bool:
    said = f"{parameter.name}={parameter.value or ''}"
    return any(at.fullmatch(where) and what.fullmatch(said) for at, what in _NOISE)
