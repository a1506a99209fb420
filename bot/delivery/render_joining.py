"""What staff see of those who come in and of those who are out of reach: invites, units to be
called; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.callbacks import Callback, Press
from bot.delivery.render import (
    Button,
    Content,
    Writer,
    fit,
    page_buttons,
)
from bot.domain.paging import page_within
from bot.domain.splitting import shortened
from bot.domain.states import UNIT_INVITES, InviteKind

INVITES_A_PAGE = 8
LOST_A_PAGE = 8
LOST_REASONS = ("blocked", "deactivated", "not_started", "kicked", "not_a_member", "migrated")
# What can be made with one tap: by whom it may be used, and how often.
_OFFERED = (
    (InviteKind.CONTACT, (1, 5, 20)),
    (InviteKind.LEADER, (1,)),
    (InviteKind.UNIT_GROUP, (1,)),
)


# --- invites -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InviteView:
    """An invite that was just made."""

    kind: InviteKind
    unit_name: str
    uses: int
    link: str
    until: datetime


def invite(view: InviteView, write: Writer) -> str:
    """What stands below its QR code; the link last, alone in its line."""
    zone = write.moments.zone_name(view.until)
    until = write.moments.short(view.until)
    what = write.say(f"invite.made_{view.kind}", unit=view.unit_name)
    return "\n".join(
        (
            f"<b>{what}</b>",
            write.say("invite.made_until", count=view.uses, until=until, zone=zone),
            escape(view.link, quote=False),
        )
    )


@dataclass(frozen=True, slots=True)
class OpenInviteView:
    """An invite that may still be used."""

    id: int
    kind: InviteKind
    uses_left: int
    until: datetime
    made_by: str | None


def open_invites(
    unit_id: int, unit_name: str, invites: Sequence[OpenInviteView], write: Writer, *, page: int
) -> Content:
    """A unit's invites, each with a button that revokes it, and buttons that make new ones."""
    page, pages = page_within(page, count=len(invites), size=INVITES_A_PAGE)
    first = (page - 1) * INVITES_A_PAGE
    shown = list(enumerate(invites[first : first + INVITES_A_PAGE], first + 1))
    head = [write.bold("invites.title", unit=unit_name), ""]
    lines = [
        write.say(
            f"invites.line_{each.kind}",
            number=number,
            count=each.uses_left,
            until=write.moments.short(each.until),
            by=each.made_by or write.texts("invites.operator"),
        )
        for number, each in shown
    ] or [write.say("invites.none")]
    foot = ["", write.say("invites.make"), write.zone_line(write.now)]
    rows = [
        tuple(
            Button(
                write.texts(f"button.invite_{kind}", count=uses),
                Callback(Press.INVITE_NEW, (unit_id, UNIT_INVITES.index(kind), uses)),
            )
            for uses in offered
        )
        for kind, offered in _OFFERED
    ]
    revoke = [
        Button(
            write.texts("button.revoke", number=number),
            Callback(Press.INVITE_REVOKE, (each.id,)),
            "danger",
        )
        for number, each in shown
    ]
    rows += [tuple(revoke[at : at + 4]) for at in range(0, len(revoke), 4)]
    if pages > 1:
        rows.append(page_buttons(Press.INVITE_UNIT, (unit_id,), page=page, pages=pages))
    return Content("\n".join([*head, *lines, *foot]), tuple(rows))


# --- units out of reach --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LostChatView:
    """A person or group that takes nothing."""

    name: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LostUnitView:
    """A unit to be called."""

    unit_id: int
    code: str
    name: str
    phone: str
    chats: tuple[LostChatView, ...]
    is_cut_off: bool
    left_at: datetime | None  # when the last contact stopped, if there is none any more


def unreachable(
    units: Sequence[LostUnitView], write: Writer, *, page: int, may_keep: bool
) -> Content:
    """/matlienlac: with whom to speak by phone, and why the bot cannot."""
    page, pages = page_within(page, count=len(units), size=LOST_A_PAGE)
    first = (page - 1) * LOST_A_PAGE
    cut_off = sum(unit.is_cut_off for unit in units)
    head = [write.bold("lost.title", count=len(units), cut_off=cut_off)]
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for number, unit in enumerate(units[first : first + LOST_A_PAGE], first + 1):
        lines.append("")
        lines += _lost_unit(number, unit, write)
        if may_keep:
            rows.append(_for_a_lost_unit(number, unit, write))
    if not units:
        lines = ["", write.say("lost.none")]
    foot = ["", write.zone_line(write.now)]
    text = fit(head, lines, foot, more=lambda left: write.say("lost.more_lines", count=left))
    if pages > 1:
        rows.append(page_buttons(Press.UNREACHABLE_PAGE, (), page=page, pages=pages))
    if units:
        file = Button(write.texts("button.call_sheet"), Callback(Press.UNREACHABLE_FILE))
        rows.append((file,))
    return Content(text, tuple(rows))


def _for_a_lost_unit(number: int, unit: LostUnitView, write: Writer) -> tuple[Button, ...]:
    ids = (unit.unit_id,)
    return (
        Button(write.texts("button.invite_again", number=number), Callback(Press.INVITE_UNIT, ids)),
        Button(
            write.texts("button.reorganise_number", number=number),
            Callback(Press.CHANGE_MENU, ids),
        ),
    )


def call_sheet(units: Sequence[LostUnitView], write: Writer) -> list[list[str]]:
    """The headings, then a row for each person or group out of reach, or for a unit that has
    nobody."""
    keys = (
        "table.column_code",
        "table.column_name",
        "table.column_phone",
        "lost.column_who",
        "lost.column_why",
    )
    rows = [[write.texts(key) for key in keys]]
    for unit in units:
        of_unit = [unit.code, unit.name, unit.phone]
        rows += [[*of_unit, chat.name, _why(chat, write)] for chat in unit.chats]
        if unit.left_at is not None:
            since = write.moments.short(unit.left_at)
            rows.append([*of_unit, "", write.texts("lost.all_left", at=since)])
        elif not unit.chats:
            rows.append([*of_unit, "", write.texts("lost.nobody")])
    return rows


def _lost_unit(number: int, unit: LostUnitView, write: Writer) -> list[str]:
    phone = unit.phone or write.texts("lost.no_phone")
    name = escape(shortened(unit.name), quote=False)
    key = "lost.cut_off" if unit.is_cut_off else "lost.partly"
    lines = [f"<b>{number}. {name}</b> · {escape(phone, quote=False)}"]
    if unit.chats:
        lines.append(write.say(key))
    if unit.left_at is not None:
        lines.append(write.say("lost.all_left", at=write.moments.short(unit.left_at)))
    elif not unit.chats:
        lines.append(write.say("lost.nobody"))
    return lines + [
        escape(f"– {chat.name or '?'}: {_why(chat, write)}", quote=False) for chat in unit.chats
    ]


def _why(chat: LostChatView, write: Writer) -> str:
    reason = chat.reason if chat.reason in LOST_REASONS else "other"
    since = f" · {write.moments.short(chat.since)}" if chat.since else ""
    return write.texts(f"lost.reason_{reason}") + since
