"""Links and e-mail addresses in a plain text, bounded as Telegram bounds them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A link without a scheme counts only under a known top-level domain. All countries and the
# usual generic ones are here; Telegram knows some thousand rarer ones.
_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv
bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es
et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu
id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt
lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no
np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si
sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk
us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_GENERIC = """
com net org info edu gov mil int biz name pro aero asia arpa cat coop jobs mobi museum post tel
travel xxx app art blog bot cloud club dev digital email fun global group guru help icu ink link
live ltd media money network news online page press report school shop site social space store
studio support systems team tech today tools top tours town tube university video vip website wiki
win work world xyz zone academy agency business center company education foundation ngo
"""
_TOP_LEVEL = frozenset(f"{_COUNTRIES} {_GENERIC}".split())

_DOMAIN_CHARS = (
    r".\w~\-\u00c0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\U0010ffff"
)
_SPACES = r" \u00a0\u1680\u2000-\u200b\u200e\u200f\u2016-\u206f\u3000"
_DOMAIN = re.compile(f"[{_DOMAIN_CHARS}]*", re.ASCII)
_DOMAIN_OR_AT = re.compile(f"[@{_DOMAIN_CHARS}]*", re.ASCII)
_USER = re.compile(rf"[^\n/\[\]{{}}()'`<>\"@«»{_SPACES}]*")
_SCHEME = re.compile(rf"(?:[a-zA-Z0-9+\-]|[^\x00-\x7f{_SPACES}])*")
_PATH = re.compile(rf"[^\n<>\"«»{_SPACES}]*")
_PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])", re.ASCII)
_OWN_DOMAIN = re.compile(r"[a-z0-9_\-]{1,253}", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(
    r"(?:[a-z0-9_\-]{0,26}[.+]){0,10}[a-z0-9_\-]{1,35}"
    r"@(?:[a-z0-9](?:[a-z0-9_\-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}",
    re.ASCII | re.IGNORECASE,
)
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|$)){4}(?<!\.)", re.ASCII)
_LAST = ".:;,('?!`"
_SHORTEST_OWN = 5  # bytes; in fewer Telegram does not look
_SCHEMES = ("https", "http", "ftp", "tonsite")


class Link(NamedTuple):
    """A stretch of the text, counted in characters."""

    begin: int
    end: int
    is_email: bool


def find_links(text: str) -> Iterator[Link]:
    """All links and addresses of `text`."""
    yield from _own_links(text)
    at = 0
    while (dot := text.find(".", at)) >= 0 and dot + 1 < len(text):
        if text[dot + 1] == " ":
            at = dot + 2
            continue
        candidate = _Candidate(text, at, dot)
        if link := candidate.link():
            yield link
        at = candidate.next


def _own_links(text: str) -> Iterator[Link]:
    """Links to Telegram itself: tg://resolve?domain=x. One may begin with the end of another, and
    counts if that one does not. No more are looked for in what is too short for one."""
    at = 0
    while _bytes_left(text, at) > _SHORTEST_OWN and (at := text.find("://", at)) >= 0:
        lowered = text[max(at - 3, 0) : at].lower()
        begin = at - 2 if lowered.endswith("tg") else at - 3 if lowered == "ton" else -1
        at += 3
        if begin >= 0 and (domain := _OWN_DOMAIN.match(text, at)):
            at = _with_path(text, domain.end())
            yield Link(begin, at, False)


def _bytes_left(text: str, at: int) -> int:
    return len(text[at:].encode(errors="replace"))


def _with_path(text: str, at: int) -> int:
    """Where the path, query or fragment that begins at `at` ends; a lone "?" is none."""
    if at < len(text) and text[at] in "/?#":
        path = text[at + 1 : _end(_PATH, text, at + 1)].rstrip(_LAST)
        if path or text[at] == "/":
            return at + 1 + len(path)
    return at


class _Candidate:
    """What lies around one dot; nothing before `base` belongs to it."""

    def __init__(self, text: str, base: int, dot: int) -> None:
        self._text, self._base, self._dot = text, base, dot
        begin = self._back(dot, _DOMAIN)
        end = _end(_DOMAIN_OR_AT, text, dot)
        has_at = "@" in text[dot:end]
        if has_at:
            begin = self._back(begin, _USER)
        self._is_bad = False
        end = self._after_domain(end)
        self._begin = self._with_scheme(self._with_user(begin, has_at=has_at))
        self._end = end
        self.next = self._next()

    def _back(self, at: int, pattern: re.Pattern[str]) -> int:
        while at > self._base and _end(pattern, self._text, at - 1, at) == at:
            at -= 1
        return at

    def _after_domain(self, end: int) -> int:
        """Port and path follow the domain; closing dots do not belong to it."""
        text = self._text
        if (port := _PORT.match(text, end)) and int(port[1]) <= 65535:
            end = port.end()
        end = _with_path(text, end)
        while end > self._dot + 1 and text[end - 1] == ".":
            end -= 1
        return end

    def _with_user(self, begin: int, *, has_at: bool) -> int:
        if begin == self._base or self._text[begin - 1] != "@":
            return begin
        user = self._back(begin - 1, _USER)
        if has_at or user == begin - 1:
            self._is_bad = True
        return user

    def _with_scheme(self, begin: int) -> int:
        text, base = self._text, self._base
        if begin == base:
            return begin
        if begin - base >= 6 and text.endswith("://", base, begin):
            scheme = text[self._back(begin - 3, _SCHEME) : begin - 3].lower()
            for known in _SCHEMES:
                if scheme.endswith(known) and scheme not in ("shttp", "tftp", "sftp"):
                    return begin - 3 - len(known)
            self._is_bad = True
        elif text[begin - 1].isalnum() or text[begin - 1] in "_/#@":
            self._is_bad = True
        return begin

    def _next(self) -> int:
        """Where the search goes on."""
        text, end = self._text, self._end
        if self._is_bad:
            while text[end - 1] != ".":
                end -= 1
        else:
            while end < len(text) and text[end] == ".":
                end += 1
        return max(end, self._dot + 1)

    def link(self) -> Link | None:
        """The link or address, if it is one."""
        if self._is_bad or self._end <= self._dot + 1:
            return None
        found = self._text[self._begin : self._end]
        if _EMAIL.fullmatch(found):
            return Link(self._begin, self._end, True)
        if found.startswith("mailto:") and _EMAIL.fullmatch(found, 7):
            return Link(self._begin + 7, self._end, True)
        length = _length_of_url(found)
        return Link(self._begin, self._begin + length, False) if length else None


def _end(pattern: re.Pattern[str], text: str, begin: int, stop: int | None = None) -> int:
    found = pattern.match(text, begin, len(text) if stop is None else stop)
    return found.end() if found else begin


def _length_of_url(url: str) -> int:
    """How much of `url` is the link, 0 where its domain is none."""
    scheme = next((s for s in _SCHEMES if url[:10].lower().startswith(f"{s}://")), "")
    rest = url[len(scheme) + 3 :] if scheme else url
    cut = next((i for i, char in enumerate(rest) if char in "/?#"), len(rest))
    domain, path = rest[:cut], rest[cut:]
    domain = domain.partition("@")[2] if "@" in domain else domain
    domain = domain.rpartition(":")[0] if ":" in domain else domain
    if not _is_domain(domain, has_scheme=bool(scheme)):
        return 0
    return len(url) - len(path) + len(_balanced(path))


def _balanced(path: str) -> str:
    """The path up to a bracket that closes what it has not opened."""
    depth = {"(": 0, "[": 0, "{": 0}
    opening = {")": "(", "]": "[", "}": "{"}
    for index, char in enumerate(path):
        if char in depth:
            depth[char] += 1
        elif char in opening:
            depth[opening[char]] -= 1
            if depth[opening[char]] < 0:
                path = path[:index]
                break
    return path.rstrip(_LAST)


def _is_domain(domain: str, *, has_scheme: bool) -> bool:
    labels = domain.split(".")
    if any(not label or len(label.encode()) >= 64 or label.endswith("-") for label in labels):
        return False
    if len(labels) == 1 or domain.lower() == "teiegram.org":
        return False
    if _IPV4.fullmatch(domain):
        return True
    if re.fullmatch(r"[0-9.]*", domain, re.ASCII) or "_" in labels[-2]:
        return False
    top = labels[-1]
    if top.startswith("xn--"):
        return bool(re.fullmatch(r"xn--[a-zA-Z0-9]{2,}", top))
    if len(top) <= 1 or "_" in top or "-" in top:
        return False
    # "word.Com" is rather a missing space between two sentences than a link.
    is_capitalised = top != top.lower() and top[1:] == top[1:].lower()
    return has_scheme or (top.lower() in _TOP_LEVEL and not is_capitalised)
