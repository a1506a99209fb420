"""Reading a Bot API request: query, form, multipart or JSON, up to the size Telegram takes."""

import json

from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.model import Json
from bot.sandbox.parameters import Parameters, Upload

LARGEST_UPLOAD = 50 * 1024 * 1024
# Fields and part headers come on top of the file.
LARGEST_BODY = LARGEST_UPLOAD + 256 * 1024


async def read_parameters(request: web.Request) -> Parameters:
    """Query string and body together, the query first; 400 or 413 where they cannot be read."""
    values: Json = dict(request.query)
    kind = request.content_type
    if (request.content_length or 0) > LARGEST_BODY:
        raise ApiError(413, "Request Entity Too Large")
    try:
        if kind == "multipart/form-data":
            return await _read_multipart(request, values)
        if not request.can_read_body:
            return Parameters(values)
        if kind == "application/json":
            return Parameters({**_json_object(await request.read()), **values})
        if kind == "application/x-www-form-urlencoded":
            return Parameters({**{k: str(v) for k, v in (await request.post()).items()}, **values})
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    return Parameters(values)


def _json_object(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        given = json.loads(body)
    except ValueError:
        raise bad_request("can't parse parameter value: Unexpected symbol") from None
    if not isinstance(given, dict):
        raise bad_request("JSON object expected")
    return given


async def _read_multipart(request: web.Request, values: Json) -> Parameters:
    uploads: dict[str, Upload] = {}
    total = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise bad_request("field name in multipart/form-data not found")
            content = bytes(await part.read(decode=False))
            total += len(content)
            if total > LARGEST_BODY or len(content) > LARGEST_UPLOAD:
                raise ApiError(413, "Request Entity Too Large")
            if part.filename is None:
                values.setdefault(part.name, content.decode("utf-8", "replace"))
            else:
                uploads[part.name] = Upload(part.filename, content)
    except ValueError:
        raise bad_request("can't parse form data headers") from None
    return Parameters(values, uploads)
