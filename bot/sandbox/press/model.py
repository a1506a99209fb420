"""What the press is made of: papers, stories, and the articles in which papers tell them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FRESH = timedelta(minutes=40)


class Layout(StrEnum):
    """How a paper builds its pages."""

    LINKED_DATA = "linked_data"  # everything told to machines as well
    META = "meta"
    ASPX = "aspx"  # old: machines are told nothing, every page has the same name
    AGGREGATOR = "aggregator"


class Trait(StrEnum):
    """What is to be seen of an article beside that it is one."""

    ORDINARY = "ordinary"
    OLD = "old"
    REWRITTEN = "rewritten"  # its words are others a day later
    VANISHING = "vanishing"  # it is gone a day later
    SLOW = "slow"
    REPOST = "repost"
    MOVED = "moved"  # leads to another address
    MISSING = "missing"  # answers as if it were there, and says that it is not


@dataclass(frozen=True, slots=True)
class Paper:
    """A web site by its host."""

    host: str
    name: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class Story:
    """What is told, whoever tells it; `later` replaces the paragraphs a day after."""

    title: str
    paragraphs: tuple[str, ...]
    author: str = ""
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A story at an address of a paper.

    `age` is how long before the story is first asked for it was published. `leads_to` is the
    address of one that has moved.
    """

    paper: Paper
    target: str
    story: Story
    trait: Trait = Trait.ORDINARY
    age: timedelta = FRESH
    source: str = ""
    leads_to: str = ""

    @property
    def url(self) -> str:
        """The link that people send."""
        return f"http://{self.paper.host}{self.target}"
