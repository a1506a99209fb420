"""How entities may lie over each other: Telegram splits, merges and drops until they nest."""

from collections.abc import Iterable

from bot.sandbox.entities.model import BLOCKQUOTES, OPAQUE, SPLITTABLE, Entity, Kind

_SPLITTABLE = frozenset(SPLITTABLE)


def nest(entities: Iterable[Entity]) -> list[Entity]:
    """The entities in order and in the only form Telegram stores."""
    found = _sorted(entities)
    if len(found) < 2 or _is_nested(found):
        return found
    solid, quotes, splittable = _classes(found)
    solid = _without_overlaps(solid)
    if quotes:
        quotes = _without_overlaps(quotes)
        solid = _sorted([*_inside_or_outside(solid, quotes), *quotes])
    return _sorted([*solid, *_split(splittable, solid)])


def merge_found(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    """`entities` with what Telegram found itself, where nothing given is in the way."""
    if not found:
        return entities
    solid, quotes, splittable = _classes(entities)
    free = [
        new
        for new in _inside_or_outside(found, quotes)
        if all(new.end <= old.offset or new.offset >= old.end for old in solid)
    ]
    solid = _sorted([*solid, *free, *quotes])
    return _sorted([*solid, *_split(splittable, solid)])


def without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """The first of several overlapping entities, the longer one of two that begin together."""
    return _without_overlaps(_sorted(entities))


def _sorted(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: entity.order)


def _classes(entities: list[Entity]) -> tuple[list[Entity], list[Entity], list[Entity]]:
    solid, quotes, splittable = [], [], []
    for entity in entities:
        if entity.kind in _SPLITTABLE:
            splittable.append(entity)
        elif entity.kind in BLOCKQUOTES:
            quotes.append(entity)
        else:
            solid.append(entity)
    return solid, quotes, splittable


def _is_nested(entities: list[Entity]) -> bool:
    """Whether nothing needs to be changed; a splittable outer entity always does."""
    ends: dict[Kind, int] = {}
    stack: list[Entity] = []
    for entity in entities:
        while stack and entity.offset >= stack[-1].end:
            stack.pop()
        if stack and not _may_contain(stack, entity):
            return False
        if entity.kind in _SPLITTABLE:
            if ends.get(entity.kind, -1) >= entity.offset:
                return False
            ends[entity.kind] = entity.end
        stack.append(entity)
    return True


def _may_contain(stack: list[Entity], entity: Entity) -> bool:
    kinds = {outer.kind for outer in stack}
    solid = kinds - BLOCKQUOTES
    if entity.end > stack[-1].end or solid & _SPLITTABLE or stack[-1].kind in OPAQUE:
        return False
    # Only quotes and links are left around; of the two only a quote may hold more than bold.
    if entity.kind in BLOCKQUOTES:
        return False
    return entity.kind in _SPLITTABLE or not solid


def _without_overlaps(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _inside_or_outside(entities: list[Entity], quotes: list[Entity]) -> list[Entity]:
    """Those that do not cross a quote's border."""

    def crosses(entity: Entity) -> bool:
        for quote in quotes:
            if quote.end > entity.offset:
                return quote.end < entity.end or entity.offset < quote.offset < entity.end
        return False

    return [entity for entity in entities if not crosses(entity)]


def _split(splittable: list[Entity], solid: list[Entity]) -> list[Entity]:
    """Bold, italic and so on, cut so that they nest with each other and with the solid ones."""
    if not splittable:
        return []
    splitter = _Splitter(splittable)
    stack: list[Entity] = []
    for entity in solid:
        splitter.leave(stack, entity.offset)
        splitter.advance(entity.offset)
        stack.append(entity)
    last = max(entity.end for entity in [*splittable, *solid])
    splitter.leave(stack, last)
    splitter.advance(last)
    return splitter.pieces


class _Splitter:
    """Walks over the text with at most one running stretch of each kind."""

    def __init__(self, splittable: list[Entity]) -> None:
        self.pieces: list[Entity] = []
        self._waiting = splittable
        self._next = 0
        self._running: dict[Kind, tuple[int, int]] = {}

    def leave(self, stack: list[Entity], offset: int) -> None:
        """Close the solid entities that end before `offset`; nothing is bold in a <pre>."""
        while stack and offset >= stack[-1].end:
            before = len(self.pieces)
            self.advance(stack[-1].end)
            if stack[-1].kind in OPAQUE:
                del self.pieces[before:]
            stack.pop()

    def advance(self, offset: int) -> None:
        """Take in what begins before `offset` and cut everything there."""
        while self._next < len(self._waiting) and self._waiting[self._next].offset < offset:
            entity = self._waiting[self._next]
            self._next += 1
            begin, end = self._running.get(entity.kind, (0, -1))
            if entity.offset <= end:
                self._running[entity.kind] = (begin, max(end, entity.end))
            else:
                self._cut(entity.offset)
                self._running[entity.kind] = (entity.offset, entity.end)
        self._cut(offset)

    def _cut(self, offset: int) -> None:
        for kind in SPLITTABLE:
            begin, end = self._running.get(kind, (0, -1))
            if end < 0 or begin >= offset:
                continue
            stop = min(end, offset)
            self.pieces.append(Entity(kind, begin, stop - begin))
            if end <= offset:
                del self._running[kind]
            else:
                self._running[kind] = (offset, end)
