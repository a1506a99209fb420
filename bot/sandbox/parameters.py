"""What a bot sent with a call, read as leniently and as strictly as Telegram reads it.

On the wire everything is a string; a JSON body may hold the values themselves.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.model import Json

# Parameters that hold JSON: shown decoded in the call log.
# fmt: off
_OBJECTS = frozenset({
    "reply_markup", "entities", "caption_entities", "media", "reply_parameters",
    "link_preview_options", "allowed_updates", "commands", "scope", "menu_button",
    "message_ids",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    content: bytes


class Parameters:
    """Values by name; a missing one reads as empty, as it does at Telegram."""

    def __init__(self, values: Json, uploads: dict[str, Upload] | None = None) -> None:
        self._values = values
        self.uploads = uploads or {}

    def has(self, name: str) -> bool:
        """Whether the parameter was given at all."""
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """The value as Telegram's parser sees it."""
        value = self._values.get(name)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """The leading integer, 0 for other text, `default` if the parameter is missing."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if type(value) is int:
            return value
        return leading_integer(self.text(name))

    def flag(self, name: str) -> bool:
        """Whether the value says yes."""
        value = self._values.get(name)
        if value is None or value is False:
            return False
        return value is True or self.text(name).strip().lower() in ("true", "yes", "1")

    def object(self, name: str, complaint: str) -> Any:
        """The decoded JSON of a parameter, None if missing; 400 `complaint` if it is none."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(complaint) from None

    def for_log(self) -> Json:
        """The parameters as people want to read them: ids as numbers, JSON decoded."""
        shown = {name: _readable(name, value) for name, value in self._values.items()}
        for name, upload in self.uploads.items():
            shown[name] = {"file_name": upload.name, "file_size": len(upload.content)}
        return shown


def _readable(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name.endswith("_id") and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if name in _OBJECTS:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def leading_integer(text: str) -> int:
    """The integer `text` begins with, 0 if there is none."""
    found = re.match(r"-?[0-9]{1,18}", text)
    return int(found[0]) if found else 0


class Fields:
    """A JSON object inside a parameter; here types are checked, in Telegram's words."""

    def __init__(self, value: Json) -> None:
        self._value = value

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._value.get(name) is not None

    def text(self, name: str, *, required: bool = False) -> str:
        """A string (or number, as written); 400 for another type or a missing required one."""
        value = self._value.get(name)
        if value is None:
            if required:
                raise FieldError(f'Can\'t find field "{name}"')
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return json.dumps(value)
        raise FieldError(f'Field "{name}" must be of type String')

    def integer(self, name: str, *, required: bool = False, default: int = 0) -> int:
        """A number, also written as a string."""
        value = self._value.get(name)
        if value is None:
            if required:
                raise FieldError(f'Can\'t find field "{name}"')
            return default
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise FieldError(f'Field "{name}" must be a Number')
        try:
            return int(value)
        except ValueError:
            raise FieldError(f'Field "{name}" must be a valid Number') from None

    def flag(self, name: str) -> bool:
        """A boolean, False if missing."""
        value = self._value.get(name)
        if value is None:
            return False
        if isinstance(value, bool):
            return value
        raise FieldError(f'Field "{name}" must be of type Boolean')

    def fields(self, name: str) -> "Fields":
        """A nested object."""
        value = self._value.get(name)
        if not isinstance(value, dict):
            raise FieldError(f'Field "{name}" must be of type Object')
        return Fields(value)

    def items(self, name: str) -> list[Any]:
        """An array, empty if missing."""
        value = self._value.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        raise FieldError(f'Field "{name}" must be of type Array')

    def only(self, names: Iterable[str]) -> Json:
        """The fields of those names that are there."""
        return {name: self._value[name] for name in names if self.has(name)}


class FieldError(Exception):
    """A field of a JSON parameter is missing or of a wrong type; the text is Telegram's."""
