"""One bot's queue of updates: numbered, expiring, confirmed by an offset or by delivery."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.clock import MovableClock
from bot.sandbox.model import Json

MESSAGE_LIFETIME = 24 * 3600
CALLBACK_LIFETIME = 150
_KEPT = 100_000
# Only those who ask for these get them.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# fmt: off
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query",
    "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
    "chat_boost", "removed_chat_boost", "message_reaction", "message_reaction_count",
    "business_connection", "business_message", "edited_business_message",
    "deleted_business_messages", "purchased_paid_media", "managed_bot", "guest_message",
})
# fmt: on
DEFAULT_KINDS = KINDS - _ON_REQUEST

# Updates of one lane are delivered in order; there is none between lanes, so not between a
# message and a tap on it.
Lane = tuple[str, int]


@dataclass(frozen=True, slots=True)
class QueuedUpdate:
    """One update that waits; times are Unix seconds of the sandbox clock."""

    id: int
    json: Json
    expires_at: float
    lane: Lane


class UpdateQueue:
    """Waiting updates in order; `arrived` is set whenever one comes in."""

    def __init__(self, clock: MovableClock, *, first_id: int) -> None:
        self._clock = clock
        self._next_id = first_id
        self._waiting: OrderedDict[int, QueuedUpdate] = OrderedDict()
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.arrived = asyncio.Event()

    def push(
        self, kind: str, body: Json, *, lane: Lane, lifetime: float = MESSAGE_LIFETIME
    ) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if kind in self.allowed:
            self._add({"update_id": self._next_id, kind: body}, lane, lifetime)

    def push_raw(self, update: Json) -> int:
        """Queue an update as it is; its own update_id is kept if it lies ahead."""
        given = update.get("update_id")
        if isinstance(given, int) and given >= self._next_id:
            self._next_id = given
        update = {**update, "update_id": self._next_id}
        self._add(update, ("raw", self._next_id), MESSAGE_LIFETIME)
        return self._next_id - 1

    def _add(self, json: Json, lane: Lane, lifetime: float) -> None:
        expires_at = self._clock.timestamp() + lifetime
        self._waiting[self._next_id] = QueuedUpdate(self._next_id, json, expires_at, lane)
        self._next_id += 1
        if len(self._waiting) > _KEPT:
            self._waiting.popitem(last=False)
        self.arrived.set()

    def confirm(self, offset: int) -> None:
        """Forget what the bot says it has: everything before `offset`, or all but the last -N."""
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popitem(last=False)
        # An offset far ahead is a mistake, and Telegram starts from the head instead.
        elif offset <= self._next_id + 10:
            while self._waiting and next(iter(self._waiting)) < offset:
                self._waiting.popitem(last=False)

    def head(self, limit: int) -> list[Json]:
        """The oldest updates that have not expired."""
        found: list[Json] = []
        for update in self.alive():
            found.append(update.json)
            if len(found) == limit:
                break
        return found

    def alive(self) -> Iterable[QueuedUpdate]:
        """Waiting updates, oldest first; expired ones are dropped on the way."""
        now = self._clock.timestamp()
        expired = [u.id for u in self._waiting.values() if u.expires_at < now]
        for update_id in expired:
            del self._waiting[update_id]
        return self._waiting.values()

    def forget(self, update_id: int) -> None:
        """One update was delivered or is given up."""
        self._waiting.pop(update_id, None)

    def clear(self) -> None:
        """Drop everything that waits; ids are never used again."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(list(self.alive()))
