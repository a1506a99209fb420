"""A directive on its way to several units, one contact each, as tests of its sending use it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from bot.actions import drafts as draft_actions
from bot.callbacks import Callback, Press
from bot.domain.states import AssignmentState, MessageKind, OutboxState
from bot.storage.tables import Assignment, Directive, Draft, Group, OutboxMessage, Unit
from tests import factories
from tests.handlers.conftest import Office, Phone, Popup


@dataclass
class Broadcast:
    """A directive to units with one contact each, its rows, and the phones of everybody."""

    office: Office
    mai: Phone
    units: list[Unit]
    readers: list[Phone]
    draft: Draft
    group: Group

    async def directive(self) -> Directive:
        row: Directive = await self.office.row(Directive, draft_id=self.draft.id)
        return row

    async def cards(self) -> list[OutboxMessage]:
        return await self.office.rows(OutboxMessage, kind=MessageKind.DIRECTIVE)

    async def states(self) -> Counter[OutboxState]:
        return Counter(card.state for card in await self.cards())

    async def assignments(self) -> list[AssignmentState]:
        """By unit; every unit has one task."""
        rows = sorted(await self.office.rows(Assignment), key=lambda row: row.addressee_id)
        return [row.state for row in rows]

    def received(self) -> list[int]:
        """How many cards each reader was sent."""
        return [
            sum("Nội dung cần thực hiện" in text for text in reader.texts())
            for reader in self.readers
        ]

    async def press(self, press: Press, *more: int) -> Popup:
        directive = await self.directive()
        return await self.mai.presses_data(Callback(press, (directive.id, *more)))

    async def drafted_anew(self) -> Callback:
        """The button that sends a second draft of the same letter."""
        async with self.office.rt.write() as session:
            author = await factories.create_somebody(session, telegram_id=self.mai.user_id)
            draft = await factories.create_draft(session, author, groups=[self.group], tasks=1)
        return Callback(Press.DRAFT_ISSUE, (draft.id, draft_actions.state_id(draft)))

    async def wait(self, *readers: int) -> None:
        """Let these readers' cards wait for an hour."""
        ids = [(await self.office.chat_of(self.readers[reader])).id for reader in readers]
        async with self.office.rt.write() as session:
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.chat_id.in_(ids), OutboxMessage.state == OutboxState.WAITING)
                .values(send_at=self.office.clock.at + timedelta(hours=1))
            )

    async def an_hour_later(self) -> None:
        self.office.clock.at += timedelta(hours=1)
        await self.office.works()

    def progress(self) -> str:
        shown: str = self.mai.sees("Đã gửi \\d+ · chờ")["text"]
        return shown

    def offered(self) -> list[str]:
        """The buttons of the progress message."""
        rows = self.mai.sees("Đã gửi \\d+ · chờ")["reply_markup"]["inline_keyboard"]
        return [button["text"] for row in rows for button in row]


async def drafted(office: Office, *, units: int = 3) -> Broadcast:
    """A draft that only needs sending."""
    mai = await office.staff()
    async with office.rt.write() as session:
        group = await factories.create_group(session)
        found = [
            await factories.create_unit(session, name=f"Đơn vị {place}", groups=[group])
            for place in range(units)
        ]
        somebody = [await factories.create_contact(session, unit) for unit in found]
        author = await factories.create_somebody(session, telegram_id=mai.user_id)
        draft = await factories.create_draft(session, author, groups=[group], tasks=1)
        await draft_actions.show(session, draft, now=office.rt.now())
    readers = [office.phone(each) for each in somebody]
    await office.works()
    return Broadcast(office, mai, found, readers, draft, group)


async def issued(office: Office, *, units: int = 3) -> Broadcast:
    """A directive of which nothing has been sent yet."""
    broadcast = await drafted(office, units=units)
    state_id = draft_actions.state_id(broadcast.draft)
    data = Callback(Press.DRAFT_ISSUE, (broadcast.draft.id, state_id)).encode()
    office.press_arrives(broadcast.mai, data)
    await office.handles()
    return broadcast


async def begun(office: Office, *, units: int = 3) -> Broadcast:
    """A directive whose first card has arrived; the others wait for an hour."""
    broadcast = await issued(office, units=units)
    await broadcast.wait(*range(1, units))
    await office.works()
    assert broadcast.received() == [1, *[0] * (units - 1)]
    return broadcast
