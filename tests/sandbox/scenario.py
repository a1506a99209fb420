"""Every method of the sandbox called once or more, with every answer and update kept."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import Sandbox
from tests.sandbox.conftest import BOT_ID, Client
from tests.sandbox.test_files import PNG

MARKUP = {
    "inline_keyboard": [
        [
            {"text": "OK", "callback_data": "ok", "style": "success"},
            {"text": "U", "url": "https://a.vn"},
            {"text": "C", "copy_text": {"text": "1"}},
            {"text": "S", "switch_inline_query": "x"},
        ]
    ]
}
HTML = (
    "<b>b</b> <i>i</i> <u>u</u> <s>s</s> <tg-spoiler>p</tg-spoiler> <code>c</code> "
    '<pre><code class="language-py">x</code></pre> <a href="https://a.vn">l</a> '
    "<blockquote>q</blockquote> <blockquote expandable>e</blockquote> "
    '<tg-time unix="1700000000" format="wDT">t</tg-time> /start @name_x #tag $VND a.vn a@b.vn '
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>'
)


@dataclass
class Recorder:
    """A bot's client that keeps what was asked and answered."""

    client: Client
    calls: list[tuple[str, dict[str, Any], Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, method: str, **parameters: Any) -> Any:
        """A call that must succeed."""
        result = await self.client.call(method, **parameters)
        self.calls.append((method, parameters, result))
        if method == "getUpdates":
            self.updates.extend(result)
        return result

    async def upload(self, method: str, file: tuple[str, bytes], **parameters: Any) -> Any:
        """A call with one file under the method's own name."""
        name = method.removeprefix("send").lower()
        result = await self.client.upload(method, {name: file}, **parameters)
        self.calls.append((method, {**parameters, name: "file"}, result))
        return result


async def play(sandbox: Sandbox, client: Client) -> Recorder:
    """Run the scenario."""
    bot = Recorder(client)
    user_id = sandbox.add_user(first_name="An", last_name="B", username="an", language_code="vi")[
        "id"
    ]
    sandbox.press_start(user_id, "code")
    group_id = sandbox.add_group(title="G", member_ids=[user_id, BOT_ID])["id"]
    super_id = sandbox.add_group(title="S", type="supergroup", member_ids=[user_id, BOT_ID])["id"]
    sandbox.change_members(super_id, promote=[BOT_ID])
    await _topics(sandbox, bot, user_id)
    await _messages(sandbox, bot, user_id)
    await _changes(sandbox, bot, user_id, super_id)
    await _questions(sandbox, bot, user_id, group_id, super_id)
    await _profile(bot, user_id)
    sandbox.migrate(group_id)
    sandbox.block(user_id)
    await bot.call(
        "getUpdates",
        offset=2,
        limit=100,
        timeout=0,
        allowed_updates=["message", "chat_member", "callback_query", "my_chat_member"],
    )
    await bot.call("leaveChat", chat_id=super_id)
    await bot.call("setWebhook", url="http://127.0.0.1:9/x", secret_token="s", max_connections=5)
    await bot.call("getWebhookInfo")
    await bot.call("deleteWebhook", drop_pending_updates=True)
    await bot.call("getWebhookInfo")
    await bot.call("close")
    await bot.call("logOut")
    return bot


async def _topics(sandbox: Sandbox, bot: Recorder, user_id: int) -> None:
    forum = sandbox.add_group(
        title="F", type="supergroup", member_ids=[user_id, BOT_ID], is_forum=True
    )["id"]
    topic = sandbox.open_topic(forum, "T")
    sandbox.say(user_id, "/start", chat_id=forum, topic_id=topic)
    await bot.call("sendMessage", chat_id=forum, text="in it", message_thread_id=topic)
    sandbox.close_topic(forum, topic)
    sandbox.reopen_topic(forum, topic)


async def _messages(sandbox: Sandbox, bot: Recorder, user_id: int) -> None:
    said = sandbox.say(user_id, "hello a.vn")
    sandbox.edit(user_id, said["message_id"], "changed")
    await bot.call(
        "sendMessage", chat_id=user_id, text=HTML, parse_mode="HTML", reply_markup=MARKUP
    )
    sent = await bot.call(
        "sendMessage",
        chat_id=user_id,
        text="reply",
        entities=[{"type": "text_mention", "offset": 0, "length": 2, "user": _user(user_id)}],
        reply_parameters={"message_id": said["message_id"], "quote": "chang"},
        link_preview_options={"is_disabled": True},
        disable_notification=True,
        protect_content=True,
    )
    plain = await bot.call("sendMessage", chat_id=user_id, text="plain")
    sandbox.say(user_id, "answer", reply_to_message_id=sent["message_id"])
    names = {"chat_id": user_id, "from_chat_id": user_id}
    await bot.call("forwardMessage", **names, message_id=plain["message_id"])
    await bot.call("copyMessage", **names, message_id=plain["message_id"])
    await bot.call("forwardMessages", **names, message_ids=[plain["message_id"]])
    await bot.call("copyMessages", **names, message_ids=[plain["message_id"]])
    document = await bot.upload("sendDocument", ("a.docx", b"x"), chat_id=user_id, caption="c")
    await bot.upload("sendPhoto", ("a.png", PNG), chat_id=user_id, caption="c", has_spoiler="true")
    file_id = document["document"]["file_id"]
    await bot.call("sendDocument", chat_id=user_id, document=file_id)
    media = [{"type": "document", "media": file_id, "caption": "c"}] * 2
    await bot.call("sendMediaGroup", chat_id=user_id, media=media)
    await bot.call("sendChatAction", chat_id=user_id, action="typing")
    await bot.call("getFile", file_id=file_id)
    sandbox.send_document(user_id, PNG, file_name="a.png", as_photo=True, caption="c")
    sandbox.send_document(user_id, b"x", file_name="a.txt")


def _user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "An"}


