"""Which page of a list is shown."""

from __future__ import annotations


def page_within(page: int, *, count: int, size: int) -> tuple[int, int]:
    """The page that is nearest to the wished one, and how many there are: at least one."""
    pages = max(1, -(-count // size))
    return min(max(1, page), pages), pages
