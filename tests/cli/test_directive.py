"""`dondoc directive versions`: who had seen which version, and when."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import versions
from bot.domain.states import Door, Lane, MessageKind, OutboxState, VersionKind
from bot.storage.engine import Database
from bot.storage.tables import Acknowledgement, CardVersion, OutboxMessage
from tests import factories
from tests.cli.conftest import sqlite_url
from tests.factories import NOON

LATER = NOON + timedelta(hours=2)


async def furnish(url: str) -> None:
    """A directive with two versions: one chat had both, another the second only, a third nothing
    that is sure."""
    database = Database(url)
    async with database.write() as session:
        paper = await factories.create_unit(session)
        radio = await factories.create_unit(session, name="Đài Phát thanh tỉnh")
        town = await factories.create_unit(session, name="UBND xã")
        issued = await factories.create_directive(session, [paper, radio, town])
        directive = issued.directive
        directive.number, directive.version = "88", 2
        issued.tasks[0].short_title = "Treo cờ"
        versions.keep(
            session,
            directive,
            issued.tasks,
            kind=VersionKind.CORRECTED,
            person_id=directive.issued_by,
            now=LATER,
            note="Ghi nhầm",
            asks_again=True,
        )
        names = ("Nguyễn Văn An", "Lê Thị Bình", "Hà Văn Cường")
        arrived = (NOON, LATER + timedelta(minutes=1), LATER + timedelta(minutes=1))
        for place, unit in enumerate((paper, radio, town)):
            contact = await factories.create_contact(session, unit, name=names[place])
            addressee = issued.addressees[place]
            card = await factories.create_card(session, addressee.id, contact.chat, message_id=7)
            message_id = await factories.create_message(
                session,
                contact.chat,
                kind=MessageKind.DIRECTIVE,
                lane=Lane.DIRECTIVE,
                card_id=card.id,
                directive_id=directive.id,
            )
            message = await session.get_one(OutboxMessage, message_id)
            message.state, message.message_id = OutboxState.ACCEPTED, 7
            message.finished_at = arrived[place]
            if unit is town:  # its answer was lost, and a press has proven it
                message.seen_message_id = 7
                continue
            session.add(CardVersion(card_id=card.id, version=2, at=LATER + timedelta(minutes=1)))
            session.add(
                Acknowledgement(
                    addressee_id=addressee.id,
                    version=place + 1,
                    person_id=contact.person.id,
                    chat_id=contact.chat.id,
                    door=Door.CARD,
                    at=LATER + timedelta(minutes=5),
                )
            )
    await database.close()


@pytest.fixture
def config(office_file: Path, write_config) -> Path:
    """The settings of an office with such a database."""
    asyncio.run(furnish(sqlite_url(office_file)))
    path: Path = write_config()
    return path


def test_the_proof_names_version_chat_person_and_moment(dondoc, config):
    told = dondoc("directive", "versions", "88/STTTT-TTBCXB", "--config", config)
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == "Directive 88/STTTT-TTBCXB; times are GMT+07:00"
    assert lines[4].endswith("/STTTT-TTBCXB → 88/STTTT-TTBCXB")
    assert lines[2:6] == [
        "Version 2: corrected 14:00 06/10/2026 by Trần Thị Mai; receipts are asked again",
        "  Reason: Ghi nhầm",
        lines[4],
        "  • Task 1: Việc 1 → Treo cờ",
    ]
    assert lines[6:] == [
        "Báo Yên Bái",
        "  12:00 06/10/2026 Nguyễn Văn An: 1 arrived",
        "  14:01 06/10/2026 Nguyễn Văn An: 2 arrived",
        "  14:05 06/10/2026 Nguyễn Văn An: 1 confirmed",
        "Đài Phát thanh tỉnh",
        "  14:01 06/10/2026 Lê Thị Bình: 2 arrived",
        "  14:05 06/10/2026 Lê Thị Bình: 2 confirmed",
        "UBND xã",
        "  14:01 06/10/2026 Hà Văn Cường: unclear which arrived",
    ]


def test_the_proof_as_json_holds_the_contents_too(dondoc, config):
    told = dondoc("directive", "versions", "88", "--json", "--config", config)
    found = json.loads(told.out)
    assert (found["version"], found["number"], found["ending"]) == (2, "88/STTTT-TTBCXB", None)
    titles = [each["content"]["tasks"][0]["short_title"] for each in found["versions"]]
    assert titles == ["Việc 1", "Treo cờ"]
    assert [[each["version"] for each in unit["arrived"]] for unit in found["units"]] == [
        [1, 2],
        [2],
        [None],
    ]
    assert found["units"][0]["confirmed"][0]["person"] == "Nguyễn Văn An"


def test_a_number_that_is_none_is_refused(dondoc, config):
    told = dondoc("directive", "versions", "99", "--config", config)
    assert (told.code, told.out) == (1, "")
    assert "no directive has the number 99" in told.err
