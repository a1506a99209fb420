"""Methods about the bot itself: who it is, its names, commands and menu button."""

import json
import re
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.call import Access, Call
from bot.sandbox.model import Json
from bot.sandbox.parameters import FieldError, Fields

_MOST_COMMANDS = 100
_BROAD_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(call: Call) -> Json:
    """getMe."""
    account = call.bot.account
    return {
        **account.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": account.can_read_all_group_messages,
        "supports_inline_queries": False,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def log_out(call: Call) -> bool:
    """logOut and close: a bot server has nothing to give up here."""
    call.bot.queue.arrived.set()
    return True


def set_my_commands(call: Call) -> bool:
    """setMyCommands."""
    commands = _commands(call)
    key = _command_key(call)
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    _store_commands(call, key, commands)
    return True


def get_my_commands(call: Call) -> list[Json]:
    """getMyCommands."""
    return call.bot.account.profile.commands.get(_command_key(call), [])


def delete_my_commands(call: Call) -> bool:
    """deleteMyCommands."""
    _store_commands(call, _command_key(call), [])
    return True


def _store_commands(call: Call, key: tuple[str, str], commands: list[Json]) -> None:
    stored = call.bot.account.profile.commands
    if commands:
        stored[key] = commands
    else:
        stored.pop(key, None)
    call.world.feed.publish("chat")


def _commands(call: Call) -> list[Json]:
    given = call.parameters.object("commands", "Can't parse commands JSON object")
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("Expected an Array of BotCommand")
    return [_command(item) for item in given]


def _command(item: object) -> Json:
    try:
        if not isinstance(item, dict):
            raise FieldError("expected an Object")
        fields = Fields(item)
        command = fields.text("command", required=True).removeprefix("/")
        description = fields.text("description", required=True)
    except FieldError as error:
        raise bad_request(f"Can't parse BotCommand: {error}") from None
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _command_key(call: Call) -> tuple[str, str]:
    """Scope and language; the scope in a canonical form."""
    return _scope(call), _language(call)


def _language(call: Call) -> str:
    code = call.parameters.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("Invalid language code specified")
    return code


def _scope(call: Call) -> str:
    given = call.parameters.object("scope", "Can't parse BotCommandScope JSON object")
    if given is None:
        return json.dumps({"type": "default"})
    try:
        return json.dumps(_parsed_scope(call, given))
    except FieldError as error:
        raise bad_request(f"Can't parse BotCommandScope: {error}") from None


def _parsed_scope(call: Call, given: Any) -> Json:
    if not isinstance(given, dict):
        raise FieldError("BotCommandScope must be an Object")
    fields = Fields(given)
    kind = fields.text("type", required=True)
    if kind in _BROAD_SCOPES:
        return {"type": kind}
    if kind not in _CHAT_SCOPES:
        raise FieldError("Unsupported type specified")
    chat_id = fields.text("chat_id", required=True)
    if not chat_id:
        raise FieldError("Empty chat_id specified")
    user_id = fields.integer("user_id", required=True) if kind == "chat_member" else 0
    if kind == "chat_member" and user_id <= 0:
        raise FieldError("Invalid user_id specified")
    chat = call.chat_of(chat_id, Access.READ)
    scope: Json = {"type": kind, "chat_id": chat.id}
    return {**scope, "user_id": user_id} if user_id else scope


def set_my_name(call: Call) -> bool:
    """setMyName: 0-64 characters."""
    return _set_text(call, call.bot.account.profile.names, "name", 64)


def set_my_description(call: Call) -> bool:
    """setMyDescription: 0-512 characters."""
    return _set_text(call, call.bot.account.profile.descriptions, "description", 512)


def set_my_short_description(call: Call) -> bool:
    """setMyShortDescription: 0-120 characters."""
    texts = call.bot.account.profile.short_descriptions
    return _set_text(call, texts, "short_description", 120)


def _set_text(call: Call, texts: dict[str, str], name: str, longest: int) -> bool:
    language, text = _language(call), call.parameters.text(name).strip()
    if len(text) > longest:
        code = {"name": "BOT_TITLE_INVALID", "description": "BOT_DESCRIPTION_INVALID"}
        raise bad_request(code.get(name, "BOT_ABOUT_INVALID"))
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    return True


def get_my_name(call: Call) -> Json:
    """getMyName."""
    texts = call.bot.account.profile.names
    return {"name": _text(call, texts) or call.bot.account.first_name}


def get_my_description(call: Call) -> Json:
    """getMyDescription."""
    return {"description": _text(call, call.bot.account.profile.descriptions)}


def get_my_short_description(call: Call) -> Json:
    """getMyShortDescription."""
    return {"short_description": _text(call, call.bot.account.profile.short_descriptions)}


def _text(call: Call, texts: dict[str, str]) -> str:
    return texts.get(_language(call)) or texts.get("", "")


def set_chat_menu_button(call: Call) -> bool:
    """setChatMenuButton."""
    button = _menu_button(call)
    call.bot.account.profile.menu_buttons[_menu_user(call)] = button
    return True


def get_chat_menu_button(call: Call) -> Json:
    """getChatMenuButton."""
    buttons = call.bot.account.profile.menu_buttons
    default = buttons.get(None, {"type": "commands"})
    button = buttons.get(_menu_user(call), default)
    return default if button["type"] == "default" else button


def _menu_user(call: Call) -> int | None:
    if not call.parameters.has("chat_id"):
        return None
    user_id = call.parameters.integer("chat_id")
    if user_id <= 0:
        raise bad_request("Invalid chat_id specified")
    if user_id not in call.world.persons:
        raise bad_request("user not found")
    return user_id


def _menu_button(call: Call) -> Json:
    given = call.parameters.object("menu_button", "Can't parse menu button JSON object")
    if given is None:
        return {"type": "default"}
    try:
        if not isinstance(given, dict):
            raise FieldError("MenuButton must be an Object")
        fields = Fields(given)
        kind = fields.text("type", required=True)
        if kind in ("default", "commands"):
            return {"type": kind}
        if kind != "web_app":
            raise FieldError("MenuButton has unsupported type")
        url = fields.fields("web_app").text("url", required=True)
        return {"type": kind, "text": fields.text("text", required=True), "web_app": {"url": url}}
    except FieldError as error:
        raise bad_request(f"Can't parse menu button: {error}") from None
