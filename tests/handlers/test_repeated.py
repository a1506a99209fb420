"""A press that Telegram brings twice, under another number each time, has its effect once."""

from __future__ import annotations

import re

import pytest

from bot.callbacks import Callback, Press
from tests.handlers.conftest import Office
from tests.handlers.test_rights import PRESS_FOR, PRESSED, Role, settle_in

# Whoever may use the most of them: between them they may use all.
PEOPLE = (Role.ADMIN, Role.CONTACT)


async def facts(office: Office) -> dict[str, list[str]]:
    """All that was done. A dialogue that is opened again is the same under another number."""
    found = await office.facts()
    found["dialogues"] = [re.sub(r"^\(\d+, ", "(", row) for row in found["dialogues"]]
    return found


@pytest.mark.parametrize("role", PEOPLE)
async def test_a_press_that_comes_again_changes_nothing_more(office: Office, role: Role):
    town = await settle_in(office, role)
    presses = [press for press, allowed in PRESS_FOR.items() if role in allowed]
    presses.sort(key=lambda press: press is Press.JOIN)
    changed = {}
    for press, material in zip(presses, await town.material(len(presses)), strict=True):
        if press in (Press.JOIN, Press.JOIN_RENAME):
            await town.open_invite()
        data = Callback(press, PRESSED[press](material)).encode()
        office.press_arrives(town.phone, data)
        await office.handles()
        before = await facts(office)
        office.press_arrives(town.phone, data)
        await office.handles()
        if (after := await facts(office)) != before:
            changed[press] = {
                table: set(after[table]) ^ set(before[table])
                for table in after
                if after[table] != before[table]
            }
    assert changed == {}


def test_every_press_is_tried():
    assert {press for press, who in PRESS_FOR.items() if who & set(PEOPLE)} == set(Press)
