"""What a handler is given: the update with its chat, person and transaction, and ways to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot, Message, MessageEntity, Update, User
from telegram.constants import ChatID
from telegram.ext import CallbackContext

from bot.actions import policy, replies
from bot.actions.copies import PressedCopy
from bot.actions.policy import Policy
from bot.actions.replies import Button, Keyboard, Said, Values
from bot.callbacks import Callback, Copy
from bot.domain.dialogues import TO_A_UNIT, DialogueKind
from bot.domain.rights import Actor
from bot.domain.splitting import shortened
from bot.domain.states import ChatKind, Lane, MessageKind
from bot.errors import NotAllowed, NotFound
from bot.runtime import Handling, Runtime, current_handling
from bot.storage import cards, dialogues, outbox
from bot.storage.events import Origin
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat
from bot.texts import texts
from bot.texts.moments import Moments


class Context(CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """python-telegram-bot's context; the transaction comes from the processor."""

    @property
    def handling(self) -> Handling:
        """The update's transaction and what its press is answered with."""
        return current_handling.get()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did, with all that a handler needs to act on it."""

    handling: Handling
    update: Update
    user: User
    chat: Chat
    actor: Actor | None
    origin: Origin
    arguments: tuple[str, ...] = ()
    callback: Callback | None = None
    copy: Copy | None = None

    @property
    def session(self) -> AsyncSession:
        """The transaction of this update."""
        return self.handling.session

    @property
    def rt(self) -> Runtime:
        """The runtime."""
        return self.handling.rt

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.handling.rt.now()

    @property
    def message(self) -> Message | None:
        """The message that was written; None for a press."""
        return None if self.is_press else self.update.effective_message

    @property
    def is_press(self) -> bool:
        """A button was pressed, also one that is not ours."""
        return self.update.callback_query is not None

    @property
    def pressed_message(self) -> int | None:
        """The message whose button was pressed."""
        query = self.update.callback_query
        return query.message.message_id if query and query.message else None

    @property
    def pressed_copy(self) -> PressedCopy | None:
        """Which copy of our message the pressed one says it is."""
        message_id = self.pressed_message
        if self.copy is None or message_id is None:
            return None
        return PressedCopy(self.copy.outbox_message_id, message_id)

    @property
    def is_anonymous(self) -> bool:
        """A group's administrator who hides behind its name, or somebody who writes as a channel:
        nobody knows who it is."""
        return self.user.id in (ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL)

    @property
    def account(self) -> int:
        """Whose wrong codes are counted: the person, or in whose name they write. All anonymous
        administrators of all groups share one account of Telegram's."""
        sender = self.message.sender_chat if self.message else None
        return sender.id if sender else self.user.id

    @property
    def text(self) -> str:
        """What was written, or a file's caption."""
        message = self.message
        return (message.text or message.caption or "") if message else ""

    @property
    def words_of_command(self) -> str:
        """What was written after the command."""
        return self.text.split(maxsplit=1)[1] if self.arguments else ""

    @property
    def topic(self) -> int | None:
        """The forum topic where it was done. Replies outside of topics have a thread too, but none
        that could be written to."""
        place = self.update.effective_message
        return place.message_thread_id if place and place.is_topic_message else None

    @property
    def elsewhere(self) -> int | None:
        """The message written or pressed, if it is not where the bot writes by itself: a reply to
        it is put into the same topic by Telegram."""
        place = self.update.effective_message
        if place is None or self.chat.kind is ChatKind.PRIVATE or self.topic == self.chat.topic_id:
            return None
        return place.message_id

    @property
    def quoted(self) -> int | None:
        """The message an answer quotes: in a group whose it is, with links which they were."""
        message = self.message
        if message is None:
            return self.elsewhere
        kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
        links = message.parse_entities(kinds) or message.parse_caption_entities(kinds)
        return message.message_id if links or self.chat.kind is ChatKind.GROUP else None

    @property
    def known_actor(self) -> Actor:
        """The person; NotAllowed for a stranger."""
        if self.actor is None:
            raise NotAllowed("refused.stranger")
        return self.actor

    @property
    def moments(self) -> Moments:
        """Dates and times as this person reads them."""
        language = self.actor.language if self.actor else self.chat.language
        return Moments(texts(language), ZoneInfo(self.rt.config.office.zone))

    @property
    def whom_to_ask(self) -> str:
        """The office, with its phone if that is known."""
        office = self.rt.config.office
        return f"{office.name} ({office.phone})" if office.phone else office.name

    async def policy(self) -> Policy:
        """Calendar and reminder policy in force."""
        return await policy.load(self.session, self.rt.config)

    async def reply(
        self,
        key: str,
        *,
        buttons: Sequence[Sequence[Button]] = (),
        **values: str | int | datetime | date | Said | None,
    ) -> None:
        """Answer in the chat."""
        await self.answer(key, values, buttons=buttons)

    async def answer(
        self,
        key: str,
        values: Values,
        *,
        buttons: Sequence[Sequence[Button]] = (),
        keyboard: Keyboard | None = None,
        edits: int | None = None,
    ) -> None:
        """The same with a keyboard, or in the place of an earlier message."""
        await replies.notice(
            self.session,
            self.chat.id,
            key,
            now=self.now,
            reply_to=self.quoted,
            buttons=buttons,
            keyboard=keyboard,
            edits=edits,
            values=values,
        )

    async def show(
        self, kind: MessageKind, parameters: Mapping[str, Any], *, edits: int | None = None
    ) -> int | None:
        """Queue what they want to look at, found out when it is sent; the outbox message's id."""
        return await replies.queue(
            self.session,
            NewMessage(
                kind=kind,
                lane=Lane.ANSWER,
                chat_id=self.chat.id,
                send_at=self.now,
                parameters=parameters,
                reply_to=self.elsewhere,
                edits=edits,
            ),
        )

    async def ask(self, kind: DialogueKind, data: Mapping[str, int | str]) -> None:
        """Let the person's next words here answer a question, about `data`."""
        await dialogues.open_dialogue(
            self.session,
            kind,
            person_id=self.known_actor.person_id,
            chat_id=self.chat.id,
            data=data,
            now=self.now,
        )

    async def end_dialogue(self) -> None:
        """Their next words here answer nothing any more."""
        person_id = self.known_actor.person_id
        await dialogues.close(self.session, person_id=person_id, chat_id=self.chat.id)

    async def end_note(self, about: int | None = None) -> bool:
        """What they write next is no note to a unit, or none `about` this; False if none was
        awaited."""
        if self.actor is None:
            return False
        dialogue = await dialogues.current(
            self.session, person_id=self.actor.person_id, chat_id=self.chat.id, now=self.now
        )
        if dialogue is None or dialogue.kind not in TO_A_UNIT:
            return False
        if about is not None and about not in dialogue.data.values():
            return False
        await self.end_dialogue()
        return True

    def popup(self, key: str, *, alert: bool = False, **values: object) -> None:
        """Answer a press with a short text over the chat; shown right after the commit."""
        language = self.actor.language if self.actor else self.chat.language
        self.handling.popup = shortened(texts(language)(key, **values), most=200)
        self.handling.alert = alert


def first_id(incoming: Incoming) -> int:
    """The first id a press carries; NotFound for a button we did not make."""
    return ids(incoming, 1)[0]


def ids(incoming: Incoming, *counts: int) -> tuple[int, ...]:
    """The ids a press carries; NotFound when there are not as many as one of `counts`."""
    found = incoming.callback.ids if incoming.callback else ()
    if len(found) not in counts:
        raise NotFound("refused.gone")
    return found


async def shown(incoming: Incoming, kind: MessageKind) -> dict[str, Any]:
    """The parameters of what the pressed message shows, if it is one of this kind."""
    if incoming.pressed_message is None:
        return {}
    return await outbox.shown_at(
        incoming.session, kind, chat_id=incoming.chat.id, message_id=incoming.pressed_message
    )


async def page_turned(incoming: Incoming) -> int | None:
    """The pressed message, in whose place another page may stand; None for a card, which stays."""
    pressed = incoming.pressed_message
    if pressed is None:
        return None
    card = await cards.at_message(incoming.session, chat_id=incoming.chat.id, message_id=pressed)
    return pressed if card is None else None
