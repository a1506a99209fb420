"""Links as people send them: found in a text, checked, and made comparable.

Pure: nothing here looks a name up or opens a page; which addresses may really be connected to is
decided where pages are fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

import idna

from bot.errors import InvalidInput

MAX_LENGTH: Final = 2000
"""The longest link that is taken, in characters."""
MAX_KEY_LENGTH: Final = 2100

# --- finding -------------------------------------------------------------------------------------

# Without a scheme only these count: "TP.HCM/VP" and "v.v./." are no links. All others need www.
_TOP_LEVEL: Final = (
    "vn com net org info edu gov tv me be asia biz io co app dev news online site website xyz page "
    "link ly gl gle watch fm live blog cloud"
)
# Left behind by copying from web pages and chat programs; never part of a link.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_LABELS: Final = r"(?:[a-z0-9_-]{1,63}\.)"
_FOUND: Final = re.compile(
    # "a.vn/1https://a.vn/2": two links that a lost line end has glued together
    r"(?:https?://|(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}(?<!http)(?<!https)://"
    rf"|(?<![\w@./-])www\.{_LABELS}{{1,8}}[a-z]{{2,63}}(?![\w@-]|\.\w)"
    rf"|(?<![\w@./-]){_LABELS}{{1,8}}(?:{'|'.join(_TOP_LEVEL.split())})(?::\d{{1,5}})?(?=/|\?\w))"
    r"(?:(?!(?<![=/?&:#%])https?://)[^\s<>\"“”„«»])*",
    re.IGNORECASE,
)
_WRAPPING: Final = " \t\r\n\u00a0\u3000'\"`‘’‚“”„«»‹›<>|*"
_BEFORE: Final = _WRAPPING + "([{-–—•"
_AFTER: Final = _WRAPPING + ".,;:!?…)]}([{"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
_OTHER_USES: Final = re.compile(r"(?:tg|ton|tonsite|mailto|tel):", re.IGNORECASE)
_SCHEME_TWICE: Final = re.compile(r"(?:https?://)+(?=https?://)", re.IGNORECASE)


def find_links(text: str, hidden: Sequence[str] = ()) -> tuple[str, ...]:
    """The links of a text and those `hidden` behind its words, cleaned, in order, each page once.

    They look like links, no more: `check_link` says which can be taken.
    """
    found: dict[str, str] = {}
    for link in (*_links_in(text), *hidden):
        cleaned = _clean(link)
        if re.search(r"\w", cleaned.partition("://")[2]) and not _OTHER_USES.match(cleaned):
            found.setdefault(_key_or_itself(cleaned), cleaned)
    return tuple(found.values())


def _links_in(text: str) -> Iterator[str]:
    for match in _FOUND.finditer(_INVISIBLE.sub("", text)):
        yield match[0]


def _key_or_itself(link: str) -> str:
    try:
        return canonical_key(link) if len(link) <= MAX_LENGTH else link
    except InvalidInput:
        return link


def _clean(link: str) -> str:
    """The link without what stands around it in a sentence, and with a scheme."""
    link = _without_tail(_INVISIBLE.sub("", link).lstrip(_BEFORE))
    if twice := _SCHEME_TWICE.match(link):
        link = link[twice.end() :]
    return link if not link or _SCHEME.match(link) else f"https://{link}"


def _without_tail(link: str) -> str:
    """Without closing marks, but with brackets that the link itself has opened."""
    kept = link.rstrip(_AFTER)
    end = len(kept)
    open_brackets = {
        closing: kept.count(opening) - kept.count(closing) for closing, opening in _BRACKETS.items()
    }
    for at in range(end, len(link)):
        if open_brackets.get(link[at], 0) > 0:
            open_brackets[link[at]] -= 1
            end = at + 1
    return link[:end]


# --- checking ------------------------------------------------------------------------------------

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*:(?!\d)", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>[^#]*).*)?",
    re.DOTALL,
)
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})", re.ASCII)
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_INSIDE: Final = frozenset({"localhost", "localdomain", "local", "internal", "arpa", "onion"})
_PORTS: Final = frozenset({"80", "443"})


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a link points: host in ASCII and lower case, the rest as it was."""

    host: str
    path: str
    query: str
    fragment: str


