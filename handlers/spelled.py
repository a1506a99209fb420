"""Commands as phones write them that put the marks in: "/việc", "/trợ giúp". To Telegram they are
no commands; to whoever typed them they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from telegram import Message
from telegram.ext import filters

from bot.domain.folding import fold

_MOST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Spelled:
    """The command that is meant, and the words behind it."""

    name: str
    arguments: tuple[str, ...]


def command_in(text: str, names: Collection[str]) -> Spelled | None:
    """Which of these commands a text begins with, but for marks, case and a space in it."""
    if text[:1] != "/" or text[1:2].isspace():
        return None
    words = text[1:].split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        name = "".join(fold(word) for word in words[:count])
        if name in names:
            return Spelled(name, tuple(words[count:]))
    return None


class SpelledFilter(filters.MessageFilter):
    """Lets through what `command_in` finds and Telegram has not marked as a command."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self._names = names

    def filter(self, message: Message) -> bool:
        """Whether the message is one."""
        return command_in(message.text or "", self._names) is not None
