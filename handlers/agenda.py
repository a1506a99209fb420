"""/lich: which reminders will be sent when, and what is said of one of them before its time."""

from __future__ import annotations

from bot.actions import access, agenda_choices
from bot.actions.agenda import Slot
from bot.actions.agenda_choices import Choice
from bot.actions.replies import Button, Values
from bot.callbacks import Callback, Press
from bot.delivery.render_agenda import TODAY, WEEK
from bot.domain.states import MessageKind
from handlers import staff
from handlers.context import Incoming, ids, page_turned, shown


async def agenda(incoming: Incoming) -> None:
    """/lich [số]: what is to come today, or of one directive."""
    if not incoming.arguments:
        await _show(incoming, number=TODAY, page=1)
        return
    directive = await staff.meant(incoming, Press.AGENDA_OF)
    if directive is not None:
        await _show(incoming, directive_id=directive.id, page=1)


async def page(incoming: Incoming) -> None:
    """Today's or the week's, one page."""
    number, turned = ids(incoming, 2)
    await _show(incoming, edits=await _edited(incoming), number=min(number, WEEK), page=turned)


async def of_directive(incoming: Incoming) -> None:
    """One directive's, one page."""
    directive_id, turned = (*ids(incoming, 1, 2), 1)[:2]
    await access.visible_directive(incoming.session, directive_id, actor=incoming.known_actor)
    await _show(incoming, edits=await _edited(incoming), directive_id=directive_id, page=turned)


async def entry(incoming: Incoming) -> None:
    """One of the entries, in the place of the list."""
    slot = _slot(incoming)
    await access.visible_directive(incoming.session, slot.directive_id, actor=incoming.known_actor)
    await _show_entry(incoming, slot)


async def skip(incoming: Incoming) -> None:
    """Not this once."""
    choice = await _choice(incoming)
    count = await agenda_choices.skip(incoming.session, choice)
    incoming.popup("agenda.skipped" if count else "agenda.skipped_before", count=count)
    await _show_entry(incoming, choice.slot)


async def keep(incoming: Incoming) -> None:
    """After all."""
    choice = await _choice(incoming)
    count = await agenda_choices.keep(incoming.session, choice)
    incoming.popup("agenda.kept" if count else "agenda.kept_before", count=count)
    await _show_entry(incoming, choice.slot)


async def ask_send(incoming: Incoming) -> None:
    """Now, really?"""
    choice = await _choice(incoming)
    count = await agenda_choices.check_send(incoming.session, choice)
    if not count:
        incoming.popup("agenda.sent_before")
        return
    surely = Callback(Press.AGENDA_SEND, choice.slot.ids)
    await incoming.reply(
        "agenda.send_confirm",
        buttons=[[Button("button.agenda_send_surely", surely, {"count": count}, "primary")]],
        at=choice.slot.at,
        count=count,
    )


async def send(incoming: Incoming) -> None:
    """Now instead of then."""
    choice = await _choice(incoming)
    sent = await agenda_choices.send(incoming.session, choice)
    if not sent.units:
        incoming.popup("agenda.sent_before")
        return
    values: Values = {"count": sent.units, "at": sent.send_at}
    key = "agenda.sent" if sent.send_at is None else "agenda.sent_for"
    await incoming.answer(key, values, edits=await page_turned(incoming))


async def _choice(incoming: Incoming) -> Choice:
    actor = incoming.known_actor
    return Choice(_slot(incoming), actor, await incoming.policy(), incoming.now)


def _slot(incoming: Incoming) -> Slot:
    directive_id, minutes, number = ids(incoming, 3)
    return Slot.of_ids(directive_id, minutes, number)


async def _edited(incoming: Incoming) -> int | None:
    """The pressed message if it shows the agenda already; what else it is opened from stays."""
    return await page_turned(incoming) if await shown(incoming, MessageKind.AGENDA) else None


async def _show_entry(incoming: Incoming, slot: Slot) -> None:
    await incoming.show(
        MessageKind.AGENDA,
        {
            "directive_id": slot.directive_id,
            "slot": list(slot.ids),
            "person_id": incoming.known_actor.person_id,
        },
        edits=await _edited(incoming),
    )


async def _show(incoming: Incoming, *, edits: int | None = None, **place: int) -> None:
    await incoming.show(
        MessageKind.AGENDA,
        {**place, "person_id": incoming.known_actor.person_id},
        edits=edits,
    )
