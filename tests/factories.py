"""Rows for tests: small, with sensible values, everything that matters to a test named by it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import versions
from bot.actions.unit_headings import Column, Headings
from bot.domain.consent import CONSENT_VERSION
from bot.domain.rights import Actor
from bot.domain.states import (
    AcknowledgeBy,
    AnswerKind,
    AssignmentState,
    CardKind,
    ChatKind,
    ContactRole,
    ContentKind,
    DraftState,
    ExtensionState,
    ImportState,
    InviteKind,
    JoinState,
    Lane,
    MessageKind,
    OutboxState,
    QuestionState,
    StaffRole,
    UnplacedState,
    UpdateState,
    VersionKind,
)
from bot.storage import cards, outbox, people, staff, units
from bot.storage.outbox import NewMessage
from bot.storage.tables import (
    Addressee,
    AddresseePerson,
    Answer,
    Assignment,
    Attachment,
    Card,
    Chat,
    Directive,
    Draft,
    DraftGroup,
    DraftTask,
    Extension,
    Group,
    Invite,
    JoinRequest,
    Lease,
    OutboxMessage,
    Person,
    Question,
    QuestionMessage,
    Reminder,
    TableImport,
    Task,
    Unit,
    UnitGroup,
    Unplaced,
    Update,
)

NOON = datetime(2026, 10, 6, 5, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 10, 16, 10, 0, tzinfo=UTC)  # 17:00 in the office

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with their private chat."""

    person: Person
    chat: Chat

    async def actor(self, session: AsyncSession) -> Actor:
        """What the database knows of their rights now."""
        actor = await people.actor(session, self.person.telegram_id)
        assert actor is not None
        return actor


async def create_somebody(
    session: AsyncSession,
    *,
    name: str = "Nguyễn Văn An",
    telegram_id: int | None = None,
    language: str = "vi",
) -> Somebody:
    """A person nobody has given a role, with a private chat."""
    telegram_id = telegram_id or 1_000 + next(_numbers)
    person = await people.ensure_person(
        session, telegram_id, name=name, language=language, now=NOON
    )
    person.consent_version, person.consented_at = CONSENT_VERSION, NOON
    chat = await people.ensure_chat(
        session,
        telegram_id,
        kind=ChatKind.PRIVATE,
        title="",
        language=language,
        person_id=person.id,
    )
    return Somebody(person, chat)


async def create_staff(
    session: AsyncSession, role: StaffRole = StaffRole.SENDER, *, name: str = "Trần Thị Mai"
) -> Somebody:
    """Somebody of the office."""
    somebody = await create_somebody(session, name=name)
    await people.ensure_staff(session, person_id=somebody.person.id, role=role, now=NOON)
    return somebody


async def limit(session: AsyncSession, somebody: Somebody, *groups: Group) -> None:
    """Limit one of the office to these groups of units."""
    member = await staff.member_of_person(session, somebody.person.id)
    assert member is not None
    await staff.set_limits(session, member.id, [group.id for group in groups])


async def create_group(session: AsyncSession, *, name: str = "Các cơ quan báo chí") -> Group:
    """A group of units, empty."""
    group = Group(code=f"G{next(_numbers)}", name=name, aliases=[], position=next(_numbers))
    session.add(group)
    await session.flush()
    return group


async def group_ids_of_units(session: AsyncSession) -> dict[int, set[int]]:
    """The groups that each unit stands in; units without any are missing."""
    rows = await session.execute(select(UnitGroup.unit_id, UnitGroup.group_id))
    found: dict[int, set[int]] = {}
    for unit_id, group_id in rows:
        found.setdefault(unit_id, set()).add(group_id)
    return found


async def create_unit(
    session: AsyncSession, *, name: str = "Báo Yên Bái", groups: Sequence[Group] = ()
) -> Unit:
    """A unit in these groups, without contacts."""
    unit = Unit(code=f"U{next(_numbers)}", name=name, created_at=NOON)
    session.add(unit)
    await session.flush()
    for group in groups:
        await units.add_to_group(session, unit_id=unit.id, group_id=group.id)
    return unit


async def create_contact(
    session: AsyncSession,
    unit: Unit,
    *,
    name: str = "Nguyễn Văn An",
    telegram_id: int | None = None,
    language: str = "vi",
) -> Somebody:
    """A contact of the unit."""
    somebody = await create_somebody(session, name=name, telegram_id=telegram_id, language=language)
    await people.ensure_contact(
        session,
        unit_id=unit.id,
        person_id=somebody.person.id,
        role=ContactRole.CONTACT,
        now=NOON,
    )
    return somebody


