"""The control API and the page over HTTP: the same operations as the Python door."""

import asyncio
import json

import aiohttp
import pytest

from bot.sandbox import ControlError, Mark, Phone
from bot.sandbox.entities.split import split_text
from tests.sandbox.conftest import BOT_ID

CARD = {
    "inline_keyboard": [
        [{"text": "Đã nhận", "callback_data": "ack"}, {"text": "Trang", "url": "https://a.vn/"}],
        [{"text": "Mã", "copy_text": {"text": "123"}}],
    ]
}


class Page:
    """What the page does: posts, and reads the state and the stream."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def post(self, path: str, **body):
        """A request that must succeed; its result."""
        status, answer = await self.request("post", path, json=body)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def refused(self, path: str, **body) -> str:
        """A request that must fail with 400; why."""
        status, answer = await self.request("post", path, json=body)
        assert (status, answer["ok"]) == (400, False), answer
        return answer["description"]

    async def request(self, verb: str, path: str, **request):
        """Any request."""
        async with self._session.request(
            verb, f"{self._url}/sandbox/{path}", **request
        ) as response:
            return response.status, await response.json()

    async def get(self, path: str):
        """The result of a GET."""
        return (await self.request("get", path))[1]["result"]

    async def changes(self, count: int, query: str = "?since=0"):
        """The first changes of the stream."""
        found = []
        async with self._session.get(f"{self._url}/sandbox/stream{query}") as response:
            assert response.content_type == "text/event-stream"
            async for line in response.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line[6:]))
                    if len(found) == count:
                        return found
        return found


@pytest.fixture
def page(sandbox, session) -> Page:
    """The control API's client."""
    return Page(session, sandbox.url)


async def test_a_round_through_the_control_api(sandbox, bot, page):
    user = await page.post("users", first_name="An", language_code="vi", username="@an")
    assert user["username"] == "an"
    user_id = user["id"]
    assert user_id > 2**31
    start = await page.post("start", user_id=user_id, payload="code")
    assert start["text"] == "/start code"
    said = await page.post("say", user_id=user_id, text="xem a.vn/x")
    assert [entity["type"] for entity in said["entities"]] == ["url"]
    edited = await page.post("edit", user_id=user_id, message_id=said["message_id"], text="b")
    assert edited["edit_date"]
    reply = await page.post(
        "say", user_id=user_id, text="c", reply_to_message_id=said["message_id"]
    )
    assert reply["reply_to_message"]["text"] == "b"
    card = await bot.call("sendMessage", chat_id=user_id, text="x", reply_markup=CARD)
    press = {"user_id": user_id, "message_id": card["message_id"]}
    assert set(await page.post("press", **press, label="Đã nhận")) == {"callback_query_id"}
    assert set(await page.post("press", **press, data="ack")) == {"callback_query_id"}
    assert await page.post("press", **press, label="Trang") == {"url": "https://a.vn/"}
    assert await page.post("press", **press, label="Mã") == {"copied": "123"}
    kinds = [next(k for k in update if k != "update_id") for update in await bot.updates()]
    assert kinds == ["message", "message", "edited_message", "message", *["callback_query"] * 2]


async def test_topics_of_a_forum(bot, page, user_id):
    forum = await page.post(
        "groups", title="F", type="supergroup", member_ids=[user_id, BOT_ID], is_forum=True
    )
    chat_id = forum["id"]
    topic_id = (await page.post("topics", chat_id=chat_id, name="T"))["topic_id"]
    await page.post("say", user_id=user_id, chat_id=chat_id, topic_id=topic_id, text="/a")
    assert (await bot.updates())[-1]["message"]["message_thread_id"] == topic_id
    to_topic = {"chat_id": chat_id, "text": "x", "message_thread_id": topic_id}
    await page.post("topics/close", chat_id=chat_id, topic_id=topic_id)
    assert (await bot.refused("sendMessage", **to_topic))[1].endswith("TOPIC_CLOSED")
    await page.post("topics/reopen", chat_id=chat_id, topic_id=topic_id)
    await bot.call("sendMessage", **to_topic)
    await page.post("topics/delete", chat_id=chat_id, topic_id=topic_id)
    assert (await bot.refused("sendMessage", **to_topic))[1].endswith("thread not found")


