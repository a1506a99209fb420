"""Reasons as they are typed: of a wish, a decision, a correction; in one line."""

from __future__ import annotations

from bot.errors import InvalidInput

SHORTEST, LONGEST = 3, 500


def reason_of(
    text: str, *, refusal: str = "refused.reason_unusable", longest: int = LONGEST
) -> str:
    """The reason; InvalidInput with the sentence `refusal` if it is none, or too long."""
    reason = " ".join(text.split())
    if not SHORTEST <= len(reason) <= longest:
        raise InvalidInput(refusal, longest=longest)
    return reason
