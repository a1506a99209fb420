"""Who may use a command or button, and how each is run: rights looked up, refusals told kindly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from telegram import Chat as TelegramChat
from telegram import Update

from bot.actions import copies, invites, joining, replies, rooms
from bot.callbacks import Callback, Copy
from bot.domain.rights import Actor, Right
from bot.domain.splitting import shortened
from bot.domain.states import ChatKind, EventDoor
from bot.errors import BotError, InvalidInput, NotAllowed, WrongCode
from bot.runtime import Handling
from bot.storage import contacts, events, staff
from bot.storage.tables import Chat
from handlers.arrivals import Act, arrive, make_chat
from handlers.context import Context, Incoming
from handlers.membership import is_away

Handler = Callable[[Incoming], Awaitable[None]]
SharedHandler = Callable[[Sequence[Incoming]], Awaitable[Sequence[BotError | None]]]


class Who(StrEnum):
    """Whom a command or button is for."""

    ANYONE = "anyone"
    CONTACT = "contact"
    VIEW = Right.VIEW.value
    REVIEW = Right.REVIEW.value
    ISSUE = Right.ISSUE.value
    REGISTER = Right.REGISTER.value
    GOVERN = Right.GOVERN.value


def is_for(who: Who, actor: Actor | None) -> bool:
    """Whether this person, as the database knows them now, may do it."""
    if who is Who.ANYONE:
        return True
    if actor is None:
        return False
    if who is Who.CONTACT:
        return bool(actor.unit_ids)
    return actor.may(Right(who.value))


@dataclass(frozen=True, slots=True)
class Rule:
    """A handler and whom it is for; whether it decides something, so that words which staff were
    about to write to a unit are awaited no more."""

    handler: Handler
    who: Who
    decides: bool = False


@dataclass(frozen=True, slots=True)
class SharedRule:
    """The same for a press that many make at the same moment: the handler is given all that wait,
    refuses whom it refuses before it writes anything, and tells why, for each."""

    handler: SharedHandler
    who: Who

    async def run(self, acts: Sequence[Act]) -> None:
        """Run the handler for those who may."""
        arrived = await _arrive(self.who, acts)
        kept_out = [_refusal(self.who, incoming.actor, incoming.chat) for incoming in arrived]
        allowed = [each for each, why in zip(arrived, kept_out, strict=True) if why is None]
        handled = iter(await self.handler(allowed))
        for incoming, why in zip(arrived, kept_out, strict=True):
            with events.acting(incoming.origin):
                if (refusal := why or next(handled)) is None:
                    await _ask_consent_again(incoming)
                else:
                    await _refuse(incoming, refusal)


async def run(
    rule: Rule | SharedRule,
    update: Update,
    context: Context,
    *,
    callback: Callback | None = None,
    copy: Copy | None = None,
) -> None:
    """Run the handler for the person who acted; a refusal is told and undoes only itself."""
    handling = context.handling
    user, chat = update.effective_user, update.effective_chat
    handling.taken = True
    if user is None or chat is None:
        return
    message = update.effective_message
    if message is not None and message.is_automatic_forward:
        return  # a channel's post in its discussion group: nobody speaks to us
    if chat.type == TelegramChat.CHANNEL:
        await _leave_channel(handling, update, chat)
        return
    act = Act(handling, update, user, chat, tuple(context.args or ()), callback, copy)
    if isinstance(rule, SharedRule):
        handling.shared.add(rule.run, act)
    else:
        await _run_alone(rule, act)


async def _run_alone(rule: Rule, act: Act) -> None:
    (incoming,) = await _arrive(rule.who, [act])
    with events.acting(incoming.origin):
        try:
            async with incoming.session.begin_nested():
                check(rule.who, incoming.actor, incoming.chat)
                if rule.decides:
                    await incoming.end_note()
                await rule.handler(incoming)
            await _ask_consent_again(incoming)
        except BotError as error:
            await incoming.session.refresh(incoming.chat)  # what was changed of it is undone
            await _refuse(incoming, error)


async def _arrive(who: Who, acts: Sequence[Act]) -> list[Incoming]:
    """Look up who acted and where, and note what their presses prove of the messages under them."""
    arrived = await arrive(acts, partial(_origin, who))
    pressed = [(each, copy) for each in arrived if (copy := each.pressed_copy) is not None]
    if pressed:
        unproven = await copies.unproven(arrived[0].session, {copy for _, copy in pressed})
        for incoming, copy in pressed:
            if copy in unproven:
                with events.acting(incoming.origin):
                    await copies.arrived(
                        incoming.session, copy, chat_id=incoming.chat.id, now=incoming.now
                    )
    return arrived


async def _ask_consent_again(incoming: Incoming) -> None:
    if incoming.actor is not None:
        await joining.ask_consent_again(
            incoming.session, incoming.actor, incoming.chat, now=incoming.now
        )


def _origin(who: Who, actor: Actor | None, chat: Chat) -> events.Origin:
    """As what the person acts: of a unit, where what they do is for units too."""
    if actor is None:
        return events.Origin(EventDoor.CHAT, chat_id=chat.id)
    roles = (actor.role_at_a_unit, actor.staff_role)
    role = next(filter(None, roles if who in (Who.ANYONE, Who.CONTACT) else roles[::-1]), None)
    return events.Origin(EventDoor.CHAT, actor.person_id, role, chat.id)


async def _leave_channel(handling: Handling, update: Update, channel: TelegramChat) -> None:
    """Nobody can answer in a channel: whoever put the bot there sees it go."""
    change = update.my_chat_member
    if change is None or is_away(change.new_chat_member):
        return
    chat = await make_chat(handling, channel)
    await rooms.added_to_channel(handling.session, chat, now=handling.rt.now())


def check(who: Who, actor: Actor | None, chat: Chat) -> None:
    """NotAllowed to whom it is not for, and where it may not be shown."""
    if (refusal := _refusal(who, actor, chat)) is not None:
        raise refusal


def _refusal(who: Who, actor: Actor | None, chat: Chat) -> BotError | None:
    """Why it is not for this person, or not here: what is a unit's is shown in its own group only,
    what is the office's in no unit's."""
    if not is_for(who, actor):
        return NotAllowed("refused.stranger" if actor is None else "refused.not_yours")
    if chat.kind is ChatKind.PRIVATE or who is Who.ANYONE:
        return None
    if who is Who.CONTACT and chat.unit_id is None:
        return NotAllowed("group.not_linked")
    if who is Who.CONTACT and actor is not None and chat.unit_id not in actor.unit_ids:
        return NotAllowed("refused.not_your_unit")
    if who is not Who.CONTACT and not chat.staff_group:
        return NotAllowed("refused.not_here")
    return None


async def _refuse(incoming: Incoming, error: BotError) -> None:
    if isinstance(error, WrongCode):  # here, so that it is counted although the rest is undone
        await invites.note_wrong_try(incoming.session, incoming.account, now=incoming.now)
    if isinstance(error, NotAllowed) and incoming.is_anonymous:
        error = NotAllowed("refused.anonymous")
    if isinstance(error, NotAllowed) or (incoming.is_press and not isinstance(error, InvalidInput)):
        _note(incoming, error)
    if error.key in _NOT_THEIRS:
        error = await _former(incoming) or await _stranger(incoming) or error
    if incoming.is_press:
        incoming.popup(error.key, alert=True, **error.parameters)
        return
    if error.key == "refused.stranger" and incoming.chat.kind is ChatKind.PRIVATE:
        error = NotAllowed("start.stranger", office=incoming.rt.config.office.name)
    await replies.refusal(
        incoming.session, incoming.chat.id, error, now=incoming.now, reply_to=incoming.quoted
    )


# What is said to who has no right, and in other words to who had one.
_NOT_THEIRS = ("refused.not_yours", "refused.not_your_unit")


async def _former(incoming: Incoming) -> BotError | None:
    """What somebody is told who is nobody any more, but was a unit's contact, or whose unit is no
    more."""
    actor = incoming.actor
    if actor is None or actor.is_known:
        return None
    key, names = "refused.retired", await contacts.retired_of(incoming.session, actor.person_id)
    if not names:
        key, names = "refused.former", await contacts.left_by(incoming.session, actor.person_id)
    units = shortened("; ".join(names), most=60)
    return NotAllowed(key, units=units, office=incoming.whom_to_ask) if names else None


async def _stranger(incoming: Incoming) -> BotError | None:
    """What somebody is told who never was anybody here, such as a colleague in a unit's group: not
    that it is another unit's."""
    actor = incoming.actor
    if incoming.is_anonymous or (actor is not None and actor.is_known):
        return None
    if actor is not None and await staff.was_of_it(incoming.session, actor.person_id):
        return None
    return NotAllowed("refused.stranger")


def _note(incoming: Incoming, error: BotError) -> None:
    """Write down what was refused: a press may be forged, another one's, or of what is over."""
    session, now = incoming.session, incoming.now
    if incoming.callback is None:
        events.add(session, "refused", at=now, reason=error.key)
    else:
        pressed = incoming.callback.encode()
        events.add(session, "refused", at=now, reason=error.key, pressed=pressed)
