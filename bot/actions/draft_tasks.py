"""A draft's tasks: what they say, their order, how many articles they ask for, their deadlines.

What the letter itself says of deadlines is read here and only offered: it holds once a person takes
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import rhythms
from bot.actions.drafts import changed, open_draft
from bot.domain.periods import Rhythm
from bot.domain.splitting import MOST_UNITS, length
from bot.errors import Conflict, InvalidInput, NotFound
from bot.letters.deadline import Deadline, DeadlineKind, Period, PeriodUnit, Since
from bot.letters.titles import suggest_short_title
from bot.storage import drafts
from bot.storage.tables import Draft, DraftTask
from scheduler.calendar import WorkingCalendar
from scheduler.recurrence import rhythm_of

MOST_TASKS = 200
MOST_EXPECTED = 999
LONGEST_TITLE = 120
MOST_READ = 20_000  # characters, some six pages: they are read while others wait
_SHORTEST = 3
_RECURRING = frozenset(
    {
        DeadlineKind.DAILY,
        DeadlineKind.WEEKLY,
        DeadlineKind.MONTHLY,
        DeadlineKind.QUARTERLY,
        DeadlineKind.YEARLY,
    }
)


async def of_draft(session: AsyncSession, draft: Draft, task_id: int) -> DraftTask:
    """One of the draft's own tasks; NotFound for any other."""
    task = await drafts.task(session, task_id)
    if task is None or task.draft_id != draft.id:
        raise NotFound("task.unknown")
    return task


async def check(session: AsyncSession, draft_id: int, task_id: int) -> None:
    """NotFound unless the task is the draft's; 0 stands for all tasks."""
    draft = await open_draft(session, draft_id)
    if task_id:
        await of_draft(session, draft, task_id)


# --- what a task says ----------------------------------------------------------------------------


async def add(session: AsyncSession, draft_id: int, text: str, *, now: datetime) -> DraftTask:
    """One more task, behind the others."""
    draft = await open_draft(session, draft_id)
    tasks = await drafts.tasks(session, draft_id)
    if len(tasks) >= MOST_TASKS:
        raise InvalidInput("task.too_many", most=MOST_TASKS)
    words = _usable_text(text)
    task = DraftTask(
        draft_id=draft_id,
        position=tasks[-1].position + 1 if tasks else 1,
        text=words,
        short_title=suggest_short_title(words),
    )
    session.add(task)
    await changed(session, draft, now=now)
    return task


async def set_text(
    session: AsyncSession, draft_id: int, task_id: int, text: str, *, now: datetime
) -> None:
    """What is to be done; a short title that was only suggested is suggested anew."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    words = _usable_text(text)
    if task.short_title == suggest_short_title(task.text):
        task.short_title = suggest_short_title(words)
    task.text = words
    await changed(session, draft, now=now)


def _usable_text(text: str) -> str:
    words = text.strip()
    if len(words) < _SHORTEST or length(words) > MOST_UNITS:
        raise InvalidInput("task.text_unusable", longest=MOST_UNITS)
    return words


async def set_title(
    session: AsyncSession, draft_id: int, task_id: int, title: str, *, now: datetime
) -> None:
    """By what reminders, buttons and reports call it."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    words = " ".join(title.split())
    if not _SHORTEST <= len(words) <= LONGEST_TITLE:
        raise InvalidInput("task.title_unusable", longest=LONGEST_TITLE)
    task.short_title = words
    await changed(session, draft, now=now)


def read_expected(text: str) -> int:
    """A typed number of articles."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(MOST_EXPECTED)):
        raise InvalidInput("task.expected_unusable", most=MOST_EXPECTED)
    return int(digits)


async def set_expected(
    session: AsyncSession, draft_id: int, task_id: int, number: int, *, now: datetime
) -> None:
    """So many articles at least; 0: none need be sent."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    if not 0 <= number <= MOST_EXPECTED:
        raise InvalidInput("task.expected_unusable", most=MOST_EXPECTED)
    task.expected_articles = number
    await changed(session, draft, now=now)


# --- their order ---------------------------------------------------------------------------------


