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
    """The chats under way, those that come next, and those that had their turn in this round."""

    def __init__(self) -> None:
        self._busy: set[int] = set()
        self._next: dict[int, list[Update]] = {}
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

    @property
    def are_known(self) -> bool:
        """Whether it is known who comes next: a look costs as much for a hundred as for one."""
        return bool(self._next)

    def line_up(self, rows: Iterable[Update]) -> None:
        """Let these wait for their turn, oldest first."""
        for row in rows:  # who has waited longest comes first
            of_chat = self._next.setdefault(row.chat_key, [])
            if len(of_chat) < LONGEST_TURN:
                of_chat.append(row)

    def begin(self) -> Iterator[tuple[int, list[Update]]]:
        """The turns that can be taken now: a chat and its updates in order."""
        while self._next and self.free > 0:
            chat_key = next(iter(self._next))
            self._busy.add(chat_key)
            yield chat_key, self._next.pop(chat_key)

    def end(self, chat_key: int) -> None:
        """The chat's turn is over."""
        self._busy.discard(chat_key)
        if len(self._served) >= _MOST_SERVED:
            self._served.clear()
        self._served.add(chat_key)
