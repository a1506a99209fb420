"""/viec: what is missing where, nearest first, and the card once more below it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.callbacks import Callback, Press
from bot.domain.states import (
    ArticleState,
    AssignmentState,
    CardKind,
    ExtensionState,
    MessageKind,
    OutboxState,
)
from bot.storage.tables import (
    Article,
    Assignment,
    Card,
    Contact,
    Extension,
    OutboxMessage,
    Task,
)
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office

say = texts("vi")


async def test_what_is_missing_is_said_by_directive_nearest_first(office: Office):
    unit, other = await office.unit(), await office.unit("Đài tỉnh", "Đài")
    phone = await office.contact(unit)
    later = await office.issued(unit, other, deadline_at=factories.FRIDAY_EVENING)
    sooner = await office.issued(unit, deadline_at=factories.NOON - timedelta(hours=1), tasks=1)
    done = await office.issued(unit, tasks=1)
    nothing = await office.issued(unit, tasks=1)
    await phone.presses_data(Callback(Press.ACKNOWLEDGE, (sooner.addressees[0].id,)))
    await phone.presses_data(Callback(Press.ACKNOWLEDGE, (nothing.addressees[0].id,)))
    chat = await office.chat_of(phone)
    async with office.rt.write() as session:
        first, _ = later.assignments[0]
        await session.execute(
            update(Task).where(Task.id == first.task_id).values(expected_articles=3)
        )
        session.add(
            Article(
                assignment_id=first.id,
                person_id=chat.person_id,
                url="https://baoyenbai.com.vn/1.aspx",
                url_key="baoyenbai.com.vn/1.aspx",
                state=ArticleState.RECORDED,
                submitted_at=factories.NOON,
            )
        )
        wish = {
            "person_id": chat.person_id,
            "chat_id": chat.id,
            "reason": "Mất điện",
            "asked_at": factories.NOON,
            "deadline_at": factories.FRIDAY_EVENING,
        }
        week = factories.FRIDAY_EVENING + timedelta(days=7)
        session.add(
            Extension(assignment_id=first.id, wished_at=week, state=ExtensionState.ASKED, **wish)
        )
        session.add(
            Extension(
                assignment_id=sooner.assignments[0][0].id,
                wished_at=week,
                state=ExtensionState.REFUSED,
                **wish,
            )
        )
        for issued in (done, nothing):
            await session.execute(
                update(Assignment)
                .where(Assignment.addressee_id == issued.addressees[0].id)
                .values(state=AssignmentState.SUBMITTED)
            )
    (shown,) = await phone.says("/viec")
    blocks = shown.split("\n\n")
    assert blocks[0] == say("tasks.title", count=4)
    numbers = [f"số {each.directive.number}/" for each in (sooner, later, done)]
    assert [number in block for number, block in zip(numbers, blocks[1:], strict=True)] == [
        True
    ] * 3
    asks = say("tasks.not_acknowledged")
    assert [asks in block for block in blocks[1:]] == [False, True, True]
    assert say("card.overdue") in blocks[1]
    assert "đã xin gia hạn" not in blocks[1]
    assert say("card.articles_of", count=1, expected=3) in blocks[2]
    assert say("card.wished", moment="17:00 23/10/2026") in blocks[2]
    assert f"số {nothing.directive.number}/" not in shown
    assert "Đài tỉnh" not in shown

    list_id = phone.last_id()
    labels = [
        label
        for label in phone.buttons()[-5:]
        if label.startswith(("Thẻ", "Gửi:"))
    ]  # fmt: skip
    assert [label.split()[0] for label in labels] == ["Thẻ", "Gửi:", "Thẻ", "Gửi:", "Thẻ"]
    await phone.presses(f"Gửi: {sooner.directive.number}")
    assert phone.last_id() > list_id


async def test_the_card_is_brought_below_and_the_old_one_taken_away(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    old = phone.sees("Nội dung cần thực hiện")
    await phone.says("/viec")
    popup = await phone.presses(say("button.open_card"))
    assert popup.text == say("tasks.card_brought")
    card = await office.row(Card, kind=CardKind.DIRECTIVE)
    assert card.message_id == phone.last_id() > old["message_id"]
    cards = [each for each in phone.messages() if "Nội dung cần" in each.get("text", "")]
    assert [each["message_id"] for each in cards] == [card.message_id]

    popup = await phone.presses(say("button.open_card"))  # of the same list
    assert popup.text == say("tasks.card_below")
    assert (await office.row(Card, kind=CardKind.DIRECTIVE)).message_id == card.message_id
    await phone.presses("Đã nhận")  # it is a card like any other
    assert "✓ Đã nhận" in phone.sees("Nội dung cần")["text"]

    # Too old to be deleted: it loses its buttons, and the newer one is the card.
    office.clock.at += timedelta(days=3)
    await phone.says("/viec")
    await phone.presses(say("button.open_card"))
    first, second = [each for each in phone.messages() if "Nội dung cần" in each.get("text", "")]
    assert "reply_markup" not in first
    assert second["message_id"] == (await office.row(Card, kind=CardKind.DIRECTIVE)).message_id
    assert second["reply_markup"]
    assert len(await office.rows(OutboxMessage, kind=MessageKind.DIRECTIVE)) == 1
    assert issued.directive.number in second["text"]


async def test_what_is_not_sure_to_have_come_is_not_sent_twice(office: Office):
    unit = await office.unit()
    phone = await office.contact(unit)
    issued = await office.issued(unit)
    async with office.rt.write() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(state=OutboxState.UNCERTAIN)
        )
        await session.execute(update(Card).values(message_id=None))
    press = Callback(Press.OPEN_CARD, (issued.addressees[0].id,))
    before = phone.last_id()
    assert (await phone.presses_data(press)).text == say("tasks.card_below")
    assert phone.last_id() == before
    async with office.rt.write() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.kind == MessageKind.DIRECTIVE)
            .values(state=OutboxState.FAILED, reason="kicked")
        )
    await phone.presses_data(press)
    assert "Nội dung cần" in phone.texts(after=before)[0]


async def test_in_a_group_it_is_the_groups_units_card(office: Office):
    unit, other = await office.unit(), await office.unit("Đài tỉnh", "Đài")
    an = await office.contact(unit, other)
    group = await office.group(an, unit=unit)
    ours, theirs = await office.issued(unit), await office.issued(other)
    (shown,) = await group.says("/viec")
    assert "Đài tỉnh" not in shown
    popup = await group.presses_data(Callback(Press.OPEN_CARD, (theirs.addressees[0].id,)))
    assert popup.text == say("refused.not_your_unit")
    popup = await group.presses_data(Callback(Press.OPEN_CARD, (ours.addressees[0].id,)), 10**6)
    assert popup.text == say("tasks.card_brought")


async def test_of_a_unit_that_was_left_meanwhile_nothing_is_shown(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài tỉnh")
    an = await office.contact(paper, radio)
    await office.issued(paper)
    await office.issued(radio)
    before = an.last_id()
    for left in (paper, radio):
        office.sandbox.say(an.user_id, "/viec")
        await office.handles()  # the answer waits to be sent
        async with office.rt.write() as session:
            await session.execute(
                update(Contact).where(Contact.unit_id == left.id).values(ended_at=factories.NOON)
            )
        await office.works()
    (shown,) = an.texts(after=before)
    assert shown.startswith("Việc đang mở (2)")
    assert "Việc 1" in shown
