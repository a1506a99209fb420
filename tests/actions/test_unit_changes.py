"""Units that are renamed, retired, merged and divided: no work is lost, none is there twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from bot.actions import policy as policies
from bot.actions import reminders
from bot.actions import unit_changes as actions
from bot.actions.unit_changes import Wish
from bot.domain.states import (
    AssignmentState,
    ContactRole,
    JoinState,
    MessageKind,
    Part,
    UnitChangeKind,
    WorkOfRetired,
)
from bot.errors import BotError, Conflict, InvalidInput, NotFound
from bot.runtime import Runtime
from bot.storage import audience, audit, people, registry, units
from bot.storage.tables import (
    Acknowledgement,
    Addressee,
    AddresseePerson,
    Assignment,
    Chat,
    Contact,
    DraftPerson,
    DraftTask,
    DraftTaskPart,
    DraftUnit,
    Event,
    ExpectedContact,
    Invite,
    JoinRequest,
    OutboxMessage,
    Unit,
    UnitChange,
    UnitGroup,
    UnitName,
    UnitSite,
)
from scheduler.jobs import change_units
from tests import factories

S = AssignmentState
ALIVE = {S.OPEN, S.SUBMITTED, S.ACCEPTED}
EVERY_PAIR = list(product(S, [*S, None]))


async def decide(rt: Runtime, wish: Wish, *, days: int = 0) -> actions.Outcome:
    async with rt.write() as session:
        policy = await policies.load(session, rt.config)
        today = policy.calendar.local_date(rt.now())
        return await actions.plan(
            session, wish, on=today + timedelta(days=days), policy=policy, actor=None, now=rt.now()
        )


async def rows(rt: Runtime, table, **values):
    async with rt.read() as session:
        return list(await session.scalars(select(table).filter_by(**values)))


async def nothing_is_wrong(rt: Runtime) -> None:
    async with rt.read() as session:
        assert await audit.breaches(session, now=rt.now(), newest=None) == []


async def merged_in_every_state(rt: Runtime) -> tuple[int, int, dict[int, tuple[S, S | None]]]:
    """Two units, a directive to both whose tasks stand in every pair of states, merged; their ids
    and the states before by task."""
    async with rt.write() as session:
        old, new = [await factories.create_unit(session, name=name) for name in ("Cũ", "Mới")]
        issued = await factories.create_directive(session, [old, new], tasks=len(EVERY_PAIR))
        before = {}
        for place, (of_old, of_new) in enumerate(EVERY_PAIR):
            issued.assignments[0][place].state = of_old
            before[issued.tasks[place].id] = (of_old, of_new)
            if of_new is None:
                await session.delete(issued.assignments[1][place])
            else:
                issued.assignments[1][place].state = of_new
    await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,)))
    return old.id, new.id, before


async def states_by_unit(rt: Runtime) -> dict[tuple[int, int], list[S]]:
    """The states of each unit's assignments of each task."""
    async with rt.read() as session:
        found = await session.execute(
            select(Addressee.unit_id, Assignment.task_id, Assignment.state).join(
                Assignment, Assignment.addressee_id == Addressee.id
            )
        )
        states: dict[tuple[int, int], list[S]] = {}
        for unit_id, task_id, state in found:
            states.setdefault((unit_id, task_id), []).append(state)
        return states


async def test_merging_loses_and_doubles_no_open_work_whatever_state_both_are_in(rt):
    old, new, before = await merged_in_every_state(rt)
    after = await states_by_unit(rt)
    for task, (of_old, of_new) in before.items():
        mine, theirs = after.get((old, task), []), after.get((new, task), [])
        assert S.OPEN not in mine, (of_old, of_new)
        assert len(theirs) == (of_new is not None or of_old is S.OPEN), (of_old, of_new)
        if of_old is not S.OPEN:
            assert (mine, theirs) == ([of_old], [of_new] if of_new else [])
        elif of_new in ALIVE:
            assert theirs == [of_new]  # its own goes on, or was done
        else:
            assert theirs == [S.OPEN], (of_old, of_new)
    await nothing_is_wrong(rt)


