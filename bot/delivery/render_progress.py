"""A directive's sending as staff see and control it: what moves, what is appointed; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Named,
    Writer,
    directive_title,
    fit,
    names,
    page_buttons,
    progress_bar,
)
from bot.domain.splitting import shortened
from bot.domain.states import Ending, Sending

APPOINTED_A_PAGE = 5

# Why delivery itself paused; a person needs no reason.
_PAUSE_REASONS = {"systematic": "progress.paused_systematic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """How far a directive's first sending is, counted in chats; `begins_at` while it has not."""

    directive_id: int
    directive: DirectiveView
    sent: int
    waiting: int
    failed: int
    uncertain: int
    withdrawn: int
    acknowledged: int
    units: int
    unreached: Named
    without_chat: Named
    rate: float = 0.0
    sending: Sending = Sending.RUNNING
    pause_reason: str | None = None
    begins_at: datetime | None = None
    ending: Ending | None = None
    ended_lines: tuple[str, ...] = ()  # how far a recall is

    @property
    def total(self) -> int:
        """All chats the directive goes to."""
        return self.sent + self.waiting + self.failed + self.uncertain + self.withdrawn

    @property
    def is_cancelled(self) -> bool:
        """The rest was given up."""
        return self.sending is Sending.CANCELLED

    @property
    def is_ahead(self) -> bool:
        """It has not begun, and will."""
        return self.begins_at is not None and not self.is_cancelled

    @property
    def is_paused(self) -> bool:
        """There is something left that is held."""
        return self.sending is Sending.PAUSED and self.waiting > 0

    @property
    def is_over(self) -> bool:
        """Nothing is left to send."""
        return self.waiting == 0 and not self.is_ahead


def progress(view: ProgressView, write: Writer) -> Content:
    """The moving progress message; its last state is the closing line."""
    done = view.total - view.waiting
    title = escape(directive_title(view.directive, write), quote=False)
    lines = [f"<b>{title}</b>", *_headline(view, write)]
    lines.append(f"{progress_bar(done, view.total)} {done}/{view.total}")
    lines.append(
        write.say(
            "progress.counts",
            sent=view.sent,
            waiting=view.waiting,
            failed=view.failed,
            uncertain=view.uncertain,
        )
    )
    if view.withdrawn:
        lines.append(write.say("progress.withdrawn", count=view.withdrawn))
    if view.waiting and view.rate and view.sending is Sending.RUNNING:
        minutes = math.ceil(view.waiting / view.rate / 60)
        lines.append(write.say("progress.pace", rate=round(view.rate, 1), count=minutes))
    lines += view.ended_lines
    if view.without_chat.count:
        lines.append(write.say("progress.without_chat", names=names(view.without_chat, write)))
    if view.is_over and view.unreached.count:
        key = "progress.not_sent" if view.is_cancelled else "progress.unreached"
        lines.append(write.say(key, names=names(view.unreached, write)))
    lines.append(write.say("progress.acknowledged", done=view.acknowledged, units=view.units))
    lines.append(write.zone_line(write.now))
    rows = (*_control(view, write), *_again(view, write), _follow(view.directive_id, write))
    return Content("\n".join(lines), rows)


def _headline(view: ProgressView, write: Writer) -> list[str]:
    if view.is_ahead and view.begins_at is not None:
        lines = [write.bold("progress.ahead", moment=write.moments.full(view.begins_at))]
        return [*lines, write.say("progress.held_ahead")] if view.is_paused else lines
    counts = {"sent": view.sent, "total": view.total}
    if view.ending in _ENDINGS:
        return [write.bold(_ENDINGS[view.ending], **counts)]
    if view.is_cancelled:
        return [write.bold("progress.cancelled", **counts)]
    if view.is_over:
        return [write.bold("progress.finished", **counts)]
    if not view.is_paused:
        return [write.bold("progress.sending", **counts)]
    reason = _PAUSE_REASONS.get(view.pause_reason or "")
    return [write.bold("progress.paused", **counts), *([write.say(reason)] if reason else [])]


_ENDINGS = {
    Ending.REPLACED: "progress.replaced",
    Ending.RECALLED: "progress.recalled",
}


def _control(view: ProgressView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """Holding, going on, giving up: what fits the state; nothing at the end."""
    if view.is_cancelled or view.is_over:
        return ()
    if view.is_paused:
        first = _button(view, write, "button.resume", Press.SENDING_RESUME)
    elif view.is_ahead:
        first = _button(view, write, "button.send_now", Press.SENDING_NOW)
    else:
        first = _button(view, write, "button.pause", Press.SENDING_PAUSE)
    key = "button.call_off" if view.is_ahead else "button.stop"
    return ((first, _button(view, write, key, Press.SENDING_CANCEL_ASK)),)


def _again(view: ProgressView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    """What can be sent once more."""
    if view.is_cancelled:
        return ()
    rows = []
    if view.failed:
        label = write.texts("button.retry_failed", count=view.failed)
        rows.append((Button(label, Callback(Press.RETRY_FAILED_ASK, (view.directive_id,))),))
    if view.uncertain:
        label = write.texts("button.retry_uncertain", count=view.uncertain)
        rows.append((Button(label, Callback(Press.RETRY_UNCERTAIN_ASK, (view.directive_id,))),))
    return tuple(rows)


def _button(view: ProgressView, write: Writer, key: str, press: Press) -> Button:
    return Button(write.texts(key), Callback(press, (view.directive_id,)))


def _follow(directive_id: int, write: Writer) -> tuple[Button, ...]:
    return (
        Button(write.texts("button.state"), Callback(Press.STATE_PAGE, (directive_id, 1))),
        Button(write.texts("button.receipts"), Callback(Press.RECEIPTS_PAGE, (directive_id, 0, 1))),
        Button(write.texts("button.report"), Callback(Press.REPORT, (directive_id,))),
    )


@dataclass(frozen=True, slots=True)
class AppointedView:
    """A directive whose sending has not begun."""

    directive_id: int
    directive: DirectiveView
    send_at: datetime
    units: int
    in_control: bool = True


def appointed(
    views: tuple[AppointedView, ...], write: Writer, *, page: int, pages: int, count: int
) -> Content:
    """What is to be sent later, one page, each with what can be done about it."""
    if not views:
        return Content(write.say("appointed.none"))
    first = (page - 1) * APPOINTED_A_PAGE + 1
    numbered = list(enumerate(views, start=first))
    lines = [_appointed_line(place, view, write) for place, view in numbered]
    text = fit(
        [write.bold("appointed.title", count=count), ""],
        lines,
        ["", write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    turn = page_buttons(Press.APPOINTED_PAGE, (), page=page, pages=pages)
    return Content(
        text, (*(_appointed_buttons(place, view, write) for place, view in numbered), turn)
    )


def _appointed_line(place: int, view: AppointedView, write: Writer) -> str:
    title = escape(directive_title(view.directive, write), quote=False)
    subject = write.say("card.subject", subject=shortened(view.directive.subject))
    moment = write.moments.full(view.send_at)
    return f"{place}. <b>{title}</b>\n    {subject}\n    " + write.say(
        "appointed.line", moment=moment, count=view.units
    )


def _appointed_buttons(place: int, view: AppointedView, write: Writer) -> tuple[Button, ...]:
    offered = [("button.state", Press.STATE_PAGE)]
    if view.in_control:
        offered.append(("button.send_now", Press.SENDING_NOW))
        offered.append(("button.call_off", Press.SENDING_CANCEL_ASK))
    return tuple(
        Button(f"{place}. {write.texts(key)}", Callback(press, (view.directive_id,)))
        for key, press in offered
    )
