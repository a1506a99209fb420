"""Starting the demo: sandbox, registry and bot in one process, on one database file of its own."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.actions import people as people_actions
from bot.actions import policy as policies
from bot.actions import registry
from bot.app import App
from bot.articles.policy import Endpoint, FetchPolicy, only
from bot.articles.sites import read_sites
from bot.config import Audit, Config, Database, Office, Telegram
from bot.demo import office
from bot.domain.consent import CONSENT_VERSION
from bot.domain.states import ChatKind, ContactRole, InviteKind, StaffRole
from bot.runtime import Runtime
from bot.sandbox import Mark, Phone, Sandbox
from bot.storage import people, reminders, schema, units
from scheduler.plan import steps

LETTER = Path(__file__).parent / "letter-seed.txt"
_USERNAME = "dondoc_demo_bot"
_SAMPLE = "cong-van-mau.txt"
_PAUSE_PER_HOST = 0.1  # seconds; nobody's server is spared here
_MARKS_MOST = 2  # deadlines that the clock offers moments for


class DemoSandbox(Sandbox):
    """A sandbox whose moved clock wakes the bot at once."""

    on_clock_moved: Callable[[], None] = staticmethod(lambda: None)

    def set_clock(self, at: datetime) -> None:
        """Move the clock to a moment."""
        super().set_clock(at)
        self.on_clock_moved()

    def advance(self, seconds: float) -> None:
        """Move the clock by seconds."""
        super().advance(seconds)
        self.on_clock_moved()


async def run(
    *, port: int, say: Callable[[str], None], stop: asyncio.Event, directory: Path | None = None
) -> None:
    """Run the demo until `stop`; OSError if the port is in use."""
    with tempfile.TemporaryDirectory(prefix="dondoc-demo-") as temporary:
        sandbox = DemoSandbox()
        await sandbox.start(port=port)
        try:
            await _run(sandbox, directory or Path(temporary), say=say, stop=stop)
        finally:
            await sandbox.stop()


async def _run(
    sandbox: DemoSandbox, directory: Path, *, say: Callable[[str], None], stop: asyncio.Event
) -> None:
    config = demo_config(sandbox.url, directory)
    app = App(config, clock=sandbox.now, fetch_policy=demo_policy(sandbox))
    sandbox.on_clock_moved = app.rt.signals.wake
    sandbox.marks = lambda: _marks(app.rt)
    sandbox.samples = [(_SAMPLE, LETTER.read_bytes())]
    await schema.upgrade(config.database.url)
    await furnish(sandbox, app.rt)
    running = asyncio.create_task(app.run())
    stopping = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(app.ready.wait())
    await asyncio.wait({running, ready, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        say(f"Open this page: {sandbox.url}/")
        say(f"To begin: attach {_SAMPLE} on the first phone (the paper clip).")
        say("Stop with Ctrl+C.")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for waiting in (stopping, ready):
        waiting.cancel()
    app.stop()
    await running


def demo_config(api_url: str, directory: Path) -> Config:
    """The demo's settings: a token that opens nothing, a database in `directory`."""
    token = f"7000000001:{secrets.token_urlsafe(26)}"
    return Config(
        office=Office(name=office.OFFICE),
        telegram=Telegram.model_validate({"token": token, "api_base_url": api_url}),
        database=Database(url=f"sqlite:///{directory / 'demo.db'}"),
        audit=Audit(key_file=directory / "demo.key"),
    )


def demo_policy(sandbox: Sandbox) -> FetchPolicy:
    """How pages are fetched in the demo: those of the started sandbox's press, and no others."""
    address = urlsplit(sandbox.url)
    place = Endpoint(address.hostname or "", address.port or 0)
    return replace(
        only(dict.fromkeys(sandbox.press_site.hosts, place)), pause_per_host=_PAUSE_PER_HOST
    )


