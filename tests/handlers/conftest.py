"""The whole bot driven step by step: what people do goes in, what their chats show comes out.

Every part is the real one and the sandbox is spoken to over HTTP, but no loop runs: after each
thing that a person does the bot does all there is to do, so nothing has to be waited for.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import User

import handlers
from bot.actions import cards as card_actions
from bot.actions import people as people_actions
from bot.app import IdentifiedBot, _application
from bot.callbacks import Callback
from bot.delivery.pacing import Limit, Limits
from bot.delivery.transport import AiohttpRequest
from bot.delivery.worker import Delivery
from bot.domain.states import ContactRole, InviteKind, OutboxState, StaffRole, UpdateState
from bot.intake.poller import Poller
from bot.intake.processor import Processor
from bot.letters.worker import LettersWorker
from bot.runtime import Runtime, Signals, Wake
from bot.sandbox import Limits as SandboxLimits
from bot.sandbox import Sandbox
from bot.storage import audit, people, updates
from bot.storage.engine import Database
from bot.storage.tables import Base, Chat, Event, OutboxMessage, Unit, Update
from bot.tables.worker import TablesWorker
from scheduler.jobs import queue_due_reminders
from tests import factories
from tests.conftest import TOKEN, Copies, MovedClock, office_config
from tests.emptying import EMPTY_POSTGRES
from tests.factories import Issued, Somebody

BOT_NAME = "dondoc_test_bot"
_FAST = Limit(rate=10_000, burst=1_000)
_NO_LIMITS = Limits(overall=_FAST, private=_FAST, group=_FAST)
# What every update changes, and what only tells of acts: the other tables hold what was done.
_BOOKKEEPING = {
    "updates",
    "outbox_messages",
    "events",
    "event_values",
    "leases",
    "kept_values",
}
_FACTS = [table for table in Base.metadata.sorted_tables if table.name not in _BOOKKEEPING]
_COUNTS = text(
    "SELECT " + ", ".join(f"(SELECT count(*) FROM {table.name}) {table.name}" for table in _FACTS)
)


_EMPTY = text(EMPTY_POSTGRES.replace(":", r"\:"))


@dataclass(frozen=True, slots=True)
class Popup:
    """What a press was answered with, over the chat."""

    text: str
    alert: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A person's phone, showing one chat. What is done on it is over when the bot has answered."""

    office: Office
    user_id: int
    chat_id: int

    async def says(self, words: str, *, reply_to: dict[str, Any] | None = None) -> list[str]:
        """Write a message, perhaps as a reply; the bot's new messages in this chat."""
        before = self.last_id()
        self.office.sandbox.say(
            self.user_id,
            words,
            chat_id=self.chat_id,
            reply_to_message_id=reply_to["message_id"] if reply_to else None,
        )
        await self.office.works()
        return self.texts(after=before)

    async def sends_file(
        self, content: bytes, name: str = "cong-van.txt", *, as_photo: bool = False
    ) -> list[str]:
        """Attach a file; the bot's new messages in this chat."""
        before = self.last_id()
        self.office.sandbox.send_document(
            self.user_id, content, file_name=name, chat_id=self.chat_id, as_photo=as_photo
        )
        await self.office.works()
        return self.texts(after=before)

    async def sends(
        self, kind: str, *, reply_to: dict[str, Any] | None = None, **what: Any
    ) -> list[str]:
        """Send a voice message, a sticker or the like; the bot's new messages in this chat."""
        before = self.last_id()
        self.office.sandbox.send(
            self.user_id,
            kind,
            chat_id=self.chat_id,
            reply_to_message_id=reply_to["message_id"] if reply_to else None,
            **what,
        )
        await self.office.works()
        return self.texts(after=before)

    async def edits(self, message_id: int, words: str) -> list[str]:
        """Change an own message; the bot's new messages in this chat."""
        before = self.last_id()
        self.office.sandbox.edit(self.user_id, message_id, words, chat_id=self.chat_id)
        await self.office.works()
        return self.texts(after=before)

    def last_own(self) -> dict[str, Any]:
        """The newest message that its owner sent."""
        own = [each for each in self.messages() if not each["from"]["is_bot"]]
        return own[-1]

    async def presses(self, label: str) -> Popup:
        """Tap the newest button whose label begins so."""
        message, button = self.find_button(label)
        return await self.presses_data(button["callback_data"], message["message_id"])

    async def presses_data(self, data: str | Callback, message_id: int = 0) -> Popup:
        """A press with any data, as an old button or a client of somebody's own making sends it."""
        query_id = self.office.press_arrives(
            self, data.encode() if isinstance(data, Callback) else data, message_id
        )
        await self.office.works()
        return self.office.popup(query_id)

    def find_button(self, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The newest button whose label begins so, and its message."""
        for message in reversed(self.messages()):
            for button in _buttons(message):
                if button["text"].startswith(label):
                    return message, button
        raise AssertionError(f"no button {label!r} among {self.buttons()}")

    def buttons(self) -> list[str]:
        """The labels of every button in the chat."""
        return [button["text"] for message in self.messages() for button in _buttons(message)]

    def messages(self) -> list[dict[str, Any]]:
        """Everything in the chat, oldest first."""
        return self.office.sandbox.messages(self.chat_id)

    def texts(self, *, after: int = 0) -> list[str]:
        """What the bot wrote into the chat, oldest first, as it looks now."""
        return [
            message.get("text") or message.get("caption") or ""
            for message in self.messages()
            if message["from"]["is_bot"] and message["message_id"] > after
        ]

    def sees(self, pattern: str) -> dict[str, Any]:
        """The newest message of the bot that matches."""
        for message in reversed(self.messages()):
            shown = message.get("text") or message.get("caption") or ""
            if message["from"]["is_bot"] and re.search(pattern, shown):
                return message
        raise AssertionError(f"{pattern!r} is not among {self.texts()}")

    def sees_own_file(self) -> dict[str, Any]:
        """The newest document that its owner sent, as Telegram describes it."""
        found: dict[str, Any] = next(
            message["document"]
            for message in reversed(self.messages())
            if "document" in message and not message["from"]["is_bot"]
        )
        return found

    def last_id(self) -> int:
        """The newest message's id; 0 in an empty chat."""
        return max((message["message_id"] for message in self.messages()), default=0)


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in keyboard for button in row]


