"""Coming in and going: invites, names, languages, help, groups, chats that are blocked or moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.actions.people import INVITE_LIFE
from bot.callbacks import Callback, Press
from bot.domain.menus import commands_for
from bot.domain.states import ContactRole, InviteKind, StaffRole
from bot.storage import invites, people, updates
from bot.storage.tables import (
    Acknowledgement,
    Card,
    Chat,
    Contact,
    Dialogue,
    Event,
    Invite,
    Person,
    Staff,
    Unit,
)
from bot.texts import texts
from tests.handlers.conftest import BOT_NAME, Office, Phone, Popup

OFFICE = "Sở Thông tin và Truyền thông"
say, say_in_english = texts("vi"), texts("en")


async def join(phone: Phone, code: str) -> list[str]:
    """Open the invite and agree; what the bot wrote."""
    before = phone.last_id()
    await phone.says(f"/start {code}")
    await phone.presses("Đồng ý tham gia")
    return phone.texts(after=before)


def menus(office: Office, phone: Phone) -> list[list[str]]:
    """The command menus that a chat was given, oldest first."""
    return [
        [command["command"] for command in call["parameters"]["commands"]]
        for call in office.sandbox.calls()
        if call["method"] == "setMyCommands"
        and call["parameters"]["scope"]["chat_id"] == phone.chat_id
    ]


# --- invites -------------------------------------------------------------------------------------


async def test_an_invite_is_shown_and_counts_only_when_agreed_to(office: Office):
    unit = await office.unit()
    code = await office.invite(unit=unit)
    giang = office.account("Vũ Hương Giang")
    (offer,) = await giang.says(f"/start {code}")
    assert f"{OFFICE} mời đồng chí làm đầu mối của Báo Yên Bái." in offer
    assert "Họ tên: Vũ Hương Giang" in offer
    assert not await office.rows(Contact)
    assert (await office.row(Invite)).uses_left == 1
    assert await giang.presses("Đồng ý tham gia") == Popup(say("join.done"), alert=False)
    welcome = say("join.contact_done", name="Vũ Hương Giang", unit="Báo Yên Bái")
    assert giang.texts()[-1] == welcome
    assert await office.actor_units(giang) == {unit.id}
    assert (await office.row(Contact)).role is ContactRole.CONTACT
    assert (await office.row(Invite)).uses_left == 0
    assert not await office.rows(Dialogue)
    assert menus(office, giang) == [
        [
            "viec",
            "tuan",
            "nop",
            "hoi",
            "bangiao",
            "ngung",
            "tim",
            "xacminh",
            "dulieu",
            "trogiup",
            "ngonngu",
            "huy",
        ]
    ]


async def test_the_code_may_also_be_written_without_start(office: Office):
    code = await office.invite(unit=await office.unit())
    giang = office.account()
    (offer,) = await giang.says(code)
    assert "làm đầu mối của Báo Yên Bái" in offer


async def test_who_joins_gets_what_is_open_with_what_was_confirmed(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    await an.presses("Đã nhận")
    giang = office.account()
    await join(giang, await office.invite(unit=unit))
    card = giang.sees("Kính gửi: Báo Yên Bái")["text"]
    assert "✓ Đã nhận 12:00 06/10/2026 – Nguyễn Văn An" in card
    assert len(await office.rows(Acknowledgement)) == 1


async def test_a_leaders_invite_makes_a_leader_and_a_staff_invite_staff(office: Office):
    unit = await office.unit()
    leader, mai = office.account("Hà Văn Nam"), office.account("Trần Thị Mai")
    offer, welcome = await join(leader, await office.invite(InviteKind.LEADER, unit=unit))
    assert "vai trò lãnh đạo của Báo Yên Bái" in offer
    assert welcome == say("join.leader_done", name="Hà Văn Nam", unit="Báo Yên Bái")
    assert (await office.row(Contact)).role is ContactRole.LEADER
    staff_code = await office.invite(InviteKind.STAFF, role=StaffRole.REVIEWER)
    offer, welcome = await join(mai, staff_code)
    assert "vai trò người duyệt" in offer
    assert welcome == say("join.staff_done_other", name="Trần Thị Mai")  # who may not send
    assert await mai.says("Xin chào") == [say("unplaced.staff_other")]
    assert (await office.row(Staff)).role is StaffRole.REVIEWER
    for_reviewers = [
        "tiendo",
        "baocao",
        "lich",
        "donvi",
        "cho",
        "mautraloi",
        "matlienlac",
        "tim",
        "xacminh",
        "dulieu",
    ]
    assert menus(office, mai) == [[*for_reviewers, "trogiup", "ngonngu", "huy"]]


async def test_an_invite_that_is_wrong_used_or_expired_is_refused_alike(office: Office):
    unit = await office.unit()
    first, third, *others = (office.account(name) for name in ("Một", "Ba", "A", "B", "C", "D"))
    used = await office.invite(unit=unit)
    await join(first, used)
    expired = await office.invite(unit=unit)
    office.clock.at += INVITE_LIFE
    revoked = await office.invite(unit=unit)
    async with office.rt.write() as session:
        newest = max(row.id for row in await office.rows(Invite))
        await invites.revoke(session, newest, now=office.clock.at)
    before = await office.facts()
    unusable = [say("invite.unusable")]
    for number, code in enumerate((used, expired, revoked, "A" * 22, "x", "../../etc", "ngân")):
        assert await others[number % 4].says(f"/start {code}") == unusable
    assert await others[3].says(expired) == unusable
    after = await office.facts()
    mere = ("chats", "invite_tries")
    assert {**after, **{table: before[table] for table in mere}} == before
    assert await third.says("A" * 21) == [say("start.stranger", office=OFFICE)]


async def test_the_last_use_goes_to_whoever_agrees_first(office: Office):
    unit = await office.unit()
    code = await office.invite(unit=unit)
    first, second = office.account("Một"), office.account("Hai")
    await first.says(f"/start {code}")
    await second.says(f"/start {code}")
    await first.presses("Đồng ý tham gia")
    popup = await second.presses("Đồng ý tham gia")
    assert popup == Popup(say("invite.unusable"), alert=True)
    assert len(await office.rows(Contact)) == 1


async def test_an_invite_that_expires_while_it_is_shown_does_not_count(office: Office):
    code = await office.invite(unit=await office.unit())
    giang = office.account()
    office.clock.at += INVITE_LIFE - timedelta(hours=1)
    await giang.says(f"/start {code}")
    office.clock.at += timedelta(hours=1)
    assert (await giang.presses("Đồng ý tham gia")).text == say("invite.unusable")
    assert not await office.rows(Contact)


async def test_agreeing_twice_counts_once(office: Office):
    unit = await office.unit()
    code = await office.invite(unit=unit, uses=3)
    giang = office.account()
    await join(giang, code)
    assert await giang.presses("Đồng ý tham gia") == Popup(say("join.already"), alert=True)
    await join(giang, code)
    assert len(await office.rows(Contact)) == 1
    assert len(await office.rows(Person)) == 1


async def test_somebody_elses_offer_in_another_chat_cannot_be_agreed_to(office: Office):
    code = await office.invite(unit=await office.unit())
    giang, stranger = office.account(), office.account("Người lạ")
    await giang.says(f"/start {code}")
    popup = await stranger.presses_data(Callback(Press.JOIN))
    assert popup == Popup(say("refused.stranger"), alert=True)
    assert not await office.rows(Contact)


async def test_an_administrator_makes_an_invite_that_works(office: Office):
    unit = await office.unit()
    admin = await office.staff(StaffRole.ADMIN)
    assert await admin.says("/moi KHONG-CO") == [say("unit.unknown", code="KHONG-CO")]
    (answer,) = await admin.says(f"/moi {unit.code}")
    prefix = f"https://t.me/{BOT_NAME}?start="
    link = answer.splitlines()[-1]
    assert link.startswith(prefix)
    assert "Dùng được 1 lần, đến 12:00 13/10/2026 (giờ GMT+07:00)." in answer
    giang = office.account()
    await join(giang, link.removeprefix(prefix))
    assert await office.actor_units(giang) == {unit.id}
    assert link.removeprefix(prefix) not in str(await office.facts())


# --- names ---------------------------------------------------------------------------------------


async def test_a_name_can_be_mended_before_joining(office: Office):
    code = await office.invite(unit=await office.unit())
    giang = office.account("Giang 🌸")
    await giang.says(f"/start {code}")
    await giang.presses("Sửa họ tên")
    before = await office.facts()
    for wrong in ("G", "12345", "…", "x" * 101):
        assert await giang.says(wrong) == [say("join.name_unusable", longest=100)]
    assert await office.facts() == before
    assert await giang.says("  Vũ\u200b Hương   Giang ") == [
        say("join.renamed", name="Vũ Hương Giang")
    ]
    await giang.presses("Đồng ý tham gia")
    assert (await office.row(Person)).name == "Vũ Hương Giang"
    assert "Vũ Hương Giang" in giang.texts()[-1]
    assert await office.rows(Contact)


async def test_a_name_on_telegram_is_shown_without_tricks(office: Office):
    code = await office.invite(unit=await office.unit())
    giang = office.account("<b>Vũ</b>\u202e\u200b & Giang")
    (offer,) = await giang.says(f"/start {code}")
    assert "Họ tên: <b>Vũ</b> & Giang\n" in offer


# --- /start, help, languages, commands -----------------------------------------------------------


async def test_a_bare_start_greets_those_it_knows_and_tells_strangers_one_sentence(office: Office):
    an, stranger = await office.contact(await office.unit()), office.account()
    assert await an.says("/start") == [say("start.known", name="Nguyễn Văn An")]
    before = await office.counts()
    told = say("start.stranger", office=OFFICE)
    for words in ("/start", "/trogiup", "Xin chào", "?"):
        assert await stranger.says(words) == [told]
    # The chat's number is kept, or nothing could be answered; who they are is not.
    assert await office.counts() == {**before, "chats": before["chats"] + 1}
    chat = await office.chat_of(stranger)
    assert (chat.person_id, chat.title) == (None, "")


async def test_help_tells_everybody_what_they_can_do_and_nothing_else(office: Office):
    unit = await office.unit()
    an, viewer = await office.contact(unit), await office.staff(StaffRole.VIEWER)
    mai, admin = await office.staff(StaffRole.SENDER), await office.staff(StaffRole.ADMIN)
    await join(viewer, await office.invite(unit=unit))
    letters, tables, cards = say("help.letters"), say("help.tables"), say("help.cards")
    for phone, how in (
        (an, {cards}),
        (viewer, {cards}),
        (mai, {letters}),
        (admin, {letters, tables}),
    ):
        (told,) = await phone.says("/trogiup")
        assert {sentence for sentence in (letters, tables, cards) if sentence in told} == how
        async with office.rt.read() as session:
            actor = await people.actor(session, phone.user_id)
        assert actor is not None
        assert re.findall(r"^/(\w+) – ", told, re.MULTILINE) == list(commands_for(actor))


async def test_vietnamese_until_another_language_is_chosen_whatever_the_client_says(
    office: Office,
):
    unit = await office.unit()
    code = await office.invite(unit=unit)
    giang = office.account("Vũ Hương Giang")  # whose client says "en"
    await join(giang, code)
    assert await giang.says("/viec") == [say("tasks.none")]
    await giang.says("/ngonngu")
    await giang.presses("English")
    assert giang.texts()[-1] == say_in_english("language.chosen")
    assert await giang.says("/viec") == [say_in_english("tasks.none")]
    popup = await giang.presses_data(Callback(Press.ACKNOWLEDGE, (99,)))
    assert popup.text == say_in_english("refused.gone")
    await office.issued(unit)
    assert say_in_english("button.acknowledge") in giang.buttons()
    await giang.says("/language")
    await giang.presses("Tiếng Việt")
    assert "Việc đang mở" in (await giang.says("/tasks"))[0]
    assert (await office.row(Person, telegram_id=giang.user_id)).language == "vi"


async def test_a_group_has_its_own_language(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await group.says("/ngonngu")
    await group.presses("English")
    assert await group.says("/viec") == [say_in_english("tasks.none")]
    assert await an.says("/viec") == [say("tasks.none")]
    assert (await office.row(Person)).language == "vi"


async def test_an_unknown_command_is_told_so_and_leaves_a_question_open(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    await an.says("/nop")
    for command in ("/khongco", "/Viecc", "/nop2"):
        assert await an.says(command) == [say("command.unknown")]
    assert len(await office.rows(Dialogue)) == 1


async def test_commands_work_in_capitals_and_with_the_bots_name(office: Office):
    an = await office.contact(await office.unit())
    for command in ("/VIEC", f"/viec@{BOT_NAME}", "/tasks"):
        assert await an.says(command) == [say("tasks.none")]


async def test_what_cannot_be_placed_is_kept_and_the_sender_told_so(office: Office):
    an = await office.contact(await office.unit())
    kept = say("unplaced.contact", office="Sở Thông tin và Truyền thông")
    assert await an.says("Chiều nay có họp không?") == [kept]
    said = an.messages()[0]
    event = await office.row(Event, action="unplaced")
    assert event.details == {"message": said["message_id"]}


# --- groups --------------------------------------------------------------------------------------


async def test_a_group_is_linked_by_its_code_and_gets_what_is_open(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    group = await office.group(an)
    code = await office.invite(InviteKind.UNIT_GROUP, unit=unit)
    office.sandbox.start_in_group(an.user_id, group.chat_id, code)
    await office.works()
    linked, card = group.texts()
    assert linked == say("group.linked_unit", office=OFFICE, unit="Báo Yên Bái")
    assert "Kính gửi: Báo Yên Bái" in card
    assert (await office.chat_of(group)).unit_id == unit.id
    told = say("group.is_linked", whose="Báo Yên Bái")
    assert await group.says(f"/start@{BOT_NAME} {code}") == [told]


async def test_the_offices_own_group_is_linked_by_its_code(office: Office):
    mai = await office.staff()
    group = await office.group(mai)
    code = await office.invite(InviteKind.STAFF_GROUP)
    (answer,) = await group.says(f"/start@{BOT_NAME} {code}")
    assert answer == say("group.linked_staff", office=OFFICE)
    assert (await office.chat_of(group)).staff_group


async def test_a_bare_start_in_a_linked_group_says_whose_it_is(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    for group, words in (
        (await office.group(an, unit=unit), say("group.is_linked", whose="Báo Yên Bái")),
        (
            await office.group(an, staff=True),
            say("group.is_linked", whose=office.rt.config.office.name),
        ),
        (await office.group(an), say("group.not_linked")),
    ):
        assert await group.says("/start") == [words]


@pytest.mark.parametrize("kind", [InviteKind.CONTACT, InviteKind.LEADER, InviteKind.STAFF])
async def test_a_persons_code_links_no_group(office: Office, kind: InviteKind):
    code = await office.invite(kind, unit=await office.unit(), role=StaffRole.ADMIN)
    group = await office.group(office.account())
    assert await group.says(f"/start@{BOT_NAME} {code}") == [say("invite.unusable")]
    chat = await office.chat_of(group)
    assert (chat.unit_id, chat.staff_group) == (None, False)
    assert (await office.row(Invite)).uses_left == 1


async def test_in_a_group_nobody_linked_start_says_so(office: Office):
    group = await office.group(office.account())
    assert await group.says(f"/start@{BOT_NAME}") == [say("group.not_linked")]


# --- forums --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forum:
    """A unit's forum on the phone of its contact."""

    office: Office
    phone: Phone
    unit: Unit

    @classmethod
    async def of(cls, office: Office) -> Forum:
        """One that is not linked yet."""
        unit = await office.unit()
        an = await office.contact(unit)
        group = office.sandbox.add_group(
            title="Diễn đàn",
            type="supergroup",
            member_ids=[an.user_id, office.sandbox.bot().id],
            is_forum=True,
        )
        return cls(office, Phone(office, an.user_id, int(group["id"])), unit)

    def topic(self, name: str) -> int:
        """A new topic."""
        return self.office.sandbox.open_topic(self.phone.chat_id, name)

    async def says(self, words: str, topic_id: int | None = None) -> None:
        """The contact writes in a topic, or in the general one."""
        self.office.sandbox.say(
            self.phone.user_id, words, chat_id=self.phone.chat_id, topic_id=topic_id
        )
        await self.office.works()

    async def link(self, topic_id: int | None = None) -> None:
        """Give the unit's code there."""
        code = await self.office.invite(InviteKind.UNIT_GROUP, unit=self.unit)
        await self.says(f"/start@{BOT_NAME} {code}", topic_id)

    async def linked_to(self) -> int | None:
        """The topic the bot writes to."""
        topic_id: int | None = (await self.office.chat_of(self.phone)).topic_id
        return topic_id

    def place(self, pattern: str) -> int | None:
        """In which topic the newest such message of the bot stands."""
        message = self.phone.sees(pattern)
        return message["message_thread_id"] if "is_topic_message" in message else None


