"""What Telegram refused in this form is sent in another one; the messages' fate is `settle`'s."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import attachments, chats, full_text
from bot.delivery.settle import Fate
from bot.domain.states import MessageKind
from bot.storage import claims
from bot.storage.claims import Claimed

_log = logging.getLogger(__name__)


async def send_otherwise(
    session: AsyncSession, message: Claimed, fate: Fate, *, now: datetime
) -> None:
    """Elsewhere, without formatting, as text, or over what stays: whatever the refusal asks
    for, if anything."""
    if fate.topic_gone:
        await chats.leave_topic(session, message, now=now)
    if fate.formatting_refused:
        extra = {"outbox_message": message.id, "kind": message.kind.value}
        _log.error("formatting_refused", extra=extra)
        await claims.send_plainly(session, message)
    if fate.not_deletable:
        await claims.overwrite(session, message)
    if fate.file_refused and message.kind is MessageKind.ATTACHMENT:
        await attachments.tell_lost(session, message, now=now)
    elif fate.file_refused:
        await full_text.send_as_text(session, message, now=now)
