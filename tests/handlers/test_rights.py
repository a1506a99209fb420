"""Who may use which command and button, for everyone there is; and presses that nobody offered."""

from __future__ import annotations

from collections.abc import Callable as Function
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.actions import drafts as draft_actions
from bot.actions import unit_changes
from bot.actions.unit_changes import Wish
from bot.callbacks import Callback, Press
from bot.domain.states import (
    AssignmentState,
    ContactRole,
    DialogueKind,
    InviteKind,
    Lane,
    MessageKind,
    OutboxState,
    StaffRole,
    UnitChangeKind,
)
from bot.intake.poller import raw_update
from bot.storage import articles, dialogues, people, updates
from bot.storage.tables import (
    Assignment,
    Contact,
    Dialogue,
    Directive,
    DraftGroup,
    DraftTask,
    Invite,
    OutboxMessage,
    Staff,
    Submission,
    Unit,
)
from bot.texts import texts
from handlers import COMMANDS, PRESSES
from tests import factories
from tests.factories import Issued, Somebody
from tests.handlers.conftest import Office, Phone, Popup

say = texts("vi")


class Role(StrEnum):
    """Everybody who may turn up."""

    STRANGER = "stranger"
    CONTACT = "contact of the unit"
    OTHER_CONTACT = "contact of another unit"
    LEADER = "leader of the unit"
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SENDER = "sender"
    ADMIN = "admin"
    REMOVED_STAFF = "removed staff"
    ENDED_CONTACT = "ended contact"


R = Role
EVERYONE = frozenset(Role)
OF_THE_UNIT = frozenset({R.CONTACT, R.LEADER})
OF_A_UNIT = OF_THE_UNIT | {R.OTHER_CONTACT}
STAFF = frozenset({R.VIEWER, R.REVIEWER, R.SENDER, R.ADMIN})
ISSUING = frozenset({R.SENDER, R.ADMIN})

COMMAND_FOR: dict[str, frozenset[Role]] = {
    "start": EVERYONE,
    "trogiup": EVERYONE,
    "ngonngu": EVERYONE,
    "huy": EVERYONE - {R.STRANGER},
    "viec": OF_A_UNIT,
    "nop": OF_A_UNIT,
    "congvan": ISSUING,
    "tiendo": STAFF,
    "baocao": STAFF,
    "hengio": ISSUING,
    "moi": frozenset({R.ADMIN}),
    "donvitoi": OF_A_UNIT,
    "bangiao": OF_A_UNIT,
    "ngung": OF_A_UNIT,
    "dulieu": EVERYONE,
    "sapxep": frozenset({R.ADMIN}),
}
# For buttons of the unit's card, of a sender's draft, of an invite that was opened.
PRESS_FOR: dict[Press, frozenset[Role]] = {
    Press.ACKNOWLEDGE: OF_THE_UNIT,
    Press.FULL_TEXT: OF_THE_UNIT,
    Press.DONE_MENU: OF_THE_UNIT,
    Press.REPORT_DONE: OF_THE_UNIT,
    Press.SUBMIT: OF_THE_UNIT,
    Press.PLACE_LINKS: OF_THE_UNIT,
    Press.JOIN: EVERYONE - {R.STRANGER},
    Press.JOIN_RENAME: EVERYONE - {R.STRANGER},
    Press.LANGUAGE: EVERYONE,
    Press.DRAFT_CARD: ISSUING,
    Press.DRAFT_NUMBER: ISSUING,
    Press.DRAFT_DATE: ISSUING,
    Press.DRAFT_DATE_TODAY: ISSUING,
    Press.DRAFT_SUBJECT: ISSUING,
    Press.DRAFT_GROUPS: ISSUING,
    Press.DRAFT_GROUP: ISSUING,
    Press.DRAFT_DEADLINES: ISSUING,
    Press.DRAFT_TASK: ISSUING,
    Press.DRAFT_DEADLINE: ISSUING,
    Press.DRAFT_DEADLINE_TYPED: ISSUING,
    Press.DRAFT_PREVIEW: ISSUING,
    Press.DRAFT_UNCLEAR: ISSUING,
    Press.DRAFT_SEND_AT: ISSUING,
    Press.DRAFT_NO_SEND_AT: ISSUING,
    Press.DRAFT_ISSUE: ISSUING,
    Press.DRAFT_ISSUE_UNNUMBERED: ISSUING,
    Press.DRAFT_DROP: ISSUING,
    Press.SENDING_PAUSE: ISSUING,
    Press.SENDING_RESUME: ISSUING,
    Press.SENDING_CANCEL_ASK: ISSUING,
    Press.SENDING_CANCEL: ISSUING,
    Press.SENDING_NOW: ISSUING,
    Press.RETRY_FAILED_ASK: ISSUING,
    Press.RETRY_FAILED: ISSUING,
    Press.RETRY_UNCERTAIN_ASK: ISSUING,
    Press.RETRY_UNCERTAIN: ISSUING,
    Press.APPOINTED_PAGE: ISSUING,
    Press.TASKS_PAGE: OF_A_UNIT,
    Press.STATE_PAGE: STAFF,
    Press.REPORT: STAFF,
    Press.HAND_OVER: OF_THE_UNIT | {R.ADMIN},
    Press.DEPUTY: OF_THE_UNIT | {R.ADMIN},
    Press.END_DEPUTY: OF_THE_UNIT | {R.ADMIN},
    Press.CHOOSE_UNIT: OF_A_UNIT,
    Press.SPEAK_FOR: OF_THE_UNIT,
    Press.STOP: OF_THE_UNIT,
    Press.ASK_ERASURE: EVERYONE - {R.STRANGER},
    Press.CHANGES_PAGE: frozenset({R.ADMIN}),
    Press.CHANGE_UNIT: frozenset({R.ADMIN}),
    Press.CHANGE_WORK: frozenset({R.ADMIN}),
    Press.CHANGE_DAY: frozenset({R.ADMIN}),
    Press.CHANGE_DO: frozenset({R.ADMIN}),
    Press.CHANGE_DROP: frozenset({R.ADMIN}),
    Press.CONTACTS_OF: frozenset({R.ADMIN}),
}
REFUSAL_KEYS = {
    "refused.stranger",
    "refused.not_yours",
    "refused.not_your_unit",
    "refused.gone",
    "link.placed_before",
}
REFUSALS = {say(key) for key in REFUSAL_KEYS} | {
    say("start.stranger", office="Sở Thông tin và Truyền thông")
}


