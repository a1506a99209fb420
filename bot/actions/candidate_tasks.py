"""The tasks that evidence may be for: which of its things these have already, and which task is the
likeliest. Which tasks may be meant at all is found out in `submitting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.evidence import Evidence
from bot.actions.recording import Duplicate
from bot.articles.urls import canonical_key
from bot.domain.articles import EvidenceKind
from bot.domain.assignments import by_deadline
from bot.domain.likelihood import likelihood
from bot.storage import articles, pages
from bot.storage.assignments import TaskState
from bot.storage.tables import Directive

_LINKS_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """A task that evidence may be for."""

    directive: Directive
    unit_id: int
    unit_name: str
    task: TaskState


async def known_before(
    session: AsyncSession, evidence: Sequence[Evidence], choices: Sequence[Choice]
) -> dict[str, Duplicate]:
    """By key what the units sent before, as it was sent first."""
    known: dict[str, Duplicate] = {}
    addressee_ids = {choice.task.addressee_id for choice in choices}
    for article, task, period in await articles.same(
        session, addressee_ids=addressee_ids, url_keys=[each.key for each in evidence]
    ):
        sent = Duplicate(article.kind, task.position, article.submitted_at, period)
        known.setdefault(article.url_key, sent)
    return known


async def likeliest_first(
    session: AsyncSession, choices: Sequence[Choice], evidence: Sequence[Evidence], *, words: str
) -> list[Choice]:
    """By the words that the message, its links and what is known of their pages share with the
    tasks; then the nearest deadline."""
    links = [each.url for each in evidence if each.kind is EvidenceKind.LINK][:_LINKS_COMPARED]
    titles = await pages.titles(session, [canonical_key(link) for link in links]) if links else []
    first = evidence[0]  # only links are several
    told = " . ".join([words, first.note, first.file_name, *titles, *links])

    def place(choice: Choice) -> tuple[int, tuple[bool, float]]:
        about = f"{choice.task.text} . {choice.directive.subject}"
        likely = likelihood(told, title=choice.task.short_title, text=about)
        return -likely, by_deadline(choice.task.deadline_at)

    return sorted(choices, key=place)
