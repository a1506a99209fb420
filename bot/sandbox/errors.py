"""Refusals as Telegram words them: an HTTP status, a description and, at times, parameters.

What goes wrong at the control door (`ControlError`) is a mistake of the host program, not a
message of Telegram.
"""

from typing import Any


class ApiError(Exception):
    """The Bot API refuses a request; `description` is what the bot reads."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class ControlError(Exception):
    """The control API or the Python door was used wrongly; the text says how."""


def _in_sentence(text: str) -> str:
    """`text` as it follows "Bad Request: ": lower-cased, unless it is a code like BUTTON_X."""
    if len(text) > 1 and (text[1] == "_" or "A" <= text[1] <= "Z"):
        return text
    return text[:1].lower() + text[1:]


def bad_request(text: str, **parameters: Any) -> ApiError:
    """400 with Telegram's prefix and casing."""
    return ApiError(400, f"Bad Request: {_in_sentence(text)}", **parameters)


def forbidden(text: str) -> ApiError:
    """403 with Telegram's prefix and casing."""
    return ApiError(403, f"Forbidden: {_in_sentence(text)}")


def conflict(text: str) -> ApiError:
    """409: somebody else polls, or a webhook is set."""
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> ApiError:
    """429 that asks to come back in `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
