"""Which directives a second person of the office must approve before they are sent; pure."""

from __future__ import annotations

from enum import StrEnum


class Approval(StrEnum):
    """The office's rule."""

    NONE = "none"
    LARGE = "large"  # those to so many units that their number would have to be typed
    ALL = "all"


def is_needed(rule: Approval, *, units: int, large: int) -> bool:
    """Whether a directive to so many units waits for somebody's approval."""
    return rule is Approval.ALL or (rule is Approval.LARGE and units >= large)
