"""Files a bot sends: uploads, ids of known files, albums."""

import struct

from bot.sandbox.entities.model import FormattedText
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.call import Call
from bot.sandbox.model import Json, StoredFile
from bot.sandbox.parameters import FieldError, Fields, Upload
from bot.sandbox.texts import format_source

LARGEST_PHOTO = 10 * 1024 * 1024
_LARGEST_SIDES = 10_000
_ATTACHED = "attach://"


def input_file(call: Call, name: str) -> StoredFile:
    """The file a parameter uploads or names; 400 where it is missing, foreign or no picture."""
    upload = call.parameters.uploads.get(name)
    given = call.parameters.text(name)
    if upload is None and not given:
        raise bad_request(f"There is no {name} in the request")
    return _resolve(call, given, upload, is_photo=name == "photo")


def _resolve(call: Call, given: str, upload: Upload | None, *, is_photo: bool) -> StoredFile:
    if upload is None and given.startswith(_ATTACHED):
        upload = call.parameters.uploads.get(given.removeprefix(_ATTACHED))
    if upload is not None:
        return store_upload(call, upload, is_photo=is_photo)
    if given.lower().startswith(("http://", "https://")):
        # The sandbox never reaches out; for a bot it looks like a site that does not answer.
        raise bad_request("failed to get HTTP URL content")
    file = call.world.files.get(given)
    if file is None or call.bot.id not in file.known_to:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.is_photo != is_photo:
        kinds = ("Photo", "Document") if file.is_photo else ("Document", "Photo")
        raise bad_request(f"can't use file of type {kinds[0]} as {kinds[1]}")
    return file


def store_upload(call: Call, upload: Upload, *, is_photo: bool) -> StoredFile:
    """Keep an uploaded file; the bot that sent it may use its id."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    width = height = 0
    if is_photo:
        if len(upload.content) > LARGEST_PHOTO:
            raise bad_request("Size of the photo is too big")
        width, height = picture_size(upload.content)
        if not width or not height:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if width + height > _LARGEST_SIDES or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
    file = call.world.files.add(
        upload.content, name=upload.name, is_photo=is_photo, width=width, height=height
    )
    file.known_to.add(call.bot.id)
    return file


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; zeros for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Walks over a JPEG's segments to the frame header."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return 0, 0


def album_media(call: Call) -> list[tuple[Json, FormattedText]]:
    """Contents and captions of an album: 2-10 items of one kind."""
    given = call.parameters.object("media", "Can't parse media JSON object")
    if not isinstance(given, list):
        raise bad_request("Expected an Array of InputMedia")
    if not 2 <= len(given) <= 10:
        raise bad_request("MEDIA_INVALID" if not given else "Wrong number of media in the album")
    media = [_album_item(call, item) for item in given]
    if len({frozenset(content) & {"document", "photo"} for content, _ in media}) > 1:
        raise bad_request("Can't use the media of the specified type in the album")
    return media


def _album_item(call: Call, item: object) -> tuple[Json, FormattedText]:
    try:
        if not isinstance(item, dict):
            raise FieldError("expected an Object")
        fields = Fields(item)
        kind = fields.text("type", required=True)
        if kind not in ("document", "photo"):
            raise FieldError(f'type "{kind}" can\'t be used in sendMediaGroup')
        given = fields.text("media", required=True)
        caption, mode = fields.text("caption"), fields.text("parse_mode")
    except FieldError as error:
        raise bad_request(f"Can't parse InputMedia: {error}") from None
    file = _resolve(call, given, None, is_photo=kind == "photo")
    content = file.as_photo() if file.is_photo else file.as_document()
    return {kind: content}, format_source(caption, mode, item.get("caption_entities"))
