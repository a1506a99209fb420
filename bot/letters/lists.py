"""The lists in a letter's body by the marks of their items, and which of the items are tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.letters.announcements import (
    Mood,
    announces_names,
    announces_outline,
    guides,
    has_duty_section,
    is_carried_out,
    is_contents,
    mood,
)
from bot.letters.duties import (
    are_names,
    begins_work,
    is_bound,
    is_given,
    is_labelled,
    is_work,
    may_be_work,
    tells_of_copies,
    tells_of_event,
)
from bot.letters.groups import group_of
from bot.letters.markers import (
    BULLET,
    GROUP_HEAD,
    NUMBERED,
    POINT,
    ROMAN,
    SECTION,
    place_of,
    starts_item,
)
from bot.letters.paragraphs import COMPLETE
from bot.letters.requests import is_request

_FOR_A_GROUP = re.compile(r"đối với (?P<group>.+?)\W*$", re.IGNORECASE)
_ABOVE: Final = 150  # characters: an item this short without an end is above what it asks for
_HEADED: Final = 100  # characters: a numbered line this short may be the heading of points below it


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph that begins an item, without its mark, and what belongs to it."""

    index: int  # of its paragraph
    text: str
    shape: re.Pattern[str] | None = None  # its mark
    group: str | None = None
    asks: bool = True  # else it only tells, and ends the one before
    last: bool = False  # of its list


@dataclass(slots=True)
class ItemList:
    """Items counted on, with the sentence and the heading above the first one."""

    above: str
    heading: str
    items: list[Item] = field(default_factory=list)


def counted(paragraphs: Sequence[str], shape: re.Pattern[str]) -> list[ItemList]:
    """Lists counted 1, 2, 3 …; after a section (`II.`) they begin anew or count on.

    Points below a number are parts of it, and no list of their own.
    """
    lists: list[ItemList] = []
    allowed, group = {1}, None
    for index, paragraph in enumerate(paragraphs):
        if shape is not ROMAN and (section := SECTION.match(paragraph)):
            allowed.add(1)
            named = _FOR_A_GROUP.search(section["text"])
            group = named["group"] if named else None
        elif _heads_items(paragraphs, index, shape):
            headed = GROUP_HEAD.match(paragraph)
            group = group_of(headed["text"] or headed["name"]) if headed else None
        match = shape.match(paragraph)
        if match is None:
            continue
        place = place_of(match)
        begins = place == 1 and (1 in allowed or _begins_anew(paragraphs, index))
        if not begins and place not in allowed:
            continue
        if begins or not lists or len(allowed) > 1:
            lists.append(list_at(paragraphs, index))
        lists[-1].items.append(Item(index, match["text"], shape, group))
        allowed = {place + 1}
    if shape is not POINT:
        return lists
    return [each for each in lists if not NUMBERED.match(each.above)]


def list_at(paragraphs: Sequence[str], index: int) -> ItemList:
    """A list without items yet, whose first one stands here."""
    above = paragraphs[index - 1] if index else ""
    if index > 1 and GROUP_HEAD.match(above):
        above = paragraphs[index - 2]  # what announces the groups
    deeper = not NUMBERED.match(paragraphs[index])
    headings = (_heading(paragraphs[at], deeper=deeper) for at in range(index - 1, -1, -1))
    heading = next((found for found in headings if found), "")
    return ItemList("" if _heading(above, deeper=False) else above, heading)


def tasks_of(paragraphs: Sequence[str], lists: Sequence[ItemList]) -> list[Item]:
    """All items, each with whether it asks for something."""
    strict = has_duty_section(each.heading for each in lists)
    return [item for each in lists for item in _judged(paragraphs, each, strict=strict)]


def _judged(paragraphs: Sequence[str], found: ItemList, *, strict: bool) -> Iterator[Item]:
    """Where a section is there for the work (`strict`), others have only what somebody is given."""
    items = found.items
    what = mood(found.above, found.heading)
    strict = strict and not is_contents(found.heading)
    whole = _whole(paragraphs, items)
    if tells_of_copies(item.text for item in items):
        what = Mood.TELLS
    if what is Mood.ASKS and _is_one_task(found.above, whole):
        yield Item(items[0].index - 1, found.above)
        return
    of_event = tells_of_event([item.text for item in items])
    timed = strict and is_carried_out(found.heading)
    alike = timed or (not strict and guides(found.above, found.heading))
    asking = _asking(what, whole, alike=alike, timed=timed)
    for item, asks in zip(items, asking, strict=True):
        told = of_event and is_labelled(item.text)
        yield replace(item, asks=asks and not told, last=item is items[-1])


