"""What becomes of evidence when the message that brought it is edited: new links are found, words
and amounts that nobody has looked at change, and what turned out to be secret is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.evidence import sort_out
from bot.actions.recording import Message
from bot.articles.urls import canonical_key
from bot.domain.articles import EvidenceKind
from bot.domain.quantities import Quantity, read_quantity
from bot.domain.splitting import shortened
from bot.domain.states import ArticleState
from bot.storage import articles, link_files, submissions
from bot.storage.tables import Article, Submission
from bot.storage.tables.articles import LONGEST_MEASURE, LONGEST_NOTE


async def sent_before(
    session: AsyncSession, links: Sequence[str], *, person_id: int, message: Message | None
) -> set[str]:
    """Those of these links that the person has sent, or that wait since this message came; beside
    good ones also those that cannot be taken, which were told when they came."""
    good, _ = sort_out(links)
    keys = {link: canonical_key(link) for link in links if link in good}
    bad = set(links) - set(keys) if keys else set()
    sent = await articles.keys_sent(session, set(keys.values()), person_id=person_id)
    if message is not None:
        for row in await _waiting(session, message):
            sent |= {canonical_key(link) for link in row.links}
    return bad | {link for link, key in keys.items() if key in sent}


@dataclass(frozen=True, slots=True)
class Edited:
    """What somebody wrote with evidence has changed; of a quantity, to how much."""

    quantity: Quantity | None = None


async def is_of(session: AsyncSession, message: Message) -> bool:
    """Whether the message brought evidence, also such as waits."""
    return bool(await _recorded(session, message) or await _waiting(session, message))


async def change(session: AsyncSession, message: Message, text: str) -> Edited | None:
    """Take the words of an edited message for those that came with its evidence; None where it
    brought nothing but links, where the office has decided on it, or where a quantity is one no
    longer: then it is what somebody else must look at."""
    rows: list[Article | Submission] = [
        *(each for each in await _recorded(session, message) if not _is_link(each)),
        *(each for each in await _waiting(session, message) if not _is_link(each)),
    ]
    if not rows or any(_is_decided(row) for row in rows):
        return None
    quantity = read_quantity(text) if rows[0].kind is EvidenceKind.QUANTITY else None
    if rows[0].kind is EvidenceKind.QUANTITY and quantity is None:
        return None
    for row in rows:
        row.note = shortened(text, most=LONGEST_NOTE)
        if quantity is not None:
            row.amount, row.measure = quantity.amount, quantity.measure[:LONGEST_MEASURE]
    await session.flush()
    return Edited(quantity)


async def forget(session: AsyncSession, message: Message, *, now: datetime) -> None:
    """It must not be kept: words and files of it go at once; that something was sent stays."""
    for article in await _recorded(session, message):
        article.note, article.file_id, article.file_name = "", None, ""
    for row in await _waiting(session, message):
        row.note, row.file_id, row.file_name, row.links = "", None, "", []
        row.placed_at = row.placed_at or now
    await link_files.drop(session, chat_id=message.chat.id, message_id=message.message_id)
    await session.flush()


async def _recorded(session: AsyncSession, message: Message) -> list[Article]:
    return await articles.of_message(
        session, chat_id=message.chat.id, message_id=message.message_id
    )  # fmt: skip


async def _waiting(session: AsyncSession, message: Message) -> list[Submission]:
    return await submissions.of_message(
        session, chat_id=message.chat.id, message_id=message.message_id
    )


def _is_link(row: Article | Submission) -> bool:
    return row.kind is EvidenceKind.LINK


def _is_decided(row: Article | Submission) -> bool:
    return isinstance(row, Article) and row.state is not ArticleState.RECORDED
