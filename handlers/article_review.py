"""Staff's review of what units submitted: the list of it, one of it, and what is said of it.

Each step stands in the place of the one before it, unless that was another message than these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import access, article_review, clean_articles, closing, reasons, replies
from bot.actions.article_review import Why
from bot.actions.clean_articles import Taken
from bot.actions.replies import Button
from bot.actions.undone_reviews import undo as undo_review
from bot.callbacks import Callback, Press
from bot.domain.article_review import REASONS, Entry, EntryKind, entry_of, reasons_for
from bot.domain.assignments import is_all_accepted
from bot.domain.dialogues import DialogueKind
from bot.domain.directives import short_name
from bot.domain.rights import Right
from bot.domain.states import MessageKind
from bot.errors import Conflict, NotFound
from bot.storage import directives
from bot.storage.article_review import Subject, states_of
from bot.storage.tables import Dialogue
from bot.storage.waiting_articles import Wanted
from handlers.choosing import no_note
from handlers.context import Incoming, first_id, ids, shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_MICROSECOND = timedelta(microseconds=1)
_ALL = 0  # in the place of a directive

# --- what waits ----------------------------------------------------------------------------------


async def page(incoming: Incoming) -> None:
    """What waits for the office's word, of one directive or of all."""
    directive_id, number = ids(incoming, 2)
    await _list(incoming, directive_id, number)


async def _list(
    incoming: Incoming, directive_id: int, number: int, *, accepted: Sequence[int] = ()
) -> None:
    """With what was `accepted` in one tap, to be taken back."""
    actor, now = incoming.known_actor, incoming.now
    if directive_id != _ALL:
        await access.visible_directive(incoming.session, directive_id, actor=actor)
    wanted = Wanted(actor.scope, directive_id or None)
    clean = await clean_articles.clean(incoming.session, wanted, zone=_zone(incoming), now=now)
    parameters = {
        "person_id": actor.person_id,
        "directive_id": directive_id,
        "page": number,
        "moment": (now - _EPOCH) // _A_MICROSECOND,
        "clean": list(clean),
        "accepted": list(accepted),
    }
    await incoming.show(MessageKind.ARTICLES, parameters, edits=await _place(incoming))


async def _place(incoming: Incoming) -> int | None:
    """The pressed message, if it shows the list or one thing of it; other ones stay."""
    for kind in (MessageKind.ARTICLES, MessageKind.ARTICLE):
        if await shown(incoming, kind):
            return incoming.pressed_message
    return None


def _zone(incoming: Incoming) -> ZoneInfo:
    return ZoneInfo(incoming.rt.config.office.zone)


async def accept_clean(incoming: Incoming) -> None:
    """All that the list has shown as clean; if the list is another one meanwhile, that is shown."""
    directive_id, moment = ids(incoming, 2)
    if directive_id != _ALL:
        directive = await access.visible_directive(
            incoming.session, directive_id, actor=incoming.known_actor
        )
        await closing.refuse_if_over(incoming.session, directive)
    listed = await shown(incoming, MessageKind.ARTICLES)
    accepted: tuple[int, ...] = ()
    if (listed.get("directive_id"), listed.get("moment")) == (directive_id, moment):
        taken = await clean_articles.accept_clean(
            incoming.session,
            [int(article_id) for article_id in listed["clean"]],
            since=_EPOCH + moment * _A_MICROSECOND,
            actor=incoming.known_actor,
            zone=_zone(incoming),
            now=incoming.now,
        )
        accepted = taken.article_ids
        _tell(incoming, taken)
        await _offer_to_close(incoming, taken.directive_ids)
    else:
        incoming.popup("article.list_changed")
    await _list(incoming, directive_id, 1, accepted=accepted)


def _tell(incoming: Incoming, taken: Taken) -> None:
    if not taken.left:
        incoming.popup("article.clean_accepted", count=taken.accepted)
        return
    incoming.popup(
        "article.clean_left",
        alert=True,
        count=taken.accepted,
        left=taken.left,
        decided=taken.decided,
        changed=taken.changed,
        noticed=taken.noticed,
    )


# --- one of it -----------------------------------------------------------------------------------


def _entry(kind: int, row_id: int) -> Entry:
    entry = entry_of(kind, row_id)
    if entry is None:
        raise NotFound("refused.gone")
    return entry


async def show(incoming: Incoming) -> None:
    """One article, or work that was reported done, with all that is known of it."""
    kind, row_id, directive_id = ids(incoming, 3)
    entry = _entry(kind, row_id)
    await article_review.visible(incoming.session, entry, actor=incoming.known_actor)
    await _show(incoming, entry, directive_id)


async def show_article(incoming: Incoming, article_id: int) -> None:
    """An article by its reference, among all that waits."""
    entry = Entry(EntryKind.ARTICLE, article_id)
    await article_review.visible(incoming.session, entry, actor=incoming.known_actor)
    await _show(incoming, entry, _ALL)


async def _show(
    incoming: Incoming,
    entry: Entry,
    directive_id: int,
    *,
    asks_reason: bool = False,
    edits: int | None = None,
) -> None:
    kind, row_id = entry.numbers
    parameters = {
        "person_id": incoming.known_actor.person_id,
        "kind": kind,
        "id": row_id,
        "directive_id": directive_id,
        "asks_reason": asks_reason,
    }
    edits = edits or await _place(incoming)
    await incoming.show(MessageKind.ARTICLE, parameters, edits=edits)


