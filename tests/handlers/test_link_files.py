"""Tables of links that contacts send: read beside, submitted row by row, told with numbers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.articles import EvidenceKind
from bot.domain.states import ArticleState
from bot.storage import people
from bot.storage.tables import (
    Article,
    Contact,
    LinkFile,
    Page,
    Submission,
    TableImport,
    Unplaced,
)
from bot.texts import texts
from tests.factories import Issued
from tests.handlers.conftest import Office, Phone
from tests.tables import with_member, xlsx

OFFICE = "Sở Thông tin và Truyền thông"
say = texts("vi")


def link(number: int) -> str:
    return f"https://baoyenbai.com.vn/11/{number}/bai.aspx"


def line(task: int, new: int, *, total: int, first: int, known: int = 0) -> str:
    """What is told of a task."""
    return say(
        "links.line",
        position=task, new=new, duplicates=known, total=total, expected=1, code=f"TB-{first}",
    )  # fmt: skip


def read(new: int, *lines: str, known: int = 0, bad: int = 0, file: str = "bai.xlsx") -> str:
    """What is told of the whole file."""
    return say(
        "links.read", file=file, new=new, duplicates=known, bad=bad,
        lines="".join(f"\n{each}" for each in lines),
    )  # fmt: skip


def waits(
    waiting: int, *, new: int = 0, known: int = 0, bad: int = 0, file: str = "bai.xlsx"
) -> str:
    """The receipt of a file of which links wait for their task."""
    return say(
        "links.read_and_asked", file=file, waiting=waiting, new=new, duplicates=known, bad=bad,
        lines="",
    )  # fmt: skip


def reading(file: str = "bai.xlsx") -> str:
    return say("links.reading", file=file)


async def contact_with_work(office: Office, *, tasks: int = 2) -> tuple[Phone, Issued]:
    """A contact whose unit has one directive."""
    unit = await office.unit()
    an = await office.contact(unit)
    return an, await office.issued(unit, tasks=tasks)


async def sends(
    phone: Phone, rows: list[tuple[Any, ...]], *, name: str = "bai.xlsx", **what: Any
) -> list[str]:
    """Send a workbook with these rows."""
    return await phone.sends("document", content=xlsx(rows), file_name=name, **what)


async def test_links_of_a_file_go_to_the_tasks_that_its_rows_name(office: Office):
    an, issued = await contact_with_work(office)
    await an.says(f"NV1 {link(1)}")
    rows = [("Nhiệm vụ", "Đường dẫn"), (1, link(1)), ("NV1", link(2)), (2, link(3))]
    told = await sends(an, rows)
    found = await office.rows(Article)
    _, of_first, of_second = (each.id for each in found)
    lines = (
        line(1, 1, known=1, total=2, first=of_first),
        line(2, 1, total=1, first=of_second),
    )
    assert told == [reading(), read(2, *lines, known=1)]
    first, second = issued.assignments[0]
    assert [each.assignment_id for each in found] == [first.id, first.id, second.id]
    own = an.last_own()["message_id"]
    assert {each.message_id for each in found[1:]} == {own}
    assert an.messages()[-1]["reply_to_message"]["message_id"] == own
    assert len(await office.rows(Page)) == 3
    assert not await office.rows(LinkFile)
    assert not await office.rows(TableImport)


async def test_the_receipt_comes_before_the_file_is_read(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    office.sandbox.send(an.user_id, "document", content=xlsx([(link(1),)]), file_name="bai.xlsx")
    await office.handles()
    while await office.delivery.do_one():
        await office.delivery.drain()
    assert an.texts()[-1] == reading()
    assert not await office.rows(Article)
    await office.works()
    assert an.texts()[-1] == read(1, line(1, 1, total=1, first=1))


async def test_rows_that_cannot_be_taken_are_told_by_their_numbers(office: Office):
    an, _ = await contact_with_work(office)
    rows: list[tuple[Any, ...]] = [
        ("NV", "Link"),
        (9, link(1)),
        (2, "http://192.168.1.1/a"),
        (2, "báo giấy"),
        (2, link(2)),
    ]
    faults = [
        say("links.fault", row=2, reason=say("links.no_such_task", position=9)),
        say("links.fault", row=3, reason=say("link.address")),
        say("links.fault", row=4, reason=say("links.no_link")),
    ]
    _, told = await sends(an, rows)
    assert told.splitlines()[0] == read(1, bad=3)
    assert told.splitlines()[1] == line(2, 1, total=1, first=1)
    assert sorted(told.splitlines()[2:]) == sorted(faults)
    many = [("NV", "Link"), *((2, f"bài {number}") for number in range(12)), (2, link(3))]
    _, told = await sends(an, many)
    assert told.count("Dòng ") == 8
    assert told.endswith(say("links.more_faults", count=4))


async def test_a_row_that_names_a_task_and_has_no_link_is_told(office: Office):
    an, _ = await contact_with_work(office)
    rows: list[tuple[Any, ...]] = [
        ("NV", "Đường dẫn"), (1, ""), (2, link(1)), ("Tổng cộng", ""), ("", ""),
    ]  # fmt: skip
    _, told = await sends(an, rows)
    fault = say("links.fault", row=2, reason=say("links.no_link"))
    assert told == read(1, line(2, 1, total=1, first=1), fault, bad=1)


async def test_when_nothing_but_a_task_is_missing_no_zeros_are_told(office: Office):
    an, _ = await contact_with_work(office)
    rows = [("Tiêu đề", "Đường dẫn"), ("Bài 1", link(1)), ("Bài 2", link(2))]
    _, told, asked = await sends(an, rows)
    assert told == "Đã đọc tệp bai.xlsx: 2 đường dẫn, chờ chọn nội dung."
    assert asked == say("link.choose_task_of_several", count=2)


async def test_rows_without_a_task_count_what_was_sent_before_apart(office: Office):
    an, _ = await contact_with_work(office)
    await an.says(f"NV1 {link(1)}")
    rows = [("Tiêu đề", "Đường dẫn"), ("Bài 1", link(1)), ("Bài 2", link(2)), ("Bài 3", link(3))]
    _, told, asked = await sends(an, rows)
    assert told == waits(2, known=1)
    assert asked.startswith(say("link.choose_task_of_new", count=2))


async def test_rows_without_a_task_are_asked_about_together(office: Office):
    an, issued = await contact_with_work(office)
    assert await sends(an, [(link(1),), (link(2),), (f"{link(1)}#a",)]) == [
        reading(), waits(2, known=1), say("link.choose_task_of_several", count=2),
    ]  # fmt: skip
    assert not await office.rows(Article)
    await an.presses("2. Việc 2")
    assert an.texts()[-1] == say(
        "link.recorded", count=2, position=2, total=2, expected=1, code="TB-1"
    )
    assert {each.assignment_id for each in await office.rows(Article)} == {
        issued.assignments[0][1].id
    }


async def test_the_caption_and_the_card_say_what_it_is_for(office: Office):
    unit = await office.unit()
    an = await office.contact(unit)
    await office.issued(unit)
    second = await office.issued(unit)
    card = an.sees(f"{second.directive.number}/STTTT")
    assert await sends(an, [(link(1),)], words="NV2", reply_to=card) == [
        reading(), read(1, line(2, 1, total=1, first=1)),
    ]  # fmt: skip
    assert (await office.row(Article)).assignment_id == second.assignments[0][1].id


async def test_a_text_file_after_nop(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    content = f"{link(1)}\n{link(2)}".encode()
    told = await an.sends("document", content=content, file_name="bai.txt")
    assert told[1:] == [read(2, line(1, 2, total=2, first=1), file="bai.txt")]


async def test_two_thousand_links_are_taken_and_of_more_none_is(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    rows = [(link(number),) for number in range(1, 2002)]
    assert (await sends(an, rows))[1:] == [say("links.too_many", most=2000)]
    assert not await office.rows(Article)
    (told,) = (await sends(an, rows[:2000]))[1:]
    assert told == read(2000, line(1, 2000, total=2000, first=1))
    assert len(await office.rows(Article)) == 2000


async def test_the_same_file_twice_brings_nothing_new(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    await sends(an, [(link(1),), (link(2),)])
    known = say("links.line_known", position=1, duplicates=2, total=2, expected=1)
    assert (await sends(an, [(link(1),), (link(2),)]))[1:] == [read(0, known, known=2)]
    assert len(await office.rows(Article)) == 2
    async with office.rt.write() as session:
        await session.execute(update(Article).values(state=ArticleState.RETURNED))
    assert (await sends(an, [(link(1),)]))[1:] == [read(1, line(1, 1, total=1, first=1))]


# --- without links -------------------------------------------------------------------------------


async def test_a_table_without_links_is_a_document_where_it_is_evidence(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    rows = [("Ngày", "Số lượt"), ("05/10", 3)]
    told = await sends(an, rows, words="Bảng kê", reply_to=an.sees("Kính gửi"))
    assert told == [
        reading(),
        say(
            "evidence.recorded",
            what=say("evidence.document"), position=1, total=1, expected=1, code="TB-1",
        ),
    ]  # fmt: skip
    article = await office.row(Article)
    assert (article.kind, article.file_name) == (EvidenceKind.DOCUMENT, "bai.xlsx")
    assert (article.note, article.url_key[:14]) == ("Bảng kê", "telegram-file:")


async def test_a_table_without_links_that_just_came_is_for_the_office_to_place(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    told = await sends(an, [("Ngày", "Số lượt")], words="Bảng kê")
    assert told == [reading(), say("unplaced.contact", office=OFFICE)]
    kept = await office.row(Unplaced)
    assert (kept.text, kept.file_name) == ("Bảng kê", "bai.xlsx")
    assert kept.file_id
    assert not await office.rows(Article)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"PK\x03\x04nonsense", "table.broken"),
        (with_member(xlsx([(link(1),)]), "xl/bomb", b"\0" * 60_000_000), "table.bomb"),
        (b"\xd0\xcf\x11\xe0", "table.old_or_protected"),
    ],
)
async def test_what_cannot_be_read_is_told_and_a_document_all_the_same(
    office: Office, content: bytes, key: str
):
    an, _ = await contact_with_work(office, tasks=1)
    await an.says("/nop")
    told = await an.sends("document", content=content, file_name="bai.xlsx")
    assert told[:2] == [reading(), say(key)]
    assert (await office.row(Article)).kind is EvidenceKind.DOCUMENT
    assert not await office.rows(LinkFile)


async def test_a_file_that_telegram_does_not_give_is_told_and_one_that_it_may_is_tried_again(
    office: Office,
):
    an, _ = await contact_with_work(office, tasks=1)
    office.sandbox.add_fault("status", method="getFile", status=502, times=1)
    assert await sends(an, [(link(1),)]) == [reading()]
    waiting = await office.row(LinkFile)
    assert waiting.tries == 1
    office.clock.at = waiting.read_due_at
    assert await office.tables.do_one()
    await office.works()
    assert an.texts()[-1] == read(1, line(1, 1, total=1, first=1))


# --- rights --------------------------------------------------------------------------------------


async def test_who_has_left_meanwhile_brings_nothing(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    office.sandbox.send(an.user_id, "document", content=xlsx([(link(1),)]), file_name="bai.xlsx")
    await office.handles()
    async with office.rt.write() as session:
        person = await people.person_by_telegram_id(session, an.user_id)
        assert person is not None
        await session.execute(
            update(Contact).where(Contact.person_id == person.id).values(ended_at=office.clock.at)
        )
    await office.works()
    assert not await office.rows(Article)
    assert not await office.rows(LinkFile)


async def test_a_file_is_for_the_units_of_who_sent_it_alone(office: Office):
    paper, radio = await office.unit("Báo Yên Bái"), await office.unit("Đài Phát thanh tỉnh")
    an = await office.contact(paper)
    issued = await office.issued(paper, radio, tasks=1)
    rows = [("Đơn vị", "Link"), ("Đài Phát thanh tỉnh", link(1))]
    await sends(an, rows)
    assert (await office.row(Article)).assignment_id == issued.assignments[0][0].id


async def test_an_edit_that_makes_it_secret_lets_it_be_forgotten_unread(office: Office):
    an, _ = await contact_with_work(office, tasks=1)
    office.sandbox.send(an.user_id, "document", content=xlsx([(link(1),)]), file_name="bai.xlsx")
    await office.handles()
    await an.edits(an.last_own()["message_id"], "MẬT\nDanh sách")
    assert not await office.rows(LinkFile)
    assert not await office.rows(Article)
    (submission,) = await office.rows(Submission)
    assert (submission.file_id, submission.file_name) == (None, "")


async def test_the_offices_own_tables_of_units_are_read_as_such(office: Office):
    mai = await office.staff()
    await sends(mai, [("Mã", "Tên"), ("A", "B")])
    assert not await office.rows(LinkFile)
