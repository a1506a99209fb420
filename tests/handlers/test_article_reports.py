"""What staff see of the articles in chat, in the workbook and in the CSV: the same numbers, of the
units that are theirs, and of nobody else's."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from sqlalchemy import select, update

from bot.actions.article_findings import found_of
from bot.callbacks import Callback, Press
from bot.domain.articles import EvidenceKind, PageKind, PageState, ReviewKind
from bot.domain.found import Finding, doubts
from bot.domain.rights import Scope
from bot.domain.states import ArticleState, Lane, MessageKind, OutboxState, StaffRole
from bot.reports.article_report import article_report
from bot.reports.directive_report import directive_report
from bot.storage import articles, reminder_counts, staff
from bot.storage.articles import NewArticle
from bot.storage.tables import (
    Article,
    DraftGroup,
    Group,
    OutboxMessage,
    Page,
    Person,
    Reminder,
    ReviewDecision,
    Staff,
    Task,
    UnitGroup,
    UnitSite,
)
from bot.texts import texts
from tests import factories
from tests.factories import FRIDAY_EVENING, NOON, Issued
from tests.handlers.conftest import Office, Phone

say = texts("vi")
IN_CHAT = re.compile(
    r"Tin, bài: (\d+) \(gốc (\d+), đăng lại (\d+)\) · chấp nhận (\d+) · chờ (\d+)"
    r" · trả lại (\d+) · muộn (\d+) · vướng (\d+)"
)


@dataclass(frozen=True)
class Case:
    """Two units of two groups, one of which somebody of the office is limited to."""

    office: Office
    mai: Phone
    an: Phone
    issued: Issued
    groups: list[Group]

    async def sends(self, unit: int, task: int, number: int, **values: Any) -> int:
        """An article of the unit; its id. Values beginning with `page_` are its page's."""
        page = {name[5:]: value for name, value in values.items() if name.startswith("page_")}
        fields = {name: value for name, value in values.items() if not name.startswith("page_")}
        host = f"bao{unit}.vn"
        key = fields.pop("url_key", f"{host}/{number}")
        state = fields.pop("state", ArticleState.RECORDED)
        at = fields.pop("at", NOON)
        async with self.office.rt.write() as session:
            by = await session.scalar(select(Person.id).order_by(Person.id).limit(1))
            row = Page(url_key=key, url=f"https://{key}", **page) if page else None
            if row is not None:
                session.add(row)
                await session.flush()
            new = NewArticle(
                assignment_id=self.issued.assignments[unit][task].id,
                person_id=by or 0,
                url=f"https://{key}" if fields.get("kind") is None else "",
                url_key=key,
                page_id=row.id if row else None,
                **fields,
            )
            (article_id,) = (await articles.add_all(session, [new], now=at)).values()
            await session.execute(
                update(Article).where(Article.id == article_id).values(state=state)
            )
        return article_id

    def file(self) -> bytes:
        """The newest one on the phone."""
        message = next(each for each in reversed(self.mai.messages()) if "document" in each)
        content: bytes = self.office.sandbox.file(message["document"]["file_id"]).content
        return content

    async def workbook(self) -> Workbook:
        await self.mai.says("/baocao")
        return load_workbook(io.BytesIO(self.file()))

    async def csv(self) -> list[list[str]]:
        await self.mai.says("/baocao csv")
        return list(csv.reader(io.StringIO(self.file().decode("utf-8-sig"), newline="")))


async def case(office: Office) -> Case:
    mai = await office.staff(StaffRole.REVIEWER)
    papers = await office.unit("Báo Yên Bái", "Các cơ quan báo chí")
    radio = await office.unit("Đài Phát thanh", "Các đài truyền thanh")
    an = await office.contact(papers)
    issued = await office.issued(papers, radio, tasks=2)
    async with office.rt.write() as session:
        await session.execute(
            update(Task).where(Task.id == issued.tasks[0].id).values(expected_articles=2)
        )
        groups = list(await session.scalars(select(Group).order_by(Group.id)))
    return Case(office, mai, an, issued, groups)


LATE = FRIDAY_EVENING + timedelta(hours=1)
READ = {
    "page_state": PageState.OK,
    "page_kind": PageKind.ARTICLE,
    "page_title": "Tết ở vùng cao",
    "page_title_key": "tet",
    "page_published_on": date(2026, 10, 6),
}


