"""Publishing an answer to all recipients of a directive: it stands on their cards, and each chat is
told once, quietly. Who asked is never published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, closing
from bot.actions import cards as card_actions
from bot.actions.policy import Policy
from bot.actions.replies import queue
from bot.domain import additions as wording
from bot.domain.additions import Words
from bot.domain.rights import Actor
from bot.domain.states import Ending, Lane, MessageKind
from bot.errors import Conflict, InvalidInput, NotFound
from bot.runtime import Wake, wake_after_commit
from bot.storage import additions, corrections, directives, events, outbox, sending
from bot.storage.additions import Asked
from bot.storage.corrections import PlacedCard
from bot.storage.outbox import NewMessage
from bot.storage.tables import Addition, Directive
from scheduler.plan import held_until


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be published, and to how many."""

    directive: Directive
    words: Words
    units: int
    chats: int
    published: Sequence[Addition]  # of the same question, before


async def proposed(session: AsyncSession, question_id: int, *, actor: Actor) -> Proposal:
    """The question's first words and its last answer, for all. Conflict while there is none."""
    found, directive = await _controlled(session, question_id, actor=actor)
    if not found.answer:
        raise Conflict("addition.not_answered")
    words = wording.proposed(found.asked, found.answer, names=found.names)
    return await _proposal(session, question_id, directive, words)


async def reworded(
    session: AsyncSession, question_id: int, text: str, *, asked: str, actor: Actor
) -> Proposal:
    """The same in other words; `asked` is the question as it was shown."""
    found, directive = await _controlled(session, question_id, actor=actor)
    words = wording.typed(text, asked=asked, names=found.names)
    _check(words)
    return await _proposal(session, question_id, directive, words)


async def _proposal(
    session: AsyncSession, question_id: int, directive: Directive, words: Words
) -> Proposal:
    placed = await corrections.cards_of(session, directive.id)
    return Proposal(
        directive,
        words,
        units=len(await directives.unit_ids(session, directive.id)),
        chats=len({each.card.chat_id for each in placed if each.is_there}),
        published=[each for each, _ in await additions.of_question(session, question_id)],
    )


def _check(words: Words) -> None:
    if not words.are_usable:
        raise InvalidInput("addition.unusable", longest=wording.LONGEST_ANSWER)


async def _controlled(
    session: AsyncSession, question_id: int, *, actor: Actor
) -> tuple[Asked, Directive]:
    """What was asked about a directive that is wholly in the person's hands and goes on, which is
    locked."""
    found = await additions.asked(session, question_id)
    if found is None:
        raise NotFound("refused.gone")
    if found.directive_id is None:
        raise Conflict("addition.about_nothing")
    await access.check_control(session, found.directive_id, actor=actor)
    return found, await closing.still_open(session, found.directive_id)


@dataclass(frozen=True, slots=True)
class Published:
    """What is on its way now."""

    addition_id: int
    chats: int


async def publish(
    session: AsyncSession,
    question_id: int,
    words: Words,
    *,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> Published:
    """Let it stand on all cards. Conflict if another answer to this question does:
    whoever would have other words takes that back first."""
    found, directive = await _controlled(session, question_id, actor=actor)
    words = wording.proposed(words.asked, words.answer, names=found.names)
    _check(words)
    for _, name in await additions.of_question(session, question_id):
        raise Conflict("addition.published_before", by=name)
    addition = Addition(
        directive_id=directive.id,
        question_id=question_id,
        asked=words.asked,
        answer=words.answer,
        person_id=actor.person_id,
        at=now,
    )
    session.add(addition)
    await session.flush()
    there = await _redraw(session, directive, now=now)
    messages = _notices(directive, addition, there, policy=policy, now=now)
    await outbox.add_all(session, messages)
    events.add(
        session, "addition_published", at=now, person_id=actor.person_id, object_kind="addition",
        object_id=addition.id, directive_id=directive.id, chats=len(messages),
    )  # fmt: skip
    return Published(addition.id, len(messages))


async def _redraw(
    session: AsyncSession, directive: Directive, *, now: datetime
) -> list[PlacedCard]:
    """Let all cards show it; those that wait do by themselves."""
    await sending.put_back(session, directive.id)  # what is in hand may be without it
    placed = await corrections.cards_of(session, directive.id)
    there = [each for each in placed if each.is_there]
    await card_actions.redraw_all(session, [each.card for each in there], now=now)
    wake_after_commit(session, Wake.OUTBOX)
    return there


def _notices(
    directive: Directive,
    addition: Addition,
    there: Sequence[PlacedCard],
    *,
    policy: Policy,
    now: datetime,
) -> list[NewMessage]:
    """One for each chat, however many of its units have the directive; it wakes nobody."""
    quiet_until = held_until(now, calendar=policy.calendar, passes_quiet=directive.passes_quiet)
    send_at = quiet_until or now
    by_chat: dict[int, list[PlacedCard]] = {}
    for each in there:
        by_chat.setdefault(each.card.chat_id, []).append(each)
    return [
        NewMessage(
            kind=MessageKind.ADDITION,
            lane=Lane.REMINDER,
            chat_id=chat_id,
            send_at=send_at,
            parameters={
                "directive_id": directive.id,
                "addition_ids": [addition.id],
                "addressee_ids": [each.card.subject_id for each in of_chat],
            },
            key=f"addition:{addition.id}:{chat_id}",
            reply_to=of_chat[0].card.message_id,
        )
        for chat_id, of_chat in by_chat.items()
    ]


async def withdraw(session: AsyncSession, addition_id: int, *, actor: Actor, now: datetime) -> None:
    """Take it from all cards. Conflict if that was done before, or all was recalled."""
    addition = await additions.get(session, addition_id)
    if addition is None:
        raise NotFound("refused.gone")
    await access.check_control(session, addition.directive_id, actor=actor)
    directive = await sending.lock(session, addition.directive_id)
    addition = await additions.get(session, addition_id)
    if directive is None or addition is None:
        raise NotFound("refused.gone")
    if directive.ending is Ending.RECALLED:
        raise await closing.refusal(session, directive.id, directive.ending)
    if addition.withdrawn_at is not None:
        raise Conflict("addition.withdrawn_before")
    addition.withdrawn_at = now
    await session.flush()
    await _redraw(session, directive, now=now)
    events.add(
        session, "addition_withdrawn", at=now, person_id=actor.person_id, object_kind="addition",
        object_id=addition.id, directive_id=directive.id,
    )  # fmt: skip


async def send_all(
    session: AsyncSession,
    directive_id: int,
    *,
    addressee_id: int,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Queue everything that was published, whole, for who asked for the whole letter."""
    found = await additions.of_directive(session, directive_id)
    words = [Words(each.asked, each.answer) for each in found]
    for page in wording.pages(words):
        await queue(
            session,
            NewMessage(
                kind=MessageKind.ADDITION,
                lane=Lane.ANSWER,
                chat_id=chat_id,
                send_at=now,
                parameters={
                    "directive_id": directive_id,
                    "addition_ids": [found[place].id for place in page],
                    "addressee_ids": [addressee_id],
                    "asked_for": True,
                },
                reply_to=reply_to,
            ),
        )
