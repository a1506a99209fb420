"""What one round of the sender writes: how calls have ended, what cards show now, and the mark on
what leaves next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage import cards, claims
from bot.storage.claims import Recorded
from bot.storage.in_bulk import numbered, numbers

# One way there and back. SQLite cannot write in a WITH, and has no way to go.
_ALL_IN_ONE = claims.MARK.add_cte(claims.ACCEPT.cte("accepted_now"), cards.DRAW.cte("drawn_now"))


def is_one_statement(
    outcomes: Sequence[Recorded],
    drawn: Mapping[int, int | None],
    marked: Collection[int],
    *,
    epoch: int | None,
) -> bool:
    """Whether PostgreSQL needs a single statement to `write` it: where all goes well, nearly
    always."""
    is_plain = outcomes and all(each.is_plainly_accepted for each in outcomes)
    return bool(is_plain and drawn and marked and epoch)


def write(
    session: Session,
    outcomes: Sequence[Recorded],
    drawn: Mapping[int, int | None],
    marked: Collection[int],
    *,
    epoch: int | None,
    now: datetime,
) -> set[int]:
    """Write it down; the marked messages that are still ours, none without the lease's `epoch`.

    `drawn` are cards that were sent or edited, with the ids of new messages.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    if is_postgresql and is_one_statement(outcomes, drawn, marked, epoch=epoch):
        values = {
            "accepted": numbered({each.id: each.message_id for each in outcomes}),
            "drawn": numbered(drawn),
            "at": now,
            "ids": numbers(marked),
            "taker": epoch,
        }
        return set(session.scalars(_ALL_IN_ONE, values))
    claims.record(session, outcomes, now=now)
    cards.drawn(session, drawn, now=now)
    return claims.mark_in_flight(session, marked, epoch=epoch) if marked and epoch else set()
