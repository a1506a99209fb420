"""Letting people in: whom to invite, links with their QR codes, sheets for a group, revoking."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import access, invites, people
from bot.actions.replies import MOST_BUTTONS, Button, Values, queue
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.folding import fold
from bot.domain.paging import page_within
from bot.domain.rights import Right
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import UNIT_INVITES, ChatKind, InviteKind, Lane, MessageKind
from bot.errors import InvalidInput, NotFound
from bot.storage import dialogues, units
from bot.storage.outbox import NewMessage
from bot.storage.tables import Dialogue, Unit
from handlers.choosing import turning
from handlers.context import Incoming, first_id, ids, page_turned

_UNITS_A_PAGE = 8
_GROUPS = "nhom"  # folded
_MOST_USES = 1000


# --- whom ----------------------------------------------------------------------------------------


async def invite(incoming: Incoming) -> None:
    """/moi: whom to invite; with a unit's code its contact at once; with `nhóm`, sheets."""
    _check_private(incoming)
    words = " ".join(incoming.arguments)
    if not words:
        await _choose_unit(incoming, page=1, edits=None)
        return
    if fold(words) == _GROUPS:
        await _choose_group(incoming, page=1, edits=None)
        return
    found = await invites.find_units(incoming.session, words, actor=incoming.known_actor)
    if len(found) == 1:
        await _make(incoming, InviteKind.CONTACT, unit=found[0], uses=1)
    else:
        await _offer_units(incoming, words, found, request_id=None)


async def units_page(incoming: Incoming) -> None:
    """Another page of units."""
    _check_private(incoming)
    page, edits = first_id(incoming), await page_turned(incoming)
    await _choose_unit(incoming, page=page, edits=edits)


async def _choose_unit(incoming: Incoming, *, page: int, edits: int | None) -> None:
    """Some units as buttons, the rest by typing."""
    actor = incoming.known_actor
    found = await invites.find_units(incoming.session, "", actor=actor)
    shown, pages, page = _page(found, page)
    buttons = [[_unit_button(unit, Callback(Press.INVITE_UNIT, (unit.id,)))] for unit in shown]
    buttons += turning(Press.INVITE_UNITS, page=page, pages=pages)
    buttons.append([Button("button.invite_groups", Callback(Press.INVITE_GROUPS, (1,)))])
    if actor.may(Right.GOVERN):
        buttons.append([Button("button.invite_staff_group", Callback(Press.INVITE_STAFF_GROUP))])
    await ask_unit(incoming, request_id=None)
    values: Values = {"count": len(found)}
    await incoming.answer("invite.choose_unit", values, buttons=buttons, edits=edits)


def _page(found: list[Unit], page: int) -> tuple[list[Unit], int, int]:
    page, pages = page_within(page, count=len(found), size=_UNITS_A_PAGE)
    return found[(page - 1) * _UNITS_A_PAGE : page * _UNITS_A_PAGE], pages, page


def _unit_button(unit: Unit, callback: Callback) -> Button:
    return Button(
        "button.unit", callback, {"name": shortened_name(unit.name, most=50), "code": unit.code}
    )


async def ask_unit(incoming: Incoming, *, request_id: int | None) -> None:
    """Let the next thing typed be the unit that is meant: to be invited, or where who asked
    belongs."""
    await incoming.ask(
        DialogueKind.INVITE_UNIT, {} if request_id is None else {"request_id": request_id}
    )


async def asked_enough(incoming: Incoming) -> None:
    """The unit is known: what is typed next is something else again."""
    person_id, chat_id = incoming.known_actor.person_id, incoming.chat.id
    dialogue = await dialogues.current(
        incoming.session, person_id=person_id, chat_id=chat_id, now=incoming.now
    )
    if dialogue is not None and dialogue.kind is DialogueKind.INVITE_UNIT:
        await dialogues.close(incoming.session, person_id=person_id, chat_id=chat_id)


