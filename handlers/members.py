"""The office's own people in chat: who they are, their roles and limits, removal, invites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.actions import people, staff
from bot.actions.replies import MOST_BUTTONS, Button, Said
from bot.callbacks import Callback, Press
from bot.delivery.render_office import ROLES
from bot.domain.folding import fold
from bot.domain.splitting import shortened
from bot.domain.states import ChatKind, InviteKind, MessageKind, StaffRole
from bot.errors import InvalidInput, NotFound
from bot.storage.staff import Member
from handlers.context import Incoming, first_id, ids, page_turned

# By the number that a button carries: new ones are put behind.
# A role's words in Vietnamese, folded and without space; its English word is its own value.
_WORDS = {
    "quantri": StaffRole.ADMIN,
    "chuyenvien": StaffRole.SENDER,
    "nguoiduyet": StaffRole.REVIEWER,
    "nguoixem": StaffRole.VIEWER,
    **{role.value: role for role in ROLES},
}


async def members(incoming: Incoming) -> None:
    """/canbo: the list; one of them by name; with a role and groups, a link for somebody new."""
    if not incoming.arguments:
        await _show(incoming, "list")
        return
    role, named = _role_and_groups(incoming.arguments)
    if role is not None:
        groups = await staff.groups_called(incoming.session, named)
        await _make_link(incoming, role, groups)
        return
    found = await staff.called(incoming.session, " ".join(incoming.arguments))
    if len(found) == 1:
        await _show(incoming, "member", staff_id=found[0].id)
    elif found:
        await _choose(incoming, found)
    else:
        raise InvalidInput("staff.usage")


def _role_and_groups(words: Sequence[str]) -> tuple[StaffRole | None, Sequence[str]]:
    """The role that the words begin with, in one word or two, and what follows."""
    for count in (2, 1):
        role = _WORDS.get(fold(" ".join(words[:count])).replace(" ", ""))
        if role is not None:
            return role, words[count:]
    return None, ()


async def _choose(incoming: Incoming, found: Sequence[Member]) -> None:
    buttons = [
        [
            Button(
                "staff.called",
                Callback(Press.STAFF_MEMBER, (each.id,)),
                {"name": shortened(each.name, most=40), "role": Said(f"role.{each.role}")},
            )
        ]
        for each in found[:MOST_BUTTONS]
    ]
    await incoming.reply("staff.choose", buttons=buttons)


async def page(incoming: Incoming) -> None:
    """Another page of the list, in the same message."""
    await _show(incoming, "list", page=first_id(incoming))


async def member(incoming: Incoming) -> None:
    """One of them, with what can be done."""
    await _show(incoming, "member", staff_id=first_id(incoming))


async def change_role(incoming: Incoming) -> None:
    """Another role, from the next press on."""
    staff_id, number = ids(incoming, 2)
    if number >= len(ROLES):
        raise NotFound("refused.gone")
    changed = await staff.change_role(incoming.session, staff_id, ROLES[number], now=incoming.now)
    incoming.popup("staff.changed" if changed else "staff.so_before")
    await _show(incoming, "member", staff_id=staff_id)


async def groups(incoming: Incoming) -> None:
    """The groups of units that they can be limited to, one page."""
    staff_id, shown = ids(incoming, 2)
    await _show(incoming, "groups", staff_id=staff_id, page=shown)


async def toggle_group(incoming: Incoming) -> None:
    """One group more among the limits, or less."""
    staff_id, group_id, shown = ids(incoming, 3)
    await staff.toggle_limit(incoming.session, staff_id, group_id, now=incoming.now)
    incoming.popup("staff.changed")
    await _show(incoming, "groups", staff_id=staff_id, page=shown)


async def lift_limits(incoming: Incoming) -> None:
    """For all units again."""
    staff_id = first_id(incoming)
    await staff.limit(incoming.session, staff_id, (), now=incoming.now)
    incoming.popup("staff.changed")
    await _show(incoming, "member", staff_id=staff_id)


async def ask_remove(incoming: Incoming) -> None:
    """Really?"""
    await _show(incoming, "remove", staff_id=first_id(incoming))


async def remove(incoming: Incoming) -> None:
    """Of the office no more, from the next press on."""
    removed = await staff.remove(incoming.session, first_id(incoming), now=incoming.now)
    incoming.popup("staff.removed")
    if removed.person_id != incoming.known_actor.person_id:
        await _show(incoming, "list")


async def ask_invite(incoming: Incoming) -> None:
    """As what is somebody to come?"""
    buttons = [
        [Button(f"role.{role}", Callback(Press.STAFF_INVITE, (number,)))]
        for number, role in enumerate(ROLES)
    ]
    await incoming.reply("staff.invite_as", buttons=buttons)


async def invite(incoming: Incoming) -> None:
    """A link for one person, without limits."""
    number = first_id(incoming)
    if number >= len(ROLES):
        raise NotFound("refused.gone")
    await _make_link(incoming, ROLES[number], {})


async def _make_link(incoming: Incoming, role: StaffRole, groups: Mapping[str, int]) -> None:
    if incoming.chat.kind is not ChatKind.PRIVATE:
        raise InvalidInput("invite.private_only")
    code = await people.create_invite(
        incoming.session,
        InviteKind.STAFF,
        now=incoming.now,
        staff_role=role,
        group_ids=set(groups.values()),
        by=incoming.known_actor.person_id,
    )
    link = f"https://t.me/{incoming.update.get_bot().username}?start={code}"
    until = incoming.now + people.INVITE_LIFE
    say, zone = incoming.moments.texts, incoming.moments.zone_name(until)
    limits = ", ".join(groups) or say("staff.everywhere")
    await incoming.reply(
        "staff.link", role=say(f"role.{role}"), limits=limits, link=link, until=until, zone=zone
    )


async def _show(incoming: Incoming, view: str, *, staff_id: int = 0, page: int = 1) -> None:
    if staff_id:
        await staff.check(incoming.session, staff_id)
    await incoming.show(
        MessageKind.STAFF,
        {
            "view": view,
            "staff_id": staff_id,
            "page": page,
            "person_id": incoming.known_actor.person_id,
        },
        edits=await page_turned(incoming),
    )
