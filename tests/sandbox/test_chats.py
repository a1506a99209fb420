"""Chats, members, membership updates, privacy mode, migration."""

import pytest

from tests.sandbox.conftest import BOT_ID, Client


@pytest.fixture
def group_id(sandbox, user_id):
    """A group of the person and the bot; the updates of its making are gone."""
    group_id = sandbox.add_group(title="Tổ 1", member_ids=[user_id, BOT_ID])["id"]
    sandbox.world.bots[BOT_ID].queue.clear()
    return group_id


def texts(updates):
    return [update["message"]["text"] for update in updates]


async def test_start_arrives_with_its_payload(sandbox, bot):
    person = sandbox.add_user(first_name="B", language_code="vi")["id"]
    sandbox.press_start(person, "abc-1")
    [update] = await bot.updates()
    assert update["message"]["text"] == "/start abc-1"
    assert update["message"]["from"]["language_code"] == "vi"


async def test_block_and_unblock_are_reported(sandbox, bot, user_id):
    sandbox.block(user_id)
    sandbox.press_start(user_id)
    blocked, unblocked, start = await bot.updates()
    changes = [update["my_chat_member"] for update in (blocked, unblocked)]
    statuses = [
        (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
        for change in changes
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert changes[0]["new_chat_member"]["user"]["id"] == BOT_ID
    assert changes[0]["from"]["id"] == user_id
    assert start["message"]["text"] == "/start"


async def test_adding_the_bot_to_a_group(sandbox, bot, user_id):
    group = sandbox.add_group(title="G", member_ids=[user_id])["id"]
    assert await bot.refused("sendMessage", chat_id=group, text="x") == (
        400,
        "Bad Request: chat not found",
    )
    sandbox.start_in_group(user_id, group, "code")
    member, service, start = await bot.updates()
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert service["message"]["new_chat_members"][0]["id"] == BOT_ID
    assert start["message"]["text"] == "/start@sandbox_test_bot code"
    assert start["message"]["chat"] == {"id": group, "type": "group", "title": "G"}
    await bot.call("sendMessage", chat_id=group, text="x")


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(sandbox, bot, user_id, group_id):
    ours = await bot.call("sendMessage", chat_id=group_id, text="x")
    theirs = sandbox.say(user_id, "just talk", chat_id=group_id)
    sandbox.say(user_id, "@sandbox_test_bot hello", chat_id=group_id)
    sandbox.say(user_id, "see /viec", chat_id=group_id)
    sandbox.say(user_id, "/viec@other_bot", chat_id=group_id)
    sandbox.say(user_id, "reply", chat_id=group_id, reply_to_message_id=theirs["message_id"])
    assert await bot.updates() == []
    sandbox.say(user_id, "/viec", chat_id=group_id)
    sandbox.say(user_id, "/viec@Sandbox_Test_Bot x", chat_id=group_id)
    sandbox.say(user_id, "xong", chat_id=group_id, reply_to_message_id=ours["message_id"])
    updates = await bot.updates()
    assert texts(updates) == ["/viec", "/viec@Sandbox_Test_Bot x", "xong"]
    assert updates[-1]["message"]["reply_to_message"]["from"]["id"] == BOT_ID


async def test_privacy_mode_gives_a_bare_command_to_the_bot_that_spoke_last(
    sandbox, bot, session, user_id, group_id
):
    sandbox.add_bot(token="77:another", username="other_bot", first_name="Other")
    other = Client(session, sandbox.url, "77:another")
    sandbox.change_members(group_id, add=[77])
    await bot.updates()
    await other.updates()
    await other.call("sendMessage", chat_id=group_id, text="me")
    sandbox.say(user_id, "/viec", chat_id=group_id)
    assert await bot.updates() == []
    assert texts(await other.updates()) == ["/viec"]


async def test_without_privacy_mode_or_as_administrator_a_bot_reads_all(
    sandbox, bot, session, user_id, group_id
):
    sandbox.add_bot(
        token="77:another",
        username="other_bot",
        first_name="Other",
        can_read_all_group_messages=True,
    )
    other = Client(session, sandbox.url, "77:another")
    assert (await other.call("getMe"))["can_read_all_group_messages"] is True
    sandbox.change_members(group_id, add=[77], promote=[BOT_ID])
    await bot.updates()
    await other.updates()
    sandbox.say(user_id, "just talk", chat_id=group_id)
    assert texts(await bot.updates()) == texts(await other.updates()) == ["just talk"]
    await bot.call("sendMessage", chat_id=group_id, text="x")
    assert await other.updates() == []


async def test_presses_in_groups_arrive(sandbox, bot, user_id, group_id):
    markup = {"inline_keyboard": [[{"text": "OK", "callback_data": "ok"}]]}
    card = await bot.call("sendMessage", chat_id=group_id, text="x", reply_markup=markup)
    sandbox.press(user_id, card["message_id"], label="OK", chat_id=group_id)
    [update] = await bot.updates()
    assert update["callback_query"]["message"]["chat"]["id"] == group_id


async def test_edits_arrive_where_the_message_would(sandbox, bot, user_id, group_id):
    private = sandbox.say(user_id, "x")
    hidden = sandbox.say(user_id, "x", chat_id=group_id)
    await bot.updates()
    sandbox.edit(user_id, hidden["message_id"], "y", chat_id=group_id)
    sandbox.edit(user_id, private["message_id"], "y")
    [update] = await bot.updates()
    assert update["edited_message"]["text"] == "y"
    assert update["edited_message"]["edit_date"]


@pytest.mark.parametrize(("type", "told"), [("group", 2), ("supergroup", 1)])
async def test_being_kicked(sandbox, bot, user_id, type, told):
    group = sandbox.add_group(title="G", type=type, member_ids=[user_id, BOT_ID])["id"]
    await bot.updates()
    sandbox.change_members(group, remove=[BOT_ID])
    updates = await bot.updates()
    assert len(updates) == told
    [change] = [u["my_chat_member"] for u in updates if "my_chat_member" in u]
    assert change["new_chat_member"]["status"] == "kicked"
    assert await bot.refused("sendMessage", chat_id=group, text="x") == (
        403,
        f"Forbidden: bot was kicked from the {type} chat",
    )


async def test_leaving(sandbox, bot, user_id, group_id):
    assert await bot.call("leaveChat", chat_id=group_id) is True
    [update] = await bot.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert await bot.refused("sendMessage", chat_id=group_id, text="x") == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )


async def test_migrating_tells_both_chats(sandbox, bot, user_id, group_id):
    new = sandbox.migrate(group_id)
    old_side, new_side = [update["message"] for update in await bot.updates()]
    assert (old_side["chat"]["id"], old_side["migrate_to_chat_id"]) == (group_id, new)
    assert (new_side["chat"]["id"], new_side["migrate_from_chat_id"]) == (new, group_id)
    assert new_side["chat"]["type"] == "supergroup"
    status, answer = await bot.raw("sendMessage", json={"chat_id": group_id, "text": "x"})
    assert (status, answer["description"], answer["parameters"]) == (
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new},
    )
    await bot.call("sendMessage", chat_id=new, text="x")
    sandbox.say(user_id, "/viec", chat_id=new)


