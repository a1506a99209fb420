"""What happens to groups: made, joined, left, run by somebody, turned into supergroups."""

from collections.abc import Iterable

from bot.sandbox.audience import deliver
from bot.sandbox.errors import ControlError
from bot.sandbox.membership import set_status
from bot.sandbox.model import Chat, ChatType, Json, Message, Status
from bot.sandbox.people import chat_for, person_of, say
from bot.sandbox.world import Bot, World


def add_group(
    world: World,
    *,
    title: str,
    type: ChatType,
    member_ids: Iterable[int],
    id: int | None,
    is_forum: bool = False,
) -> Chat:
    """Make a group; its first person owns it, bots among the members are told."""
    members = list(member_ids)
    people = [member_id for member_id in members if member_id not in world.bots]
    if not people:
        raise ControlError("a group needs a person")
    for user_id in people:
        person_of(world, user_id)
    if type is ChatType.PRIVATE:
        raise ControlError("a group is a group or a supergroup")
    if is_forum and type is not ChatType.SUPERGROUP:
        raise ControlError("only a supergroup can have topics")
    chat_id = id if id is not None else world.new_id(type)
    if chat_id >= 0 or (0, chat_id) in world.chats:
        raise ControlError(f"{chat_id} cannot be the id of a new group")
    chat = Chat(chat_id, type, title=title, is_forum=is_forum)
    chat.statuses = dict.fromkeys(people, Status.MEMBER)
    chat.statuses[people[0]] = Status.CREATOR
    world.chats[chat.key] = chat
    world.chat_changed(chat)
    change_members(world, chat.id, add=[m for m in members if m in world.bots], by=people[0])
    return chat


def group_of(world: World, chat_id: int) -> Chat:
    """A group that has not become a supergroup."""
    chat = world.chats.get((0, chat_id))
    if chat is None:
        raise ControlError(f"there is no group {chat_id}")
    if chat.migrated_to:
        raise ControlError(f"chat {chat_id} is now the supergroup {chat.migrated_to}")
    return chat


def change_members(
    world: World,
    chat_id: int,
    *,
    add: Iterable[int] = (),
    remove: Iterable[int] = (),
    promote: Iterable[int] = (),
    by: int | None = None,
) -> None:
    """Add, remove or promote people and bots; `by` is who does it, by default the owner."""
    chat = group_of(world, chat_id)
    actor = by if by is not None else owner(chat)
    for member_id in add:
        _check_exists(world, member_id)
        if not chat.is_member(member_id):
            set_status(world, chat, member_id, Status.MEMBER, by=actor)
            member = world.user_json(member_id)
            announce(world, chat, actor, {"new_chat_members": [member]})
    for member_id in promote:
        _check_exists(world, member_id)
        set_status(world, chat, member_id, Status.ADMINISTRATOR, by=actor)
    for member_id in remove:
        if chat.is_member(member_id):
            _remove(world, chat, member_id, actor)


def _remove(world: World, chat: Chat, member_id: int, actor: int) -> None:
    """Leaving by oneself or being removed; a bot still reads of it in an ordinary group."""
    service = {"left_chat_member": world.user_json(member_id)}
    if chat.type is ChatType.GROUP:
        announce(world, chat, actor, service)
    status = Status.LEFT if actor == member_id else Status.KICKED
    if member_id not in world.bots:
        status = Status.LEFT
    set_status(world, chat, member_id, status, by=actor)
    if chat.type is not ChatType.GROUP:
        announce(world, chat, actor, service)


def announce(world: World, chat: Chat, actor: int, content: Json, *, topic_id: int = 0) -> Message:
    """A service message of what somebody did."""
    message = world.post(chat, actor, content, topic_id=topic_id, is_service=True)
    deliver(world, chat, message)
    return message


def owner(chat: Chat) -> int:
    """Whoever made the group."""
    for member_id, status in chat.statuses.items():
        if status is Status.CREATOR:
            return member_id
    return next(iter(chat.statuses))


def _check_exists(world: World, member_id: int) -> None:
    if member_id not in world.bots:
        person_of(world, member_id)


def start_in_group(world: World, bot: Bot, user_id: int, chat_id: int, payload: str) -> Json:
    """Open t.me/bot?startgroup=payload: the bot is added, then commanded to start."""
    chat_for(world, bot, user_id, chat_id)
    change_members(world, chat_id, add=[bot.id], by=user_id)
    command = f"/start@{bot.account.username} {payload}".rstrip()
    return say(world, bot, user_id, command, chat_id=chat_id)


def migrate(world: World, chat_id: int) -> Chat:
    """The group becomes a supergroup with a new id; both are told where the other is."""
    old = group_of(world, chat_id)
    if old.type is not ChatType.GROUP:
        raise ControlError(f"chat {chat_id} is a supergroup already")
    new = Chat(world.new_id(ChatType.SUPERGROUP), ChatType.SUPERGROUP, title=old.title)
    new.statuses = dict(old.statuses)
    world.chats[new.key] = new
    actor = owner(old)
    announce(world, old, actor, {"migrate_to_chat_id": new.id})
    old.migrated_to = new.id
    announce(world, new, actor, {"migrate_from_chat_id": old.id})
    world.chat_changed(old)
    world.chat_changed(new)
    return new
