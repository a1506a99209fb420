"""What was read of a letter beside what a person marked: right, wrong, missed or invented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.folding import fold
from bot.errors import InvalidInput
from bot.letters.deadline import Deadline, Rhythm
from bot.letters.deadlines import find_deadlines
from bot.letters.letter import Letter
from bot.letters.parser import parse_letter
from scheduler.calendar import WorkingCalendar
from tests.letters.corpus import Marked

CALENDAR = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
_SOME_DAY = date(2023, 1, 6)  # on which a letter without any day is taken to be read
_SHORT = 60  # characters of a value in the list of what is wrong

Mutation = Callable[[str], str]


@dataclass
class Table:
    """Counts by field."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)

    @property
    def asked(self) -> int:
        """How many values there were to read, and how many should have stayed blank."""
        return sum(sum(each.values()) for each in (self.right, self.wrong, self.missed, self.extra))

    @property
    def invented(self) -> int:
        """Values read where the letter has none."""
        return sum(self.extra.values())

    @property
    def share(self) -> float:
        """The part of all values that is right."""
        return sum(self.right.values()) / max(1, self.asked)

    def shown(self, title: str, *, markdown: bool) -> str:
        """As a table."""
        names = dict.fromkeys([*self.right, *self.wrong, *self.missed, *self.extra])
        rows = [self._row(name, name) for name in names] + [self._row("all", None)]
        if markdown:
            head = "| field | right | wrong | missed | invented | % |\n|---|--:|--:|--:|--:|--:|"
            return f"\n**{title}**\n\n{head}\n" + "\n".join(
                f"| {' | '.join(row)} |" for row in rows
            )
        head = f"{'':<22}{'right':>7}{'wrong':>7}{'missed':>8}{'invented':>10}{'%':>7}"
        lines = [
            f"{row[0]:<22}{row[1]:>7}{row[2]:>7}{row[3]:>8}{row[4]:>10}{row[5]:>7}" for row in rows
        ]
        return f"\n{title}\n{head}\n" + "\n".join(lines)

    def _row(self, shown: str, name: str | None) -> list[str]:
        counts = [
            sum(each.values()) if name is None else each[name]
            for each in (self.right, self.wrong, self.missed, self.extra)
        ]
        share = 100 * counts[0] / max(1, sum(counts))
        return [shown, *map(str, counts), f"{share:.1f}"]


def score(letter: Marked, mutate: Mutation, table: Table) -> list[str]:
    """Count one letter, mutated, and tell what is not right."""
    marks = letter.marks
    try:
        read: Letter | None = parse_letter(mutate(letter.text))
        refused = None
    except InvalidInput as error:
        read, refused = None, error.key
    is_secret = refused == "letter.secret"
    told = list(_count(table, "secret", bool(marks.get("secret")), is_secret))
    if marks.get("secret") or read is None:
        return told if marks.get("secret") else [*told, f"refused: {refused}"]
    issued_on = _issued_on(marks) or read.issued_on
    for name, wanted, found in _fields(marks, read, issued_on):
        told += _count(table, name, wanted, found)
    return told


def _count(table: Table, name: str, wanted: Any, found: Any) -> Iterator[str]:
    if wanted == found:
        table.right[name] += 1
        return
    is_blank = wanted in (None, "", (), False)
    kind = table.extra if is_blank else table.missed if found in (None, "", ()) else table.wrong
    kind[name] += 1
    yield f"{name}: {str(wanted)[:_SHORT]!r} but {str(found)[:_SHORT]!r}"


def _fields(
    marks: dict[str, Any], read: Letter, issued_on: date | None
) -> Iterator[tuple[str, Any, Any]]:
    """Every value to compare, made comparable: mutations lose spaces and hyphens."""
    for name in ("kind", "superior", "issuer", "number", "symbol", "place", "subject"):
        if name in marks:
            yield name, _plain(marks[name]), _plain(getattr(read, name))
    month = read.issued_month
    if "issued_on" in marks:
        yield "issued_on", marks["issued_on"], read.issued_on and read.issued_on.isoformat()
    if "issued_month" in marks:
        wanted = None if marks.get("issued_on") else marks["issued_month"]
        yield "issued_month", wanted, f"{month[0]:04}-{month[1]:02}" if month else None
    if "urgency" in marks:
        yield "urgency", marks["urgency"] or "none", read.urgency.value
    for name in ("addressees", "recipients"):
        if name in marks:
            yield from _entries(name, marks[name], getattr(read, name))
    if "references" in marks:
        yield from _entries(
            "references",
            [_code(each["number"], each.get("date")) for each in marks["references"]],
            [
                _code(each.code, each.issued_on and each.issued_on.isoformat())
                for each in read.references
            ],
        )
    yield from _tasks(marks.get("tasks", []), read, issued_on)
    yield from _signatory(marks.get("signatory"), read)
    rest = find_deadlines(read.closing or "", issued_on=issued_on or _SOME_DAY, calendar=CALENDAR)
    yield from _deadlines("deadlines elsewhere", marks.get("deadlines", []), rest)


