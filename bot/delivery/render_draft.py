"""A draft's card with its menus, and the check before sending; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery import render_attachments, render_relations, render_review
from bot.delivery.render import (
    Button,
    Content,
    DirectiveView,
    Named,
    RelationView,
    Writer,
    fit,
    names,
    relation_line,
    shortened,
)
from bot.delivery.render_attachments import AttachmentView
from bot.delivery.render_review import ReviewView
from bot.domain.states import Relation, WhenUnclear

# What a press on a quick deadline button carries besides the draft and the task.
CONTINUOUS, END_OF_MONTH = 0, 99
UNCLEAR_RESEND, UNCLEAR_HOLD = 0, 1
ALL_TASKS = 0
GROUPS_SHOWN = 8
BUTTONS_SHOWN = 90  # Telegram takes a hundred


@dataclass(frozen=True, slots=True)
class DraftTaskView:
    id: int
    position: int
    short_title: str
    deadline_at: datetime | None
    continuous: bool

    @property
    def decided(self) -> bool:
        """It has a deadline, or surely none."""
        return self.continuous or self.deadline_at is not None


@dataclass(frozen=True, slots=True)
class DraftGroupView:
    id: int
    line: str | None
    group_name: str | None
    units: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as staff see it."""

    id: int
    issuer: str | None
    number: str | None
    symbol: str | None
    issued_on: date | None
    issued_month: str | None
    subject: str | None
    urgency: str | None
    tasks: tuple[DraftTaskView, ...]
    groups: tuple[DraftGroupView, ...]
    quick_deadlines: tuple[tuple[int, datetime], ...]  # working days (or END_OF_MONTH), moment
    files: tuple[AttachmentView, ...] = ()
    most_files: int = 0
    relation: RelationView | None = None
    relations: tuple[Relation, ...] = ()  # that there may be, by the number a button carries
    suggested: tuple[tuple[int, DirectiveView], ...] = ()
    review: ReviewView | None = None


def draft_card(view: DraftView, write: Writer, *, menu: str, task_id: int | None) -> Content:
    """What was understood, what is missing, and the buttons of one menu."""
    if menu == "files":
        return render_attachments.menu(
            view.id, _name(view, write), view.files, write, most=view.most_files
        )
    if menu == "relations":
        return render_relations.menu(_relations(view, write), write)
    head = [write.bold("draft.title"), *_identity(view, write), *_beside(view, write), ""]
    head.append(write.bold("draft.groups"))
    groups = [_group_line(group, write) for group in view.groups[:GROUPS_SHOWN]]
    if len(view.groups) > GROUPS_SHOWN:
        groups.append("…" + write.say("list.and_more", count=len(view.groups) - GROUPS_SHOWN))
    head += groups or [write.say("draft.none")]
    head += ["", write.bold("draft.tasks", count=len(view.tasks))]
    tasks = [_task_line(task, write) for task in view.tasks] or [write.say("draft.none")]
    foot = ["", _missing(view, write), write.zone_line(write.now)]
    text = fit(head, tasks, foot, more=lambda left: write.say("tasks.more", count=left))
    match menu:
        case "groups":
            buttons = _group_buttons(view, write)
        case "deadlines":
            buttons = _deadline_buttons(view, write)
        case "task":
            buttons = _task_buttons(view, write, task_id or ALL_TASKS)
        case _:
            buttons = _main_buttons(view, write)
    return Content(text, buttons)


def _name(view: DraftView, write: Writer) -> str:
    """By what the draft is known on its other menus."""
    known = [f"{view.number}/{view.symbol or ''}".rstrip("/")] if view.number else []
    known += [shortened(view.subject)] if view.subject else []
    return f"{write.texts('draft.title')}: {' · '.join(known) or write.texts('draft.not_given')}"


def _relations(view: DraftView, write: Writer) -> render_relations.MenuView:
    return render_relations.MenuView(
        draft_id=view.id,
        title=_name(view, write),
        relation=view.relation,
        suggestions=view.suggested,
        kinds=view.relations,
    )


