"""From an outbox row to what is sent: asks again whether it is wanted, and loads what it shows.

Reads the database only; the looks are made by the `render` modules, the sending by `worker`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.delivery import gather_cards, gather_messages, gather_people
from bot.delivery.context import Context, Gathered, Withdraw
from bot.domain.states import MessageKind, OutboxState


async def gather(context: Context) -> Gathered:
    """What this message shows now, or why it is not sent."""
    if context.chat.unreachable_reason is not None:
        return Withdraw(context.chat.unreachable_reason, OutboxState.FAILED)
    return await _KINDS[context.message.kind](context)


_KINDS: dict[MessageKind, Callable[[Context], Awaitable[Gathered]]] = {
    MessageKind.NOTICE: gather_messages.notice,
    MessageKind.DIRECTIVE: gather_cards.card,
    MessageKind.REDRAW: gather_cards.card,
    MessageKind.DRAFT: gather_cards.card,
    MessageKind.PREVIEW: gather_cards.preview,
    MessageKind.STATE: gather_messages.state,
    MessageKind.APPOINTED: gather_messages.appointed,
    MessageKind.REPORT: gather_messages.report,
    MessageKind.REMINDER: gather_messages.reminder,
    MessageKind.OPEN_TASKS: gather_messages.open_tasks,
    MessageKind.FULL_TEXT: gather_messages.full_text,
    MessageKind.UNIT_CHANGES: gather_people.changes,
    MessageKind.PERSONAL_DATA: gather_people.personal_data,
    MessageKind.MENU: gather_messages.menu,
    MessageKind.RETIRE: gather_messages.retire,
}