@dataclass(frozen=True, slots=True)
class Material:
    """One of everything that a press can be about."""

    directive: int
    addressee: int
    assignment: int
    submission: int
    draft: int
    draft_state: int
    draft_task: int
    draft_group: int
    unit: int
    contact: int
    deputy: int
    change: int


PRESSED: dict[Press, Function[[Material], tuple[int, ...]]] = {
    Press.ACKNOWLEDGE: lambda m: (m.addressee,),
    Press.FULL_TEXT: lambda m: (m.addressee,),
    Press.DONE_MENU: lambda m: (m.addressee,),
    Press.REPORT_DONE: lambda m: (m.assignment,),
    Press.SUBMIT: lambda m: (m.addressee,),
    Press.PLACE_LINKS: lambda m: (m.submission, m.assignment),
    Press.JOIN: lambda _: (),
    Press.JOIN_RENAME: lambda _: (),
    Press.LANGUAGE: lambda _: (0,),
    Press.DRAFT_CARD: lambda m: (m.draft,),
    Press.DRAFT_NUMBER: lambda m: (m.draft,),
    Press.DRAFT_DATE: lambda m: (m.draft,),
    Press.DRAFT_DATE_TODAY: lambda m: (m.draft,),
    Press.DRAFT_SUBJECT: lambda m: (m.draft,),
    Press.DRAFT_GROUPS: lambda m: (m.draft,),
    Press.DRAFT_GROUP: lambda m: (m.draft_group,),
    Press.DRAFT_DEADLINES: lambda m: (m.draft,),
    Press.DRAFT_TASK: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_DEADLINE: lambda m: (m.draft, m.draft_task, 3),
    Press.DRAFT_DEADLINE_TYPED: lambda m: (m.draft, m.draft_task),
    Press.DRAFT_PREVIEW: lambda m: (m.draft,),
    Press.DRAFT_UNCLEAR: lambda m: (m.draft, 1),
    Press.DRAFT_SEND_AT: lambda m: (m.draft,),
    Press.DRAFT_NO_SEND_AT: lambda m: (m.draft,),
    Press.DRAFT_ISSUE: lambda m: (m.draft, m.draft_state),
    Press.DRAFT_ISSUE_UNNUMBERED: lambda m: (m.draft, m.draft_state),
    Press.DRAFT_DROP: lambda m: (m.draft,),
    Press.SENDING_PAUSE: lambda m: (m.directive,),
    Press.SENDING_RESUME: lambda m: (m.directive,),
    Press.SENDING_CANCEL_ASK: lambda m: (m.directive,),
    Press.SENDING_CANCEL: lambda m: (m.directive,),
    Press.SENDING_NOW: lambda m: (m.directive,),
    Press.RETRY_FAILED_ASK: lambda m: (m.directive,),
    Press.RETRY_FAILED: lambda m: (m.directive, 0),
    Press.RETRY_UNCERTAIN_ASK: lambda m: (m.directive,),
    Press.RETRY_UNCERTAIN: lambda m: (m.directive,),
    Press.APPOINTED_PAGE: lambda _: (1,),
    Press.TASKS_PAGE: lambda _: (1,),
    Press.STATE_PAGE: lambda m: (m.directive, 1),
    Press.REPORT: lambda m: (m.directive,),
    Press.HAND_OVER: lambda m: (m.contact,),
    Press.DEPUTY: lambda m: (m.contact,),
    Press.END_DEPUTY: lambda m: (m.deputy,),
    Press.CHOOSE_UNIT: lambda _: (),
    Press.SPEAK_FOR: lambda m: (m.unit,),
    Press.STOP: lambda m: (m.unit,),
    Press.ASK_ERASURE: lambda _: (),
    Press.CHANGES_PAGE: lambda _: (1,),
    Press.CHANGE_UNIT: lambda m: (m.unit, 0),
    Press.CHANGE_WORK: lambda m: (m.change, 1),
    Press.CHANGE_DAY: lambda m: (m.change,),
    Press.CHANGE_DO: lambda m: (m.change,),
    Press.CHANGE_DROP: lambda m: (m.change,),
    Press.CONTACTS_OF: lambda m: (m.unit,),
}


