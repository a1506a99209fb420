"""A draft's card with its menus, and the check before sending; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import Button, Content, Named, Writer, fit, names, shortened
from bot.delivery.render import button as _button
from bot.delivery.render_draft_tasks import (
    BUTTONS_SHOWN,
    DraftTaskView,
    FoundView,
    Rows,
    deadline_buttons,
    deadline_question,
    deadlines_buttons,
    found_lines,
    list_buttons,
    task_line,
    task_page,
)
from bot.domain.states import WhenUnclear

UNCLEAR_RESEND, UNCLEAR_HOLD = 0, 1
TEMPLATES_TAB = 1  # of /duthao
# By the number a button carries.
URGENCIES = (None, "urgent", "very_urgent", "express")
GROUPS_SHOWN = 8


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
    found: tuple[FoundView, ...] = ()  # deadlines in the letter, outside of its tasks
    quick_deadlines: tuple[tuple[int, datetime], ...]  # working days (or END_OF_MONTH), moment


def draft_card(
    view: DraftView, write: Writer, *, menu: str, task_id: int | None, page: int = 1
) -> Content:
    """What was understood, what is missing, and the buttons of one menu; or one task's page."""
    task = next((each for each in view.tasks if each.id == task_id), None)
    if task is not None and menu in ("task", "remove_task"):
        removing = menu == "remove_task"
        of = len(view.tasks)
        return task_page(view.id, task, write, of=of, page=page, removing=removing)
    if task_id and task is None and menu == "deadline":
        menu = "deadlines"  # it was removed meanwhile; what is chosen now must not be for all
    head = [write.bold("draft.title"), *_identity(view, write), "", write.bold("draft.groups")]
    if menu == "drop":
        head.insert(0, write.bold("draft.ask_drop"))
    if menu == "deadline":
        head.insert(0, deadline_question(task, write))
    groups = [_group_line(group, write) for group in view.groups[:GROUPS_SHOWN]]
    if len(view.groups) > GROUPS_SHOWN:
        groups.append("…" + write.say("list.and_more", count=len(view.groups) - GROUPS_SHOWN))
    head += groups or [write.say("draft.none")]
    head += ["", write.bold("draft.tasks", count=len(view.tasks))]
    with_found = menu in ("deadlines", "deadline")
    tasks = [task_line(each, write, with_found=with_found) for each in view.tasks]
    foot = [*found_lines(view.found, write), "", _missing(view, write), write.zone_line(write.now)]
    text = fit(
        head,
        tasks or [write.say("draft.none")],
        foot,
        more=lambda left: write.say("tasks.more", count=left),
    )
    return Content(text, _buttons(view, write, menu=menu, task=task, page=page))


def _buttons(
    view: DraftView, write: Writer, *, menu: str, task: DraftTaskView | None, page: int
) -> Rows:
    match menu:
        case "groups":
            return _group_buttons(view, write)
        case "deadlines":
            return deadlines_buttons(view.id, view.tasks, write)
        case "deadline":
            return deadline_buttons(
                view.id, task, task.found if task else view.found, view.quick_deadlines, write
            )
        case "tasks" | "task" | "remove_task":
            return list_buttons(view.id, view.tasks, write, page=page)
        case "urgency":
            return _urgency_buttons(view, write)
        case "more":
            return _more_buttons(view, write)
        case "drop":
            return _drop_buttons(view, write)
        case _:
            return _main_buttons(view, write)


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


def _main_buttons(view: DraftView, write: Writer) -> Rows:
    return (
        (
            _button(write, "button.number", Press.DRAFT_NUMBER, view.id),
            _button(write, "button.date", Press.DRAFT_DATE, view.id),
        ),
        (
            _button(write, "button.edit_subject", Press.DRAFT_SUBJECT, view.id),
            _button(write, "button.urgency", Press.DRAFT_URGENCIES, view.id),
        ),
        (
            _button(write, "button.groups", Press.DRAFT_GROUPS, view.id),
            _button(write, "button.tasks", Press.DRAFT_TASKS, view.id, 1),
        ),
        (_button(write, "button.deadlines", Press.DRAFT_DEADLINES, view.id),),
        (_button(write, "button.more", Press.DRAFT_MORE, view.id),),
        (_button(write, "button.preview", Press.DRAFT_PREVIEW, view.id, style="primary"),),
    )


def _back(view: DraftView, write: Writer) -> tuple[Button, ...]:
    return (_button(write, "button.back", Press.DRAFT_CARD, view.id),)


def _group_buttons(view: DraftView, write: Writer) -> Rows:
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


def _urgency_buttons(view: DraftView, write: Writer) -> Rows:
    rows = [
        (
            Button(
                ("● " if urgency == view.urgency else "")
                + write.texts(f"urgency.{urgency}" if urgency else "urgency.none"),
                Callback(Press.DRAFT_URGENCY, (view.id, number)),
            ),
        )
        for number, urgency in enumerate(URGENCIES)
    ]
    return (*rows, _back(view, write))


def _more_buttons(view: DraftView, write: Writer) -> Rows:
    return (
        (
            _button(write, "button.issuer", Press.DRAFT_ISSUER, view.id),
            _button(write, "button.full_text", Press.DRAFT_TEXT, view.id),
        ),
        (
            _button(write, "button.template_save", Press.TEMPLATE_SAVE, view.id),
            _button(write, "button.templates", Press.DRAFTS_PAGE, TEMPLATES_TAB, 1),
        ),
        (_button(write, "button.drop", Press.DRAFT_DROP_ASK, view.id),),
        _back(view, write),
    )


def _drop_buttons(view: DraftView, write: Writer) -> Rows:
    sure = _button(write, "button.drop_surely", Press.DRAFT_DROP, view.id, style="danger")
    return ((sure,), _back(view, write))


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
    lines.append(write.say(_UNCLEAR[view.when_unclear]))
    lines += [write.say(key) for key in view.missing]
    if not view.numbered:
        lines.append(write.say("check.unnumbered"))
    lines.append(write.zone_line(write.now))
    return Content("\n".join(lines), _check_buttons(view, write))


_UNCLEAR = {
    WhenUnclear.RESEND: "check.unclear_resend",
    WhenUnclear.HOLD: "check.unclear_hold",
}


def _check_buttons(view: CheckView, write: Writer) -> Rows:
    back = (_button(write, "button.back_to_draft", Press.DRAFT_CARD, view.draft_id),)
    if view.missing or not view.units:
        return (back,)
    rows = [_moment_buttons(view, write), (_unclear_button(view, write),), back]
    if view.send_at_fault is None:
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