async def accept(incoming: Incoming) -> None:
    """It is as it should be."""
    kind, row_id, directive_id = ids(incoming, 3)
    entry = _entry(kind, row_id)
    subject = await article_review.accept(
        incoming.session, entry, actor=incoming.known_actor, now=incoming.now
    )
    is_entered = _is_entered(subject)
    incoming.popup("article.accepted_entered" if is_entered else "article.accepted_now")
    await _show(incoming, entry, directive_id)
    await _offer_to_close(incoming, [subject.directive.id])


async def ask_reason(incoming: Incoming) -> None:
    """It is to be returned: why?"""
    kind, row_id, directive_id = ids(incoming, 3)
    entry = _entry(kind, row_id)
    await article_review.to_decide(incoming.session, entry, actor=incoming.known_actor)
    await _show(incoming, entry, directive_id, asks_reason=True)


async def return_(incoming: Incoming) -> None:
    """For a reason of the list."""
    kind, row_id, directive_id, number = ids(incoming, 4)
    entry = _entry(kind, row_id)
    if number >= len(REASONS) or REASONS[number] not in reasons_for(entry.kind):
        raise NotFound("refused.gone")
    subject = await _return(incoming, entry, Why(REASONS[number]))
    incoming.popup(_returned(subject))
    await _show(incoming, entry, directive_id)


def _is_entered(subject: Subject) -> bool:
    """Whether the office has entered it itself: then nobody is told what was said of it."""
    return subject.article is not None and subject.article.by_office


def _returned(subject: Subject) -> str:
    return "article.returned_entered" if _is_entered(subject) else "article.returned_now"


async def _return(incoming: Incoming, entry: Entry, why: Why) -> Subject:
    return await article_review.return_(
        incoming.session,
        entry,
        why,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )


async def ask_words(incoming: Incoming) -> None:
    """For another reason, which is typed."""
    kind, row_id, directive_id = ids(incoming, 3)
    entry, actor = _entry(kind, row_id), incoming.known_actor
    subject = await article_review.to_decide(incoming.session, entry, actor=actor)
    data = {
        "kind": kind,
        "id": row_id,
        "directive_id": directive_id,
        "message_id": await _place(incoming) or 0,
    }
    await incoming.ask(DialogueKind.ARTICLE_REASON, data)
    directive = subject.directive
    await incoming.reply(
        "article.ask_reason",
        buttons=no_note(row_id),
        longest=reasons.LONGEST,
        unit=subject.addressee.unit_name,
        directive=short_name(directive.number, directive.symbol, directive.subject),
    )


async def take_reason(incoming: Incoming, dialogue: Dialogue) -> None:
    """The typed reason."""
    kind, row_id, directive_id, message_id = (
        int(dialogue.data[name]) for name in ("kind", "id", "directive_id", "message_id")
    )
    entry = _entry(kind, row_id)
    subject = await _return(incoming, entry, Why.in_words(incoming.text))
    await incoming.end_dialogue()
    await incoming.reply(_returned(subject))
    if message_id:
        await _show(incoming, entry, directive_id, edits=message_id)


async def undo(incoming: Incoming) -> None:
    """The office's last word on it holds no more."""
    kind, row_id, directive_id = ids(incoming, 3)
    entry = _entry(kind, row_id)
    await undo_review(
        incoming.session,
        entry,
        actor=incoming.known_actor,
        policy=await incoming.policy(),
        now=incoming.now,
    )
    incoming.popup("article.undone_now")
    listed = (await shown(incoming, MessageKind.ARTICLES)).get("accepted", [])
    if row_id in listed:  # the others can be taken back still
        rest = [each for each in listed if each != row_id]
        await _list(incoming, directive_id, 1, accepted=rest)
    else:
        await _show(incoming, entry, directive_id)


async def show_file(incoming: Incoming) -> None:
    """The file that was sent as evidence, copied from where it was sent."""
    entry = _entry(0, first_id(incoming))
    subject = await article_review.visible(incoming.session, entry, actor=incoming.known_actor)
    article = subject.article
    if article is None or article.chat_id is None or article.message_id is None:
        raise Conflict("article.file_gone")
    await replies.copy(
        incoming.session,
        incoming.chat.id,
        from_chat_id=article.chat_id,
        message_id=article.message_id,
        about={"article_id": article.id},
        below=None,
        reply_to=incoming.pressed_message,
        now=incoming.now,
    )


async def _offer_to_close(incoming: Incoming, directive_ids: Iterable[int]) -> None:
    """Where all that a directive asks is accepted now, whoever may close it is asked whether it is
    to be closed."""
    session, actor = incoming.session, incoming.known_actor
    if not actor.may(Right.ISSUE):
        return
    for directive_id in directive_ids:
        if not actor.may_control(await directives.unit_ids(session, directive_id)):
            continue
        if not is_all_accepted(await states_of(session, directive_id)):
            continue
        directive = await access.visible_directive(session, directive_id, actor=actor)
        name = short_name(directive.number, directive.symbol, directive.subject)
        close = Button("button.close", Callback(Press.CLOSE_ASK, (directive_id,)))
        await incoming.reply("article.all_accepted", buttons=[[close]], directive=name)
