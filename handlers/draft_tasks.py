"""A draft's tasks and their deadlines: the buttons of its card, and what is typed of them."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.actions import corrections, draft_rhythms, draft_tasks, drafts, rhythms
from bot.actions.drafts import Menu
from bot.domain.dialogues import DialogueKind
from bot.domain.periods import DAYS_BEFORE, Rhythm
from bot.domain.states import Every
from bot.errors import NotFound
from bot.letters.typed_dates import read_typed_deadline
from bot.storage.tables import Dialogue
from handlers.appointing import dialogue_draft, own_draft, own_draft_and
from handlers.context import Incoming

CONTINUOUS, END_OF_MONTH = 0, 99
_QUICK_DAYS = (3, 5, 7)
# What of a task is typed, by the number its button carries, and what is asked for it.
_TYPED = (
    (DialogueKind.TASK_TEXT, "task.ask_text"),
    (DialogueKind.TASK_TITLE, "task.ask_title"),
    (DialogueKind.TASK_EXPECTED, "task.ask_expected"),
)
_LATEST = int(datetime.max.replace(tzinfo=UTC).timestamp())


async def _show(
    incoming: Incoming, draft_id: int, menu: str, task_id: int | None = None, page: int = 1
) -> None:
    draft = await drafts.open_draft(incoming.session, draft_id)
    await drafts.show(
        incoming.session, draft, now=incoming.now, menu=menu, task_id=task_id, page=page
    )


# --- the list, and one task ----------------------------------------------------------------------


async def show_tasks(incoming: Incoming) -> None:
    """All tasks, one page."""
    draft_id, page = await own_draft_and(incoming, 1)
    await _show(incoming, draft_id, Menu.TASKS, page=page)


async def show_task(incoming: Incoming) -> None:
    """One task with its text, which may have several pages."""
    draft_id, task_id, page = await own_draft_and(incoming, 2)
    await _show_one(incoming, draft_id, task_id, page=page)


async def _show_one(
    incoming: Incoming, draft_id: int, task_id: int, *, menu: str = Menu.TASK, page: int = 1
) -> None:
    draft = await drafts.open_draft(incoming.session, draft_id)
    await draft_tasks.of_draft(incoming.session, draft, task_id)
    await _show(incoming, draft_id, menu, task_id, page)


async def ask_new(incoming: Incoming) -> None:
    """What else is to be done?"""
    draft_id = await own_draft(incoming)
    await drafts.open_draft(incoming.session, draft_id)
    await _ask(incoming, DialogueKind.TASK_TEXT, draft_id)
    await incoming.reply("task.ask_text")


async def ask_field(incoming: Incoming) -> None:
    """What does it say, how is it called, how many articles are asked for?"""
    draft_id, task_id, field = await own_draft_and(incoming, 2)
    draft = await drafts.open_draft(incoming.session, draft_id)
    await draft_tasks.of_draft(incoming.session, draft, task_id)
    if field >= len(_TYPED):
        raise NotFound("refused.gone")
    kind, question = _TYPED[field]
    await _ask(incoming, kind, draft_id, task_id)
    await incoming.reply(question)


async def _ask(incoming: Incoming, kind: DialogueKind, draft_id: int, task_id: int = 0) -> None:
    """`task_id` 0 stands for a task that is to be added, or for all."""
    await incoming.ask(kind, {"draft_id": draft_id, "task_id": task_id})


async def take_text(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed text of a task, or of a new one."""
    draft_id, task_id = await _about(incoming, dialogue)
    session, now = incoming.session, incoming.now
    if task_id:
        await draft_tasks.set_text(session, draft_id, task_id, incoming.text, now=now)
        await _taken(incoming, draft_id, task_id, "task.text_taken")
    else:
        task = await draft_tasks.add(session, draft_id, incoming.text, now=now)
        number = await corrections.called(session, task)
        await _taken(incoming, draft_id, task.id, "task.added", position=number)


