"""Staff who are limited to groups of units: what they see, control and send is theirs only."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import load_workbook
from sqlalchemy import delete, update

from bot.actions import drafts as draft_actions
from bot.callbacks import Callback, Press
from bot.domain.states import DraftState, StaffRole
from bot.storage import people, staff
from bot.storage.tables import Directive, Draft, DraftGroup, Group, StaffScope, Unit
from bot.texts import texts
from tests import factories
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")
PAPER, RADIO = "Báo Yên Bái", "Đài Phát thanh tỉnh"
LETTER = f"Số: 12/STTTT\nV/v tuyên truyền\nKính gửi: Nhóm báo; Nhóm đài.\n{'Nội dung. ' * 30}"


@dataclass
class Two:
    """Two units in groups of their own; one directive to both, and one to each."""

    office: Office
    mai: Phone  # limited to the paper's group
    paper: Unit
    radio: Unit
    paper_group: Group
    radio_group: Group
    both: Issued
    of_paper: Issued
    of_radio: Issued

    async def limit(self, role: StaffRole = StaffRole.SENDER) -> None:
        async with self.office.rt.write() as session:
            person = await people.person_by_telegram_id(session, self.mai.user_id)
            assert person is not None
            number = await people.ensure_staff(
                session, person_id=person.id, role=role, now=factories.NOON
            )
            await staff.set_limits(session, number, [self.paper_group.id])


@pytest_asyncio.fixture(loop_scope="session")
async def two(office: Office) -> AsyncIterator[Two]:
    async with office.rt.write() as session:
        groups = [
            await factories.create_group(session, name=name) for name in ("Nhóm báo", "Nhóm đài")
        ]
        units = [
            await factories.create_unit(session, name=name, groups=[group])
            for name, group in zip((PAPER, RADIO), groups, strict=True)
        ]
    mai = await office.staff()
    issued = [await office.issued(*of) for of in (units, units[:1], units[1:])]
    found = Two(office, mai, *units, *groups, *issued)
    await found.limit()
    yield found


def newest_buttons(phone: Phone) -> list[dict[str, Any]]:
    rows = phone.messages()[-1]["reply_markup"]["inline_keyboard"]
    return [button for row in rows for button in row]


async def test_of_a_directive_only_the_units_that_are_theirs_are_shown(two: Two):
    number = two.both.directive.number
    (state,) = await two.mai.says(f"/tiendo {number}")
    assert PAPER in state
    assert RADIO not in state
    assert "0/1 đơn vị" in state
    await two.mai.says(f"/baocao {number}")
    document = two.mai.messages()[-1]["document"]
    book = load_workbook(io.BytesIO(two.office.sandbox.file(document["file_id"]).content))
    words = str([[cell.value for row in sheet.iter_rows() for cell in row] for sheet in book])
    assert PAPER in words
    assert RADIO not in words


async def test_directives_of_which_nothing_is_theirs_are_not_there_for_them(two: Two):
    other = two.of_radio.directive
    assert await two.mai.says(f"/tiendo {other.number}") == [say("directive.unknown")]
    assert await two.mai.says(f"/baocao {other.number}") == [say("directive.unknown")]
    (choice,) = await two.mai.says("/tiendo")
    *labels, ended = [button["text"] for button in newest_buttons(two.mai)]
    assert ended == say("button.ended")
    assert choice == say("directive.choose_open", count=2)
    assert sorted(label.partition(":")[0] for label in labels) == sorted(
        f"{each.directive.number}/STTTT-TTBCXB" for each in (two.both, two.of_paper)
    )
    for press, ids in ((Press.STATE_PAGE, (other.id, 1)), (Press.REPORT, (other.id,))):
        popup = await two.mai.presses_data(Callback(press, ids))
        assert (popup.text, popup.alert) == (say("refused.out_of_scope"), True)


async def test_a_sending_is_theirs_to_control_if_all_its_units_are(two: Two):
    tomorrow = factories.NOON.replace(day=factories.NOON.day + 1)
    async with two.office.rt.write() as session:
        await session.execute(update(Directive).values(send_at=tomorrow))
    (listed,) = await two.mai.says("/hengio")
    assert "Hẹn gửi (2)" in listed
    own, both = two.of_paper.directive.id, two.both.directive.id
    data = {button["callback_data"] for button in newest_buttons(two.mai)}
    assert Callback(Press.SENDING_NOW, (own,)).encode() in data
    assert Callback(Press.SENDING_NOW, (both,)).encode() not in data
    popup = await two.mai.presses_data(Callback(Press.SENDING_NOW, (both,)))
    assert popup.text == say("refused.not_all_in_scope")
    popup = await two.mai.presses_data(Callback(Press.SENDING_NOW, (own,)))
    assert popup.text == say("issue.started")


async def test_a_letter_is_sent_to_groups_that_are_theirs_only(two: Two):
    await two.mai.says(LETTER)
    draft = await two.office.row(Draft, state=DraftState.OPEN)
    lines = {line.group_id: line for line in await two.office.rows(DraftGroup, draft_id=draft.id)}
    assert lines[two.paper_group.id].chosen
    assert not lines[two.radio_group.id].chosen  # although the letter names it
    tick, untick = (
        Callback(Press.DRAFT_GROUP, (lines[two.radio_group.id].id, chosen)) for chosen in (1, 0)
    )
    assert (await two.mai.presses_data(tick)).text == say("refused.group_out_of_scope")
    async with two.office.rt.write() as session:  # a colleague without limits ticks it
        await session.execute(update(DraftGroup).values(chosen=True))
    async with two.office.rt.read() as session:
        draft = await session.get(Draft, draft.id)
    press = Callback(Press.DRAFT_ISSUE_UNNUMBERED, (draft.id, draft_actions.state_id(draft)))
    assert (await two.mai.presses_data(press)).text == say("refused.group_out_of_scope")
    assert not (await two.mai.presses_data(untick)).alert  # to untick it is theirs


async def test_somebody_elses_draft_is_not_theirs_and_their_own_is_no_more_when_they_leave(
    two: Two,
):
    colleague = await two.office.staff(name="Lê Thị Bình")
    await colleague.says(LETTER)
    draft = await two.office.row(Draft, state=DraftState.OPEN)
    popup = await two.mai.presses_data(Callback(Press.DRAFT_PREVIEW, (draft.id,)))
    assert popup.text == say("refused.out_of_scope")
    popup = await two.mai.presses_data(Callback(Press.DRAFT_DROP, (draft.id,)))
    assert popup.text == say("refused.out_of_scope")
    assert (await two.office.row(Draft, id=draft.id)).state is DraftState.OPEN


async def test_a_limited_administrator_invites_to_their_units_and_keeps_no_staff(two: Two):
    await two.limit(StaffRole.ADMIN)
    assert await two.mai.says(f"/moi {two.radio.code}") == [say("refused.out_of_scope")]
    assert "https://t.me/" in (await two.mai.says(f"/moi {two.paper.code}"))[0]
    assert await two.mai.says("/canbo") == [say("refused.not_yours")]
    assert await two.mai.says("/nhatky") == [say("refused.out_of_scope")]
    (of_unit,) = await two.mai.says(f"/nhatky {two.paper.code}")
    assert PAPER in of_unit
    assert await two.mai.says(f"/nhatky {two.radio.code}") == [say("refused.out_of_scope")]


async def test_what_was_asked_for_is_not_shown_to_who_lost_it_meanwhile(two: Two):
    """The answer is written when it is sent: a page of a state shows what is theirs then."""
    number = two.both.directive.number
    async with two.office.rt.write() as session:
        await session.execute(delete(StaffScope))
    (whole,) = await two.mai.says(f"/tiendo {number}")
    assert RADIO in whole
    for directive in (two.of_radio.directive, two.both.directive):
        two.office.sandbox.say(two.mai.user_id, f"/tiendo {directive.number}")
        two.office.sandbox.say(two.mai.user_id, f"/baocao {directive.number}")
    await two.office.handles()
    await two.limit()
    shown = two.mai.last_id()
    await two.office.works()
    state, report = two.mai.texts(after=shown)  # of one directive
    assert RADIO not in state
    assert two.both.directive.number in report


@pytest.mark.parametrize("kept", ["7", "07"])
@pytest.mark.parametrize("written", ["7", "07", "7/STTTT-TTBCXB"])
async def test_a_directive_is_found_by_its_number_with_or_without_the_zero(
    two: Two, kept: str, written: str
):
    async with two.office.rt.write() as session:
        await session.execute(
            update(Directive).where(Directive.id == two.both.directive.id).values(number=kept)
        )
    (state,) = await two.mai.says(f"/tiendo {written}")
    assert f"{kept}/STTTT-TTBCXB" in state


async def test_only_who_controls_all_units_may_correct_or_end_it(two: Two):
    acts = {say("button.correct"), say("button.replace"), say("button.recall"), say("button.close")}
    await two.mai.says(f"/tiendo {two.of_paper.directive.number}")
    assert acts <= {button["text"] for button in newest_buttons(two.mai)}
    await two.mai.says(f"/tiendo {two.both.directive.number}")
    assert not acts & {button["text"] for button in newest_buttons(two.mai)}
    before = await two.office.facts()
    for press in (Press.CORRECT, Press.REPLACE, Press.RECALL_ASK, Press.RECALL, Press.CLOSE):
        popup = await two.mai.presses_data(Callback(press, (two.both.directive.id,)))
        assert (popup.text, popup.alert) == (say("refused.not_all_in_scope"), True)
    assert await two.office.facts() == before
