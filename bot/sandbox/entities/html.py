"""Telegram's HTML: tags become entities, byte for byte as its own parser reads them.

Only parsing: cleaning, nesting rules and trimming follow in `clean`.
"""

import re
from dataclasses import dataclass

from bot.sandbox.entities.links import accepted_link, link_user_id, lower_ascii
from bot.sandbox.entities.model import Entity, Kind, TextError, date_format, utf16_length
from bot.sandbox.entities.scanner import END, SPACES, Scanner

_SIMPLE = {
    "b": Kind.BOLD,
    "strong": Kind.BOLD,
    "i": Kind.ITALIC,
    "em": Kind.ITALIC,
    "u": Kind.UNDERLINE,
    "ins": Kind.UNDERLINE,
    "s": Kind.STRIKETHROUGH,
    "strike": Kind.STRIKETHROUGH,
    "del": Kind.STRIKETHROUGH,
    "tg-spoiler": Kind.SPOILER,
    "span": Kind.SPOILER,
}
_TAGS = frozenset({*_SIMPLE, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"})


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    value: str
    unix_time: int
    offset: int
    chunk: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and sorted entities of `source`; raises TextError with Telegram's reason."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).parse()


class _Parser(Scanner):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._chunks: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.length:
            char = self.source[self.at]
            if char == "&":
                self._emit(self.reference() or self.take())
            elif char != "<":
                self._emit(self.plain())
            elif self.source[self.at + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            tag = self._open[-1].tag
            raise TextError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return self._finish()

    def _finish(self) -> tuple[str, list[Entity]]:
        text = "".join(self._chunks)
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise TextError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        # A language belongs to <pre><code>, a lone <code> forgets it.
        entities = [
            Entity(entity.kind, entity.offset, entity.length)
            if entity.kind is Kind.CODE
            else entity
            for entity in self._entities
        ]
        return text, sorted(entities, key=lambda entity: entity.order)

    def _emit(self, text: str) -> None:
        self._chunks.append(text)
        self._offset += utf16_length(text)

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = lower_ascii(self.skip(">"))
        if self.char == END:
            raise TextError(f"Unclosed start tag at byte offset {self.byte(begin)}")
        if tag not in _TAGS:
            offset = self.byte(begin)
            raise TextError(f'Unsupported start tag "{tag}" at byte offset {offset}')
        value, unix_time = self._attributes(tag, begin)
        if tag == "span" and value != "spoiler":
            offset = self.byte(begin)
            raise TextError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self.at += 1
        self._open.append(_Open(tag, value, unix_time, self._offset, len(self._chunks)))

    def _attributes(self, tag: str, begin: int) -> tuple[str, int]:
        """Value and moment the attributes give a tag; the cursor ends on ">"."""
        value, unix_time = "", 0
        while self.char != ">":
            self.skip_spaces()
            if self.char == ">":
                break
            name = self.skip("=>/\"'")
            if not name:
                offset = self.byte(begin)
                raise TextError(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
            self.skip_spaces()
            if self.char != "=":
                self._check_unclosed(f' "{tag}"', begin)
                if (tag, name) == ("blockquote", "expandable"):
                    value = "1"
                continue
            self.at += 1
            self.skip_spaces()
            self._check_unclosed(f' "{tag}"', begin)
            given = self._attribute_value()
            self._check_unclosed("", begin)
            if (tag, name) == ("tg-time", "unix"):
                unix_time = _integer(given)
            else:
                value = _meaning(tag, name, given, value)
        return value, unix_time

    def _check_unclosed(self, tag: str, begin: int) -> None:
        if self.char == END:
            raise TextError(f"Unclosed start tag{tag} at byte offset {self.byte(begin)}")

    def _attribute_value(self) -> str:
        quote = self.char
        if quote not in "\"'":
            return self._name_token()
        self.at += 1
        chars: list[str] = []
        while self.char not in (quote, END):
            chars.append((self.reference() if self.char == "&" else "") or self.take())
        if self.char == quote:
            self.at += 1
        return "".join(chars)

    def _name_token(self) -> str:
        begin = self.at
        while self.char.isascii() and (self.char.isalnum() or self.char in ".-"):
            self.at += 1
        if self.char != ">" and self.char not in SPACES:
            raise TextError(f"Unexpected end of name token at byte offset {self.byte(begin)}")
        return self.source[begin : self.at].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self._open:
            raise TextError(f"Unexpected end tag at byte offset {self.byte(begin)}")
        self.at += 2
        name = lower_ascii(self.skip(">"))
        self.skip_spaces()
        if self.char != ">":
            raise TextError(f"Unclosed end tag at byte offset {self.byte(begin)}")
        opened = self._open[-1]
        if name and name != opened.tag:
            raise TextError(
                f"Unmatched end tag at byte offset {self.byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self.at += 1
        self._open.pop()
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        """The entity of a tag that holds something."""
        tag, offset, length = opened.tag, opened.offset, self._offset - opened.offset
        if tag in _SIMPLE:
            self._add(_SIMPLE[tag], offset, length)
        elif tag == "a":
            self._link(opened, length)
        elif tag == "blockquote":
            kind = Kind.EXPANDABLE_BLOCKQUOTE if opened.value else Kind.BLOCKQUOTE
            self._add(kind, offset, length)
        elif tag == "tg-emoji":
            self._add(Kind.CUSTOM_EMOJI, offset, length, _emoji_id(opened.value))
        elif tag == "tg-time":
            letters = date_format(opened.value)
            if opened.unix_time > 0:
                self._entities.append(
                    Entity(Kind.DATE_TIME, offset, length, letters, opened.unix_time)
                )
        else:
            self._code(opened, length)

    def _add(self, kind: Kind, offset: int, length: int, value: str = "") -> None:
        self._entities.append(Entity(kind, offset, length, value))

    def _link(self, opened: _Open, length: int) -> None:
        url = opened.value or "".join(self._chunks[opened.chunk :])
        if user_id := link_user_id(url):
            self._add(Kind.TEXT_MENTION, opened.offset, length, str(user_id))
        elif link := accepted_link(url):
            self._add(Kind.TEXT_LINK, opened.offset, length, link)

    def _code(self, opened: _Open, length: int) -> None:
        """<pre> and <code> over the same stretch are one entity that knows its language."""
        inner = Kind.CODE if opened.tag == "pre" else Kind.PRE
        last = self._entities[-1] if self._entities else None
        if last and (last.kind, last.offset, last.length) == (inner, opened.offset, length):
            language = last.value if opened.tag == "pre" else opened.value
            if language and not (inner is Kind.PRE and last.value):
                self._entities[-1] = Entity(Kind.PRE, opened.offset, length, language)
                return
        kind = Kind.PRE if opened.tag == "pre" else Kind.CODE
        value = opened.value if opened.tag == "code" else ""
        self._add(kind, opened.offset, length, value)


def _meaning(tag: str, name: str, given: str, before: str) -> str:
    """What a tag's value becomes by one more attribute."""
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
            return given
        case ("code", "class") if given.startswith("language-"):
            return given.removeprefix("language-")
        case ("span", "class") if given.startswith("tg-"):
            return given.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "1"
    return before


def _integer(text: str) -> int:
    """The leading 32-bit integer of `text`, wrapped as a C integer, or 0."""
    found = re.match(r"-?[0-9]+", text)
    return (int(found[0]) + (1 << 31)) % (1 << 32) - (1 << 31) if found else 0


def _emoji_id(text: str) -> str:
    found = re.fullmatch(r"-?[0-9]{1,19}", text)
    if not found or not -(1 << 63) <= int(text) < 1 << 63 or int(text) == 0:
        raise TextError("Invalid custom emoji identifier specified")
    return str(int(text))