async def filled(office: Office) -> Case:
    """Seven articles, five of which count: one a re-post, one late, one of each other form."""
    made = await case(office)
    await made.sends(0, 0, 1, **READ, at=NOON)
    await made.sends(0, 0, 2, state=ArticleState.ACCEPTED, at=LATE)
    await made.sends(1, 0, 1, **READ, at=NOON + timedelta(hours=1))
    await made.sends(1, 0, 3, url_key="facebook.com/dai/1")
    await made.sends(
        1, 1, 4, url_key="quantity:1", kind=EvidenceKind.QUANTITY, amount=12, measure="buổi loa"
    )
    returned = await made.sends(0, 1, 5, state=ArticleState.RETURNED)
    await made.sends(0, 1, 6, state=ArticleState.WITHDRAWN)
    async with office.rt.write() as session:
        by = await session.scalar(select(Person.id).order_by(Person.id).limit(1))
        session.add(
            ReviewDecision(
                assignment_id=made.issued.assignments[0][1].id,
                article_id=returned,
                person_id=by,
                kind=ReviewKind.RETURNED,
                reason_key="dead_link",
                at=LATE,
            )
        )
    return made


def rows_of(book: Workbook, sheet: str) -> list[list[Any]]:
    """Below the head."""
    page = book[sheet]
    first = int(page.print_title_rows.rpartition("$")[2]) + 1
    return [list(row) for row in page.iter_rows(min_row=first, values_only=True)]


async def test_chat_workbook_and_csv_say_the_same(office: Office):
    made = await filled(office)
    (state,) = await made.mai.says("/tiendo")
    found = IN_CHAT.search(state)
    assert found is not None, state
    numbers = [int(each) for each in found.groups()]
    assert numbers == [5, 4, 1, 1, 4, 1, 1, 2]
    total, originals, reposts, accepted, undecided, returned, late, doubtful = numbers
    of_tasks = "NV1 gửi đủ 2/2, chấp nhận 0 (vướng 2 tin, bài) · NV2 gửi đủ 1/2, chấp nhận 0"
    assert f"Số đơn vị theo nhiệm vụ: {of_tasks}\n" in state
    assert "NV1: 2/2 (chấp nhận 1, vướng 1) · NV2: –" in state
    assert "NV1: 2/2 (vướng 1) · NV2: 1" in state

    book = await made.workbook()
    summary = rows_of(book, "Tổng hợp")[-1]
    assert sum(summary[4:9]) == summary[9] == total
    assert (summary[10], summary[11], summary[12], summary[13]) == (
        f"{total - late}/{late}",
        originals,
        reposts,
        accepted,
    )
    assert summary[4:9] == [3, 0, 1, 1, 0]
    assert summary[15] == say("report.note_doubtful", count=doubtful)
    by_task = rows_of(book, "Theo nhiệm vụ")
    assert [row[3:] for row in by_task[:3]] == [
        [2, 2, 0, 0, 4, 4, 2, 2, 2],
        [2, 1, 0, 0, 2, 1, 0, 0, 1],
        [None, None, None, None, 6, total, doubtful, 2, 3],
    ]
    assert "2/2\nChưa hoàn thành, trong hạn\nChấp nhận 1\nVướng 1" in by_task[6]
    details = rows_of(book, "Chi tiết")
    states = [row[9] for row in details]
    assert states.count(say("report.article_accepted")) == accepted
    assert states.count(say("report.article_undecided")) == undecided
    assert states.count(say("report.article_returned")) == returned
    notes = [row[10] or "" for row in details]
    again = say("finding.repost", of="bài của Báo Yên Bái (nội dung 1)")
    assert sum(again in note for note in notes) == reposts
    assert sum("Gửi quá hạn 01 giờ" in note for note in notes) == late
    doubted = [note for note in notes if again in note or "Gửi quá hạn" in note]
    assert len(doubted) == doubtful
    reason = say("report.note_returned", reason=say("article.reason_dead_link"))
    assert reason in notes

    _, *listed = await made.csv()
    assert [row[9] for row in listed] == states
    assert [row[:2] + row[3:7] + row[10:] for row in listed] == [
        [str(row[0]), *(cell or "" for cell in (row[1], *row[3:7], row[10]))] for row in details
    ]


