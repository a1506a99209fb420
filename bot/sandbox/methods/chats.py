"""Methods that ask about chats, members and files, and the one that leaves a chat."""

from bot.sandbox.errors import bad_request
from bot.sandbox.membership import is_administrator, member_json, set_status
from bot.sandbox.methods.call import Access, Call
from bot.sandbox.model import PRESENT, ChatType, Json, Status

LARGEST_DOWNLOAD = 20 * 1024 * 1024
# fmt: off
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info",
    "can_invite_users", "can_pin_messages", "can_manage_topics",
)
_GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
    "gifts_from_channels",
)
# fmt: on


def get_chat(call: Call) -> Json:
    """getChat."""
    chat = call.chat(Access.READ)
    body = {
        **call.world.chat_json(chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, chat.is_private),
    }
    if chat.is_private:
        if username := body.get("username"):
            body["active_usernames"] = [username]
    else:
        body["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if chat.pinned and (pinned := chat.messages.get(chat.pinned[-1])):
        body["pinned_message"] = pinned.body
    return body


def get_chat_member(call: Call) -> Json:
    """getChatMember."""
    user_id = call.parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = call.chat(Access.READ if user_id == call.bot.id else Access.EDIT)
    if user_id not in call.world.persons and user_id not in call.world.bots:
        raise bad_request("user not found")
    return member_json(call.world, chat, user_id)


def get_chat_member_count(call: Call) -> int:
    """getChatMemberCount."""
    chat = call.chat(Access.EDIT)
    return sum(status in PRESENT for status in chat.statuses.values())


def get_chat_administrators(call: Call) -> list[Json]:
    """getChatAdministrators: without other bots."""
    chat = call.chat(Access.EDIT)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member_json(call.world, chat, member_id)
        for member_id in chat.statuses
        if is_administrator(chat, member_id)
        and (member_id == call.bot.id or member_id not in call.world.bots)
    ]


def leave_chat(call: Call) -> bool:
    """leaveChat."""
    chat = call.chat(Access.EDIT)
    if chat.is_private:
        raise bad_request("Can't leave private chats")
    if chat.type is ChatType.GROUP or chat.is_member(call.bot.id):
        user = call.bot.account.as_json()
        call.world.post(chat, call.bot.id, {"left_chat_member": user}, is_service=True)
    set_status(call.world, chat, call.bot.id, Status.LEFT, by=call.bot.id)
    return True


def get_file(call: Call) -> Json:
    """getFile: up to 20 MB."""
    file_id = call.parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = call.world.files.get(file_id)
    if file is None or call.bot.id not in file.known_to:
        raise bad_request("invalid file_id")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.as_json(), "file_path": file.path}