async def test_groups_members_and_migration(sandbox, bot, page, user_id):
    other = (await page.post("users", first_name="B"))["id"]
    group = await page.post("groups", title="G", type="group", member_ids=[user_id])
    await page.post("start_group", user_id=user_id, chat_id=group["id"], payload="c")
    await page.post("members", chat_id=group["id"], add=[other])
    state = await page.get("state")
    [shown] = [chat for chat in state["chats"] if chat["id"] == group["id"]]
    assert set(shown["member_ids"]) == {user_id, other, BOT_ID}
    await page.post("members", chat_id=group["id"], remove=[BOT_ID], by=user_id)
    new = (await page.post("migrate", chat_id=group["id"]))["chat_id"]
    assert str(new).startswith("-100")
    assert "supergroup" in await page.refused("say", user_id=user_id, chat_id=group["id"], text="x")


async def test_blocking_and_deactivating(sandbox, bot, page, user_id):
    await page.post("block", user_id=user_id)
    state = await page.get("state")
    assert state["chats"][0]["blocked_by"] == [BOT_ID]
    assert "blocked" in await page.refused("say", user_id=user_id, text="x")
    await page.post("unblock", user_id=user_id)
    await page.post("say", user_id=user_id, text="x")
    await page.post("deactivate", user_id=user_id)
    assert "deactivated" in await page.refused("say", user_id=user_id, text="x")


async def test_documents_with_their_names(sandbox, bot, page, user_id):
    form = aiohttp.FormData({"user_id": str(user_id), "caption": "c"}, quote_fields=False)
    form.add_field("file", b"abc", filename="Công văn.pdf")
    status, answer = await page.request("post", "document", data=form)
    assert status == 200
    document = answer["result"]["document"]
    assert document["file_name"] == "Công văn.pdf"
    status, answer = await page.request("post", "document", data={"user_id": "1"})
    assert (status, answer["description"]) == (400, "file is missing")


async def test_clock_and_marks(sandbox, page):
    async def marks():
        return [Mark("trước hạn", sandbox.now())]

    sandbox.marks = marks
    await page.post("clock", set="2026-12-01T08:00:00+07:00")
    state = await page.get("state")
    assert state["clock"]["now"].startswith("2026-12-01T01:00:0")
    assert state["clock"]["zone"] == "Asia/Ho_Chi_Minh"
    assert state["clock"]["marks"][0]["label"] == "trước hạn"
    await page.post("clock", advance_seconds=3600)
    assert sandbox.now().hour == 2


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("users", {}, "first_name is missing"),
        ("users", {"first_name": 5}, "first_name must be a text"),
        ("users", {"first_name": "A", "id": BOT_ID}, "cannot be the id of a new person"),
        ("groups", {"title": "G", "member_ids": []}, "a group needs a person"),
        ("groups", {"title": "G", "member_ids": ["x"]}, "member_ids must be a list of numbers"),
        (
            "groups",
            {"title": "G", "type": "channel", "member_ids": []},
            "there are: private, group",
        ),
        ("start", {"user_id": 5}, "there is no person 5"),
        ("say", {"user_id": "x", "text": "x"}, "user_id must be a number"),
        ("clock", {}, "set or advance_seconds is missing"),
        ("clock", {"set": "tomorrow"}, "set must be a date and time"),
        ("clock", {"set": "2026-12-01T08:00:00"}, "needs a time zone"),
        ("faults", {"kind": "earthquake"}, "is no fault; there are: status"),
        ("updates", {}, "update must be an object"),
        ("phones", {"phones": {}}, "phones must be a list"),
        ("start", {"user_id": 5, "bot_id": 6}, "there is no bot 6"),
        ("bots", {"token": "x", "username": "a", "first_name": "A"}, "a token looks like"),
    ],
)
async def test_mistakes_get_one_clear_sentence(page, path, body, complaint):
    assert complaint in await page.refused(path, **body)


@pytest.mark.parametrize("body", [b"no json", b"[]"])
async def test_bodies_that_are_no_object(page, body):
    status, answer = await page.request("post", "say", data=body)
    assert (status, answer["ok"]) == (400, False)


async def test_press_names_the_buttons_there_are(sandbox, bot, user_id):
    card = await bot.call("sendMessage", chat_id=user_id, text="x", reply_markup=CARD)
    with pytest.raises(ControlError, match="there are: 'Đã nhận', 'Trang', 'Mã'"):
        sandbox.press(user_id, card["message_id"], label="Nộp")
    with pytest.raises(ControlError, match="there is no message 999"):
        sandbox.press(user_id, 999, data="ack")


