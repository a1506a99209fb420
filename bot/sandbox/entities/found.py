"""What Telegram finds in a plain text by itself: commands, mentions, tags, links, addresses.

Bank card and phone numbers are left out: the Bot API does not show them.
"""

import re
from collections.abc import Iterator

from bot.sandbox.entities.model import Entity, Kind, utf16_length
from bot.sandbox.entities.nesting import without_overlaps
from bot.sandbox.entities.urls import find_links

_MENTION = re.compile(r"(?<!\w)@([a-zA-Z0-9_]{2,32})(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}+(?:@[a-zA-Z0-9_]{3,32}+|(?!@))(?![\w/<>])")
# Letters, decimal digits and a few signs, but no superscripts and fractions.
_TAG_LETTER = r"(?:[^\W²³¹¼-¾\u2070-\u2189]|[\u200c\u00b7\u0d80-\u0dff])"
_OF_CHAT = r"(?:@[a-zA-Z0-9_]{3,32}+)?+"
_HASHTAG = re.compile(rf"(?<!{_TAG_LETTER})#({_TAG_LETTER}++)({_OF_CHAT})(?!#)")
_CASHTAG = re.compile(
    rf"(?<![$])(?<!{_TAG_LETTER})\$(?:1INCH|[A-Z]{{1,8}}+){_OF_CHAT}(?![$]|{_TAG_LETTER})"
)
_SHORT_NAMES = frozenset({"gif", "nft", "pic", "ufc", "vid"})
_MARKS = re.compile(r"[@/#$.:]")


def find_entities(text: str) -> list[Entity]:
    """Entities Telegram adds to `text` on its own, in order and without overlaps."""
    if not _MARKS.search(text):
        return []
    found = [*_find(text)]
    if not found:
        return []
    if not text.isascii():
        found = [
            Entity(
                entity.kind,
                utf16_length(text[: entity.offset]),
                utf16_length(text[entity.offset : entity.end]),
            )
            for entity in found
        ]
    return without_overlaps(found)


def _find(text: str) -> Iterator[Entity]:
    if "@" in text:
        for match in _MENTION.finditer(text):
            if len(match[1]) >= 4 or match[1].lower() in _SHORT_NAMES:
                yield _entity(Kind.MENTION, match.start(), match.end())
    if "/" in text:
        for match in _COMMAND.finditer(text):
            yield _entity(Kind.BOT_COMMAND, match.start(), match.end())
    if "#" in text:
        for match in _HASHTAG.finditer(text):
            name = match[1][:256]
            if any(char.isalpha() for char in name):
                end = match.end() if name == match[1] else match.start() + 1 + len(name)
                yield _entity(Kind.HASHTAG, match.start(), end)
    if "$" in text:
        for match in _CASHTAG.finditer(text):
            yield _entity(Kind.CASHTAG, match.start(), match.end())
    for link in find_links(text):
        yield _entity(Kind.EMAIL if link.is_email else Kind.URL, link.begin, link.end)


def _entity(kind: Kind, begin: int, end: int) -> Entity:
    return Entity(kind, begin, end - begin)
