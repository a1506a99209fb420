"""Links that only lead to another one: what chat programs, networks and search engines put in front
of a page, and long forms of a system's own addresses; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, unquote

from bot.articles.addresses import Address, address_of
from bot.articles.parts import Parts, encoded, parameters, read_parts
from bot.errors import InvalidInput

_GOOGLE: Final = r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
# Host and path of a go-between, and the parameters that may hold the link it leads to.
_IN_QUERY: Final = tuple(
    (re.compile(where), frozenset(names))
    for where, *names in (
        (r"(?:l|lm)\.(?:facebook|messenger)\.com/l\.php|l\.instagram\.com", "u"),
        (r"facebook\.com/(?:sharer/)?sharer\.php", "u"),
        (r"facebook\.com/plugins/(?:post|video)\.php", "href"),
        (rf"{_GOOGLE}/url", "q", "url"),
        (r"youtube\.com/redirect", "q"),
        (r"youtube\.com/attribution_link", "u"),
        (r"t\.me/(?:share(?:/url)?|iv)", "url"),
        (r".+/c/portal/update_language", "redirect"),  # Liferay's switch of languages
    )
)
_IN_PATH: Final = re.compile(
    rf"(?:{_GOOGLE}/amp|[\w-]+\.cdn\.ampproject\.org/[cv])/(?:s/)?([^/]+)(.*)", re.DOTALL
)
_NUKEVIET: Final = frozenset({"nv", "op", "language"})


def led_to(parts: Parts) -> Parts:
    """Where a link leads through whatever go-betweens whose target can be read."""
    while inner := _inner(parts):
        parts = inner
    return parts


def _inner(parts: Parts) -> Parts | None:
    for target in _targets(parts, address_of(parts)):
        try:
            return read_parts(target)
        except InvalidInput:
            continue
    return None


def _targets(parts: Parts, address: Address) -> Iterator[str]:
    where = "/".join((address.host, *map(encoded, address.path)))
    if behind := _IN_PATH.fullmatch(where):
        yield f"https://{unquote(behind[1])}{behind[2]}?{parts.query}"
    for pattern, names in _IN_QUERY:
        if pattern.fullmatch(where):
            for name, value in _asked(parts):
                if name in names:
                    yield parts.host + value if value.startswith("/") else value
    if not address.path and (short := _short_form(parts)):
        yield parts.host + short


def _asked(parts: Parts) -> Iterator[tuple[str, str]]:
    for each in parameters(parts.query):
        yield each.name, each.value or ""


def _short_form(parts: Parts) -> str:
    """NukeViet names its pages in the query where addresses are not rewritten."""
    asked = dict(_asked(parts))
    module, page, language = (asked.get(name, "") for name in ("nv", "op", "language"))
    if not re.fullmatch(r"[\w-]+", module, re.ASCII):
        return ""
    if not re.fullmatch(r"[a-z]{2}|", language, re.ASCII):
        return ""
    rest = "&".join(str(each) for each in parameters(parts.query) if each.name not in _NUKEVIET)
    ending = ".html" if re.search(r"-\d+$", page, re.ASCII) else ""
    path = "/".join(
        part for part in (language, module, quote(page, errors="surrogateescape")) if part
    )
    return f"/{path}{ending}" + (f"?{rest}" if rest else "")
