"""Expected failures. Each carries the key of one clear sentence for the person; all else is a bug.

The sentence itself lives in the catalogues of `bot.texts`, so that a person reads it in their own
language: these classes hold its key and parameters only.
"""


class BotError(Exception):
    """Something the person can understand and mend; `key` names its sentence in the catalogues."""

    def __init__(self, key: str, /, **parameters: object) -> None:
        super().__init__(key)
        self.key = key
        self.parameters = parameters


class NotAllowed(BotError):
    """The person may not do this, or may no longer."""


class NotFound(BotError):
    """What was asked for does not exist, or not for this person."""


class InvalidInput(BotError):
    """What was typed, sent or configured cannot be used as it is."""


class WrongCode(InvalidInput):
    """A code that lets nobody in, whatever is wrong with it: whoever tries it is counted."""

    def __init__(self) -> None:
        super().__init__("invite.unusable")


class Conflict(BotError):
    """It is too late or already done: the state has moved on."""
