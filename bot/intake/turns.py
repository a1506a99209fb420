"""Whose turn it is: chats are handled side by side, a few at a time and each for a while only.

No database here: the processor asks it which chats to leave out when it looks for work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

from bot.storage.updates import Waiting

# More would stand in the queue for the database before delivery and lease.
AT_A_TIME = 8
# Updates of one chat in one turn: who has a thousand of them lets the others go in between.
LONGEST_TURN = 20
# Updates of several chats in one transaction, which should last some ten milliseconds.
MOST_SHARED = 50
_MOST_SERVED = 10_000  # what a statement can be told to leave out


@dataclass(frozen=True, slots=True)
class Turn:
    """What is handled one after the other: of one chat update by update, or of several chats what
    can be handled together."""

    parts: tuple[list[Waiting], ...]  # a transaction each
    is_shared: bool = False

    @property
    def chats(self) -> set[int]:
        """Whose turn it is."""
        return {row.chat_key for part in self.parts for row in part}


class Turns:
    """The chats under way, those that come next, and those that had their turn in this round.

    `is_shared` says of an update that it can be handled together with others of its kind.
    """

    def __init__(self, is_shared: Callable[[Waiting], bool]) -> None:
        self._is_shared = is_shared
        self._under_way: list[Turn] = []
        self._busy: set[int] = set()
        self._next: deque[Turn] = deque()
        self._served: set[int] = set()

    @property
    def free(self) -> int:
        """How many more turns may begin."""
        return AT_A_TIME - len(self._under_way)

    @property
    def is_sharing(self) -> bool:
        """Whether a shared turn is under way: what comes meanwhile is the next one, or each would
        be handled almost alone."""
        return any(turn.is_shared for turn in self._under_way)

    @property
    def busy(self) -> Set[int]:
        """The chats under way."""
        return self._busy

    @property
    def served(self) -> Set[int]:
        """Those that had a turn in this round and stand behind the others."""
        return self._served

    def not_served(self, rows: Iterable[Waiting]) -> list[Waiting]:
        """The rows of chats that had no turn in this round."""
        return [row for row in rows if row.chat_key not in self._served]

    def new_round(self) -> None:
        """Everybody who waits had a turn."""
        self._served.clear()

    @property
    def are_known(self) -> bool:
        """Whether it is known who comes next: a look costs as much for a hundred as for one."""
        return bool(self._next)

    def line_up(self, rows: Iterable[Waiting]) -> None:
        """Let these wait for their turn, oldest first."""
        of_chats: dict[int, list[Waiting]] = {}
        for row in rows:  # who has waited longest comes first
            of_chat = of_chats.setdefault(row.chat_key, [])
            if len(of_chat) < LONGEST_TURN:
                of_chat.append(row)
        shared: list[Waiting] = []
        for of_chat in of_chats.values():
            if not all(map(self._is_shared, of_chat)):
                self._next.append(Turn(tuple([row] for row in of_chat)))
                continue
            if not shared or len(shared) + len(of_chat) > MOST_SHARED:
                shared = []
                self._next.append(Turn((shared,), is_shared=True))
            shared += of_chat

    def begin(self) -> Iterator[Turn]:
        """The turns that can be taken now."""
        while self._next and self.free > 0:
            turn = self._next.popleft()
            self._under_way.append(turn)
            self._busy |= turn.chats
            yield turn

    def end(self, turn: Turn) -> None:
        """The turn is over."""
        self._under_way.remove(turn)
        self._busy -= turn.chats
        if len(self._served) >= _MOST_SERVED:
            self._served.clear()
        self._served |= turn.chats
