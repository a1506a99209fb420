"""What waits for the office, by kinds."""

from __future__ import annotations

from enum import StrEnum


class WaitingSection(StrEnum):
    """A kind of what waits for the office, in the order in which /cho lists them."""

    REVIEWS = "reviews"  # drafts to approve
    QUESTIONS = "questions"
    EXTENSIONS = "extensions"
    ANSWERS = "answers"  # that it cannot be done
    UNPLACED = "unplaced"
    NEWCOMERS = "newcomers"
    ERASURES = "erasures"
    PARKED = "parked"  # only counted: it has a list of its own


SECTIONS = tuple(WaitingSection)  # by the number that a button carries
