"""A forum's topic that takes nothing any more costs no message: the general one takes its place."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.domain.states import Lane, MessageKind, OutboxState
from bot.storage.tables import Chat, Event, OutboxMessage
from bot.texts import texts
from tests import factories
from tests.delivery.conftest import PostOffice

S = OutboxState
GONE = texts("vi")("group.topic_gone")


@dataclass(frozen=True, slots=True)
class Forum:
    """A unit's forum, and the topic where it was linked."""

    post: PostOffice
    chat: Chat
    contact: Chat
    topic_id: int

    def places(self) -> list[int | None]:
        """In which topic each message of the bot stands, oldest first."""
        return [
            message["message_thread_id"] if "is_topic_message" in message else None
            for message in self.post.sandbox.messages(self.chat.telegram_id)
            if message["from"]["is_bot"]
        ]

    async def queue(self, reply_to: int | None = None, lane: Lane = Lane.ANSWER) -> int:
        """One sentence for it."""
        async with self.post.rt.write() as session:
            message_id = await factories.create_notice(session, self.chat, lane=lane)
            row = await session.get_one(OutboxMessage, message_id)
            row.reply_to = reply_to
        return message_id

    async def linked_to(self) -> int | None:
        """The topic the bot writes to now."""
        return (await self.post.chat(self.chat.id)).topic_id


@pytest.fixture
async def forum(post: PostOffice) -> Forum:
    """A forum linked in a topic, on each database."""
    async with post.rt.write() as session:
        unit = await factories.create_unit(session)
        contact = (await factories.create_contact(session, unit)).chat
    post.meet(contact)
    group = post.sandbox.add_group(
        title="Diễn đàn",
        type="supergroup",
        member_ids=[contact.telegram_id, post.sandbox.bot().id],
        is_forum=True,
    )
    topic_id = post.sandbox.open_topic(group["id"], "Văn bản")
    async with post.rt.write() as session:
        chat = await factories.create_group_chat(session, unit, telegram_id=group["id"])
        chat.topic_id = topic_id
    return Forum(post, chat, contact, topic_id)


def let_go(forum: Forum, how: str, topic_id: int | None = None) -> None:
    """Close or delete the topic."""
    change = getattr(forum.post.sandbox, f"{how}_topic")
    change(forum.chat.telegram_id, topic_id or forum.topic_id)


@pytest.mark.parametrize("how", ["close", "delete"])
async def test_what_a_lost_topic_refused_goes_to_the_general_one(forum: Forum, how: str):
    messages = [await forum.queue(), await forum.queue()]
    late = await forum.queue(lane=Lane.REMINDER)
    let_go(forum, how)
    await forum.post.work()
    rows = await forum.post.rows([*messages, late])
    assert [(row.state, row.attempts) for row in rows] == [(S.ACCEPTED, 1)] * 3
    shown = forum.post.texts(forum.chat.telegram_id)
    assert len(shown) == 4
    assert shown.count(GONE) == 1
    assert forum.places() == [None] * 4
    assert await forum.linked_to() is None
    async with forum.post.rt.read() as session:
        (event,) = await session.scalars(select(Event).where(Event.action == "topic_gone"))
    assert event.object_id == forum.chat.id


async def test_a_forum_linked_anew_meanwhile_keeps_its_new_topic(forum: Forum):
    new = forum.post.sandbox.open_topic(forum.chat.telegram_id, "Mới")
    message_id = await forum.queue()
    let_go(forum, "delete")
    delivery = forum.post.open()
    await delivery.do_one()  # on its way to the old topic
    async with forum.post.rt.write() as session:
        (await session.get_one(Chat, forum.chat.id)).topic_id = new
    await delivery.drain()
    await forum.post.work(delivery)
    assert (await forum.post.row(message_id)).state is S.ACCEPTED
    assert (await forum.linked_to(), forum.places()) == (new, [new])


async def test_an_answer_in_a_topic_closed_meanwhile_comes_where_the_bot_writes(forum: Forum):
    sandbox, telegram_id = forum.post.sandbox, forum.chat.telegram_id
    other = sandbox.open_topic(telegram_id, "Khác")
    asked = sandbox.say(forum.contact.telegram_id, "/viec", chat_id=telegram_id, topic_id=other)
    message_id = await forum.queue(reply_to=asked["message_id"])
    let_go(forum, "close", other)
    await forum.post.work()
    assert (await forum.post.row(message_id)).state is S.ACCEPTED
    assert forum.places() == [forum.topic_id]
    assert await forum.linked_to() == forum.topic_id


async def test_a_forum_that_takes_nothing_anywhere_fails_the_message(forum: Forum):
    message_id = await forum.queue()
    forum.post.sandbox.add_fault(
        "status", method="sendMessage", status=400, description="Bad Request: TOPIC_CLOSED", times=9
    )
    await forum.post.work()
    row = await forum.post.row(message_id)
    assert (row.state, row.reason) == (S.FAILED, "topic_closed")
    assert len(forum.post.calls("sendMessage")) == 3  # this twice, and what tells of the topic


async def test_a_refused_edit_is_no_reason_to_leave_the_topic(forum: Forum):
    async with forum.post.rt.write() as session:
        message_id = await factories.create_message(
            session, forum.chat, kind=MessageKind.NOTICE, lane=Lane.ANSWER
        )
        row = await session.get_one(OutboxMessage, message_id)
        row.parameters = {"key": "tasks.none", "values": {}, "buttons": []}
        row.edits = 1
    forum.post.sandbox.add_fault(
        "status", method="editMessageText", status=400, description="Bad Request: TOPIC_CLOSED"
    )
    await forum.post.work()
    assert (await forum.post.row(message_id)).state is S.FAILED
    assert await forum.linked_to() == forum.topic_id
