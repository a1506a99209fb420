"""Questions and answers as the office and units see them: a question's card, an answer, a whole
thread page by page, what a unit has asked; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    button,
    directive_title,
    fit,
    page_buttons,
)
from bot.domain.splitting import MOST_UNITS, shortened, split, visible_length
from bot.domain.states import ContentKind, QuestionState

QUESTIONS_A_PAGE = 8
_QUOTED = 200
_ROOM_OF_A_PAGE = MOST_UNITS - 900  # what stands above and below


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """One thing that was said."""

    name: str
    at: datetime
    text: str
    from_office: bool = False
    kind: ContentKind | None = None  # of what is no text
    is_edited: bool = False
    is_lost: bool = False  # an answer that reached nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question with all that it is about."""

    id: int
    state: QuestionState
    unit_name: str
    directive: DirectiveView | None = None
    task: tuple[int, str] | None = None  # its number and title
    deadline_at: datetime | None = None
    said: tuple[SaidView, ...] = ()

    @property
    def answered(self) -> SaidView | None:
        """The office's last word, if it was the last."""
        return self.said[-1] if self.said and self.said[-1].from_office else None

    @property
    def waits_since(self) -> datetime | None:
        """Since when the office has not answered."""
        since = None
        for each in reversed(self.said):
            if each.from_office:
                break
            since = each.at
        return since


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeView:
    """What only the office sees of it."""

    question: QuestionView
    phone: str | None = None
    handler: str | None = None


# --- the office ----------------------------------------------------------------------------------


def card(view: OfficeView, write: Writer, *, longest: int) -> Content:
    """The question for the office: who asks, about what, the last words, how far it is."""
    question = view.question
    head = [write.bold("question.title", unit=question.unit_name)]
    if view.phone:
        head.append(write.say("question.phone", phone=view.phone))
    head += [*_about(question, write), ""]
    foot = ["", _state(view, write), write.zone_line(write.now)]
    if question.state is QuestionState.OPEN:
        foot.insert(2, f"<i>{write.say('question.reply_to_answer')}</i>")
    room = MOST_UNITS - sum(visible_length(line) + 1 for line in (*head, *foot))
    text = "\n".join([*head, *_newest(question.said, write, room=room, longest=longest), *foot])
    return Content(text, _office_buttons(view, write))


def _newest(said: Sequence[SaidView], write: Writer, *, room: int, longest: int) -> list[str]:
    """The last words, as many as there is room for; the very last ones always."""
    earlier = write.say("question.earlier", count=max(1, len(said)))
    room -= visible_length(earlier) + 1
    shown: list[str] = []
    for each in reversed(said):
        line = _line(each, write, longest=longest)
        room -= visible_length(line) + 1
        if room < 0 and shown:
            break
        shown.insert(0, line)
    left = len(said) - len(shown)
    return [write.say("question.earlier", count=left), *shown] if left else shown


def _about(question: QuestionView, write: Writer) -> Iterator[str]:
    if question.directive is None:
        yield write.say("question.about_nothing")
        return
    view = question.directive
    title = escape(directive_title(view, write), quote=False)
    yield f"{title} – {escape(shortened(view.subject), quote=False)}"
    if question.task is None:
        return
    position, name = question.task
    task = write.say("reminder.task", position=position, title=shortened(name))
    if question.deadline_at is None:
        yield f"{task} · {write.say('card.no_deadline')}"
    else:
        due = write.say("card.deadline", moment=write.moments.full(question.deadline_at))
        yield f"{task} · {due}"


def _line(said: SaidView, write: Writer, *, longest: int | None) -> str:
    """`Nguyễn Văn An (12:00 06/10/2026): …`"""
    who = f"{escape(said.name, quote=False)} ({write.moments.short(said.at)})"
    if said.from_office:
        who = f"↳ {write.say('question.office')} – {who}"
    marks = [write.say("question.edited")] if said.is_edited else []
    marks += [write.say("question.lost")] if said.is_lost else []
    after = "".join(f" <i>{mark}</i>" for mark in marks)
    return f"<b>{who}:</b> {_words(said, write, longest=longest)}{after}"


def _words(said: SaidView, write: Writer, *, longest: int | None) -> str:
    text = said.text if longest is None else shortened(said.text, most=longest)
    words = escape(text, quote=False)
    if said.kind is None:
        return words or f"<i>{write.say('question.erased')}</i>"
    what = f"[{write.say(f'content.{said.kind}')}]"
    return f"{what} {words}" if words else what


def _state(view: OfficeView, write: Writer) -> str:
    question, answered = view.question, view.question.answered
    if answered is not None and answered.is_lost:
        lines = [write.bold("question.state_lost")]
    elif question.state is QuestionState.CLOSED:
        lines = [write.bold("question.state_closed")]
    elif answered is not None:
        at = write.moments.short(answered.at)
        lines = [write.bold("question.state_answered", name=answered.name, at=at)]
    else:
        since = question.waits_since or write.now
        lines = [write.bold("question.state_open", at=write.moments.short(since))]
    if view.handler is not None and question.state is QuestionState.OPEN:
        lines.append(write.say("question.handler", name=view.handler))
    return "\n".join(lines)


