"""Telegram's own parser (TDLib, offline) as the judge of ours."""

import json
from typing import Any

import tdjson

from bot.sandbox.entities.model import Entity, Kind

_NAMES = {
    "Mention": Kind.MENTION,
    "Hashtag": Kind.HASHTAG,
    "Cashtag": Kind.CASHTAG,
    "BotCommand": Kind.BOT_COMMAND,
    "Url": Kind.URL,
    "EmailAddress": Kind.EMAIL,
    "Bold": Kind.BOLD,
    "Italic": Kind.ITALIC,
    "Underline": Kind.UNDERLINE,
    "Strikethrough": Kind.STRIKETHROUGH,
    "Spoiler": Kind.SPOILER,
    "Code": Kind.CODE,
    "Pre": Kind.PRE,
    "PreCode": Kind.PRE,
    "TextUrl": Kind.TEXT_LINK,
    "MentionName": Kind.TEXT_MENTION,
    "CustomEmoji": Kind.CUSTOM_EMOJI,
    "BlockQuote": Kind.BLOCKQUOTE,
    "ExpandableBlockQuote": Kind.EXPANDABLE_BLOCKQUOTE,
    "DateTime": Kind.DATE_TIME,
}
_TYPES = {kind: name for name, kind in _NAMES.items() if name != "PreCode"}
_PRECISIONS = {"None": "", "Short": "d", "Long": "D"}


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    return answer


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parsed(source: str, mode: str = "textParseModeHTML") -> tuple[str, list[Entity]] | str:
    """Text and entities of HTML, or Telegram's complaint."""
    parse_mode = {"@type": mode, "version": 2} if "Markdown" in mode else {"@type": mode}
    return _result({"@type": "parseTextEntities", "text": source, "parse_mode": parse_mode})


def nested(text: str, entities: list[Entity]) -> tuple[str, list[Entity]] | str:
    """Text and entities as Telegram cleans them up; `text` must hold no Markdown."""
    given = [
        {"@type": "textEntity", "offset": e.offset, "length": e.length, "type": _type(e)}
        for e in entities
    ]
    formatted = {"@type": "formattedText", "text": text, "entities": given}
    return _result({"@type": "parseMarkdown", "text": formatted})


def found(text: str) -> list[Entity]:
    """Entities Telegram finds in a plain text; those of no Bot API kind are left out."""
    return _entities(_execute({"@type": "getTextEntities", "text": text}))


def _result(request: dict[str, Any]) -> tuple[str, list[Entity]] | str:
    answer = _execute(request)
    if answer["@type"] == "error":
        return str(answer["message"])
    return answer["text"], _entities(answer)


def _entities(answer: dict[str, Any]) -> list[Entity]:
    entities = []
    for item in answer["entities"]:
        kind = _NAMES.get(item["type"]["@type"].removeprefix("textEntityType"))
        if kind:
            value, unix_time = _value(kind, item["type"])
            entities.append(Entity(kind, item["offset"], item["length"], value, unix_time))
    return entities


def _value(kind: Kind, type: dict[str, Any]) -> tuple[str, int]:
    match kind:
        case Kind.PRE:
            return type.get("language", ""), 0
        case Kind.TEXT_LINK:
            return type["url"], 0
        case Kind.TEXT_MENTION:
            return str(type["user_id"]), 0
        case Kind.CUSTOM_EMOJI:
            return str(type["custom_emoji_id"]), 0
        case Kind.DATE_TIME:
            return _format(type.get("formatting_type")), type["unix_time"]
    return "", 0


def _format(type: dict[str, Any] | None) -> str:
    if type is None:
        return ""
    if type["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    day, time = (
        _PRECISIONS[type[name]["@type"].removeprefix("dateTimePartPrecision")]
        for name in ("date_precision", "time_precision")
    )
    return (
        ("w" if type["show_day_of_week"] else "") + day + time.replace("d", "t").replace("D", "T")
    )


def _type(entity: Entity) -> dict[str, Any]:
    if entity.kind is Kind.PRE and entity.value:
        return {"@type": "textEntityTypePreCode", "language": entity.value}
    type: dict[str, Any] = {"@type": f"textEntityType{_TYPES[entity.kind]}"}
    match entity.kind:
        case Kind.TEXT_LINK:
            type["url"] = entity.value
        case Kind.TEXT_MENTION:
            type["user_id"] = int(entity.value)
        case Kind.CUSTOM_EMOJI:
            type["custom_emoji_id"] = entity.value
        case Kind.DATE_TIME:
            type["unix_time"] = entity.unix_time
    return type
