"""Versions of a directive in words: what a correction changes, who has which, what became of a
recall; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Writer,
    directive_title,
    fit,
    page_buttons,
)
from bot.delivery.render_periods import often
from bot.domain.paging import page_within
from bot.domain.splitting import shortened
from bot.domain.states import Every, VersionKind
from bot.domain.versions import REMINDING, Change, What

# What a card has room for beside its tasks; the notice and the page of versions tell all.
CHANGES_ON_CARD = 5
LONGEST_ON_CARD = 120
_LONGEST = 300
# So much that a page of versions has room for all of it.
VERSIONS_A_PAGE = 2
CHANGES_ON_PAGE = 5
_LONGEST_ON_PAGE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """The newest correction, as far as it concerns who reads it."""

    version: int
    at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What a chat is told of a correction; `changes` are those that concern it."""

    directive: DirectiveView
    version: int
    changes: tuple[Change, ...]
    note: str | None
    asks_again: bool


def notice(view: NoticeView, write: Writer) -> Content:
    """What has changed, once in a chat; without a sound, unless something is asked."""
    title = directive_title(view.directive, write)
    head = [write.bold("correction.notice", title=title, version=view.version)]
    lines = change_lines(view.changes, write) or [write.say("change.not_yours")]
    foot = []
    if view.note:
        foot.append(write.say("correction.reason", note=view.note))
    if view.asks_again:
        foot.append(write.bold("correction.asks_again"))
    foot.append(write.zone_line(write.now))
    text = fit(head, lines, foot, more=lambda left: write.say("change.more", count=left))
    return Content(text, is_silent=not view.asks_again)


def on_card(view: CorrectionView, write: Writer) -> str:
    """`Bản 2 – đính chính 14:05 …:` and the changes, below the card's title."""
    title = write.bold("card.corrected", version=view.version, at=write.moments.short(view.at))
    shown = view.changes[:CHANGES_ON_CARD]
    lines = change_lines(shown, write, longest=LONGEST_ON_CARD)
    if not view.changes:
        lines.append(write.say("change.not_yours"))
    left = len(view.changes) - len(shown)
    if left:
        lines.append(write.say("change.more", count=left))
    return "\n".join([title, *lines])


def change_lines(changes: Sequence[Change], write: Writer, *, longest: int = _LONGEST) -> list[str]:
    """Each change in a line: what was, and what is."""
    return [f"• {_line(change, write, longest)}" for change in changes]


def _line(change: Change, write: Writer, longest: int) -> str:
    old, new = (_shown(change, value, write, longest) for value in (change.old, change.new))
    return write.say(f"change.{change.what}", old=old, new=new, position=change.position)


