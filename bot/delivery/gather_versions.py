"""What became of directives after they were issued: corrected, replaced, recalled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.delivery import render, render_versions
from bot.delivery.context import (
    NOT_STAFF,
    Changed,
    Context,
    Gathered,
    Later,
    Ready,
    Withdraw,
    directive_view,
    reader,
)
from bot.delivery.render import Content
from bot.delivery.render_card import CardView, PastReceipt
from bot.delivery.render_versions import CorrectionView
from bot.domain.reach import ON_THE_WAY
from bot.domain.states import Ending, MessageKind
from bot.domain.versions import changes, seen_by
from bot.storage import assignments, directives, outbox, receipts, versions
from bot.storage import recall as recalls
from bot.storage.tables import Addressee, Directive


def changed(
    session: Session,
    of_them: Mapping[int, Directive],
    addressee_ids: Collection[int],
    *,
    removed: Mapping[int, Sequence[int]],
) -> Changed:
    """What cards of these directives show of it; most have no need to be asked."""
    corrected = [each.id for each in of_them.values() if each.version > 1]
    asking = [each.id for each in of_them.values() if each.acknowledge_from > 1]
    replaced = [each.id for each in of_them.values() if each.ending is Ending.REPLACED]
    found = versions.newest_corrections(session, corrected) if corrected else {}
    return Changed(
        corrections={
            directive_id: (each, changes(each.old, each.new))
            for directive_id, each in found.items()
        },
        replacements=versions.replacements(session, replaced) if replaced else {},
        past_receipts=(receipts.read_past(session, addressee_ids) if asking else {}),
        removed=removed,
    )


def with_changes(context: Context, view: CardView, directive: Directive) -> CardView:
    """The card's view with its correction, and with what ended it."""
    found = context.scene.loaded.changed
    past = found.past_receipts.get(view.addressee_id)
    return replace(
        view,
        correction=_correction(context, view, directive),
        past=PastReceipt(past.version, past.person_name, past.at) if past else None,
        asks_again=directive.acknowledge_from > 1,
        ended=_ended(context, directive),
    )


def _correction(context: Context, view: CardView, directive: Directive) -> str | None:
    found = context.scene.loaded.changed
    if directive.id not in found.corrections:
        return None
    correction, all_changes = found.corrections[directive.id]
    own = {task.position for task in view.tasks}
    own |= set(found.removed.get(view.addressee_id, ()))
    shown = CorrectionView(
        version=correction.version, at=correction.at, changes=seen_by(all_changes, own)
    )
    return context.write.once(render_versions.on_card, shown)


def _ended(context: Context, directive: Directive) -> str | None:
    if directive.ending is not Ending.REPLACED:
        return None
    other = context.scene.loaded.changed.replacements.get(directive.id)
    if other is None:
        return render_versions.replaced_by(None, context.write)
    title = render.directive_title(directive_view(other), context.write)
    return render_versions.replaced_by(title, context.write)


async def correction(context: Context) -> Gathered:
    """What a correction changes for the units of this chat."""
    directive = await directives.get(context.session, context.number("directive_id"))
    version = context.number("version")
    if directive is None or directive.ending is Ending.RECALLED:
        return Withdraw("recalled")
    own = await own_addressees(context)
    new = await versions.get(context.session, directive.id, version)
    old = await versions.get(context.session, directive.id, version - 1)
    if not own or new is None or old is None:
        return Withdraw("not_a_contact")
    numbers = await assignments.positions(context.session, [each.id for each in own])
    view = render_versions.NoticeView(
        directive=directive_view(directive),
        version=version,
        changes=seen_by(changes(old.content, new.content), numbers),
        note=new.note,
        asks_again=new.asks_again,
    )
    return Ready(render_versions.notice(view, context.write))


async def own_addressees(context: Context) -> list[Addressee]:
    """Those that the message is about whose unit still has this chat."""
    ids = [int(each) for each in context.message.parameters["addressee_ids"]]
    found = await directives.addressees_by_ids(context.session, ids)
    return [each for each in found if context.serves(each.unit_id)]


# --- recalled ------------------------------------------------------------------------------------