async def test_phones_say_whether_they_have_started(sandbox, page, user_id):
    new = sandbox.add_user(first_name="B")["id"]
    phones = [{"user_id": user_id, "label": "A"}, {"user_id": new, "start": "code", "note": "n"}]
    await page.post("phones", phones=phones)
    shown = (await page.get("state"))["phones"]
    assert [phone["started"] for phone in shown] == [True, False]
    assert (shown[1]["start"], shown[1]["chat_id"]) == ("code", new)


async def test_a_keyboard_below_the_chat_is_shown_until_it_is_taken_away(bot, page, user_id):
    button = {"text": "Chia sẻ số", "request_contact": True}
    shown = {"keyboard": [[button, "Thôi"]], "one_time_keyboard": True}
    for markup, keys in (
        (shown, {"keyboard": [[button, {"text": "Thôi"}]], "one_time": True}),
        (None, {"keyboard": [[button, {"text": "Thôi"}]], "one_time": True}),
        ({"remove_keyboard": True}, None),
    ):
        given = {"reply_markup": markup} if markup else {}
        await bot.call("sendMessage", chat_id=user_id, text="x", **given)
        (chat,) = [each for each in (await page.get("state"))["chats"] if each["id"] == user_id]
        found = chat.get("keys")
        assert (found and {name: found[name] for name in ("keyboard", "one_time")}) == keys


async def test_faults_come_and_go(sandbox, page):
    first = await page.post("faults", kind="offline", times=None)
    second = await page.post("faults", kind="slow", seconds=0.5, method="sendMessage", chat_id=5)
    shown = (await page.get("state"))["faults"]
    assert [fault["id"] for fault in shown] == [first["id"], second["id"]]
    await page.request("delete", f"faults/{first['id']}")
    assert [fault["kind"] for fault in (await page.get("state"))["faults"]] == ["slow"]
    await page.request("delete", "faults")
    assert (await page.get("state"))["faults"] == []
    assert (await page.request("delete", "faults/x"))[0] == 400


async def test_calls_since(sandbox, bot, page, user_id):
    for text in "ab":
        await bot.call("sendMessage", chat_id=user_id, text=text)
    first, second = await page.get("calls")
    assert first["bot_id"] == BOT_ID
    assert second["answer"]["result"]["text"] == "b"
    assert await page.get(f"calls?since={first['n']}") == [second]
    assert "AAHdqTcvCH1" not in json.dumps([first, second])


async def test_updates_put_by_hand(sandbox, bot, page):
    put = await page.post("updates", update={"message": 5})
    [update] = await bot.updates()
    assert update == {"update_id": put["update_id"], "message": 5}


async def test_the_state_holds_what_the_page_shows(sandbox, bot, page, user_id):
    await bot.call("sendMessage", chat_id=user_id, text="x")
    state = await page.get("state")
    assert set(state) >= {
        "revision",
        "clock",
        "bots",
        "phones",
        "users",
        "chats",
        "messages",
        "faults",
        "bot_commands",
    }
    assert [message["text"] for message in state["messages"][str(user_id)]] == ["/start", "x"]
    assert state["bots"][0]["username"] == "sandbox_test_bot"
    assert state["users"][0]["last_name"] == "Nguyễn"


async def test_the_stream_tells_every_change(sandbox, bot, page, user_id):
    since = sandbox.world.feed.revision
    reading = asyncio.create_task(page.changes(7, f"?since={since}"))
    card = await bot.call("sendMessage", chat_id=user_id, text="x", reply_markup=CARD)
    names = {"chat_id": user_id, "message_id": card["message_id"]}
    await bot.call("editMessageText", **names, text="y", reply_markup=CARD)
    query = sandbox.press(user_id, card["message_id"], data="ack")
    await bot.call("answerCallbackQuery", callback_query_id=query.callback_query_id)
    await bot.call("deleteMessage", **names)
    sandbox.advance(5)
    sandbox.block(user_id)
    sandbox.show_phones([Phone(user_id)])
    changes = await reading
    assert [change["kind"] for change in changes] == [
        "message",
        "edited",
        "popup",
        "deleted",
        "clock",
        "chat",
        "phones",
    ]
    assert changes[0]["message"] == card
    assert changes[0]["revision"] == since + 1
    assert changes[1]["message"]["text"] == "y"
    assert (changes[2]["text"], changes[2]["show_alert"]) == ("", False)
    assert changes[3]["message_id"] == card["message_id"]


