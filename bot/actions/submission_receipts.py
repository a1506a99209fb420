"""What people are told of evidence they sent, at once: what was written down and under which
reference, what was there before, or which task or unit they have to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import replies, task_questions
from bot.actions.recording import Duplicate, Recorded
from bot.actions.replies import MOST_BUTTONS, Button, Said, Values
from bot.actions.submitting import ChooseTask, ChooseUnit, Outcome
from bot.actions.task_questions import MOST_SHOWN
from bot.callbacks import Callback, Press
from bot.domain.articles import EvidenceKind, reference
from bot.domain.splitting import shortened_name
from bot.domain.states import AnswerKind
from bot.errors import BotError
from bot.storage import units
from bot.storage.tables import Unit
from bot.texts.moments import Moments
from bot.texts.periods import numbered

_TITLES_ASKED = 10


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told, where, below which message, and how they read moments."""

    chat_id: int
    reply_to: int | None
    moments: Moments


async def tell(session: AsyncSession, outcome: Outcome, *, reader: Reader, now: datetime) -> None:
    """Tell what came of it, with buttons where something must be chosen."""
    match outcome:
        case Recorded():
            await _receipt(session, outcome, reader=reader, now=now)
        case ChooseTask():
            await _ask_task(session, outcome, reader=reader, now=now)
        case ChooseUnit():
            await _ask_unit(session, outcome, reader=reader, now=now)


async def tell_again(
    session: AsyncSession, outcome: Outcome, *, reader: Reader, now: datetime
) -> None:
    """The same of what has waited; who does not mean it any more can drop it."""
    match outcome:
        case Recorded():
            await _receipt(session, outcome, reader=reader, now=now)
        case ChooseTask():
            drop = _drop(outcome.submission_id)
            await _ask_task(session, outcome, reader=reader, now=now, below=drop)
        case ChooseUnit():
            drop = _drop(outcome.submission_id)
            await _ask_unit(session, outcome, reader=reader, now=now, below=drop)


async def tell_nothing_open(
    session: AsyncSession, submission_id: int, *, reader: Reader, now: datetime
) -> None:
    """Nothing is open any more that what has waited could be for: it can only be dropped."""
    await _say(
        session, "link.nothing_open", {}, reader=reader, now=now, buttons=_drop(submission_id)
    )  # fmt: skip


def _drop(submission_id: int) -> list[list[Button]]:
    callback = Callback(Press.DROP_SUBMISSION, (submission_id,))
    return [[Button("button.drop_submission", callback)]]


async def tell_refused(
    session: AsyncSession, refused: Sequence[BotError], *, reader: Reader, now: datetime
) -> None:
    """Why some links were not taken, each reason once."""
    for error in refused:
        await replies.refusal(
            session, reader.chat_id, error, now=now, reply_to=reader.reply_to
        )  # fmt: skip


async def _say(
    session: AsyncSession,
    key: str,
    values: Values,
    *,
    reader: Reader,
    now: datetime,
    buttons: Sequence[Sequence[Button]] = (),
) -> None:
    await replies.notice(
        session, reader.chat_id, key, now=now, reply_to=reader.reply_to, buttons=buttons,
        values=values,
    )  # fmt: skip


# --- what was recorded ---------------------------------------------------------------------------


async def _receipt(
    session: AsyncSession, recorded: Recorded, *, reader: Reader, now: datetime
) -> None:
    if recorded.first_id is not None:
        values: Values = {
            "unit": recorded.unit_name,
            "count": recorded.new,
            "again": recorded.again,
            "what": Said(f"evidence.{recorded.first.kind}"),
            "amount": recorded.first.amount,
            "measure": recorded.first.measure,
            "position": numbered(recorded.task_position, recorded.period, reader.moments.texts),
            "total": recorded.total,
            "expected": recorded.expected,
            "code": reference(recorded.first_id),
        }
        buttons = buttons_below(recorded)
        await _say(session, _key(recorded), values, reader=reader, now=now, buttons=buttons)
    await tell_ended(session, recorded, reader=reader, now=now)
    if recorded.duplicates:
        await _tell_duplicates(session, recorded.duplicates, reader=reader, now=now)


