"""What has been kept long enough goes at night, a little at a time; what is needed stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.actions import retention as actions
from bot.config import Retention
from bot.domain.dialogues import DialogueKind
from bot.domain.states import (
    ChatKind,
    DraftState,
    JoinState,
    Lane,
    MessageKind,
    OutboxState,
    Part,
    QuestionState,
    UpdateState,
)
from bot.runtime import Runtime
from bot.storage import audit, retention
from bot.storage.outbox import FINAL
from bot.storage.tables import (
    Base,
    Dialogue,
    Draft,
    DraftGroup,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Event,
    EventValues,
    InviteTry,
    JoinRequest,
    OutboxMessage,
    QuestionMessage,
    Reminder,
    Submission,
    Update,
)
from scheduler.jobs import prune
from tests import factories
from tests.conftest import MovedClock

DAY = timedelta(days=1)


async def all_night(rt: Runtime) -> int:
    batches = 0
    while await prune(rt):
        batches += 1
    return batches


async def count(rt: Runtime, table: type[Base]) -> int:
    async with rt.read() as session:
        return len((await session.scalars(select(table))).all())


async def furnish(rt: Runtime, now: datetime) -> None:
    """One row of each kind that is just old enough, and one that is just not."""
    settings = rt.config.retention
    async with rt.write() as session:
        author = await factories.create_staff(session)
        unit = await factories.create_unit(session)
        ages = lambda days: [now - days * DAY - offset for offset in (DAY, -DAY)]  # noqa: E731
        for at in ages(settings.updates_days):
            for number, state in enumerate((UpdateState.DONE, UpdateState.PARKED)):
                session.add(_update(int(at.timestamp()) + number, state, at))
        for at in ages(settings.messages_days):
            for state in OutboxState:
                session.add(_message(author.chat.id, MessageKind.NOTICE, state, at))
        for at in ages(7):
            somebody = await factories.create_somebody(session, name="A")
            session.add(
                Dialogue(
                    person_id=somebody.person.id,
                    chat_id=somebody.chat.id,
                    kind=DialogueKind.SUBMIT,
                    data={},
                    expires_at=at,
                )
            )
            session.add(InviteTry(telegram_id=1, at=at))
        for at in (*ages(settings.submissions_days), None):
            session.add(
                Submission(
                    person_id=author.person.id,
                    chat_id=author.chat.id,
                    message_id=1,
                    links=[],
                    received_at=now - 900 * DAY,
                    placed_at=at,
                )
            )
        for at in ages(settings.join_requests_days):
            for state in (JoinState.REJECTED, JoinState.WAITING):
                session.add(
                    JoinRequest(
                        person_id=author.person.id,
                        chat_id=author.chat.id,
                        unit_id=unit.id,
                        role="contact",
                        state=state,
                        asked_at=at,
                        decided_at=at,
                    )
                )
        for at in ages(settings.audit_values_days):
            event = Event(at=at, action="x", details={})
            session.add(event)
            await session.flush()
            session.add(EventValues(event_id=event.id, before={}, after={}))
        for at in ages(settings.questions_days):
            for asked in (QuestionState.ANSWERED, QuestionState.OPEN):
                question = await factories.create_question(session, author, unit, at=at)
                question.state = asked
        for at in ages(settings.drafts_days):
            for state in (DraftState.DROPPED, DraftState.OPEN):
                group = await factories.create_group(session)
                draft = await factories.create_draft(session, author, groups=[group], state=state)
                draft.updated_at = at
                task = await session.scalar(
                    select(DraftTask.id).where(DraftTask.draft_id == draft.id).limit(1)
                )
                unit = await factories.create_unit(session)
                whose = {"draft_id": draft.id, "unit_id": unit.id}
                session.add(DraftTaskPart(draft_task_id=task, group_id=group.id, part=Part.LEAD))
                session.add(DraftUnit(**whose))
                session.add(DraftPerson(**whose, person_id=author.person.id))


def _update(number: int, state: UpdateState, at: datetime) -> Update:
    return Update(
        bot_id=1, update_id=number, chat_key=1, body="{}", state=state, next_try_at=at,
        received_at=at, finished_at=at,
    )  # fmt: skip


def _message(
    chat_id: int, kind: MessageKind, state: OutboxState, at: datetime, **values: Any
) -> OutboxMessage:
    sent = {OutboxState.ACCEPTED, OutboxState.IN_FLIGHT}
    return OutboxMessage(
        kind=kind, lane=Lane.ANSWER, chat_id=chat_id, parameters={}, state=state, send_at=at,
        created_at=at, finished_at=at if state in FINAL else None, attempts=int(state in sent),
        message_id=1 if state is OutboxState.ACCEPTED else None, **values,
    )  # fmt: skip


async def test_what_is_old_enough_goes_and_what_is_open_unclear_or_newer_stays(
    rt: Runtime, clock: MovedClock
):
    await furnish(rt, clock.at)
    assert await all_night(rt) == 9  # one batch of each kind
    left = {
        table.__name__: await count(rt, table)
        for table in (Update, OutboxMessage, Dialogue, InviteTry, Submission, JoinRequest)
    }
    assert left == {
        "Update": 3,
        "OutboxMessage": 2 * len(OutboxState) - 3,
        "Dialogue": 1,
        "InviteTry": 1,
        "Submission": 2,
        "JoinRequest": 3,
    }
    assert (await count(rt, Event), await count(rt, EventValues)) == (2, 1)
    async with rt.read() as session:
        drafts = (await session.scalars(select(Draft).order_by(Draft.id))).all()
        assert [draft.body != "" for draft in drafts] == [False, True, True, True]
        assert (await session.scalars(select(DraftTask.draft_id).distinct())).all() != []
    assert (await count(rt, DraftTask), await count(rt, DraftGroup)) == (6, 3)
    async with rt.read() as session:
        said = await session.scalars(select(QuestionMessage).order_by(QuestionMessage.id))
        assert [each.text != "" for each in said] == [False, True, True, True]
    of_audience = (DraftTaskPart, DraftUnit, DraftPerson)
    assert [await count(rt, table) for table in of_audience] == [3, 3, 3]


async def test_it_is_done_once_a_night_and_not_by_day(rt: Runtime, clock: MovedClock):
    assert await all_night(rt) == 0  # the first time, whenever it is
    await furnish(rt, clock.at)
    assert await all_night(rt) == 0
    clock.at = clock.at.replace(hour=18, minute=59)  # 01:59 of the next day
    assert await all_night(rt) == 0
    clock.at += timedelta(minutes=1)
    assert await all_night(rt) > 0
    assert await all_night(rt) == 0


async def test_zero_days_keep_everything(rt: Runtime, clock: MovedClock):
    await furnish(rt, clock.at)
    keeps = Retention(**dict.fromkeys(Retention.model_fields, 0))
    async with rt.read() as session:
        batch = await actions.next_batch(session, keeps, now=clock.at)
    assert batch is not None
    assert batch.kept is retention.DIALOGUES  # what needs no setting


async def test_messages_that_cards_and_reminders_rest_on_stay(rt: Runtime, clock: MovedClock):
    long_ago = clock.at - 900 * DAY
    async with rt.write() as session:
        unit = await factories.create_unit(session)
        somebody = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit])
        card = await factories.create_card(session, issued.addressees[0].id, somebody.chat)
        other = await factories.create_group_chat(session, unit)
        assert other.kind is ChatKind.GROUP
        seen = await factories.create_card(session, issued.addressees[0].id, other)
        reminder = _message(somebody.chat.id, MessageKind.REMINDER, OutboxState.ACCEPTED, long_ago)
        first = [
            _message(
                chat_id, MessageKind.DIRECTIVE, OutboxState.ACCEPTED, long_ago, card_id=card_id
            )
            for chat_id, card_id in ((somebody.chat.id, card.id), (other.id, seen.id))
        ]
        first[0].message_id = None  # its redraw had brought the card into the chat before
        redraws = [
            _message(chat_id, MessageKind.REDRAW, OutboxState.ACCEPTED, long_ago, card_id=card_id)
            for chat_id, card_id in ((somebody.chat.id, card.id), (other.id, seen.id))
        ]
        session.add_all([reminder, *first, *redraws])
        await session.flush()
        session.add(
            Reminder(
                assignment_id=issued.assignments[0][0].id,
                chat_id=somebody.chat.id,
                step="due-day",
                deadline_at=long_ago,
                outbox_message_id=reminder.id,
                queued_at=long_ago,
            )
        )
    await all_night(rt)
    async with rt.read() as session:
        left = (await session.scalars(select(OutboxMessage.id))).all()
        assert sorted(left) == sorted([reminder.id, first[0].id, first[1].id, redraws[0].id])
        assert await audit.breaches(session, now=clock.at, newest=None) == []
