"""`dondoc staff add` and `dondoc invite add`: the links work in the bot, once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from bot.actions.people import INVITE_LIFE
from bot.clock import system_clock
from bot.domain.states import InviteKind, StaffRole
from bot.storage import kept, schema, units
from bot.storage.engine import Database
from bot.storage.tables import Invite
from tests.cli.conftest import USERNAME, as_if_newer, as_if_older, sqlite_url
from tests.conftest import TOKEN
from tests.office import open_office

LINK = re.compile(rf"https://t\.me/{USERNAME}\?(start|startgroup)=([A-Za-z0-9_-]{{22,64}})")


async def furnish(url: str, *, bot_id: int = int(TOKEN.partition(":")[0]), group: str = "") -> None:
    """A unit, perhaps in a group, and the bot's name as it is kept after a start."""
    database = Database(url)
    now = system_clock()
    async with database.write() as session:
        unit_id, _ = await units.ensure_unit(session, "BYB", name="Báo Yên Bái", phone="", now=now)
        if group:
            group_id = await units.ensure_group(session, "G", name=group, aliases=[], position=0)
            await units.add_to_group(session, unit_id=unit_id, group_id=group_id)
        identity = {"id": bot_id, "username": USERNAME, "is_bot": True, "first_name": "D"}
        await kept.put(session, "telegram_identity", identity, now=now)
    await database.close()


async def invites(url: str) -> list[Invite]:
    database = Database(url)
    async with database.read() as session:
        found = list(await session.scalars(select(Invite).order_by(Invite.id)))
    await database.close()
    return found


def the_only_invite(url: str, code: str) -> Invite:
    (invite,) = asyncio.run(invites(url))
    assert invite.code_hash == hashlib.sha256(code.encode()).hexdigest()
    assert abs(invite.expires_at - system_clock() - INVITE_LIFE) < timedelta(minutes=5)
    return invite


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_add_prints_a_link(dondoc, write_config, database_url, role):
    asyncio.run(furnish(database_url))
    more = () if role is StaffRole.ADMIN else ("--role", role)
    told = dondoc("staff", "add", *more, "--config", write_config(database_url))
    assert (told.code, told.err) == (0, "")
    link = LINK.fullmatch(told.out.splitlines()[0])
    assert link is not None
    assert link[1] == "start"
    invite = the_only_invite(database_url, link[2])
    assert (invite.kind, invite.staff_role, invite.uses_left) == (InviteKind.STAFF, role, 1)
    assert role in told.out


def test_staff_add_on_an_empty_database_furnishes_it(dondoc, write_config, empty_database_url):
    told = dondoc("staff", "add", "--config", write_config(empty_database_url))
    assert (told.code, told.err) == (0, "")
    assert asyncio.run(schema.check(empty_database_url)) == schema.Schema.CURRENT
    code = told.out.splitlines()[0]
    assert f"/start {code}" in told.out
    assert "t.me" not in told.out
    the_only_invite(empty_database_url, code)


def test_staff_add_does_not_name_another_bot(dondoc, write_config, database_url):
    asyncio.run(furnish(database_url, bot_id=42))
    told = dondoc("staff", "add", "--config", write_config(database_url))
    assert "t.me" not in told.out


@pytest.mark.parametrize(
    ("arguments", "kind", "parameter", "uses"),
    [
        ((), InviteKind.CONTACT, "start", 1),
        (("--uses", "3"), InviteKind.CONTACT, "start", 3),
        (("--leader",), InviteKind.LEADER, "start", 1),
        (("--group",), InviteKind.UNIT_GROUP, "startgroup", 1),
    ],
)
def test_invite_prints_a_link(dondoc, write_config, office_file, arguments, kind, parameter, uses):
    url = sqlite_url(office_file)
    asyncio.run(furnish(url))
    told = dondoc("invite", "add", "BYB", *arguments, "--config", write_config(url))
    assert (told.code, told.err) == (0, "")
    link = LINK.fullmatch(told.out.splitlines()[0])
    assert link is not None
    assert link[1] == parameter
    invite = the_only_invite(url, link[2])
    assert (invite.kind, invite.uses_left, invite.unit_id) == (kind, uses, 1)
    assert "Báo Yên Bái" in told.out


def test_invite_for_a_group_without_the_bots_name(dondoc, write_config, office_file):
    url = sqlite_url(office_file)
    asyncio.run(furnish(url, bot_id=42))
    told = dondoc("invite", "add", "BYB", "--group", "--config", write_config(url))
    assert f"/start@NAME_OF_THE_BOT {told.out.splitlines()[0]}" in told.out


