"""What a draft is to an earlier directive: chosen, suggested by the letter, done at issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import access, closing, drafts, templates
from bot.actions.templates import Place
from bot.domain.directives import number_and_symbol
from bot.domain.folding import fold
from bot.domain.rights import Actor, Scope
from bot.domain.searching import holds
from bot.domain.states import Ending, Relation
from bot.errors import Conflict, NotFound
from bot.storage import directives, people, relations
from bot.storage import drafts as draft_rows
from bot.storage.tables import Directive, Draft

# By the number that a button carries.
RELATIONS = (Relation.AMENDS, Relation.REPLACES, Relation.REMINDS)
_MOST_SUGGESTED = 3
_LONGEST_READ = 100_000  # characters of a letter that are looked through


async def relate(
    session: AsyncSession,
    draft_id: int,
    relation: Relation,
    directive_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Draft:
    """Let the draft amend, replace or remind of a directive. Raises NotAllowed for one that is not
    theirs to see, or not theirs to end; Conflict for one that has no more effect."""
    draft = await drafts.open_draft(session, draft_id)
    earlier = await access.visible_directive(session, directive_id, actor=actor)
    if earlier.ending in closing.GONE:
        raise Conflict("relation.ended_before")
    if relation is Relation.REPLACES:
        await access.check_control(session, directive_id, actor=actor)
    if (draft.relation, draft.related_id) != (relation, directive_id):
        draft.relation, draft.related_id = relation, directive_id
        await drafts.changed(session, draft, now=now)
    return draft


async def begin_replacement(
    session: AsyncSession, directive_id: int, *, place: Place, actor: Actor, now: datetime
) -> Draft:
    """A draft like the directive, to take its place; the one that was begun in this chat already.
    Deadlines that lie ahead are kept. Issuing it ends the directive."""
    directive = await closing.still_open(session, directive_id)
    begun = await draft_rows.open_relation(
        session, directive_id, relation=Relation.REPLACES, chat_id=place.chat_id
    )
    if begun is not None:
        return begun
    draft = await templates.clone(session, directive, place=place, actor=actor, now=now)
    draft.relation, draft.related_id = Relation.REPLACES, directive.id
    tasks = await directives.tasks(session, directive.id)
    for task, new in zip(tasks, await draft_rows.tasks(session, draft.id), strict=True):
        is_ahead = task.deadline_at is not None and task.deadline_at > now
        new.deadline_at = task.deadline_at if is_ahead else None
    await session.flush()
    return draft


async def clear(session: AsyncSession, draft_id: int, *, now: datetime) -> Draft:
    """Let the draft stand for itself."""
    draft = await drafts.open_draft(session, draft_id)
    if draft.relation is not None:
        draft.relation = draft.related_id = None
        await drafts.changed(session, draft, now=now)
    return draft


async def suggested(session: AsyncSession, draft: Draft, *, scope: Scope | None) -> list[Directive]:
    """Directives that the letter surely names: by number, symbol and day."""
    from bot.letters.references import find_references  # heavy: only when letters are read

    named = {
        (fold(each.code), each.issued_on)
        for each in find_references(draft.body[:_LONGEST_READ])
        if each.issued_on is not None
    }
    days = {day for _, day in named if day is not None}
    if not days:
        return []
    found = [
        directive
        for directive in await relations.issued_on(session, days, scope=scope)
        if directive.ending not in closing.GONE
        and (fold(_code(directive)), directive.issued_on) in named
    ]
    return found[:_MOST_SUGGESTED]


def _code(directive: Directive) -> str:
    return number_and_symbol(directive.number, directive.symbol) or ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the directives that a draft may be related to, and how many there are."""

    directives: Sequence[Directive]
    count: int


async def find(
    session: AsyncSession, words: str, *, scope: Scope | None, offset: int, limit: int
) -> Page:
    """Those whose number or subject holds all of the words, however they are accented; without
    words all. Newest first."""
    if not words:
        found = await relations.page(session, scope=scope, offset=offset, limit=limit)
        return Page(found, await relations.count(session, scope=scope))
    ids = [
        each.id
        for each in await relations.briefs(session, scope=scope)
        if holds(f"{number_and_symbol(each.number, each.symbol) or ''} {each.subject}", words)
    ]
    return Page(await relations.by_ids(session, ids[offset : offset + limit]), len(ids))


async def carry_out(
    session: AsyncSession, directive: Directive, *, actor_id: int, now: datetime
) -> None:
    """A directive was issued: if it takes the place of an earlier one, that one ends. Whoever
    issues it must have that one in their hands."""
    if directive.relation is not Relation.REPLACES or directive.related_id is None:
        return
    actor = await people.actor_by_id(session, actor_id)
    earlier = await directives.get(session, directive.related_id)
    if actor is None or earlier is None:
        raise NotFound("directive.unknown")
    await access.check_control(session, earlier.id, actor=actor)
    await closing.end(session, earlier, ending=Ending.REPLACED, actor_id=actor_id, now=now)