# --- the people and what they press --------------------------------------------------------------


@dataclass
class Town:
    """A unit with work, and one of the people who may turn up."""

    office: Office
    unit: Unit
    other_unit: Unit
    author: Somebody
    contact: Somebody
    phone: Phone
    somebody: Somebody | None  # None for the stranger

    async def material(self, count: int = 1) -> list[Material]:
        """Drafts and directives, so many of each; the submissions are the person's, if they may."""
        async with self.office.rt.write() as session:
            owner = self.contact
            if self.somebody and self.unit.id in await _units(session, self.somebody):
                owner = self.somebody
            return [await self._one(session, owner) for _ in range(count)]

    async def _one(self, session: Any, owner: Somebody) -> Material:
        group = await factories.create_group(session)
        elsewhere = await factories.create_unit(session, groups=[group])
        issued = await self._directive(session)
        draft = await factories.create_draft(
            session, self.author, groups=[group], number=f"9{issued.directive.id}"
        )
        submission = await articles.add_submission(
            session,
            person_id=owner.person.id,
            chat_id=owner.chat.id,
            message_id=1,
            links=["https://baoyenbai.com.vn/1/1/bai.aspx"],
            now=factories.NOON,
        )
        task = await session.scalar(select(DraftTask.id).where(DraftTask.draft_id == draft.id))
        line = await session.scalar(select(DraftGroup.id).where(DraftGroup.draft_id == draft.id))
        place = await people.contact(session, unit_id=self.unit.id, person_id=owner.person.id)
        assert place is not None
        deputy = await factories.create_contact(session, self.unit, name="Phạm Văn Dũng")
        self.office.phone(deputy)
        standing_in = await people.contact(
            session, unit_id=self.unit.id, person_id=deputy.person.id
        )
        assert standing_in is not None
        standing_in.deputy_for_id = owner.person.id
        change = await unit_changes.propose(
            session,
            Wish(kind=UnitChangeKind.RETIRE, unit_id=elsewhere.id),
            today=factories.NOON.date(),
            by=None,
            now=factories.NOON,
        )
        return Material(
            issued.directive.id,
            issued.addressees[0].id,
            issued.assignments[0][0].id,
            submission,
            draft.id,
            draft_actions.state_id(draft),
            task,
            line,
            self.unit.id,
            place.id,
            standing_in.id,
            change.id,
        )

    async def _directive(self, session: Any) -> Issued:
        """One that is to be sent tomorrow, with cards that failed and that are unclear before."""
        tomorrow = factories.NOON + timedelta(days=1)
        issued = await factories.create_directive(session, [self.unit])
        issued.directive.send_at = tomorrow
        for state in (OutboxState.WAITING, OutboxState.FAILED, OutboxState.UNCERTAIN):
            message_id = await factories.create_message(
                session,
                self.author.chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                send_at=tomorrow,
                directive_id=issued.directive.id,
            )
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message_id)
                .values(state=state, reason="blocked" if state is OutboxState.FAILED else None)
            )
        return issued

    async def open_invite(self) -> None:
        """The person was shown an invite to another unit and has not answered."""
        if self.somebody is None:
            return
        await self.office.invite(unit=self.other_unit)
        async with self.office.rt.write() as session:
            invite = await session.scalar(select(Invite.id).where(Invite.uses_left > 0))
            await dialogues.open_dialogue(
                session,
                DialogueKind.JOIN,
                person_id=self.somebody.person.id,
                chat_id=self.somebody.chat.id,
                data={"invite_id": invite},
                now=factories.NOON,
            )


