"""Forums: messages in topics, replies that follow, topics that are closed or deleted."""

import pytest

from tests.sandbox.conftest import BOT_ID


@pytest.fixture
def forum(sandbox, user_id):
    """A forum of a person and the bot; what its making told is forgotten."""
    group = sandbox.add_group(
        title="Diễn đàn", type="supergroup", member_ids=[user_id, BOT_ID], is_forum=True
    )
    assert group["is_forum"]
    return group["id"]


@pytest.fixture
def topic(sandbox, forum):
    """A topic of it."""
    topic_id = sandbox.open_topic(forum, "Văn bản")
    sandbox.world.bots[BOT_ID].queue.clear()
    return topic_id


def place(message):
    return message.get("message_thread_id"), message.get("is_topic_message")


async def test_a_new_topic_is_told_of(sandbox, bot, forum):
    await bot.updates()
    topic_id = sandbox.open_topic(forum, "Văn bản")
    (update,) = await bot.updates()
    assert update["message"]["forum_topic_created"]["name"] == "Văn bản"
    assert update["message"]["message_id"] == topic_id
    assert place(update["message"]) == (topic_id, True)


async def test_what_people_write_says_in_which_topic(sandbox, bot, user_id, forum, topic):
    sandbox.say(user_id, "/a", chat_id=forum, topic_id=topic)
    general = sandbox.say(user_id, "/b", chat_id=forum)
    sandbox.say(user_id, "/c", chat_id=forum, reply_to_message_id=general["message_id"])
    found = [place(update["message"]) for update in await bot.updates()]
    # A reply outside of topics is a thread, but no topic one could write to.
    assert found == [(topic, True), (None, None), (general["message_id"], None)]


async def test_a_bot_writes_to_a_topic_by_its_id(bot, forum, topic):
    message = await bot.call("sendMessage", chat_id=forum, text="x", message_thread_id=topic)
    assert place(message) == (topic, True)
    assert place(await bot.call("sendMessage", chat_id=forum, text="x")) == (None, None)


async def test_a_reply_goes_to_the_topic_of_what_it_answers(sandbox, bot, user_id, forum, topic):
    other = sandbox.open_topic(forum, "Khác")
    said = sandbox.say(user_id, "/a", chat_id=forum, topic_id=topic)["message_id"]
    for extra in ({}, {"message_thread_id": other}):
        reply = {"message_id": said}
        sent = await bot.call(
            "sendMessage", chat_id=forum, text="x", reply_parameters=reply, **extra
        )
        assert place(sent) == (topic, True)


async def test_an_unknown_topic_is_refused(sandbox, bot, user_id, forum, topic):
    plain = sandbox.add_group(title="S", type="supergroup", member_ids=[user_id, BOT_ID])["id"]
    for chat_id, topic_id in ((forum, topic + 1), (plain, 1)):
        assert await bot.refused(
            "sendMessage", chat_id=chat_id, text="x", message_thread_id=topic_id
        ) == (400, "Bad Request: message thread not found")


async def test_a_closed_topic_is_for_those_who_run_the_group(sandbox, bot, user_id, forum, topic):
    said = sandbox.say(user_id, "/a", chat_id=forum, topic_id=topic)["message_id"]
    sandbox.close_topic(forum, topic)
    closed = (400, "Bad Request: TOPIC_CLOSED")
    to_topic = {"chat_id": forum, "text": "x", "message_thread_id": topic}
    reply = {"chat_id": forum, "text": "x", "reply_parameters": {"message_id": said}}
    assert await bot.refused("sendMessage", **to_topic) == closed
    assert await bot.refused("sendMessage", **reply) == closed
    sandbox.change_members(forum, promote=[BOT_ID])
    await bot.call("sendMessage", **to_topic)
    sandbox.reopen_topic(forum, topic)
    sandbox.say(user_id, "/b", chat_id=forum, topic_id=topic)


async def test_a_deleted_topic_goes_with_its_messages(sandbox, bot, forum, topic):
    in_topic = await bot.call("sendMessage", chat_id=forum, text="x", message_thread_id=topic)
    general = await bot.call("sendMessage", chat_id=forum, text="y")
    sandbox.delete_topic(forum, topic)
    left = [message["message_id"] for message in sandbox.messages(forum)]
    assert general["message_id"] in left
    assert in_topic["message_id"] not in left
    assert await bot.refused("sendMessage", chat_id=forum, text="x", message_thread_id=topic) == (
        400,
        "Bad Request: message thread not found",
    )