async def test_reminders_of_merged_work_go_on_with_the_successor_only(rt):
    _, new, _ = await merged_in_every_state(rt)
    async with rt.read() as session:
        planned = await session.execute(
            select(Addressee.unit_id, Assignment.state, Assignment.next_reminder_at)
            .join(Addressee, Addressee.id == Assignment.addressee_id)
            .where(Assignment.next_reminder_at.is_not(None))
        )
        found = planned.all()
    assert {(unit_id, state) for unit_id, state, _ in found} == {(new, S.OPEN)}
    assert min(at for _, _, at in found) > rt.now()


async def test_merging_moves_people_chats_sites_groups_and_a_directive_of_its_own(rt):
    async with rt.write() as session:
        group = await factories.create_group(session)
        old = await factories.create_unit(session, name="Phòng Văn hóa cũ", groups=[group])
        new = await factories.create_unit(session, name="Phòng Văn hóa mới")
        an = await factories.create_contact(session, old, name="An")
        both = await factories.create_contact(session, old, name="Bình")
        await people.ensure_contact(
            session, unit_id=new.id, person_id=both.person.id, role=ContactRole.LEADER, now=rt.now()
        )
        host = await factories.create_contact(session, new, name="Chi")
        chat = await factories.create_group_chat(session, old)
        for unit in (old, new):
            session.add(UnitSite(unit_id=unit.id, host="chung.vn"))
        session.add(UnitSite(unit_id=old.id, host="cu.vn"))
        session.add(
            ExpectedContact(unit_id=old.id, phone_hash="a", role=ContactRole.CONTACT, name="Dũng")
        )
        issued = await factories.create_directive(session, [old])
        session.add(
            Acknowledgement(
                addressee_id=issued.addressees[0].id,
                version=1,
                person_id=an.person.id,
                chat_id=an.chat.id,
                door="card",
                at=rt.now(),
            )
        )
        outcome_before = await states(session)
    outcome = await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,)))
    assert (outcome.done, outcome.moved, outcome.closed) == (True, 2, 0)
    async with rt.read() as session:
        for somebody, role in ((an, "contact"), (both, "leader"), (host, "contact")):
            actor = await somebody.actor(session)
            assert actor.unit_ids == {new.id}
            contact = await people.contact(session, unit_id=new.id, person_id=actor.person_id)
            assert contact.role == role
        assert (await session.get(Chat, chat.id)).unit_id == new.id
        assert await factories.group_ids_of_units(session) == {new.id: {group.id}}
        sites = await session.scalars(select(UnitSite.host).where(UnitSite.unit_id == new.id))
        assert set(sites) == {"chung.vn", "cu.vn"}
        assert (await session.scalar(select(ExpectedContact.unit_id))) == new.id
        addressee = await session.get(Addressee, issued.addressees[0].id)
        assert (addressee.unit_id, addressee.unit_name) == (new.id, "Phòng Văn hóa cũ")
        assert await states(session) == outcome_before
        assert (await session.get(Unit, old.id)).retired_at == rt.now()
        cards = await session.scalars(
            select(OutboxMessage.chat_id).where(OutboxMessage.kind == MessageKind.DIRECTIVE)
        )
        assert Counter(cards) == Counter([an.chat.id, both.chat.id, host.chat.id, chat.id])
    await nothing_is_wrong(rt)


async def states(session) -> Counter:
    return Counter(await session.scalars(select(Assignment.state)))


@pytest.mark.parametrize("shared", [False, True])
async def test_dividing_gives_open_work_to_the_first_or_to_each_once(rt, shared):
    async with rt.write() as session:
        old, first, second = [
            await factories.create_unit(session, name=name) for name in ("Cũ", "Một", "Hai")
        ]
        an = await factories.create_contact(session, old)
        issued = await factories.create_directive(session, [old, second], tasks=3)
        alone = await factories.create_directive(session, [old], tasks=2)
        issued.assignments[0][0].state = S.SUBMITTED
        issued.assignments[1][1].state = S.CANCELLED
        alone.assignments[0][1].state = S.ACCEPTED
    wish = Wish(
        kind=UnitChangeKind.SPLIT, unit_id=old.id, into=(first.id, second.id), shared=shared
    )
    await decide(rt, wish)
    after = await states_by_unit(rt)
    one, two, three = [task.id for task in issued.tasks]
    assert [after[first.id, task] for task in (one, two, three)] == [[S.SUBMITTED]] + [[S.OPEN]] * 2
    assert [after[first.id, task.id] for task in alone.tasks] == [[S.OPEN], [S.ACCEPTED]]
    assert (old.id, two) not in after
    assert after[second.id, one] == [S.OPEN]
    assert after[second.id, two] == [S.OPEN if shared else S.CANCELLED]
    assert after[second.id, three] == [S.OPEN]
    assert after.get((second.id, alone.tasks[0].id)) == ([S.OPEN] if shared else None)
    assert (second.id, alone.tasks[1].id) not in after  # what is done need not be done again
    async with rt.read() as session:
        assert (await an.actor(session)).unit_ids == {first.id} | ({second.id} if shared else set())
    await nothing_is_wrong(rt)


