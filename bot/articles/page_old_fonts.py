"""Words written for the .VnTime fonts of the time before Unicode, found in a page and turned round;
pure. Which bytes are text at all is `page_encoding`'s.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.articles.page_blocks import Markup, tidy
from bot.domain.encodings import from_tcvn3, is_tcvn3

_FEWEST: Final = 60  # visible characters of a line that is judged
_SOFT_HYPHEN: Final = "\ue0ad"  # kept until it is known whether it is the ư of an old font
# A sign or a capital in the middle of a word: what .VnTime letters look like in another font.
_OLD_LETTER: Final = re.compile(
    "[A-Za-z][\u00a1-\u00bf]|[\u00ae\u00a7][A-Za-z]|[a-z][\u00c6-\u00de]"
)
_UNICODE_LETTER: Final = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9]")


def line_of(text: str) -> str:
    """One clean line that `unfold` can still turn round."""
    return tidy(text.replace("\u00ad", _SOFT_HYPHEN))


def unfold(found: Markup) -> None:
    """Pieces written for a .VnTime font become Unicode; pages mix them with others."""
    old = [
        block
        for block in found.blocks
        if is_tcvn3(block.text.replace(_SOFT_HYPHEN, "\u00ad"), fewest=_FEWEST)
    ]
    settle = _without_soft_hyphens
    if old:
        is_mixed = any(_UNICODE_LETTER.search(block.text) for block in found.blocks)
        settle = _unfolded_if_old if is_mixed else _unfolded
    found.title = settle(found.title)
    found.metas = [(name, settle(value)) for name, value in found.metas]
    for block in found.blocks:
        block.text = settle(block.text)
    found.links = [replace(link, text=settle(link.text)) for link in found.links]


def _unfolded(text: str) -> str:
    return from_tcvn3(text.replace(_SOFT_HYPHEN, "\u00ad"))


def _unfolded_if_old(text: str) -> str:
    text = text.replace(_SOFT_HYPHEN, "\u00ad")
    is_old = _OLD_LETTER.search(text) and not _UNICODE_LETTER.search(text)
    return from_tcvn3(text) if is_old else text.replace("\u00ad", "")


def _without_soft_hyphens(text: str) -> str:
    return text.replace(_SOFT_HYPHEN, "")
