"""What became of directives after they were issued: corrected, replaced, recalled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.delivery import render, render_versions
from bot.delivery.context import Changed, Context, Gathered, Ready, Withdraw, directive_view
from bot.delivery.render import CardView, PastReceipt
from bot.delivery.render_versions import CorrectionView
from bot.domain.states import Ending
from bot.domain.versions import changes, seen_by
from bot.storage import directives, versions
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
        past_receipts=(directives.read_past_receipts(session, addressee_ids) if asking else {}),
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
    numbers = await directives.positions(context.session, [each.id for each in own])
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
