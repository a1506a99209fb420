"""How a draft is to be sent, chosen in the check below its preview: when, and how if unclear."""

from __future__ import annotations

from bot.actions import access, drafts, previews
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import has_begun
from bot.domain.states import WhenUnclear
from bot.errors import InvalidInput, NotFound
from bot.letters.typed_dates import read_typed_deadline
from bot.storage.tables import Dialogue, Draft
from handlers.context import Incoming, ids, page_turned

_WAYS = (WhenUnclear.RESEND, WhenUnclear.HOLD)  # by the number a button carries
# A typed moment is read like a deadline; what is wrong with it is said of the sending.
_SAID_OF_SENDING = {
    "deadline.not_understood": "appoint.not_understood",
    "deadline.in_the_past": "appoint.in_the_past",
}


async def own_draft(incoming: Incoming) -> int:
    """The draft that a press is about, if the person may work on it."""
    (draft_id,) = await own_draft_and(incoming, 0)
    return draft_id


async def own_draft_and(incoming: Incoming, others: int) -> tuple[int, ...]:
    """The draft that a press is about, if the person may work on it, and the ids behind it."""
    found = ids(incoming, 1 + others)
    await access.own_draft(incoming.session, found[0], actor=incoming.known_actor)
    return found


async def dialogue_draft(incoming: Incoming, dialogue: Dialogue) -> int:
    """The draft of which something was asked, if the person may still work on it."""
    draft_id = int(dialogue.data["draft_id"])
    await access.own_draft(incoming.session, draft_id, actor=incoming.known_actor)
    return draft_id


async def show_part(
    incoming: Incoming, draft_id: int, part: str, *, number: int = 0, edits: int | None = None
) -> None:
    """A part of the draft's preview, such as the `check` with the sending button."""
    await previews.show_part(
        incoming.session,
        draft_id,
        part,
        chat_id=incoming.chat.id,
        now=incoming.now,
        number=number,
        edits=edits,
    )


async def _show_check_anew(incoming: Incoming, draft_id: int) -> None:
    """In the place of the pressed one, whose sending button is for what it showed."""
    await show_part(incoming, draft_id, "check", edits=await page_turned(incoming))


async def choose_when_unclear(incoming: Incoming) -> None:
    """Unclear cards go out once more, or wait for staff."""
    draft_id, way = await own_draft_and(incoming, 1)
    if way >= len(_WAYS):
        raise NotFound("refused.gone")
    await drafts.set_when_unclear(incoming.session, draft_id, _WAYS[way], now=incoming.now)
    await _show_check_anew(incoming, draft_id)


async def ask_send_at(incoming: Incoming) -> None:
    """When is it to be sent? In any usual form."""
    draft_id = await own_draft(incoming)
    await drafts.open_draft(incoming.session, draft_id)
    await _ask(incoming, draft_id, "appoint.ask")


async def clear_send_at(incoming: Incoming) -> None:
    """At no appointed moment: as soon as it is issued."""
    draft_id = await own_draft(incoming)
    await drafts.set_send_at(incoming.session, draft_id, None, now=incoming.now)
    await incoming.end_dialogue()
    await _show_check_anew(incoming, draft_id)


async def take_send_at(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed moment."""
    draft_id = await dialogue_draft(incoming, dialogue)
    calendar = (await incoming.policy()).calendar
    try:
        moment = read_typed_deadline(incoming.text, now=incoming.now, calendar=calendar)
    except InvalidInput as error:
        key = _SAID_OF_SENDING.get(error.key, error.key)
        raise InvalidInput(key, **error.parameters) from error
    await drafts.set_send_at(incoming.session, draft_id, moment, now=incoming.now)
    await incoming.end_dialogue()
    await show_part(incoming, draft_id, "check")


async def moment_has_passed(incoming: Incoming, draft: Draft) -> bool:
    """Whether the draft's appointed moment is over; then another one is asked for."""
    if draft.send_at is None or not has_begun(draft.send_at, now=incoming.now):
        return False
    await _ask(incoming, draft.id, "appoint.passed")
    return True


async def _ask(incoming: Incoming, draft_id: int, key: str) -> None:
    await incoming.ask(DialogueKind.DRAFT_SEND_AT, {"draft_id": draft_id})
    at_once = Button("button.no_moment", Callback(Press.DRAFT_NO_SEND_AT, (draft_id,)))
    await incoming.reply(key, buttons=[[at_once]])