def _beside(view: DraftView, write: Writer) -> list[str]:
    """What it is to an earlier directive, and how far its approval is."""
    lines = [relation_line(view.relation, write)] if view.relation else []
    if view.suggested and not view.relation:
        lines.append(write.say("relation.may_be"))
    return lines + (render_review.lines(view.review, write) if view.review else [])


def _identity(view: DraftView, write: Writer) -> list[str]:
    number = escape(view.number) if view.number else write.bold("draft.not_given")
    symbol = f"/{escape(view.symbol)}" if view.symbol else ""
    if view.issued_on:
        day = escape(write.moments.day(view.issued_on))
    else:
        day = write.bold("draft.not_given")
        if view.issued_month:
            year, _, month = view.issued_month.partition("-")
            day += " " + write.say("draft.month", month=month, year=year)
    subject = write.bold("draft.not_given")
    if view.subject:
        subject = escape(shortened(view.subject, most=500), quote=False)
    lines = [
        f"{write.say('draft.number')} {number}{symbol}",
        f"{write.say('draft.date')} {day}",
        f"{write.say('draft.issuer')} {escape(view.issuer or '', quote=False)}",
        f"{write.say('draft.subject')} {subject}",
    ]
    if view.urgency:
        lines.insert(0, write.bold(f"urgency.{view.urgency}"))
    return lines


def _group_line(group: DraftGroupView, write: Writer) -> str:
    mark = "☑" if group.chosen else "☐"
    line = escape(shortened(group.line or group.group_name or ""), quote=False)
    if group.group_name is None:
        return f"{mark} {line} → {write.say('draft.no_group')}"
    name = shortened(group.group_name)
    target = write.say("draft.group_target", group=name, count=group.units)
    return f"{mark} {line} → {target}" if group.line else f"{mark} {target}"


def _task_line(task: DraftTaskView, write: Writer) -> str:
    if task.continuous:
        deadline = write.say("card.no_deadline")
    elif task.deadline_at:
        deadline = write.say("card.deadline", moment=write.moments.full(task.deadline_at))
    else:
        deadline = write.bold("draft.no_deadline_yet")
    title = escape(task.short_title, quote=False)
    return f"<b>{task.position}.</b> {title}\n    {deadline}"


def _missing(view: DraftView, write: Writer) -> str:
    missing = []
    if not view.number:
        missing.append("draft.lacks_number")
    if not view.issued_on:
        missing.append("draft.lacks_date")
    if not view.subject:
        missing.append("draft.lacks_subject")
    if not any(group.chosen for group in view.groups):
        missing.append("draft.lacks_groups")
    if not all(task.decided for task in view.tasks):
        missing.append("draft.lacks_deadlines")
    if not missing:
        return write.bold("draft.complete")
    return write.say("draft.missing", list=", ".join(write.texts(key) for key in missing))


def _button(write: Writer, key: str, press: Press, *ids: int, style: str | None = None) -> Button:
    return Button(write.texts(key), Callback(press, ids), style)


def _main_buttons(view: DraftView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            _button(write, "button.number", Press.DRAFT_NUMBER, view.id),
            _button(write, "button.date", Press.DRAFT_DATE, view.id),
        ),
        (
            _button(write, "button.groups", Press.DRAFT_GROUPS, view.id),
            _button(write, "button.deadlines", Press.DRAFT_DEADLINES, view.id),
        ),
        (
            _button(write, "button.edit_subject", Press.DRAFT_SUBJECT, view.id),
            _button(write, "button.drop", Press.DRAFT_DROP, view.id),
        ),
        (
            Button(
                write.texts("button.files", count=len(view.files)),
                Callback(Press.DRAFT_FILES, (view.id,)),
            ),
            _button(write, "button.relations", Press.DRAFT_RELATIONS, view.id),
        ),
        (_button(write, "button.preview", Press.DRAFT_PREVIEW, view.id, style="primary"),),
    )


def _back(view: DraftView, write: Writer) -> tuple[Button, ...]:
    return (_button(write, "button.back", Press.DRAFT_CARD, view.id),)


