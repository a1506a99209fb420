"""Sending messages: what passes, what is refused, and in whose words."""

import json

import pytest

from tests.sandbox.conftest import BOT_ID


async def test_send_message_answers_with_the_message(sandbox, bot, user_id):
    message = await bot.call(
        "sendMessage", chat_id=user_id, text="<b>Chào</b> 😀 <i>anh</i> ", parse_mode="HTML"
    )
    assert message["text"] == "Chào 😀 anh"
    assert message["entities"] == [
        {"offset": 0, "length": 4, "type": "bold"},
        {"offset": 8, "length": 3, "type": "italic"},
    ]
    assert message["chat"]["id"] == user_id
    assert message["from"] == {
        "id": BOT_ID,
        "is_bot": True,
        "first_name": "Test",
        "username": "sandbox_test_bot",
    }
    assert sandbox.messages(user_id)[-1] == message


@pytest.mark.parametrize("encode", [str, json.dumps])
async def test_send_message_reads_every_form_of_request(bot, user_id, encode):
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "d"}]]}
    fields = {"chat_id": encode(user_id), "text": "a", "reply_markup": json.dumps(markup)}
    for request in ({"data": fields}, {"params": fields}, {"json": fields}):
        status, answer = await bot.raw("sendmessage", **request)
        assert status == 200, answer
        assert answer["result"]["reply_markup"] == markup


async def test_send_message_prefers_the_query_over_the_body(bot, user_id):
    _, answer = await bot.raw(
        "sendMessage", params={"text": "query"}, json={"chat_id": user_id, "text": "body"}
    )
    assert answer["result"]["text"] == "query"


async def test_send_message_ignores_unknown_parameters(bot, user_id):
    message = await bot.call("sendMessage", chat_id=user_id, text="a", colour="red")
    assert "colour" not in message


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"text": ""}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 40_000}, "text is too long"),
        (
            {"text": "<b>x", "parse_mode": "html"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "ệ<x>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 3',
        ),
        ({"text": "x", "parse_mode": "latex"}, "unsupported parse_mode"),
        ({"text": "x", "entities": [5]}, "can't parse MessageEntity: expected an Object"),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0}]},
            "can't parse MessageEntity: Can't find field \"length\"",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 77}, "chat not found"),
        ({"text": "x", "chat_id": "abc"}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": {}}, None),
        ({"text": "x", "reply_parameters": [1]}, "object expected as reply parameters"),
        ({"text": "x", "business_connection_id": "b"}, "business connection not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x\ud83d"}, "strings must be encoded in UTF-8"),
    ],
)
async def test_send_message_refuses_in_telegrams_words(bot, user_id, parameters, complaint):
    status, answer = await bot.raw("sendMessage", json={"chat_id": user_id, **parameters})
    if complaint is None:
        assert status == 200
    else:
        assert (status, answer["description"]) == (400, f"Bad Request: {complaint}")


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048, "  " + "x" * 4096 + "  "])
async def test_send_message_takes_the_longest_text(bot, user_id, text):
    assert (await bot.call("sendMessage", chat_id=user_id, text=text))["text"] == text.strip()


async def test_send_message_measures_after_parsing(bot, user_id):
    text = "<b>" + "x" * 4096 + "</b>"
    message = await bot.call("sendMessage", chat_id=user_id, text=text, parse_mode="HTML")
    assert len(message["text"]) == 4096


def keyboard(**button):
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("no json", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": 5}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [5]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            keyboard(text="x"),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard(callback_data="x"),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            keyboard(text=["x"], callback_data="x"),
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            keyboard(text="x", callback_data="x", style="loud"),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (keyboard(text="x", callback_data="ệ" * 22), "BUTTON_DATA_INVALID"),
        (keyboard(text="x", copy_text={"text": "y" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (
            keyboard(text="x", url="http://nowhere"),
            "inline keyboard button URL 'http://nowhere' is invalid: Wrong HTTP URL",
        ),
        (
            {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13},
            "reply markup is too long",
        ),
    ],
)
async def test_send_message_refuses_bad_keyboards(bot, user_id, markup, complaint):
    status, text = await bot.refused("sendMessage", chat_id=user_id, text="x", reply_markup=markup)
    assert (status, text) == (400, f"Bad Request: {complaint}")


async def test_send_message_shows_the_keyboard_as_telegram_does(bot, user_id):
    given = [
        [
            {"text": "Đã nhận", "callback_data": "x" * 64, "style": "success"},
            {"text": "Trang", "url": "a.vn", "style": "default"},
        ],
        [],
        [{"text": "", "callback_data": "gone"}],
        [{"text": "Mã", "copy_text": {"text": "123"}}, {"text": "Ai", "url": "tg://user?id=5"}],
    ]
    message = await bot.call(
        "sendMessage", chat_id=user_id, text="x", reply_markup={"inline_keyboard": given}
    )
    assert message["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Đã nhận", "callback_data": "x" * 64, "style": "success"},
            {"text": "Trang", "url": "http://a.vn/"},
        ],
        [{"text": "Mã", "copy_text": {"text": "123"}}, {"text": "Ai", "url": "tg://user?id=5"}],
    ]


