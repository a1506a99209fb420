"""What people and bots are in chats, how it changes, and the updates that report it."""

from bot.sandbox.model import Chat, Json, Status
from bot.sandbox.world import World

# fmt: off
_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
    "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages", "can_pin_messages",
)
# fmt: on


def is_administrator(chat: Chat, member_id: int) -> bool:
    """Whether somebody runs the chat."""
    return chat.status(member_id) in (Status.CREATOR, Status.ADMINISTRATOR)


def member_json(world: World, chat: Chat, member_id: int, status: Status | None = None) -> Json:
    """The Bot API's ChatMember, of the present or of a given status."""
    status = status or chat.status(member_id)
    body: Json = {"user": world.user_json(member_id), "status": status}
    if status is Status.CREATOR:
        body["is_anonymous"] = False
    elif status is Status.ADMINISTRATOR:
        body.update(dict.fromkeys(_RIGHTS, True), can_be_edited=False, is_anonymous=False)
    elif status is Status.KICKED:
        body["until_date"] = 0
    return body


def set_status(world: World, chat: Chat, member_id: int, status: Status, *, by: int) -> None:
    """Change what somebody is; the bot itself hears of it, others only if they run the chat."""
    before = chat.status(member_id)
    if before is status:
        return
    change = {
        "chat": world.chat_json(chat),
        "from": world.user_json(by),
        "date": world.clock.timestamp(),
        "old_chat_member": member_json(world, chat, member_id, before),
        "new_chat_member": member_json(world, chat, member_id, status),
    }
    chat.statuses[member_id] = status
    if bot := world.bots.get(member_id):
        bot.queue.push("my_chat_member", change, lane=("my_chat_member", chat.id))
    for other in world.bots_in(chat):
        if other.id != member_id and is_administrator(chat, other.id):
            other.queue.push("chat_member", change, lane=("chat_member", member_id))
    world.chat_changed(chat)
