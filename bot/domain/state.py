"""What every state of `states` is; pure."""

from enum import StrEnum


class State(StrEnum):
    """One of a few words."""

    # As that of the text it is: Enum's own is a function in Python, and every look-up asks for it.
    __hash__ = str.__hash__
