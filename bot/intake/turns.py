"""Whose turn it is: chats are handled side by side, a few at a time and each for a while only.

No database here: the processor asks it which chats to leave out when it looks for work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from bot.storage.tables import Update

# More would stand in the queue for the database before delivery and lease.
AT_A_TIME = 8
# Updates of one chat in one turn: who has a thousand of them lets the others go in between.
LONGEST_TURN = 20
_MOST_SERVED = 10_000  # what a statement can be told to leave out


class Turns:
    """The chats under way, and those that had their turn in the present round."""

    def __init__(self) -> None:
        self._busy: set[int] = set()
        self._served: set[int] = set()

    @property
    def free(self) -> int:
        """How many more chats may begin."""
        return AT_A_TIME - len(self._busy)

    @property
    def busy(self) -> Set[int]:
        """The chats under way."""
        return self._busy

    @property
    def served(self) -> Set[int]:
        """Those that had a turn in this round and stand behind the others."""
        return self._served

    def not_served(self, rows: Iterable[Update]) -> list[Update]:
        """The rows of chats that had no turn in this round."""
        return [row for row in rows if row.chat_key not in self._served]

    def new_round(self) -> None:
        """Everybody who waits had a turn."""
        self._served.clear()

    def begin(self, rows: Iterable[Update]) -> Iterator[tuple[int, list[Update]]]:
        """The turns that these rows, oldest first, allow: a chat and its updates in order."""
        by_chat: dict[int, list[Update]] = {}
        for row in rows:
            by_chat.setdefault(row.chat_key, []).append(row)
        for chat_key, of_chat in by_chat.items():  # who has waited longest comes first
            if self.free <= 0:
                return
            self._busy.add(chat_key)
            yield chat_key, of_chat[:LONGEST_TURN]

    def end(self, chat_key: int) -> None:
        """The chat's turn is over."""
        self._busy.discard(chat_key)
        if len(self._served) >= _MOST_SERVED:
            self._served.clear()
        self._served.add(chat_key)
