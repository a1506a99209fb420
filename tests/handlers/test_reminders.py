"""Reminders as people get them: one message a chat and slot, to whom it goes by now, what is held
back, and what is found when it is asked again before it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.actions import closing, policy, receipt_plans, reminder_steps, reminders
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AcknowledgeBy,
    AnswerKind,
    AssignmentState,
    Door,
    Ending,
    MessageKind,
    OutboxState,
    ReminderEnd,
    StaffRole,
)
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    Answer,
    Assignment,
    Chat,
    Contact,
    Directive,
    OutboxMessage,
    Reminder,
    Unit,
)
from bot.texts import texts
from tests.factories import NOON, Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026 as clocks in the office show it; the 16th is a Friday."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


async def queue(office: Office) -> None:
    """Queue what is due, without sending it."""
    while True:
        async with office.rt.write() as session:
            rules = await policy.load(session, office.rt.config)
            if not await reminders.queue_due(session, policy=rules, now=office.clock.at):
                return


async def reminded(phone: Phone, office: Office, at: datetime) -> list[str]:
    """What comes new into the chat when it is that time."""
    before = phone.last_id()
    office.clock.at = at
    await office.reminds()
    return phone.texts(after=before)


async def endings(office: Office) -> dict[str, str | None]:
    """By step what became of it, where it never goes."""
    return {row.step: row.ending for row in await office.rows(Reminder) if row.ending}


# --- one message ---------------------------------------------------------------------------------


async def test_somebody_of_two_units_gets_all_in_one_message_however_small_the_steps(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reminder_steps, "AT_ONCE", 1)
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Yên Bái")
    both, one = await office.contact(paper, radio), await office.contact(radio, name="Lê Bình")
    await office.issued(paper, radio, next_reminder_at=local(13, 8))
    await office.issued(
        paper, tasks=1, acknowledge_due_at=local(12, 17), next_receipt_at=local(13, 8)
    )
    (text,) = await reminded(both, office, local(13, 8))
    assert text.count("Báo Yên Bái") == 2
    assert text.count("Đài Yên Bái") == 1
    assert text.index(say("reminder.receipt_overdue")) < text.index("Nhắc việc")  # due before it
    (text,) = one.texts()[-1:]
    assert "Báo" not in text
    rows = await office.rows(Reminder)
    assert {row.hold_until for row in rows} == {None}
    assert len({row.outbox_message_id for row in rows if row.chat_id}) == 2
    of_receipt = {row.step: row.ending for row in rows if row.addressee_id}
    assert of_receipt == {"receipt-before": ReminderEnd.STALE, "receipt-overdue-1": None}
    assert await reminded(both, office, local(13, 9)) == []


async def test_what_is_urgent_goes_alone_and_at_night(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    at = local(14, 22)
    await office.issued(unit, tasks=1, urgency="urgent", deadline_at=at, next_reminder_at=at)
    await office.issued(unit, tasks=1, deadline_at=local(14, 17), next_reminder_at=at)
    office.clock.at = local(15, 0)
    await office.issued(unit, tasks=1, urgency="urgent", deadline_at=at, next_reminder_at=at)
    assert await reminded(an, office, local(15, 0)) == []
    texts_at_eight = await reminded(an, office, local(15, 8))
    assert len(texts_at_eight) == 3
    lanes = {row.lane.name for row in await office.rows(OutboxMessage, kind=MessageKind.REMINDER)}
    assert lanes == {"URGENT", "REMINDER"}


# --- to whom -------------------------------------------------------------------------------------


async def test_contacts_then_their_leader_then_the_office_are_told_each_at_its_time(
    office: Office,
):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(leader_of=unit, name="Lê Bình")
    mai = await office.staff()
    await office.issued(unit, next_reminder_at=local(13, 8))
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(phone="0216 3852 777"))
    office.clock.at = local(10, 8)
    heard = {}
    for day in (13, 15, 16, 19, 21, 23, 27, 29):
        places = {"an": an.last_id(), "binh": binh.last_id(), "mai": mai.last_id()}
        office.clock.at = local(day, 8)
        await office.reminds()
        heard[day] = [
            name
            for name, phone in (("an", an), ("binh", binh), ("mai", mai))
            if phone.texts(after=places[name])
        ]
    assert heard == {
        **{day: ["an"] for day in (13, 15, 16, 19, 21, 23)}, 27: ["binh"], 29: ["mai"]
    }  # fmt: skip
    assert say("reminder.to_leader") in binh.texts()[-1]
    told = mai.texts()[-1]
    assert "Báo Yên Bái" in told
    assert "0216 3852 777" in told
    assert "NV1, NV2: quá hạn từ 17:00 16/10" in told
    assert await endings(office) == {"due-2h": ReminderEnd.STALE}
    assert {row.next_reminder_at for row in await office.rows(Assignment)} == {None}


async def test_a_unit_out_of_reach_is_noted_and_the_office_told_in_the_end(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    await office.issued(unit, tasks=1, next_reminder_at=local(23, 8))
    assert await reminded(mai, office, local(23, 8)) == []
    assert await reminded(mai, office, local(27, 8)) == []
    (told,) = await reminded(mai, office, local(29, 8))
    assert say("escalation.no_phone") in told
    noted = {row.step for row in await office.rows(Reminder, ending=ReminderEnd.NOBODY)}
    assert noted == {"overdue-3", "leader"}
    assert await reminded(mai, office, local(30, 8)) == []


async def test_a_group_is_reminded_where_the_unit_wants_it_or_nobody_else_is_in_reach(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    group = await office.group(an, unit=unit)
    await office.issued(unit, tasks=1, next_reminder_at=local(13, 8))
    before = group.last_id()
    assert await reminded(an, office, local(13, 8))
    assert group.texts(after=before) == []
    kim = await office.staff(StaffRole.ADMIN, name="Lý Kim")
    await kim.says("/donvi")
    await kim.presses("Báo Yên Bái")
    await kim.presses(say("button.reminds_group_too"))
    assert say("unit.reminds_group") in kim.texts()[-1]
    assert await reminded(an, office, local(15, 8))
    assert len(group.texts(after=before)) == 1
    await kim.presses(say("button.reminds_people_only"))
    assert not (await office.row(Unit)).reminds_group
    async with office.rt.write() as session:
        await session.execute(
            update(Chat).where(Chat.telegram_id == an.chat_id).values(unreachable_reason="blocked")
        )
    assert await reminded(an, office, local(16, 8)) == []
    assert len(group.texts(after=before)) == 2


async def test_leaders_are_spared_while_a_contact_is_in_reach(office: Office):
    unit = await office.unit()
    binh = await office.contact(leader_of=unit, name="Lê Bình")
    await office.issued(unit, tasks=1, next_reminder_at=local(13, 8))
    assert await reminded(binh, office, local(13, 8))
    an = await office.contact(unit)
    before = binh.last_id()
    assert await reminded(an, office, local(15, 8))
    assert binh.texts(after=before) == []


# --- receipts ------------------------------------------------------------------------------------


async def confirming(office: Office, unit: Unit, rule: AcknowledgeBy, tasks: int = 2) -> Issued:
    """A directive to be confirmed until Wednesday evening, an hour before which it is reminded."""
    office.clock.at = local(14, 9)
    return await office.issued(
        unit,
        tasks=tasks,
        acknowledge_by=rule,
        acknowledge_due_at=local(14, 17),
        next_receipt_at=local(14, 16),
    )


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (AcknowledgeBy.ANY, {"an", "mai"}),
        (AcknowledgeBy.LEADER, {"binh"}),
        (AcknowledgeBy.EACH, {"mai", "binh"}),
    ],
)
async def test_who_has_still_to_confirm_is_reminded_once_however_many_tasks(
    office: Office, rule: AcknowledgeBy, who: set[str]
):
    unit = await office.unit()
    phones = {
        "an": await office.contact(unit),
        "mai": await office.contact(unit, name="Mai"),
        "binh": await office.contact(leader_of=unit, name="Lê Bình"),
    }
    issued = await confirming(office, unit, rule)
    confirm = Callback(Press.ACKNOWLEDGE, (issued.addressees[0].id,))
    if rule is AcknowledgeBy.EACH:
        await phones["an"].presses_data(confirm)
    places = {name: phone.last_id() for name, phone in phones.items()}
    office.clock.at = local(14, 16)
    await office.reminds()
    heard = {name: phone.texts(after=places[name]) for name, phone in phones.items()}
    assert {name for name, new in heard.items() if new} == who
    assert all(len(new) <= 1 for new in heard.values())
    for name in who:
        await phones[name].presses(say("button.acknowledge"))
    places = {name: phone.last_id() for name, phone in phones.items()}
    office.clock.at = local(15, 8)
    await office.reminds()
    assert not any(phone.texts(after=places[name]) for name, phone in phones.items())
    looked_at = (await office.row(Addressee)).next_reminder_at
    assert (looked_at is None) == (rule is AcknowledgeBy.ANY)


async def test_who_comes_to_a_unit_that_everybody_must_confirm_for_is_reminded_too(
    office: Office,
):
    unit = await office.unit()
    an = await office.contact(unit)
    await confirming(office, unit, AcknowledgeBy.EACH)
    await an.presses(say("button.acknowledge"))
    assert await reminded(an, office, local(14, 16)) == []
    newcomer = await office.contact(unit, name="Mai")
    assert len(await reminded(newcomer, office, local(15, 8))) == 1
    assert await reminded(an, office, local(15, 8)) == []


async def test_a_receipt_goes_to_the_leader_and_the_office_like_work(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(leader_of=unit, name="Lê Bình")
    mai = await office.staff()
    await confirming(office, unit, AcknowledgeBy.ANY)
    for at in (local(14, 16), local(15, 8), local(16, 8)):
        assert len(await reminded(an, office, at)) == 1
    (to_leader,) = await reminded(binh, office, local(19, 8))
    assert say("reminder.to_leader") in to_leader
    (told,) = await reminded(mai, office, local(20, 8))
    assert "chưa xác nhận" in told
    assert {row.next_reminder_at for row in await office.rows(Addressee)} == {None}


async def test_receipts_are_planned_when_given_and_forgotten_while_it_is_over(office: Office):
    unit = await office.unit()
    await office.contact(unit)
    mai = await office.staff()
    issued = await confirming(office, unit, AcknowledgeBy.ANY)
    directive_id, actor_id = issued.directive.id, issued.directive.issued_by
    async with office.rt.write() as session:
        await closing.close(session, directive_id, actor_id=actor_id, now=office.clock.at)
    assert (await office.row(Addressee)).next_reminder_at is None
    async with office.rt.write() as session:
        rules = await policy.load(session, office.rt.config)
        await closing.reopen(
            session, directive_id, actor_id=actor_id, policy=rules, now=office.clock.at
        )
    assert (await office.row(Addressee)).next_reminder_at == local(14, 16)
    office.clock.at = local(15, 9)
    async with office.rt.write() as session:
        directive = await session.get_one(Directive, directive_id)
        await receipt_plans.plan_again(session, directive, policy=rules, now=office.clock.at)
    assert (await office.row(Addressee)).next_reminder_at == local(16, 8)
    assert mai.texts() == []


# --- held back -----------------------------------------------------------------------------------


async def test_what_is_over_the_day_s_most_goes_with_the_next_message(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    ends = [local(16, 10, 30), local(16, 11, 30), local(16, 16), local(16, 16, 30)]
    for end in ends:
        await office.issued(
            unit, tasks=1, deadline_at=end, next_reminder_at=local(16, 8), subject=f"V/v {end}"
        )
    slots = (local(16, 8), *(end - timedelta(hours=2) for end in ends))
    sent = [len(await reminded(an, office, at)) for at in slots]
    assert sent == [1, 1, 1, 0, 0]
    held = [row for row in await office.rows(Reminder) if row.hold_until]
    assert {row.hold_until for row in held} == {local(19, 8)}
    assert {row.step for row in held} == {"due-2h"}
    assert len(held) == 2
    (text,) = await reminded(an, office, local(19, 8))
    assert text.count("Quá hạn") == 4  # the later step of each; what was held is overtaken
    assert not any(row.hold_until for row in await office.rows(Reminder))


# --- asked again ---------------------------------------------------------------------------------


async def _finish(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(state=AssignmentState.SUBMITTED))


async def _move(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Assignment).values(deadline_at=local(30, 17)))
        await session.execute(update(Addressee).values(acknowledge_due_at=local(30, 17)))


async def _close(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Directive).values(closed_at=NOON, ending=Ending.CLOSED))


async def _retire(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(retired_at=NOON))
        await session.execute(update(Assignment).values(state=AssignmentState.CANCELLED))


async def _leave(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        await session.execute(update(Contact).values(ended_at=NOON))


async def _cannot(office: Office, issued: Issued) -> None:
    async with office.rt.write() as session:
        contact = (await office.rows(Contact))[0]
        session.add(
            Answer(
                addressee_id=issued.addressees[0].id,
                person_id=contact.person_id,
                chat_id=(await office.rows(Chat, person_id=contact.person_id))[0].id,
                kind=AnswerKind.CANNOT,
                reason="Không có chuyên mục",
                at=NOON,
            )
        )


@pytest.mark.parametrize("happens", [_finish, _move, _close, _retire, _leave, _cannot])
async def test_work_is_asked_again_when_its_reminder_is_sent(
    office: Office, happens: Callable[[Office, Issued], Awaitable[None]]
):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit, next_reminder_at=local(13, 8))
    before, office.clock.at = an.last_id(), local(13, 8)
    await queue(office)
    await happens(office, issued)
    await office.works()
    assert an.texts(after=before) == []
    (message,) = await office.rows(OutboxMessage, kind=MessageKind.REMINDER)
    assert (message.state, message.reason) == (OutboxState.WITHDRAWN, "finished")
    async with office.rt.write() as session:  # so that the auditor's rules hold
        await session.execute(update(Assignment).values(next_reminder_at=None))


async def _confirm(office: Office, issued: Issued) -> None:
    contact = (await office.rows(Contact))[0]
    (chat,) = await office.rows(Chat, person_id=contact.person_id)
    async with office.rt.write() as session:
        session.add(
            Acknowledgement(
                addressee_id=issued.addressees[0].id,
                version=1,
                person_id=contact.person_id,
                chat_id=chat.id,
                door=Door.CARD,
                role=contact.role,
                at=NOON,
            )
        )


@pytest.mark.parametrize("happens", [_confirm, _move, _close, _retire, _leave, _cannot])
async def test_a_receipt_is_asked_again_when_its_reminder_is_sent(
    office: Office, happens: Callable[[Office, Issued], Awaitable[None]]
):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await confirming(office, unit, AcknowledgeBy.ANY)
    before, office.clock.at = an.last_id(), local(14, 16)
    await queue(office)
    await happens(office, issued)
    await office.works()
    assert an.texts(after=before) == []
    (message,) = await office.rows(OutboxMessage, kind=MessageKind.REMINDER)
    assert (message.state, message.reason) == (OutboxState.WITHDRAWN, "finished")
    async with office.rt.write() as session:
        await session.execute(update(Addressee).values(next_reminder_at=None))


# --- unclear -------------------------------------------------------------------------------------


async def test_a_receipt_s_reminder_whose_end_is_unclear_is_held_and_counted(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await confirming(office, unit, AcknowledgeBy.ANY)
    office.sandbox.add_fault("accept_then_reset", method="sendMessage")
    assert len(await reminded(an, office, local(14, 16))) == 1
    (message,) = await office.rows(OutboxMessage, kind=MessageKind.REMINDER)
    assert message.state is OutboxState.UNCERTAIN
    (state,) = await mai.says(f"/tiendo {issued.directive.number}")
    assert say("state.not_reminded", uncertain=1, failed=0) in state


async def test_what_the_office_is_told_is_held_when_unclear_and_asked_again(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    await office.issued(unit, tasks=1, next_reminder_at=local(29, 8))
    office.sandbox.add_fault("accept_then_reset", method="sendMessage")
    assert len(await reminded(mai, office, local(29, 8))) == 1
    chat = await office.chat_of(mai)
    told = await office.row(OutboxMessage, kind=MessageKind.ESCALATION, chat_id=chat.id)
    assert told.state is OutboxState.UNCERTAIN


async def test_what_was_done_meanwhile_is_not_told_the_office(office: Office):
    unit = await office.unit()
    mai = await office.staff()
    issued = await office.issued(unit, tasks=1, next_reminder_at=local(29, 8))
    before, office.clock.at = mai.last_id(), local(29, 8)
    await queue(office)
    await _finish(office, issued)
    await office.works()
    assert mai.texts(after=before) == []