async def test_of_what_asks_for_no_articles_those_who_are_done_are_counted(office: Office):
    made = await case(office)
    async with office.rt.write() as session:
        await session.execute(
            update(Task).where(Task.id == made.issued.tasks[1].id).values(expected_articles=0)
        )
    (state,) = await made.mai.says("/tiendo")
    assert "NV1 gửi đủ 0/2, chấp nhận 0 · NV2 hoàn thành 0/2, chấp nhận 0\n" in state
    for label in ("Khác…", "Đã thực hiện", "2. Việc 2"):
        await made.an.presses(label)
    (state,) = await made.mai.says("/tiendo")
    assert "NV2 hoàn thành 1/2, chấp nhận 0\n" in state
    by_task = rows_of(await made.workbook(), "Theo nhiệm vụ")
    assert [row[3:8] for row in by_task[:2]] == [[2, 0, 0, 0, 4], [2, None, 0, 1, 0]]


async def test_the_csv_is_a_button_below_the_workbook(office: Office):
    made = await filled(office)
    await made.mai.says("/baocao")
    assert made.mai.messages()[-1]["document"]["file_name"].endswith(".xlsx")
    popup = await made.mai.presses("Tệp CSV")
    assert popup.text == say("report.on_its_way")
    sent = made.mai.messages()[-1]
    assert sent["document"]["file_name"].endswith(".csv")
    assert "reply_markup" not in sent
    assert made.file().startswith(b"\xef\xbb\xbf")
    number = made.issued.directive.number
    await made.mai.says(f"/baocao {number} CSV")
    assert made.mai.messages()[-1]["document"]["file_name"].endswith(".csv")
    await office.issued(*[await office.unit("Báo B")])
    await made.mai.says("/baocao csv")
    await made.mai.presses(f"{number}/")
    assert made.mai.messages()[-1]["document"]["file_name"].endswith(".csv")


async def test_units_get_none_of_it(office: Office):
    made = await filled(office)
    before = made.an.last_id()
    await made.an.says("/baocao csv")
    await made.an.presses_data(Callback(Press.REPORT_CSV, (made.issued.directive.id,)))
    assert not [
        each
        for each in made.an.messages()
        if each["message_id"] > before and "document" in each and each["from"]["is_bot"]
    ]
    assert len(await office.refusals()) == 2


async def limited(made: Case) -> None:
    async with made.office.rt.write() as session:
        member = await session.scalar(
            select(Staff).join(Person).where(Person.telegram_id == made.mai.user_id)
        )
        assert member is not None
        await staff.set_limits(session, member.id, [made.groups[0].id])


async def test_who_is_limited_sees_the_articles_of_their_units_only(office: Office):
    made = await filled(office)
    await limited(made)
    async with office.rt.write() as session:
        another = await factories.create_group(session, name="Nhóm không được xem")
        unit = made.issued.addressees[0].unit_id
        session.add(UnitGroup(unit_id=unit, group_id=another.id))
    (state,) = await made.mai.says("/tiendo")
    assert "Tin, bài: 2 (gốc 2, đăng lại 0)" in state
    book = await made.workbook()
    words = str([[cell.value for row in sheet.iter_rows() for cell in row] for sheet in book])
    assert "Báo Yên Bái" in words
    for theirs in (
        "Đài Phát thanh",
        "Các đài truyền thanh",
        "Nhóm không",
        "bao1.vn",
        "facebook",
        "buổi loa",
    ):
        assert theirs not in words
    rows = await made.csv()
    assert {row[1] for row in rows[1:]} == {"Báo Yên Bái"}


async def test_a_repost_is_one_though_the_original_is_nobody_of_theirs(office: Office):
    made = await filled(office)
    alone = {"page_state": PageState.OK, "page_kind": PageKind.ARTICLE}
    # Only the words are almost the same, and these are compared within the directive.
    await made.sends(0, 1, 7, **alone, page_text_hash="a", page_fingerprint=0, at=NOON)
    await made.sends(1, 1, 8, **alone, page_text_hash="b", page_fingerprint=7, at=LATE)
    async with office.rt.read() as session:
        radio = made.issued.addressees[1].unit_id
        report = await article_report(
            session,
            made.issued.directive.id,
            now=office.clock.at,
            zone=UTC,
            scope=Scope(frozenset({made.groups[1].id}), frozenset({radio})),
        )
    assert (report.total.total, report.total.reposts) == (4, 2)