def _shown(change: Change, value: object, write: Writer, longest: int) -> str:
    match value:
        case _ if change.what in REMINDING:
            return _of_reminders(change.what, value, write)
        case None if change.what is What.TASK_DEADLINE:
            return write.texts("change.continuous")
        case None if change.what is What.TASK_EVERY:
            return write.texts("change.once")
        case None:
            return write.texts("change.nothing")
        case datetime():
            return write.moments.full(value)
        case date():
            return write.moments.day(value)
    if change.what is What.TASK_EVERY:
        every, _, day = str(value).partition(":")
        return often(Every(every), int(day), write)
    if change.what is What.URGENCY:
        return write.texts(f"urgency.{value}")
    return shortened(str(value), most=longest // 2)


def _of_reminders(what: What, value: object, write: Writer) -> str:
    if what is What.PASSES_QUIET:
        return write.texts("change.loud" if value else "change.quiet")
    if value is None and what is What.TASK_REMINDER_PLAN:
        return write.texts("plan.as_directive")
    return str(value or write.texts("plan.usual"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallView:
    """What became of a recall, in chats: where all of it is deleted, where some could only be
    overwritten or not even that; and how many units have confirmed that they deleted it."""

    deleted: int
    overwritten: int
    impossible: int
    waiting: int
    unknown: int  # chats of which nobody knows whether anything ever arrived there
    confirmed: int
    units: int

    @property
    def total(self) -> int:
        """All chats that something had come to."""
        return self.deleted + self.overwritten + self.impossible + self.waiting


def recall_lines(view: RecallView, write: Writer) -> list[str]:
    """`Đã xóa ở n/N nơi …` and who confirmed."""
    lines = [
        write.say(
            "recall.progress",
            deleted=view.deleted,
            total=view.total,
            overwritten=view.overwritten,
            impossible=view.impossible,
            waiting=view.waiting,
        )
    ]
    if view.unknown:
        lines.append(write.say("recall.unknown", count=view.unknown))
    lines.append(write.say("recall.confirmed", done=view.confirmed, units=view.units))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallNoticeView:
    """What a chat is told of a recall; `is_whole` when all of its units have confirmed."""

    directive_id: int
    directive: DirectiveView
    at: datetime
    reason: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    is_whole: bool


def recall_notice(view: RecallNoticeView, write: Writer) -> Content:
    """In the place of what was deleted, with the button by which people confirm the rest."""
    lines = [
        write.bold("recall.notice", title=directive_title(view.directive, write)),
        write.say("card.subject", subject=view.directive.subject),
        write.say("recall.reason", at=write.moments.short(view.at), reason=view.reason),
        write.say("recall.ask"),
    ]
    if view.confirmed_at is not None:
        at = write.moments.short(view.confirmed_at)
        lines.append(write.bold("recall.confirmed_by", at=at, by=view.confirmed_by or ""))
    lines.append(write.zone_line(write.now))
    label = write.texts("button.erased")
    erased = Button(label, Callback(Press.ERASED, (view.directive_id,)), "primary")
    return Content("\n".join(lines), () if view.is_whole else ((erased,),))


def recalled(directive: DirectiveView, at: datetime, write: Writer) -> str:
    """What is written over a message that cannot be deleted any more."""
    title = escape(directive_title(directive, write), quote=False)
    headline = write.bold("card.recalled", at=write.moments.short(at))
    lines = [headline, title, write.say("card.recalled_do"), write.zone_line(write.now)]
    return "\n".join(lines)


def replaced_by(title: str | None, write: Writer) -> str:
    """What stands on the card of a directive in whose place another one is."""
    if title is None:
        return write.bold("card.replaced")
    return write.bold("card.replaced_by", title=title)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version: when, by whom and how it came to be, and how many have it and confirmed it."""

    version: int
    kind: VersionKind
    at: datetime
    by: str
    note: str | None
    asks_again: bool
    changes: tuple[Change, ...]
    chats: int
    units: int


def page(
    directive_id: int,
    directive: DirectiveView,
    views: Sequence[VersionView],
    write: Writer,
    *,
    page: int,
) -> Content:
    """A directive's versions, newest first, some on a page."""
    page, pages = page_within(page, count=len(views), size=VERSIONS_A_PAGE)
    shown = views[(page - 1) * VERSIONS_A_PAGE : page * VERSIONS_A_PAGE]
    title = escape(directive_title(directive, write), quote=False)
    text = fit(
        [f"<b>{title}</b>", write.say("versions.title", count=len(views)), ""],
        [_version(view, write) for view in shown],
        [write.zone_line(write.now)],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    turn = page_buttons(Press.VERSIONS_PAGE, (directive_id,), page=page, pages=pages)
    state = Callback(Press.STATE_PAGE, (directive_id, 1))
    return Content(text, (turn, (Button(write.texts("button.state"), state),)))


def _version(view: VersionView, write: Writer) -> str:
    at = write.moments.short(view.at)
    lines = [write.bold(_KINDS[view.kind], version=view.version, at=at, by=view.by)]
    if view.note:
        note = shortened(view.note, most=_LONGEST_ON_PAGE)
        lines.append(write.say("correction.reason", note=note))
    if view.asks_again:
        lines.append(write.say("correction.will_ask_again"))
    shown = view.changes[:CHANGES_ON_PAGE]
    lines += change_lines(shown, write, longest=_LONGEST_ON_PAGE)
    if len(view.changes) > len(shown):
        lines.append(write.say("change.more", count=len(view.changes) - len(shown)))
    key = "versions.recalled_by" if view.kind is VersionKind.RECALLED else "versions.seen"
    lines += [write.say(key, chats=view.chats, units=view.units), ""]
    return "\n".join(lines)


_KINDS = {
    VersionKind.ISSUED: "versions.issued",
    VersionKind.CORRECTED: "versions.corrected",
    VersionKind.RECALLED: "versions.recalled",
}
