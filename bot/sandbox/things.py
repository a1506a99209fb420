"""What people send besides text, documents and photos, in the Bot API's form: a voice message, a
sticker, a place, a poll; perhaps as a part of an album, perhaps passed on from somewhere."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.entities.clean import clean_text
from bot.sandbox.errors import ControlError
from bot.sandbox.model import Chat, Json, StoredFile
from bot.sandbox.world import World

# What a file of a kind has beside the fields of every file.
_FILES: dict[str, Json] = {
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
    "audio": {"duration": 60, "title": "Audio", "mime_type": "audio/mpeg"},
    "video": {"duration": 5, "width": 640, "height": 360, "mime_type": "video/mp4"},
    "video_note": {"duration": 5, "length": 240},
    "animation": {"duration": 2, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "sticker": {
        "width": 512,
        "height": 512,
        "type": "regular",
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    },
}
_NAMED = frozenset({"audio", "video", "animation"})
_CAPTIONED = frozenset({"photo", "document", "voice", "audio", "video", "animation"})
_PLACE: Json = {"latitude": 21.7168, "longitude": 104.8986}


@dataclass(frozen=True, slots=True)
class Thing:
    """What is sent; `content` of a file may be left out, `words` are its caption, a poll's question
    or a contact's phone number. `album` is shared by the parts of one."""

    kind: str
    words: str = ""
    name: str = ""
    content: bytes = b"\0"
    album: str = ""
    forwarded_from: str = ""


def content_of(world: World, chat: Chat, thing: Thing) -> Json:
    """The message's fields that say what it is."""
    body = _content(world, chat, thing)
    if thing.kind in _CAPTIONED:
        caption = clean_text(thing.words)
        if caption.text:
            body |= world.formatted("caption", caption)
    if thing.album:
        body["media_group_id"] = thing.album
    return body | origin(world, thing.forwarded_from)


def origin(world: World, name: str) -> Json:
    """Where a message was passed on from: somebody who hides the account."""
    if not name:
        return {}
    at = world.clock.timestamp()
    return {"forward_origin": {"type": "hidden_user", "sender_user_name": name, "date": at}}


def _content(world: World, chat: Chat, thing: Thing) -> Json:
    if thing.kind in _FILES:
        return {thing.kind: _file(world, chat, thing)}
    if thing.kind == "document":
        return {"document": _stored(world, chat, thing).as_document()}
    if thing.kind == "photo":
        return {"photo": _stored(world, chat, thing, is_photo=True).as_photo()}
    make = _WITHOUT_FILE.get(thing.kind)
    if make is None:
        known = sorted([*_FILES, *_WITHOUT_FILE, "document", "photo"])
        raise ControlError(f"{thing.kind!r} is nothing to send; there are: {', '.join(known)}")
    return {thing.kind: make(thing)}


def _file(world: World, chat: Chat, thing: Thing) -> Json:
    file = _stored(world, chat, thing)
    named: Json = {"file_name": file.name} if thing.kind in _NAMED and thing.name else {}
    return {**file.as_json(), **_FILES[thing.kind], **named}


def _stored(world: World, chat: Chat, thing: Thing, *, is_photo: bool = False) -> StoredFile:
    size = 100 if is_photo else 0
    name = thing.name or thing.kind
    file = world.files.add(
        thing.content, name=name, is_photo=is_photo, width=size, height=size
    )  # fmt: skip
    world.meet(chat, file)
    return file


def _poll(thing: Thing) -> Json:
    options = [{"persistent_id": text, "text": text, "voter_count": 0} for text in ("A", "B")]
    flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False}
    flags |= {"allows_revoting": True, "members_only": False}
    return {
        "id": "1", "question": thing.words or "?", "options": options, "type": "regular",
        "total_voter_count": 0, **flags,
    }  # fmt: skip


_WITHOUT_FILE: dict[str, Callable[[Thing], Json]] = {
    "location": lambda _: dict(_PLACE),
    "contact": lambda thing: {"phone_number": thing.words or "84900000000", "first_name": "?"},
    "poll": _poll,
    "dice": lambda _: {"emoji": "🎲", "value": 6},
}