@pytest.mark.parametrize(
    "markup", [{"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True}, {}]
)
async def test_send_message_does_not_return_other_markup(bot, user_id, markup):
    message = await bot.call("sendMessage", chat_id=user_id, text="x", reply_markup=markup)
    assert "reply_markup" not in message


async def test_send_message_replies_with_the_message_replied_to(sandbox, bot, user_id):
    asked = sandbox.say(user_id, "Hạn nào?")
    answer = await bot.call(
        "sendMessage",
        chat_id=user_id,
        text="x",
        reply_parameters={"message_id": asked["message_id"], "quote": "nào"},
    )
    assert answer["reply_to_message"]["text"] == "Hạn nào?"
    assert answer["quote"] == {"text": "nào", "position": 4, "is_manual": True}
    alone = await bot.call(
        "sendMessage",
        chat_id=user_id,
        text="x",
        reply_parameters={"message_id": 99, "allow_sending_without_reply": True},
    )
    assert "reply_to_message" not in alone


async def test_send_message_keeps_link_preview_options(bot, user_id):
    message = await bot.call(
        "sendMessage", chat_id=user_id, text="x", link_preview_options={"is_disabled": True}
    )
    assert message["link_preview_options"] == {"is_disabled": True}


async def test_send_message_to_somebody_who_never_started(sandbox, bot):
    stranger = sandbox.add_user(first_name="B")["id"]
    assert await bot.refused("sendMessage", chat_id=stranger, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


async def test_send_message_to_somebody_who_blocked_or_left(sandbox, bot, user_id):
    sandbox.block(user_id)
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert await bot.refused("sendMessage", chat_id=user_id, text="x") == blocked
    assert await bot.refused("sendChatAction", chat_id=user_id, action="typing") == blocked
    sandbox.press_start(user_id)
    await bot.call("sendMessage", chat_id=user_id, text="x")
    sandbox.deactivate(user_id)
    gone = (403, "Forbidden: user is deactivated")
    assert await bot.refused("sendMessage", chat_id=user_id, text="x") == gone


async def test_copy_message_leaves_the_keyboard_behind(sandbox, bot, user_id):
    original = await bot.call(
        "sendMessage",
        chat_id=user_id,
        text="<b>a</b>",
        parse_mode="HTML",
        reply_markup=keyboard(text="x", callback_data="x"),
    )
    source = {"chat_id": user_id, "from_chat_id": user_id, "message_id": original["message_id"]}
    copied = await bot.call("copyMessage", **source)
    assert set(copied) == {"message_id"}
    copy = sandbox.messages(user_id)[-1]
    assert (copy["text"], copy["entities"]) == (original["text"], original["entities"])
    assert "reply_markup" not in copy
    forwarded = await bot.call("forwardMessage", **source)
    assert forwarded["forward_origin"]["sender_user"]["id"] == BOT_ID
    assert await bot.refused("editMessageText", text="b", **ids(forwarded)) == (
        400,
        "Bad Request: message can't be edited",
    )
    source["message_id"] = 99
    for method, what in (("copyMessage", "copy"), ("forwardMessage", "forward")):
        text = f"Bad Request: message to {what} not found"
        assert await bot.refused(method, **source) == (400, text)


def ids(message):
    return {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}


async def test_copy_messages_and_forward_messages_skip_what_is_gone(sandbox, bot, user_id):
    sent = [await bot.call("sendMessage", chat_id=user_id, text=str(n)) for n in range(3)]
    numbers = [message["message_id"] for message in sent]
    await bot.call("deleteMessage", **ids(sent[1]))
    for method in ("copyMessages", "forwardMessages"):
        result = await bot.call(method, chat_id=user_id, from_chat_id=user_id, message_ids=numbers)
        assert len(result) == 2
        assert [m["text"] for m in sandbox.messages(user_id)[-2:]] == ["0", "2"]


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        ([], "message identifiers are not specified"),
        ("x", "can't parse message_ids JSON object"),
        ({"a": 1}, "expected an Array of message identifiers"),
        ([0], "invalid message identifier specified"),
        (["x"], "can't parse message identifier as a Number"),
        ([[1]], "message identifier must be a Number"),
        ([1] * 101, "too many message identifiers specified"),
    ],
)
async def test_delete_messages_refuses_bad_ids(bot, user_id, ids, complaint):
    assert await bot.refused("deleteMessages", chat_id=user_id, message_ids=ids) == (
        400,
        f"Bad Request: {complaint}",
    )


async def test_send_chat_action_shows_typing_and_refuses_nonsense(sandbox, bot, user_id):
    before = sandbox.world.feed.revision
    await bot.call("sendChatAction", chat_id=user_id, action="typing")
    [change] = sandbox.world.feed.since(before)
    assert (change["kind"], change["chat_id"], change["user_id"]) == ("typing", user_id, BOT_ID)
    assert await bot.refused("sendChatAction", chat_id=user_id, action="dance") == (
        400,
        "Bad Request: wrong parameter action in request",
    )


async def test_protected_messages_cannot_be_forwarded(bot, user_id):
    message = await bot.call("sendMessage", chat_id=user_id, text="x", protect_content="true")
    assert message["has_protected_content"] is True
    status, _ = await bot.refused(
        "forwardMessage",
        chat_id=user_id,
        from_chat_id=user_id,
        message_id=message["message_id"],
    )
    assert status == 400