def _office_buttons(view: OfficeView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    question = view.question
    ids = (question.id,)
    is_answered = any(each.from_office for each in question.said)
    answer_key = "button.question_answer_on" if question.answered else "button.question_answer"
    answer = (
        button(write, answer_key, Press.QUESTION_ANSWER, *ids),
        button(write, "button.question_canned", Press.QUESTION_CANNED, *ids),
    )
    pass_on = [button(write, "button.question_give", Press.QUESTION_GIVE, *ids)]
    if view.handler is None:
        pass_on.insert(0, button(write, "button.question_take", Press.QUESTION_TAKE, *ids))
    end = [button(write, "button.question_show", Press.QUESTION_SHOW, *ids)]
    if question.state is not QuestionState.CLOSED:
        end.append(button(write, "button.question_close", Press.QUESTION_CLOSE, *ids))
    rows = [answer, tuple(pass_on), tuple(end)]
    if question.state is not QuestionState.OPEN:
        rows.remove(tuple(pass_on))
    if is_answered and question.directive is not None:
        rows.append((button(write, "button.question_publish", Press.QUESTION_PUBLISH_ASK, *ids),))
    return tuple(rows)


# --- units ---------------------------------------------------------------------------------------


def answer(
    question: QuestionView,
    said: SaidView,
    write: Writer,
    *,
    part: str,
    number: int,
    of: int,
) -> Content:
    """One part of the office's answer; the first one says to what, the last one who gave it."""
    lines = []
    if number == 0:
        lines += [write.bold("question.answer_title"), *_about(question, write)]
        asked = next((each for each in reversed(question.said) if not each.from_office), None)
        if asked is not None:
            words = _words(asked, write, longest=_QUOTED)
            lines.append(f"<i>{write.say('question.asked_words')} {words}</i>")
        lines.append("")
    if said.kind is not None:
        lines.append(write.say("question.file_below", what=write.texts(f"content.{said.kind}")))
    if part:
        lines.append(part)
    if number < of - 1:
        return Content("\n".join(lines))
    at = write.moments.short(said.at)
    lines += ["", write.say("question.answered_by", name=said.name, at=at)]
    if said.is_edited:
        lines.append(write.say("question.answer_edited"))
    lines.append(f"<i>{write.say('question.reply_to_ask_on')}</i>")
    lines.append(write.zone_line(write.now))
    return Content("\n".join(lines), (_unit_buttons(question, write),))


def _unit_buttons(question: QuestionView, write: Writer) -> tuple[Button, ...]:
    return (
        button(write, "button.question_more", Press.QUESTION_MORE, question.id),
        button(write, "button.question_thread", Press.QUESTION_SHOW, question.id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """One line of what a unit has asked."""

    id: int
    state: QuestionState
    said: SaidView
    unit_name: str


def asked(
    questions: Sequence[AskedView],
    write: Writer,
    *,
    addressee_id: int,
    page: int,
    pages: int,
    count: int,
    several_units: bool,
) -> Content:
    """What a unit has asked, one page of it, newest first."""
    if not questions:
        return Content(write.say("question.none"))
    lines, rows = [], []
    for place, each in enumerate(questions, start=(page - 1) * QUESTIONS_A_PAGE + 1):
        line = _line(each.said, write, longest=_QUOTED)
        unit = f"{escape(shortened(each.unit_name), quote=False)} · " if several_units else ""
        state = write.say(f"question.now_{each.state}")
        lines.append(f"{place}. {line}\n    {unit}{state}")
        label = write.texts("button.question_number", number=place)
        rows.append(Button(label, Callback(Press.QUESTION_SHOW, (each.id,))))
    head = [write.bold("question.asked", count=count)]
    text = fit(
        head,
        lines,
        [write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    buttons = [tuple(rows[at : at + 4]) for at in range(0, len(rows), 4)]
    if pages > 1:
        buttons.append(page_buttons(Press.QUESTION_MINE, (addressee_id,), page=page, pages=pages))
    return Content(text, tuple(buttons))


# --- both ----------------------------------------------------------------------------------------


def thread(
    question: QuestionView, write: Writer, *, page: int, office: OfficeView | None
) -> Content:
    """The whole of it, one page; 0 for the last one. The office has its buttons below."""
    pages = thread_pages(question.said, write)
    page = min(page or len(pages), len(pages))
    head = [write.bold("question.thread_title", unit=question.unit_name), *_about(question, write)]
    foot = ["", _state(office, write)] if office is not None else [""]
    if office is None:
        foot.append(write.say(f"question.now_{question.state}"))
    text = "\n".join([*head, "", *pages[page - 1], *foot, write.zone_line(write.now)])
    own = (
        _office_buttons(office, write) if office is not None else (_unit_buttons(question, write),)
    )
    rows = tuple(
        kept
        for row in own
        if (kept := tuple(each for each in row if each.callback.press is not Press.QUESTION_SHOW))
    )
    turn = page_buttons(Press.QUESTION_SHOW, (question.id,), page=page, pages=len(pages))
    return Content(text, (turn, *rows))


def thread_pages(said: Sequence[SaidView], write: Writer) -> tuple[tuple[str, ...], ...]:
    """All that was said, as many lines on a page as have room; what is too long for one goes on
    over the next."""
    pages: list[list[str]] = [[]]
    room = _ROOM_OF_A_PAGE
    for each in said:
        for piece in split(_line(each, write, longest=None), limit=_ROOM_OF_A_PAGE):
            needed = visible_length(piece) + 1
            if needed > room and pages[-1]:
                pages.append([])
                room = _ROOM_OF_A_PAGE
            pages[-1].append(piece)
            room -= needed
    return tuple(map(tuple, pages))
