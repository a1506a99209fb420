"""What administrators look after the office's own people with, and its record of events; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
    page_buttons,
)
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import StaffRole

MEMBERS_A_PAGE = 10
GROUPS_A_PAGE = 10
EVENTS_A_PAGE = 12
ROLES = (StaffRole.ADMIN, StaffRole.SENDER, StaffRole.REVIEWER, StaffRole.VIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One of the office's people; without `groups` they act for all units."""

    id: int
    name: str
    role: StaffRole
    groups: tuple[str, ...]


def members(
    views: Sequence[MemberView], write: Writer, *, page: int, pages: int, count: int
) -> Content:
    """Who they are, one page, each with a button."""
    first = (page - 1) * MEMBERS_A_PAGE + 1
    lines = [
        f"{place}. {_member_line(view, write)}" for place, view in enumerate(views, start=first)
    ]
    text = fit(
        [write.bold("staff.title", count=count), ""],
        lines,
        [],
        more=lambda left: write.texts("list.and_more", count=left),
    )
    rows = [
        (
            Button(
                f"{place}. {shortened(view.name, most=40)}",
                Callback(Press.STAFF_MEMBER, (view.id,)),
            ),
        )
        for place, view in enumerate(views, start=first)
    ]
    invite = Button(write.texts("button.staff_invite"), Callback(Press.STAFF_INVITE_ASK))
    return Content(
        text, (*rows, page_buttons(Press.STAFF_PAGE, (), page=page, pages=pages), (invite,))
    )


def _member_line(view: MemberView, write: Writer) -> str:
    name = f"<b>{escape(shortened(view.name), quote=False)}</b>"
    return f"{name} – {write.say(f'role.{view.role}')} · {_limits(view, write)}"


def _limits(view: MemberView, write: Writer) -> str:
    named = ", ".join(shortened(group, most=40) for group in view.groups)
    return escape(named, quote=False) or write.say("staff.everywhere")


def member(view: MemberView, write: Writer) -> Content:
    """One of them: the roles, of which theirs is marked, the limits, removal."""
    roles = tuple(
        Button(
            f"{'● ' if role is view.role else ''}{write.texts(f'role.{role}')}",
            Callback(Press.STAFF_ROLE, (view.id, number)),
        )
        for number, role in enumerate(ROLES)
    )
    limits = Button(write.texts("button.staff_limits"), Callback(Press.STAFF_GROUPS, (view.id, 1)))
    remove = Button(
        write.texts("button.staff_remove"), Callback(Press.STAFF_REMOVE_ASK, (view.id,)), "danger"
    )
    back = Button(write.texts("button.back"), Callback(Press.STAFF_PAGE, (1,)))
    text = f"{_member_line(view, write)}\n\n{write.say('staff.member_help')}"
    return Content(text, (roles[:2], roles[2:], (limits, remove), (back,)))


def ask_remove(view: MemberView, write: Writer) -> Content:
    """Really remove them?"""
    sure = Button(
        write.texts("button.staff_remove_surely"),
        Callback(Press.STAFF_REMOVE, (view.id,)),
        "danger",
    )
    back = Button(write.texts("button.back"), Callback(Press.STAFF_MEMBER, (view.id,)))
    return Content(
        f"{_member_line(view, write)}\n\n{write.say('staff.ask_remove')}", ((sure,), (back,))
    )


@dataclass(frozen=True, slots=True)
class LimitView:
    """A group of units, and whether the member is limited to it."""

    group_id: int
    name: str
    ticked: bool


def limits(
    view: MemberView, groups: Sequence[LimitView], write: Writer, *, page: int, pages: int
) -> Content:
    """The groups to tick, one page."""
    rows = [
        (
            Button(
                f"{'☑' if group.ticked else '☐'} {shortened_name(group.name, most=50)}",
                Callback(Press.STAFF_GROUP, (view.id, group.group_id, page)),
            ),
        )
        for group in groups
    ]
    lift = Button(
        write.texts("button.staff_no_limits"), Callback(Press.STAFF_NO_LIMITS, (view.id,))
    )
    back = Button(write.texts("button.back"), Callback(Press.STAFF_MEMBER, (view.id,)))
    turn = page_buttons(Press.STAFF_GROUPS, (view.id,), page=page, pages=pages)
    text = f"{_member_line(view, write)}\n\n{write.say('staff.limits_help')}"
    return Content(text, (*rows, turn, *(((lift,),) if view.groups else ()), (back,)))


@dataclass(frozen=True, slots=True)
class LogView:
    """One page of the record: what it is about, and its lines, the newest first."""

    about: tuple[int, int]  # as presses carry it
    title: str
    lines: tuple[str, ...]


def log(view: LogView, write: Writer, *, page: int, pages: int) -> Content:
    """What happened, one page."""
    head = [f"<b>{escape(view.title, quote=False)}</b>", ""]
    lines = [escape(line, quote=False) for line in view.lines] or [write.say("log.none")]
    foot = ["", write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.texts("list.and_more", count=left))
    file = Button(write.texts("button.log_file"), Callback(Press.LOG_FILE, view.about))
    return Content(
        text, (page_buttons(Press.LOG_PAGE, view.about, page=page, pages=pages), (file,))
    )