async def test_of_what_a_correction_dropped_nothing_is_counted(office: Office):
    made = await filled(office)
    async with office.rt.write() as session:
        await session.execute(
            update(Task).where(Task.id == made.issued.tasks[1].id).values(removed_in=2)
        )
    (state,) = await made.mai.says("/tiendo")
    assert "Tin, bài: 4 " in state
    rows = rows_of(await made.workbook(), "Chi tiết")
    assert [row[9] for row in rows].count(say("report.article_dropped")) == 3


async def test_a_unit_stands_with_the_group_the_directive_was_sent_to(office: Office):
    made = await filled(office)
    async with office.rt.write() as session:
        more = await factories.create_group(session, name="Khối Đảng")
        more.position = -1
        unit = made.issued.addressees[0].unit_id
        session.add(UnitGroup(unit_id=unit, group_id=more.id))
    rows = rows_of(await made.workbook(), "Tổng hợp")
    assert [row[2] for row in rows if row[1] == "Báo Yên Bái"] == ["Khối Đảng; Các cơ quan báo chí"]
    async with office.rt.write() as session:
        session.add(
            DraftGroup(
                draft_id=made.issued.directive.draft_id,
                position=0,
                group_id=made.groups[0].id,
                chosen=True,
            )
        )
    rows = rows_of(await made.workbook(), "Tổng hợp")
    assert [row[2] for row in rows if row[1] == "Báo Yên Bái"] == ["Các cơ quan báo chí"]
    assert rows[0][0] == "Các cơ quan báo chí"


async def reminded(made: Case, step: str, *, state: OutboxState = OutboxState.ACCEPTED) -> None:
    async with made.office.rt.write() as session:
        chat = await made.office.chat_of(made.an)
        message = OutboxMessage(
            kind=MessageKind.REMINDER,
            lane=Lane.REMINDER,
            chat_id=chat.id,
            parameters={},
            state=state,
            send_at=NOON,
            created_at=NOON,
            finished_at=NOON + timedelta(days=1),
            message_id=10_000 + len(step),
            reason="blocked" if state is OutboxState.FAILED else None,
        )
        session.add(message)
        await session.flush()
        session.add(
            Reminder(
                assignment_id=made.issued.assignments[0][0].id,
                chat_id=chat.id,
                step=step,
                deadline_at=FRIDAY_EVENING,
                outbox_message_id=message.id,
                queued_at=NOON,
            )
        )


async def test_reminders_that_reached_the_unit_are_counted(office: Office):
    made = await case(office)
    for step in ("before-3", "before-1", "staff"):
        await reminded(made, step)
    await reminded(made, "due", state=OutboxState.FAILED)
    async with office.rt.read() as session:
        found = await reminder_counts.of_directive(session, made.issued.directive.id)
    assert {key: (each.times, each.last_at) for key, each in found.items()} == {
        made.issued.assignments[0][0].id: (2, NOON + timedelta(days=1))
    }
    rows = rows_of(await made.workbook(), "Chưa thực hiện")
    assert [row[7] for row in rows] == [2, 0, 0, 0]


async def test_the_journal_tells_what_went_to_and_fro_in_its_order(office: Office):
    made = await filled(office)
    await made.an.presses("Đã nhận")
    await reminded(made, "before-1")
    rows = rows_of(await made.workbook(), "Nhật ký")
    moments = [row[2] for row in rows]
    assert moments == sorted(moments)
    happened = [row[3] for row in rows]
    for kind, times in (
        ("arrived", 1),
        ("confirmed", 1),
        ("sent_article", 7),
        ("returned", 1),
        ("reminded", 1),
    ):
        assert happened.count(say(f"report.journal_{kind}")) == times, kind
    (returned,) = [row for row in rows if row[3] == say("report.journal_returned")]
    assert returned[1] == "Báo Yên Bái"
    assert returned[5:] == ["2", say("article.reason_dead_link")]


async def test_of_a_long_journal_the_newest_lines_are_kept(office: Office, monkeypatch):
    made = await filled(office)
    monkeypatch.setattr("bot.reports.directive_report.JOURNAL_LINES", 3)
    async with office.rt.read() as session:
        report = await directive_report(
            session, made.issued.directive.id, now=office.clock.at, zone=UTC
        )
    assert report.is_cut
    assert len(report.journal) == 3
    assert report.journal[-1].at == LATE