async def take_title(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed short title."""
    draft_id, task_id = await _about(incoming, dialogue)
    await draft_tasks.set_title(
        incoming.session, draft_id, task_id, incoming.text, now=incoming.now
    )
    await _taken(incoming, draft_id, task_id, "task.title_taken")


async def take_expected(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed number of articles."""
    draft_id, task_id = await _about(incoming, dialogue)
    number = draft_tasks.read_expected(incoming.text)
    await draft_tasks.set_expected(incoming.session, draft_id, task_id, number, now=incoming.now)
    await _taken(incoming, draft_id, task_id, "task.expected_taken", number=number)


async def _about(incoming: Incoming, dialogue: Dialogue) -> tuple[int, int]:
    return await dialogue_draft(incoming, dialogue), int(dialogue.data["task_id"])


async def _taken(incoming: Incoming, draft_id: int, task_id: int, key: str, **values: int) -> None:
    await incoming.end_dialogue()
    await incoming.reply(key, buttons=(), **values)
    await _show(incoming, draft_id, Menu.TASK, task_id)


async def choose_expected(incoming: Incoming) -> None:
    """So many articles."""
    draft_id, task_id, number = await own_draft_and(incoming, 2)
    await draft_tasks.set_expected(incoming.session, draft_id, task_id, number, now=incoming.now)
    await _show(incoming, draft_id, Menu.TASK, task_id)


async def move(incoming: Incoming) -> None:
    """To another place in the order."""
    draft_id, task_id, place = await own_draft_and(incoming, 2)
    await draft_tasks.move(incoming.session, draft_id, task_id, to=place, now=incoming.now)
    await _show(incoming, draft_id, Menu.TASK, task_id)


async def ask_remove(incoming: Incoming) -> None:
    """Really?"""
    draft_id, task_id = await own_draft_and(incoming, 1)
    await _show_one(incoming, draft_id, task_id, menu=Menu.REMOVE_TASK)


async def remove(incoming: Incoming) -> None:
    """The task is not to be done."""
    draft_id, task_id = await own_draft_and(incoming, 1)
    await draft_tasks.remove(incoming.session, draft_id, task_id, now=incoming.now)
    await _show(incoming, draft_id, Menu.TASKS)


# --- how often it recurs -------------------------------------------------------------------------


async def show_every(incoming: Incoming) -> None:
    """How often its deadline may come again."""
    draft_id, task_id = await own_draft_and(incoming, 1)
    await _show_one(incoming, draft_id, task_id, menu=Menu.EVERY)


async def choose_every(incoming: Incoming) -> None:
    """So often, or, with 0, only once."""
    draft_id, task_id, every, day = await own_draft_and(incoming, 3)
    if every > len(Every):
        raise NotFound("refused.gone")
    await draft_rhythms.choose(
        incoming.session,
        draft_id,
        task_id,
        Rhythm(tuple(Every)[every - 1], day - DAYS_BEFORE) if every else None,
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await _show(incoming, draft_id, Menu.TASK, task_id)


# --- deadlines -----------------------------------------------------------------------------------


async def show_deadlines(incoming: Incoming) -> None:
    """Which task's deadline?"""
    await _show(incoming, await own_draft(incoming), Menu.DEADLINES)


async def show_deadline(incoming: Incoming) -> None:
    """The deadlines one can choose for a task, or for all (task 0)."""
    draft_id, task_id = await own_draft_and(incoming, 1)
    await draft_tasks.check(incoming.session, draft_id, task_id)
    await _show(incoming, draft_id, Menu.DEADLINE, task_id)


async def choose_deadline(incoming: Incoming) -> None:
    """A quick deadline: so many working days, the end of the month, or none."""
    draft_id, task_id, code = await own_draft_and(incoming, 2)
    await draft_tasks.set_deadline(
        incoming.session,
        draft_id,
        task_id=task_id or None,
        deadline_at=await _quick_deadline(incoming, code),
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await _show(incoming, draft_id, Menu.DEADLINES if task_id else Menu.MAIN)


async def _quick_deadline(incoming: Incoming, code: int) -> datetime | None:
    if code == CONTINUOUS:
        return None
    calendar = (await incoming.policy()).calendar
    if code == END_OF_MONTH:
        return read_typed_deadline("cuối tháng", now=incoming.now, calendar=calendar)
    if code not in _QUICK_DAYS:
        raise NotFound("refused.gone")
    today = calendar.local_date(incoming.now)
    return calendar.end_of_work(calendar.add_working_days(today, code))


async def take_found(incoming: Incoming) -> None:
    """The deadline that the letter itself has."""
    draft_id, task_id, seconds = await own_draft_and(incoming, 2)
    if seconds > _LATEST:
        raise NotFound("refused.gone")
    await draft_tasks.take_found(
        incoming.session,
        draft_id,
        task_id or None,
        datetime.fromtimestamp(seconds, UTC),
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await _show(incoming, draft_id, Menu.DEADLINES if task_id else Menu.MAIN)


async def take_all_found(incoming: Incoming) -> None:
    """Every deadline that the letter has without doubt."""
    draft_id = await own_draft(incoming)
    taken = await draft_tasks.take_all_found(
        incoming.session,
        draft_id,
        calendar=(await incoming.policy()).calendar,
        now=incoming.now,
    )
    await _show(incoming, draft_id, Menu.DEADLINES)
    incoming.popup("draft.found_taken", count=len(taken))


async def ask_deadline(incoming: Incoming) -> None:
    """Until when? In any usual form."""
    draft_id, task_id = await own_draft_and(incoming, 1)
    await draft_tasks.check(incoming.session, draft_id, task_id)
    await _ask(incoming, DialogueKind.DRAFT_DEADLINE, draft_id, task_id)
    await incoming.reply("draft.ask_deadline")


async def take_deadline(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed deadline."""
    draft_id, task_id = await _about(incoming, dialogue)
    calendar = (await incoming.policy()).calendar
    recurs = rhythms.typed(incoming.text, now=incoming.now, calendar=calendar)
    if recurs is None:
        deadline = read_typed_deadline(incoming.text, now=incoming.now, calendar=calendar)
        rhythm = None
    else:
        deadline, rhythm = recurs
    await draft_tasks.set_deadline(
        incoming.session,
        draft_id,
        task_id=task_id or None,
        deadline_at=deadline,
        rhythm=rhythm,
        calendar=calendar,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    moment, zone = incoming.moments.full(deadline), incoming.moments.zone_name(deadline)
    await incoming.reply("draft.deadline_taken", moment=moment, zone=zone)
    await _show(incoming, draft_id, Menu.MAIN)
