"""Coming in: guessed codes, consent and title, the office's word, shared phones, known names."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.actions import people as people_actions
from bot.actions import phones
from bot.actions.invites import TRIES_COUNT_FOR, TRIES_OF_ALL, TRIES_OF_ONE
from bot.callbacks import Callback, Press
from bot.domain.consent import CONSENT_VERSION
from bot.domain.phones import phone_key
from bot.domain.states import ContactRole, InviteKind, JoinState, StaffRole
from bot.errors import BotError
from bot.storage import invites
from bot.storage.tables import (
    Article,
    Contact,
    Event,
    ExpectedContact,
    Group,
    Invite,
    InviteTry,
    JoinRequest,
    OutboxMessage,
    Person,
    Staff,
    StaffScope,
    Unit,
    Update,
)
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import BOT_NAME, Office, Phone, Popup

OFFICE = "Sở Thông tin và Truyền thông"
NUMBER = "0912 345 678"
AS_TELEGRAM_HAS_IT = "84912345678"
say = texts("vi")


async def join(phone: Phone, code: str) -> list[str]:
    """Open the invite and agree; what the bot wrote."""
    before = phone.last_id()
    await phone.says(f"/start {code}")
    await phone.presses("Đồng ý tham gia")
    return phone.texts(after=before)


def asks_for_approval(office: Office) -> None:
    """From now on the office wants to be asked."""
    config = office.rt.config
    registry = config.registry.model_copy(update={"approve_joining": True})
    rt = replace(office.rt, config=config.model_copy(update={"registry": registry}))
    office.rt = rt
    office.processor._rt = rt  # the settings do not change while it runs, but here


# --- codes that are guessed ----------------------------------------------------------------------


async def test_after_five_wrong_codes_no_code_is_heard_of_that_account_for_an_hour(office: Office):
    code = await office.invite(unit=await office.unit())
    guesser, honest = office.account("Kẻ dò mã"), office.account()
    for number in range(TRIES_OF_ONE):
        assert await guesser.says(f"/start {number:022}") == [say("invite.unusable")]
    assert len(await office.rows(InviteTry)) == TRIES_OF_ONE
    refused = [say("invite.too_many_tries")]
    assert await guesser.says(f"/start {code}") == refused  # a right one is not told apart
    assert await guesser.says("B" * 22) == refused
    assert len(await office.rows(InviteTry)) == TRIES_OF_ONE
    assert await office.refusals() == ["invite.too_many_tries"] * 2
    (offer,) = await honest.says(f"/start {code}")
    assert "làm đầu mối" in offer
    office.clock.at += TRIES_COUNT_FOR
    (offer,) = await guesser.says(f"/start {code}")
    assert "làm đầu mối" in offer


async def test_wrong_codes_in_groups_count_too_and_anonymous_ones_for_their_group(office: Office):
    unit = await office.unit()
    guesser = office.account()
    group = await office.group(guesser)
    for number in range(TRIES_OF_ONE):
        assert await group.says(f"/start {number:022}") == [say("invite.unusable")]
    code = await office.invite(InviteKind.UNIT_GROUP, unit=unit)
    assert await group.says(f"/start {code}") == [say("invite.too_many_tries")]
    says_anonymously(office, group, f"/start {code}")
    await office.works()
    assert (await office.chat_of(group)).unit_id == unit.id


async def test_when_all_accounts_together_guess_codes_rest_and_staff_are_told_once(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    code = await office.invite(unit=await office.unit())
    async with office.rt.write() as session:
        for number in range(TRIES_OF_ALL - 1):
            await invites.add_try(
                session,
                telegram_id=9_000_000 + number,
                now=office.clock.at,
                forget_before=office.clock.at - TRIES_COUNT_FOR,
            )
    giang = office.account()
    assert await giang.says("/start wrong") == [say("invite.unusable")]
    assert await giang.says(f"/start {code}") == [say("invite.too_many_tries")]
    assert admin.texts() == [say("invite.guessing", count=TRIES_OF_ALL)]
    office.clock.at += TRIES_COUNT_FOR
    assert await giang.says("/start wrong") == [say("invite.unusable")]
    assert len(await office.rows(InviteTry)) == 1  # what is too old to count is forgotten


async def test_fifty_people_at_once_with_a_code_for_one_make_one_contact(office: Office):
    unit = await office.unit()
    code = await office.invite(unit=unit)
    async with office.rt.write() as session:
        people = [await factories.create_somebody(session) for _ in range(50)]
    for somebody in people:
        async with office.rt.write() as session:
            chat = await session.merge(somebody.chat, load=False)
            await people_actions.open_invite(
                session,
                code,
                telegram_id=somebody.person.telegram_id,
                chat=chat,
                name="Vũ Hương Giang",
                now=office.clock.at,
            )

    async def agree(somebody: factories.Somebody) -> str:
        try:
            async with office.rt.write() as session:
                chat = await session.merge(somebody.chat, load=False)
                await people_actions.join(
                    session, person_id=somebody.person.id, chat=chat, now=office.clock.at
                )
        except BotError as error:
            return error.key
        return "joined"

    answers = Counter(await asyncio.gather(*map(agree, people)))
    assert answers == {"joined": 1, "invite.unusable": 49}
    assert len(await office.rows(Contact)) == 1
    assert (await office.row(Invite)).uses_left == 0


async def test_nobody_is_staff_by_being_first(office: Office):
    first = office.account()
    for words in ("/start", "/start admin", "/moi", "/cho", "Tôi là quản trị"):
        await first.says(words)
    assert not await office.rows(Staff)
    assert not await office.rows(Person)


# --- consent and title ---------------------------------------------------------------------------


async def test_who_agrees_has_seen_what_is_kept_and_may_say_what_they_are(office: Office):
    code = await office.invite(unit=await office.unit())
    giang = office.account("Vũ Hương Giang")
    (offer,) = await giang.says(f"/start {code}")
    assert say("consent.text") in offer
    assert f"Chức vụ: {say('join.no_title')}" in offer
    await giang.presses("Ghi chức vụ")
    assert await giang.says("!") == [say("join.title_unusable", longest=100)]
    assert await giang.says(" Phó   Tổng biên tập ") == [
        say("join.retitled", name="Vũ Hương Giang", title="Phó Tổng biên tập")
    ]
    await giang.presses("Đồng ý tham gia")
    assert (await office.row(Contact)).title == "Phó Tổng biên tập"
    person = await office.row(Person)
    assert (person.consent_version, person.consented_at) == (CONSENT_VERSION, office.clock.at)


async def test_a_newer_text_is_shown_once_and_the_work_goes_on(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    async with office.rt.write() as session:
        await session.execute(update(Person).values(consent_version=0))
    await office.issued(unit)
    popup = await an.presses("Đã nhận")
    assert popup.text == say("acknowledged.thanks")
    asked = [text for text in an.texts() if say("consent.text") in text]
    assert len(asked) == 1
    await an.says("/viec")
    assert len([text for text in an.texts() if say("consent.text") in text]) == 1
    old = Callback(Press.CONSENT, (CONSENT_VERSION - 1,))
    assert (await an.presses_data(old)).text == say("refused.gone")
    assert await an.presses("Đồng ý") == Popup(say("consent.thanks"), alert=False)
    (person,) = await office.rows(Person, telegram_id=an.user_id)
    assert person.consent_version == CONSENT_VERSION


# --- links that are opened otherwise, or again ---------------------------------------------------


async def test_an_invite_link_that_is_written_instead_of_opened_is_as_good(office: Office):
    paper, radio = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    giang = office.account("Vũ Hương Giang")
    link = f"https://t.me/{BOT_NAME}?start="
    await giang.says(f"Anh mở giúp em: {link}{await office.invite(unit=paper)}")
    assert await giang.says("Đồng ý ạ") == [say("join.press")]
    await giang.presses("Đồng ý tham gia")
    assert await office.actor_units(giang) == {paper.id}
    # Who is in and has work is offered the second unit: the link is no result of theirs.
    await office.issued(paper, tasks=1)
    await giang.says(f"{link}{await office.invite(unit=radio)}")
    await giang.presses("Đồng ý tham gia")
    assert await office.actor_units(giang) == {paper.id, radio.id}
    assert not await office.rows(Article)


async def test_an_invite_link_in_a_group_is_no_result(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit, tasks=1)
    link = f"https://t.me/{BOT_NAME}?start={await office.invite(unit=unit)}"
    await group.says(link, reply_to=group.sees("Kính gửi"))
    assert not await office.rows(Article)


async def test_who_has_joined_may_open_the_link_again_and_uses_nothing_up(office: Office):
    unit = await office.unit()
    giang = office.account("Vũ Hương Giang")
    once, thrice = await office.invite(unit=unit), await office.invite(unit=unit, uses=3)
    await join(giang, once)
    told = say("join.already_of", unit="Báo Yên Bái")
    for _ in range(TRIES_OF_ONE + 1):
        assert await giang.says(f"/start {once}") == [told]
    assert await giang.says(f"/start {thrice}") == [told]
    assert [row.uses_left for row in await office.rows(Invite)] == [0, 3]
    office.clock.at += timedelta(days=30)
    assert await giang.says(f"/start {thrice}") == [told]


async def test_a_contact_becomes_the_leader_by_a_leaders_link_and_stays_it(office: Office):
    unit = await office.unit()
    giang = office.account("Vũ Hương Giang")
    await join(giang, await office.invite(unit=unit))
    await join(giang, await office.invite(InviteKind.LEADER, unit=unit))
    assert giang.texts()[-1] == say("join.leader_done", name="Vũ Hương Giang", unit="Báo Yên Bái")
    assert (await office.row(Contact)).role is ContactRole.LEADER
    again = await giang.says(f"/start {await office.invite(unit=unit)}")
    assert again == [say("join.already_of", unit="Báo Yên Bái")]


async def test_where_the_office_wants_to_be_asked_it_is_asked_of_leaders_too(office: Office):
    asks_for_approval(office)
    unit = await office.unit()
    an = await office.contact(unit)
    await join(an, await office.invite(InviteKind.LEADER, unit=unit))
    assert (await office.row(Contact)).role is ContactRole.CONTACT
    admin = await office.staff(StaffRole.ADMIN)
    await admin.says("/cho")
    await admin.presses("Duyệt 1")
    assert (await office.row(Contact)).role is ContactRole.LEADER


# --- the office's word ---------------------------------------------------------------------------


async def test_a_forwarded_invite_lets_nobody_in_before_the_office_agrees(office: Office):
    asks_for_approval(office)
    admin = await office.staff(StaffRole.ADMIN)
    unit = await office.unit()
    issued = await office.issued(unit)
    giang = office.account("Vũ Hương Giang")
    _, answer = await join(giang, await office.invite(unit=unit, uses=3))
    assert answer == say("join.asked", name="Vũ Hương Giang", unit="Báo Yên Bái")
    assert not await office.rows(Contact)
    foreign = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    assert (await giang.presses_data(foreign)).alert
    # Whoever tries again is told that they wait.
    waits = [say("join.waits", unit="Báo Yên Bái")]
    assert await giang.says(f"/start {await office.invite(unit=unit)}") == waits
    assert await giang.says("/start") == waits
    assert await giang.says("Bao giờ tôi được duyệt?") == waits
    assert say("join.asks_office", name="Vũ Hương Giang", unit="Báo Yên Bái") in admin.texts()
    await admin.presses("Xem danh sách chờ")
    listed = admin.sees("Chờ duyệt tham gia: 1")["text"]
    assert "Vũ Hương Giang → đầu mối của Báo Yên Bái" in listed
    assert await admin.presses("Duyệt 1") == Popup(say("join.approved"), alert=False)
    assert await office.actor_units(giang) == {unit.id}
    welcome, card = giang.texts()[-2:]
    assert welcome == say("join.contact_done", name="Vũ Hương Giang", unit="Báo Yên Bái")
    assert "Kính gửi: Báo Yên Bái" in card
    assert "Không có gì đang chờ" in admin.sees("Đang chờ cơ quan xử lý")["text"]
    decided = await office.row(JoinRequest)
    assert decided.state is JoinState.APPROVED
    assert decided.decided_by is not None
    # The other administrator's button is late.
    late = await admin.presses_data(Callback(Press.JOIN_REJECT, (decided.id,)))
    assert late == Popup(say("join.decided"), alert=True)


async def test_an_administrator_with_limits_hears_only_of_newcomers_to_their_units(office: Office):
    asks_for_approval(office)
    unit = await office.unit("Báo Yên Bái", "Báo chí")
    limited, other = await office.staff(StaffRole.ADMIN), await office.staff(StaffRole.ADMIN)
    await office.unit("Sở Y tế", "Các sở")
    press, departments = await office.rows(Group)
    for phone, group in ((limited, press), (other, departments)):
        (person,) = await office.rows(Person, telegram_id=phone.user_id)
        staff = await office.row(Staff, person_id=person.id)
        async with office.rt.write() as session:
            session.add(StaffScope(staff_id=staff.id, group_id=group.id))
    await join(office.account("Vũ Hương Giang"), await office.invite(unit=unit))
    asked = say("join.asks_office", name="Vũ Hương Giang", unit="Báo Yên Bái")
    assert (limited.texts(), other.texts()) == ([asked], [])


async def test_who_is_not_let_in_is_told_so(office: Office):
    asks_for_approval(office)
    admin = await office.staff(StaffRole.ADMIN)
    giang = office.account()
    await join(giang, await office.invite(unit=await office.unit()))
    await admin.says("/cho")
    await admin.presses("Từ chối 1")
    assert giang.texts()[-1] == say("join.rejected", unit="Báo Yên Bái", office=OFFICE)
    assert not await office.rows(Contact)
    assert await giang.says("/start") == [say("start.stranger", office=OFFICE)]


async def test_who_came_to_the_wrong_unit_is_moved_to_the_right_one(office: Office):
    asks_for_approval(office)
    admin = await office.staff(StaffRole.ADMIN)
    wrong, right = await office.unit(), await office.unit("Đài Phát thanh và Truyền hình tỉnh")
    giang = office.account()
    await join(giang, await office.invite(InviteKind.LEADER, unit=wrong))
    await admin.says("/cho")
    await admin.presses("Chuyển đơn vị khác… 1")
    assert await admin.says("khong co") == [say("unit.unknown", code="khong co")]
    await admin.says("phat thanh")
    assert await admin.presses("Đài Phát thanh") == Popup(say("join.moved"), alert=False)
    assert "→ lãnh đạo của Đài Phát thanh" in admin.texts()[-1]
    await admin.presses("Duyệt 1")
    contact = await office.row(Contact)
    assert (contact.unit_id, contact.role) == (right.id, ContactRole.LEADER)
    assert "Đài Phát thanh" in giang.texts()[-1]
    assert len(await admin.says("phat thanh")) == 1  # nothing is asked any more
    assert admin.texts()[-1] == say("unplaced.staff")


async def test_the_list_of_who_waits_has_pages_and_counts_what_else_waits(office: Office):
    admin = await office.staff(StaffRole.ADMIN)
    unit = await office.unit()
    async with office.rt.write() as session:
        for number in range(7):
            somebody = await factories.create_somebody(session, name=f"Người {number}")
            await factories.create_join_request(session, somebody, unit)
            office.phone(somebody)
    (first,) = await admin.says("/cho")
    assert "Chờ duyệt tham gia: 7" in first
    assert "Người 4" in first
    assert "Người 5" not in first
    await admin.presses("›")
    assert "Người 6" in admin.texts()[-1]
    await admin.presses("Duyệt 7")
    assert "Chờ duyệt tham gia: 6" in admin.texts()[-1]


# --- shared phones -------------------------------------------------------------------------------


async def expect(office: Office, *units: Unit, number: str = NUMBER) -> None:
    """The registry names somebody with this phone for these units."""
    async with office.rt.write() as session:
        key = await phones.hashing_key(session, now=office.clock.at)
        for unit in units:
            session.add(
                ExpectedContact(
                    unit_id=unit.id,
                    phone_hash=phones.phone_hash(key, phone_key(number) or ""),
                    role=ContactRole.CONTACT,
                    name="Vũ Hương Giang",
                    title="Chánh Văn phòng",
                )
            )


async def shares(phone: Phone, number: str, *, of: int | None = None) -> list[str]:
    """Share a phone; what the bot wrote."""
    before = phone.last_id()
    phone.office.sandbox.share_contact(phone.user_id, number, of=of)
    await phone.office.works()
    return phone.texts(after=before)


def keyboards(office: Office, phone: Phone) -> list[str]:
    """What was shown below the chat, and taken away again."""
    shown = [
        json.dumps(call["parameters"].get("reply_markup") or {})
        for call in office.sandbox.calls()
        if call["method"] == "sendMessage" and call["parameters"]["chat_id"] == phone.chat_id
    ]
    return [
        word
        for markup in shown
        for word in ("request_contact", "remove_keyboard")
        if word in markup
    ]


async def test_whom_the_registry_expects_joins_by_phone_which_is_kept_nowhere(office: Office):
    paper, radio = await office.unit(), await office.unit("Đài Phát thanh tỉnh")
    await office.issued(paper)
    await expect(office, paper, radio)
    giang = office.account("g!@ng")
    assert await giang.says("/start") == [say("start.share_phone", office=OFFICE)]
    found, offer = await shares(giang, AS_TELEGRAM_HAS_IT)
    assert found == say("phone.found")
    assert "Báo Yên Bái; Đài Phát thanh tỉnh" in offer
    assert "Họ tên: Vũ Hương Giang\nChức vụ: Chánh Văn phòng\n" in offer
    assert not await office.rows(Contact)
    await giang.presses("Đồng ý tham gia")
    assert await office.actor_units(giang) == {paper.id, radio.id}
    assert {row.title for row in await office.rows(Contact)} == {"Chánh Văn phòng"}
    assert giang.sees("Kính gửi: Báo Yên Bái")
    assert not await office.rows(ExpectedContact)
    assert keyboards(office, giang) == ["request_contact", "remove_keyboard"]
    kept = str(await office.facts()) + str(
        [
            (row.body if table is Update else row.parameters)
            for table in (Update, OutboxMessage)
            for row in await office.rows(table)
        ]
    )
    assert "912345678" not in kept


async def test_somebody_elses_contact_card_lets_nobody_in(office: Office):
    await expect(office, await office.unit())
    thief, victim = office.account("Kẻ mạo danh"), office.account("Vũ Hương Giang")
    for of in (victim.user_id, 0):
        assert await shares(thief, AS_TELEGRAM_HAS_IT, of=of) == [say("phone.not_own")]
    assert len(await office.rows(ExpectedContact)) == 1
    assert not await office.rows(Person)
    assert not [row.body for row in await office.rows(Update) if "912345678" in row.body]


async def test_a_phone_that_is_not_expected_is_told_so_and_not_kept(office: Office):
    await expect(office, await office.unit(), number="0987 654 321")
    an = await office.contact(await office.unit("Đài Phát thanh tỉnh"))
    for phone in (office.account(), an):
        assert await shares(phone, AS_TELEGRAM_HAS_IT) == [say("phone.unknown", office=OFFICE)]
        assert keyboards(office, phone) == ["remove_keyboard"]
    assert not [row.body for row in await office.rows(Update) if "912345678" in row.body]


async def test_where_nobody_is_expected_nobody_is_asked_for_a_phone(office: Office):
    giang = office.account()
    assert await giang.says("/start") == [say("start.stranger", office=OFFICE)]
    assert keyboards(office, giang) == []


# --- names that are known ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_like"),
    [
        ("Nguуễn Văn Аn", True),  # with Cyrillic letters
        ("NGUYEN VAN AN", True),
        ("Trần Thị Mai", True),  # of the staff
        ("Nguyễn Văn Anh", False),
    ],
)
async def test_staff_are_told_of_a_newcomer_whose_name_looks_like_a_known_one(
    office: Office, name: str, is_like: bool
):
    admin = await office.staff(StaffRole.ADMIN, name="Trần Thị Mai")
    unit = await office.unit()
    await office.contact(unit, name="Nguyễn Văn An")
    giang = office.account(name)
    await join(giang, await office.invite(unit=unit))
    assert len(await office.rows(Contact)) == 2
    assert bool([text for text in admin.texts() if text.startswith("Lưu ý:")]) is is_like
    assert len(await office.rows(Event, action="name_looks_alike")) == int(is_like)


# --- anonymous people ----------------------------------------------------------------------------


def says_anonymously(office: Office, group: Phone, words: str) -> None:
    """An anonymous administrator writes, as Telegram reports it."""
    world = office.sandbox.world
    chat = world.chat(group.chat_id, office.sandbox.bot().id)
    assert chat is not None
    length = len(words.split()[0])
    entity = {"type": "bot_command", "offset": 0, "length": length}
    shown = world.chat_json(chat)
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    office.sandbox.put_update(
        {
            "message": {
                "message_id": group.last_id() + 1000,
                "date": 0,
                "chat": shown,
                "from": bot,
                "sender_chat": shown,
                "text": words,
                "entities": [entity] if words.startswith("/") else [],
            }
        }
    )


async def test_an_anonymous_administrator_is_told_why_nothing_can_be_done(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    before = await office.facts()
    says_anonymously(office, group, "/viec")
    await office.works()
    assert group.texts() == [say("refused.anonymous")]
    assert await office.facts() == before
