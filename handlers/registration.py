"""Joining: /start with a code, in private or in a group, or with a shared phone; names and titles;
consent; the chat's language."""

from __future__ import annotations

from bot.actions import invites, joining, menus
from bot.actions import people as actions
from bot.actions.people import Joined, Offer
from bot.actions.replies import Button, Keyboard, Said, Values
from bot.callbacks import Callback, Press
from bot.domain.consent import CONSENT_VERSION
from bot.domain.dialogues import DialogueKind
from bot.domain.menus import commands_for
from bot.domain.rights import Right
from bot.domain.slips import LINK_MARK
from bot.domain.states import ChatKind, ContactRole, InviteKind
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.storage import contacts, people, units
from bot.storage import joining as joining_rows
from bot.storage.tables import Dialogue
from bot.texts import LANGUAGES, texts
from handlers import slips, unplaced, written
from handlers.arrivals import clean_name
from handlers.context import Incoming, first_id

_JOIN_BUTTONS = (
    (Button("button.join", Callback(Press.JOIN), style="success"),),
    (
        Button("button.rename", Callback(Press.JOIN_RENAME)),
        Button("button.retitle", Callback(Press.JOIN_TITLE)),
    ),
)
_JOIN_STAFF_BUTTONS = (_JOIN_BUTTONS[0], _JOIN_BUTTONS[1][:1])


async def start(incoming: Incoming) -> None:
    """/start, bare, with an invite code, or with that of a receipt slip, as its QR code has it."""
    code = incoming.arguments[0] if incoming.arguments else ""
    if incoming.chat.kind is ChatKind.GROUP:
        await _start_in_group(incoming, code)
    elif code:
        await take_our_link(incoming, code)
    elif incoming.actor and incoming.actor.is_known:
        await incoming.reply("start.known", name=incoming.actor.name)
        await menus.give(incoming.session, incoming.chat, incoming.actor, now=incoming.now)
    else:
        await greet_stranger(incoming)


async def take_our_link(incoming: Incoming, code: str) -> None:
    """The same as when it is opened."""
    if code.startswith(LINK_MARK):
        slips.check_asks(incoming)
        await slips.answer(incoming, code)
    else:
        await offer_invite(incoming, code)


async def remind_to_agree(incoming: Incoming) -> None:
    """Somebody was offered to join and writes, instead of pressing the button."""
    await incoming.reply("join.press", buttons=_JOIN_STAFF_BUTTONS)


async def greet_stranger(incoming: Incoming) -> None:
    """One fixed sentence; that they wait, to those who do; a way in for whom the registry may
    name."""
    session, office = incoming.session, incoming.rt.config.office.name
    if incoming.actor is not None:
        await joining.check_not_waiting(session, incoming.actor.person_id)
        left = await contacts.left_by(session, incoming.actor.person_id)
        if left:
            named = "; ".join(left)
            await incoming.reply("start.former", units=named, office=incoming.whom_to_ask)
            return
    if await joining_rows.anybody_expected(session):
        values: Values = {"office": office}
        await incoming.answer("start.share_phone", values, keyboard=Keyboard.ASK_PHONE)
    else:
        await incoming.reply("start.stranger", office=office)


async def take_phone(incoming: Incoming) -> None:
    """A shared phone: compared with what the registry has, and kept nowhere."""
    incoming.handling.keeps_body = False
    contact = incoming.message.contact if incoming.message else None
    in_group = incoming.chat.kind is ChatKind.GROUP
    if contact is None or (in_group and not written.answers_us(incoming)):
        return
    if contact.user_id != incoming.user.id and incoming.actor and incoming.actor.unit_ids:
        await unplaced.take(incoming)  # somebody else's card is no answer, but perhaps work
        return
    if in_group:
        return
    if contact.user_id != incoming.user.id:
        raise InvalidInput("phone.not_own")
    office = incoming.rt.config.office.name
    expected = await joining.expected_by_phone(incoming.session, contact.phone_number)
    if not expected:
        await incoming.answer("phone.unknown", {"office": office}, keyboard=Keyboard.NONE)
        return
    await incoming.answer("phone.found", {}, keyboard=Keyboard.NONE)
    name = clean_name(incoming.user.full_name) or str(incoming.user.id)
    offer = await actions.offer_to_expected(
        incoming.session,
        expected,
        telegram_id=incoming.user.id,
        chat=incoming.chat,
        name=name,
        now=incoming.now,
    )
    await _show_offer(incoming, offer)


async def _start_in_group(incoming: Incoming, code: str) -> None:
    if not code:
        await _tell_whose_group(incoming)
        return
    await invites.check_tries(incoming.session, incoming.account, now=incoming.now)
    if await actions.is_linked_by(
        incoming.session, code, chat=incoming.chat, topic_id=incoming.topic, now=incoming.now
    ):
        await _tell_whose_group(incoming)
        return
    joined = await actions.link_group(
        incoming.session,
        code,
        chat=incoming.chat,
        topic_id=incoming.topic,
        now=incoming.now,
    )
    key = "group.linked_unit" if joined.unit_name else "group.linked_staff"
    await incoming.reply(key, unit=joined.unit_name, office=incoming.rt.config.office.name)


