"""Topics of a forum: opened, closed, opened again and deleted by those who run the group."""

from bot.sandbox.errors import ControlError
from bot.sandbox.groups import announce, group_of, owner
from bot.sandbox.model import Chat, Topic
from bot.sandbox.world import World

_COLOR = 0x6FB9F0


def open_topic(world: World, chat_id: int, name: str) -> int:
    """Open a topic; its id is that of the service message that says so."""
    chat = group_of(world, chat_id)
    if not chat.is_forum:
        raise ControlError(f"chat {chat_id} has no topics")
    created = {"forum_topic_created": {"name": name, "icon_color": _COLOR}}
    topic_id = chat.last_message_id + 1
    chat.topics[topic_id] = Topic(name)
    announce(world, chat, owner(chat), created, topic_id=topic_id)
    return topic_id


def close_topic(world: World, chat_id: int, topic_id: int) -> None:
    """Only those who run the group write there from now on."""
    chat = _chat_with(world, chat_id, topic_id)
    chat.topics[topic_id].is_closed = True
    announce(world, chat, owner(chat), {"forum_topic_closed": {}}, topic_id=topic_id)


def reopen_topic(world: World, chat_id: int, topic_id: int) -> None:
    """Everybody writes there again."""
    chat = _chat_with(world, chat_id, topic_id)
    chat.topics[topic_id].is_closed = False
    announce(world, chat, owner(chat), {"forum_topic_reopened": {}}, topic_id=topic_id)


def delete_topic(world: World, chat_id: int, topic_id: int) -> None:
    """The topic goes with all its messages; bots are not told."""
    chat = _chat_with(world, chat_id, topic_id)
    for message in list(chat.messages.values()):
        if message.thread_id == topic_id:
            world.delete(chat, message)
    del chat.topics[topic_id]


def _chat_with(world: World, chat_id: int, topic_id: int) -> Chat:
    chat = group_of(world, chat_id)
    if topic_id not in chat.topics:
        raise ControlError(f"chat {chat_id} has no topic {topic_id}")
    return chat
