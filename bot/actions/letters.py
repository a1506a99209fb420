"""A letter on its way to a draft: kept to be read, refused, or put into the draft's fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.drafts import show
from bot.actions.replies import retire
from bot.domain.audience import match_lines
from bot.domain.rights import Actor
from bot.domain.states import DraftState, Lane
from bot.letters.letter import Letter, Urgency
from bot.letters.titles import suggest_short_title
from bot.runtime import Wake, wake_after_commit
from bot.storage import events, people, units, updates
from bot.storage.tables import Chat, Draft, DraftGroup, DraftTask

MAX_FILE_BYTES = 20 * 1024 * 1024
# What a letter says at its places, and a file's name, may be of any length: as the columns take it.
_LONGEST_NAME = 300
_LONGEST_READ_NUMBER = 64
_LONGEST_SYMBOL = 120


@dataclass(frozen=True, slots=True)
class Source:
    """Where a letter came from: a file to download, or text that was pasted."""

    message_id: int
    text: str = ""
    file_id: str | None = None
    file_name: str | None = None


async def begin(
    session: AsyncSession, source: Source, *, author_id: int, chat_id: int, now: datetime
) -> int:
    """Keep a letter to be read by the letters' worker; the draft's id."""
    draft = Draft(
        author_id=author_id,
        chat_id=chat_id,
        state=DraftState.READING,
        import_due_at=now,
        source_message_id=source.message_id,
        file_id=source.file_id,
        file_name=_cut(source.file_name, _LONGEST_NAME),
        body=source.text,
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    await session.flush()
    events.add(
        session, "draft_begun", at=now, person_id=author_id, object_kind="draft",
        object_id=draft.id,
    )  # fmt: skip
    wake_after_commit(session, Wake.LETTERS)
    return draft.id


async def fill(
    session: AsyncSession, draft: Draft, letter: Letter, *, issuer: str, now: datetime
) -> None:
    """Put what was read into the draft and show it; what the letter lacks stays empty."""
    year_month = letter.issued_month
    draft.state = DraftState.OPEN
    draft.import_due_at = None
    draft.issuer = _cut(letter.issuer or issuer, _LONGEST_NAME)
    draft.number = _cut(letter.number, _LONGEST_READ_NUMBER)
    draft.symbol = _cut(letter.symbol, _LONGEST_SYMBOL)
    draft.issued_on = letter.issued_on
    draft.issued_month = f"{year_month[0]:04d}-{year_month[1]:02d}" if year_month else None
    draft.urgency = None if letter.urgency is Urgency.NONE else letter.urgency.value
    draft.subject = letter.subject
    draft.body = letter.body
    draft.updated_at = now
    for position, task in enumerate(letter.tasks, start=1):
        session.add(
            DraftTask(
                draft_id=draft.id,
                position=position,
                text=task.text,
                short_title=suggest_short_title(task.text),
                expected_articles=1 if task.expected is None else task.expected,
            )
        )
    author = await people.actor_by_id(session, draft.author_id)
    # A line may name several groups: "Các cơ quan báo chí; Phòng Văn hóa các huyện".
    parts = (part.strip() for line in letter.addressees for part in line.split(";"))
    lines = [part for part in parts if part]
    matches = match_lines(lines, await units.group_names(session))
    for position, match in enumerate(matches):
        session.add(
            DraftGroup(
                draft_id=draft.id,
                position=position,
                line=match.line,
                group_id=match.group_id,
                chosen=match.sure and _is_to_address(author, match.group_id),
            )
        )
    await session.flush()
    await show(session, draft, now=now)


def _is_to_address(author: Actor | None, group_id: int | None) -> bool:
    return author is not None and group_id is not None and author.may_address({group_id})


def refuse(draft: Draft, *, now: datetime) -> None:
    """The letter could not be used; nothing of its text is kept."""
    draft.state = DraftState.DROPPED
    draft.import_due_at = None
    draft.body = ""
    draft.file_id = draft.file_name = None
    draft.updated_at = now


async def refuse_secret(
    session: AsyncSession, chat_id: int, message_id: int, *, person_id: int, now: datetime
) -> None:
    """Keep nothing of a message that holds a letter with a secrecy mark but that it was refused.

    The updates that hold it are emptied and the message is deleted where the bot may delete it.
    """
    chat = await session.get_one(Chat, chat_id)
    await updates.forget_message(session, chat_key=chat.telegram_id, message_id=message_id)
    events.add(
        session, "secret_letter_refused", at=now, person_id=person_id, object_kind="chat",
        object_id=chat.id,
    )  # fmt: skip
    await retire(
        session, chat_id=chat.id, message_id=message_id, since=now, now=now, lane=Lane.ANSWER
    )


def retry_import_at(tries: int, *, now: datetime) -> datetime:
    """When to try again to download a letter after `tries` failures."""
    return now + timedelta(seconds=min(300, 2**tries))


def _cut(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else text