@pytest.mark.parametrize("work", WorkOfRetired)
async def test_a_retired_units_work_ends_or_goes_on_until_done(rt, work):
    async with rt.write() as session:
        group = await factories.create_group(session)
        unit = await factories.create_unit(session, groups=[group])
        an = await factories.create_contact(session, unit)
        issued = await factories.create_directive(session, [unit], next_reminder_at=rt.now())
        issued.assignments[0][0].state = S.SUBMITTED
    outcome = await decide(rt, Wish(kind=UnitChangeKind.RETIRE, unit_id=unit.id, work=work))
    goes_on = work is WorkOfRetired.GO_ON
    assert outcome.closed == (0 if goes_on else 1)
    assert [each.state for each in await rows(rt, Assignment)].count(S.OPEN) == int(goes_on)
    async with rt.write() as session:
        assert await units.units_of_groups(session, [group.id]) == []
        assert (await an.actor(session)).unit_ids == ({unit.id} if goes_on else set())
        policy = await policies.load(session, rt.config)
        await reminders.queue_due(session, policy=policy, now=rt.now())
        await session.execute(update(Assignment).values(state=S.ACCEPTED))
        assert (await an.actor(session)).unit_ids == set()


async def test_renaming_keeps_the_old_name_and_what_was_issued_under_it(rt):
    async with rt.write() as session:
        unit = await factories.create_unit(session, name="Sở Thông tin")
        issued = await factories.create_directive(session, [unit])
    await decide(rt, Wish(kind=UnitChangeKind.RENAME, unit_id=unit.id, name="  Sở   Văn hóa "))
    (now,), (former,), (addressee,) = [
        await rows(rt, table) for table in (Unit, UnitName, Addressee)
    ]
    assert (now.name, former.name, former.until) == ("Sở Văn hóa", "Sở Thông tin", rt.now())
    assert addressee.unit_name == "Sở Thông tin"
    assert issued.addressees[0].id == addressee.id


async def test_a_planned_change_comes_at_midnight_of_the_office_and_once(rt, clock):
    async with rt.write() as session:
        await factories.create_staff(session, factories.StaffRole.ADMIN)
        unit = await factories.create_unit(session, name="Sở Thông tin")
    wish = Wish(kind=UnitChangeKind.RENAME, unit_id=unit.id, name="Sở Văn hóa")
    outcome = await decide(rt, wish, days=2)
    assert not outcome.done
    clock.at = factories.NOON.replace(day=7, hour=16, minute=59)  # 23:59 of the day before
    assert not await change_units(rt)
    assert (await rows(rt, Unit))[0].name == "Sở Thông tin"
    clock.at += timedelta(minutes=1)
    assert await change_units(rt)
    assert not await change_units(rt)
    assert (await rows(rt, Unit))[0].name == "Sở Văn hóa"
    (change,) = await rows(rt, UnitChange)
    assert (change.due_at, change.done_at) == (None, clock.at)
    (told,) = await rows(rt, OutboxMessage)
    assert told.parameters["key"] == "change.carried_out"
    assert told.send_at == clock.at + timedelta(hours=7, minutes=30)  # nobody is woken


async def test_what_has_become_impossible_is_dropped_and_told_and_holds_nothing_up(rt, clock):
    async with rt.write() as session:
        await factories.create_staff(session, factories.StaffRole.ADMIN)
        one, two, three = [await factories.create_unit(session, name=name) for name in "MHB"]
    merge = Wish(kind=UnitChangeKind.MERGE, unit_id=one.id, into=(two.id,))
    await decide(rt, merge, days=1)
    await decide(rt, Wish(kind=UnitChangeKind.RENAME, unit_id=three.id, name="Ba mới"), days=1)
    await decide(rt, Wish(kind=UnitChangeKind.RETIRE, unit_id=two.id))
    clock.at += timedelta(days=1)
    while await change_units(rt):
        pass
    by_id = {unit.id: unit for unit in await rows(rt, Unit)}
    assert by_id[one.id].retired_at is None
    assert by_id[three.id].name == "Ba mới"
    keys = [m.parameters.get("key") for m in await rows(rt, OutboxMessage)]
    assert sorted(keys) == ["change.carried_out", "change.failed"]
    assert (await rows(rt, Event, action="unit_change_failed"))[0].details["reason"] == (
        "change.unit_retired"
    )


