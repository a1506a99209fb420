"""What an entity is: a stretch of a text, counted in UTF-16 code units, with a meaning."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Entity kinds by their Bot API names; only `PRE` may carry a language."""

    MENTION = "mention"
    HASHTAG = "hashtag"
    CASHTAG = "cashtag"
    BOT_COMMAND = "bot_command"
    URL = "url"
    EMAIL = "email"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    CODE = "code"
    PRE = "pre"
    TEXT_LINK = "text_link"
    TEXT_MENTION = "text_mention"
    CUSTOM_EMOJI = "custom_emoji"
    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    DATE_TIME = "date_time"


SPLITTABLE = (Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKETHROUGH, Kind.SPOILER)
BLOCKQUOTES = frozenset({Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE})
# Nothing may be nested inside these.
OPAQUE = frozenset({Kind.PRE, Kind.CODE, Kind.DATE_TIME})

# Of two entities over the same stretch the lower number is the outer one.
_ORDER = {
    Kind.BLOCKQUOTE: 0,
    Kind.EXPANDABLE_BLOCKQUOTE: 0,
    Kind.PRE: 11,
    Kind.CODE: 20,
    Kind.DATE_TIME: 30,
    Kind.TEXT_LINK: 49,
    Kind.TEXT_MENTION: 49,
    Kind.BOLD: 90,
    Kind.ITALIC: 91,
    Kind.UNDERLINE: 92,
    Kind.STRIKETHROUGH: 93,
    Kind.SPOILER: 94,
    Kind.CUSTOM_EMOJI: 99,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity; `value` is its URL, user id, language or emoji id, `unix_time` a moment."""

    kind: Kind
    offset: int
    length: int
    value: str = ""
    unix_time: int = 0

    @property
    def end(self) -> int:
        """First code unit behind the entity."""
        return self.offset + self.length

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorting key: by start, then the longer first, then the outer first."""
        rank = 10 if self.kind is Kind.PRE and self.value else _ORDER.get(self.kind, 50)
        return (self.offset, -self.length, rank)

    def as_json(self) -> dict[str, Any]:
        """The entity as the Bot API gives it; a mentioned user is filled in by the caller."""
        body: dict[str, Any] = {"offset": self.offset, "length": self.length, "type": self.kind}
        if self.kind is Kind.PRE and self.value:
            body["language"] = self.value
        elif self.kind is Kind.TEXT_LINK:
            body["url"] = self.value
        elif self.kind is Kind.TEXT_MENTION:
            body["user"] = {"id": int(self.value)}
        elif self.kind is Kind.CUSTOM_EMOJI:
            body["custom_emoji_id"] = self.value
        elif self.kind is Kind.DATE_TIME:
            body["unix_time"] = self.unix_time
            body["date_time_format"] = self.value
        return body


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text with its entities, sorted."""

    text: str
    entities: tuple[Entity, ...] = ()


class TextError(Exception):
    """The text or its entities cannot be used; the message is Telegram's own."""


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def date_format(letters: str) -> str:
    """The canonical form of a date-time format; raises TextError for unknown letters."""
    if letters in ("r", "R"):
        return "r"
    if set(letters) - set("tTdDwW"):
        raise TextError("Invalid date format used")
    # Asked for both, the short form wins.
    day = "d" if "d" in letters else "D" if "D" in letters else ""
    time = "t" if "t" in letters else "T" if "T" in letters else ""
    return ("w" if "w" in letters or "W" in letters else "") + day + time
