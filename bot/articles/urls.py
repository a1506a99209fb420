"""Links as people send them: found in a text, checked, and made comparable.

Pure: nothing here looks a name up or opens a page. What becomes of a link before it is compared is
said in `addresses`, `go_betweens` and `identities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from bot.articles.addresses import address_of
from bot.articles.go_betweens import led_to
from bot.articles.identities import page_key
from bot.articles.parts import SCHEME, read_parts
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


def without_links(text: str) -> str:
    """The text with a space in the place of each of its links; a scheme alone is none."""

    def left(match: re.Match[str]) -> str:
        _, scheme, rest = match[0].partition("://")
        return match[0] if scheme and not re.search(r"\w", rest) else " "

    return _FOUND.sub(left, _INVISIBLE.sub("", text))


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
    return link if not link or SCHEME.match(link) else f"https://{link}"


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


def check_link(url: str) -> str:
    """The link as sent, without what stood around it and with a scheme.

    Raises InvalidInput when it is no link to a public web page.
    """
    link = _clean(url)
    if len(link) > MAX_LENGTH:
        raise InvalidInput("link.too_long", most=MAX_LENGTH)
    read_parts(link)
    return link


# --- comparing -----------------------------------------------------------------------------------


def canonical_key(url: str) -> str:
    """The same short text for all links to one page, whichever door they take; only to compare.

    ASCII, at most MAX_KEY_LENGTH long, without a scheme. Raises InvalidInput like `check_link`,
    but takes any length, and a link that has been cleaned.
    """
    address = address_of(led_to(read_parts(url)))
    key = page_key(address)
    if len(key) > MAX_KEY_LENGTH:
        key = f"{address.host}/sha256-{sha256(key.encode()).hexdigest()}"
    return key


def canonical_address(url: str) -> str:
    """The address of a link in one form, which begins with that of the site it belongs to.

    ASCII, of any length, without a scheme. Raises InvalidInput like `check_link`.
    """
    return str(address_of(led_to(read_parts(url))))