async def tell_ended(
    session: AsyncSession, recorded: Recorded, *, reader: Reader, now: datetime
) -> None:
    """That what the unit had said of the work, and the office has not decided, holds no more."""
    position = numbered(recorded.task_position, recorded.period, reader.moments.texts)
    for kind in dict.fromkeys(recorded.ended):
        key = "answer.nothing_ended" if kind is AnswerKind.NOTHING else "answer.cannot_ended"
        await _say(session, key, {"position": position}, reader=reader, now=now)


def buttons_below(recorded: Recorded) -> list[list[Button]]:
    """What the unit can still do about what was recorded: look and change, and tell the titles that
    no program can read; what the office enters for a unit goes on."""
    if recorded.by_office:
        more = Callback(Press.ENTER_WORK, (recorded.addressee_id, recorded.assignment_id))
        return [[Button("button.enter_more", more)]]
    if recorded.first_id is None:
        return []
    if recorded.new == 1:
        own = Callback(Press.OWN_ARTICLE, (recorded.first_id,))
    else:
        own = Callback(Press.OWN_ARTICLES, (recorded.addressee_id, 1))
    rows = [[Button("button.own_articles_change", own)]]
    for article_id in recorded.untitled[:_TITLES_ASKED]:
        ask = Callback(Press.ARTICLE_TITLE, (article_id,))
        if recorded.new == 1:
            rows.append([Button("button.article_title", ask)])
        else:
            rows.append([Button("button.article_title_of", ask, {"code": reference(article_id)})])
    return rows


def _key(recorded: Recorded) -> str:
    """The sentence: of links, of a quantity, of a whole album or of a file; for the office's people
    with the unit for which they entered it."""
    first, again = recorded.first, recorded.again > 0
    if first.kind is EvidenceKind.LINK:
        if recorded.by_office:
            return "entry.recorded_links"
        return "link.recorded_again" if again else "link.recorded"
    if first.kind is EvidenceKind.QUANTITY:
        return "entry.recorded_quantity" if recorded.by_office else "evidence.recorded_quantity"
    if first.album is not None:
        return "entry.recorded_album" if recorded.by_office else "evidence.recorded_album"
    if recorded.by_office:
        return "entry.recorded"
    return "evidence.recorded_again" if again else "evidence.recorded"


async def _tell_duplicates(
    session: AsyncSession, duplicates: Sequence[Duplicate], *, reader: Reader, now: datetime
) -> None:
    first = duplicates[0]
    values = {**_before(first, reader), "count": len(duplicates)}
    if first.kind is not EvidenceKind.LINK:
        key = "evidence.duplicate"
    else:
        key = "link.duplicate" if len(duplicates) == 1 else "link.duplicates"
    await _say(session, key, values, reader=reader, now=now)


def _before(sent: Duplicate, reader: Reader) -> Values:
    return {
        "at": sent.submitted_at,
        "zone": reader.moments.zone_name(sent.submitted_at),
        "position": numbered(sent.task_position, sent.period, reader.moments.texts),
    }


# --- what must be chosen -------------------------------------------------------------------------


async def _ask_task(
    session: AsyncSession,
    choose: ChooseTask,
    *,
    reader: Reader,
    now: datetime,
    below: Sequence[Sequence[Button]] = (),
) -> None:
    await _say(
        session,
        "evidence.question",
        {"words": task_questions.words(choose, reader.moments)},
        reader=reader,
        now=now,
        buttons=[*task_questions.buttons(choose, reader.moments), *below],
    )


async def _ask_unit(
    session: AsyncSession,
    choose: ChooseUnit,
    *,
    reader: Reader,
    now: datetime,
    below: Sequence[Sequence[Button]] = (),
) -> None:
    found = await units.units_by_ids(session, choose.unit_ids)
    found.sort(key=lambda unit: (unit.name, unit.id))
    buttons = [*unit_buttons(found, choose.submission_id, choose.task_position or 0), *below]
    await _say(session, "speak.ask", {}, reader=reader, now=now, buttons=buttons)


def unit_buttons(found: Sequence[Unit], *more: int) -> list[list[Button]]:
    """A button for each unit for which somebody may speak; `more` goes with every choice."""
    return [
        [
            Button(
                "button.speak_for_unit",
                Callback(Press.SPEAK_FOR, (unit.id, *more)),
                {"unit": shortened_name(unit.name, most=MOST_SHOWN)},
            )
        ]
        for unit in found[:MOST_BUTTONS]
    ]
