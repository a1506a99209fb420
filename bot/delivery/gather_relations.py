"""What directives and drafts are to earlier directives, and the list that is chosen from."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.actions import relations as relation_actions
from bot.actions.relations import RELATIONS
from bot.delivery import render_relations
from bot.delivery.context import (
    NOT_STAFF,
    Context,
    Gathered,
    Ready,
    Withdraw,
    directive_view,
    reader,
)
from bot.delivery.render import DirectiveView, RelationView
from bot.domain.rights import Right
from bot.domain.states import COMPOSING
from bot.storage import directives, drafts, people, relations
from bot.storage.tables import Directive, Draft


def of_directives(session: Session, found: Iterable[Directive]) -> dict[int, RelationView]:
    """What these are to earlier ones; those that are nothing are left out."""
    related = {each.id: each for each in found if each.relation and each.related_id}
    if not related:
        return {}
    earlier = directives.by_ids(session, {each.related_id or 0 for each in related.values()})
    return {
        directive_id: RelationView(each.relation, directive_view(earlier[each.related_id]))
        for directive_id, each in related.items()
        if each.relation and each.related_id in earlier
    }


async def of_one(session: AsyncSession, row: Directive | Draft) -> RelationView | None:
    """What a draft or a directive is to an earlier one, if anything."""
    if row.relation is None or row.related_id is None:
        return None
    earlier = await directives.get(session, row.related_id)
    return RelationView(row.relation, directive_view(earlier)) if earlier else None


async def later(context: Context, directive_id: int) -> tuple[RelationView, ...]:
    """The directives that refer to this one, of those that the reader may see: each with what it
    is to this one."""
    actor = await reader(context)
    scope = actor.scope if actor else None
    found = await relations.later(context.session, directive_id, scope=scope)
    return tuple(
        RelationView(each.relation, directive_view(each)) for each in found if each.relation
    )


async def suggestions(context: Context, draft: Draft) -> list[tuple[int, DirectiveView]]:
    """Directives that the letter surely names, of those that its author may see."""
    author = await people.actor_by_id(context.session, draft.author_id)
    if author is None:
        return []
    found = await relation_actions.suggested(context.session, draft, scope=author.scope)
    return [(each.id, directive_view(each)) for each in found]


async def choices(context: Context) -> Gathered:
    """One page of what a draft may be related to."""
    actor = await reader(context, Right.ISSUE)
    if actor is None:
        return NOT_STAFF
    draft = await drafts.get(context.session, context.number("draft_id"))
    if draft is None or draft.state not in COMPOSING:
        return Withdraw("draft_gone")
    words = str(context.message.parameters["words"])
    size = render_relations.ON_A_PAGE
    page = max(1, context.number("page"))
    found = await relation_actions.find(
        context.session, words, scope=actor.scope, offset=(page - 1) * size, limit=size
    )
    kind = context.number("kind")
    view = render_relations.ChoicesView(
        draft_id=draft.id,
        kind=kind,
        relation=RELATIONS[kind],
        words=words,
        count=found.count,
        shown=tuple((each.id, directive_view(each)) for each in found.directives),
    )
    return Ready(render_relations.choices(view, context.write, page=page), context.message.edits)