async def test_members_of_a_group(sandbox, bot, user_id, group_id):
    other = sandbox.add_user(first_name="B")["id"]
    sandbox.change_members(group_id, add=[other])
    [service] = await bot.updates()
    assert service["message"]["new_chat_members"][0]["id"] == other
    assert await bot.call("getChatMemberCount", chat_id=group_id) == 3
    owner = await bot.call("getChatMember", chat_id=group_id, user_id=user_id)
    assert owner["status"] == "creator"
    administrators = await bot.call("getChatAdministrators", chat_id=group_id)
    assert [member["user"]["id"] for member in administrators] == [user_id]
    sandbox.change_members(group_id, remove=[other], by=other)
    left = await bot.call("getChatMember", chat_id=group_id, user_id=other)
    assert left["status"] == "left"
    assert await bot.refused("getChatMember", chat_id=group_id, user_id=999) == (
        400,
        "Bad Request: user not found",
    )


async def test_chat_member_updates_only_on_request_and_for_administrators(
    sandbox, bot, user_id, group_id
):
    sandbox.change_members(group_id, promote=[BOT_ID])
    await bot.call("getUpdates", allowed_updates=["chat_member"])
    other = sandbox.add_user(first_name="B")["id"]
    sandbox.change_members(group_id, add=[other])
    updates = await bot.updates()
    assert "chat_member" in updates[-1]


async def test_private_chat_questions(bot, user_id):
    chat = await bot.call("getChat", chat_id=user_id)
    assert (chat["type"], chat["username"]) == ("private", "an_nguyen")
    assert await bot.call("getChatMemberCount", chat_id=user_id) == 2
    assert await bot.refused("getChatAdministrators", chat_id=user_id) == (
        400,
        "Bad Request: there are no administrators in the private chat",
    )
    assert await bot.refused("leaveChat", chat_id=user_id) == (
        400,
        "Bad Request: can't leave private chats",
    )


async def test_supergroups_number_their_messages_themselves(sandbox, bot, user_id):
    groups = [
        sandbox.add_group(title="G", type="supergroup", member_ids=[user_id, BOT_ID])["id"]
        for _ in range(2)
    ]
    ids = [(await bot.call("sendMessage", chat_id=g, text="x"))["message_id"] for g in groups]
    assert ids[0] == ids[1]


async def test_a_shared_phone_says_whose_it_is(sandbox, bot, user_id):
    other = sandbox.add_user(first_name="Bình")["id"]
    for of in (None, other, 0):
        sandbox.share_contact(user_id, "84912345678", of=of)
    contacts = [update["message"]["contact"] for update in await bot.updates()]
    assert [contact.get("user_id") for contact in contacts] == [user_id, other, None]
    assert {contact["phone_number"] for contact in contacts} == {"84912345678"}