async def take_unit(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed code or part of a name."""
    words = incoming.text.strip()
    found = await invites.find_units(incoming.session, words, actor=incoming.known_actor)
    await _offer_units(incoming, words, found, request_id=dialogue.data.get("request_id"))


async def _offer_units(
    incoming: Incoming, words: str, found: list[Unit], *, request_id: int | None
) -> None:
    if not found:
        raise NotFound("unit.unknown", code=shortened(words, most=40))
    buttons = [
        [
            _unit_button(
                unit,
                Callback(Press.INVITE_UNIT, (unit.id,))
                if request_id is None
                else Callback(Press.JOIN_MOVE_TO, (request_id, unit.id)),
            )
        ]
        for unit in found[:MOST_BUTTONS]
    ]
    await incoming.reply("unit.choose", buttons=buttons, count=len(found))


# --- one unit's ----------------------------------------------------------------------------------


async def unit_invites(incoming: Incoming) -> None:
    """A unit's invites that are open; chosen from a list, or another page."""
    is_chosen = incoming.callback is not None and len(incoming.callback.ids) == 1
    unit_id, page = (first_id(incoming), 1) if is_chosen else ids(incoming, 2)
    _check_private(incoming)
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await asked_enough(incoming)
    edits = None if is_chosen else await page_turned(incoming)
    await _show(incoming, unit.id, page=page, edits=edits)


async def _show(incoming: Incoming, unit_id: int, *, page: int, edits: int | None) -> None:
    await queue(
        incoming.session,
        NewMessage(
            kind=MessageKind.INVITES,
            lane=Lane.ANSWER,
            chat_id=incoming.chat.id,
            send_at=incoming.now,
            parameters={
                "unit_id": unit_id,
                "page": page,
                "person_id": incoming.known_actor.person_id,
            },
            edits=edits,
        ),
    )


async def make(incoming: Incoming) -> None:
    """One of the buttons that make an invite for a unit."""
    unit_id, kind, uses = ids(incoming, 3)
    _check_private(incoming)
    if kind >= len(UNIT_INVITES) or not 1 <= uses <= _MOST_USES:
        raise NotFound("refused.gone")
    unit = await access.visible_unit(incoming.session, unit_id, actor=incoming.known_actor)
    await _make(incoming, UNIT_INVITES[kind], unit=unit, uses=uses)


async def make_for_staff_group(incoming: Incoming) -> None:
    """The button that makes a code for the office's own group."""
    ids(incoming, 0)
    _check_private(incoming)
    await _make(incoming, InviteKind.STAFF_GROUP, unit=None, uses=1)


async def _make(incoming: Incoming, kind: InviteKind, *, unit: Unit | None, uses: int) -> None:
    life = _life(incoming)
    unit_id = unit.id if unit else None
    code = await people.create_invite(
        incoming.session,
        kind,
        now=incoming.now,
        unit_id=unit_id,
        uses=uses,
        by=incoming.known_actor.person_id,
        life=life,
    )
    await invites.tell(
        incoming.session,
        kind,
        code,
        unit_id=unit_id,
        uses=uses,
        username=incoming.update.get_bot().username,
        until=incoming.now + life,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


async def revoke(incoming: Incoming) -> None:
    """The button that takes an invite back."""
    invite = await invites.revoke(
        incoming.session, first_id(incoming), actor=incoming.known_actor, now=incoming.now
    )
    incoming.popup("invite.revoked")
    if invite.unit_id is not None and incoming.chat.kind is ChatKind.PRIVATE:
        await _show(incoming, invite.unit_id, page=1, edits=await page_turned(incoming))


# --- a whole group's -----------------------------------------------------------------------------


async def groups_page(incoming: Incoming) -> None:
    """Groups of units, for whom a sheet can be printed."""
    _check_private(incoming)
    await _choose_group(incoming, page=first_id(incoming), edits=await page_turned(incoming))


async def _choose_group(incoming: Incoming, *, page: int, edits: int | None) -> None:
    sizes = await units.group_sizes(incoming.session)
    actor = incoming.known_actor
    found = [
        group
        for group in await units.groups(incoming.session)
        if sizes.get(group.id) and actor.may_address([group.id])
    ]
    if not found:
        raise NotFound("invite.no_groups")
    page, pages = page_within(page, count=len(found), size=_UNITS_A_PAGE)
    buttons = [
        [
            Button(
                "button.group_sheet",
                Callback(Press.INVITE_SHEET, (group.id,)),
                {"name": shortened_name(group.name, most=50), "count": sizes[group.id]},
            )
        ]
        for group in found[(page - 1) * _UNITS_A_PAGE : page * _UNITS_A_PAGE]
    ]
    buttons += turning(Press.INVITE_GROUPS, page=page, pages=pages)
    await incoming.answer("invite.choose_group", {}, buttons=buttons, edits=edits)


async def sheet(incoming: Incoming) -> None:
    """A group's button: new codes for all its units, on a sheet."""
    group_id = first_id(incoming)
    _check_private(incoming)
    life = _life(incoming)
    made = await invites.create_for_group(
        incoming.session, group_id, life=life, actor=incoming.known_actor, now=incoming.now
    )
    if not made:
        raise NotFound("refused.gone")
    await invites.tell_sheet(
        incoming.session,
        made,
        group_id=group_id,
        username=incoming.update.get_bot().username,
        until=incoming.now + life,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )
    incoming.popup("sheet.on_its_way")


def _life(incoming: Incoming) -> timedelta:
    return timedelta(days=incoming.rt.config.registry.invite_days)


def _check_private(incoming: Incoming) -> None:
    """Codes let people in: they are shown to who asked, not to a whole group."""
    if incoming.chat.kind is not ChatKind.PRIVATE:
        raise InvalidInput("invite.private_only")