async def test_the_stream_goes_on_where_a_reader_left_off(sandbox, page, user_id):
    revision = sandbox.world.feed.revision
    sandbox.say(user_id, "a")
    sandbox.say(user_id, "b")
    [change] = await page.changes(1, f"?since={revision + 1}")
    assert change["message"]["text"] == "b"


@pytest.mark.parametrize("since", [999_999, -5])
async def test_the_stream_asks_a_lost_reader_to_load_anew(sandbox, page, user_id, since):
    [change] = await page.changes(1, f"?since={since}")
    assert change == {"kind": "reset", "revision": sandbox.world.feed.revision}


async def test_the_stream_keeps_a_bounded_past(sandbox, page, user_id):
    before = sandbox.world.feed.revision
    for _ in range(2_100):
        sandbox.advance(1)
    assert (await page.changes(1, f"?since={before}"))[0]["kind"] == "reset"


async def test_a_second_bots_private_chats_are_its_own(sandbox, bot, session, page, user_id):
    await page.post("bots", token="77:another", username="other_bot", first_name="Other")
    since = sandbox.world.feed.revision
    await page.post("say", user_id=user_id, text="to the second", bot_id=77)
    assert await bot.updates() == []
    sandbox.say(user_id, "to the first")
    [change] = await page.changes(1, f"?since={since}")
    assert change["message"]["text"] == "to the first"
    first = await page.get("state")
    assert [m["text"] for m in first["messages"][str(user_id)]] == ["/start", "to the first"]
    second = await page.get("state?bot_id=77")
    assert [m["text"] for m in second["messages"][str(user_id)]] == ["to the second"]


async def test_reset_keeps_the_bots(sandbox, bot, page, user_id):
    sandbox.advance(1e6)
    await page.post("reset")
    state = await page.get("state")
    assert (state["users"], state["chats"], len(state["bots"])) == ([], [], 1)
    assert (await bot.call("getMe"))["id"] == BOT_ID
    assert await page.get("calls") != []


async def test_the_page_and_its_files(sandbox, session):
    async with session.get(sandbox.url) as response:
        assert response.url.path == "/sandbox/"
    async with session.get(f"{sandbox.url}/sandbox/page/nothing.js") as response:
        assert response.status == 404
    for trick in ("..%2Fsandbox.py", "..%2f..%2fcli.py", ".."):
        async with session.get(f"{sandbox.url}/sandbox/page/{trick}") as response:
            assert response.status == 404 or response.url.path == "/sandbox/"


async def test_other_web_pages_may_not_act(sandbox, page):
    body = {"json": {"first_name": "B"}}
    headers = {"Origin": "https://evil.example"}
    assert (await page.request("post", "users", headers=headers, **body))[0] == 403
    headers = {"Origin": sandbox.url}
    assert (await page.request("post", "users", headers=headers, **body))[0] == 200


async def test_a_long_text_goes_out_in_parts(sandbox, bot, user_id):
    sandbox.say(user_id, "dòng một\n" * 1000)
    updates = await bot.updates()
    assert len(updates) == 3
    assert all(u["message"]["text"].endswith("dòng một") for u in updates)
    assert "".join(u["message"]["text"].replace("\n", "") for u in updates) == "dòng một" * 1000


@pytest.mark.parametrize("text", ["x" * 10, "😀" * 10, "ab " * 10, "a\nb" * 9, "đ😀 " * 7])
def test_split_text_never_exceeds_the_limit(text):
    parts = split_text(text, 5)
    assert all(len(part.encode("utf-16-le")) <= 10 for part in parts)
    assert "".join(parts).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace(
        "\n", ""
    )


async def test_memory_stays_bounded(sandbox, user_id, monkeypatch):
    monkeypatch.setattr("bot.sandbox.world._KEPT_MESSAGES", 20)
    for number in range(50):
        sandbox.say(user_id, str(number))
    texts = [message["text"] for message in sandbox.messages(user_id)]
    assert texts == [str(number) for number in range(30, 50)]


async def test_a_used_port_is_an_error(sandbox):
    from bot.sandbox import Sandbox

    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await Sandbox().start(port=port)
