"""Messages that nobody could place, as the office sees them; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Writer, fit, page_buttons
from bot.domain.splitting import shortened
from bot.domain.states import ContentKind, UnplacedState

A_PAGE = 5
_WORDS_ON_CARD = 600
_WORDS_IN_LIST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message; `is_gone` when it was erased, or left behind in a group that moved."""

    at: datetime
    kind: ContentKind
    text: str
    file_name: str
    edited_at: datetime | None
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """What became of it, and by whom."""

    state: UnplacedState
    by: str
    at: datetime
    code: str | None
    position: str | None  # the task's number, and the period if it recurs
    question_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """What came together; `units` are those it may be of."""

    id: int
    person: str
    units: tuple[tuple[int, str], ...]
    messages: tuple[MessageView, ...]
    decision: DecisionView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedView:
    """What was attached to a task."""

    id: int
    person: str
    message: MessageView
    code: str | None
    position: str


@dataclass(frozen=True, slots=True)
class PlacedListView:
    """One page of it, of a unit."""

    unit_id: int
    unit_name: str
    lines: tuple[PlacedView, ...]
    count: int
    page: int
    pages: int


def card(view: EntryView, write: Writer) -> Content:
    """Who wrote what for whom, and what can be done about it."""
    whose = "; ".join(shortened(name) for _, name in view.units)
    head = [
        write.bold("unplaced.title"),
        write.say(
            "unplaced.who", name=view.person, unit=whose or write.texts("waiting.unit_unclear")
        ),
        "",
    ]
    items = [_line(each, write, most=_WORDS_ON_CARD) for each in view.messages]
    foot = [""]
    if view.decision is not None:
        foot.append(_decided(view.decision, write))
    foot.append(write.zone_line(write.now))
    text = fit(head, items, foot, more=lambda left: write.say("unplaced.more", count=left))
    return Content(text, _decided_buttons(view, write) if view.decision else _buttons(view, write))


def _line(message: MessageView, write: Writer, *, most: int) -> str:
    """`09:12 28/11: [ảnh] những gì đã viết (đã sửa 09:15)`"""
    parts = []
    if message.kind is not ContentKind.TEXT:
        name = f": {shortened(message.file_name)}" if message.file_name else ""
        parts.append(f"[{write.texts(f'content.{message.kind}')}{name}]")
    if message.text:
        parts.append(shortened(message.text, most=most))
    elif message.is_gone:
        parts.append(write.texts("unplaced.erased"))
    if message.edited_at is not None:
        edited = write.moments.short(message.edited_at)
        parts.append(write.texts("unplaced.edited", at=edited))
    words = escape(" ".join(parts), quote=False)
    return f"<i>{write.moments.short(message.at)}</i> {words}"


def _decided(view: DecisionView, write: Writer) -> str:
    at = write.moments.short(view.at)
    if view.state is UnplacedState.PLACED:
        return write.say(
            "unplaced.decided_placed",
            name=view.by,
            at=at,
            position=view.position,
            directive=view.code or write.texts("directive.title_unnumbered"),
        )
    if not view.by:
        return write.say("unplaced.decided_erased", at=at)
    return write.say(f"unplaced.decided_{view.state}", name=view.by, at=at)


def _decided_buttons(view: EntryView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    question_id = view.decision.question_id if view.decision else None
    if question_id is None:
        return ()
    opens = Callback(Press.QUESTION_SHOW, (question_id,))
    return ((Button(write.texts("button.open_question"), opens),),)


def _buttons(view: EntryView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    if len(view.units) == 1:
        attach = Callback(Press.UNPLACED_UNIT, (view.id, view.units[0][0]))
    else:
        attach = Callback(Press.UNPLACED_UNIT_ASK, (view.id,))
    rows = [
        (
            Button(write.texts("button.attach"), attach),
            Button(
                write.texts("button.to_question"),
                Callback(Press.UNPLACED_TO_QUESTION, (view.id,)),
            ),
        ),
        (
            Button(
                write.texts("button.answer_it"),
                Callback(Press.UNPLACED_TO_QUESTION, (view.id, 0, 1)),
            ),
            Button(
                write.texts("button.dismiss"), Callback(Press.UNPLACED_DISMISS, (view.id,))
            ),
        ),
    ]  # fmt: skip
    return tuple(rows)


def placed(view: PlacedListView, write: Writer) -> Content:
    """The list, each with a button that shows it and its files."""
    title = write.bold("unplaced.placed_title", unit=view.unit_name, count=view.count)
    head = [title] if view.count else [title, write.say("unplaced.placed_none")]
    items: list[str] = []
    buttons = []
    for number, each in enumerate(view.lines, (view.page - 1) * A_PAGE + 1):
        about = write.say(
            "unplaced.placed_line",
            directive=each.code or write.texts("directive.title_unnumbered"),
            position=each.position,
            name=each.person,
        )
        line = _line(each.message, write, most=_WORDS_IN_LIST)
        items += ["", f"<b>{number}.</b> {about}\n{line}"]
        label = write.texts("button.open_number", number=number)
        buttons.append(Button(label, Callback(Press.UNPLACED_SHOW, (each.id,))))
    rows = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    if view.pages > 1:
        rows.append(
            page_buttons(Press.UNPLACED_OF, (view.unit_id,), page=view.page, pages=view.pages)
        )
    foot = ["", write.zone_line(write.now)]
    return Content("\n".join([*head, *items, *foot]), tuple(rows))