@pytest.mark.parametrize(
    ("code", "hint"), [("BYBB", "did you mean BYB?"), ("nothing", "`dondoc units import`")]
)
def test_invite_for_an_unknown_unit(dondoc, write_config, database_url, code, hint):
    asyncio.run(furnish(database_url))
    told = dondoc("invite", "add", code, "--config", write_config(database_url))
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert f"no unit with the code {code}" in told.err
    assert hint in told.err
    assert asyncio.run(invites(database_url)) == []


def test_invite_takes_a_code_in_any_case(dondoc, write_config, database_url):
    asyncio.run(furnish(database_url))
    assert dondoc("invite", "add", "byb", "--config", write_config(database_url)).code == 0


@pytest.mark.parametrize(
    ("change", "said"), [(as_if_newer, "newer version"), (as_if_older, "`dondoc db upgrade`")]
)
@pytest.mark.parametrize("command", ["staff add", "invite add BYB", "units import units.csv"])
def test_commands_that_write_refuse_another_schema(
    dondoc, write_config, office_file, tmp_path, monkeypatch, command, change, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("code,name\nA,B\n")
    asyncio.run(furnish(sqlite_url(office_file)))
    change(office_file)
    told = dondoc(*command.split(), "--config", write_config(sqlite_url(office_file)))
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert said in told.err
    assert asyncio.run(invites(sqlite_url(office_file))) == []


async def test_the_link_for_staff_makes_an_admin(dondoc, write_config, office_file):
    """The code printed here is one that the running bot takes."""
    url = sqlite_url(office_file)
    async with open_office(url) as office:
        config = write_config(url)
        told = await asyncio.to_thread(dondoc, "staff", "add", "--config", config)
        code = told.out.splitlines()[0].rpartition("=")[2]
        giang = office.phone("giang")
        office.sandbox.press_start(giang.user_id, code)
        await giang.sees_button("Đồng ý")
        giang.presses("Đồng ý")
        await giang.sees("Vũ Hương Giang là cán bộ của hệ thống")


def test_open_invites_are_listed_and_taken_back(dondoc, write_config, database_url):
    asyncio.run(furnish(database_url))
    config = write_config(database_url)
    dondoc("invite", "add", "BYB", "--uses", "3", "--config", config)
    dondoc("staff", "add", "--config", config)
    told = dondoc("invite", "list", "--config", config)
    first, second = told.out.splitlines()
    assert re.search(r"staff +1 left .* the office +by the operator", first)
    assert re.search(r"contact +3 left +until \d{4}-\d\d-\d\d .* BYB Báo Yên Bái", second)
    (listed,) = json.loads(
        dondoc("invite", "list", "--unit", "byb", "--json", "--config", config).out
    )
    assert (listed["unit"], listed["uses_left"]) == ("BYB", 3)
    revoked = dondoc("invite", "revoke", listed["id"], "--config", config)
    assert (revoked.code, revoked.err) == (0, "")
    assert asyncio.run(invites(database_url))[0].revoked_at is not None
    again = dondoc("invite", "revoke", listed["id"], "--config", config)
    assert (again.code, again.out) == (1, "")
    assert "`dondoc invite list`" in again.err
    assert len(dondoc("invite", "list", "--config", config).out.splitlines()) == 1


def test_a_sheet_is_written_for_its_owner_only(dondoc, write_config, office_file, tmp_path):
    url = sqlite_url(office_file)
    asyncio.run(furnish(url, group="Các cơ quan báo chí"))
    config, file = write_config(url, more="[registry]\ninvite_days = 3\n"), tmp_path / "invites.pdf"
    told = dondoc("invite", "sheet", "--group", "cac co quan bao chi", file, "--config", config)
    assert (told.code, told.err) == (0, "")
    assert "1 code for Các cơ quan báo chí" in told.out
    (invite,) = asyncio.run(invites(url))
    assert invite.expires_at - invite.created_at == timedelta(days=3)
    assert file.stat().st_mode & 0o077 == 0
    words = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    assert "Báo Yên Bái" in words
    code = LINK.search(words)[2]
    assert hashlib.sha256(code.encode()).hexdigest() == invite.code_hash


@pytest.mark.parametrize(
    ("group", "file", "said"),
    [
        ("NOTHING", "x.pdf", "there are: G"),
        ("G", "x.doc", "not the name of a PDF file"),
        ("G", "nowhere/x.pdf", "there is no directory"),
        ("G", "there.pdf", "is there already"),
    ],
)
def test_a_sheet_that_cannot_be_made(
    dondoc, write_config, office_file, tmp_path, group, file, said
):
    url = sqlite_url(office_file)
    asyncio.run(furnish(url, group="Các cơ quan báo chí"))
    (tmp_path / "there.pdf").write_text("codes that are kept nowhere else")
    told = dondoc(
        "invite", "sheet", "--group", group, tmp_path / file, "--config", write_config(url)
    )
    assert (told.code, told.out) == (1, "")
    assert said in told.err
    assert asyncio.run(invites(url)) == []