async def recall(context: Context) -> Gathered:
    """What stands in a chat in the place of a directive that was recalled."""
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None:
        return Withdraw("directive_gone")
    own = await own_addressees(context)
    version = await versions.get(context.session, directive.id, directive.version)
    if not own or version is None:
        return Withdraw("not_a_contact")
    found = await receipts.confirmed(
        context.session, [each.id for each in own], version=directive.version
    )
    first = min(found.values(), key=lambda each: each.at, default=None)
    view = render_versions.RecallNoticeView(
        directive_id=directive.id,
        directive=directive_view(directive),
        at=version.at,
        reason=version.note or "",
        confirmed_by=first.person_name if first else None,
        confirmed_at=first.at if first else None,
        is_whole=len(found) == len(own),
    )
    return Ready(render_versions.recall_notice(view, context.write), context.message.edits)


async def erase(context: Context) -> Gathered:
    """What a recalled directive has left: deleted, or overwritten by this."""
    directive = await directives.get(context.session, context.message.directive_id or 0)
    if directive is None:
        return Withdraw("directive_gone")
    message_id, is_file = None, False
    if context.message.card is not None:
        message_id = context.message.card.message_id
    else:
        sent = await outbox.sent_as(context.session, context.number("of"))
        if sent is not None:
            kind, state, message_id, parameters = sent
            if state in ON_THE_WAY:
                return Later(1)
            is_letter = kind is MessageKind.FULL_TEXT and is_of_file(directive, parameters)
            is_file = is_letter or kind in (MessageKind.ATTACHMENT, MessageKind.RECEIPT_SLIP)
    if message_id is None:
        return Withdraw("not_known")
    version = await versions.get(context.session, directive.id, directive.version)
    at = version.at if version else context.now
    text = render_versions.recalled(directive_view(directive), at, context.write)
    return Ready(Content(text, is_caption=is_file), message_id)


def is_of_file(directive: Directive, parameters: Mapping[str, object]) -> bool:
    """Whether a message with the full text is a file and not words."""
    return bool(directive.file_id) and not parameters.get("as_text")


async def recall_lines(context: Context, directive: Directive) -> tuple[str, ...]:
    """How far a recall is; nothing of what is not recalled."""
    if directive.ending is not Ending.RECALLED:
        return ()
    found = await recalls.erased(context.session, directive)
    view = render_versions.RecallView(
        deleted=found.deleted,
        overwritten=found.overwritten,
        impossible=found.impossible,
        waiting=found.waiting,
        unknown=found.unknown,
        confirmed=found.confirmed,
        units=found.units,
    )
    return tuple(render_versions.recall_lines(view, context.write))


async def erasures(
    context: Context, directive: Directive, addressee_ids: Sequence[int]
) -> dict[int, tuple[str, datetime]]:
    """Who confirmed, and when, that what was recalled is deleted, by addressee."""
    if directive.ending is not Ending.RECALLED:
        return {}
    found = await receipts.confirmed(context.session, addressee_ids, version=directive.version)
    return {receipt.addressee_id: (receipt.person_name, receipt.at) for receipt in found.values()}


# --- for staff -----------------------------------------------------------------------------------


async def page(context: Context) -> Gathered:
    """A directive's versions: what each changed, and who has it."""
    actor = await reader(context)
    directive = await directives.get(context.session, context.number("directive_id"))
    if actor is None or directive is None:
        return NOT_STAFF
    if not actor.may_see(await directives.unit_ids(context.session, directive.id)):
        return NOT_STAFF
    kept = await versions.with_names(context.session, directive.id)
    arrived = await versions.arrivals(context.session, directive.id, scope=actor.scope)
    given = await versions.confirmations(context.session, directive.id, scope=actor.scope)
    views = [
        render_versions.VersionView(
            version=each.version,
            kind=each.kind,
            at=each.at,
            by=name,
            note=each.note,
            asks_again=each.asks_again,
            changes=changes(before[0].content, each.content) if before else (),
            chats=len({one.chat_id for one in arrived if one.version == each.version}),
            units=len({one.addressee_id for one in given if one.version == each.version}),
        )
        for before, (each, name) in zip([None, *kept], kept, strict=False)
    ]
    content = render_versions.page(
        directive.id,
        directive_view(directive),
        views[::-1],
        context.write,
        page=context.number("page"),
    )
    return Ready(content, context.message.edits)