def _entries(
    name: str, wanted: Iterable[str], found: Iterable[str]
) -> Iterator[tuple[str, Any, Any]]:
    """Entries of a list: those on both sides are right, others are missed or invented."""
    left = [_plain(each) for each in wanted]
    right = [_plain(each) for each in found]
    for each in left:
        if each in right:
            right.remove(each)
            yield name, each, each
        else:
            yield name, each, None
    for each in right:
        yield name, None, each


def _tasks(
    wanted: list[dict[str, Any]], read: Letter, issued_on: date | None
) -> Iterator[tuple[str, Any, Any]]:
    for index, mark in enumerate(wanted):
        task = read.tasks[index] if index < len(read.tasks) else None
        text = _plain(task.text) if task else ""
        starts = _plain(mark["text_starts"]) or ""
        ends = _plain(mark["text_ends"]) or ""
        fits = (text or "").startswith(starts) and (text or "").endswith(ends)
        yield "tasks", mark["text_starts"], mark["text_starts"] if fits else (task and task.text)
        if task is None:
            continue
        if "sub_items" in mark:
            count = mark["sub_items"]
            yield (
                "sub-items",
                count if isinstance(count, int) else len(count or ()),
                len(task.sub_items),
            )
        if "for" in mark:
            yield "task for", _plain(_joined(mark["for"])), _plain(task.group)
        if "expected" in mark:
            yield "expected number", mark["expected"], task.expected
        found = find_deadlines(task.text, issued_on=issued_on or _SOME_DAY, calendar=CALENDAR)
        yield from _deadlines("task deadlines", mark.get("deadlines", []), found)
    for task in read.tasks[len(wanted) :]:
        yield "tasks", None, task.text


def _deadlines(
    name: str, wanted: list[dict[str, Any]], found: Iterable[Deadline]
) -> Iterator[tuple[str, Any, Any]]:
    left = [_deadline_mark(each) for each in wanted]
    right = [_deadline_read(each) for each in found]
    for each in left:
        same = next((other for other in right if _fits(each, other)), None)
        if same is not None:
            right.remove(same)
        yield name, each, each if same else None
    for other in right:
        yield name, None, other


def _deadline_mark(mark: dict[str, Any]) -> tuple[Any, ...]:
    return mark["kind"], mark.get("op"), mark.get("date"), mark.get("time")


def _deadline_read(found: Deadline) -> tuple[Any, ...]:
    rhythm = found.rhythm or Rhythm()
    at = found.hour or next(iter(rhythm.times), None)
    day = found.day.isoformat() if found.day else None
    return found.kind.value, found.op.value, day, at.strftime("%H:%M") if at else None


def _fits(mark: tuple[Any, ...], read: tuple[Any, ...]) -> bool:
    """What a mark leaves out is not looked at."""
    return all(wanted is None or wanted == found for wanted, found in zip(mark, read, strict=True))


def _signatory(mark: dict[str, Any] | None, read: Letter) -> Iterator[tuple[str, Any, Any]]:
    signed = read.signatory
    for part in ("name", "title"):
        wanted = (mark or {}).get(part)
        yield (
            f"signatory's {part}",
            _plain(wanted),
            _plain(getattr(signed, part) if signed else None),
        )
    if mark is None:
        return
    wanted = [mark.get("authority"), mark.get("on_behalf")]
    found = _plain(signed.authority if signed else None)
    parts = [plain for each in wanted if (plain := _plain(each))]
    fits = all(part in (found or "") for part in parts) and bool(parts) == bool(found)
    yield "authority", parts or None, (parts or None) if fits else found


def _issued_on(marks: dict[str, Any]) -> date | None:
    if marks.get("issued_on"):
        return date.fromisoformat(marks["issued_on"])
    month = marks.get("issued_month")
    return date.fromisoformat(f"{month}-01") if month else None


def _code(code: str | None, day: str | None) -> str:
    return f"{code} {day or ''}"


def _joined(value: Any) -> str | None:
    return "; ".join(value) if isinstance(value, list) else value


def _plain(text: Any) -> str | None:
    """Folded and without spaces and hyphens, which files lose."""
    return re.sub(r"\s", "", fold(str(text))) or None if text else None
