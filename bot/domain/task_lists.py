"""Which of a directive's tasks are listed in messages of their own before a card that has no room
for all of them. How tasks and cards look is not decided here, only how much of a message they take.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.splitting import MOST_UNITS, length

# In UTF-16 units and rather too much than too little: a list too many harms less than a lost task.
_OF_CARD = 1200  # beside issuer, subject and tasks
_OF_LIST = 500  # beside tasks
_OF_TASK = 130  # beside its title


def lists_before_card(titles: Sequence[str], *, head: str, beside: int = 0) -> tuple[range, ...]:
    """The places in `titles` that each list shows, together all of them; none if the card has room
    for every task. `head` is what stands on the card and may be long, `beside` what it needs
    besides."""
    sizes = [length(title) + _OF_TASK for title in titles]
    if _OF_CARD + beside + length(head) + sum(sizes) <= MOST_UNITS:
        return ()
    lists: list[range] = []
    first, taken = 0, _OF_LIST
    for place, size in enumerate(sizes):
        if taken + size > MOST_UNITS:
            lists.append(range(first, place))
            first, taken = place, _OF_LIST
        taken += size
    return (*lists, range(first, len(sizes)))
