"""How far a directive came on its way to a unit, judged over all the unit's chats."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.domain.states import OutboxState


class Reach(StrEnum):
    """The best that happened to any of a unit's cards."""

    NOBODY = "nobody"  # the unit has no chat at all
    WAITING = "waiting"
    SENT = "sent"  # Telegram accepted at least one card
    UNCERTAIN = "uncertain"
    FAILED = "failed"


ON_THE_WAY = {OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.IN_FLIGHT}


def reach_of(states: Iterable[OutboxState]) -> Reach:
    """The reach from the states of a unit's first cards; a withdrawn one counts as not sent."""
    seen = set(states)
    if not seen:
        return Reach.NOBODY
    if OutboxState.ACCEPTED in seen:
        return Reach.SENT
    if seen & ON_THE_WAY:
        return Reach.WAITING
    if OutboxState.UNCERTAIN in seen:
        return Reach.UNCERTAIN
    return Reach.FAILED