async def _units(session: Any, somebody: Somebody) -> frozenset[int]:
    return (await somebody.actor(session)).unit_ids


async def _person(session: Any, role: Role, *, unit: Unit, other: Unit) -> Somebody:
    staff_roles = {R.VIEWER, R.REVIEWER, R.SENDER, R.ADMIN}
    if role in staff_roles:
        return await factories.create_staff(session, StaffRole(role.value))
    if role is R.REMOVED_STAFF:
        somebody = await factories.create_staff(session, StaffRole.ADMIN)
        await session.execute(
            update(Staff)
            .where(Staff.person_id == somebody.person.id)
            .values(removed_at=factories.NOON)
        )
        return somebody
    if role is R.OTHER_CONTACT:
        return await factories.create_contact(session, other)
    somebody = await factories.create_somebody(session)
    await people.ensure_contact(
        session,
        unit_id=unit.id,
        person_id=somebody.person.id,
        role=ContactRole.LEADER if role is R.LEADER else ContactRole.CONTACT,
        now=factories.NOON,
    )
    if role is R.ENDED_CONTACT:
        await session.execute(
            update(Contact)
            .where(Contact.person_id == somebody.person.id)
            .values(ended_at=factories.NOON)
        )
    return somebody


async def settle_in(office: Office, role: Role) -> Town:
    """Everything that is there before the person does anything."""
    async with office.rt.write() as session:
        unit = await factories.create_unit(session)
        other = await factories.create_unit(session, name="Đài Phát thanh và Truyền hình tỉnh")
        author = await factories.create_staff(session)
        contact = await factories.create_contact(session, unit)
        somebody = None
        if role is not R.STRANGER:
            somebody = await _person(session, role, unit=unit, other=other)
    for reader in (author, contact):
        office.phone(reader)
    phone = office.phone(somebody) if somebody else office.account()
    if somebody is None:
        await phone.says("/start")  # so that the chat is known before and after
    return Town(office, unit, other, author, contact, phone, somebody)


def write(phone: Phone, command: str) -> None:
    """A command with what it needs; nothing is handled yet."""
    argument = " U0" if command == "moi" else ""
    phone.office.sandbox.say(phone.user_id, f"/{command}{argument}")


# --- the whole table -----------------------------------------------------------------------------


def test_every_command_and_press_has_its_row():
    assert set(COMMAND_FOR) == {names[0] for names in COMMANDS}
    assert set(PRESS_FOR) == set(PRESSES) == set(Press)
    assert set(PRESSED) == set(Press)


