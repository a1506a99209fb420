"""Which bots hear of what: privacy mode in groups, and the updates that tell them."""

from bot.sandbox.membership import is_administrator
from bot.sandbox.model import Chat, Message
from bot.sandbox.world import Bot, World


def deliver(world: World, chat: Chat, message: Message, kind: str = "message") -> None:
    """Queue a person's (new or edited) message for every bot that may read it."""
    for bot in list(world.bots_in(chat)):
        if bot.id != message.sender_id and may_read(bot, chat, message):
            bot.queue.push(kind, world.rendered(chat, message), lane=("chat", chat.id))


def may_read(bot: Bot, chat: Chat, message: Message) -> bool:
    """Whether a bot gets a message of a chat it takes part in."""
    if chat.is_private or message.is_service or bot.account.can_read_all_group_messages:
        return True
    if message.body["from"]["is_bot"]:
        return False
    if is_administrator(chat, bot.id):
        return True
    replied = chat.messages.get(message.reply_to)
    if replied and replied.sender_id == bot.id and not replied.is_service:
        return True
    return _is_command_for(bot, chat, message)


def _is_command_for(bot: Bot, chat: Chat, message: Message) -> bool:
    """A /command@bot, or a bare /command unless another bot spoke here last."""
    text = message.body.get("text") or message.body.get("caption") or ""
    entities = message.body.get("entities") or message.body.get("caption_entities") or []
    commands = [e for e in entities if e["type"] == "bot_command" and e["offset"] == 0]
    if not commands:
        return False
    _, _, name = text[: commands[0]["length"]].partition("@")
    if name:
        return bool(name.lower() == bot.account.username.lower())
    return chat.last_bot_id in (0, bot.id)
