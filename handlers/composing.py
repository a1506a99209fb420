"""Composing a directive from a letter: the draft's buttons, typed fields, preview, sending."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.actions import access, audience, directives, drafts, letters, previews, replies, trials
from bot.actions.drafts import Menu
from bot.actions.letters import MAX_FILE_BYTES, Source
from bot.actions.replies import Button
from bot.callbacks import Callback, Press
from bot.domain.dialogues import DialogueKind
from bot.domain.splitting import length, shortened
from bot.domain.states import AcknowledgeBy
from bot.errors import Conflict, InvalidInput, NotFound
from bot.letters.document import document_of
from bot.letters.letter import Urgency
from bot.letters.marks import REFUSAL, find_secrecy
from bot.letters.typed_dates import read_typed_date
from bot.storage import people
from bot.storage.tables import Dialogue, Draft
from handlers.appointing import (
    dialogue_draft,
    moment_has_passed,
    own_draft,
    own_draft_and,
    show_part,
)
from handlers.context import Incoming

# Telegram cuts what is pasted into messages of 4,096 units, at a space or line before that.
_LIKELY_CUT = 4000
# By the number a button carries.
_URGENCIES = (Urgency.NONE, Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS)
_ACKNOWLEDGE_BY = tuple(AcknowledgeBy)  # by the number a button carries


# --- beginning -----------------------------------------------------------------------------------


async def ask_letter(incoming: Incoming) -> None:
    """/congvan: the next message is the letter."""
    await incoming.ask(DialogueKind.PASTE_LETTER, {})
    await incoming.reply("draft.send_letter")


async def begin_with_text(incoming: Incoming) -> None:
    """A pasted letter; one with a secrecy mark is not even kept to be read."""
    if find_secrecy(document_of(incoming.text)) is not None:
        await letters.refuse_secret(
            incoming.session,
            incoming.chat.id,
            _message_id(incoming),
            person_id=incoming.known_actor.person_id,
            now=incoming.now,
        )
        await incoming.reply(REFUSAL)
        return
    await _begin(incoming, Source(_message_id(incoming), text=incoming.text))
    if length(incoming.text) >= _LIKELY_CUT:
        await incoming.reply("letter.may_be_cut")


async def begin_with_file(incoming: Incoming) -> None:
    """A letter as a file: downloaded and read by the letters' worker."""
    document = incoming.message.document if incoming.message else None
    if document is None:
        raise InvalidInput("letter.send_file_or_text")
    if document.file_size and document.file_size > MAX_FILE_BYTES:
        raise InvalidInput("letter.too_big", most=MAX_FILE_BYTES // 1024 // 1024)
    source = Source(
        _message_id(incoming), file_id=document.file_id, file_name=document.file_name or ""
    )
    await _begin(incoming, source)


async def _begin(incoming: Incoming, source: Source) -> None:
    await incoming.end_dialogue()
    await letters.begin(
        incoming.session,
        source,
        author_id=incoming.known_actor.person_id,
        chat_id=incoming.chat.id,
        now=incoming.now,
    )


def _message_id(incoming: Incoming) -> int:
    return incoming.message.message_id if incoming.message else 0


# --- the draft's buttons -------------------------------------------------------------------------


async def _show(incoming: Incoming, draft_id: int, menu: str = Menu.MAIN) -> None:
    draft = await drafts.open_draft(incoming.session, draft_id)
    await drafts.show(incoming.session, draft, now=incoming.now, menu=menu)


async def show_draft(incoming: Incoming) -> None:
    """Back to the draft's first menu."""
    await _show(incoming, await own_draft(incoming))


async def show_urgencies(incoming: Incoming) -> None:
    """How fast must it be handled?"""
    await _show(incoming, await own_draft(incoming), Menu.URGENCY)


async def choose_urgency(incoming: Incoming) -> None:
    """So fast."""
    draft_id, number = await own_draft_and(incoming, 1)
    if number >= len(_URGENCIES):
        raise NotFound("refused.gone")
    await drafts.set_urgency(incoming.session, draft_id, _URGENCIES[number], now=incoming.now)
    await _show(incoming, draft_id)


async def show_more(incoming: Incoming) -> None:
    """What is needed now and then."""
    await _show(incoming, await own_draft(incoming), Menu.MORE)


async def choose_acknowledge_by(incoming: Incoming) -> None:
    """Whose confirmation is a unit's."""
    draft_id, number = await own_draft_and(incoming, 1)
    if number >= len(_ACKNOWLEDGE_BY):
        raise NotFound("refused.gone")
    rule = _ACKNOWLEDGE_BY[number]
    await drafts.set_acknowledge_by(incoming.session, draft_id, rule, now=incoming.now)
    await _show(incoming, draft_id, Menu.MORE)


async def show_text(incoming: Incoming) -> None:
    """The letter itself, as it came."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    for number in range(await drafts.parts(incoming.session, draft)):
        await show_part(incoming, draft.id, "text", number=number)


async def ask_drop(incoming: Incoming) -> None:
    """Really?"""
    await _show(incoming, await own_draft(incoming), Menu.DROP)


async def drop(incoming: Incoming) -> None:
    """Staff do not want the draft."""
    draft = await drafts.drop(
        incoming.session,
        await own_draft(incoming),
        actor_id=incoming.known_actor.person_id,
        now=incoming.now,
    )
    await drafts.show(incoming.session, draft, now=incoming.now)
    if draft.author_id != incoming.known_actor.person_id and draft.chat_id != incoming.chat.id:
        named = draft.number or shortened(draft.subject or "–")
        values: replies.Values = {"name": incoming.known_actor.name, "draft": named}
        await replies.notice(
            incoming.session, draft.chat_id, "draft.dropped_by", now=incoming.now, values=values
        )


async def date_today(incoming: Incoming) -> None:
    """The letter bears today's date."""
    draft_id = await own_draft(incoming)
    today = incoming.now.astimezone(_zone(incoming)).date()
    await drafts.set_date(incoming.session, draft_id, today, now=incoming.now)
    await incoming.end_dialogue()
    await _show(incoming, draft_id)


# --- typed fields --------------------------------------------------------------------------------


async def ask_number(incoming: Incoming) -> None:
    """Which number does the letter bear?"""
    await _ask_field(incoming, DialogueKind.DRAFT_NUMBER, "draft.ask_number")


async def ask_date(incoming: Incoming) -> None:
    """Which day does the letter bear?"""
    draft_id = await own_draft(incoming)
    await drafts.open_draft(incoming.session, draft_id)
    await incoming.ask(DialogueKind.DRAFT_DATE, {"draft_id": draft_id})
    today = Button("button.today", Callback(Press.DRAFT_DATE_TODAY, (draft_id,)))
    await incoming.reply("draft.ask_date", buttons=[[today]])


async def ask_subject(incoming: Incoming) -> None:
    """What is the letter about?"""
    await _ask_field(incoming, DialogueKind.DRAFT_SUBJECT, "draft.ask_subject")


async def ask_issuer(incoming: Incoming) -> None:
    """Whose letter is it?"""
    await _ask_field(incoming, DialogueKind.DRAFT_ISSUER, "draft.ask_issuer")


async def _ask_field(incoming: Incoming, kind: DialogueKind, key: str) -> None:
    draft_id = await own_draft(incoming)
    await drafts.open_draft(incoming.session, draft_id)
    await incoming.ask(kind, {"draft_id": draft_id})
    await incoming.reply(key)


async def take_number(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed number."""
    draft_id = await dialogue_draft(incoming, dialogue)
    number = await drafts.set_number(incoming.session, draft_id, incoming.text, now=incoming.now)
    await _taken(incoming, draft_id, "draft.number_taken", number=number)


async def take_date(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed day."""
    draft_id = await dialogue_draft(incoming, dialogue)
    day = read_typed_date(incoming.text, now=incoming.now, zone=_zone(incoming))
    await drafts.set_date(incoming.session, draft_id, day, now=incoming.now)
    await _taken(incoming, draft_id, "draft.date_taken", day=incoming.moments.day(day))


async def take_subject(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed subject."""
    draft_id = await dialogue_draft(incoming, dialogue)
    await drafts.set_subject(incoming.session, draft_id, incoming.text, now=incoming.now)
    await _taken(incoming, draft_id, "draft.subject_taken")


async def take_issuer(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed issuer."""
    draft_id = await dialogue_draft(incoming, dialogue)
    await drafts.set_issuer(incoming.session, draft_id, incoming.text, now=incoming.now)
    await _taken(incoming, draft_id, "draft.issuer_taken")


async def _taken(incoming: Incoming, draft_id: int, key: str, **values: str) -> None:
    await incoming.end_dialogue()
    await incoming.reply(key, buttons=(), **values)
    await _show(incoming, draft_id)


def _zone(incoming: Incoming) -> ZoneInfo:
    return ZoneInfo(incoming.rt.config.office.zone)


# --- preview and sending -------------------------------------------------------------------------


async def preview(incoming: Incoming) -> None:
    """The exact card, with what goes before and behind it, then the check with the sending
    button."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    await previews.send(incoming.session, draft, chat_id=incoming.chat.id, now=incoming.now)
    await show_part(incoming, draft.id, "check")


async def send_test(incoming: Incoming) -> None:
    """Everything that a recipient would get, to whoever asks, in private."""
    draft = await drafts.open_draft(incoming.session, await own_draft(incoming))
    private = await people.chat_by_telegram_id(incoming.session, incoming.user.id)
    if private is None or private.unreachable_reason is not None:
        raise InvalidInput("test.no_private_chat")
    await trials.send(incoming.session, draft, private, now=incoming.now)
    incoming.popup("test.sent")


async def test_copy(incoming: Incoming) -> None:
    """A button of such a card."""
    incoming.popup("test.button")


async def issue(incoming: Incoming) -> None:
    """Send; a large audience's number must be typed first."""
    await _issue_or_ask(incoming, unnumbered="refused")


async def issue_unnumbered(incoming: Incoming) -> None:
    """Send although the letter has no number or day yet."""
    await _issue_or_ask(incoming, unnumbered="allowed")


async def _issue_or_ask(incoming: Incoming, *, unnumbered: str) -> None:
    draft_id, state_id = await own_draft_and(incoming, 1)
    policy = await incoming.policy()
    draft = await check_preview(incoming, draft_id, state_id)
    if await moment_has_passed(incoming, draft):
        return
    units = len((await audience.audience(incoming.session, draft.id)).units)
    if units < policy.large_send_units or policy.needs_approval(units):
        await _issue(incoming, draft_id, unnumbered=unnumbered)
        return
    data: dict[str, int | str] = {
        "draft_id": draft_id,
        "state_id": state_id,
        "unnumbered": unnumbered,
    }
    await incoming.ask(DialogueKind.ISSUE_COUNT, data)
    await incoming.reply("issue.type_count", count=units)


async def check_preview(incoming: Incoming, draft_id: int, state_id: int) -> Draft:
    """Only what was previewed is submitted or sent, and to groups that are the person's."""
    draft = await drafts.open_draft(incoming.session, draft_id)
    if drafts.state_id(draft) != state_id:
        raise Conflict("draft.changed_since_preview")
    await access.check_audience(incoming.session, draft_id, actor=incoming.known_actor)
    return draft


async def take_count(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed number of units confirms a large send."""
    draft_id = await dialogue_draft(incoming, dialogue)
    draft = await check_preview(incoming, draft_id, int(dialogue.data["state_id"]))
    if await moment_has_passed(incoming, draft):
        return
    units = len((await audience.audience(incoming.session, draft_id)).units)
    if incoming.text.strip() != str(units):
        raise InvalidInput("issue.wrong_count", count=units)
    await incoming.end_dialogue()
    await _issue(incoming, draft_id, unnumbered=str(dialogue.data["unnumbered"]))


async def _issue(incoming: Incoming, draft_id: int, *, unnumbered: str) -> None:
    issued = await directives.issue(
        incoming.session,
        draft_id,
        actor_id=incoming.known_actor.person_id,
        chat_id=incoming.chat.id,
        unnumbered=unnumbered,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    draft_row = await drafts.any_draft(incoming.session, draft_id)
    await drafts.show(incoming.session, draft_row, now=incoming.now)
    if issued.send_at is None:
        incoming.popup("issue.started")
    else:
        incoming.popup("issue.appointed", at=incoming.moments.short(issued.send_at))
