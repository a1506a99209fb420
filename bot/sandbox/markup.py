"""Keyboards under messages: read, checked and written back as Telegram does."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.entities.clean import clean_line
from bot.sandbox.entities.links import checked_link, link_user_id
from bot.sandbox.entities.model import TextError
from bot.sandbox.errors import bad_request
from bot.sandbox.model import Chat, Json
from bot.sandbox.parameters import FieldError, Fields, Parameters

_MOST_IN_ROW = 12
_MOST_BUTTONS = 100
_LONGEST_DATA = 64
_LONGEST_COPY = 256
_STYLES = ("primary", "danger", "success")


def parsed_markup(parameters: Parameters) -> Json | None:
    """The markup as given, its shape checked; None if there is none."""
    value = parameters.object("reply_markup", "Can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    try:
        return _parsed(Fields(value))
    except FieldError as error:
        raise bad_request(str(error)) from None


def _parsed(fields: Fields) -> Json | None:
    keyboard = [
        [_reply_button(button) for button in _row(row, 'Field "keyboard" must be')]
        for row in fields.items("keyboard")
    ]
    whose = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be'
    inline = [
        [_inline_button(button) for button in _row(row, whose)]
        for row in fields.items("inline_keyboard")
    ]
    if keyboard:
        return {"keyboard": keyboard, "one_time": fields.flag("one_time_keyboard")}
    if inline:
        return {"inline_keyboard": inline}
    if fields.flag("remove_keyboard"):
        return {"remove_keyboard": True}
    return {"force_reply": True} if fields.flag("force_reply") else None


def _row(row: Any, complaint: str) -> list[Any]:
    if not isinstance(row, list):
        raise FieldError(f"{complaint} an Array of Arrays")
    return row


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button}
    try:
        if not isinstance(button, dict):
            raise FieldError("KeyboardButton must be a String or an Object")
        fields = Fields(button)
        shown: Json = {"text": fields.text("text", required=True)}
        if fields.flag("request_contact"):
            shown["request_contact"] = True
        return shown
    except FieldError as error:
        raise FieldError(f"Can't parse keyboard button: {error}") from None


def _inline_button(button: Any) -> Json:
    try:
        if not isinstance(button, dict):
            raise FieldError("InlineKeyboardButton must be an Object")
        fields = Fields(button)
        shown: Json = {"text": fields.text("text", required=True)}
        if icon := fields.text("icon_custom_emoji_id"):
            shown["icon_custom_emoji_id"] = icon
        style = fields.text("style").lower()
        if style in _STYLES:
            shown["style"] = style
        elif style not in ("", "default"):
            raise FieldError("invalid button style specified")
        return {**shown, **_action(fields)}
    except FieldError as error:
        raise FieldError(f"Can't parse inline keyboard button: {error}") from None


def _action(fields: Fields) -> Json:
    """What the button does: the first kind that is given counts."""
    for name in ("url", "callback_data"):
        if value := fields.text(name):
            return {name: value}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if fields.has(name):
            return {name: fields.text(name, required=True)}
    for name, inner in (("login_url", "url"), ("web_app", "url"), ("copy_text", "text")):
        if fields.has(name):
            return {name: {inner: fields.fields(name).text(inner, required=True)}}
    raise FieldError("Text buttons are unallowed in the inline keyboard")


def shown_markup(markup: Json | None, chat: Chat, *, inline_only: bool = False) -> Json | None:
    """The inline keyboard as the message will carry it; 400 where a button is refused."""
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        if inline_only:
            raise bad_request("Inline keyboard expected")
        return None
    rows = [
        [_checked(button, chat) for button in row[:_MOST_IN_ROW] if button["text"]]
        for row in markup["inline_keyboard"]
    ]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def change_keys(markup: Json | None, chat: Chat, *, message_id: int) -> bool:
    """Put another keyboard below the chat, or take it away; False if the message does neither. It
    does not carry the keyboard."""
    if markup is None or not ("keyboard" in markup or "remove_keyboard" in markup):
        return False
    chat.keys = {**markup, "message_id": message_id} if "keyboard" in markup else None
    return True


def _checked(button: Json, chat: Chat) -> Json:
    button = {**button, "text": clean_line(button["text"])}
    if "url" in button:
        button["url"] = _link(button["url"], "Inline keyboard button")
    elif "login_url" in button:
        # What a login button opens is all that others see of it.
        url = _link(button.pop("login_url")["url"], "Inline keyboard button login")
        button["url"] = url
    elif "web_app" in button:
        url = _link(button["web_app"]["url"], "Inline keyboard button Web App")
        if not chat.is_private:
            raise bad_request("BUTTON_TYPE_INVALID")
        button["web_app"] = {"url": url}
    elif "callback_data" in button:
        if len(button["callback_data"].encode()) > _LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= _LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _link(url: str, whose: str) -> str:
    if user_id := link_user_id(url):
        return f"tg://user?id={user_id}"
    try:
        return checked_link(url)
    except TextError as error:
        raise bad_request(f"{whose} URL '{url}' is invalid: {error}") from None


def find_button(markup: Json | None, fits: Callable[[Json], bool]) -> Json | None:
    """The first button of an inline keyboard that fits."""
    rows = (markup or {}).get("inline_keyboard", [])
    return next((button for row in rows for button in row if fits(button)), None)
