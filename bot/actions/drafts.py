"""Composing: a letter becomes a draft, and staff complete it step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.cards import task_lists
from bot.actions.replies import notice, queue
from bot.domain.audience import match_lines
from bot.domain.rights import Actor
from bot.domain.states import (
    COMPOSING,
    CardKind,
    DraftState,
    Lane,
    MessageKind,
    WhenUnclear,
)
from bot.errors import Conflict, InvalidInput, NotFound
from bot.letters.letter import Letter, Urgency
from bot.letters.titles import suggest_short_title
from bot.runtime import Wake, wake_after_commit
from bot.storage import cards, drafts, events, people, units, updates
from bot.storage.outbox import NewMessage
from bot.storage.tables import Chat, Draft, DraftGroup, DraftTask

MAX_FILE_BYTES = 20 * 1024 * 1024
_MAX_NUMBER = 20
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


class Menu:
    """Which of its menus a draft's card shows."""

    MAIN = "main"
    GROUPS = "groups"
    DEADLINES = "deadlines"
    TASK = "task"
    FILES = "files"
    RELATIONS = "relations"


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
    await queue(
        session,
        NewMessage(
            kind=MessageKind.RETIRE,
            lane=Lane.ANSWER,
            chat_id=chat.id,
            send_at=now,
            parameters={"queued_at": now.isoformat()},
            key=f"retire:{chat.id}:{message_id}",
            edits=message_id,
        ),
    )


async def show(
    session: AsyncSession,
    draft: Draft,
    *,
    now: datetime,
    menu: str = Menu.MAIN,
    task_id: int | None = None,
) -> None:
    """Draw the draft's card with one of its menus."""
    card, _ = await cards.ensure(
        session, CardKind.DRAFT, subject_id=draft.id, chat_id=draft.chat_id
    )
    await queue(
        session,
        NewMessage(
            kind=MessageKind.DRAFT,
            lane=Lane.ANSWER,
            chat_id=draft.chat_id,
            send_at=now,
            card_id=card.id,
            parameters={"menu": menu, "task_id": task_id},
        ),
    )


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
    """What the letter is about, as typed."""
    draft = await open_draft(session, draft_id)
    subject = " ".join(text.split())
    if not 3 <= len(subject) <= 1000:
        raise InvalidInput("draft.subject_unusable", longest=1000)
    draft.subject = subject
    await changed(session, draft, now=now)


async def choose_group(
    session: AsyncSession, draft_group_id: int, *, chosen: bool, now: datetime
) -> Draft:
    """Tick or untick a line of the audience: as the button said, so that it may come twice."""
    line = await drafts.draft_group(session, draft_group_id)
    if line is None:
        raise NotFound("draft.unknown")
    draft = await open_draft(session, line.draft_id)
    if line.group_id is None:
        raise InvalidInput("draft.line_without_group")
    line.chosen = chosen
    await changed(session, draft, now=now)
    return draft


async def offer_all_groups(session: AsyncSession, draft: Draft, *, actor: Actor) -> None:
    """Let staff also tick registered groups that the letter does not name, if they are theirs."""
    choices = await drafts.group_choices(session, draft.id)
    offered = {choice.group_id for choice in choices}
    position = len(choices)
    for group in await units.groups(session):
        if group.id not in offered and actor.may_address({group.id}):
            session.add(
                DraftGroup(draft_id=draft.id, position=position, group_id=group.id, chosen=False)
            )
            position += 1
    await session.flush()


async def lists(session: AsyncSession, draft: Draft) -> int:
    """How many lists of tasks its units will get before the card."""
    titles = [task.short_title for task in await drafts.tasks(session, draft.id)]
    return len(task_lists(draft, titles))


def state_id(draft: Draft) -> int:
    """Another number after every change: what was previewed is what is sent, or nothing."""
    return int(draft.updated_at.timestamp() * 1_000_000)


async def check_task(session: AsyncSession, draft_id: int, task_id: int) -> None:
    """NotFound unless the task is the draft's; 0 stands for all tasks."""
    await open_draft(session, draft_id)
    tasks = await drafts.tasks(session, draft_id)
    if task_id and task_id not in {task.id for task in tasks}:
        raise NotFound("draft.unknown")


async def set_deadline(
    session: AsyncSession,
    draft_id: int,
    *,
    task_id: int | None,
    deadline_at: datetime | None,
    now: datetime,
) -> Draft:
    """Set one task's deadline, or all tasks' (`task_id` None); no moment means "thường xuyên"."""
    draft = await open_draft(session, draft_id)
    if deadline_at is not None and deadline_at <= now:
        raise InvalidInput("deadline.past")
    tasks = await drafts.tasks(session, draft_id)
    chosen = [task for task in tasks if task_id is None or task.id == task_id]
    if not chosen:
        raise NotFound("draft.unknown")
    for task in chosen:
        task.deadline_at = deadline_at
        task.continuous = deadline_at is None
    await changed(session, draft, now=now)
    return draft


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


def retry_import_at(tries: int, *, now: datetime) -> datetime:
    """When to try again to download a letter after `tries` failures."""
    return now + timedelta(seconds=min(300, 2**tries))


def _cut(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else text