async def furnish(sandbox: Sandbox, rt: Runtime) -> None:
    """Put the invented office into the sandbox and the registry."""
    sandbox.add_bot(
        token=rt.config.telegram.bot_token, username=_USERNAME, first_name="Dondoc (thử)"
    )
    accounts = {
        person.key: int(sandbox.add_user(first_name=person.name, language_code="vi")["id"])
        for person in office.PEOPLE
    }
    group_id = int(
        sandbox.add_group(
            title=office.GROUP_TITLE,
            member_ids=[accounts["dung"], accounts["oanh"], rt.config.telegram.bot_id],
        )["id"]
    )
    code = await _register(rt, accounts, group_id)
    for key, account in accounts.items():
        if key != office.NEWCOMER:
            sandbox.press_start(account)
    phones = [Phone(accounts[key], label=label, note=note) for key, label, note in office.PHONES]
    key, label, note = office.GROUP_PHONE
    phones.append(Phone(accounts[key], chat_id=group_id, label=label, note=note))
    label, note = office.NEWCOMER_PHONE
    phones.append(Phone(accounts[office.NEWCOMER], label=label, note=note, start=code))
    sandbox.show_phones(phones)


async def _register(rt: Runtime, accounts: dict[str, int], group_id: int) -> str:
    """The registry; returns the invite code of the one who has not joined yet."""
    now = rt.now()
    async with rt.write() as session:
        groups = {
            code: await units.ensure_group(session, code, name=name, aliases=[], position=position)
            for position, (code, name) in enumerate(office.GROUPS)
        }
        unit_ids: dict[str, int] = {}
        for unit in office.UNITS:
            unit_id, _ = await units.ensure_unit(
                session, unit.code, name=unit.name, phone="", now=now
            )
            unit_ids[unit.code] = unit_id
            await units.add_to_group(session, unit_id=unit_id, group_id=groups[unit.group])
            session.add_all(registry.site_rows(unit_id, read_sites(unit.site)))
        names = {person.key: person.name for person in office.PEOPLE}
        persons: dict[str, int] = {}
        for key, account in accounts.items():
            if key == office.NEWCOMER:
                continue
            person = await people.ensure_person(
                session, account, name=names[key], language="vi", now=now
            )
            await people.set_consent(session, person.id, version=CONSENT_VERSION, now=now)
            persons[key] = person.id
            await people.ensure_chat(
                session,
                account,
                kind=ChatKind.PRIVATE,
                title="",
                language="vi",
                person_id=person.id,
            )
        for unit in office.UNITS:
            for key in unit.contacts:
                await people.ensure_contact(
                    session,
                    unit_id=unit_ids[unit.code],
                    person_id=persons[key],
                    role=ContactRole.CONTACT,
                    now=now,
                )
        await people.ensure_staff(
            session, person_id=persons[office.STAFF], role=StaffRole.ADMIN, now=now
        )
        group = await people.ensure_chat(
            session, group_id, kind=ChatKind.GROUP, title=office.GROUP_TITLE, language="vi"
        )
        group.unit_id = unit_ids[office.GROUP_UNIT]
        return await people_actions.create_invite(
            session,
            InviteKind.CONTACT,
            now=now,
            unit_id=unit_ids[office.NEWCOMER_UNIT],
        )


async def _marks(rt: Runtime) -> list[Mark]:
    """Moments worth moving the clock to: around the nearest deadlines."""
    labels = {"before-1": "đến trước hạn 1 ngày", "overdue-1": "đến khi quá hạn"}
    async with rt.read() as session:
        policy = await policies.load(session, rt.config)
        deadlines = await reminders.open_deadlines(session, after=rt.now(), limit=_MARKS_MOST)
    marks = []
    for deadline in deadlines:
        for step in steps(deadline, policy=policy.reminders, calendar=policy.calendar):
            if step.step in labels and step.at > rt.now():
                day = f"{deadline.astimezone(policy.calendar.zone):%d/%m}"
                label = f"{labels[step.step]} ({day})"
                marks.append(Mark(label, step.at))
    return marks
