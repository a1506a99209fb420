"""What was read of a letter beside what a person marked: right, wrong, missed or invented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.folding import fold, normalise
from bot.errors import InvalidInput
from bot.letters.deadline import Deadline, DeadlineKind, Rhythm
from bot.letters.deadlines import find_deadlines
from bot.letters.header import ABOUT
from bot.letters.letter import Letter
from bot.letters.paragraphs import join_paragraphs
from bot.letters.parser import parse_letter
from scheduler.calendar import WorkingCalendar
from tests.letters.corpus import Marked

CALENDAR = WorkingCalendar(ZoneInfo("Asia/Ho_Chi_Minh"))
_SOME_DAY = date(2023, 1, 6)  # on which a letter without any day is taken to be read
_URGENCY = {
    None: "none", "khan": "urgent", "thuong_khan": "very_urgent", "hoa_toc": "express",
}  # fmt: skip
# Fields that are parts of one key of the marks
_KEYS = {
    "signatory's name": "signatory",
    "signatory's title": "signatory",
    "authority": "signatory",
}
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
    unchecked = set(marks.get("unchecked", ()))
    for name, wanted, found in _fields(marks, read, issued_on):
        if _KEYS.get(name, name) not in unchecked:
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
    """Every value to compare; a key the marks leave out is one the letter does not tell."""
    unchecked = set(marks.get("unchecked", ()))
    for name in ("kind", "superior", "issuer", "number", "symbol", "place"):
        yield name, _plain(marks.get(name)), _plain(getattr(read, name))
    yield "subject", _subject(marks.get("subject")), _subject(read.subject)
    day, month = read.issued_on, read.issued_month
    yield "issued_on", marks.get("issued_on"), day and day.isoformat()
    yield (
        "issued_month",
        marks.get("issued_month"),
        f"{month[0]:04}-{month[1]:02}" if month else None,
    )
    yield "urgency", _URGENCY[marks.get("urgency")], read.urgency.value
    for name in ("addressees", "recipients"):
        yield from _entries(name, marks.get(name, ()), getattr(read, name))
    yield from _entries("references", *_codes(marks, read))
    if "tasks" not in unchecked:
        yield from _tasks(marks.get("tasks", []), read, issued_on)
    if "closing" not in unchecked:
        yield from _closing(marks.get("closing", []), read)
    yield from _signatory(marks.get("signatory"), read)
    if "deadlines" not in unchecked:
        lines = normalise(read.body).split("\n")
        text = "\n".join(piece.text for piece in join_paragraphs(lines))
        found = find_deadlines(text, issued_on=issued_on or _SOME_DAY, calendar=CALENDAR)
        may = marks.get("may_deadlines", [])
        yield from _deadlines("deadlines", marks.get("deadlines", []), found, may=may)


def _codes(marks: dict[str, Any], read: Letter) -> tuple[list[str], list[str]]:
    """Documents by number and day; what is cited without a number is not compared."""
    wanted = [each for each in marks.get("references", ()) if each.get("number")]
    return (
        [f"{each['number']} {each.get('date') or ''}" for each in wanted],
        [f"{each.code} {each.issued_on or ''}" for each in read.references],
    )


def _entries(
    name: str, wanted: Iterable[str], found: Iterable[str]
) -> Iterator[tuple[str, Any, Any]]:
    """Entries of a list: those on both sides are right, others are missed or invented."""
    left, right = [_plain(each) for each in wanted], [_plain(each) for each in found]
    for each in left:
        if each in right:
            right.remove(each)
        yield name, each, each if each not in right and each in map(_plain, found) else None
    for each in right:
        yield name, None, each


def _tasks(
    wanted: list[dict[str, Any]], read: Letter, issued_on: date | None
) -> Iterator[tuple[str, Any, Any]]:
    """Each task beside the one that begins alike."""
    left = list(read.tasks)
    for mark in wanted:
        starts = _plain(mark["text_starts"]) or ""
        task = next((each for each in left if (_plain(each.text) or "").startswith(starts)), None)
        yield "tasks", mark["text_starts"], mark["text_starts"] if task else None
        if task is None:
            continue
        left.remove(task)
        if "text_ends" in mark:
            ends = (_plain(task.text) or "").endswith(_plain(mark["text_ends"]) or "")
            shown = mark["text_ends"] if ends else task.text[-_SHORT:]
            yield "task's end", mark["text_ends"], shown
        if "sub_items" in mark:
            yield "sub-items", mark["sub_items"], len(task.sub_items)
        if "for" in mark:
            yield "task for", _plain(mark["for"]), _plain(task.group)
        if "expected" in mark:
            yield "expected number", mark["expected"], task.expected
        if "deadlines" in mark:
            found = find_deadlines(task.text, issued_on=issued_on or _SOME_DAY, calendar=CALENDAR)
            right = [each for each in found if each.kind is not DeadlineKind.QUOTA]
            left_of = [each for each in mark["deadlines"] if each.get("kind") != "quota"]
            yield from _deadlines("task's deadlines", left_of, right, may=[], extra=False)
    for task in left:
        yield "tasks", None, task.text


def _closing(wanted: list[dict[str, Any]], read: Letter) -> Iterator[tuple[str, Any, Any]]:
    """A duty is found where its words are: in the closing or, as people see it, in a task."""
    text = _plain(read.closing) or ""
    for mark in wanted:
        starts, ends = _plain(mark["text_starts"]) or "", _plain(mark.get("text_ends")) or ""
        found = starts in text and ends in text[text.find(starts) :]
        yield "closing duties", mark["text_starts"], mark["text_starts"] if found else None


def _deadlines(
    name: str,
    wanted: list[dict[str, Any]],
    found: Iterable[Deadline],
    *,
    may: list[dict[str, Any]],
    extra: bool = True,
) -> Iterator[tuple[str, Any, Any]]:
    right = list(found)
    for mark in wanted:
        same = next((each for each in right if _is_meant(mark, each)), None)
        if same is not None:
            right.remove(same)
        shown = " ".join(str(mark.get(key, "")) for key in ("kind", "op", "date", "words"))
        yield name, shown, shown if same else None
    for other in right if extra else ():
        words = _plain(other.quote) or ""
        if not any((_plain(mark["words"]) or "?") in words or words in (_plain(mark["words"]) or "")
                   for mark in may):  # fmt: skip
            yield name, None, f"{other.kind.value} {other.quote}"


def _is_meant(mark: dict[str, Any], read: Deadline) -> bool:
    """Whether all that the mark says was read."""
    due = read.due and read.due.astimezone(CALENDAR.zone).strftime("%Y-%m-%dT%H:%M")
    rhythm = read.rhythm or Rhythm()
    told: dict[str, Any] = {
        "kind": read.kind.value,
        "op": read.op.value,
        "date": read.day and read.day.isoformat(),
        "from": (read.period.since if read.period else None)
        or (read.starts_on and read.starts_on.isoformat()),
        "time": read.hour and read.hour.strftime("%H:%M"),
        "due": due,
        "days": list(rhythm.days),
        "day": next(iter(rhythm.days), None),
        "weekday": rhythm.weekday,
        "month": rhythm.month,
        "month_of_quarter": rhythm.month_of_quarter,
        "times": [at.strftime("%H:%M") for at in rhythm.times],
        "n": read.period and read.period.count,
        "min": read.quota and read.quota.least,
        "per": read.quota and read.quota.per,
    }
    compared = {key: value for key, value in mark.items() if key in told}
    return all(told[key] == value for key, value in compared.items())


def _signatory(mark: dict[str, Any] | None, read: Letter) -> Iterator[tuple[str, Any, Any]]:
    signed, mark = read.signatory, mark or {}
    for part in ("name", "title"):
        found = getattr(signed, part) if signed else None
        yield f"signatory's {part}", _plain(mark.get(part)), _plain(found)
    wanted = _authority(mark)
    lines = (signed.authority or "").split(" / ") if signed else [""]
    found = {_plain(line) for line in lines} - {None}
    fits = bool(found) == bool(wanted) and found <= wanted
    yield "authority", sorted(wanted) or None, sorted(wanted) or None if fits else sorted(found)


def _authority(mark: dict[str, Any]) -> set[Any]:
    """The lines of authority; a reader that gives only one of two is right."""
    if not mark.get("authority"):
        return set()
    # Behind "Q." stands the signatory's own title, which is compared as such.
    office = mark.get("on_behalf") if mark["authority"] != "Q." else None
    first = _plain(f"{mark['authority']} {office or ''}")
    then = mark.get("then")
    if isinstance(then, dict):
        then = f"{then.get('authority') or ''} {then.get('on_behalf') or ''}"
    return {first, _plain(then)} - {None}


def _issued_on(marks: dict[str, Any]) -> date | None:
    if marks.get("issued_on"):
        return date.fromisoformat(marks["issued_on"])
    month = marks.get("issued_month")
    return date.fromisoformat(f"{month}-01") if month else None


def _subject(text: str | None) -> str | None:
    return _plain(ABOUT.sub("", text)) if text else None


def _plain(text: Any) -> str | None:
    """Folded and without spaces and hyphens, which files lose."""
    return (
        re.sub(r"\s", "", fold(str(text).replace("K/T", "KT.").replace("T/L", "TL."))) or None
        if text
        else None
    )
