"""One call of the Bot API and what most methods ask first: which chat, which message, may I."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.membership import is_administrator
from bot.sandbox.model import Chat, ChatType, Message, Status
from bot.sandbox.parameters import FieldError, Fields, Parameters, leading_integer
from bot.sandbox.world import Bot, World


class Access(IntEnum):
    """What a bot wants to do in a chat."""

    READ = 0
    EDIT = 1
    WRITE = 2


@dataclass(slots=True)
class Call:
    """A bot calls a method."""

    world: World
    bot: Bot
    parameters: Parameters

    def chat(self, access: Access, name: str = "chat_id") -> Chat:
        """The chat a parameter names; 400 or 403 where the bot may not do that there."""
        return self.chat_of(self.parameters.text(name), access)

    def chat_of(self, given: str, access: Access) -> Chat:
        """The chat with an id as it was written."""
        if not given:
            raise bad_request("chat_id is empty")
        # Only supergroups and channels have user names a bot can reach; here are none.
        chat_id = 0 if given.startswith("@") else leading_integer(given)
        if chat_id > 0:
            return self._private_chat(chat_id, access)
        chat = self.world.chat(chat_id, self.bot.id)
        if chat is None or self.bot.id not in chat.statuses:
            raise bad_request("chat not found")
        self._check_group(chat, access)
        return chat

    def _private_chat(self, user_id: int, access: Access) -> Chat:
        person = self.world.persons.get(user_id)
        if person is None:
            raise bad_request("chat not found")
        if person.is_deactivated and access >= Access.EDIT:
            raise forbidden("user is deactivated")
        return self.world.private_chat(user_id, self.bot.id)

    def _check_group(self, chat: Chat, access: Access) -> None:
        if chat.migrated_to and access is Access.WRITE:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        is_closed = chat.type is ChatType.SUPERGROUP or access >= Access.EDIT
        if is_closed and not chat.migrated_to and not chat.is_member(self.bot.id):
            kicked = chat.status(self.bot.id) is Status.KICKED
            what = "was kicked from" if kicked else "is not a member of"
            raise forbidden(f"bot {what} the {chat.type} chat")

    def check_reachable(self, chat: Chat) -> None:
        """403 if the person has never pressed Start, or has blocked the bot.

        Telegram answers "chat not found" for somebody the bot has never met at all; whom it has
        met is not modelled, so that everybody in the sandbox counts as met.
        """
        if not chat.is_private:
            return
        if chat.status(self.bot.id) is Status.KICKED:
            raise forbidden("bot was blocked by the user")
        if not chat.is_started:
            raise forbidden("bot can't initiate conversation with a user")

    def message(
        self, access: Access, purpose: str, *, chat_name: str = "chat_id"
    ) -> tuple[Chat, Message]:
        """The message a call is about; 400 "message to `purpose` not found"."""
        chat = self.chat(access, chat_name)
        message = chat.messages.get(self.parameters.integer("message_id"))
        if message is None:
            raise bad_request(f"message to {purpose} not found")
        return chat, message

    def message_ids(self) -> list[int]:
        """The ids of deleteMessages, copyMessages and forwardMessages: 1-100."""
        if not self.parameters.text("message_ids"):
            raise bad_request("Message identifiers are not specified")
        given = self.parameters.object("message_ids", "Can't parse message_ids JSON object")
        if not isinstance(given, list):
            raise bad_request("Expected an Array of message identifiers")
        if len(given) > 100:
            raise bad_request("Too many message identifiers specified")
        if not given:
            raise bad_request("Message identifiers are not specified")
        return [_message_id(item) for item in given]

    def reply(self, chat: Chat) -> tuple[int, dict[str, Any]]:
        """The id of the message this one replies to (0: none) and the fields a quote adds."""
        fields = self._reply_fields()
        message_id = fields.integer("message_id")
        if message_id <= 0:
            return 0, {}
        elsewhere = fields.text("chat_id") not in ("", str(chat.id))
        replied = None if elsewhere else chat.messages.get(message_id)
        if replied is None:
            if fields.flag("allow_sending_without_reply"):
                return 0, {}
            raise bad_request("message to be replied not found")
        quote = fields.text("quote")
        if not quote:
            return message_id, {}
        position = (replied.body.get("text") or replied.body.get("caption") or "").find(quote)
        if position < 0:
            raise bad_request("QUOTE_TEXT_INVALID")
        return message_id, {"quote": {"text": quote, "position": position, "is_manual": True}}

    def _reply_fields(self) -> Fields:
        parameters = self.parameters
        if parameters.has("reply_to_message_id"):
            legacy = {
                "message_id": parameters.integer("reply_to_message_id"),
                "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
            }
            return Fields(legacy)
        given = parameters.object("reply_parameters", "Can't parse reply parameters JSON object")
        if given is None:
            return Fields({})
        if not isinstance(given, dict):
            raise bad_request("Object expected as reply parameters")
        fields = Fields(given)
        try:
            if given:
                fields.integer("message_id", required=True)
            fields.flag("allow_sending_without_reply")
            fields.text("quote")
        except FieldError as error:
            raise bad_request(str(error)) from None
        return fields

    def check_context(self, chat: Chat) -> None:
        """Business connections do not exist here, threads only as topics of forums."""
        if self.parameters.text("business_connection_id"):
            raise bad_request("business connection not found")
        topic_id = self.parameters.integer("message_thread_id")
        if topic_id > 0 and topic_id not in chat.topics:
            raise bad_request("message thread not found")

    def topic(self, chat: Chat, *, reply_to: int = 0) -> int:
        """The topic to write to, 0 for the general one: a reply goes to where the other is.

        Closed topics are left to those who run the chat.
        """
        topic_id = chat.topic_of(reply_to) if reply_to else 0
        if not reply_to:
            topic_id = max(0, self.parameters.integer("message_thread_id"))
        is_closed = topic_id in chat.topics and chat.topics[topic_id].is_closed
        if is_closed and not is_administrator(chat, self.bot.id):
            raise bad_request("TOPIC_CLOSED")
        return topic_id


def _message_id(item: object) -> int:
    if isinstance(item, bool) or not isinstance(item, int | str):
        raise bad_request("Message identifier must be a Number")
    try:
        number = int(item)
    except ValueError:
        raise bad_request("Can't parse message identifier as a Number") from None
    if number <= 0:
        raise bad_request("Invalid message identifier specified")
    return number