def check_link(url: str) -> str:
    """The link as sent, without what stood around it and with a scheme.

    Raises InvalidInput when it is no link to a public web page.
    """
    link = _clean(url)
    if len(link) > MAX_LENGTH:
        raise InvalidInput("link.too_long", most=MAX_LENGTH)
    _read(link)
    return link


def _read(link: str) -> _Page:
    """The parts of a link; InvalidInput unless it leads to an ordinary public host."""
    if _UNSPEAKABLE.search(link):
        raise InvalidInput("link.broken")
    scheme = _SCHEME.match(link)
    if scheme and scheme[0].lower() not in ("http://", "https://"):
        web = scheme[0].lower() in ("http:", "https:")
        raise InvalidInput("link.broken" if web else "link.scheme")
    parts = _PARTS.fullmatch(link, scheme.end() if scheme else 0)
    assert parts is not None  # noqa: S101 - the pattern takes any text
    authority = parts["authority"]
    if "@" in authority:
        raise InvalidInput("link.userinfo")
    name, colon, port = authority.partition(":")
    host = _host(name)
    if colon and port:
        _check_port(port)
    return _Page(host, parts["path"], parts["query"] or "", parts["fragment"] or "")


def _host(name: str) -> str:
    """The host in ASCII and lower case; InvalidInput for addresses in numbers and inner names."""
    if not name or len(name) > 253:
        raise InvalidInput("link.broken")
    host = unquote(name)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            raise InvalidInput("link.broken") from None
    host = host.lower().removesuffix(".")
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last) or last in _INSIDE or "." not in host:
        raise InvalidInput("link.address")
    if "%" in name or not _HOST.fullmatch(host):
        raise InvalidInput("link.broken")
    return host


def _check_port(port: str) -> None:
    if not (port.isascii() and port.isdigit()):
        raise InvalidInput("link.broken")
    if port.lstrip("0") not in _PORTS:
        raise InvalidInput("link.port")


# --- comparing -----------------------------------------------------------------------------------