async def move(
    session: AsyncSession, draft_id: int, task_id: int, *, to: int, now: datetime
) -> None:
    """Let it stand at that place, counted from 1."""
    draft = await open_draft(session, draft_id)
    task = await of_draft(session, draft, task_id)
    tasks = await drafts.tasks(session, draft_id)
    if not 1 <= to <= len(tasks):
        raise NotFound("task.unknown")
    others = [each for each in tasks if each is not task]
    await drafts.put_in_order(session, [*others[: to - 1], task, *others[to - 1 :]])
    await changed(session, draft, now=now)


async def remove(session: AsyncSession, draft_id: int, task_id: int, *, now: datetime) -> None:
    """Take it out; the others move up."""
    draft = await open_draft(session, draft_id)
    await of_draft(session, draft, task_id)
    await drafts.remove_task(session, task_id)
    await drafts.put_in_order(session, await drafts.tasks(session, draft_id))
    await changed(session, draft, now=now)


# --- deadlines -----------------------------------------------------------------------------------


async def set_deadline(
    session: AsyncSession,
    draft_id: int,
    *,
    task_id: int | None,
    deadline_at: datetime | None,
    calendar: WorkingCalendar,
    now: datetime,
    rhythm: Rhythm | None = None,
) -> Draft:
    """Set one task's deadline, or all tasks' (`task_id` None); no moment means "thường xuyên". With
    a `rhythm` it comes again; what came again before still does, on the days of this deadline."""
    draft = await open_draft(session, draft_id)
    if deadline_at is not None and deadline_at <= now:
        raise InvalidInput("deadline.past")
    if task_id is None:
        chosen = await drafts.tasks(session, draft_id)
    else:
        chosen = [await of_draft(session, draft, task_id)]
    if not chosen:
        raise NotFound("draft.unknown")
    for task in chosen:
        _decide(task, deadline_at, rhythm or _kept_rhythm(task, deadline_at, calendar))
    await changed(session, draft, now=now)
    return draft


def _decide(task: DraftTask, deadline_at: datetime | None, rhythm: Rhythm | None) -> None:
    task.deadline_at = deadline_at
    task.continuous = deadline_at is None
    task.every, task.every_day = (rhythm.every, rhythm.day) if rhythm else (None, None)


def _kept_rhythm(
    task: DraftTask, deadline_at: datetime | None, calendar: WorkingCalendar
) -> Rhythm | None:
    """Of a task that was issued one period's deadline is corrected: the others stay as they are."""
    if task.every is None or task.every_day is None or deadline_at is None:
        return None
    if task.task_id is not None:
        return Rhythm(task.every, task.every_day)
    return rhythm_of(task.every, deadline_at, calendar)


@dataclass(frozen=True, slots=True)
class FoundDeadline:
    """A deadline as the letter has it: its words, the moment they were read as, if they tell one
    that is ahead, and the keys of what to look at before it is taken."""

    quote: str
    moment: datetime | None
    notes: tuple[str, ...]
    rhythm: Rhythm | None = None  # in which it comes again


def found_by_task(
    draft: Draft, tasks: Iterable[DraftTask], *, calendar: WorkingCalendar, now: datetime
) -> dict[int, tuple[FoundDeadline, ...]]:
    """What is said about deadlines in each of these tasks' texts, by task; of a letter that is
    longer than any letter is, in the first ones."""
    found, left = {}, MOST_READ
    for task in tasks:
        left -= len(task.text)
        if left < 0:
            break
        found[task.id] = found_deadlines(draft, task.text, calendar=calendar, now=now)
    return found


def found_deadlines(
    draft: Draft, text: str, *, calendar: WorkingCalendar, now: datetime
) -> tuple[FoundDeadline, ...]:
    """What is said about deadlines in a task's text."""
    return tuple(
        _read(each, calendar=calendar, now=now)
        for each in _find(text, _day_of(draft, calendar), calendar)
        if each.kind is not DeadlineKind.QUOTA
    )


def found_beside_tasks(
    draft: Draft, tasks: Iterable[DraftTask], *, calendar: WorkingCalendar, now: datetime
) -> tuple[FoundDeadline, ...]:
    """What the letter says about deadlines outside of its tasks, which may be meant for all."""
    of_tasks = found_by_task(draft, tasks, calendar=calendar, now=now)
    quotes = {each.quote for found in of_tasks.values() for each in found}
    found = found_deadlines(draft, draft.body, calendar=calendar, now=now)
    return tuple(each for each in found if each.quote not in quotes)


