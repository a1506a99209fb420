"""A later deadline: what a contact presses and types to ask for one, and staff to decide."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.actions import extensions, later_deadlines, reasons
from bot.actions.extension_ends import named
from bot.actions.later_deadlines import END_OF_MONTH
from bot.actions.replies import MOST_BUTTONS, Button, Values
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.letters.typed_dates import read_typed_deadline
from bot.storage import extensions as extension_rows
from bot.storage.extensions import Wish
from bot.storage.tables import Dialogue, Extension
from bot.texts.periods import numbered
from handlers.choosing import no_note, task_buttons
from handlers.context import Incoming, first_id, ids, page_turned

# --- a contact asks ------------------------------------------------------------------------------


async def ask_task(incoming: Incoming) -> None:
    """For which task? Where there is but one, until when?"""
    tasks = await extensions.open_tasks(incoming.session, first_id(incoming), actor=incoming.actor)
    if not tasks:
        incoming.popup("extension.nothing_open", alert=True)
        return
    if len(tasks) == 1:
        await _ask_date(incoming, tasks[0].assignment_id)
        return
    buttons = task_buttons(tasks[:MOST_BUTTONS], Press.EXTEND_TASK, texts=incoming.moments.texts)
    await incoming.reply("extension.choose_task", buttons=buttons)


async def choose_task(incoming: Incoming) -> None:
    """For this one: until when?"""
    await _ask_date(incoming, first_id(incoming))


async def _ask_date(incoming: Incoming, assignment_id: int) -> None:
    assignment, task, _, _ = await extensions.to_ask(
        incoming.session, assignment_id, actor=incoming.actor
    )
    waits = await extension_rows.asked(incoming.session, assignment_id)
    if waits is not None:
        await _say_asked(incoming, waits)
        return
    deadline_at = assignment.deadline_at
    assert deadline_at is not None  # noqa: S101 - to_ask has looked
    await incoming.ask(DialogueKind.EXTENSION_DATE, {"assignment_id": assignment_id})
    is_late = deadline_at <= incoming.now
    await incoming.reply(
        "extension.ask_date_late" if is_late else "extension.ask_date",
        buttons=await _offered(incoming, Press.EXTEND_DAYS, assignment_id, deadline_at),
        position=numbered(task.position, assignment.period, incoming.moments.texts),
        deadline=deadline_at,
        zone=incoming.moments.zone_name(deadline_at),
    )


async def _say_asked(incoming: Incoming, waits: Extension) -> None:
    """One wish at a time; this one can be taken back."""
    back = Button("button.extend_back", Callback(Press.EXTEND_BACK, (waits.id,)))
    wished, reason = waits.wished_at, waits.reason
    zone = incoming.moments.zone_name(wished)
    await incoming.reply(
        "extension.waits", buttons=[[back]], wished=wished, reason=reason, zone=zone
    )


async def _offered(
    incoming: Incoming, press: Press, about: int, deadline_at: datetime
) -> list[list[Button]]:
    calendar = (await incoming.policy()).calendar
    rows = []
    for code, moment in later_deadlines.offered(
        deadline_at=deadline_at, now=incoming.now, calendar=calendar
    ):
        day = incoming.moments.day(calendar.local_date(moment))
        key = "button.later_end_of_month" if code == END_OF_MONTH else "button.later_days"
        rows.append([Button(key, Callback(press, (about, code)), {"days": code, "day": day})])
    return rows


async def choose_days(incoming: Incoming) -> None:
    """So many working days more, or until the end of the month."""
    assignment_id, code = ids(incoming, 2)
    assignment, *_ = await extensions.to_ask(incoming.session, assignment_id, actor=incoming.actor)
    assert assignment.deadline_at is not None  # noqa: S101 - to_ask has looked
    wished_at = later_deadlines.quick(
        code,
        deadline_at=assignment.deadline_at,
        now=incoming.now,
        calendar=(await incoming.policy()).calendar,
    )
    await _ask_reason(incoming, assignment_id, wished_at)


async def take_date(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed moment, in any usual form."""
    wished_at = await _typed(incoming)
    await _ask_reason(incoming, int(dialogue.data["assignment_id"]), wished_at)


async def _typed(incoming: Incoming) -> datetime:
    calendar = (await incoming.policy()).calendar
    return read_typed_deadline(incoming.text, now=incoming.now, calendar=calendar)


async def _ask_reason(incoming: Incoming, assignment_id: int, wished_at: datetime) -> None:
    await extensions.check(
        incoming.session, assignment_id, wished_at=wished_at, actor=incoming.actor, now=incoming.now
    )
    seconds = int(wished_at.timestamp())
    data = {"assignment_id": assignment_id, "wished": seconds}
    await incoming.ask(DialogueKind.EXTENSION_REASON, data)
    zone = incoming.moments.zone_name(wished_at)
    await incoming.reply(
        "extension.ask_reason", wished=wished_at, zone=zone, longest=reasons.LONGEST
    )


