"""The body of a letter: its paragraphs, the tasks among them, and what closes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from bot.letters.announcements import announces_requests, is_background, tells_contents
from bot.letters.duties import gives_duty, names_who_acts, without_mark
from bot.letters.groups import asked_group, expected_number, group_of
from bot.letters.letter import LetterTask, Sureness
from bot.letters.lists import Item, bullets_below, counted, end_of, end_of_last, list_at, tasks_of
from bot.letters.markers import (
    ARTICLE,
    BULLET,
    GROUP,
    NAMED,
    NUMBERED,
    ORDINAL,
    POINT,
    ROMAN,
    SECTION,
    SUBITEM,
    starts_item,
)
from bot.letters.paragraphs import join_paragraphs, without_page_marks
from bot.letters.requests import is_request
from bot.letters.spans import Piece, Span, join

_SUB_ITEMS: Final = (POINT, SUBITEM, BULLET, NUMBERED)
_COURTESY = re.compile(r"(?:Xin )?(?:[Tt]rân ?trọng|[Cc]hân ?thành)\b.{0,60}$")
# "Đề nghị Quý cơ quan đăng ký": said to guests, and to those who get an answer
_GUESTS = re.compile(r"[Đđ]ề nghị [Qq]uý(?! (?:I|\d))")
# What a letter rests on, above its tasks.
_BASIS = re.compile(
    r"(?:[-+•] ?)?(?:Căn ?cứ|Thực ?hiện|Tiếp tục thực hiện|Triển khai(?: thực hiện)?|Theo|Tiếp theo"
    r"|Xét)\b"
)


@dataclass(frozen=True, slots=True)
class Body:
    """What it rests on, the tasks in order, and the text after them up to the signature.

    `spans` tell where each task stands, `sureness` how clearly they are tasks.
    """

    bases: tuple[Piece, ...] = ()
    tasks: tuple[LetterTask, ...] = ()
    spans: tuple[Span, ...] = ()
    closing: Piece | None = None
    sureness: Sureness = Sureness.SURE


def read_body(lines: Sequence[str], *, lists_ask: bool = True) -> Body:
    """Find the tasks among the normalised lines between the addressees and the signature.

    Articles (`Điều 1.`) are taken before numbers, numbers before points (`a)`), points before
    paragraphs by group (`Đối với …:`), and plain bullets only below a line that announces them.
    A list that only tells has no tasks; then those paragraphs are some that ask by themselves, as
    they are, in lists too, where no list can ask (`lists_ask`): in invitations and answers.
    """
    paragraphs = join_paragraphs(without_page_marks(lines))
    texts = _without_background([paragraph.text for paragraph in paragraphs])
    for find, sureness in _WAYS if lists_ask else ((_any_requests, Sureness.GUESSED),):
        items = find(texts)
        if any(item.asks for item in items):
            return replace(_body(paragraphs, items), sureness=sureness)
        if items and find is _articles:
            break
    told = [piece for piece in paragraphs if not _COURTESY.match(piece.text)]
    polite = [piece for piece in told if not lists_ask and _asks_guests(piece.text)]
    return Body(
        bases=tuple(piece for piece in told if _BASIS.match(piece.text)),
        closing=join(polite, by="\n"),
    )


def _without_background(paragraphs: list[str]) -> list[str]:
    """Those of sections that only tell (`I. MỤC ĐÍCH`) made blank; they keep their places."""
    kept: list[str] = []
    tells = False
    headings = [section["text"] for each in paragraphs if (section := SECTION.match(each))]
    for paragraph in paragraphs:
        if section := SECTION.match(paragraph):
            heading = section["text"]
            tells = is_background(heading) or tells_contents(heading, headings)
        asks_itself = not starts_item(paragraph) and is_request(paragraph)
        kept.append(paragraph if section or asks_itself or not tells else "")
    return kept


def _articles(paragraphs: list[str]) -> list[Item]:
    """Those that give a duty: not what is issued, from when it holds and who is bound by it."""
    items = [item for each in counted(paragraphs, ARTICLE) for item in each.items]
    ends = [*(item.index for item in items), len(paragraphs)][1:]
    return [
        replace(item, asks=gives_duty(item.text, paragraphs[item.index + 1 : end]))
        for item, end in zip(items, ends, strict=False)
    ]


def _in_order(shape: re.Pattern[str]) -> Callable[[list[str]], list[Item]]:
    """The items that this mark counts."""
    return lambda paragraphs: tasks_of(paragraphs, counted(paragraphs, shape))


def _sections(paragraphs: list[str]) -> list[Item]:
    """Sections that are tasks themselves: `I. Sở Công Thương: xây dựng …`."""
    items = tasks_of(paragraphs, counted(paragraphs, ROMAN))
    return items if len(items) > 1 and not any(item.text.isupper() for item in items) else []


def _groups_above_numbers(paragraphs: list[str]) -> list[Item]:
    """Paragraphs by group, where each counts anew below itself."""
    groups = _groups(paragraphs)
    firsts = [
        index
        for index, paragraph in enumerate(paragraphs)
        if (match := NUMBERED.match(paragraph)) and match["number"] in ("1", "01")
    ]
    above = len(groups) > 1 and len(firsts) > 1 and groups[0].index < firsts[0]
    return groups if above else []


def _groups(paragraphs: list[str]) -> list[Item]:
    found = [(index, GROUP.match(text)) for index, text in enumerate(paragraphs)]
    items = [Item(index, match["text"], GROUP) for index, match in found if match]
    if not items:
        return []
    groups = list_at(paragraphs, items[0].index)
    groups.items += items
    return tasks_of(paragraphs, [groups])


def _bullets(paragraphs: list[str]) -> list[Item]:
    """The first list of bullets that asks for something, below a line that announces it."""
    for index, paragraph in enumerate(paragraphs[:-1]):
        announced = paragraph.endswith(":") or SECTION.match(paragraph)
        if announced and BULLET.match(paragraphs[index + 1]):
            items = tasks_of(paragraphs, [bullets_below(paragraphs, index + 1)])
            if any(item.asks for item in items):
                return items
    return []


def _named(paragraphs: list[str]) -> list[Item]:
    """Paragraphs that each name an office and what it is to do, below a line that asks."""
    for index, paragraph in enumerate(paragraphs):
        if not announces_requests(paragraph):
            continue
        below = takewhile(
            lambda at: NAMED.match(paragraphs[at]) or names_who_acts(paragraphs[at]),
            range(index + 1, len(paragraphs)),
        )
        items = [Item(at, paragraphs[at], NAMED) for at in below]
        if len(items) > 1:
            return items
    return []


def _requests(paragraphs: list[str]) -> list[Item]:
    """Paragraphs that ask for something, where nothing is listed."""
    return [
        Item(index, paragraph, group=asked_group(paragraph), last=True)
        for index, paragraph in enumerate(paragraphs)
        if is_request(paragraph) and not starts_item(paragraph)
    ]


def _any_requests(paragraphs: list[str]) -> list[Item]:
    """Paragraphs and items that ask for something, but not what guests are asked for."""
    bare = [without_mark(paragraph) for paragraph in paragraphs]
    return [
        Item(index, paragraph, group=asked_group(paragraph), last=True)
        for index, paragraph in enumerate(bare)
        if is_request(paragraph) and not _GUESTS.search(paragraph)
    ]


def _asks_guests(paragraph: str) -> bool:
    """Whether an invitation or an answer asks those it goes to for something, who are no units."""
    return is_request(paragraph) and bool(_GUESTS.search(paragraph))


_WAYS: Final[tuple[tuple[Callable[[list[str]], list[Item]], Sureness], ...]] = (
    (_articles, Sureness.SURE),
    (_groups_above_numbers, Sureness.SURE),
    (_in_order(NUMBERED), Sureness.SURE),
    (_in_order(POINT), Sureness.SURE),
    (_in_order(ORDINAL), Sureness.SURE),
    (_sections, Sureness.LIKELY),
    (_groups, Sureness.LIKELY),
    (_bullets, Sureness.LIKELY),
    (_named, Sureness.LIKELY),
    (_requests, Sureness.GUESSED),
)


def _body(paragraphs: list[Piece], items: list[Item]) -> Body:
    """Give every task the paragraphs below it, and the rest to the closing."""
    tasks: list[LetterTask] = []
    spans: list[Span] = []
    texts = [piece.text for piece in paragraphs]
    last = end_of_last(texts, items[-1].index)
    following = [*(item.index for item in items[1:]), last]
    for item, end in zip(items, following, strict=True):
        below = paragraphs[item.index + 1 : end_of(texts, item, end)]
        whole = join([paragraphs[item.index].with_text(item.text), *below], by="\n")
        if whole is not None and item.asks:
            tasks.append(_task(len(tasks) + 1, item, whole.text, below))
            spans.append(whole.span)
    closing = [piece for piece in paragraphs[last:] if not _COURTESY.match(piece.text)]
    above = paragraphs[: items[0].index]
    return Body(
        bases=tuple(piece for piece in above if _BASIS.match(piece.text)),
        tasks=tuple(tasks),
        spans=tuple(spans),
        closing=join(closing, by="\n"),
    )


def _task(number: int, item: Item, text: str, below: list[Piece]) -> LetterTask:
    return LetterTask(
        number=number,
        text=text,
        sub_items=_sub_items([piece.text for piece in below], item.shape),
        group=item.group or group_of(text) if item.shape is None else group_of(text) or item.group,
        expected=expected_number(text),
    )


def _sub_items(below: list[str], above: re.Pattern[str] | None) -> tuple[str, ...]:
    """Those of the first kind of mark below a task; what has another mark is inside of them."""
    marks = [mark for mark in _SUB_ITEMS if mark is not above]
    for text in below:
        shape = next((mark for mark in marks if mark.match(text)), None)
        if shape is not None:
            found = (shape.match(each) for each in below)
            return tuple(match["text"] for match in found if match)
    return ()
