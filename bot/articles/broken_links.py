"""What was meant as a link and is none: mistyped, or cut where it was copied; pure.

What is a link, and which links can be taken, is said in `urls`.
"""

from __future__ import annotations

import re
from typing import Final

from bot.articles.urls import without_links

_BROKEN: Final = re.compile(
    # "http//a.vn", "htp:/a.vn", "https;//a.vn": a slash alone, as in "http/2", is none
    r"(?<![\w./-])(?:h{1,2}t{1,3}|tt)p{1,2}s{0,2}\s?(?:[:;.,]{1,2}\s?[/\\]{1,3}|[/\\]{2,3})\s?\w\S*"
    r"|(?<!\w)[:;]//\w\S*"
    # "www.bao", "www,bao.vn", "ww.bao.vn"
    r"|(?<![\w@./-])(?:ww\.|w{3,4}\s?[.,/]\s?)[\w-]\S*",
    re.IGNORECASE,
)
_AFTER: Final = ".,;:!?…)]}'\"”»"


def broken_links(text: str) -> tuple[str, ...]:
    """What looks like a broken link in a text, as it was written, each once. What is
    found as a link is none, also where it cannot be taken."""
    found = (match[0].rstrip(_AFTER) for match in _BROKEN.finditer(without_links(text)))
    return tuple(dict.fromkeys(found))
