"""Links that stand not in the words of a message: posts of channels that contacts forward, captions
of pictures, and links behind words; those added by an edit as well."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.domain.states import AssignmentState
from bot.storage.tables import Article, Assignment, Submission
from bot.texts import texts
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone

LINK = "https://baoyenbai.com.vn/11/305919/Diem-su-kien.aspx"
ANOTHER = "https://tuoitre.vn/yen-bai-khai-mac-le-hoi-20230106102345678.htm"
THE_SAME = "https://m.tuoitre.vn/print/le-hoi-yen-bai-khai-mac-20230106102345678.htm?zarsrc=31"
CHANNEL = {"id": -1001234567890, "type": "channel", "title": "Báo Yên Bái", "username": "byb"}
POST = {"forward_origin": {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 12}}
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 90}]},
    "video": {
        "video": {"file_id": "v1", "file_unique_id": "u2", "width": 9, "height": 9, "duration": 3}
    },
    "document": {"document": {"file_id": "d1", "file_unique_id": "u3", "file_name": "bai.pdf"}},
}
say = texts("vi")
_message_ids = itertools.count(70_000)


def behind(words: str, link: str, within: str) -> dict[str, Any]:
    """A link behind words of a text; Telegram counts in UTF-16."""
    before = within[: within.index(words)]
    offset, length = (len(part.encode("utf-16-le")) // 2 for part in (before, words))
    return {"type": "text_link", "offset": offset, "length": length, "url": link}


async def arrives(
    office: Office, phone: Phone, *, kind: str = "message", message_id: int = 0, **body: Any
) -> list[str]:
    """A message as Telegram tells of it; the bot's answers."""
    before = phone.last_id()
    world = office.sandbox.world
    chat = world.chat(phone.chat_id, office.sandbox.bot().id)
    assert chat is not None
    message = {
        "message_id": message_id or next(_message_ids),
        "date": 1,
        "from": world.user_json(phone.user_id),
        "chat": world.chat_json(chat),
        **body,
    }
    if kind == "edited_message":
        message["edit_date"] = 2
    office.sandbox.put_update({kind: message})
    await office.works()
    return phone.texts(after=before)


def recorded(*, count: int = 1, total: int = 1) -> str:
    code = f"TB-{total - count + 1}"  # of the first article in the message
    return say("link.recorded", count=count, position=1, total=total, expected=1, code=code)


async def contact_with_work(office: Office, *, tasks: int = 1) -> tuple[Phone, Issued]:
    unit = await office.unit()
    an = await office.contact(unit)
    return an, await office.issued(unit, tasks=tasks)


async def links_taken(office: Office) -> list[str]:
    rows = await office.rows(Article)
    return [row.url for row in sorted(rows, key=lambda row: row.id)]


@pytest.mark.parametrize("medium", MEDIA)
async def test_a_forwarded_post_with_a_caption_is_taken_with_what_is_behind_its_words(
    office: Office, medium: str
):
    an, _ = await contact_with_work(office)
    caption = f"🎋 Lễ hội đầu xuân\nXem thêm tại đây. {LINK}"
    entities = [behind("tại đây", ANOTHER, caption)]
    answers = await arrives(
        office, an, **POST, **MEDIA[medium], caption=caption, caption_entities=entities
    )
    assert answers == [recorded(count=2, total=2)]
    assert await links_taken(office) == [LINK, ANOTHER]
    assert (await office.row(Assignment)).state is AssignmentState.SUBMITTED


async def test_a_forwarded_post_whose_only_link_is_behind_words(office: Office):
    an, _ = await contact_with_work(office)
    text = "🎋🎋 Lễ hội đầu xuân. Đọc bài"
    answers = await arrives(
        office, an, **POST, text=text, entities=[behind("Đọc bài", ANOTHER, text)]
    )
    assert answers == [recorded()]
    assert await links_taken(office) == [ANOTHER]


async def test_a_page_forwarded_again_under_another_headline_counts_once(office: Office):
    an, _ = await contact_with_work(office)
    first = {"caption": ANOTHER, **MEDIA["photo"]}
    assert await arrives(office, an, **POST, **first) == [recorded()]
    text = "Đọc bài"
    again = [behind(text, THE_SAME, text)]
    assert await arrives(office, an, **POST, text=text, entities=again) == [
        say("link.duplicate", at="12:00 06/10/2026", zone="GMT+07:00", position=1)
    ]
    assert await links_taken(office) == [ANOTHER]


async def test_one_page_in_the_words_and_behind_them_counts_once(office: Office):
    an, _ = await contact_with_work(office)
    caption = f"{ANOTHER} đọc bài"
    entities = [behind("đọc bài", THE_SAME, caption)]
    assert await arrives(
        office, an, **POST, **MEDIA["photo"], caption=caption, caption_entities=entities
    ) == [recorded()]
    assert await links_taken(office) == [ANOTHER]


async def test_a_forwarded_caption_is_asked_about_where_several_tasks_are_open(office: Office):
    an, _ = await contact_with_work(office, tasks=2)
    caption = "Đọc bài"
    entities = [behind(caption, ANOTHER, caption)]
    assert await arrives(
        office, an, **POST, **MEDIA["photo"], caption=caption, caption_entities=entities
    ) == [say("link.choose_task")]
    assert (await office.row(Submission)).links == [ANOTHER]


async def test_a_link_put_behind_words_by_an_edit_of_a_caption_is_taken(office: Office):
    an, _ = await contact_with_work(office)
    number, caption = next(_message_ids), f"{LINK} đọc thêm"
    photo = {**POST, **MEDIA["photo"], "caption": caption}
    assert await arrives(office, an, message_id=number, **photo) == [recorded()]
    entities = [behind("đọc thêm", ANOTHER, caption)]
    assert await arrives(
        office, an, kind="edited_message", message_id=number, **photo, caption_entities=entities
    ) == [recorded(total=2)]
    assert await links_taken(office) == [LINK, ANOTHER]


async def test_a_mention_behind_words_is_no_link(office: Office):
    an, _ = await contact_with_work(office)
    caption = "Tin của chị Mai"
    entities = [behind("chị Mai", "tg://user?id=5", caption)]
    await arrives(office, an, **POST, **MEDIA["photo"], caption=caption, caption_entities=entities)
    assert not await office.rows(Article)
    assert not await office.rows(Submission)
