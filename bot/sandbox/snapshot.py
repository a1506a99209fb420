"""Everything the page shows, as one JSON object."""

import json

from bot.sandbox.model import Chat, Json, Phone, Status
from bot.sandbox.world import Bot, World

_MESSAGES_SHOWN = 200


def snapshot(
    world: World,
    bot: Bot | None,
    *,
    marks: list[Json],
    samples: list[str],
    press_hosts: list[str],
) -> Json:
    """The state; private chats are those with `bot`."""
    bot_id = bot.id if bot else 0
    chats = [chat for chat in world.chats.values() if chat.bot_id in (0, bot_id)]
    return {
        "revision": world.feed.revision,
        "clock": {"now": world.clock.now().isoformat(), "zone": world.zone, "marks": marks},
        "bots": [bot.account.as_json() for bot in world.bots.values()],
        "phones": [_phone_json(world, phone, bot_id) for phone in world.phones],
        "users": [
            {**person.as_json(), "is_deactivated": person.is_deactivated}
            for person in world.persons.values()
        ],
        "chats": [chat_state(world, chat) for chat in chats],
        "messages": {str(chat.id): _messages(world, chat) for chat in chats},
        "faults": world.faults.as_json(),
        "samples": samples,
        "press_hosts": press_hosts,
        "bot_commands": [
            {
                "bot_id": bot.id,
                "scope": json.loads(scope),
                "language_code": language,
                "commands": commands,
            }
            for bot in world.bots.values()
            for (scope, language), commands in bot.account.profile.commands.items()
        ],
    }


def chat_state(world: World, chat: Chat) -> Json:
    """A chat with its members and, if it is private, whether the bot may write."""
    body = world.chat_json(chat)
    body["member_ids"] = [
        member_id for member_id in chat.statuses if chat.is_member(member_id) or chat.is_private
    ]
    body["blocked_by"] = []
    if chat.is_private:
        body["bot_id"] = chat.bot_id
        body["started"] = chat.is_started
        if chat.status(chat.bot_id) is Status.KICKED:
            body["blocked_by"] = [chat.bot_id]
    if chat.keys:
        body["keys"] = chat.keys
    if chat.migrated_to:
        body["migrated_to"] = chat.migrated_to
    return body


def _messages(world: World, chat: Chat) -> list[Json]:
    shown = list(chat.messages.values())[-_MESSAGES_SHOWN:]
    return [world.rendered(chat, message) for message in shown]


def _phone_json(world: World, phone: Phone, bot_id: int) -> Json:
    chat = world.chats.get((bot_id, phone.user_id))
    body: Json = {
        "user_id": phone.user_id,
        "chat_id": phone.chat_id if phone.chat_id is not None else phone.user_id,
        "label": phone.label,
        "note": phone.note,
        "started": bool(chat and chat.is_started),
    }
    if phone.start is not None:
        body["start"] = phone.start
    return body