async def test_who_was_to_merge_into_a_unit_that_merges_follows_it(rt, clock):
    async with rt.write() as session:
        one, two, three = [await factories.create_unit(session, name=name) for name in "MHB"]
    later = Wish(kind=UnitChangeKind.MERGE, unit_id=one.id, into=(two.id,))
    await decide(rt, later, days=1)
    await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=two.id, into=(three.id,)))
    async with rt.write() as session:
        await factories.create_contact(session, three)
        await factories.create_directive(session, [one])
        await factories.create_directive(session, [one], urgency="KHẨN")
    clock.at = factories.NOON.replace(hour=17)  # midnight
    assert await change_units(rt)
    cards = await rows(rt, OutboxMessage, kind=MessageKind.DIRECTIVE)
    assert [card.send_at - clock.at for card in sorted(cards, key=lambda card: card.lane)] == [
        timedelta(0),
        timedelta(hours=7, minutes=30),
    ]
    assert {unit_id for unit_id, _ in await states_by_unit(rt)} == {three.id}


@pytest.mark.parametrize(
    ("kind", "into", "error"),
    [
        (UnitChangeKind.MERGE, ["self"], InvalidInput),
        (UnitChangeKind.MERGE, [], InvalidInput),
        (UnitChangeKind.MERGE, ["other", "third"], InvalidInput),
        (UnitChangeKind.SPLIT, ["other"], InvalidInput),
        (UnitChangeKind.SPLIT, ["other", "other"], InvalidInput),
        (UnitChangeKind.MERGE, ["nothing"], NotFound),
        (UnitChangeKind.MERGE, ["retired"], Conflict),
        (UnitChangeKind.RENAME, [], InvalidInput),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(rt, kind, into, error):
    async with rt.write() as session:
        ids = {"nothing": 999_999}
        for name in ("self", "other", "third", "retired"):
            ids[name] = (await factories.create_unit(session, name=name)).id
        await session.execute(
            update(Unit).where(Unit.id == ids["retired"]).values(retired_at=rt.now())
        )
    before = await rows(rt, Unit)
    with pytest.raises(error):
        await decide(rt, Wish(kind=kind, unit_id=ids["self"], into=tuple(ids[i] for i in into)))
    assert await rows(rt, UnitChange) == []
    assert [unit.retired_at for unit in await rows(rt, Unit)] == [u.retired_at for u in before]


async def test_a_unit_ends_once_and_a_plan_can_be_dropped(rt):
    async with rt.write() as session:
        one, two = [await factories.create_unit(session, name=name) for name in "MH"]
    merge = Wish(kind=UnitChangeKind.MERGE, unit_id=one.id, into=(two.id,))
    outcome = await decide(rt, merge, days=3)
    with pytest.raises(Conflict):
        await decide(rt, Wish(kind=UnitChangeKind.RETIRE, unit_id=one.id), days=5)
    async with rt.write() as session:
        await actions.drop(session, outcome.change_id, actor=None, now=rt.now())
    async with rt.write() as session:
        with pytest.raises(BotError):
            await actions.drop(session, outcome.change_id, actor=None, now=rt.now())
    await decide(rt, Wish(kind=UnitChangeKind.RETIRE, unit_id=one.id), days=5)


async def test_the_contact_of_a_merged_unit_may_do_nothing_for_the_old_one(rt):
    async with rt.write() as session:
        old, new = [await factories.create_unit(session, name=name) for name in ("Cũ", "Mới")]
        await factories.create_contact(session, old)
    await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,)))
    ended = [contact.ended_at is not None for contact in await rows(rt, Contact, unit_id=old.id)]
    assert ended == [True]


