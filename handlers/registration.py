"""Joining: /start with a code, in private or in a group; names; the chat's language."""

from __future__ import annotations

from bot.actions import menus
from bot.actions import people as actions
from bot.actions.people import Joined
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.rights import Right
from bot.domain.states import ChatKind, InviteKind
from bot.errors import NotAllowed, NotFound
from bot.storage import people
from bot.texts import LANGUAGES
from handlers.context import Incoming, first_id
from handlers.guards import clean_name

_JOIN_BUTTONS = (
    (Button("button.join", Callback(Press.JOIN), style="success"),),
    (Button("button.rename", Callback(Press.JOIN_RENAME)),),
)


async def start(incoming: Incoming) -> None:
    """/start, bare or with an invite code."""
    code = incoming.arguments[0] if incoming.arguments else ""
    if incoming.chat.kind is ChatKind.GROUP:
        await _start_in_group(incoming, code)
    elif code:
        await offer_invite(incoming, code)
    elif incoming.actor and incoming.actor.is_known:
        await incoming.reply("start.known", name=incoming.actor.name)
        await menus.give(incoming.session, incoming.chat, incoming.actor, now=incoming.now)
    else:
        await incoming.reply("start.stranger", office=incoming.rt.config.office.name)


async def _start_in_group(incoming: Incoming, code: str) -> None:
    if not code:
        await incoming.reply("group.not_linked")
        return
    joined = await actions.link_group(
        incoming.session,
        code,
        chat=incoming.chat,
        topic_id=incoming.topic,
        actor=incoming.actor,
        now=incoming.now,
    )
    key = "group.linked_unit" if joined.unit_name else "group.linked_staff"
    await incoming.reply(key, unit=joined.unit_name, office=incoming.rt.config.office.name)


async def offer_invite(incoming: Incoming, code: str) -> None:
    """Show what the code is for and ask for agreement."""
    name = clean_name(incoming.user.full_name) or str(incoming.user.id)
    offer = await actions.open_invite(
        incoming.session,
        code,
        telegram_id=incoming.user.id,
        chat=incoming.chat,
        name=name,
        now=incoming.now,
    )
    await incoming.reply(
        f"join.offer_{offer.kind}",
        buttons=_JOIN_BUTTONS,
        office=incoming.rt.config.office.name,
        unit=offer.unit_name,
        name=incoming.actor.name if incoming.actor else name,
    )


async def join(incoming: Incoming) -> None:
    """The button that agrees."""
    joined = await actions.join(
        incoming.session,
        person_id=incoming.known_actor.person_id,
        chat=incoming.chat,
        now=incoming.now,
    )
    incoming.popup("join.done")
    await _welcome(incoming, joined)
    await _give_menu(incoming)


async def _give_menu(incoming: Incoming) -> None:
    actor = await people.actor(incoming.session, incoming.user.id)  # as it is after the change
    if actor is not None and actor.is_known:
        await menus.give(incoming.session, incoming.chat, actor, now=incoming.now)


async def _welcome(incoming: Incoming, joined: Joined) -> None:
    key = "join.staff_done" if joined.kind is InviteKind.STAFF else "join.contact_done"
    await incoming.reply(key, name=joined.name, unit=joined.unit_name)


async def rename(incoming: Incoming) -> None:
    """The button that lets a person type their name before joining."""
    await actions.ask_name(
        incoming.session,
        person_id=incoming.known_actor.person_id,
        chat=incoming.chat,
        now=incoming.now,
    )
    await incoming.reply("join.ask_name")


async def take_name(incoming: Incoming) -> None:
    """The typed name; the offer is shown again with it."""
    person_id = incoming.known_actor.person_id
    await actions.rename(
        incoming.session, clean_name(incoming.text), person_id=person_id, now=incoming.now
    )
    name = await actions.person_name(incoming.session, person_id)
    await incoming.reply("join.renamed", buttons=_JOIN_BUTTONS, name=name)


async def language(incoming: Incoming) -> None:
    """/ngonngu: the two languages as buttons, each in its own words."""
    _check_group(incoming)
    buttons = [
        [Button(f"language.{code}", Callback(Press.LANGUAGE, (place,)))]
        for place, code in enumerate(LANGUAGES)
    ]
    await incoming.reply("language.choose", buttons=buttons)


async def set_language(incoming: Incoming) -> None:
    """A language's button."""
    place = first_id(incoming)
    if place >= len(LANGUAGES):
        raise NotFound("refused.gone")
    _check_group(incoming)
    chosen = LANGUAGES[place]
    await actions.set_language(incoming.session, chosen, actor=incoming.actor, chat=incoming.chat)
    await incoming.reply("language.chosen")
    await _give_menu(incoming)


def _check_group(incoming: Incoming) -> None:
    """A unit's group is spoken to as its own people wish, or the office's, or the group's
    administrators."""
    chat, actor = incoming.chat, incoming.actor
    if chat.unit_id is None or incoming.is_anonymous or (actor and actor.staff_role):
        return
    if actor is None or chat.unit_id not in actor.unit_ids:
        raise NotAllowed("refused.not_your_unit")


async def help_(incoming: Incoming) -> None:
    """/trogiup: what this person can do here."""
    actor = incoming.actor
    if actor is None or not actor.is_known:
        await incoming.reply("start.stranger", office=incoming.rt.config.office.name)
        return
    if actor.staff_role is not None:
        await incoming.reply("help.staff")
    if actor.may(Right.GOVERN):
        await incoming.reply("help.admin")
    if actor.unit_ids:
        await incoming.reply("help.contact")