# Reading takes long, and a card is drawn again and again.
@lru_cache(maxsize=500)
def _find(text: str, day: date, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    from bot.letters.deadlines import find_deadlines  # heavy: only when letters are read

    return find_deadlines(text[:MOST_READ], issued_on=day, calendar=calendar)


def _day_of(draft: Draft, calendar: WorkingCalendar) -> date:
    """The day that the letter's words are relative to."""
    if draft.issued_on is not None:
        return draft.issued_on
    came = calendar.local_date(draft.created_at)
    first = date.fromisoformat(f"{draft.issued_month}-01") if draft.issued_month else came
    return came if (came.year, came.month) == (first.year, first.month) else first


def _read(deadline: Deadline, *, calendar: WorkingCalendar, now: datetime) -> FoundDeadline:
    notes = [f"deadline.warning_{warning}" for warning in deadline.warnings]
    moment = deadline.due or deadline.suggested
    if moment is not None and deadline.due is None:
        notes.append("deadline.warning_suggested")
    period = deadline.period
    if moment is None and period is not None and _counts_from_receipt(period):
        from bot.letters.periods import period_end  # heavy: only when letters are read

        moment = period_end(period, now, calendar)
        notes.append("deadline.warning_from_today")
    rhythm = rhythms.in_letter(deadline)
    if rhythm is not None and moment is not None:
        moment = rhythms.first_ahead(rhythm, moment, calendar=calendar, now=now)
    elif deadline.kind in _RECURRING:
        notes.append("deadline.warning_recurring")
    if moment is not None and moment <= now:
        notes.append("deadline.warning_past")
        moment = None
    return FoundDeadline(deadline.quote, moment, tuple(notes), rhythm)


def _counts_from_receipt(period: Period) -> bool:
    """Read as if it were sent today; hours would be others at every look."""
    return period.since == Since.RECEIVED and period.unit is not PeriodUnit.HOUR


def only_moment(found: Iterable[FoundDeadline]) -> datetime | None:
    """The moment that can be taken without asking which: the words tell of no other one."""
    moments = {each.moment for each in found}
    return moments.pop() if len(moments) == 1 else None


async def take_found(
    session: AsyncSession,
    draft_id: int,
    task_id: int | None,
    moment: datetime,
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> None:
    """Take what the letter says of a task, or beside its tasks for all of them; Conflict if it does
    not say that any more."""
    draft = await open_draft(session, draft_id)
    if task_id is None:
        tasks = await drafts.tasks(session, draft_id)
        found = found_beside_tasks(draft, tasks, calendar=calendar, now=now)
    else:
        tasks = [await of_draft(session, draft, task_id)]
        found = found_deadlines(draft, tasks[0].text, calendar=calendar, now=now)
    if moment not in {each.moment for each in found}:
        raise Conflict("deadline.not_in_letter")
    for task in tasks:
        _decide(task, moment, _rhythm_at(moment, found))
    await changed(session, draft, now=now)


def _rhythm_at(moment: datetime, found: Iterable[FoundDeadline]) -> Rhythm | None:
    """In which the deadline that was taken comes again, as the same words say."""
    return next((each.rhythm for each in found if each.moment == moment), None)


async def take_all_found(
    session: AsyncSession, draft_id: int, *, calendar: WorkingCalendar, now: datetime
) -> Sequence[DraftTask]:
    """Take what the letter says of every task that has no deadline yet and of which it says only
    one; those tasks."""
    draft = await open_draft(session, draft_id)
    tasks = await drafts.tasks(session, draft_id)
    found = found_by_task(draft, tasks, calendar=calendar, now=now)
    taken = []
    for task in tasks:
        moment = only_moment(found.get(task.id, ()))
        if moment is not None and task.deadline_at is None and not task.continuous:
            _decide(task, moment, _rhythm_at(moment, found[task.id]))
            taken.append(task)
    if taken:
        await changed(session, draft, now=now)
    return taken
