"""A draft being composed: its card, and its fields as staff complete them step by step.

How a letter becomes one is in `letters`, its tasks in `draft_tasks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.cards import redraw
from bot.actions.replies import notice, queue, retire
from bot.domain.splitting import split
from bot.domain.states import (
    COMPOSING,
    AcknowledgeBy,
    CardKind,
    DraftState,
    Lane,
    MessageKind,
    WhenUnclear,
)
from bot.errors import Conflict, InvalidInput, NotFound
from bot.letters.letter import Urgency
from bot.storage import cards, drafts, events
from bot.storage.outbox import NewMessage
from bot.storage.tables import Draft, DraftTask

_MAX_NUMBER = 20
_LONGEST_NAME = 300
_LONGEST_SYMBOL = 120


class Menu:
    """Which of its menus a draft's card shows."""

    MAIN = "main"
    GROUPS = "groups"
    DEADLINES = "deadlines"
    DEADLINE = "deadline"  # of a task, or of all
    TASKS = "tasks"
    TASK = "task"
    EVERY = "every"  # how often it recurs
    PARTS = "parts"
    REMOVE_TASK = "remove_task"
    URGENCY = "urgency"
    MORE = "more"
    DROP = "drop"
    FILES = "files"
    RELATIONS = "relations"
    REMINDERS = "reminders"
    TASK_REMINDERS = "task_reminders"


async def show(
    session: AsyncSession,
    draft: Draft,
    *,
    now: datetime,
    menu: str = Menu.MAIN,
    task_id: int | None = None,
    page: int = 1,
    chat_id: int | None = None,
) -> None:
    """Draw the draft's card with one of its menus: in this chat, else where somebody works on it.

    It may have a card in several chats, whoever opened it there: the others are drawn too, with the
    menu that they show.
    """
    present = {
        card.chat_id: card for card in await cards.of_subject(session, CardKind.DRAFT, draft.id)
    }
    here = events.where()
    if chat_id is None:
        chat_id = here if here in present else draft.chat_id
    card = present.get(chat_id)
    if card is None:
        card, _ = await cards.ensure(session, CardKind.DRAFT, subject_id=draft.id, chat_id=chat_id)
    await queue(
        session,
        NewMessage(
            kind=MessageKind.DRAFT,
            lane=Lane.ANSWER,
            chat_id=chat_id,
            send_at=now,
            card_id=card.id,
            parameters={"menu": menu, "task_id": task_id, "page": page},
        ),
    )
    for other in present.values():
        if other is not card and other.message_id is not None:
            await redraw(session, other, now=now, lane=Lane.ANSWER)


async def bring(session: AsyncSession, draft: Draft, *, chat_id: int, now: datetime) -> None:
    """Let the card be the newest message of this chat; one further up there is taken back."""
    card, _ = await cards.ensure(session, CardKind.DRAFT, subject_id=draft.id, chat_id=chat_id)
    if card.message_id is not None:
        await retire(
            session, chat_id=chat_id, message_id=card.message_id, since=draft.created_at, now=now,
            lane=Lane.ANSWER,
        )  # fmt: skip
        await cards.lost(session, card.id)
    await show(session, draft, now=now, chat_id=chat_id)


async def any_draft(session: AsyncSession, draft_id: int) -> Draft:
    """The draft in whatever state it is; NotFound if there is none."""
    draft = await drafts.get(session, draft_id)
    if draft is None:
        raise NotFound("draft.unknown")
    return draft


async def open_draft(session: AsyncSession, draft_id: int) -> Draft:
    """The draft while it can be changed, locked; NotFound or Conflict otherwise."""
    draft = await drafts.lock(session, draft_id)
    if draft is None:
        raise NotFound("draft.unknown")
    if draft.state is DraftState.ISSUED:
        raise Conflict("draft.already_issued")
    if draft.state not in COMPOSING:
        raise Conflict("draft.dropped")
    return draft


async def changed(session: AsyncSession, draft: Draft, *, now: datetime) -> None:
    """Every change ends here: what was submitted or approved is so no more, and nothing said of the
    draft when it was given back holds; whoever takes part in the writing may not approve it."""
    draft.updated_at = now
    draft.submitted_at = draft.reviewed_by = draft.reviewed_at = draft.review_note = None
    await _note_editor(session, draft, now=now)
    if draft.state in (DraftState.SUBMITTED, DraftState.APPROVED):
        draft.state = DraftState.OPEN
        events.add(session, "draft_reopened", at=now, object_kind="draft", object_id=draft.id)
        await notice(session, draft.chat_id, "review.reopened", now=now)
    await session.flush()


async def _note_editor(session: AsyncSession, draft: Draft, *, now: datetime) -> None:
    """Somebody else than the author; once for each of them."""
    editor = events.who_acts()
    is_another = editor is not None and editor != draft.author_id
    if is_another and not await drafts.edited_by(session, editor, [draft.id]):
        events.add(session, "draft_edited", at=now, object_kind="draft", object_id=draft.id)


def is_approved(draft: Draft) -> bool:
    """Somebody has approved the draft as it stands."""
    return (
        draft.state is DraftState.APPROVED
        and draft.reviewed_at is not None
        and draft.updated_at <= draft.reviewed_at
    )