async def test_a_forum_is_written_to_in_the_topic_where_it_was_linked(office: Office):
    forum = await Forum.of(office)
    topic = forum.topic("Văn bản")
    await forum.link(topic)
    assert await forum.linked_to() == topic
    assert forum.place("Nhóm này từ nay") == topic
    await office.issued(forum.unit)
    assert forum.place("Kính gửi: Báo Yên Bái") == topic


async def test_a_forum_linked_in_another_topic_moves_there(office: Office):
    forum = await Forum.of(office)
    first, second = forum.topic("Cũ"), forum.topic("Mới")
    await forum.link(first)
    await office.issued(forum.unit)
    await forum.link(second)
    await office.issued(forum.unit)
    cards = [m for m in forum.phone.messages() if "Kính gửi" in m.get("text", "")]
    assert [card["message_thread_id"] for card in cards] == [first, second]
    await forum.link()
    assert await forum.linked_to() is None


async def test_a_reply_outside_of_topics_links_no_topic(office: Office):
    forum = await Forum.of(office)
    code = await office.invite(InviteKind.UNIT_GROUP, unit=forum.unit)
    said = office.sandbox.say(forum.phone.user_id, "/start", chat_id=forum.phone.chat_id)
    await forum.phone.says(f"/start@{BOT_NAME} {code}", reply_to=said)
    chat = await office.chat_of(forum.phone)
    assert (chat.unit_id, chat.topic_id) == (forum.unit.id, None)
    await office.issued(forum.unit)
    assert forum.place("Kính gửi: Báo Yên Bái") is None


