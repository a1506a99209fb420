"""The way to “Không phát sinh” from where links are asked for, for who has none to send. What is
asked then, and what becomes of the answer, is in `answers`."""

from __future__ import annotations

from bot.actions.answers import is_asked
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.directives import short_name
from bot.domain.folding import fold
from bot.domain.splitting import shortened, shortened_name
from bot.domain.states import ChatKind
from bot.storage import assignments, directives
from bot.storage.assignments import TaskState
from handlers.context import Incoming

_MOST = 5  # directives, the newest ones
_LONGEST_TITLE = 40
_LONGEST_UNIT = 20  # of that
_WORDS = "khong phat sinh"


def says_so(text: str) -> bool:
    """Whether somebody has written the button's words."""
    return _WORDS in fold(text)


async def offers(
    incoming: Incoming, addressee_id: int | None, *, position: int | None = None
) -> list[list[Button]]:
    """A button for each directive of the person's of which something is still to be done, or for
    this addressee's alone; where the task at this position is meant, for that task."""
    unit_ids = _unit_ids(incoming, addressee_id)
    found = await directives.open_addressees_of_units(
        incoming.session, unit_ids, begun_by=incoming.now
    )
    pairs = [each for each in found if addressee_id in (None, each[0].id)]
    states = await assignments.task_states(
        incoming.session, addressee_ids=[addressee.id for addressee, _ in pairs]
    )
    asked: dict[int, list[TaskState]] = {}
    for task in filter(is_asked, states):
        asked.setdefault(task.addressee_id, []).append(task)
    open_pairs = [each for each in pairs if each[0].id in asked]
    rows = []
    for addressee, directive in open_pairs[:_MOST]:
        callback = _callback(addressee.id, asked[addressee.id], position)
        if len(open_pairs) == 1:
            rows.append([Button("button.nothing", callback)])
            continue
        of_unit = shortened_name(addressee.unit_name, most=_LONGEST_UNIT)
        unit = f"{of_unit} · " if len(unit_ids) > 1 else ""
        name = unit + short_name(directive.number, directive.symbol, directive.subject)
        shown = shortened(name, most=_LONGEST_TITLE)
        rows.append([Button("button.nothing_of", callback, {"directive": shown})])
    return rows


def _callback(addressee_id: int, tasks: list[TaskState], position: int | None) -> Callback:
    """One task that is named is taken at its word; else it is asked which."""
    named = [task for task in tasks if task.position == position]
    if len(named) == 1:
        return Callback(Press.NOTHING, (addressee_id, named[0].assignment_id))
    return Callback(Press.NOTHING_ASK, (addressee_id, 1))


def _unit_ids(incoming: Incoming, addressee_id: int | None) -> frozenset[int]:
    """The units of which it may be: those that the person speaks for, or any of theirs where one
    is meant; in a group the group's alone."""
    actor, chat = incoming.known_actor, incoming.chat
    if chat.kind is not ChatKind.PRIVATE:
        return actor.unit_ids & {chat.unit_id}
    return actor.spoken_for if addressee_id is None else actor.unit_ids
