"""What waits for the office, by kinds."""

from __future__ import annotations

from enum import StrEnum


class WaitingSection(StrEnum):
    """A kind of what waits for the office. New ones come last: buttons carry their numbers."""

    REVIEWS = "reviews"  # drafts to approve
    QUESTIONS = "questions"
    EXTENSIONS = "extensions"
    ANSWERS = "answers"  # that it cannot be done
    UNPLACED = "unplaced"
    NEWCOMERS = "newcomers"
    ERASURES = "erasures"
    # These are only counted: they have lists of their own.
    ARTICLES = "articles"
    PARKED = "parked"
    SUBMISSIONS = "submissions"  # evidence whose sender has not chosen the task


WITH_OWN_LIST = frozenset({WaitingSection.ARTICLES, WaitingSection.PARKED})
SECTIONS = tuple(WaitingSection)  # by the number that a button carries
