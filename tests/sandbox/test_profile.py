"""The bot about itself: tokens, names, commands, menu."""

import pytest

from bot.sandbox import Limits, Sandbox
from tests.sandbox.conftest import Client


async def test_get_me_tells_everything(bot):
    me = await bot.call("getMe")
    assert (me["id"], me["username"], me["can_join_groups"]) == (4242, "sandbox_test_bot", True)


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot4242:wrong/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot0:x/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot4242:wrong", 404, "Not Found"),
        ("/file/bot4242:wrong/x/y", 401, "Unauthorized"),
        ("/file/x", 404, "Not Found"),
    ],
)
async def test_wrong_paths_and_tokens(sandbox, session, path, status, description):
    async with session.get(sandbox.url + path) as response:
        answer = await response.json()
    assert response.status == status
    assert answer == {"ok": False, "error_code": status, "description": description}


async def test_unknown_methods(bot):
    status, description = await bot.refused("sendPigeon")
    assert status == 404
    assert description.startswith("Not Found")


async def test_any_token_if_so_wanted(session):
    async with Sandbox(limits=Limits.off(), accept_any_token=True) as sandbox:
        assert (await Client(session, sandbox.url, "5:abcdef").call("getMe"))["id"] == 5
        status, _ = await Client(session, sandbox.url, "5:other-secret").refused("getMe")
        assert status == 401


async def test_commands_by_scope_and_language(sandbox, bot, user_id):
    commands = [{"command": "/viec", "description": "Việc của tôi"}]
    await bot.call("setMyCommands", commands=commands)
    scope = {"type": "chat", "chat_id": str(user_id)}
    own = [{"command": "bang", "description": "Bảng"}]
    await bot.call("setMyCommands", commands=own, scope=scope, language_code="vi")
    assert await bot.call("getMyCommands") == [{"command": "viec", "description": "Việc của tôi"}]
    assert await bot.call("getMyCommands", scope=scope) == []
    assert await bot.call("getMyCommands", scope=scope, language_code="vi") == own
    state = await sandbox.state()
    assert [entry["scope"]["type"] for entry in state["bot_commands"]] == ["default", "chat"]
    await bot.call("deleteMyCommands")
    assert await bot.call("getMyCommands") == []


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"commands": "x"}, "can't parse commands JSON object"),
        ({"commands": {}}, "expected an Array of BotCommand"),
        ({"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
        (
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: Can't find field \"description\"",
        ),
        ({"commands": [{"command": "Việc", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [], "scope": {"type": "x"}}, "can't parse BotCommandScope: Unsupported type"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_set_my_commands_refuses(bot, parameters, complaint):
    status, description = await bot.refused("setMyCommands", **parameters)
    assert status == 400
    assert description.startswith(f"Bad Request: {complaint}")


@pytest.mark.parametrize("what", ["Name", "Description", "ShortDescription"])
async def test_texts_about_the_bot(bot, what):
    field = {"Name": "name", "Description": "description"}.get(what, "short_description")
    await bot.call(f"setMy{what}", **{field: "Đôn đốc"})
    await bot.call(f"setMy{what}", **{field: "Reminder", "language_code": "en"})
    assert await bot.call(f"getMy{what}", language_code="vi") == {field: "Đôn đốc"}
    assert await bot.call(f"getMy{what}", language_code="en") == {field: "Reminder"}
    status, _ = await bot.refused(f"setMy{what}", **{field: "x" * 513})
    assert status == 400


async def test_menu_button(bot, user_id):
    button = {"type": "web_app", "text": "Bảng", "web_app": {"url": "https://a.vn/"}}
    await bot.call("setChatMenuButton", chat_id=user_id, menu_button=button)
    assert await bot.call("getChatMenuButton", chat_id=user_id) == button
    assert await bot.call("getChatMenuButton") == {"type": "commands"}
    await bot.call("setChatMenuButton", chat_id=user_id)
    assert await bot.call("getChatMenuButton", chat_id=user_id) == {"type": "commands"}
    refused = await bot.refused("setChatMenuButton", menu_button={"type": "x"})
    assert refused == (
        400,
        "Bad Request: can't parse menu button: MenuButton has unsupported type",
    )


async def test_log_out_and_close(bot):
    assert await bot.call("logOut") is True
    assert await bot.call("close") is True
