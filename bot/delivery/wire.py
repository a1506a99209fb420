"""How calls and answers look as bytes: JSON, and forms for files. Nothing is sent from here."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

import aiohttp
from telegram.request import RequestData

from bot.delivery.failures import TooLong

Body = bytes | aiohttp.FormData | None

_ONLY_CHAT = {"chat_id"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send; an open file is read once and closed."""

    file_name: str
    content: bytes | IO[bytes] = field(repr=False)
    media_type: str = "application/octet-stream"


def telegram_object(raw: bytes) -> dict[str, object] | None:
    """Telegram's answers are objects that say whether all went well; all else is None."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("ok"), bool) else None


async def whole(content: aiohttp.StreamReader, limit: int) -> bytes:
    """All that comes until the end; raises TooLong once it is more than `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        part = await content.readany()
        size += len(part)
        if size > limit:
            raise TooLong
        if not parts and content.at_eof():
            return part  # as nearly all: short, and all there
        if not part:
            return b"".join(parts)
        parts.append(part)


# As Telegram begins every answer that holds a sent message.
_TAKEN = re.compile(rb'\{"ok":true,"result":\{"message_id":(\d{1,18}),')


def taken_message(raw: bytes) -> dict[str, object] | None:
    """Of the answer for a sent message only its number; None if it is anything else, or cut."""
    found = _TAKEN.match(raw)
    if found is None or not raw.endswith(b"}}"):
        return None
    return {"ok": True, "result": {"message_id": int(found[1])}}


def json_bytes(payload: Mapping[str, object]) -> bytes:
    """A call's parameters as one JSON object; None means absent."""
    present = {name: value for name, value in payload.items() if value is not None}
    # Half a surrogate pair cannot be sent; one "?" harms less than a message that never goes out.
    return _encode(present).encode(errors="replace")


def json_text(text: str) -> bytes:
    """A text as it stands between the quotes of JSON."""
    return _encode(text)[1:-1].encode(errors="replace")


def joined(payload: Mapping[str, object], rest: bytes) -> bytes:
    """One object of `payload` and of another object's bytes; neither is empty."""
    if payload.keys() == _ONLY_CHAT:  # of nearly all; an encoder is dear for one number
        return b'{"chat_id":%b,%b' % (str(payload["chat_id"]).encode(), rest[1:])
    return json_bytes(payload)[:-1] + b"," + rest[1:]


def form(payload: Mapping[str, object], files: Mapping[str, Upload]) -> aiohttp.FormData:
    """A call's parameters and files as a multipart form; None means absent."""
    # Quoted, a file name would reach people as "%E1%BB%8B".
    fields = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in payload.items():
        if value is not None:
            fields.add_field(name, value if isinstance(value, str) else _encode(value))
    for name, upload in files.items():
        content = upload.content
        fields.add_field(
            name,
            io.BytesIO(content) if isinstance(content, bytes) else content,
            filename=re.sub(r"[\x00-\x1f\x7f]", "_", upload.file_name),
            content_type=upload.media_type,
        )
    return fields


def body_of(request_data: RequestData | None) -> Body:
    """The body of a call that python-telegram-bot has put together."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        return json_bytes(request_data.parameters)
    uploads = {name: Upload(*parts) for name, parts in request_data.multipart_data.items()}
    return form(request_data.json_parameters, uploads)
