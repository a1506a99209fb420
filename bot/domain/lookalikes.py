"""Names that a reader takes for one another; pure. Who registers under the name of somebody known,
or with foreign letters that look like it, is not kept out: staff are told."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from bot.domain.folding import fold

# Cyrillic and Greek letters, and digits, by the Latin letters that they look like.
_LOOKS_LIKE: Final = str.maketrans(
    "авсԁеɡһіјӏкмнпорԛѕтуԝхѵгαβεηικνορτυχγ013",
    "abcdeghijlkmhnopqstywxvrabenikvoptuxyole",
)

# Capitals that look like another letter than their small forms do.
_CAPITALS_LOOK_LIKE: Final = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx")


def skeleton(name: str) -> str:
    """The same for names that look alike: `Nguyễn Vаn An` with a Cyrillic letter as without it.

    Diacritics count as nothing, and so do all other differences a hasty reader overlooks.
    """
    plain = unicodedata.normalize("NFKC", name).translate(_CAPITALS_LOOK_LIKE).lower()
    plain = plain.translate(_LOOKS_LIKE)
    return fold(plain).replace("l", "i").replace("vv", "w")


def like(name: str, others: Iterable[str]) -> str | None:
    """The first of the others that looks like this name."""
    wanted = skeleton(name)
    return next((other for other in others if skeleton(other) == wanted), None)