async def take_reason(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason sends the wish to the office."""
    wish = await extensions.ask(
        incoming.session,
        int(dialogue.data["assignment_id"]),
        wished_at=datetime.fromtimestamp(int(dialogue.data["wished"]), UTC),
        reason=incoming.text,
        actor=incoming.known_actor,
        chat=incoming.chat,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    back = Button("button.extend_back", Callback(Press.EXTEND_BACK, (wish.extension.id,)))
    values = {**named(wish), "reason": wish.extension.reason, "unit": wish.addressee.unit_name}
    await incoming.answer("extension.asked", values, buttons=[[back]])


async def take_back(incoming: Incoming) -> None:
    """It is not wished any more."""
    wish = await extensions.take_back(
        incoming.session, first_id(incoming), actor=incoming.actor, now=incoming.now
    )
    incoming.popup(
        "extension.taken_back",
        position=numbered(wish.task.position, wish.assignment.period, incoming.moments.texts),
    )


# --- staff decide --------------------------------------------------------------------------------


async def show(incoming: Incoming) -> None:
    """From the list of what waits: the wish, with what can be decided."""
    await extensions.show(
        incoming.session,
        first_id(incoming),
        actor=incoming.known_actor,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


async def grant(incoming: Incoming) -> None:
    """As it was wished; or, below the question for another deadline, so many days more."""
    extension_id, *code = ids(incoming, 1, 2)
    if not code:
        wish = await _grant(incoming, extension_id, to=None)
        incoming.popup("extension.granted_now", alert=False, **_granted(incoming, wish))
        return
    to = await _quick(incoming, extension_id, code[0])
    wish = await _grant(incoming, extension_id, to=to)
    await incoming.end_dialogue()
    await incoming.answer(
        "extension.granted_now", _granted(incoming, wish), edits=await page_turned(incoming)
    )


async def _quick(incoming: Incoming, extension_id: int, code: int) -> datetime:
    wish = await _to_decide(incoming, extension_id)
    assert wish.assignment.deadline_at is not None  # noqa: S101 - to_decide has looked
    return later_deadlines.quick(
        code,
        deadline_at=wish.assignment.deadline_at,
        now=incoming.now,
        calendar=(await incoming.policy()).calendar,
    )


async def _grant(incoming: Incoming, extension_id: int, *, to: datetime | None) -> Wish:
    return await extensions.grant(
        incoming.session,
        extension_id,
        to=to,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )


def _granted(incoming: Incoming, wish: Wish) -> Values:
    granted_at = wish.extension.granted_at
    assert granted_at is not None  # noqa: S101 - it was granted
    moments = incoming.moments
    at, zone = moments.short(granted_at), moments.zone_name(granted_at)
    return {"unit": wish.addressee.unit_name, "at": at, "zone": zone}


async def _to_decide(incoming: Incoming, extension_id: int) -> Wish:
    return await extensions.to_decide(incoming.session, extension_id, actor=incoming.known_actor)


async def ask_other(incoming: Incoming) -> None:
    """Another deadline: until when?"""
    extension_id = first_id(incoming)
    wish = await _to_decide(incoming, extension_id)
    deadline_at = wish.assignment.deadline_at
    assert deadline_at is not None  # noqa: S101 - to_decide has looked
    await incoming.ask(DialogueKind.EXTENSION_GRANT, {"extension_id": extension_id})
    await incoming.answer(
        "extension.ask_other",
        named(wish),
        buttons=await _offered(incoming, Press.EXTENSION_GRANT, extension_id, deadline_at),
    )


async def take_other(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed deadline is granted."""
    extension_id = int(dialogue.data["extension_id"])
    wish = await _grant(incoming, extension_id, to=await _typed(incoming))
    await incoming.end_dialogue()
    await incoming.answer("extension.granted_now", _granted(incoming, wish))


async def ask_note(incoming: Incoming) -> None:
    """Why is it refused?"""
    extension_id = first_id(incoming)
    wish = await _to_decide(incoming, extension_id)
    await incoming.ask(DialogueKind.EXTENSION_NOTE, {"extension_id": extension_id})
    values = {**named(wish), "unit": wish.addressee.unit_name}
    await incoming.answer("extension.ask_note", values, buttons=no_note(extension_id))


async def take_note(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason refuses it."""
    await extensions.refuse(
        incoming.session,
        int(dialogue.data["extension_id"]),
        incoming.text,
        actor=incoming.known_actor,
        now=incoming.now,
    )
    await incoming.end_dialogue()
    await incoming.reply("extension.refused_now")