async def test_who_asks_in_another_topic_is_answered_there(office: Office):
    forum = await Forum.of(office)
    linked, other = forum.topic("Văn bản"), forum.topic("Khác")
    await forum.link(linked)
    await office.issued(forum.unit)
    for topic in (other, linked, None):
        await forum.says(f"/viec@{BOT_NAME}", topic)
        assert forum.place("Việc đang mở") == topic
        await forum.says(f"/ngonngu@{BOT_NAME}", topic)
        assert forum.place("chọn ngôn ngữ|Choose a language") == topic
        await forum.phone.presses("Tiếng Việt")
        assert forum.place("Từ nay hệ thống dùng") == topic


# --- chats that go and come back -----------------------------------------------------------------


async def test_a_blocked_chat_gets_nothing_until_it_is_unblocked(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    office.sandbox.block(an.user_id)
    await office.works()
    chat = await office.chat_of(an)
    assert (chat.unreachable_reason, chat.unreachable_at) == ("blocked", office.clock.at)
    assert await office.row(Event, action="chat_unreachable")
    await office.issued(unit)
    assert an.texts() == []
    assert "sendMessage" not in {call["method"] for call in office.sandbox.calls()}
    office.sandbox.unblock(an.user_id)
    await office.works()
    assert (await office.chat_of(an)).unreachable_reason is None
    assert await an.says("/viec") != []


async def test_start_after_a_block_makes_the_chat_reachable_too(office: Office):
    an = await office.contact(await office.unit())
    office.sandbox.block(an.user_id)
    await office.works()
    office.sandbox.press_start(an.user_id)
    await office.works()
    assert (await office.chat_of(an)).unreachable_reason is None
    assert an.texts() == [say("start.known", name="Nguyễn Văn An")]


async def test_a_group_that_removed_the_bot_is_unreachable_and_keeps_its_unit(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    bot_id = office.sandbox.bot().id
    office.sandbox.change_members(group.chat_id, remove=[bot_id])
    await office.works()
    chat = await office.chat_of(group)
    assert (chat.unreachable_reason, chat.unit_id) == ("kicked", unit.id)
    office.sandbox.change_members(group.chat_id, add=[bot_id])
    await office.works()
    assert (await office.chat_of(group)).unreachable_reason is None


async def test_a_group_that_became_a_supergroup_goes_on_where_it_was(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit)
    before = await office.chat_of(group)
    async with office.rt.write() as session:
        (await session.get_one(Chat, before.id)).topic_id = 77  # of the group as it was
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    await office.works()
    chat = await office.chat_of(moved)
    assert (chat.id, chat.unit_id, chat.unreachable_reason) == (before.id, unit.id, None)
    assert chat.topic_id is None
    assert say("group.topic_gone") not in moved.texts()
    assert len(await office.rows(Chat, telegram_id=group.chat_id)) == 0
    assert await office.row(Event, action="group_migrated")
    # The old message stayed behind; the card comes anew.
    (card,) = await office.rows(Card, chat_id=chat.id)
    assert card.message_id == moved.sees("Kính gửi: Báo Yên Bái")["message_id"]
    (answer,) = await moved.says("/viec")
    assert "Việc đang mở (2)" in answer


async def test_who_writes_where_a_group_moved_before_the_bot_knows_holds_nothing_up(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    issued = await office.issued(unit)
    before = await office.chat_of(group)
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    office.sandbox.say(an.user_id, "/viec", chat_id=moved.chat_id)
    tap = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    office.press_arrives(moved, tap.encode())
    await office.poller.do_one()
    async with office.rt.read() as session:
        rows = await updates.waiting(session, now=office.clock.at, limit=100)
    # Of two chats either may be heard first.
    for row in sorted(rows, key=lambda row: row.chat_key != moved.chat_id):
        await office.processor.handle([row])
    await office.works()
    chat = await office.chat_of(moved)
    assert (chat.id, chat.unit_id, chat.unreachable_reason) == (before.id, unit.id, None)
    assert say("group.not_linked") in moved.texts()  # as it was when it was asked
    assert (await office.row(Acknowledgement)).chat_id == before.id
    (left,) = await office.rows(Chat, telegram_id=group.chat_id)
    assert (left.unit_id, left.unreachable_reason) == (None, "migrated")
    (answer,) = await moved.says("/viec")
    assert "Việc đang mở (2)" in answer


async def test_what_is_issued_after_a_group_moved_comes_to_where_it_is_now(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    moved = Phone(office, an.user_id, office.sandbox.migrate(group.chat_id))
    await office.works()
    await office.issued(unit)
    assert (await moved.presses("Đã nhận")).text == say("acknowledged.thanks")
    assert "✓ Đã nhận" in moved.texts()[0]
