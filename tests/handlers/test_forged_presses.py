"""Presses that anybody can forge: whatever they carry, nothing breaks and nothing is done.

Half of them are whole and mean something that is another's, closed, given up or gone. The number is
for every day; FORGED_PRESSES=10000 asks for more.
"""

from __future__ import annotations

import os
import random
import string

from sqlalchemy import func, select

from bot.callbacks import Callback, Press, decode
from bot.domain.states import StaffRole
from bot.storage.tables import Event
from bot.texts import texts
from tests.handlers import direct
from tests.handlers.conftest import Office, facts_in
from tests.handlers.test_rights import PRESSED, Material, Object, Role, is_allowed, settle_in

_COUNT = int(os.environ.get("FORGED_PRESSES", "500"))
_SEED = 20261006
_PRESSERS = (
    Role.OTHER_CONTACT,
    Role.CONTACT,
    Role.LIMITED_SENDER,
    Role.LIMITED_ADMIN,
    Role.ADMIN,
    Role.REMOVED_STAFF,
    Role.GROUP_MEMBER,
    Role.ANONYMOUS,
)
_LETTERS = string.printable + "٣ạ\u202e\x00💥"


def whole(chance: random.Random, role: Role, materials: dict[Object, Material]) -> str:
    """What a button could carry, of what is not this person's."""
    while True:
        press, about = chance.choice(list(Press)), chance.choice(list(Object))
        if not is_allowed(role, press, about):
            data = Callback(press, PRESSED[press](materials[about])).encode()
            return data + chance.choice(("", "", f"~{chance.randrange(50)}.{chance.randrange(3)}"))


def broken(chance: random.Random, materials: dict[Object, Material]) -> str:
    """What no button of ours carries: noise, a word of ours with wrong numbers, bits exchanged."""
    press = chance.choice(list(Press))
    noise = "".join(chance.choices(_LETTERS, k=chance.randrange(1, 60)))
    data = Callback(press, PRESSED[press](materials[Object.OPEN])).encode()
    place = chance.randrange(len(data))
    made = (
        noise,
        f"1:{press.value}:{noise}",
        f"1:{press.value}" + ":7" * 12,
        f"{data}:{chance.choice(('0', '-1', '٣', '1e3', '9' * 19))}",
        data[:place] + chance.choice(_LETTERS) + data[place + 1 :],
        f"{chance.randrange(2, 9)}{data[1:]}",
    )
    return chance.choice(made)[:64]


async def test_forged_presses_break_nothing_and_do_nothing(office: Office):
    for number, role in enumerate(_PRESSERS):
        chance = random.Random(_SEED + number)
        async with direct.undone(office) as session:
            town = await settle_in(office, session, role)
            materials = {about: await town.material(about) for about in Object}
            before, queued = await facts_in(session), await direct.last_queued(session)
            refused = 0
            for turn in range(_COUNT // len(_PRESSERS)):
                data = whole(chance, role, materials)
                if turn % 2:
                    data = broken(chance, materials)
                    if decode(data) is not None:
                        continue  # by chance it is one of ours
                popup = await direct.press(office, session, town.phone, data)
                assert popup.alert, (role, data)
                assert popup.text, (role, data)
                refused += 1
            assert await facts_in(session) == before
            assert await direct.last_queued(session) == queued
            noted = select(func.count(Event.id)).where(Event.action == "refused")
            assert await session.scalar(noted) == refused


SEARCHED = (
    "'; DROP TABLE units; --",
    "1' OR '1'='1",
    "%",
    "_",
    "\\",
    '"); DELETE FROM staff; --',
    "{0.__class__}",
    "<b>1</b>",
    "1\u202e2",
    "9" * 200,
)


async def test_what_is_searched_for_is_a_value_and_nothing_else(office: Office):
    unit = await office.unit("Đài")
    async with office.rt.write() as session:
        (await session.merge(unit)).code = "DAI"  # no part of it is searched for
    mai = await office.staff(StaffRole.ADMIN)
    await office.issued(unit)
    before, shown = await office.facts(), mai.last_id()
    commands = ("tiendo", "baocao", "nhatky", "moi", "canbo")
    for payload in SEARCHED:
        for command in commands:
            office.sandbox.say(mai.user_id, f"/{command} {payload}")
    await office.works()
    answers = mai.texts(after=shown)
    assert len(answers) == len(SEARCHED) * len(commands)
    say = texts("vi")
    fixed = {say("directive.unknown"), say("log.unknown"), say("staff.usage")}
    others = {answer for answer in answers if answer not in fixed}
    assert all(answer.startswith(say("unit.unknown", code="")[:20]) for answer in others), others
    shown = mai.last_id()
    for payload in SEARCHED:
        office.sandbox.say(mai.user_id, f"/tim {payload}")
    await office.works()
    assert len(mai.texts(after=shown)) == len(SEARCHED)
    assert not any("Đài" in answer for answer in mai.texts(after=shown))
    assert await office.facts() == before
