"""What a draft would do, shown under its exact preview, with the button that sends; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_plans, render_review
from bot.delivery.render import (
    Button,
    Content,
    Named,
    RelationView,
    Writer,
    directive_title,
    fit,
    names,
)
from bot.delivery.render_plans import PlansView
from bot.delivery.render_review import ReviewView
from bot.domain.splitting import shortened
from bot.domain.states import AcknowledgeBy, Relation, WhenUnclear
from scheduler.plan import Whom

UNCLEAR_RESEND, UNCLEAR_HOLD = 0, 1
_MOMENTS_SHOWN = 12
_COLLISIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Reminded:
    """A task that a reminder speaks of, or without `position` the receipt; and to whom.
    `working_days` to its deadline; negative when past."""

    whom: Whom = Whom.CONTACTS
    position: int | None = None
    working_days: int = 0
    is_past: bool = False
    due_today: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be reminded of at one moment to come."""

    at: datetime
    tasks: tuple[Reminded, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """So much of a unit's is due on one day already."""

    unit_name: str
    day: date
    deadlines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """Who would get a draft, what they would be reminded of, and what else is due then."""

    draft_id: int
    state_id: int
    groups: int
    units: int
    people: int
    group_chats: int
    unreached: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    without_part: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()  # people, with their units
    reminders: tuple[Planned, ...] = ()
    collisions: tuple[Collision, ...] = ()  # the most loaded first
    numbered: bool
    missing: tuple[str, ...]
    when_unclear: WhenUnclear = WhenUnclear.RESEND
    acknowledge_by: AcknowledgeBy = AcknowledgeBy.ANY
    plans: PlansView
    send_at: datetime | None = None
    send_at_fault: str | None = None  # the key of what is wrong with it
    relation: RelationView | None = None
    files: int = 0
    review: ReviewView | None = None


def check(view: CheckView, write: Writer) -> Content:
    """The summary under the exact preview, with the button that sends."""
    head = [
        write.bold(
            "check.audience",
            groups=view.groups,
            units=view.units,
            people=view.people,
            chats=view.group_chats,
        )
    ]
    for key, those, most in (
        ("check.unreached", view.unreached, 8),
        ("check.personal", view.personal, 3),
        ("check.excluded", view.excluded, 3),
        ("check.without_part", view.without_part, 3),
    ):
        if those:
            listed = names(Named.of(those, most=most), write)
            head.append(write.say(key, count=len(those), names=listed))
    if view.send_at:
        head.append(write.bold("check.send_at", moment=write.moments.full(view.send_at)))
    if view.send_at_fault:
        head.append(write.say(view.send_at_fault))
    if view.relation and view.relation.relation is Relation.REPLACES:
        title = directive_title(view.relation.earlier, write)
        head.append(write.bold("check.replaces", title=title))
    head += _collisions(view.collisions, write)
    if view.reminders:
        head.append(write.say("check.reminders"))
    foot = [write.say("check.files", count=view.files)] if view.files else []
    if view.acknowledge_by is not AcknowledgeBy.ANY:
        foot.append(write.say(f"draft.acknowledge_by_{view.acknowledge_by}"))
    foot += render_plans.plan_line(view.plans, write)
    foot.append(write.say(_UNCLEAR[view.when_unclear]))
    foot += render_review.lines(view.review, write) if view.review else []
    foot += [write.say(key) for key in view.missing]
    if not view.numbered:
        foot.append(write.say("check.unnumbered"))
    foot.append(write.zone_line(write.now))
    text = _with_calendar(head, view.reminders, foot, write)
    return Content(text, _check_buttons(view, write))


_UNCLEAR = {
    WhenUnclear.RESEND: "check.unclear_resend",
    WhenUnclear.HOLD: "check.unclear_hold",
}


def _with_calendar(
    head: Sequence[str], planned: Sequence[Planned], foot: Sequence[str], write: Writer
) -> str:
    """The calendar of reminders to come, as much of it as there is room for."""
    lines = [_reminder(each, write) for each in planned[:_MOMENTS_SHOWN]]
    beyond = len(planned) - len(lines)
    if beyond:
        foot = [write.say("check.more_reminders", count=beyond), *foot]
    return fit(head, lines, foot, more=lambda left: write.say("check.more_reminders", count=left))


def _reminder(each: Planned, write: Writer) -> str:
    """`• 08h00, thứ Năm, ngày 17/12/2026: NV1, NV2 còn 03 ngày làm việc; NV3 hạn hôm nay`."""
    said = "; ".join(
        _to_one(whom, [task for task in each.tasks if task.whom is whom], write)
        for whom in Whom
        if any(task.whom is whom for task in each.tasks)
    )
    return f"• {write.moments.full(each.at)}: {escape(shortened(said, most=200), quote=False)}"


def _to_one(whom: Whom, tasks: Sequence[Reminded], write: Writer) -> str:
    """`NV1, NV2 còn 03 ngày làm việc`; `lãnh đạo đơn vị: NV3 quá hạn 05 ngày làm việc`."""
    by_words: dict[str, list[str]] = {}
    for task in tasks:
        words = _of_deadline(task, write)
        by_words.setdefault(words, [])
        if task.position is not None:
            by_words[words].append(write.texts("button.task", position=task.position))
    said = "; ".join(
        write.texts("check.reminds", tasks=", ".join(positions), what=words) if positions else words
        for words, positions in by_words.items()
    )
    return said if whom is Whom.CONTACTS else write.texts(_OTHERS[whom], what=said)


_OTHERS = {Whom.LEADER: "check.reminds_leader", Whom.STAFF: "check.reminds_staff"}


def _of_deadline(task: Reminded, write: Writer) -> str:
    if task.position is None:
        return write.texts("check.reminds_receipt")
    if task.is_past:
        return write.texts("check.reminds_overdue", count=max(1, -task.working_days))
    if task.due_today:
        return write.texts("check.reminds_today")
    if task.working_days <= 0:
        return write.texts("check.reminds_soon")
    return write.texts("check.reminds_before", count=task.working_days)


def _collisions(those: Sequence[Collision], write: Writer) -> list[str]:
    if not those:
        return []
    lines = [write.bold("check.collisions", count=len({each.unit_name for each in those}))]
    lines += [
        "• "
        + write.say(
            "check.collision",
            unit=shortened(each.unit_name),
            count=each.deadlines,
            day=write.moments.day(each.day),
        )
        for each in those[:_COLLISIONS_SHOWN]
    ]
    left = len(those) - _COLLISIONS_SHOWN
    if left > 0:
        lines.append("…" + write.say("list.and_more", count=left))
    return lines


def _check_buttons(view: CheckView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    back = (_button(write, "button.back_to_draft", Press.DRAFT_OPEN, view.draft_id),)
    if view.missing or not view.units:
        return (back,)
    test = (_button(write, "button.test", Press.DRAFT_TEST, view.draft_id),)
    rows = [test, _moment_buttons(view, write), (_unclear_button(view, write),), back]
    review = view.review
    if view.send_at_fault is None and review and review.is_to_submit:
        rows.insert(0, (render_review.submit_button(view.draft_id, view.state_id, write),))
    elif view.send_at_fault is None and (review is None or review.may_be_sent):
        rows.insert(0, (_send_button(view, write),))
    return tuple(rows)


def _send_button(view: CheckView, write: Writer) -> Button:
    press = Press.DRAFT_ISSUE if view.numbered else Press.DRAFT_ISSUE_UNNUMBERED
    if view.send_at:
        at = write.moments.short(view.send_at)
        key = "button.appoint" if view.numbered else "button.appoint_unnumbered"
        label = write.texts(key, at=at)
    else:
        key = "button.issue" if view.numbered else "button.issue_unnumbered"
        label = write.texts(key, count=view.units)
    return Button(label, Callback(press, (view.draft_id, view.state_id)), "success")


def _moment_buttons(view: CheckView, write: Writer) -> tuple[Button, ...]:
    appoint = _button(write, "button.choose_moment", Press.DRAFT_SEND_AT, view.draft_id)
    if view.send_at is None:
        return (appoint,)
    return (appoint, _button(write, "button.no_moment", Press.DRAFT_NO_SEND_AT, view.draft_id))


def _unclear_button(view: CheckView, write: Writer) -> Button:
    """The other way; it carries which, so that pressing it twice changes nothing more."""
    resends = view.when_unclear is WhenUnclear.RESEND
    key = "button.unclear_hold" if resends else "button.unclear_resend"
    way = UNCLEAR_HOLD if resends else UNCLEAR_RESEND
    return _button(write, key, Press.DRAFT_UNCLEAR, view.draft_id, way)


def _button(write: Writer, key: str, press: Press, *ids: int) -> Button:
    return Button(write.texts(key), Callback(press, ids))