@pytest.mark.parametrize("role", Role)
async def test_what_is_not_for_a_person_is_refused_and_does_nothing(office: Office, role: Role):
    town = await settle_in(office, role)
    (material,) = await town.material()
    await town.open_invite()
    before, shown = await office.facts(), town.phone.last_id()
    queries = {
        press: office.press_arrives(town.phone, Callback(press, PRESSED[press](material)).encode())
        for press, allowed in PRESS_FOR.items()
        if role not in allowed
    }
    commands = [command for command, allowed in COMMAND_FOR.items() if role not in allowed]
    for command in commands:
        write(town.phone, command)
    await office.works()

    popups = {press: office.popup(query_id) for press, query_id in queries.items()}
    not_refused = [
        press for press, popup in popups.items() if not popup.alert or popup.text not in REFUSALS
    ]
    assert not not_refused, [popups[press] for press in not_refused]
    answers = town.phone.texts(after=shown)
    assert len(answers) == len(commands)
    assert set(answers) <= REFUSALS
    assert await office.facts() == before


@pytest.mark.parametrize("role", Role)
async def test_what_is_for_a_person_is_done(office: Office, role: Role):
    town = await settle_in(office, role)
    presses = [press for press, allowed in PRESS_FOR.items() if role in allowed]
    # Joining makes the person somebody else: after everything that asks who they are.
    presses.sort(key=lambda press: press is Press.JOIN)
    stops = Press.STOP in presses
    if stops:
        presses.remove(Press.STOP)
    queries = {}
    for press, material in zip(presses, await town.material(len(presses)), strict=True):
        if press in (Press.JOIN, Press.JOIN_RENAME):
            await office.handles()
            await town.open_invite()
        data = Callback(press, PRESSED[press](material)).encode()
        queries[press] = office.press_arrives(town.phone, data)
    await office.handles()
    popups = {press: office.popup(query_id) for press, query_id in queries.items()}
    refused = {press: popup for press, popup in popups.items() if popup.alert}
    assert not refused

    queued = len(await office.rows(OutboxMessage))
    commands = [command for command, allowed in COMMAND_FOR.items() if role in allowed]
    for command in commands:
        write(town.phone, command)
    await office.handles()
    assert len(await office.rows(OutboxMessage)) >= queued + len(commands)
    keys = {row.parameters.get("key") for row in await office.rows(OutboxMessage)}
    assert not keys & REFUSAL_KEYS
    assert not await office.refusals()
    if stops:
        popup = await town.phone.presses_data(Callback(Press.STOP, (town.unit.id,)))
        assert popup == Popup(say("stop.done"), alert=False)


async def test_a_right_that_is_lost_is_lost_at_the_next_press(office: Office):
    town = await settle_in(office, R.ADMIN)
    first, second = await town.material(2)
    popup = await town.phone.presses_data(Callback(Press.DRAFT_DROP, (first.draft,)))
    assert popup.text == ""
    async with office.rt.write() as session:
        await session.execute(update(Staff).values(removed_at=factories.NOON))
    before = await office.facts()
    popup = await town.phone.presses_data(Callback(Press.DRAFT_DROP, (second.draft,)))
    assert (popup.text, popup.alert) == (say("refused.not_yours"), True)
    assert await office.facts() == before
    assert await office.refusals() == ["refused.not_yours"]


async def test_a_retired_units_contact_is_a_contact_no_more(office: Office):
    town = await settle_in(office, R.CONTACT)
    (material,) = await town.material()
    async with office.rt.write() as session:
        await session.execute(update(Unit).values(retired_at=factories.NOON))
        await session.execute(update(Assignment).values(state=AssignmentState.CANCELLED))
    popup = await town.phone.presses_data(Callback(Press.ACKNOWLEDGE, (material.addressee,)))
    assert popup.text == say("refused.not_your_unit")
    assert await town.phone.says("/viec") == [say("refused.not_yours")]


# --- places --------------------------------------------------------------------------------------