async def test_what_waits_for_a_unit_waits_for_its_successor_and_once(rt):
    """Requests, invites, expected people and groups: by hand they pass on, by condition not."""
    async with rt.write() as session:
        by_hand = await factories.create_group(session, name="Nhóm")
        by_condition = await factories.create_group(session, name="Nhóm huyện")
        by_condition.condition = {"Cấp": ["huyện"]}
        old = await factories.create_unit(session, name="Cũ", groups=[by_hand])
        new = await factories.create_unit(session, name="Mới")
        old.attributes = {"Cấp": "huyện"}
        await registry.follow_conditions(session)
        hoa, pao = [await factories.create_somebody(session) for _ in range(2)]
        asked = [
            await factories.create_join_request(session, somebody, unit)
            for somebody, unit in ((hoa, old), (pao, old), (pao, new))
        ]
        invite_id = await factories.create_invite(session, old)
        session.add(ExpectedContact(unit_id=old.id, phone_hash="a" * 64, role=ContactRole.LEADER))
    await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,)))
    requests = {row.id: (row.unit_id, row.state) for row in await rows(rt, JoinRequest)}
    assert [requests[number] for number in asked] == [
        (new.id, JoinState.WAITING),
        (old.id, JoinState.REJECTED),
        (new.id, JoinState.WAITING),
    ]
    assert (await rows(rt, Invite, id=invite_id))[0].unit_id == new.id
    assert (await rows(rt, ExpectedContact))[0].unit_id == new.id
    stands = {(row.unit_id, row.group_id) for row in await rows(rt, UnitGroup)}
    assert stands == {(new.id, by_hand.id)}
    told = [row.unit_id for row in await rows(rt, Event, action="unit_reorganised")]
    assert told == [old.id, new.id]


async def test_drafts_and_people_addressed_alone_go_with_the_unit(rt: Runtime):
    async with rt.write() as session:
        old, new = [await factories.create_unit(session, name=name) for name in ("Cũ", "Mới")]
        an, binh = [await factories.create_contact(session, unit) for unit in (old, new)]
        author = await factories.create_staff(session)
        draft = await factories.create_draft(session, author, tasks=1)
        task = await session.scalar(select(DraftTask.id))
        session.add_all(
            [
                DraftUnit(draft_id=draft.id, unit_id=old.id, excluded=True),
                DraftPerson(draft_id=draft.id, unit_id=old.id, person_id=an.person.id),
                DraftTaskPart(draft_task_id=task, unit_id=old.id, part=Part.COOPERATE),
            ]
        )
        both = await factories.create_directive(session, [old, new])
        alone = await factories.create_directive(session, [old])
        shared = await factories.create_directive(session, [old, new])
        for addressee, somebody in (
            (both.addressees[0], an),
            (both.addressees[1], binh),
            (alone.addressees[0], an),
            (shared.addressees[1], binh),  # of the old unit it was for everybody
        ):
            person_id = somebody.person.id
            session.add(AddresseePerson(addressee_id=addressee.id, person_id=person_id))
        alone.assignments[0][0].part = Part.COOPERATE
    await decide(rt, Wish(kind=UnitChangeKind.MERGE, unit_id=old.id, into=(new.id,)))
    (left_out,) = await rows(rt, DraftUnit)
    (person,) = await rows(rt, DraftPerson)
    (part,) = await rows(rt, DraftTaskPart)
    assert {left_out.unit_id, person.unit_id, part.unit_id} == {new.id}
    assert (left_out.excluded, part.part) == (True, Part.COOPERATE)
    async with rt.read() as session:
        ids = [both.addressees[1].id, alone.addressees[0].id, shared.addressees[1].id]
        assert await audience.people_of(session, ids) == {
            ids[0]: {an.person.id, binh.person.id},
            ids[1]: {an.person.id},
        }
    async with rt.write() as session:
        third, fourth = [await factories.create_unit(session, name=name) for name in ("Ba", "Bốn")]
    wish = Wish(kind=UnitChangeKind.SPLIT, unit_id=new.id, into=(third.id, fourth.id), shared=True)
    await decide(rt, wish)
    own = {row.directive_id: row for row in await rows(rt, Addressee, unit_id=fourth.id)}
    work = await rows(rt, Assignment, addressee_id=own[alone.directive.id].id)
    assert {each.part for each in work} == {Part.LEAD, Part.COOPERATE}
    async with rt.read() as session:
        ids = [own[alone.directive.id].id, own[shared.directive.id].id]
        assert await audience.people_of(session, ids) == {ids[0]: {an.person.id}}
    assert {row.unit_id for row in await rows(rt, DraftUnit)} == {third.id, fourth.id}
    await nothing_is_wrong(rt)
