"""Answers that were published to all, as messages; on cards they are drawn with all the rest."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.delivery import render_additions
from bot.delivery.context import Context, Gathered, Later, Ready, Withdraw, directive_view
from bot.delivery.gather_versions import own_addressees
from bot.delivery.render import AdditionsView, AdditionView
from bot.domain.additions import ON_CARD
from bot.domain.states import Ending
from bot.storage import additions, directives
from bot.storage.tables import Addition
from scheduler.plan import held_until


def on_cards(session: Session, directive_ids: Collection[int]) -> dict[int, AdditionsView]:
    """What stands on the cards of these directives; most have none."""
    return {
        directive_id: AdditionsView(tuple(map(_view, found[:ON_CARD])), len(found))
        for directive_id, found in additions.of_directives(session, directive_ids).items()
    }


def _view(addition: Addition) -> AdditionView:
    return AdditionView(addition.asked, addition.answer, addition.at)


async def message(context: Context) -> Gathered:
    """Something new for a chat, or all for who asked; not what was withdrawn since. What is new and
    was held up into quiet time waits for its end."""
    directive = await directives.get(context.session, context.number("directive_id"))
    if directive is None or directive.ending is Ending.RECALLED:
        return Withdraw("recalled")
    asked_for = bool(context.message.parameters.get("asked_for"))
    if directive.closed_at is not None and not asked_for:
        return Withdraw("closed")
    if not await own_addressees(context):
        return Withdraw("not_a_contact")
    wanted = context.message.parameters["addition_ids"]
    standing = await additions.of_directive(context.session, directive.id)
    found = [each for each in standing if each.id in wanted]
    if not found:
        return Withdraw("addition_withdrawn")
    calendar = context.policy.calendar
    passes_quiet = asked_for or directive.passes_quiet
    quiet_until = held_until(context.now, calendar=calendar, passes_quiet=passes_quiet)
    if quiet_until is not None:
        return Later((quiet_until - context.now).total_seconds())
    views = list(map(_view, found))
    view = directive_view(directive)
    return Ready(render_additions.message(view, views, context.write, asked_for=asked_for))