async def set_number(session: AsyncSession, draft_id: int, text: str, *, now: datetime) -> str:
    """Take the letter's number as typed: `12`, `05` or the whole `12/STTTT-TTBCXB`."""
    draft = await open_draft(session, draft_id)
    number, _, symbol = text.strip().removeprefix("Số:").strip().partition("/")
    number = number.strip()
    if not number or len(number) > _MAX_NUMBER or not number[0].isdigit():
        raise InvalidInput("draft.number_unusable")
    draft.number = number.zfill(2)
    if symbol.strip():
        draft.symbol = symbol.strip()[:_LONGEST_SYMBOL]
    await changed(session, draft, now=now)
    return draft.number


async def set_date(session: AsyncSession, draft_id: int, day: date, *, now: datetime) -> None:
    """The day the letter bears."""
    draft = await open_draft(session, draft_id)
    draft.issued_on = day
    await changed(session, draft, now=now)


async def set_subject(session: AsyncSession, draft_id: int, text: str, *, now: datetime) -> None:
    """What the letter is about, as typed; without its V/v, which cards put before it."""
    from bot.letters.header import ABOUT  # heavy: only when letters are read

    draft = await open_draft(session, draft_id)
    subject = ABOUT.sub("", " ".join(text.split()))
    if not 3 <= len(subject) <= 1000:
        raise InvalidInput("draft.subject_unusable", longest=1000)
    draft.subject = subject
    await changed(session, draft, now=now)


async def set_issuer(session: AsyncSession, draft_id: int, text: str, *, now: datetime) -> None:
    """Whose letter it is, as typed."""
    draft = await open_draft(session, draft_id)
    issuer = " ".join(text.split())
    if not 3 <= len(issuer) <= _LONGEST_NAME:
        raise InvalidInput("draft.issuer_unusable", longest=_LONGEST_NAME)
    draft.issuer = issuer
    await changed(session, draft, now=now)


async def set_urgency(
    session: AsyncSession, draft_id: int, urgency: Urgency, *, now: datetime
) -> None:
    """How fast it must be handled."""
    draft = await open_draft(session, draft_id)
    draft.urgency = None if urgency is Urgency.NONE else urgency.value
    await changed(session, draft, now=now)


def full_text(draft: Draft, tasks: Sequence[DraftTask]) -> str:
    """The letter's text; of a draft that was not made from one, its subject and tasks."""
    if draft.body:
        return draft.body
    numbered = (f"{task.position}. {task.text}" for task in tasks)
    return "\n\n".join([*([draft.subject] if draft.subject else []), *numbered])


async def parts(session: AsyncSession, draft: Draft) -> int:
    """In how many messages its letter is shown."""
    tasks = await drafts.tasks(session, draft.id)
    return 1 if draft.file_id else len(split(full_text(draft, tasks)))


def state_id(draft: Draft) -> int:
    """Another number after every change: what was previewed is what is sent, or nothing."""
    return int(draft.updated_at.timestamp() * 1_000_000)


def send_at_fault(
    send_at: datetime | None, tasks: Sequence[DraftTask], *, now: datetime
) -> str | None:
    """The key of what is wrong with a moment appointed for sending; None when nothing is."""
    if send_at is None:
        return None
    if send_at <= now:
        return "appoint.past"
    if any(task.deadline_at is not None and task.deadline_at <= send_at for task in tasks):
        return "appoint.after_deadline"
    return None


async def set_send_at(
    session: AsyncSession, draft_id: int, send_at: datetime | None, *, now: datetime
) -> None:
    """When the sending is to begin; None for as soon as it is issued."""
    draft = await open_draft(session, draft_id)
    fault = send_at_fault(send_at, await drafts.tasks(session, draft_id), now=now)
    if fault is not None:
        raise InvalidInput(fault)
    draft.send_at = send_at
    await changed(session, draft, now=now)


async def set_when_unclear(
    session: AsyncSession, draft_id: int, when_unclear: WhenUnclear, *, now: datetime
) -> None:
    """What becomes of a card of which it is not known whether it arrived."""
    draft = await open_draft(session, draft_id)
    draft.when_unclear = when_unclear
    await changed(session, draft, now=now)


async def set_acknowledge_by(
    session: AsyncSession, draft_id: int, rule: AcknowledgeBy, *, now: datetime
) -> None:
    """Whose confirmation will be a unit's; NotFound for a correction, which changes nobody's."""
    draft = await open_draft(session, draft_id)
    if draft.corrects_id is not None:
        raise NotFound("refused.gone")
    draft.acknowledge_by = rule
    await changed(session, draft, now=now)


async def drop(session: AsyncSession, draft_id: int, *, actor_id: int, now: datetime) -> Draft:
    """Staff do not want this draft any more."""
    draft = await open_draft(session, draft_id)
    if not await drafts.close(session, draft_id, state=DraftState.DROPPED, now=now):
        raise Conflict("draft.already_issued")
    events.add(
        session, "draft_dropped", at=now, person_id=actor_id, object_kind="draft",
        object_id=draft_id,
    )  # fmt: skip
    return draft