async def test_a_leader_sees_that_nothing_of_what_was_sent_can_be_opened(office: Office):
    made = await case(office)
    await made.sends(0, 0, 1, page_state=PageState.TLS_ERROR)
    await made.sends(0, 0, 2, page_state=PageState.OK, page_kind=PageKind.NOT_FOUND)
    await made.sends(0, 0, 3, page_state=PageState.UNREACHABLE, state=ArticleState.ACCEPTED)
    await made.sends(0, 0, 4, page_state=PageState.UNREACHABLE, state=ArticleState.RETURNED)
    await made.sends(0, 1, 5, **READ | {"page_published_on": date(2026, 9, 1)})
    await made.sends(1, 1, 6, page_state=PageState.MANUAL)  # nobody looked: nothing against it
    (state,) = await made.mai.says("/tiendo")
    assert " · vướng 4\n" in state
    assert "NV1: 3/2 (chấp nhận 1, vướng 3) · NV2: 1 (vướng 1)" in state
    assert "NV1 gửi đủ 1/2, chấp nhận 0 (vướng 3 tin, bài) · NV2 gửi đủ 2/2" in state
    book = await made.workbook()
    notes = [row[10] for row in rows_of(book, "Chi tiết")]
    assert notes == [
        "Lỗi chứng chỉ bảo mật của trang",
        "Trang báo không có bài này",
        "Không truy cập được trang",
        "Không truy cập được trang",
        "Đăng ngày 01/09/2026, trước khi có công văn",
        None,
    ]
    assert [row[10] or None for row in (await made.csv())[1:]] == notes
    rows = rows_of(book, "Tổng hợp")
    (note,) = [row[15] for row in rows if row[1] == "Báo Yên Bái"]
    assert say("report.note_doubtful", count=4) in note


async def test_the_report_finds_of_each_article_what_its_review_finds(office: Office):
    made = await filled(office)
    same = {
        "page_state": PageState.REDIRECTED,
        "page_final_key": "cong.vn/9",
        "page_final_url": "https://cong.vn/9",
    }
    for number, (unit, task) in enumerate(((0, 0), (0, 0), (0, 1), (1, 0), (1, 1)), start=20):
        await made.sends(unit, task, number, **same, at=NOON + timedelta(minutes=number))
    async with office.rt.write() as session:
        radio = made.issued.addressees[1].unit_id
        for host, prefix in (("facebook.com", "/dai"), ("bao0.vn", ""), ("bao1.vn", "")):
            session.add(UnitSite(unit_id=radio, host=host, path_prefix=prefix))
    async with office.rt.read() as session:
        report = await article_report(
            session, made.issued.directive.id, now=office.clock.at, zone=UTC
        )
        ids = [each.line.article_id for each in report.articles]
        alone = await found_of(session, ids, zone=UTC, now=office.clock.at)
    told = {
        each.line.article_id: [(one.finding, one.of_article_id) for one in each.doubts]
        for each in report.articles
    }
    assert told == {
        article_id: [(one.finding, one.of_article_id) for one in doubts(found)]
        for article_id, found in alone.items()
    }
    findings = {finding for each in told.values() for finding, _ in each}
    assert findings >= {
        Finding.SITE_OF_OTHER_UNIT,
        Finding.REDIRECT_SAME_TASK,
        Finding.REDIRECT_OTHER_TASK,
        Finding.REDIRECT_OTHER_UNIT,
        Finding.REPOST,
    }


async def test_who_is_limited_is_told_that_another_unit_has_it_and_not_which(office: Office):
    made = await filled(office)
    async with office.rt.read() as session:
        radio = made.issued.addressees[1].unit_id
        report = await article_report(
            session,
            made.issued.directive.id,
            now=office.clock.at,
            zone=UTC,
            scope=Scope(frozenset({made.groups[1].id}), frozenset({radio})),
        )
    reposts = [
        one for each in report.articles for one in each.doubts if one.finding is Finding.REPOST
    ]
    assert [(one.unit_name, one.of_article_id, one.is_hidden) for one in reposts] == [
        ("", None, True)
    ]
