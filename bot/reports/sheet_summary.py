"""The sheet "Tổng hợp": every unit with its numbers, group by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.domain.article_numbers import ArticleClass, ArticleNumbers, Genre, Timing
from bot.domain.articles import EvidenceKind
from bot.domain.reach import Reach
from bot.domain.states import AnswerKind, Door, ReceiptState
from bot.reports.article_rows import quantity
from bot.reports.numbers import UnitState
from bot.reports.paper import Paper
from bot.reports.sheet import Sheet, Style, Value
from bot.reports.unit_groups import theirs
from bot.storage.answers import Agreed
from bot.texts import Texts
from bot.texts.periods import numbered

_NOTES = {
    Reach.NOBODY: "report.note_nobody",
    Reach.WAITING: "report.note_waiting",
    Reach.UNCERTAIN: "report.note_uncertain",
    Reach.FAILED: "report.note_failed",
}
_WIDTHS = (6, 30, 24, 20, *(9,) * len(Genre), 9, 11, 9, 9, 10, 10, 34)
_BETWEEN = "; "


def write(paper: Paper) -> None:
    """Write it."""
    texts, report = paper.texts, paper.report
    sheet = paper.sheet("report.sheet_summary", widths=_WIDTHS)
    _letterhead(sheet, paper)
    sheet.line(texts("report.title_summary"), Style.TITLE)
    sheet.line(texts("report.annex", office=paper.letterhead.office), Style.REMARK)
    paper.identity(sheet)
    _sentences(sheet, paper)
    paper.as_of(sheet)
    _heads(sheet, paper)
    position = 0
    for group in report.grouped:
        name = texts("report.no_group") if group.name is None else group.name
        sheet.band(name)
        for unit in group.units:
            position += 1
            sheet.cells(_row(position, unit, paper))
        counted = report.articles.of_units(group.addressee_ids)
        label = texts("report.subtotal", group=name)
        sheet.cells(_sums(label, group.units, counted, paper), style=Style.TOTAL)
    total = report.articles.total
    sheet.cells(_sums(texts("report.total"), paper.numbers.units, total, paper), style=Style.TOTAL)


def _letterhead(sheet: Sheet, paper: Paper) -> None:
    """The office above on the first line if it is known, the nation on the right."""
    texts, above = paper.texts, paper.letterhead.superior.upper()
    office = paper.letterhead.office.upper()
    lines = (above, office) if above else (office, "")
    sheet.halves(lines[0], texts("report.nation"), split=4)
    sheet.halves(lines[1], texts("report.motto"), split=4)


def _sentences(sheet: Sheet, paper: Paper) -> None:
    work, counted, texts = paper.numbers.work, paper.report.articles.total, paper.texts
    sheet.line(
        texts(
            "report.work",
            done=work.done_on_time + work.done_late,
            on_time=work.done_on_time,
            late=work.done_late,
            open=work.open_in_time + work.open_overdue,
            in_time=work.open_in_time,
            overdue=work.open_overdue,
        )
    )
    if work.dropped:
        sheet.line(texts("report.dropped", count=work.dropped))
    sheet.line(
        texts(
            "report.articles",
            total=counted.total,
            originals=counted.originals,
            reposts=counted.reposts,
            accepted=counted.classes[ArticleClass.ACCEPTED],
            undecided=counted.classes[ArticleClass.UNDECIDED],
            late=counted.submitted[Timing.LATE],
            published_late=counted.published[Timing.LATE],
            doubtful=counted.doubtful,
            returned=counted.classes[ArticleClass.RETURNED],
        )
    )


def _heads(sheet: Sheet, paper: Paper) -> None:
    texts = paper.texts
    keys = (
        "report.column_position",
        "report.column_unit",
        "report.column_group",
        "report.column_acknowledged_at",
        *(f"report.genre_{genre}" for genre in Genre),
        "report.column_all_articles",
        "report.column_timing",
        "report.column_originals",
        "report.column_reposts",
        "report.column_decided",
        "report.column_tasks_done",
        "report.column_note",
    )
    sheet.heads([texts(key) for key in keys])


def _row(position: int, unit: UnitState, paper: Paper) -> list[Value]:
    groups = theirs(paper.report.groups.get(unit.addressee_id, ()))
    counted = paper.report.articles.of_units([unit.addressee_id])
    return [
        position,
        unit.unit_name,
        _BETWEEN.join(group.name for group in groups),
        _acknowledged_at(unit, paper),
        *_counts(counted, paper),
        _finished([unit], paper),
        _BETWEEN.join(_notes(unit, counted, paper)),
    ]


def _acknowledged_at(unit: UnitState, paper: Paper) -> Value:
    if unit.receipt is not None:
        return unit.receipt.at
    return paper.texts("report.not_acknowledged") if unit.is_counted else ""


def _counts(counted: ArticleNumbers, paper: Paper) -> list[Value]:
    """What a unit's row, a group's and the last one have alike."""
    late, on_time = counted.submitted[Timing.LATE], counted.submitted[Timing.ON_TIME]
    return [
        *(counted.genres[genre] for genre in Genre),
        counted.total,
        paper.texts("report.timing", on_time=on_time, late=late),
        counted.originals,
        counted.reposts,
        counted.classes[ArticleClass.ACCEPTED],
    ]


def _sums(
    label: str, units: tuple[UnitState, ...], counted: ArticleNumbers, paper: Paper
) -> list[Value]:
    acknowledged = sum(unit.acknowledged for unit in units)
    whole = sum(unit.is_counted for unit in units)
    return [
        "",
        label,
        "",
        paper.texts("report.units_acknowledged", part=acknowledged, whole=whole),
        *_counts(counted, paper),
        _finished(units, paper),
        _BETWEEN.join(_doubtful(counted, paper)),
    ]


def _finished(units: tuple[UnitState, ...] | list[UnitState], paper: Paper) -> str:
    asked = sum(len(unit.asked) for unit in units)
    return paper.texts("report.part_of", part=sum(unit.finished for unit in units), whole=asked)


def _doubtful(counted: ArticleNumbers, paper: Paper) -> Iterator[str]:
    if counted.doubtful:
        yield paper.texts("report.note_doubtful", count=counted.doubtful)


def _notes(unit: UnitState, counted: ArticleNumbers, paper: Paper) -> Iterator[str]:
    """How the unit got and confirmed it, what it did that is no link, who was reminded."""
    texts = paper.texts
    if (key := _reached(unit)) is not None:
        yield texts(key)
    receipt = unit.receipt
    if receipt is not None and receipt.door is Door.STAFF:
        yield texts("report.by_phone", name=receipt.person_name)
    yield from (_agreed(said, texts) for said in unit.agreed)
    yield from _doubtful(counted, paper)
    yield from _quantities(unit, paper)
    if chased := paper.chased(unit):
        yield texts("report.note_chased", chased=chased)


def _agreed(said: Agreed, texts: Texts) -> str:
    """`Không phát sinh (nội dung 2): trong kỳ không có vụ việc`"""
    what = texts("answer.of_all")
    if said.position is not None:
        position = numbered(said.position, said.period, texts)
        what = texts("answer.of_task", position=position)
    nothing = said.kind is AnswerKind.NOTHING
    key = "report.note_nothing_arose" if nothing else "report.note_need_not"
    return texts(key, what=what, reason=said.reason)


def _reached(unit: UnitState) -> str | None:
    if not unit.is_counted:
        return "report.note_cancelled"
    if unit.state is ReceiptState.CANNOT:
        return "report.note_cannot"
    if unit.acknowledged:
        return "report.note_late" if unit.standing.is_late else None
    return "report.note_partly" if unit.standing.given else _NOTES.get(unit.reach)


def _quantities(unit: UnitState, paper: Paper) -> Iterator[str]:
    """The sums of what was only counted, by what it is."""
    sums: Counter[str] = Counter()
    for each in paper.report.articles.of_unit(unit.addressee_id):
        if each.counted.counts and each.line.kind is EvidenceKind.QUANTITY:
            sums[each.line.measure] += each.line.amount or 0
    for measure, amount in sums.items():
        yield quantity(amount, measure, paper.texts)
