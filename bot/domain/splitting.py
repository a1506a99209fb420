"""Cutting a long text at sensible places: into parts that Telegram takes, or to its beginning."""

from __future__ import annotations

MOST_UNITS = 4096
_EDGES = " ,.;:-/"


def length(text: str) -> int:
    """The length Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, *, limit: int = MOST_UNITS) -> tuple[str, ...]:
    """Parts of at most `limit` UTF-16 units, cut between paragraphs, lines or words if possible."""
    parts: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        cut = _cut(_longest_head(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


def _longest_head(text: str, limit: int) -> str:
    encoded = text.encode("utf-16-le")[: limit * 2]
    return encoded.decode("utf-16-le", errors="ignore")  # half a surrogate pair is dropped


def _cut(head: str) -> int:
    """Where to cut: the last paragraph border, line or space, unless it lies in the first half."""
    for border in ("\n\n", "\n", " "):
        place = head.rfind(border)
        if place > len(head) // 2:
            return place
    return len(head)


def shortened(text: str, *, most: int = 90) -> str:
    """A name or title as lists and buttons show it: at most so many characters, cut at a word."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    if not text[most - 1].isspace():
        words, _, _ = head.rpartition(" ")
        head = words if len(words) > most // 2 else head
    return f"{head.rstrip(_EDGES)}…"
