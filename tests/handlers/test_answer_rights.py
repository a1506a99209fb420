"""Answers beyond "received": of what is somebody's own only, and to whom it is theirs when it is
sent."""

from __future__ import annotations

import pytest
from sqlalchemy import Update, update

from bot.callbacks import Callback, Press
from bot.domain.states import AnswerKind, AssignmentState, MessageKind, OutboxState
from bot.storage.tables import Answer, Assignment, Chat, Contact, Directive, OutboxMessage, Staff
from bot.texts import texts
from tests import factories
from tests.handlers.conftest import Office
from tests.handlers.test_answers import REASON, cannot, issue

say = texts("vi")


async def test_neither_people_nor_tasks_of_another_unit_can_be_named(office: Office):
    unit, other = await office.unit(), await office.unit("Đài tỉnh")
    an, _ = await office.contact(unit), await office.contact(other, name="Lê Thị Bình")
    mai = await office.staff()
    issued = await issue(office, unit, other)
    own = issued.addressees[0].id
    foreign = await office.row(Contact, unit_id=other.id)
    popup = await an.presses_data(Callback(Press.DELEGATE, (own, foreign.id)))
    assert popup.text == say("answer.no_colleague")
    task = Callback(Press.CANNOT, (own, issued.assignments[1][0].id))
    assert (await an.presses_data(task)).text == say("refused.not_your_unit")
    async with office.rt.write() as session:
        await session.execute(
            update(Assignment)
            .where(Assignment.id == issued.assignments[0][0].id)
            .values(state=AssignmentState.SUBMITTED)
        )
    done = Callback(Press.CANNOT, (own, issued.assignments[0][0].id))
    assert (await an.presses_data(done)).text == say("answer.not_open")
    assert await office.rows(Answer) == []
    # Who passes it on asks nothing of the office: there is nothing to agree to.
    await an.presses_data(Callback(Press.DELEGATE_OTHER, (own,)))
    await an.says("Hoàng Văn Dũng")
    answer = await office.row(Answer, kind=AnswerKind.PASSED_ON)
    for press in (Press.ANSWER_AGREE, Press.ANSWER_DISAGREE, Press.ANSWER_SHOW):
        popup = await mai.presses_data(Callback(press, (answer.id,)))
        assert popup.text == say("refused.gone")


async def test_who_left_the_office_before_it_was_sent_is_not_shown_what_a_unit_cannot(
    office: Office,
):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    issued = await issue(office, unit)
    await an.presses_data(Callback(Press.CANNOT, (issued.addressees[0].id, 0)))
    office.sandbox.say(an.user_id, REASON)
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(removed_at=factories.NOON))
    await office.works()
    assert mai.texts() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (update(Contact).values(ended_at=factories.NOON), "not_a_contact"),
        (update(Directive).values(closed_at=factories.NOON), "closed"),
        (update(Answer).values(taken_back_at=factories.NOON), "taken_back"),
        (update(Answer).values(to_person_id=Answer.person_id), "not_a_contact"),
    ],
    ids=["left", "closed", "taken_back", "another"],
)
async def test_a_colleague_is_told_only_what_still_holds(
    office: Office, change: Update, reason: str
):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await issue(office, unit)
    _, contact = await office.rows(Contact)
    press = Callback(Press.DELEGATE, (issued.addressees[0].id, contact.id))
    office.press_arrives(an, press.encode())
    await office.handles()
    async with office.rt.write() as session:
        await session.execute(change)
    before = binh.last_id()
    await office.works()
    told = await office.row(OutboxMessage, kind=MessageKind.ANSWER, card_id=None)
    assert (told.state, told.reason) == (OutboxState.WITHDRAWN, reason)
    assert binh.last_id() == before


async def test_who_has_blocked_the_bot_is_to_be_told_by_who_passes_it_on(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await issue(office, unit)
    chat = await office.chat_of(binh)
    async with office.rt.write() as session:
        (await session.get_one(Chat, chat.id)).unreachable_reason = "blocked"
    _, contact = await office.rows(Contact)
    await an.presses_data(Callback(Press.DELEGATE, (issued.addressees[0].id, contact.id)))
    assert an.texts()[-1] == say("answer.passed_on_untold", name="Lê Thị Bình")


async def test_what_was_agreed_not_to_be_done_is_given_again_only_while_it_can_be(office: Office):
    unit = await office.unit()
    an, mai = await office.contact(unit), await office.staff()
    await issue(office, unit, tasks=1)
    await cannot(an)
    await mai.presses("Đồng ý")
    again = Callback(Press.ANSWER_GIVE_AGAIN, ((await office.row(Answer)).id,))
    for values, key in (
        (update(Directive).values(closed_at=factories.NOON), "refused.closed"),
        (update(Directive).values(closed_at=None), None),
        (update(Assignment).values(state=AssignmentState.CANCELLED), "answer.nothing_to_give"),
    ):
        async with office.rt.write() as session:
            await session.execute(values)
        if key is not None:
            assert (await mai.presses_data(again)).text == say(key)
    assert (await office.row(Assignment)).state is AssignmentState.CANCELLED
