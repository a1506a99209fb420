"""Canned answers: kept under a short name, and sent in answer to a question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import questions
from bot.domain.folding import normalise
from bot.domain.rights import Actor
from bot.errors import Conflict, InvalidInput, NotFound
from bot.storage import canned_answers, events
from bot.storage import questions as question_rows
from bot.storage.tables import CannedAnswer, Chat

LONGEST_NAME = 60
LONGEST_TEXT = 800  # so that a page of the list holds whole ones


async def name_of(session: AsyncSession, typed: str) -> str:
    """A name for a new one; InvalidInput if it is none, or taken."""
    name = " ".join(normalise(typed).split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise InvalidInput("canned.name_unusable", longest=LONGEST_NAME)
    if await canned_answers.is_taken(session, name):
        raise InvalidInput("canned.name_taken", name=name)
    return name


async def add(session: AsyncSession, name: str, typed: str, *, actor: Actor, now: datetime) -> None:
    """Keep an answer under a name; InvalidInput if it is none or too long, or the name is taken
    meanwhile."""
    text = normalise(typed).strip()
    if not 2 <= len(text) <= LONGEST_TEXT:
        raise InvalidInput("canned.text_unusable", longest=LONGEST_TEXT)
    added = await canned_answers.add(session, name, text, person_id=actor.person_id, now=now)
    if added is None:
        raise InvalidInput("canned.name_taken", name=name)
    events.add(session, "canned_answer_added", at=now, object_kind="canned_answer", object_id=added)


async def drop(session: AsyncSession, answer_id: int, *, now: datetime) -> tuple[str, str] | None:
    """Forget one; its name and text, or None if it was gone before."""
    dropped = await canned_answers.drop(session, answer_id)
    if dropped is not None:
        events.add(
            session, "canned_answer_dropped", at=now, object_kind="canned_answer",
            object_id=answer_id,
        )  # fmt: skip
    return dropped


async def for_question(
    session: AsyncSession, question_id: int, answer_id: int, *, actor: Actor
) -> CannedAnswer:
    """One that may be the answer to a question which is this person's to handle. Conflict if the
    office has just said that: who presses twice answers once."""
    await questions.to_handle(session, question_id, actor=actor)
    canned = await canned_answers.get(session, answer_id)
    if canned is None:
        raise NotFound("canned.gone")
    said = await question_rows.thread(session, question_id)
    if said and said[-1].from_office and said[-1].text == canned.text:
        raise Conflict("canned.sent_before")
    return canned


async def send(
    session: AsyncSession,
    question_id: int,
    answer_id: int,
    *,
    actor: Actor,
    chat: Chat,
    now: datetime,
) -> None:
    """Answer a question with it."""
    canned = await for_question(session, question_id, answer_id, actor=actor)
    await questions.answer(
        session, question_id, actor=actor, text=canned.text, chat=chat, message_id=None, now=now
    )