_DOORS: Final = re.compile(r"(?:www|m|mobile|amp)\.(?=.+\.)")
_TRACKERS: Final = re.compile(
    r"utm_.*|zalo.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|mibextid|igshid|igsh|gidzl|zarsrc|si"
    r"|feature|_gl|_ga|ref|__cft__.*|__tn__|_rdr|sfnsn|rdid",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(r";jsessionid=.*", re.IGNORECASE | re.DOTALL)
_GOOGLE: Final = re.compile(r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_VIDEO: Final = r"([\w-]{11})(?:[/?].*)?"
_SAME_PAGE: Final = tuple(
    (re.compile(pattern, re.ASCII | re.DOTALL), key)
    for pattern, key in (
        # Site by site: what of an address names the page, and the one form it is given.
        (
            r"baoyenbai\.com\.vn/(?:\d+|(?i:PrintPreview))/(\d+)(?:[/?].*)?",
            r"baoyenbai.com.vn/PrintPreview/\1",
        ),
        (rf"youtu\.be/{_VIDEO}", r"youtube.com/watch?v=\1"),
        (rf"youtube\.com/(?:shorts|live|embed|v)/{_VIDEO}", r"youtube.com/watch?v=\1"),
        (r"youtube\.com/watch\?(?:.*&)?v=([\w-]{11})(?:&.*)?", r"youtube.com/watch?v=\1"),
        (r"(?:fb|(?:mbasic|web|vi-vn)\.facebook)\.com(/.*)?", r"facebook.com\1"),
        (r"facebook\.com/story\.php\?(.*)", r"facebook.com/permalink.php?\1"),
        (
            r"facebook\.com/permalink\.php\?(?:.*&)?(id=\w+)&(?:.*&)?(story_fbid=\w+)(?:&.*)?",
            r"facebook.com/permalink.php?\1&\2",
        ),
        (r"facebook\.com/photo(?:\.php)?\?(?:.*&)?(fbid=\d+)(?:&.*)?", r"facebook.com/photo?\1"),
        (r"facebook\.com/watch\?(?:.*&)?(v=\d+)(?:&.*)?", r"facebook.com/watch?\1"),
        (r"(tiktok\.com/%40[^/?]+/video/\d+)\?.*", r"\1"),
    )
)


def canonical_key(url: str) -> str:
    """The same short text for all links to one page, whichever door they take; only to compare.

    ASCII, at most MAX_KEY_LENGTH long, without a scheme. Raises InvalidInput like `check_link`,
    but takes any length.
    """
    page = _read(url)
    while inner := _wrapped(page):
        page = inner
    host = _bare_host(page.host)
    key = host + _path(page.path)
    if query := _query(page.query):
        key += f"?{query}"
    if page.fragment.startswith(("/", "!")) and page.fragment.strip("/!"):
        # Sites that load once name their articles here; every other fragment is a place on a page.
        key += f"#{page.fragment[0]}{_encoded(_plain(page.fragment[1:]))}"
    for pattern, one_form in _SAME_PAGE:
        if match := pattern.fullmatch(key):
            key = match.expand(one_form)
    if len(key) > MAX_KEY_LENGTH:
        key = f"{host}/sha256-{sha256(key.encode()).hexdigest()}"
    return key


def _bare_host(host: str) -> str:
    while door := _DOORS.match(host):
        host = host[door.end() :]
    return host


def _wrapped(page: _Page) -> _Page | None:
    """The page that a link of a go-between leads to, if it is one and that page can be read."""
    for target in _targets(page):
        try:
            return _read(target)
        except InvalidInput:
            continue
    return None


def _targets(page: _Page) -> Iterator[str]:
    host, path = _bare_host(page.host), _path(page.path)
    if _GOOGLE.fullmatch(host) and (amp := re.fullmatch(r"/amp/(?:s/)?([^/]+)(.*)", path)):
        yield f"https://{unquote(amp[1])}{amp[2]}?{page.query}"
    wanted: tuple[str, ...] = ()
    if host in ("l.facebook.com", "lm.facebook.com") and path == "/l.php":
        wanted = ("u",)
    elif _GOOGLE.fullmatch(host) and path == "/url":
        wanted = ("q", "url")
    elif path.endswith("/c/portal/update_language"):  # Liferay's switch of languages
        wanted = ("redirect",)
    for name, value in _parameters(page.query):
        if name in wanted:
            yield page.host + value if value.startswith("/") else value


def _path(path: str) -> str:
    """The path in one form, without an end that changes nothing; empty for the front page."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        plain = _plain(_SESSION.sub("", segment))
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(plain)
    while kept and kept[-1].lower() in ("", "amp"):
        kept.pop()
    return "".join(f"/{_encoded(segment)}" for segment in kept)


def _query(query: str) -> str:
    """The parameters that matter, in one form and order."""
    pairs = [(name, value) for name, value in _parameters(query) if not _TRACKERS.fullmatch(name)]
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" if value else name for name, value in encoded if name + value)


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    for part in query.replace("&amp;", "&").split("&"):  # the former when copied from a source
        name, _, value = (
            unicodedata.normalize("NFC", unquote_plus(piece, errors="surrogateescape"))
            for piece in part.partition("=")
        )
        yield name, value


def _plain(part: str) -> str:
    return unicodedata.normalize("NFC", unquote(part, errors="surrogateescape"))


def _encoded(plain: str) -> str:
    return quote(plain, safe="", errors="surrogateescape")
