"""A press that Telegram brings twice, under another number each time, has its effect once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback, Press
from tests.handlers import direct
from tests.handlers.conftest import Office, facts_in
from tests.handlers.test_rights import PRESS_FOR, PRESSED, Role, settle_in

# Whoever may use the most of them: between them they may use all.
PEOPLE = (Role.ADMIN, Role.CONTACT)
# A code is shown once and kept nowhere: whoever presses again gets another one.
MAKING_CODES = {
    Press.STAFF_INVITE,
    Press.INVITE_NEW,
    Press.INVITE_STAFF_GROUP,
    Press.INVITE_SHEET,
    Press.HAND_OVER,
}
TRIED = [press for press in PRESS_FOR if press not in MAKING_CODES]


async def facts(session: AsyncSession) -> dict[str, list[str]]:
    """All that was done. A dialogue that is opened again is the same under another number."""
    found = await facts_in(session)
    found["dialogues"] = [re.sub(r"^\(\d+, ", "(", row) for row in found["dialogues"]]
    return found


@pytest.mark.parametrize("role", PEOPLE)
async def test_a_press_that_comes_again_changes_nothing_more(office: Office, role: Role):
    changed = {}
    async with direct.undone(office) as session:
        town = await settle_in(office, session, role)
        await town.open_invite()
        material = await town.material()
        for press in (press for press in TRIED if role in PRESS_FOR[press]):
            data = Callback(press, PRESSED[press](material))
            undone = await session.begin_nested()
            await direct.press(office, session, town.phone, data)
            before = await facts(session)
            await direct.press(office, session, town.phone, data)
            after = await facts(session)
            for table in after:
                if after[table] != before[table]:
                    changed[press, table] = set(after[table]) ^ set(before[table])
            await undone.rollback()
            session.expire_all()
    assert changed == {}


def test_every_press_is_tried():
    assert {press for press, who in PRESS_FOR.items() if who & set(PEOPLE)} == set(Press)