def _group_buttons(view: DraftView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    rows = [
        (
            Button(
                f"{'☑' if group.chosen else '☐'} {shortened(group.group_name)} ({group.units})",
                Callback(Press.DRAFT_GROUP, (group.id, int(not group.chosen))),
            ),
        )
        for group in view.groups
        if group.group_name is not None
    ]
    return (*rows[:BUTTONS_SHOWN], _back(view, write))


def _deadline_buttons(view: DraftView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    every = _button(write, "button.all_tasks", Press.DRAFT_TASK, view.id, ALL_TASKS)
    one_each = [
        Button(
            write.texts("button.task", position=task.position) + (" ✓" if task.decided else ""),
            Callback(Press.DRAFT_TASK, (view.id, task.id)),
        )
        for task in view.tasks[:BUTTONS_SHOWN]
    ]
    rows = [tuple(one_each[start : start + 4]) for start in range(0, len(one_each), 4)]
    return ((every,), *rows, _back(view, write))


def _task_buttons(view: DraftView, write: Writer, task_id: int) -> tuple[tuple[Button, ...], ...]:
    rows = []
    for code, moment in view.quick_deadlines:
        day = f"{moment.astimezone(write.moments.zone):%d/%m}"
        key = "button.end_of_month" if code == END_OF_MONTH else "button.working_days"
        label = write.texts(key, days=code, day=day)
        rows.append((Button(label, Callback(Press.DRAFT_DEADLINE, (view.id, task_id, code))),))
    typed = _button(write, "button.type_deadline", Press.DRAFT_DEADLINE_TYPED, view.id, task_id)
    never = _button(write, "button.continuous", Press.DRAFT_DEADLINE, view.id, task_id, CONTINUOUS)
    back = _button(write, "button.back", Press.DRAFT_DEADLINES, view.id)
    return (*rows, (typed, never), (back,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """Who would get a draft, counted, and when the first reminder would go."""

    draft_id: int
    state_id: int
    groups: int
    units: int
    people: int
    group_chats: int
    unreached: tuple[str, ...]
    first_reminder_at: datetime | None
    numbered: bool
    missing: tuple[str, ...]
    when_unclear: WhenUnclear = WhenUnclear.RESEND
    send_at: datetime | None = None
    send_at_fault: str | None = None  # the key of what is wrong with it
    files: int = 0
    review: ReviewView | None = None


def check(view: CheckView, write: Writer) -> Content:
    """The summary under the exact preview, with the button that sends."""
    lines = [
        write.bold(
            "check.audience",
            groups=view.groups,
            units=view.units,
            people=view.people,
            chats=view.group_chats,
        )
    ]
    if view.unreached:
        listed = names(Named.of(view.unreached), write)
        lines.append(write.say("check.unreached", count=len(view.unreached), names=listed))
    if view.send_at:
        lines.append(write.bold("check.send_at", moment=write.moments.full(view.send_at)))
    if view.send_at_fault:
        lines.append(write.say(view.send_at_fault))
    if view.first_reminder_at:
        moment = write.moments.full(view.first_reminder_at)
        lines.append(write.say("check.first_reminder", moment=moment))
    if view.files:
        lines.append(write.say("check.files", count=view.files))
    lines.append(write.say(_UNCLEAR[view.when_unclear]))
    lines += render_review.lines(view.review, write) if view.review else []
    lines += [write.say(key) for key in view.missing]
    if not view.numbered:
        lines.append(write.say("check.unnumbered"))
    lines.append(write.zone_line(write.now))
    return Content("\n".join(lines), _check_buttons(view, write))


_UNCLEAR = {
    WhenUnclear.RESEND: "check.unclear_resend",
    WhenUnclear.HOLD: "check.unclear_hold",
}


def _check_buttons(view: CheckView, write: Writer) -> tuple[tuple[Button, ...], ...]:
    back = (_button(write, "button.back_to_draft", Press.DRAFT_CARD, view.draft_id),)
    if view.missing or not view.units:
        return (back,)
    rows = [_moment_buttons(view, write), (_unclear_button(view, write),), back]
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