async def test_what_is_the_offices_is_not_shown_in_a_units_group(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    group = await office.group(mai, unit=unit)
    await office.issued(unit)
    directive = await office.row(Directive)
    before = await office.facts()
    for command in ("/tiendo", "/baocao", "/congvan", "/moi U1"):
        assert await group.says(command) == [say("refused.not_here")]
    popup = await group.presses_data(Callback(Press.REPORT, (directive.id,)))
    assert (popup.text, popup.alert) == (say("refused.not_here"), True)
    assert await office.facts() == before


async def test_the_offices_own_group_may_see_what_staff_see_but_no_invite(office: Office):
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    an = await office.contact(unit)
    group = await office.group(mai, an, staff=True)
    await office.issued(unit)
    (state,) = await group.says("/tiendo")
    assert "Đã xác nhận: 0/1 đơn vị" in state
    assert await group.says(f"/moi {unit.code}") == [say("invite.private_only")]
    assert await office.in_group(an, group).says("/tiendo") == [say("refused.not_yours")]


async def test_what_is_a_units_is_not_shown_in_a_group_that_is_not_linked(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    group = await office.group(an)
    assert await group.says("/viec") == [say("group.not_linked")]
    assert await group.says("/nop") == [say("group.not_linked")]
    assert not await office.rows(Dialogue)


async def test_in_a_units_group_a_person_of_two_units_sees_the_groups_unit_only(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper, radio)
    group = await office.group(an, unit=paper)
    await office.issued(paper, radio)
    (in_group,) = await group.says("/viec")
    assert "Báo Yên Bái" in in_group
    assert "Đài Phát thanh tỉnh" not in in_group
    (alone,) = await an.says("/viec")
    assert "Báo Yên Bái" in alone
    assert "Đài Phát thanh tỉnh" in alone


async def test_a_stranger_in_a_group_gets_nothing_of_the_units(office: Office):
    unit = await office.unit()
    an, passer_by = await office.contact(unit), office.account()
    group = await office.group(an, passer_by, unit=unit)
    await office.issued(unit)
    before = await office.facts()
    theirs = office.in_group(passer_by, group)
    assert await theirs.says("/viec") == [say("refused.stranger")]
    assert await theirs.says("/tiendo") == [say("refused.stranger")]
    popup = await theirs.presses("Đã nhận")
    assert popup == Popup(say("refused.not_your_unit"), alert=True)
    assert await office.facts() == before


# --- presses that nobody offered -----------------------------------------------------------------

NOT_OURS = [
    "x",
    "1",
    "1:",
    "1:nothing:1",
    "2:ack:1",
    "1:ack:",
    "1:ack:-1",
    "1:ack:١",
    "1:ack:abc",
    "1:ack:9999999999999999999",
    "1:" + "a" * 62,
    "\x01\x02",
]
WRONG_COUNT = [
    "1:ack",
    "1:ack:1:2",
    "1:place:1",
    "1:place:1:2:3",
    "1:ddl:1:1",
    "1:dtask:1",
    "1:state",
    "1:state:1:2:3",
    "1:report",
    "1:dgrp",
    "1:issue",
    "1:tasks",
    "1:lang",
    "1:pause",
    "1:stopyes:1:2",
    "1:rfailyes:1",
    "1:dunclr:1",
    "1:lang:0:1",
]


async def somebody_who_may_everything(office: Office) -> tuple[Phone, Unit]:
    """An administrator who is a unit's contact too: rights stop nothing here."""
    unit = await office.unit()
    mai = await office.staff(StaffRole.ADMIN)
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, mai.user_id)
        assert person is not None
        await people.ensure_contact(
            session,
            unit_id=unit.id,
            person_id=person.id,
            role=ContactRole.CONTACT,
            now=factories.NOON,
        )
    return mai, unit


async def test_presses_that_are_not_ours_are_answered_and_do_nothing(office: Office):
    mai, unit = await somebody_who_may_everything(office)
    await office.issued(unit)
    before, shown = await office.facts(), mai.last_id()
    queries = [office.press_arrives(mai, data) for data in NOT_OURS]
    await office.works()
    told = [office.popup(query_id).text for query_id in queries] + mai.texts(after=shown)
    assert {sentence for sentence in told if sentence} == {say("refused.gone")}
    assert await office.facts() == before


async def test_presses_with_ids_missing_or_left_over_are_answered_and_do_nothing(office: Office):
    mai, unit = await somebody_who_may_everything(office)
    await office.issued(unit)
    before, shown = await office.facts(), mai.last_id()
    queries = {data: office.press_arrives(mai, data) for data in WRONG_COUNT}
    await office.works()
    answers = {data: office.popup(query_id) for data, query_id in queries.items()}
    gone = Popup(say("refused.gone"), alert=True)
    assert {data: popup for data, popup in answers.items() if popup != gone} == {}
    assert await office.facts() == before
    assert mai.texts(after=shown) == []


async def test_presses_on_what_does_not_exist_are_answered_and_do_nothing(office: Office):
    mai, _ = await somebody_who_may_everything(office)
    before, shown = await office.facts(), mai.last_id()
    nothing = Material(*([999_999_999_999_999_999] * 12))
    harmless = {
        Press.LANGUAGE,
        Press.TASKS_PAGE,
        Press.APPOINTED_PAGE,
        Press.CHOOSE_UNIT,
        Press.CHANGES_PAGE,
        Press.ASK_ERASURE,
    }  # they name nothing of the database
    queries = {
        press: office.press_arrives(mai, Callback(press, ids(nothing)).encode())
        for press, ids in PRESSED.items()
        if press not in harmless
    }
    await office.works()
    popups = {press: office.popup(query_id) for press, query_id in queries.items()}
    assert {press for press, popup in popups.items() if not popup.alert or not popup.text} == set()
    assert await office.facts() == before
    assert mai.texts(after=shown) == []


async def test_a_foreign_task_for_ones_own_links_is_refused_and_the_links_wait_on(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper)
    issued = await office.issued(paper, radio)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    submission = await office.row(Submission)
    before = await office.facts()
    foreign = issued.assignments[1][0].id
    popup = await an.presses_data(Callback(Press.PLACE_LINKS, (submission.id, foreign)))
    assert popup.text == say("refused.not_your_unit")
    assert await office.facts() == before
    await an.presses("1. ")
    assert "Đã ghi nhận 1 đường dẫn cho Nội dung 1" in an.texts()[-1]


async def test_somebody_elses_links_cannot_be_placed(office: Office):
    unit = await office.unit()
    an, binh = await office.contact(unit), await office.contact(unit, name="Lê Thị Bình")
    issued = await office.issued(unit)
    await an.says("https://baoyenbai.com.vn/1/1/bai.aspx")
    submission = await office.row(Submission)
    before = await office.facts()
    own = issued.assignments[0][0].id
    popup = await binh.presses_data(Callback(Press.PLACE_LINKS, (submission.id, own)))
    assert popup.alert
    assert await office.facts() == before


async def test_a_press_is_handled_once_however_often_telegram_brings_it(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    issued = await office.issued(unit)
    data = Callback(Press.REPORT_DONE, (issued.assignments[0][0].id,)).encode()
    bot = office.sandbox.bot()
    office.press_arrives(an, data)
    (queued,) = bot.queue.alive()
    body = dict(queued.json)
    await office.works()
    before, sent = await office.facts(), len(await office.rows(OutboxMessage))
    async with office.rt.write() as session:
        stored = await updates.store(
            session, [raw_update(body)], bot_id=bot.id, now=office.rt.now()
        )
    assert stored == 0
    await office.works()
    assert await office.facts() == before
    assert len(await office.rows(OutboxMessage)) == sent


async def test_an_update_of_a_kind_we_do_not_use_is_done_and_answered_by_nothing(office: Office):
    an = await office.contact(await office.unit())
    said = office.sandbox.say(an.user_id, "Một")
    await office.works()
    shown = an.last_id()
    office.sandbox.edit(an.user_id, said["message_id"], "Hai")
    chat = {"id": -1009, "type": "channel", "title": "Kênh"}
    post = {"message_id": 1, "date": 0, "chat": chat, "text": "/start"}
    answer = {
        "poll_id": "1",
        "option_ids": [0],
        "option_persistent_ids": ["a"],
        "user": office.sandbox.world.user_json(an.user_id),
    }
    office.sandbox.put_update({"channel_post": post})
    office.sandbox.put_update({"poll_answer": answer})
    await office.works()
    assert an.texts(after=shown) == []


async def test_an_invite_for_a_group_opens_nothing_in_a_private_chat(office: Office):
    code = await office.invite(InviteKind.STAFF_GROUP)
    somebody = office.account()
    assert await somebody.says(f"/start {code}") == [say("invite.unusable")]
    assert (await office.row(Invite)).uses_left == 1