async def create_invite(session: AsyncSession, unit: Unit) -> int:
    """An open invite of the unit whose code nobody knows; its id."""
    invite = Invite(
        code_hash=f"{next(_numbers):064}",
        kind=InviteKind.CONTACT,
        unit_id=unit.id,
        uses_left=1,
        created_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    session.add(invite)
    await session.flush()
    return invite.id


async def create_join_request(session: AsyncSession, somebody: Somebody, unit: Unit) -> int:
    """Somebody waits for the office's word; the request's id."""
    request = JoinRequest(
        person_id=somebody.person.id,
        chat_id=somebody.chat.id,
        unit_id=unit.id,
        role=ContactRole.CONTACT,
        state=JoinState.WAITING,
        asked_at=NOON,
    )
    session.add(request)
    await session.flush()
    return request.id


async def create_group_chat(
    session: AsyncSession, unit: Unit | None = None, *, telegram_id: int | None = None
) -> Chat:
    """A Telegram group, linked to the unit if one is given."""
    chat = await people.ensure_chat(
        session,
        telegram_id or -1_000 - next(_numbers),
        kind=ChatKind.GROUP,
        title="Nhóm",
        language="vi",
    )
    chat.unit_id = unit.id if unit else None
    await session.flush()
    return chat


async def create_draft(
    session: AsyncSession,
    author: Somebody,
    *,
    groups: Sequence[Group] = (),
    tasks: int = 2,
    deadline_at: datetime | None = FRIDAY_EVENING,
    number: str | None = "12",
    issued_on: date | None = date(2026, 10, 5),
    subject: str | None = "V/v tuyên truyền",
    state: DraftState = DraftState.OPEN,
) -> Draft:
    """A draft that only needs sending, unless something is left out."""
    draft = Draft(
        author_id=author.person.id,
        chat_id=author.chat.id,
        state=state,
        issuer="Sở Thông tin và Truyền thông",
        number=number,
        symbol="STTTT-TTBCXB",
        issued_on=issued_on,
        issued_month="2026-10",
        subject=subject,
        body="Nội dung công văn",
        created_at=NOON,
        updated_at=NOON,
    )
    session.add(draft)
    await session.flush()
    for position in range(1, tasks + 1):
        session.add(
            DraftTask(
                draft_id=draft.id,
                position=position,
                text=f"Nội dung {position}",
                short_title=f"Việc {position}",
                deadline_at=deadline_at,
            )
        )
    for position, group in enumerate(groups):
        session.add(
            DraftGroup(
                draft_id=draft.id,
                position=position,
                line=group.name,
                group_id=group.id,
                chosen=True,
            )
        )
    await session.flush()
    return draft


async def create_attachment(
    session: AsyncSession, draft: Draft, *, position: int = 1, file_id: str = "file"
) -> Attachment:
    """A file that goes with the draft's letter."""
    attachment = Attachment(
        draft_id=draft.id,
        position=position,
        file_id=file_id,
        file_unique_id=f"unique{next(_numbers)}",
        file_name=f"phu-luc-{position}.pdf",
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def create_table_import(session: AsyncSession, author: Somebody) -> TableImport:
    """A list of one unit that only needs taking."""
    headings = Headings(0, ("Mã", "Tên"), (Column.CODE, Column.NAME))
    row = TableImport(
        author_id=author.person.id,
        chat_id=author.chat.id,
        state=ImportState.OPEN,
        import_due_at=NOON + timedelta(days=1),
        file_id="file",
        file_name="danh-sach.xlsx",
        columns=headings.as_json(),
        rows=[["Mã", "Tên"], [f"T{next(_numbers)}", "Đơn vị mới"]],
        created_at=NOON,
    )
    session.add(row)
    await session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Issued:
    """A directive with its rows, by unit in the order given."""

    directive: Directive
    tasks: list[Task]
    addressees: list[Addressee]
    assignments: list[list[Assignment]]


async def create_directive(
    session: AsyncSession,
    units: Sequence[Unit],
    *,
    tasks: int = 2,
    deadline_at: datetime | None = FRIDAY_EVENING,
    next_reminder_at: datetime | None = None,
    urgency: str | None = None,
    subject: str = "V/v tuyên truyền",
    body: str = "Nội dung công văn",
    closed_at: datetime | None = None,
    acknowledge_by: AcknowledgeBy = AcknowledgeBy.ANY,
    acknowledge_due_at: datetime | None = None,
    next_receipt_at: datetime | None = None,
) -> Issued:
    """A directive that was issued, without cards or messages."""
    author = await create_staff(session)
    draft = await create_draft(session, author, tasks=0, state=DraftState.ISSUED)
    number = str(next(_numbers))
    directive = Directive(
        draft_id=draft.id,
        version=1,
        issuer="Sở Thông tin và Truyền thông",
        number=number,
        symbol="STTTT-TTBCXB",
        issued_on=date(2026, 10, 5),
        urgency=urgency,
        passes_quiet=urgency is not None,
        subject=subject,
        body=body,
        identity_key=f"key {number}",
        issued_by=author.person.id,
        issued_at=NOON,
        closed_at=closed_at,
        acknowledge_by=acknowledge_by,
    )
    session.add(directive)
    await session.flush()
    task_rows = [
        Task(
            directive_id=directive.id,
            position=position,
            text=f"Nội dung {position}",
            short_title=f"Việc {position}",
            deadline_at=deadline_at,
        )
        for position in range(1, tasks + 1)
    ]
    addressees = [
        Addressee(
            directive_id=directive.id,
            unit_id=unit.id,
            unit_name=unit.name,
            added_at=NOON,
            acknowledge_due_at=acknowledge_due_at,
            next_reminder_at=next_receipt_at,
        )
        for unit in units
    ]
    session.add_all([*task_rows, *addressees])
    await session.flush()
    versions.keep(
        session,
        directive,
        task_rows,
        kind=VersionKind.ISSUED,
        person_id=author.person.id,
        now=NOON - timedelta(minutes=1),  # before what people do with it
    )
    assignments = [
        [
            Assignment(
                task_id=task.id,
                addressee_id=addressee.id,
                state=AssignmentState.OPEN,
                deadline_at=deadline_at,
                next_reminder_at=next_reminder_at,
            )
            for task in task_rows
        ]
        for addressee in addressees
    ]
    session.add_all([assignment for of_unit in assignments for assignment in of_unit])
    await session.flush()
    return Issued(directive, task_rows, addressees, assignments)


async def address_personally(session: AsyncSession, addressee: Addressee, person: Person) -> None:
    """Let the addressee be for this person alone, or for one more."""
    session.add(AddresseePerson(addressee_id=addressee.id, person_id=person.id))
    await session.flush()


async def create_answer(
    session: AsyncSession,
    addressee: Addressee,
    by: Somebody,
    assignment: Assignment | None = None,
) -> Answer:
    """Somebody of the unit has said that a task, or all of it, cannot be done."""
    answer = Answer(
        addressee_id=addressee.id,
        assignment_id=assignment.id if assignment else None,
        person_id=by.person.id,
        chat_id=by.chat.id,
        kind=AnswerKind.CANNOT,
        reason="Đơn vị không có chuyên mục này",
        at=NOON,
    )
    session.add(answer)
    await session.flush()
    return answer


async def create_question(
    session: AsyncSession,
    somebody: Somebody,
    unit: Unit,
    *,
    addressee: Addressee | None = None,
    text: str = "Nộp ở đâu?",
    at: datetime = NOON,
) -> Question:
    """What somebody of the unit has asked, without a card in the office's chats."""
    question = Question(
        unit_id=unit.id,
        addressee_id=addressee.id if addressee else None,
        person_id=somebody.person.id,
        chat_id=somebody.chat.id,
        state=QuestionState.OPEN,
        asked_at=at,
        remind_at=at,
    )
    session.add(question)
    await session.flush()
    session.add(
        QuestionMessage(
            question_id=question.id,
            person_id=somebody.person.id,
            from_office=False,
            text=text,
            chat_id=somebody.chat.id,
            message_id=next(_numbers),
            at=at,
        )
    )
    await session.flush()
    return question


async def create_answered_question(
    session: AsyncSession,
    addressee: Addressee | None,
    asking: Somebody,
    answering: Somebody,
    *,
    unit_id: int,
    asked: str = "Treo cờ ở đâu?",
    answer: str = "Treo trước trụ sở.",
) -> Question:
    """Something that a contact asked and the office answered."""
    question = Question(
        unit_id=unit_id,
        addressee_id=addressee.id if addressee else None,
        person_id=asking.person.id,
        chat_id=asking.chat.id,
        state=QuestionState.ANSWERED,
        asked_at=NOON,
    )
    session.add(question)
    await session.flush()
    for somebody, text, from_office in ((asking, asked, False), (answering, answer, True)):
        session.add(
            QuestionMessage(
                question_id=question.id,
                person_id=somebody.person.id,
                from_office=from_office,
                text=text,
                chat_id=somebody.chat.id,
                message_id=next(_numbers),
                at=NOON,
            )
        )
        await session.flush()
    return question


async def create_reminder(
    session: AsyncSession, chat: Chat, *works: Assignment | Addressee, step: str = "before-3"
) -> int:
    """A message that reminded a chat of this work, or of these receipts; its id."""
    message_id = await create_message(
        session, chat, kind=MessageKind.REMINDER, lane=Lane.REMINDER, send_at=NOON
    )
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(state=OutboxState.ACCEPTED, attempts=1, message_id=message_id, finished_at=NOON)
    )
    for work in works:
        of_task = isinstance(work, Assignment)
        session.add(
            Reminder(
                assignment_id=work.id if of_task else None,
                addressee_id=None if of_task else work.id,
                chat_id=chat.id,
                step=step,
                deadline_at=work.deadline_at if of_task else work.acknowledge_due_at,
                outbox_message_id=message_id,
                queued_at=NOON,
            )
        )
    await session.flush()
    return message_id


async def create_unplaced(
    session: AsyncSession,
    somebody: Somebody,
    unit: Unit | None,
    *,
    text: str = "Gửi các đồng chí",
    at: datetime = NOON,
) -> Unplaced:
    """What somebody wrote that nobody could place, without a card in the office's chats."""
    row = Unplaced(
        person_id=somebody.person.id,
        unit_id=unit.id if unit else None,
        chat_id=somebody.chat.id,
        message_id=next(_numbers),
        kind=ContentKind.TEXT,
        text=text,
        received_at=at,
        state=UnplacedState.WAITING,
    )
    session.add(row)
    await session.flush()
    return row


async def create_extension(
    session: AsyncSession,
    assignment: Assignment,
    somebody: Somebody,
    *,
    wished_at: datetime = FRIDAY_EVENING + timedelta(days=7),
    state: ExtensionState = ExtensionState.ASKED,
) -> Extension:
    """A wish for a later deadline."""
    extension = Extension(
        assignment_id=assignment.id,
        person_id=somebody.person.id,
        chat_id=somebody.chat.id,
        reason="Chờ số liệu của xã",
        wished_at=wished_at,
        asked_at=NOON,
        deadline_at=assignment.deadline_at or NOON,
        state=state,
        decided_at=None if state is ExtensionState.ASKED else NOON,
    )
    session.add(extension)
    await session.flush()
    return extension


async def create_card(
    session: AsyncSession,
    subject_id: int,
    chat: Chat,
    *,
    kind: CardKind = CardKind.DIRECTIVE,
    message_id: int | None = None,
) -> Card:
    """A card; it was sent if it has a message's id."""
    card, _ = await cards.ensure(session, kind, subject_id=subject_id, chat_id=chat.id)
    card.message_id = message_id
    await session.flush()
    return card


async def create_notice(
    session: AsyncSession,
    chat: Chat,
    *,
    lane: Lane = Lane.ANSWER,
    key: str = "command.unknown",
    send_at: datetime = NOON,
) -> int:
    """A sentence that waits to be sent; the message's id."""
    return await create_message(
        session,
        chat,
        kind=MessageKind.NOTICE,
        lane=lane,
        parameters={"key": key, "values": {}, "buttons": []},
        send_at=send_at,
    )


async def create_message(
    session: AsyncSession,
    chat: Chat,
    *,
    kind: MessageKind,
    lane: Lane,
    send_at: datetime = NOON,
    **values: object,
) -> int:
    """Any message that waits to be sent; its id."""
    message_id = await outbox.add(
        session,
        NewMessage(kind=kind, lane=lane, chat_id=chat.id, send_at=send_at, **values),  # type: ignore[arg-type]
    )
    assert message_id is not None
    return message_id


def in_state(state: OutboxState) -> dict[str, object]:
    """The columns of a message in this state."""
    return {"state": state, "finished_at": NOON if state in outbox.FINAL else None}


PLANTED = "PlantedError"


async def create_parked_update(
    session: AsyncSession, body: Mapping[str, object] | None = None, *, chat_key: int = 0
) -> int:
    """An update that could not be handled; handled again it is of a kind that nobody heeds."""
    update_id = next(_numbers)
    row = Update(
        bot_id=1,
        update_id=update_id,
        chat_key=chat_key,
        body=json.dumps({"update_id": update_id, **(body or {})}),
        state=UpdateState.PARKED,
        tries=5,
        next_try_at=NOON,
        reason=PLANTED,
        received_at=NOON,
        finished_at=NOON,
    )
    session.add(row)
    await session.flush()
    return row.id


async def hold_lease(session: AsyncSession, *, epoch: int = 1) -> None:
    """Let this instance hold the worker role."""
    await session.merge(
        Lease(name="worker", holder="me", epoch=epoch, expires_at=NOON + timedelta(days=365))
    )