class HeardSignals(Signals):
    """Signals that remember which loops were woken, as none is running."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[Wake] = set()

    def wake(self, *loops: Wake) -> None:
        """Note who would look now."""
        self.heard.update(loops or tuple(Wake))


@dataclass
class Office:
    """A database, a sandbox and all parts of the bot, each of which works when it is its turn."""

    rt: Runtime
    clock: MovedClock
    sandbox: Sandbox
    poller: Poller
    processor: Processor
    letters: LettersWorker
    tables: TablesWorker
    delivery: Delivery
    signals: HeardSignals
    unanswered: set[str]  # presses
    application: Any
    last_update_id: int = 0

    # --- the bot at work -------------------------------------------------------------------------

    async def works(self) -> None:
        """Do all there is to do at this moment of the clock."""
        await self.handles()
        if Wake.LETTERS in self.signals.heard:
            while await self.letters.do_one():
                pass
        if Wake.TABLES in self.signals.heard:
            while await self.tables.do_one():
                pass
        self.signals.heard.clear()
        while await self.delivery.do_one():
            await self.delivery.drain()

    async def handles(self) -> None:
        """Handle what people did and answer their presses; nothing is sent yet."""
        while await self._poll() or Wake.INBOX in self.signals.heard:
            self.signals.heard.discard(Wake.INBOX)
            await self._handle_updates()
        if self.unanswered:
            await self.delivery.drain()
            self.unanswered.clear()

    async def _poll(self) -> int:
        """Ask for updates if there are any: like Telegram, the sandbox keeps one waiting if not."""
        ids = [update.id for update in self.sandbox.bot().queue.alive()]
        fresh = sorted(update_id for update_id in ids if update_id > self.last_update_id)
        if not fresh:
            return 0
        stored = await self.poller.do_one()
        self.last_update_id = fresh[stored - 1]
        return stored

    async def _handle_updates(self) -> None:
        async with self.rt.read() as session:
            rows = await updates.waiting(session, now=self.rt.now(), limit=1_000)
        for row in rows:
            await self.processor.handle([row])

    async def reminds(self) -> None:
        """Send the reminders that are due."""
        while await queue_due_reminders(self.rt):
            pass
        await self.works()

    def press_arrives(self, phone: Phone, data: str, message_id: int = 0) -> str:
        """Queue a press as Telegram reports it; the query's id."""
        world, bot = self.sandbox.world, self.sandbox.bot()
        chat = world.chat(phone.chat_id, bot.id)
        assert chat is not None
        message = chat.messages.get(message_id)
        gone = {"chat": world.chat_json(chat), "message_id": message_id or 1, "date": 0}
        query = world.new_callback(bot.id, phone.user_id, chat, message_id)
        body = {
            "id": query.id,
            "from": world.user_json(phone.user_id),
            "message": world.rendered(chat, message) if message else gone,
            "chat_instance": "7000000000001",
            "data": data,
        }
        self.sandbox.put_update({"callback_query": body})
        return query.id

    def popup(self, query_id: str) -> Popup:
        """What a press was answered with; every press is, once."""
        (answer,) = [
            call["parameters"]
            for call in self.sandbox.calls()
            if call["method"] == "answerCallbackQuery"
            and str(call["parameters"]["callback_query_id"]) == query_id
        ]
        return Popup(str(answer.get("text") or ""), bool(answer.get("show_alert")))

    # --- people and what they work on ------------------------------------------------------------

    def account(self, name: str = "Vũ Hương Giang") -> Phone:
        """Somebody with Telegram of whom the office has never heard."""
        user_id = int(self.sandbox.add_user(first_name=name, language_code="en")["id"])
        return self._phone(user_id)

    def phone(self, somebody: Somebody) -> Phone:
        """The private chat of somebody the office knows."""
        user_id = somebody.person.telegram_id
        self._opens(user_id, somebody.person.name)
        return self._phone(user_id)

    def _opens(self, user_id: int, name: str) -> None:
        """Somebody the office knows has Telegram, and a chat with the bot."""
        if user_id not in self.sandbox.world.persons:
            self.sandbox.add_user(first_name=name, id=user_id)
        self._phone(user_id)

    def _phone(self, user_id: int) -> Phone:
        self.sandbox.world.private_chat(user_id, self.sandbox.bot().id).is_started = True
        return Phone(self, user_id, user_id)

    async def unit(self, name: str = "Báo Yên Bái", *groups: str) -> Unit:
        """A unit, in new groups of these names."""
        async with self.rt.write() as session:
            found = [await factories.create_group(session, name=group) for group in groups]
            return await factories.create_unit(session, name=name, groups=found)

    async def contact(
        self, *units: Unit, name: str = "Nguyễn Văn An", leader_of: Unit | None = None
    ) -> Phone:
        """A contact of these units, or a unit's leader."""
        async with self.rt.write() as session:
            somebody = await factories.create_somebody(session, name=name)
            for unit in (*units, *([leader_of] if leader_of else [])):
                await people.ensure_contact(
                    session,
                    unit_id=unit.id,
                    person_id=somebody.person.id,
                    role=ContactRole.LEADER if unit is leader_of else ContactRole.CONTACT,
                    now=self.rt.now(),
                )
        return self.phone(somebody)

    async def staff(
        self, role: StaffRole = StaffRole.SENDER, *, name: str = "Trần Thị Mai"
    ) -> Phone:
        """Somebody of the office."""
        async with self.rt.write() as session:
            somebody = await factories.create_staff(session, role, name=name)
        return self.phone(somebody)

    async def group(self, *members: Phone, unit: Unit | None = None, staff: bool = False) -> Phone:
        """A group with these people and the bot, linked if said so; on the first one's phone."""
        member_ids = [*(member.user_id for member in members), self.sandbox.bot().id]
        chat_id = int(self.sandbox.add_group(title="Nhóm việc", member_ids=member_ids)["id"])
        await self.works()
        async with self.rt.write() as session:
            chat = await people.chat_by_telegram_id(session, chat_id)
            assert chat is not None
            chat.unit_id = unit.id if unit else None
            chat.staff_group = staff
        return Phone(self, members[0].user_id, chat_id)

    def in_group(self, person: Phone, group: Phone) -> Phone:
        """Another member's phone, showing the same group."""
        return Phone(self, person.user_id, group.chat_id)

    async def issued(self, *units: Unit, tasks: int = 2, **values: Any) -> Issued:
        """A directive to these units; its cards are in their chats. Who issued it is of the office,
        and told what units ask."""
        async with self.rt.write() as session:
            issued = await factories.create_directive(session, units, tasks=tasks, **values)
        await self.gives_cards(issued)
        return issued

    async def gives_cards(self, issued: Issued) -> None:
        """Bring a directive's cards into the chats of its units."""
        async with self.rt.write() as session:
            author = await people.person(session, issued.directive.issued_by)
            assert author is not None
            self._opens(author.telegram_id, author.name)
            by_unit = {addressee.unit_id: addressee.id for addressee in issued.addressees}
            titles = [task.short_title for task in issued.tasks]
            lists = card_actions.task_lists(issued.directive, titles)
            for unit_id, chat in await people.chats_of_units(session, list(by_unit)):
                await card_actions.give_directive(
                    session,
                    directive=issued.directive,
                    addressee_id=by_unit[unit_id],
                    chat=chat,
                    now=self.rt.now(),
                    lists=len(lists),
                )
        await self.works()

    async def invite(
        self,
        kind: InviteKind = InviteKind.CONTACT,
        *,
        unit: Unit | None = None,
        role: StaffRole | None = None,
        uses: int = 1,
    ) -> str:
        """An invite's code."""
        async with self.rt.write() as session:
            return await people_actions.create_invite(
                session,
                kind,
                now=self.rt.now(),
                unit_id=unit.id if unit else None,
                staff_role=role,
                uses=uses,
            )

    # --- what the rows say -----------------------------------------------------------------------

    async def rows(self, table: type[Any], **values: Any) -> list[Any]:
        """The rows of a table with these values, by id."""
        async with self.rt.read() as session:
            found = await session.scalars(
                select(table).filter_by(**values).order_by(literal_column("id"))
            )
            return list(found)

    async def row(self, table: type[Any], **values: Any) -> Any:
        """The only row of a table with these values."""
        (row,) = await self.rows(table, **values)
        return row

    async def counts(self) -> dict[str, int]:
        """How many rows each table has that holds what was done."""
        async with self.rt.read() as session:
            return dict((await session.execute(_COUNTS)).one()._mapping)

    async def facts(self) -> dict[str, list[str]]:
        """Every row of those tables, as text."""
        async with self.rt.read() as session:
            return await facts_in(session)

    async def actor_units(self, phone: Phone) -> frozenset[int]:
        """The units that somebody is a contact of now."""
        async with self.rt.read() as session:
            actor = await people.actor(session, phone.user_id)
        return actor.unit_ids if actor else frozenset()

    async def chat_of(self, phone: Phone) -> Chat:
        """Our row of the chat on a phone."""
        found: Chat = await self.row(Chat, telegram_id=phone.chat_id)
        return found

    async def refusals(self) -> list[str]:
        """Why things were refused to people who may not do them, oldest first."""
        return [event.details["reason"] for event in await self.rows(Event, action="refused")]

    async def went_well(self) -> None:
        """No handler failed, every message could be written, and the auditor finds nothing."""
        unfinished = [
            (row.body, row.reason)
            for row in await self.rows(Update)
            if (row.state is not UpdateState.DONE or row.tries)
            and row.reason not in (factories.PLANTED, "skipped")
        ]
        failed = [
            (row.kind, row.parameters, row.reason)
            for row in await self.rows(OutboxMessage, state=OutboxState.FAILED)
            if row.reason not in ("blocked", "kicked")
        ]
        assert not unfinished
        assert not failed
        async with self.rt.read() as session:
            assert await audit.breaches(session, now=self.clock(), newest=None) == []


