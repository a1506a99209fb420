"""Letters that are hard to get or to keep: each is tried again, none holds the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.states import DraftState
from bot.storage.tables import Draft
from bot.texts import texts
from tests.handlers.conftest import Office

LETTER = (
    "Số: 15/STTTT-TTBCXB\nKính gửi: Các cơ quan báo chí.\n\nĐề nghị các đơn vị:\n"
    "1. Đăng tin, bài tuyên truyền.\n2. Báo cáo kết quả thực hiện."
)
say = texts("vi")


async def tries(office: Office, times: int) -> None:
    """So many times the letters' worker looks, ten minutes apart, and what it says is sent."""
    for _ in range(times):
        office.clock.at += timedelta(minutes=10)
        while await office.letters.do_one():
            pass
    await office.works()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 429, "retry_after": 5},
        {"kind": "garbage"},
    ],
)
async def test_a_file_whose_path_does_not_come_is_asked_for_again(
    office: Office, fault: dict[str, Any]
):
    mai = await office.staff()
    office.sandbox.add_fault(method="getFile", **fault)
    assert await mai.sends_file(LETTER.encode()) == []
    draft = await office.row(Draft)
    assert (draft.state, draft.import_tries) == (DraftState.READING, 1)
    await tries(office, 1)
    assert (await office.row(Draft)).state is DraftState.OPEN


async def test_long_places_of_a_letter_are_cut_to_what_is_kept(office: Office):
    mai = await office.staff()
    head = "SỞ " + "THÔNG TIN VÀ TRUYỀN THÔNG " * 14
    await mai.sends_file(f"{head}\n{LETTER}".encode(), "v" * 400 + ".txt")
    draft = await office.row(Draft)
    assert draft.state is DraftState.OPEN
    assert (len(draft.issuer), len(draft.file_name)) == (300, 300)


async def test_a_letter_that_cannot_be_kept_holds_no_other_and_is_refused_in_the_end(
    office: Office,
):
    mai = await office.staff()
    bad = LETTER.replace("1. Đăng tin", "1. HỎNG đăng tin")

    def fails(connection, cursor, statement, parameters, context, many) -> None:
        if statement.startswith("INSERT INTO draft_tasks") and "HỎNG" in str(parameters):
            raise RuntimeError("nobody thought of this")

    event.listen(office.rt.database._writer.sync_engine, "before_cursor_execute", fails)
    await mai.sends_file(bad.encode())
    await mai.sends_file(LETTER.encode())
    first, second = await office.rows(Draft)
    assert (first.state, first.import_tries) == (DraftState.READING, 1)
    assert second.state is DraftState.OPEN
    await tries(office, 7)
    assert (await office.rows(Draft))[0].state is DraftState.DROPPED
    assert mai.texts()[-1] == say("letter.not_read")