def _asking(what: Mood, items: Sequence[str], *, alike: bool, timed: bool) -> list[bool]:
    """Which items ask. In an unclear list a verb alone says so only among others of its kind, and
    only where what stands above guides those who read (`alike`).

    Where another section is there for the work, verbs say nothing, but where theirs is carried out
    as well; then they need a day besides (`timed`).
    """
    if what is Mood.ASKS:
        return [may_be_work(item) for item in items]
    if what is Mood.INFORMS:
        return [is_request(item) and may_be_work(item) for item in items]
    if what is Mood.TELLS:
        return [False for _ in items]
    works = [is_work(item) for item in items]
    if timed:
        works = [work and is_bound(item) for item, work in zip(items, works, strict=True)]
    alike = alike and 2 * sum(works) >= len(items)
    return [is_given(item) or (alike and work) for item, work in zip(items, works, strict=True)]


def _is_one_task(above: str, items: Sequence[str]) -> bool:
    """Whether the sentence above is what asks: for a report on these points, or these offices."""
    texts = [text for text in items if may_be_work(text)]
    duties = sum(begins_work(text) for text in texts)
    outline = announces_outline(above) and 2 * duties < len(texts)
    return outline or (announces_names(above) and are_names(texts))


def end_of(paragraphs: Sequence[str], item: Item, following: int) -> int:
    """Where the item ends: before the next one, before a section, or where its list is over.

    Words with a colon right above the next one are there for that one.
    """
    for at in range(item.index + 1, following):
        if SECTION.match(paragraphs[at]):
            return at
    end = min(following, end_of_last(paragraphs, item.index)) if item.last else following
    heads_next = item.shape is not None and _heads_items(paragraphs, end - 1, item.shape)
    return end - 1 if heads_next and end - 1 > item.index else end


def _heads_items(paragraphs: Sequence[str], index: int, shape: re.Pattern[str]) -> bool:
    """Whether this paragraph stands with a colon right above an item of this shape."""
    below = "".join(paragraphs[index + 1 : index + 2])
    return paragraphs[index].endswith(":") and bool(shape.match(below))


def _whole(paragraphs: Sequence[str], items: Sequence[Item]) -> list[str]:
    """Each item with the paragraphs below it, up to the next one or the next section."""
    items = [*items[:-1], replace(items[-1], last=True)]
    following = [*(item.index for item in items[1:]), len(paragraphs)]
    return [
        "\n".join([item.text, *paragraphs[item.index + 1 : end_of(paragraphs, item, end)]])
        for item, end in zip(items, following, strict=True)
    ]


def _begins_anew(paragraphs: Sequence[str], index: int) -> bool:
    """Whether a second list begins here, and not one that stands below an item."""
    above = paragraphs[index - 1] if index else ""
    return bool(_heading(above, deeper=False)) or (above.endswith(":") and not starts_item(above))


def _heading(paragraph: str, *, deeper: bool) -> str:
    """The words of a heading; points and bullets may stand below a number's line."""
    if section := SECTION.match(paragraph):
        return section["text"]
    if paragraph.isupper():
        return paragraph
    number = NUMBERED.match(paragraph) if deeper and len(paragraph) < _HEADED else None
    return number["text"] if number and not paragraph.endswith((".", ";")) else ""


def bullets_below(paragraphs: Sequence[str], start: int) -> ItemList:
    """The bullets of one list; those with another sign are below them."""
    found = list_at(paragraphs, start)
    sign = paragraphs[start][0]
    shape = re.compile(rf"{re.escape(sign)} ?(?P<text>.*)", re.DOTALL)
    for index in range(start, len(paragraphs)):
        if SECTION.match(paragraphs[index]) and index > start:
            break
        announced = paragraphs[index - 1].endswith(":")
        if not (starts_item(paragraphs[index]) or announced):
            break
        if (match := shape.match(paragraphs[index])) and BULLET.match(paragraphs[index]):
            found.items.append(Item(index, match["text"], shape))
    return found


def end_of_last(paragraphs: Sequence[str], index: int) -> int:
    """The last task ends before the first paragraph that is no item and that no `:` announced."""
    for end in range(index + 1, len(paragraphs)):
        above = paragraphs[end - 1]
        is_heading = end == index + 1 and len(above) < _ABOVE and not COMPLETE.search(above)
        announced = above.endswith(":") or is_heading
        if not announced and not starts_item(paragraphs[end]):
            return end
    return len(paragraphs)
