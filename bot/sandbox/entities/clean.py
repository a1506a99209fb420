"""What Telegram does to every text it takes: drops odd characters, nests entities, trims."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from bot.sandbox.entities.found import find_entities
from bot.sandbox.entities.model import Entity, FormattedText, TextError, utf16_length
from bot.sandbox.entities.nesting import merge_found, nest

_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
# Carriage returns, line separators, direction overrides and the "vertical line" marks.
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
# Of several direction marks in a row only the last is kept as it is.
_MARKS = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
# Spaces, joiners and marks: a text of nothing else counts as empty.
_UNSEEN = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc]*"
)


def clean_text(text: str, entities: Iterable[Entity] = (), *, find: bool = True) -> FormattedText:
    """The text as Telegram stores it, "" where nothing visible is left; TextError if refused.

    With `find` commands, links, mentions and the like become entities too.
    """
    text, kept = _trimmed(*cleaned_source(text, entities))
    if _UNSEEN.fullmatch(text):
        return FormattedText("")
    if find:
        kept = merge_found(kept, find_entities(text))
    return FormattedText(text, tuple(kept))


def cleaned_source(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Text and entities without odd characters, nested, but not trimmed; TextError if refused."""
    kept = _checked(entities)
    if kept:
        kept = nest(_moved(text, nest(kept)))
    return clean_line(text), kept


def clean_line(text: str) -> str:
    """A text without entities, cleaned but not trimmed."""
    return _MARKS.sub("\u200c", _CONTROL.sub(" ", _DROPPED.sub("", text)))


def _checked(entities: Iterable[Entity]) -> list[Entity]:
    kept = []
    for entity in entities:
        if not 0 <= entity.offset <= 1_000_000:
            raise TextError(f"Receive an entity with incorrect offset {entity.offset}")
        if not 0 <= entity.length <= 1_000_000:
            raise TextError(f"Receive an entity with incorrect length {entity.length}")
        if entity.length:
            kept.append(entity)
    return kept


def _moved(text: str, entities: list[Entity]) -> list[Entity]:
    """The entities after the dropped characters are gone; refuses those beyond the text."""
    _check_bounds(text, entities)
    if not _DROPPED.search(text):
        return entities
    dropped, at = [], 0
    for char in text:
        if _DROPPED.match(char):
            dropped.append(at)
        at += 1 + (char > "\uffff")
    moved = []
    for entity in entities:
        begin = entity.offset - bisect_left(dropped, entity.offset)
        end = entity.end - bisect_left(dropped, entity.end)
        if end > begin:
            moved.append(_stretched(entity, begin, end))
    return moved


def _stretched(entity: Entity, begin: int, end: int) -> Entity:
    return Entity(entity.kind, begin, end - begin, entity.value, entity.unix_time)


def _check_bounds(text: str, entities: list[Entity]) -> None:
    """Refuses the fault Telegram meets first, reading on and closing the innermost first."""
    positions = _Positions(text)
    faults: list[tuple[tuple[int, int, int], str]] = []
    for index, entity in enumerate(entities):
        who = f"Entity beginning at UTF-16 offset {entity.offset}"
        if entity.offset > positions.length:
            what = f"Entity begins after the end of the text at UTF-16 offset {entity.offset}"
            faults.append(((positions.length + 1, 0, index), what))
        elif entity.end > positions.length:
            what = f"{who} ends after the end of the text at UTF-16 offset {entity.end}"
            faults.append(((positions.length + 1, 1, -index), what))
        if (at := positions.byte_inside(entity.offset)) is not None:
            what = f"Entity begins in a middle of a UTF-16 symbol at byte offset {at}"
            faults.append(((entity.offset, 1, index), what))
        if (at := positions.byte_inside(entity.end)) is not None:
            what = f"{who} ends in a middle of a UTF-16 symbol at byte offset {at}"
            faults.append(((entity.end, 0, -index), what))
    if faults:
        raise TextError(min(faults)[1])


class _Positions:
    """Where the characters of a text begin in UTF-16; trivial unless some need two units."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = utf16_length(text)
        self._starts: list[int] | None = None
        if self.length != len(text):
            at, self._starts = 0, []
            for char in text:
                self._starts.append(at)
                at += 1 + (char > "\uffff")
            self._starts.append(at)

    def byte_inside(self, offset: int) -> int | None:
        """The byte behind the character in whose middle `offset` lies, None where it is between."""
        if self._starts is None or offset > self.length:
            return None
        at = bisect_left(self._starts, offset)
        return None if self._starts[at] == offset else len(self._text[:at].encode())


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Spaces and line ends cut off at both sides; before an entity they stay in front."""
    text = text.rstrip(" \n")
    length = utf16_length(text)
    kept = [
        _stretched(entity, entity.offset, min(entity.end, length))
        for entity in entities
        if entity.offset < length
    ]
    kept.sort(key=lambda entity: entity.order)
    cut = len(text) - len(text.lstrip(" \n"))
    if kept:
        cut = min(cut, kept[0].offset)
    if cut:
        text = text[cut:]
        kept = [_stretched(entity, entity.offset - cut, entity.end - cut) for entity in kept]
    return text, kept