async def _tell_whose_group(incoming: Incoming) -> None:
    chat, whose = incoming.chat, None
    if chat.unit_id is not None:
        unit = await units.unit(incoming.session, chat.unit_id)
        whose = unit.name if unit else None
    elif chat.staff_group:
        whose = incoming.rt.config.office.name
    if whose is None:
        await incoming.reply("group.not_linked")
    else:
        await incoming.reply("group.is_linked", whose=whose)


async def offer_invite(incoming: Incoming, code: str) -> None:
    """Show what the code is for and ask for agreement."""
    name = clean_name(incoming.user.full_name) or str(incoming.user.id)
    await invites.check_tries(incoming.session, incoming.account, now=incoming.now)
    offer = await actions.open_invite(
        incoming.session,
        code,
        telegram_id=incoming.user.id,
        chat=incoming.chat,
        name=name,
        now=incoming.now,
    )
    await _show_offer(incoming, offer)


async def _show_offer(incoming: Incoming, offer: Offer) -> None:
    office = incoming.rt.config.office.name
    if offer.kind is InviteKind.STAFF:
        say = texts(incoming.chat.language)
        await incoming.reply(
            "join.offer_staff",
            buttons=_JOIN_STAFF_BUTTONS,
            office=office,
            name=offer.name,
            role=say(f"role.{offer.staff_role}"),
            limits=", ".join(offer.limits) or say("staff.everywhere"),
        )
        return
    await incoming.reply(
        f"join.offer_{offer.kind}",
        buttons=_JOIN_BUTTONS,
        office=office,
        unit=offer.unit_name,
        name=offer.name,
        title=offer.title or Said("join.no_title"),
        until=offer.until,
        zone=incoming.moments.zone_name(offer.until) if offer.until else None,
        consent=Said("consent.text"),
        version=CONSENT_VERSION,
    )


async def join(incoming: Incoming) -> None:
    """The button that agrees."""
    joined = await actions.join(
        incoming.session,
        person_id=incoming.known_actor.person_id,
        chat=incoming.chat,
        now=incoming.now,
        needs_approval=incoming.rt.config.registry.approve_joining,
    )
    if joined.waits:
        await incoming.reply("join.asked", unit=joined.unit_name, name=joined.name)
        return
    incoming.popup("join.done")
    await _welcome(incoming, joined)
    await _give_menu(incoming)


async def _give_menu(incoming: Incoming) -> None:
    actor = await people.actor(incoming.session, incoming.user.id)  # as it is after the change
    if actor is not None and actor.is_known:
        await menus.give(incoming.session, incoming.chat, actor, now=incoming.now)


async def _welcome(incoming: Incoming, joined: Joined) -> None:
    if joined.kind is InviteKind.STAFF:
        actor = await people.actor(incoming.session, incoming.user.id)
        may_issue = actor is not None and actor.may(Right.ISSUE)
        key = "join.staff_done" if may_issue else "join.staff_done_other"
        await incoming.reply(key, name=joined.name)
        return
    is_leader = joined.kind is InviteKind.LEADER
    await joining.greet(
        incoming.session,
        incoming.chat.id,
        name=joined.name,
        unit=joined.unit_name or "",
        role=ContactRole.LEADER if is_leader else ContactRole.CONTACT,
        until=joined.until,
        now=incoming.now,
    )


async def rename(incoming: Incoming) -> None:
    """The button that lets a person type their name before joining."""
    await _ask(incoming, DialogueKind.JOIN_NAME)
    await incoming.reply("join.ask_name")


async def retitle(incoming: Incoming) -> None:
    """The button that lets a person say what they are at the unit; nobody has to."""
    await _ask(incoming, DialogueKind.JOIN_TITLE)
    await incoming.reply("join.ask_title")


async def _ask(incoming: Incoming, what: DialogueKind) -> None:
    await actions.ask_before_joining(
        incoming.session,
        what,
        person_id=incoming.known_actor.person_id,
        chat=incoming.chat,
        now=incoming.now,
    )


async def take_name(incoming: Incoming) -> None:
    """The typed name; the offer is shown again with it."""
    person_id = incoming.known_actor.person_id
    await actions.rename(
        incoming.session, clean_name(incoming.text), person_id=person_id, now=incoming.now
    )
    name = await actions.person_name(incoming.session, person_id)
    await incoming.reply("join.renamed", buttons=_JOIN_BUTTONS, name=name)


async def take_title(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed title."""
    title = clean_name(incoming.text)
    await actions.take_title(incoming.session, title, dialogue, now=incoming.now)
    name = await actions.person_name(incoming.session, dialogue.person_id)
    await incoming.reply("join.retitled", buttons=_JOIN_BUTTONS, name=name, title=title)


async def agree(incoming: Incoming) -> None:
    """The button below a newer text of what is kept."""
    await joining.agree(
        incoming.session,
        incoming.known_actor.person_id,
        version=first_id(incoming),
        now=incoming.now,
    )
    incoming.popup("consent.thanks")


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
        await greet_stranger(incoming)
        return
    spoken = texts(incoming.chat.language)
    how = [
        spoken(key)
        for key, is_theirs in (
            ("help.letters", actor.may(Right.ISSUE)),
            ("help.tables", actor.may(Right.GOVERN)),
            ("help.cards", bool(actor.unit_ids)),
        )
        if is_theirs
    ]
    commands = [f"/{name} – {spoken(f'command.{name}')}" for name in commands_for(actor)]
    await incoming.reply("help.known", text="\n".join((*how, *commands)))