async def _changes(sandbox: Sandbox, bot: Recorder, user_id: int, super_id: int) -> None:
    for chat_id in (user_id, super_id):
        card = await bot.call("sendMessage", chat_id=chat_id, text="card", reply_markup=MARKUP)
        names = {"chat_id": chat_id, "message_id": card["message_id"]}
        press = sandbox.press(user_id, card["message_id"], data="ok", chat_id=chat_id)
        await bot.call(
            "answerCallbackQuery",
            callback_query_id=press.callback_query_id,
            text="x",
            show_alert=True,
            cache_time=1,
        )
        await bot.call("editMessageText", **names, text="<b>x</b>", parse_mode="HTML")
        await bot.call("editMessageReplyMarkup", **names, reply_markup=MARKUP)
        await bot.call("pinChatMessage", **names, disable_notification=True)
        await bot.call("getChat", chat_id=chat_id)
        await bot.call("unpinChatMessage", **names)
        await bot.call("unpinAllChatMessages", chat_id=chat_id)
        await bot.call("deleteMessage", **names)
        sandbox.press(user_id, card["message_id"], data="ok", chat_id=chat_id)
    document = await bot.upload("sendDocument", ("b.txt", b"x"), chat_id=user_id)
    names = {"chat_id": user_id, "message_id": document["message_id"]}
    await bot.call("editMessageCaption", **names, caption="<i>c</i>", parse_mode="HTML")
    await bot.call("deleteMessages", chat_id=user_id, message_ids=[document["message_id"]])


async def _questions(
    sandbox: Sandbox, bot: Recorder, user_id: int, group_id: int, super_id: int
) -> None:
    other = sandbox.add_user(first_name="Other")["id"]
    await bot.call("getMe")
    for chat_id in (user_id, group_id, super_id):
        await bot.call("getChat", chat_id=chat_id)
        await bot.call("getChatMemberCount", chat_id=chat_id)
        for member_id in (user_id, BOT_ID, other):
            await bot.call("getChatMember", chat_id=chat_id, user_id=member_id)
    await bot.call("getChatAdministrators", chat_id=super_id)
    await bot.call("getUpdates", offset=1, allowed_updates=["chat_member", "message"])
    sandbox.change_members(super_id, add=[other])
    sandbox.change_members(super_id, remove=[other])
    await bot.call("getUpdates", offset=1000, allowed_updates=[])


async def _profile(bot: Recorder, user_id: int) -> None:
    command = {"command": "viec", "description": "Việc"}
    scope = {"type": "chat", "chat_id": user_id}
    await bot.call("setMyCommands", commands=[command], scope=scope, language_code="vi")
    await bot.call("getMyCommands", scope=scope, language_code="vi")
    await bot.call("deleteMyCommands", scope=scope, language_code="vi")
    await bot.call("setMyName", name="N", language_code="vi")
    await bot.call("getMyName", language_code="vi")
    await bot.call("setMyDescription", description="D")
    await bot.call("getMyDescription")
    await bot.call("setMyShortDescription", short_description="S")
    await bot.call("getMyShortDescription")
    web_app = {"type": "web_app", "text": "T", "web_app": {"url": "https://a.vn/"}}
    await bot.call("setChatMenuButton", chat_id=user_id, menu_button=web_app)
    await bot.call("getChatMenuButton", chat_id=user_id)
    await bot.call("getChatMenuButton")
