"""Editing, deleting, pinning, answering taps."""

from datetime import timedelta

import pytest

KEYBOARD = {"inline_keyboard": [[{"text": "Đã nhận", "callback_data": "ack"}]]}
OTHER = {"inline_keyboard": [[{"text": "Xong", "callback_data": "done"}]]}
TOO_OLD = (
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
)
SAME = (
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message",
)


@pytest.fixture
async def card(bot, user_id):
    """A message of the bot with a button; ids to name it by."""
    message = await bot.call(
        "sendMessage", chat_id=user_id, text="<b>Thẻ</b>", parse_mode="HTML", reply_markup=KEYBOARD
    )
    return {"chat_id": user_id, "message_id": message["message_id"]}


async def test_edit_message_text_changes_and_drops_the_keyboard(sandbox, bot, user_id, card):
    edited = await bot.call("editMessageText", **card, text="mới")
    assert edited["text"] == "mới"
    assert "entities" not in edited
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]
    assert sandbox.messages(user_id)[-1] == edited
    assert await bot.updates() == []


async def test_edit_message_text_refuses_the_same_again(bot, card):
    same = {"text": "<strong>Thẻ</strong>", "parse_mode": "HTML", "reply_markup": KEYBOARD}
    assert await bot.refused("editMessageText", **card, **same) == SAME
    assert await bot.refused("editMessageReplyMarkup", **card, reply_markup=KEYBOARD) == SAME
    for difference in ({"text": "Thẻ"}, {"reply_markup": OTHER}):
        await bot.call("editMessageText", **card, **{**same, **difference})


async def test_edit_message_reply_markup_changes_only_the_keyboard(bot, card):
    edited = await bot.call("editMessageReplyMarkup", **card, reply_markup=OTHER)
    assert edited["reply_markup"] == OTHER
    assert edited["text"] == "Thẻ"
    assert "reply_markup" not in await bot.call("editMessageReplyMarkup", **card)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"message_id": 999}, "message to edit not found"),
        ({"message_id": "x"}, "message to edit not found"),
        ({"message_id": 0, "chat_id": ""}, "message identifier is not specified"),
        ({"chat_id": 777}, "chat not found"),
        ({"text": ""}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"reply_markup": {"keyboard": [["x"]]}}, "inline keyboard expected"),
    ],
)
async def test_edit_message_text_refuses(bot, card, change, complaint):
    refused = await bot.refused("editMessageText", **{**card, "text": "x", **change})
    assert refused == (400, f"Bad Request: {complaint}")


async def test_edit_message_text_only_of_ones_own_texts(sandbox, bot, user_id):
    theirs = sandbox.say(user_id, "của tôi")
    assert await bot.refused(
        "editMessageText", chat_id=user_id, message_id=theirs["message_id"], text="x"
    ) == (400, "Bad Request: message can't be edited")
    document = await bot.upload("sendDocument", {"document": ("a.txt", b"a")}, chat_id=user_id)
    names = {"chat_id": user_id, "message_id": document["message_id"]}
    assert await bot.refused("editMessageText", **names, text="x") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )
    captioned = await bot.call("editMessageCaption", **names, caption="<i>c</i>", parse_mode="HTML")
    assert captioned["caption_entities"] == [{"offset": 0, "length": 1, "type": "italic"}]
    assert "caption" not in await bot.call("editMessageCaption", **names)


async def test_edit_message_caption_needs_a_file(bot, card):
    assert await bot.refused("editMessageCaption", **card, caption="x") == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )


async def test_edit_message_text_in_a_blocked_chat(sandbox, bot, user_id, card):
    sandbox.block(user_id)
    assert await bot.refused("editMessageText", **card, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )


async def test_delete_message_removes_it_once(sandbox, bot, user_id, card):
    assert await bot.call("deleteMessage", **card) is True
    assert all(m["message_id"] != card["message_id"] for m in sandbox.messages(user_id))
    assert await bot.refused("deleteMessage", **card) == (
        400,
        "Bad Request: message to delete not found",
    )


