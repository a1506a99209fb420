"""Files up and down: ids, sizes, pictures, albums."""

import io
import json

import aiohttp
import pytest
from telegram import Message

from bot.sandbox import Sandbox
from tests.sandbox.conftest import TOKEN, Client

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (5).to_bytes(4, "big")
GIF = b"GIF89a" + (7).to_bytes(2, "little") + (5).to_bytes(2, "little")
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab"
    + b"\xff\xc0\x00\x0b\x08"
    + (5).to_bytes(2, "big")
    + (7).to_bytes(2, "big")
    + b"\0\0\0\0"
)


async def test_send_document_round_trip(sandbox, bot, session, user_id):
    content = "Nội dung".encode() * 1000
    message = await bot.upload(
        "sendDocument",
        {"document": ("Báo cáo (1).docx", content)},
        chat_id=user_id,
        caption="<b>c</b>",
        parse_mode="HTML",
    )
    document = message["document"]
    assert document["file_name"] == "Báo cáo (1).docx"
    assert document["mime_type"].endswith("wordprocessingml.document")
    assert document["file_size"] == len(content)
    assert message["caption"] == "c"
    file = await bot.call("getFile", file_id=document["file_id"])
    async with session.get(f"{sandbox.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == content
    again = await bot.call("sendDocument", chat_id=user_id, document=document["file_id"])
    assert again["document"] == document


async def test_a_persons_document_reaches_the_bot(sandbox, bot, session, user_id):
    sandbox.send_document(user_id, b"abc", file_name="a.pdf", caption="/nop a.vn")
    [update] = await bot.updates()
    message = update["message"]
    assert message["document"]["mime_type"] == "application/pdf"
    assert [entity["type"] for entity in message["caption_entities"]] == ["bot_command", "url"]
    await bot.call("sendDocument", chat_id=user_id, document=message["document"]["file_id"])
    shown = f"{sandbox.url}/sandbox/files/{message['document']['file_id']}"
    async with session.get(shown) as response:
        assert response.content_disposition.filename == "a.pdf"
        assert await response.read() == b"abc"


async def test_file_ids_are_not_portable_between_bots(sandbox, bot, session, user_id):
    sandbox.add_bot(token="77:another", username="other_bot", first_name="Other")
    other = Client(session, sandbox.url, "77:another")
    message = await bot.upload("sendDocument", {"document": ("a.txt", b"a")}, chat_id=user_id)
    file_id = message["document"]["file_id"]
    sandbox.press_start(user_id, bot_id=77)
    assert await other.refused("sendDocument", chat_id=user_id, document=file_id) == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )
    assert await other.refused("getFile", file_id=file_id) == (400, "Bad Request: invalid file_id")
    path = (await bot.call("getFile", file_id=file_id))["file_path"]
    async with session.get(f"{sandbox.url}/file/bot77:another/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({}, "there is no document in the request"),
        ({"document": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ({"document": "https://a.vn/x.pdf"}, "failed to get HTTP URL content"),
        ({"document": "attach://x"}, "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_send_document_refuses(bot, user_id, parameters, complaint):
    assert await bot.refused("sendDocument", chat_id=user_id, **parameters) == (
        400,
        f"Bad Request: {complaint}",
    )


async def test_send_document_refuses_an_empty_file_and_a_long_caption(bot, user_id):
    for file, caption, complaint in (
        (b"", "", "file must be non-empty"),
        (b"x", "x" * 1025, "message caption is too long"),
    ):
        form = aiohttp.FormData({"chat_id": str(user_id), "caption": caption})
        form.add_field("document", file, filename="a.txt")
        status, answer = await bot.raw("sendDocument", data=form)
        assert (status, answer["description"]) == (400, f"Bad Request: {complaint}")


async def test_send_document_over_50_megabytes(bot, user_id):
    form = aiohttp.FormData({"chat_id": str(user_id)})
    form.add_field("document", io.BytesIO(bytes(50 * 1024 * 1024 + 1)), filename="a.bin")
    status, answer = await bot.raw("sendDocument", data=form)
    assert status == 413
    assert answer == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


async def test_get_file_over_20_megabytes(sandbox, bot, user_id):
    content = bytes(20 * 1024 * 1024 + 1)
    message = sandbox.send_document(user_id, content, file_name="a.bin")
    assert await bot.refused("getFile", file_id=message["document"]["file_id"]) == (
        400,
        "Bad Request: file is too big",
    )


@pytest.mark.parametrize("content", [PNG, GIF, JPEG])
async def test_send_photo_knows_its_size(bot, user_id, content):
    message = await bot.upload("sendPhoto", {"photo": ("a.png", content)}, chat_id=user_id)
    [size] = message["photo"]
    assert (size["width"], size["height"]) == (7, 5)
    assert await bot.refused("sendDocument", chat_id=user_id, document=size["file_id"]) == (
        400,
        "Bad Request: can't use file of type Photo as Document",
    )


async def test_send_photo_refuses_what_is_no_picture(bot, user_id):
    form = aiohttp.FormData({"chat_id": str(user_id)})
    form.add_field("photo", b"not a picture", filename="a.png")
    status, answer = await bot.raw("sendPhoto", data=form)
    assert (status, answer["description"]) == (400, "Bad Request: IMAGE_PROCESS_FAILED")


async def test_send_media_group_shares_an_id(sandbox, bot, user_id):
    media = [
        {"type": "document", "media": f"attach://file{n}", "caption": f"<b>{n}</b>"}
        for n in range(2)
    ]
    for item in media:
        item["parse_mode"] = "HTML"
    files = {f"file{n}": (f"{n}.txt", b"x") for n in range(2)}
    album = await bot.upload("sendMediaGroup", files, chat_id=user_id, media=json.dumps(media))
    assert [message["caption"] for message in album] == ["0", "1"]
    assert len({message["media_group_id"] for message in album}) == 1


async def test_send_media_group_refuses_a_single_file(bot, user_id):
    media = [{"type": "document", "media": "x"}]
    status, _ = await bot.refused("sendMediaGroup", chat_id=user_id, media=media)
    assert status == 400


async def test_old_files_make_room():
    sandbox = Sandbox()
    store = sandbox.world.files
    store._kept_bytes = 10
    first, second = (store.add(b"x" * 6, name=name) for name in ("a", "b"))
    assert store.get(first.id) is None
    assert store.get(second.id) is second


@pytest.mark.parametrize(
    "kind",
    [
        *("voice", "audio", "video", "video_note", "animation", "sticker"),
        *("location", "contact", "poll", "dice"),
    ],
)
async def test_whatever_a_person_sends_reaches_the_bot_and_can_be_copied(
    sandbox, bot, session, user_id, kind
):
    url = f"{sandbox.url}/sandbox/send"
    async with session.post(url, json={"user_id": user_id, "kind": kind, "album": "7"}) as response:
        sent = (await response.json())["result"]
    [update] = await bot.updates()
    message = update["message"]
    assert message == sent
    assert message["media_group_id"] == "7"
    assert Message.de_json(message, None)[kind]
    copied = await bot.call(
        "copyMessage", chat_id=user_id, from_chat_id=user_id, message_id=message["message_id"]
    )
    copy = sandbox.messages(user_id)[-1]
    assert copy["message_id"] == copied["message_id"]
    assert copy[kind] == message[kind]


async def test_a_text_can_be_passed_on_and_nothing_unknown_sent(sandbox, bot, session, user_id):
    sandbox.say(user_id, "Tin", forwarded_from="Ai đó")
    [update] = await bot.updates()
    assert update["message"]["forward_origin"]["sender_user_name"] == "Ai đó"
    url = f"{sandbox.url}/sandbox/send"
    async with session.post(url, json={"user_id": user_id, "kind": "smell"}) as response:
        assert response.status == 400