async def facts_in(session: AsyncSession) -> dict[str, list[str]]:
    """Every row of the tables that hold what was done, as this transaction sees them."""
    return {
        table.name: sorted(repr(row) for row in await session.execute(select(table)))
        for table in _FACTS
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder: they share what takes long to start."""
    for item in items:
        if item.path.parent == Path(__file__).parent and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database that these tests use one after the other."""
    if request.param == "sqlite":
        target = tmp_path_factory.mktemp("handlers") / "dondoc.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), target)
        return f"sqlite:///{target}"
    copies: Copies = request.getfixturevalue("postgres_copies")
    return copies.make()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(shared_database_url: str) -> AsyncIterator[Database]:
    """Its connections, and the statements it has prepared."""
    database = Database(shared_database_url)
    yield database
    await database.close()


async def empty(session: AsyncSession) -> None:
    """Take out what the last test wrote."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_EMPTY)  # receipts name an article's number: sequences begin anew
        return
    for table in reversed(Base.metadata.sorted_tables):
        await session.execute(table.delete())


@dataclass(frozen=True, slots=True)
class Line:
    """The sandbox and the way to it, with python-telegram-bot at our end."""

    clock: MovedClock
    sandbox: Sandbox
    transport: AiohttpRequest
    application: Any


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def line() -> AsyncIterator[Line]:
    """The line that these tests use one after the other."""
    clock = MovedClock()
    async with Sandbox(clock=clock, limits=SandboxLimits.off()) as sandbox:
        me = sandbox.add_bot(token=TOKEN, username=BOT_NAME, first_name="Dondoc")
        async with AiohttpRequest(TOKEN, api_url=sandbox.url, pool_size=12) as transport:
            bot = IdentifiedBot(
                User.de_json(me, None),
                token=TOKEN,
                request=transport,
                get_updates_request=transport,
            )
            application = _application(bot)
            await application.initialize()
            yield Line(clock, sandbox, transport, application)
            await application.shutdown()


@pytest_asyncio.fixture(loop_scope="session")
async def office(line: Line, database: Database, shared_database_url: str) -> AsyncIterator[Office]:
    """The bot on each database, with nobody in the office yet; in the end nothing has failed."""
    line.clock.at = factories.NOON
    line.sandbox.reset()
    config = office_config(shared_database_url, api_base_url=line.sandbox.url)
    telegram = config.telegram.model_copy(update={"poll_seconds": 0})
    signals = HeardSignals()
    rt = Runtime(config.model_copy(update={"telegram": telegram}), database, line.clock, signals)
    async with rt.write() as session:
        await empty(session)
        await factories.hold_lease(session)
    delivery = Delivery(rt, line.transport, limits=_NO_LIMITS)
    delivery.epoch = 1

    unanswered: set[str] = set()

    def answer_press(query_id: str, words: str, alert: bool) -> None:
        unanswered.add(query_id)
        delivery.answer_press(query_id, words, alert=alert)

    application = line.application
    processor = Processor(
        rt,
        application.bot,
        application.process_update,
        answer_press,
        is_shared=handlers.is_shared,
    )
    poller = Poller(rt, line.transport)
    letters = LettersWorker(rt, line.transport)
    tables = TablesWorker(rt, line.transport)
    office = Office(
        rt,
        line.clock,
        line.sandbox,
        poller,
        processor,
        letters,
        tables,
        delivery,
        signals,
        unanswered,
        application,
    )
    yield office
    await office.went_well()


__all__: Sequence[str] = ("BOT_NAME", "Office", "Phone", "Popup")