async def test_delete_message_only_within_48_hours(sandbox, bot, card):
    sandbox.advance(48 * 3600 - 10)
    fresh = await bot.call("sendMessage", chat_id=card["chat_id"], text="x")
    sandbox.advance(60)
    assert await bot.refused("deleteMessage", **card) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    both = [card["message_id"], fresh["message_id"]]
    status, _ = await bot.refused("deleteMessages", chat_id=card["chat_id"], message_ids=both)
    assert status == 400
    assert await bot.call("deleteMessages", chat_id=card["chat_id"], message_ids=[both[1], 999])


async def test_delete_message_of_others_only_where_it_may(sandbox, bot, user_id):
    theirs = sandbox.say(user_id, "x")
    assert await bot.call("deleteMessage", chat_id=user_id, message_id=theirs["message_id"])
    group = sandbox.add_group(title="G", member_ids=[user_id, 4242])["id"]
    theirs = sandbox.say(user_id, "x", chat_id=group)
    names = {"chat_id": group, "message_id": theirs["message_id"]}
    assert await bot.refused("deleteMessage", **names) == (
        400,
        "Bad Request: message can't be deleted",
    )
    sandbox.change_members(group, promote=[4242])
    assert await bot.call("deleteMessage", **names)


async def test_answer_callback_query_shows_a_popup_once(sandbox, bot, user_id, card):
    query_id = sandbox.press(user_id, card["message_id"], data="ack").callback_query_id
    [update] = await bot.updates()
    query = update["callback_query"]
    assert (query["id"], query["data"]) == (query_id, "ack")
    assert query["message"]["reply_markup"] == KEYBOARD
    before = sandbox.world.feed.revision
    answer = {"callback_query_id": query_id, "text": "Đã ghi", "show_alert": True}
    assert await bot.call("answerCallbackQuery", **answer) is True
    [popup] = sandbox.world.feed.since(before)
    expected = {
        "kind": "popup",
        "chat_id": user_id,
        "user_id": user_id,
        "message_id": card["message_id"],
        "text": "Đã ghi",
        "show_alert": True,
    }
    assert expected.items() <= popup.items()
    assert await bot.refused("answerCallbackQuery", **answer) == TOO_OLD


async def test_answer_callback_query_in_time_only(sandbox, bot, user_id, card):
    query_id = sandbox.press(user_id, card["message_id"], label="Đã nhận").callback_query_id
    sandbox.advance(31)
    assert await bot.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


@pytest.mark.parametrize("query_id", ["", "x", "12345"])
async def test_answer_callback_query_with_an_unknown_id(bot, query_id):
    assert await bot.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_answer_callback_query_with_a_long_text(sandbox, bot, user_id, card):
    query_id = sandbox.press(user_id, card["message_id"], data="ack").callback_query_id
    refused = await bot.refused("answerCallbackQuery", callback_query_id=query_id, text="x" * 201)
    assert refused == (400, "Bad Request: MESSAGE_TOO_LONG")
    await bot.call("answerCallbackQuery", callback_query_id=query_id, text="x" * 200)


async def test_a_tap_on_a_deleted_message_has_an_inaccessible_one(sandbox, bot, user_id, card):
    await bot.call("deleteMessage", **card)
    sandbox.press(user_id, card["message_id"], data="ack")
    [update] = await bot.updates()
    message = update["callback_query"]["message"]
    assert (message["date"], message["message_id"]) == (0, card["message_id"])


async def test_pin_and_unpin(sandbox, bot, user_id, card):
    await bot.call("pinChatMessage", **card)
    chat = await bot.call("getChat", chat_id=user_id)
    assert chat["pinned_message"]["message_id"] == card["message_id"]
    await bot.call("unpinChatMessage", chat_id=user_id)
    assert "pinned_message" not in await bot.call("getChat", chat_id=user_id)
    assert await bot.refused("unpinChatMessage", chat_id=user_id) == (
        400,
        "Bad Request: message to unpin not found",
    )
    await bot.call("unpinAllChatMessages", chat_id=user_id)


async def test_dates_follow_the_movable_clock(sandbox, bot, user_id, card):
    then = sandbox.now() + timedelta(days=3)
    sandbox.set_clock(then)
    edited = await bot.call("editMessageText", **card, text="x")
    assert 0 <= edited["edit_date"] - then.timestamp() + 1 <= 3
