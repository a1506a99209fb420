"""What the press answers when a page is asked for; HTTP itself is in `server`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from bot.sandbox.clock import MovableClock
from bot.sandbox.model import Json
from bot.sandbox.press.articles import ARTICLES, PAPERS
from bot.sandbox.press.layouts import Printed, article_page, front_page, missing_page
from bot.sandbox.press.model import Article, Paper, Story, Trait

LATER = timedelta(days=1)
"""After this, on the sandbox's clock, articles are rewritten or gone."""
SLOW_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gets; `seconds` of real time pass before."""

    status: int
    body: str = ""
    location: str = ""
    seconds: float = 0.0


class PressSite:
    """All papers. A story happens shortly before it is first asked for, so that whoever tries a
    link finds it fresh however far the clock has been moved before; from then on its days stand."""

    def __init__(self, clock: MovableClock, *, zone: str) -> None:
        self._clock = clock
        self._zone = ZoneInfo(zone)
        self._papers = {paper.host: paper for paper in PAPERS}
        self._first_asked: dict[Story, datetime] = {}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The papers' hosts, which no name server knows."""
        return tuple(self._papers)

    def as_json(self) -> list[Json]:
        """The articles to choose from."""
        return [
            {
                "url": article.url,
                "title": article.story.title,
                "site": article.paper.name,
                "trait": article.trait,
            }
            for article in ARTICLES
        ]

    def forget(self) -> None:
        """Every story is yet to happen."""
        self._first_asked.clear()

    def answer(self, host: str, target: str, *, home: str = "/") -> Answer:
        """What stands at a path with its query; `home` is where the front page is for who asks.
        KeyError for a host that is no paper's."""
        paper = self._papers[host]
        if urlsplit(target).path in ("", "/"):
            own = [article for article in ARTICLES if article.paper == paper]
            return Answer(200, front_page(paper, own, home=home))
        article = _find(paper, target)
        if article is None:
            return Answer(404, missing_page(paper, home=home))
        return self._open(article, home)

    def _open(self, article: Article, home: str) -> Answer:
        now = self._clock.now()
        asked = self._first_asked.setdefault(article.story, now)
        is_later = now - asked >= LATER
        if article.trait is Trait.MOVED:
            return Answer(301, location=article.leads_to)
        if article.trait is Trait.MISSING:
            return Answer(200, missing_page(article.paper, home=home))
        if article.trait is Trait.VANISHING and is_later:
            return Answer(404, missing_page(article.paper, home=home))
        told = article.story.later if is_later else ()
        at = (asked - article.age).astimezone(self._zone).replace(second=0, microsecond=0)
        page = article_page(Printed(article, told or article.story.paragraphs, at), home=home)
        return Answer(200, page, seconds=SLOW_SECONDS if article.trait is Trait.SLOW else 0.0)


def _find(paper: Paper, target: str) -> Article | None:
    """The article there; parameters that it does not ask for change nothing."""
    asked = urlsplit(target)
    given = set(parse_qsl(asked.query))
    for article in ARTICLES:
        own = urlsplit(article.target)
        if article.paper == paper and own.path == asked.path and set(parse_qsl(own.query)) <= given:
            return article
    return None
