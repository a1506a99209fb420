"""From a call's text or caption parameters to a formatted text."""

from bot.sandbox.entities.html import parse_html
from bot.sandbox.entities.model import Entity, FormattedText, Kind, TextError, date_format
from bot.sandbox.errors import bad_request
from bot.sandbox.parameters import FieldError, Fields, Parameters

_LONGEST_SOURCE = 1 << 15
_BY_NAME = {str(kind): kind for kind in Kind}
# Telegram finds these itself and does not take them from bots.
_FOUND = frozenset(
    {Kind.MENTION, Kind.HASHTAG, Kind.CASHTAG, Kind.BOT_COMMAND, Kind.URL, Kind.EMAIL}
)
_IGNORED = _FOUND | {"phone_number", "bank_card_number"}


def parsed_text(parameters: Parameters, name: str, entities: str) -> FormattedText:
    """The parameter `name` with its markup read, not yet cleaned; 400 in Telegram's words."""
    return format_source(
        parameters.text(name),
        parameters.text("parse_mode"),
        parameters.object(entities, "Can't parse entities JSON object"),
    )


def format_source(source: str, parse_mode: str, given: object) -> FormattedText:
    """A source text by its parse mode or by given entities."""
    # A lone half of a character cannot be encoded: the call is refused where it ends.
    if len(source) > _LONGEST_SOURCE or len(source.encode()) > _LONGEST_SOURCE:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if source and mode and mode != "none":
        return _by_mode(source, mode)
    if not isinstance(given, list):
        return FormattedText(source)
    entities = [entity for item in given if (entity := _given_entity(item))]
    return FormattedText(source, tuple(entities))


def _by_mode(source: str, mode: str) -> FormattedText:
    if mode in ("markdown", "markdownv2"):
        raise bad_request("Markdown is not supported by the sandbox: use HTML or entities")
    if mode != "html":
        raise bad_request("Unsupported parse_mode")
    try:
        text, entities = parse_html(source)
    except TextError as error:
        raise bad_request(f"Can't parse entities: {error}") from None
    return FormattedText(text, tuple(entities))


def _given_entity(item: object) -> Entity | None:
    try:
        if not isinstance(item, dict):
            raise FieldError("expected an Object")
        return _read_entity(Fields(item))
    except FieldError as error:
        raise bad_request(f"Can't parse MessageEntity: {error}") from None


def _read_entity(fields: Fields) -> Entity | None:
    offset = fields.integer("offset", required=True)
    length = fields.integer("length", required=True)
    name = fields.text("type", required=True)
    if name in _IGNORED:
        return None
    if not name:
        raise FieldError("Type is not specified")
    if name not in _BY_NAME:
        raise FieldError("Unsupported type specified")
    kind, value, unix_time = _BY_NAME[name], "", 0
    if kind is Kind.PRE:
        value = fields.text("language")
    elif kind is Kind.TEXT_LINK:
        value = fields.text("url", required=True)
    elif kind is Kind.TEXT_MENTION:
        value = str(fields.fields("user").integer("id", required=True))
    elif kind is Kind.CUSTOM_EMOJI:
        value = str(fields.integer("custom_emoji_id", required=True))
    elif kind is Kind.DATE_TIME:
        unix_time = fields.integer("unix_time", required=True)
        try:
            value = date_format(fields.text("date_time_format"))
        except TextError:
            raise FieldError("Invalid date-time format specified") from None
    return Entity(kind, offset, length, value, unix_time)
